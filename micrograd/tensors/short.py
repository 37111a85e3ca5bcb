"""Functions of a line each, in two tables, and those that sort and find.

The first table is of rows, so its functions have derivatives.  Those of
the second look at arrays and give constants: truths, and rounded numbers.

Notation: as in :mod:`micrograd.tensors.functions`.

Leaves out: rounding with a derivative of 0, which PyTorch has; here no
gradient flows through it at all.

Sources: PyTorch for names and arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd import primitives
from micrograd.errors import NumberError, OutOfRangeError
from micrograd.tensors.documentation import documented
from micrograd.tensors.functions import (
    EXTREMES,
    Extreme,
    Methods,
    Tensor,
    axis_of,
    flatten,
    shared,
    where,
)
from micrograd.tensors.libraries import (
    holds,
    kind,
    namespace,
    of_kind,
    shown,
    to_numpy,
)
from micrograd.tensors.linear import scale, take

__all__ = [
    "NAMED",
    "ShortMethods",
    "argsort",
    "bincount",
    "gather",
    "index_select",
    "isclose",
    "median",
    "nanmedian",
    "sort",
    "topk",
    "unique",
]

NAMED: dict[str, Callable[..., Any]] = {}

# --- Of rows ---

# Name, function, summary, arguments of an example, and what it prints.
OF_ROWS: tuple[tuple[str, Any, str, str, str], ...] = (
    ("add", lambda x, y, alpha=1: x + (y if alpha == 1 else y * alpha),
     "Add numbers.", "tensor([1]), 2", "tensor([3])"),
    ("sub", lambda x, y, alpha=1: x - (y if alpha == 1 else y * alpha),
     "Subtract numbers.", "tensor([1]), 2", "tensor([-1])"),
    ("mul", lambda x, y: x * y, "Multiply numbers.", "tensor([3]), 2",
     "tensor([6])"),
    ("div", lambda x, y: x / y, "Divide numbers.", "tensor([3]), 2",
     "tensor([1.5000])"),
    ("neg", lambda x: -x, "Change the sign.", "tensor([3])", "tensor([-3])"),
    ("square", lambda x: x * x, "Multiply each number by itself.",
     "tensor([3.0])", "tensor([9.])"),
    ("reciprocal", lambda x: 1 / x, "Divide 1 by each number.",
     "tensor([4.0])", "tensor([0.2500])"),
    ("rsqrt", lambda x: x**-0.5, "Divide 1 by each square root.",
     "tensor([4.0])", "tensor([0.5000])"),
    ("exp2", lambda x: 2**x, "Raise 2 to each power.", "tensor([3.0])",
     "tensor([8.])"),
    ("log2", lambda x: scale(primitives.log(x), by=1 / math.log(2)),
     "Compute the logarithm to the base 2.", "tensor([4.0])", "tensor([2.])"),
    ("log10", lambda x: scale(primitives.log(x), by=1 / math.log(10)),
     "Compute the logarithm to the base 10.", "tensor([100.0])",
     "tensor([2.])"),
    ("lerp", lambda x, y, weight: x + (y - x) * weight,
     "Go a part of the way from one number to another.",
     "tensor([1.0]), tensor([3.0]), 0.25", "tensor([1.5000])"),
    ("addcmul", lambda x, y, z, value=1: x + y * z * value,
     "Add a product.", "tensor([1]), tensor([2]), tensor([3])",
     "tensor([7])"),
    ("addcdiv", lambda x, y, z, value=1: x + y / z * value,
     "Add a quotient.", "tensor([1.0]), tensor([2.0]), tensor([4.0])",
     "tensor([1.5000])"),
    ("clamp_min", lambda x, low: x.clamp(min=low),
     "Cut off numbers below.", "tensor([-1.0, 2.0]), 0.0", "tensor([0., 2.])"),
    ("clamp_max", lambda x, high: x.clamp(max=high),
     "Cut off numbers above.", "tensor([-1.0, 2.0]), 0.0",
     "tensor([-1.,  0.])"),
    ("remainder", lambda x, y: x % y,
     "Compute what a division leaves, with the sign of the divisor.",
     "tensor([5, -5]), 3", "tensor([2, 1])"),
)  # fmt: skip

# --- Of arrays ---

# The same.
OF_ARRAYS: tuple[tuple[str, Any, str, str, str], ...] = (
    ("isfinite", lambda x: _look("isfinite", x),
     "Tell which numbers are finite.",
     "tensor([1.0, -1.0]).log()", "tensor([ True, False])"),
    ("isinf", lambda x: _look("isinf", x), "Tell which numbers are infinite.",
     "tensor([0.0, 1.0]).log()", "tensor([ True, False])"),
    ("isnan", lambda x: _look("isnan", x), "Tell which are not a number.",
     "tensor([1.0, -1.0]).log()", "tensor([False,  True])"),
    ("floor", lambda x: _look("floor", x),
     "Round down.", "tensor([1.7])", "tensor([1.])"),
    ("ceil", lambda x: _look("ceil", x),
     "Round up.", "tensor([1.2])", "tensor([2.])"),
    ("trunc", lambda x: _look("trunc", x),
     "Round towards 0.", "tensor([-1.7])", "tensor([-1.])"),
    ("round", lambda x, decimals=0: _look("round", x) if decimals == 0
        else _look("round", x * 10.0**decimals) / 10.0**decimals,
     "Round to the nearest; of two, to the even one.",
     "tensor([2.5])", "tensor([2.])"),
    ("logical_not", lambda x: _look("logical_not", x),
     "Tell which numbers are 0.",
     "tensor([0, 1])", "tensor([ True, False])"),
    ("logical_and", lambda x, y: _look("logical_and", x, y),
     "Tell where both are not 0.",
     "tensor([0, 1]), tensor([1, 1])", "tensor([False,  True])"),
    ("logical_or", lambda x, y: _look("logical_or", x, y),
     "Tell where one is not 0.",
     "tensor([0, 1]), tensor([0, 0])", "tensor([False,  True])"),
    ("logical_xor", lambda x, y: _look("logical_xor", x, y),
     "Tell where one alone is not 0.",
     "tensor([0, 1]), tensor([1, 1])", "tensor([ True, False])"),
    ("eq", lambda x, y: x == y, "Tell where numbers are equal.",
     "tensor([1, 2]), 2", "tensor([False,  True])"),
    ("ne", lambda x, y: x != y, "Tell where numbers differ.",
     "tensor([1, 2]), 2", "tensor([ True, False])"),
    ("lt", lambda x, y: x < y, "Tell where the first is smaller.",
     "tensor([1, 2]), 2", "tensor([ True, False])"),
    ("le", lambda x, y: x <= y, "Tell where the first is not larger.",
     "tensor([1, 2]), 1", "tensor([ True, False])"),
    ("gt", lambda x, y: x > y, "Tell where the first is larger.",
     "tensor([1, 2]), 1", "tensor([False,  True])"),
    ("ge", lambda x, y: x >= y, "Tell where the first is not smaller.",
     "tensor([1, 2]), 2", "tensor([False,  True])"),
    ("equal", lambda x, y: x.shape == y.shape and bool((x == y).all()),
     "Tell whether shapes and all numbers are equal.",
     "tensor([1, 2]), tensor([1, 3])", "False"),
    ("count_nonzero", lambda x, dim=None: (x != 0).sum(dim),
     "Count the numbers that are not 0.", "tensor([0, 5, 7])", "tensor(2)"),
    ("numel", lambda x: math.prod(x.shape), "Count the numbers.",
     "tensor([0, 5, 7])", "3"),
    ("floor_divide", lambda x, y: x // y, "Divide, and round down.",
     "tensor([5, -5]), 3", "tensor([ 1, -2])"),
)  # fmt: skip



def _look(word: str, *operands: Any) -> Tensor:
    """A function of the library of arrays; what it gives is a constant."""
    x = next(x for x in operands if hasattr(x, "constant"))
    arrays = [getattr(y, "array", y) for y in operands]
    return x.constant(getattr(namespace(x.array), word)(*arrays))


def _quotient(x: Any, y: Any) -> Tensor:
    """The quotient, rounded down; whole numbers have none by 0."""
    types = [getattr(one, "dtype", np.dtype(type(one))) for one in (x, y)]
    if max(map(kind, types)) < 2:
        none = getattr(y, "array", y) == 0
        if holds(none.any() if hasattr(none, "any") else none):
            asked = "// and % take whole numbers other than 0 on the right"
            do = "divide floats, or replace the zeros"
            raise NumberError(asked, "0", do)
    return _look("floor_divide", x, y)


for name, does, summary, given, printed in (*OF_ROWS, *OF_ARRAYS):
    does.__name__ = does.__qualname__ = name
    does.__doc__ = f"""{summary}

    >>> from micrograd.tensors import {name}, tensor
    >>> {name}({given})
    {printed}
    """
    NAMED[name] = documented(does)
vars().update(NAMED)


# --- What sorts, finds and picks ---


def _sorted_places(x: Tensor, axis: int, descending: bool) -> Any:
    """Where the numbers are in order; equal ones stay as they are."""
    xp = namespace(x.array)
    if not descending:
        return xp.argsort(x.array, axis=axis, stable=True)
    places = xp.argsort(xp.flip(x.array, axis=axis), axis=axis, stable=True)
    return x.shape[axis] - 1 - xp.flip(places, axis=axis)


def places_along(index: Any, axis: int) -> tuple[Any, ...]:
    """An index that picks along one axis and stays in place on others."""
    places = list(np.ix_(*map(np.arange, index.shape)))
    places[axis : axis + 1] = [index]
    return tuple(places)


@documented
def sort(x: Tensor, dim: int = -1, descending: bool = False) -> Extreme:
    """Put numbers in order along an axis.

    dim : int, optional
        The axis.
    descending : bool, optional
        Whether the largest come first.
    returns : Extreme
        The numbers, and where they were.

    >>> from micrograd.tensors import sort, tensor
    >>> sort(tensor([2.0, 3.0, 1.0])).indices
    tensor([2, 0, 1])
    """
    axis = axis_of(x, dim, "sort")
    places = _sorted_places(x, axis, descending)
    values = take(x, index=places_along(places, axis))
    return EXTREMES["sort"](values, x.constant(places))


@documented
def argsort(x: Tensor, dim: int = -1, descending: bool = False) -> Tensor:
    """Find where the numbers are, in their order.

    dim : int, optional
        The axis.
    descending : bool, optional
        Whether the largest come first.

    >>> from micrograd.tensors import argsort, tensor
    >>> argsort(tensor([2.0, 3.0, 1.0]), descending=True)
    tensor([1, 0, 2])
    """
    return sort(x, dim, descending).indices


@documented
def topk(x: Tensor, k: int, dim: int = -1, largest: bool = True) -> Extreme:
    """Find the largest numbers along an axis, the largest first.

    k : int
        How many.
    dim : int, optional
        The axis.
    largest : bool, optional
        Whether not to find the smallest.
    returns : Extreme
        The numbers, and where they are.

    >>> from micrograd.tensors import topk, tensor
    >>> topk(tensor([2.0, 3.0, 1.0]), 2).values
    tensor([3., 2.])
    """
    lead = [slice(None)] * axis_of(x, dim, "topk")
    if x.shape and not 0 <= k <= x.shape[len(lead)]:
        asked = f"topk() of {x.shape[len(lead)]} numbers takes so many or less"
        raise OutOfRangeError(asked, f"k={k}", "check the axis")
    found = sort(x, dim, largest)
    return EXTREMES["topk"](*(take(y, index=(*lead, slice(k))) for y in found))


@documented
def median(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """Find the number in the middle; of two, the smaller; nan, if any is.

    dim : int, optional
        The axis; by default the middle of all numbers is found.
    returns : Tensor or Extreme
        The number; with an axis the numbers and where they are.

    >>> from micrograd.tensors import median, tensor
    >>> median(tensor([2.0, 3.0, 1.0]))
    tensor(2.)
    """
    return _middle(x, dim, keepdim, "median")


@documented
def nanmedian(
    x: Tensor, dim: int | None = None, keepdim: bool = False
) -> Any:
    """Find the number in the middle of those that are not nan.

    dim : int, optional
        The axis; by default the middle of all numbers is found.
    returns : Tensor or Extreme
        The number; with an axis the numbers and where they are.

    >>> from micrograd.tensors import nanmedian, tensor
    >>> nanmedian(tensor([float("nan"), 3.0, 1.0]))
    tensor(1.)
    """
    return _middle(x, dim, keepdim, "nanmedian")


def _middle(x: Tensor, dim: int | None, keepdim: bool, name: str) -> Any:
    """The middle of sorted numbers, of which those that are nan are last."""
    if dim is None:  # equal ones share the gradient
        whole = flatten(x)
        found = _middle(whole, 0, False, name).values
        if kind(x.dtype) < 2:
            return found
        same = (whole == found) | ((whole != whole) & (found != found))
        return shared(whole, same.array, 0)
    axis = axis_of(x, dim, name)
    n, known = x.shape[axis], (x == x).sum(axis, True)
    at = (known - 1).clamp(min=0) // 2
    if name == "median":
        at = where(known < n, known, (n - 1) // 2)
    found = [gather(y, axis, at) for y in sort(x, axis)]
    return EXTREMES[name](*(y if keepdim else y.squeeze(axis) for y in found))


@documented
def gather(x: Tensor, dim: int, index: Tensor) -> Tensor:
    """Pick a number for each place of an index, along one axis.

    dim : int
        The axis.
    index : Tensor of whole numbers
        Where along it; on other axes a place picks from the same place.

    >>> from micrograd.tensors import gather, tensor
    >>> gather(tensor([[1, 2], [3, 4]]), 1, tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    axis = axis_of(x, dim, "gather")
    places(index, x.shape[axis], "gather()")
    return take(x, index=places_along(index.array, axis))


def places(index: Tensor, n: int, name: str) -> None:
    """Refuse an index of anything but whole numbers from 0 to below `n`."""
    asked = f"{name} of {n} places takes whole numbers from 0 to {n - 1}"
    of_kind(index.dtype, 1, asked)
    a = index.array
    if holds(((a < 0) | (a >= n)).any()):
        a = to_numpy(shown(a))
        given = f"{a.min()} to {a.max()}"
        raise OutOfRangeError(asked, given, "check the index")


@documented
def index_select(x: Tensor, dim: int, index: Tensor) -> Tensor:
    """Pick slices along an axis.

    dim : int
        The axis.
    index : Tensor of whole numbers
        Which slices.

    >>> from micrograd.tensors import index_select, tensor
    >>> index_select(tensor([[1, 2], [3, 4]]), 1, tensor([1]))
    tensor([[2],
            [4]])
    """
    lead = [slice(None)] * axis_of(x, dim, "index_select")
    places(index, x.shape[len(lead)], "index_select()")
    return take(x, index=(*lead, index.array))


@documented
def unique(
    x: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
) -> Any:
    """Find the numbers that there are, each once, in order.

    sorted : bool, optional
        As in PyTorch; they always are.
    return_inverse : bool, optional
        Whether to tell of each number which one it is.
    return_counts : bool, optional
        Whether to tell how often each is there.
    returns : Tensor, or tuple of Tensor
        The numbers and what else is asked for.

    >>> from micrograd.tensors import tensor, unique
    >>> unique(tensor([2, 1, 2]), return_counts=True)
    (tensor([1, 2]), tensor([1, 2]))
    """
    find: Any = np.unique
    wanted = (return_inverse, return_counts)
    found = find(np.asarray(x.array), False, *wanted)
    if not any(wanted):
        return x.constant(found)
    return tuple(map(x.constant, found))


@documented
def bincount(
    x: Tensor, weights: Tensor | None = None, minlength: int = 0
) -> Tensor:
    """Count how often each whole number is there.

    weights : Tensor, optional
        What each counts.
    minlength : int, optional
        How many numbers to count at least.

    >>> from micrograd.tensors import bincount, tensor
    >>> bincount(tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    each = None if weights is None else np.asarray(weights)
    return x.constant(np.bincount(np.asarray(x.array), each, minlength))


@documented
def isclose(
    x: Tensor,
    y: Tensor,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    equal_nan: bool = False,
) -> Tensor:
    """Tell where numbers are equal but for rounding.

    >>> from micrograd.tensors import isclose, tensor
    >>> isclose(tensor([1.0, 2.0]), tensor([1.0 + 1e-6, 3.0]))
    tensor([ True, False])
    """
    a, b = np.asarray(x), np.asarray(y)
    return x.constant(np.isclose(a, b, rtol, atol, equal_nan))


# --- The same as methods ---


class ShortMethods(Methods):
    """The functions above as methods.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> tensor([3.0, 1.0]).add(1).sort().values
    tensor([2., 4.])
    """

    __slots__ = ()

    sort, argsort, topk, median = sort, argsort, topk, median
    nanmedian = nanmedian
    gather, index_select = gather, index_select
    unique, bincount, isclose = unique, bincount, isclose

    def softmax(self, dim: int = -1) -> Any:
        """Turn numbers along an axis into probabilities."""
        from micrograd.tensors.fused import FUSED

        axis = axis_of(self, dim, "softmax")
        return FUSED["softmax"](self, axis=axis)

    def log_softmax(self, dim: int = -1) -> Any:
        """Compute the logarithm of a softmax, without an overflow."""
        from micrograd.tensors.fused import FUSED

        axis = axis_of(self, dim, "log_softmax")
        return FUSED["log_softmax"](self, axis=axis)

    def __mod__(self, other: Any) -> Any:
        return self - (self // other) * other

    def __rmod__(self, other: Any) -> Any:
        return other - (other // self) * self

    def __floordiv__(self, other: Any) -> Any:
        return _quotient(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return _quotient(other, self)


for name, does in NAMED.items():
    setattr(ShortMethods, name, does)
