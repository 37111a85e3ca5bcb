"""The bug of the divisor.

level: 1
idea: a larger divisor makes a smaller quotient
follows: /tutorials/walking-backwards
engine: truediv lift in_order backward
"""

# %% statement
# Quotients are right, and so are gradients with respect to the dividend.

# %% wrong
other.grad += out.grad * self.data / other.data**2

# %% right
other.grad -= out.grad * self.data / other.data**2

# %% check
x, y = Number(6.0), Number(2.0)
z = x / y
backward(z)
expect("x / y and x.grad", [z.data, x.grad], [3.0, 0.5], "Right.")

h = 1e-6
slope = (6.0 / (2.0 + h) - 6.0 / (2.0 - h)) / (2 * h)
nudge = "What happens to x / y when y grows?"
expect("y.grad of x / y at 6 and 2", y.grad, round(slope, 6), nudge)

x = Number(5.0)
backward(x / x)
expect("x.grad of x / x", x.grad, 0.0, "x / x does not change at all.")
print("Found: the sign.")

# %% hint
# Nudge on paper: is $6 / 2.1$ more or less than $6 / 2$?
