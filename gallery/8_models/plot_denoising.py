"""Diffusion: ten digits come out of noise
=======================================

You will see ten squares of noise turn into the ten digits, each into the one
that was asked for.  The net has learned one thing, to guess the image under
the noise; 24 guesses, one after another, make a drawing.
"""

# sphinx_gallery_tags = ["advanced", "generation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

from itertools import pairwise

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.optim import cosine
from micrograd.tensors import nn

plt.style.use(style())
torch.manual_seed(3)  # the seed
drawn = load_digits()
images = torch.tensor(drawn.data / 8 - 1, dtype=torch.float32)
angles = torch.linspace(0, torch.pi / 2, 7).unsqueeze(1)
noisy = angles.cos() * images[0] + angles.sin() * torch.randn(64)
figure, axes = plt.subplots(1, 7, figsize=(7.5, 1.5))
for k, ax in enumerate(axes):
    ax.imshow(noisy[k].view(8, 8), cmap="PuOr_r", vmin=-2, vmax=2)
    ax.set(title=f"{15 * k}°", xticks=[], yticks=[])
axes[0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# At an angle ``a`` the image counts ``cos(a)`` and noise ``sin(a)``, from the
# image at 0° to nothing but noise at 90°.  The net is told the angle, as
# waves of four lengths, and which digit it is; it answers with the image.

F = nn.functional
net = nn.Sequential(
    nn.Linear(64 + 10 + 8, 192),
    nn.SiLU(),
    nn.Linear(192, 192),
    nn.SiLU(),
    nn.Linear(192, 64),
    nn.Tanh(),
)


def guess(noisy, digit, a):
    waves = [
        f(k * a) for k in (1, 2, 4, 8) for f in (torch.sin, torch.cos)
    ]
    return net(torch.cat([noisy, digit, *waves], 1))


def loss(image, digit, a, noise):
    noisy = a.cos() * image + a.sin() * noise
    return ((guess(noisy, digit, a) - image) ** 2).mean()


# %%
# Each step takes 64 images, each with new noise at an angle of its own
# [Ho2020]_.

digits = F.one_hot(torch.tensor(drawn.target), 10).float()
n, steps = 64, 2500
optimizer = torch.optim.Adam(
    net.parameters(), lr=cosine(0.003, 0.0, steps)
)
step = micrograd.compile(loss, optimizer)
losses = []
for _ in range(steps):
    batch = torch.randint(0, len(images), (n,))
    a, noise = torch.rand(n, 1) * torch.pi / 2, torch.randn(n, 64)
    losses.append(step(images[batch], digits[batch], a, noise))
means = torch.tensor(losses).view(-1, 50).mean(1)
print(f"loss {means[0]:.2f} at first, {means[-1]:.2f} at last")

figure, ax = plt.subplots(figsize=(6.5, 2.8))
ax.plot([*means])
ax.set(xlabel="step / 50", ylabel="squared error of a dot")
plt.show()

# %%
# To draw, start from noise alone.  The guess tells how much of what is there
# is noise; keep both, and mix them again at an angle a little smaller.  From
# top to bottom: after 0, 8, 12, 16, 19, 22 and 24 such steps.


def draw(noise, digit, steps=24):
    x, angles = noise, torch.linspace(torch.pi / 2, 0, steps + 1)
    stages = [x]
    for a, b in pairwise(angles):
        image = guess(x, digit, a.expand(len(x), 1))
        noise = (x - a.cos() * image) / a.sin()
        x = b.cos() * image + b.sin() * noise
        stages.append(x)
    return stages


def tiles(images):
    squares = images.view(-1, 8, 8)
    return torch.cat(
        [*F.pad(squares, (1, 1, 1, 1), value=torch.nan)], 1
    )


with torch.no_grad():
    stages = draw(torch.randn(10, 64), torch.eye(10))
shown = torch.cat(
    [tiles(stages[k]) for k in (0, 8, 12, 16, 19, 22, 24)]
)
figure, ax = plt.subplots(figsize=(7.5, 5.3))
ax.imshow(shown, cmap="PuOr_r", vmin=-1.7, vmax=1.7)
ax.set(xticks=[], yticks=[], xlabel="digit asked for", ylabel="steps")
plt.show()

# %%
# Other noise, other handwriting.  The last row is the first guess of all, from
# noise alone: little more than the mean of each digit.

with torch.no_grad():
    many = [
        draw(torch.randn(10, 64), torch.eye(10))[-1] for _ in "1234"
    ]
    first = guess(
        torch.randn(10, 64),
        torch.eye(10),
        torch.full((10, 1), torch.pi / 2),
    )
figure, ax = plt.subplots(figsize=(7.5, 4))
shown = torch.cat([tiles(x) for x in [*many, first]])
ax.imshow(shown, cmap="PuOr_r", vmin=-1.7, vmax=1.7)
ax.set(xticks=[], yticks=[], xlabel="digit", ylabel="drawing")
plt.show()

# %%
# What to take away
# -----------------
#
# - To remove noise is an ordinary task with a label: the image.
# - A single guess is a mean of what it could be; small steps choose.
# - What is wanted goes in beside the noise, as further inputs.
