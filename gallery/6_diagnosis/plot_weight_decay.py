"""A penalty on weights keeps a boundary from following the noise
==============================================================

You will see one network learn the same sixty noisy points three times.
Without a penalty on its weights the boundary wraps around single points;
with a large one it is too simple; between them it does best on points it
never saw.
"""

# sphinx_gallery_tags = ["intermediate", "diagnosis", "regularisation"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd
from micrograd.datasets import XorShift, batches, moons
from micrograd.draw import decision_boundary, style
from micrograd.functions import binary_cross_entropy_with_logits, l2
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())
rng = XorShift(2)  # the seed
data, unseen = moons(60, 0.3, rng), moons(400, 0.3, rng)

figure, ax = plt.subplots(figsize=(5, 3.4))
for label, colour, marker in [(0, "#0072b2", "o"), (1, "#d55e00", "s")]:
    moon = [point for point, own in data if own == label]
    ax.scatter(*zip(*moon), color=colour, marker=marker)
ax.set(title="sixty points", xlabel="x", ylabel="y")
plt.show()

# %%
# The penalty is the sum of the squares of all parameters, times a strength.
# It enters the loss as an argument, so that one recording serves for all.

model = MLP(2, [16, 16, 1], activation="tanh", rng=XorShift(5))
weights = model.state_dict()
rounds, size = 200, 20
steps = rounds * len(data) // size
optimiser = Adam(model.parameters(), lr=cosine(0.05, 0.0, steps))
fresh = optimiser.state_dict()


def loss(points, classes, strength):
    scores = [model(point) for point in points]
    misfit = binary_cross_entropy_with_logits(scores, classes)
    return misfit + strength * l2(model.parameters())


step = micrograd.compile(loss, optimiser)
score = micrograd.compile(lambda x, y: model([x, y]))


def train(strength):
    model.load_state_dict(weights)
    optimiser.load_state_dict(fresh)
    rng = XorShift(7)
    for _ in range(rounds):
        for batch in batches(data, size, rng):
            step(*zip(*batch, strict=True), strength)


# %%
# Three strengths: none, a good one, and too much.

figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.9))
for ax, strength in zip(axes, [0.0, 0.003, 0.03], strict=True):
    train(strength)
    decision_boundary(lambda p: score(*p), data, ax)
    ax.set(title=f"strength {strength}", ylabel="")
axes[0].set(ylabel="y")
plt.show()

# %%
# The loss on points that took no part in the training shows which strength is
# good.  Without a penalty it is large for a few points, of which the network
# is sure and wrong.


def misfit(data):
    scores = [score(*point) for point, _ in data]
    classes = [label for _, label in data]
    return binary_cross_entropy_with_logits(scores, classes).data


strengths = [10 ** (k / 2) for k in range(-10, -1)]
known, new = [], []
for strength in strengths:
    train(strength)
    known.append(misfit(data))
    new.append(misfit(unseen))

figure, ax = plt.subplots(figsize=(6.5, 3.8))
ax.plot(strengths, known, marker="o", label="points trained on")
ax.plot(
    strengths, new, marker="s", linestyle="--", label="points unseen"
)
ax.set(title="the gap and the valley", xscale="log", ylim=(0.0, 0.75))
ax.set(xlabel="strength", ylabel="loss without the penalty")
ax.legend()
plt.show()

least, best = min(zip(new, strengths, strict=True))
print(f"best at {best:.4f}: loss {least:.2f} on unseen points")

# %%
# What to take away
# -----------------
#
# - A small loss on known points may be bought with a large one on others.
# - Small weights make smooth boundaries, which follow the majority.
# - Choose the strength on points that were kept back.
