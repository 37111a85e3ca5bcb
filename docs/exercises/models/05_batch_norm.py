"""Batch norm with running statistics.

level: 3
idea: buffers are kept, and not learned
follows: /tutorials/a-tree-of-letters
"""

# %% statement
# Write batch norm for inputs of the shape (batch, size): in training with mean
# and variance of the batch, in use with the running ones, which are buffers
# and at first 0 and 1.
# A buffer is a tensor kept with the module but not learned.
# Each batch in training moves them by `momentum` of the way to its own.
# Normalise by the variance divided by $n$; move the running variance towards
# the one divided by $n - 1$.
# Gain and shift are the parameters `weight` and `bias`.

# %% start
class BatchNorm(nn.Module):
    def __init__(self, size, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, x):
        return self.weight * x + self.bias  # your lines


# %% check
torch.manual_seed(1)
mine, theirs = BatchNorm(3), nn.BatchNorm1d(3)
names = [name for name, _ in mine.named_parameters()]
nudge = "What is not learned is registered as a buffer."
expect("parameters", names, ["weight", "bias"], nudge)
for k in range(3):
    x = torch.randn(8, 3) * 2.0 + 5.0
    far = (mine(x) - theirs(x)).abs().max().item()
    nudge = "Mean and variance along axis 0, the variance divided by n."
    expect(f"distance in training, batch {k}", far, 0.0, nudge, 1e-5)

mine.eval()
theirs.eval()
one = torch.tensor([[5.0, 4.0, 6.0]])
expected = theirs(one).tolist()
nudge = "In use the running statistics; kept: the unbiased variance."
expect("a single example in use", mine(one).tolist(), expected, nudge, 1e-5)
again = mine(one).tolist()
expect("the same again", again, expected, "In use nothing is kept.", 1e-5)

mine.train()
(mine(x) ** 2).sum().backward()
kept = [name for name, b in mine.named_buffers() if b.requires_grad]
nudge = "Running statistics need no graph: detach them."
expect("buffers that have a graph", kept, [], nudge)
print("Right: in training and in use.")

# %% hint
# `self.register_buffer("running_mean", torch.zeros(size))`.

# %% hint
# `x.var(0, unbiased=False)` divides by `n`; `x.var(0)` by `n - 1`.

# %% hint
# Under `torch.no_grad()`, the running mean becomes
# `(1 - momentum) * running + momentum * mean`.

# %% solution
class BatchNorm(nn.Module):
    def __init__(self, size, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))
        self.register_buffer("running_mean", torch.zeros(size))
        self.register_buffer("running_var", torch.ones(size))

    def keep(self, mean, var):
        m = self.momentum
        with torch.no_grad():
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.keep(mean, x.var(0))
        z = (x - mean) / (var + self.eps) ** 0.5
        return self.weight * z + self.bias
