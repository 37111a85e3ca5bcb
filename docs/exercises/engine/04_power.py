"""Add powers.

level: 1
idea: an exponent that is a plain number
follows: /tutorials/walking-backwards
"""

# %% statement
# Add `x ** k` for a plain number `k`, with the derivative $k x^{k - 1}$.

# %% start
def power(self, k):
    out = Number(self.data**k, (self,))

    def _backward():
        pass  # your line

    out._backward = _backward
    return out


Number.__pow__ = power

# %% check
for k, expected in [(2, 6.0), (3, 27.0), (-1, -1 / 9), (0.5, 0.5 / 3**0.5)]:
    x = Number(3.0)
    backward(x**k)
    nudge = "It is k * x**(k - 1)."
    expect(f"x.grad of x**{k} at 3", x.grad, expected, nudge)

x = Number(2.0)
backward((x * x) ** 3)
nudge = "This is x**6: multiply by out.grad, and let x be x * x."
expect("x.grad of (x * x)**3 at 2", x.grad, 192.0, nudge)
print("Right: squares, cubes, one over x and the root.")

# %% hint
# One line: `self.grad +=` the gradient of `out` times the local gradient.

# %% solution
def power(self, k):
    out = Number(self.data**k, (self,))

    def _backward():
        self.grad += out.grad * k * self.data ** (k - 1)

    out._backward = _backward
    return out


Number.__pow__ = power

# %% remark
# With `x ** -1` and products there is division, without a rule of its own.
