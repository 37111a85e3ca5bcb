"""A function of one number as a curve, with its tangent, for a page.

The curve is computed from plain floats, the slope of the tangent by the
engine.  The picture is SVG in the colours of the page around it.

Notation: `t` runs along the axis, `x` is where the tangent touches.

Leaves out: more than one curve, axes that are not straight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from math import floor, log10

from micrograd.live.words import number

__all__ = ["curve", "window"]

WIDTH, HEIGHT = 420, 290
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 28, 40
POINTS = 161
HIGHEST = 1e100
REACH = 4.0  # the axis goes so far to either side


def window(x: float) -> tuple[float, float]:
    """The stretch of the axis that is shown; it moves in steps.

    Parameters
    ----------
    x : float
        A number to be inside, not too near an end.

    Returns
    -------
    tuple of (float, float)
        The ends.

    Examples
    --------
    >>> from micrograd.live.curve import window
    >>> window(0.5), window(3.0)
    ((-4.0, 4.0), (0.0, 8.0))
    """
    reach = REACH * 10.0 ** max(floor(log10(abs(x) + 1)) - 1, 0)
    middle = reach * round(x / reach)
    return middle - reach, middle + reach


def visible(y: float) -> bool:
    """Whether a number has a place in a picture, however large."""
    return abs(y) < HIGHEST


class Frame:
    """Where a number lies in the picture."""

    def __init__(self, ends: Sequence[float], heights: list[float]) -> None:
        self.low, self.high = ends
        seen = sorted(filter(visible, heights)) or [0.0]
        few = len(seen) // 20  # a pole must not flatten all the rest
        low, high = seen[few], seen[-1 - few]
        room = (high - low) * 0.6 or abs(high) / 2 or 1.0
        self.bottom = max(seen[0], low - room) - room / 8
        self.top = min(seen[-1], high + room) + room / 8

    def x(self, t: float) -> float:
        """Across."""
        part = (t - self.low) / (self.high - self.low)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(self, v: float) -> float:
        """Down; kept within reach of what draws it."""
        part = (v - self.bottom) / (self.top - self.bottom)
        part = min(max(part, -9.0), 9.0)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def curve(
    f: Callable[[float], float],
    x: float,
    slope: float,
    names: tuple[str, str] = ("x", "y"),
    ends: Sequence[float] | None = None,
) -> str:
    """Draw a function near a point, and its tangent there.

    Parameters
    ----------
    f : callable
        A function of one float.
    x : float
        Where the tangent touches.
    slope : float
        The derivative at `x`.
    names : tuple of (str, str)
        What the axes are called: across, and up.
    ends : sequence of float, optional
        From where to where; by default four to either side, about.

    Returns
    -------
    str
        SVG.

    Examples
    --------
    >>> from micrograd.live.curve import curve
    >>> svg = curve(lambda t: t * t, 1.0, 2.0)
    >>> svg[:34], svg.count("<polyline"), svg.count("<circle")
    ('<svg class="mg-slope" tabindex="0"', 1, 1)
    """
    low, high = ends or window(x)
    ts = [low + (high - low) * i / (POINTS - 1) for i in range(POINTS)]
    heights = [f(t) for t in ts]
    y = f(x)
    frame = Frame((low, high), [*heights, y])
    name, up = names
    told = f"{name} = {number(x)}, {up} = {number(y)}, slope {number(slope)}"
    return (
        '<svg class="mg-slope" tabindex="0" role="slider" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{escape(name)}" '
        f'aria-valuemin="{low:g}" aria-valuemax="{high:g}" '
        f'aria-valuenow="{x:g}" aria-valuetext="{escape(told)}" '
        f'data-left="{LEFT}" data-right="{WIDTH - RIGHT}">'
        f"{''.join(_axes(frame, names))}"
        f'<svg x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM}" viewBox="{LEFT} {TOP} '
        f'{WIDTH - LEFT - RIGHT} {HEIGHT - TOP - BOTTOM}">'
        f"{''.join(_lines(frame, ts, heights))}"
        f"{_tangent(frame, x, y, slope)}</svg>{_point(frame, x, y)}</svg>"
    )


def _axes(frame: Frame, names: tuple[str, str]) -> Iterator[str]:
    """A grid with numbers, darker where a coordinate is zero."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for t in _ticks(frame.low, frame.high):
        x, zero = frame.x(t), ' class="zero"' if t == 0 else ""
        yield f'<path{zero} d="M{x:.1f} {TOP}V{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 15}">{t:g}</text>'
    for v in _ticks(frame.bottom, frame.top):
        y, zero = frame.y(v), ' class="zero"' if v == 0 else ""
        yield f'<path{zero} d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="up" x="{LEFT - 6}" y="{y + 4:.1f}">{v:g}</text>'
    middle = (LEFT + right) / 2
    places = (middle, HEIGHT - 6), (LEFT, TOP - 12)
    for name, (x, y) in zip(names, places, strict=True):
        label = f'<text class="name" x="{x:.0f}" y="{y}">'
        yield f"{label}{escape(name)}</text>"


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two others, four to nine of them."""
    raw = (high - low) / 5
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= raw * 0.7)
    first, last = floor(low / step) + 1, floor(high / step)
    return [float(f"{k * step:.10g}") for k in range(first, last + 1)]


def _lines(
    frame: Frame, ts: list[float], heights: list[float]
) -> Iterator[str]:
    """The curve, broken where it is not finite or jumps across."""
    stretch: list[str] = []
    before = heights[0]
    for t, v in zip(ts, heights, strict=True):
        jump = abs(v - before) > 2 * (frame.top - frame.bottom)
        if (not visible(v) or jump) and stretch:
            yield f'<polyline class="line" points="{" ".join(stretch)}"/>'
            stretch = []
        if visible(v):
            stretch.append(f"{frame.x(t):.1f},{frame.y(v):.1f}")
        before = v
    yield f'<polyline class="line" points="{" ".join(stretch)}"/>'


def _tangent(frame: Frame, x: float, y: float, slope: float) -> str:
    """A straight line through the point, as steep as the curve there."""
    if not visible(slope) or not visible(y):
        return ""
    reach = frame.high - frame.low
    if slope:  # not further than the picture is high
        reach = min(reach, 2 * (frame.top - frame.bottom) / abs(slope))
    ends = [
        f"{frame.x(t):.1f},{frame.y(y + slope * (t - x)):.1f}"
        for t in (x - reach, x + reach)
    ]
    return f'<path class="tangent" d="M{ends[0]}L{ends[1]}"/>'


def _point(frame: Frame, x: float, y: float) -> str:
    """Where the tangent touches; a line at the foot if it is nowhere."""
    across = frame.x(x)
    if not visible(y):
        return f'<path class="here" d="M{across:.1f} {TOP}v12"/>'
    return f'<circle cx="{across:.1f}" cy="{frame.y(y):.1f}" r="7"/>'
