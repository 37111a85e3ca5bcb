"""Exclusive or takes two lines
============================

You will see four points that no straight line can divide, and a network of
two hidden neurons dividing them: each draws a line, and the output takes
what lies between.  Then we count how often that works from a random start.
"""

# sphinx_gallery_tags = ["beginner", "classification"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt

from micrograd.draw import decision_boundary, style, training_curves
from micrograd.functions import binary_cross_entropy_with_logits
from micrograd.nn import MLP
from micrograd.optim import Adam

plt.style.use(style())

points = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0)]
classes = [0, 0, 1, 1]

seed = 3
model = MLP(2, [2, 1], activation="tanh", rng=Random(seed))
ax = decision_boundary(model, (points, classes))
ax.set(title="before training")
plt.show()

# %%
# A training step has one score for each point and one loss for all four.


def train(model):
    optimiser = Adam(model.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        scores = [model(point) for point in points]
        loss = binary_cross_entropy_with_logits(scores, classes)
        losses.append(loss.data)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses


losses = train(model)
for point, label in zip(points, classes, strict=True):
    chance = model(point).sigmoid().data
    print(f"{point} is {label}, the network says 1 with {chance:.1%}")

# %%
# Along a dashed line the sum of a hidden neuron is zero, and its tanh changes
# sign.  The output adds the two up, so both outer sides get one class and the
# strip between the lines the other.

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.5))
decision_boundary(model, (points, classes), left, hidden=True)
left.set(title="after training")
training_curves(losses, right)
right.set(title="binary cross-entropy")
plt.show()

# %%
# Without a hidden layer the best score is 0 for all four points, and the loss
# stops at log 2, that of a coin toss.  With two neurons some starts get
# stuck; spare neurons make that rare.

for widths in [[1], [2, 1], [3, 1], [4, 1]]:
    ends = [
        train(MLP(2, widths, activation="tanh", rng=Random(seed)))[-1]
        for seed in range(20)
    ]
    learned = sum(loss < 0.1 for loss in ends)
    print(f"{widths!s:7} learns from {learned:2} of 20 seeds,", end=" ")
    print(f"worst loss {max(ends):.3f}")

# %%
# What to take away
# -----------------
#
# - A single neuron divides the plane by one straight line.
# - A hidden layer gives several lines and a way to combine them.
# - When a small network fails, try another seed before another method.
