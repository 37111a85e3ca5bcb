"""A Hessian times a vector.

level: 3
idea: forward mode over reverse mode
follows: /how-to/take-higher-derivatives
"""

# %% statement
# The Hessian times a vector is the rate at which the *gradient* changes when
# the point moves along the vector.
# Write `curve(f, point, direction)` with micrograd's `grad` and `jvp`, without
# computing the Hessian.

# %% start
from micrograd import grad, jvp


def curve(f, point, direction):
    return point  # your line


# %% check
from micrograd import sin


def f(p):
    x, y = p
    return x * x * y + sin(y)


found = list(curve(f, [3.0, 0.0], [1.0, 0.0]))
nudge = "The gradient is [2xy, x*x + cos y]; how does it change with x?"
expect("along the first axis", found, [0.0, 6.0], nudge)
found = list(curve(f, [3.0, 0.5], [1.0, -2.0]))
expected = [1.0 - 12.0, 6.0 + 2 * math.sin(0.5)]
expect("along (1, -2)", found, expected, "Rows of the Hessian, combined.")
print("Right: the cost is a few runs of f, however many its inputs.")

# %% hint
# `jvp(g, [x], [v])` returns the value of `g` at `x` and its rate along `v`.

# %% hint
# Here `g` is `grad(f)`.

# %% solution
from micrograd import grad, jvp


def curve(f, point, direction):
    return jvp(grad(f), [point], [direction])[1]


# %% remark
# The package has it as `hvp`.
