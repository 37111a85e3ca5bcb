"""An attention head learns where to look
======================================

You will see the weights of one attention head as a square: at first every
position looks a little at every other, and after some hundred steps exactly
where its task needs it.  Three tasks make three patterns, and the third is
too much for a single head.
"""

# sphinx_gallery_tags = ["intermediate", "transformer", "compiler"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt

import micrograd
from micrograd import Value, log, no_grad
from micrograd.draw import style
from micrograd.functions import dot, mean, softmax
from micrograd.optim import Adam

plt.style.use(style())
tasks = {
    "reverse": lambda numbers: numbers[::-1],
    "the largest": lambda numbers: [max(numbers)] * len(numbers),
    "sort": sorted,
}
example = [1, 2, 0, 5, 3, 3]
figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.5))
for ax, (name, task) in zip(axes, tasks.items(), strict=True):
    ax.plot(example, marker="o", markersize=9, linestyle="")
    ax.plot(task(example), marker="s", linestyle="")
    ax.set(title=name, xlabel="place", ylabel="number")
plt.show()

# %%
# Blue is what is given, six numbers from 0 to 5, and orange what is wanted.
# As in [Vaswani2017]_, each position has a query and a key, made from the
# position and from the number there.  The product of a query and a key tells
# how much the one position looks at the other.

size, width = 6, 6
rows = [[float(k == n) for k in range(size)] for n in range(size)]


def tables(rng):
    return [
        [
            [Value(rng.gauss(0.0, 0.3)) for _ in range(width)]
            for _ in rows
        ]
        for _ in range(4)
    ]


def pick(row, table):
    return [dot(row, column) for column in zip(*table, strict=True)]


def mixed(place, row, table):
    pairs = zip(place, pick(row, table), strict=True)
    return [p + q for p, q in pairs]


def looks(head, given):
    place_query, query, place_key, key = head
    asked = [mixed(p, r, query) for p, r in zip(place_query, given)]
    keys = [mixed(p, r, key) for p, r in zip(place_key, given)]
    return [softmax([dot(q, k) for k in keys]) for q in asked]


# %%
# The output at a position is the mean of the given rows, weighted by
# attention: for each number, how much the position looks at it.  The loss is
# the surprise at the wanted number.  Nothing else has parameters.


def loss(head, given, wanted):
    surprises = []
    for shares, want in zip(looks(head, given), wanted, strict=True):
        seen = pick(shares, given)
        surprises.append(-log(dot(seen, want) + 1e-6))
    return mean(surprises)


def trainer(task, rng):
    head = tables(rng)
    parameters = [p for table in head for row in table for p in row]
    step = micrograd.compile(
        lambda given, wanted: loss(head, given, wanted),
        Adam(parameters, lr=0.03),
    )

    def train(steps):
        for _ in range(steps):
            numbers = [rng.randrange(size) for _ in range(size)]
            given = [rows[n] for n in numbers]
            last = step(given, [rows[n] for n in task(numbers)])
        return last

    return head, train


# %%
# From left to right the positions looked at, from top to bottom the positions
# that look.  Bright is much.

stages = [1, 25, 1500]
figure, axes = plt.subplots(3, 3, figsize=(6.6, 6.8))
for column, (name, task) in enumerate(tasks.items()):
    head, train = trainer(task, Random(1))  # the seed
    done = 0
    for line, stage in zip(axes, stages, strict=True):
        end = train(stage - done)
        done, ax = stage, line[column]
        with no_grad():
            shares = looks(head, [rows[n] for n in example])
        square = [[share.data for share in row] for row in shares]
        ax.imshow(square, cmap="viridis", vmin=0.0, vmax=1.0)
        ax.set(title=f"{name}, step {stage}", xticks=[], yticks=[])
    print(f"{name:11}: last loss {end:.4f}")
for k in range(3):
    axes[2][k].set(xlabel="looked at")
    axes[k][0].set(ylabel="looks")
plt.show()

# %%
# To reverse, only positions matter, and for the largest only numbers do.  To
# sort, a position has to know how many numbers are smaller than each; one
# head compares them one by one, so it is almost sure of the ends and guesses
# between.

# %%
# What to take away
# -----------------
#
# - Attention is a mean whose weights are computed from the data.
# - Positions and numbers both count, since their queries and keys are added.
# - What one look cannot decide takes several heads or layers.
