"""Batch norm keeps activations alive, however the weights start
=============================================================

You will see histograms of what six layers of tanh put out before any
training, with weights that are too small, right, and too large.  Then the
same with batch norm between the layers.
"""

# sphinx_gallery_tags = ["intermediate", "initialisation", "tensors"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
width, depth = 100, 6
gains = {"small": 0.5, "right": 5 / 3, "large": 5.0}
figure, ax = plt.subplots(figsize=(6.5, 2.8))
for name, gain in gains.items():
    torch.manual_seed(1)  # the seed
    weights = torch.randn(width, width) * gain / width**0.5
    counts, edges = torch.histogram(weights, bins=60, density=True)
    ax.plot(edges[:-1], counts, label=f"{name}, gain {gain:.2f}")
ax.set(title="weights of a layer", xlabel="weight", ylabel="density")
ax.legend()
plt.show()

# %%
# Each weight is normal, with a deviation of the gain over the root of the
# width.  A sum of a hundred products then varies by the gain, and tanh takes
# the sum.


def outputs(gain, norm):
    torch.manual_seed(2)
    h = torch.randn(500, width)
    layers = []
    for _ in range(depth):
        linear = nn.Linear(width, width, bias=False)
        nn.init.normal_(linear.weight, std=gain / width**0.5)
        h = linear(h)
        if norm:
            h = nn.BatchNorm1d(width)(h)
        h = h.tanh()
        layers.append(h.detach())
    return layers


colours = ["#e69f00", "#d55e00", "#cc79a7", "#8a70c8", "#56b4e9"]
figure, _ = plt.subplots(2, 3, figsize=(7.5, 4.8))
panels = [(norm, name) for norm in (False, True) for name in gains]
for ax, (norm, name) in zip(figure.axes, panels, strict=True):
    layers = outputs(gains[name], norm)[1:]
    for k, (layer, colour) in enumerate(zip(layers, colours), 2):
        counts, edges = torch.histogram(layer, bins=40, density=True)
        ax.plot(edges[:-1], counts, color=colour, label=f"layer {k}")
    title = "with batch norm" if norm else f"{name} weights"
    ax.set(title=title, xlim=(-1.05, 1.05), ylim=(0, 4))
figure.axes[1].legend()
figure.axes[3].set(ylabel="density")
figure.axes[4].set(xlabel="output of tanh")
plt.show()

# %%
# Too small, and the outputs shrink from layer to layer until nothing is left
# to tell samples apart; too large, and most sit near -1 and 1, where
# tanh is flat and passes no gradient back.  Batch norm divides by the
# deviation that it finds, so the gain drops out: the lower three are equal.

# %%
# What to take away
# -----------------
#
# - A good start depends on width and activation; batch norm makes up for it.
# - It subtracts the mean over the batch and divides by the deviation, and
#   gradients flow through both.
# - In use it takes running means instead: call ``model.eval()`` first.
