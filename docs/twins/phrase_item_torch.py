"""From a result to a plain number."""

import torch

y = torch.tensor(3.0) * 2.0
print(y.item(), float(y))
print((y > 5.0).item())
