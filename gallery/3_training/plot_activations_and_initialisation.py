"""A signal fades or saturates unless the weights fit the width
============================================================

You will see what reaches each layer of an untrained deep network, and which
gradients come back.  With small weights the signal dies out; with large
ones tanh saturates, and ReLU grows from layer to layer.
"""

# sphinx_gallery_tags = ["intermediate", "initialisation", "diagnosis"]
# sphinx_gallery_thumbnail_number = 3

from math import sqrt
from random import Random

import matplotlib.pyplot as plt

from micrograd.draw import histogram, style
from micrograd.nn import MLP

plt.style.use(style())
width, depth = 20, 6
inits = {
    "small": lambda rng, nin, nout: rng.uniform(-0.1, 0.1),
    "xavier": "xavier",
    "uniform": "uniform",
}
figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.7))
for ax, (name, init) in zip(axes, inits.items(), strict=True):
    rng = Random(1)  # the seed
    model = MLP(width, [width] * depth, init=init, bias=False, rng=rng)
    histogram(model.parameters(), ax)
    ax.set(title=name, xlabel="weight", xlim=(-1.1, 1.1))
plt.show()

# %%
# These are the weights of six layers of 20 neurons, drawn in three ways.
# Xavier's takes the width into account.  ``uniform``, the default here as in
# the original micrograd, does not, and suits only narrow layers.
#
# Now ten random points go in, and we keep the outputs of each layer.


def outputs(activation, init):
    rng = Random(2)
    model = MLP(
        width,
        [width] * depth + [1],
        activation=activation,
        init=init,
        rng=rng,
    )
    numbers = [rng.gauss(0.0, 1.0) for _ in range(10 * width)]
    batch = [numbers[i::10] for i in range(10)]
    layers = []
    for layer in model.layers[:-1]:
        batch = [layer(point) for point in batch]
        layers.append([output for row in batch for output in row])
    last = model.layers[-1]
    sum(last(point) for point in batch).backward()
    return layers


figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.7))
for ax, (name, init) in zip(axes, inits.items(), strict=True):
    histogram(outputs("tanh", init)[-1], ax, bins=20)
    ax.set(title=name, xlabel="output of layer 6")
    if name == "small":
        ax.set(xticks=[-0.0005, 0.0005])
plt.show()

# %%
# Note the different axes.  On the left hardly anything is left of the points;
# on the right most neurons are at -1 or 1, where tanh is flat.  ReLU has no
# such limit.  For both activations, forward and back, layer by layer:


def size(numbers):
    return sqrt(sum(x * x for x in numbers) / len(numbers))


inits["kaiming"] = "kaiming"  # Xavier's, adapted to the activation
dashes = [":", "-", "--", "-."]
figure, _ = plt.subplots(2, 2, figsize=(7.5, 5.5))
for row, activation in enumerate(["tanh", "relu"]):
    forward, back = figure.axes[2 * row : 2 * row + 2]
    for (name, init), dash in zip(inits.items(), dashes, strict=True):
        layers = outputs(activation, init)
        signals = [size([v.data for v in layer]) for layer in layers]
        slopes = [size([v.grad for v in layer]) for layer in layers]
        places = range(1, depth + 1)
        forward.plot(places, signals, linestyle=dash, label=name)
        back.plot(places, slopes, linestyle=dash)
    forward.set(title=f"{activation}: outputs", yscale="log")
    forward.set(xlabel="layer", ylabel="size")
    back.set(title=f"{activation}: gradients", yscale="log")
    back.set(xlabel="layer", ylabel="size")
figure.axes[0].legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - The wider a layer, the smaller its weights must start.
# - Sizes multiply from layer to layer: a factor of two is a factor of 64
#   after six.
# - Look at outputs and gradients, layer by layer, before blaming the
#   optimiser.
