"""Handwritten digits are told apart by strokes
============================================

You will see handwritten digits of eight by eight pixels, the twelve
patterns by which a network learns to tell them apart, and those of three
hundred unseen digits that it gets wrong.
"""

# sphinx_gallery_tags = ["intermediate", "classification", "scikit-learn"]
# sphinx_gallery_thumbnail_number = 1

from itertools import chain
from random import Random

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import micrograd
from micrograd import no_grad
from micrograd.draw import style
from micrograd.functions import dot, log_softmax, mean
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())
drawn = load_digits()
images = (drawn.images / 16).tolist()
figure, axes = plt.subplots(2, 8, figsize=(7.5, 2.2))
for ax, image in zip(figure.axes, images, strict=False):
    ax.imshow(image, cmap="viridis")
    ax.set(xticks=[], yticks=[])
axes[0][0].set(title=f"{len(images)} images", ylabel="row")
axes[1][0].set(xlabel="column")
plt.show()

# %%
# The 64 pixels enter as 64 numbers from 0 to 1.  The wanted digit is a row
# with a 1 at its place, so that an example is nothing but numbers.

rng = Random(6)  # the seed
data = [
    ([*chain(*image)], [float(k == digit) for k in range(10)])
    for image, digit in zip(images, drawn.target.tolist(), strict=True)
]
rng.shuffle(data)
known, unseen = data[300:], data[:300]
model = MLP(64, [12, 10], activation="tanh", init="xavier", rng=rng)


def loss(examples):
    return mean(
        -dot(wanted, log_softmax(model(dots)))
        for dots, wanted in examples
    )


steps = 3000
optimiser = Adam(model.parameters(), lr=cosine(0.02, 0.0, steps))
step = micrograd.compile(loss, optimiser)
for _ in range(steps):
    step(rng.choices(known, k=8))
print(f"{len(model.parameters())} parameters, {steps} steps")

# %%
# The weights of the hidden neurons, laid out like the image.  Where they are
# bright a neuron looks for ink, where they are dark for its absence.  At the
# rim, where ink is rare, they are still close to their first values.

figure, axes = plt.subplots(3, 4, figsize=(6, 4.9))
for ax, neuron in zip(
    figure.axes, model.layers[0].neurons, strict=True
):
    w = [w.data for w in neuron.w]
    ax.imshow([w[k : k + 8] for k in range(0, 64, 8)], cmap="viridis")
    ax.set(xticks=[], yticks=[])
axes[0][0].set(title="weights")
axes[2][0].set(xlabel="column", ylabel="row")
plt.show()

# %%
# The predictions for digits it has not seen, and all that it gets wrong: what
# they are, and what it takes them for.


def answer(dots):
    scores = [score.data for score in model(dots)]
    return scores.index(max(scores))


with no_grad():
    answers = [answer(dots) for dots, _ in unseen]
digits = [wanted.index(1.0) for _, wanted in unseen]
wrong = [k for k in range(300) if answers[k] != digits[k]]
print(f"{1 - len(wrong) / 300:.1%} of 300 unseen digits are right")

figure, axes = plt.subplots(2, 4, figsize=(6, 3.6))
for ax, k in zip(figure.axes, wrong, strict=True):
    dots, _ = unseen[k]
    ax.imshow(
        [dots[k : k + 8] for k in range(0, 64, 8)], cmap="viridis"
    )
    ax.set(title=f"{digits[k]} as {answers[k]}", xticks=[], yticks=[])
axes[0][0].set(ylabel="row")
axes[1][0].set(xlabel="column")
plt.show()

# %%
# What to take away
# -----------------
#
# - An image is numbers in a row; which pixels are neighbours, the network has
#   to learn.
# - Weights that are drawn like the input can be read.
# - Look at the mistakes: some digits a reader would get wrong, too.
