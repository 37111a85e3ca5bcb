r"""THE table: every elementwise primitive, its partials, domain and kinks.

One row is one documented function and, for each argument, one partial
derivative written in terms of the result and the arguments::

    @elementwise(lambda y, x: 1 - y * y, domain=[(-3, 3)])
    def tanh(xp, x):
        return xp.tanh(x)

Everything else is a different way of reading it.  On floats the row
computes; on ``Value`` objects it records a graph, and because a partial is
ordinary arithmetic too, a partial read on ``Value`` objects is a graph
again: second derivatives are free.  On arrays the row is vectorised, on
names it prints its source.

A function earns a row if it cannot be composed from other rows, or if
composing it would lose accuracy or a defined derivative.

Notation: `x, y, p` the arguments; the result, already computed, is `y` of
one argument and `z` of several; `xp` the namespace that a row is read in, see
:mod:`micrograd.namespaces`.

Partials are straight-line arithmetic: no ``if``, no ``==``, only operators,
comparisons and functions of this table.  At kinks and ties they give what
PyTorch gives; each row lists where (``kinks``, ``special``).

Leaves out: functions of whole lists (:mod:`micrograd.functions`).

Sources: [Griewank2008]_ for the elementary partials; PyTorch's
``derivatives.yaml`` for the conventions at kinks and ties.
"""

from __future__ import annotations

from math import inf, pi

from micrograd.about import TYPE_CHECKING
from micrograd.rules import elementwise

if TYPE_CHECKING:
    from typing import Any

    from micrograd.rules import Primitive

SQRT_2, SQRT_PI = 2**0.5, pi**0.5


# --- Arithmetic ---


@elementwise(
    lambda z, x, y: 1.0,
    lambda z, x, y: 1.0,
    domain=[(-3, 3), (-3, 3)], symbol="+",
)
def add(xp, x, y):
    """Sum, :math:`z = x + y`.

    >>> add(2.0, 3.0)
    5.0
    """
    return x + y


@elementwise(
    lambda z, x, y: 1.0,
    lambda z, x, y: -1.0,
    domain=[(-3, 3), (-3, 3)], torch="sub", symbol="-",
)
def subtract(xp, x, y):
    """Difference, :math:`z = x - y`.

    >>> subtract(2.0, 3.0)
    -1.0
    """
    return x - y


@elementwise(
    lambda z, x, y: y,
    lambda z, x, y: x,
    domain=[(-3, 3), (-3, 3)], torch="mul", symbol="*",
)
def multiply(xp, x, y):
    """Product, :math:`z = x y`.

    >>> multiply(2.0, 3.0)
    6.0
    """
    return x * y


@elementwise(
    lambda z, x, y: 1 / y,
    lambda z, x, y: -z / y,
    domain=[(-3, 3), (0.5, 3)], torch="div", symbol="/",
)
def divide(xp, x, y):
    """Quotient, :math:`z = x / y`.

    >>> divide(1.0, 4.0), divide(1.0, 0.0)
    (0.25, inf)
    """
    return x / y


def _by_base(z: Any, x: Any, p: Any) -> Any:
    """`p * x**(p - 1)`; 0 where `p` is 0 and `x`, too, or where it is nan."""
    origin = (abs(p) <= 0) & (where(abs(x) > 0, 1.0, 0.0) <= 0)
    # The exponent is kept from -1 there, whose pole would make nan of 0 times
    # infinity, in derivatives by x of this partial too.  By p there are none,
    # and hypot has none.
    slope = where(origin, hypot(where(origin, p, 1.0), 0.0), p)
    return slope * power(x, where(origin, 0.0, p - 1))


@elementwise(
    _by_base,
    lambda z, x, p: where((abs(x) <= 0) & (p >= 0), 0, z * log(x)),
    unselected={0: lambda z, x, p: abs(p) <= 0},
    domain=[(0.5, 2), (-2, 2)], torch="pow", symbol="**",
    special=[(-2, -3), (-2, 0.5), (0, 0.5), (4, 0.5), (10, 400), (-10, 309)],
)
def power(xp, x, p):
    """Power, :math:`z = x^p`; of a negative `x` only integer powers.

    >>> power(2.0, 3.0), power(-8.0, 0.5)
    (8.0, nan)
    """
    return xp.pow(x, p)


@elementwise(lambda y, x: -1.0, domain=[(-3, 3)], torch="neg", symbol="neg")
def negative(xp, x):
    """Change of sign, :math:`y = -x`.

    >>> negative(2.0)
    -2.0
    """
    return -x


