"""All distances without a loop.

level: 2
idea: put the axes where they meet
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# `A` holds `m` points and `B` holds `n`, one in each row.
# Write `distances(A, B)`: the squared distance of every point of `A` to every
# point of `B`, in the shape `(m, n)`.
# No loop.

# %% start
def distances(A, B):
    return ((A - B) ** 2).sum(1)


# %% check
A = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
B = torch.tensor([[3.0, 4.0], [1.0, 1.0]])
found = distances(A, B)
nudge = "A row for each point of A, a column for each of B."
expect("shape", list(found.shape), [2, 2], nudge)
nudge = "Of (0, 0) and (3, 4) it is 25."
expect("distances", found.tolist(), [[25.0, 2.0], [20.0, 1.0]], nudge)

A, B = torch.randn(5, 3), torch.randn(7, 3)
found = distances(A, B)
expect("shape for 5 and 7", list(found.shape), [5, 7], "m rows, n columns.")
one = ((A[4] - B[2]) ** 2).sum().item()
expect("row 4, column 2", found[4, 2].item(), one, "A[4] and B[2].", 1e-5)
print("Right: thirty-five distances at once.")

# %% hint
# You want a difference with three axes: `m`, `n` and the coordinates.

# %% hint
# `A[:, None]` has the shape `(m, 1, d)`.

# %% solution
def distances(A, B):
    return ((A[:, None] - B) ** 2).sum(-1)


# %% remark
# It makes $m \cdot n \cdot d$ numbers; $|a|^2 - 2 a \cdot b + |b|^2$ makes
# $m \cdot n$, with a product of matrices.
