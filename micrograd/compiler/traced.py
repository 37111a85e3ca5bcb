"""Traced numbers: operands that write down what is done to them.

A number that is not known yet is an operand like any other.  A row of the
table is arithmetic on its operands; read on traced numbers it writes that
arithmetic down.  So a rule is expanded once, when it is recorded, and
nothing behind the tape knows of rules.  Whatever asks what the number is,
is refused, with the line that asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

from micrograd.compiler.tape import CONDITIONS, Tape, evaluate, refusal
from micrograd.namespaces import FUNCTIONS, to_number
from micrograd.operators import Ground, Operators

__all__ = ["Traced", "Truth", "incoming", "operand", "words"]

def _refused(look: str) -> Any:
    def method(self: Traced, *more: Any) -> Any:
        raise refusal(look)

    return method


def _foreign(operands: Sequence[Any]) -> bool:
    """Whether another reader is to read these, not a traced number."""
    for x in operands:
        if isinstance(x, Operators) and not isinstance(x, Traced):
            return True
    return False


def _binary(operation: str) -> Any:
    """Both orders of an operator; what is no number decides for itself."""

    def method(self: Traced, other: Any) -> Any:
        if not isinstance(other, (Traced, float, int, Real)) and (
            getattr(other, "ndim", 1) != 0
        ):
            return NotImplemented
        return self.write(operation, self, other)

    def reflected(self: Traced, other: Any) -> Any:
        return self.write(operation, other, self)

    return method, reflected


def _word(name: str) -> Any:
    """An operation as a function, of which one operand may be traced."""

    def function(*operands: Any) -> Any:
        for x in operands:
            if isinstance(x, Traced):
                return x.write(name, *operands)
        return evaluate(name, operands)

    return function


def _joined(operation: str) -> Any:
    """Two conditions, one of which Python may know already."""

    def method(self: Traced, other: Any) -> Any:
        for x in (self, other):
            if not isinstance(x, bool) and getattr(x, "dtype", 0) != "bool":
                raise refusal("the bits of a number")
        if operation == "ne":
            return self.write("ne", self, other)
        if type(other) is not Truth:
            known = bool(other) == (operation == "or")
            return other if known else self
        return self.append(Truth, operation, self.place, other.place)

    return method


class Traced(Ground):
    """A number that is not known yet: a line of a tape.

    To ``isinstance()`` it is a float, or a bool, as what it stands for.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> x = incoming(Tape(), 0)
    >>> x * 2 + 1, type(x > 0)
    (Traced(2), <class 'micrograd.compiler.traced.Truth'>)
    """

    __slots__ = ("place", "tape")
    __class__ = float  # type: ignore[assignment]
    tape: Tape
    place: int

    def write(self, operation: str, *operands: Any) -> Any:
        """Write one operation down; of constants alone, compute it."""
        known, places = True, []
        for x in operands:
            place = x.place if type(x) is Traced else operand(x)
            known = known and type(place) is float
            places.append(place)
        if known:
            return evaluate(operation, places)
        kind = Truth if operation in CONDITIONS else Traced
        return self.append(kind, operation, *places)

    def append(self, kind: Any, operation: str, *operands: Any) -> Any:
        """A new line of this tape, and what stands for it."""
        made = kind.__new__(kind)
        made.tape = self.tape
        made.place = self.tape.append(operation, operands)
        return made

    def __primitive__(self, primitive: Any, *operands: Any) -> Any:
        """Expand a row: what it computes is written down."""
        if _foreign(operands):
            return NotImplemented
        return primitive.forward(words, *operands)

    def __total__(self, terms: Sequence[Any]) -> Any:
        return NotImplemented if _foreign(terms) else self.write("sum", *terms)

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("sub")
    __mul__, __rmul__ = _binary("mul")
    __truediv__, __rtruediv__ = _binary("div")
    __pow__, __rpow__ = _binary("pow")
    __lt__, __gt__ = _binary("lt")
    __le__, __ge__ = _binary("le")
    __eq__, __ne__ = _binary("eq")[0], _binary("ne")[0]
    __neg__, __abs__ = _word("neg"), _word("abs")
    __and__ = __rand__ = _joined("and")
    __or__ = __ror__ = _joined("or")
    __xor__ = __rxor__ = _joined("ne")

    def __copy__(self, memo: object = None) -> Traced:
        return self  # a copy of a number that is not known is that number

    __deepcopy__ = __copy__

    def __repr__(self) -> str:
        return f"Traced({self.place})"

    def __getattr__(self, name: str) -> Any:
        """What floats and NumPy's numbers have besides arithmetic."""
        if name in ("real", "item", "conjugate"):
            return self if name == "real" else self.__copy__
        if not name.startswith("_") and hasattr(float, name):
            raise refusal(f"{name} of a number")
        raise AttributeError(name)

    __hash__ = _refused("a number as a key or in a set")


class Truth(Traced):
    """A comparison of numbers that are not known yet."""

    __slots__ = ()
    __class__ = bool


def incoming(tape: Any, which: int, operation: str = "input") -> Traced:
    """A number that an input brings to a tape, or to a section.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> incoming(Tape(), 0).exp()
    Traced(1)
    """
    traced = Traced()
    traced.tape, traced.place = tape, tape.append(operation, (which,))
    return traced


def operand(x: Any) -> Any:
    """A place or a constant; a condition counts as 1 or 0.

    Examples
    --------
    >>> from micrograd.compiler.traced import operand
    >>> operand(2)
    2.0
    """
    if type(x) is Truth:
        x = words.where(x, 1.0, 0.0)
    if isinstance(x, Traced):
        return x.place
    if type(x) is float:
        return x
    return float(to_number(x, "recording takes real numbers and Values"))


# What asks which number it is, by the ending of the method's name.
LOOKS = {
    "float() of a number": "float",
    "int() of a number": "int",
    "an index or a count that is an argument": "index",
    "a choice that depends on a number, such as if": "bool",
    "a number as text": "format str",
    "a number to be saved": "reduce_ex",
    "round() of a number": "round trunc floor ceil",
    "the bits of a number": "invert lshift rlshift rshift rrshift",
    "a remainder": "mod rmod divmod rdivmod floordiv rfloordiv",
}
for _look, _names in LOOKS.items():
    for _name in _names.split():
        setattr(Traced, f"__{_name}__", _refused(_look))


class words:
    """The functions of a rule, each of them written down.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming, words
    >>> words.maximum(incoming(Tape(), 0), 2.0), words.exp(0.0)
    (Traced(4), 1.0)
    """

    abs = staticmethod(abs)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        """A choice; what Python knows already is chosen at once."""
        if not isinstance(condition, Traced):
            return x if condition else y
        # A number counts as true unless it is 0.
        truth = condition if type(condition) is Truth else condition != 0.0
        places = truth.place, operand(x), operand(y)
        return condition.append(Traced, "where", *places)

    @classmethod
    def maximum(cls, x: Any, y: Any) -> Any:
        """The larger; where `x` is not a number it wins."""
        return cls.where(x > y, x, cls.where(x != x, x, y))

    @classmethod
    def minimum(cls, x: Any, y: Any) -> Any:
        """The smaller; where `x` is not a number it wins."""
        return cls.where(x < y, x, cls.where(x != x, x, y))


for _name in FUNCTIONS:
    setattr(words, _name, staticmethod(_word(_name)))
