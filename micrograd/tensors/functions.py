r"""Functions of whole arrays, composed of rows of the two tables.

Nothing here knows how to differentiate: a mean is a sum and a quotient, a
softmax an exponential over a sum.  So everything works on whatever reads
rows: tensors, and dual numbers of them.

Notation: `x` the argument; `dim` an axis, or several, counted from 0 or
from -1 backwards.

Leaves out: functions that make arrays, :mod:`micrograd.tensors.creation`;
those of networks.

Sources: PyTorch for names, arguments and what happens at ties.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from micrograd import primitives
from micrograd.errors import NumberError, ShapeError
from micrograd.tensors import linear
from micrograd.tensors.documentation import documented
from micrograd.tensors.libraries import astype, kind, namespace
from micrograd.tensors.linear import convert, scale, take, total

__all__ = [
    "Extreme",
    "Methods",
    "all",
    "allclose",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "cat",
    "chunk",
    "clamp",
    "expand",
    "flatten",
    "flip",
    "Histogram",
    "histogram",
    "log10",
    "logsumexp",
    "masked_fill",
    "matmul",
    "max",
    "mean",
    "min",
    "norm",
    "permute",
    "reshape",
    "split",
    "square",
    "squeeze",
    "stack",
    "std",
    "sum",
    "transpose",
    "tril",
    "triu",
    "unsqueeze",
    "var",
    "where",
]

Tensor: TypeAlias = Any  # or a dual number of tensors
Dim: TypeAlias = int | Sequence[int] | None
WHOLE, TRUTH = np.dtype("int64"), np.dtype("bool")
built_in_max, built_in_min, built_in_sum = max, min, sum


def _axis(x: Tensor, dim: int, name: str, more: int = 0) -> int:
    """An axis, counted from 0; `more` if it is one that does not exist."""
    n = len(x.shape) + more
    if -built_in_max(n, 1) <= dim < built_in_max(n, 1):
        return dim % built_in_max(n, 1)
    asked = f"{name}(dim) of {n} axes takes dim from {-n} to {n - 1}"
    raise ShapeError(asked, f"dim={dim!r}", f"the shape is {tuple(x.shape)}")


def _axes(x: Tensor, dim: Dim, name: str) -> tuple[int, ...]:
    if dim is None or x.shape == ():
        return tuple(range(len(x.shape)))
    several = (dim,) if isinstance(dim, int) else tuple(dim)
    return tuple(_axis(x, one, name) for one in several)


def size_of(size: Sequence[Any]) -> tuple[int, ...]:
    """Give the arguments of ``view(2, 3)`` or ``view((2, 3))`` as one."""
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = size[0]
    return tuple(int(n) for n in size)


# --- Sums and means ---


@documented
def sum(
    x: Tensor, dim: Dim = None, keepdim: bool = False, **same: bool
) -> Tensor:
    """Add up along axes; whole numbers and truths become int64.

    >>> from micrograd.tensors import tensor, sum
    >>> sum(tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([3., 7.])
    """
    if kind(x.dtype) < 2 and x.dtype != WHOLE:
        x = convert(x, to=WHOLE, back=x.dtype)
    axes = _axes(x, dim, "sum")
    return total(x, axes=axes, keepdims=same.get("keepdims", keepdim))


def _count(x: Tensor, dim: Dim) -> int:
    """How many numbers each mean is of."""
    return math.prod(x.shape[axis] for axis in _axes(x, dim, "mean"))


@documented
def mean(
    x: Tensor, dim: Dim = None, keepdim: bool = False, **same: bool
) -> Tensor:
    """Average along axes.

    >>> from micrograd.tensors import tensor, mean
    >>> mean(tensor([[1.0, 2.0], [3.0, 4.0]]), 0)
    tensor([2., 3.])
    """
    if kind(x.dtype) < 2:
        asked = "mean() takes a tensor of floats"
        raise NumberError(asked, str(x.dtype), "call .float() first")
    n = _count(x, dim)
    sums = sum(x, dim, keepdim, **same)
    return sums / n if n else sums * math.nan


@documented
def var(
    x: Tensor,
    dim: Dim = None,
    unbiased: bool = True,
    keepdim: bool = False,
    correction: int = 1,
    **same: bool,
) -> Tensor:
    """Compute the variance along axes: the mean of squared distances.

    unbiased : bool, optional
        Whether to divide by one less than the count.
    correction : int, optional
        By how much less to divide, if `unbiased`.

    >>> from micrograd.tensors import tensor, var
    >>> var(tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    distance = x - mean(x, dim, True)
    squares = sum(distance * distance, dim, keepdim, **same)
    n = _count(x, dim) - (correction if unbiased else 0)
    return squares / float(built_in_max(n, 0))


@documented
def std(
    x: Tensor,
    dim: Dim = None,
    unbiased: bool = True,
    keepdim: bool = False,
    correction: int = 1,
    **same: bool,
) -> Tensor:
    """Compute the standard deviation along axes, the root of the variance.

    unbiased : bool, optional
        Whether to divide by one less than the count.
    correction : int, optional
        By how much less to divide, if `unbiased`.

    >>> from micrograd.tensors import tensor, std
    >>> std(tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return primitives.sqrt(var(x, dim, unbiased, keepdim, correction, **same))


@documented
def norm(
    x: Tensor, p: float = 2.0, dim: Dim = None, keepdim: bool = False
) -> Tensor:
    r"""Compute the length of vectors, :math:`(\sum |x|^p)^{1 / p}`.

    p : float, optional
        The power; infinity for the largest absolute number.

    >>> from micrograd.tensors import tensor, norm
    >>> norm(tensor([3.0, 4.0]))
    tensor(5.)
    """
    if p == math.inf:
        return amax(abs(x), dim, keepdim)
    if p == 2:
        return primitives.sqrt(sum(x * x, dim, keepdim))
    return sum(abs(x) ** p, dim, keepdim) ** (1 / p)


# --- Extremes ---


class Extreme(NamedTuple):
    """The largest or smallest numbers along an axis, and where they are.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> tensor([[1.0, 3.0], [4.0, 2.0]]).max(1).indices
    tensor([1, 0])
    """

    values: Tensor
    indices: Tensor


def _extreme(
    x: Tensor, dim: int, keepdim: bool, find: Callable[..., Any], name: str
) -> Extreme:
    """The first of the extreme numbers along an axis."""
    axis = _axis(x, dim, name)
    if x.shape == ():
        return Extreme(x, x.constant(np.asarray(0)))
    index = find(x.array, axis=axis)
    places = list(np.ix_(*map(np.arange, index.shape)))
    places.insert(axis, index)
    values = take(x, index=tuple(places))
    indices = x.constant(index)
    if keepdim:
        return Extreme(unsqueeze(values, axis), unsqueeze(indices, axis))
    return Extreme(values, indices)


def _evenly(x: Tensor, dim: Dim, keepdim: bool, find: Any) -> Tensor:
    """The extreme numbers; equal ones share the gradient."""
    axes = _axes(x, dim, "amax")
    hit = x.array == find(x.array, axis=axes, keepdims=True)
    xp = namespace(x.array)
    weight = astype(hit, x.dtype)
    weight = weight / xp.sum(weight, axis=axes, keepdims=True)
    share = x.constant(weight)
    return sum(where(x.constant(hit), x, 0.0) * share, axes, keepdim)


@documented
def amax(x: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Find the largest numbers; equal ones share the gradient evenly.

    >>> from micrograd.tensors import tensor, amax
    >>> amax(tensor([[1.0, 3.0], [4.0, 2.0]]), 0)
    tensor([4., 3.])
    """
    return _evenly(x, dim, keepdim, namespace(x.array).max)


@documented
def amin(x: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Find the smallest numbers; equal ones share the gradient evenly.

    >>> from micrograd.tensors import tensor, amin
    >>> amin(tensor([[1.0, 3.0], [4.0, 2.0]]), 0)
    tensor([1., 2.])
    """
    return _evenly(x, dim, keepdim, namespace(x.array).min)


@documented
def max(
    x: Tensor, dim: int | Tensor | None = None, keepdim: bool = False
) -> Any:
    """Find the largest number, or those along an axis and their places.

    dim : int or Tensor, optional
        The axis, or what to compare each number with.
    returns : Tensor or Extreme
        With an axis values and indices, the first of equal ones; without
        it the number, of which equal ones share the gradient.

    >>> from micrograd.tensors import tensor, max
    >>> max(tensor([[1.0, 3.0], [4.0, 2.0]])), max(tensor([1.0, 3.0]), 0)[1]
    (tensor(4.), tensor(1))
    """
    if dim is None:
        return amax(x)
    if isinstance(dim, int):
        return _extreme(x, dim, keepdim, namespace(x.array).argmax, "max")
    return primitives.maximum(x, dim)


@documented
def min(
    x: Tensor, dim: int | Tensor | None = None, keepdim: bool = False
) -> Any:
    """Find the smallest number, or those along an axis and their places.

    dim : int or Tensor, optional
        The axis, or what to compare each number with.
    returns : Tensor or Extreme
        As for :func:`max`.

    >>> from micrograd.tensors import tensor, min
    >>> min(tensor([[1.0, 3.0], [4.0, 2.0]]))
    tensor(1.)
    """
    if dim is None:
        return amin(x)
    if isinstance(dim, int):
        return _extreme(x, dim, keepdim, namespace(x.array).argmin, "min")
    return primitives.minimum(x, dim)


@documented
def argmax(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Find the place of the first largest number.

    dim : int, optional
        The axis; by default the place is counted through all numbers.

    >>> from micrograd.tensors import tensor, argmax
    >>> argmax(tensor([[1.0, 3.0], [4.0, 2.0]]), 1)
    tensor([1, 0])
    """
    find = namespace(x.array).argmax
    return x.constant(find(x.array, axis=dim, keepdims=keepdim))


@documented
def argmin(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Find the place of the first smallest number.

    dim : int, optional
        The axis; by default the place is counted through all numbers.

    >>> from micrograd.tensors import tensor, argmin
    >>> argmin(tensor([[1.0, 3.0], [4.0, 2.0]]))
    tensor(0)
    """
    find = namespace(x.array).argmin
    return x.constant(find(x.array, axis=dim, keepdims=keepdim))


@documented
def clamp(
    x: Tensor, min: float | None = None, max: float | None = None
) -> Tensor:
    """Cut off numbers below and above.

    min : float, optional
        The smallest number that stays.
    max : float, optional
        The largest.

    >>> from micrograd.tensors import tensor, clamp
    >>> clamp(tensor([-1.0, 0.5, 2.0]), 0.0, 1.0)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is not None:
        x = where(x < min, min, x)
    if max is not None:
        x = where(x > max, max, x)
    return x


# --- Truths ---


@documented
def all(x: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Tell whether all numbers are true, that is, not 0.

    >>> from micrograd.tensors import tensor, all
    >>> all(tensor([1.0, 0.0]) == tensor([1.0, 2.0]))
    tensor(False)
    """
    axes = _axes(x, dim, "all")
    found = namespace(x.array).all(x.array, axis=axes, keepdims=keepdim)
    return x.constant(found)


@documented
def any(x: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Tell whether any number is true, that is, not 0.

    >>> from micrograd.tensors import tensor, any
    >>> any(tensor([1.0, 0.0]) == tensor([1.0, 2.0]))
    tensor(True)
    """
    axes = _axes(x, dim, "any")
    found = namespace(x.array).any(x.array, axis=axes, keepdims=keepdim)
    return x.constant(found)


@documented
def allclose(
    x: Tensor,
    y: Tensor,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    equal_nan: bool = False,
) -> bool:
    """Tell whether numbers are equal but for rounding.

    rtol : float, optional
        How large a difference may be, as a share of `y`.
    atol : float, optional
        How large it may be anyway.
    equal_nan : bool, optional
        Whether nan is equal to itself.
    returns : bool
        Whether all are.

    >>> from micrograd.tensors import tensor, allclose
    >>> allclose(tensor([1.0]), tensor([1.0 + 1e-6]))
    True
    """
    a, b = np.asarray(x), np.asarray(y)
    return bool(np.allclose(a, b, rtol, atol, equal_nan))


# --- Choices ---


@documented
def where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Choose between numbers.

    condition : Tensor
        Truths.
    x : Tensor or number
        What to take where they hold.
    y : Tensor or number
        What to take elsewhere.

    >>> from micrograd.tensors import tensor, where
    >>> where(tensor([True, False]), tensor([1.0, 2.0]), 0.0)
    tensor([1., 0.])
    """
    return primitives.where(condition, x, y)


@documented
def masked_fill(x: Tensor, mask: Tensor, value: float) -> Tensor:
    """Put a number where a mask is true.

    mask : Tensor
        Truths, of a shape that broadcasts.
    value : float
        The number.

    >>> from micrograd.tensors import tensor, masked_fill
    >>> masked_fill(tensor([1.0, 2.0]), tensor([True, False]), 0.0)
    tensor([0., 2.])
    """
    return primitives.where(mask, value, x)


def _corner(x: Tensor, diagonal: int, keep: Callable[..., Any]) -> Tensor:
    rows, columns = (np.arange(n) for n in x.shape[-2:])
    mask = keep(columns - diagonal, rows[:, None])
    return where(x.constant(mask), x, 0)


@documented
def tril(x: Tensor, diagonal: int = 0) -> Tensor:
    """Put zeros above a diagonal.

    >>> from micrograd.tensors import ones, tril
    >>> tril(ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    return _corner(x, diagonal, lambda column, row: column <= row)


@documented
def triu(x: Tensor, diagonal: int = 0) -> Tensor:
    """Put zeros below a diagonal.

    >>> from micrograd.tensors import ones, triu
    >>> triu(ones(2, 2), diagonal=1)
    tensor([[0., 1.],
            [0., 0.]])
    """
    return _corner(x, diagonal, lambda column, row: column >= row)


# --- The same numbers in another shape ---


@documented
def reshape(x: Tensor, *size: Any) -> Tensor:
    """Arrange the numbers, in the same order, in another shape.

    size : int, or one tuple of int
        The shape; one length may be -1, for what is left.

    >>> from micrograd.tensors import arange, reshape
    >>> reshape(arange(4), 2, -1)
    tensor([[0, 1],
            [2, 3]])
    """
    to = size_of(size)
    if to.count(-1) == 1:
        rest = -math.prod(to)
        n = math.prod(x.shape) // rest if rest > 0 else 0
        to = tuple(n if k == -1 else k for k in to)
    if math.prod(to) != math.prod(x.shape) or built_in_min(to, default=0) < 0:
        asked = f"view{size_of(size)} needs as many numbers"
        given = f"{math.prod(x.shape)}, of the shape {tuple(x.shape)}"
        raise ShapeError(asked, given, "leave one length to it with -1")
    return linear.reshape(x, to=to)


@documented
def flatten(x: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Join neighbouring axes to one.

    start_dim : int, optional
        The first of them.
    end_dim : int, optional
        The last of them.

    >>> from micrograd.tensors import ones, flatten
    >>> flatten(ones(2, 3, 4), 1).shape
    (2, 12)
    """
    a, b = _axis(x, start_dim, "flatten"), _axis(x, end_dim, "flatten")
    return reshape(x, *x.shape[:a], -1, *x.shape[b + 1 :])


@documented
def permute(x: Tensor, *dims: Any) -> Tensor:
    """Put the axes in another order.

    dims : int, or one tuple of int
        All axes in their new order.

    >>> from micrograd.tensors import ones, permute
    >>> permute(ones(2, 3, 4), 2, 0, 1).shape
    (4, 2, 3)
    """
    axes = tuple(_axis(x, dim, "permute") for dim in size_of(dims))
    if sorted(axes) != list(range(len(x.shape))):
        asked = f"permute() takes each of the {len(x.shape)} axes once"
        raise ShapeError(asked, f"{size_of(dims)}", "name them all")
    return linear.permute(x, axes=axes)


@documented
def transpose(x: Tensor, dim0: int, dim1: int) -> Tensor:
    """Exchange two axes.

    dim0 : int
        The one.
    dim1 : int
        The other.

    >>> from micrograd.tensors import ones, transpose
    >>> transpose(ones(2, 3, 4), -2, -1).shape
    (2, 4, 3)
    """
    a, b = _axis(x, dim0, "transpose"), _axis(x, dim1, "transpose")
    axes = list(range(len(x.shape)))
    if axes:
        axes[a], axes[b] = b, a
    return linear.permute(x, axes=tuple(axes))


@documented
def squeeze(x: Tensor, dim: Dim = None) -> Tensor:
    """Drop axes of length 1.

    >>> from micrograd.tensors import ones, squeeze
    >>> squeeze(ones(2, 1, 3), 1).shape
    (2, 3)
    """
    drop = _axes(x, dim, "squeeze")
    kept = [n for i, n in enumerate(x.shape) if n != 1 or i not in drop]
    return linear.reshape(x, to=tuple(kept))


@documented
def unsqueeze(x: Tensor, dim: int) -> Tensor:
    """Put in an axis of length 1.

    dim : int
        Its place in the new shape.

    >>> from micrograd.tensors import ones, unsqueeze
    >>> unsqueeze(ones(2, 3), -1).shape
    (2, 3, 1)
    """
    axis = _axis(x, dim, "unsqueeze", more=1)
    to = (*x.shape[:axis], 1, *x.shape[axis:])
    return linear.reshape(x, to=to)


@documented
def expand(x: Tensor, *size: Any) -> Tensor:
    """Copy along axes of length 1 and along new ones in front.

    size : int, or one tuple of int
        The new shape; -1 for a length that stays.

    >>> from micrograd.tensors import tensor, expand
    >>> expand(tensor([[1.0], [2.0]]), -1, 2)
    tensor([[1., 1.],
            [2., 2.]])
    """
    to = size_of(size)
    old = (*[1] * (len(to) - len(x.shape)), *x.shape)
    to = tuple(o if n == -1 else n for o, n in zip(old, to, strict=False))
    return linear.broadcast_to(x, to=to)


@documented
def flip(x: Tensor, dims: Dim) -> Tensor:
    """Turn the order along axes.

    dims : int, or tuple of int
        The axes.

    >>> from micrograd.tensors import tensor, flip
    >>> flip(tensor([1.0, 2.0, 3.0]), 0)
    tensor([3., 2., 1.])
    """
    axes = _axes(x, dims, "flip")
    back = slice(None, None, -1)
    index = [back if i in axes else slice(None) for i in range(len(x.shape))]
    return take(x, index=tuple(index))


# --- Several ---


@documented
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Put one behind the other along an axis.

    dim : int, optional
        The axis.

    >>> from micrograd.tensors import tensor, cat
    >>> cat([tensor([1.0]), tensor([2.0, 3.0])])
    tensor([1., 2., 3.])
    """
    tensors = list(tensors)
    if not tensors:
        raise ShapeError("cat() needs at least one tensor", "none", "add one")
    axis = _axis(tensors[0], dim, "cat")
    return linear.cat(*tensors, axis=axis)


@documented
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Put one beside the other along a new axis.

    dim : int, optional
        The place of the axis.

    >>> from micrograd.tensors import tensor, stack
    >>> stack([tensor([1.0, 2.0]), tensor([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return cat([unsqueeze(x, dim) for x in tensors], dim)


@documented
def split(
    x: Tensor, split_size: int | Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Cut into parts along an axis.

    split_size : int, or sequence of int
        How long each part is; the last may be shorter.
    dim : int, optional
        The axis.
    returns : tuple of Tensor
        The parts.

    >>> from micrograd.tensors import arange, split
    >>> split(arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis = _axis(x, dim, "split")
    n = x.shape[axis]
    if isinstance(split_size, int):
        starts = list(range(0, n, split_size))
    else:
        starts = [built_in_sum(split_size[:i]) for i in range(len(split_size))]
    ends = [*starts[1:], n]
    lead = [slice(None)] * axis
    return tuple(
        take(x, index=(*lead, slice(a, b)))
        for a, b in zip(starts, ends, strict=True)
    )


@documented
def chunk(x: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Cut into a number of parts along an axis.

    chunks : int
        How many parts.
    dim : int, optional
        The axis.
    returns : tuple of Tensor
        The parts; the last may be shorter.

    >>> from micrograd.tensors import arange, chunk
    >>> chunk(arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """
    n = x.shape[_axis(x, dim, "chunk")]
    return split(x, -(-n // chunks), dim)


@documented
def matmul(x: Tensor, y: Tensor) -> Tensor:
    """Multiply matrices; a vector is a row on the left, a column on the right.

    y : Tensor
        The second; further axes broadcast.

    >>> from micrograd.tensors import tensor, matmul
    >>> matmul(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    row, column = len(x.shape) == 1, len(y.shape) == 1
    if x.shape == () or y.shape == ():
        asked = "matmul() needs at least one axis of each"
        given = f"the shapes {tuple(x.shape)} and {tuple(y.shape)}"
        raise ShapeError(asked, given, "multiply numbers with *")
    a = unsqueeze(x, 0) if row else x
    b = unsqueeze(y, 1) if column else y
    z = linear.matmul(a, b)
    z = squeeze(z, -1) if column else z
    return squeeze(z, -1 if column else -2) if row else z


class Histogram(NamedTuple):
    """How many numbers lie between edges.

    Examples
    --------
    >>> from micrograd.tensors import histogram, tensor
    >>> histogram(tensor([0.0, 0.2, 1.0]), bins=2).bin_edges
    tensor([0.0000, 0.5000, 1.0000])
    """

    hist: Tensor
    bin_edges: Tensor


@documented
def histogram(x: Tensor, bins: int = 100, density: bool = False) -> Histogram:
    """Count the numbers between evenly spaced edges.

    bins : int, optional
        How many gaps between edges.
    density : bool, optional
        Whether to give the share of each gap, divided by its width.
    returns : Histogram
        The counts and the edges.

    >>> from micrograd.tensors import histogram, tensor
    >>> histogram(tensor([0.0, 0.2, 1.0]), bins=2).hist
    tensor([2., 1.])
    """
    a = np.asarray(x.array)
    # NB: NumPy makes float64 of counts and edges.
    counts, edges = np.histogram(a, bins, density=density)
    each = (x.constant(one.astype(a.dtype)) for one in (counts, edges))
    return Histogram(*each)


# --- Elementwise, of rows ---


@documented
def log10(x: Tensor) -> Tensor:
    """Compute the logarithm to the base 10.

    >>> from micrograd.tensors import tensor, log10
    >>> log10(tensor([100.0]))
    tensor([2.])
    """
    return scale(primitives.log(x), by=1 / math.log(10))


@documented
def square(x: Tensor) -> Tensor:
    """Multiply each number by itself.

    >>> from micrograd.tensors import tensor, square
    >>> square(tensor([3.0]))
    tensor([9.])
    """
    return x * x


@documented
def logsumexp(x: Tensor, dim: Dim, keepdim: bool = False) -> Tensor:
    r"""Compute :math:`\ln \sum e^x` along axes, without an overflow.

    dim : int, or tuple of int
        Along which axes.

    >>> from micrograd.tensors import tensor, logsumexp
    >>> logsumexp(tensor([1000.0, 1000.0]), 0)
    tensor(1000.6932)
    """
    top = largest(x, dim)
    z = primitives.log(sum(primitives.exp(x - top), dim, True)) + top
    return z if keepdim else squeeze(z, _axes(x, dim, "logsumexp"))


def largest(x: Tensor, dim: Dim) -> Tensor:
    """Find the largest finite numbers, as constants that broadcast."""
    xp = namespace(x.array)
    top = xp.max(x.array, axis=_axes(x, dim, "softmax"), keepdims=True)
    return x.constant(xp.where(xp.isfinite(top), top, xp.zeros_like(top)))


# --- The same as methods ---


class Methods:
    """The functions above as methods, for all that read rows of both tables.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> tensor([[1.0, 2.0], [3.0, 4.0]]).sum(0, keepdim=True)
    tensor([[4., 6.]])
    """

    __slots__ = ()
    array: Any

    sum, mean, var, std, norm = sum, mean, var, std, norm
    max, min, amax, amin = max, min, amax, amin
    argmax, argmin, clamp = argmax, argmin, clamp
    all, any, allclose = all, any, allclose
    masked_fill, tril, triu = masked_fill, tril, triu
    view = reshape = reshape
    flatten, permute, transpose = flatten, permute, transpose
    squeeze, unsqueeze, expand, flip = squeeze, unsqueeze, expand, flip
    split, chunk, matmul = split, chunk, matmul
    log10, square, logsumexp = log10, square, logsumexp

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    @property
    def T(self) -> Any:  # noqa: N802
        """The axes in reverse order."""
        return linear.permute(self, axes=tuple(range(self.array.ndim))[::-1])

    @property
    def mT(self) -> Any:  # noqa: N802
        """The last two axes exchanged."""
        return transpose(self, -2, -1)
