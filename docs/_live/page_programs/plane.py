"""A part of the plane in a picture: where points lie, axes, and numbers.

The curves of the sandbox and those of the reference are drawn on it.  It
takes its colours from the page around it.

Notation: `t` runs across, `v` up; `x` and `y` are places in the picture,
which begins at the top left.

Leaves out: curves (:mod:`page_programs.curve`, ``docs/_ext/curve.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

__all__ = ["Box", "Plane", "number", "ticks"]

FAR = 9.0  # heights of the picture; a line need not go further outside
MOST = 6  # steps between the numbers of an axis
EDGE = 1e-9  # of a step: a number there is still inside


def number(x: float, digits: int = 6) -> str:
    """A number for a table or an axis, with a true minus sign.

    Parameters
    ----------
    x : float
        Any float.
    digits : int
        How many of its digits count.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> from page_programs.plane import number
    >>> number(-0.5), number(2 / 3, 3), number(float("inf"))
    ('−0.5', '0.667', '∞')
    """
    return f"{x:.{digits}g}".replace("-", "−").replace("inf", "∞")


def ticks(low: float, high: float) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, at most seven.

    Parameters
    ----------
    low, high : float
        From where to where.

    Returns
    -------
    list of float
        In order, the ends among them if they are multiples.

    Examples
    --------
    >>> from page_programs.plane import ticks
    >>> ticks(-4.0, 4.0), ticks(0.0, 0.3)
    ([-4.0, -2.0, 0.0, 2.0, 4.0], [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    """
    least = (high - low) / MOST * (1 - EDGE)
    unit = 10.0 ** floor(log10(least))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= least)
    first, last = ceil(low / step - EDGE), floor(high / step + EDGE)
    return [float(f"{k * step:.10g}") for k in range(first, last + 1)]


@dataclass(frozen=True)
class Box:
    """A picture, and the room around its curves.

    Attributes
    ----------
    width, height : int
        Of the whole picture.
    left, right, top, bottom : int
        What is left free on each side, for numbers and names.
    """

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def inside(self) -> tuple[int, int, int, int]:
        """Where curves are drawn: left, top, width and height."""
        wide = self.width - self.left - self.right
        return self.left, self.top, wide, self.height - self.top - self.bottom


class Plane:
    """The part of the plane that a box shows.

    Parameters
    ----------
    box : Box
        The picture.
    across, up : tuple of (float, float)
        The smallest and the largest number of each axis.

    Examples
    --------
    >>> from page_programs.plane import Box, Plane
    >>> plane = Plane(Box(120, 70, 10, 10, 10, 10), (0, 1), (0, 5))
    >>> plane.point(0.5, 5)
    '60.0,10.0'
    """

    def __init__(
        self, box: Box, across: tuple[float, float], up: tuple[float, float]
    ) -> None:
        self.box = box
        self.low, self.high = across
        self.bottom, self.top = up

    def x(self, t: float) -> float:
        """Across."""
        left, _, wide, _ = self.box.inside
        return left + (t - self.low) / (self.high - self.low) * wide

    def y(self, v: float) -> float:
        """Down; kept within reach of what draws it."""
        _, top, _, tall = self.box.inside
        part = (v - self.bottom) / (self.top - self.bottom)
        return top + tall - min(max(part, -FAR), FAR) * tall

    def point(self, t: float, v: float) -> str:
        """Both, as a line of SVG writes them."""
        return f"{self.x(t):.1f},{self.y(v):.1f}"

    def axes(self) -> Iterator[str]:
        """A grid with numbers, its lines stronger through zero."""
        left, top, wide, tall = self.box.inside
        for t in ticks(self.low, self.high):
            x = f"{self.x(t):.1f}"
            yield _grid(f"M{x} {top}v{tall}", t)
            yield _text(x, f"{top + tall + 15}", "middle", t)
        for v in ticks(self.bottom, self.top):
            y = self.y(v)
            yield _grid(f"M{left} {y:.1f}h{wide}", v)
            yield _text(f"{left - 6}", f"{y + 4:.1f}", "end", v)


def _grid(path: str, at: float) -> str:
    strong = 0.13 if at else 0.5
    return f'<path d="{path}" stroke="currentColor" opacity="{strong}"/>'


def _text(x: str, y: str, anchor: str, at: float) -> str:
    told = number(at)
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{told}</text>'
