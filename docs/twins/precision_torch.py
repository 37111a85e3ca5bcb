"""How much of a number is kept."""

import torch

t = torch.tensor(0.1)
print(f"{t.item():.17f}  {t.dtype}")

t = t.double()
print(f"{t.item():.17f}  {t.dtype}")

t = torch.tensor(0.1, dtype=torch.float64)
print(f"{t.item():.17f}  {t.dtype}")

b = torch.Tensor([6.8813735870195432])
b = b.double()
print(f"{(b - 6.0).tanh().item():.16f}")
