"""A variational autoencoder makes up digits
=========================================

You will see a net that turns noise into digits nobody has written.  It is
an autoencoder whose code is a small cloud instead of a point, so that
the space between the examples is filled, and can be drawn from.
"""

# sphinx_gallery_tags = ["advanced", "generation", "tensors"]
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
figure, ax = plt.subplots(figsize=(6.5, 2.4))
ax.plot([*images.mean(0)], label="mean ink")
ax.plot([*images.std(0)], label="standard deviation")
ax.set(xlabel="dot", ylabel="ink")
ax.legend()
plt.show()

# %%
# The encoder gives a mean and a logarithm of a variance for each of eight
# numbers [Kingma2014]_.  The code is drawn from that cloud: mean plus
# deviation times noise, so that gradients reach both.

torch.manual_seed(11)  # the seed
size = 8
encoder = nn.Sequential(
    nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 2 * size)
)
decoder = nn.Sequential(
    nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, 64), nn.Sigmoid()
)


def losses(batch, noise):
    mean, log_variance = encoder(batch).split(size, 1)
    code = mean + (log_variance / 2).exp() * noise
    drawing = ((decoder(code) - batch) ** 2).sum(1).mean() / 0.1
    spread = mean**2 + log_variance.exp() - log_variance - 1
    return drawing, spread.sum(1).mean() / 2


# %%
# Two losses pull against each other.  One wants each image drawn again; the
# other, the divergence from a standard normal distribution, wants all clouds
# to be the same one.

steps = 2500
parameters = [*encoder.parameters(), *decoder.parameters()]
optimizer = torch.optim.Adam(parameters, lr=cosine(0.005, 0.0, steps))
step = micrograd.compile(lambda *given: sum(losses(*given)), optimizer)
curve = []
for k in range(steps):
    batch = images[torch.randint(0, len(images), (50,))]
    step(batch, torch.randn(50, size))
    if k % 25 == 0:
        with torch.no_grad():
            noise = torch.randn(len(images), size)
            curve.append([x.item() for x in losses(images, noise)])

figure, ax = plt.subplots(figsize=(6.5, 2.8))
for values, label in zip(zip(*curve), ("drawing", "divergence")):
    ax.plot(values, label=label)
ax.set(xlabel="step / 25", ylabel="loss", yscale="log")
ax.legend()
plt.show()

# %%
# To make up digits, noise alone goes into the decoder.

with torch.no_grad():
    made = decoder(torch.randn(40, size)).view(40, 8, 8)
figure, axes = plt.subplots(4, 10, figsize=(7.5, 3.3))
for ax, image in zip(figure.axes, made, strict=True):
    ax.imshow(image, cmap="viridis", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
axes[3][0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# And on the straight way between the codes of two images, each place is the
# code of something like a digit.

a, b = (encoder(images[k])[:size].detach() for k in (0, 4))
figure, axes = plt.subplots(1, 10, figsize=(7.5, 1.1))
for k, ax in enumerate(axes):
    with torch.no_grad():
        image = decoder(a + (b - a) * (k / 9)).view(8, 8)
    ax.imshow(image, cmap="viridis", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
axes[0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# What to take away
# -----------------
#
# - Noise added to a code makes near codes mean near images.
# - The divergence keeps all codes where noise will be drawn later.
# - Randomness enters as an input, so the gradient passes beside it.
