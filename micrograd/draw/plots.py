"""Training curves, histograms and decision boundaries, in one style.

Every function draws on the axes it is handed, or makes its own, and returns
them, so that titles, sizes and neighbours stay in the caller's hands.

Notation: `p` the probabilities of the classes at a point; the *lead* of a
class is its probability less the greatest of the others, so it is positive
where that class wins and zero on the boundary.

Leaves out: figures and files, which matplotlib's own functions serve well;
boundaries of models of more or fewer than two inputs.

Sources: the colours are those of Okabe and Ito, "Color Universal Design",
2008, which every kind of colour vision tells apart; shading by probability,
and lines of hidden neurons, follow the TensorFlow playground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from math import isfinite, nan
from reprlib import repr as short
from typing import TYPE_CHECKING, Any

from micrograd.about import INSTALL
from micrograd.documentation import documented, shared
from micrograd.engine import no_grad
from micrograd.errors import NumberError, OptionError, ShapeError, optional
from micrograd.functions import softmax, to_list
from micrograd.namespaces import to_count, to_function

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["decision_boundary", "histogram", "style", "training_curves"]

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

    Grey axes on a transparent ground, which light and dark pages show
    well, and colours that every kind of colour vision tells apart.

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
        if not hasattr(ax, "contourf"):
            asked = "ax= takes axes of matplotlib"
            raise OptionError(asked, short(ax), "pass plt.gca(), for example")
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
    several = isinstance(history, list | tuple) and len(history) > 0
    if isinstance(history, Mapping):
        table = dict(history)
    elif several and isinstance(history[0], Mapping):
        names = dict.fromkeys(chain(*history))  # in some rows, perhaps
        table = {n: [row.get(n, nan) for row in history] for n in names}
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


# --- Decision boundaries: what a classifier says about a plane ---

MARKERS = "os^DvP"
LEADS = (0.0, 0.25, 0.5, 0.75, 1.0001)  # where the shading gets stronger
SHADES = (0.12, 0.2, 0.28, 0.36)  # opacity between two of them

POINTS: Any = {"s": 26, "edgecolors": "white", "linewidths": 0.6}

Heights = list[list[float]]  # rows along y of columns along x


@on_axes
def decision_boundary(
    model: Callable[..., Any],
    data: Any,
    ax: Axes | None = None,
    *,
    resolution: int = 40,
    margin: float = 0.5,
    hidden: bool = False,
) -> Axes:
    """Shade the plane by what a classifier of two inputs says there.

    A model with one output is a score, whose sign is the class and whose
    size, squashed to the probability ``sigmoid(score)``, the strength of
    the shade.  A model with several outputs has one logit for each class,
    and the probabilities are their softmax.

    model : callable
        Takes a list of two numbers; gives a score, or a list of logits.
    data : list of ((x, y), class), or (X, y)
        The points to draw, and the extent of the plane; ``(X, y)`` are
        rows of two numbers and their classes, as scikit-learn has them.
    resolution : int
        The model is asked at this many points along each side.
    margin : float
        How far the plane goes beyond the outermost points.
    hidden : bool
        Whether to add a dashed line for each neuron of the first layer,
        ``model.layers[0]``, where its sum is zero.
    raises : OptionError
        If `resolution` is less than two, or `hidden` is asked of a model
        without layers of neurons.

    >>> from micrograd import draw
    >>> data = [((0.0, 1.0), 0), ((2.0, 3.0), 1)]
    >>> ax = draw.decision_boundary(lambda p: p[0] - 1.0, data)
    >>> ax.get_xlabel(), [float(limit) for limit in ax.get_xlim()]
    ('x', [-0.5, 2.5])
    """
    points, classes = _split(data)
    xs, ys = _ticks(points, resolution, margin)
    neurons = _neurons(model) if hidden else []
    with no_grad():
        f = to_function(model, "decision_boundary")
        leads = [[_leads(f([x, y])) for x in xs] for y in ys]
    kinds = _kinds(classes, len(leads[0][0]))
    with drawing_on(ax) as axes:
        for k in range(len(kinds)):
            lead = [[at[k] for at in row] for row in leads]
            shades = [(COLOURS[k % len(COLOURS)], one) for one in SHADES]
            axes.contourf(xs, ys, lead, levels=list(LEADS), colors=shades)
            if k > 0:  # each boundary is the edge of two classes
                _zero_line(axes, xs, ys, lead, "solid")
        for w, v, b in neurons:
            sums = [[w * x + v * y + b for x in xs] for y in ys]
            _zero_line(axes, xs, ys, sums, "dashed")
        _scatter(axes, list(zip(points, classes, strict=True)), kinds)
        axes.set(xlabel="x", ylabel="y")
        return axes


def _split(data: Any) -> tuple[list[tuple[float, float]], list[float]]:
    """Points and classes, from a list of pairs or a pair of lists."""
    given, points, classes = short(data), [], []
    try:
        rows = list(data)
        if len(rows) == 2 and not _is_row(rows[0]):
            given = f"{len(rows[0])} points and {len(rows[1])} classes"
            rows = list(zip(*rows, strict=True))
        for row in rows:
            given = short(row)
            (x, y), kind = row
            points.append((float(x), float(y)))
            classes.append(float(kind))
    except (TypeError, ValueError):
        points = []
    if not points:
        asked = "decision_boundary(model, data) takes points with a class"
        do = "number the classes; pass [((x, y), class), ...] or (X, y)"
        raise ShapeError(asked, given, do)
    return points, classes


def _is_row(item: Any) -> bool:
    """Tell ``((x, y), class)`` from a table of points."""
    return len(item) == 2 and not hasattr(item[1], "__len__")


def _ticks(
    points: list[tuple[float, float]], resolution: int, margin: float
) -> list[list[float]]:
    """The places along each side at which the model is asked."""
    to_count(resolution, "decision_boundary(resolution=...)", 2)
    sides = []
    for along in zip(*points, strict=True):
        low, high = min(along) - margin, max(along) + margin
        step = (high - low) / (resolution - 1)
        sides.append([low + step * i for i in range(resolution)])
    return sides


def _neurons(model: Any) -> list[tuple[float, float, float]]:
    """The weights and biases of the first layer."""
    try:
        neurons = model.layers[0].neurons
    except (AttributeError, IndexError, TypeError):
        asked = "decision_boundary(hidden=True) reads model.layers[0].neurons"
        given = f"a {type(model).__name__} without them"
        do = "pass an MLP or leave hidden out"
        raise OptionError(asked, given, do) from None
    return [
        (float(n.w[0]), float(n.w[1]), float(n.b) if n.b is not None else 0.0)
        for n in neurons
    ]


def _leads(output: Any) -> list[float]:
    """For each class its probability less the greatest of the others."""
    many = isinstance(output, list | tuple) or getattr(output, "ndim", 0) > 0
    asked = "decision_boundary(model) needs a score, or a list of them"
    scores = to_list(output if many else [0.0, output], asked)
    logits = [float(z) for z in scores]
    if len(logits) == 1:
        logits.insert(0, 0.0)
    p = softmax(logits)
    return [p[k] - max(p[:k] + p[k + 1 :]) for k in range(len(p))]


def _kinds(classes: list[float], outputs: int) -> list[float]:
    """The class that each output stands for."""
    for kinds in ([float(k) for k in range(outputs)], [-1.0, 1.0]):
        if len(kinds) == outputs and set(classes) <= set(kinds):
            return kinds
    raise ShapeError(
        f"decision_boundary of {outputs} classes, as the model has, takes "
        f"classes 0 to {outputs - 1}, or -1 and 1",
        f"the classes {sorted(set(classes))}",
        "give the model one output for each class, or number the classes so",
    )


def _zero_line(
    ax: Axes, xs: list[float], ys: list[float], heights: Heights, dashes: str
) -> None:
    """The line where the heights change their sign, if they do."""
    if min(map(min, heights)) < 0 < max(map(max, heights)):
        width = 1.5 if dashes == "solid" else 0.8
        line: Any = {"colors": GREY, "linestyles": dashes, "linewidths": width}
        ax.contour(xs, ys, heights, levels=[0.0], **line)


def _scatter(ax: Axes, pairs: list[Any], kinds: list[float]) -> None:
    for k, kind in enumerate(kinds):
        ax.scatter(
            [x for (x, _), own in pairs if own == kind],
            [y for (_, y), own in pairs if own == kind],
            color=COLOURS[k % len(COLOURS)],
            marker=MARKERS[k % len(MARKERS)],
            label=f"class {kind:g}",
            **POINTS,
        )
