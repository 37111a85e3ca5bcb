"""Program: sections that compute a loss and its gradients, over one memory.

Every number that outlives a section has a cell in one array of floats:
parameters, which come first, inputs, results, and behind each of these
cells, at a fixed distance, its gradient.  A step reads cells, computes, and
writes cells; a reader has nothing to do but to put steps into its own words.

Notation
--------
cell
    The index of a number in the memory.
N
    The distance from a cell to the cell of its gradient.

Leaves out: how a step is carried out, see :mod:`micrograd.compiler.python`
and :mod:`micrograd.compiler.native`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from micrograd.compiler.lanes import Section, split
from micrograd.compiler.passes import PASSES, drop, simplify
from micrograd.compiler.tape import COMPARISONS, Tape, differentiate

__all__ = ["LINE", "Program", "Step", "build"]

LINE = 8  # cells in a line of the processor's cache; rows start with one


@dataclass(eq=False)
class Step:
    """One section in terms of cells.

    Attributes
    ----------
    tape : Tape
        The instructions; the content of an ``outer`` line is a cell, that
        of a ``lane`` line the first of `lanes` cells in a row.
    lanes : int
        How often the instructions are carried out.
    writes : list of (str, int, int)
        How, the line, the cell: write the ``sum`` over the lanes, ``add``
        that sum to what is there; or ``put`` the number of each lane into
        a cell of its own, or ``spread`` it: add it to what is there.
    """

    tape: Tape
    lanes: int
    writes: list[tuple[str, int, int]] = field(default_factory=list)

    def reads(self) -> set[int]:
        """The cells it reads."""
        return {
            line.content + k
            for line in self.tape
            for k in range(self.lanes if line.kind == "lane" else 1)
            if line.kind in ("outer", "lane")
        }

    def written(self) -> set[int]:
        """The cells it writes."""
        return {
            cell + k
            for how, _, cell in self.writes
            for k in range(self.lanes if how in ("spread", "put") else 1)
        }


@dataclass
class Program:
    """Steps in order, and what is in which cell.

    Attributes
    ----------
    size : int
        N; so many cells have a gradient.
    parameters : int
        How many parameters there are; they have the first cells.
    inputs : dict from int to int
        For each number of the arguments that is used, its cell.
    constants : dict from int to float
        What to put into cells once.
    root : int
        The cell of the result.
    steps : list of Step
        Forward and backward.
    updates : list of Step
        The optimiser's, carried out if the cell `guard` is zero.
    guard : int
        Zero if all gradients are finite.
    cells : int
        How many cells there are.
    plan : Plan
        Which of them belong to the optimiser.
    saved : Counter
        How many lines each pass has taken away.
    """

    size: int = 0
    parameters: int = 0
    inputs: dict[int, int] = field(default_factory=dict)
    constants: dict[int, float] = field(default_factory=dict)
    root: int = 0
    steps: list[Step] = field(default_factory=list)
    updates: list[Step] = field(default_factory=list)
    guard: int = 0
    cells: int = 0
    plan: Any = None
    saved: Counter[str] = field(default_factory=Counter)

    def row(self, count: int) -> int:
        """The first of `count` new cells in a row."""
        first = _begin(self.cells, count)
        self.cells = first + count
        return first


def _begin(free: int, count: int) -> int:
    """Where a row may begin: a long one with a line of the cache."""
    return free if count < LINE else -(-free // LINE) * LINE


# --- Cells ---


class _Cells:
    """Gives each place a cell, and the places of a slot cells in a row."""

    def __init__(self, tape: Tape, sections: list[Section]) -> None:
        self.cells: dict[int, int] = {}
        self.size = 0
        self.copies: list[tuple[int, int, int]] = []  # place, from, to
        places = range(len(tape))
        mine = [x for x in places if tape[x].kind == "parameter"]
        self.row(sorted(mine, key=lambda x: tape[x].content))
        columns = [column for s in sections for column in s.slots]
        columns.sort(key=len, reverse=True)
        self.slots = {column: self.row(column) for column in columns}
        self.all(x for x in places if tape[x].kind == "input")
        for section in sections:
            lines = section.tape
            self.all(x.content for x in lines if x.kind == "outer")
            self.all(section.results)

    def all(self, places: Any) -> None:
        for place in places:
            if place not in self.cells:
                self.row([place])

    def row(self, places: Sequence[int]) -> int:
        """The first of cells in a row; numbers placed earlier are copied."""
        known = [self.cells.get(x, -1) for x in places]
        first = known[0] if known else -1
        if first >= 0 and known == list(range(first, first + len(known))):
            return first
        first = _begin(self.size, len(places))
        self.size = first + len(places)
        for cell, x in enumerate(places, first):
            if x in self.cells:
                self.copies.append((x, self.cells[x], cell))
            else:
                self.cells[x] = cell
        return first


# --- Steps ---


class _Steps:
    """Makes the steps of a tape's sections."""

    def __init__(
        self, tape: Tape, sections: list[Section], cells: _Cells,
        passes: Sequence[str],
    ) -> None:  # fmt: skip
        self.sections, self.cells = sections, cells
        self.passes = passes
        self.varying = _varying(tape)
        self.saved: dict[Step, Counter[str]] = {}
        self.make = cache(self._make)

    def _make(self, i: int, forward: bool, back: bool) -> Step:
        """A section as a step: its results, its gradients, or both."""
        section, cells = self.sections[i], self.cells
        tape = Tape()
        for kind, operands, content in section.tape:
            if kind == "lane":
                content = cells.slots[section.slots[content]]
            elif kind == "outer":
                content = cells.cells[content]
            tape.add(kind, operands, content)
        writes: list[tuple[str, int, int]] = []
        if forward:
            for place, line in section.results.items():
                writes.append(("sum", line, cells.cells[place]))
        if back:
            writes += self._gradients(section, tape)
        counts: Counter[str] = Counter()
        wanted = [line for _, line, _ in writes]
        tape, lines = simplify(tape, wanted, self.passes, counts)
        step = Step(tape, section.lanes, [
            (how, line, cell)
            for (how, _, cell), line in zip(writes, lines, strict=True)
        ])
        self.saved[step] = counts
        return step

    def _gradients(
        self, section: Section, tape: Tape
    ) -> list[tuple[str, int, int]]:
        """Write the backward pass; say which gradients go where."""
        size, varying = self.cells.size, self.varying
        homes: dict[int, tuple[str, int]] = {}
        for line, (kind, _, content) in enumerate(section.tape):
            if kind == "outer" and content in varying:
                homes[line] = "add", tape[line].content + size
            elif kind == "lane" and not varying.isdisjoint(
                section.slots[content]
            ):
                homes[line] = "spread", tape[line].content + size
        seeds = {
            line: tape.leaf("outer", self.cells.cells[place] + size)
            for place, line in section.results.items()
            if place in varying
        }
        grads = differentiate(tape, seeds, set(homes))
        return [
            (how, grads[line].place, cell)
            for line, (how, cell) in homes.items()
            if line in grads
        ]

    def copies(self) -> list[Step]:
        """Numbers that a slot needs beside others, and their gradients."""
        size, there, back = self.cells.size, Step(Tape(), 1), Step(Tape(), 1)
        for place, source, target in self.cells.copies:
            line = there.tape.add("outer", content=source)
            there.writes.append(("sum", line, target))
            if place in self.varying:
                other = back.tape.add("outer", content=target + size)
                back.writes.append(("add", other, source + size))
        return [there, back]

    def in_order(self) -> list[Step]:
        """Steps in an order in which each finds its numbers.

        Forward and backward are one step where that is possible.
        """
        loops = [s.lanes > 1 for s in self.sections]
        every = [True] * len(loops)
        for fuse in (every, loops, [False] * len(loops)):
            steps = self.copies()
            for i, fused in enumerate(fuse):
                if fused:
                    steps.append(self.make(i, True, True))
                else:
                    steps += [self.make(i, True, False)]
                    steps += [self.make(i, False, True)]
            order = _arrange([step for step in steps if step.writes])
            if order is not None:
                break
        assert order is not None, "separate steps always have an order"
        return order


