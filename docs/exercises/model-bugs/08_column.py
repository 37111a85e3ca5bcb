"""The bug of the mean.

level: 2
idea: a column minus a row is a table
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# The mean squared error of a model with one output.
# For a single sample it is right.

# %% solution
def loss_of(model, X, y):
    out = model(X).squeeze(1)
    return ((out - y) ** 2).mean()


# %% wrong
out = model(X)

# %% right
out = model(X).squeeze(1)

# %% check
def half(X):
    return 0.5 * X  # (n, 1), as nn.Linear(1, 1) puts it out


X, y = torch.tensor([[2.0]]), torch.tensor([4.0])
expect("loss of one sample", loss_of(half, X, y).item(), 9.0, "Right.")

X = torch.tensor([[2.0], [4.0], [6.0]])
y = torch.tensor([1.0, 2.0, 3.0])
found = loss_of(half, X, y).item()
nudge = "All three are right. How many numbers does the difference have?"
expect("loss of three right outputs", found, 0.0, nudge)
print("Found: one output for each sample, in one axis.")

# %% hint
# Print `(out - y).shape`.

# %% remark
# With the bug a model learns to put out the mean of all targets.
