"""A recurrent net remembers two switches
======================================

You will see a recurrent net that hears pulses and has to remember the last
one on each of two lines.  Its state through time shows how: four places
where it can rest, and pulses that push it from one to another.
"""

# sphinx_gallery_tags = ["advanced", "simulation", "tensors"]
# sphinx_gallery_thumbnail_number = 3

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd.draw import style

plt.style.use(style())


def pulses(batch, length):
    signs = torch.randint(0, 2, (length, batch, 2)) * 2.0 - 1.0
    x = signs * (torch.rand(length, batch, 2) < 0.12)
    x[0] = signs[0]  # so that there is something to remember
    kept = [x[0]]
    for now in x[1:]:
        kept.append(torch.where(now == 0, kept[-1], now))
    return x, torch.stack(kept)


torch.manual_seed(4)  # the seed
x, kept = pulses(1, 40)
figure, ax = plt.subplots(figsize=(7, 2.6))
ax.plot(kept[:, 0, 0], alpha=0.6, label="to remember")
ax.plot(x[:, 0, 0], marker=".", label="heard")
ax.set(title="one of the two lines", xlabel="time", ylabel="pulse")
ax.legend()
plt.show()

# %%
# Nothing tells the net that a pulse will be asked for later: between pulses
# it hears zeros, and has only its own state to go by.  The loss is the
# distance to what is to be remembered, over 20 moments, and the backward
# pass goes through all of them.

nn = torch.nn
cell, readout = nn.RNNCell(2, 24), nn.Linear(24, 2)
parameters = [*cell.parameters(), *readout.parameters()]
optimizer = torch.optim.Adam(parameters, lr=0.01)


def run(x, state=None):
    states = []
    for now in x:
        state = cell(now, state)
        states.append(state)
    return torch.stack(states)


losses = []
for _ in range(500):
    x, kept = pulses(32, 20)
    loss = ((readout(run(x)) - kept) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    torch.optim.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.2f}, then {losses[-1]:.4f}")

x, kept = pulses(1, 96)
with torch.no_grad():
    states = run(x)
figure, axes = plt.subplots(2, 1, figsize=(7, 4.2))
axes[0].plot(x[:, 0, 0], marker=".", color="#d55e00", label="heard")
axes[0].plot(readout(states)[:, 0, 0].detach(), label="remembered")
axes[0].set(ylabel="line 1", xlim=(-0.5, 95.5))
axes[0].legend()
axes[1].imshow(states[:, 0].T, cmap="PuOr", vmin=-1, vmax=1)
axes[1].set(xlabel="time", ylabel="unit")
plt.show()

# %%
# Each row below is one of 24 units.  They hold still between pulses, and
# most of them change at one line's pulses or the other's.  Where can the
# state hold still?  We let it go from 200 random states, without any pulse,
# and draw what is read out.

with torch.no_grad():
    quiet = torch.zeros(40, 200, 2)
    drift = readout(run(quiet, torch.rand(200, 24) * 2 - 1))
    path = readout(states[:, 0])
figure, ax = plt.subplots(figsize=(6.4, 4.5))
for k in range(200):
    ax.plot(*drift[:, k].T, color="#767676", alpha=0.3, linewidth=0.8)
ax.scatter(*drift[-1].T, s=18, color="#0072b2", zorder=3)
ax.plot(*path.T, color="#d55e00", marker=".", linewidth=1)
ax.set(title="four places to rest", xlabel="line 1", ylabel="line 2")
plt.show()

# %%
# Grey lines are states left alone, blue dots where they are after 40
# moments; in orange, the run with pulses from above.  A state between two
# places goes to one of them, so small errors do not add up.

# %%
# What to take away
# -----------------
#
# - A memory is a place where the state rests; here two switches make four.
# - Backpropagation through time is backpropagation: one graph, in which the
#   same weights are used at every moment.
# - Two numbers that are read out show what 24 units do.
