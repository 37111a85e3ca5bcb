r"""THE second table: linear maps of arrays, and their transposes.

Everything about arrays that is not elementwise moves numbers and adds them
up: sums, reshapes, slices, windows, products with a matrix.  Such a map is
linear, :math:`z = A x`, and its derivative is the map itself.  So a row
needs no derivative rule.  It needs the map that takes a gradient back, the
transpose :math:`A^\top`, defined by

.. math:: \langle A x, g \rangle = \langle x, A^\top g \rangle

and that is a map of this table again::

    @linear(lambda g, shape, axes: permute(g, axes=_inverse(axes)))
    def permute(x, axes):
        return namespace(x).permute_dims(x, axes)

Forward mode applies the map to the rate of change; reverse mode applies the
transpose to the gradient; and because transposes are rows, either can be
done again.

Notation
--------
x, z
    The operand, the result.
g
    A gradient, of the shape of `z`.
shape
    In a transpose: the shape of `x`.

Leaves out: elementwise rows, :mod:`micrograd.primitives`.

Sources: JAX's ``deflinear2`` and ``defbilinear`` for the form.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, Protocol, cast

import numpy as np

from micrograd.errors import ShapeError
from micrograd.tensors.libraries import (
    add_at,
    astype,
    is_basic,
    namespace,
    pick,
    put,
    whole,
    zeros_near,
)

__all__ = [
    "LINEAR",
    "Bilinear",
    "Linear",
    "LinearFunction",
    "bilinear",
    "linear",
]

Array = Any
Shape = tuple[int, ...]
Axes = tuple[int, ...]


class LinearFunction(Protocol):
    """What a declared row is to its callers."""

    row: Linear
    __name__: str

    def __call__(self, *operands: Any, **how: Any) -> Any: ...


# --- What a row is ---


class Linear:
    """A row: a linear map of one operand, or of several together.

    Called on arrays it computes.  An operand with a method
    ``__linear__(row, operands, how)`` decides by itself what reading
    means: a ``Tensor`` records a node.

    Parameters
    ----------
    function : callable
        The map, ``function(*operands, **how)``.
    transpose : callable
        ``transpose(g, shape, **how)``; of several operands ``shape`` is a
        list of shapes and the result a list of gradients.

    Attributes
    ----------
    name : str
        The name of the function.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.linear import LINEAR
    >>> row = LINEAR["total"]
    >>> x = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> row(x, axes=(0,), keepdims=False)
    array([4., 6.])
    >>> row.transpose(np.array([1.0, 10.0]), x.shape, (0,), False)
    array([[ 1., 10.],
           [ 1., 10.]])
    """

    def __init__(
        self, function: Callable[..., Array], transpose: Callable[..., Any]
    ) -> None:
        self.name = function.__name__
        self.compute = function
        self.read = _reader(self, function)
        self.transpose = transpose
        self.signature = inspect.signature(function)

    def __call__(self, *operands: Any, **how: Any) -> Any:
        """Compute on arrays; on Tensors, also record a node."""
        return self.read(*operands, **how)

    def reads(self, i: int) -> tuple[bool, ...]:
        """Tell whether :meth:`back` looks at z and at each operand: no."""
        return ()

    def back(
        self, i: int, g: Any, shapes: list[Shape], *_: Any, **how: Any
    ) -> Any:
        """Give the gradient of operand `i`."""
        if len(shapes) == 1:
            return self.transpose(g, shapes[0], **how)
        return self.transpose(g, shapes, **how)[i]

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.name}{self.signature}>"


class Bilinear(Linear):
    """A row that is linear in each of two operands: a product.

    Its transposes, one for each operand, read the other operand:
    ``transpose(g, shape, x, y)``.

    Parameters
    ----------
    function : callable
        The map, ``function(x, y)``.
    *transposes : callable
        One for each operand.

    Examples
    --------
    >>> from micrograd.tensors.linear import LINEAR
    >>> LINEAR["matmul"]
    <bilinear matmul(x: 'Array', y: 'Array') -> 'Array'>
    """

    def __init__(
        self, function: Callable[..., Array], *transposes: Callable[..., Any]
    ) -> None:
        super().__init__(function, transposes[0])
        self.transposes = transposes

    def reads(self, i: int) -> tuple[bool, ...]:
        """Tell whether :meth:`back` looks at z and at each operand."""
        return (False, i == 1, i == 0)

    def back(
        self, i: int, g: Any, shapes: list[Shape], *kept: Any, **_: Any
    ) -> Any:
        """Give the gradient of operand `i`."""
        return self.transposes[i](g, shapes[i], *kept[1:])


def _reader(row: Linear, compute: Callable[..., Array]) -> Any:
    """A row as a function; it asks its operands what reading means."""

    @wraps(compute)
    def function(*operands: Any, **how: Any) -> Any:
        for x in operands:
            if type(x) is np.ndarray:
                continue
            read = getattr(x, "__linear__", None)
            if read is not None:
                result = read(row, operands, how)
                if result is not NotImplemented:
                    return result
        return compute(*operands, **how)

    return function


def linear(
    transpose: Callable[..., Any],
) -> Callable[[Callable[..., Array]], LinearFunction]:
    """Declare a row: the decorated function and its transpose.

    Parameters
    ----------
    transpose : callable
        As for :class:`Linear`.

    Returns
    -------
    callable
        A decorator.  What it returns is a function with the row as its
        attribute ``row``.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.linear import linear
    >>> @linear(lambda g, shape: backwards(g))
    ... def backwards(x):
    ...     return x[::-1]
    >>> backwards(np.array([1.0, 2.0]))
    array([2., 1.])
    """
    return lambda function: _public(Linear(function, transpose))


def bilinear(
    *transposes: Callable[..., Any],
) -> Callable[[Callable[..., Array]], LinearFunction]:
    """Declare a product: the decorated function and its two transposes.

    Parameters
    ----------
    *transposes : callable
        One for each operand, ``transpose(g, shape, x, y)``.

    Returns
    -------
    callable
        A decorator, as :func:`linear`.

    Examples
    --------
    >>> from micrograd.tensors.linear import bilinear
    >>> @bilinear(
    ...     lambda g, shape, x, y: outer(g, y),
    ...     lambda g, shape, x, y: outer(x, g),
    ... )
    ... def outer(x, y):
    ...     return x * y
    >>> outer.row.name
    'outer'
    """
    return lambda function: _public(Bilinear(function, *transposes))


def _public(row: Linear) -> LinearFunction:
    """What callers see: a function."""
    vars(row.read)["row"] = row
    return cast(LinearFunction, row.read)


# --- Sums and copies ---


@linear(lambda g, shape, to: _spread(g, shape))
def sum_to(x: Array, to: Shape) -> Array:
    """Add up what broadcasting copied, until the shape is `to`.

    >>> sum_to(np.ones((2, 3)), to=(3,))
    array([2., 2., 2.])
    """
    lead = x.ndim - len(to)
    ones = [i for i in range(lead, x.ndim) if to[i - lead] != x.shape[i]]
    axes = (*range(lead), *ones)
    if not axes:
        return x
    leading = axes == tuple(range(x.ndim - 1))
    if isinstance(x, np.ndarray) and leading and x.size:
        sums = _columns(x if x.ndim == 2 else x.reshape(-1, x.shape[-1]))
        return sums if sums.shape == to else sums.reshape(to)
    return _sum(x, axes).reshape(to)


@functools.lru_cache(256)
def _ones(n: int, dtype: Any) -> Array:
    ones = np.ones(n, dtype)
    ones.flags.writeable = False
    return ones


def _spread(g: Any, shape: Shape) -> Any:
    """The transpose: every number back to where it was added from."""
    ones = (1,) * (len(shape) - len(g.shape))
    return broadcast_to(reshape(g, to=(*ones, *g.shape)), to=shape)


@linear(lambda g, shape, to: sum_to(g, to=shape))
def broadcast_to(x: Array, to: Shape) -> Array:
    """Copy along new axes and axes of length 1, until the shape is `to`.

    >>> broadcast_to(np.array([1.0, 2.0]), to=(2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    if type(x) is np.ndarray and x.flags.c_contiguous:
        lead = len(to) - x.ndim
        if lead >= 0 and all(map(_fits, x.shape, to[lead:])):
            pairs = zip(x.shape, x.strides, strict=True)
            steps = tuple([0 if n == 1 else step for n, step in pairs])
            z = np.ndarray(to, x.dtype, x, 0, (0,) * lead + steps)
            z.flags.writeable = False  # its numbers share memory
            return z
    return namespace(x).broadcast_to(x, to)


def _fits(n: int, to: int) -> bool:
    return n in (1, to)


@linear(lambda g, shape, axes, keepdims: _expand(g, shape, axes))
def total(x: Array, axes: Axes, keepdims: bool) -> Array:
    """Add up along axes.

    >>> total(np.ones((2, 3)), axes=(1,), keepdims=True)
    array([[3.],
           [3.]])
    """
    return _sum(x, axes, keepdims)


def _expand(g: Any, shape: Shape, axes: Axes) -> Any:
    kept = tuple([1 if i in axes else n for i, n in enumerate(shape)])
    g = g if g.shape == kept else reshape(g, to=kept)
    return broadcast_to(g, to=shape)


MOST, BLOCK = 512, 64  # numbers of a column added up in one go, and in more


def _columns(rows: Array) -> Array:
    """The sums of columns: as products, which are quicker; and in blocks.

    NumPy adds the rows up one by one, and of hundreds of thousands of
    numbers in single precision three digits would be left.
    """
    while len(rows) > MOST:
        n = len(rows) // BLOCK * BLOCK
        blocks = rows[:n].reshape(-1, BLOCK, rows.shape[1])
        sums = _ones(BLOCK, rows.dtype) @ blocks
        rows = np.concatenate([sums, rows[n:]])
    return _ones(len(rows), rows.dtype) @ rows


def _sum(x: Array, axes: Axes, keepdims: bool = False) -> Array:
    """A sum of the operand's own type."""
    if isinstance(x, np.ndarray):
        n = len(axes)
        rest, leading = x.shape[n:], axes == tuple(range(n))
        if leading and rest and x.size > MOST * math.prod(rest) > 0:
            ones = (1,) * n if keepdims else ()
            columns = _columns(x.reshape(-1, math.prod(rest)))
            return columns.reshape(*ones, *rest)
        add: Any = np.add.reduce
        return add(x, axes, x.dtype, keepdims=keepdims)
    xp = namespace(x)
    return xp.sum(x, axis=axes, dtype=x.dtype, keepdims=keepdims)


@linear(lambda g, shape, by: scale(g, by=by))
def scale(x: Array, by: float) -> Array:
    """Multiply by a number.

    >>> scale(np.array([1.0, 2.0]), by=0.5)
    array([0.5, 1. ])
    """
    return x * by


@linear(lambda g, shape, to, back: convert(g, to=back, back=to))
def convert(x: Array, to: Any, back: Any) -> Array:
    """Change the type of the numbers; `back` is the type they have.

    >>> convert(np.ones(2, np.float32), to=np.float64, back=np.float32).dtype
    dtype('float64')
    """
    return astype(x, to)


@linear(lambda g, shape, to, back: move(g, to=back, back=to))
def move(x: Array, to: str, back: str) -> Array:
    """Bring to another device, or library; `back` is where the numbers are.

    >>> move(np.ones(1), to="cpu", back="cpu")
    array([1.])
    """
    return put(x, to)


# --- Other arrangements of the same numbers ---


@linear(lambda g, shape, to: reshape(g, to=shape))
def reshape(x: Array, to: Shape) -> Array:
    """Arrange the same numbers, in the same order, in the shape `to`.

    >>> reshape(np.arange(4.0), to=(2, 2))
    array([[0., 1.],
           [2., 3.]])
    """
    return x.reshape(to)


@linear(lambda g, shape, axes: permute(g, axes=_inverse(axes)))
def permute(x: Array, axes: Axes) -> Array:
    """Put the axes in another order.

    >>> permute(np.ones((2, 3)), axes=(1, 0)).shape
    (3, 2)
    """
    if isinstance(x, np.ndarray):
        return x.transpose(axes)
    return namespace(x).permute_dims(x, axes)


def _inverse(axes: Axes) -> Axes:
    return tuple(axes.index(i) for i in range(len(axes)))


# --- Some of the numbers ---


@linear(lambda g, shape, index: put_add(g, index=index, to=shape))
def take(x: Array, index: Any) -> Array:
    """Pick by slices, numbers or arrays of numbers, ``x[index]``.

    >>> take(np.array([1.0, 2.0, 3.0]), index=np.array([2, 0, 2]))
    array([3., 1., 3.])
    """
    if isinstance(x, np.ndarray) and is_basic(index):
        parts = index if isinstance(index, tuple) else (index,)
        if ... not in parts:  # then even one number is a view
            index = (*parts, ...)
    return pick(x, index)


@linear(lambda g, shape, index, to: take(g, index=index))
def put_add(x: Array, index: Any, to: Shape) -> Array:
    """Add each number at its index into zeros of the shape `to`.

    >>> put_add(np.ones(3), index=np.array([2, 0, 2]), to=(3,))
    array([1., 0., 2.])
    """
    return add_at(x, index, to)


@linear(lambda g, shape, widths: take(g, index=_inside(shape, widths)))
def pad(x: Array, widths: Sequence[tuple[int, int]]) -> Array:
    """Put zeros before and behind, as many as `widths` says of each axis.

    >>> pad(np.ones(2), widths=[(1, 2)])
    array([0., 1., 1., 0., 0.])
    """
    to = tuple(a + n + b for n, (a, b) in zip(x.shape, widths, strict=True))
    return add_at(x, _inside(x.shape, widths), to)


def _inside(
    shape: Shape, widths: Sequence[tuple[int, int]]
) -> tuple[slice, ...]:
    """Where the operand lies in the padded one."""
    pairs = zip(shape, widths, strict=True)
    return tuple(slice(before, before + n) for n, (before, _) in pairs)


@linear(lambda g, shapes, axis: _parts(g, shapes, axis=axis))
def cat(*operands: Array, axis: int) -> Array:
    """Put one behind the other along an axis.

    >>> cat(np.ones(1), np.zeros(2), axis=0)
    array([1., 0., 0.])
    """
    return namespace(operands[0]).concat(operands, axis=axis)


def _parts(g: Any, shapes: Any, axis: int) -> Any:
    """The transpose: of several operands a list, of one its gradient."""
    return _Parts(g, shapes, axis) if isinstance(shapes, list) else g


class _Parts(Sequence[Any]):
    """The parts of a gradient along an axis, cut when they are asked for."""

    def __init__(self, g: Any, shapes: list[Shape], axis: int) -> None:
        self.g, self.lead = g, [slice(None)] * axis
        self.lengths = [shape[axis] for shape in shapes]

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, i: Any) -> Any:
        start = sum(self.lengths[:i])
        part = slice(start, start + self.lengths[i])
        return take(self.g, index=(*self.lead, part))


# --- Windows: what convolution and pooling look through ---


@linear(lambda g, shape, **how: windows_add(g, to=shape, **how))
def windows(x: Array, size: Shape, stride: Shape, dilation: Shape) -> Array:
    """Look at the last axes through a window that slides along them.

    One axis of the result is for the window's places along each of the
    last axes, one more for the numbers that are seen in it.

    >>> x = np.array([1.0, 2.0, 3.0])
    >>> windows(x, size=(2,), stride=(1,), dilation=(1,))
    array([[1., 2.],
           [2., 3.]])
    """
    places = _places(x.shape, size, stride, dilation)
    if not isinstance(x, np.ndarray):
        return _stacked_windows(x, size, stride, dilation)
    return _strided(x, size, stride, dilation, places)


@whole
def _strided(
    x: Array, size: Shape, stride: Shape, dilation: Shape, places: Shape
) -> Array:
    """A view of the windows, without a copy."""
    steps = x.strides[-len(size) :]
    strides = [a * b for a, b in zip(steps, stride, strict=True)]
    inner = [a * b for a, b in zip(steps, dilation, strict=True)]
    lead = x.ndim - len(size)
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:lead], *places, *size),
        (*x.strides[:lead], *strides, *inner),
        writeable=False,
    )


