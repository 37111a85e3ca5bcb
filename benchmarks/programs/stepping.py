"""What all programs of training steps share: one core, and the clock.

Each gives a function that does one whole step and returns the loss.  The
steps up to the one that is compared with other programs are not timed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any


def keep_to_one_core() -> None:
    """Use the last of the cores we may use, where the system can tell.

    Called before a framework is imported, so that none starts more threads
    than it can use.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def timed(step: Callable[[], Any], times: int) -> float:
    """Seconds for one call, of many in a row."""
    start = perf_counter()
    for _ in range(times):
        step()
    return (perf_counter() - start) / times


def rounds(
    step: Callable[[], Any], steps: int, check: int, **facts: Any
) -> Iterator[dict[str, Any]]:
    """Yield for each round the seconds of a step.

    Parameters
    ----------
    step : callable
        One step; returns the loss.
    steps : int
        Steps in a round.
    check : int
        The step whose loss is compared, counted from 1.
    **facts
        More to say with each round.
    """
    loss = [float(step()) for _ in range(check)][-1]
    while True:
        yield {"seconds": timed(step, steps), "loss": loss, **facts}
