"""Functions of whole lists: sums, softmax, normalisation and losses.

Each is composed of rows of :mod:`micrograd.primitives`, so none of them
needs a derivative of its own.  On ``Value`` objects a function records a
graph and has derivatives of every order; on plain numbers it returns a
float.  Names, argument names, defaults and results are those of
``torch.nn.functional``, for one sample or a list of samples where PyTorch
has tensors.

Nothing here looks at the numbers to decide what to compute, so a recorded
graph holds for other numbers too.

Notation: `x, y` elements of `input` and `target`, or of the two lists of
`dot`; `N` the type of one number: float, or ``Value``.

Leaves out: weights of classes, ignored indices, and targets that are
probabilities.  Each would be one more multiplication.

Sources: [PyTorch]_ for names and conventions; [Blanchard2021]_ for the
shift by the maximum that keeps exponentials in range.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import index
from typing import Any, TypeAlias, TypeVar

from micrograd.documentation import documented, shared
from micrograd.engine import Value
from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.namespaces import to_choice, to_items, to_number, to_setting
from micrograd.operators import total
from micrograd.primitives import (
    exp,
    log,
    maximum,
    minimum,
    power,
    relu,
    softplus,
)

__all__ = [
    "mean",
    "dot",
    "l2",
    "logsumexp",
    "softmax",
    "log_softmax",
    "rms_norm",
    "mse_loss",
    "hinge_loss",
    "binary_cross_entropy_with_logits",
    "nll_loss",
    "cross_entropy",
    "accuracy",
]

N = TypeVar("N", float, Value)
Loss: TypeAlias = Any  # one N, or a list of them if reduction is "none"

LARGEST = sys.float_info.max
EPSILON = sys.float_info.epsilon


# --- What the docstrings have in common ---

of_lists = shared("""
input, other : list of float or Value
    The numbers, at least one; two lists have the same length.
returns : float or Value
    The result.
raises : ShapeError, NumberError
    If a list is empty, the lengths differ, or something is not a number.
""")
of_losses = shared("""
input : list of float or Value
    What was computed.
target : list of float or Value; of classes int or list of int
    What it should be: one number for each; or of classes the index of the
    right one, for each list of `input`.
reduction : {"mean", "sum", "none"}, optional
    The mean of the losses, their sum, or the list of them; one sample by
    itself has one loss.
returns : float or Value, or a list of them
    The loss.
raises : ShapeError, NumberError, OptionError
    If a list is empty, the lengths differ, something is not a number or a
    class, or `reduction` has another name.
""")


# --- Sums ---


@of_lists
def mean(input: Iterable[N]) -> N:
    r"""Arithmetic mean, :math:`\frac1n \sum_i x_i`.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    values = _numbers("mean", input)
    return total(values) / len(values)


