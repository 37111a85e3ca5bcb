"""A recurrent net remembers open brackets
=======================================

You will see a recurrent net that reads brackets of two kinds, one at a time,
and learns which kind may be closed.  For this it has to remember all that are
open; a map of its states shows how it does.
"""

# sphinx_gallery_tags = ["advanced", "language", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
torch.manual_seed(1)  # the seed


def string():
    text, stacks = "", [""]
    for coin in torch.randint(0, 4, (32,)).tolist():
        now = stacks[-1]
        opens = not now or (coin < 2 and len(now) < 8)
        text += "(["[coin % 2] if opens else ")]"["([".index(now[-1])]
        stacks.append(now + text[-1] if opens else now[:-1])
    return text, stacks[1:]


text, stacks = string()
figure, ax = plt.subplots(figsize=(7.5, 2.8))
ax.plot([len(stack) for stack in stacks], marker=".")
ax.set(title=text, xlabel="place", ylabel="open brackets")
plt.show()

# %%
# Whether the next bracket opens or closes is left to a coin; which kind closes
# is not, and was decided when it opened, perhaps long before.  An LSTM of 24
# units scores the next bracket [Hochreiter1997]_.

F = nn.functional
kinds, eye = "([)]", torch.eye(4)
cell, readout = nn.LSTM(4, 24, batch_first=True), nn.Linear(24, 4)


def numbers(texts):
    return torch.tensor([[kinds.index(c) for c in t] for t in texts])


def loss(rows, wanted):
    states, _ = cell(rows)
    return F.cross_entropy(readout(states).view(-1, 4), wanted)


optimizer = torch.optim.Adam(
    [*cell.parameters(), *readout.parameters()],
    lr=0.01,
)
step = micrograd.compile(loss, optimizer)
for _ in range(700):
    rows = numbers([string()[0] for _ in range(32)])
    step(eye[rows[:, :-1]], rows[:, 1:].reshape(-1))

# %%
# The chances it gives each bracket, in the string from above: bright is
# likely.  Of the two that close, it always has only one in mind.

with torch.no_grad():
    states, _ = cell(eye[numbers([text])])
    chances = readout(states)[0, :-1].softmax(1).T
figure, ax = plt.subplots(figsize=(7.5, 1.9))
ax.imshow(chances, cmap="viridis", vmin=0, vmax=0.7)
for k, c in enumerate(text[1:]):
    ax.text(k, -1, c, ha="center", va="center")
for k, c in enumerate(kinds):
    ax.text(31, k, c, ha="center", va="center")
ax.set(xticks=[], yticks=[], xlabel="place", ylabel="chance")
plt.show()

# %%
# What does it remember?  All states in 300 other strings where three brackets
# or more are open, in eight groups by the three innermost ones.  The plane is
# that in which the means of the groups differ most, their two principal
# components.

pairs = [string() for _ in range(300)]
rows = numbers([text for text, _ in pairs])
with torch.no_grad():
    states, _ = cell(eye[rows])
    closing = readout(states)[:, :-1, 2:].argmax(2) + 2
after = rows[:, 1:]
right = (closing == after)[after >= 2].float().mean().item()
print(f"which one closes: {right:.1%} right")

inner = [stack[-3:] for _, stacks in pairs for stack in stacks]
groups = [a + b + c for c in "([" for b in "([" for a in "(["]
members = [
    states.reshape(-1, 24)[[stack == group for stack in inner]]
    for group in groups
]
means = torch.stack([member.mean(0) for member in members])


def component(points):
    x = torch.ones(24)
    for _ in range(100):
        x = points.T @ (points @ x)
        x = x / x.norm()
    return x


spread = means - means.mean(0)
first = component(spread)
second = component(spread - torch.outer(spread @ first, first))
colours = ["#0072b2", "#56b4e9", "#009e73", "#999933"]
colours += ["#d55e00", "#e69f00", "#cc79a7", "#882255"]
figure, ax = plt.subplots(figsize=(7, 4.9))
for group, member, colour in zip(groups, members, colours, strict=True):
    dots = torch.stack([member @ first, member @ second])
    ax.plot(*dots, ".", color=colour, markersize=3, label=group)
edge = (states @ first).max().item()
ax.set(xlim=(None, edge + 0.6))  # for the legend
ax.set(xlabel="first component", ylabel="second component")
ax.legend()
plt.show()

# %%
# The innermost bracket decides between left and right, the one around it
# between up and down, and the third, within each quarter, between left and
# right again: like the digits of a number, each counts less than the last.

# %%
# What to take away
# -----------------
#
# - A state is a place; what it must remember decides where it lies.
# - What is needed next is kept furthest apart, what is needed later closer.
# - Nobody wrote a stack: predicting the next bracket asks for one.
