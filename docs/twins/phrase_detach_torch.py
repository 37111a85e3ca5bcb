"""The same number, cut off from its past."""

import torch

x = torch.tensor(3.0, requires_grad=True)
y = x * x
z = y * y.detach()
z.backward()
print(x.grad.item())
