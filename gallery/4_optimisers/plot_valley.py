"""Optimisers take different ways down a valley
============================================

You will see six optimisers move from the same point along a curved valley
with steep sides, each at its best learning rate.  Some bounce, some swing,
some slow down, and three arrive.
"""

# sphinx_gallery_tags = ["beginner", "optimiser", "learning rate"]
# sphinx_gallery_thumbnail_number = 2

from math import inf

import matplotlib.pyplot as plt

from micrograd import Value, log1p
from micrograd.draw import style
from micrograd.errors import NonFiniteGradientError
from micrograd.optim import SGD, Adagrad, Adam, RMSprop

plt.style.use(style())


def valley(x, y):  # Rosenbrock's, with its bottom at (1, 1)
    return (1 - x) ** 2 + 20 * (y - x * x) ** 2


xs = [i / 25 - 1.6 for i in range(81)]
ys = [i / 25 - 0.8 for i in range(66)]
heights = [[log1p(valley(x, y)) for x in xs] for y in ys]

figure, ax = plt.subplots(figsize=(6, 4.5))
ax.contourf(xs, ys, heights, levels=16, cmap="viridis")
ax.set(title="logarithm of the height", xlabel="x", ylabel="y")
plt.show()

# %%
# Each optimiser gets the same start and as many steps, and the best of nine
# learning rates: a rate means something different to each, so one for all
# would be unfair.  A rate that is far too large ends in an error.

kinds = {
    "SGD": SGD,
    "momentum": lambda p, lr: SGD(p, lr, momentum=0.9),
    "Nesterov": lambda p, lr: SGD(p, lr, momentum=0.9, nesterov=True),
    "Adagrad": Adagrad,
    "RMSprop": RMSprop,
    "Adam": Adam,
}
rates = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002]


def walk(kind, rate, steps=150):
    p = [Value(-1.2), Value(1.6)]
    optimiser = kind(p, lr=rate)
    path = []
    for _ in range(steps):
        height = valley(*p)
        path.append((p[0].data, p[1].data, height.data))
        optimiser.zero_grad()
        height.backward()
        try:
            optimiser.step()
        except NonFiniteGradientError:  # it left the valley for good
            return [(*path[0][:2], inf)]
    return path


best = {}
for name, kind in kinds.items():
    paths = {rate: walk(kind, rate) for rate in rates}
    rate = min(rates, key=lambda rate: paths[rate][-1][2])
    best[name] = paths[rate]
    print(f"{name:8} at rate {rate}: height {paths[rate][-1][2]:.6f}")

# %%
# The star is the minimum.  Plain descent bounces between the sides before it
# finds the floor, and its step there is small because the slope is.  Momentum
# and Adam gather speed along the floor, and overshoot or follow the curve.

figure, _ = plt.subplots(2, 3, figsize=(7.5, 5))
for name, ax in zip(best, figure.axes, strict=True):
    x, y, _ = zip(*best[name], strict=True)
    ax.contourf(xs, ys, heights, levels=16, cmap="viridis")
    ax.plot(x, y, color="#e69f00")
    for colour, size in [("black", 160), ("white", 50)]:
        ax.scatter(
            [1.0], [1.0], color=colour, marker="*", s=size, zorder=3
        )
    ax.set(title=name, xlabel="x", ylabel="y")
plt.show()

# %%
# The paths show where they went; the height shows when.

figure, ax = plt.subplots(figsize=(6.5, 4))
dashes = ["-", "--", "-.", ":", "-", "--"]
for name, dash in zip(best, dashes, strict=True):
    ax.plot([h for _, _, h in best[name]], linestyle=dash, label=name)
ax.set(title="six ways down", xlabel="step", ylabel="height")
ax.set(yscale="log")
ax.legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - Momentum cancels what the steps disagree on and adds up the rest.
# - Adagrad divides by all the gradients it has met, so a steep start slows it
#   for good; RMSprop and Adam forget.
# - Give each optimiser its own rate before comparing.
