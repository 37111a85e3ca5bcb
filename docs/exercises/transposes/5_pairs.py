"""The mean of pairs.

level: 2
idea: where numbers are added, the gradient is copied
follows: /explanation/two-tables
"""

# %% statement
# `pairs(x)` has the mean of each two neighbours: numbers 0 and 1, 2 and 3, and
# so on, as pooling does.
# Write its transpose, `pairs_back(g)`.

# %% start
def pairs(x):
    return x.view(-1, 2).mean(1)


def pairs_back(g):
    return torch.cat([g, g])  # your lines


# %% check
found = pairs_back(torch.tensor([2.0, 6.0])).tolist()
nudge = "Both numbers of a pair get the same, and a half each."
expect("pairs_back of 2 and 6", found, [1.0, 1.0, 3.0, 3.0], nudge)
left, right = sides(pairs, pairs_back, 8)
expect("<x, back(g)>, drawn", right, left, "It should be <pairs(x), g>.")
print("Right: half of each gradient, twice.")

# %% hint
# A column of shape `(n, 1)` expands to `(n, 2)`.

# %% hint
# The rows of that, one after the other, are `.reshape(-1)`.

# %% solution
def pairs(x):
    return x.view(-1, 2).mean(1)


def pairs_back(g):
    return (g.view(-1, 1) / 2).expand(len(g), 2).reshape(-1)
