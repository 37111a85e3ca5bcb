"""The bug of the exponent.

level: 1
idea: a test at 1 proves nothing
follows: /tutorials/walking-backwards
engine: mul pow lift in_order backward
"""

# %% statement
# Whoever wrote this tested every power at 1, and all were right.

# %% wrong
self.grad += out.grad * k * self.data**k

# %% right
self.grad += out.grad * k * self.data ** (k - 1)

# %% check
for k in [1, 2, 3, -1]:
    x = Number(1.0)
    backward(x**k)
    expect(f"x.grad of x**{k} at 1", x.grad, float(k), "All of these pass.")

for k, expected in [(2, 6.0), (3, 27.0), (-1, -1 / 9)]:
    x = Number(3.0)
    backward(x**k)
    nudge = "What is the derivative of x**k, on paper?"
    expect(f"x.grad of x**{k} at 3", x.grad, expected, nudge)
print("Found: at 1 all powers are alike.")

# %% hint
# $\frac{d}{dx} x^k = k x^{k - 1}$

# %% remark
# Test at numbers without symmetry: not 0, not 1, no two alike.