def _places(
    shape: Shape, size: Shape, stride: Shape, dilation: Shape
) -> Shape:
    """How many places the window has along each of the last axes."""
    ends = zip(shape[-len(size) :], size, stride, dilation, strict=True)
    found = tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in ends)
    if min(found) < 1:
        asked = f"a window of {tuple(size)} needs axes at least as long"
        given = f"the shape {tuple(shape)}"
        raise ShapeError(asked, given, "pad it, or take a smaller window")
    return found


def _seen(
    shape: Shape, size: Shape, stride: Shape, dilation: Shape
) -> Iterator[tuple[Shape, tuple[Any, ...]]]:
    """For each number of a window where it lies, over all places."""
    places = _places(shape, size, stride, dilation)
    for at in itertools.product(*map(range, size)):
        index = [
            slice(i * d, i * d + s * (n - 1) + 1, s)
            for i, d, s, n in zip(at, dilation, stride, places, strict=True)
        ]
        yield at, (..., *index)


def _stacked_windows(
    x: Array, size: Shape, stride: Shape, dilation: Shape
) -> Array:
    """The same where no array can look at another's memory."""
    xp = namespace(x)
    parts = [x[index] for _, index in _seen(x.shape, size, stride, dilation)]
    stacked = xp.stack(parts, axis=-1)
    return xp.reshape(stacked, (*parts[0].shape, *size))


