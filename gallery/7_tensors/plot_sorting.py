"""A transformer learns to sort
============================

You will see a small GPT that is given six digits and writes them down
again, sorted.  It is trained on random digits alone; at the end you see
where it looks before it writes each digit.
"""

# sphinx_gallery_tags = ["advanced", "transformer", "generation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.optim import cosine
from micrograd.tensors import nn

plt.style.use(style())
length, size, width = 6, 10, 32


def examples(n):
    given = torch.randint(0, size, (n, length))
    return given, torch.tensor([sorted(row) for row in given.tolist()])


torch.manual_seed(5)  # the seed
given, wanted = examples(1)
figure, ax = plt.subplots(figsize=(6.5, 2.4))
ax.plot([*given[0]], marker="o", linestyle="", label="given")
ax.plot(
    range(length, 2 * length), [*wanted[0]], marker="s", label="wanted"
)
ax.set(xlabel="place", ylabel="digit")
ax.legend()
plt.show()

# %%
# What it reads is one row of digits, first the given ones, then those that
# it has written.  A place may look at itself and at earlier places only, so
# all six answers are learned at once, each from what stands before it.


class Sorter(nn.Module):
    def __init__(self):
        self.digit = nn.Embedding(size, width)
        self.place = nn.Embedding(2 * length, width)
        self.first, self.second, self.last = (
            nn.LayerNorm(width) for _ in range(3)
        )
        self.attend = nn.MultiheadAttention(width, 1, batch_first=True)
        self.think = nn.Sequential(
            nn.Linear(width, 4 * width),
            nn.ReLU(),
            nn.Linear(4 * width, width),
        )
        self.scores = nn.Linear(width, size)

    def forward(self, row):
        n = row.shape[1]
        later = torch.triu(torch.ones(n, n), 1) == 1
        x = self.digit(row) + self.place(torch.arange(n))
        z = self.first(x)
        z, self.looks = self.attend(z, z, z, attn_mask=later)
        x = x + z
        x = x + self.think(self.second(x))
        return self.scores(self.last(x))


# %%
# The loss is the cross-entropy of the six digits that it writes.

model, steps = Sorter(), 600
optimizer = torch.optim.Adam(
    model.parameters(), lr=cosine(0.01, 0.0, steps)
)
losses, shares = [], []
for _ in range(steps):
    given, wanted = examples(64)
    row = torch.cat([given, wanted], 1)[:, :-1]
    scores = model(row)[:, length - 1 :]
    loss = nn.functional.cross_entropy(
        scores.reshape(-1, size), wanted.reshape(-1)
    )
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    correct = (scores.argmax(-1) == wanted).all(1)
    losses.append(loss.item())
    shares.append(correct.float().mean().item())
parameters = sum(p.numel() for p in model.parameters())
print(f"{parameters:,} parameters")

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.8))
left.plot(losses)
left.set(title="loss", xlabel="step", ylabel="loss", yscale="log")
right.plot(shares)
right.set(title="rows without a mistake", xlabel="step", ylabel="share")
plt.show()

# %%
# Now it writes by itself: the likeliest digit is put at the end of the row,
# and the row is read again.


def write(given):
    row = torch.tensor([given])
    with torch.no_grad():
        for _ in range(length):
            best = model(row)[:, -1].argmax(-1)
            row = torch.cat([row, best.view(1, 1)], 1)
    return row[0].tolist()


for given in ([7, 2, 9, 4, 0, 5], [8, 8, 1, 8, 3, 1]):
    print(given, "->", write(given)[length:])

row = write([7, 2, 9, 4, 0, 5])
figure, ax = plt.subplots(figsize=(6.4, 4.2))
ax.imshow(model.looks[0, length - 1 :], cmap="viridis")
for k in range(2 * length - 1):
    ax.text(k, -0.8, str(row[k]), ha="center", va="center")
for k in range(length):
    ax.text(11, k, str(row[length + k]), ha="center", va="center")
ax.set(xticks=[], yticks=[], xlabel="looks at", ylabel="writes")
plt.show()

# %%
# From top to bottom what it writes, at the right; above, what it looks at.
# At first it looks for the smallest digit.  Then it weighs the given digits
# that are not smaller than the last one written, until one is left.

# %%
# What to take away
# -----------------
#
# - Sorting is learned from examples: nothing in the program compares.
# - One head and one look at all digits are enough for rows of six.
# - A causal mask lets one pass learn all places at once.
