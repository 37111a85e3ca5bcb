"""Functions of whole lists: sums, softmax, normalisation and losses.

Each is composed of rows of :mod:`micrograd.primitives`, so none of them
needs a derivative of its own.  On ``Value`` objects a function records a
graph and has derivatives of every order; on plain numbers it returns a
float.  Names, argument names, defaults and results are those of
``torch.nn.functional``, for one sample or a list of samples where PyTorch
has tensors.

Nothing here looks at the numbers to decide what to compute, so a recorded
graph holds for other numbers too.

Notation
--------
x, y
    Elements of `input` and `target`, or of the two lists of `dot`.
N
    The type of one number: float, or ``Value``.

Leaves out: weights of classes, ignored indices, and targets that are
probabilities.  Each would be one more multiplication.

Sources: [PyTorch]_ for names and conventions; [Blanchard2021]_ for the
shift by the maximum that keeps exponentials in range.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import index
from typing import Any, TypeAlias, TypeVar

from micrograd.engine import Value
from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.namespaces import to_number
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


# --- Sums ---


def mean(input: Iterable[N]) -> N:
    r"""Arithmetic mean, :math:`\frac1n \sum_i x_i`.

    Parameters
    ----------
    input : list of float or Value
        The numbers, at least one.

    Returns
    -------
    float or Value
        Their mean.

    Raises
    ------
    ShapeError, NumberError
        If the list is empty or an element is not a number.

    Examples
    --------
    >>> from micrograd.functions import mean
    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    values: list[N] = _numbers("mean", input)
    sum_: N = total(values)
    return sum_ / len(values)


