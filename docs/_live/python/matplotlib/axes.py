"""Axes: what is drawn on them, and the frame around it.

Every method notes what to draw, and makes room on the scales; the drawing
itself waits until the figure knows how large its parts are.  A note is a
function of a `Place`, which turns a pair of numbers into a place in points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import contours, marks, rcParams
from matplotlib.colours import css, cycle, mapped
from matplotlib.scales import Scale, nice

__all__ = ["Axes", "Handle"]

Draw = Callable[["Place"], str]

SETTERS = (
    "title xlabel ylabel xlim ylim xscale yscale xticks yticks aspect"
).split()


@dataclass
class Place:
    """Where on the page numbers lie: a box, and the scales of its sides."""

    x: Scale
    y: Scale
    width: float
    height: float

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point, from the upper left corner of the box."""
        across, up = self.x.fraction(x), self.y.fraction(y)
        return across * self.width, (1 - up) * self.height


@dataclass
class Handle:
    """Something drawn, as a legend shows it."""

    label: str
    colour: str
    dashes: str | None = None  # no line
    width: float = 1.5
    marker: str = ""
    filled: bool = False

    def __getattr__(self, name: str) -> Any:
        """Say what there is instead of what is not there."""
        raise marks.missing("lines and points", f".{name}", name)

    def get_label(self) -> str:
        """Its words."""
        return self.label

    def get_color(self) -> str:
        """Its colour."""
        return self.colour

    def sample(self, x: float, y: float) -> str:
        """A short piece of it, 20 points wide."""
        if self.filled:
            return (
                f'<rect x="{x:.1f}" y="{y - 3.5:.1f}" width="20" height="7" '
                f'fill="{self.colour}"/>'
            )
        drawn = ""
        if self.dashes is not None:
            drawn = (
                f'<path d="M{x:.1f} {y:.1f}h20" fill="none" '
                f'stroke="{self.colour}" stroke-width="{self.width:g}"'
                f"{self.dashes}/>"
            )
        look = f'fill="{self.colour}" stroke="{self.colour}"'
        middle = (x + 10, y)
        if self.marker:
            drawn += marks.point(self.marker, middle, 6, look)
        return drawn


@dataclass
class Bar:
    """One bar of a histogram."""

    left: float
    bottom: float
    size: float
    height: float

    def get_height(self) -> float:
        """How high it is."""
        return self.height


def labelled(rows: Any, labels: Any = None) -> list[Handle]:
    """Those with words of their own, or with the words given."""
    handles = list(rows)
    for row, label in zip(handles, labels or []):
        row.label = str(label)
    return [row for row in handles if row.label and row.label[0] != "_"]


def floats(numbers: Any) -> list[float]:
    """Numbers of any kind, or one alone, as a list."""
    if hasattr(numbers, "__iter__"):
        return [float(number) for number in numbers]
    return [float(numbers)]


