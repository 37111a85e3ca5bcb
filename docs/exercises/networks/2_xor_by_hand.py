"""XOR by hand.

level: 2
idea: what two hidden neurons can compute
follows: /tutorials/a-neuron-a-layer-a-network
"""

# %% statement
# XOR is 1 if exactly one of two inputs is 1.
# One neuron cannot compute it, because no line separates its two classes; with
# two more in front of it, it can.
# Choose nine numbers for
# $y = v_1\,\mathrm{relu}(w_{11} x_1 + w_{12} x_2 + b_1) + v_2\,
# \mathrm{relu}(w_{21} x_1 + w_{22} x_2 + b_2) + c$.

# %% start
w1, b1 = [1.0, 1.0], 0.0
w2, b2 = [1.0, 1.0], 0.0
v, c = [1.0, 1.0], 0.0

# %% check
from micrograd.nn import MLP

model = MLP(2, [2, 1])
chosen = [*w1, b1, *w2, b2, *v, c]
for p, number in zip(model.parameters(), chosen, strict=True):
    p.data = number
for x, expected in [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]:
    nudge = "Let one neuron add the inputs, and the other react only to 1, 1."
    expect(f"y for {x}", model(x).data, float(expected), nudge)
print("Right: XOR, without any training.")

# %% hint
# With weights 1, 1 and bias 0 the first neuron gives 0, 1, 1, 2: right for
# three of the four points.

# %% hint
# With weights 1, 1 and bias −1 the second gives 0, 0, 0, 1.
# How much of it must be subtracted?

# %% solution
w1, b1 = [1.0, 1.0], 0.0
w2, b2 = [1.0, 1.0], -1.0
v, c = [1.0, -2.0], 0.0

# %% remark
# There are many answers; $|x_1 - x_2|$ is another, with the weights
# 1, −1 and −1, 1.
