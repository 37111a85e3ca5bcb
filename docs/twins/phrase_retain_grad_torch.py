"""The gradient in the middle."""

import torch

x = torch.tensor(3.0, requires_grad=True)
square = x * x
square.retain_grad()
y = square * 2.0
y.backward(retain_graph=True)
print(square.grad.item(), x.grad.item())
y.backward()
print(square.grad.item(), x.grad.item())
