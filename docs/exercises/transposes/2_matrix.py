"""The matrix of a map.

level: 1
idea: a column is what a single 1 becomes
follows: /explanation/from-scalars-to-matrices
"""

# %% statement
# Write `matrix(A, n)`: the matrix of a linear map `A` that takes `n` numbers.
# Its column `j` is `A` of the tensor with a 1 at the place `j` and zeros
# elsewhere.

# %% start
def matrix(A, n):
    return torch.zeros(n, n)  # your lines


# %% check
def steps(x):
    return x[1:] - x[:-1]


found = matrix(steps, 3)
expect("shape for steps of 3", list(found.shape), [2, 3], "Results, inputs.")
expected = [[-1.0, 1.0, 0.0], [0.0, -1.0, 1.0]]
nudge = "Are the columns where the rows should be?"
expect("steps between 3 numbers", found.tolist(), expected, nudge)

x = torch.randn(5)
far = (matrix(steps, 5) @ x - steps(x)).abs().max().item()
expect("distance of matrix @ x from steps(x)", far, 0.0, "A x.", 1e-5)
print("Right: the map is a product with it.")

# %% hint
# `torch.eye(n)` has these tensors as its rows.

# %% hint
# `torch.stack(columns, 1)` puts tensors side by side as columns.

# %% solution
def matrix(A, n):
    return torch.stack([A(e) for e in torch.eye(n)], 1)


# %% remark
# Nobody makes this matrix in earnest: for a map of a thousand numbers it has a
# million.