def dot(input: Iterable[N], other: Iterable[N]) -> N:
    r"""Dot product, :math:`\sum_i x_i y_i`.

    Parameters
    ----------
    input, other : list of float or Value
        Two lists of the same length, at least one.

    Returns
    -------
    float or Value
        The sum of the products.

    Raises
    ------
    ShapeError, NumberError
        If the lists are empty or differ in length, or an element is not
        a number.

    Examples
    --------
    >>> from micrograd.functions import dot
    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    products: list[N] = [x * y for x, y in _pairs("dot", input, other)]
    result: N = total(products)
    return result


def l2(input: Iterable[N]) -> N:
    r"""Sum of squares, :math:`\sum_i x_i^2`, the penalty on large weights.

    Parameters
    ----------
    input : list of float or Value
        The numbers, often ``model.parameters()``.

    Returns
    -------
    float or Value
        The squared length, without a factor of one half.

    Raises
    ------
    ShapeError, NumberError
        If the list is empty or an element is not a number.

    Examples
    --------
    >>> from micrograd.functions import l2
    >>> l2([3.0, 4.0])
    25.0
    """
    squares: list[N] = [x * x for x in _numbers("l2", input)]
    result: N = total(squares)
    return result


# --- Softmax and its kin ---


def _constant(x: N) -> N:
    """The same number without gradient.

    Softmax and its kin do not change with the number that is subtracted
    from all elements, so no derivative is lost with its gradient.
    """
    constant: N = x.detach() if hasattr(x, "detach") else x
    return constant


def logsumexp(input: Iterable[N]) -> N:
    r"""Logarithm of the sum of exponentials, :math:`\ln \sum_i e^{x_i}`.

    Parameters
    ----------
    input : list of float or Value
        The numbers, at least one.

    Returns
    -------
    float or Value
        A smooth maximum: the largest element or a little more.

    Raises
    ------
    ShapeError, NumberError
        If the list is empty or an element is not a number.

    Examples
    --------
    >>> from micrograd.functions import logsumexp
    >>> logsumexp([1000.0, 1000.0])
    1000.6931471805599
    """
    values: list[N] = _numbers("logsumexp", input)
    peak = maximum(reduce(maximum, values), -LARGEST)
    peak = _constant(minimum(peak, LARGEST))  # inf - inf would be nan
    result: N = log(total([exp(x - peak) for x in values])) + peak
    return result


def softmax(input: Iterable[N]) -> list[N]:
    r"""Probabilities from scores, :math:`p_i = e^{x_i} / \sum_j e^{x_j}`.

    Parameters
    ----------
    input : list of float or Value
        One score, or *logit*, for each class; of any size.

    Returns
    -------
    list of float or Value
        One probability for each class; they sum to 1.

    Raises
    ------
    ShapeError, NumberError
        If the list is empty or an element is not a number.

    Examples
    --------
    >>> from micrograd.functions import softmax
    >>> softmax([1000.0, 1000.0, -1000.0])
    [0.5, 0.5, 0.0]
    """
    values: list[N] = _numbers("softmax", input)
    peak = _constant(reduce(maximum, values))
    weights: list[N] = [exp(x - peak) for x in values]
    whole = total(weights)
    return [weight / whole for weight in weights]


def log_softmax(input: Iterable[N]) -> list[N]:
    r"""Logarithms of probabilities, :math:`x_i - \ln \sum_j e^{x_j}`.

    Taking ``log`` of ``softmax`` would give minus infinity for scores far
    below the largest.

    Parameters
    ----------
    input : list of float or Value
        One score, or *logit*, for each class; of any size.

    Returns
    -------
    list of float or Value
        One logarithm for each class, at most 0.

    Raises
    ------
    ShapeError, NumberError
        If the list is empty or an element is not a number.

    Examples
    --------
    >>> from micrograd.functions import log_softmax
    >>> log_softmax([0.0, -1000.0])
    [0.0, -1000.0]
    """
    values: list[N] = _numbers("log_softmax", input)
    peak = _constant(reduce(maximum, values))
    shifted: list[N] = [x - peak for x in values]
    whole: N = log(total([exp(x) for x in shifted]))
    return [x - whole for x in shifted]


def rms_norm(
    input: Iterable[N],
    weight: Iterable[N] | None = None,
    eps: float | None = None,
) -> list[N]:
    r"""Divide by the root mean square, :math:`x_i / \sqrt{m + \epsilon}`.

    Here :math:`m = \frac1n \sum_i x_i^2`, from [Zhang2019]_, equation 4.

    Parameters
    ----------
    input : list of float or Value
        The numbers, at least one.
    weight : list of float or Value, optional
        A factor for each element.
    eps : float, optional
        Keeps the divisor from zero.  As in PyTorch the default is the
        spacing of floats at one, 2.2e-16.

    Returns
    -------
    list of float or Value
        The numbers scaled to a root mean square of 1.

    Raises
    ------
    ShapeError, NumberError
        If a list is empty, the lengths differ, or an element or `eps` is
        not a number.

    Examples
    --------
    >>> from micrograd.functions import rms_norm
    >>> rms_norm([3.0, -3.0, 1.0, -1.0, 0.0], eps=0.0)
    [1.5, -1.5, 0.5, -0.5, 0.0]
    """
    values: list[N] = _numbers("rms_norm", input)
    floor = EPSILON
    if eps is not None:
        floor = to_number(eps, "rms_norm(eps) takes one number")
    scale: N = power(mean([x * x for x in values]) + floor, -0.5)
    if weight is None:
        return [x * scale for x in values]
    return [x * scale * w for x, w in _pairs("rms_norm", values, weight)]


# --- Losses ---

REDUCTIONS = ("mean", "sum", "none")


def _reduce(losses: list[N], reduction: str) -> Loss:
    if reduction == "none":
        return losses
    return mean(losses) if reduction == "mean" else total(losses)


def _check_reduction(name: str, reduction: str) -> None:
    if reduction not in REDUCTIONS:
        raise OptionError(
            f"{name}(reduction) is one of {', '.join(REDUCTIONS)}",
            f"{reduction!r}",
            "check the spelling",
        )


def mse_loss(
    input: Iterable[N], target: Iterable[N | float], reduction: str = "mean"
) -> Loss:
    r"""Mean squared error, :math:`\frac1n \sum_i (x_i - y_i)^2`.

    Parameters
    ----------
    input : list of float or Value
        What was computed.
    target : list of float or Value
        What it should be, one number for each.
    reduction : {"mean", "sum", "none"}, optional
        The mean of the losses, their sum, or the list of them.

    Returns
    -------
    float or Value, or a list of them
        The loss.

    Raises
    ------
    ShapeError, NumberError, OptionError
        If the lists are empty or differ in length, an element is not a
        number, or `reduction` has another name.

    Examples
    --------
    >>> from micrograd.functions import mse_loss
    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    _check_reduction("mse_loss", reduction)
    gaps = [x - y for x, y in _pairs("mse_loss", input, target)]
    return _reduce([gap * gap for gap in gaps], reduction)


