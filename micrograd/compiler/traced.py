"""Traced numbers: operands that write down what is done to them.

A number that is not known yet is an operand like any other.  A row of the
table is arithmetic on its operands; read on traced numbers it writes that
arithmetic down.  So a rule is expanded once, when it is recorded, and
nothing behind the tape knows of rules.

Whatever asks what the number is, is refused, with the line that asked.

Notation: as in :mod:`micrograd.compiler.tape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

from micrograd.compiler.tape import CONDITIONS, Tape, evaluate, refusal
from micrograd.namespaces import FUNCTIONS, to_number
from micrograd.operators import Ground, Operators

__all__ = ["Traced", "Truth", "incoming", "operand", "words"]

# --- Methods of one kind ---


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
    """Both orders of an operator; other readers decide for themselves."""

    def method(self: Traced, other: Any) -> Any:
        if type(other) is not Traced and _foreign([other]):
            return NotImplemented
        return self.write(operation, self, other)

    def reflected(self: Traced, other: Any) -> Any:
        return self.write(operation, other, self)

    return method, reflected


def _compared(operation: str) -> Any:
    def method(self: Traced, other: Any) -> Any:
        number = isinstance(other, Real) or getattr(other, "ndim", 1) == 0
        if type(other) not in (Traced, Truth) and not number:
            return NotImplemented
        return self.write(operation, self, other)

    return method


def _joined(operation: str) -> Any:
    """Two conditions, one of which Python may know already."""

    def method(self: Traced, other: Any) -> Any:
        if not (_is_condition(self) and _is_condition(other)):
            raise refusal("the bits of a number")
        if operation == "ne":
            return self.write("ne", self, other)
        if type(other) is not Truth:
            known = bool(other) == (operation == "or")
            return other if known else self
        return self.append(Truth, operation, truth(self), truth(other))

    return method


def _is_condition(x: Any) -> bool:
    return isinstance(x, bool) or getattr(x, "dtype", None) == "bool"


# --- Numbers that are not known yet ---


# To isinstance() one is a float, or a bool, as what it stands for.
class Traced(Ground):
    """A number that is not known yet: a line of a tape.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> x = incoming(Tape(), 0)
    >>> x * 2 + 1, type(x > 0)
    (Traced(2), <class 'micrograd.compiler.traced.Truth'>)
    """

    __slots__ = ("place", "tape")
    __hash__ = _refused("a number as a key or in a set")
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
    __eq__, __ne__ = _compared("eq"), _compared("ne")
    __and__ = __rand__ = _joined("and")
    __or__ = __ror__ = _joined("or")
    __xor__ = __rxor__ = _joined("ne")

    def __neg__(self) -> Any:
        return self.write("neg", self)

    def __abs__(self) -> Any:
        return self.write("abs", self)

    def __copy__(self, memo: object = None) -> Traced:
        return self  # a copy of a number that is not known is that number

    __deepcopy__ = __copy__

    def __repr__(self) -> str:
        return f"Traced({self.place})"

    __float__ = _refused("float() of a number")
    __int__ = _refused("int() of a number")
    __index__ = _refused("an index or a count that is an argument")
    __bool__ = _refused("a choice that depends on a number, such as if")
    __round__ = _refused("round() of a number")
    __format__ = __str__ = _refused("a number as text")
    __reduce_ex__ = _refused("a number to be saved")
    __invert__ = __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = (
        _refused("the bits of a number")
    )
    __mod__ = __rmod__ = _refused("a remainder")
    __floordiv__ = __rfloordiv__ = _refused("a quotient without fraction")
    __divmod__ = __rdivmod__ = __mod__
    __trunc__ = __floor__ = __ceil__ = __round__
    __class__ = property(lambda self: float)

    def __getattr__(self, name: str) -> Any:
        """What floats and NumPy's numbers have besides arithmetic."""
        if name in ("real", "item", "conjugate"):
            return self if name == "real" else self.__copy__
        if not name.startswith("_") and hasattr(float, name):
            raise refusal(f"{name} of a number")
        raise AttributeError(name)


class Truth(Traced):
    """A comparison of numbers that are not known yet."""

    __slots__ = ()
    __hash__ = Traced.__hash__
    __class__ = property(lambda self: bool)


def incoming(tape: Tape, which: int) -> Traced:
    """A number that an input brings to a tape.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> incoming(Tape(), 0).exp()
    Traced(1)
    """
    traced = Traced()
    traced.tape, traced.place = tape, tape.append("input", (which,))
    return traced


def truth(x: Traced) -> int:
    """The place of a condition; a number counts as true unless it is 0."""
    return x.place if type(x) is Truth else (x != 0.0).place


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
    return float(to_number(x, "recording takes real numbers and Values"))


# --- The functions of a rule on traced numbers ---


class words:
    """The functions of a rule, each of them written down.

    Examples
    --------
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming, words
    >>> tape = Tape()
    >>> y = words.minimum(incoming(tape, 0), 0.0)
    >>> print(tape)
    0  input 0
    1  lt %0 0.0
    2  ne %0 %0
    3  where %2 %0 0.0
    4  where %1 %0 %3
    """

    abs = staticmethod(abs)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        """A choice; what Python knows already is chosen at once."""
        if not isinstance(condition, Traced):
            return x if condition else y
        operands = truth(condition), operand(x), operand(y)
        return condition.append(Traced, "where", *operands)

    @staticmethod
    def maximum(x: Any, y: Any) -> Any:
        """The larger; where `x` is not a number it wins."""
        return words.where(x > y, x, words.where(x != x, x, y))

    @staticmethod
    def minimum(x: Any, y: Any) -> Any:
        """The smaller; where `x` is not a number it wins."""
        return words.where(x < y, x, words.where(x != x, x, y))


def _word(name: str) -> Any:
    def function(*operands: Any) -> Any:
        for x in operands:
            if isinstance(x, Traced):
                return x.write(name, *operands)
        return evaluate(name, operands)

    return staticmethod(function)


for _name in FUNCTIONS:
    setattr(words, _name, _word(_name))
