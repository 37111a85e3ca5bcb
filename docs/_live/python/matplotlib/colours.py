"""Colours: their names, the order in which lines take them, and maps.

Sources: the names and the default cycle are matplotlib's; the maps are
sampled from those of the same names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from matplotlib import rcParams

__all__ = ["css", "cycle", "mapped"]

# A name, "#rrggbb", three or four numbers from 0 to 1, or a pair: one of
# these and an opacity.
Colour = Any

LETTERS = {
    "b": "#0000ff",
    "c": "#00bfbf",
    "g": "#008000",
    "m": "#bf00bf",
    "r": "#ff0000",
    "w": "#ffffff",
    "y": "#bfbf00",
    # A page is light or dark: what is black on paper is its ink.
    "black": "currentColor",
    "k": "currentColor",
}
TEN = (
    "#1f77b4 #ff7f0e #2ca02c #d62728 #9467bd "
    "#8c564b #e377c2 #7f7f7f #bcbd22 #17becf"
).split()
MAPS = {
    "Blues": "#f7fbff #c6dbef #6baed6 #2171b5 #08306b",
    "Greys": "#ffffff #d9d9d9 #969696 #525252 #000000",
    "RdBu": "#67001f #d6604d #f7f7f7 #4393c3 #053061",
    "cividis": "#00224e #414d6b #7c7b78 #bcaf6f #fee838",
    "coolwarm": "#3b4cc0 #8db0fe #dddddd #f49a7b #b40426",
    "gray": "#000000 #ffffff",
    "magma": "#000004 #51127c #b73779 #fc8961 #fcfdbf",
    "viridis": (
        "#440154 #472d7b #3b528b #2c728e #21918c "
        "#28ae80 #5ec962 #addc30 #fde725"
    ),
}


def css(colour: Colour) -> str:
    """A colour as a style sheet writes it.

    Examples
    --------
    >>> css("k"), css("0.5"), css((1.0, 0.0, 0.0, 0.2))
    ('currentColor', 'rgb(128 128 128)', 'rgb(255 0 0 / 0.2)')
    >>> css(("#0072b2", 0.2))
    'rgb(0 114 178 / 0.2)'
    """
    if not isinstance(colour, str) and isinstance(colour[0], str):
        plain, opacity = css(colour[0]), float(colour[1])
        if re.fullmatch("#[0-9a-fA-F]{6}", plain):
            parts = [int(plain[i : i + 2], 16) / 255 for i in (1, 3, 5)]
            return css((*parts, opacity))
        return f"color-mix(in srgb, {plain} {100 * opacity:g}%, transparent)"
    if not isinstance(colour, str):
        red, green, blue, *rest = (float(part) for part in colour)
        parts = " ".join(f"{255 * part:.0f}" for part in (red, green, blue))
        return f"rgb({parts} / {rest[0]:g})" if rest else f"rgb({parts})"
    if re.fullmatch(r"C\d+", colour):
        colours = cycle()
        return colours[int(colour[1:]) % len(colours)]
    if re.fullmatch(r"[01]?\.\d+|[01]", colour):
        return css([float(colour)] * 3)
    return LETTERS.get(colour, colour.removeprefix("tab:"))


def cycle() -> list[str]:
    """The colours that lines take in turn."""
    found = re.findall(r"#\w{6}", str(rcParams["axes.prop_cycle"]))
    return found or TEN


def mapped(name: Any, fraction: float) -> str:
    """The colour at a place of a map, from 0 to 1.

    `name` is that of a map, or a map of ``matplotlib.colors``.

    Examples
    --------
    >>> mapped("gray", 0.5), mapped("gray_r", 0.0)
    ('rgb(128 128 128)', 'rgb(255 255 255)')
    """
    stops = getattr(name, "stops", None) or _stops(name or "viridis")
    place = min(max(fraction, 0.0), 1.0) * (len(stops) - 1)
    i = min(int(place), len(stops) - 2)
    low, high = _numbers(stops[i]), _numbers(stops[i + 1])
    mixed = [a + (b - a) * (place - i) for a, b in zip(low, high)]
    return css(mixed if mixed[3] < 1 else mixed[:3])


def _stops(name: str) -> list[str]:
    stops = MAPS.get(name.removesuffix("_r"), MAPS["viridis"]).split()
    return stops[::-1] if name.endswith("_r") else stops


def _numbers(colour: str) -> Sequence[float]:
    opaque = f"{colour}ff"
    return [int(opaque[i : i + 2], 16) / 255 for i in (1, 3, 5, 7)]
