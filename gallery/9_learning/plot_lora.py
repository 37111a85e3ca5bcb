"""LoRA: a trained net learns more with few new numbers
====================================================

You will see a net that reads digits and is then shown them lying on their
side.  Its weights stay as they are; what it learns is added to them, as the
product of a narrow matrix and a flat one.
"""

# sphinx_gallery_tags = ["intermediate", "classification", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
drawn = load_digits()
upright = torch.tensor(drawn.images / 16, dtype=torch.float32)
turned, digits = (
    upright.flip(2).transpose(1, 2),
    torch.tensor(drawn.target),
)
figure, axes = plt.subplots(2, 8, figsize=(7.5, 2.2))
for ax, image in zip(figure.axes, [*upright[:8], *turned[:8]]):
    ax.imshow(image, cmap="viridis")
    ax.set(xticks=[], yticks=[])
axes[1][0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# First, an ordinary net on upright digits.

F = nn.functional
torch.manual_seed(2)  # the seed
order = torch.randperm(len(digits))
known, unseen = order[:1200], order[1200:]
net = nn.Sequential(
    *(nn.Flatten(), nn.Linear(64, 64), nn.ReLU()),
    *(nn.Linear(64, 44), nn.ReLU(), nn.Linear(44, 10)),
)


def train(parameters, scores, images, steps=700):
    step = micrograd.compile(
        lambda x, y: F.cross_entropy(scores(x), y),
        torch.optim.Adam(parameters, lr=0.004),
    )
    for _ in range(steps):
        batch = known[torch.randint(0, len(known), (50,))]
        step(images[batch], digits[batch])


def right(scores, images):
    with torch.no_grad():
        found = scores(images[unseen]).argmax(1)
    return (found == digits[unseen]).float().mean().item()


train(net.parameters(), net, upright)
before = right(net, turned)
print(f"upright {right(net, upright):.1%}, turned {before:.1%}")

# %%
# Then each layer is given two factors: ``A``, which reduces its input to a
# few numbers, the rank, and ``B``, which turns these into additions to its
# output [Hu2022]_.  ``B`` starts at zero, so the net starts as it was.


class Adapted(nn.Module):
    def __init__(self, layer, rank):
        out, inputs = layer.weight.shape
        self.layer = layer
        self.A = nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)
        self.B = nn.Parameter(torch.zeros(out, rank))

    def forward(self, x):
        return self.layer(x) + x @ self.A.T @ self.B.T


for p in net.parameters():
    p.requires_grad_(False)
ranks, counts, shares, adapted = [1, 2, 4, 8, 16], [], [], {}
for rank in ranks:
    adapted[rank] = nn.Sequential(
        *[
            Adapted(layer, rank)
            if isinstance(layer, nn.Linear)
            else layer
            for layer in net
        ]
    )
    new = [p for p in adapted[rank].parameters() if p.requires_grad]
    train(new, adapted[rank], turned)
    counts.append(sum(p.numel() for p in new))
    shares.append(right(adapted[rank], turned))
    print(f"rank {rank:2}: {counts[-1]:5,} numbers, {shares[-1]:.1%}")
every = sum(p.numel() for p in net.parameters())
print(f"the net: {every:,} numbers")
print(f"upright, without new ones: {right(net, upright):.1%}")

figure, ax = plt.subplots(figsize=(6.5, 3.2))
ax.plot(counts, shares, marker="o")
for rank, count, share in zip(ranks, counts, shares, strict=True):
    ax.text(count, share - 0.08, f" {rank}", ha="left")
ax.axhline(before, linestyle=":", label="before")
ax.set(ylim=(0, 1))
ax.set(xlabel="new numbers", ylabel="turned digits right")
ax.set(title="by rank")
ax.legend()
plt.show()

# %%
# What rank 1 adds to the weights of the second layer, 44 neurons with 64
# inputs: on top the row ``A``, on the left the column ``B``, and inside their
# product.  Zero is dark; blue and red are its two sides.


def table(layer):
    A, B = layer.A.detach(), layer.B.detach()
    rank, inside = len(A), B @ A
    A, B, inside = (x / x.abs().max() for x in (A, B, inside))
    top = F.pad(A, (rank + 1, 0, 0, 1), value=torch.nan)
    left = F.pad(B, (0, 1), value=torch.nan)
    return torch.cat([top, torch.cat([left, inside], 1)])


figure, ax = plt.subplots(figsize=(7, 4.9))
shown = table(adapted[1][3])
ax.imshow(shown, cmap="twilight", vmin=-0.8, vmax=0.8)
ax.set(xticks=[], yticks=[], xlabel="inputs", ylabel="neurons")
plt.show()

# %%
# With rank 4, four such tables lie on top of each other.

figure, ax = plt.subplots(figsize=(7, 4.9))
shown = table(adapted[4][3])
ax.imshow(shown, cmap="twilight", vmin=-0.8, vmax=0.8)
ax.set(xticks=[], yticks=[], xlabel="inputs", ylabel="neurons")
plt.show()

# %%
# What to take away
# -----------------
#
# - A change of many weights can be the product of two small matrices.
# - The net itself is not touched: take the product away, and it is as before.
# - A large model is shared by many tasks, each with a few numbers of its own.
