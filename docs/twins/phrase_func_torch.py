"""Derivatives of functions, without backward."""

import torch
from torch.func import hessian, jvp, vjp


def f(p):
    x, y = p
    return x * x * y


at = torch.tensor([1.0, 2.0])
print(hessian(f)(at).tolist())
along = torch.tensor([1.0, 0.0])
value, slope = jvp(f, (at,), (along,))
print((value.item(), slope.item()))
value, back = vjp(f, at)
(grad,) = back(torch.tensor(1.0))
print(value.item(), (grad.tolist(),))
