"""What the filters of a convolutional net see
===========================================

You will see handwritten digits go through a small convolutional net: the
eight filters that it has learned, and what each of them picks out of four
digits.
"""

# sphinx_gallery_tags = ["intermediate", "classification", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
drawn = load_digits()
images = torch.tensor(drawn.images / 16, dtype=torch.float32)
images, digits = images.unsqueeze(1), torch.tensor(drawn.target)
figure, axes = plt.subplots(2, 8, figsize=(7.5, 2.2))
for ax, image in zip(figure.axes, images[:16], strict=True):
    ax.imshow(image[0], cmap="viridis")
    ax.set(xticks=[], yticks=[])
axes[1][0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# Two convolutions, each followed by ReLU; between them the largest of every
# two by two dots is kept, so that the second looks at twice as much of the
# image.

F = nn.functional
torch.manual_seed(3)  # the seed
first = nn.Conv2d(1, 8, 3, padding=1)
second = nn.Conv2d(8, 16, 3, padding=1)
model = nn.Sequential(
    first,
    nn.ReLU(),
    nn.MaxPool2d(2),
    second,
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(64, 10),
)
order = torch.randperm(len(images))
known, unseen = order[:1500], order[1500:]
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for _ in range(6):
    for batch in known[torch.randperm(len(known))].split(50):
        loss = F.cross_entropy(model(images[batch]), digits[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
with torch.no_grad():
    correct = model(images[unseen]).argmax(1) == digits[unseen]
share = correct.float().mean().item()
print(f"{share:.1%} of {len(unseen)} unseen digits")

figure, ax = plt.subplots(figsize=(6.5, 2.8))
ax.plot(losses)
ax.set(title="training", xlabel="step", ylabel="loss")
plt.show()

# %%
# In the top row the eight filters of the first layer, orange where they ask
# for ink and purple where they ask for none; before them the filter that
# changes nothing.  Below each is what it makes of four digits.

samples = images[[0, 3, 4, 7]]
nothing = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
with torch.no_grad():
    maps = torch.cat([samples, first(samples).relu()], 1)
kernels = [nothing, *first.weight.detach()[:, 0]]
figure, axes = plt.subplots(5, 9, figsize=(7.5, 4.4))
for k, kernel in enumerate(kernels):
    axes[0][k].imshow(kernel, cmap="PuOr_r", vmin=-1, vmax=1)
    for row, digit in zip(axes[1:], maps, strict=True):
        row[k].imshow(digit[k], cmap="viridis")
for ax in figure.axes:
    ax.set(xticks=[], yticks=[])
axes[0][0].set(ylabel="filter")
axes[4][0].set(xlabel="8 dots", ylabel="8 dots")
plt.show()

# %%
# Some filters answer to the upper edges of strokes, some to the lower ones,
# some to strokes that stand or lean.  The second layer combines what they
# say of neighbouring places.

# %%
# What to take away
# -----------------
#
# - A filter is one small set of weights for all places of the image.
# - Feature maps show where it answers; the next layer reads those.
# - Pooling gives up where exactly, and keeps whether.
