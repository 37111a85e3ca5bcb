"""Computing without remembering."""

import torch

w = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    y = w * w
print(y.requires_grad, y.grad_fn)
