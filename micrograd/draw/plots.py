"""Training curves and histograms, and the look of every plot.

Every function draws on the axes it is handed, or makes its own, and returns
them, so that titles, sizes and neighbours stay in the caller's hands.

Leaves out: figures and files, which matplotlib's own functions serve well.

Sources: the colours are those of Okabe and Ito, "Color Universal Design",
2008, which every kind of colour vision tells apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any

from micrograd.about import INSTALL
from micrograd.documentation import documented, shared
from micrograd.errors import NumberError, ShapeError, optional
from micrograd.functions import to_list

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["histogram", "style", "training_curves"]

COLOURS = (
    "#0072b2",  # blue
    "#d55e00",  # vermilion
    "#009e73",  # green
    "#cc79a7",  # purple
    "#e69f00",  # orange
    "#56b4e9",  # light blue
)
# As light as 4.5 of contrast on white allow; a dark page lightens its figures.
GREY = "#767676"
INKED = (
    "axes.edgecolor axes.labelcolor axes.titlecolor grid.color "
    "legend.labelcolor text.color xtick.color ytick.color"
).split()
CLEAR = "axes.facecolor figure.facecolor savefig.facecolor".split()


# --- The look ---


@documented
def style() -> dict[str, Any]:
    """The project's look, for ``matplotlib.rc_context(style())``.

    Grey axes on a transparent ground, which a light page and a dark one
    both show well, and colours that every kind of colour vision tells
    apart.

    returns : dict
        Settings by their names in ``matplotlib.rcParams``.

    >>> from micrograd import draw
    >>> draw.style()["axes.grid"]
    True
    """
    return {
        **dict.fromkeys(INKED, GREY),
        **dict.fromkeys(CLEAR, "none"),
        "axes.grid": True,
        "axes.prop_cycle": f"cycler('color', {list(COLOURS)})",
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.constrained_layout.h_pad": 0.1,  # room above a title
        "figure.constrained_layout.use": True,
        "grid.alpha": 0.25,
        "legend.frameon": False,
    }


@contextmanager
def drawing_on(ax: Axes | None) -> Iterator[Axes]:
    """The caller's axes as they are, or new ones in the project's style."""
    if ax is not None:
        yield ax
        return
    asked = "plotting needs the package matplotlib"
    do = f"run: {INSTALL.format('plot')}"
    pyplot = optional("matplotlib.pyplot", asked, do)
    with pyplot.rc_context(style()):
        yield pyplot.subplots()[1]


# --- Curves and histograms ---

on_axes = shared("""
ax : matplotlib.axes.Axes, optional
    Where to draw; by default on new axes in the project's style.
returns : matplotlib.axes.Axes
    Where it was drawn.
raises : ShapeError
    If there is nothing to draw, or not in the form that is asked for.
raises : MissingPackageError
    If matplotlib is not installed.
""")


@on_axes
def training_curves(
    history: Mapping[str, Sequence[float]] | Sequence[Any],
    ax: Axes | None = None,
) -> Axes:
    """Plot the loss and the accuracy at each step of a training.

    history : dict of str to list of float, list of dict, or list of float
        Numbers for each step, by name; or for each step its numbers by
        name; or the losses alone.  Names that contain ``accuracy`` have an
        axis from 0 to 1 of their own, on the right.

    >>> from micrograd import draw
    >>> history = {"loss": [1.0, 0.5, 0.25], "accuracy": [0.5, 0.9, 1.0]}
    >>> ax = draw.training_curves(history)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('step', 'loss')
    """
    curves = _curves(history)
    with drawing_on(ax) as axes:
        right = None
        lines = []
        for k, (name, numbers) in enumerate(curves.items()):
            side = axes
            if "accuracy" in name:
                right = side = right or _right_axis(axes)
            colour = COLOURS[k % len(COLOURS)]
            lines += side.plot(numbers, color=colour, label=name)
        axes.set(xlabel="step", ylabel="loss")
        if len(lines) > 1:
            axes.legend(handles=lines, loc="center right")
        return axes


def _curves(history: Any) -> dict[str, list[float]]:
    """Any of the three forms as lists by name."""
    if isinstance(history, Mapping):
        table = dict(history)
    elif isinstance(history, list | tuple) and isinstance(
        next(iter(history), None), Mapping
    ):
        table = {name: [row[name] for row in history] for name in history[0]}
    else:
        table = {"loss": history}
    curves = {
        name: _floats("training_curves(history)", numbers)
        for name, numbers in table.items()
    }
    if not curves or not all(curves.values()):
        asked = "training_curves(history) takes at least one step"
        do = "append the loss at each step of the training"
        raise ShapeError(asked, "none", do)
    return curves


def _floats(asked: str, numbers: Any) -> list[float]:
    """Numbers and Values as floats."""
    asked = f"{asked} takes lists of numbers or Values"
    return [float(x) for x in to_list(numbers, asked)]


def _right_axis(ax: Axes) -> Axes:
    right = ax.twinx()
    right.set(ylabel="accuracy", ylim=(0.0, 1.02))
    right.grid(visible=False)  # one grid is enough
    return right


@on_axes
def histogram(
    values: Iterable[Any], ax: Axes | None = None, *, bins: int = 30
) -> Axes:
    """Plot how often numbers of each size occur.

    values : iterable of Value or float
        Values count with their data; for gradients pass
        ``[p.grad for p in model.parameters()]``.
    bins : int
        Into how many intervals the range is cut.
    raises : NumberError
        If one of them is infinite or not a number.

    >>> from micrograd import Value, draw
    >>> ax = draw.histogram([Value(0.5), Value(-0.5), Value(0.25)], bins=2)
    >>> [int(bar.get_height()) for bar in ax.patches]
    [1, 2]
    """
    numbers = _floats("histogram(values)", values)
    if not numbers:
        asked = "histogram(values) takes at least one number"
        raise ShapeError(asked, "none", "pass parameters or gradients")
    for i, number in enumerate(numbers):
        if not isfinite(number):
            asked = "histogram(values) takes finite numbers"
            do = "look for where it comes from before plotting the rest"
            raise NumberError(asked, f"{number} at position {i}", do)
    with drawing_on(ax) as axes:
        axes.hist(numbers, bins=bins, color=COLOURS[0], alpha=0.75)
        axes.set(xlabel="value", ylabel="count")
        return axes
