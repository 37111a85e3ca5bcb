"""Program: sections of operations over one memory.

A section is carried out once, or once for each lane of a loop.  What one
section computes and another needs has a *cell* in one array of floats, and
so has every input and every result.  A reader puts sections into its own
words and has nothing else to do.

Notation: a *row* are cells side by side, one for each lane; the *home* of a
place is the cell where it can be found.

Leaves out: anything that changes a result by rounding, or hides an
infinity: ``0 * x`` stays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import nan
from operator import itemgetter
from typing import Any

from micrograd.compiler.lanes import Graph, Lanes, find_loops, in_stages
from micrograd.compiler.tape import CONDITIONS, Section

__all__ = ["Program", "build"]

LINE = 8  # cells in a line of the processor's cache; rows are whole lines
LONGEST = 4_000  # lines of straight code in one section



@dataclass
class Program:
    """Sections in order, and what is in which cell.

    Attributes
    ----------
    values, owned : list of Value, int
        From outside; the first of them are the optimiser's.
    sections, updates : list of Section
        The computation; the optimiser's, carried out if `guard` holds 0.
    data, gradients, results, numbers, coefficients, state : slice
        Cells: of the Values, of what the function returned, of the numbers
        of its arguments, and of what the optimiser computes and remembers.
    given : list of (int, int)
        Cells, and of which Value the gradient is to be put there.

    Examples
    --------
    >>> from micrograd.compiler.program import Program
    >>> program = Program(constants={1: 7.0})
    >>> program.row(1), program.row(10), program.row(1)
    (slice(0, 1, None), slice(8, 18, None), slice(24, 25, None))
    >>> program.memory()[:3].tolist()
    [0.0, 7.0, 0.0]
    """

    values: list[Any] = field(default_factory=list)
    owned: int = 0
    sections: list[Section] = field(default_factory=list)
    updates: list[Section] = field(default_factory=list)
    constants: dict[int, float] = field(default_factory=dict)
    cells: int = 0
    data: Any = None
    gradients: Any = None
    results: Any = None
    numbers: Any = None
    given: list[tuple[int, int]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    coefficients: Any = None
    guard: int = -1

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
        cells: Any = memoryview(block)
        cells = cells[start : start + self.cells + LINE]
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
    loops = find_loops(graph) if roll else []
    order = in_stages(graph, loops) if loops else [
        (0, 0, place) for place in graph.places
    ]  # fmt: skip
    builder = _Builder(program, graph, loops, homes)
    for (_, side), items in groupby(order, itemgetter(0, 1)):
        places = [*map(itemgetter(2), items)]
        size = len(places) if side else LONGEST
        for start in range(0, len(places), size):
            builder.section(side, places[start : start + size])
    builder.section(0, [])
    for cell, x in outputs:
        builder.put(x, cell)
    program.sections += [x for x in builder.sections if x.writes]


# --- Sections and cells ---


class _Builder:
    """Writes sections, and gives a cell to what is read elsewhere."""

    def __init__(
        self, program: Program, graph: Graph, loops: list[Lanes], homes: Any
    ) -> None:
        self.program, self.graph = program, graph
        self.sections: list[Section] = []
        self.made: dict[int, tuple[Section, Any]] = {}  # place: where
        self.homes: dict[Any, int] = {**homes}  # also of columns and sums
        # Of the first lane: all lanes.  Of any: the first, and which it is.
        rows = [row for loop in loops for row in zip(*loop, strict=True)]
        self.rows = {row[0]: row for row in rows}
        self.line = {
            place: (row[0], lane)
            for row in rows
            for lane, place in enumerate(row)
        }

    def section(self, side: int, places: list[int]) -> None:
        """Write straight code, or the lines of a loop."""
        # Before it stands what it needs side by side.
        lanes = len(self.rows[places[0]]) if side else 1
        self.copies, self.here = Section(), Section(lanes)
        self.sections += self.copies, self.here
        for place in places:
            operation = self.graph.operations[place]
            given: list[Any] = []
            if not side:
                operands: Any = self.graph.operands[place]
                if operation == "sum":
                    given, operands = self.terms(operands)
                given += map(self.fetch, operands)
            else:
                every = [self.graph.operands[x] for x in self.rows[place]]
                given += map(self.column, zip(*every, strict=True))
            line = self.here.append(operation, tuple(given))
            self.made[place] = self.here, line

    def column(self, column: tuple[Any, ...]) -> Any:
        """An operand of a line: one for each lane, or for all the same."""
        x = column[0]
        texts = tuple(map(repr, column))  # 1 is a place, 1.0 is not
        if len(set(texts)) == 1:
            return self.fetch(x)
        ints = float not in map(type, column)
        if ints and self.rows.get(x) == column:  # of the same lane
            return self.fetch(x, "lane")
        if texts not in self.homes:
            self.homes[texts] = self.row(column)
        return self.fetch(x, "lane", self.homes[texts])

    def terms(self, operands: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Terms that come one from each lane of a loop, added; the rest."""
        lanes: dict[int, set[int]] = {}
        for x in operands:
            if type(x) is int and x in self.line:
                lanes.setdefault(self.line[x][0], set()).add(x)
        added, rest, totals = set[int](), [], []
        for line, places in lanes.items():
            section, result = self.made[line]
            if len(places) == section.lanes:
                added |= places
                if ("sum", line) not in self.homes:
                    cell = self.program.row(1).start
                    self.homes["sum", line] = cell
                    section.writes.append(("sum", result, cell))
                cell = self.homes["sum", line]
                totals.append(self.here.append("cell", (cell,)))
        for x in operands:
            if type(x) is int and x in added:
                added.discard(x)  # a second time it is a term of its own
            else:
                rest.append(x)
        return totals, rest

    # --- Operands ---

    def fetch(self, x: Any, how: str = "cell", row: Any = None) -> Any:
        """An operand in this section; a condition is in its cell as 1 or 0."""
        if row is None:
            if type(x) is float:
                return x
            section, line = self.made.get(x, (None, 0))
            if section is self.here:
                return line
            row = self.cell(x)
        line = self.here.append(how, (row,))
        if type(x) is int and self.graph.operations[x] in CONDITIONS:
            line = self.here.append("ne", (line, 0.0))
        return line

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
        if self.graph.operations[line] in CONDITIONS:
            result = section.append("where", (result, 1.0, 0.0))
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
