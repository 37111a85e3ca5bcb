"""What the exercises of this group start from."""

import micrograd.tensors as torch

nn, F = torch.nn, torch.nn.functional
