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
item
    A place of the tape, or a line of a loop: what has to be put in order.
side
    Where an item is computed: 0 for straight code, else which loop.

Leaves out: how a section is carried out, see the readers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.lanes import Graph, Loop, find_loops
from micrograd.compiler.simplify import simplify
from micrograd.compiler.tape import CONDITIONS

__all__ = ["Program", "Section", "build"]

LONGEST = 4_000  # lines of straight code in one section
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
    inputs : list of (int, int)
        Cells, and which input is to be put there.
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
    inputs: list[tuple[int, int]] = field(default_factory=list)
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


def build(
    program: Program,
    graph: Graph,
    inputs: Mapping[int, int],
    outputs: Sequence[tuple[Any, int]],
    *,
    roll: bool = True,
) -> None:
    """Add what a tape computes to a program.

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

    Examples
    --------
    >>> from micrograd.compiler.program import Program, build
    >>> from micrograd.compiler.tape import CONDITIONS
    >>> tape, program = Tape(), Program(cells=2)
    >>> y = tape.input(0) * 2.0
    >>> build(program, tape, {0: 0}, [(y.place, 1)])
    >>> program.sections[0].lines
    [('cell', (0,)), ('mul', (0, 2.0))]
    >>> program.sections[0].writes
    [('put', 1, 1)]
    """
    loops = find_loops(graph) if roll else []
    while (order := _Order(graph, loops)).circular:
        loops.pop()
    sections = _Sections(program, graph, order, inputs)
    sections.write_all(outputs)
    made = [sections.copies, *sections.all, sections.last]
    for section in made:
        simplify(section)
    program.sections += [section for section in made if section.writes]


# --- In which order ---


class _Order:
    """Items in an order in which each finds what it needs, in stages.

    What is on one side and in one stage becomes one section.  Each item
    comes as late as it can, so that a loop is cut as seldom as possible.
    """

    def __init__(self, graph: Graph, loops: list[Loop]) -> None:
        self.graph, self.loops = graph, loops
        self.item: dict[int, int] = {}  # of a place in a lane
        self.lane: dict[int, int] = {}  # of such a place
        self.line: dict[int, tuple[int, int]] = {}  # of an item in a loop
        free = len(graph.operations)
        for number, loop in enumerate(loops):
            for lane, places in enumerate(loop.lanes):
                self.lane.update(dict.fromkeys(places, lane))
            for i, row in enumerate(zip(*loop.lanes, strict=True)):
                self.line[free] = number, i
                self.item.update(dict.fromkeys(row, free))
                free += 1
        self.needs = {
            item: self._needs(item)
            for item in (*graph.places, *self.line)
            if item not in self.item
        }
        order = self._sorted()
        self.circular = len(order) < len(self.needs)
        self.stages = {} if self.circular else self._late(order)

    def side(self, item: int) -> int:
        """Where an item is computed."""
        return self.line[item][0] + 1 if item in self.line else 0

    def _needs(self, item: int) -> set[int]:
        """The items that an item reads."""
        if item not in self.line:
            return self._items(self.graph.operands[item])
        number, i = self.line[item]
        needs, first = set[int](), item - i
        for column in self.loops[number].columns[i]:
            if type(column) is int:
                needs.add(first + column)
            else:
                needs |= self._items(column)
        return needs

    def _items(self, operands: Sequence[Any]) -> set[int]:
        return {
            self.item.get(x, x)
            for x in operands
            if type(x) is int and self.graph.operations[x] != "input"
        }

    def _sorted(self) -> list[int]:
        """Items, each behind those it needs; fewer, if they run in circles."""
        users: dict[int, list[int]] = defaultdict(list)
        missing = {}
        for item, needs in self.needs.items():
            missing[item] = len(needs)
            for x in needs:
                users[x].append(item)
        order = [item for item, count in missing.items() if count == 0]
        for item in order:  # it grows
            for user in users[item]:
                missing[user] -= 1
                if missing[user] == 0:
                    order.append(user)
        return order

    def _late(self, order: list[int]) -> dict[int, int]:
        """For each item the last stage in which it can be."""
        early: dict[int, int] = {}
        for item in order:
            side = self.side(item)
            needs = self.needs[item]
            early[item] = max(
                (early[x] + (self.side(x) != side) for x in needs), default=0
            )
        end = max(early.values(), default=0)
        late = dict.fromkeys(order, end)
        for item in reversed(order):
            side, stage = self.side(item), late[item]
            for x in self.needs[item]:
                late[x] = min(late[x], stage - (self.side(x) != side))
        return late

    def sections(self) -> Iterator[tuple[int, list[int]]]:
        """Sides, and the items that are computed there, in order."""
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for item in self.needs:
            groups[self.stages[item], self.side(item)].append(item)
        for (_, side), items in sorted(groups.items()):
            items.sort()
            if side == 0 and len(items) > LONGEST:
                items = self._depth_first(items)
            step = LONGEST if side == 0 else len(items)
            for start in range(0, len(items), step):
                yield side, items[start : start + step]

    def _depth_first(self, items: list[int]) -> list[int]:
        """An order in which what is computed is soon used."""
        waiting, order = dict.fromkeys(items), list[int]()
        for item in reversed(items):
            stack = [item]
            while stack:
                x = stack[-1]
                if x not in waiting:
                    stack.pop()
                    continue
                below = [y for y in self.needs[x] if y in waiting]
                if below:
                    stack += sorted(below)
                else:
                    del waiting[x]
                    order.append(stack.pop())
        return order


