"""A line finds its points
=======================

You will see a line with a wrong slope and a wrong offset turn, in a few
dozen steps of gradient descent, into the line that fits noisy points best.
It is the smallest training there is: two parameters, one loss.
"""

# sphinx_gallery_tags = ["beginner", "regression"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt

from micrograd import Value
from micrograd.draw import style, training_curves
from micrograd.functions import mse_loss
from micrograd.optim import SGD

plt.style.use(style())

rng = Random(7)  # the seed
xs = [rng.uniform(-2.0, 2.0) for _ in range(30)]
ys = [1.5 * x - 0.5 + rng.gauss(0.0, 0.4) for x in xs]

figure, ax = plt.subplots(figsize=(6, 4))
ax.scatter(xs, ys)
ax.set(title="points around y = 1.5 x - 0.5", xlabel="x", ylabel="y")
plt.show()

# %%
# A line has two parameters.  Each step computes the line's predictions, how
# far they are from the points, and the gradient; the optimiser takes the
# step.

slope = Value(-1.0, label="slope")
offset = Value(1.0, label="offset")
optimiser = SGD([slope, offset], lr=0.1)

losses, lines = [], []
for step in range(40):
    loss = mse_loss([slope * x + offset for x in xs], ys)
    losses.append(loss.data)
    lines.append((slope.data, offset.data))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

print(f"slope {slope.data:.3f}, offset {offset.data:.3f}")

# %%
# The faint lines are the first steps, the strong one is the last.  The loss
# does not fall to zero: the points scatter, and no line meets them all.

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.5))
left.scatter(xs, ys)
for step, (s, o) in enumerate(lines):
    faint = 1.0 if step == len(lines) - 1 else 0.25
    ends = [s * x + o for x in (-2.0, 2.0)]
    left.plot([-2.0, 2.0], ends, color="#d55e00", alpha=faint)
left.set(title="the line at each step", xlabel="x", ylabel="y")
training_curves(losses, right)
right.set(title="mean squared error")
plt.show()

# %%
# For a line the best answer has a formula, which shows how close we came.

mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
pairs = zip(xs, ys, strict=True)
best = sum((x - mx) * (y - my) for x, y in pairs)
best /= sum((x - mx) ** 2 for x in xs)
print(f"least squares: slope {best:.3f}, offset {my - best * mx:.3f}")

# %%
# What to take away
# -----------------
#
# - Training is four lines: loss, ``zero_grad``, ``backward``, ``step``.
# - Whatever the model is made of, only its parameters change.
# - A loss that stops above zero may still be the best there is.
