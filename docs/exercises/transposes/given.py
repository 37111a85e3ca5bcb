"""What the exercises of this group start from.

before: matrix
"""

import micrograd.tensors as torch


def sides(A, back, *shape):
    """Both sides of the definition, for numbers that are drawn."""
    g = torch.Generator().manual_seed(1)
    x = torch.randn(*shape, generator=g, dtype=torch.float64)
    z = A(x)
    g = torch.randn(*z.shape, generator=g, dtype=torch.float64)
    gx = back(g)
    expect("shape of the gradient", tuple(gx.shape), shape, "That of x.")
    return (z * g).sum().item(), (x * gx).sum().item()
