"""A function of one number as a curve, with its tangent, for a page.

The engine computes the slope of the tangent, plain floats the curve.  The
picture is SVG in the colours of the page around it.

Notation: `t` runs along the axis, `x` is where the tangent touches.

Leaves out: more than one curve, axes that are not straight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from math import floor, log10

from micrograd.live.frames import number
from page_programs.plane import Box, Plane

__all__ = ["curve", "window"]

BOX = Box(420, 290, left=52, right=14, top=28, bottom=40)
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
    >>> from page_programs.curve import window
    >>> window(0.5), window(3.0)
    ((-4.0, 4.0), (0.0, 8.0))
    """
    reach = REACH * 10.0 ** max(floor(log10(abs(x) + 1)) - 1, 0)
    middle = reach * round(x / reach)
    return middle - reach, middle + reach


def visible(y: float) -> bool:
    """Whether a number has a place in a picture, however large."""
    return abs(y) < HIGHEST


def plane(ends: Sequence[float], heights: list[float]) -> Plane:
    """The part of the plane in which most of the heights can be seen."""
    low, high = ends
    seen = sorted(filter(visible, heights)) or [0.0]
    few = len(seen) // 20  # a pole must not flatten all the rest
    least, most = seen[few], seen[-1 - few]
    room = (most - least) * 0.6 or abs(most) / 2 or 1.0
    bottom = max(seen[0], least - room) - room / 8
    top = min(seen[-1], most + room) + room / 8
    return Plane(BOX, (low, high), (bottom, top))


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
    >>> from page_programs.curve import curve
    >>> svg = curve(lambda t: t * t, 1.0, 2.0)
    >>> svg[:34], svg.count("<polyline"), svg.count("<circle")
    ('<svg class="mg-slope" tabindex="0"', 1, 1)
    """
    low, high = ends or window(x)
    ts = [low + (high - low) * i / (POINTS - 1) for i in range(POINTS)]
    heights = [f(t) for t in ts]
    y = f(x)
    shown = plane((low, high), [*heights, y])
    name, up = names
    told = f"{name} = {number(x)}, {up} = {number(y)}, slope {number(slope)}"
    left, top, wide, tall = BOX.inside
    return (
        '<svg class="mg-slope" tabindex="0" role="slider" '
        f'viewBox="0 0 {BOX.width} {BOX.height}" aria-label="{escape(name)}" '
        f'aria-valuemin="{low:g}" aria-valuemax="{high:g}" '
        f'aria-valuenow="{x:g}" aria-valuetext="{escape(told)}" '
        f'data-left="{left}" data-right="{left + wide}">'
        f"{''.join(shown.axes())}{''.join(_names(names))}"
        f'<svg x="{left}" y="{top}" width="{wide}" height="{tall}" '
        f'viewBox="{left} {top} {wide} {tall}">'
        f"{''.join(_lines(shown, ts, heights))}"
        f"{_tangent(shown, x, y, slope)}</svg>{_point(shown, x, y)}</svg>"
    )


def _names(names: tuple[str, str]) -> Iterator[str]:
    """What the axes are called."""
    left, _, wide, _ = BOX.inside
    places = (left + wide / 2, BOX.height - 6), (left, BOX.top - 12)
    for name, (x, y) in zip(names, places, strict=True):
        label = f'<text class="name" x="{x:.0f}" y="{y}">'
        yield f"{label}{escape(name)}</text>"


def _lines(
    shown: Plane, ts: list[float], heights: list[float]
) -> Iterator[str]:
    """The curve, broken where it is not finite or jumps across."""
    stretch: list[str] = []
    before = heights[0]
    for t, v in zip(ts, heights, strict=True):
        jump = abs(v - before) > 2 * (shown.top - shown.bottom)
        if (not visible(v) or jump) and stretch:
            yield f'<polyline class="line" points="{" ".join(stretch)}"/>'
            stretch = []
        if visible(v):
            stretch.append(shown.point(t, v))
        before = v
    yield f'<polyline class="line" points="{" ".join(stretch)}"/>'


def _tangent(shown: Plane, x: float, y: float, slope: float) -> str:
    """A straight line through the point, as steep as the curve there."""
    if not visible(slope) or not visible(y):
        return ""
    reach = shown.high - shown.low
    if slope:  # not further than the picture is high
        reach = min(reach, 2 * (shown.top - shown.bottom) / abs(slope))
    ends = [
        shown.point(t, y + slope * (t - x)) for t in (x - reach, x + reach)
    ]
    return f'<path class="tangent" d="M{ends[0]}L{ends[1]}"/>'


def _point(shown: Plane, x: float, y: float) -> str:
    """Where the tangent touches; a line at the foot if it is nowhere."""
    across = shown.x(x)
    if not visible(y):
        return f'<path class="here" d="M{across:.1f} {BOX.top}v12"/>'
    return f'<circle cx="{across:.1f}" cy="{shown.y(y):.1f}" r="7"/>'
