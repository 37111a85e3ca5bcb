"""Scores, a class, and how surprising it is."""

import torch
from torch.nn.functional import cross_entropy

scores = torch.tensor(
    [2.0, 1.0, 0.1], requires_grad=True
)
loss = cross_entropy(scores, torch.tensor(0))
loss.backward()
print(f"{loss.item():.6f}")
grads = scores.grad.tolist()
print([round(g, 6) for g in grads])
