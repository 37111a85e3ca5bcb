r"""Dual: a number and how fast it changes.

A dual number is a pair :math:`x + \dot x \varepsilon` with
:math:`\varepsilon^2 = 0`.  Arithmetic on it carries the rate of change
along with the number: the rate of a result is the sum, over its operands,
of the operand's local gradient times its rate.  That is forward
mode; the partials are those of the table.

Notation: the *primal* is the number, the *tangent* its rate, the *tag* says
which call of :func:`micrograd.jvp` that belongs to.  An inner call has the
larger tag and takes dual numbers of outer calls for constants, so that two
perturbations are never taken for one.

Leaves out: a graph; nothing is remembered.

Sources: [Griewank2008]_, chapter 3; [Siskind2008]_ for tags.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from micrograd.documentation import documented
from micrograd.namespaces import IEEE
from micrograd.operators import Operators, ground
from micrograd.primitives import where
from micrograd.recording import state
from micrograd.rules import Primitive

__all__ = ["Dual"]


@documented
class Dual(Operators):
    """A number and its rate of change.

    tag : int
        Whose rate it is.
    primal : float, Value or Dual
        The number.
    tangent : float, Value or Dual
        The rate.

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
        if not state.get().graph:
            return result
        rate = 0.0
        for i, (_, tangent) in enumerate(pairs):
            if isinstance(tangent, Operators) or tangent != 0:
                by = contributions(primitive, tangent, result, primals)
                rate += by(i)
        return Dual(tag, result, rate)

    def __ground__(self) -> Any:
        return ground(self.primal)

    @property
    def data(self) -> Any:
        """The number alone, as a float."""
        return ground(self)

    def detach(self) -> Any:
        """The same number as a constant."""
        return ground(self)

    def __float__(self) -> float:
        return float(self.primal)

    def __repr__(self) -> str:
        return f"Dual({self.primal!r}, {self.tangent!r})"


def split(x: Any, tag: int) -> tuple[Any, Any]:
    """The number and its rate for one tag; anything else has rate 0."""
    if isinstance(x, Dual) and x.tag == tag:
        return x.primal, x.tangent
    return x, 0.0


def contributions(
    row: Primitive, g: Any, result: Any, operands: Sequence[Any]
) -> Callable[[int], Any]:
    """What a rate or a gradient comes to by way of each operand.

    It is the operand's local gradient times `g`; but where the row did not
    select the operand, an infinite `g` counts for nothing.  What is returned
    takes the index of an operand.
    """
    numbers = result, *operands
    if not any(isinstance(x, Operators) for x in (g, *numbers)):
        return lambda i: row.contribution(i, g, *numbers)
    safe = [x if isinstance(x, Operators) else IEEE(x)  # 1 / 0 is inf
            for x in numbers]  # fmt: skip

    def by(i: int) -> Any:
        flow = g
        if i in row.unselected:
            flow = _let_in(g, row.unselected[i], safe)
        slope = row.partials[i](*safe)
        # A factor of 1 is not worth a node.
        if not isinstance(slope, Operators) and slope == 1:
            return flow
        if not isinstance(flow, Operators) and flow == 1:
            return slope
        return flow * slope

    return by


def _let_in(g: Any, unselected: Any, numbers: Any) -> Any:
    """What of `g` reaches an operand that may not have been selected."""
    finite = (g > -inf) & (g < inf)
    return _choose(unselected(*numbers), _choose(finite, g, 0.0), g)


def _choose(condition: Any, x: Any, y: Any) -> Any:
    """Like ``where``, and without a node where the choice is known."""
    if type(condition) is bool:
        return x if condition else y
    return where(condition, x, y)
