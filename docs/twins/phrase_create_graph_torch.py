"""Derivatives of derivatives."""

import torch

x = torch.tensor(2.0, requires_grad=True)
y = x * x * x
(first,) = torch.autograd.grad(
    y, x, create_graph=True
)
print(first.item())
(second,) = torch.autograd.grad(first, x)
print(second.item())
