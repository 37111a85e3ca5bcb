"""Draw a row of the table and its first two derivatives, as SVG.

The drawing is part of the page and takes its colours from it, so that one
picture serves the light and the dark theme.  Where the function has a kink
the slope jumps: open circles mark both of its ends, a full one the value
that the row gives there.

Notation: ``t`` the operand that varies, ``k`` a kink.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from micrograd import grad
from micrograd.rules import Primitive
from page_programs.plane import Box, Plane, number

__all__ = ["View", "plot", "view"]

BOX = Box(380, 230, left=34, right=8, top=26, bottom=22)
ROOM = 0.06  # above and below, as a part of the height
STEPS = 96
TALLEST = 4.0  # derivatives beyond this are cut off if f itself is flatter
BESIDE = 1e-9  # how far from a kink its two sides are evaluated

# Each readable on white and on black, and told apart by its dashes too.
LOOKS = [
    ("f", 'stroke="currentColor" stroke-width="2"'),
    ("f′", 'stroke="#d55e00" stroke-width="2" stroke-dasharray="7 3"'),
    ("f″", 'stroke="#3a93cc" stroke-width="2" stroke-dasharray="2 3"'),
]

Curve = Callable[[Any], Any]
Stretches = list[list[float]]  # (pieces between kinks, points)
Heights = list[Stretches]  # (curves, pieces, points)


@dataclass
class View:
    """Which curve of a row is drawn, and where.

    Attributes
    ----------
    words : str
        The curve, such as ``power(t, 3)``.
    f : callable
        The curve as a function of one operand.
    low, high : float
        From where to where.
    kinks : tuple of float
        Where its slope jumps.
    """

    words: str
    f: Curve
    low: float
    high: float
    kinks: tuple[float, ...] = ()


# Of several operands one varies, "t"; the others stand still at a number
# that shows what the function does.
CUTS: dict[str, tuple[list[str | float], float, float, tuple[float, ...]]] = {
    "add": (["t", 1], -3, 3, ()),
    "subtract": (["t", 1], -3, 3, ()),
    "multiply": (["t", 2], -3, 3, ()),
    "divide": ([1, "t"], 0.3, 3, ()),
    "power": (["t", 3], -2, 2, ()),
    "logaddexp": (["t", 0], -4, 4, ()),
    "atan2": (["t", 1], -4, 4, ()),
    "hypot": (["t", 1], -3, 3, ()),
    "leaky_relu": (["t", 0.1], -3, 3, (0,)),
    "elu": (["t", 1], -3, 3, (0,)),
    "maximum": (["t", 1], -2, 4, (1,)),
    "minimum": (["t", 1], -2, 4, (1,)),
}


def view(row: Primitive) -> View | None:
    """The curve that stands for a row; None if there is none to choose."""
    if row.name in CUTS:
        pattern, low, high, kinks = CUTS[row.name]
    elif row.arity == 1:
        low, high = row.domain[0]
        pattern, kinks = ["t"], row.kinks
        if kinks:
            low = -high
    else:
        return None

    def f(t: Any) -> Any:  # a number, or a Value, to be differentiated
        return row(*(t if each == "t" else each for each in pattern))

    words = f"{row.name}({', '.join(map(str, pattern))})"
    return View(words, f, low, high, kinks)


# --- From numbers to the page ---


def pieces(seen: View) -> Stretches:
    """Where to evaluate: one list for each stretch between kinks."""
    edges = [seen.low, *seen.kinks, seen.high]
    found = []
    for low, high in zip(edges, edges[1:], strict=False):
        low += BESIDE if low in seen.kinks else 0
        high -= BESIDE if high in seen.kinks else 0
        step = (high - low) / STEPS
        found.append([*(low + step * n for n in range(STEPS)), high])
    return found


def legend(words: str) -> str:
    """Which line is which."""
    parts = []
    for n, (name, look) in enumerate(LOOKS):
        x = BOX.width - BOX.right - 56 * (len(LOOKS) - n)
        parts.append(
            f'<path d="M{x + 4} 12h22" fill="none" {look}/>'
            f'<text x="{x + 32}" y="16">{name}</text>'
        )
    title = f'<text x="{BOX.left}" y="16">{escape(words)}</text>'
    return title + "".join(parts)


def kink_marks(plane: Plane, seen: View, slope: Curve) -> str:
    """Open circles where a curve bends or breaks, full ones on its value."""
    marks = []
    for curve, (_, look) in zip([seen.f, slope], LOOKS, strict=False):
        for k in seen.kinks:
            ends = [curve(k - BESIDE), curve(k + BESIDE)]
            whole = abs(ends[1] - ends[0]) < 1e-6
            for v in [curve(k)] if whole else ends:
                marks.append(_circle(plane, k, v, look, full=False))
            if not whole:
                marks.append(_circle(plane, k, curve(k), look, full=True))
    return "".join(marks)


def _circle(plane: Plane, t: float, v: float, look: str, *, full: bool) -> str:
    colour = look.split('"')[1]
    inside = colour if full else "var(--pst-color-background, Canvas)"
    return (
        f'<circle cx="{plane.x(t):.1f}" cy="{plane.y(v):.1f}" '
        f'r="{3 if full else 4}" stroke="{colour}" stroke-width="1.5" '
        f'style="fill: {inside}"/>'
    )


# --- The picture ---


def plot(row: Primitive) -> str:
    """The picture of a row as an element of a page; empty if none."""
    seen = view(row)
    if seen is None:
        return ""
    curves: list[Curve] = [seen.f, grad(seen.f), grad(grad(seen.f))]
    stretches = pieces(seen)
    heights = [
        [[curve(t) for t in stretch] for stretch in stretches]
        for curve in curves
    ]
    vs = worth_seeing(heights)
    room = ROOM * (max(vs) - min(vs)) or 1.0
    up = min(vs) - room, max(vs) + room
    plane = Plane(BOX, (seen.low, seen.high), up)
    clip = f"clip-{row.name}"
    return (
        '<svg class="mg-curve" role="img" style="max-width: 27rem" '
        f'viewBox="0 0 {BOX.width} {BOX.height}" '
        f'aria-label="{escape(in_words(seen, heights))}" font-size="11" '
        f'fill="currentColor">{"".join(plane.axes())}{window(clip)}'
        f'<g clip-path="url(#{clip})">{lines(plane, stretches, heights)}</g>'
        f"{kink_marks(plane, seen, curves[1])}{legend(seen.words)}</svg>"
    )


def window(name: str) -> str:
    """The part of the picture in which lines are visible."""
    left, top, wide, tall = BOX.inside
    size = f'width="{wide}" height="{tall}"'
    rectangle = f'<rect x="{left}" y="{top}" {size}/>'
    return f'<clipPath id="{name}">{rectangle}</clipPath>'


def lines(plane: Plane, stretches: Stretches, heights: Heights) -> str:
    """The three curves, each broken at kinks."""
    drawn = []
    for (_, look), curve in zip(LOOKS, heights, strict=True):
        for ts, vs in zip(stretches, curve, strict=True):
            points = " ".join(map(plane.point, ts, vs))
            drawn.append(f'<polyline fill="none" {look} points="{points}"/>')
    return "".join(drawn)


def worth_seeing(heights: Heights) -> list[float]:
    """Heights that the picture must have room for, zero among them."""
    f, *slopes = [[v for part in curve for v in part] for curve in heights]
    low, high = min(*f, -TALLEST), max(*f, TALLEST)
    cut = [min(max(v, low), high) for curve in slopes for v in curve]
    return [0.0, *f, *cut]


def in_words(seen: View, heights: Heights) -> str:
    """The picture for those who do not see it."""
    names = ["f", "its slope", "the slope of the slope"]
    parts = []
    for name, curve in zip(names, heights, strict=True):
        vs = [v for part in curve for v in part]
        low, high = number(min(vs), 3), number(max(vs), 3)
        flat = f"{name} is {low} everywhere"
        parts.append(
            flat if low == high else f"{name} is between {low} and {high}"
        )
    kinks = ", ".join(number(k, 3) for k in seen.kinks)
    return (
        f"Curves of f(t) = {seen.words} and its first two derivatives for t "
        f"from {number(seen.low, 3)} to {number(seen.high, 3)}: "
        + ", ".join(parts)
        + (f"; a kink at t = {kinks}." if kinks else ".")
    )
