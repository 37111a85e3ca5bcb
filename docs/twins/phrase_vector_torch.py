"""From many results at once."""

import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * x
try:
    y.backward()
except RuntimeError as error:
    print(error)
y.backward(gradient=torch.tensor([1.0, 10.0]))
print(x.grad.tolist())
