"""Add `exp`.

level: 1
idea: a derivative that is the result itself
follows: /tutorials/walking-backwards
"""

# %% statement
# The exponential is its own derivative, so write its gradient with the result.

# %% start
import math


def exp(x):
    out = Number(math.exp(x.data), (x,))

    def _backward():
        pass  # your line

    out._backward = _backward
    return out


# %% check
for at in [0.0, 1.0, -2.0]:
    x = Number(at)
    backward(exp(x))
    nudge = "The derivative of exp is exp."
    expect(f"x.grad of exp(x) at {at}", x.grad, math.exp(at), nudge)

x = Number(0.5)
backward(exp(x * x))
nudge = "Multiply by out.grad, which is not always 1."
expect("x.grad of exp(x * x) at 0.5", x.grad, math.exp(0.25), nudge)

x = Number(0.5)
backward(exp(x) * exp(x))
nudge = "Add to grad; x is used twice."
expect("x.grad of exp(x)**2 at 0.5", x.grad, 2 * math.e, nudge)
print("Right.")

# %% hint
# `out.data` is `math.exp(x.data)`, already computed.

# %% solution
import math


def exp(x):
    out = Number(math.exp(x.data), (x,))

    def _backward():
        x.grad += out.grad * out.data

    out._backward = _backward
    return out
