"""Where a rule finds its functions: floats, IEEE floats, arrays.

A rule of :mod:`micrograd.primitives` is ordinary arithmetic on whatever it
is handed.  Operators (``x * y``) belong to the operands; functions
(``exp``) come from a *namespace*, always called ``xp``.  Read in the
namespace of floats a rule computes, in that of arrays it is vectorised.
Readings that do not compute, such as a ``Value`` that records a graph, are
types of their own, see :mod:`micrograd.operators`.

Notation: ``x, y`` operands; ``xp`` a namespace; ``nan``, ``inf`` as in math.

Leaves out: integers, complex numbers, other precisions than the operand's.

Sources: the array API standard, 2023.12, for the function names; IEEE
754-2019, section 9.2, for values at the edge.
"""

from __future__ import annotations

import math
from numbers import Real
from operator import index

from micrograd.about import TYPE_CHECKING
from micrograd.documentation import documented
from micrograd.errors import NumberError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

inf, nan = math.inf, math.nan

__all__ = [
    "FUNCTIONS",
    "IEEE",
    "Arrays",
    "floats",
    "ieee",
    "to_function",
    "to_number",
]

# What every namespace has, beside abs, where, maximum and minimum.
FUNCTIONS = tuple(
    "exp expm1 log log1p sqrt sin cos tan asin acos atan "
    "sinh cosh tanh asinh acosh atanh erf pow atan2 hypot".split()
)


# --- Plain floats: the fast path ---


@documented
class floats:
    """The functions of a rule on Python floats, straight from :mod:`math`.

    Python raises where IEEE arithmetic has an answer: ``exp(1000)``,
    ``log(0)``, ``1 / 0``.  Nothing here guards against that, because a
    guard would slow every call.  Callers catch ``RAISES`` and read the
    rule once more in :class:`ieee`.

    >>> from micrograd.namespaces import floats
    >>> floats.maximum(1.0, 2.0)
    2.0
    """

    RAISES = (ArithmeticError, ValueError)

    abs = math.fabs

    @staticmethod
    def where(condition: Any, x: float, y: float) -> float:
        return x if condition else y

    @staticmethod
    def maximum(x: float, y: float) -> float:
        return x if x > y or x != x else y  # x != x: nan wins

    @staticmethod
    def minimum(x: float, y: float) -> float:
        return x if x < y or x != x else y


for _name in FUNCTIONS:
    setattr(floats, _name, getattr(math, _name))


# --- IEEE floats: the same numbers, never an exception ---


