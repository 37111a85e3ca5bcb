"""Leaves."""

import torch

x = torch.tensor(3.0, requires_grad=True)
y = x * x
print(x.is_leaf, y.is_leaf)
print(x.grad)
