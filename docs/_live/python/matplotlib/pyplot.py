"""The functions that scripts begin with: subplots, show, style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matplotlib import marks, rc_context, rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["close", "figure", "gca", "show", "style", "subplots"]
__all__ += ["rcParams", "rc_context"]

# plt.title(...) is ax.set_title(...), and so on.
SET = "title xlabel ylabel xlim ylim xscale yscale xticks yticks".split()

figures: list[Figure] = []  # made and not yet shown


class style:
    """Settings for all that is drawn from now on."""

    @staticmethod
    def use(settings: Mapping[str, Any] | Iterable[Any]) -> None:
        """Take these settings, or several after each other."""
        several = [settings] if isinstance(settings, Mapping) else settings
        for one in several:
            if isinstance(one, Mapping):
                rcParams.update(one)

    context = staticmethod(rc_context)


def subplots(
    nrows: int = 1,
    ncols: int = 1,
    *,
    figsize: tuple[float, float] | None = None,
    sharex: bool = False,
    sharey: bool = False,
    **look: Any,
) -> tuple[Figure, Any]:
    """A figure and its axes: one, a list, or a list of rows."""
    made = Figure(nrows, ncols, figsize)
    figures.append(made)
    rows = [made.cells[i * ncols : (i + 1) * ncols] for i in range(nrows)]
    for i, row in enumerate(rows):
        for j, ax in enumerate(row):
            _share(ax, made.cells[0], sharex, sharey)
            ax.has_words["x"] = not sharex or i == nrows - 1
            ax.has_words["y"] = not sharey or j == 0
    if nrows == ncols == 1:
        return made, made.cells[0]
    if nrows == 1 or ncols == 1:
        return made, Row(made.cells)
    return made, Row(Row(row) for row in rows)


def _share(ax: Axes, other: Axes, sharex: bool, sharey: bool) -> None:
    if sharex:
        ax.x = other.x
    if sharey:
        ax.y = other.y


class Row(list[Any]):
    """Axes in order, with what scripts use of an array."""

    @property
    def flat(self) -> Row:
        """All of them, row by row."""
        return Row(
            ax
            for one in self
            for ax in (one if isinstance(one, list) else [one])
        )

    def ravel(self) -> Row:
        """All of them, row by row."""
        return self.flat

    flatten = ravel

    def __getitem__(self, place: Any) -> Any:
        """One, or with two numbers one of a row."""
        if isinstance(place, tuple):
            return self[place[0]][place[1]]
        return super().__getitem__(place)


def figure(*, figsize: Any = None, **look: Any) -> Figure:
    """A figure with one plot."""
    return subplots(figsize=figsize)[0]


def gca() -> Axes:
    """The axes of the last figure, or of a new one."""
    if not figures:
        subplots()
    return figures[-1].axes[0]


def gcf() -> Figure:
    """The last figure, or a new one."""
    return gca().figure  # type: ignore[no-any-return]


def get_fignums() -> list[int]:
    """The numbers of the figures that were not shown."""
    return [i + 1 for i in range(len(figures))]


def close(*which: Any) -> None:
    """Forget figures that were not shown."""
    figures.clear()


def show(*args: Any, **look: Any) -> None:
    """Send the figures to the cell that made them."""
    from page_cells import display

    for one in figures:
        display(one)
    figures.clear()


def tight_layout(*args: Any, **look: Any) -> None:
    """Do nothing: plots keep clear of each other anyway."""


def __getattr__(name: str) -> Any:
    """``plot``, ``title``, ``xlabel``, ...: of the last axes."""
    if name.startswith("__"):
        raise AttributeError(name)
    if name in SET:
        return getattr(gca(), f"set_{name}")
    if not hasattr(Axes, name):
        raise marks.missing("pictures", f"plt.{name}", name)
    return getattr(gca(), name)
