"""What the exercises of this group start from."""

import micrograd.tensors as torch

F = torch.nn.functional
