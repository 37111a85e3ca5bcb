"""The landscape of a loss, with and without residuals
===================================================

You will see the loss around a trained net as a map.  Around a deep net it is
all cliffs and gorges; residual connections, which add the input of each layer
to its output, turn it back into a valley.
"""

# sphinx_gallery_tags = ["advanced", "diagnosis", "tensors"]
# sphinx_gallery_thumbnail_number = 2

from itertools import pairwise

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.optim import cosine
from micrograd.tensors import nn

plt.style.use(style())
points, side = make_moons(200, noise=0.15, random_state=1)
x = torch.tensor(points - points.mean(0), dtype=torch.float32)
y = torch.tensor(side).float()
figure, ax = plt.subplots(figsize=(6.5, 3.6))
for k, colour in enumerate(("#0072b2", "#d55e00")):
    ax.scatter(*x[y == k].T, color=colour, s=14)
ax.set(xlabel="x", ylabel="y")
plt.show()

# %%
# The nets have 3, 7 or 13 layers, twelve neurons wide, without residual
# connections and with them [He2016]_.  Each is trained on the two moons until
# it tells them apart.

width = 12


def scores(parameters, x, residual):
    weights, biases = parameters[::2], parameters[1::2]
    h = (x @ weights[0] + biases[0]).relu()
    for w, b in zip(weights[1:-1], biases[1:-1], strict=True):
        z = (h @ w + b).relu()
        h = h + z if residual else z
    return (h @ weights[-1] + biases[-1]).squeeze(-1)


def losses(parameters, residual):
    z = scores(parameters, x, residual)
    return (nn.functional.softplus(z) - z * y).mean(-1)


def trained(depth, residual, steps=600):
    torch.manual_seed(1)  # the seed
    sizes, parameters = [2, *[width] * (depth - 1), 1], []
    for k, (a, b) in enumerate(pairwise(sizes)):
        inner = residual and 0 < k < depth - 1
        gain = (2 / depth if inner else 2) / a
        parameters.append(nn.Parameter(torch.randn(a, b) * gain**0.5))
        parameters.append(nn.Parameter(torch.zeros(1, b)))
    optimizer = torch.optim.Adam(
        parameters, lr=cosine(0.005, 0.0, steps)
    )
    step = micrograd.compile(
        lambda: losses(parameters, residual), optimizer
    )
    for _ in range(steps):
        step()
    return [p.detach() for p in parameters]


# %%
# A map needs two directions, and a net has hundreds.  Two random ones are
# taken, scaled like the weights [Li2018]_.  The net stands in the middle;
# at a corner, all weights are changed by more than their own size.

axis = torch.linspace(-1.2, 1.2, 41)


def direction(parameters):
    for p in parameters:
        d = torch.randn(*p.shape)
        yield d * p.norm() / d.norm()


def landscape(parameters, residual):
    east, north = ([*direction(parameters)] for _ in "xy")
    rows, across = [], axis.view(-1, 1, 1)
    for up in axis:
        triples = zip(parameters, east, north, strict=True)
        moved = [p + across * e + up * n for p, e, n in triples]
        rows.append(losses(moved, residual))
    return torch.stack(rows)


figure, axes = plt.subplots(2, 3, figsize=(7.5, 5.3))
levels = torch.linspace(-3, 1.5, 28).tolist()
for line, residual in zip(axes, (False, True), strict=True):
    for ax, depth in zip(line, (3, 7, 13), strict=True):
        net = trained(depth, residual)
        z = landscape(net, residual).log10().clamp(-3, 1.5)
        ax.contourf(axis, axis, z, cmap="magma", levels=levels)
        title = f"{depth} layers" + residual * ", residual"
        ax.set(title=title, xticks=[], yticks=[])
        last = losses(net, residual).item()
        near = (z < -0.3).float().mean().item()
        print(f"{title:19}: loss {last:.3f}, below 0.5 on {near:.0%}")
axes[1][0].set(xlabel="one direction", ylabel="another")
plt.show()

# %%
# Dark is a small loss, each shade a step of a factor of 1.5.  Each net has
# found a low place; what differs is how much of the land around it is low.
# A small step of the weights stays in a valley, and falls off a ridge.

# %%
# What to take away
# -----------------
#
# - The deeper a plain net, the more rugged its loss.
# - Residual connections keep it smooth enough to descend for many layers.
# - Two directions of hundreds are a glimpse; other ones give other maps.
