"""Simplify: a section without what nobody would have written by hand.

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
    """Shorten a section; its results stay the same.

    Examples
    --------
    >>> from micrograd.compiler.program import Section
    >>> from micrograd.compiler.simplify import simplify
    >>> section = Section()
    >>> x = section.add("cell", (0,))
    >>> y = section.add("add", (section.add("mul", (x, 1.0)), x))
    >>> section.writes.append(("put", y, 1))
    >>> simplify(section)
    >>> section.lines, section.writes
    ([('cell', (0,)), ('add', (0, 0))], [('put', 1, 1)])
    """
    new: list[Any] = []  # the operand that stands for each old line
    lines: dict[Any, Any] = {}  # what is computed: its operation and operands
    for operation, operands in section.lines:
        if operation in OPERATIONS:
            operands = _renamed(operands, new)
            same = _same(operation, operands)
            if same is not None:
                new.append(same)
                continue
        # Of numbers as text, 0.0 and -0.0 are two, and nan is one.
        key = operation, *[repr(x) for x in operands]
        if key not in lines:
            lines[key] = len(lines), operation, operands
        new.append(lines[key][0])
    wanted = _renamed([x for _, x, _ in section.writes], new)
    section.lines, kept = _needed([row[1:] for row in lines.values()], wanted)
    section.writes = [
        (how, x, cell)
        for (how, _, cell), x in zip(
            section.writes, _renamed(wanted, kept), strict=True
        )
    ]


def _renamed(operands: Sequence[Any], names: Any) -> tuple[Any, ...]:
    return tuple([names[x] if type(x) is int else x for x in operands])


def _same(operation: str, operands: tuple[Any, ...]) -> Any:
    """What stands for a line that need not be written, if anything."""
    if not any(type(x) is int for x in operands):
        return evaluate(operation, operands)
    if operation == "sum" and len(operands) == 1:
        return operands[0]
    if operation == "where" and type(operands[0]) is float:
        return operands[1] if operands[0] else operands[2]
    for i, x in enumerate(operands[:2]):
        if type(x) is float and x == 1 and (operation, i) in ONE:
            return operands[ONE[operation, i]]
    return None


def _needed(lines: list[Any], wanted: Sequence[Any]) -> tuple[Any, Any]:
    """The lines that are needed, and where each is now."""
    needed = {x for x in wanted if type(x) is int}
    for i in range(len(lines) - 1, -1, -1):
        if i in needed and lines[i][0] in OPERATIONS:
            needed.update(x for x in lines[i][1] if type(x) is int)
    kept: dict[int, int] = {}
    for i in sorted(needed):
        operation, operands = lines[i]
        if operation in OPERATIONS:
            lines[i] = operation, _renamed(operands, kept)
        kept[i] = len(kept)
    return [lines[i] for i in kept], kept
