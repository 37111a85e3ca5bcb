"""Which Python operator is which row of the table.

Whatever a rule can be read on, other than plain numbers and arrays, derives
from :class:`Operators` and says in one method, ``__primitive__``, what
reading means: a :class:`~micrograd.Value` records, a dual number carries a
rate of change along, a :class:`~micrograd.source.Source` prints.

Notation: ``x`` an operand, ``other`` whatever stands beside it.

Leaves out: ``//``, ``%`` and bitwise operators, which have no derivative;
``==``, which stays identity, so that operands can be kept in sets.
"""

from __future__ import annotations

from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Self

from micrograd import primitives
from micrograd.namespaces import to_number
from micrograd.primitives import PRIMITIVES

if TYPE_CHECKING:
    from micrograd.rules import Primitive

__all__ = ["Operators"]

ADD, SUBTRACT = PRIMITIVES["add"], PRIMITIVES["subtract"]
MULTIPLY, DIVIDE = PRIMITIVES["multiply"], PRIMITIVES["divide"]
COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}
POWER, NEGATIVE = PRIMITIVES["power"], PRIMITIVES["negative"]


class Operators:
    """Arithmetic and named functions, each of them a row of the table.

    Examples
    --------
    >>> from micrograd.operators import Operators
    >>> class Shout(Operators):
    ...     def __primitive__(self, primitive, *operands):
    ...         return primitive.name.upper()
    >>> Shout() + 1, 1 / Shout(), -Shout(), Shout().tanh()
    ('ADD', 'DIVIDE', 'NEGATIVE', 'TANH')
    """

    __slots__ = ()
    __array_ufunc__ = None  # so that ndarray * x comes to x.__rmul__

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Self:
        """Read a rule on these operands, of which `self` is one.

        Returns ``NotImplemented`` to leave it to another operand.
        """
        raise NotImplementedError

    # --- Arithmetic ---

    def __add__(self, other: Any) -> Self:
        return self.__primitive__(ADD, self, other)

    def __radd__(self, other: Any) -> Self:
        return self.__primitive__(ADD, other, self)

    def __sub__(self, other: Any) -> Self:
        return self.__primitive__(SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Self:
        return self.__primitive__(SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Self:
        return self.__primitive__(MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Self:
        return self.__primitive__(MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Self:
        return self.__primitive__(DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Self:
        return self.__primitive__(DIVIDE, other, self)

    def __pow__(self, other: Any) -> Self:
        return self.__primitive__(POWER, self, other)

    def __rpow__(self, other: Any) -> Self:
        return self.__primitive__(POWER, other, self)

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

    def __compare__(self, symbol: str, other: Any) -> Any:
        return COMPARE[symbol](float(self), _number(other, symbol))

    def __lt__(self, other: Any) -> Any:
        return self.__compare__("<", other)

    def __le__(self, other: Any) -> Any:
        return self.__compare__("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self.__compare__(">", other)

    def __ge__(self, other: Any) -> Any:
        return self.__compare__(">=", other)

    def __bool__(self) -> bool:
        return float(self) != 0

    def __format__(self, form: str) -> str:
        return format(float(self), form) if form else str(self)

    def __float__(self) -> float:
        raise NotImplementedError


def _number(x: Any, symbol: str) -> float:
    if isinstance(x, Operators):
        return float(x)
    return to_number(x, f"{symbol} compares real numbers and Values")
