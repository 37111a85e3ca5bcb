"""The bug of one minus x.

level: 1
idea: operators with swapped operands
follows: /reference/operators
engine: add mul sub pow rsub lift in_order backward
"""

# %% statement
# The square of `1 - x` is right, and so is its gradient.

# %% wrong
def __rsub__(self, other):
    return self - other

# %% right
def __rsub__(self, other):
    return lift(other) - self

# %% check
x = Number(3.0)
loss = (1 - x) ** 2
backward(loss)
expect("(1 - x)**2 and x.grad", [loss.data, x.grad], [4.0, 4.0], "Right.")

x = Number(3.0)
z = 1 - x
backward(z)
nudge = "For 1 - x Python calls x.__rsub__(1): self is x, other is 1."
expect("1 - x at 3, and x.grad", [z.data, x.grad], [-2.0, -1.0], nudge)
print("Found: a square had hidden the sign.")

# %% hint
# Sums and products are the same from either side; are differences?

# %% remark
# `self - other` would be right in `__sub__`.
# `__rsub__` is called when `self` is on the *right*.
