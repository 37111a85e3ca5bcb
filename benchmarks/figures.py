"""Medians, bars and tables.

Notation: *spread* is the distance from the smallest to the largest round,
in parts of the median.  Above a half, the machine was busy with something
else and the figure says little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import Any

__all__ = ["Bar", "Sample", "Table", "agreement", "disturbed", "pick", "short"]

HALF = 0.5  # the largest spread of a figure to rely on


@dataclass(frozen=True)
class Sample:
    """One measured quantity over all rounds.

    Examples
    --------
    >>> from benchmarks.figures import Sample
    >>> sample = Sample([1.0, 4.0, 2.0])
    >>> sample.median, sample.minimum, sample.spread
    (2.0, 1.0, 1.5)
    """

    rounds: Sequence[float]

    @property
    def median(self) -> float:
        """The middle round."""
        return median(self.rounds)

    @property
    def minimum(self) -> float:
        """The least disturbed round."""
        return min(self.rounds)

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, in parts of the median."""
        width = max(self.rounds) - min(self.rounds)
        return width / self.median if width else 0.0

    def cells(self, unit: float = 1.0) -> list[str]:
        """Median, minimum and spread as text, in multiples of a unit."""
        return [
            short(self.median / unit),
            short(self.minimum / unit),
            f"{self.spread:.0%}",
        ]


def short(number: float) -> str:
    """A number in three digits that matter.

    Examples
    --------
    >>> from benchmarks.figures import short
    >>> short(0.012345), short(12.345), short(1234.5)
    ('0.0123', '12.3', '1,234')
    """
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def pick(figures: Sequence[Mapping[str, Any]], name: str) -> Sample:
    """One of the figures that every round gave."""
    return Sample([one[name] for one in figures])


def agreement(what: str, numbers: Sequence[float], limit: float) -> float:
    """How far numbers lie apart that should be the same, relatively.

    Raises
    ------
    ArithmeticError
        If they lie further apart than the limit, or are not finite.

    Examples
    --------
    >>> from benchmarks.figures import agreement
    >>> agreement("losses", [2.0, 2.0], limit=1e-12)
    0.0
    """
    low, high = min(numbers), max(numbers)
    apart = (high - low) / max(abs(low), abs(high), 1e-300)
    if not all(map(isfinite, numbers)) or apart > limit:
        raise ArithmeticError(f"the {what} disagree: {list(numbers)}")
    return apart


def disturbed(samples: Iterable[Sample]) -> str:
    """A sentence for the reader if the machine was busy, else nothing.

    Examples
    --------
    >>> from benchmarks.figures import Sample, disturbed
    >>> disturbed([Sample([1.0, 1.1])])
    ''
    """
    if max(sample.spread for sample in samples) <= HALF:
        return ""
    return (
        "\nThe machine was busy, which the spread shows: believe the minima, "
        "or\nmeasure again when it is quiet."
    )


@dataclass(frozen=True)
class Bar:
    """A promise, and what was measured.

    Examples
    --------
    >>> from benchmarks.figures import Bar
    >>> print(Bar("as shipped, times faster", 11.2, at_least=6))
    as shipped, times faster: 11.2 (at least 6: pass)
    >>> Bar("import, ms", 61.0, at_most=40).passes
    False
    """

    what: str
    measured: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def passes(self) -> bool:
        """Whether the promise is kept."""
        if self.at_least is not None and self.measured < self.at_least:
            return False
        return self.at_most is None or self.measured <= self.at_most

    def __str__(self) -> str:
        limits = {"at least": self.at_least, "at most": self.at_most}
        asked = " and ".join(
            f"{side} {limit:g}"
            for side, limit in limits.items()
            if limit is not None
        )
        verdict = "pass" if self.passes else "not"
        measured = short(self.measured)
        return f"{self.what}: {measured} ({asked}: {verdict})"


@dataclass(frozen=True)
class Table:
    """The outcome of one measurement.

    Attributes
    ----------
    title : str
        What was measured.
    note : str
        What a reader has to know about it.
    columns : list of str
        The first names the rows.
    rows : list of list of str
        The cells, as printed.
    bars : list of Bar
        The promises that these figures decide.
    data : dict
        The figures of all rounds, for whoever wants to compute.
    """

    title: str
    note: str
    columns: list[str]
    rows: list[list[str]]
    bars: list[Bar]
    data: Mapping[str, Any]

    def markdown(self) -> str:
        """The table, readable as text and as Markdown."""
        lines = [self.columns, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rule = ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]
        head, *body = [_line(line, widths) for line in lines]
        text = [f"## {self.title}", "", self.note, ""]
        text += [head, _line(rule, widths), *body, ""]
        text += [f"- {bar}" for bar in self.bars]
        return "\n".join(text).rstrip() + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(c.rjust(w) for c, w in rest)]
    return f"| {' | '.join(padded)} |"
