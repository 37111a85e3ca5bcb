"""Numbers computed for the tables of the reference, while it is built.

Two questions: what does a row give where something special happens, and
what does each of Python's operators do, with a number on either side.

The first answer says whether PyTorch agrees, if its answers have been saved
in ``docs/reference/torch_special_values.json``.  That file holds
``{row: {operands: results}}``, where operands are joined as in
``"-0.0, inf"`` and results are a list of strings, the value first and then
the derivatives, as ``repr`` writes them; its first entry says which PyTorch.
"""

from __future__ import annotations

import json
from functools import cache
from math import inf, isnan, nan
from pathlib import Path
from typing import Any

from micrograd import Value
from micrograd.rules import Primitive
from page_programs.plane import number

__all__ = ["SAVED", "at_the_edge", "of_operators", "saved"]

SAVED = Path(__file__).parents[1] / "reference/torch_special_values.json"

# Operands beside those that a row lists itself, for one, two and three.
EDGES: dict[int, list[tuple[float, ...]]] = {
    1: [(x,) for x in (-inf, -1e3, -1.0, -0.0, 0.0, 1.0, 1e3, inf, nan)],
    2: [
        (0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0), (1.0, 1.0),
        (inf, 1.0), (1.0, inf), (inf, inf), (nan, 1.0),
    ],
    3: [(0.0, 2.0, 3.0), (-1.0, 2.0, 3.0), (nan, 2.0, 3.0)],
}  # fmt: skip


# --- At the edge ---


def at_the_edge(row: Primitive) -> list[list[str]]:
    """Operands, value and derivatives, and what PyTorch says to them."""
    listed = [tuple(map(float, point)) for point in row.special]
    if row.arity == 1:
        listed += [(float(k),) for k in row.kinks]
    unique = {repr(x): x for x in (*EDGES[row.arity], *listed)}
    return [_line(row, point) for point in unique.values()]


def _line(row: Primitive, point: tuple[float, ...]) -> list[str]:
    values = [Value(x) for x in point]
    result = row(*values)
    result.backward()
    ours = [result.data, *(v.grad for v in values)]
    return [number(x) for x in (*point, *ours)] + _verdict(row, point, ours)


def _verdict(
    row: Primitive, point: tuple[float, ...], ours: list[float]
) -> list[str]:
    """One more cell, if PyTorch was asked."""
    if not saved():
        return []
    found = saved().get(row.name, {}).get(", ".join(map(repr, point)), [])
    theirs = [float(x) for x in found]
    if all(map(_same, ours, theirs)):
        return ["the same" if theirs else ""]
    return [", ".join(map(number, theirs))]


@cache
def saved() -> dict[str, dict[str, Any]]:
    """PyTorch's answers; nothing if nobody saved any."""
    if not SAVED.exists():
        return {}
    found: dict[str, Any] = json.loads(SAVED.read_text(encoding="utf-8"))
    return found


def _same(x: float, y: float) -> bool:
    if isnan(x) or isnan(y):
        return isnan(x) and isnan(y)
    return x == y or abs(x - y) <= 1e-12 * abs(y)


# --- Operators ---

UNARY = {"negative": "-x", "absolute": "abs(x)"}
BINARY = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
BINARY |= {"power": "**"}


def of_operators() -> list[list[str]]:
    """For each operator: its row, how it is written, and examples.

    The examples have `x`, 2, on the left, on the right, and beside `y`, 3;
    in each cell the expression, its value and its slopes by `x` and by `y`.
    """
    lines = []
    for name, symbol in BINARY.items():
        texts = [f"x {symbol} 3", f"3 {symbol} x", f"x {symbol} y"]
        lines.append([f"x {symbol} y", name, *map(_example, texts)])
    for name, text in UNARY.items():
        lines.append([text, name, _example(text), "", ""])
    return lines


def _example(text: str) -> str:
    known = {"x": Value(2.0), "y": Value(3.0)}
    result = eval(text, {}, known)
    result.backward()
    slopes = [number(known[name].grad) for name in "xy" if name in text]
    word = "slope" if len(slopes) == 1 else "slopes"
    return f"`{text}` → {number(result.data)}, {word} {' and '.join(slopes)}"
