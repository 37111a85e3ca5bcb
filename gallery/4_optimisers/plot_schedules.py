"""A falling rate settles what a steady rate keeps stirring
========================================================

You will see four schedules, each a learning rate drawn over the steps, and
their effect on the same noisy training: large steps get near the best
answer, small ones at the end find it.
"""

# sphinx_gallery_tags = ["intermediate", "optimiser", "learning rate"]

from random import Random

import matplotlib.pyplot as plt

from micrograd import Value, optim
from micrograd.draw import style
from micrograd.functions import mse_loss

plt.style.use(style())

steps = 200
schedules = {
    "constant": lambda t: 0.3,
    "linear": optim.linear(0.3, 0.0, steps),
    "step": optim.step(0.3, 0.4, every=40),
    "warmup, cosine": optim.warmup(optim.cosine(0.3, 0.0, steps), 30),
}
dashes = ["-", "--", "-.", ":"]
figure, ax = plt.subplots(figsize=(6.5, 3.8))
for (name, rate), dash in zip(schedules.items(), dashes, strict=True):
    ax.plot([rate(t) for t in range(steps)], linestyle=dash, label=name)
ax.set(title="four schedules", xlabel="step", ylabel="learning rate")
ax.legend()
plt.show()

# %%
# A schedule is a function of the number of the step; any function will do, as
# the constant shows.  An optimiser takes one in place of a number.
#
# The task is a line through 200 scattered points, of which each step sees
# four.  Its gradients are right on average and wrong every time.

rng = Random(5)  # the seed
xs = [rng.uniform(-2.0, 2.0) for _ in range(200)]
data = [(x, 1.5 * x - 0.5 + rng.gauss(0.0, 0.8)) for x in xs]


def train(rate):
    picks = Random(1)  # the same batches for every schedule
    slope, offset = Value(-1.0), Value(1.0)
    optimiser = optim.SGD([slope, offset], lr=rate)
    path = []
    for _ in range(steps):
        x, y = zip(*picks.sample(data, 4), strict=True)
        loss = mse_loss([slope * xi + offset for xi in x], y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        path.append((slope.data, offset.data))
    return path


def loss_on_all(line):
    errors = [line[0] * x + line[1] - y for x, y in data]
    return sum(error * error for error in errors) / len(errors)


# %%
# No line meets all the points, so we plot how far the loss is above that of
# the best line, found by a long training on all points.

best = [Value(0.0), Value(0.0)]
optimiser = optim.SGD(best, lr=0.2)
for _ in range(60):
    loss = loss_on_all(best)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
least = loss_on_all([p.data for p in best])

figure, ax = plt.subplots(figsize=(6.5, 3.8))
for (name, rate), dash in zip(schedules.items(), dashes, strict=True):
    above = [loss_on_all(line) - least for line in train(rate)]
    ten = [sum(above[t : t + 10]) / 10 for t in range(steps - 9)]
    ax.plot(ten, linestyle=dash, label=name)
    print(f"{name:14}: {ten[-1]:.4f} above the least loss")
ax.set(
    title="mean over ten steps",
    xlabel="step",
    ylabel="loss above the least",
    yscale="log",
)
ax.legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - A steady rate stops gaining where its steps are as large as its errors.
# - All falling schedules end far lower; their shapes matter less.
# - Warming up costs little here, and saves networks from a bad first step.
