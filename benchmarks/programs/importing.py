"""The time that an import takes, in a fresh interpreter each round."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

# A reader's Python has the bytecode from the last time, so ours does.
CACHED = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def import_seconds(module: str) -> float:
    """What ``python -X importtime`` says of a module and all it imports."""
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=CACHED
    )
    # Each line: "import time:   own microseconds | cumulative | module".
    rows = [line.split("|") for line in done.stderr.splitlines()]
    found = {row[-1].strip(): row[1] for row in rows if len(row) == 3}
    return int(found[module]) / 1e6


def run_seconds(program: str) -> float:
    """The life of an interpreter that does one thing."""
    start = perf_counter()
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, env=CACHED)
    return perf_counter() - start


def measure(module: str = "micrograd") -> Iterator[dict[str, float]]:
    """Import a module in a fresh interpreter.

    Parameters
    ----------
    module : str
        What to import.

    Yields
    ------
    dict
        Seconds by Python's own account, and by the clock over an
        interpreter that imports nothing.
    """
    run_seconds(f"import {module}")  # writes the bytecode
    while True:
        bare = run_seconds("pass")
        yield {
            "importtime": import_seconds(module),
            "clock": run_seconds(f"import {module}") - bare,
        }