@documented
class IEEE(float):
    """A float on which every operation has an answer, as in IEEE 754.

    >>> 1 / IEEE(-0.0), IEEE(-8.0) ** 0.5, IEEE(1e200) * 1e200
    (-inf, nan, inf)
    """

    __slots__ = ()

    def __primitive__(self, primitive: Any, *operands: Any) -> Any:
        if not all(map(_plain, operands)):
            return NotImplemented  # a Value among them reads the rule
        return primitive.forward(ieee, *map(IEEE, operands))

    def __truediv__(self, other: Any) -> Any:
        if _plain(other) and other == 0:
            return self * math.copysign(inf, other)  # 0 * inf is nan
        return _ieee(float.__truediv__(self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return IEEE(other) / self

    def __pow__(self, other: Any, modulo: None = None) -> Any:
        if not _plain(other):
            return NotImplemented
        return ieee.pow(self, other)

    def __rpow__(self, other: Any, modulo: None = None) -> Any:
        return ieee.pow(other, self)


def _plain(x: Any) -> bool:
    """Whether it is a number, not what isinstance() takes for one."""
    return issubclass(type(x), (int, float))


def _ieee(x: Any) -> Any:
    return x if x is NotImplemented else IEEE(x)


def _closed(name: str) -> Any:
    """A method of float whose result is an IEEE float again."""
    operator = getattr(float, name)

    def method(self: IEEE, *other: Any) -> Any:
        return _ieee(operator(self, *other))

    return method


for _name in "add radd sub rsub mul rmul neg abs".split():
    setattr(IEEE, f"__{_name}__", _closed(f"__{_name}__"))


POLES: dict[str, dict[float, float]] = {
    "log": {0.0: -inf},
    "log1p": {-1.0: -inf},
    "atanh": {1.0: inf, -1.0: -inf},
}


def _answer(name: str, x: float) -> float:
    """The value of a function at a point where :mod:`math` raises."""
    try:
        return float(getattr(math, name)(x))
    except OverflowError:  # exp, expm1, sinh or cosh of a large number
        return inf if name == "cosh" else math.copysign(inf, x)
    except ValueError:  # outside the domain, or at its border
        return POLES.get(name, {}).get(x, nan)


@documented
class ieee(floats):
    """The functions of a rule on :class:`IEEE` floats.

    >>> from micrograd.namespaces import ieee
    >>> ieee.exp(1000.0), ieee.log(0.0), ieee.log(-1.0)
    (inf, -inf, nan)
    >>> ieee.pow(-0.0, -3.0), ieee.pow(-8.0, 1 / 3)
    (-inf, nan)
    """

    @staticmethod
    def pow(x: float, p: float) -> IEEE:
        try:
            return IEEE(math.pow(x, p))
        except OverflowError:
            size = inf
        except ValueError:
            size = inf if x == 0 else nan
        odd = math.fmod(p, 2) in (1, -1)
        return IEEE(math.copysign(size, x) if odd else size)

    @staticmethod
    def where(condition: Any, x: float, y: float) -> IEEE:
        return IEEE(x if condition else y)


def _safe(name: str) -> Any:
    def function(x: float) -> IEEE:
        return IEEE(_answer(name, x))

    return staticmethod(function)


for _name in FUNCTIONS:
    if _name not in ("pow", "atan2", "hypot"):  # these two never raise
        setattr(ieee, _name, _safe(_name))


# --- Arrays, of whatever library they come from ---


@documented
class Arrays:
    """The functions of a rule on arrays, from the arrays' own library.

    xp : module
        What ``array.__array_namespace__()`` returns.

    >>> import numpy as np
    >>> Arrays(np).erf(np.array([0.0, 1.0])).round(4).tolist()
    [0.0, 0.8427]
    """

    def __init__(self, xp: Any) -> None:
        self.xp = xp

    def __getattr__(self, name: str) -> Any:
        return getattr(self.xp, name)

    def erf(self, x: Any) -> Any:
        """The error function, number by number: no standard has it."""
        flat = [math.erf(v) for v in self.xp.reshape(x, (-1,))]
        return self.xp.reshape(self.xp.asarray(flat), x.shape)


# --- From what users pass to floats ---


@documented
def to_number(x: Any, asked: str, do: str = "") -> float:
    """One real number as a float, or an error that says what came instead.

    x : int, float, NumPy scalar or array without dimensions
        The number.
    asked, do : str
        The first and the last part of the error; the default of the last
        goes by what came.
    returns : float
        The number; a ``NumberError`` is raised if `x` is anything
        else, or an integer too large for a float.

    >>> to_number(3, "lr takes one real number")
    3.0
    """
    if type(x) is float:
        return x
    if not isinstance(x, Real) and getattr(x, "ndim", None) == 0:
        x = x.item()
    if not isinstance(x, Real):
        raise NumberError(asked, described(x), do or _advice(x))
    try:
        return float(x)
    except OverflowError:
        given = f"a number of {int(x).bit_length()} bits"  # type: ignore[call-overload]
        raise NumberError(asked, given, "scale it below 1e308") from None


@documented
def to_function(f: Any, name: str) -> Any:
    """Give `f`, or an ``OptionError`` if it cannot be called.

    f : callable
        The function.
    name : str
        Who takes it.
    returns : callable
        The function.

    >>> to_function(abs, "derivative")(-2.0)
    2.0
    """
    if callable(f):
        return f
    asked = f"{name}() takes a function first"
    raise OptionError(asked, repr(f), "pass the function, not its result")


IN_RANGE = "choose one in that range"


def to_setting(
    x: Any, asked: str, fits: Callable[[float], bool], do: str = IN_RANGE
) -> float:
    """One real number in its range, which nan is never in."""
    number = to_number(x, asked)
    if fits(number):
        return number
    raise OptionError(asked, f"{number}", do)


def to_count(n: Any, name: str, least: int = 1) -> int:
    """A whole number, such as one of steps, points or neurons."""
    asked = f"{name} takes a whole number of at least {least}"
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise NumberError(asked, described(n), "pass an int")
    if n < least:
        raise OptionError(asked, f"{n}", IN_RANGE)
    return index(n)  # one of NumPy's too


def to_choice(
    choice: Any, asked: str, known: Iterable[str], between: str = ", "
) -> None:
    """Refuse a name that is not known; the message lists those that are."""
    if choice not in [*known]:
        asked = f"{asked} {between.join(known)}"
        raise OptionError(asked, repr(choice), "check the spelling")


def to_items(items: Any, asked: str) -> list[Any]:
    """What is in a list, or in anything else that is gone through."""
    if hasattr(items, "__iter__"):
        return list(items)
    raise NumberError(asked, described(items), "pass a list")


def to_generator(rng: Any, asked: str, method: str) -> Any:
    """A random number generator that can do what is needed."""
    if callable(getattr(rng, method, None)):
        return rng
    asked = f"{asked} takes a generator with a method {method}"
    raise OptionError(asked, repr(rng), "for a seed write random.Random(seed)")


def described(x: Any) -> str:
    """What was given, for an error, cut where it is long."""
    text = repr(x)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f"the {type(x).__name__} {text}"


def _advice(x: Any) -> str:
    if isinstance(x, str):
        return "convert text with float(...)"
    if isinstance(x, complex):
        return "use its real and imaginary part as two numbers"
    if hasattr(x, "__iter__") or hasattr(x, "ndim"):
        return "make one Value for each number"
    if hasattr(x, "backward"):
        return "it is a Value already: use it, or its .data for a new leaf"
    return "pass an int or a float"
