"""Tell a transpose from a wrong one.

level: 1
idea: two dot products that agree for all numbers
follows: /explanation/two-tables
"""

# %% statement
# A map `A` takes tensors of `n` numbers to tensors of `m` numbers, and `back`
# is said to be its transpose: for all $x$ and $g$,
# $\langle A x, g \rangle = \langle x, A^\top g \rangle$,
# where $\langle a, b \rangle$ is the dot product, `(a * b).sum()`.
# Write `is_transpose(A, back, n, m)`, which tries it for numbers that it
# draws.

# %% start
import micrograd.tensors as torch


def is_transpose(A, back, n, m):
    return True  # your lines


# %% check
def double(x):
    return 2.0 * x


def first_two(x):
    return x[:2]


def with_zeros(g):
    return torch.cat([g, torch.zeros(3, dtype=g.dtype)])


def with_ones(g):
    return torch.cat([g, torch.ones(3, dtype=g.dtype)])


def flipped(x):
    return x.flip(0)


def ordered(g):
    return g * 1.0


found = is_transpose(double, double, 4, 4)
expect("double and double", found, True, "<2x, g> and <x, 2g> are equal.")
found = is_transpose(first_two, with_zeros, 5, 2)
expect("the first two, and zeros after them", found, True, "Allow rounding.")
nudge = "Are both products with the same x and g?"
found = is_transpose(first_two, with_ones, 5, 2)
expect("the first two, and ones after them", found, False, nudge)
found = is_transpose(double, ordered, 4, 4)
expect("double and the same", found, False, "A factor of 2 is missing.")
found = is_transpose(flipped, ordered, 4, 4)
nudge = "With all numbers equal the order would not be seen: draw them."
expect("flipped and not flipped", found, False, nudge)
expect("flipped twice", is_transpose(flipped, flipped, 4, 4), True, "It is.")
print("Right: three transposes and three others.")

# %% hint
# `torch.randn(n)` draws `n` numbers; the dot product of two tensors is
# `(x * y).sum()`.

# %% hint
# Sums in another order round differently: compare with `torch.allclose`, or
# let the difference be below `1e-4`.

# %% solution
import micrograd.tensors as torch


def is_transpose(A, back, n, m):
    x = torch.randn(n, dtype=torch.float64)
    g = torch.randn(m, dtype=torch.float64)
    difference = (A(x) * g).sum() - (x * back(g)).sum()
    return abs(difference.item()) < 1e-9


# %% remark
# One trial is enough: a wrong map passes one random trial only by extreme
# chance.
