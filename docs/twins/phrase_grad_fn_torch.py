"""What a result knows of its past."""

import torch

x = torch.tensor(3.0, requires_grad=True)
y = (x * x).tanh()
print(y.grad_fn.name())
before = y.grad_fn.next_functions
print([f.name() for f, _ in before])
