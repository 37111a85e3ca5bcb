"""The gradient spreads like a wave
================================

You will see every value in the graph of a small network as a dot, with the
loss in the middle, at six moments of one backward pass.  A dot is reached
once, when all the dots that it feeds are done.
"""

# sphinx_gallery_tags = ["intermediate", "graph", "backward"]
# sphinx_gallery_thumbnail_number = 2

from math import cos, sin, tau
from random import Random

import matplotlib.pyplot as plt

from micrograd import topological_order
from micrograd.draw import style
from micrograd.functions import mean
from micrograd.nn import MLP

plt.style.use(style())
model = MLP(2, [6, 4, 1], activation="tanh", rng=Random(5))  # the seed
loss = (model([1.0, -0.5]) - 1.0) ** 2
order = topological_order(loss)[::-1]

ring = {id(loss): 0}  # the longest way from the loss
for value in order:
    for operand in value.inputs:
        further = ring[id(value)] + 1
        ring[id(operand)] = max(further, ring.get(id(operand), 0))

figure, ax = plt.subplots(figsize=(6.5, 3.4))
ax.plot([ring[id(value)] for value in order], marker=".")
ax.set(title="a pass, value by value", xlabel="visit", ylabel="ring")
plt.show()

# %%
# The pass visits the values in the reverse order of their creation.  It moves
# in and out between the rings, since a weight is as near to the loss as the
# output that it is multiplied by; but no value comes before one that it
# feeds.

# %%
# For the picture, each value is attached to one that it feeds, as leaves and
# branches are on a tree.  Leaves stand side by side on the rim, and each
# branch in the middle of what it carries.

branches = {id(value): [] for value in order}
hung = set()
for value in order:
    for operand in value.inputs:
        next_ring = ring[id(value)] + 1 == ring[id(operand)]
        if next_ring and id(operand) not in hung:
            hung.add(id(operand))
            branches[id(value)].append(operand)

leaves = iter(range(len(order)))
place = {}


def grow(value):
    angles = [grow(branch) for branch in branches[id(value)]]
    angle = mean(angles) if angles else next(leaves) * tau / spread
    radius = ring[id(value)]
    place[id(value)] = radius * cos(angle), radius * sin(angle)
    return angle


spread = sum(not carried for carried in branches.values())
grow(loss)


def draw(ax, done):
    for k, value in enumerate(order):
        colour = "#d55e00" if k < done else "#767676"
        x, y = place[id(value)]
        for operand in value.inputs:
            u, v = place[id(operand)]
            ax.plot([x, u], [y, v], color=colour, alpha=0.4)
        ax.plot(x, y, color=colour, marker="o", markersize=3)


figure, _ = plt.subplots(2, 3, figsize=(7.5, 5.4))
for ax, k in zip(figure.axes, range(6), strict=True):
    done = k * len(order) // 5
    draw(ax, done)
    ax.set(title=f"{done} of {len(order)} done", xticks=[], yticks=[])
figure.axes[0].set(xlabel="x", ylabel="y")
plt.show()

# %%
# What to take away
# -----------------
#
# - A dot that is done has its whole gradient: nothing that comes later can
#   add to it.
# - One pass reaches every weight, however many there are.
# - Where a value is used twice, two gradients meet and are added.
