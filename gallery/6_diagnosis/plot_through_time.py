"""Through a loop the gradient fades or grows
==========================================

You will see how much the end of a loop of forty turns depends on the input
at each turn.  With a small weight the past is forgotten at once, with a
large one its effect explodes, and a gate keeps it within bounds.
"""

# sphinx_gallery_tags = ["intermediate", "diagnosis", "backward"]
# sphinx_gallery_thumbnail_number = 2

from random import Random

import matplotlib.pyplot as plt

from micrograd import Value, tanh
from micrograd.draw import style

plt.style.use(style())
rng = Random(3)  # the seed
signal = [rng.gauss(0.0, 0.3) for _ in range(40)]


def dependence(turn):  # of the last state on each number that came in
    state, xs = 0.0, [Value(x) for x in signal]
    for x in xs:
        state = turn(state, x)
    state.backward()
    return [abs(x.grad) for x in xs]


figure, ax = plt.subplots(figsize=(6.5, 3.8))
for w, dash in [(0.5, ":"), (0.9, "-."), (1.0, "-"), (1.1, "--")]:
    sizes = dependence(lambda h, x, w=w: w * h + x)
    ax.plot(sizes, linestyle=dash, label=f"weight {w}")
ax.set(xlabel="turn", ylabel="derivative", yscale="log")
ax.legend()
plt.show()

# %%
# Every turn multiplies the state by the weight, so the derivative is a power
# of it: a straight line on this axis.  Only at exactly 1 does it stay
# constant.  [Pascanu2013]_ shows the same for networks.

# %%
# A tanh keeps the state small, and the derivative with it: where it
# saturates, its derivative is below 1 and one more small factor.  A gate
# sends only a part of the state through the tanh and leaves the rest as it
# was.

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.6))
for w, dash in [(0.9, "-."), (1.5, "-"), (3.0, "--")]:
    sizes = dependence(lambda h, x, w=w: tanh(w * h + x))
    left.plot(sizes, linestyle=dash, label=f"weight {w}")
    print(
        f"weight {w}: first turn {sizes[0]:.0e}, last {sizes[-1]:.0e}"
    )
for keep, dash in [(0.5, "-."), (0.9, "-"), (0.98, "--")]:
    sizes = dependence(
        lambda h, x, k=keep: k * h + (1 - k) * tanh(h + x)
    )
    right.plot(sizes, linestyle=dash, label=f"keeps {keep}")
    print(
        f"keeps {keep}: first turn {sizes[0]:.0e}, last {sizes[-1]:.0e}"
    )
for ax, title in [(left, "tanh in the loop"), (right, "with a gate")]:
    ax.set(title=title, xlabel="turn", yscale="log", ylim=(1e-16, 3.0))
    ax.legend()
left.set(ylabel="derivative")
plt.show()

# %%
# What to take away
# -----------------
#
# - A loop multiplies derivatives, and a product of many factors is rarely
#   near 1.
# - Deep networks are such loops unrolled, with a weight for each layer.
# - Gates and skip connections keep one factor near 1.
