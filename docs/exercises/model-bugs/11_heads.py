"""The bug of the mixed heads.

level: 2
idea: a view never moves a number
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# `split` gives each of several heads its part of every position: a list of
# tensors of the shape (batch, time, size).
# For one head it is right, and the shapes always are.

# %% solution
def split(x, heads):
    B, T, width = x.shape
    size = width // heads
    parts = x.view(B, T, heads, size).transpose(1, 2)
    return list(parts.unbind(1))


# %% wrong
parts = x.view(B, heads, T, size)

# %% right
parts = x.view(B, T, heads, size).transpose(1, 2)

# %% check
x = torch.arange(24).view(1, 3, 8)
found = [list(part.shape) for part in split(x, 2)]
expect("shapes", found, [[1, 3, 4], [1, 3, 4]], "This is right.")
expect("one head", split(x, 1)[0].tolist(), x.tolist(), "This is right.")

found = split(x, 2)[0][0].tolist()
expected = [[0, 1, 2, 3], [8, 9, 10, 11], [16, 17, 18, 19]]
nudge = "Head 0 has the first half of each position."
expect("head 0 of two", found, expected, nudge)
found = split(x, 4)[3][0, 1].tolist()
expect("head 3 of four at time 1", found, [14, 15], "The last of position 1.")
print("Found: split the width, then exchange axes.")

# %% hint
# The last axis has to be split into two; which places do these two have?

# %% hint
# `x.view(B, T, heads, size)` is right, but not in the order that is wanted.
