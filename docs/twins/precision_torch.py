"""How much of a number is kept."""

import torch

single = torch.tensor(0.1)
print(f"{single.item():.17f}  {single.dtype}")

late = single.double()
print(f"{late.item():.17f}  {late.dtype}")

double = torch.tensor(0.1, dtype=torch.float64)
print(f"{double.item():.17f}  {double.dtype}")

b = torch.Tensor([6.8813735870195432]).double()
print(f"{(b - 6.0).tanh().item():.16f}")
