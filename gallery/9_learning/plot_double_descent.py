"""Double descent: worse, then better again
========================================

You will see curves through 20 noisy points.  With as many parameters as
points the curve goes wild; with twenty times as many it is calm again, and
not far from the best small one.
"""

# sphinx_gallery_tags = ["intermediate", "regression", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style

plt.style.use(style())
n, pi = 20, torch.pi


def truth(x):
    return torch.sin(6 * x.cos()) + x.cos() / 2


def sample(seed):
    torch.manual_seed(seed)
    x = torch.rand(n, dtype=torch.float64) * pi
    return x, truth(x) + 0.3 * torch.randn(n, dtype=torch.float64)


x, y = sample(56)  # the seed
line = torch.linspace(0, pi, 300).double()
figure, ax = plt.subplots(figsize=(6.5, 2.8))
ax.plot(line, truth(line), linestyle="--", label="truth")
ax.scatter(x, y, color="#d55e00")
ax.set(xlabel="x", ylabel="y")
ax.legend()
plt.show()

# %%
# The model is a sum of waves, each shorter and a little smaller than the one
# before; its parameters say how much of each.  Where several sets of them fit
# equally well, take the smallest, as gradient descent that starts at zero
# does.  The pseudoinverse gives it, here by an iteration of products alone.


def waves(x, k):
    number = torch.arange(k).double()
    return torch.cos(torch.outer(x, number)) / (1 + number).sqrt()


def pseudoinverse(a):
    b = a.T / a.norm() ** 2
    for _ in range(60):
        b = 2 * b - b @ (a @ b)
    return b


def fit(x, y, k):
    weights = pseudoinverse(waves(x, k)) @ y
    return waves(line, k) @ weights


figure, _ = plt.subplots(2, 2, figsize=(7.5, 5))
for ax, k in zip(figure.axes, (8, 20, 40, 400), strict=True):
    ax.plot(line, truth(line), linestyle="--")
    ax.plot(line, fit(x, y, k), color="#009e73")
    ax.scatter(x, y, color="#d55e00", s=14, zorder=3)
    ax.set(title=f"{k} parameters", ylim=(-2.5, 2.5))
figure.axes[2].set(xlabel="x", ylabel="y")
plt.show()

# %%
# How far from the truth, for 25 other sets of 20 points, and in orange their
# median.  At 20 parameters one curve goes through all points, and it takes
# huge weights to do so.  With more there is a choice, and small weights do.

sizes = [*range(1, 31), 34, 40, 50, 65, 80, 100, 140, 200, 280, 400]
errors = []
for seed in range(100, 125):  # the seeds
    x, y = sample(seed)
    off = torch.stack([fit(x, y, k) - truth(line) for k in sizes])
    errors.append((off**2).mean(1).sqrt())
median = torch.stack(errors).median(0).values
for k in (8, 20, 400):
    print(f"{k:3} parameters: {median[sizes.index(k)]:.3g} off")

figure, ax = plt.subplots(figsize=(6.5, 4.5))
for error in errors:
    ax.plot(sizes, error, color="#56b4e9", alpha=0.6, linewidth=0.7)
ax.plot(sizes, median, color="#d55e00", linewidth=3)
ax.text(20.5, 0.11, " as many as points")
ax.plot([20, 20], [0.1, 1e3], color="#767676", linestyle=":")
ax.set(xscale="log", yscale="log", ylim=(0.1, 1e3))
ax.set(xlabel="parameters", ylabel="distance from the truth")
plt.show()

# %%
# What to take away
# -----------------
#
# - The worst number of parameters is the smallest that fits every point.
# - Beyond it, the way of fitting decides which of many curves is found.
# - Large nets live on that side [Belkin2019]_.
