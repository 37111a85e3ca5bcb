"""The tasks of the compiler: the same start for every system.

A task is data, a model of ours with its first weights, and a loss in plain
scalar arithmetic; the other systems take the numbers and write the same
loss in their own way.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from programs import microgpt
from programs.moons import loss as moons_loss
from programs.moons import moons

from micrograd.datasets import XorShift, yin_yang
from micrograd.functions import dot, log_softmax, mean
from micrograd.nn import MLP
from micrograd.optim import SGD, Adam, AdamW, Optimizer

ADAMW = {"lr": 0.02, "betas": (0.9, 0.95), "weight_decay": 1e-4}
BETAS = (0.85, 0.99)


class Task(NamedTuple):
    """What is trained on what.

    Attributes
    ----------
    model : object
        Has ``parameters()``.
    loss : callable
        Of numbers alone; the model's parameters are its own.
    arguments : list of tuple
        What the loss is called with, one step after the other.
    optimizer : Optimizer
        Fresh.
    """

    model: Any
    loss: Callable[..., Any]
    arguments: list[tuple[Any, ...]]
    optimizer: Optimizer


def moons_rate(t: int) -> float:
    """The notebook's learning rate; it takes a hundred steps."""
    return 1.0 - 0.9 * min(t, 99) / 100


def gpt_rate(t: int) -> float:
    """Falls to nothing over a thousand steps."""
    return 0.01 * max(0.0, 1 - t / 1000)


def two_moons(samples: int = 100, hidden: int = 16) -> Task:
    """The first micrograd's demo, as in :mod:`programs.moons`."""
    random.seed(1337)
    points, classes = moons(samples)
    model = MLP(2, [hidden, hidden, 1])
    return Task(
        model,
        lambda points, classes: moons_loss(model, points, classes),
        [(points, classes)],
        SGD(model.parameters(), lr=moons_rate),
    )


def three_classes(samples: int = 80, hidden: int = 8) -> Task:
    """Yin, yang and the dots: tanh, cross-entropy, AdamW."""
    rng = XorShift(42)
    data = yin_yang(samples, rng)
    points, classes = zip(*data, strict=True)
    model = MLP(2, [hidden, 3], activation="tanh", init="xavier", rng=rng)
    right = [[float(c == k) for k in range(3)] for c in classes]

    def loss(points: Any, right: Any) -> Any:
        rows = zip(right, map(model, map(list, points)), strict=True)
        return mean([-dot(list(r), log_softmax(row)) for r, row in rows])

    return Task(
        model,
        loss,
        [(points, right)],
        AdamW(model.parameters(), **ADAMW),
    )


def names() -> Task:
    """One short name a step, read by a small transformer."""
    model = microgpt.Model(random.Random(0))
    documents = [microgpt.one_hot(name) for name in microgpt.NAMES]
    optimizer = Adam(model.parameters(), lr=gpt_rate, betas=BETAS)
    return Task(model, model.loss, [(d,) for d in documents], optimizer)


TASKS = {"moons": two_moons, "yin_yang": three_classes, "microgpt": names}
