"""Three classes share a yin-yang
==============================

You will see a network divide the plane into yin, yang and the two dots, in
shades that show how probable it holds each class.  The dots are the hard
part: they are small, and there are two.
"""

# sphinx_gallery_tags = ["intermediate", "classification"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

from micrograd import no_grad
from micrograd.datasets import XorShift, batches, yin_yang
from micrograd.draw import decision_boundary, style, training_curves
from micrograd.functions import accuracy, cross_entropy, mean
from micrograd.nn import MLP
from micrograd.optim import AdamW, cosine

plt.style.use(style())

rng = XorShift(42)  # the seed
data, unseen = yin_yang(150, rng), yin_yang(90, rng)
model = MLP(2, [10, 10, 3], activation="tanh", init="xavier", rng=rng)

ax = decision_boundary(model, data, resolution=25)
ax.set(title="before training")
plt.show()

# %%
# With three classes the network gives three numbers for each point, its
# *logits*.  The cross-entropy is small if the logit of the right class stands
# out; softmax turns logits into probabilities.

rounds, size = 36, 15
steps = rounds * len(data) // size
optimiser = AdamW(model.parameters(), lr=cosine(0.1, 0.0, steps))
history = []

for _ in range(rounds):
    losses, rights = [], []
    for batch in batches(data, size, rng):
        points, classes = zip(*batch, strict=True)
        logits = [model(point) for point in points]
        loss = cross_entropy(logits, classes)
        losses.append(loss.data)
        rights.append(accuracy(logits, classes))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    history.append({"loss": mean(losses), "accuracy": mean(rights)})

# %%
# A colour is strong where its class is probable and pale near a boundary.
# The left dot has become an island.  The right one is open towards the rim:
# no point lies out there, so nothing has told the network where to stop.

figure, ax = plt.subplots(figsize=(5.4, 4.8))
decision_boundary(model, data, ax, margin=0.2)
ax.set(title="after training")
plt.show()

# %%
# The mean loss and accuracy of each round.

figure, ax = plt.subplots(figsize=(6.5, 3.4))
training_curves(history, ax)
ax.set(title="while training", xlabel="round")
plt.show()

# %%
# The network was trained on 150 points.  Points that it has never seen show
# what it learned of the figure, and what it learned by heart.


def score(data):
    points, classes = zip(*data, strict=True)
    with no_grad():
        return accuracy([model(point) for point in points], classes)


print(f"{len(data)} points trained on: {score(data):.1%} right")
print(f"{len(unseen)} points never seen:  {score(unseen):.1%} right")

# %%
# What to take away
# -----------------
#
# - One output for each class, and cross-entropy as the loss.
# - The rate falls to nothing, so the last rounds settle instead of jumping.
# - Points kept back tell more about a classifier than those it has seen.
