"""Changing a parameter by hand."""

import torch

w = torch.tensor(
    3.0,
    dtype=torch.float64,
    requires_grad=True,
)
(w * w).backward()
with torch.no_grad():
    w -= 0.1 * w.grad
print(w.item(), w.is_leaf)

w = w - 0.1 * w.grad
print(w.item(), w.is_leaf)