@linear(lambda g, shape, to, **how: windows(g, **how))
def windows_add(
    x: Array, size: Shape, stride: Shape, dilation: Shape, to: Shape
) -> Array:
    """Add what the windows show into zeros, each number where it was seen.

    >>> shown = np.array([[1.0, 2.0], [20.0, 3.0]])
    >>> windows_add(shown, size=(2,), stride=(1,), dilation=(1,), to=(3,))
    array([ 1., 22.,  3.])
    """
    if not isinstance(x, np.ndarray):
        parts = [
            add_at(x[(..., *at)], index, to)
            for at, index in _seen(to, size, stride, dilation)
        ]
        return functools.reduce(operator.add, parts)
    out = zeros_near(to, x.dtype, x)
    n, lead = len(size), x.ndim - len(size)
    # One copy, so that each place of the window is read in one stretch.
    shown = x.transpose(*range(lead, lead + n), *range(lead)).copy()
    for at, index in _seen(to, size, stride, dilation):
        out[index] += shown[at]
    return out


# --- Products ---


def _by_left(g: Any, shape: Shape, x: Any, y: Any) -> Any:
    part = matmul(g, transposed(y))
    return part if part.shape == shape else sum_to(part, to=shape)


def _by_right(g: Any, shape: Shape, x: Any, y: Any) -> Any:
    if len(shape) == 2 < len(x.shape):  # all rows at once
        x = reshape(x, to=(-1, x.shape[-1]))
        g = reshape(g, to=(-1, g.shape[-1]))
    part = matmul(transposed(x), g)
    return part if part.shape == shape else sum_to(part, to=shape)


@bilinear(_by_left, _by_right)
def matmul(x: Array, y: Array) -> Array:
    """Multiply matrices, which may be stacked along further axes.

    >>> matmul(np.ones((1, 3)), np.ones((3, 2)))
    array([[3., 3.]])
    """
    if y.ndim == 2 and x.ndim > 2:
        xp = namespace(x)
        rows = xp.reshape(x, (-1, x.shape[-1])) @ y
        return xp.reshape(rows, (*x.shape[:-1], y.shape[-1]))
    return x @ y


def transposed(x: Any) -> Any:
    """The matrix with its rows as columns."""
    if type(x) is np.ndarray:  # most often, and quick
        return x.swapaxes(-1, -2)
    n = len(x.shape)
    return permute(x, axes=(*range(n - 2), n - 1, n - 2))


# --- The table ---

LINEAR = {
    function.row.name: function.row
    for function in (
        sum_to, broadcast_to, total, scale, convert, move,
        reshape, permute, take, put_add, pad, cat,
        windows, windows_add, matmul,
    )
}  # fmt: skip
