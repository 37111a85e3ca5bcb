"""A curve is a sum of activations
===============================

You will see a network of eight tanh neurons fit a curve through scattered
points, from a flat line to a close fit.  Then the curve is taken apart
again: every neuron contributes one soft step, and their sum is the curve.
"""

# sphinx_gallery_tags = ["beginner", "regression", "activation"]
# sphinx_gallery_thumbnail_number = 2

from math import sin
from random import Random

import matplotlib.pyplot as plt

import micrograd
from micrograd import no_grad
from micrograd.draw import style, training_curves
from micrograd.functions import mse_loss
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())

rng = Random(8)  # the seed
xs = [rng.uniform(-3.0, 3.0) for _ in range(60)]
ys = [sin(2 * x) + 0.3 * x + rng.gauss(0.0, 0.12) for x in xs]

figure, ax = plt.subplots(figsize=(6, 4))
ax.scatter(xs, ys)
ax.set(title="points around a curve", xlabel="x", ylabel="y")
plt.show()

# %%
# The network has one input and one output.  Its loss is the mean squared
# distance from the points, all 60 in every step.

model = MLP(1, [8, 1], activation="tanh", rng=rng)
steps = 1200
optimiser = Adam(model.parameters(), lr=cosine(0.05, 0.0, steps))
step = micrograd.compile(
    lambda: mse_loss([model(x) for x in xs], ys), optimiser
)
places = [i / 25 - 3.2 for i in range(161)]


def curve():
    with no_grad():
        return [model(x).data for x in places]


# %%
# The faint lines are early, the strong one is the last.  The network first
# finds the overall slope, then one wave after the other.

looks = [0, 5, 20, 50, 100, 200, 400, steps]
losses = []
figure, ax = plt.subplots(figsize=(6, 4.2))
ax.scatter(xs, ys, color="#767676")
for k, end in enumerate(looks):
    losses += [step() for _ in range(end - len(losses))]
    strength = 0.15 + 0.85 * k / (len(looks) - 1)
    ax.plot(places, curve(), color="#d55e00", alpha=strength)
ax.set(title=f"after 0 to {steps} steps", xlabel="x", ylabel="y")
plt.show()
print(
    f"mean squared error {losses[0]:.3f}, in the end {losses[-1]:.4f}"
)
print("the noise alone accounts for 0.0144")

# %%
# A neuron contributes its tanh times its outgoing weight.  Together with a
# constant, these eight steps make the curve.

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.5))
(output,) = model.layers[1].neurons
for neuron, weight in zip(
    model.layers[0].neurons, output.w, strict=True
):
    with no_grad():
        part = [(weight * neuron(x)).data for x in places]
    left.plot(places, part)
left.plot(places, curve(), color="#767676", linewidth=3)
left.set(title="eight parts and their sum", xlabel="x", ylabel="y")
training_curves(losses, right)
right.set(title="mean squared error", yscale="log")
plt.show()

# %%
# What to take away
# -----------------
#
# - A network with one hidden layer adds up copies of its activation, moved
#   and scaled.
# - Training moves the copies to where the data turns.
# - Below the noise there is nothing left to learn but the noise.