class Axes:
    """One plot of a figure."""

    def __init__(self, figure: Any = None) -> None:
        self.figure = figure
        self.x, self.y = Scale(), Scale()
        self.notes: list[tuple[float, Draw]] = []
        self.handles: list[Handle] = []
        self.legend_of: tuple[list[Handle], str] | None = None
        self.patches: list[Bar] = []
        self.words = {"title": "", "xlabel": "", "ylabel": ""}
        self.has_grid = bool(rcParams["axes.grid"])
        self.has_frame = True
        self.has_words = {"x": True, "y": True}  # beside its marks
        self.spines = {
            side: bool(rcParams.get(f"axes.spines.{side}", True))
            for side in ("left", "bottom", "right", "top")
        }
        self.colours = cycle()
        self.taken = 0
        self.is_right = False  # has its marks on the right, as twins do
        self.aspect: float | None = None
        self.seen: list[tuple[float, float]] = []
        self.host: Axes | None = None  # of a twin

    def __getattr__(self, name: str) -> Any:
        """``set_title(words)`` and the like: one setting of ``set``."""
        prefix, _, setting = name.partition("_")
        if prefix == "set" and setting in SETTERS:
            return lambda *given, **look: self._set(setting, *given)
        if prefix == "get" and setting in ("title", "xlabel", "ylabel"):
            return lambda: self.words[setting]
        if prefix == "get" and setting in ("xlim", "ylim"):
            return (self.x if setting == "xlim" else self.y).limits
        raise marks.missing("plots", f"ax.{name}", name)

    # --- Lines and points ---

    def _colour(self, given: Any = None) -> str:
        if given is not None:
            return css(given)
        self.taken += 1
        return css(self.colours[(self.taken - 1) % len(self.colours)])

    def _note(self, draw: Draw, order: float) -> None:
        self.notes.append((order, draw))

    def _see(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        self.x.see(xs)
        self.y.see(ys)
        self.seen += zip(xs, ys, strict=True)

    def plot(self, *args: Any, **look: Any) -> list[Handle]:
        """Lines through points: ``y``, ``x, y``, or either with a format."""
        given = list(args)
        drawn = []
        while given:
            ys = floats(given.pop(0))
            xs = [float(i) for i in range(len(ys))]
            if given and not isinstance(given[0], str):
                xs, ys = ys, floats(given.pop(0))
            short = given.pop(0) if given else ""
            drawn.append(self._line(xs, ys, marks.parse(short) | look))
        return drawn

    def _line(
        self, xs: list[float], ys: list[float], look: dict[str, Any]
    ) -> Handle:
        thick = float(look.get("linewidth", look.get("lw", 1.5)))
        style = look.get("linestyle", look.get("ls", look.get("line")))
        colour = look.get("color", look.get("c", look.get("colour")))
        size = look.get("markersize", look.get("ms", 6))
        handle = Handle(
            str(look.get("label") or ""),
            self._colour(colour),
            marks.dashes(style, thick),
            thick,
            look.get("marker") or "",
        )
        self.handles.append(handle)
        self._see(xs, ys)
        alpha = look.get("alpha", 1) or 1
        points = list(zip(xs, ys, strict=True))

        def draw(place: Place) -> str:
            at = [place(x, y) for x, y in points]
            parts = ""
            if handle.dashes is not None:
                parts = (
                    f'<path d="{marks.path(at)}" fill="none" '
                    f'stroke="{handle.colour}" stroke-width="{thick:g}" '
                    f'stroke-linejoin="round"{handle.dashes}/>'
                )
            ink = f'fill="{handle.colour}" stroke="{handle.colour}"'
            for one in at if handle.marker else ():
                parts += marks.point(handle.marker, one, size, ink)
            return f'<g opacity="{alpha:g}">{parts}</g>'

        self._note(draw, look.get("zorder", 2))
        return handle

    def scatter(
        self, x: Any, y: Any, s: Any = 36, c: Any = None, **look: Any
    ) -> Handle:
        """Points, each of an area of its own if `s` is a list."""
        xs, ys = floats(x), floats(y)
        colours = self._point_colours(c, look, len(xs))
        sizes = floats(s) * (1 if hasattr(s, "__iter__") else len(xs))
        marker = look.get("marker") or "o"
        edge = look.get("edgecolors", look.get("edgecolor", "face"))
        thick = look.get("linewidths", look.get("linewidth", 1.0))
        alpha = look.get("alpha", 1) or 1
        first = colours[0] if colours else "currentColor"
        label = str(look.get("label") or "")
        handle = Handle(label, first, marker=marker)
        self.handles.append(handle)
        self._see(xs, ys)

        def draw(place: Place) -> str:
            parts = ""
            rows = zip(xs, ys, colours, sizes, strict=True)
            for px, py, colour, area in rows:
                rim = colour if edge == "face" else css(edge)
                ink = f'fill="{colour}" stroke="{rim}" stroke-width="{thick}"'
                size = math.sqrt(area)
                parts += marks.point(marker, place(px, py), size, ink)
            return f'<g opacity="{alpha:g}">{parts}</g>'

        self._note(draw, look.get("zorder", 1.5))
        return handle

    def _point_colours(
        self, c: Any, look: dict[str, Any], count: int
    ) -> list[str]:
        given = look.get("color", c)
        several = hasattr(given, "__iter__") and not isinstance(given, str)
        if not several:
            return [self._colour(given)] * count
        rows = list(given)
        if len(rows) == count and isinstance(rows[0], (int, float)):
            low = look.get("vmin", min(rows))
            spread = (look.get("vmax", max(rows)) - low) or 1.0
            name = look.get("cmap")
            return [mapped(name, (row - low) / spread) for row in rows]
        if isinstance(rows[0], (int, float)):
            return [css(rows)] * count
        return [css(row) for row in rows]

    # --- Straight lines, words and areas ---

    def axhline(self, y: float = 0, **look: Any) -> Handle:
        """A line all the way across."""
        self.y.see([float(y)])
        return self._rule(
            look,
            lambda place: [
                (0.0, place(place.x.limits()[0], y)[1]),
                (place.width, place(place.x.limits()[0], y)[1]),
            ],
        )

    def axvline(self, x: float = 0, **look: Any) -> Handle:
        """A line all the way up."""
        self.x.see([float(x)])
        return self._rule(
            look,
            lambda place: [
                (place(x, place.y.limits()[0])[0], 0.0),
                (place(x, place.y.limits()[0])[0], place.height),
            ],
        )

    def _rule(self, look: dict[str, Any], ends: Any) -> Handle:
        thick = float(look.get("linewidth", look.get("lw", 1.5)))
        style = look.get("linestyle", look.get("ls"))
        handle = Handle(
            str(look.get("label") or ""),
            self._colour(look.get("color", look.get("c"))),
            marks.dashes(style, thick) or "",
            thick,
        )
        self.handles.append(handle)
        alpha = look.get("alpha", 1) or 1

        def draw(place: Place) -> str:
            return (
                f'<path d="{marks.path(ends(place))}" opacity="{alpha:g}" '
                f'stroke="{handle.colour}" stroke-width="{thick:g}"'
                f"{handle.dashes}/>"
            )

        self._note(draw, look.get("zorder", 2))
        return handle

    def text(self, x: float, y: float, s: object, **look: Any) -> None:
        """Words at a point."""
        across = look.get("ha", look.get("horizontalalignment", "left"))
        up = look.get("va", look.get("verticalalignment", "baseline"))
        size = float(look.get("fontsize", look.get("size", 10)))
        anchor = {"left": "start", "right": "end"}.get(across, "middle")
        down = {"center": 0.35, "top": 0.9, "bottom": -0.2}.get(up, 0.0)
        ink = f' fill="{css(look.get("color", look.get("c", "k")))}"'

        def draw(place: Place) -> str:
            px, py = place(float(x), float(y))
            where = (px, py + down * size)
            return marks.text(s, where, anchor=anchor, size=size, more=ink)

        self._note(draw, look.get("zorder", 3))

    def annotate(
        self, text: object, xy: Any, xytext: Any = None, **look: Any
    ) -> None:
        """Words, and a line from them to a point."""
        end = xy if xytext is None else xytext
        if look.pop("arrowprops", None) is not None:
            self._line(
                [float(end[0]), float(xy[0])],
                [float(end[1]), float(xy[1])],
                {"color": "k", "linewidth": 0.8},
            )
        self.text(*end, text, **look)

    def fill_between(
        self, x: Any, y1: Any, y2: Any = 0, **look: Any
    ) -> Handle:
        """The area between two curves, or between one and a height."""
        xs = floats(x)
        sides = [
            floats(y) * (1 if hasattr(y, "__iter__") else len(xs))
            for y in (y1, y2)
        ]
        for side in sides:
            self._see(xs, side)
        outline = [*zip(xs, sides[0]), *zip(xs[::-1], sides[1][::-1])]
        return self._area([outline], look, order=1)

    def bar(
        self, x: Any, height: Any, width: Any = 0.8, **look: Any
    ) -> Handle:
        """A bar at each place, `width` wide."""
        heights = floats(height)
        names = [one for one in x if isinstance(one, str)]
        xs = [float(i) for i in range(len(names))] or floats(x)
        if names:
            self.x.mark(xs, names)
        bars = [Bar(p - width / 2, 0.0, width, h) for p, h in zip(xs, heights)]
        return self._bars(bars, look)

    def hist(self, x: Any, bins: Any = 10, **look: Any) -> Any:
        """How many of the numbers lie in each of some intervals."""
        numbers = floats(x)
        edges = bins
        if isinstance(bins, int):
            low, high = look.pop("range", None) or (min(numbers), max(numbers))
            if low == high:
                low, high = low - 0.5, high + 0.5
            edges = [low + (high - low) * i / bins for i in range(bins + 1)]
        counts = [0.0] * (len(edges) - 1)
        for number in numbers:
            # The last interval has both of its ends.
            place = sum(edge <= number for edge in edges) - 1
            place -= number == edges[-1]
            if 0 <= place < len(counts):
                counts[place] += 1
        pairs = zip(edges, edges[1:])
        bars = [
            Bar(low, 0.0, high - low, count)
            for (low, high), count in zip(pairs, counts)
        ]
        self._bars(bars, look)
        return counts, edges, bars

    def _bars(self, bars: list[Bar], look: dict[str, Any]) -> Handle:
        self.patches += bars
        outlines = []
        for one in bars:
            right, top = one.left + one.size, one.bottom + one.height
            self.x.see([one.left, right])
            self.y.see([one.bottom, top])
            corners = [(one.left, one.bottom), (right, one.bottom)]
            outlines.append([*corners, (right, top), (one.left, top)])
        self.y.edges.add(0.0)  # bars stand on it
        return self._area(outlines, look, order=1)

    def _area(
        self,
        outlines: list[list[tuple[float, float]]],
        look: dict[str, Any],
        order: float,
    ) -> Handle:
        colour = self._colour(look.get("color", look.get("facecolor")))
        handle = Handle(str(look.get("label") or ""), colour, filled=True)
        self.handles.append(handle)
        alpha = look.get("alpha", 1) or 1

        def draw(place: Place) -> str:
            d = "".join(
                marks.path((place(x, y) for x, y in outline), closed=True)
                for outline in outlines
            )
            return (
                f'<path d="{d}" fill="{colour}" fill-rule="evenodd" '
                f'opacity="{alpha:g}"/>'
            )

        self._note(draw, look.get("zorder", order))
        return handle

    # --- Functions of two numbers ---

    def contour(self, *args: Any, levels: Any = 7, **look: Any) -> None:
        """Lines along which a function has one value."""
        xs, ys, z, levels = self._grid(args, levels)
        widths = look.get("linewidths", 1.5)
        dash = marks.dashes(look.get("linestyles"), widths) or ""
        colours = self._level_colours(levels, look)
        alpha = look.get("alpha", 1) or 1

        def draw(place: Place) -> str:
            parts = ""
            for level, colour in zip(levels, colours, strict=True):
                chains = contours.line(xs, ys, z, level)
                d = "".join(
                    marks.path(place(x, y) for x, y in chain)
                    for chain in chains
                )
                parts += (
                    f'<path d="{d}" fill="none" stroke="{colour}" '
                    f'stroke-width="{widths:g}" opacity="{alpha:g}"{dash}/>'
                )
            return parts

        self._note(draw, look.get("zorder", 2))

    def contourf(self, *args: Any, levels: Any = 7, **look: Any) -> None:
        """The bands between such lines, filled."""
        xs, ys, z, levels = self._grid(args, levels)
        middles = [(a + b) / 2 for a, b in zip(levels, levels[1:])]
        colours = self._level_colours(middles, look)
        alpha = look.get("alpha", 1) or 1

        def draw(place: Place) -> str:
            parts = ""
            for low, high, colour in zip(levels, levels[1:], colours):
                loops = contours.band(xs, ys, z, low, high)
                d = "".join(
                    marks.path((place(x, y) for x, y in loop), closed=True)
                    for loop in loops
                )
                # A hair's breadth of its own colour closes the seams.
                seam = "" if "/" in colour else f' stroke="{colour}"'
                parts += (
                    f'<path d="{d}" fill="{colour}" fill-rule="evenodd"'
                    f'{seam} stroke-width="0.3"/>'
                )
            return f'<g opacity="{alpha:g}">{parts}</g>'

        self._note(draw, look.get("zorder", 1))

    def _grid(self, args: Sequence[Any], levels: Any) -> Any:
        """Places, heights and levels, from what was given."""
        if len(args) in (2, 4):
            *args, levels = args
        z = [floats(row) for row in args[-1]]
        xs: Any = range(len(z[0]))
        ys: Any = range(len(z))
        if len(args) == 3:
            xs, ys = list(args[0]), list(args[1])
            if hasattr(xs[0], "__iter__"):  # a grid of places
                xs, ys = xs[0], [row[0] for row in ys]
        xs, ys = floats(xs), floats(ys)
        self.x.see(xs, edge=True)
        self.y.see(ys, edge=True)
        if isinstance(levels, int):
            every = [height for row in z for height in row]
            levels = nice(min(every), max(every), levels + 1)
        return xs, ys, z, floats(levels)

    @staticmethod
    def _level_colours(
        levels: Sequence[float], look: dict[str, Any]
    ) -> list[str]:
        colours = look.get("colors")
        if colours is None:
            low = look.get("vmin", levels[0])
            spread = (look.get("vmax", levels[-1]) - low) or 1.0
            name = look.get("cmap")
            return [mapped(name, (one - low) / spread) for one in levels]
        if isinstance(colours, str):
            return [css(colours)] * len(levels)
        return [css(colours[i % len(colours)]) for i in range(len(levels))]

    def imshow(self, z: Any, **look: Any) -> None:
        """A table of numbers as a table of colours."""
        rows = [floats(row) for row in z]
        if self.y.asked == (None, None):
            self.y.asked = (len(rows) - 0.5, -0.5)
        self._squares(rows, -0.5, look)

    def pcolormesh(self, z: Any, **look: Any) -> None:
        """The same from the bottom up, the first square beginning at 0."""
        self._squares([floats(row) for row in z], 0.0, look)

    def _squares(
        self, rows: list[list[float]], first: float, look: dict[str, Any]
    ) -> None:
        every = [number for row in rows for number in row]
        low = look.get("vmin", min(every))
        spread = (look.get("vmax", max(every)) - low) or 1.0
        self.x.see([first, first + len(rows[0])], edge=True)
        self.y.see([first, first + len(rows)], edge=True)

        def square(place: Place, i: int, j: int, number: float) -> str:
            left, top = place(first + i, first + j)
            right, bottom = place(first + i + 1, first + j + 1)
            colour = mapped(look.get("cmap"), (number - low) / spread)
            corners = [(left, top), (right, top)]
            corners += [(right, bottom), (left, bottom)]
            outline = marks.path(corners, closed=True)
            return f'<path d="{outline}" fill="{colour}"/>'

        def draw(place: Place) -> str:
            parts = [
                square(place, i, j, number)
                for j, row in enumerate(rows)
                for i, number in enumerate(row)
            ]
            drawn = "".join(parts)
            return f'<g shape-rendering="crispEdges">{drawn}</g>'

        self._note(draw, look.get("zorder", 0))

    # --- Settings ---

    def set(self, **settings: Any) -> None:
        """Titles, labels, limits, scales and marks, by name."""
        for name, given in settings.items():
            if name not in SETTERS:
                getattr(self, f"set_{name}")  # which says what is missing
            self._set(name, given)

    def _set(self, name: str, given: Any, *more: Any, **look: Any) -> None:
        scale = self.y if name[0] == "y" else self.x
        if name in self.words:
            self.words[name] = str(given)
        elif name == "aspect":
            self.aspect = None if given == "auto" else 1.0
        elif name.endswith("lim"):
            scale.asked = tuple(given) if not more else (given, more[0])
        elif name.endswith("scale"):
            scale.kind = given
        else:
            scale.mark(given, *more)

    def get_legend(self) -> Any:
        """Its handles and place, or None."""
        return self.legend_of

    def legend(
        self,
        handles: Any = None,
        labels: Any = None,
        loc: str = "best",
        **look: Any,
    ) -> None:
        """Show what has a label, and how it is drawn."""
        rows = self.handles if handles is None else handles
        self.legend_of = (labelled(rows, labels), loc)

    def get_legend_handles_labels(self) -> tuple[list[Handle], list[str]]:
        """What a legend would show, and its words."""
        rows = labelled(self.handles)
        return rows, [row.label for row in rows]

    def grid(self, visible: bool | None = None, **look: Any) -> None:
        """Show lines behind the data, or do not."""
        self.has_grid = not self.has_grid if visible is None else visible

    def axis(self, how: str = "on") -> None:
        """Switch the frame ``"off"``, or make units ``"equal"``."""
        if how == "off":
            self.has_frame = False
        elif how == "equal":
            self.aspect = 1.0

    def twinx(self) -> Axes:
        """Axes at the same place, with heights of their own."""
        twin = Axes(self.figure)
        twin.x = self.x
        twin.is_right = True
        twin.taken = self.taken
        twin.host = self
        self.figure.axes.append(twin)
        return twin

    def invert_yaxis(self) -> None:
        """Let heights grow downwards."""
        self.y.asked = self.y.limits()[::-1]

    def tick_params(self, *args: Any, **look: Any) -> None:
        """Do nothing: marks have one look."""

    margins = tick_params
