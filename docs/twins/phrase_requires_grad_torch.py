"""Constants."""

import torch

w = torch.tensor(3.0, requires_grad=True)
two = torch.tensor(2.0)
y = w * two
print(w.requires_grad, two.requires_grad)
y.backward()
print(w.grad.item())
