"""Make XOR learn with two neurons.

level: 3
idea: an initialisation that can learn
follows: /tutorials/when-it-does-not-learn
"""

# %% statement
# A network with two hidden neurons can compute XOR, but this one does not
# learn it: after 300 steps the loss is still 0.25, as if it had always
# answered one half.
# Change the settings so that `train` ends with a loss below 0.01.

# %% start
import random

from micrograd.nn import MLP
from micrograd.optim import SGD, Adam

DATA = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]

settings = {
    "activation": "relu",
    "init": lambda rng, nin, nout: 0.0,  # or "uniform"
    "seed": 1,
    "optimizer": SGD,
    "lr": 0.1,
}


def train(activation, init, seed, optimizer, lr, steps=300):
    rng = random.Random(seed)
    model = MLP(2, [2, 1], activation=activation, init=init, rng=rng)
    descent = optimizer(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = sum((model(x) - y) ** 2 for x, y in DATA) / 4
        descent.zero_grad()
        loss.backward()
        descent.step()
    return loss.data


# %% check
loss = train(**settings)
nudge = "Look at model.parameters() after some steps: do two neurons differ?"
found = "below 0.01" if loss < 0.01 else f"{loss:.4f}"
expect("the loss after 300 steps", found, "below 0.01", nudge)
print(f"Right: the loss is {loss:.6f}.")

# %% hint
# Equal neurons get equal gradients and stay equal.
# Start with different weights: `"init": "uniform"`.

# %% hint
# A ReLU neuron that gives 0 for all four points has no gradient any more.
# `"tanh"` always has one.

# %% hint
# With so few neurons the seed decides.
# Try several, and `Adam` with a learning rate of 0.1.

# %% solution
import random

from micrograd.nn import MLP
from micrograd.optim import SGD, Adam

DATA = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]

settings = {
    "activation": "tanh",
    "init": "uniform",
    "seed": 1,
    "optimizer": Adam,
    "lr": 0.1,
}


def train(activation, init, seed, optimizer, lr, steps=300):
    rng = random.Random(seed)
    model = MLP(2, [2, 1], activation=activation, init=init, rng=rng)
    descent = optimizer(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = sum((model(x) - y) ** 2 for x, y in DATA) / 4
        descent.zero_grad()
        loss.backward()
        descent.step()
    return loss.data


# %% remark
# Over twenty seeds, how often does it learn with two hidden neurons, and with
# four?
