"""Two spirals come apart piece by piece
=====================================

You will see a network wind its boundary between two spirals, a task of 1988
that was chosen because it is hard.  Six pictures of one training show where
it begins and what it leaves for last.
"""

# sphinx_gallery_tags = ["intermediate", "classification", "compiler"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, batches, spirals
from micrograd.draw import decision_boundary, style, training_curves
from micrograd.functions import binary_cross_entropy_with_logits, mean
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())

rng = XorShift(3)  # the seed
data = spirals(160, 0.01, rng, turns=1.5)

figure, ax = plt.subplots(figsize=(5, 4.4))
for label, colour, marker in [(0, "#0072b2", "o"), (1, "#d55e00", "s")]:
    arm = [point for point, own in data if own == label]
    ax.scatter(*zip(*arm), color=colour, marker=marker)
ax.set(title="160 points on two spirals", xlabel="x", ylabel="y")
plt.show()

# %%
# The network has two hidden layers.  A training step on 20 points and the
# score of a single one are compiled, each into a program of its own.

model = MLP(2, [16, 16, 1], activation="tanh", init="xavier", rng=rng)


def score(x, y):
    return model([3 * x, 3 * y])


def loss(points, classes):
    scores = [score(*point) for point in points]
    return binary_cross_entropy_with_logits(scores, classes)


rounds, size = 300, 20
steps = rounds * len(data) // size
optimiser = Adam(model.parameters(), lr=cosine(0.02, 0.0, steps))
step = micrograd.compile(loss, optimiser)
quick_score = micrograd.compile(score)

# %%
# A picture needs the score at 1,600 places.

looks = [3, 12, 20, 30, 50, rounds]
history = []
figure, _ = plt.subplots(2, 3, figsize=(7.5, 5.2))
for ax, end in zip(figure.axes, looks, strict=True):
    for _ in range(end - len(history)):
        losses = [
            step(*zip(*batch, strict=True))
            for batch in batches(data, size, rng)
        ]
        history.append(mean(losses))
    decision_boundary(lambda p: quick_score(*p), data, ax, margin=0.2)
    ax.set(title=f"round {end}", xlabel="", ylabel="")
    print(f"round {end:3}: loss {history[-1]:.4f}")
for k in range(3):
    figure.axes[3 + k].set(xlabel="x")
for k in (0, 3):
    figure.axes[k].set(ylabel="y")
plt.show()

# %%
# The loss hardly moves while the boundary is one line through the middle.  It
# falls fastest when the boundary begins to curve, and settles as the rate
# goes to zero.

figure, ax = plt.subplots(figsize=(6.5, 3.4))
training_curves(history, ax)
ax.set(title="binary cross-entropy", xlabel="round", yscale="log")
plt.show()

# %%
# What to take away
# -----------------
#
# - A boundary grows from the simple to the detailed: halves first, then
#   curves, then the middle.
# - A loss that hardly moves may be about to fall.
# - A step and a score can be compiled side by side; they share parameters.
