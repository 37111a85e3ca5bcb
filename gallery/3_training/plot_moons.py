"""Two moons are told apart without a mistake
==========================================

You will see a network of 337 parameters learn which of two interlocked half
moons a point belongs to, until it is right about every one of them.  Data,
network and loss are those of the original micrograd's demo.
"""

# sphinx_gallery_tags = ["beginner", "classification", "scikit-learn"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import micrograd
from micrograd import no_grad
from micrograd.datasets import batches
from micrograd.draw import decision_boundary, style, training_curves
from micrograd.functions import accuracy, hinge_loss, l2
from micrograd.nn import MLP
from micrograd.optim import SGD, linear

plt.style.use(style())
seed = 1337
X, y = make_moons(n_samples=100, noise=0.1, random_state=seed)
points, classes = X.tolist(), [2 * label - 1 for label in y.tolist()]

rng = Random(seed)
model = MLP(2, [16, 16, 1], rng=rng)
score = micrograd.compile(model)  # the same, faster, for many points
ax = decision_boundary(score, (points, classes), resolution=25)
ax.set(title=f"{len(model.parameters())} parameters drawn by chance")
plt.show()

# %%
# The loss has two parts.  The max-margin loss asks every score to be on its
# side of zero by at least 1; the second part keeps the weights small, so that
# the boundary stays smooth.


def loss_of(points, classes, score=model):
    scores = [score(point) for point in points]
    loss = hinge_loss(scores, classes) + 1e-4 * l2(model.parameters())
    return loss, accuracy(scores, classes)


# %%
# A step uses 20 points.  The learning rate falls to a tenth of its first
# value over a hundred steps in all.  After each round through the data we
# measure the accuracy on every point.

rounds, size = 20, 20
data = list(zip(points, classes, strict=True))
steps = rounds * len(data) // size
optimiser = SGD(model.parameters(), lr=linear(1.0, 0.1, steps))
history = []

for _ in range(rounds):
    for batch in batches(data, size, rng):
        loss, _ = loss_of(*zip(*batch, strict=True))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with no_grad():
        loss, right = loss_of(points, classes, score)
    history.append({"loss": loss.data, "accuracy": right})

for k in range(3, rounds, 4):
    loss, right = history[k].values()
    print(f"round {k + 1:2}: loss {loss:.3f}, accuracy {right:.0%}")

# %%
# The solid line is where the score is zero; the shade shows how sure the
# network is.  No point lies on the wrong side.

figure, ax = plt.subplots(figsize=(6, 4.2))
decision_boundary(score, (points, classes), ax)
ax.set(title=f"accuracy {history[-1]['accuracy']:.0%}")
plt.show()

# %%
# Loss and accuracy on all points, after every round.

figure, ax = plt.subplots(figsize=(6.5, 3.4))
training_curves(history, ax)
ax.set(title="loss and accuracy", xlabel="round")
ax.set(xticks=range(0, rounds + 1, 5))
plt.show()

# %%
# What to take away
# -----------------
#
# - Enough sums through an activation, added up, follow any boundary.
# - A max-margin loss leaves a point alone once it is right by a margin.
# - Batches of twenty points show the way well enough, for a fifth of the
#   work.
