"""Two nets play against each other
================================

You will see one net turn a cloud of noise into the shape of two moons.  No
loss tells it where the moons are: it learns from a second net, which learns
to tell its points from true ones.
"""

# sphinx_gallery_tags = ["advanced", "generation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import micrograd.tensors as torch
from micrograd.draw import style
from micrograd.tensors import nn

plt.style.use(style())
points, _ = make_moons(2000, noise=0.05, random_state=1)
true = torch.tensor(points - points.mean(0), dtype=torch.float32)
figure, ax = plt.subplots(figsize=(6.5, 3.6))
ax.scatter(*true[:400].T, s=6)
ax.set(xlabel="x", ylabel="y")
plt.show()

# %%
# The forger turns two random numbers into a point; the judge turns a point
# into a score, high for true ones [Goodfellow2014]_.

F = nn.functional
torch.manual_seed(4)  # the seed


def net(inputs, outputs):
    return nn.Sequential(
        nn.Linear(inputs, 48),
        nn.LeakyReLU(0.2),
        nn.Linear(48, 48),
        nn.LeakyReLU(0.2),
        nn.Linear(48, outputs),
    )


forger, judge = net(2, 2), net(2, 1)
forging = torch.optim.Adam(
    forger.parameters(), lr=0.001, betas=(0.5, 0.9)
)
judging = torch.optim.Adam(
    judge.parameters(), lr=0.002, betas=(0.5, 0.9)
)

# %%
# In turn, the judge learns to score true points above forged ones, and the
# forger to have its points scored like true ones.  The judge's gradient with
# respect to a point tells the forger which way to move it.

n, noise, watched, curve = 100, torch.randn(400, 2), [], []
for step in range(1601):
    if step in (0, 100, 300, 700, 1600):
        watched.append((step, forger(noise).detach()))
    real = true[torch.randint(0, len(true), (n,))]
    made = forger(torch.randn(n, 2))
    loss = F.softplus(-judge(real)).mean()
    loss = loss + F.softplus(judge(made.detach())).mean()
    judging.zero_grad()
    loss.backward()
    judging.step()
    fooled = F.softplus(-judge(made)).mean()
    forging.zero_grad()
    fooled.backward()
    forging.step()
    curve.append((loss.item() / 2, fooled.item()))

figure, ax = plt.subplots(figsize=(6.5, 2.8))
for values, label in zip(zip(*curve[::10]), ("judge", "forger")):
    ax.plot(values, label=label)
ax.axhline(0.6931, linestyle=":", label="a coin")
ax.set(xlabel="step / 10", ylabel="loss")
ax.legend()
plt.show()

# %%
# The same noise after more and more steps, true points in grey.  Where the
# losses stay near those of a coin, neither side wins.

figure, axes = plt.subplots(1, 5, figsize=(9, 2.4))
for ax, (step, made) in zip(axes, watched, strict=True):
    ax.scatter(*true[:400].T, s=2, color="#999999")
    ax.scatter(*made.T, s=3, color="#d55e00")
    ax.set(title=f"step {step}", xticks=[], yticks=[])
    ax.set(xlim=(-2.2, 2.2), ylim=(-1.6, 1.6))
axes[0].set(xlabel="x", ylabel="y")
plt.show()

# %%
# What to take away
# -----------------
#
# - A loss can itself be a net that learns.
# - The loss of either side says little: the other side moves as well.
# - ``detach`` keeps the judge's step from teaching the forger.
