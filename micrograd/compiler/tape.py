"""Tape: a recorded graph as a list of instructions.

Running a function on :class:`Register` objects writes each operation down
as one instruction: a row of the table and the places of its operands.  The
tape can then be changed by passes, extended by its own derivative, and read
as Python, C or machine code, all without running the function again.

Notation
--------
place
    The number of an instruction, counted from 0; also its result.
kind
    What an instruction does: the name of a row; ``constant``; a comparison;
    or where a number comes from: ``input`` and ``parameter`` on a recorded
    tape, ``outer`` and ``lane`` in a section of a program.

Leaves out: loops.  A Python loop is unrolled by the time it is on the
tape; :mod:`micrograd.compiler.lanes` finds it again.

Sources: [Griewank2008]_, chapter 4, for the tape; JAX's jaxpr for the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from micrograd.dual import partial
from micrograd.namespaces import to_number
from micrograd.operators import Operators
from micrograd.primitives import PRIMITIVES
from micrograd.rules import Primitive

__all__ = [
    "COMPARISONS",
    "LEAVES",
    "Instruction",
    "Register",
    "Tape",
    "differentiate",
    "row",
]

COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "both": "&"}
KINDS = {symbol: kind for kind, symbol in COMPARISONS.items()}
LEAVES = ("input", "parameter", "constant", "outer", "lane")


class Instruction(NamedTuple):
    """One line of a tape: what is done, to which places, or with what."""

    kind: str
    operands: tuple[int, ...] = ()
    content: Any = None


class Tape(list[Instruction]):
    """Instructions in the order in which they are carried out.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> tape = Tape()
    >>> x = tape.leaf("input", 0)
    >>> y = (x * x).tanh()
    >>> print(tape)
     0  input 0
     1  multiply  0 0
     2  tanh  1
    """

    def write(
        self, kind: str, operands: Sequence[int] = (), content: Any = None
    ) -> Register:
        """Add one instruction; return its result."""
        return self.result(self.add(kind, operands, content))

    def add(
        self, kind: str, operands: Sequence[int] = (), content: Any = None
    ) -> int:
        """Add one instruction; return its place."""
        line = (kind, tuple(operands), content)
        self.append(tuple.__new__(Instruction, line))  # half the time
        return len(self) - 1

    def node(self, primitive: Primitive, *operands: Any) -> Register:
        """Write a row of the table down; a reader's own row goes along."""
        name = primitive.name
        places = [self.register(x).place for x in operands]
        for i, x in enumerate(places):
            if self[x][0] in COMPARISONS and (name, i) != ("where", 0):
                places[i] = self._one_or_zero(x)
        own = None if PRIMITIVES.get(name) is primitive else primitive
        return self.write(name, places, own)

    def _one_or_zero(self, comparison: int) -> int:
        """A comparison as a number, which is what Python's bools are."""
        one = self.add("constant", (), 1.0)
        zero = self.add("constant", (), 0.0)
        return self.add("where", (comparison, one, zero))

    def result(self, place: int) -> Register:
        """What stands for the result of an instruction."""
        return Register(self, place)

    def leaf(self, kind: str, content: Any) -> Register:
        """Add an instruction that fetches a number."""
        return self.write(kind, (), content)

    def register(self, x: Any) -> Register:
        """A result of this tape as it is; a number as a constant."""
        if isinstance(x, Register):
            return x
        number = to_number(x, "recording takes real numbers and Values")
        return self.leaf("constant", number)

    def __str__(self) -> str:
        lines = []
        for place, (kind, operands, content) in enumerate(self):
            plain = content is None or isinstance(content, Primitive)
            about = "" if plain else f" {content}"
            places = " ".join(map(str, operands))
            lines.append(f"{place:>2}  {kind}{about}  {places}".rstrip())
        return "\n".join(lines)


class Register(Operators):
    """The result of one instruction, to be used in further ones."""

    __slots__ = ("place", "tape")

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape = tape
        self.place = place

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        return self.tape.node(primitive, *operands)

    def __compare__(self, symbol: str, other: Any) -> Register:
        return self.compare(KINDS[symbol], other)

    def __and__(self, other: Any) -> Register:
        if not isinstance(other, Register):  # one of Python's bools
            other = self.tape.register(0.0).compare("lt", other)
        return self.compare("both", other)

    __rand__ = __and__

    def compare(self, kind: str, other: Any) -> Register:
        """Write a comparison down; only ``where`` can use the result."""
        other = self.tape.register(other)
        return self.tape.write(kind, (self.place, other.place))


def row(line: Instruction) -> Primitive:
    """The row of the table that a line carries out."""
    own = line.content
    return own if isinstance(own, Primitive) else PRIMITIVES[line.kind]


def differentiate(
    tape: Tape, seeds: dict[int, Register], varies: set[int]
) -> dict[int, Register]:
    """Write the backward pass behind the forward pass.

    Parameters
    ----------
    tape : Tape
        The forward pass; it grows.
    seeds : dict from int to Register
        Gradients of some places, the roots.
    varies : set of int
        The leaves whose gradients are wanted.

    Returns
    -------
    dict from int to Register
        The gradient of every place between the roots and those leaves.
    """
    forward = len(tape)
    varies = set(varies)
    for place in range(forward):
        instruction = tape[place]
        passes_on = instruction.kind not in ("detach", *COMPARISONS)
        if passes_on and varies.intersection(instruction.operands):
            varies.add(place)
    grads: dict[int, Any] = dict(seeds)
    for place in reversed(range(forward)):
        operands = tape[place].operands
        if place not in grads or not operands or place not in varies:
            continue
        rule = row(tape[place])
        result = Register(tape, place)
        numbers = [Register(tape, x) for x in operands]
        for i, x in enumerate(operands):
            if x in varies:
                part, slope = grads[place], partial(rule, i, result, numbers)
                if isinstance(slope, Register) or slope != 1:
                    part = part * slope
                grads[x] = grads[x] + part if x in grads else part
    return {x: tape.register(g) for x, g in grads.items()}
