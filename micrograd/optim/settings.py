"""What optimisers accept: settings in range, and parameters that are leaves.

Everything is checked once, here, when it is handed over; the updates trust
it.  A range always excludes nan, because nan compares false.

Leaves out: gradients, which every step looks at anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import index
from reprlib import repr as short
from typing import Any

from micrograd.engine import Value
from micrograd.errors import (
    NonFiniteGradientError,
    NumberError,
    OptionError,
    ShapeError,
)
from micrograd.namespaces import to_number

__all__ = ["distinct", "fractions", "refuse_nonfinite", "whole", "within"]


def within(
    name: str, x: Any, low: float = 0.0, high: float = math.inf
) -> float:
    """Check a setting and give it as a float, where ``low <= x < high``.

    Examples
    --------
    >>> from micrograd.optim.settings import within
    >>> within("momentum=", 0)
    0.0
    """
    number: float = to_number(x, f"{name} takes one real number")
    if low <= number < high:
        return number
    bounds = f">= {low:g}"
    if high < math.inf:
        bounds += f" and < {high:g}"
    asked = f"{name} takes a finite number {bounds}"
    raise OptionError(asked, f"{number}", "choose one in that range")


def fractions(name: str, pair: Any) -> tuple[float, float]:
    """Check two settings, each at least 0 and below 1.

    Examples
    --------
    >>> from micrograd.optim.settings import fractions
    >>> fractions("betas=", (0, 0.5))
    (0.0, 0.5)
    """
    if not isinstance(pair, Sequence) or len(pair) != 2:
        asked = f"{name} takes two numbers"
        raise OptionError(asked, short(pair), "pass a pair of them")
    first, second = (within(name, x, 0.0, 1.0) for x in pair)
    return first, second


def whole(name: str, n: Any, least: int = 1) -> int:
    """Check a number of steps, where ``n >= least``.

    Examples
    --------
    >>> from micrograd.optim.settings import whole
    >>> whole("steps=", 100)
    100
    """
    if not isinstance(n, bool) and hasattr(n, "__index__"):
        n = index(n)  # one of NumPy's too
        if n >= least:
            return int(n)
    asked = f"{name} takes a whole number of at least {least}"
    raise OptionError(asked, short(n), "pass an int")


def distinct(params: Iterable[Value], who: str) -> list[Value]:
    """Check the parameters and give them in order, each once.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.optim.settings import distinct
    >>> a = Value(1.0)
    >>> len(distinct([a, a], "SGD"))
    1
    """
    asked = f"{who}(params) takes a list of Values"
    do = "pass model.parameters() or a list of Values"
    if not isinstance(params, Iterable):
        raise NumberError(asked, short(params), do)
    given = list(params)
    if not given:
        asked = f"{who}(params) needs at least one parameter"
        raise ShapeError(asked, "none", do)
    for p in given:
        if not isinstance(p, Value):
            raise NumberError(asked, f"{short(p)} in it", do)
        if p.inputs or not p.requires_grad:
            _refuse_computed(p, who)
    return list(dict.fromkeys(given))


def _refuse_computed(p: Value, who: str) -> None:
    asked = f"{who}(params) takes leaves, which gradients collect in"
    kind = f"the result of {p.op}" if p.inputs else "the constant"
    do = "pass the Values it was made from, or a new Value"
    raise OptionError(asked, f"{kind} {p!r}", do)


def refuse_nonfinite(parameters: list[Value], who: str, do: str) -> None:
    """Raise if a gradient is infinite or not a number.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.optim.settings import refuse_nonfinite
    >>> refuse_nonfinite([Value(1.0)], "SGD.step()", "lower the rate")
    """
    for i, p in enumerate(parameters):
        if not math.isfinite(p.grad):
            name = p.label or f"parameter {i}"
            asked = f"{who} needs finite gradients"
            raise NonFiniteGradientError(asked, f"{p.grad} for {name}", do)
