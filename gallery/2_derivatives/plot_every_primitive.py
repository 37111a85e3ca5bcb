"""Every primitive has a derivative
================================

You will see every row of the table of primitives: the function as a solid
line, its derivative dashed.  No curve is written down for the picture; both
lines are read from the row.  The last panel adds a row that is not in the
table.
"""

# sphinx_gallery_tags = ["beginner", "derivative", "activation"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

from micrograd import elementwise, grad, where
from micrograd.draw import style
from micrograd.primitives import PRIMITIVES

plt.style.use(style())


def draw(ax, title, f, low, high):
    xs = [low + (high - low) * i / 100 for i in range(101)]
    ax.plot(xs, [f(x) for x in xs], label="y")
    slopes = [grad(f)(x) for x in xs]
    ax.plot(xs, slopes, linestyle="--", label="slope")
    ax.set(title=title, xlabel="x")


table = list(PRIMITIVES.values())
usual = ["leaky_relu", "elu"]  # their second operand has a usual value
rows = [r for r in table if r.arity == 1 or r.name in usual]
figure, _ = plt.subplots(7, 4, figsize=(7.5, 11.5))
for ax, row in zip(figure.axes, rows, strict=True):
    low, high = (-2.0, 2.0) if row.kinks else row.domain[0]
    draw(ax, row.name, row.function, low, high)
figure.axes[3].legend()
plt.show()

# %%
# These are all functions of one number, each on the interval in which its row
# says to sample it.  Where a dashed line jumps, the function has a kink, and
# the row says which derivative is taken there.
#
# In a function of two numbers the first one varies; the second stays at 0.5.

figure, _ = plt.subplots(3, 4, figsize=(7.5, 5.5))
rows = [r for r in table if r.arity == 2 and r.name not in usual]
for ax, row in zip(figure.axes, rows):
    f = row.function
    name = f"{row.name}(x, 0.5)"
    draw(ax, name, lambda x, f=f: f(x, 0.5), -2.0, 2.0)


def bent(x):
    return where(x > 0, x, x * x)


draw(figure.axes[10], "where(x > 0, x, x²)", bent, -2.0, 2.0)


# A row of our own: the function, and its derivative in terms of the result y.
@elementwise(lambda y, x: -2 * x * y, domain=[(-2, 2)], torch="")
def bump(xp, x):
    return xp.exp(-x * x)


draw(figure.axes[11], "bump, our own", bump, -2.0, 2.0)
figure.axes[4].legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - A row is a function and its partial derivatives; everything else is read
#   from it.
# - A derivative is often cheapest in terms of the result: that of ``exp``
#   *is* the result.
# - A rule of your own takes as many lines as one of the table.
