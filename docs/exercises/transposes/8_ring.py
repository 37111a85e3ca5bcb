"""A row of the table.

level: 3
idea: with its transpose a map has every derivative
follows: /explanation/two-tables
"""

# %% statement
# On a ring each number has a right neighbour: that of the last is the first.
# `uphill(x)` has the difference of each number's right neighbour and itself.
# It is a row for the second table, with a wrong transpose.
# Write the right one.
# `@linear(back)` makes a function differentiable; `back(g, shape)` gets the
# gradient of the result and the shape of `x`, not needed here.
# It is also called on tensors, for second derivatives, so use only slices,
# indices and operators.

# %% start
from micrograd.tensors.linear import linear
from micrograd.tensors.transforms import grad, hvp


def uphill_back(g, shape):
    return g  # your lines


@linear(uphill_back)
def uphill(x):
    n = len(x)
    return x[[(i + 1) % n for i in range(n)]] - x


# %% check
x = torch.tensor([1.0, 4.0, 9.0], requires_grad=True)
z = uphill(x)
expect("uphill of 1, 4, 9", z.tolist(), [3.0, 5.0, -8.0], "This is given.")
z.backward(torch.tensor([1.0, 10.0, 100.0]))
nudge = "x[0] is in z[0] with a minus, and in the last z with a plus."
expect("gradient", x.grad.tolist(), [99.0, -9.0, -90.0], nudge)


def energy(x):
    return (uphill(x) ** 2).sum()


x = torch.tensor([1.0, 4.0, 9.0, 0.0], dtype=torch.float64)
v = torch.tensor([1.0, 0.0, 0.0, 0.0], dtype=torch.float64)
found = grad(energy)(x).tolist()
nudge = "It is 2 (2 x[i] - left neighbour - right neighbour)."
expect("gradient of the energy", found, [-4.0, -4.0, 28.0, -20.0], nudge)
found = hvp(energy, (x,), (v,))[0].tolist()
nudge = "The transpose is read on tensors, too: operators only."
expect("second derivatives", found, [4.0, -2.0, 0.0, -2.0], nudge)
print("Right: gradient and second derivatives from one transpose.")

# %% hint
# `x[i]` is in `z[i]` with a minus, and in the `z` to its left with a plus.

# %% hint
# The same kind of index, with `(i - 1) % n`.

# %% solution
from micrograd.tensors.linear import linear
from micrograd.tensors.transforms import grad, hvp


def uphill_back(g, shape):
    n = len(g)
    return g[[(i - 1) % n for i in range(n)]] - g


@linear(uphill_back)
def uphill(x):
    n = len(x)
    return x[[(i + 1) % n for i in range(n)]] - x


# %% remark
# Four times itself minus twice each neighbour: the energy of a string of
# springs, and its force.
