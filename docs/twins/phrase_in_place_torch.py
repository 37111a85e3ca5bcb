"""What may not be changed in place."""

import torch

w = torch.tensor(3.0, requires_grad=True)
try:
    w += 1.0
except RuntimeError as error:
    print(str(error).split(":")[0])

x = torch.tensor(2.0, requires_grad=True)
y = x.exp()
y += 1.0
try:
    y.backward()
except RuntimeError as error:
    print(str(error).split(":")[0])
