"""A ReLU that is never on never learns again
==========================================

You will see on what fraction of the data each of sixteen ReLUs is on while
their network trains.  At a good rate the lines wander; at a bad one most
fall to zero, and none comes back.
"""

# sphinx_gallery_tags = ["intermediate", "diagnosis", "activation"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, batches, moons
from micrograd.draw import decision_boundary, style
from micrograd.functions import binary_cross_entropy_with_logits
from micrograd.nn import MLP
from micrograd.optim import SGD

plt.style.use(style())
data = moons(100, 0.1, XorShift(2))  # the seed

figure, ax = plt.subplots(figsize=(5, 3.4))
for label, colour, marker in [(0, "#0072b2", "o"), (1, "#d55e00", "s")]:
    moon = [point for point, own in data if own == label]
    ax.scatter(*zip(*moon), color=colour, marker=marker)
ax.set(title="the task", xlabel="x", ylabel="y")
plt.show()

# %%
# A neuron is on for a point if its weighted sum is positive.  After every
# step we check it for all points, in plain numbers.


def share_on(neuron):
    (u, v), b = (w.data for w in neuron.w), neuron.b.data
    return sum(u * x + v * y + b > 0 for (x, y), _ in data) / len(data)


def train(rate, rounds=30, size=20):
    rng = XorShift(4)
    model = MLP(2, [16, 1], rng=rng)

    def loss(points, classes):
        scores = [model(point) for point in points]
        return binary_cross_entropy_with_logits(scores, classes)

    step = micrograd.compile(loss, SGD(model.parameters(), lr=rate))
    shares = []
    for _ in range(rounds):
        for batch in batches(data, size, rng):
            shares.append(
                [share_on(n) for n in model.layers[0].neurons]
            )
            step(*zip(*batch, strict=True))
    return model, shares


# %%
# A large step can push a neuron's line past all of the data.  From then on
# its output is zero for every point, the derivative of a ReLU there is zero
# as well, and no gradient will ever move the line back.

figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.6))
models = {}
for ax, rate in zip(axes, [1.0, 8.0], strict=True):
    models[rate], shares = train(rate)
    dead = 0
    for path in zip(*shares, strict=True):
        died = path[-1] == 0.0
        dead += died
        ax.plot(path, color="#d55e00" if died else "#0072b2", alpha=0.7)
    ax.set(title=f"rate {rate}: {dead} of 16 dead", xlabel="step")
    ax.set(ylim=(-0.03, 1.03))
    print(f"rate {rate}: {dead} dead")
axes[0].set(ylabel="share of the data")
plt.show()

# %%
# The network has to make do with the rest.  The dashed lines are those of all
# neurons; on the right most of them have left the picture.

figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.6))
for ax, (rate, model) in zip(axes, models.items(), strict=True):
    decision_boundary(model, data, ax, hidden=True)
    ax.set(title=f"rate {rate}")
plt.show()

# %%
# What to take away
# -----------------
#
# - Count the neurons that are off for all of the data.
# - If they die early, lower the rate, or warm it up.
# - ``leaky_relu``, ``elu`` and ``gelu`` keep a slope to come back on.
