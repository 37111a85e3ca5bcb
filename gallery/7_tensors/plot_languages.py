"""First names on a map of languages
=================================

You will see a net that reads a first name and puts it on a map.  It is told
which language each name is from, never where to put it; names of one language
come together, and languages whose names are alike lie side by side.
"""

# sphinx_gallery_tags = ["intermediate", "language", "tensors"]
# sphinx_gallery_thumbnail_number = 2

from importlib import import_module
from unicodedata import normalize

import matplotlib.pyplot as plt

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
codes = "de_DE fi_FI is_IS it_IT ja_JP lt_LT tr_TR yo_NG".split()
languages = """German Finnish Icelandic Italian Japanese Lithuanian
Turkish Yoruba""".split()
names = []
for code in codes:
    of = import_module(f"faker.providers.person.{code}").Provider
    names.append(getattr(of, "first_romanized_names", of.first_names))
figure, ax = plt.subplots(figsize=(7.5, 2.6))
for language, group in zip(languages, names, strict=True):
    ax.plot(language, len({*group}), color="#0072b2", marker="o")
ax.set(xlabel="language", ylabel="first names", yscale="log")
plt.show()

# %%
# Accents would tell too much, so only the letters a to z are kept, at most
# ten of them.  A convolution looks at every three letters in a row for 96
# patterns, and keeps how well each is found at best.  Two layers turn that
# into a place on the map; the last tells the language from the place alone.

letters = "abcdefghijklmnopqrstuvwxyz"


def numbers(name):
    plain = [c for c in normalize("NFD", name.lower()) if c in letters]
    row = [1 + letters.index(c) for c in plain[:10]]
    return (0, 0, *row, *[0] * (12 - len(row)))


rows = [sorted({numbers(name) for name in group}) for group in names]
x = torch.tensor([row for group in rows for row in group])
sizes = torch.tensor([len(group) for group in rows])
y = torch.arange(8).repeat_interleave(sizes)

# %%
# A tenth of the names is kept apart.  Of the others each step takes 64, from
# all languages alike, though of some there are many more names.

F = nn.functional
torch.manual_seed(1)  # the seed
letter, look = nn.Embedding(27, 12), nn.Conv1d(12, 96, 3)
to_place = nn.Sequential(nn.Linear(96, 48), nn.Tanh(), nn.Linear(48, 2))
to_language = nn.Linear(2, 8)


def place(x):
    found = look(letter(x).transpose(1, 2))
    return to_place(found.relu().amax(2))


def loss(x, y):
    return F.cross_entropy(to_language(place(x)), y)


unseen = torch.rand(len(x)) < 0.1
chance = torch.where(unseen, 0.0, 1 / sizes[y])
layers = (letter, look, to_place, to_language)
parameters = [p for layer in layers for p in layer.parameters()]
optimizer = torch.optim.AdamW(parameters, lr=0.005, weight_decay=0.1)
step = micrograd.compile(loss, optimizer)
for _ in range(2000):
    batch = torch.multinomial(chance, 64, replacement=True)
    step(x[batch], y[batch])

# %%
# The map, with at most 150 dots of a language, and a few of the names.  Where
# two colours mix, letters alone do not tell the languages apart.


def spelled(row):
    return "".join(letters[k - 1] for k in row.tolist() if k)


with torch.no_grad():
    places = place(x)
    guesses = to_language(places).argmax(1)
colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
colours += ["#e69f00", "#56b4e9", "#882255", "#44aa99"]
figure, ax = plt.subplots(figsize=(7.5, 5.2))
for k, language in enumerate(languages):
    those = torch.argwhere(y == k)[:, 0]
    those = those[torch.randperm(len(those))[:150]]
    colour, dots = colours[k], places[those].T
    ax.plot(*dots, ".", color=colour, label=language)
    for i in those[:3]:
        ax.text(*places[i].tolist(), spelled(x[i]), color=colour)
left, right = places[:, 0].min().item(), places[:, 0].max().item()
ax.set(xlim=(left - (right - left) / 4, right + 1))  # for the legend
ax.set(xlabel="first number", ylabel="second number")
ax.legend()
plt.show()

# %%
# Of the names that it has not seen, how many of each language (rows) it takes
# for names of which (columns, in the same order).

both = 8 * y[unseen] + guesses[unseen]
counts = torch.bincount(both, minlength=64).view(8, 8).float()
shares = counts / counts.sum(1, keepdim=True)
mean = shares.diagonal().mean().item()
print(
    f"{mean:.0%} right, the mean over languages; {1 / 8:.1%} by chance"
)
figure, ax = plt.subplots(figsize=(5.5, 4))
ax.imshow(shares, cmap="viridis", vmin=0, vmax=1)
for k, language in enumerate(languages):
    ax.text(-0.7, k, language, ha="right", va="center")
ax.set(xticks=[], yticks=[], xlabel="taken for", ylabel="name from")
plt.show()

# %%
# What to take away
# -----------------
#
# - Two numbers between layers make a map of what the net knows.
# - What is alike to the net lies together: it is told labels, not distances.
# - A convolution and a maximum find a pattern wherever it stands.
