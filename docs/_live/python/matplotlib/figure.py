"""Figures: some axes in rows and columns, and the SVG of it all.

The room around each plot is as wide as its words need; plots of one row
and of one column are aligned.
"""

from __future__ import annotations

from html import escape
from typing import Any

from matplotlib import marks, rcParams
from matplotlib.axes import Axes, Handle, Place, labelled

__all__ = ["Figure"]

SMALL, LARGE = 10, 12  # of letters
GAP = 4  # between a mark and its number
PIXELS = 100 / 72  # in a point, as in the pictures of the pages
# Words have the ink of the page; ink alone outside of one.
INK = "color: var(--pst-color-text-muted, currentColor)"
CORNERS = {
    "upper right": (1, 0),
    "upper left": (0, 0),
    "lower left": (0, 1),
    "lower right": (1, 1),
    "center right": (1, 0.5),
    "right": (1, 0.5),
    "center left": (0, 0.5),
    "upper center": (0.5, 0),
    "lower center": (0.5, 1),
    "center": (0.5, 0.5),
}


class Figure:
    """What ``pyplot.subplots`` makes."""

    def __init__(self, rows: int, columns: int, figsize: Any = None) -> None:
        size = figsize or rcParams["figure.figsize"]
        self.width, self.height = (72.0 * float(inches) for inches in size)
        self.rows, self.columns = rows, columns
        self.cells = [Axes(self) for _ in range(rows * columns)]
        self.axes = list(self.cells)
        self.title = ""
        self.legend_of: tuple[list[Handle], str] | None = None

    def __getattr__(self, name: str) -> Any:
        """Say what there is instead of what is not there."""
        raise marks.missing("figures", f"figure.{name}", name)

    def suptitle(self, words: object, **look: Any) -> None:
        """Words above all plots."""
        self.title = str(words)

    def tight_layout(self, *args: Any, **look: Any) -> None:
        """Do nothing: plots keep clear of each other anyway."""

    subplots_adjust = tight_layout

    def add_subplot(self, *place: Any, **look: Any) -> Axes:
        """The one plot of a figure with one, which is there already."""
        if place not in [(), (1, 1, 1), (111,)] or len(self.cells) > 1:
            raise marks.missing("figures", "second figure.add_subplot")
        return self.cells[0]

    def legend(
        self,
        handles: Any = None,
        labels: Any = None,
        loc: str = "upper right",
        **look: Any,
    ) -> None:
        """Show what has a label on any plot; "outside" on the right."""
        rows = [one for ax in self.axes for one in ax.handles]
        rows = rows if handles is None else list(handles)
        self.legend_of = (labelled(rows, labels), loc)

    def room_for_legend(self) -> float:
        """How much of the width a legend beside the plots takes."""
        if not self.legend_of or "outside" not in self.legend_of[1]:
            return 0.0
        return legend_size(self.legend_of[0])[0] + 8

    # --- Room ---

    def most(self, along: str) -> int:
        """How many marks fit on one side of a plot."""
        if along == "x":
            return max(2, min(8, int(self.width / self.columns / 45)))
        return max(2, min(8, int(self.height / self.rows / 28)))

    def margins(self, ax: Axes) -> list[float]:
        """The room that words need left, right, above and below."""
        if not ax.has_frame:
            return [4, 4, 18 if ax.words["title"] else 4, 4]
        numbers = [words for _, words in ax.y.marked(self.most("y"))]
        wide = max([marks.width(one, SMALL) for one in numbers], default=0)
        side = (wide + 2 * GAP if ax.has_words["y"] else GAP) + 2
        side += 14 if ax.words["ylabel"] else 0
        below = 16 if ax.has_words["x"] else 6
        below += 15 if ax.words["xlabel"] else 0
        above = 20 if ax.words["title"] else 6
        return [side, 8, above, below]

    def boxes(self) -> dict[int, tuple[float, float, float, float]]:
        """Left, top, width and height of each plot, by its number."""
        room = [self.margins(ax) for ax in self.cells]
        twins = {id(ax.host): ax for ax in self.axes if ax.host}
        for margin, ax in zip(room, self.cells, strict=True):
            if id(ax) in twins:
                margin[1] = self.margins(twins[id(ax)])[0]
        lefts, rights = self._widest(room, (0, 1), self.columns)
        tops, bottoms = self._widest(room, (2, 3), self.rows)
        top = 22.0 if self.title else 0.0
        free_x = self.width - self.room_for_legend()
        free_x -= sum(lefts) + sum(rights)
        free_y = self.height - top - sum(tops) - sum(bottoms)
        width, height = free_x / self.columns, free_y / self.rows
        found = {}
        for i in range(len(self.cells)):
            row, column = divmod(i, self.columns)
            x = sum(lefts[: column + 1]) + sum(rights[:column])
            y = top + sum(tops[: row + 1]) + sum(bottoms[:row])
            at = x + column * width, y + row * height
            found[i] = (*at, max(width, 10.0), max(height, 10.0))
        return found

    def _widest(
        self, room: list[list[float]], sides: tuple[int, int], count: int
    ) -> list[list[float]]:
        """For each row, or column, the most that its plots need."""
        by_column = sides[0] == 0
        return [
            [
                max(
                    margin[side]
                    for i, margin in enumerate(room)
                    if divmod(i, self.columns)[by_column] == k
                )
                for k in range(count)
            ]
            for side in sides
        ]

    # --- Drawing ---

    def _repr_svg_(self) -> str:
        boxes = self.boxes()
        number = {id(ax): i for i, ax in enumerate(self.cells)}
        parts = []
        if self.title:
            middle = (self.width / 2, 14.0)
            parts.append(marks.text(self.title, middle, size=LARGE))
        for ax in self.axes:
            box = boxes[number[id(ax.host or ax)]]
            parts.append(self.plot(ax, *box))
        parts.append(self.own_legend())
        size = f"{self.width * PIXELS:.0f}"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{escape(self.words())}" width="{size}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" '
            f'style="max-width: 100%; height: auto; {INK}" '
            'font-family="inherit" fill="currentColor">'
            f"{''.join(parts)}</svg>"
        )

    def own_legend(self) -> str:
        """The legend of all plots: beside them, or over them in a corner."""
        if not self.legend_of or not self.legend_of[0]:
            return ""
        handles, where = self.legend_of
        wide, high = legend_size(handles)
        words = where.replace("outside", "").split()
        across = {"left": 0.0, "center": 0.5}.get(words[-1], 1.0)
        across = 1.0 if "outside" in where else across
        down = {"lower": 1.0, "center": 0.5}.get(words[0], 0.0)
        down = 1.0 if words[-1] == "lower" else down
        top = 26.0 if self.title else 6.0
        left = 4 + across * (self.width - wide - 8)
        return key(handles, left, top + down * (self.height - high - 2 * top))

    def words(self) -> str:
        """The figure for those who do not see it."""
        titles = [ax.words["title"] for ax in self.axes]
        named = ", ".join(title for title in [self.title, *titles] if title)
        first = self.axes[0].words
        sides = f"{first['ylabel'] or 'y'} against {first['xlabel'] or 'x'}"
        return f"Plot: {named or sides}"

    def plot(
        self, ax: Axes, x: float, y: float, width: float, height: float
    ) -> str:
        """One plot at its place."""
        if ax.aspect:
            widen(ax, width, height)
        place = Place(ax.x, ax.y, width, height)
        drawn = [draw(place) for _, draw in sorted(ax.notes, key=first)]
        inside = (
            f'<svg x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}">{self.grid(ax, place)}'
            f"{''.join(drawn)}{self.legend_on(ax, place)}</svg>"
        )
        around = self.frame(ax, place) if ax.has_frame else ""
        if ax.words["title"]:
            middle = (width / 2, -7.0)
            around += marks.text(ax.words["title"], middle, size=LARGE)
        shift = f'transform="translate({x:.1f} {y:.1f})"'
        return f"{inside}<g {shift}>{around}</g>"

    def grid(self, ax: Axes, place: Place) -> str:
        """Thin lines at the marks."""
        if not ax.has_grid:
            return ""
        low_x, low_y = ax.x.limits()[0], ax.y.limits()[0]
        lines = [
            f"M{place(x, low_y)[0]:.1f} 0v{place.height:.1f}"
            for x, _ in ax.x.marked(self.most("x"))
        ] + [
            f"M0 {place(low_x, y)[1]:.1f}h{place.width:.1f}"
            for y, _ in ax.y.marked(self.most("y"))
        ]
        look = 'stroke="currentColor" stroke-width="0.8" opacity="0.2"'
        return f'<path d="{"".join(lines)}" {look}/>'

    def frame(self, ax: Axes, place: Place) -> str:
        """The sides, their marks and their words."""
        wide, high = place.width, place.height
        lines = {
            "left": f"M0 0v{high:.1f}",
            "bottom": f"M0 {high:.1f}h{wide:.1f}",
            "right": f"M{wide:.1f} 0v{high:.1f}",
            "top": f"M0 0h{wide:.1f}",
        }
        sides = (
            {"right"}
            if ax.is_right
            else {side for side, shown in ax.spines.items() if shown}
        )
        d = "".join(lines[side] for side in lines if side in sides)
        words = self.beside(ax, place)
        if not ax.is_right:
            words = self.below(ax, place) + words
        return (
            f'<path d="{d}" fill="none" stroke="currentColor" '
            f'stroke-width="0.8"/>{words}'
        )

    def below(self, ax: Axes, place: Place) -> str:
        """Marks along the lower side, and its label."""
        low = ax.y.limits()[0]
        parts = ""
        for x, words in ax.x.marked(self.most("x")):
            across = place(x, low)[0]
            where = (across, place.height + 14)
            parts += tick(f"M{across:.1f} {place.height:.1f}v3.5")
            if ax.has_words["x"]:
                parts += marks.text(words, where, size=SMALL)
        down = place.height + (28 if ax.has_words["x"] else 18)
        middle = (place.width / 2, down)
        label = ax.words["xlabel"]
        return parts + (marks.text(label, middle, size=SMALL) if label else "")

    def beside(self, ax: Axes, place: Place) -> str:
        """Marks along the left side, or a twin's right one."""
        edge, out = (place.width, 1) if ax.is_right else (0.0, -1)
        anchor = "start" if ax.is_right else "end"
        left = ax.x.limits()[0]
        parts, widest = "", 0.0
        for y, words in ax.y.marked(self.most("y")):
            up = place(left, y)[1]
            parts += tick(f"M{edge:.1f} {up:.1f}h{3.5 * out}")
            if ax.has_words["y"]:
                where = (edge + out * (3.5 + GAP), up + 3.5)
                parts += marks.text(words, where, anchor=anchor, size=SMALL)
                widest = max(widest, marks.width(words, SMALL))
        label = ax.words["ylabel"]
        if not label:
            return parts
        across = edge + out * (widest + 2 * GAP + 6)
        turn = f"rotate(-90 {across:.1f} {place.height / 2:.1f})"
        middle = (across, place.height / 2)
        more = f' transform="{turn}"'
        return parts + marks.text(label, middle, size=SMALL, more=more)

    def legend_on(self, ax: Axes, place: Place) -> str:
        """Samples of what is drawn, with their words."""
        if not ax.legend_of or not ax.legend_of[0]:
            return ""
        handles, where = ax.legend_of
        wide, high = legend_size(handles)
        size = min(wide, place.width), high
        return key(handles, *corner(ax, place, where, size))


