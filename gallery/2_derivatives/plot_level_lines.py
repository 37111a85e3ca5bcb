"""A level line runs across the gradient
=====================================

You will see closed curves drawn without a plotting routine for them.  Steps
at right angles to the gradient neither climb nor fall, and the gradient
itself leads back when a step has strayed.
"""

# sphinx_gallery_tags = ["intermediate", "derivative", "newton"]
# sphinx_gallery_thumbnail_number = 2

from itertools import product
from math import cos, dist, hypot, sin, tau

import matplotlib.pyplot as plt

from micrograd import grad, log, value_and_grad
from micrograd.draw import style

plt.style.use(style())


pits = [(cos(k * tau / 3), sin(k * tau / 3)) for k in range(3)]


def height(p):  # all distances from a pit, multiplied; its logarithm
    x, y = p
    return sum(log((x - u) ** 2 + (y - v) ** 2) for u, v in pits)


figure, ax = plt.subplots(figsize=(5.2, 4.8))
ticks = [i / 4 + 0.01 for i in range(-7, 8)]
for x, y in product(ticks, ticks):
    u, v = grad(height)([x, y])
    size = 0.2 / hypot(u, v)
    ends = [x, x + size * u], [y, y + size * v]
    ax.plot(*ends, color="#767676")
    ax.plot([x], [y], color="#0072b2", marker="o", markersize=3)
ax.set(title="which way is up", xlabel="x", ylabel="y")
plt.show()

# %%
# The height falls without limit at three pits.  A step at right angles to the
# gradient keeps the height, except for the curvature of the line.  A Newton
# step along the gradient corrects that: the error in height, divided by the
# slope.


def correct(p, level):
    h, (u, v) = value_and_grad(height)(p)
    off = (h - level) / (u * u + v * v)
    return [p[0] - off * u, p[1] - off * v]


def walk(start, level, step=0.04):
    for _ in range(8):
        start = correct(start, level)
    path = [start]
    while len(path) < 4 or dist(path[-1], start) > 0.8 * step:
        (x, y), (u, v) = path[-1], grad(height)(path[-1])
        size = step / hypot(u, v)
        path.append(correct([x - size * v, y + size * u], level))
    return [*path, start]


# %%
# Below zero a level line is three closed curves, one around each pit; above
# zero it is a single one.  At zero they touch in a point where the gradient
# is zero, so no curve should start there.

levels = [-2.5, -1.2, -0.4, -0.05, 0.3, 0.9, 1.5]
figure, ax = plt.subplots(figsize=(5.8, 5.2))
for level in levels:
    colour = "#0072b2" if level < 0 else "#d55e00"
    for u, v in pits if level < 0 else pits[:1]:
        path = walk([1.3 * u, 1.3 * v], level)
        worst = max(abs(height(p) - level) for p in path)
        x, y = zip(*path, strict=True)
        ax.plot(x, y, color=colour)
    print(f"level {level:5}: {len(path):3} steps, off by {worst:.0e}")
ax.scatter(*zip(*pits), color="#767676", marker=".", zorder=3)
ax.set(title="seven levels, walked", xlabel="x", ylabel="y")
plt.show()

# %%
# What to take away
# -----------------
#
# - At right angles to the gradient nothing changes, to first order.
# - What remains is of second order, and one Newton step removes it.
# - A gradient answers "how do I stay level" as well as "how do I get down".
