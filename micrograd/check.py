"""Checks: two derivatives of one function, compared.

A derivative that a program computes can be compared with one that needs no
calculus at all, a difference of two values.  :func:`gradcheck` does so for
every input, in both modes and for higher orders.  :func:`compare` sets
gradients worked out by hand beside those of ``backward``.

Notation: `f` a function of numbers, or of trees of numbers as in
:mod:`micrograd.transforms`.

Leaves out: kinks, where the engine follows a convention.

Sources: [Griewank2008]_, chapter 1, for why differences only check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import isclose, isnan
from operator import mul
from random import Random
from typing import Any, NamedTuple

from micrograd.differences import numerical_gradient
from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.errors import GradcheckError, ShapeError
from micrograd.namespaces import (
    to_choice,
    to_count,
    to_function,
    to_items,
    to_number,
)
from micrograd.transforms import Function, grad, jvp, units
from micrograd.trees import Tree, form, leaves, leaves_like

__all__ = ["Agreement", "Comparison", "compare", "gradcheck"]

# --- Two derivatives side by side ---


@documented
class Comparison(NamedTuple):
    """One row of :func:`gradcheck`: a derivative computed two ways.

    order : int
        Which derivative.
    modes : str
        How it was computed, the outermost mode first.
    argument : int
        The input, counted from 0.
    analytic, numeric : float
        The derivative from the rules, and from a difference.

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
        title = "{:>5} {:<20} {:>8} {:>12} {:>12} {:>8}"
        form = "{:>5} {:<20} {:>8} {:>12.6g} {:>12.6g} {:>8.1e}"
        lines = [title.format(*Comparison._fields, "error")]
        return "\n".join(lines + [form.format(*r, r.error) for r in self])


# In each mode the gradient of a function, and its slope in a direction.
GRADIENT: dict[str, Callable[..., Any]] = {
    "reverse": lambda f, x: grad(f, range(len(x)))(*x),
    "forward": lambda f, x: [jvp(f, x, unit)[1] for unit in units(len(x))],
}
SLOPE: dict[str, Callable[..., Function]] = {
    "reverse": lambda f, direction: (
        lambda *x: sum(map(mul, GRADIENT["reverse"](f, x), direction))
    ),
    "forward": lambda f, direction: lambda *x: jvp(f, x, direction)[1],
}


@documented
def gradcheck(
    f: Function,
    inputs: Sequence[float],
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    *,
    tolerance: float = 1e-6,
) -> Report:
    """Compare the derivatives of `f` with differences of its values.

    Order 1 compares the derivative with respect to every input.  Order 2
    does the same for the derivative of `f` in a random direction, and so
    on: it finds any wrong second derivative, while the work grows with the
    number of inputs, not with its square.

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
    returns : list of Comparison
        Prints as a table.
    raises : GradcheckError
        If a derivative is off; names the input, and gives both numbers.
    raises : OptionError, ShapeError
        If an option is unknown or out of range, or there are no inputs.

    >>> from micrograd import gradcheck, tanh
    >>> rows = gradcheck(lambda x, w: tanh(w * x), [0.5, -1.5], order=1)
    >>> [(row.modes, row.argument) for row in rows]
    [('reverse', 0), ('reverse', 1), ('forward', 0), ('forward', 1)]
    >>> max(row.error for row in rows) < 1e-9
    True
    """
    to_function(f, "gradcheck")
    tolerance = to_number(tolerance, "gradcheck(tolerance=) takes a number")
    inputs = to_items(inputs, "gradcheck(f, inputs) takes a list of numbers")
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
            f"with respect to input {worst.argument}"
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
    pairs = enumerate(zip(map(float, analytic), numeric, strict=True))
    return Report(Comparison(len(chain), modes, i, *pair) for i, pair in pairs)


def _check_options(n: int, order: int, modes: Any) -> None:
    if n == 0:
        asked = "gradcheck(inputs=...) needs at least one number"
        raise ShapeError(asked, "none", "pass where to check")
    to_count(order, "gradcheck(order=...)")
    for mode in modes or [modes]:
        to_choice(mode, "gradcheck(modes=...) takes some of", SLOPE)


# --- By hand and by backward ---


@documented
class Agreement(NamedTuple):
    """How well gradients by hand agree with those of ``backward``.

    name : str
        Whose gradients.
    exact, approximate : bool
        Whether all are equal, and whether all are to about nine digits.
    difference : float
        The largest difference.

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


@documented
def compare(name: str, manual: Tree, automatic: Tree) -> Agreement:
    """Set gradients worked out by hand beside those of ``backward``.

    name : str
        What to call them.
    manual : tree of float
        The gradients by hand.
    automatic : tree of Value or float
        What they are the gradients of, after ``backward()``; or numbers.
    returns : Agreement
        Prints as a line.
    raises : ShapeError
        If there are not as many of one as of the other.

    >>> from micrograd import Value, compare
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> print(compare("x", 6.0, x))
    x               | exact: True  | approximate: True  | maxdiff: 0.0
    """
    asked = f"compare({name!r}) takes as many gradients as Values"
    a = [to_number(x, asked) for x in leaves(manual)]
    same = form(manual) == form(automatic)
    found = leaves_like(manual, automatic) if same else leaves(automatic)
    grads = [x.grad if isinstance(x, Value) else x for x in found]
    b = [to_number(x, f"compare({name!r}) takes Values") for x in grads]
    if len(a) != len(b) or not a:
        do = "give each Value its gradient by hand"
        raise ShapeError(asked, f"{len(a)} and {len(b)}", do)
    pairs = list(zip(a, b, strict=True))
    near = all(isclose(x, y, rel_tol=1e-9, abs_tol=1e-12) for x, y in pairs)
    return Agreement(name, a == b, near, max(abs(x - y) for x, y in pairs))
