"""Which Python operator is which row of the table.

Whatever a rule can be read on, other than plain numbers and arrays, derives
from :class:`Operators` and says in one method, ``__primitive__``, what
reading means: a :class:`~micrograd.Value` records, a dual number carries a
rate of change along, a :class:`~micrograd.source.Source` prints.

Readers nest: a dual number may hold a ``Value``, and a ``Value`` a
:class:`Ground`, which is read in turn.  An operation goes to the outermost
wrapping among its operands; one that is further in returns
``NotImplemented``, and the next operand is asked.  Each reader computes on
what it holds, so an operation passes through all of them.

Leaves out: ``//``, ``%`` and bitwise operators, which have no derivative;
``==``, which stays identity, so that operands can be kept in sets.
"""

from __future__ import annotations

from functools import reduce
from operator import add, ge, gt, le, lt

from micrograd import primitives
from micrograd.about import TYPE_CHECKING
from micrograd.documentation import documented
from micrograd.namespaces import to_number
from micrograd.primitives import PRIMITIVES
from micrograd.recording import state

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Self, TypeVar

    from micrograd.rules import Primitive

    T = TypeVar("T")

__all__ = ["Ground", "Operators", "ground", "total"]

ADD, SUBTRACT = PRIMITIVES["add"], PRIMITIVES["subtract"]
MULTIPLY, DIVIDE = PRIMITIVES["multiply"], PRIMITIVES["divide"]
COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}
POWER, NEGATIVE = PRIMITIVES["power"], PRIMITIVES["negative"]


@documented
class Operators:
    """Arithmetic and named functions, each of them a row of the table.

    >>> from micrograd.operators import Operators
    >>> class Shout(Operators):
    ...     def __primitive__(self, primitive, *operands):
    ...         return primitive.name.upper()
    >>> Shout() + 1, 1 / Shout(), -Shout(), Shout().tanh()
    ('ADD', 'DIVIDE', 'NEGATIVE', 'TANH')
    """

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Self:
        """Read a rule on these operands, of which `self` is one.

        Returns ``NotImplemented`` to leave it to another operand.
        """
        raise NotImplementedError

    def __binary__(self, primitive: Primitive, x: Any, y: Any) -> Self:
        """The same for an operator of two, if that can be done faster."""
        return self.__primitive__(primitive, x, y)

    # --- Arithmetic ---

    def __add__(self, other: Any) -> Self:
        return self.__binary__(ADD, self, other)

    def __radd__(self, other: Any) -> Self:
        return self.__binary__(ADD, other, self)

    def __sub__(self, other: Any) -> Self:
        return self.__binary__(SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Self:
        return self.__binary__(SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Self:
        return self.__binary__(MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Self:
        return self.__binary__(MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Self:
        return self.__binary__(DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Self:
        return self.__binary__(DIVIDE, other, self)

    def __pow__(self, other: Any) -> Self:
        return self.__binary__(POWER, self, other)

    def __rpow__(self, other: Any) -> Self:
        return self.__binary__(POWER, other, self)

    def __neg__(self) -> Self:
        return self.__primitive__(NEGATIVE, self)

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return self.__primitive__(PRIMITIVES["absolute"], self)

    # --- Functions, under PyTorch's names ---

    abs, sign, sqrt = primitives.absolute, primitives.sign, primitives.sqrt
    pow = primitives.power
    exp, expm1 = primitives.exp, primitives.expm1
    log, log1p = primitives.log, primitives.log1p
    logaddexp = primitives.logaddexp
    sin, cos, tan = primitives.sin, primitives.cos, primitives.tan
    asin, acos, atan = primitives.asin, primitives.acos, primitives.atan
    atan2, hypot = primitives.atan2, primitives.hypot
    sinh, cosh, tanh = primitives.sinh, primitives.cosh, primitives.tanh
    asinh, acosh = primitives.asinh, primitives.acosh
    atanh, erf = primitives.atanh, primitives.erf
    sigmoid, softplus = primitives.sigmoid, primitives.softplus
    relu, leaky_relu = primitives.relu, primitives.leaky_relu
    elu, silu, gelu = primitives.elu, primitives.silu, primitives.gelu
    maximum, minimum = primitives.maximum, primitives.minimum

    # --- Comparisons are plain bools of the numbers ---

    def __ground__(self) -> Any:
        """The number alone: a float, or what stands for one."""
        return float(self)

    def __compare__(self, symbol: str, other: Any) -> Any:
        if not isinstance(other, Operators):
            asked = f"{symbol} compares real numbers and Values"
            other = to_number(other, asked)
        return COMPARE[symbol](ground(self), ground(other))

    def __lt__(self, other: Any) -> Any:
        return self.__compare__("<", other)

    def __le__(self, other: Any) -> Any:
        return self.__compare__("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self.__compare__(">", other)

    def __ge__(self, other: Any) -> Any:
        return self.__compare__(">=", other)

    def __bool__(self) -> bool:
        return bool(ground(self) != 0)

    def __format__(self, form: str) -> str:
        return format(float(self), form) if form else str(self)

    def __float__(self) -> float:
        raise NotImplementedError

    def __total__(self, terms: Sequence[Any]) -> Any:
        """A sum of many terms, of which `self` is one, as one operation."""
        return NotImplemented


@documented
class Ground(Operators):
    """What may stand for a float, with nothing of its own to differentiate.

    A ``Value`` or a dual number may hold one in the place of a number.  The
    only kind there is belongs to :mod:`micrograd.compiler`: a number that
    is not known yet.

    >>> from micrograd import Value
    >>> from micrograd.operators import Ground
    >>> class Unknown(Ground):
    ...     def __repr__(self):
    ...         return "?"
    >>> Value(Unknown())
    Value(data=?, grad=0.0)
    """

    __slots__ = ()

    def __ground__(self) -> Any:
        return self


@documented
def ground(x: Any) -> Any:
    """The number in a number, a Value or a dual number.

    x : number or Operators
        The number, with or without a past.
    returns : float or Ground
        The number alone.

    >>> from micrograd import Value
    >>> ground(Value(2.0)), ground(3)
    (2.0, 3.0)
    """
    return x.__ground__() if isinstance(x, Operators) else float(x)


@documented
def total(terms: Iterable[T]) -> T:
    """Add numbers or Values up, from the first to the last.

    The built-in ``sum`` starts from a 0, which is one node more, and since
    Python 3.12 rounds a sum of floats differently from a sum of Values.
    While a function is recorded, many terms are written down as one sum.

    terms : iterable of float or Operators
        What to add up; at least one.
    returns : float or Operators
        The sum.

    >>> total([0.1, 0.2, 0.3])
    0.6000000000000001
    """
    if state.get().witness is None:
        return reduce(add, terms)  # a term made is a term added: no list
    terms = list(terms)
    for reader in terms if len(terms) > 2 else ():
        if isinstance(reader, Operators):
            made: T = reader.__total__(terms)
            if made is not NotImplemented:
                return made
    return reduce(add, terms)
