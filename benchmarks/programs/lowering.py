"""Lowering and running for graphs of growing size, nothing alike in them.

A tree over products of 64 leaves, its operations drawn at random, so that
there is no loop to be found again.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from programs.stepping import keep_to_one_core, timed


def tree(leaves: list[Any], nodes: int) -> Any:
    """Products of leaves, then sums and differences of two at a time."""
    rng = random.Random(1)
    waiting = deque(
        rng.choice(leaves) * rng.choice(leaves) for _ in range(nodes // 2)
    )
    while len(waiting) > 1:
        x, y = waiting.popleft(), waiting.popleft()
        waiting.append(x + y if rng.random() < 0.5 else x - y)
    return waiting[0]


def first_use(nodes: int) -> dict[str, Any]:
    """Record, pass and lower once; then run."""
    import micrograd
    from micrograd import Value

    leaves = [Value(0.5 + i / 64) for i in range(64)]
    compiled = micrograd.compile(lambda x: tree([x, *leaves], nodes))
    start = perf_counter()
    compiled(1.0)
    seconds = perf_counter() - start
    replay = compiled.last
    lines = len(replay.recording.tape)
    repeats = max(1, 3_000_000 // lines)
    return {
        "lines": lines,
        "first": seconds / lines,
        "run": timed(replay.machine, repeats) / lines,
        **{part: time / lines for part, time in replay.times.items()},
    }


def measure(nodes: int) -> Iterator[dict[str, Any]]:
    """Compile a graph; a round is another compilation.

    Parameters
    ----------
    nodes : int
        Operations to record, nearly.

    Yields
    ------
    dict
        Lines of the tape, and for each line the seconds of the first use,
        of its parts, and of a run.
    """
    keep_to_one_core()
    first_use(100)  # what is done once in a process
    while True:
        yield first_use(nodes)