@elementwise(
    lambda y, x: sign(x),
    domain=[(0.5, 3)], torch="abs", symbol="abs", kinks=[0],
)
def absolute(xp, x):
    """Distance from zero, :math:`y = |x|`; the derivative at 0 is 0.

    >>> absolute(-2.0)
    2.0
    """
    return abs(x)


@elementwise(
    lambda y, x: 0.0,
    unselected={0: lambda y, x: True},
    domain=[(0.5, 3)], kinks=[0],
)
def sign(xp, x):
    """Sign, -1, 0 or 1; its derivative is 0 everywhere.

    >>> sign(-2.0), sign(0.0)
    (-1.0, 0.0)
    """
    return xp.where(x > 0, 1.0, xp.where(x < 0, -1.0, 0.0))


# --- Exponentials and logarithms ---


@elementwise(lambda y, x: y, domain=[(-3, 3)])
def exp(xp, x):
    r"""Exponential, :math:`y = e^x`.

    >>> exp(0.0), exp(1000.0)
    (1.0, inf)
    """
    return xp.exp(x)


@elementwise(lambda y, x: y + 1, domain=[(-3, 3)])
def expm1(xp, x):
    r"""Exponential less one, :math:`y = e^x - 1`, exact for small `x`.

    >>> expm1(1e-20)
    1e-20
    """
    return xp.expm1(x)


@elementwise(lambda y, x: 1 / x, domain=[(0.2, 5)])
def log(xp, x):
    r"""Natural logarithm, :math:`y = \ln x`.

    >>> log(1.0), log(0.0), log(-1.0)
    (0.0, -inf, nan)
    """
    return xp.log(x)


@elementwise(lambda y, x: 1 / (1 + x), domain=[(-0.5, 5)])
def log1p(xp, x):
    r"""Logarithm of one more, :math:`y = \ln(1 + x)`.

    >>> log1p(1e-20)
    1e-20
    """
    return xp.log1p(x)


@elementwise(
    lambda z, x, y: sigmoid(x - y),
    lambda z, x, y: sigmoid(y - x),
    domain=[(-3, 3), (-3, 3)],
)
def logaddexp(xp, x, y):
    r"""Logarithm of a sum, :math:`z = \ln(e^x + e^y)`, without overflow.

    >>> logaddexp(1000.0, 1000.0)
    1000.6931471805599
    """
    gap = xp.where(x == y, 0.0, x - y)  # inf - inf would be nan
    return xp.maximum(x, y) + xp.log1p(xp.exp(-abs(gap)))


@elementwise(lambda y, x: 1 / (2 * y), domain=[(0.2, 5)])
def sqrt(xp, x):
    r"""Square root, :math:`y = \sqrt x`.

    >>> sqrt(9.0), sqrt(-1.0)
    (3.0, nan)
    """
    return xp.sqrt(x)


# --- Circular functions ---


@elementwise(lambda y, x: cos(x), domain=[(-6, 6)])
def sin(xp, x):
    r"""Sine, :math:`y = \sin x`, of an angle in radians.

    >>> sin(0.0)
    0.0
    """
    return xp.sin(x)


@elementwise(lambda y, x: -sin(x), domain=[(-6, 6)])
def cos(xp, x):
    r"""Cosine, :math:`y = \cos x`, of an angle in radians.

    >>> cos(0.0)
    1.0
    """
    return xp.cos(x)


@elementwise(lambda y, x: 1 + y * y, domain=[(-1.2, 1.2)])
def tan(xp, x):
    r"""Tangent, :math:`y = \tan x`, of an angle in radians.

    >>> tan(0.0)
    0.0
    """
    return xp.tan(x)


@elementwise(lambda y, x: 1 / sqrt(1 - x * x), domain=[(-0.9, 0.9)])
def asin(xp, x):
    r"""Inverse sine, :math:`y = \arcsin x`, in radians.

    >>> asin(0.0), asin(2.0)
    (0.0, nan)
    """
    return xp.asin(x)


@elementwise(lambda y, x: -1 / sqrt(1 - x * x), domain=[(-0.9, 0.9)])
def acos(xp, x):
    r"""Inverse cosine, :math:`y = \arccos x`, in radians.

    >>> acos(1.0)
    0.0
    """
    return xp.acos(x)


@elementwise(lambda y, x: 1 / (1 + x * x), domain=[(-4, 4)])
def atan(xp, x):
    r"""Inverse tangent, :math:`y = \arctan x`, in radians.

    >>> atan(0.0)
    0.0
    """
    return xp.atan(x)


