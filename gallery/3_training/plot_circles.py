"""A circle is drawn with straight lines
=====================================

You will see networks of two, three, four and eight hidden neurons put a
boundary around a disc of points.  The boundary can turn only where it
crosses the line of a neuron: two enclose nothing, three make a rough
polygon, and eight come close to a circle.
"""

# sphinx_gallery_tags = ["beginner", "classification", "activation"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, batches, circles
from micrograd.draw import decision_boundary, style
from micrograd.functions import binary_cross_entropy_with_logits, mean
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())

data = circles(120, 0.08, XorShift(5))  # the seed

figure, ax = plt.subplots(figsize=(5, 4.4))
for label, colour, marker in [(0, "#0072b2", "o"), (1, "#d55e00", "s")]:
    inside = [point for point, own in data if own == label]
    ax.scatter(*zip(*inside), color=colour, marker=marker)
ax.set(title="a disc in a ring", xlabel="x", ylabel="y")
plt.show()

# %%
# One function trains a network of any width, on 15 points at a time.  Steps
# are compiled, so that hundreds of them take less than a second.


def train(width, activation, seed):
    rng = XorShift(seed)
    model = MLP(2, [width, 1], activation=activation, rng=rng)

    def loss(points, classes):
        scores = [model(point) for point in points]
        return binary_cross_entropy_with_logits(scores, classes)

    rounds, size = 80, 15
    steps = rounds * len(data) // size
    optimiser = Adam(model.parameters(), lr=cosine(0.1, 0.0, steps))
    step = micrograd.compile(loss, optimiser)
    losses = []
    for _ in range(rounds):
        for batch in batches(data, size, rng):
            losses.append(step(*zip(*batch, strict=True)))
    return model, mean(losses[-8:])


# %%
# Of three starts we keep the one that ends best.  The dashed lines are where
# the sum of a neuron is zero.


def best(width, activation="relu"):
    runs = [train(width, activation, seed) for seed in range(1, 4)]
    model, loss = min(runs, key=lambda run: run[1])
    print(f"{width} {activation} neurons: loss {loss:.3f}")
    return model


figure, _ = plt.subplots(2, 2, figsize=(7, 6.6))
for ax, width in zip(figure.axes, [2, 3, 4, 8], strict=True):
    decision_boundary(best(width), data, ax, margin=0.3, hidden=True)
    ax.set(title=f"{width} neurons", xlabel="", ylabel="")
figure.axes[0].set(ylabel="y")
figure.axes[2].set(xlabel="x", ylabel="y")
figure.axes[3].set(xlabel="x")
plt.show()

# %%
# A smooth activation gives a smooth boundary.  Three neurons are enough for
# something round.

figure, ax = plt.subplots(figsize=(5, 4.4))
decision_boundary(best(3, "tanh"), data, ax, margin=0.3, hidden=True)
ax.set(title="3 tanh neurons")
plt.show()

# %%
# What to take away
# -----------------
#
# - A network of ReLUs is made of flat pieces, joined along the lines of its
#   neurons.
# - To enclose a region of the plane takes at least three of them.
# - The activation decides what a corner looks like.
