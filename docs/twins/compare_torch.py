"""One expression, its value and its gradients."""

import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor(0.3, requires_grad=True)
w = torch.tensor(-1.2, requires_grad=True)
y = (w * x).sigmoid() * x.exp()
y.backward()
for number in (y, x.grad, w.grad):
    print(f"{number.item():+.12f}")
