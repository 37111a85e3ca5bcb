"""The probability of the right letter.

level: 1
idea: two lists of indices pick pairs
follows: /tutorials/counting-letters
"""

# %% statement
# `P` has a row of probabilities for each example, `y` the right column of
# each.
# Write `loss(P, y)`: the mean of $-\log p$ over the examples, with $p$ the
# probability of the right column.
# No loop.

# %% start
def loss(P, y):
    return -P[:, y].log().mean()


# %% check
P = torch.tensor([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])
y = torch.tensor([0, 1])
found = loss(P, y).item()
nudge = "One number for each row: P[0, 0] and P[1, 1]. What does P[:, y] have?"
expect("loss of 1/2 and 1/8", found, 1.3862943611198906, nudge, 1e-6)

logits = torch.randn(20, 7)
y = torch.randint(0, 7, (20,))
found = loss(F.softmax(logits, 1), y).item()
expected = F.cross_entropy(logits, y).item()
expect("loss of twenty examples", found, expected, "The mean.", 1e-5)
print("Right: cross-entropy, once softmax is done.")

# %% hint
# `P[rows, columns]` with two lists of the same length picks one number for
# each pair.

# %% hint
# The rows are `range(len(y))`.

# %% solution
def loss(P, y):
    return -P[range(len(y)), y].log().mean()


# %% remark
# `P[:, y]` takes every column of `y` from every row: a table, whose mean is a
# number, too.
