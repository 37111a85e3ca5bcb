"""A second walk over the same graph."""

import torch

x = torch.tensor(3.0, requires_grad=True)
y = x * x * x
y.backward(retain_graph=True)
y.backward()
print(x.grad.item())

try:
    y.backward()
except RuntimeError as error:
    print(str(error).split(". ")[0])
