"""The bug of the growing memory.

level: 2
idea: a loss holds its graph
follows: /explanation/the-life-of-a-graph
"""

# %% statement
# `mean_loss` gives the mean loss over many batches, for a table of results.
# The number is right.

# %% solution
def mean_loss(model, batches):
    total = 0.0
    for X, y in batches:
        loss = F.cross_entropy(model(X), y)
        total += loss.item()
    return total / len(batches)


# %% wrong
total += loss

# %% right
total += loss.item()

# %% check
torch.manual_seed(1)
model = nn.Linear(3, 4)
batches = [
    (torch.randn(5, 3), torch.randint(0, 4, (5,))) for _ in range(10)
]
found = mean_loss(model, batches)
losses = [F.cross_entropy(model(X), y).item() for X, y in batches]
expect("the number", float(found), sum(losses) / 10, "Right.", 1e-5)
nudge = "A sum of tensors with a graph has a graph: that of all batches."
expect("what it is", type(found).__name__, "float", nudge)
print("Found: a number in place of a graph.")

# %% hint
# `item()` gives the number in a tensor, without its past.

# %% remark
# Where the model is only tried, `torch.no_grad()` saves the graph of each
# batch as well.
