"""What optimisers accept: settings in range, and parameters that are leaves.

Everything is checked once, here, when it is handed over; the updates trust
it.  A range always excludes nan, because nan compares false.

Leaves out: gradients, which every step looks at anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from reprlib import repr as short
from typing import Any

from micrograd.engine import Value
from micrograd.errors import (
    NonFiniteGradientError,
    NumberError,
    OptionError,
    ShapeError,
)
from micrograd.namespaces import to_setting

__all__ = ["distinct", "fractions", "refuse_nonfinite", "within"]


def within(
    name: str, x: Any, low: float = 0.0, high: float = math.inf
) -> float:
    """Check a setting and give it as a float, where ``low <= x < high``."""
    asked = f"{name} takes a finite number >= {low:g}"
    if high < math.inf:
        asked += f" and < {high:g}"
    return to_setting(x, asked, lambda number: low <= number < high)


def fractions(name: str, pair: Any) -> tuple[float, float]:
    """Check two settings, each at least 0 and below 1."""
    if not isinstance(pair, Sequence) or len(pair) != 2:
        asked = f"{name} takes two numbers"
        raise OptionError(asked, short(pair), "pass a pair of them")
    first, second = (within(name, x, 0.0, 1.0) for x in pair)
    return first, second


def distinct(params: Iterable[Value], who: str) -> list[Value]:
    """Check the parameters and give them in order, each once."""
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
    """Raise if a gradient is infinite or not a number."""
    for i, p in enumerate(parameters):
        if not math.isfinite(p.grad):
            name = p.label or f"parameter {i}"
            asked = f"{who} needs finite gradients"
            raise NonFiniteGradientError(asked, f"{p.grad} for {name}", do)