# --- Sections and cells ---


class _Sections:
    """Writes sections, and gives a cell to what is read elsewhere."""

    def __init__(
        self, program: Program, graph: Graph, order: _Order,
        inputs: Mapping[int, int],
    ) -> None:  # fmt: skip
        self.program, self.graph, self.order = program, graph, order
        self.inputs = dict(inputs)  # which input: cell
        self.copies, self.last = Section(), Section()
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
            self.all.append(section)
            for item in items:
                local[item] = self._line(section, local, item)
                self.made[item] = section, local[item]
        for x, cell in outputs:
            self._output(x, cell)
        for which, cell in self.inputs.items():
            self.program.inputs.append((cell, which))

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
            operands = [
                self._of_lane(section, local, first + column)
                if type(column) is int
                else self._of_column(section, local, column)
                for column in loop.columns[i]
            ]
            operation = self.graph.operations[loop.lanes[0][i]]
            return section.add(operation, operands)
        operands = self.graph.operands[item]
        if self.graph.operations[item] == "sum":
            operands = self._terms(operands)
        fetched = [self._of(section, local, x) for x in operands]
        return section.add(self.graph.operations[item], fetched)

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
            if self._is_condition(x):
                line = section.add("ne", (line, 0.0))
            local[how, cell] = line
        return int(local[how, cell])

    def _is_condition(self, x: Any) -> bool:
        if x in self.order.line:
            x = self._loop(x).lanes[0][self.order.line[x][1]]
        return type(x) is int and self.graph.operations[x] in CONDITIONS

    def _terms(self, operands: Sequence[Any]) -> list[Any]:
        """The terms of a sum; one from each lane of a loop count as one."""
        lanes: dict[int, set[int]] = defaultdict(set)
        for x in operands:
            if type(x) is int and x in self.order.item:
                lanes[self.order.item[x]].add(x)
        whole = {
            item
            for item, places in lanes.items()
            if len(places) == len(self._loop(item).lanes)
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

    def _loop(self, item: int) -> Loop:
        return self.order.loops[self.order.line[item][0]]

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
        if self._is_condition(item):
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
        if column in self.rows:
            return self.rows[column]
        known = [self._known(x) for x in column]
        first = known[0]
        if None in known or known != list(range(first, first + len(known))):
            first = self.program.row(len(column))
            for cell, x in enumerate(column, first):
                self._put(x, cell)
        self.rows[column] = first
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
                _copy(self.copies, self.inputs[which], cell)
        elif x in self.order.item:
            self.all.insert(-1, Section())  # before the one being written
            _copy(self.all[-2], self._cell(x), cell)
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
