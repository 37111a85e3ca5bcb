"""Stand-ins: numbers that Values hold while something else runs.

A compiler runs a function on numbers that are not known yet.  The Values
that the function reaches without taking them as arguments hold such numbers
meanwhile, and get their own back.  This is all that a compiler needs to know
of how the engine keeps a graph.

Notation: *outside* is what was made before.

Leaves out: what the numbers are; that is the compiler's affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from micrograd.documentation import documented
from micrograd.engine import CONSTANT, Value, next_serial

__all__ = ["StandIns"]


@documented
class StandIns:
    """Makes Values from outside hold other numbers, while something runs.

    It is a witness, see :mod:`micrograd.recording`: what was made before it
    gets the two :meth:`numbers` when it is met, and looks like a leaf.

    stands : dict from Value to (object, object)
        The numbers that each of them holds meanwhile.

    >>> from micrograd import Value
    >>> from micrograd.standins import StandIns
    >>> class Doubled(StandIns):
    ...     def numbers(self, x):
    ...         return 2 * x.data, 0.0
    >>> x = Value(3.0)
    >>> doubled = Doubled()
    >>> doubled.meet([x])
    >>> x.data, doubled.clear(), x.data
    (6.0, None, 3.0)
    """

    def __init__(self) -> None:
        self.stands: dict[Value, tuple[Any, Any]] = {}
        self._held: dict[Value, tuple[Any, ...]] = {}
        self._start = next_serial()

    def numbers(self, x: Value) -> tuple[Any, Any]:
        """What stands for the data and the gradient of a Value."""
        raise NotImplementedError

    def meet(self, values: Iterable[Value]) -> None:
        """Replace the numbers in every Value that was made before."""
        for x in values:
            if (x._page, x._line) < self._start and x not in self.stands:
                data, grad = self.stands[x] = self.numbers(x)
                self._held[x] = x.data, x.grad, x._rule, x._x, x._y
                x.data, x.grad = data, grad
                if x._rule is not CONSTANT:
                    x._rule = x._x = x._y = None

    def clear(self) -> Value | None:
        """Give every Value back what it held; return one that changed."""
        changed = None
        for x, held in self._held.items():
            data, grad = self.stands[x]
            if x.data is not data or x.grad is not grad:
                changed = x
            x.data, x.grad, x._rule, x._x, x._y = held
        return changed