@of_lists
def dot(input: Iterable[N], other: Iterable[N]) -> N:
    r"""Dot product, :math:`\sum_i x_i y_i`.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    products: list[N] = [x * y for x, y in _pairs("dot", input, other)]
    return total(products)


@of_lists
def l2(input: Iterable[N]) -> N:
    r"""Sum of squares, :math:`\sum_i x_i^2`, the penalty on large weights.

    There is no factor of one half.  Pass it ``model.parameters()``.

    >>> l2([3.0, 4.0])
    25.0
    """
    return total([x * x for x in _numbers("l2", input)])


# --- Softmax and its kin ---


def _constant(x: N) -> N:
    """The same number without gradient.

    Softmax and its kin do not change with the number that is subtracted
    from all elements, so no derivative is lost with its gradient.
    """
    constant: N = x.detach() if hasattr(x, "detach") else x
    return constant


@of_lists
def logsumexp(input: Iterable[N]) -> N:
    r"""Logarithm of the sum of exponentials, :math:`\ln \sum_i e^{x_i}`.

    A smooth maximum: the largest element or a little more.

    >>> logsumexp([1000.0, 1000.0])
    1000.6931471805599
    """
    values = _numbers("logsumexp", input)
    peak = maximum(reduce(maximum, values), -LARGEST)
    peak = _constant(minimum(peak, LARGEST))  # inf - inf would be nan
    result: N = log(total([exp(x - peak) for x in values])) + peak
    return result


@of_lists
def softmax(input: Iterable[N]) -> list[N]:
    r"""Probabilities from scores, :math:`p_i = e^{x_i} / \sum_j e^{x_j}`.

    input : list of float or Value
        One score, or *logit*, for each class; of any size.
    returns : list of float or Value
        One probability for each class; they sum to 1.

    >>> softmax([1000.0, 1000.0, -1000.0])
    [0.5, 0.5, 0.0]
    """
    values = _numbers("softmax", input)
    peak = _constant(reduce(maximum, values))
    weights = [exp(x - peak) for x in values]
    whole = total(weights)
    return [weight / whole for weight in weights]


@of_lists
def log_softmax(input: Iterable[N]) -> list[N]:
    r"""Logarithms of probabilities, :math:`x_i - \ln \sum_j e^{x_j}`.

    Taking ``log`` of ``softmax`` would give minus infinity for scores far
    below the largest.

    input : list of float or Value
        One score, or *logit*, for each class; of any size.
    returns : list of float or Value
        One logarithm for each class, at most 0.

    >>> log_softmax([0.0, -1000.0])
    [0.0, -1000.0]
    """
    values = _numbers("log_softmax", input)
    peak = _constant(reduce(maximum, values))
    shifted = [x - peak for x in values]
    whole = log(total([exp(x) for x in shifted]))
    return [x - whole for x in shifted]


@of_lists
def rms_norm(
    input: Iterable[N],
    weight: Iterable[N] | None = None,
    eps: float | None = None,
) -> list[N]:
    r"""Divide by the root mean square, :math:`x_i / \sqrt{m + \epsilon}`.

    Here :math:`m = \frac1n \sum_i x_i^2`, from [Zhang2019]_, equation 4.

    weight : list of float or Value, optional
        A factor for each element.
    eps : float, optional
        Keeps the divisor from zero.  As in PyTorch the default is the
        spacing of floats at one, 2.2e-16.
    returns : list of float or Value
        The numbers scaled to a root mean square of 1.

    >>> rms_norm([3.0, -3.0, 1.0, -1.0, 0.0], eps=0.0)
    [1.5, -1.5, 0.5, -0.5, 0.0]
    """
    values = _numbers("rms_norm", input)
    floor = EPSILON
    if eps is not None:
        floor = to_number(eps, "rms_norm(eps) takes one number")
    scale = power(mean([x * x for x in values]) + floor, -0.5)
    if weight is None:
        return [x * scale for x in values]
    return [x * scale * w for x, w in _pairs("rms_norm", values, weight)]


# --- Losses ---

REDUCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "mean": mean, "sum": total, "none": list,
}  # fmt: skip


def _reduction(name: str, reduction: str) -> Callable[[list[N]], Loss]:
    to_choice(reduction, f"{name}(reduction) is one of", REDUCTIONS)
    return REDUCTIONS[reduction]


@of_losses
def mse_loss(
    input: Iterable[N], target: Iterable[N | float], reduction: str = "mean"
) -> Loss:
    r"""Mean squared error, :math:`\frac1n \sum_i (x_i - y_i)^2`.

    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    reduced = _reduction("mse_loss", reduction)
    gaps = [x - y for x, y in _pairs("mse_loss", input, target)]
    return reduced([gap * gap for gap in gaps])


