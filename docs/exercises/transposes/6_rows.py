"""Rows of a table.

level: 2
idea: what was taken twice gets two contributions
follows: /tutorials/backward-by-hand
"""

# %% statement
# `rows(C, codes)` takes rows of a table, as an embedding does; a row may be
# taken more than once.
# Write `rows_back(g, codes, count)`: the gradient of the table, which has
# `count` rows.

# %% start
def rows(C, codes):
    return C[codes]


def rows_back(g, codes, count):
    back = torch.zeros(count, g.shape[1], dtype=g.dtype)
    back[codes] = g
    return back


# %% check
codes = torch.tensor([2, 0, 2])
g = torch.tensor([[1.0, 1.0], [5.0, 5.0], [10.0, 20.0]])
found = rows_back(g, codes, 4).tolist()
expected = [[5.0, 5.0], [0.0, 0.0], [11.0, 21.0], [0.0, 0.0]]
expect("rows 2, 0 and 2 of 4", found, expected, "Row 2 was taken twice.")
expect("g afterwards", g[0].tolist(), [1.0, 1.0], "Leave it as it was.")

codes = torch.tensor([1, 1, 0, 1, 4, 0])
left, right = sides(
    lambda C: rows(C, codes), lambda g: rows_back(g, codes, 5), 5, 3
)
expect("<C, back(g)>, drawn", right, left, "It should be <rows(C), g>.")
print("Right: contributions add up.")

# %% hint
# An assignment keeps the last; a loop with `+=` over `zip(codes, g)` adds.

# %% hint
# Without a loop: the one-hot rows of the codes, transposed, times `g`.

# %% solution
def rows(C, codes):
    return C[codes]


def rows_back(g, codes, count):
    back = torch.zeros(count, g.shape[1], dtype=g.dtype)
    for code, row in zip(codes.tolist(), g):
        back[code] += row
    return back


# %% remark
# `back[codes] += g` looks as if it added, and keeps only the last of each row.