def _over_square(x: Any, h: Any) -> Any:
    """`x / h**2` where the square would underflow; 0 at the origin."""
    h = where(h <= 0, inf, h)
    return x / h / h


@elementwise(
    lambda z, y, x: _over_square(x, hypot(x, y)),
    lambda z, y, x: -_over_square(y, hypot(x, y)),
    domain=[(0.5, 3), (-3, 3)],
)
def atan2(xp, y, x):
    r"""Angle of the point `(x, y)`, :math:`z = \arctan(y / x)`.

    >>> atan2(0.0, 1.0)
    0.0
    """
    return xp.atan2(y, x)


@elementwise(
    lambda z, x, y: x / z,
    lambda z, x, y: y / z,
    domain=[(0.5, 3), (0.5, 3)],
)
def hypot(xp, x, y):
    r"""Length of a vector, :math:`z = \sqrt{x^2 + y^2}`.

    >>> hypot(3.0, 4.0)
    5.0
    """
    return xp.hypot(x, y)


# --- Hyperbolic functions ---


@elementwise(lambda y, x: cosh(x), domain=[(-3, 3)])
def sinh(xp, x):
    r"""Hyperbolic sine, :math:`y = \sinh x`.

    >>> sinh(0.0), sinh(-1000.0)
    (0.0, -inf)
    """
    return xp.sinh(x)


@elementwise(lambda y, x: sinh(x), domain=[(-3, 3)])
def cosh(xp, x):
    r"""Hyperbolic cosine, :math:`y = \cosh x`.

    >>> cosh(0.0), cosh(-1000.0)
    (1.0, inf)
    """
    return xp.cosh(x)


@elementwise(lambda y, x: 1 - y * y, domain=[(-3, 3)])
def tanh(xp, x):
    r"""Hyperbolic tangent, :math:`y = \tanh x`.

    >>> tanh(0.0), tanh(1000.0)
    (0.0, 1.0)
    """
    return xp.tanh(x)


@elementwise(lambda y, x: 1 / sqrt(x * x + 1), domain=[(-4, 4)])
def asinh(xp, x):
    r"""Inverse hyperbolic sine, :math:`y = \operatorname{arsinh} x`.

    >>> asinh(0.0)
    0.0
    """
    return xp.asinh(x)


@elementwise(lambda y, x: 1 / sqrt(x * x - 1), domain=[(1.2, 5)])
def acosh(xp, x):
    r"""Inverse hyperbolic cosine, :math:`y = \operatorname{arcosh} x`.

    >>> acosh(1.0), acosh(0.0)
    (0.0, nan)
    """
    return xp.acosh(x)


@elementwise(lambda y, x: 1 / (1 - x * x), domain=[(-0.9, 0.9)])
def atanh(xp, x):
    r"""Inverse hyperbolic tangent, :math:`y = \operatorname{artanh} x`.

    >>> atanh(0.0), atanh(1.0)
    (0.0, inf)
    """
    return xp.atanh(x)


# --- Activations ---


@elementwise(lambda y, x: 2 / SQRT_PI * exp(-x * x), domain=[(-2, 2)])
def erf(xp, x):
    r"""Error function, :math:`y = 2 / \sqrt\pi \int_0^x e^{-t^2} dt`.

    >>> erf(0.0)
    0.0
    """
    return xp.erf(x)


