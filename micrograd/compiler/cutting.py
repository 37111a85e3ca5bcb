"""Cutting: a long step as several short ones.

A step becomes one function, and the numbers of a function are kept on the
stack while it runs.  Of a million lines they do not fit there, and the time
that LLVM takes grows faster than a function does.  So the lines are put in
an order in which what is made is soon used, and cut.

Notation: a *piece* is a step that is part of another.

Leaves out: any change of arithmetic; each number is what it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.compiler.program import Program, Step
from micrograd.compiler.tape import COMPARISONS, LEAVES, Tape

__all__ = ["cut"]

LONGEST = 16_000  # lines of a step
# What each piece has for itself: a condition is no number to be handed on.
FETCHED = {*LEAVES, *COMPARISONS}


def cut(program: Program) -> None:
    """Put several steps in the place of each that is too long."""
    program.steps = [x for s in program.steps for x in _cut(s, program)]


def _cut(step: Step, program: Program) -> list[Step]:
    if len(step.tape) <= LONGEST:
        return [step]
    pieces = _Pieces(step, program)
    for place in _depth_first(step.tape, [x for _, x, _ in step.writes]):
        if step.tape[place].kind not in FETCHED:
            pieces.compute(place)
    for how, place, cell in step.writes:
        if place not in pieces.made:  # a leaf
            pieces.made[place] = pieces.all[-1], pieces.line(place)
        piece, line = pieces.made[place]
        piece.writes.append((how, line, cell))
    return [piece for piece in pieces.all if piece.writes]


class _Pieces:
    """A step that is being cut.

    What one piece computes and another needs gets a cell, or in lanes a
    row of cells.
    """

    def __init__(self, step: Step, program: Program) -> None:
        self.step, self.program = step, program
        self.all = [Step(Tape(), step.lanes)]
        self.lines: dict[int, int] = {}  # of places, in the piece at hand
        self.made: dict[int, tuple[Step, int]] = {}
        self.cells: dict[int, int] = {}

    def compute(self, place: int) -> None:
        """Write the instruction of a place."""
        if len(self.all[-1].tape) >= LONGEST:
            self.all.append(Step(Tape(), self.step.lanes))
            self.lines = {}
        kind, operands, content = self.step.tape[place]
        lines = [self.line(x) for x in operands]
        self.lines[place] = self.all[-1].tape.add(kind, lines, content)
        self.made[place] = self.all[-1], self.lines[place]

    def line(self, place: int) -> int:
        """The line of a place in the piece at hand, fetched if need be."""
        if place not in self.lines:
            kind, operands, content = self.step.tape[place]
            if kind in COMPARISONS:
                operands = tuple([self.line(x) for x in operands])
            elif kind not in LEAVES:
                kind = "outer" if self.step.lanes == 1 else "lane"
                operands, content = (), self.cell(place)
            added = self.all[-1].tape.add(kind, operands, content)
            self.lines[place] = added
        return self.lines[place]

    def cell(self, place: int) -> int:
        """Where the number of a place is handed on."""
        if place not in self.cells:
            self.cells[place] = self.program.row(self.step.lanes)
            piece, line = self.made[place]
            how = "sum" if self.step.lanes == 1 else "put"
            piece.writes.append((how, line, self.cells[place]))
        return self.cells[place]


def _depth_first(tape: Tape, wanted: Sequence[int]) -> list[int]:
    """Places in an order in which what is made is soon used."""
    order, done = list[int](), [False] * len(tape)
    stack = list(wanted)
    while stack:
        operands = [x for x in tape[stack[-1]].operands if not done[x]]
        stack += reversed(operands)
        if not operands:
            place = stack.pop()
            if not done[place]:
                done[place] = True
                order.append(place)
    return order
