"""A small GPT learns to make up names
===================================

You will see a transformer, each of its 4,192 parameters a ``Value`` in
plain Python loops, read 181 first names and then invent some.  The loss of
one name is recorded once and replayed two thousand times.
"""

# sphinx_gallery_tags = ["advanced", "language", "transformer", "compiler"]
# sphinx_gallery_thumbnail_number = 2

import math
from random import Random
from time import perf_counter

import matplotlib.pyplot as plt
from faker.providers.person.en_US import Provider

import micrograd
from micrograd import Value, no_grad
from micrograd.draw import style
from micrograd.functions import dot, log_softmax, mean, softmax
from micrograd.optim import Adam, linear

plt.style.use(style())
known = sorted({name.lower() for name in Provider.first_names})
lengths = [sum(len(name) == n for name in known) for n in range(12)]
figure, ax = plt.subplots(figsize=(6.5, 3.2))
ax.plot(lengths, marker="o", linestyle="")
ax.set(title=f"{len(known)} names", xlabel="letters", ylabel="names")
plt.show()

# %%
# We take the names of five letters: each length would need a recording of its
# own.  A letter is a number from 1 to 26, and 0 stands at both ends.  It
# enters as a row with a 1 at its number, so that names are nothing but
# numbers, and one recording serves them all.

names = [name for name in known if len(name) == 5]
print(f"{len(names)} names of five letters")
letters = ".abcdefghijklmnopqrstuvwxyz"
width, heads, window = 16, 4, 16


def one_hot(token):
    return [float(k == token) for k in range(len(letters))]


def rows_of(name):
    return [one_hot(letters.index(letter)) for letter in f".{name}."]


# %%
# Nine matrices make up the model: an embedding for letters and one for
# positions, four matrices of attention, two of an MLP, and the last, which
# scores each letter that may come next.

rng = Random(42)  # the seed


def matrix(rows, columns):
    return [
        [Value(rng.gauss(0.0, 0.08)) for _ in range(columns)]
        for _ in range(rows)
    ]


shown, asked_for = [matrix(len(letters), width) for _ in range(2)]
places = matrix(window, width)
query, key, value, join = [matrix(width, width) for _ in range(4)]
up, down = matrix(4 * width, width), matrix(width, 4 * width)
model = [shown, places, query, key, value, join, up, down, asked_for]
parameters = [p for m in model for row in m for p in row]
print(f"{len(parameters):,} parameters")

# %%
# A position looks back at all positions up to its own: its query, times their
# keys, tells how much of each value to take.  Four heads do so, each with
# four numbers of its own.


def times(matrix, x):
    return [dot(row, x) for row in matrix]


def plus(x, y):
    return [a + b for a, b in zip(x, y, strict=True)]


def norm(x):
    size = (dot(x, x) / len(x) + 1e-5) ** 0.5
    return [a / size for a in x]


def attention(x, keys, values):
    asked = times(query, x)
    keys.append(times(key, x))
    values.append(times(value, x))
    seen = []
    for start in range(0, width, width // heads):
        s = slice(start, start + width // heads)
        scores = [dot(asked[s], k[s]) / 2 for k in keys]  # 2 = sqrt(4)
        weights = softmax(scores)
        columns = zip(*[v[s] for v in values], strict=True)
        seen += [dot(weights, column) for column in columns]
    return times(join, seen)


# %%
# What attention and the MLP find is added to what was there.


def next_letter(token, i, keys, values):
    x = times(list(zip(*shown, strict=True)), token)
    x = norm(plus(x, places[i]))
    x = plus(x, attention(norm(x), keys, values))
    wide = [z.relu() for z in times(up, norm(x))]
    x = plus(x, times(down, wide))
    return times(asked_for, x)


def loss_of(rows):
    keys, values, surprises = [], [], []
    for i in range(len(rows) - 1):
        scores = next_letter(rows[i], i, keys, values)
        surprises.append(-dot(rows[i + 1], log_softmax(scores)))
    return mean(surprises)


# %%
# The same function runs as it is, one node after the other, and compiled.
# Loss and gradients are the same to the last bit.


def loss_and_gradients(function, rows):
    for p in parameters:
        p.grad = 0.0
    loss = function(rows)
    loss.backward()
    return [loss.data, *(p.grad for p in parameters)]


replayed = micrograd.compile(loss_of, roll=False)  # sums in one order
example = rows_of("ed")
eager = loss_and_gradients(loss_of, example)
same = eager == loss_and_gradients(replayed, example)
print(f"eager and compiled agree: {same}")

# %%
# With an optimiser, a call is a whole step of training.  The first one takes
# seconds, since it records; a later one takes a thousandth of that.

steps = 2000
falling = linear(0.01, 0.0, steps)
optimiser = Adam(parameters, lr=falling, betas=(0.85, 0.99))
train = micrograd.compile(loss_of, optimiser)
begin, history = perf_counter(), []
for k in range(steps):
    history.append(train(rows_of(rng.choice(names))))
    if (k + 1) % 500 == 0:
        bar = "#" * ((k + 1) // 500)
        recent, clock = mean(history[-500:]), perf_counter() - begin
        print(f"{bar:4} {k + 1}: loss {recent:.2f}, {clock:.1f} s")

# %%
# For comparison: the surprise of a guess, and of knowing only how often each
# letter comes.  The points are means over a hundred names.

text = "".join(f"{name}." for name in names)
counts = [text.count(letter) for letter in letters]
often = [n / len(text) for n in counts if n > 0]
print(f"a guess among {len(letters)}:  {math.log(len(letters)):.2f}")
print(f"by frequency alone: {-sum(p * math.log(p) for p in often):.2f}")

hundreds = range(0, steps, 100)
means = [mean(history[k : k + 100]) for k in hundreds]
figure, ax = plt.subplots(figsize=(6.5, 3.6))
ax.plot(hundreds, means, marker="o")
ax.set(title="surprise at the next letter")
ax.set(xlabel="names", ylabel="loss")
plt.show()

# %%
# To make up a name, let the model say how probable each letter is, draw one,
# and go on until it draws the end.  Here the functions run on the engine
# alone, since each call has another length.


def invent():
    keys, values, name, token = [], [], "", 0
    while len(name) < 10:
        scores = next_letter(one_hot(token), len(name), keys, values)
        chances = [p.data for p in softmax([2 * z for z in scores])]
        (token,) = rng.choices(range(len(letters)), chances)
        if token == 0:
            break
        name += letters[token]
    return name


with no_grad():
    made = [invent() for _ in range(20)]
marked = [name + "*" * (name in known) for name in made]
for k in range(0, 20, 5):
    print(*[f"{name:12}" for name in marked[k : k + 5]])

# %%
# Those with a star are in the list; the others are invented.

# %%
# What to take away
# -----------------
#
# - A transformer is sums, products and a few functions; an engine for scalars
#   can train one.
# - Recording once and replaying makes that fast, with the same code.
# - What differs from call to call has to enter as a number.
