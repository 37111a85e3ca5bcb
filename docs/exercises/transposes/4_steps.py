"""Differences of neighbours.

level: 2
idea: each number is in two results
follows: /explanation/two-tables
"""

# %% statement
# `steps(x)` has the differences of neighbours, one fewer than there are
# numbers.
# Write its transpose, `steps_back(g)`.

# %% start
def steps(x):
    return x[1:] - x[:-1]


def steps_back(g):
    return g  # your lines


# %% check
found = steps_back(torch.tensor([1.0, 10.0, 100.0])).tolist()
expect("how many from three", len(found), 4, "As many as x had.")
nudge = "x[1] is in z[0] with a plus, and in z[1] with a minus."
expected = [-1.0, -9.0, -90.0, 100.0]
expect("steps_back of 1, 10, 100", found, expected, nudge)
left, right = sides(steps, steps_back, 7)
expect("<x, back(g)>, drawn", right, left, "It should be <steps(x), g>.")
print("Right: what comes in minus what goes out.")

# %% hint
# The first term, `x[1:]`, drops a number in front: its transpose puts a zero
# there.

# %% hint
# The transpose of a difference is the difference of the transposes: `g` with a
# zero in front, minus `g` with a zero behind.

# %% solution
def steps(x):
    return x[1:] - x[:-1]


def steps_back(g):
    zero = torch.zeros(1, dtype=g.dtype)
    return torch.cat([zero, g]) - torch.cat([g, zero])