def hinge_loss(
    input: Iterable[N], target: Iterable[float], reduction: str = "mean"
) -> Loss:
    r"""Max-margin loss, :math:`\frac1n \sum_i \max(0, 1 - y_i x_i)`.

    Zero for a score on the right side of the line by a margin of 1 or
    more, from [Cortes1995]_.

    Parameters
    ----------
    input : list of float or Value
        Scores, positive for one class and negative for the other.
    target : list of {-1, 1}
        The class of each.
    reduction : {"mean", "sum", "none"}, optional
        The mean of the losses, their sum, or the list of them.

    Returns
    -------
    float or Value, or a list of them
        The loss.

    Raises
    ------
    ShapeError, NumberError, OptionError
        If the lists are empty or differ in length, an element is not a
        number, a target is not -1 or 1, or `reduction` has another name.

    Examples
    --------
    >>> from micrograd.functions import hinge_loss
    >>> hinge_loss([3.0, 0.5], [1, 1]), hinge_loss([3.0, 0.5], [1, -1])
    (0.25, 0.75)
    """
    _check_reduction("hinge_loss", reduction)
    pairs = _pairs("hinge_loss", input, target)
    for _, y in pairs:
        if type(y) is float and y not in (-1, 1):
            raise OptionError(
                "hinge_loss() takes targets of -1 or 1",
                f"{y:g}",
                "write -1 for the negative class, as in 2 * y - 1",
            )
    return _reduce([relu(1 - y * x) for x, y in pairs], reduction)


def binary_cross_entropy_with_logits(
    input: Iterable[N], target: Iterable[N | float], reduction: str = "mean"
) -> Loss:
    r"""Cross-entropy of two classes, the sigmoid of the score included.

    With :math:`p = 1 / (1 + e^{-x})` the loss of one sample is
    :math:`-y \ln p - (1 - y) \ln(1 - p)`.

    Parameters
    ----------
    input : list of float or Value
        Scores, or *logits*, of any size.
    target : list of float or Value
        The chance of the positive class: 0, 1 or between.
    reduction : {"mean", "sum", "none"}, optional
        The mean of the losses, their sum, or the list of them.

    Returns
    -------
    float or Value, or a list of them
        The loss.

    Raises
    ------
    ShapeError, NumberError, OptionError
        If the lists are empty or differ in length, an element is not a
        number, or `reduction` has another name.

    Examples
    --------
    >>> from micrograd.functions import binary_cross_entropy_with_logits
    >>> binary_cross_entropy_with_logits([1000.0, 1000.0], [1, 0])
    500.0
    """
    name = "binary_cross_entropy_with_logits"
    _check_reduction(name, reduction)
    losses = [
        (1 - y) * x + softplus(-x) for x, y in _pairs(name, input, target)
    ]
    return _reduce(losses, reduction)


def nll_loss(
    input: Iterable[Any], target: Any, reduction: str = "mean"
) -> Loss:
    r"""Negative log-likelihood, :math:`-x_c` of the right class :math:`c`.

    Parameters
    ----------
    input : list of float or Value, or list of such lists
        Logarithms of probabilities, one for each class.
    target : int, or list of int
        The index of the right class; one for each list.
    reduction : {"mean", "sum", "none"}, optional
        The mean of the losses, their sum, or the list of them.  One
        sample by itself has one loss.

    Returns
    -------
    float or Value, or a list of them
        The loss.

    Raises
    ------
    ShapeError, NumberError, OptionError
        If a list is empty, the lengths differ, an element is not a number,
        a class is not an int or out of range, or `reduction` has another
        name.

    Examples
    --------
    >>> from micrograd.functions import log_softmax, nll_loss
    >>> nll_loss(log_softmax([0.0, 0.0]), 1)
    0.6931471805599453
    """
    return _each("nll_loss", input, target, reduction, _surprise)


def _surprise(row: list[N], c: int) -> N:
    return -row[c]


def _each(
    name: str, rows: Any, classes: Any, reduction: str, loss: Any
) -> Loss:
    """The loss of one sample, or of each of a list, reduced."""
    _check_reduction(name, reduction)
    if not hasattr(classes, "__iter__"):
        row = _numbers(name, rows)
        return loss(row, _class(name, classes, len(row)))
    rows = [_numbers(name, row) for row in _rows(name, rows)]
    classes = list(classes)
    _same_length(name, rows, classes)
    for row in rows:
        _same_length(name, rows[0], row)
    cs = [_class(name, c, len(rows[0])) for c in classes]
    losses = [loss(row, c) for row, c in zip(rows, cs, strict=True)]
    return _reduce(losses, reduction)


