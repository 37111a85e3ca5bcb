"""A network learns the moons."""

# --- data ---
from random import Random

from micrograd.datasets import moons

data = moons(60, 0.1, Random(7))
points = [list(point) for point, _ in data]
classes = [
    2 * label - 1 for _, label in data
]


# --- network ---
from micrograd.nn import MLP

rng = Random(1)
model = MLP(
    2, [6, 1], activation="tanh", rng=rng
)


# --- loss ---
def loss_of(points, classes):
    scores = [model(p) for p in points]
    losses = [
        (1 - y * s).relu()
        for y, s in zip(classes, scores)
    ]
    mean = sum(losses) / len(losses)
    size = sum(
        p * p for p in model.parameters()
    )
    return mean + 0.001 * size


# --- training ---
from micrograd.optim import SGD

optimizer = SGD(model.parameters(), lr=1.0)
history = []
for step in range(101):
    loss = loss_of(points, classes)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.data)

for step in [0, 1, 10, 50, 100]:
    print(f"{step:3}  {history[step]:.12f}")

# --- asking ---
from micrograd import no_grad

with no_grad():
    score = model([0.5, 0.25])
print(f"{score.data:.12f}")
