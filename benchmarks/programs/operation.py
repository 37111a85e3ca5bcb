"""Every row of the table of primitives: its value, its node, its slope.

This program alone is about our own engine: the first micrograd has no
table.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from micrograd.engine import Value
from micrograd.primitives import PRIMITIVES

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "abs": operator.abs,
}


def time_of(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def total(values: list[Any]) -> Any:
    """A chain of additions over all of them."""
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


def time_row(row: Any, nodes: int) -> dict[str, float]:
    """Seconds for one operation in each of three readings.

    For *backward* the same sum is taken once over results of the row and
    once over leaves; what the former takes longer is the row's.
    """
    on_values = OPERATORS.get(row.symbol, row.function)
    numbers = [(low + 2 * high) / 3 for low, high in row.domain]
    values = [Value(number) for number in numbers]
    rest = values[1:]
    value = time_of(lambda: [row.function(*numbers) for _ in range(nodes)])
    record = time_of(lambda: [on_values(*values) for _ in range(nodes)])
    leaves = [Value(numbers[0]) for _ in range(nodes)]
    without = time_of(total(leaves).backward)
    with_row = time_of(total([on_values(x, *rest) for x in leaves]).backward)
    return {
        "value": value / nodes,
        "record": record / nodes,
        "backward": (with_row - without) / nodes,
    }


def measure(nodes: int = 1000) -> Iterator[dict[str, Any]]:
    """Time all rows.

    Parameters
    ----------
    nodes : int
        How often each operation is done.

    Yields
    ------
    dict
        For each symbol the seconds of one value, one recording and one
        backward step.
    """
    while True:
        yield {row.symbol: time_row(row, nodes) for row in PRIMITIVES.values()}
