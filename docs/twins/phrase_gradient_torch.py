"""A walk that does not begin with 1."""

import torch

x = torch.tensor(3.0, requires_grad=True)
y = x * x
y.backward(torch.tensor(10.0))
print(x.grad.item())
