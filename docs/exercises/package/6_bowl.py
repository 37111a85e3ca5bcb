"""Newton's method with a Hessian.

level: 3
idea: the minimum of a quadratic in one step
follows: /how-to/find-a-minimum-with-newtons-method
"""

# %% statement
# For a function of two numbers, Newton's step $s$ towards a minimum solves
# $H s = -g$, with the gradient $g$ and the Hessian $H$.
# Write `newton_step(f, point)` for `f([x, y])`: the point after one step.

# %% start
from micrograd import grad, hessian


def newton_step(f, point):
    return point  # your lines


# %% check
def bowl(p):
    x, y = p
    return 2.0 * x * x + x * y + y * y - 3.0 * x + y


bottom = newton_step(bowl, [5.0, -4.0])
nudge = "Where both derivatives are 0: 4x + y = 3 and x + 2y = -1."
expect("newton_step(bowl, [5.0, -4.0])", list(bottom), [1.0, -1.0], nudge)


def valley(p):
    x, y = p
    return (1.0 - x) ** 2 + 10.0 * (y - x * x) ** 2


point = [-1.0, 0.5]
for _ in range(8):
    point = list(newton_step(valley, point))
nudge = "Take g and H at the current point."
expect("eight steps in a valley", point, [1.0, 1.0], nudge, 1e-6)
print("Right: one step in a bowl, eight in a curved valley.")

# %% hint
# `grad(f)(point)` is a list of two, and `hessian(f)(point)` a list of two rows
# of two.

# %% hint
# With $D = ad - bc$, the solution of
# $\begin{pmatrix} a & b \\ c & d \end{pmatrix} s = r$ is
# $s = \frac1D (d\,r_1 - b\,r_2,\; a\,r_2 - c\,r_1)$.

# %% solution
from micrograd import grad, hessian


def newton_step(f, point):
    gx, gy = grad(f)(point)
    (a, b), (c, d) = hessian(f)(point)
    determinant = a * d - b * c
    x, y = point
    return [
        x - (d * gx - b * gy) / determinant,
        y - (a * gy - c * gx) / determinant,
    ]


# %% remark
# Far from a minimum the step may lead uphill.
# Optimisers for networks do without the Hessian, which has a row for every
# parameter.
