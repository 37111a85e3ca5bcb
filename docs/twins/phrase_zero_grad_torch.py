"""Gradients add up until they are set to zero."""

import torch
from torch.optim import SGD

w = torch.tensor(3.0, requires_grad=True)
optimizer = SGD([w], lr=0.1)
for _ in range(2):
    (w * w).backward()
    print(w.grad.item())
optimizer.zero_grad()
print(w.grad)
