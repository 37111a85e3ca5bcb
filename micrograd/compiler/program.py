"""Program: sections of operations over one memory.

A section is carried out once, or once for each lane of a loop.  What one
section computes and another needs has a *cell* in one array of floats, and
so has every input and every result.  A reader puts sections into its own
words and has nothing else to do.

Notation
--------
cell
    The index of a number in the memory; the numbers of a *row*, one for
    each lane, have cells side by side.
item, side
    As in :mod:`micrograd.compiler.order`.

Leaves out: how a section is carried out, see the readers.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.lanes import Graph, find_loops
from micrograd.compiler.order import Order
from micrograd.compiler.simplify import simplify

__all__ = ["Memory", "Program", "Section", "build"]

LINE = 8  # cells in a line of the processor's cache; rows start with one


@dataclass(eq=False)
class Section:
    """Lines that are carried out for each of some lanes.

    Attributes
    ----------
    lanes : int
        How often they are carried out.
    lines : list of (str, tuple)
        An operation and its operands: ints are lines, floats constants.
        ``cell`` fetches the number of a cell, ``lane`` that of the cell of
        this lane in a row.
    writes : list of (str, int or float, int)
        What becomes of results: ``put`` one into a cell, or into that of
        its lane in a row; or the ``sum`` of a line over all lanes.
    """

    lanes: int = 1
    lines: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    writes: list[tuple[str, Any, int]] = field(default_factory=list)

    def add(self, operation: str, operands: Sequence[Any]) -> int:
        """Add a line; return which it is."""
        if operation == "lane" and self.lanes == 1:
            operation = "cell"
        self.lines.append((operation, tuple(operands)))
        return len(self.lines) - 1


@dataclass
class Program:
    """Sections in order, and what is in which cell.

    Attributes
    ----------
    cells : int
        How many there are.
    constants : dict from int to float
        What is put into cells once.
    sections : list of Section
        The computation.
    updates : list of Section
        The optimiser's, carried out if the cell `guard` holds 0.
    guard : int
        Not 0 if a gradient is not finite.
    """

    cells: int = 0
    constants: dict[int, float] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    updates: list[Section] = field(default_factory=list)
    guard: int = -1

    def row(self, count: int) -> int:
        """The first of `count` new cells side by side."""
        if count >= LINE:
            self.cells = -(-self.cells // LINE) * LINE
        self.cells += count
        return self.cells - count


class Memory:
    """The numbers of a program, in one array of floats.

    Machine code works in it directly; whatever moves a stretch of numbers
    at once is quick, and a loop over them is not.

    Examples
    --------
    >>> from micrograd.compiler.program import Memory, Program
    >>> memory = Memory(Program(cells=3, constants={2: 7.0}))
    >>> memory.write(0, [1.0, 2.0])
    >>> memory.read(0, 3)
    [1.0, 2.0, 7.0]
    """

    def __init__(self, program: Program) -> None:
        block = array("d", [0.0]) * (program.cells + LINE)
        start, _ = block.buffer_info()
        skip = -start // block.itemsize % LINE  # to a line of the cache
        self.address = start + block.itemsize * skip
        cells: Any = memoryview(block)
        self.numbers = cells[skip : skip + program.cells]
        for cell, number in program.constants.items():
            self.numbers[cell] = number

    def write(self, cell: int, numbers: Sequence[float]) -> None:
        """Put numbers into cells side by side."""
        self.numbers[cell : cell + len(numbers)] = array("d", numbers)

    def read(self, cell: int, count: int) -> list[float]:
        """The numbers of cells side by side."""
        numbers: list[float] = self.numbers[cell : cell + count].tolist()
        return numbers


def build(
    program: Program,
    graph: Graph,
    inputs: Mapping[int, int],
    outputs: Sequence[tuple[Any, int]],
    *,
    roll: bool = True,
) -> list[tuple[int, int]]:
    """Add what a graph computes to a program.

    Parameters
    ----------
    program : Program
        Grows.
    graph : Graph
        What to compute.
    inputs : mapping from int to int
        The cells of those inputs that have one already.
    outputs : sequence of (int or float, int)
        Operands, and the cells in which they are wanted.
    roll : bool, optional
        Whether to look for loops.

    Returns
    -------
    list of (int, int)
        Cells, and which input is to be put there.

    Examples
    --------
    >>> from micrograd.compiler.lanes import Graph
    >>> from micrograd.compiler.program import Program, build
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> tape, program = Tape(), Program(cells=2)
    >>> y = incoming(tape, 0) * 2.0
    >>> build(program, Graph(tape, [y.place]), {0: 0}, [(y.place, 1)])
    [(0, 0)]
    >>> program.sections[0].lines
    [('cell', (0,)), ('mul', (0, 2.0))]
    >>> program.sections[0].writes
    [('put', 1, 1)]
    """
    loops = find_loops(graph) if roll else []
    while (order := Order(graph, loops)).circular:
        loops.pop()
    sections = _Sections(program, graph, order, inputs)
    sections.write_all(outputs)
    made = [sections.first, *sections.all, sections.last]
    for section in made:
        simplify(section)
    program.sections += [section for section in made if section.writes]
    return [(cell, which) for which, cell in sections.inputs.items()]


# --- Sections and cells ---


class _Sections:
    """Writes sections, and gives a cell to what is read elsewhere."""

    def __init__(
        self, program: Program, graph: Graph, order: Order,
        inputs: Mapping[int, int],
    ) -> None:  # fmt: skip
        self.program, self.graph, self.order = program, graph, order
        self.inputs = dict(inputs)  # which input: cell
        self.first, self.copies, self.last = Section(), Section(), Section()
        self.all: list[Section] = []
        self.made: dict[int, tuple[Section, int]] = {}  # item: where
        self.cells: dict[int, int] = {}  # item: cell or first cell of a row
        self.rows: dict[tuple[Any, ...], int] = {}
        self.sums: dict[int, int] = {}  # item: cell of its sum

    def write_all(self, outputs: Sequence[tuple[Any, int]]) -> None:
        """Write every section, and put the outputs into their cells."""
        parts = list(self.order.sections())
        for side, items in parts:  # rows of inputs first
            for item in items if side else ():
                self._reserve(item)
        for side, items in parts:
            lanes = len(self.order.loops[side - 1].lanes) if side else 1
            section, local = Section(lanes), dict[Any, int]()
            self.copies = Section()  # what this one needs side by side
            self.all += [self.copies, section]
            for item in items:
                local[item] = self._line(section, local, item)
                self.made[item] = section, local[item]
        for x, cell in outputs:
            self._output(x, cell)

    def _reserve(self, item: int) -> None:
        """Give the inputs of a line rows, before any has a cell."""
        number, i = self.order.line[item]
        for column in self.order.loops[number].columns[i]:
            inputs = type(column) is tuple and all(
                type(x) is float or self.graph.operations[x] == "input"
                for x in column
            )
            if inputs and not _one(column):
                self._row(column)

    def _line(self, section: Section, local: Any, item: int) -> int:
        """Write the line of an item; return which it is."""
        if item in self.order.line:
            number, i = self.order.line[item]
            loop, first = self.order.loops[number], item - i
            fetched = [
                self._of_lane(section, local, first + column)
                if type(column) is int
                else self._of_column(section, local, column)
                for column in loop.columns[i]
            ]
        else:
            operands: Sequence[Any] = self.graph.operands[item]
            if self.graph.operations[item] == "sum":
                operands = self._terms(operands)
            fetched = [self._of(section, local, x) for x in operands]
        return section.add(self.order.operation(item), fetched)

    # --- Operands ---

    def _of(self, section: Section, local: Any, x: Any) -> Any:
        """An operand of straight code."""
        if type(x) is float:
            return x
        if type(x) is tuple:  # a sum over lanes
            return self._fetch(section, local, "cell", self._sum(x[0]), x)
        if x in local:
            return local[x]
        return self._fetch(section, local, "cell", self._cell(x), x)

    def _of_lane(self, section: Section, local: Any, item: int) -> Any:
        """A line of the same loop, in this section or an earlier one."""
        if item in local:
            return local[item]
        return self._fetch(section, local, "lane", self._home(item), item)

    def _of_column(self, section: Section, local: Any, column: Any) -> Any:
        """What comes from outside, the same in all lanes or not."""
        x = column[0]
        if not _one(column):
            return self._fetch(section, local, "lane", self._row(column), x)
        return self._of(section, local, x)

    def _fetch(
        self, section: Section, local: Any, how: str, cell: int, x: Any
    ) -> int:
        """A number from the memory; a condition is there as 1 or 0."""
        if (how, cell) not in local:
            line = section.add(how, (cell,))
            if self.order.is_condition(x):
                line = section.add("ne", (line, 0.0))
            local[how, cell] = line
        return int(local[how, cell])

    def _terms(self, operands: Sequence[Any]) -> list[Any]:
        """The terms of a sum; one from each lane of a loop count as one."""
        lanes: dict[int, set[int]] = defaultdict(set)
        for x in operands:
            if type(x) is int and x in self.order.item:
                lanes[self.order.item[x]].add(x)
        whole = {
            item
            for item, places in lanes.items()
            if len(places) == len(self.order.loop(item).lanes)
        }
        terms: dict[Any, None] = {}
        rest = []
        for x in operands:
            item = self.order.item.get(x) if type(x) is int else None
            if item in whole and x in lanes[item]:
                lanes[item].discard(x)
                terms[(item,)] = None
            else:
                rest.append(x)
        return [*terms, *rest]

    # --- Cells ---

    def _home(self, item: int) -> int:
        """The cell of an item that has been computed; of a line, its row."""
        if item not in self.cells:
            lanes = self.made[item][0].lanes
            self.cells[item] = self.program.row(lanes)
            self._keep(item, self.cells[item])
        return self.cells[item]

    def _keep(self, item: int, cell: int) -> None:
        """Have the section that computes an item write it, too."""
        section, line = self.made[item]
        if self.order.is_condition(item):
            line = section.add("where", (line, 1.0, 0.0))
        section.writes.append(("put", line, cell))

    def _cell(self, x: int) -> int:
        """The cell of a place or an input."""
        if self.graph.operations[x] == "input":
            which = self.graph.operands[x][0]
            if which not in self.inputs:
                self.inputs[which] = self.program.row(1)
            return self.inputs[which]
        item = self.order.item.get(x, x)
        return self._home(item) + self.order.lane.get(x, 0)

    def _sum(self, item: int) -> int:
        """The cell of the sum of a line over all lanes."""
        if item not in self.sums:
            section, line = self.made[item]
            self.sums[item] = self.program.row(1)
            section.writes.append(("sum", line, self.sums[item]))
        return self.sums[item]

    def _row(self, column: tuple[Any, ...]) -> int:
        """The first of cells side by side that hold a column."""
        key = tuple(map(repr, column))  # 1 is a place, 1.0 is not
        if key in self.rows:
            return self.rows[key]
        known = [self._known(x) for x in column]
        first: int = known[0]
        if None in known or known != list(range(first, first + len(known))):
            first = self.program.row(len(column))
            for cell, x in enumerate(column, first):
                self._put(x, cell)
        self.rows[key] = first
        return first

    def _known(self, x: Any) -> Any:
        """The cell that an operand has already, if any."""
        if type(x) is float:
            return None
        if self.graph.operations[x] == "input":
            return self.inputs.get(self.graph.operands[x][0])
        return self._cell(x) if x in self.order.item else self.cells.get(x)

    def _put(self, x: Any, cell: int) -> None:
        """Have an operand in this cell, too."""
        if type(x) is float:
            self.program.constants[cell] = x
        elif self.graph.operations[x] == "input":
            which = self.graph.operands[x][0]
            if which not in self.inputs:
                self.inputs[which] = cell
            else:
                _copy(self.first, self.inputs[which], cell)
        elif x in self.order.item:
            _copy(self.copies, self._cell(x), cell)
        else:
            self._keep(x, cell)
            self.cells.setdefault(x, cell)

    def _output(self, x: Any, cell: int) -> None:
        """Put an operand into the cell in which it is wanted."""
        lane = type(x) is int and x in self.order.item
        if lane:
            _copy(self.last, self._cell(x), cell)
        else:
            self._put(x, cell)


def _one(column: tuple[Any, ...]) -> bool:
    """Whether all lanes read the same operand."""
    first = column[0]
    if type(first) is float:
        return all(type(x) is float and repr(x) == repr(first) for x in column)
    return all(type(x) is int and x == first for x in column)


def _copy(section: Section, source: int, target: int) -> None:
    section.writes.append(("put", section.add("cell", (source,)), target))
