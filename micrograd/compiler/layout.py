"""Layout: which cells of a program hold what, and which sections it has.

What is computed in one section and needed in another has a cell.

Notation: the *home* of a place is the cell where it can be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import nan
from typing import Any

from micrograd.compiler.lanes import Graph, Row, pieces
from micrograd.compiler.program import Program, Section
from micrograd.compiler.record import Recording
from micrograd.compiler.training import add_update
from micrograd.documentation import documented

__all__ = ["build", "lay_out"]


@documented
def lay_out(
    recording: Recording, optimizer: Any = None, *, roll: bool = True
) -> Program:
    """Give cells to Values, numbers and results, and build the program.

    >>> from micrograd import Value
    >>> from micrograd.compiler.arguments import Taken
    >>> from micrograd.compiler.record import record
    >>> w, tree = Value(3.0), ((2.0,), {})
    >>> recording = record(lambda x: w * x, tree, Taken(tree, {}))
    >>> program = lay_out(recording)
    >>> program.values == [w], program.results, program.numbers
    (True, slice(2, 3, None), slice(3, 4, None))
    """
    results, grads = recording.results, recording.gradients
    wanted = [0.0 if kind == "value" else x for kind, x in results]
    graph = Graph(recording, [*wanted, *grads.values()])
    met = [of for kind, of in graph.inputs.values() if kind != "number"]
    met += [x for kind, x in results if kind == "value"]
    owned = optimizer.parameters if optimizer else []
    program = Program([*dict.fromkeys([*owned, *met, *grads])], len(owned))
    values, row = program.values, program.row
    program.data, program.gradients = row(len(values)), row(len(values))
    program.results, program.numbers = row(len(wanted)), row(recording.count)
    slopes = [grads.get(x, 0.0) for x in values]
    outputs = [*enumerate(wanted, program.results.start)]
    outputs += enumerate(slopes, program.gradients.start)
    build(program, graph, outputs, roll=roll)
    if optimizer is not None:
        add_update(program, optimizer, [kind for kind, _ in results])
    return program


@documented
def build(
    program: Program, graph: Graph,
    outputs: Iterable[tuple[int, Any]], *, roll: bool = True,
) -> None:  # fmt: skip
    """Add what a recording computes to a program that has its Values.

    An output is a cell and an operand; :func:`lay_out` begins a program.
    """
    plan = pieces(graph, roll=roll)
    builder = _Builder(program, graph, plan)
    for rows in (*plan, []):
        builder.section(rows)
    for cell, result in outputs:
        builder.put(result, cell)
    program.sections += [x for x in builder.sections if x.writes]


class _Builder:
    """Writes sections; a place of the first lane stands for its row."""

    def __init__(self, program: Any, graph: Graph, plan: Any) -> None:
        self.program, self.graph = program, graph
        self.sections: list[Section] = []
        self.made: dict[int, Any] = {}  # the section and the line in it
        # Of inputs, of lines in their sections, of columns and sums.
        self.homes: dict[Any, int] = {}
        first = {"data": program.data.start, "number": program.numbers.start}
        which = {x: i for i, x in enumerate(program.values)}
        for x, (kind, of) in graph.inputs.items():
            if kind == "grad":
                self.homes[x] = program.row(1).start
                program.given.append((self.homes[x], which[of]))
            else:
                self.homes[x] = first[kind] + which.get(of, of)
        rows = [row for piece in plan for row in piece if len(row) > 1]
        self.rows = {row[0]: row for row in rows}
        self.line = {x: (row[0], k) for row in rows for k, x in enumerate(row)}

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
            read, (cell, *_) = self.here.lines[line]
            if read == ("lane" if lanes > 1 else "cell"):  # a factor was 1
                self.homes[self.here, line] = cell

    def column(self, column: tuple[Any, ...]) -> Any:
        """An operand of a line: one for each lane, or for all the same."""
        x, name = column[0], column
        if float in map(type, column):  # 1 is a place, 1.0 is not
            name = tuple(map(repr, column))
        if len({*name}) == 1:
            return self.fetch(x)
        if self.rows.get(x) == name:
            return self.fetch(x, "lane")
        if name not in self.homes:
            self.homes[name] = self.row(column)
        return self.here.append("lane", (self.homes[name],))

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
        section, result = self.made[line]
        if (section, "sum", result) not in self.homes:
            cell = self.program.row(1).start
            self.homes[section, "sum", result] = cell
            section.writes.append(("sum", result, cell))
        return self.homes[section, "sum", result]

    def fetch(self, x: Any, how: str = "cell") -> Any:
        """An operand, as a line of this section or a constant."""
        if type(x) is float:
            return x
        section, line = self.made.get(x, (None, 0))
        if section is self.here:
            return line
        return self.here.append(how, (self.cell(x),))

    def cell(self, x: int) -> int:
        """The cell of a place, which gets one when it is asked for."""
        line, lane = self.line.get(x, (x, 0))
        made = self.made.get(line, line)
        if made not in self.homes:
            section, result = made
            self.homes[made] = self.program.row(section.lanes).start
            section.writes.append(("put", result, self.homes[made]))
        return self.homes[made] + lane

    def row(self, column: tuple[Any, ...]) -> Any:
        """The first of cells side by side that hold a column."""
        known = [
            nan if type(x) is float
            else self.cell(x) if x in self.line
            else self.homes.get(self.made.get(x, x), nan)
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
            section, line = self.made[x]
            section.writes.append(("put", line, cell))
            self.homes.setdefault((section, line), cell)
        else:
            line = self.copies.append("cell", (self.cell(x),))
            self.copies.writes.append(("put", line, cell))
