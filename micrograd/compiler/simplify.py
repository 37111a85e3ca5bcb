"""Simplify: a section without what a person would not have written by hand.

Constants are computed, a factor of 1 is left out, equal lines are written
once, and lines that nobody reads go.

Leaves out: anything that changes a result by rounding, such as sums in
another order, and anything that hides an infinity: ``0 * x`` stays.

Sources: [Aho2006]_, section 8.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from micrograd.compiler.tape import OPERATIONS, evaluate

__all__ = ["simplify"]

# Which operand is the result if the one at this position is 1.
ONE = {("mul", 0): 1, ("mul", 1): 0, ("div", 1): 0, ("pow", 1): 0}


def simplify(section: Any) -> None:
    """Shorten the lines of a section; its results stay the same.

    Parameters
    ----------
    section : Section
        Is changed.

    Examples
    --------
    >>> from micrograd.compiler.program import Section
    >>> from micrograd.compiler.simplify import simplify
    >>> section = Section()
    >>> x = section.add("cell", (0,))
    >>> one = section.add("mul", (x, 1.0))
    >>> y = section.add("add", (one, section.add("mul", (1.0, x))))
    >>> section.writes.append(("put", y, 1))
    >>> simplify(section)
    >>> section.lines, section.writes
    ([('cell', (0,)), ('add', (0, 0))], [('put', 1, 1)])
    """
    lines, new = _short(section.lines)
    writes = [
        (how, new[x] if type(x) is int else x, cell)
        for how, x, cell in section.writes
    ]
    section.lines, kept = _needed(lines, [x for _, x, _ in writes])
    section.writes = [
        (how, kept[x] if type(x) is int else x, cell) for how, x, cell in writes
    ]


def _short(lines: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Shorter lines, and the operand that stands for each old one."""
    out: list[Any] = []
    new: list[Any] = []
    known: dict[Any, int] = {}
    for operation, operands in lines:
        if operation in OPERATIONS:
            operands = tuple([
                new[x] if type(x) is int else x for x in operands
            ])
            same = _same(operation, operands)
            if same is not None:
                new.append(same)
                continue
            # Of numbers as text, 0.0 and -0.0 are two, and nan is one.
            key = operation, *[
                x if type(x) is int else repr(x) for x in operands
            ]
        else:
            key = operation, *operands
        if key not in known:
            known[key] = len(out)
            out.append((operation, operands))
        new.append(known[key])
    return out, new


def _same(operation: str, operands: tuple[Any, ...]) -> Any:
    """What stands for a line that need not be written, if anything."""
    if not any(type(x) is int for x in operands):
        return evaluate(operation, operands)
    for i, x in enumerate(operands[:2]):
        if type(x) is float and x == 1 and (operation, i) in ONE:
            return operands[ONE[operation, i]]
    if operation == "sum" and len(operands) == 1:
        return operands[0]
    if operation == "where":
        condition, x, y = operands
        if type(condition) is float:
            return x if condition else y
        if type(x) is type(y) is int and x == y:
            return x
    return None


def _needed(lines: list[Any], wanted: Sequence[Any]) -> tuple[Any, Any]:
    """The lines that are needed, and where each is now."""
    needed = [False] * len(lines)
    for x in wanted:
        if type(x) is int:
            needed[x] = True
    for i in range(len(lines) - 1, -1, -1):
        operation, operands = lines[i]
        if needed[i] and operation in OPERATIONS:
            for x in operands:
                if type(x) is int:
                    needed[x] = True
    kept: dict[int, int] = {}
    out = []
    for i, (operation, operands) in enumerate(lines):
        if needed[i]:
            kept[i] = len(out)
            if operation in OPERATIONS:
                operands = tuple([
                    kept[x] if type(x) is int else x for x in operands
                ])
            out.append((operation, operands))
    return out, kept