@of_losses
def hinge_loss(
    input: Iterable[N], target: Iterable[float], reduction: str = "mean"
) -> Loss:
    r"""Max-margin loss, :math:`\frac1n \sum_i \max(0, 1 - y_i x_i)`.

    Zero for a score on the right side of the line by a margin of 1 or
    more, from [Cortes1995]_.

    input : list of float or Value
        Scores, positive for one class and negative for the other.
    target : list of {-1, 1}
        The class of each.
    raises : OptionError
        If a target is not -1 or 1.

    >>> hinge_loss([3.0, 0.5], [1, 1]), hinge_loss([3.0, 0.5], [1, -1])
    (0.25, 0.75)
    """
    reduced = _reduction("hinge_loss", reduction)
    pairs = _pairs("hinge_loss", input, target)
    for _, y in pairs:
        if type(y) is float and y not in (-1, 1):
            asked = "hinge_loss() takes targets of -1 or 1"
            do = "write -1 for the negative class, as in 2 * y - 1"
            raise OptionError(asked, f"{y:g}", do)
    return reduced([relu(1 - y * x) for x, y in pairs])


@of_losses
def binary_cross_entropy_with_logits(
    input: Iterable[N], target: Iterable[N | float], reduction: str = "mean"
) -> Loss:
    r"""Cross-entropy of two classes, the sigmoid of the score included.

    With :math:`p = 1 / (1 + e^{-x})` the loss of one sample is
    :math:`-y \ln p - (1 - y) \ln(1 - p)`.

    input : list of float or Value
        Scores, or *logits*, of any size.
    target : list of float or Value
        The chance of the positive class: 0, 1 or between.

    >>> binary_cross_entropy_with_logits([1000.0, 1000.0], [1, 0])
    500.0
    """
    name = "binary_cross_entropy_with_logits"
    reduced = _reduction(name, reduction)
    pairs = _pairs(name, input, target)
    return reduced([(1 - y) * x + softplus(-x) for x, y in pairs])


@of_losses
def nll_loss(
    input: Iterable[Any], target: Any, reduction: str = "mean"
) -> Loss:
    """Negative log-likelihood, :math:`-x_c` of the right class :math:`c`.

    input : list of float or Value, or list of such lists
        Logarithms of probabilities, one for each class.

    >>> from micrograd.functions import log_softmax, nll_loss
    >>> nll_loss(log_softmax([0.0, 0.0]), 1)
    0.6931471805599453
    """
    return _each("nll_loss", input, target, reduction, lambda x, c: -x[c])


def _each(
    name: str, rows: Any, classes: Any, reduction: str, loss: Any
) -> Loss:
    """The loss of one sample, or of each of a list, reduced."""
    reduced = _reduction(name, reduction)
    if not hasattr(classes, "__iter__"):
        row = _numbers(name, rows)
        return loss(row, _class(name, classes, len(row)))
    rows = [_numbers(name, row) for row in _rows(name, rows)]
    classes = list(classes)
    _same_length(name, rows, classes)
    for row in rows:
        _same_length(name, rows[0], row)
    cs = [_class(name, c, len(rows[0])) for c in classes]
    return reduced([loss(row, c) for row, c in zip(rows, cs, strict=True)])


def _rows(name: str, rows: Any) -> list[Any]:
    asked = f"{name}() takes a list of samples for a list of classes"
    return _filled(to_items(rows, asked), asked)


def _filled(items: list[Any], asked: str) -> list[Any]:
    if not items:
        raise ShapeError(asked, "an empty list", "check where it was filled")
    return items


def _class(name: str, c: Any, count: int) -> int:
    """The index of a class as an int from 0 to `count` - 1."""
    asked = f"{name}() takes a class index from 0 to {count - 1}"
    try:
        position = index(c)
    except TypeError:
        do = "convert the classes with int(...)"
        raise NumberError(asked, f"{c!r}", do) from None
    if not 0 <= position < count:
        do = "number the classes from 0, one score for each"
        raise OptionError(asked, f"{position}", do)
    return position