def _arrange(waiting: list[Step]) -> list[Step] | None:
    """Steps in an order in which each finds its numbers, or None."""
    unwritten = Counter(c for step in waiting for c in step.written())
    order: list[Step] = []
    while waiting:
        for step in waiting:
            mine = step.written()
            if all(unwritten[c] == (c in mine) for c in step.reads()):
                break
        else:
            return None
        order.append(step)
        waiting.remove(step)
        unwritten.subtract(mine)
    return order


def _varying(tape: Tape) -> set[int]:
    """Places that depend on a parameter."""
    varying: set[int] = set()
    for place, (kind, operands, _) in enumerate(tape):
        depends = kind == "parameter" or not varying.isdisjoint(operands)
        if depends and kind not in ("detach", *COMPARISONS):
            varying.add(place)
    return varying


# --- The program ---


def build(
    tape: Tape,
    root: int,
    *,
    passes: Sequence[str] = tuple(PASSES),
    roll: bool = True,
) -> Program:
    """Turn a recorded tape into a program.

    Parameters
    ----------
    tape : Tape
        What was recorded.
    root : int
        The place of the result.
    passes : sequence of str, optional
        The passes to run on each section.
    roll : bool, optional
        Whether to look for lanes.

    Returns
    -------
    Program
        Steps that leave the result and the gradients in their cells.
    """
    places = range(len(tape))
    kept = [x for x in places if tape[x].kind == "parameter"]
    tape, (root, *kept) = drop(tape, [root, *kept])
    sections = split(tape, [root], roll=roll)
    cells = _Cells(tape, sections)
    cells.all([root])
    cells.size = _begin(cells.size, LINE)
    steps = _Steps(tape, sections, cells, passes)
    program = Program(cells.size, len(kept), root=cells.cells[root])
    program.cells = 2 * cells.size
    for place, (kind, _, content) in enumerate(tape):
        if kind == "input":
            program.inputs[content] = cells.cells[place]
        elif kind == "constant" and place in cells.cells:
            program.constants[cells.cells[place]] = content
    program.steps = steps.in_order()
    for step in program.steps:
        program.saved.update(steps.saved.get(step, {}))
    return program
