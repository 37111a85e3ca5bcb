"""Count the parameters.

level: 1
idea: weights and biases
follows: /tutorials/a-neuron-a-layer-a-network
"""

# %% statement
# Write `count(nin, nouts)`: the number of parameters of `MLP(nin, nouts)`.
# Every neuron has a weight for each of its inputs, and a bias.

# %% start
def count(nin, nouts):
    return 0  # your lines


# %% check
from micrograd.nn import MLP

for nin, nouts in [(1, [1]), (3, [4, 4, 1]), (2, [16, 16, 1]), (64, [10])]:
    expected = len(MLP(nin, nouts).parameters())
    nudge = "A layer of n neurons with m inputs has n * (m + 1)."
    expect(f"count({nin}, {nouts})", count(nin, nouts), expected, nudge)
print("Right: from 2 to 650.")

# %% hint
# The inputs of a layer are the outputs of the one before.

# %% hint
# `zip([nin, *nouts], nouts)` pairs them.

# %% solution
def count(nin, nouts):
    pairs = zip([nin, *nouts], nouts)
    return sum(n * (m + 1) for m, n in pairs)
