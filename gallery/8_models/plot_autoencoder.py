"""An autoencoder's plane of digits
================================

You will see 1,797 handwritten digits squeezed through two numbers and drawn
again.  The two numbers are places in a plane, and the net draws a digit at
every place of it, those between the examples, too.
"""

# sphinx_gallery_tags = ["intermediate", "generation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import micrograd
import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.optim import cosine
from micrograd.tensors import nn

plt.style.use(style())
drawn = load_digits()
images = torch.tensor(drawn.data / 16, dtype=torch.float32)
figure, axes = plt.subplots(2, 8, figsize=(7.5, 2.2))
for ax, image in zip(figure.axes, images[:16], strict=True):
    ax.imshow(image.view(8, 8), cmap="viridis")
    ax.set(xticks=[], yticks=[])
axes[1][0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# The encoder turns 64 dots into two numbers, the decoder two numbers into 64
# dots.  The loss is how far the drawing is from the image; nothing tells the
# net which digit it sees.

torch.manual_seed(7)  # the seed
encoder = nn.Sequential(
    nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2), nn.Tanh()
)
decoder = nn.Sequential(
    nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Sigmoid()
)


def loss(batch):
    return ((decoder(encoder(batch)) - batch) ** 2).sum(1).mean()


steps = 6000
parameters = [*encoder.parameters(), *decoder.parameters()]
optimizer = torch.optim.Adam(parameters, lr=cosine(0.01, 0.0, steps))
step = micrograd.compile(loss, optimizer)
losses = []
for _ in range(steps):
    batch = images[torch.randint(0, len(images), (50,))]
    losses.append(step(batch))
print(f"loss {losses[0]:.1f} at first, {losses[-1]:.1f} at last")

figure, ax = plt.subplots(figsize=(6.5, 2.8))
ax.plot(losses[::20])
ax.set(xlabel="step / 20", ylabel="squared error of an image")
plt.show()

# %%
# Every image has a place in the square.  Colours are the ten digits, which
# the net has never been told: images that look alike lie side by side.

places = encoder(images).detach()
figure, ax = plt.subplots(figsize=(6.5, 6))
colours = [
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"),
    *("#56b4e9", "#882255", "#44aa99", "#999933", "#777777"),
]
for digit, colour in enumerate(colours):
    x, y = places[torch.tensor(drawn.target) == digit].T
    ax.plot(x, y, color=colour, marker=f"${digit}$", linestyle="")
ax.set(xlabel="first number", ylabel="second number")
plt.show()

# %%
# The decoder draws at any place.  From place to place one digit turns into
# another; between the examples it draws what could be there.

n = 10
axis = torch.linspace(-0.95, 0.95, n)
rows = []
with torch.no_grad():
    for y in axis.flip(0):
        points = torch.stack([axis, y.expand(n)], 1)
        tiles = decoder(points).view(n, 8, 8)
        tiles = nn.functional.pad(tiles, (1, 1, 1, 1))
        rows.append(torch.cat([*tiles], 1))
figure, ax = plt.subplots(figsize=(6.5, 6.5))
ax.imshow(torch.cat(rows), cmap="viridis")
ax.set(xticks=[], yticks=[])
ax.set(xlabel="first number", ylabel="second number")
plt.show()

# %%
# What to take away
# -----------------
#
# - To draw an image again from two numbers, a net must find what varies.
# - Its plane has digits in regions, though no label was given.
# - The decoder draws anywhere, also where no example lies.
