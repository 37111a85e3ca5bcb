"""The lecture's neuron."""

import torch


def leaf(number):
    return torch.tensor(
        number,
        dtype=torch.float64,
        requires_grad=True,
    )


x1, x2 = leaf(2.0), leaf(0.0)
w1, w2 = leaf(-3.0), leaf(1.0)
b = leaf(6.8813735870195432)

o = (x1 * w1 + x2 * w2 + b).tanh()
o.backward()

print(f"o       {o.item():.12f}")
print(f"x1.grad {x1.grad.item():.12f}")
print(f"w1.grad {w1.grad.item():.12f}")
print(f"x2.grad {x2.grad.item():.12f}")
print(f"w2.grad {w2.grad.item():.12f}")
