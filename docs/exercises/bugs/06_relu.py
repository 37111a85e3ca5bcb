"""The bug of the rectifier.

level: 2
idea: asking the result what only the operand knows
follows: /explanation/kinks-and-conventions
engine: mul relu lift in_order backward
"""

# %% statement
# The values are right everywhere, and so are gradients of positive numbers.

# %% wrong
self.grad += out.grad * (out.data >= 0)

# %% right
self.grad += out.grad * (out.data > 0)

# %% check
x = Number(2.0)
backward(x.relu())
expect("x.grad of relu at 2", x.grad, 1.0, "This is right.")

for at in [-2.0, 0.0]:
    x = Number(at)
    y = x.relu()
    backward(y * 3.0)
    expect(f"relu at {at}", y.data, 0.0, "The value is right.")
    nudge = "The derivative is 0 there; for which results does the test hold?"
    expect(f"x.grad of 3 * relu(x) at {at}", x.grad, 0.0, nudge)
print("Found: a result of relu is never negative.")

# %% hint
# What is `out.data` for −2, and is that `>= 0`?
