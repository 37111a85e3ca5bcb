"""The curvature of a loss limits the learning rate
================================================

You will see the loss of a line through five points, as a valley over slope
and offset.  Its curvature limits the learning rate: of three rates, one
stays well below the limit, one is close to it, and one exceeds it.
"""

# sphinx_gallery_tags = ["intermediate", "higher order", "learning rate"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

from micrograd import grad, hessian
from micrograd.draw import style
from micrograd.functions import mse_loss

plt.style.use(style())

xs, ys = [0.5, 1.0, 1.5, 2.0, 2.5], [0.9, 2.1, 2.9, 4.2, 4.9]


def loss(line):
    return mse_loss([line[0] * x + line[1] for x in xs], ys)


slopes = [i / 20 for i in range(81)]
offsets = [i / 20 - 2.0 for i in range(91)]
errors = [[loss([s, o]) ** 0.5 for s in slopes] for o in offsets]

figure, ax = plt.subplots(figsize=(6, 4.5))
ax.contourf(slopes, offsets, errors, levels=16, cmap="viridis")
ax.set(title="root of the loss", xlabel="slope", ylabel="offset")
plt.show()

# %%
# The Hessian of a loss of two parameters is a two-by-two matrix.  Its
# eigenvalues are the largest and the smallest curvature, found here with the
# quadratic formula, since the matrix is symmetric.

(a, b), (_, d) = hessian(loss)([0.0, 0.0])
middle, spread = (a + d) / 2, ((a - d) ** 2 / 4 + b * b) ** 0.5
most, least = middle + spread, middle - spread
limit = 2 / most
print(f"curvature {least:.3f} to {most:.3f}, ratio {most / least:.0f}")
print(f"so the learning rate must stay below {limit:.4f}")

# %%
# In the direction of largest curvature, a step multiplies the distance to the
# minimum by ``1 - rate * curvature``.  That must stay between -1 and 1, so
# the limit is 2 / curvature.


def descend(rate, steps=16):
    path = [[0.3, 2.0]]
    for _ in range(steps):
        (s, o), (ds, do) = path[-1], grad(loss)(path[-1])
        path.append([s - rate * ds, o - rate * do])
    return path


shares = [0.3, 0.97, 1.03]
paths = [descend(share * limit) for share in shares]

figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.9))
for ax, share, path in zip(axes, shares, paths):
    ax.contourf(slopes, offsets, errors, levels=16, cmap="viridis")
    s, o = zip(*path, strict=True)
    ax.plot(s, o, marker="o", markersize=3, color="#e69f00")
    ax.set(title=f"{share:.2f} of the limit", xlabel="slope")
    print(f"{share:.2f} of the limit: loss {loss(path[-1]):.3f}")
axes[0].set(ylabel="offset")
plt.show()

# %%
# Well below the limit the steep direction is settled at once.  From there on
# every rate waits for the flat direction, where the slope is small and so is
# the step: a valley is slow because it is *narrow*.

# %%
# What to take away
# -----------------
#
# - The largest curvature of a loss, not its slope, limits the rate.
# - The ratio of largest to smallest curvature decides how many steps it
#   takes.
# - Momentum and Adam exist to make that ratio matter less.
