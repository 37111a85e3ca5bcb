"""Shift and back.

level: 1
idea: what falls off gets no gradient
follows: /explanation/two-tables
"""

# %% statement
# `shift(x)` moves the numbers of a tensor one place to the right, puts a 0 in
# front and drops the last.
# Write its transpose, `shift_back(g)`.

# %% start
def shift(x):
    return torch.cat([torch.zeros(1, dtype=x.dtype), x[:-1]])


def shift_back(g):
    return shift(g)  # your line


# %% check
expect("shift", shift(torch.tensor([1, 2, 3])).tolist(), [0, 1, 2], "Given.")
found = shift_back(torch.tensor([1.0, 2.0, 3.0])).tolist()
nudge = "x[0] came out at place 1, so its gradient stands there."
expect("shift_back of 1, 2, 3", found, [2.0, 3.0, 0.0], nudge)
left, right = sides(shift, shift_back, 6)
expect("<x, back(g)>, drawn", right, left, "It should be <shift(x), g>.")
print("Right: the gradient moves to the left.")

# %% hint
# In `z = shift(x)`, which `z` does `x[0]` go to, and which the last `x`?

# %% solution
def shift(x):
    return torch.cat([torch.zeros(1, dtype=x.dtype), x[:-1]])


def shift_back(g):
    return torch.cat([g[1:], torch.zeros(1, dtype=g.dtype)])
