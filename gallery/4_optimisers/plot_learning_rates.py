"""Every optimiser has a band of good learning rates
=================================================

You will see one small network trained at rates from a ten-thousandth to
ten, by four optimisers.  Too small a rate gets nowhere in time, too large a
one throws the weights about, and the band between differs for each.
"""

# sphinx_gallery_tags = ["intermediate", "optimiser", "learning rate"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, batches, moons
from micrograd.draw import style
from micrograd.functions import binary_cross_entropy_with_logits, mean
from micrograd.nn import MLP
from micrograd.optim import SGD, Adam, RMSprop

plt.style.use(style())

data = moons(200, 0.25, XorShift(4))  # the seed

figure, ax = plt.subplots(figsize=(5, 3.4))
for label, colour, marker in [(0, "#0072b2", "o"), (1, "#d55e00", "s")]:
    moon = [point for point, own in data if own == label]
    ax.scatter(*zip(*moon), color=colour, marker=marker)
ax.set(title="the task", xlabel="x", ylabel="y")
plt.show()

# %%
# Every training starts from the same weights and sees the same batches.  The
# learning rate is a function, which each step calls again; so one recording
# serves for all rates of an optimiser.

model = MLP(
    2, [8, 8, 1], activation="tanh", init="xavier", rng=XorShift(9)
)
weights = model.state_dict()
rate = 0.0


def loss(points, classes):
    scores = [model(point) for point in points]
    return binary_cross_entropy_with_logits(scores, classes)


def trainer(kind, **options):
    optimiser = kind(model.parameters(), lambda t: rate, **options)
    fresh = optimiser.state_dict()
    step = micrograd.compile(loss, optimiser)

    def train(rounds=20, size=20):
        model.load_state_dict(weights)
        optimiser.load_state_dict(fresh)
        rng = XorShift(1)
        order = [
            b for _ in range(rounds) for b in batches(data, size, rng)
        ]
        return [step(*zip(*batch, strict=True)) for batch in order]

    return train


# %%
# The height of a point is the mean loss of the last 20 of 200 steps.  Every
# line is a valley: slow on the left, wild on the right.

trainers = {
    "SGD": trainer(SGD),
    "SGD, momentum 0.9": trainer(SGD, momentum=0.9),
    "RMSprop": trainer(RMSprop),
    "Adam": trainer(Adam),
}
rates = [10 ** (k / 3) for k in range(-12, 4)]
ends = {name: [] for name in trainers}
for rate in rates:
    for name, train in trainers.items():
        ends[name].append(mean(train()[-20:]))

figure, ax = plt.subplots(figsize=(6.5, 4.4))
for (name, losses), dash in zip(ends.items(), ["-", "--", "-.", ":"]):
    ax.plot(rates, losses, linestyle=dash, marker="o", label=name)
ax.set(xscale="log", ylim=(0.0, 1.0))
ax.set(
    title="a loss for each rate", xlabel="learning rate", ylabel="loss"
)
ax.legend()
plt.show()

for name, losses in ends.items():
    least, best = min(zip(losses, rates, strict=True))
    print(f"{name:17} is best at {best:6.4f}: loss {least:.3f}")

# %%
# Plain SGD wants a rate several times that of SGD with momentum, which adds
# up about ten steps.  RMSprop and Adam divide by the size of the gradient, so
# their rate is about the size of a step.

# %%
# What to take away
# -----------------
#
# - Search for a rate by factors, not by differences.
# - The best rate lies a factor of ten or so below the first that fails.
# - A comparison of optimisers at one rate compares the rate.
