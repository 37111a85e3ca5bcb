"""Program: sections that compute a loss and its gradients, over one memory.

Every number that outlives a section has a cell in one array of floats:
inputs, parameters, results, and behind each of these cells, at a fixed
distance, its gradient.  A step reads cells, computes, and writes cells; a
reader has nothing to do but to put steps into its own words.

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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.lanes import Section, split
from micrograd.compiler.passes import PASSES, drop, simplify
from micrograd.compiler.tape import COMPARISONS, Tape, differentiate

__all__ = ["Program", "Step", "build"]


@dataclass
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
    writes: list[tuple[str, int, int]]

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
    """Steps in order, and what is in which cell."""

    size: int = 0  # N
    steps: list[Step] = field(default_factory=list)
    updates: list[Step] = field(default_factory=list)
    extra: int = 0
    guard: int = 0
    constants: dict[int, float] = field(default_factory=dict)
    inputs: dict[int, int] = field(default_factory=dict)
    parameters: dict[int, int] = field(default_factory=dict)
    copies: list[tuple[int, int]] = field(default_factory=list)
    root: int = 0
    passes: Sequence[str] = ()
    owned: int = 0  # parameters that have the first cells
    plan: Any = None


# --- Cells ---


class _Cells:
    """Gives each place a cell, and the places of a slot cells in a row."""

    def __init__(
        self, tape: Tape, sections: Iterable[Section], known: int
    ) -> None:
        self.tape = tape
        self.cells: dict[int, int] = {}
        self.size = 0
        self.copies: list[tuple[int, int]] = []
        owned = {
            x
            for x, line in enumerate(tape)
            if line.kind == "parameter" and line.content < known
        }
        self.row(sorted(owned, key=lambda x: tape[x].content))
        columns = [column for s in sections for column in s.slots]
        columns.sort(key=len, reverse=True)
        self.slots = {column: self.row(column) for column in columns}
        for place, line in enumerate(tape):
            if line.kind == "parameter":
                self.cell(place)

    def cell(self, place: int) -> int:
        if place not in self.cells:
            self.cells[place] = self.new(1)
        return self.cells[place]

    def new(self, count: int) -> int:
        self.size += count
        return self.size - count

    def row(self, places: Sequence[int]) -> int:
        """The first of cells in a row; numbers placed earlier are copied."""
        known = [self.cells.get(x) for x in places]
        if known and None not in known:
            first = known[0] or 0
            if known == list(range(first, first + len(known))):
                return first
        first = self.new(len(places))
        for k, x in enumerate(places):
            if x in self.cells:
                self.copies.append((self.cells[x], first + k))
            else:
                self.cells[x] = first + k
        return first


# --- Steps ---


def _step(
    section: Section, cells: _Cells, varying: set[int], *, back: bool,
    forward: bool, passes: Sequence[str],
) -> Step:  # fmt: skip
    """A section as a step: its results, its gradients, or both."""
    tape = Tape(section.tape)
    wanted: list[tuple[str, int, int]] = []
    if forward:
        for place, line in section.results.items():
            wanted.append(("sum", line, cells.cell(place)))
    if back:
        wanted += _gradients(section, tape, cells, varying)
    tape = Tape(
        line._replace(content=cells.slots[section.slots[line.content]])
        if line.kind == "lane"
        else line._replace(content=_outer(line.content, cells))
        if line.kind == "outer"
        else line
        for line in tape
    )
    tape, lines = simplify(tape, [line for _, line, _ in wanted], passes)
    writes = [
        (how, line, cell)
        for (how, _, cell), line in zip(wanted, lines, strict=True)
    ]
    return Step(tape, section.lanes, writes)


class _Gradient(int):
    """Stands for the gradient of a place among the outer lines."""


def _outer(place: int, cells: _Cells) -> Any:
    cell = cells.cell(int(place))
    return _Gradient(cell) if isinstance(place, _Gradient) else cell


def _gradients(
    section: Section, tape: Tape, cells: _Cells, varying: set[int]
) -> list[tuple[str, int, int]]:
    """Write the backward pass; say which gradients go where."""
    homes: dict[int, tuple[str, Any]] = {}
    for line, (kind, _, content) in enumerate(section.tape):
        if kind == "outer" and content in varying:
            homes[line] = "add", _Gradient(cells.cell(content))
        elif kind == "lane" and varying.intersection(section.slots[content]):
            homes[line] = (
                "spread",
                _Gradient(cells.slots[section.slots[content]]),
            )
    seeds = {
        line: tape.leaf("outer", _Gradient(place))
        for place, line in section.results.items()
        if place in varying
    }
    grads = differentiate(tape, seeds, set(homes))
    return [
        (how, grads[line].place, cell)
        for line, (how, cell) in homes.items()
        if line in grads
    ]


# --- The order of steps ---


def _arrange(kinds: list[list[Step]], fuse: list[bool]) -> list[Step] | None:
    """Steps in an order in which each finds its numbers, or None."""
    waiting = [
        step
        for f, b, fb, fused in zip(*kinds, fuse, strict=True)
        for step in ([fb] if fused else [f, b])
        if step.writes
    ]
    order: list[Step] = []
    while waiting:
        unwritten = [(step, step.written()) for step in waiting]
        for step in waiting:
            reads = step.reads()
            others = (cells for other, cells in unwritten if other is not step)
            if reads.isdisjoint(*[set().union(*others)]):
                order.append(step)
                waiting.remove(step)
                break
        else:
            return None
    return order


def build(
    tape: Tape,
    root: int,
    *,
    known: int = 0,
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
    known : int, optional
        This many parameters get cells in a row, used or not.
    passes : sequence of str, optional
        The passes to run on each section.
    roll : bool, optional
        Whether to look for lanes.

    Returns
    -------
    Program
        Steps that leave the result and the gradients in their cells.
    """
    kept = [
        place
        for place, line in enumerate(tape)
        if line.kind == "parameter" and line.content < known
    ]
    tape, (root, *_) = drop(tape, [root, *kept])
    sections = split(tape, [root], roll=roll)
    cells = _Cells(tape, sections, known)
    varying = _varying(tape)
    make = [(True, False), (False, True), (True, True)]
    kinds = [
        [
            _step(s, cells, varying, forward=f, back=b, passes=passes)
            for s in sections
        ]
        for f, b in make
    ]
    program = _program(tape, cells)
    program.root = cells.cell(root)
    program.passes, program.owned = passes, known
    program.size = cells.size
    for step in (step for kind in kinds for step in kind):
        _settle(step, program.size)
    loops = [s.lanes > 1 for s in sections]
    for fuse in ([True] * len(sections), loops, [False] * len(sections)):
        order = _arrange(kinds, fuse)
        if order is not None:
            program.steps = order
            break
    return program


def _program(tape: Tape, cells: _Cells) -> Program:
    """A program without steps: which leaf of the tape is in which cell."""
    program = Program(copies=cells.copies)
    for place, (kind, _, content) in enumerate(tape):
        if kind == "input":
            program.inputs[content] = cells.cell(place)
        elif kind == "parameter":
            program.parameters[content] = cells.cell(place)
        elif kind == "constant" and place in cells.cells:
            program.constants[cells.cells[place]] = content
    return program


def _settle(step: Step, size: int) -> None:
    """Replace gradients by their cells, now that the distance is known."""

    def cell(content: Any) -> Any:
        gradient = isinstance(content, _Gradient)
        return int(content) + size if gradient else content

    step.tape = Tape(
        line._replace(content=cell(line.content)) for line in step.tape
    )
    step.writes = [(how, line, cell(c)) for how, line, c in step.writes]


def _varying(tape: Tape) -> set[int]:
    """Places that depend on a parameter."""
    varying: set[int] = set()
    for place, (kind, operands, _) in enumerate(tape):
        depends = kind == "parameter" or varying.intersection(operands)
        if depends and kind not in ("detach", *COMPARISONS):
            varying.add(place)
    return varying
