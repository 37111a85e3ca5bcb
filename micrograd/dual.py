r"""Dual: a number and how fast it changes.

A dual number is a pair :math:`x + \dot x \varepsilon` with
:math:`\varepsilon^2 = 0`.  Arithmetic on it carries the rate of change
along with the number: the rate of a result is the sum, over its operands,
of the partial by the operand times the operand's rate.  That is forward
mode; the partials are those of the table.

Notation
--------
primal, tangent
    The number and its rate of change; each a float, a ``Value`` or a dual
    number of an outer call.
tag
    Which call of :func:`micrograd.jvp` the rate belongs to.  An inner call
    has the larger tag and takes dual numbers of outer calls for constants,
    so that two perturbations are never taken for one.

Leaves out: a graph; nothing is remembered.

Sources: [Griewank2008]_, chapter 3; [Siskind2008]_ for tags.
"""

from __future__ import annotations

from math import inf
from typing import Any

from micrograd.namespaces import IEEE
from micrograd.operators import Operators
from micrograd.primitives import where
from micrograd.recording import recording
from micrograd.rules import Primitive

__all__ = ["Dual"]


class Dual(Operators):
    """A number and its rate of change.

    Parameters
    ----------
    tag : int
        Whose rate it is.
    primal : float, Value or Dual
        The number.
    tangent : float, Value or Dual
        The rate.

    Examples
    --------
    >>> from micrograd.dual import Dual
    >>> x = Dual(1, 3.0, 1.0)
    >>> x * x
    Dual(9.0, 6.0)
    """

    __slots__ = ("primal", "tag", "tangent")

    def __init__(self, tag: int, primal: Any, tangent: Any) -> None:
        self.tag = tag
        self.primal = primal
        self.tangent = tangent

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        tag = max(x.tag for x in operands if isinstance(x, Dual))
        pairs = [split(x, tag) for x in operands]
        primals = [primal for primal, _ in pairs]
        result = primitive(*primals)
        if not recording.get():
            return result
        rate = 0.0
        for i, (_, tangent) in enumerate(pairs):
            if isinstance(tangent, Operators) or tangent != 0:
                rate += contribution(primitive, i, tangent, result, primals)
        return Dual(tag, result, rate)

    @property
    def data(self) -> float:
        """The number alone, as a float."""
        return float(self)

    def detach(self) -> float:
        """The same number as a constant."""
        return float(self)

    def __float__(self) -> float:
        return float(self.primal)

    def __repr__(self) -> str:
        return f"Dual({self.primal!r}, {self.tangent!r})"


def split(x: Any, tag: int) -> tuple[Any, Any]:
    """The number and its rate for one tag; anything else has rate 0."""
    if isinstance(x, Dual) and x.tag == tag:
        return x.primal, x.tangent
    return x, 0.0


def contribution(
    row: Primitive, i: int, g: Any, result: Any, operands: list[Any]
) -> Any:
    """What a rate or a gradient `g` comes to by way of operand `i`.

    The partial times `g`; but where the row did not select the operand,
    an infinite `g` counts for nothing.
    """
    if i in row.unselected:
        finite = (g > -inf) & (g < inf)
        unselected = row.unselected[i](result, *operands)
        g = _choose(unselected, _choose(finite, g, 0.0), g)
    return g * partial(row, i, result, operands)


def _choose(condition: Any, x: Any, y: Any) -> Any:
    """Like ``where``, and without a node where the choice is known."""
    if type(condition) is bool:
        return x if condition else y
    return where(condition, x, y)


def partial(row: Primitive, i: int, result: Any, operands: list[Any]) -> Any:
    """The partial of a row by operand `i`, on whatever the operands are."""
    if any(isinstance(x, Operators) for x in (result, *operands)):
        operands = [_safe(x) for x in operands]
        return row.partials[i](_safe(result), *operands)
    return row.derivative(i, result, *operands)


def _safe(x: Any) -> Any:
    return x if isinstance(x, Operators) else IEEE(x)  # 1 / 0 is inf
