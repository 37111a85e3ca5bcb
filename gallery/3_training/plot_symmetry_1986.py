"""The network of 1986 detects a symmetry
======================================

You will see the network that Rumelhart, Hinton and Williams trained in the
paper that made backpropagation known.  Its two hidden units decide whether
six bits read the same in both directions, and their solution can be read
from the weights.
"""

# sphinx_gallery_tags = ["intermediate", "classification", "history"]
# sphinx_gallery_thumbnail_number = 3

from functools import reduce
from itertools import product
from random import Random

import matplotlib.pyplot as plt

import micrograd
from micrograd.draw import style, training_curves
from micrograd.nn import MLP
from micrograd.optim import SGD

plt.style.use(style())
patterns = [list(bits) for bits in product([0, 1], repeat=6)]
wanted = [int(bits == bits[::-1]) for bits in patterns]

figure, ax = plt.subplots(figsize=(7.5, 2.4))
for k, bits in enumerate(patterns):
    ones = [place for place in range(6) if bits[place]]
    colour = "#d55e00" if wanted[k] else "#0072b2"
    ax.scatter([k] * len(ones), ones, color=colour, marker="s")
ax.set(title=f"64 patterns, {sum(wanted)} of them symmetric")
ax.set(xlabel="pattern", ylabel="bits that are 1")
plt.show()

# %%
# Everything is as in [Rumelhart1986]_: sigmoids throughout, half the squared
# error summed over all patterns, a learning rate of 0.1 with a momentum of
# 0.9, and first weights between -0.3 and 0.3.  A sweep is one step on all
# patterns.


def network(seed):
    rng, spread = Random(seed), 0.3
    model = MLP(
        6,
        [2, 1],
        activation="sigmoid",
        init=lambda rng, nin, nout: rng.uniform(-spread, spread),
        rng=rng,
    )
    for unit in [*model.layers[0].neurons, *model.layers[1].neurons]:
        unit.b.data = rng.uniform(-spread, spread)
    return model


def error(model):
    outputs = [model(bits).sigmoid() for bits in patterns]
    pairs = zip(outputs, wanted, strict=True)
    return sum((output - want) ** 2 for output, want in pairs) / 2


# %%
# Compiled with its optimiser, a sweep takes a moment.  The paper does not say
# when its network counted as trained; here, once all 64 outputs are on the
# right side of one half.  The seed is one of forty that we tried, chosen
# because it needs as long as the paper's did.


def worst_margin(model):
    pairs = zip(patterns, wanted, strict=True)
    scores = [
        model(bits) if want else -model(bits) for bits, want in pairs
    ]
    return reduce(micrograd.minimum, scores)


def train(seed, sweeps):
    model = network(seed)
    optimiser = SGD(model.parameters(), lr=0.1, momentum=0.9)
    sweep = micrograd.compile(lambda: error(model), optimiser)
    margin = micrograd.compile(lambda: worst_margin(model))
    learned, errors, weights = None, [], []
    for k in range(sweeps):
        if learned is None and margin().data > 0:
            learned = k
        weights.append([w.data for w in model.layers[0].neurons[0].w])
        errors.append(sweep())
    return model, learned, errors, weights


model, learned, errors, weights = train(seed=23, sweeps=1900)
print(f"learned after {learned} sweeps; the paper's took 1425")

# %%
# For a thousand sweeps little seems to happen: only eight of 64 answers are
# 1, so always answering 0 is not bad.  Then the weights split into three
# pairs, each with one size and two signs.

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.4))
training_curves(errors, left)
left.set(
    title="error over all patterns", xlabel="sweep", ylabel="error"
)
dashes = ["-", "--", ":", ":", "--", "-"]
colours = ["#0072b2", "#d55e00", "#009e73"]
for place, path in enumerate(zip(*weights, strict=True)):
    colour = colours[min(place, 5 - place)]
    right.plot(path, linestyle=dashes[place], color=colour)
right.set(title="weights of one hidden unit", xlabel="sweep")
right.set(ylabel="weight")
plt.show()

# %%
# The network drawn as in the paper, with the weights on the arcs and the
# biases in the units.  Bits that mirror each other have opposite weights, so
# in a symmetric pattern all cancel.  The sizes are as 1 : 2 : 4, so no other
# pattern cancels, and one of the two units always responds.


def arc(ax, start, end, weight, at):
    (x, y), (u, v) = start, end
    colour = "#0072b2" if weight > 0 else "#d55e00"
    width = 0.5 + abs(weight) / 4
    ax.plot([x, u], [y, v], color=colour, linewidth=width, alpha=0.7)
    place = x + at * (u - x), y + at * (v - y)
    uphill = (u - x) * (v - y) > 0  # beside the arc, never across it
    ax.text(*place, f" {weight:+.1f}", va="top" if uphill else "bottom")


def unit(ax, place, bias):
    ax.scatter(*place, s=900, color="#767676", zorder=3)
    ax.text(*place, bias, color="white", ha="center", va="center")


figure, ax = plt.subplots(figsize=(7.5, 4.6))
(output,), bits = model.layers[1].neurons, [(k, 0.0) for k in range(6)]
hidden, end = [(2.5, 1.6), (2.5, -1.6)], (6.6, 0.0)
for neuron, place, weight in zip(
    model.layers[0].neurons, hidden, output.w
):
    for bit, w in zip(bits, neuron.w, strict=True):
        arc(ax, bit, place, w.data, at=0.4)
    arc(ax, place, end, weight.data, at=0.55)
    unit(ax, place, f"{neuron.b.data:+.1f}")
for k, bit in enumerate(bits):
    unit(ax, bit, f"{k + 1}")
unit(ax, end, f"{output.b.data:+.1f}")
ax.set(title="blue arcs add, orange ones subtract")
ax.set(xlabel="bits 1 to 6, and the answer", ylabel="hidden units")
ax.set(xticks=[], yticks=[], ylim=(-2.1, 2.1))
plt.show()

# %%
# That is the solution of the paper.  Other seeds take longer or shorter, and
# one of these still answers 0 to everything.  Some settle on 2 : 3 : 4, which
# works as well: all that counts is that no sum cancels by accident.

for seed in range(5, 10):
    _, learned, _, weights = train(seed, sweeps=1600)
    first, second, third = sorted(abs(w) for w in weights[-1][:3])
    print(
        f"seed {seed}: learned after {learned or '?':>4} sweeps,",
        end=" ",
    )
    print(f"sizes {first:4.1f} {second:4.1f} {third:4.1f}")

# %%
# What to take away
# -----------------
#
# - Hidden units form features that nobody described to them.
# - Weights show what a small network does, once they are laid out well.
# - A flat error is not always the end, and not always the beginning.
