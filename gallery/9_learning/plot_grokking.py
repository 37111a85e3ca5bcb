"""Grokking: learned by heart, then understood
===========================================

You will see a net learn to add around a clock of 53 hours.  First it learns
by heart the sums that it is shown; long afterwards it knows all the others as
well.  What has changed can be drawn: the numbers have come to lie on circles.
"""

# sphinx_gallery_tags = ["advanced", "regularisation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
torch.manual_seed(2)  # the seed
p = 53
hours = torch.arange(p)
a, b = hours.repeat_interleave(p), hours.repeat(p)
wanted = (a + b) % p
order = torch.randperm(p * p)
known, unseen = order[:1000], order[1000:]
table = wanted.float()
table[unseen] = torch.nan
figure, ax = plt.subplots(figsize=(5, 4.6))
ax.imshow(table.view(p, p), cmap="twilight")
ax.set(title=f"{len(known):,} of {p * p:,} sums")
ax.set(xlabel="b", ylabel="a")
plt.show()

# %%
# The colours are the sums; where there is none, the net never sees it.  Each
# number has a row of 48 parameters, its embedding.  The two rows are added,
# and a hidden layer scores the 53 answers.

F = nn.functional
rows = nn.Embedding(p, 48)
net = nn.Sequential(
    nn.Linear(48, 128, bias=False),
    nn.ReLU(),
    nn.Linear(128, p, bias=False),
)


def scores(a, b):
    return net(rows(a) + rows(b))


def right(which):
    with torch.no_grad():
        found = scores(a[which], b[which]).argmax(1)
    return (found == wanted[which]).float().mean().item()


# %%
# Each step takes all known sums.  Weight decay keeps pulling at the weights:
# an answer that needs less of them wins in the end [Power2022]_.

steps = 2000
optimizer = torch.optim.AdamW(
    [*rows.parameters(), *net.parameters()],
    lr=0.004,
    betas=(0.9, 0.98),
    weight_decay=1.0,
)
step = micrograd.compile(
    lambda a, b, c: F.cross_entropy(scores(a, b), c), optimizer
)
shares, early = [], None
for k in range(steps):
    if k % 20 == 0:
        shares.append((right(known), right(unseen)))
        if early is None and shares[-1][0] == 1.0:
            early = rows.weight.detach().clone()
            print(f"step {k}: {shares[-1][1]:.0%} of the unseen sums")
    step(a[known], b[known], wanted[known])
print(f"step {steps}: {right(unseen):.0%} of the unseen sums")

figure, ax = plt.subplots(figsize=(6.5, 2.8))
for values, label in zip(zip(*shares), ("known", "unseen")):
    ax.plot(values, label=label)
ax.set(xlabel="step / 20", ylabel="share that is right")
ax.legend()
plt.show()

# %%
# At first it is right where it has seen the mirror image, b + a: a third of
# the unseen.  To add around a clock, turn by one angle and then by the other;
# has the net found that?  Of the waves that fit around the clock the three
# strongest are taken from the rows; each gives a plane, on which a line goes
# from 0 to 1, to 2, and so on to 52 and back to 0.


def plane(rows, f):
    angles = 2 * torch.pi * f * hours.float() / p
    x, y = angles.cos() @ rows, angles.sin() @ rows
    return torch.stack([rows @ x / x.norm(), rows @ y / y.norm()])


def strength(f):
    return plane(rows.weight.detach(), f).norm().item()


best = sorted(range(1, p // 2 + 1), key=strength)[-3:]
figure, axes = plt.subplots(2, 3, figsize=(7.5, 5.2))
stages = {"known by heart": early, "understood": rows.weight.detach()}
for line, (name, weight) in zip(axes, stages.items(), strict=True):
    colours = ("#0072b2", "#d55e00", "#009e73")
    for ax, f, colour in zip(line, best, colours, strict=True):
        x, y = plane(weight - weight.mean(0), f)
        ax.plot(
            [*x, x[0]],
            [*y, y[0]],
            color=colour,
            linewidth=0.6,
            marker=".",
        )
        ax.set(title=f"{name}, {f} turns", xticks=[], yticks=[])
axes[1][0].set(xlabel="cosine", ylabel="sine")
plt.show()

# %%
# What to take away
# -----------------
#
# - Full marks on what is known say nothing about what is not.
# - Long after the loss is near zero, weight decay still changes the answer.
# - What a net has found can be something that one knows: here, angles.
