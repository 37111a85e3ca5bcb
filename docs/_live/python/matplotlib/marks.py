"""Marks: lines, points and words as SVG.

Lengths are points, 72 to the inch, as in matplotlib.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

__all__ = ["dashes", "missing", "parse", "path", "point", "text", "width"]

Place = tuple[float, float]

FAR = 1e4  # nobody looks there, and browsers do not like greater numbers
NAMES = {"solid": "-", "dashed": "--", "dotted": ":", "dashdot": "-."}
PATTERNS = {"--": (3.7, 1.6), ":": (1.0, 1.65), "-.": (6.4, 1.6, 1.0, 1.6)}
# Corners of the shapes, on a square from -1 to 1; y points down.
SHAPES = {
    "^": [(0, -1), (1, 1), (-1, 1)],
    "v": [(0, 1), (1, -1), (-1, -1)],
    "<": [(-1, 0), (1, 1), (1, -1)],
    ">": [(1, 0), (-1, 1), (-1, -1)],
    "s": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "D": [(0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)],
    "d": [(0, -1.4), (0.85, 0), (0, 1.4), (-0.85, 0)],
    "P": [
        *[(-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4)],
        *[(0.4, 0.4), (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4)],
        *[(-1, -0.4), (-0.4, -0.4)],
    ],
}
STROKES = {"+": "M-1 0H1M0-1V1", "x": "M-1-1L1 1M-1 1L1-1"}
STROKES |= {"|": "M0-1V1", "_": "M-1 0H1"}
FORMAT = re.compile(
    r"(?P<line>--|-\.|-|:)|(?P<marker>[.ov^<>sp*+xDdP|_])|"
    r"(?P<colour>C\d|[bgrcmykw])"
)


def missing(what: str, asked: str, name: str = "") -> AttributeError:
    """The error that says what a page cannot draw, for its caller to raise.

    Examples
    --------
    >>> print(missing("plots", "ax.pie"))
    the plots of a page have no ax.pie: they draw the part of matplotlib \
that this site uses; elsewhere matplotlib draws all
    """
    return AttributeError(
        f"the {what} of a page have no {asked}: they draw the part of "
        "matplotlib that this site uses; elsewhere matplotlib draws all",
        name=name,
    )


def star(corners: int, inner: float) -> list[Place]:
    """A star, or with `inner` 1 a polygon."""
    turn = math.pi / corners
    radii = [1.1, 1.1 * inner]
    return [
        (radii[i % 2] * math.sin(i * turn), -radii[i % 2] * math.cos(i * turn))
        for i in range(2 * corners)
    ]


SHAPES |= {"*": star(5, 0.45), "p": star(5, 0.81)}


def parse(short: str) -> dict[str, str]:
    """A format such as ``"o--"`` in parts; a marker alone has no line.

    Examples
    --------
    >>> parse("s--"), parse("o")
    ({'marker': 's', 'line': '--'}, {'marker': 'o', 'line': ''})
    """
    found = [match.groupdict() for match in FORMAT.finditer(short)]
    parts = {k: v for groups in found for k, v in groups.items() if v}
    if "marker" in parts:
        parts.setdefault("line", "")
    return parts


def dashes(style: Any, thickness: float) -> str | None:
    """The attribute of a line's dashes; None if there is no line."""
    style = "-" if style is None else style
    if style in ("", " ", "none", "None"):
        return None
    if isinstance(style, str):
        pattern: Sequence[float] = PATTERNS.get(NAMES.get(style, style), ())
    else:
        pattern = style[1]
    if not pattern:
        return ""
    lengths = " ".join(f"{part * thickness:.3g}" for part in pattern)
    return f' stroke-dasharray="{lengths}"'


def path(places: Iterable[Place], *, closed: bool = False) -> str:
    """A path through places; those that are no numbers break it.

    Examples
    --------
    >>> path([(0.0, 1.0), (2.0, 3.0)])
    'M0,1 2,3'
    """
    words, pen = [], "M"
    for x, y in places:
        if not (math.isfinite(x) and math.isfinite(y)):
            pen = "M"
            continue
        x, y = (min(max(number, -FAR), FAR) for number in (x, y))
        words.append(f"{pen}{round(x, 2):g},{round(y, 2):g}")
        pen = ""
    return " ".join(words) + ("Z" if closed and words else "")


def point(marker: str, place: Place, size: float, look: str) -> str:
    """One marker; `size` is its width, `look` its attributes."""
    x, y = place
    if not (math.isfinite(x) and math.isfinite(y)):
        return ""
    half = size / 2
    where = f'transform="translate({x:.2f} {y:.2f}) scale({half:.3g})"'
    thin = 'vector-effect="non-scaling-stroke"'
    if marker in STROKES:
        return f'<path d="{STROKES[marker]}" {where} {thin} {look}/>'
    if marker in SHAPES:
        outline = path(SHAPES[marker], closed=True)
        return f'<path d="{outline}" {where} {thin} {look}/>'
    half = half * 0.5 if marker == "." else half
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{half:.3g}" {look}/>'


def text(
    words: object,
    place: Place,
    *,
    anchor: str = "middle",
    size: float = 10,
    more: str = "",
) -> str:
    """Words at a place; lines below each other."""
    x, y = place
    lines = str(words).split("\n")
    look = f'x="{x:.1f}" text-anchor="{anchor}" font-size="{size:g}"{more}'
    return "".join(
        f'<text y="{y + 1.2 * size * i:.1f}" {look}>{escape(one)}</text>'
        for i, one in enumerate(lines)
    )


def width(words: object, size: float = 10) -> float:
    """About how wide words are: no font is at hand to measure."""
    return 0.6 * size * max(map(len, str(words).split("\n")))
