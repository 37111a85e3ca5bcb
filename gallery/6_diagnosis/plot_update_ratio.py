"""How large a step is beside the weights it changes
=================================================

You will see by what fraction the weights of each layer change in a step,
for three learning rates.  A thousandth to a hundredth goes with training
that works; far below that nothing happens, far above it nothing lasts.
"""

# sphinx_gallery_tags = ["intermediate", "diagnosis", "learning rate"]
# sphinx_gallery_thumbnail_number = 2

from math import sqrt

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, batches, moons
from micrograd.draw import style
from micrograd.functions import binary_cross_entropy_with_logits, mean
from micrograd.nn import MLP
from micrograd.optim import SGD

plt.style.use(style())
data = moons(160, 0.15, XorShift(2))  # the seed

figure, ax = plt.subplots(figsize=(5, 3.4))
for label, colour, marker in [(0, "#0072b2", "o"), (1, "#d55e00", "s")]:
    moon = [point for point, own in data if own == label]
    ax.scatter(*zip(*moon), color=colour, marker=marker)
ax.set(title="the task", xlabel="x", ylabel="y")
plt.show()

# %%
# The weights of a layer are noted before and after a step.  The ratio is the
# size of the difference over the size of the weights.


def size(numbers):
    return sqrt(mean(x * x for x in numbers))


def weights(layer):
    return [w.data for neuron in layer.neurons for w in neuron.w]


def ratio(before, after):
    pairs = zip(before, after, strict=True)
    return size(a - b for b, a in pairs) / size(before)


def train(rate, rounds=40):
    rng = XorShift(3)
    model = MLP(
        2, [12, 12, 1], activation="tanh", init="xavier", rng=rng
    )

    def loss(points, classes):
        scores = [model(point) for point in points]
        return binary_cross_entropy_with_logits(scores, classes)

    step = micrograd.compile(loss, SGD(model.parameters(), lr=rate))
    losses, ratios = [], []
    for _ in range(rounds):
        for batch in batches(data, 20, rng):
            before = [weights(layer) for layer in model.layers]
            losses.append(step(*zip(*batch, strict=True)))
            after = [weights(layer) for layer in model.layers]
            ratios.append(list(map(ratio, before, after)))
    return losses, ratios


# %%
# The grey lines mark the range from a thousandth to a hundredth.  In the
# middle all layers run between them.  On the right the first steps were so
# large that the tanh of two layers saturated; from then on only the last
# layer moves, and it changes all of its weights in every step.

rates = [0.001, 0.1, 10.0]
all_losses = []
figure, axes = plt.subplots(1, 3, figsize=(7.5, 3.4))
for ax, rate in zip(axes, rates, strict=True):
    losses, ratios = train(rate)
    all_losses.append(losses)
    limits = [(1e-3, None), (1e-2, "usual range")]
    for edge, words in limits:
        ax.axhline(edge, color="#767676", linewidth=2, label=words)
    for k, path in enumerate(zip(*ratios, strict=True)):
        ax.plot(path[::4], label=f"layer {k + 1}")
    ax.set(title=f"rate {rate}", xlabel="step / 4", yscale="log")
    ax.set(ylim=(1e-5, 3.0))
    print(f"rate {rate:6}: last losses {mean(losses[-20:]):.2f}")
axes[0].set(ylabel="change / weight")
axes[0].legend()
plt.show()

# %%
# The loss at the three rates.

figure, ax = plt.subplots(figsize=(6.5, 3.4))
for rate, losses, dash in zip(rates, all_losses, ["-", "--", ":"]):
    smooth = [mean(losses[k : k + 8]) for k in range(len(losses) - 8)]
    ax.plot(smooth, linestyle=dash, label=f"rate {rate}")
ax.set(title="mean over a round", xlabel="step", ylabel="loss")
ax.set(yscale="log")
ax.legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - The ratio tells in ten steps what the loss tells in hundreds.
# - Layers that train together have lines that run together.
# - A layer far below the others is saturated, dead or cut off.
