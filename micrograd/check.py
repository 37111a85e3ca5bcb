r"""Checks: derivatives by differences, and two derivatives compared.

A derivative that a program computes can be compared with one that needs no
calculus at all: move the input a little to both sides and see how far the
output moves.  :func:`gradcheck` does so for every input, in both modes and
for higher orders.  :func:`compare` sets gradients worked out by hand beside
those of ``backward``.

Notation
--------
f
    A function of numbers, or of trees of numbers as in
    :mod:`micrograd.transforms`.
h
    The distance that an input is moved to each side.

Leaves out: kinks.  Where a function has no derivative, a difference
averages the two sides and the engine follows a convention.

Sources: [Press2007]_, section 5.7, for the size of `h`;
[Griewank2008]_, chapter 1, for why differences only check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import isclose, isnan
from random import Random
from sys import float_info
from typing import Any, NamedTuple

from micrograd.engine import Value
from micrograd.errors import (
    GradcheckError,
    OptionError,
    ShapeError,
)
from micrograd.namespaces import to_number
from micrograd.nonfinite import find_nonfinite
from micrograd.transforms import Function, grad, jvp
from micrograd.trees import Tree, leaves, rebuild

__all__ = [
    "Agreement",
    "Comparison",
    "compare",
    "find_nonfinite",
    "gradcheck",
    "numerical_derivative",
    "numerical_gradient",
]

# --- Derivatives by differences ---

# The difference quotient is wrong by about h**2 (the curve bends) plus
# epsilon / h (subtraction cancels digits); this h makes both equally small.
STEP = float_info.epsilon ** (1 / 3)


def numerical_derivative(
    f: Callable[[float], Any], x: float, h: float | None = None
) -> float:
    r"""Estimate the slope of `f` at `x` from two values of `f`.

    .. math:: f'(x) \approx \frac{f(x + h) - f(x - h)}{2 h}

    Parameters
    ----------
    f : callable
        Takes a float, returns a float or a Value.
    x : float
        Where.
    h : float > 0, optional
        How far to move to each side.  The default,
        :math:`\epsilon^{1/3} \max(1, |x|) \approx 6 \cdot 10^{-6}` near
        zero, leaves about ten correct digits.

    Returns
    -------
    float
        The estimate; nan or infinite if `f` is so on either side.

    Raises
    ------
    NumberError
        If `x`, `h` or a value of `f` is not one real number.
    OptionError
        If `h` is not positive and finite.

    Examples
    --------
    >>> from micrograd import tanh
    >>> from micrograd.check import numerical_derivative
    >>> round(numerical_derivative(tanh, 0.0), 9)
    1.0
    >>> numerical_derivative(lambda x: x * x, 3.0, h=0.5)
    6.0
    """
    x = to_number(x, "numerical_derivative(f, x) takes one real number")
    if h is None:
        h = STEP * max(1.0, abs(x))
    elif not 0 < to_number(h, "h= takes one real number") < float("inf"):
        asked = "h= takes a finite number above 0"
        raise OptionError(asked, f"{h}", "leave it out for a good one")
    right, left = x + h, x - h
    rise = _number(f(right)) - _number(f(left))
    return rise / (right - left)  # what was moved, not 2 h: sums round


def _number(y: Any) -> float:
    if isinstance(y, Value):
        return y.data
    return to_number(y, "a numerical derivative needs f to return a number")


def numerical_gradient(f: Function, x: Tree) -> Tree:
    r"""Estimate the derivative of `f` by every number of its argument.

    Parameters
    ----------
    f : callable
        Takes a tree of floats, returns a float or a Value.
    x : tree of float
        Where: nested lists, tuples and dictionaries of numbers.

    Returns
    -------
    tree of float
        The estimates, in the form of `x`.  Costs two runs of `f` for each
        number, where :func:`micrograd.grad` costs a few in all.

    Examples
    --------
    >>> from micrograd.check import numerical_gradient
    >>> slopes = numerical_gradient(lambda x: x[0] * x[1], [1.0, -2.0])
    >>> [round(slope, 9) for slope in slopes]
    [-2.0, 1.0]
    """
    numbers = leaves(x)

    def along(i: int) -> Callable[[float], Any]:
        return lambda moved: f(
            rebuild(x, [*numbers[:i], moved, *numbers[i + 1 :]])
        )

    slopes = [
        numerical_derivative(along(i), number)
        for i, number in enumerate(numbers)
    ]
    return rebuild(x, slopes)


# --- Two derivatives side by side ---


class Comparison(NamedTuple):
    """One row of :func:`gradcheck`: a derivative computed two ways.

    Attributes
    ----------
    order : int
        Which derivative.
    modes : str
        How it was computed, the outermost mode first.
    argument : int
        The input, counted from 0.
    analytic, numeric : float
        The derivative from the rules, and from a difference.

    Examples
    --------
    >>> from micrograd.check import Comparison
    >>> Comparison(1, "forward", 0, analytic=2.0, numeric=4.0).error
    0.5
    """

    order: int
    modes: str
    argument: int
    analytic: float
    numeric: float

    @property
    def error(self) -> float:
        """The difference, relative where a number exceeds 1."""
        scale = max(1.0, abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / scale


class Report(list[Comparison]):
    """The rows of :func:`gradcheck`; prints as a table."""

    def __str__(self) -> str:
        form = "{:>5} {:<20} {:>8} {:>12} {:>12} {:>8}"
        lines = [form.format(*Comparison._fields, "error")]
        lines += [
            form.format(
                row.order,
                row.modes,
                row.argument,
                f"{row.analytic:.6g}",
                f"{row.numeric:.6g}",
                f"{row.error:.1e}",
            )
            for row in self
        ]
        return "\n".join(lines)


def _reverse_gradient(f: Function, x: Sequence[Any]) -> Sequence[Any]:
    slopes: tuple[Any, ...] = grad(f, range(len(x)))(*x)
    return slopes


def _forward_gradient(f: Function, x: Sequence[Any]) -> Sequence[Any]:
    units = [[float(i == j) for j in range(len(x))] for i in range(len(x))]
    return [jvp(f, x, unit)[1] for unit in units]


def _reverse_slope(f: Function, direction: Sequence[float]) -> Function:
    def slope(*x: Any) -> Any:
        slopes = _reverse_gradient(f, x)
        return sum(s * d for s, d in zip(slopes, direction, strict=True))

    return slope


def _forward_slope(f: Function, direction: Sequence[float]) -> Function:
    return lambda *x: jvp(f, x, direction)[1]


GRADIENT = {"reverse": _reverse_gradient, "forward": _forward_gradient}
SLOPE = {"reverse": _reverse_slope, "forward": _forward_slope}


def gradcheck(
    f: Function,
    inputs: Sequence[float],
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    *,
    tolerance: float = 1e-6,
) -> Report:
    """Compare the derivatives of `f` with differences of its values.

    Order 1 compares the derivative by every input.  Order 2 does the same
    with the slope of `f` in a random direction in place of `f`, and so on:
    a wrong second derivative has nowhere to hide, and yet the work grows
    with the number of inputs, not with its square.

    Parameters
    ----------
    f : callable
        Takes ``len(inputs)`` numbers, returns one number; smooth there.
    inputs : sequence of float
        Where.
    order : int >= 1, optional
        The highest derivative to check.
    modes : sequence of {"reverse", "forward"}, optional
        How derivatives are taken.  At order 2 every mode is also checked
        on top of every other.
    tolerance : float, optional
        The largest error, relative where the numbers exceed 1.  The
        default leaves room for the digits that differences lose.

    Returns
    -------
    list of Comparison
        Prints as a table.

    Raises
    ------
    GradcheckError
        If a derivative is off; names the input, and gives both numbers.
    OptionError
        If a mode is unknown or `order` is not a positive whole number.
    ShapeError
        If there are no inputs.

    Examples
    --------
    >>> from micrograd import tanh
    >>> from micrograd.check import gradcheck
    >>> rows = gradcheck(lambda x, w: tanh(w * x), [0.5, -1.5], order=1)
    >>> [(row.modes, row.argument) for row in rows]
    [('reverse', 0), ('reverse', 1), ('forward', 0), ('forward', 1)]
    >>> max(row.error for row in rows) < 1e-9
    True
    """
    _check_options(len(inputs), order, modes)
    x = [to_number(v, "gradcheck(inputs=...) takes numbers") for v in inputs]
    rows = Report()
    for n in range(1, order + 1):
        for chain in product(modes, repeat=n):
            rows += _compare(f, x, chain)
    wrong = [row for row in rows if not row.error <= tolerance]
    if wrong:  # the worst of the lowest order: what is built on it follows
        lowest = [row for row in wrong if row.order == wrong[0].order]
        worst = max(lowest, key=lambda row: (isnan(row.error), row.error))
        asked = (
            f"gradcheck({getattr(f, '__name__', f)}) found that differences "
            f"give {worst.numeric:.8g} as derivative of order {worst.order} "
            f"by input {worst.argument}"
        )
        given = f"{worst.analytic:.8g} in {worst.modes} mode"
        do = "correct the partials it uses, or move away from a kink"
        raise GradcheckError(asked, given, do)
    return rows


def _compare(f: Function, x: list[float], chain: Sequence[str]) -> Report:
    """Compare for one chain of modes, the innermost first."""
    generator = Random(0)  # the same directions on every call
    for mode in chain[:-1]:
        direction = [generator.uniform(0.5, 1.5) for _ in x]
        f = SLOPE[mode](f, direction)
    analytic = GRADIENT[chain[-1]](f, x)
    # On Values, since f may call methods, as in x.tanh().
    numeric = numerical_gradient(lambda moved: f(*map(Value, moved)), x)
    modes = " over ".join(reversed(chain))
    pairs = enumerate(zip(analytic, numeric, strict=True))
    return Report(
        Comparison(len(chain), modes, i, float(exact), estimate)
        for i, (exact, estimate) in pairs
    )


def _check_options(n: int, order: int, modes: Sequence[str]) -> None:
    if n == 0:
        asked = "gradcheck(inputs=...) needs at least one number"
        raise ShapeError(asked, "none", "pass where to check")
    if type(order) is not int or order < 1:
        asked = "gradcheck(order=...) takes a whole number of at least 1"
        raise OptionError(asked, repr(order), "pass 1 or 2")
    unknown = [repr(mode) for mode in modes if mode not in SLOPE]
    if unknown or not modes:
        asked = f"gradcheck(modes=...) takes some of {', '.join(SLOPE)}"
        given = ", ".join(unknown) or "none"
        raise OptionError(asked, given, "pass a tuple of names")


# --- By hand and by backward ---


class Agreement(NamedTuple):
    """How well gradients by hand agree with those of ``backward``.

    Attributes
    ----------
    name : str
        Whose gradients.
    exact, approximate : bool
        Whether all are equal, and whether all are to about nine digits.
    difference : float
        The largest difference.

    Examples
    --------
    >>> from micrograd.check import Agreement
    >>> print(Agreement("x", True, True, 0.0))
    x               | exact: True  | approximate: True  | maxdiff: 0.0
    """

    name: str
    exact: bool
    approximate: bool
    difference: float

    def __str__(self) -> str:
        return (
            f"{self.name:15} | exact: {self.exact!s:5} | approximate: "
            f"{self.approximate!s:5} | maxdiff: {self.difference}"
        )


def compare(name: str, manual: Tree, automatic: Tree) -> Agreement:
    """Set gradients worked out by hand beside those of ``backward``.

    Parameters
    ----------
    name : str
        What to call them.
    manual : tree of float
        The gradients by hand.
    automatic : tree of Value or float
        What they are the gradients of, after ``backward()``; or numbers.

    Returns
    -------
    Agreement
        Prints as a line.

    Raises
    ------
    ShapeError
        If there are not as many of one as of the other.

    Examples
    --------
    >>> from micrograd import Value, compare
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> print(compare("x", 6.0, x))
    x               | exact: True  | approximate: True  | maxdiff: 0.0
    """
    a = [_number(x) for x in leaves(manual)]
    b = [x.grad if isinstance(x, Value) else x for x in leaves(automatic)]
    if len(a) != len(b) or not a:
        asked = f"compare({name!r}) takes as many gradients as Values"
        do = "give each Value its gradient by hand"
        raise ShapeError(asked, f"{len(a)} and {len(b)}", do)
    pairs = list(zip(a, b, strict=True))
    near = all(isclose(x, y, rel_tol=1e-9, abs_tol=1e-12) for x, y in pairs)
    largest = max(abs(x - y) for x, y in pairs)
    return Agreement(name, a == b, near, largest)
