"""Gradient accumulation.

level: 2
idea: the mean over parts is not a mean of means
follows: /explanation/accumulation
"""

# %% statement
# A batch is too large for the memory.
# Write `gradients(model, X, y, size)`: the gradients of the mean cross-entropy
# over all of `X`, as a list, from at most `size` examples at a time.
# The last part may be smaller.

# %% start
def gradients(model, X, y, size):
    for p in model.parameters():
        p.grad = None
    for i in range(0, len(X), size):
        part = y[i : i + size]
        loss = F.cross_entropy(model(X[i : i + size]), part)
        loss.backward()
    return [p.grad for p in model.parameters()]


# %% check
torch.manual_seed(1)
seen = []


class Watched(nn.Linear):
    def forward(self, x):
        seen.append(len(x))
        return super().forward(x)


model = Watched(5, 3)
X, y = torch.randn(10, 5), torch.randint(0, 3, (10,))
whole = nn.Linear(5, 3)
whole.load_state_dict(model.state_dict())
F.cross_entropy(whole(X), y).backward()
for size, sizes in [(10, [10]), (5, [5, 5]), (4, [4, 4, 2])]:
    seen.clear()
    found = gradients(model, X, y, size)
    expect(f"examples at a time, for {size}", seen, sizes, "Not all at once.")
    pairs = zip(found, whole.parameters())
    far = max((g - p.grad).abs().max().item() for g, p in pairs)
    nudge = "Each part counts by its number of examples."
    expect(f"distance from the whole batch, {size}", far, 0.0, nudge, 1e-6)
print("Right: the same gradients in less memory.")

# %% hint
# Contributions add up in `grad`, so each part's loss has to be a part of the
# whole mean.

# %% hint
# The mean of a part, times its number of examples, divided by `len(X)`.

# %% solution
def gradients(model, X, y, size):
    for p in model.parameters():
        p.grad = None
    for i in range(0, len(X), size):
        part = y[i : i + size]
        loss = F.cross_entropy(model(X[i : i + size]), part)
        (loss * (len(part) / len(X))).backward()
    return [p.grad for p in model.parameters()]


# %% remark
# With batch norm the two would differ: each part has its own mean.