@elementwise(lambda y, x: y * (1 - y), domain=[(-5, 5)])
def sigmoid(xp, x):
    r"""Logistic function, :math:`y = 1 / (1 + e^{-x})`.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    e = xp.exp(-abs(x))  # at most 1, so nothing overflows
    return xp.where(x >= 0, 1.0, e) / (1 + e)


@elementwise(
    lambda y, x: sigmoid(x),
    domain=[(-5, 5)], torch="logaddexp(x, zeros_like(x))",
)
def softplus(xp, x):
    r"""Smooth ramp, :math:`y = \ln(1 + e^x)`.

    >>> softplus(1000.0), softplus(-1000.0)
    (1000.0, 0.0)
    """
    return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-abs(x)))


@elementwise(
    lambda y, x: where(x <= 0, 0.0, 1.0),
    unselected={0: lambda y, x: x <= 0},
    domain=[(0.5, 3)], kinks=[0],
)
def relu(xp, x):
    r"""Ramp, :math:`y = \max(x, 0)`; the derivative at 0 is 0.

    >>> relu(2.0), relu(-2.0)
    (2.0, 0.0)
    """
    return xp.maximum(x, 0.0)


@elementwise(
    lambda z, x, s: where(x > 0, 1.0, s),
    lambda z, x, s: where(x > 0, 0.0, x),
    unselected={1: lambda z, x, s: x > 0},
    domain=[(0.5, 3), (0.01, 0.3)], kinks=[0],
    torch="nn.functional.leaky_relu",
)
def leaky_relu(xp, x, negative_slope=0.01):
    r"""Ramp with a slope on the left, the default as in PyTorch.

    >>> leaky_relu(-2.0), leaky_relu(-2.0, 0.5)
    (-0.02, -1.0)
    """
    return xp.where(x > 0, x, negative_slope * x)


@elementwise(
    lambda z, x, a: where(x <= 0, a * exp(where(x < 0, x, 0.0)), 1.0),
    lambda z, x, a: where(x > 0, 0.0, expm1(where(x <= 0, x, 0.0))),
    unselected={1: lambda z, x, a: where(x < 0, 0.0, 1.0)},
    domain=[(-3, -0.5), (0.5, 2)], torch="nn.functional.elu", kinks=[0],
)
def elu(xp, x, alpha=1.0):
    r"""Exponential linear unit, :math:`\alpha (e^x - 1)` left of zero.

    >>> elu(2.0), elu(-1000.0)
    (2.0, -1.0)
    """
    return xp.where(x < 0, alpha * xp.expm1(xp.minimum(x, 0.0)), x)


@elementwise(
    lambda y, x: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    domain=[(-5, 5)], torch="nn.functional.silu",
)
def silu(xp, x):
    r"""Sigmoid-weighted unit, :math:`y = x / (1 + e^{-x})`.

    >>> silu(0.0), silu(1000.0)
    (0.0, 1000.0)
    """
    return x / (1 + xp.exp(-x))


@elementwise(
    lambda y, x: (1 + erf(x / SQRT_2)) / 2
    + x * exp(-x * x / 2) / (SQRT_2 * SQRT_PI),
    domain=[(-3, 3)], torch="nn.functional.gelu",
)
def gelu(xp, x):
    r"""Gaussian-weighted unit, `x` times the chance of less than `x`.

    >>> gelu(0.0), gelu(10.0)
    (0.0, 10.0)
    """
    return x * (1 + xp.erf(x / SQRT_2)) / 2


# --- Choices ---


@elementwise(
    lambda z, x, y: where(x < y, 0.0, where(x <= y, 0.5, 1.0)),
    lambda z, x, y: where(y < x, 0.0, where(y <= x, 0.5, 1.0)),
    unselected={0: lambda z, x, y: x < y, 1: lambda z, x, y: y < x},
    domain=[(1, 3), (-3, 0.5)],
)
def maximum(xp, x, y):
    r"""The larger of two; a tie halves the gradient, as in PyTorch.

    >>> maximum(2.0, 3.0)
    3.0
    """
    return xp.maximum(x, y)


@elementwise(
    lambda z, x, y: where(x > y, 0.0, where(x >= y, 0.5, 1.0)),
    lambda z, x, y: where(y > x, 0.0, where(y >= x, 0.5, 1.0)),
    unselected={0: lambda z, x, y: x > y, 1: lambda z, x, y: y > x},
    domain=[(1, 3), (-3, 0.5)],
)
def minimum(xp, x, y):
    r"""The smaller of two; a tie halves the gradient, as in PyTorch.

    >>> minimum(2.0, 3.0)
    2.0
    """
    return xp.minimum(x, y)


@elementwise(
    lambda z, condition, x, y: 0.0,
    lambda z, condition, x, y: where(condition, 1.0, 0.0),
    lambda z, condition, x, y: where(condition, 0.0, 1.0),
    unselected={
        0: lambda z, condition, x, y: True,
        1: lambda z, condition, x, y: where(condition, 0.0, 1.0),
        2: lambda z, condition, x, y: condition,
    },
    domain=[(1, 2), (-3, 3), (-3, 3)], torch="where(x.bool(), y, z)",
)
def where(xp, condition, x, y):
    r"""`x` where the condition holds, else `y`; no ``if`` needed.

    >>> where(2.0 > 1.0, 10.0, 20.0)
    10.0
    """
    return xp.where(condition, x, y)


# --- The table ---

PRIMITIVES: dict[str, Primitive] = {
    name: thing.primitive
    for name, thing in globals().copy().items()
    if hasattr(thing, "primitive")
}
