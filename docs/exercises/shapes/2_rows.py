"""Rows that add up to 1.

level: 1
idea: a sum that keeps its axis
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# Write `shares(counts, axis)`: each number divided by the sum along `axis`,
# for a tensor of any number of axes.
# The result adds up to 1 along that axis.

# %% start
def shares(counts, axis):
    return counts / counts.sum(axis)


# %% check
square = torch.tensor([[1.0, 3.0], [4.0, 4.0]])
found = shares(square, 1)
nudge = "Which shape has the sum, and how is it repeated?"
expect("sums of the rows", found.sum(1).tolist(), [1.0, 1.0], nudge, 1e-6)
expected = [[0.25, 0.75], [0.5, 0.5]]
expect("shares of the rows", found.tolist(), expected, nudge, 1e-6)

found = shares(square, 0).tolist()
expected = [[0.2, 3 / 7], [0.8, 4 / 7]]
expect("shares of the columns", found, expected, "The other axis.", 1e-6)

cube = torch.arange(24).view(2, 3, 4).float() + 1.0
sums = shares(cube, 1).sum(1)
far = (sums - 1.0).abs().max().item()
expect("distance from 1, three axes", far, 0.0, "Keep the axis.", 1e-6)
print("Right: along every axis.")

# %% hint
# `keepdim=True` leaves the axis that was summed, with the length 1.

# %% solution
def shares(counts, axis):
    return counts / counts.sum(axis, keepdim=True)


# %% remark
# Along axis 0 the version without `keepdim` happens to be right, and along the
# last axis of a square it is wrong without an error.
