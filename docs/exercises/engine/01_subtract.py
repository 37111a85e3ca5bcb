"""Add subtraction.

level: 1
idea: the second operand gets a minus sign
follows: /tutorials/walking-backwards
"""

# %% statement
# Give `Number` a minus.
# The value is there; write the gradients.

# %% start
def subtract(self, other):
    out = Number(self.data - other.data, (self, other))

    def _backward():
        pass  # your lines

    out._backward = _backward
    return out


Number.__sub__ = subtract

# %% check
x, y = Number(5.0), Number(2.0)
z = x - y
backward(z)
expect("(x - y).data", z.data, 3.0, "x.data minus y.data.")
expect("x.grad", x.grad, 1.0, "If x grows by h, so does x - y.")
expect("y.grad", y.grad, -1.0, "If y grows by h, x - y shrinks by h.")

x = Number(5.0)
backward(x - x)
expect("x.grad after x - x", x.grad, 0.0, "Add to grad, do not set it.")
print("Right: 1 and -1, and 0 for x - x.")

# %% hint
# Nudge on paper: $(x + h) - y$ and $x - (y + h)$.

# %% solution
def subtract(self, other):
    out = Number(self.data - other.data, (self, other))

    def _backward():
        self.grad += out.grad
        other.grad -= out.grad

    out._backward = _backward
    return out


Number.__sub__ = subtract

# %% remark
# A squared error can hide a wrong sign here, because $(x - y)^2$ does not
# tell which of the two was too large.
