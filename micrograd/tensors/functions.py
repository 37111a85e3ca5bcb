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
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from micrograd import primitives
from micrograd.errors import (
    GraphError,
    NumberError,
    OptionError,
    OutOfRangeError,
    ShapeError,
)
from micrograd.namespaces import described
from micrograd.tensors import linear
from micrograd.tensors.documentation import documented
from micrograd.tensors.libraries import (
    astype,
    calmly,
    common_type,
    kind,
    namespace,
    of_kind,
)
from micrograd.tensors.linear import convert, take, total

__all__ = [
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
    "cumsum",
    "diag",
    "einsum",
    "expand",
    "Extreme",
    "flatten",
    "flip",
    "Histogram",
    "histogram",
    "logsumexp",
    "masked_fill",
    "matmul",
    "max",
    "mean",
    "Methods",
    "min",
    "norm",
    "outer",
    "permute",
    "prod",
    "repeat",
    "repeat_interleave",
    "reshape",
    "roll",
    "split",
    "squeeze",
    "stack",
    "std",
    "sum",
    "t",
    "transpose",
    "tril",
    "triu",
    "unbind",
    "unfold",
    "unsqueeze",
    "var",
    "where",
]

Tensor: TypeAlias = Any  # or a dual number of tensors
Dim: TypeAlias = int | Sequence[int] | None
WHOLE = np.dtype("int64")
built_in_max, built_in_min, built_in_sum = max, min, sum


def axis_of(x: Tensor, dim: int, name: str, more: int = 0) -> int:
    """An axis, counted from 0; `more` if it is one that does not exist."""
    n = len(x.shape) + more
    try:
        dim = operator.index(dim)
    except TypeError:
        asked = f"{name}(dim) takes a whole number"
        raise NumberError(asked, described(dim), "name one axis") from None
    if -built_in_max(n, 1) <= dim < built_in_max(n, 1):
        return dim % built_in_max(n, 1)
    asked = f"{name}(dim) of {n} axes takes dim from {-n} to {n - 1}"
    do = f"the shape is {tuple(x.shape)}"
    raise OutOfRangeError(asked, f"dim={dim!r}", do)


def _axes(x: Tensor, dim: Dim, name: str) -> tuple[int, ...]:
    if dim is None or x.shape == ():
        return tuple(range(len(x.shape)))
    several = tuple(dim) if hasattr(dim, "__iter__") else (dim,)
    return tuple(axis_of(x, one, name) for one in several)


def size_of(size: Sequence[Any]) -> tuple[int, ...]:
    """Give the arguments of ``view(2, 3)`` or ``view((2, 3))`` as one."""
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = size[0]
    try:
        return tuple(map(operator.index, size))
    except TypeError:
        asked = "a shape is made of whole numbers"
        do = "give each axis a length"
        raise NumberError(asked, described(size), do) from None


# --- Sums and means ---


