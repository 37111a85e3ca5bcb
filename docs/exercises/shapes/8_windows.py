"""Contexts without a loop.

level: 2
idea: shifted copies side by side
follows: /tutorials/three-letters-of-context
"""

# %% statement
# `codes` is a long row of letters.
# Write `contexts(codes, size)`: a pair `X, y`, where each row of `X` has
# `size` letters that follow each other, and `y` the letter after them.
# Take all rows that there are, in order; loop over `size` only.

# %% start
def contexts(codes, size):
    return codes.view(-1, size), codes[size:]


# %% check
codes = torch.tensor([5, 1, 4, 1, 3, 0])
X, y = contexts(codes, 3)
expected = [[5, 1, 4], [1, 4, 1], [4, 1, 3]]
nudge = "Each row begins one letter after the row above."
expect("X for contexts of 3", X.tolist(), expected, nudge)
expect("y for contexts of 3", y.tolist(), [1, 3, 0], "The letter after each.")
X, y = contexts(codes, 1)
expected = [[5], [1], [4], [1], [3]]
expect("X for contexts of 1", X.tolist(), expected, "All but the last.")
X, y = contexts(torch.arange(1000), 8)
expect("X's shape for 1000 and 8", list(X.shape), [992, 8], "As many as fit.")
expect("last row", X[-1].tolist(), list(range(991, 999)), "It ends before y.")
print("Right: X and y belong to each other.")

# %% hint
# Column `i` of `X` is `codes` from `i` on.

# %% hint
# With `n = len(codes) - size` rows, column `i` is `codes[i : i + n]`;
# `torch.stack(columns, 1)` puts them side by side.

# %% solution
def contexts(codes, size):
    n = len(codes) - size
    columns = [codes[i : i + n] for i in range(size)]
    return torch.stack(columns, 1), codes[size:]
