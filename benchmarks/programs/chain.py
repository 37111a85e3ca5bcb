"""A chain of additions: as deep a graph as there are operations in it."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from micrograd.engine import Value


def chain(x: Any, nodes: int) -> Any:
    """The number `x` added to itself, `nodes` times."""
    y = x
    for _ in range(nodes):
        y = y + x
    return y


def measure(
    nodes: int = 1_000_000, repeats: int = 1
) -> Iterator[dict[str, float]]:
    """Build a chain, go backward through it, and drop it.

    Parameters
    ----------
    nodes : int
        Length of the chain.
    repeats : int
        Chains in a round, one after the other.

    Yields
    ------
    dict
        Seconds for a node in each of the three parts, and the gradient,
        which is exactly one more than the length.
    """
    while True:
        parts = {"forward": 0.0, "backward": 0.0, "drop": 0.0}
        for _ in range(repeats):
            x = Value(1.0)
            t0 = perf_counter()
            y = chain(x, nodes)
            t1 = perf_counter()
            y.backward()
            t2 = perf_counter()
            del y
            t3 = perf_counter()
            parts["forward"] += t1 - t0
            parts["backward"] += t2 - t1
            parts["drop"] += t3 - t2
        done = nodes * repeats
        yield {k: t / done for k, t in parts.items()} | {"grad": x.grad}
