"""A network learns the moons."""

# --- data ---
from random import Random

import torch
from micrograd.datasets import moons

torch.set_default_dtype(torch.float64)

data = moons(60, 0.1, Random(7))
points = torch.tensor(
    [point for point, _ in data]
)
classes = torch.tensor(
    [2 * label - 1 for _, label in data]
)


# --- network ---
from torch import nn

model = nn.Sequential(
    nn.Linear(2, 6),
    nn.Tanh(),
    nn.Linear(6, 1),
)
rng = Random(1)
with torch.no_grad():
    for layer in [model[0], model[2]]:
        for row in layer.weight:
            for i in range(len(row)):
                row[i] = rng.uniform(-1, 1)
        layer.bias.zero_()


# --- loss ---
def loss_of(points, classes):
    scores = model(points).squeeze(1)
    losses = (1 - classes * scores).relu()
    mean = losses.mean()
    size = sum(
        (p * p).sum()
        for p in model.parameters()
    )
    return mean + 0.001 * size


# --- training ---
from torch.optim import SGD

optimizer = SGD(model.parameters(), lr=1.0)
history = []
for step in range(101):
    loss = loss_of(points, classes)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.item())

for step in [0, 1, 10, 50, 100]:
    print(f"{step:3}  {history[step]:.12f}")

# --- asking ---
with torch.no_grad():
    score = model(torch.tensor([0.5, 0.25]))
print(f"{score.item():.12f}")
