"""From many results at once."""

import torch

x = torch.tensor(
    [1.0, 2.0], requires_grad=True
)
y = x * x
try:
    y.backward()
except RuntimeError as error:
    print(error)
weights = torch.tensor([1.0, 10.0])
y.backward(gradient=weights)
print(x.grad.tolist())