@documented
def sum(x: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Add up along axes; whole numbers and truths become int64.

    >>> from micrograd.tensors import tensor, sum
    >>> sum(tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([3., 7.])
    """
    if kind(x.dtype) < 2 and x.dtype != WHOLE:
        x = convert(x, to=WHOLE, back=x.dtype)
    axes = _axes(x, dim, "sum")
    return total(x, axes=axes, keepdims=keepdim)


def _count(x: Tensor, axes: Sequence[int]) -> int:
    """How many numbers each mean is of."""
    shape = x.shape
    return math.prod([shape[axis] for axis in axes])


@documented
def mean(x: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Average along axes.

    >>> from micrograd.tensors import tensor, mean
    >>> mean(tensor([[1.0, 2.0], [3.0, 4.0]]), 0)
    tensor([2., 3.])
    """
    of_kind(x.dtype, 2, "mean() takes a tensor of floats")
    axes = _axes(x, dim, "mean")
    n = _count(x, axes)
    sums = total(x, axes=axes, keepdims=keepdim)
    return sums / n if n else sums * math.nan


@documented
def var(
    x: Tensor,
    dim: Dim = None,
    unbiased: bool = True,
    keepdim: bool = False,
    correction: int = 1,
) -> Tensor:
    """Compute the variance along axes: the mean of squared distances.

    >>> from micrograd.tensors import tensor, var
    >>> var(tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    from micrograd.tensors.fused import FUSED

    of_kind(x.dtype, 2, "var() takes a tensor of floats")
    axes = _axes(x, dim, "var")
    n = _count(x, axes) - (correction if unbiased else 0)
    by = float(built_in_max(n, 0))
    return FUSED["var"](x, axes=axes, keepdims=keepdim, by=by)


@documented
def std(
    x: Tensor,
    dim: Dim = None,
    unbiased: bool = True,
    keepdim: bool = False,
    correction: int = 1,
) -> Tensor:
    """Compute the standard deviation along axes, the root of the variance.

    >>> from micrograd.tensors import tensor, std
    >>> std(tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return root(var(x, dim, unbiased, keepdim, correction))


@documented
def prod(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Multiply along an axis.

    dim : int, optional
        The axis; by default all numbers are multiplied.

    >>> from micrograd.tensors import prod, tensor
    >>> prod(tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    z = flatten(x) if dim is None else transpose(x, dim, 0)
    while z.shape[0] > 1:  # halves, so that a 0 is nothing special
        half = z.shape[0] // 2
        odd = take(z, index=slice(2 * half, None))
        z = take(z, index=slice(half)) * take(z, index=slice(half, 2 * half))
        z = cat([z, odd]) if odd.shape[0] else z
    if dim is None:
        return squeeze(z, 0)
    z = transpose(z, dim, 0)
    return z if keepdim else squeeze(z, dim)


@documented
def cumsum(x: Tensor, dim: int) -> Tensor:
    """Add up all numbers so far along an axis.

    dim : int
        The axis.

    >>> from micrograd.tensors import cumsum, tensor
    >>> cumsum(tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 3., 6.])
    """
    n = x.shape[axis_of(x, dim, "cumsum")]
    dtype = x.dtype if kind(x.dtype) == 2 else WHOLE
    before = x.constant(np.tri(n, dtype=dtype).T)
    return own(transpose(matmul(transpose(x, dim, -1), before), dim, -1))


def own(z: Tensor) -> Tensor:
    """A result whose memory nobody else sees, although it is a view."""
    if hasattr(z, "_view"):
        z._view = None  # noqa: SLF001
    return z


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
    of_kind(x.dtype, 2, "norm() takes a tensor of floats")
    if p == math.inf:
        return amax(abs(x), dim, keepdim)
    powers = x * x if p == 2 else abs(x) ** p
    return root(sum(powers, dim, keepdim), p)


def root(x: Tensor, p: float = 2.0) -> Tensor:
    """Take a root of numbers from 0 on; at 0 the slope is 0, as PyTorch's."""
    from micrograd.tensors.fused import FUSED

    if p == 2:
        return FUSED["root"](x)
    none = x == 0
    return where(none, 0.0, where(none, 1.0, x) ** (1 / p))


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


def shown_as(kind: Any, name: str) -> Any:
    """A kind of named tuple that prints as PyTorch's of that function."""

    def text(self: Any) -> str:
        pairs = zip(self._fields, self, strict=True)
        inside = ",\n".join(f"{field}={x!r}" for field, x in pairs)
        return f"torch.return_types.{name}(\n{inside})"

    return type(kind.__name__, (kind,), {"__slots__": (), "__repr__": text})


EXTREMES = {
    name: shown_as(Extreme, name)
    for name in (
        "max min sort topk median nanmedian cummax cummin kthvalue".split()
    )
}


def _extreme(
    x: Tensor, dim: int, keepdim: bool, find: Callable[..., Any], name: str
) -> Extreme:
    """The first of the extreme numbers along an axis."""
    axis = axis_of(x, dim, name)
    if x.shape == ():
        return EXTREMES[name](x, x.constant(np.asarray(0)))
    _some(x, (axis,), f"{name}()")
    index = find(x.array, axis=axis)
    places = list(np.ix_(*map(np.arange, index.shape)))
    places.insert(axis, index)
    values = take(x, index=tuple(places))
    indices = x.constant(index)
    if keepdim:
        values, indices = unsqueeze(values, axis), unsqueeze(indices, axis)
    return EXTREMES[name](values, indices)


def _some(x: Tensor, axes: tuple[int, ...], name: str) -> None:
    """Refuse what has no numbers along these axes."""
    if not math.prod(x.shape[axis] for axis in axes):
        asked = f"{name} takes a tensor with numbers in it"
        raise OutOfRangeError(asked, f"the shape {x.shape}", "check the data")


def _evenly(x: Tensor, dim: Dim, keepdim: bool, find: Any) -> Tensor:
    """The extreme numbers; equal ones share the gradient."""
    axes = _axes(x, dim, "amax")
    _some(x, axes, "max() or min()")
    if kind(x.dtype) < 2:
        return x.constant(find(x.array, axis=axes, keepdims=keepdim))
    hit = x.array == find(x.array, axis=axes, keepdims=True)
    return shared(x, hit, axes, keepdim)


def shared(x: Tensor, hit: Any, dim: Dim, keepdim: bool = False) -> Tensor:
    """One of equal numbers, those where `hit`; they share its gradient."""
    weight = astype(hit, x.dtype)
    count = namespace(x.array).sum(weight, axis=dim, keepdims=True)
    # A nan is equal to nothing: 0 / 0.
    share = x.constant(calmly(operator.truediv, weight, count))
    return sum(where(x.constant(hit), x, 0.0) * share, dim, keepdim)


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
    _some(x, _axes(x, dim, "argmax"), "argmax()")
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
    _some(x, _axes(x, dim, "argmin"), "argmin()")
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
    if min is None and max is None:
        asked = "clamp() takes min, max or both"
        raise OptionError(asked, "neither", "pass one of them")
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
def where(condition: Tensor, x: Tensor = None, y: Tensor = None) -> Any:
    """Choose between numbers; without any, find where truths are.

    condition : Tensor
        Truths.
    x : Tensor or number, optional
        What to take where they hold.
    y : Tensor or number, optional
        What to take elsewhere.

    >>> from micrograd.tensors import tensor, where
    >>> where(tensor([True, False]), tensor([1.0, 2.0]), 0.0)
    tensor([1., 0.])
    """
    if x is None:
        found = namespace(condition.array).nonzero(condition.array)
        return tuple(condition.constant(places) for places in found)
    of_kind(_dtype(condition), 0, "where(condition) takes truths")
    return primitives.where(condition, x, y)


def _dtype(mask: Any) -> Any:
    """The type of a mask, which may be a truth of Python's."""
    return getattr(mask, "dtype", bool)


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
    of_kind(_dtype(mask), 0, "masked_fill(mask) takes truths")
    if kind(x.dtype) < 2 and not float(value).is_integer():
        asked = f"masked_fill() of {x.dtype} takes a whole number"
        raise NumberError(asked, f"{value}", "call .float() first")
    return primitives.where(mask, value, x)


def _corner(x: Tensor, diagonal: int, keep: Callable[..., Any]) -> Tensor:
    rows, columns = (np.arange(n) for n in x.shape[-2:])
    mask = keep(columns - diagonal, rows[:, None])
    z = where(x.constant(mask), x, 0)
    return z != 0 if kind(x.dtype) == 0 else z


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
def view(x: Tensor, *size: Any) -> Tensor:
    """Look at the same memory in another shape.

    What is changed in one shape is changed in the other.  Where numbers
    would have to be copied, as after `transpose`, it is an error.

    size : int, or one tuple of int
        The shape, as for :func:`reshape`.

    >>> from micrograd.tensors import arange
    >>> x = arange(4)
    >>> x.view(2, 2)[1, 0] = 7
    >>> x
    tensor([0, 1, 7, 3])
    """
    z = reshape(x, *size)
    seen = getattr(x, "_view", None) is not None
    if seen and z._view is None and x.numel():  # noqa: SLF001
        asked = "view() looks at numbers that lie in memory in their order"
        given = f"a view with the strides {x.stride()}"
        raise GraphError(asked, given, "use reshape(), which copies")
    return z


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
    a, b = axis_of(x, start_dim, "flatten"), axis_of(x, end_dim, "flatten")
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
    axes = tuple(axis_of(x, dim, "permute") for dim in size_of(dims))
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
    a, b = axis_of(x, dim0, "transpose"), axis_of(x, dim1, "transpose")
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
    axis = axis_of(x, dim, "unsqueeze", more=1)
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
    for axis in _axes(x, dims, "flip"):
        back = np.arange(x.shape[axis])[::-1]  # no slice: PyTorch copies
        x = take(x, index=(*[slice(None)] * axis, back))
    return x


@documented
def unbind(x: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Cut into slices along an axis, which they do not have any more.

    dim : int, optional
        The axis.
    returns : tuple of Tensor
        The slices.

    >>> from micrograd.tensors import tensor, unbind
    >>> unbind(tensor([[1, 2], [3, 4]]), 1)
    (tensor([1, 3]), tensor([2, 4]))
    """
    lead = [slice(None)] * axis_of(x, dim, "unbind")
    return tuple(take(x, index=(*lead, i)) for i in range(x.shape[len(lead)]))


@documented
def repeat(x: Tensor, *size: Any) -> Tensor:
    """Put copies beside each other along axes, and along new ones in front.

    size : int, or one tuple of int
        How many along each axis.

    >>> from micrograd.tensors import tensor
    >>> tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times = size_of(size)
    if len(times) < len(x.shape):
        asked = f"repeat() of {len(x.shape)} axes takes a number for each"
        raise ShapeError(asked, f"{times}", "add a 1 for each that stays")
    old = (*[1] * (len(times) - len(x.shape)), *x.shape)
    inside = reshape(x, *(n for length in old for n in (1, length)))
    pairs = list(zip(times, old, strict=True))
    copied = expand(inside, *(n for pair in pairs for n in pair))
    return reshape(copied, *(a * b for a, b in pairs))


@documented
def repeat_interleave(
    x: Tensor, repeats: Any, dim: int | None = None
) -> Tensor:
    """Put copies of each slice behind it.

    repeats : int, or Tensor of int
        How many of each there will be.
    dim : int, optional
        The axis; by default all numbers are one row.

    >>> from micrograd.tensors import repeat_interleave, tensor
    >>> repeat_interleave(tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    """
    if dim is None:
        x, dim = flatten(x), 0
    axis = axis_of(x, dim, "repeat_interleave")
    places = np.repeat(np.arange(x.shape[axis]), np.asarray(repeats))
    return take(x, index=(*[slice(None)] * axis, places))


@documented
def roll(x: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Move numbers along axes; those that leave one return in front.

    shifts : int, or tuple of int
        How far.
    dims : int, or tuple of int, optional
        The axis, or one for each shift; by default all numbers are one row.

    >>> from micrograd.tensors import arange, roll
    >>> roll(arange(4), 1)
    tensor([3, 0, 1, 2])
    """
    if dims is None:
        return reshape(roll(flatten(x), shifts, 0), *x.shape)
    if isinstance(dims, (tuple, list)):
        each = [shifts] if isinstance(shifts, int) else list(shifts)
        if len(each) != len(dims):
            asked = "roll(shifts, dims) takes one shift for each axis"
            given = f"{len(each)} for {len(dims)}"
            raise ShapeError(asked, given, "name as many")
        for n, one in zip(each, dims, strict=True):
            x = roll(x, n, one)
        return x
    axis = axis_of(x, dims, "roll")
    places = np.roll(np.arange(x.shape[axis]), shifts)
    return take(x, index=(*[slice(None)] * axis, places))


@documented
def unfold(x: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Look along an axis through a window; what it sees is a last axis.

    dimension : int
        The axis.
    size : int
        How many numbers are seen at once.
    step : int
        How far the window moves.

    >>> from micrograd.tensors import arange
    >>> arange(4).unfold(0, 2, 1)
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    axis = axis_of(x, dimension, "unfold")
    how = {"size": (size,), "stride": (step,), "dilation": (1,)}
    seen = linear.windows(transpose(x, axis, -1), **how)
    return transpose(seen, axis, -2)


@documented
def t(x: Tensor) -> Tensor:
    """Exchange rows and columns.

    >>> from micrograd.tensors import ones
    >>> ones(2, 3).t().shape
    (3, 2)
    """
    if len(x.shape) > 2:
        asked = "t() takes a matrix"
        raise ShapeError(asked, f"the shape {tuple(x.shape)}", "use .mT")
    return linear.transposed(x) if len(x.shape) == 2 else x


@documented
def diag(x: Tensor, diagonal: int = 0) -> Tensor:
    """Take a diagonal of a matrix, or make a matrix of a diagonal.

    >>> from micrograd.tensors import diag, tensor
    >>> diag(tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    down, right = built_in_max(-diagonal, 0), built_in_max(diagonal, 0)
    if len(x.shape) == 2:
        rows, columns = x.shape[0] - down, x.shape[1] - right
        places = np.arange(built_in_max(built_in_min(rows, columns), 0))
        return take(x, index=(places + down, places + right))
    places = np.arange(x.shape[0])
    n = len(places) + down + right
    return linear.put_add(x, index=(places + down, places + right), to=(n, n))


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
    # As in PyTorch, `tensor([])` fits everything.
    some = [x for x in tensors if x.shape != (0,)]
    tensors = some or tensors
    if len({x.dtype for x in tensors}) > 1:
        dtype = common_type([x.array for x in tensors])
        tensors = [x.type(dtype) for x in tensors]
    axis = axis_of(tensors[0], dim, "cat")
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
    axis = axis_of(x, dim, "split")
    n = x.shape[axis]
    if isinstance(split_size, int):
        starts = list(range(0, n, split_size))
    else:
        starts = [built_in_sum(split_size[:i]) for i in range(len(split_size))]
        if built_in_sum(split_size) != n:
            asked = f"split() of {n} takes lengths that add up to it"
            raise ShapeError(asked, f"{split_size}", "check them")
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
    n = x.shape[axis_of(x, dim, "chunk")]
    if chunks < 1:
        asked = "chunk(chunks) takes a number from 1 on"
        raise OptionError(asked, f"{chunks}", "pass 2, for example")
    return split(x, built_in_max(-(-n // chunks), 1), dim)


def same_type(name: str, x: Tensor, y: Tensor) -> None:
    """Refuse to multiply numbers of two types; those of Values have one."""
    if x.dtype != y.dtype and not (x.mixes or y.mixes):
        asked = f"{name} takes two tensors of one type"
        given = f"{x.dtype} and {y.dtype}"
        raise NumberError(asked, given, "convert one, as with .float()")


@documented
def matmul(x: Tensor, y: Tensor) -> Tensor:
    """Multiply matrices; a vector is a row on the left, a column on the right.

    y : Tensor
        The second; further axes broadcast.

    >>> from micrograd.tensors import tensor, matmul
    >>> matmul(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    n, m = len(x.shape), len(y.shape)
    if not n or not m:
        asked = "matmul() needs at least one axis of each"
        given = f"the shapes {tuple(x.shape)} and {tuple(y.shape)}"
        raise ShapeError(asked, given, "multiply numbers with *")
    same_type("matmul()", x, y)
    row, column = n == 1, m == 1
    a = unsqueeze(x, 0) if row else x
    b = unsqueeze(y, 1) if column else y
    z = linear.matmul(a, b)
    z = squeeze(z, -1) if column else z
    return squeeze(z, -1 if column else -2) if row else z


@documented
def outer(x: Tensor, y: Tensor) -> Tensor:
    """Multiply each number of a vector with each of another.

    >>> from micrograd.tensors import outer, tensor
    >>> outer(tensor([1, 2]), tensor([1, 10]))
    tensor([[ 1, 10],
            [ 2, 20]])
    """
    if len(x.shape) != 1 or len(y.shape) != 1:
        asked = "outer() takes two vectors"
        given = f"the shapes {tuple(x.shape)} and {tuple(y.shape)}"
        raise ShapeError(asked, given, "flatten them first")
    return unsqueeze(x, 1) * y


@documented
def einsum(equation: str, *tensors: Tensor) -> Tensor:
    """Multiply and add up as an equation of axes says.

    equation : str
        The axes of each tensor as letters, then those of the result; along
        the others products are added up.
    tensors : Tensor
        What to multiply, each with axes of different letters.

    >>> from micrograd.tensors import einsum, ones
    >>> einsum("bij,bjk->bik", ones(5, 2, 3), ones(5, 3, 4)).shape
    (5, 2, 4)
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms, letters = left.split(","), left.replace(",", "")
    if not arrow:
        right = "".join(c for c in sorted(letters) if letters.count(c) == 1)
    order = right + "".join(sorted({*letters} - {*right}))
    if [len({*axes}) for axes in terms] != [len(x.shape) for x in tensors]:
        asked = f"einsum({equation!r}) needs a letter for each axis"
        given = f"the shapes {[tuple(x.shape) for x in tensors]}"
        raise ShapeError(asked, given, "name every axis once")
    z: Tensor = 1
    for axes, x in zip(terms, tensors, strict=True):
        present = [c for c in order if c in axes]
        x = permute(x, *(axes.index(c) for c in present))
        lengths = dict(zip(present, x.shape, strict=True))
        z = z * reshape(x, *(lengths.get(c, 1) for c in order))
    extra = tuple(range(len(right), len(order)))
    return sum(z, extra) if extra else z


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
    return shown_as(Histogram, "histogram")(*each)


# --- Softly the largest ---


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
    mixes = False  # whether numbers of any type are multiplied with it

    sum, mean, var, std, norm = sum, mean, var, std, norm
    max, min, amax, amin = max, min, amax, amin
    argmax, argmin, clamp = argmax, argmin, clamp
    all, any, allclose = all, any, allclose
    masked_fill, tril, triu = masked_fill, tril, triu
    view, reshape = view, reshape
    flatten, permute, transpose = flatten, permute, transpose
    squeeze, unsqueeze, expand, flip = squeeze, unsqueeze, expand, flip
    split, chunk, unbind = split, chunk, unbind
    repeat, repeat_interleave, roll = repeat, repeat_interleave, roll
    t, diag, outer, prod, cumsum = t, diag, outer, prod, cumsum
    unfold = unfold
    matmul = mm = bmm = mv = dot = matmul
    logsumexp = logsumexp

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
