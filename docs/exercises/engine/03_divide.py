"""Add division.

level: 2
idea: a rule with two different local gradients
follows: /tutorials/walking-backwards
"""

# %% statement
# Give `Number` a division with a rule of its own:
# $z = x / y$ has the derivatives $1 / y$ with respect to $x$ and $-x / y^2$
# with respect to $y$.

# %% start
def divide(self, other):
    out = Number(self.data / other.data, (self, other))

    def _backward():
        pass  # your lines

    out._backward = _backward
    return out


Number.__truediv__ = divide

# %% check
x, y = Number(6.0), Number(-2.0)
z = x / y
backward(z)
expect("(x / y).data", z.data, -3.0, "6 divided by -2.")
expect("x.grad", x.grad, -0.5, "One over y.")
expect("y.grad", y.grad, -1.5, "-x / y**2; mind the sign.")

x = Number(4.0)
backward(x / x)
expect("x.grad after x / x", x.grad, 0.0, "x / x is 1 whatever x is.")

x, y = Number(6.0), Number(-2.0)
backward(x / y * x)
expect("x.grad after x / y * x", x.grad, -6.0, "Multiply by out.grad.")
print("Right: both local gradients, times out.grad.")

# %% hint
# Add `out.grad` times the local gradient to each, with `+=`.

# %% hint
# $-x / y^2$ is also $-z / y$, with the result that is already there.

# %% solution
def divide(self, other):
    out = Number(self.data / other.data, (self, other))

    def _backward():
        self.grad += out.grad / other.data
        other.grad -= out.grad * out.data / other.data

    out._backward = _backward
    return out


Number.__truediv__ = divide
