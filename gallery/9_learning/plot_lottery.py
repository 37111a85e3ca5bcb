"""The lottery of first weights
============================

You will see a net lose half of its connections again and again, the weak
ones first, and still learn its digits.  What is left was lucky from the
start: with other first weights the same few connections learn less.
"""

# sphinx_gallery_tags = ["advanced", "initialisation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
drawn = load_digits()
images = torch.tensor(drawn.data / 16, dtype=torch.float32)
digits = torch.tensor(drawn.target)
figure, ax = plt.subplots(figsize=(4.6, 3.6))
ax.imshow(images.std(0).view(8, 8), cmap="viridis")
ax.set(title="how much each dot varies", xticks=[], yticks=[])
ax.set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# A mask of ones and zeros says which connections there are.  It multiplies
# the weights, so those without a connection get no gradient, either.

F = nn.functional
torch.manual_seed(4)  # the seed
order = torch.randperm(len(images))
known, unseen = order[:1200], order[1200:]
width = 100


def drawn_weights():
    first = torch.randn(width, 64) * (2 / 64) ** 0.5
    second = torch.randn(10, width) * (2 / width) ** 0.5
    return first, second


def train(weights, masks, steps=400):
    layers = nn.Linear(64, width), nn.Linear(width, 10)
    with torch.no_grad():
        for layer, weight in zip(layers, weights, strict=True):
            layer.weight.copy_(weight)
            layer.bias.zero_()

    def scores(x):
        (one, two), (low, high) = layers, masks
        h = F.linear(x, one.weight * low, one.bias).relu()
        return F.linear(h, two.weight * high, two.bias)

    parameters = [p for layer in layers for p in layer.parameters()]
    step = micrograd.compile(
        lambda x, y: F.cross_entropy(scores(x), y),
        torch.optim.Adam(parameters, lr=0.002),
    )
    for _ in range(steps):
        batch = known[torch.randint(0, len(known), (60,))]
        step(images[batch], digits[batch])
    with torch.no_grad():
        hits = scores(images[unseen]).argmax(1) == digits[unseen]
    trained = [layer.weight.detach() for layer in layers]
    return trained, hits.float().mean().item()


# %%
# In each round the net is trained, the weaker half of its connections is cut,
# and the others go back to the weights with which they began [Frankle2019]_.
# For comparison, the same connections begin with other weights, three times.


def cut(weight, mask):
    size = (weight * mask).abs()
    left = int(mask.sum().item()) // 2
    edge = size.view(-1).sort(descending=True).values[left]
    return (size > edge).float()


ticket, masks = (
    drawn_weights(),
    [torch.ones(width, 64), torch.ones(10, width)],
)
rounds, shares, lucky, others = 7, [], [], []
for k in range(rounds):
    trained, right = train(ticket, masks)
    shares.append(masks[0].mean().item())
    lucky.append(right)
    others.append([train(drawn_weights(), masks)[1] for _ in "123"])
    print(f"{shares[-1]:6.1%} left: {right:.1%} of unseen digits")
    if k == 4:
        kept = [w * m for w, m in zip(trained, masks, strict=True)]
    masks = [cut(w, m) for w, m in zip(trained, masks, strict=True)]

figure, ax = plt.subplots(figsize=(6.5, 3.2))
ax.plot(shares, lucky, color="#d55e00", marker="o", label="as it began")
for k, values in enumerate(zip(*others, strict=True)):
    label = None if k else "other weights"
    ax.plot(shares, values, color="#56b4e9", marker=".", label=label)
ax.set(xscale="log", xlabel="share of connections left")
ax.set(ylabel="unseen digits right")
ax.legend()
plt.show()

# %%
# The net with a sixteenth of its connections: below the 64 dots, row by row,
# above the ten digits, between them the hidden neurons that are still of use,
# each near its digits.  Orange adds, blue takes away.

alive = (kept[0].abs().sum(1) > 0) & (kept[1].abs().sum(0) > 0)
first, second = kept[0][alive], kept[1][:, alive]
reach = second.abs() / second.abs().sum(0)  # of a neuron, among digits
order = (torch.arange(10.0) @ reach).argsort()
first, second = first[order], second[:, order]
figure, ax = plt.subplots(figsize=(7, 4.9))
for level, weights in enumerate((first, second)):
    above, below = weights.shape
    for j, i in torch.argwhere(weights != 0).tolist():
        w = weights[j, i].item()
        ax.plot(
            [(i + 0.5) / below, (j + 0.5) / above],
            [level, level + 1],
            color="#d55e00" if w > 0 else "#0072b2",
            alpha=min(abs(w), 1.0),
            linewidth=0.9,
        )
for k, count in enumerate((64, len(first), 10)):
    places = [(i + 0.5) / count for i in range(count)]
    ax.scatter(places, [k] * count, s=9, color="#767676", zorder=3)
for digit in range(10):
    ax.text((digit + 0.5) / 10, 2.07, f"{digit}", ha="center")
ax.set(xticks=[], yticks=[], xlabel="64 dots", ylabel="layers")
plt.show()

# %%
# How many connections each dot has left.  The columns at both edges, where
# digits hardly differ, have lost the most.

links = (first != 0).float().sum(0).view(8, 8)
edges, inside = (
    links[:, [0, 7]].mean().item(),
    links[:, 1:7].mean().item(),
)
print(f"{edges:.1f} for a dot at an edge, {inside:.1f} for another")
figure, ax = plt.subplots(figsize=(4.6, 3.6))
ax.imshow(links, cmap="viridis")
ax.set(title="connections of each dot", xticks=[], yticks=[])
ax.set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# What to take away
# -----------------
#
# - Most connections of a trained net can be cut; large weights matter.
# - Which are large in the end depends on how they began.
# - A wide net has many tickets, so one of them is likely to win.
