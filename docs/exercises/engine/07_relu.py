"""Add `relu`.

level: 1
idea: a derivative that is chosen
follows: /explanation/kinks-and-conventions
"""

# %% statement
# `relu` returns positive numbers unchanged and 0 for the others.
# Its derivative is 1 on the right and 0 on the left.
# At 0 there is none; take 0, as PyTorch does.

# %% start
def relu(x):
    out = Number(max(0.0, x.data), (x,))

    def _backward():
        pass  # your line

    out._backward = _backward
    return out


# %% check
for at, expected in [(2.0, 1.0), (-2.0, 0.0), (0.0, 0.0)]:
    x = Number(at)
    backward(relu(x))
    nudge = "1 where x is positive, 0 where it is negative, 0 at 0."
    expect(f"x.grad of relu(x) at {at}", x.grad, expected, nudge)

x = Number(3.0)
backward(relu(x) * relu(x))
nudge = "Add to grad, and multiply by out.grad."
expect("x.grad of relu(x) * relu(x) at 3", x.grad, 6.0, nudge)
print("Right: 1 on the right, 0 on the left.")

# %% hint
# A comparison counts as 1 or 0 in a product: `3.0 * (x.data > 0)`.

# %% solution
def relu(x):
    out = Number(max(0.0, x.data), (x,))

    def _backward():
        x.grad += out.grad * (out.data > 0)

    out._backward = _backward
    return out


# %% remark
# `out.data > 0` is right too, but not `>= 0`: the result is never negative.
