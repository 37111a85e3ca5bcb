"""Letters find their places on a map
==================================

You will see the alphabet as points in a plane, all near the middle.  A
network that predicts the next letter of a first name from the three before
it moves the points, until letters that behave alike lie side by side.
"""

# sphinx_gallery_tags = ["intermediate", "language", "compiler"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt
from faker.providers.person.en_US import Provider

import micrograd
from micrograd import Value, no_grad
from micrograd.draw import style, training_curves
from micrograd.functions import dot, log_softmax, mean, softmax
from micrograd.nn import MLP
from micrograd.optim import Adam, cosine

plt.style.use(style())
names = sorted({name.lower() for name in Provider.first_names})
letters = ".abcdefghijklmnopqrstuvwxyz"

counts = ["".join(names).count(letter) for letter in letters[1:]]
figure, ax = plt.subplots(figsize=(6.5, 3))
for k, (letter, count) in enumerate(zip(letters[1:], counts)):
    mark = f"${letter}$"
    ax.plot([k], [count], color="#0072b2", marker=mark)
ax.set(title=f"{len(names)} names", xlabel="letter", ylabel="count")
plt.show()

# %%
# The model is that of [Bengio2003]_.  A letter enters as a row with a 1 at
# its number; times ``places``, the embedding, that picks its coordinates.
# From the six coordinates of three letters a network of 20 neurons scores
# each letter that may come next; the dot stands at both ends of a name.

rng = Random(1)  # the seed
places = [[Value(rng.gauss(0.0, 0.1)) for _ in "xy"] for _ in letters]
model = MLP(6, [20, 27], activation="tanh", init="xavier", rng=rng)
rows = {
    letter: [float(other == letter) for other in letters]
    for letter in letters
}


def scores(before):
    columns = list(zip(*places, strict=True))
    return model([dot(row, c) for row in before for c in columns])


def loss(examples):
    return mean(
        -dot(after, log_softmax(scores(before)))
        for *before, after in examples
    )


# %%
# Every letter of every name is an example.  A step takes twelve of them; the
# first one records, and eight thousand take a few seconds.

examples = []
for name in names:
    padded = [rows[letter] for letter in f"...{name}."]
    examples += [padded[k : k + 4] for k in range(len(name) + 1)]

steps, every = 8000, 200
parameters = [p for place in places for p in place]
parameters += model.parameters()
optimiser = Adam(parameters, lr=cosine(0.01, 0.0, steps))
step = micrograd.compile(loss, optimiser)
losses, paths = [], []
for k in range(steps):
    if k % every == 0:
        paths.append([[p.data for p in place] for place in places])
    losses.append(step(rng.choices(examples, k=12)))
print(f"{len(parameters)} parameters, {len(examples)} examples")

# %%
# The map, with the way each letter came.  Nobody told the network which
# letters are vowels (orange).  They lie together because much the same letters
# follow them; for what comes next, one vowel is nearly as good as another.

figure, ax = plt.subplots(figsize=(7.5, 6.5))
for letter, path in zip(letters, zip(*paths, strict=True), strict=True):
    colour = "#d55e00" if letter in "aeiouy" else "#0072b2"
    x, y = zip(*path, strict=True)
    ax.plot(x, y, color=colour, alpha=0.2, linewidth=0.8)
    marker = "s" if letter == "." else f"${letter}$"
    ax.plot(x[-1], y[-1], color=colour, marker=marker, markersize=8)
ax.set(title="the alphabet, as names use it")
ax.set(xlabel="first coordinate", ylabel="second coordinate")
plt.show()

# %%
# The loss is the surprise at the next letter.  A guess among 27 would be
# surprised by 3.3.

starts = range(0, steps, every)
means = [mean(losses[k : k + every]) for k in starts]
figure, ax = plt.subplots(figsize=(6.5, 3.2))
training_curves(means, ax)
ax.set(title="mean over two hundred steps", xlabel="step / 200")
plt.show()

# %%
# To make up a name, draw letter after letter until the dot.


def invent():
    name = "..."
    while len(name) < 12:
        logits = scores([rows[letter] for letter in name[-3:]])
        chances = [p.data for p in softmax(logits)]
        (letter,) = rng.choices(letters, chances)
        if letter == ".":
            break
        name += letter
    return name[3:]


with no_grad():
    print(*[invent() for _ in range(12)])

# %%
# What to take away
# -----------------
#
# - To a network, the meaning of a letter is its position.
# - An embedding is parameters like others, and gradients move them.
# - A plane is enough to see; larger models use more dimensions.
