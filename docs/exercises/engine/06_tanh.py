"""Add `tanh`, twice.

level: 2
idea: one node, or many
follows: /tutorials/walking-backwards
"""

# %% statement
# Write `tanh` as one node, whose derivative is $1 - y^2$ with the result $y$.
# Then write it as `long_tanh`, out of smaller nodes: `exp` and division are
# given, and
#
# $$\tanh x = \frac{e^{2x} - 1}{e^{2x} + 1}$$

# %% start
import math


def node(data, operands, *slopes):
    out = Number(data, operands)

    def _backward():
        for operand, slope in zip(operands, slopes):
            operand.grad += out.grad * slope

    out._backward = _backward
    return out


def exp(x):
    y = math.exp(x.data)
    return node(y, (x,), y)


def divide(x, y):
    z = x.data / y.data
    return node(z, (x, y), 1 / y.data, -z / y.data)


def tanh(x):
    y = math.tanh(x.data)
    return node(y, (x,), 0.0)  # your slope


def long_tanh(x):
    return x  # your lines, with exp, divide, + and *


# %% check
for f in [tanh, long_tanh]:
    for at in [0.0, 0.8, -1.5]:
        x = Number(at)
        y = f(x)
        backward(y)
        what = f"{f.__name__} at {at}"
        nudge = "Compute the formula with +, exp and divide."
        expect(what, y.data, math.tanh(at), nudge)
        nudge = "Is the derivative written with the result, not with x?"
        expect(f"slope of {what}", x.grad, 1 - math.tanh(at) ** 2, nudge)

sizes = [len(in_order(f(Number(0.8)))) for f in (tanh, long_tanh)]
expect("more nodes in long_tanh", sizes[0] < sizes[1], True, "Out of parts.")
print("Right: nodes in tanh, and in long_tanh:", *sizes)

# %% hint
# To subtract 1, add `Number(-1.0)`.

# %% hint
# Compute $e^{2x}$ once and use it twice.

# %% solution
import math


def node(data, operands, *slopes):
    out = Number(data, operands)

    def _backward():
        for operand, slope in zip(operands, slopes):
            operand.grad += out.grad * slope

    out._backward = _backward
    return out


def exp(x):
    y = math.exp(x.data)
    return node(y, (x,), y)


def divide(x, y):
    z = x.data / y.data
    return node(z, (x, y), 1 / y.data, -z / y.data)


def tanh(x):
    y = math.tanh(x.data)
    return node(y, (x,), 1 - y * y)


def long_tanh(x):
    e = exp(Number(2.0) * x)
    return divide(e + Number(-1.0), e + Number(1.0))


# %% remark
# Both are right at these points; at 400 the long one overflows.
