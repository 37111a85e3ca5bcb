"""Program: sections of operations over one memory.

A section is carried out once for each of its lanes.  What one computes and
another needs has a *cell* in one array of floats, as have inputs and results.

Notation: a *row* are cells side by side, one for each lane.

Leaves out: what changes a result, or hides an infinity: ``0 * x`` stays.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from micrograd.documentation import documented

__all__ = ["Program", "Section", "spelled"]

LINE = 8  # cells in a line of the processor's cache; rows are whole lines
# Which operand is the result if the one at this position is 1.
ONE = {("mul", 0): 1, ("mul", 1): 0, ("div", 1): 0, ("pow", 1): 0}


@documented
class Section:
    """Lines that are carried out for each of some lanes.

    >>> section = Section()
    >>> x = section.append("cell", (7,))
    >>> [section.append("mul", (x, y)) for y in (x, x, 1.0)]
    [1, 1, 0]
    """

    def __init__(self, lanes: int = 1) -> None:
        self.lanes = lanes
        # As on a tape; "cell" fetches a number, "lane" one of a row.
        self.lines: list[tuple[str, tuple[Any, ...]]] = []
        # What goes into cells: "put", one for each lane; or the "sum" of all.
        self.writes: list[tuple[str, Any, int]] = []
        self.known: dict[Any, int] = {}

    def append(self, operation: str, operands: tuple[Any, ...]) -> Any:
        """Which line computes this; a new one, or one that does already."""
        if operation == "lane" and self.lanes == 1:
            operation = "cell"
        for i, x in enumerate(operands[:2]):
            if type(x) is float and x == 1 and (operation, i) in ONE:
                return operands[ONE[operation, i]]
        if operation == "sum" and len(operands) == 1:
            return operands[0]
        # Of numbers as text, 0.0 and -0.0 are two, and nan is one.
        texts = [x if type(x) is int else repr(x) for x in operands]
        line = self.known.setdefault((operation, *texts), len(self.lines))
        if line == len(self.lines):
            self.lines.append((operation, operands))
        return line

    def needed(self) -> set[int]:
        """The lines that what is written is computed from."""
        needed = {x for _, x, _ in self.writes if type(x) is int}
        for i in range(len(self.lines) - 1, -1, -1):
            operation, operands = self.lines[i]
            if i in needed and operation not in ("cell", "lane"):
                needed.update([x for x in operands if type(x) is int])
        return needed


@dataclass
@documented
class Program:
    """Sections in order, and what is in which cell.

    >>> program = Program(constants={1: 7.0})
    >>> program.row(1), program.row(10), program.row(1)
    (slice(0, 1, None), slice(8, 18, None), slice(24, 25, None))
    >>> program.memory()[:3].tolist()
    [0.0, 7.0, 0.0]
    """

    values: list[Any] = field(default_factory=list)  # from outside
    owned: int = 0  # by the optimiser: how many, the first of them
    sections: list[Section] = field(default_factory=list)
    updates: list[Section] = field(default_factory=list)  # the optimiser's
    guard: int = -1  # holds 0 if the updates are to be carried out
    cells: int = 0  # how many; constants are in some from the beginning
    constants: dict[int, float] = field(default_factory=dict)
    data: Any = None  # these are slices: the cells of the Values
    gradients: Any = None
    results: Any = None  # what the function returns
    numbers: Any = None  # and is given
    coefficients: Any = None  # what the optimiser computes for each step
    before: dict[str, Any] = field(default_factory=dict)  # has remembered
    state: dict[str, Any] = field(default_factory=dict)  # and remembers
    # Cells, and of which Value the gradient is to be put there.
    given: list[tuple[int, int]] = field(default_factory=list)

    def row(self, count: int) -> Any:
        """New cells side by side; several take whole lines of the cache."""
        line = LINE if count > 1 else 1
        first = -(-self.cells // line) * line
        self.cells = first + -(-count // line) * line
        return slice(first, first + count)

    def memory(self) -> Any:
        """An array of floats, from a line of the cache on."""
        block = array("d", [0.0]) * (self.cells + 2 * LINE)
        start = -block.buffer_info()[0] // block.itemsize % LINE
        cells: Any = memoryview(block)[start : start + self.cells + LINE]
        for cell, number in self.constants.items():
            cells[cell] = number
        return cells


@documented
def spelled(
    section: Section, words: Mapping[str, Any], number: Any
) -> list[str]:
    """The lines of a section in the words of a language.

    Words say how each operation is spelled; a sum over lanes and a loop, in
    three parts: before, inside and after.  `number` spells a constant.

    >>> from micrograd.compiler.program import Section, spelled
    >>> from micrograd.compiler.source import WORDS
    >>> section = Section(lanes=5)
    >>> section.writes.append(("sum", section.append("lane", (8,)), 1))
    >>> for line in spelled(section, WORDS, repr):
    ...     print(line)
    s0 = 0.0
    for k in range(5):
        v0 = M[8 + k]
        s0 = s0 + v0
    M[1] = s0
    """
    before, inside, after = parts = list[str](), list[str](), list[str]()
    name = words["name"].format
    for i in sorted(section.needed()):
        operation, operands = section.lines[i]
        given = [*operands]
        if operation not in ("cell", "lane"):
            given = [name(x) if type(x) is int else number(x) for x in given]
        if operation == "sum":
            operation = "add"
            given = _shortened(given, words, name(i), inside)
        place = before if operation == "cell" else inside
        place.append(words[operation].format(*given, r=name(i)))
    for i, (how, x, cell) in enumerate(section.writes):
        result = name(x) if type(x) is int else number(x)
        put = words["put lane" if section.lanes > 1 else "put"]
        each = words["total"] if how == "sum" else ("", put, "")
        for place, word in zip(parts, each, strict=True):
            place += [word.format(result, cell, r=i)] if word else []
    if section.lanes > 1:
        first, indent, last = words["loop"]
        before.append(first.format(section.lanes))
        inside = [indent + line for line in inside]
        inside += [last.format(section.lanes)] if last else []
    return [*before, *inside, *after]


def _shortened(terms: Any, words: Any, name: str, lines: list[str]) -> Any:
    """A sum as one of two parts, after lines that add up many terms."""
    limit = words["terms"]
    while len(terms) > limit:  # no parser shall find it too deep
        part = f"{name}_{len(terms)}"
        left, right = " + ".join(terms[: limit - 1]), terms[limit - 1]
        lines.append(words["add"].format(left, right, r=part))
        terms[:limit] = [part]
    return [" + ".join(terms[:-1]), terms[-1]]
