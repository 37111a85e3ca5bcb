"""Gradient descent at the edge of stability
=========================================

You will see the curvature of a loss grow while a net is trained, up to the
height at which the learning rate is too large for it.  There it stays: the
loss jumps, comes down again, and goes on falling.
"""

# sphinx_gallery_tags = ["advanced", "learning rate", "tensors"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import transforms

plt.style.use(style())
x = torch.linspace(-1, 1, 20).unsqueeze(1)
y = torch.sin(4 * x)
figure, ax = plt.subplots(figsize=(6.5, 2.6))
ax.plot(x, y, marker="o", linestyle="")
ax.set(title="to be learned", xlabel="x", ylabel="y")
plt.show()

# %%
# On a parabola with the second derivative ``h``, a step of gradient descent
# with the learning rate ``r`` multiplies the distance to the minimum by
# ``1 - r * h``.  Where ``h`` is larger than ``2 / r``, that is less than -1,
# and each step goes further to the other side.

width = 32


def start():
    torch.manual_seed(1)  # the seed
    first, second = torch.randn(1, width), torch.randn(width, width)
    last = torch.randn(width, 1)
    return [
        *(first, torch.zeros(width)),
        *(second / width**0.5, torch.zeros(width)),
        last / width**0.5,
    ]


def loss(parameters):
    a, b, c, d, e = parameters
    h = ((x @ a + b).tanh() @ c + d).tanh()
    return ((h @ e - y) ** 2).mean()


# %%
# A net has a second derivative in each direction.  The largest, its
# sharpness, is found by multiplying a direction by the matrix of second
# derivatives again and again; ``hvp`` does so without the matrix.


def multiplied(parameters, v):
    length = sum((p**2).sum() for p in v) ** 0.5
    v = [p / length for p in v]
    (product,) = transforms.hvp(loss, (parameters,), (v,))
    pairs = zip(v, product, strict=True)
    return sum((p * q).sum() for p, q in pairs).item(), product


def descend(rate, steps=1700):
    parameters, sharpness, losses = start(), [], []
    v = [torch.randn(*p.shape) for p in parameters]
    for _ in range(10):
        _, v = multiplied(parameters, v)
    for k in range(steps):
        if k % 10 == 0:
            largest, v = multiplied(parameters, v)
            sharpness.append(largest)
        for p in parameters:
            p.requires_grad_()
        now = loss(parameters)
        now.backward()
        parameters = [p.detach() - rate * p.grad for p in parameters]
        losses.append(now.item())
    return sharpness, losses


rates = {
    0.1: "#d55e00",
    0.06: "#e69f00",
    0.04: "#009e73",
    0.03: "#0072b2",
}
runs = {rate: descend(rate) for rate in rates}
figure, ax = plt.subplots(figsize=(6.5, 4.5))
for rate, colour in rates.items():
    ax.axhline(2 / rate, color=colour, linestyle=":")
    ax.plot(runs[rate][0], color=colour, label=f"rate {rate}")
    last = runs[rate][0][-1]
    print(f"rate {rate}: sharpness {last:.1f}, limit {2 / rate:.1f}")
ax.set(xlabel="step / 10", ylabel="sharpness", ylim=(5, 92))
ax.legend()
plt.show()

# %%
# Dotted, the limit of each rate.  At first the net becomes sharper with any
# of them.  The larger rates meet their limits and are thrown about; that
# drives them to where the loss is less sharp, and they settle at the edge.
# Below, the losses: each leap is one over the edge.

figure, ax = plt.subplots(figsize=(6.5, 3.4))
for rate, colour in rates.items():
    ax.plot(runs[rate][1], color=colour, label=f"rate {rate}")
ax.set(yscale="log", xlabel="step", ylabel="loss")
ax.legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - A loss that leaps is not always a fault: it may find its way back.
# - The learning rate decides how sharp the place is where training ends.
# - Found in deep nets of all kinds [Cohen2021]_.
