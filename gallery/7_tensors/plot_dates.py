"""Attention finds the parts of a date
===================================

You will see a net with one head of attention that reads dates as people
write them and puts them in one form.  The maps show at which letters it
looked for each digit that it wrote, wherever in the text those stand.
"""

# sphinx_gallery_tags = ["advanced", "transformer", "language", "tensors"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
months = """January February March April May June July August
September October November December""".split()


def forms(y, m, d):
    name = months[m - 1]
    words = [f"{d} {name} {y}", f"{name} {d}, {y}"]
    return [*words, f"{name[:3]} {d} {y}", f"{d}.{m}.{y}"]


lengths = [len(forms(2001, m, 14)[0]) for m in range(1, 13)]
figure, ax = plt.subplots(figsize=(6.5, 2.6))
ax.plot(range(1, 13), lengths, marker="o", linestyle="")
ax.set(
    title="14 January 2001 and so on", xlabel="month", ylabel="letters"
)
plt.show()

# %%
# A date can have other lengths and another order, so no digit has a fixed
# place.  What is wanted is always of the form 2001-01-14.

rng = Random(1)  # the seed
letters = sorted({*" ,.-0123456789", *"".join(months)})
longest, width = 18, 48


def numbers(texts):
    return torch.tensor([[letters.index(c) for c in t] for t in texts])


def examples(n):
    given, wanted = [], []
    for _ in range(n):
        y, m = rng.randrange(1900, 2100), rng.randrange(1, 13)
        d = rng.randrange(1, 29)
        given.append(rng.choice(forms(y, m, d)).ljust(longest))
        wanted.append(f"{y}-{m:02}-{d:02}")
    return numbers(given), numbers(wanted)


# %%
# Two convolutions let each letter know its neighbours.  Then each of the ten
# places to be written asks a question of its own, and takes the mean of all
# letters' values, weighed by how well their keys answer.


class Reader(nn.Module):
    def __init__(self):
        self.letter = nn.Embedding(len(letters), width)
        self.near = nn.Conv1d(width, width, 3, padding=1)
        self.nearer = nn.Conv1d(width, width, 3, padding=1)
        self.questions = nn.Embedding(10, width)
        self.keys = nn.Linear(width, width)
        self.values = nn.Linear(width, width)
        self.think = nn.Linear(2 * width, 2 * width)
        self.scores = nn.Linear(2 * width, len(letters))

    def forward(self, x):
        h = self.letter(x).transpose(1, 2)
        h = h + self.near(h).relu()
        h = h + self.nearer(h).relu()
        h = h.transpose(1, 2)
        asked = self.questions.weight
        fits = asked @ self.keys(h).transpose(1, 2) / width**0.5
        self.looks = nn.functional.softmax(fits, -1)
        seen = self.looks @ self.values(h)
        known = torch.cat([seen, asked.expand(*seen.shape)], -1)
        return self.scores(self.think(known).relu())


torch.manual_seed(1)
model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for step in range(1, 301):
    given, wanted = examples(64)
    scores = model(given)
    loss = nn.functional.cross_entropy(
        scores.reshape(-1, len(letters)), wanted.reshape(-1)
    )
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        right = (scores.argmax(-1) == wanted).all(1).float().mean()
        print(f"step {step}: loss {loss:.4f}, {right:.0%} right")

# %%
# Four dates, letter by letter from left to right; from top to bottom, and at
# the right, what the net writes.

dates = [
    "14 October 1879",
    "December 9, 1906",
    "Jun 23 1912",
    "7.11.1867",
]
figure, _ = plt.subplots(2, 2, figsize=(7.5, 5.2))
for ax, text in zip(figure.axes, dates, strict=True):
    with torch.no_grad():
        best = model(numbers([text.ljust(longest)]))[0].argmax(-1)
    ax.imshow(model.looks[0, :, :16], cmap="viridis")
    for k, letter in enumerate(text):
        ax.text(k, -1, letter, ha="center", va="center")
    for k, c in enumerate(best):
        ax.text(16, k, letters[c], ha="center", va="center")
    ax.set(xticks=[], yticks=[])
figure.axes[2].set(xlabel="looks at", ylabel="writes")
plt.show()

# %%
# Digits of the year are copied from where they stand, each by its own place.
# For a month in letters it takes a letter or two that tell it from the other
# eleven, and their neighbours, which convolution has mixed in.

# %%
# What to take away
# -----------------
#
# - Attention picks by content: the same question finds the year at another
#   place in each form.
# - The map is computed on the way to the answer; nothing has to be added to
#   see it.
# - One head can serve ten questions, since each has its own softmax.