def legend_size(handles: list[Handle]) -> tuple[float, float]:
    """How wide and how high a legend is."""
    wide = 34 + max([marks.width(h.label, SMALL) for h in handles], default=0)
    return wide, 14.0 * len(handles) + 6


def key(handles: list[Handle], left: float, top: float) -> str:
    """A legend at its place."""
    wide, high = legend_size(handles)
    parts = ""
    if rcParams["legend.frameon"]:
        ground = "fill: var(--pst-color-background, Canvas)"
        parts += (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" '
            f'height="{high:.1f}" rx="2" style="{ground}" opacity="0.8"/>'
        )
    for i, handle in enumerate(handles):
        parts += sample(handle, left + 5, top + 10 + 14 * i)
    return parts


def first(note: tuple[float, Any]) -> float:
    """What notes are sorted by."""
    return note[0]


def tick(d: str) -> str:
    """A mark on a side."""
    return f'<path d="{d}" stroke="currentColor" stroke-width="0.8"/>'


def sample(handle: Handle, x: float, y: float) -> str:
    """One line of a legend."""
    words = marks.text(
        handle.label, (x + 26, y + 3.5), anchor="start", size=SMALL
    )
    return handle.sample(x, y) + words


def corner(
    ax: Axes, place: Place, where: str, size: tuple[float, float]
) -> tuple[float, float]:
    """Where a legend goes; the best place is the one with least data."""
    free_x, free_y = place.width - size[0] - 8, place.height - size[1] - 8
    spots = {
        name: (4 + across * free_x, 4 + down * free_y)
        for name, (across, down) in CORNERS.items()
    }
    if where in spots:
        return spots[where]
    data = [place(x, y) for x, y in ax.seen]

    def hidden(spot: tuple[float, float]) -> int:
        left, top = spot
        return sum(
            left <= x <= left + size[0] and top <= y <= top + size[1]
            for x, y in data
        )

    return min(spots.values(), key=hidden)


def widen(ax: Axes, width: float, height: float) -> None:
    """Make a unit as long on one side as on the other."""
    (left, right), (low, high) = ax.x.limits(), ax.y.limits()
    unit = max((right - left) / width, (high - low) / height)
    for scale, ends, length in [
        (ax.x, (left, right), width),
        (ax.y, (low, high), height),
    ]:
        middle = sum(ends) / 2
        scale.asked = (middle - unit * length / 2, middle + unit * length / 2)
