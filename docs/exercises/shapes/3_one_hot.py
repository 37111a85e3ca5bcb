"""One-hot by comparison.

level: 1
idea: a column beside a row is a table
follows: /tutorials/counting-letters
"""

# %% statement
# Write `one_hot(codes, size)` without a loop and without `F.one_hot`: for each
# code a row of `size` zeros, with a 1.0 at the place of the code.
# `codes` is a tensor of whole numbers with one axis.

# %% start
def one_hot(codes, size):
    return torch.zeros(len(codes), size)  # your line


# %% check
codes = torch.tensor([2, 0, 2])
found = one_hot(codes, 4)
expect("shape", list(found.shape), [3, 4], "A row for each code.")
expected = [[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
nudge = "Where is the number of the column equal to the code?"
expect("one_hot of 2, 0, 2", found.tolist(), expected, nudge)

expect("type", found.dtype, torch.float32, "Turn truth into numbers: float().")

many = torch.randint(0, 27, (50,))
W = torch.randn(27, 5)
far = (one_hot(many, 27) @ W - W[many]).abs().max().item()
expect("distance of one_hot @ W from W[codes]", far, 0.0, "Rows of W.", 1e-6)
print("Right: a product with it picks rows.")

# %% hint
# `torch.arange(size)` has the numbers of the columns, in the shape `(size,)`.

# %% hint
# Codes in the shape `(n, 1)` and columns in the shape `(size,)` compare to a
# table of `(n, size)`.

# %% solution
def one_hot(codes, size):
    return (codes.view(-1, 1) == torch.arange(size)).float()
