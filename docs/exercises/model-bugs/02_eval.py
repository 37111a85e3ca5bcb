"""The bug of the shaky estimate.

level: 1
idea: a model has two modes
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# `estimate` gives the loss of a model on data; the model may have dropout and
# batch norm.
# For a model without them it is right.

# %% solution
@torch.no_grad()
def estimate(model, X, y):
    model.eval()
    loss = F.cross_entropy(model(X), y).item()
    model.train()
    return loss


# %% wrong
loss = F.cross_entropy(model(X), y).item()

# %% right
model.eval()
loss = F.cross_entropy(model(X), y).item()

# %% check
torch.manual_seed(1)
X, y = torch.randn(40, 3), torch.randint(0, 4, (40,))
plain = nn.Linear(3, 4)
expected = F.cross_entropy(plain(X), y).item()
expect("loss of a linear layer", estimate(plain, X, y), expected, "Right.")

model = nn.Sequential(nn.Linear(3, 20), nn.Dropout(0.5), nn.Linear(20, 4))
first, again = estimate(model, X, y), estimate(model, X, y)
nudge = "The same model and the same data: what draws numbers here?"
expect("the loss with dropout, again", again, first, nudge)
expect("model.training afterwards", model.training, True, "Training goes on.")

model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 4))
estimate(model, X + 5.0, y)
found = model[0].running_mean.tolist()
nudge = "Batch norm has learned from the data that it is tested on."
expect("running mean after an estimate", found, [0.0, 0.0, 0.0], nudge)
print("Found: eval() before, train() after.")

# %% hint
# `no_grad` records no graph; it leaves dropout and batch norm as they are.
