"""Scaling: the wider the net, the finer the landscape
===================================================

You will see one landscape drawn by nets of two to 128 neurons a layer.  All
see the same number of places; the wider ones draw more of the hills, and the
error falls along a straight line with the number of parameters.
"""

# sphinx_gallery_tags = ["intermediate", "regression", "tensors"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.optim import cosine
from micrograd.tensors import nn

plt.style.use(style())
torch.manual_seed(7)  # the seed
angle, phase = 2 * torch.pi * torch.rand(2, 80)
pitch = torch.logspace(0.3, 1.5, 80)
waves = pitch * torch.stack([angle.cos(), angle.sin()])


def height(places):
    return ((places @ waves + phase).sin() / pitch**0.8).sum(-1)


axis = torch.linspace(-1, 1, 80)
x, y = torch.meshgrid(axis, axis, indexing="xy")
truth = height(torch.stack([x, y], -1))
figure, ax = plt.subplots(figsize=(5.4, 4.4))
ax.contourf(x, y, truth, cmap="gist_earth", levels=20)
ax.set(xlabel="x", ylabel="y")
plt.show()

# %%
# The landscape is a sum of 80 waves, the shorter the lower: it has details at
# every scale, as much in nature has.  A net is given a place and learns its
# height.  Its two hidden layers put sines in the place of tanh, which is good
# at details [Sitzmann2020]_.


class Sine(nn.Module):
    def forward(self, x):
        return x.sin()


def build(width):
    first, last = nn.Linear(2, width), nn.Linear(width, 1)
    second, most = nn.Linear(width, width), (6 / width) ** 0.5
    nn.init.uniform_(first.weight, -5.0, 5.0)
    nn.init.uniform_(first.bias, -torch.pi, torch.pi)
    nn.init.uniform_(second.weight, -most, most)
    return nn.Sequential(
        first, Sine(), second, Sine(), last, nn.Flatten(0)
    )


def train(net, steps=1000):
    optimizer = torch.optim.Adam(
        net.parameters(), lr=cosine(0.01, 0.0, steps)
    )
    step = micrograd.compile(
        lambda place, z: ((net(place) - z) ** 2).mean(), optimizer
    )
    losses = []
    for _ in range(steps):
        places = 2 * torch.rand(256, 2) - 1
        losses.append(step(places, height(places) / truth.std()))
    return torch.tensor(losses).view(-1, 25).mean(1)


widths = [2, 4, 8, 16, 32, 64, 128]
drawings, curves, counts, errors = [], [], [], []
for width in widths:
    net = build(width)
    curves.append(train(net))
    with torch.no_grad():
        z = net(torch.stack([x, y], -1).view(-1, 2)).view(80, 80)
    error = ((z - truth / truth.std()) ** 2).mean().item()
    drawings.append(z * truth.std())
    counts.append(sum(p.numel() for p in net.parameters()))
    errors.append(error)
    print(f"{counts[-1]:6,} parameters: error {error:.5f}")

# %%
# Five of the drawings, and the landscape itself.

low, high = truth.min().item(), truth.max().item()
levels = torch.linspace(low, high, 21).tolist()
shown = {f"{widths[k]} wide": drawings[k] for k in (0, 1, 2, 3, 5)}
shown["the landscape"] = truth
figure, _ = plt.subplots(2, 3, figsize=(7.5, 5.3))
for ax, (title, z) in zip(figure.axes, shown.items(), strict=True):
    z = z.clamp(low, high)
    ax.contourf(x, y, z, cmap="gist_earth", levels=levels)
    ax.set(title=title, xticks=[], yticks=[])
figure.axes[3].set(xlabel="x", ylabel="y")
plt.show()

# %%
# With both axes logarithmic, the errors lie near a line: a power law.  Its
# slope, from least squares, tells what a net ten times as large would bring.

logs = torch.tensor([counts, errors], dtype=torch.float64).log10()
(u, v), (mean, level) = logs, logs.mean(1).tolist()
slope = (((u - mean) * v).sum() / ((u - mean) ** 2).sum()).item()
print(f"ten times the parameters: the error times {10**slope:.2f}")

colours = ["#cc79a7", "#d55e00", "#e69f00", "#999933"]
colours += ["#009e73", "#56b4e9", "#0072b2"]
figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.2))
ends = [counts[0], counts[-1]]
line = [10**level * (n / 10**mean) ** slope for n in ends]
right.plot(ends, line, color="#767676", linestyle="--")
for k, colour in enumerate(colours):
    left.plot(curves[k], color=colour)
    last = curves[k][-1].item()
    left.text(40, last, f"{widths[k]}", color=colour, va="center")
    right.plot(counts[k], errors[k], color=colour, marker="o")
left.set(title="training, by width", xlim=(0, 46), yscale="log")
left.set(xlabel="step / 25", ylabel="loss")
right.set(title="afterwards", xscale="log", yscale="log")
right.set(xlabel="parameters", ylabel="error")
plt.show()

# %%
# What to take away
# -----------------
#
# - Ten times the parameters divide the error by much the same factor, again
#   and again; large language models behave like this, too [Kaplan2020]_.
# - A straight line through small nets foretells larger ones.
# - Data with details at every scale always has some left to learn.
