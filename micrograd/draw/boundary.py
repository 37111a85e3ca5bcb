"""Decision boundaries: what a classifier says about every point of a plane.

Notation: `p` the probabilities of the classes at a point; the *lead* of a
class is its probability less the greatest of the others, so it is positive
where that class wins and zero on the boundary.

Leaves out: models of more or fewer than two inputs.

Sources: shading by probability, and lines of hidden neurons, follow the
TensorFlow playground.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from micrograd.draw.plots import COLOURS, GREY, drawing_on, on_axes
from micrograd.engine import no_grad
from micrograd.errors import OptionError, ShapeError
from micrograd.functions import softmax
from micrograd.namespaces import to_count, to_function

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["decision_boundary"]

MARKERS = "os^DvP"
LEADS = (0.0, 0.25, 0.5, 0.75, 1.0001)  # where the shading gets stronger
SHADES = (0.12, 0.2, 0.28, 0.36)  # opacity between two of them

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
        _scatter(axes, points, classes, kinds)
        axes.set(xlabel="x", ylabel="y")
        return axes


def _split(data: Any) -> tuple[list[tuple[float, float]], list[float]]:
    """Points and classes, from a list of pairs or a pair of lists."""
    asked = "decision_boundary(model, data) takes points (x, y) with a class"
    do = "pass [((x, y), class), ...] or (X, y)"
    if not hasattr(data, "__iter__"):
        raise ShapeError(asked, repr(data), do)
    rows = list(data)
    if len(rows) == 2 and not _is_row(rows[0]):
        given = f"{len(rows[0])} points and {len(rows[1])} classes"
        if len(rows[0]) != len(rows[1]):
            raise ShapeError(asked, given, do)
        rows = list(zip(*rows, strict=True))
    if not rows:
        raise ShapeError(asked, "no data", do)
    for point, _ in rows:
        if len(point) != 2:
            raise ShapeError(asked, f"a point of {len(point)} numbers", do)
    points = [(float(point[0]), float(point[1])) for point, _ in rows]
    return points, [float(kind) for _, kind in rows]


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
    several = isinstance(output, (list, tuple))
    logits = [float(z) for z in output] if several else [0.0, float(output)]
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


def _scatter(
    ax: Axes,
    points: list[tuple[float, float]],
    classes: list[float],
    kinds: list[float],
) -> None:
    look: Any = {"s": 26, "edgecolors": "white", "linewidths": 0.6}
    for k, kind in enumerate(kinds):
        pairs = zip(points, classes, strict=True)
        members = [point for point, own in pairs if own == kind]
        ax.scatter(
            [x for x, _ in members],
            [y for _, y in members],
            color=COLOURS[k % len(COLOURS)],
            marker=MARKERS[k % len(MARKERS)],
            label=f"class {kind:g}",
            **look,
        )