@of_losses
def cross_entropy(
    input: Iterable[Any],
    target: Any,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Loss:
    r"""Cross-entropy of scores, :math:`-x_c + \ln \sum_j e^{x_j}`.

    The negative logarithm of the probability that :func:`softmax` gives
    to the right class :math:`c`.

    input : list of float or Value, or list of such lists
        Scores, or *logits*, one for each class; of any size.
    label_smoothing : float, optional
        From 0 to 1: the share of the target that is spread evenly over
        all classes, from [Szegedy2016]_, section 7.
    raises : OptionError
        If `label_smoothing` is out of range.

    >>> cross_entropy([2.0, 2.0], 0)
    0.6931471805599453
    >>> cross_entropy([[1000.0, 0.0], [0.0, 0.0]], [1, 0])
    500.34657359027995
    """
    asked = "cross_entropy(label_smoothing) takes a number from 0 to 1"
    share = to_setting(
        label_smoothing, asked, lambda x: 0 <= x <= 1, "0.1 is usual"
    )

    def loss(row: list[N], c: int) -> N:
        logs = log_softmax(row)
        if share == 0:  # else 0 times the infinity of a masked class
            return -logs[c]
        return (share - 1) * logs[c] - share * mean(logs)

    return _each("cross_entropy", input, target, reduction, loss)


# --- Counting what is right ---


@documented
def accuracy(input: Iterable[Any], target: Iterable[int]) -> float:
    """Share of samples classified correctly, from 0 to 1.

    input : list of float or Value, or list of such lists
        For two classes one score each, for more a list of scores each.
    target : list of int
        The class of each: positive or not beside one score, the index of
        the largest beside a list.
    returns : float
        The share; a plain number, since it has no useful derivative.
    raises : ShapeError
        If the lists are empty or differ in length.

    >>> accuracy([0.3, -2.0, 1.0, 5.0], [1, -1, -1, 1])
    0.75
    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    rows = _rows("accuracy", input)
    classes = to_items(target, "accuracy() takes a list of classes")
    _same_length("accuracy", rows, classes)
    right = [_is_right(x, c) for x, c in zip(rows, classes, strict=True)]
    return sum(right) / len(right)


def _is_right(x: Any, c: int) -> bool:
    if isinstance(x, list | tuple) or hasattr(x, "__iter__"):
        row = _numbers("accuracy", x)
        return max(range(len(row)), key=row.__getitem__) == c
    asked = "accuracy() takes scores and classes that are numbers"
    score, kind = _element(x, asked), _element(c, asked)
    return bool((score > 0) == (kind > 0))


# --- Checks of lists ---


def _numbers(name: str, values: Iterable[N]) -> list[N]:
    """The elements as floats and Values, at least one."""
    asked = f"{name}() takes a list of numbers or Values"
    return _filled(to_list(values, asked), asked)


def to_list(values: Any, asked: str) -> list[Any]:
    """A list of floats and Values, or an error that says what came instead."""
    if getattr(values, "ndim", 1) > 1:
        given = f"an array of shape {values.shape}"
        raise ShapeError(asked, given, "call it once for each row")
    items = to_items(getattr(values, "tolist", lambda: values)(), asked)
    return [x if type(x) is Value else _element(x, asked) for x in items]


def _element(x: Any, asked: str) -> Any:
    if hasattr(x, "__primitive__"):  # reads primitives in its own way
        return x
    if isinstance(x, list | tuple) or getattr(x, "ndim", 0) > 0:
        do = "call it once for each of them"
        raise ShapeError(asked, "a list of lists", do)
    return to_number(x, asked)


def _pairs(name: str, xs: Any, ys: Any) -> list[tuple[Any, Any]]:
    """Two lists side by side, of the same length."""
    xs, ys = _numbers(name, xs), _numbers(name, ys)
    _same_length(name, xs, ys)
    return list(zip(xs, ys, strict=True))


def _same_length(name: str, xs: Sequence[Any], ys: Sequence[Any]) -> None:
    if len(xs) != len(ys):
        asked = f"{name}() takes two lists of the same length"
        do = "check that each element has its partner"
        raise ShapeError(asked, f"{len(xs)} and {len(ys)}", do)
