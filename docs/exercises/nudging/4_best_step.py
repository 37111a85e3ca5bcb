"""How small is too small?

level: 2
idea: rounding against curvature
follows: /explanation/floating-point
"""

# %% statement
# With a long step the curve bends away from the line; with a short one the
# difference is mostly rounding.
# Write `best_step(f, x, exact)`: of the steps `1e-1`, `1e-2`, ... `1e-15`,
# the one whose one-sided derivative is nearest to `exact`.

# %% start
import math


def best_step(f, x, exact):
    return 1e-15  # surely the smallest?


# %% check
for name, x, exact in [("exp", 1.0, math.e), ("sin", 1.0, math.cos(1.0))]:
    expect(
        f"best_step(math.{name}, {x}, {exact:.4f})",
        best_step(getattr(math, name), x, exact),
        1e-8,
        "Print step and error side by side and look for the smallest.",
    )
print("Right: 1e-8, about the square root of the spacing of floats.")

# %% hint
# Make a list of the steps: `[10.0**-n for n in range(1, 16)]`.

# %% hint
# `min(steps, key=error)` picks the step for which `error(step)` is least.

# %% solution
import math


def best_step(f, x, exact):
    def error(h):
        return abs((f(x + h) - f(x)) / h - exact)

    return min([10.0**-n for n in range(1, 16)], key=error)


# %% remark
# Curvature costs about $h$, rounding about $10^{-16} / h$.
# Their sum is least where both are equal, at $h = 10^{-8}$.
