"""Noise turns back into two moons
===============================

You will see the points of two moons dissolve into noise, and a network
learn the way back.  New noise, led along it in thirty small steps, becomes
new points of the moons: a diffusion model, in the plane.
"""

# sphinx_gallery_tags = ["advanced", "generation", "compiler"]
# sphinx_gallery_thumbnail_number = 2

from math import cos, pi, radians, sin
from random import Random

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, moons
from micrograd.draw import style, training_curves
from micrograd.functions import mean
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())
rng, drawn = Random(2), moons(1000, 0.06, XorShift(1))  # the seeds
data = [((x - 0.5) / 0.8, (y - 0.25) / 0.8) for (x, y), _ in drawn]

figure, axes = plt.subplots(1, 5, figsize=(7.5, 1.9))
for ax, degrees in zip(axes, [0, 15, 30, 60, 90], strict=True):
    old, new = cos(radians(degrees)), sin(radians(degrees))
    xs = [old * x + new * rng.gauss(0.0, 1.0) for x, _ in data]
    ys = [old * y + new * rng.gauss(0.0, 1.0) for _, y in data]
    ax.plot(xs, ys, linestyle="", marker=".", markersize=1)
    ax.set(xlim=(-3, 3), ylim=(-3, 3), xlabel=f"{degrees}°", ylabel="y")
plt.show()

# %%
# A point dissolves by a rotation: at the angle ``a`` it is ``cos(a)`` times
# the point plus ``sin(a)`` times noise.  As ``a`` grows it moves with the
# velocity ``cos(a)`` noise minus ``sin(a)`` point.  The network learns to
# predict this velocity from the position and the angle alone.


def example():
    (x, y), a = rng.choice(data), rng.random() ** 2 * pi / 2
    u, v = rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)
    old, new = cos(a), sin(a)
    place = [old * x + new * u, old * y + new * v, a]
    return [*place, old * u - new * x, old * v - new * y]


# %%
# Given waves of each coordinate beside the coordinate itself, a small network
# sees finer detail.

model = MLP(7, [32, 16, 2], activation="silu", init="xavier", rng=rng)
waves = [micrograd.sin, micrograd.cos]


def speed(x, y, a):
    wavy = [f(2 * z) for z in (x, y) for f in waves]
    return model([x, y, *wavy, 2 * a - 1.5])


def loss(examples):
    errors = []
    for x, y, a, dx, dy in examples:
        p, q = speed(x, y, a)
        errors.append((p - dx) ** 2 + (q - dy) ** 2)
    return mean(errors)


steps = 15000
optimiser = Adam(model.parameters(), lr=cosine(0.01, 0.0, steps))
step = micrograd.compile(loss, optimiser)
losses = [step([example() for _ in range(8)]) for _ in range(steps)]
print(f"{len(model.parameters())} parameters, {8 * steps:,} examples")

# %%
# To turn noise back, predict the velocity and take a small step against it.
# Position and velocity rotate together, so the step is a rotation as well,
# exact but for the change of the velocity on the way.  Learning to remove
# noise is the idea of [Ho2020]_, the velocity that of [Salimans2022]_.

x_speed = micrograd.compile(lambda x, y, a: speed(x, y, a)[0])
y_speed = micrograd.compile(lambda x, y, a: speed(x, y, a)[1])
turn = pi / 2 / 30


def way_back(x, y):
    path = [(x, y)]
    for k in range(30):
        a = pi / 2 - k * turn
        dx, dy = x_speed(x, y, a).data, y_speed(x, y, a).data
        x = cos(turn) * x - sin(turn) * dx
        y = cos(turn) * y - sin(turn) * dy
        path.append((x, y))
    return path


paths = []
for _ in range(150):
    paths.append(way_back(rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)))

figure, ax = plt.subplots(figsize=(6.5, 4.6))
for path in paths:
    x, y = zip(*path, strict=True)
    ax.plot(x, y, color="#767676", alpha=0.5, linewidth=0.8)
xs, ys = zip(*[path[-1] for path in paths], strict=True)
ax.scatter(xs, ys, color="#d55e00", marker=".", zorder=3)
ax.set(title="150 ways from noise to the moons", xlabel="x", ylabel="y")
plt.show()

# %%
# The same points at five angles on the way.  First they choose a side; late
# they find their line.

figure, axes = plt.subplots(1, 5, figsize=(7.5, 1.9))
for ax, k in zip(axes, [0, 10, 20, 25, 30], strict=True):
    xs, ys = zip(*[path[k] for path in paths], strict=True)
    ax.plot(
        xs, ys, color="#d55e00", linestyle="", marker=".", markersize=2
    )
    ax.set(title=f"{90 - 3 * k}°", xlim=(-3, 3), ylim=(-3, 3))
axes[0].set(xlabel="x", ylabel="y")
plt.show()

# %%
# The loss cannot reach zero: a noisy position may come from many points, and
# the best answer is their mean.

thousands = range(0, steps, 500)
figure, ax = plt.subplots(figsize=(6.5, 3))
training_curves([mean(losses[k : k + 500]) for k in thousands], ax)
ax.set(title="mean over 500 steps", xlabel="step / 500")
plt.show()

# %%
# What to take away
# -----------------
#
# - To make new data, learn to remove noise, a little at a time.
# - The network never sees a whole path, only single moments of it.
# - Features that fit the task are worth more than a wider layer.
