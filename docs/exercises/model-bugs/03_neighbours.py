"""The bug of the neighbours.

level: 2
idea: in use, an example is alone
follows: /tutorials/a-tree-of-letters
"""

# %% statement
# Batch norm without gain and shift.
# In training it is right.

# %% solution
class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("var", torch.ones(size))

    def learned(self, x):
        mean, var = x.mean(0), x.var(0)
        self.mean = 0.9 * self.mean + 0.1 * mean.detach()
        self.var = 0.9 * self.var + 0.1 * var.detach()
        return mean, var

    def forward(self, x):
        mean, var = self.mean, self.var
        if self.training:
            mean, var = self.learned(x)
        return (x - mean) / (var + 1e-5) ** 0.5


# %% wrong
mean, var = self.learned(x)

# %% right
mean, var = self.mean, self.var
if self.training:
    mean, var = self.learned(x)

# %% check
torch.manual_seed(1)
norm = Norm(2)
x = torch.randn(50, 2) * 3.0 + 7.0
z = norm(x)
expect("mean in training", z.mean(0).tolist(), [0.0, 0.0], "Right.", 1e-5)
expect("deviation", z.std(0).tolist(), [1.0, 1.0], "Right.", 1e-4)
kept = norm.mean.tolist()
expected = (0.1 * x.mean(0)).tolist()
expect("the running mean after a batch", kept, expected, "Right.", 1e-5)

for _ in range(100):
    norm(x)
norm.eval()
three = norm(torch.tensor([[7.0, 7.0], [7.0, 7.0], [50.0, 50.0]]))
two = norm(torch.tensor([[7.0, 7.0], [7.0, 7.0]]))
nudge = "In use, what an example becomes may not depend on the others."
expect("row 0 beside another row 2", three[0].tolist(), two[0].tolist(), nudge)
near_zero = two.abs().max().item() < 0.5
expect("the usual number near 0", near_zero, True, "The running statistics.")
print("Found: statistics of the batch in training only.")

# %% hint
# What are `self.mean` and `self.var` used for?

# %% hint
# `mean` and `var` should be the running ones, unless the module is in
# training.
