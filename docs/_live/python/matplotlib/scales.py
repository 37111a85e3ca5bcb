"""Scales: which numbers an axis spans, where it is marked, and how.

Notation: a *fraction* is a place on the axis, 0 at its beginning and 1 at
its end.

Sources: the steps between marks are those of matplotlib's ``MaxNLocator``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

__all__ = ["Scale", "nice"]

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Mark = tuple[float, str]


def nice(low: float, high: float, most: int) -> list[float]:
    """Round numbers from below `low` to above `high`, in `most` steps.

    Examples
    --------
    >>> nice(0.1, 0.9, 5)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    rough = (high - low) / most or 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    steps = [step * size * ten for ten in (1, 10) for step in STEPS]
    for step in steps:
        first = math.floor(low / step + 1e-9)
        last = math.ceil(high / step - 1e-9)
        if last - first <= most:
            break
    return [round(i * step, 12) for i in range(first, last + 1)]


class Scale:
    """The numbers along one side of some axes."""

    def __init__(self) -> None:
        self.kind = "linear"
        self.low, self.high = math.inf, -math.inf
        self.edges: set[float] = set()  # where nothing is left free
        self.asked: tuple[float | None, float | None] = (None, None)
        self.marks: list[Mark] | None = None

    # --- Limits ---

    def see(self, numbers: Iterable[float], *, edge: bool = False) -> None:
        """Make room for these numbers."""
        for number in numbers:
            if math.isfinite(number) and (self.kind != "log" or number > 0):
                self.low = min(self.low, number)
                self.high = max(self.high, number)
        if edge:
            self.edges |= {self.low, self.high}

    def limits(self) -> tuple[float, float]:
        """The first and the last number of the axis."""
        low, high = self._spread()
        first, last = self.asked
        return (
            low if first is None else first,
            high if last is None else last,
        )

    def _spread(self) -> tuple[float, float]:
        low, high = self.low, self.high
        if low > high:
            return (1.0, 10.0) if self.kind == "log" else (0.0, 1.0)
        if self.kind == "log":
            low = low if low > 0 else min(high, 1.0) * 1e-3
            share = (high / low) ** 0.05 if high > low else 1.1
            return low / share, high * share
        if low == high:
            return low - (abs(low) or 1) * 0.05, high + (abs(high) or 1) * 0.05
        room = 0.05 * (high - low)
        return (
            low if low in self.edges else low - room,
            high if high in self.edges else high + room,
        )

    def fraction(self, number: float) -> float:
        """Where a number lies."""
        low, high = self.limits()
        if self.kind == "log":
            if number <= 0:
                return -1e3
            number, low, high = map(math.log10, (number, low, high))
        return (number - low) / (high - low)

    # --- Marks ---

    def marked(self, most: int) -> list[Mark]:
        """The numbers to mark, at most so many, with their texts."""
        low, high = sorted(self.limits())
        if self.marks is not None:
            found = [self.marks]
        elif self.kind == "log":
            found = [_log_marks(low, high, most)]
        else:
            tries = [nice(low, high, most + more) for more in (2, 1, 0)]
            found = [list(zip(x, _texts(x), strict=True)) for x in tries]
        inside = [
            [(x, text) for x, text in one if self._is_inside(x)]
            for one in found
        ]
        fitting = [one for one in inside if len(one) <= most + 1]
        return fitting[0] if fitting else inside[-1]

    def _is_inside(self, number: float) -> bool:
        return -1e-6 <= self.fraction(number) <= 1 + 1e-6

    def mark(
        self, numbers: Iterable[float], texts: Sequence[object] | None = None
    ) -> None:
        """Mark these numbers, and no others."""
        places = [float(number) for number in numbers]
        words = _texts(places) if texts is None else [str(t) for t in texts]
        self.marks = list(zip(places, words, strict=True))
        self.see(places)


def _texts(numbers: Sequence[float]) -> list[str]:
    """Numbers with as many places as their distances need."""
    size = max((abs(number) for number in numbers), default=0.0)
    if size and not 1e-3 <= size < 1e6:
        return [f"{number:g}".replace("-", "−") for number in numbers]
    for places in range(7):
        short = [f"{number:.{places}f}" for number in numbers]
        if all(
            abs(float(text) - number) < 1e-9
            for text, number in zip(short, numbers, strict=True)
        ):
            break
    zeroes = {"-" + f"{0.0:.{places}f}": f"{0.0:.{places}f}"}
    return [zeroes.get(text, text).replace("-", "−") for text in short]


def _log_marks(low: float, high: float, most: int) -> list[Mark]:
    """Powers of ten; if there are fewer than two, also twos and fives."""
    first = math.ceil(math.log10(low) - 1e-9)
    last = math.floor(math.log10(high) + 1e-9)
    if last > first:
        stride = math.ceil((last - first) / most)
        return [
            (10.0**power, "10" + str(power).translate(SUPERSCRIPT))
            for power in range(first, last + 1, stride)
        ]
    numbers = [
        digit * 10.0**power
        for power in range(first - 1, last + 2)
        for digit in (1, 2, 5)
    ]
    return [(x, f"{x:g}".replace("-", "−")) for x in numbers]
