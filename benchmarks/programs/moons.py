"""The lecture's two moons: a training step, in the notebook's own words.

The model, the loss and the step are those of ``demo.ipynb`` in the first
micrograd's repository.  The data come from the standard library instead of
scikit-learn, so that the measurement needs nothing installed.

Sources: [Karpathy2020]_, the notebook.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from micrograd.engine import Value
from micrograd.nn import MLP

Points = list[tuple[float, float]]


def moons(samples: int) -> tuple[Points, list[int]]:
    """Two half circles, one upside down, blurred; classes 1 and -1."""
    points, classes = [], []
    for i in range(samples):
        angle = math.pi * random.random()
        x, y = math.cos(angle), math.sin(angle)
        if i % 2:
            x, y = 1 - x, 0.5 - y
        points.append((x + random.gauss(0, 0.1), y + random.gauss(0, 0.1)))
        classes.append(-1 if i % 2 else 1)
    return points, classes


def loss(model: Any, points: Points, classes: list[int]) -> Any:
    """Max-margin loss and an L2 penalty, over all samples."""
    inputs = [list(map(Value, row)) for row in points]
    scores = list(map(model, inputs))
    losses = [
        (1 + -yi * scorei).relu()
        for yi, scorei in zip(classes, scores, strict=True)
    ]
    data_loss = sum(losses) * (1.0 / len(losses))
    alpha = 1e-4
    reg_loss = alpha * sum(p * p for p in model.parameters())
    return data_loss + reg_loss


def step(model: Any, points: Points, classes: list[int], k: int) -> float:
    """One step of training; the graph is dropped when it ends."""
    total_loss = loss(model, points, classes)
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9 * k / 100
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    return float(total_loss.data)


def count_nodes(root: Any) -> int:
    """Everything that a result was computed from, and itself."""
    seen, stack = {root}, [root]
    while stack:
        for child in stack.pop()._prev:
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return len(seen)


def measure(
    samples: int = 100, hidden: int = 16, steps: int = 1
) -> Iterator[dict[str, float]]:
    """Train from a fixed seed; a round is some steps of it.

    Parameters
    ----------
    samples : int
        Points to learn; the notebook has 100.
    hidden : int
        Width of the two hidden layers; the notebook has 16.
    steps : int
        Training steps in a round.

    Yields
    ------
    dict
        Seconds for a step, the last loss, and the nodes of one graph.
    """
    random.seed(1337)
    points, classes = moons(samples)
    model = MLP(2, [hidden, hidden, 1])
    nodes = count_nodes(loss(model, points, classes))
    k = 0
    while True:
        start = perf_counter()
        for _ in range(steps):
            last = step(model, points, classes, k)
            k = min(k + 1, 99)  # the notebook takes 100 steps
        seconds = (perf_counter() - start) / steps
        yield {"seconds": seconds, "loss": last, "nodes": nodes}
