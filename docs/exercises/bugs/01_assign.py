"""The bug of `x + x`.

level: 1
idea: contributions along several paths add up
follows: /tutorials/walking-backwards
engine: add mul lift in_order backward
"""

# %% statement
# Products are right, and sums of two different numbers.

# %% wrong
self.grad = out.grad
other.grad = out.grad

# %% right
self.grad += out.grad
other.grad += out.grad

# %% check
x, y = Number(3.0), Number(-2.0)
backward(x * y + 4.0)
expect("x * y + 4", [x.grad, y.grad], [-2.0, 3.0], "This is right.")

x = Number(3.0)
backward(x + x)
expect("x.grad of x + x", x.grad, 2.0, "What is special about this sum?")

x = Number(3.0)
backward(x * x + x)
expect("x.grad of x * x + x at 3", x.grad, 7.0, "It is 2x + 1.")
print("Found: a number used twice gets two contributions.")

# %% hint
# `self` and `other` may be the same object.

# %% hint
# Follow `x + x` through `_backward`: what is in `x.grad` after each line?

# %% remark
# It also fails wherever else `x` is used: the last contribution overwrites the
# others.
