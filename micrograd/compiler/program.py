"""Program: sections of operations over one memory.

A section is carried out once for each of its lanes.  What one computes and
another needs has a *cell* in one array of floats, and so has every input and
every result.

Notation: a *row* are cells side by side, one for each lane; the *home* of a
place is the cell where it can be found.

Leaves out: anything that changes a result by rounding, or hides an
infinity: ``0 * x`` stays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any

from micrograd.compiler.lanes import Graph, Row, pieces
from micrograd.compiler.tape import Section

__all__ = ["Program", "build"]

LINE = 8  # cells in a line of the processor's cache; rows are whole lines

@dataclass
class Program:
    """Sections in order, and what is in which cell.

    Examples
    --------
    >>> from micrograd.compiler.program import Program
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


def build(
    program: Program, graph: Graph, homes: Mapping[int, int],
    outputs: Iterable[tuple[int, Any]], *, roll: bool = True,
) -> None:  # fmt: skip
    """Add what a graph computes to a program.

    The inputs, named by their places, have cells already; an output is a
    cell, and the operand that is wanted there.

    Examples
    --------
    >>> from micrograd.compiler.lanes import Graph
    >>> from micrograd.compiler.program import Program, build
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> tape, program = Tape(), Program(cells=2)
    >>> y = incoming(tape, 0) * 2.0
    >>> build(program, Graph(tape, [y.place]), {0: 0}, [(1, y.place)])
    >>> program.sections[0].lines, program.sections[0].writes
    ([('cell', (0,)), ('mul', (0, 2.0))], [('put', 1, 1)])
    """
    plan = pieces(graph, roll=roll)
    builder = _Builder(program, graph, plan, homes)
    for rows in (*plan, []):
        builder.section(rows)
    for cell, x in outputs:
        builder.put(x, cell)
    program.sections += [x for x in builder.sections if x.writes]


class _Builder:
    """Writes sections, and gives a cell to what is read elsewhere.

    A place stands for its row, if it is in the first lane.
    """

    def __init__(
        self, program: Program, graph: Graph, plan: list[list[Row]], homes: Any
    ) -> None:
        self.program, self.graph = program, graph
        self.sections: list[Section] = []
        self.made: dict[int, tuple[Section, Any]] = {}  # place: where
        self.homes: dict[Any, int] = {**homes}  # also of columns and sums
        rows = [row for piece in plan for row in piece if len(row) > 1]
        self.rows = {row[0]: row for row in rows}
        self.line = {
            place: (row[0], lane)
            for row in rows
            for lane, place in enumerate(row)
        }

    def section(self, rows: list[Row]) -> None:
        """Write straight code, or the lines of a loop."""
        # Before it stands what it needs side by side.
        lanes = len(rows[0]) if rows else 1
        self.copies, self.here = Section(), Section(lanes)
        self.sections += self.copies, self.here
        for row in rows:
            operation = self.graph.operations[row[0]]
            operands: Any = [self.graph.operands[x] for x in row]
            if lanes > 1:
                given = [*map(self.column, zip(*operands, strict=True))]
            elif operation == "sum":
                given = self.terms(*operands)
            else:
                given = [*map(self.fetch, *operands)]
            line = self.here.append(operation, tuple(given))
            self.made[row[0]] = self.here, line

    def column(self, column: tuple[Any, ...]) -> Any:
        """An operand of a line: one for each lane, or for all the same."""
        x = column[0]
        name: tuple[Any, ...] = column
        if float in map(type, column):  # 1 is a place, 1.0 is not
            name = tuple(map(repr, column))
        if len({*name}) == 1:
            return self.fetch(x)
        if self.rows.get(x) == name:
            return self.fetch(x, "lane")
        if name not in self.homes:
            self.homes[name] = self.row(column)
        return self.fetch(x, "lane", self.homes[name])

    def terms(self, operands: Sequence[Any]) -> list[Any]:
        """Terms; those that come one from each lane of a loop, added up."""
        lanes: dict[int, set[int]] = {}
        for x in operands:
            if type(x) is int and x in self.line:
                lanes.setdefault(self.line[x][0], set()).add(x)
        added, given = set[int](), []
        for line, places in lanes.items():
            if len(places) == len(self.rows[line]):
                added |= places
                given.append(self.here.append("cell", (self.total(line),)))
        for x in operands:
            if type(x) is int and x in added:
                added.discard(x)  # a second time it is a term of its own
            else:
                given.append(self.fetch(x))
        return given

    def total(self, line: int) -> int:
        """The cell of the sum of a line over all lanes."""
        if ("sum", line) not in self.homes:
            cell = self.homes["sum", line] = self.program.row(1).start
            section, result = self.made[line]
            section.writes.append(("sum", result, cell))
        return self.homes["sum", line]

    def fetch(self, x: Any, how: str = "cell", row: Any = None) -> Any:
        """An operand, as a line of this section or a constant."""
        if row is None:
            if type(x) is float:
                return x
            section, line = self.made.get(x, (None, 0))
            if section is self.here:
                return line
            row = self.cell(x)
        return self.here.append(how, (row,))

    def cell(self, x: int) -> int:
        """The cell of a place, which gets one when it is asked for."""
        line, lane = self.line.get(x, (x, 0))
        if line not in self.homes:
            row = self.program.row(self.made[line][0].lanes)
            self.write(line, row.start)
        return self.homes[line] + lane

    def write(self, line: int, cell: int) -> None:
        """Have the section that computes it write it, too."""
        section, result = self.made[line]
        section.writes.append(("put", result, cell))
        self.homes.setdefault(line, cell)

    def row(self, column: tuple[Any, ...]) -> Any:
        """The first of cells side by side that hold a column."""
        known = [
            nan if type(x) is float
            else self.cell(x) if x in self.line
            else self.homes.get(x, nan)
            for x in column
        ]  # fmt: skip
        if known == [known[0] + i for i in range(len(column))]:
            return known[0]
        first = self.program.row(len(column)).start
        for i, x in enumerate(column):
            self.put(x, first + i)
        return first

    def put(self, x: Any, cell: int) -> None:
        """Have an operand in this cell, too."""
        if type(x) is float:
            self.program.constants[cell] = x
        elif x in self.made and x not in self.line:
            self.write(x, cell)
        else:
            line = self.copies.append("cell", (self.cell(x),))
            self.copies.writes.append(("put", line, cell))
