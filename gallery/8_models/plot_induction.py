"""How attention learns to copy
============================

You will see a small transformer that continues a row of letters it has
never met: it looks for the last time the same letter came, and copies what
came after it.  The maps show both looks.
"""

# sphinx_gallery_tags = ["advanced", "transformer", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.optim import cosine
from micrograd.tensors import nn

plt.style.use(style())
torch.manual_seed(1)  # the seed
size, length, width = 16, 20, 48


def rows(n):
    letters = torch.rand(n, size).argsort(1)
    period = torch.randint(5, 11, (n, 1))
    return letters.gather(1, torch.arange(length) % period)


figure, ax = plt.subplots(figsize=(6.5, 2.4))
ax.plot([*rows(1)[0]], marker="o")
ax.set(title="a row repeats itself", xlabel="place", ylabel="letter")
plt.show()

# %%
# A row of five to ten letters is repeated.  Nothing can be predicted before
# that; afterwards everything can: not from the letter itself, whose successor
# changes from row to row, nor from a distance, but from where it stood before.


class Look(nn.Module):
    def __init__(self):
        self.norm = nn.LayerNorm(width)
        self.attend = nn.MultiheadAttention(width, 1, batch_first=True)

    def forward(self, x):
        n = x.shape[1]
        later = torch.triu(torch.ones(n, n), 1) == 1
        z = self.norm(x)
        z, self.looks = self.attend(z, z, z, attn_mask=later)
        return x + z


class Model(nn.Module):
    def __init__(self):
        self.letter = nn.Embedding(size, width)
        self.place = nn.Embedding(length, width)
        self.layers = nn.Sequential(Look(), Look())
        self.scores = nn.Linear(width, size)

    def forward(self, row):
        places = self.place(torch.arange(row.shape[1]))
        return self.scores(self.layers(self.letter(row) + places))


# %%
# Two layers, one head each, and nothing else.  The loss counts the second
# half of a row, which can be known.

model, steps = Model(), 600
optimizer = torch.optim.Adam(
    model.parameters(), lr=cosine(0.01, 0.0, steps)
)
losses, correct = [], []
for _ in range(steps):
    row = rows(64)
    scores = model(row[:, :-1])[:, 10:].reshape(-1, size)
    wanted = row[:, 11:].reshape(-1)
    loss = nn.functional.cross_entropy(scores, wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    correct.append((scores.argmax(1) == wanted).float().mean().item())
print(f"{correct[-1]:.0%} of the letters copied")

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.8))
left.plot(losses)
left.set(title="loss", xlabel="step", ylabel="loss")
right.plot(correct)
right.set(title="letters copied", xlabel="step", ylabel="share")
plt.show()

# %%
# The loss falls at once when both layers have found their parts.  The first
# has each place look at the letter before it; the second looks for a place
# whose letter before is its own, and copies the letter that stands there.

row = rows(1)
with torch.no_grad():
    model(row)
figure, axes = plt.subplots(1, 2, figsize=(8, 4))
for k, (ax, layer) in enumerate(zip(axes, model.layers, strict=True)):
    ax.imshow(layer.looks[0], cmap="viridis")
    ax.set(title=f"layer {k + 1}", xlabel="looks at", ylabel="place")
plt.show()

# %%
# What to take away
# -----------------
#
# - What to copy is learned from the row itself, not from the weights.
# - Such pairs of heads are found in large language models [Olsson2022]_.
# - Two layers find together what one layer cannot.
