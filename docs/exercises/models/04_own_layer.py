"""A layer of your own.

level: 2
idea: a module is parameters and a forward pass
follows: /tutorials/a-tree-of-letters
"""

# %% statement
# RMS norm divides each row (the last axis) by the root of the mean of its
# squares, and then multiplies each place by a gain, which is learned and at
# first 1:
#
# $$y_i = g_i \frac{x_i}{\sqrt{\frac1n \sum_j x_j^2 + \epsilon}}$$
#
# Write it as a module, with the gain as its parameter `weight`.

# %% start
class RMSNorm(nn.Module):
    def __init__(self, size, eps=1e-5):
        super().__init__()
        self.eps = eps

    def forward(self, x):
        return x  # your lines


# %% check
norm = RMSNorm(4)
names = [name for name, _ in norm.named_parameters()]
nudge = "nn.Parameter, as an attribute of the module."
expect("names of the parameters", names, ["weight"], nudge)
expect("shape of the gain", list(norm.weight.shape), [4], "For each place.")

torch.manual_seed(1)
x = torch.randn(2, 3, 4) * 5.0
found = norm(x)
squares = (found**2).mean(-1).view(-1).tolist()
nudge = "Of each row by itself: keep the axis."
expect("mean squares of the rows", squares, [1.0] * 6, nudge, 1e-4)

norm.weight.data = torch.tensor([1.0, 2.0, 0.0, -1.0])
expected = F.rms_norm(x, (4,), norm.weight, 1e-5)
far = (norm(x) - expected).abs().max().item()
expect("distance from F.rms_norm", far, 0.0, "The gain, and eps.", 1e-5)

norm(x).sum().backward()
found = norm.weight.grad is not None
expect("the gain has a gradient", found, True, "Compute with the parameter.")
print("Right: a layer that learns.")

# %% hint
# `self.weight = nn.Parameter(torch.ones(size))`.

# %% hint
# `(x**2).mean(-1, keepdim=True)` is the mean of the squares of each row.

# %% solution
class RMSNorm(nn.Module):
    def __init__(self, size, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        mean = (x**2).mean(-1, keepdim=True)
        return self.weight * x * (mean + self.eps) ** -0.5
