"""A training step of ours, eager or compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from time import perf_counter
from typing import Any

from programs.stepping import keep_to_one_core, rounds, timed


def arrays(tree: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as NumPy arrays, which is how most people hold data."""
    import numpy as np

    return tuple(np.array(part, dtype=float) for part in tree)


def eager(task: Any) -> Callable[[], float]:
    """A step of the engine alone, a new graph each time."""
    arguments = cycle(task.arguments)

    def step() -> float:
        loss = task.loss(*next(arguments))
        task.optimizer.zero_grad()
        loss.backward()
        task.optimizer.step()
        return float(loss.data)

    return step


def measure(
    task: str, reader: str, steps: int, check: int
) -> Iterator[dict[str, Any]]:
    """Train; a round is some steps of it.

    Parameters
    ----------
    task : str
        One of :data:`programs.tasks.TASKS`.
    reader : {"eager", "native", "python"}
        The engine alone, or the reader of the compiled step.
    steps, check : int
        As in :func:`programs.stepping.rounds`.
    """
    keep_to_one_core()
    from programs.tasks import TASKS

    import micrograd

    made = TASKS[task]()
    if reader == "eager":
        yield from rounds(eager(made), steps, check)
    compiled = micrograd.compile(made.loss, made.optimizer, reader=reader)
    arguments = [arrays(one) for one in made.arguments]
    turns = cycle(arguments)
    start = perf_counter()
    loss = compiled(*next(turns))
    first = perf_counter() - start
    losses = [loss] + [compiled(*next(turns)) for _ in range(check - 1)]
    replay = compiled.last
    facts = {"loss": losses[-1], "first": first, **replay.times}
    facts["lines"] = len(compiled.tape)
    parameter = made.optimizer.parameters[0]

    def look() -> float:
        compiled(*next(turns))
        return float(parameter.data)

    while True:
        seconds = timed(lambda: compiled(*next(turns)), steps)
        machine = timed(replay.machine, steps)
        times = {"seconds": seconds, "machine": machine}
        yield {**times, "looking": timed(look, steps), **facts}
