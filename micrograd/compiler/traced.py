"""Traced numbers: operands that write down what is done to them.

A row of the table is arithmetic on its operands; read on numbers that are
not known yet, it writes that arithmetic down.  So nothing behind the tape
knows of rules.  What asks which number it is, is refused with its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

from micrograd.compiler.tape import CONDITIONS, refusal
from micrograd.documentation import documented
from micrograd.namespaces import FUNCTIONS, IEEE, ieee, to_number
from micrograd.operators import Ground, Operators

__all__ = ["CLASS", "Traced", "Truth", "Whole", "operand", "words"]

def _refused(look: str) -> Any:
    def method(self: Traced, *more: Any) -> Any:
        raise refusal(look)

    return method


def _binary(operation: str) -> Any:
    """Both orders of an operator; what is no number decides for itself."""

    def method(self: Traced, other: Any, back: bool = False) -> Any:
        if type(other) is Traced:
            other = other.place
        elif type(other) is not float:
            if not isinstance(other, Real) and getattr(other, "ndim", 1) != 0:
                return NotImplemented
            other = operand(other)
        pair = (other, self.place) if back else (self.place, other)
        made = Truth if operation in CONDITIONS else Traced
        return made(self.tape, operation, *pair)

    def reflected(self: Traced, other: Any) -> Any:
        return method(self, other, back=True)

    return method, reflected


def _word(name: str) -> Any:
    """An operation as a function, of which one operand may be traced."""
    known: Any = getattr(ieee, name, None)

    def function(*operands: Any) -> Any:
        for x in operands:
            if isinstance(x, Traced):
                return x.write(name, *operands)
        return float(known(*map(IEEE, operands)))

    return function


def _joined(operation: str) -> Any:
    """Of conditions, which are 1 or 0."""

    def method(self: Traced, other: Any) -> Any:
        for x in (self, other):
            if not isinstance(x, bool) and getattr(x, "dtype", 0) != "bool":
                raise refusal("the bits of a number")
        return self.write(operation, self, other) != 0.0

    return method


@documented
class Traced(Ground):
    """A number that is not known yet: a line of a tape.

    To ``isinstance()`` it is a float.

    >>> from micrograd.compiler.tape import Tape
    >>> x = Traced(Tape(), "input", 0)
    >>> x * 2 + 1, type(x > 0).__name__
    (Traced(2), 'Truth')
    """

    __slots__ = ("place", "tape")
    __class__ = float  # type: ignore[assignment]

    def __init__(self, tape: Any, operation: str, *operands: Any) -> None:
        """Write one line on a tape, or in a section; stand for its result."""
        self.tape = tape
        self.place = tape.append(operation, operands)

    def write(self, operation: str, *operands: Any) -> Any:
        """Write one operation down; what stands for its result."""
        made = Truth if operation in CONDITIONS else Traced
        return made(self.tape, operation, *map(operand, operands))

    def __primitive__(self, primitive: Any, *operands: Any) -> Any:
        """Expand a row: what it computes is written down."""
        if _are_others(operands):
            return NotImplemented
        return primitive.forward(words, *operands)

    def __total__(self, terms: Sequence[Any]) -> Any:
        others = _are_others(terms)
        return NotImplemented if others else self.write("sum", *terms)

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("sub")
    __mul__, __rmul__ = _binary("mul")
    __truediv__, __rtruediv__ = _binary("div")
    __pow__, __rpow__ = _binary("pow")
    __lt__, __gt__ = _binary("lt")
    __le__, __ge__ = _binary("le")
    __eq__, __ne__ = _binary("eq")[0], _binary("ne")[0]
    __neg__, __abs__ = _word("neg"), _word("abs")
    __and__ = __rand__ = _joined("mul")
    __or__ = __ror__ = _joined("add")
    __xor__ = __rxor__ = _joined("ne")

    def __copy__(self, memo: object = None) -> Traced:
        return self  # a copy of a number that is not known is that number

    __deepcopy__ = __copy__

    def __repr__(self) -> str:
        return f"Traced({self.place})"

    def __getattr__(self, name: str) -> Any:
        """What ints, floats and NumPy's numbers have besides arithmetic."""
        if name in ("real", "item", "conjugate"):
            return self if name == "real" else self.__copy__
        if not name.startswith("_") and hasattr(self.__class__, name):
            raise refusal(f"{name} of a number")
        raise AttributeError(f"'float' object has no attribute {name!r}")

    __hash__ = _refused("a number as a key or in a set")


class Truth(Traced):
    """A comparison of numbers that are not known yet: 1 or 0."""

    __slots__ = ()
    __class__ = bool


Whole = type("Whole", (Traced,), {"__slots__": (), "__class__": int})  # given
CLASS: Any = vars(object)["__class__"]  # what a thing is, whatever it says
TRACED = {Traced, Truth, Whole}
USUAL = {*TRACED, float, int}


def _are_others(operands: Sequence[Any]) -> bool:
    """Whether readers of another kind are among them, who come first."""
    kinds = {*map(type, operands)}
    return not kinds <= USUAL and any(
        issubclass(kind, Operators) for kind in kinds - TRACED
    )


@documented
def operand(x: Any) -> Any:
    """A place or a constant.

    >>> operand(2)
    2.0
    """
    if isinstance(x, Traced):
        return x.place
    if type(x) is float:
        return x
    return to_number(x, "recording takes real numbers and Values")


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


@documented
class words:
    """The functions of a rule, each of them written down.

    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import Traced, words
    >>> words.maximum(Traced(Tape(), "input", 0), 2.0), words.exp(0.0)
    (Traced(4), 1.0)
    """

    abs = staticmethod(abs)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        """A choice; what Python knows already is chosen at once."""
        if not isinstance(condition, Traced):
            return x if condition else y
        return condition.write("where", condition, x, y)

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