def _rows(name: str, rows: Any) -> list[Any]:
    asked = f"{name}() takes a list of samples for a list of classes"
    if not hasattr(rows, "__iter__"):
        raise NumberError(asked, f"{rows!r}", "put the samples in a list")
    samples = list(rows)
    if not samples:
        raise ShapeError(asked, "an empty list", "check where it was filled")
    return samples


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


def cross_entropy(
    input: Iterable[Any],
    target: Any,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Loss:
    r"""Cross-entropy of scores, :math:`-x_c + \ln \sum_j e^{x_j}`.

    The negative logarithm of the probability that :func:`softmax` gives
    to the right class :math:`c`.

    Parameters
    ----------
    input : list of float or Value, or list of such lists
        Scores, or *logits*, one for each class; of any size.
    target : int, or list of int
        The index of the right class; one for each list.
    reduction : {"mean", "sum", "none"}, optional
        The mean of the losses, their sum, or the list of them.  One
        sample by itself has one loss.
    label_smoothing : float, optional
        From 0 to 1: the share of the target that is spread evenly over
        all classes, from [Szegedy2016]_, section 7.

    Returns
    -------
    float or Value, or a list of them
        The loss.

    Raises
    ------
    ShapeError, NumberError, OptionError
        If a list is empty, the lengths differ, an element is not a number,
        a class is not an int or out of range, `reduction` has another
        name, or `label_smoothing` is out of range.

    Examples
    --------
    >>> from micrograd.functions import cross_entropy
    >>> cross_entropy([2.0, 2.0], 0)
    0.6931471805599453
    >>> cross_entropy([[1000.0, 0.0], [0.0, 0.0]], [1, 0])
    500.34657359027995
    """
    share = to_number(
        label_smoothing, "cross_entropy(label_smoothing) takes one number"
    )
    if not 0 <= share <= 1:
        raise OptionError(
            "cross_entropy(label_smoothing) takes a number from 0 to 1",
            f"{share}",
            "0.1 is usual",
        )

    def loss(row: list[N], c: int) -> N:
        logs = log_softmax(row)
        if share == 0:  # else 0 times the infinity of a masked class
            return -logs[c]
        return (share - 1) * logs[c] - share * mean(logs)

    return _each("cross_entropy", input, target, reduction, loss)


# --- Counting what is right ---


def accuracy(input: Iterable[Any], target: Iterable[int]) -> float:
    """Share of samples classified correctly, from 0 to 1.

    Parameters
    ----------
    input : list of float or Value, or list of such lists
        For two classes one score each, for more a list of scores each.
    target : list of int
        The class of each: positive or not beside one score, the index of
        the largest beside a list.

    Returns
    -------
    float
        The share; a plain number, since it has no useful derivative.

    Raises
    ------
    ShapeError
        If the lists are empty or differ in length.

    Examples
    --------
    >>> from micrograd.functions import accuracy
    >>> accuracy([0.3, -2.0, 1.0, 5.0], [1, -1, -1, 1])
    0.75
    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    asked = "accuracy() takes a list of scores and a list of classes"
    for given in (input, target):
        if isinstance(given, str) or not hasattr(given, "__iter__"):
            raise NumberError(asked, repr(given), "put them in lists")
    rows, classes = _rows("accuracy", input), list(target)
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


def _numbers(name: str, values: Any) -> list[Any]:
    """The elements as floats and Values, at least one."""
    asked = f"{name}() takes a list of numbers or Values"
    elements = to_list(values, asked)
    if not elements:
        raise ShapeError(asked, "an empty list", "check where it was filled")
    return elements


def to_list(values: Any, asked: str) -> list[Any]:
    """A list of floats and Values, or an error that says what came instead.

    Parameters
    ----------
    values : iterable of float or Value, or array of one dimension
        The list.
    asked : str
        The first part of the error.

    Raises
    ------
    NumberError, ShapeError
        If `values` is no list, or has lists as elements.

    Examples
    --------
    >>> from micrograd.functions import to_list
    >>> to_list((1, 2.5), "mean() takes a list")
    [1.0, 2.5]
    """
    if getattr(values, "ndim", 1) > 1:
        given = f"an array of shape {values.shape}"
        raise ShapeError(asked, given, "call it once for each row")
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise NumberError(asked, f"{values!r}", "put the numbers in a list")
    return [
        x if type(x) is Value else _element(x, asked)
        for x in getattr(values, "tolist", lambda: values)()
    ]


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
        raise ShapeError(
            f"{name}() takes two lists of the same length",
            f"{len(xs)} and {len(ys)}",
            "check that each element has its partner",
        )
