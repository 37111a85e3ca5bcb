"""The tape: what a function computed, as a list of a few operations.

A number that is not known yet, a :class:`Traced`, is an operand like any
other.  A row of the table, ours or a reader's, is arithmetic on its
operands; read on traced numbers it writes that arithmetic down.  So a rule
is expanded once, when it is recorded, and nothing behind the tape knows of
rules: whoever reads a tape needs a word for each of some thirty operations,
most of them functions of the C library, and no more.

Notation
--------
place
    Which line of the tape, counted from 0; it stands for its result.
operand
    An int is a place, a float is a constant.

Leaves out: loops, which are unrolled by the time they are recorded, and
found again by :mod:`micrograd.compiler.lanes`; derivatives, since what the
engine does to compute them is recorded like everything else.

Sources: [Griewank2008]_, chapter 4, for the tape; JAX's jaxpr for the form.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from micrograd.errors import GraphSizeError, RecordingError
from micrograd.namespaces import FUNCTIONS, IEEE, ieee, to_number
from micrograd.operators import Ground, Operators

__all__ = ["CONDITIONS", "OPERATIONS", "Tape", "Traced", "evaluate", "words"]

PACKAGE = __name__.partition(".")[0]
LARGEST = 20_000_000  # lines; each takes some hundred bytes

# --- The operations ---

OPERATIONS: dict[str, Any] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "abs": abs,
    "sum": lambda *terms: reduce(operator.add, terms),
    "lt": operator.lt,
    "le": operator.le,
    "eq": operator.eq,
    "ne": operator.ne,
    "and": operator.and_,
    "or": operator.or_,
    "where": ieee.where,
    **{name: getattr(ieee, name) for name in FUNCTIONS},
}
CONDITIONS = {"lt", "le", "eq", "ne", "and", "or"}


def evaluate(operation: str, numbers: Sequence[float]) -> float:
    """Carry out one operation on numbers, as IEEE 754 does.

    Parameters
    ----------
    operation : str
        One of ``OPERATIONS``.
    numbers : sequence of float
        Its operands.

    Returns
    -------
    float
        The result.

    Examples
    --------
    >>> from micrograd.compiler.tape import evaluate
    >>> evaluate("sum", [1.0, 2.0, 4.0]), evaluate("div", [1.0, 0.0])
    (7.0, inf)
    """
    return float(OPERATIONS[operation](*map(IEEE, numbers)))


# --- The tape ---


class Tape:
    """Operations in the order in which they were carried out.

    Attributes
    ----------
    operations : list of str
        For each line its operation, or ``input``.
    operands : list of tuple
        For each line its operands; of an input, which one it is.

    Examples
    --------
    >>> from micrograd import sigmoid
    >>> from micrograd.compiler.tape import Tape
    >>> tape = Tape()
    >>> x = tape.input(0)
    >>> y = x * x + 1
    >>> print(tape)
    0  input 0
    1  mul %0 %0
    2  add %1 1.0
    """

    def __init__(self) -> None:
        self.operations: list[str] = []
        self.operands: list[tuple[Any, ...]] = []
        self.limit = LARGEST
        self.seen = ""  # where line `limit` was written

    def __len__(self) -> int:
        return len(self.operations)

    def __str__(self) -> str:
        width = len(str(max(len(self) - 1, 0)))
        return "\n".join(
            f"{place:>{width}}  {self.line(place)}"
            for place in range(len(self))
        )

    def line(self, place: int) -> str:
        """One line as text, for people and for comparisons."""
        operation, operands = self.operations[place], self.operands[place]
        if operation == "input":
            return f"input {operands[0]}"
        named = (f"%{x}" if type(x) is int else repr(x) for x in operands)
        return " ".join((operation, *named))

    def input(self, which: int) -> Traced:
        """Write a line that fetches a number."""
        return self._append(Traced, "input", (which,))

    def write(self, operation: str, *operands: Any) -> Any:
        """Write one operation down; of constants alone, compute it."""
        known = True
        places = []
        for x in operands:
            if type(x) is Traced:
                places.append(x.place)
                known = False
            elif type(x) is float:
                places.append(x)
            else:
                places.append(self._operand(x))
                known = known and type(places[-1]) is not int
        if known:
            return evaluate(operation, places)
        kind = Truth if operation in CONDITIONS else Traced
        return self._append(kind, operation, tuple(places))

    def choose(self, condition: Any, x: Any, y: Any) -> Any:
        """Write a choice down; a number counts as true unless it is 0."""
        if not isinstance(condition, Traced):
            return x if condition else y
        if type(condition) is Traced:
            condition = condition != 0.0
        places = condition.place, self._operand(x), self._operand(y)
        return self._append(Traced, "where", places)

    def both(self, operation: str, x: Any, y: Any) -> Any:
        """Write down that two conditions hold, or that one does."""
        if not isinstance(y, Traced):
            return y if bool(y) == (operation == "or") else x
        places = tuple([
            c.place if type(c) is Truth else (c != 0.0).place for c in (x, y)
        ])
        return self._append(Truth, operation, places)

    def _append(self, kind: Any, operation: str, operands: Any) -> Any:
        place = len(self.operations)
        if place >= self.limit:
            self._at_limit(place)
        self.operations.append(operation)
        self.operands.append(operands)
        traced = kind.__new__(kind)
        traced.tape, traced.place = self, place
        return traced

    def _operand(self, x: Any) -> Any:
        """A place or a constant; a condition counts as 1 or 0."""
        if type(x) is Truth:
            return self.choose(x, 1.0, 0.0).place
        if isinstance(x, Traced):
            return x.place
        return to_number(x, "recording takes real numbers and Values")

    def _at_limit(self, place: int) -> None:
        if place >= LARGEST:
            raise GraphSizeError(
                f"compile records up to {LARGEST:,} operations",
                "more",
                "compile one pass of the loop, and loop outside",
            )
        self.seen, self.limit = position(), LARGEST


# --- Numbers that are not known yet ---


def _binary(operation: str) -> Any:
    """Both orders of an operator; other readers decide for themselves."""

    def method(self: Traced, other: Any) -> Any:
        if isinstance(other, Operators) and not isinstance(other, Traced):
            return NotImplemented
        return self.tape.write(operation, self, other)

    def reflected(self: Traced, other: Any) -> Any:
        return self.tape.write(operation, other, self)

    return method, reflected


def _refused(look: str) -> Any:
    def method(self: Traced, *more: Any) -> Any:
        raise refusal(look)

    return method


class Traced(Ground):
    """A number that is not known yet: a line of a tape.

    Whatever asks what the number is, is refused.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> x = Tape().input(0)
    >>> x * 2 + 1
    Traced(2)
    """

    __slots__ = ("place", "tape")
    __hash__ = object.__hash__
    tape: Tape
    place: int

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("sub")
    __mul__, __rmul__ = _binary("mul")
    __truediv__, __rtruediv__ = _binary("div")
    __pow__, __rpow__ = _binary("pow")
    __lt__, __gt__ = _binary("lt")
    __le__, __ge__ = _binary("le")

    def __primitive__(self, primitive: Any, *operands: Any) -> Any:
        """Expand a row: what it computes is written down."""
        for x in operands:
            if isinstance(x, Operators) and not isinstance(x, Traced):
                return NotImplemented
        return primitive.forward(words, *operands)

    def __total__(self, terms: Sequence[Any]) -> Any:
        for x in terms:
            if isinstance(x, Operators) and not isinstance(x, Traced):
                return NotImplemented
        return self.tape.write("sum", *terms)

    def __neg__(self) -> Any:
        return self.tape.write("neg", self)

    def __abs__(self) -> Any:
        return self.tape.write("abs", self)

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, (Traced, int, float)):
            return NotImplemented
        return self.tape.write("eq", self, other)

    def __ne__(self, other: object) -> Any:
        if not isinstance(other, (Traced, int, float)):
            return NotImplemented
        return self.tape.write("ne", self, other)

    def __and__(self, other: Any) -> Any:
        return self.tape.both("and", self, other)

    def __or__(self, other: Any) -> Any:
        return self.tape.both("or", self, other)

    __rand__, __ror__ = __and__, __or__

    # A copy of a number that is not known is that number.
    def __copy__(self) -> Traced:
        return self

    def __deepcopy__(self, memo: object) -> Traced:
        return self

    def __repr__(self) -> str:
        return f"Traced({self.place})"

    __float__ = _refused("float() of a number")
    __int__ = _refused("int() of a number")
    __index__ = _refused("an index or a count that is an argument")
    __bool__ = _refused("a choice that depends on a number, such as if")
    __round__ = _refused("round() of a number")
    __format__ = _refused("a number as text")
    __reduce_ex__ = _refused("a number to be saved")


class Truth(Traced):
    """A comparison of numbers that are not known yet."""

    __slots__ = ()
    __hash__ = object.__hash__


# --- What is refused ---


def refusal(given: str) -> RecordingError:
    """An error that names the line of the user's function.

    Parameters
    ----------
    given : str
        What looked at a number.

    Returns
    -------
    RecordingError
        To be raised.
    """
    return RecordingError(
        "a compiled function runs again on other numbers, so it must not "
        "depend on what they are",
        f"{given}, {position()}",
        "use where, relu, maximum or minimum, or leave this to plain Python",
    )


def position() -> str:
    """Say which line, outside of this package, is being carried out."""
    frame = sys._getframe(1)  # noqa: SLF001 - no other way to the line
    while frame.f_back and _ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    code, file = frame.f_code, Path(frame.f_code.co_filename)
    place = f"line {frame.f_lineno} in {code.co_name}"
    return f"{place} of {file.name}" if file.exists() else place


def _ours(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE


# --- The functions of a rule on traced numbers ---


class words:  # noqa: N801 - a namespace, as floats is
    """The functions of a rule, each of them written down.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape, words
    >>> tape = Tape()
    >>> y = words.maximum(tape.input(0), 0.0)
    >>> print(tape)
    0  input 0
    1  lt 0.0 %0
    2  ne %0 %0
    3  where %2 %0 0.0
    4  where %1 %0 %3
    """

    abs = staticmethod(abs)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        if isinstance(condition, Traced):
            return condition.tape.choose(condition, x, y)
        return x if condition else y

    @staticmethod
    def maximum(x: Any, y: Any) -> Any:  # where x is not a number it wins
        return words.where(x > y, x, words.where(x != x, x, y))

    @staticmethod
    def minimum(x: Any, y: Any) -> Any:
        return words.where(x < y, x, words.where(x != x, x, y))


def _word(name: str) -> Any:
    def function(*operands: Any) -> Any:
        for x in operands:
            if isinstance(x, Traced):
                return x.tape.write(name, *operands)
        return evaluate(name, operands)

    return staticmethod(function)


for _name in FUNCTIONS:
    setattr(words, _name, _word(_name))
