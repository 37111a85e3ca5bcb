"""Nudge to both sides.

level: 1
idea: errors that cancel
follows: /tutorials/a-number-that-remembers
"""

# %% statement
# The error of a one-sided step is about as large as the step.
# Write `slope(f, x)` with a step to either side, so that `h = 1e-4` is good
# for seven digits.

# %% start
import math


def slope(f, x, h=1e-4):
    return (f(x + h) - f(x)) / h  # one side only


# %% check
for f, x, expected in [
    (math.exp, 1.0, math.exp(1.0)),
    (math.sin, 2.0, math.cos(2.0)),
    (math.log, 0.5, 2.0),
]:
    expect(
        f"slope(math.{f.__name__}, {x})",
        slope(f, x),
        expected,
        "Right to four digits only? Then the errors have not cancelled.",
        within=1e-7,
    )
print("Right: the same h, twice as many digits.")

# %% hint
# Step to `x + h` and to `x - h`.

# %% hint
# How far apart are `x + h` and `x - h`?

# %% solution
import math


def slope(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% remark
# The error of one step is about $\tfrac{h}{2} f''$, with opposite signs on
# the two sides.
# What remains is about $\tfrac{h^2}{6} f'''$.
