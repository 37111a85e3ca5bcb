"""One long expression: the memory that its graph takes.

A sum of products of 64 numbers, added up in pairs, so that the graph is
large and yet shallow enough for an engine that visits it by recursion.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from micrograd.engine import Value

STATM = Path("/proc/self/statm")


def resident() -> int:
    """Bytes of this process that are in memory now."""
    if STATM.exists():  # Linux
        pages = int(STATM.read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE")
    return peak()


def peak() -> int:
    """The most bytes of this process that were ever in memory at once."""
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def expression(nodes: int) -> Any:
    """A sum of `nodes` / 2 products; about `nodes` operations in all."""
    leaves = [Value(0.5 + i / 128) for i in range(64)]
    level = [leaves[i % 64] * leaves[i * 7 % 61] for i in range(nodes // 2)]
    while len(level) > 1:
        rest = level[len(level) & ~1 :]
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [x + y for x, y in pairs] + rest
    return level[0]


def measure(nodes: int = 1_000_000) -> Iterator[dict[str, float]]:
    """Build the expression once, then go backward through it.

    A second round would find memory left over from the first, so each
    round wants a new process.

    Parameters
    ----------
    nodes : int
        Operations in the expression.

    Yields
    ------
    dict
        Bytes for a node, of the graph and at most during ``backward``;
        the value of the expression, and its nodes.
    """
    expression(min(nodes, 10_000)).backward()  # what is needed only once
    before = resident()
    root = expression(nodes)
    graph = resident() - before
    root.backward()
    made = 2 * (nodes // 2) - 1
    yield {
        "graph": graph / made,
        "peak": (peak() - before) / made,
        "value": root.data,
        "nodes": made,
    }
