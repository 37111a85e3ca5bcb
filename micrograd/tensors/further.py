"""Quantiles, running extremes, differences, products of axes, and grids.

Rows of the table in :mod:`micrograd.tensors.names`, where each becomes a
function and a method: what statistics and small numerical programs use.

Notation: as in :mod:`micrograd.tensors.functions`.

Leaves out: what programs seldom use.

Sources: PyTorch for names, arguments and which of equal numbers counts.
"""

from __future__ import annotations

import itertools
import math
from collections import namedtuple
from typing import Any

import numpy as np

from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.namespaces import to_choice
from micrograd.tensors import creation, functions, linear, short
from micrograd.tensors.engine import Tensor
from micrograd.tensors.functions import EXTREMES, Extreme, axis_of
from micrograd.tensors.libraries import kind

__all__ = ["FURTHER"]

# --- Statistics ---


def _quantile(
    x: Any, q: Any, dim: Any, keepdim: bool, interpolation: str
) -> Any:
    """Numbers between which a share of all lies, from those in order."""
    asked = "quantile(interpolation=) takes"
    choices = ("linear", "lower", "higher", "nearest", "midpoint")
    to_choice(interpolation, asked, choices, " or ")
    share = np.asarray(getattr(q, "array", q), dtype=np.float64)
    if not ((share >= 0) & (share <= 1)).all():
        raise NumberError("quantile(q) takes shares", f"{q}", "pass 0 to 1")
    axis = 0 if dim is None else axis_of(x, dim, "quantile")
    rows = functions.flatten(x) if dim is None else x.movedim(axis, 0)
    if not len(rows):
        asked = "quantile() needs a number at least"
        raise ShapeError(asked, f"the shape {tuple(x.shape)}", "check dim")
    rows = short.sort(rows, 0).values  # nan comes last
    rows = functions.where((rows != rows).any(0), math.nan, rows)
    at = share * (len(rows) - 1)
    if interpolation == "nearest":
        at = np.round(at)
    low, high = np.floor(at), np.ceil(at)
    way = {"lower": 0.0, "higher": 1.0, "midpoint": 0.5}
    by = np.reshape(at - low, share.shape + (1,) * (rows.ndim - 1))
    weight = x.constant(np.asarray(by, x.dtype))
    below, above = (rows[np.asarray(one, np.int64)] for one in (low, high))
    z = below + (above - below) * way.get(interpolation, weight)
    if keepdim and dim is None:
        return z.reshape(*share.shape, *[1] * x.ndim)
    return z.unsqueeze(share.ndim + axis) if keepdim else z


def _running(x: Any, dim: int, ufunc: Any, beats: Any, name: str) -> Extreme:
    """The extremes up to each place; of equal ones, the last."""
    axis = axis_of(x, dim, name)
    if not x.ndim:
        return EXTREMES[name](x.clone(), x.constant(np.zeros((), np.int64)))
    a = np.asarray(x.array)
    length = [-1 if i == axis else 1 for i in range(a.ndim)]
    own = np.arange(a.shape[axis]).reshape(length)
    new = beats(a, ufunc.accumulate(a, axis)) | (a != a)
    at = np.maximum.accumulate(np.where(new, own, 0), axis)
    index = x.constant(at)
    return EXTREMES[name](short.gather(x, axis, index), index)


def _differences(x: Any, n: int, dim: int, before: Any, behind: Any) -> Any:
    """What each number is more than the one before it."""
    axis = axis_of(x, dim, "diff")
    parts = [one for one in (before, x, behind) if one is not None]
    x = functions.cat(parts, axis) if len(parts) > 1 else x
    lead = [slice(None)] * axis
    for _ in range(n):
        x, y = x[(*lead, slice(1, None))], x[(*lead, slice(None, -1))]
        x = x != y if kind(x.dtype) == 0 else x - y
    return x


def _chosen(x: Any, k: int, dim: int, keepdim: bool) -> Extreme:
    """The number that is at place k in order, counted from 1."""
    axis = axis_of(x, dim, "kthvalue")
    if not 1 <= k <= x.shape[axis]:
        asked = f"kthvalue(k) of {x.shape[axis]} numbers counts from 1"
        raise OptionError(asked, f"{k}", "check the axis")
    found = [y.narrow(axis, k - 1, 1) for y in short.sort(x, axis)]
    found = found if keepdim else [y.squeeze(axis) for y in found]
    return EXTREMES["kthvalue"](*found)


def _counted(x: Any, bins: int, low: float, high: float) -> Any:
    """How many numbers lie in each of several stretches."""
    a = np.asarray(x.array)
    ends = (low, high) if low != high else (a.min(), a.max())
    found = np.histogram(a, bins, (float(ends[0]), float(ends[1])))[0]
    return x.constant(found.astype(x.dtype))


def _covariance(x: Any, correction: int) -> Any:
    """How rows change together."""
    rows = x.reshape(1, -1) if x.ndim < 2 else x
    apart = rows - rows.mean(1, keepdim=True)
    found = apart @ apart.mT / max(rows.shape[1] - correction, 0)
    return found if x.ndim > 1 else found.reshape(())


def _correlation(x: Any) -> Any:
    """The same, divided by both standard deviations."""
    found = _covariance(x, 1)
    if not found.ndim:
        return found / found
    own = functions.diag(found).sqrt()
    return (found / own.unsqueeze(1) / own).clamp(-1, 1)


def _area(y: Any, x: Any, dx: float, dim: int) -> Any:
    """The area below a line through points."""
    axis = axis_of(y, dim, "trapezoid")
    lead = [slice(None)] * axis
    pairs = y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]
    if x is None:
        return pairs.sum(axis) * (dx / 2)
    apart = _differences(x, 1, -1, None, None)
    if x.ndim == 1:
        apart = apart.reshape(-1, *[1] * (y.ndim - 1 - axis))
    return (pairs * apart / 2).sum(axis)


# --- Products ---


def _contracted(x: Any, y: Any, dims: Any) -> Any:
    """Sums of products along axes of both."""
    if isinstance(dims, int):
        dims = range(x.ndim - dims, x.ndim), range(dims)
    left, right = (
        [axis_of(one, i, "tensordot") for i in np.atleast_1d(list(some))]
        for one, some in zip((x, y), _pair(dims), strict=True)
    )
    lengths = [x.shape[i] for i in left], [y.shape[i] for i in right]
    if lengths[0] != lengths[1]:
        asked = "tensordot(dims) takes axes of equal length"
        given = f"{lengths[0]} and {lengths[1]}"
        raise ShapeError(asked, given, "name as many axes of both")
    a = [i for i in range(x.ndim) if i not in left]
    b = [i for i in range(y.ndim) if i not in right]
    n = math.prod(lengths[0])
    shape = [x.shape[i] for i in a] + [y.shape[i] for i in b]
    one = x.permute(*a, *left).reshape(-1, n)
    return (one @ y.permute(*right, *b).reshape(n, -1)).reshape(*shape)


def _pair(dims: Any) -> Any:
    """The axes of both, each as several."""
    first, second = (getattr(one, "tolist", lambda one=one: one)()
                     for one in dims)  # fmt: skip
    return [one if hasattr(one, "__iter__") else [one]
            for one in (first, second)]  # fmt: skip


COLUMNS = namedtuple("svd", "U S V")  # type: ignore[name-match]  # noqa: PYI024


def _both_sides(x: Any, some: bool, compute_uv: bool) -> Any:
    """Singular vectors, in columns both, and their values."""
    from micrograd.tensors import linalg

    u, s, vh = linalg.svd(x, full_matrices=not some)
    v = vh.mT
    return COLUMNS(u, s, v) if compute_uv else COLUMNS(u * 0, s, v * 0)


def _blocks(x: Any, y: Any) -> Any:
    """Every number of one, times all of the other."""
    n = max(x.ndim, y.ndim)
    x = x.reshape(*[1] * (n - x.ndim), *x.shape)
    y = y.reshape(*[1] * (n - y.ndim), *y.shape)
    left = [k for length in x.shape for k in (length, 1)]
    right = [k for length in y.shape for k in (1, length)]
    shape = [i * j for i, j in zip(x.shape, y.shape, strict=True)]
    return (x.reshape(*left) * y.reshape(*right)).reshape(*shape)


def _beside(*tensors: Any) -> Any:
    """Matrices along a diagonal, 0 elsewhere."""
    several = [_at_least(x, 2) for x in tensors]
    width, rows, at = sum(x.shape[1] for x in several), [], 0
    for x in several:
        left = x.new_zeros(x.shape[0], at)
        at += x.shape[1]
        right = x.new_zeros(x.shape[0], width - at)
        rows.append(functions.cat([left, x, right], 1))
    return functions.cat(rows, 0)


def _crossed(x: Any, y: Any, dim: int) -> Any:
    """Vectors at right angles to two others."""
    axis = axis_of(x, dim, "cross")
    if x.shape[axis] != 3:
        asked = "cross() takes vectors of 3 numbers"
        raise ShapeError(asked, f"{x.shape[axis]}", "check dim")
    turned = functions.roll
    return turned(x, -1, axis) * turned(y, -2, axis) - turned(
        x, -2, axis
    ) * turned(y, -1, axis)


# --- Shapes, and places ---


def _at_least(x: Any, n: int) -> Any:
    """As many axes at least, new ones in front."""
    return x.reshape(*[1] * (n - x.ndim), *x.shape) if x.ndim < n else x


def _columns(tensors: Any) -> Any:
    """Vectors as columns, and matrices, beside each other."""
    return functions.cat(
        [x if x.ndim > 1 else x.reshape(-1, 1) for x in tensors], 1
    )


def _deep(tensors: Any) -> Any:
    """Tensors one behind the other along a third axis."""
    several = (_at_least(x, 2) for x in tensors)
    return functions.cat(
        [x if x.ndim > 2 else x.unsqueeze(-1) for x in several], 2
    )


def _filled(x: Any, dim: int, index: Any, value: Any) -> Any:
    """A number, or slices, in the places of an axis."""
    z = x.clone()
    z[(*[slice(None)] * axis_of(x, dim, "index_fill"), index)] = value
    return z


def _put(x: Any, indices: Any, values: Any, accumulate: bool) -> Any:
    """Numbers where an index says, in place of others or added to them."""
    if accumulate:
        at = tuple(i.array for i in indices)
        some = functions.expand(values, x[indices].shape)
        return x + linear.put_add(some, index=at, to=tuple(x.shape))
    z = x.clone()
    z[tuple(indices)] = values
    return z


def _reduced(
    x: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool
) -> Any:
    """Sums, means or extremes of what an index sends to each place."""
    asked = "scatter_reduce(reduce=) takes"
    to_choice(reduce, asked, ("sum", "mean", "amax", "amin"), " or ")
    src = src[tuple(map(slice, index.shape))]
    count = creation.zeros_like(x).scatter_add_(
        dim, index, creation.ones_like(src)
    )
    own = creation.ones_like(x) if include_self else count == 0
    base = functions.where(own != 0, x, 0)
    if reduce in ("sum", "mean"):
        total = base.scatter_add(dim, index, src)
        number = count + own if include_self else count.clamp(min=1)
        if kind(x.dtype) < 2 and reduce == "mean":
            return total // number
        return total if reduce == "sum" else total / number
    ufunc = np.maximum if reduce == "amax" else np.minimum
    at = np.asarray(x.array).copy()
    worst = -math.inf if reduce == "amax" else math.inf
    if kind(x.dtype) < 2:
        ends = np.iinfo(x.dtype)
        worst = ends.min if reduce == "amax" else ends.max
    at[np.asarray((own == 0).array)] = worst
    places = short.places_along(np.asarray(index.array), dim % x.ndim)
    ufunc.at(at, places, np.asarray(src.array))
    best = x.constant(at)
    if kind(x.dtype) < 2:
        return best
    mine = (src == short.gather(best, dim, index)) * 1.0
    self_ = (own != 0) & (x == best)
    many = (self_ * 1.0).scatter_add(dim, index, mine)
    total = functions.where(self_, x, 0).scatter_add(dim, index, src * mine)
    return total / many


def _taken(x: Any, index: Any) -> Any:
    """Numbers at places that are counted through all axes."""
    return functions.flatten(x)[index]


def _triangle(name: str) -> Any:
    """The places of a triangle: rows, and columns."""
    where = getattr(np, f"{name}_indices")

    def places(
        row: int, col: int, offset: int = 0, dtype: Any = None
    ) -> Tensor:
        found = np.stack(where(row, offset, col))
        return creation.tensor(found, dtype=dtype or np.int64)

    return places


def _groups(x: Any, r: int, with_replacement: bool) -> Any:
    """All groups of numbers of a row."""
    make = itertools.combinations
    if with_replacement:
        make = itertools.combinations_with_replacement  # type: ignore[assignment]
    at = np.array([*make(range(len(x)), r)], dtype=np.int64)
    return x[at.reshape(-1, r)]


def _grid(*tensors: Any) -> Any:
    """All rows that take one number of each."""
    if len(tensors) == 1:
        return tensors[0]
    found = creation.meshgrid(*tensors, indexing="ij")
    return functions.stack([functions.flatten(x) for x in found], -1)


def _spread(*tensors: Any) -> Any:
    """Tensors in their common shape."""
    shape = np.broadcast_shapes(*(tuple(x.shape) for x in tensors))
    return tuple(x.expand(*shape) for x in tensors)


def _known(x: Any) -> Any:
    """The numbers that are not nan, and 0 for the others."""
    return functions.where(x != x, 0.0, x)


def _weighted_logarithm(x: Any, y: Any) -> Any:
    """A number times a logarithm, or 0 times an infinite one."""
    none = (x == 0) & ((y <= 0) | (y == math.inf))
    return x * functions.where(none, 1.0, y).log()


def _odds(x: Any, eps: float | None) -> Any:
    """The logarithm of odds."""
    x = x if eps is None else x.clamp(eps, 1 - eps)
    return (x / (1 - x)).log()


AXIS = "dim : int, optional\n    The axis.\n"
PLACES = (
    "dim : int\n    The axis.\n"
    "index : Tensor of whole numbers\n    Where.\n"
)  # fmt: skip
GRID = (
    "row : int\n    How many rows.\ncol : int\n    How many columns.\n"
    "offset : int, optional\n    Which diagonal ends it."
)
SEVERAL = "tensors : Tensor\n    Which."

# As in micrograd.tensors.names.
FURTHER: tuple[tuple[str, Any, str, str, str], ...] = (
    ("quantile", lambda x, q, dim=None, keepdim=False,
        interpolation="linear": _quantile(x, q, dim, keepdim, interpolation),
     "Find numbers below which a share of all lies.\n\n"
     "q : float or Tensor\n    The share, from 0 to 1; of several, the "
     "results lie along a first axis.\n"
     "dim : int, optional\n    The axis; by default all numbers count.\n"
     "interpolation : {'linear', 'lower', 'higher', 'nearest', 'midpoint'}, "
     "optional\n    What lies between two numbers.",
     "tensor([1.0, 2.0, 4.0]), 0.75", "tensor(3.)"),
    ("cummax", lambda x, dim: _running(
        x, dim, np.maximum, np.greater_equal, "cummax"),
     "Find the largest numbers up to each place, and where they are.\n\n"
     "dim : int\n    The axis.\nreturns : Extreme\n    Both.",
     "tensor([1, 3, 2]), 0", "torch.return_types.cummax(\n    "
     "values=tensor([1, 3, 3]),\n    indices=tensor([0, 1, 1]))"),
    ("cummin", lambda x, dim: _running(
        x, dim, np.minimum, np.less_equal, "cummin"),
     "Find the smallest numbers up to each place, and where they are.\n\n"
     "dim : int\n    The axis.\nreturns : Extreme\n    Both.",
     "tensor([3, 1, 2]), 0", "torch.return_types.cummin(\n    "
     "values=tensor([3, 1, 1]),\n    indices=tensor([0, 1, 1]))"),
    ("diff", lambda x, n=1, dim=-1, prepend=None, append=None:
        _differences(x, n, dim, prepend, append),
     "Subtract from each number the one before it.\n\n"
     "n : int, optional\n    How often.\n" + AXIS +
     "prepend : Tensor, optional\n    What to put in front before.\n"
     "append : Tensor, optional\n    What to put behind.",
     "tensor([1, 4, 9])", "tensor([3, 5])"),
    ("kthvalue", lambda x, k, dim=-1, keepdim=False:
        _chosen(x, k, dim, keepdim),
     "Find the smallest number but some, and where it is.\n\n"
     "k : int\n    Its place in order, from 1.\n" + AXIS +
     "returns : Extreme\n    Both.",
     "tensor([3, 1, 2]), 2", "torch.return_types.kthvalue(\n    "
     "values=tensor(2),\n    indices=tensor(2))"),
    ("histc", lambda x, bins=100, min=0, max=0:  # noqa: A006
        _counted(x, bins, min, max),
     "Count the numbers in stretches of equal length.\n\n"
     "bins : int, optional\n    How many stretches.\n"
     "min : float, optional\n    Where the first begins.\n"
     "max : float, optional\n    Where the last ends; if both are equal, "
     "the smallest and the largest number.",
     "tensor([0.0, 1.0, 1.0]), 2, 0, 1", "tensor([1., 2.])"),
    ("bucketize", lambda x, boundaries, right=False: x.constant(
        np.searchsorted(np.asarray(boundaries), np.asarray(x),
                        "right" if right else "left")),
     "Find in which stretch of a row in order each number is.\n\n"
     "boundaries : Tensor\n    The row.\n"
     "right : bool, optional\n    Whether behind equal ones.",
     "tensor([2, 9]), tensor([1, 3, 5])", "tensor([1, 3])"),
    ("nansum", lambda x, dim=None, keepdim=False:
        _known(x).sum(dim, keepdim),
     "Add up the numbers that are not nan.",
     "tensor([1.0, float('nan')])", "tensor(1.)"),
    ("nanmean", lambda x, dim=None, keepdim=False:
        _known(x).sum(dim, keepdim) / (x == x).sum(dim, keepdim),
     "Compute the mean of the numbers that are not nan.",
     "tensor([1.0, float('nan')])", "tensor(1.)"),
    ("cov", lambda x, correction=1: _covariance(x, correction),
     "Compute the covariances of rows.\n\n"
     "correction : int, optional\n    By how much less than the count to "
     "divide.", "tensor([1.0, 3.0])", "tensor(2.)"),
    ("corrcoef", _correlation, "Compute the correlations of rows.",
     "tensor([[1.0, 2.0], [2.0, 1.0]])",
     "tensor([[ 1., -1.],\n            [-1.,  1.]])"),
    ("trapezoid", lambda y, x=None, dx=1.0, dim=-1: _area(y, x, dx, dim),
     "Compute the area below a line through points.\n\n"
     "y : Tensor\n    The heights.\n"
     "x : Tensor, optional\n    Where they are.\n"
     "dx : float, optional\n    How far apart, otherwise.\n" + AXIS,
     "tensor([1.0, 3.0])", "tensor(2.)"),
    ("tensordot", lambda x, y, dims=2: _contracted(x, y, dims),
     "Add up products along axes of both.\n\n"
     "dims : int, or pair of lists, optional\n    How many axes, the last of "
     "one and the first of the other, or which.",
     "tensor([1, 2]), tensor([3, 4]), 1", "tensor(11)"),
    ("svd", lambda x, some=True, compute_uv=True:
        _both_sides(x, some, compute_uv),
     "Find singular vectors and values, as `linalg.svd` does.\n\n"
     "Vectors of the right are in columns here, as in PyTorch.\n\n"
     "some : bool, optional\n    Whether to leave out vectors that have no "
     "value.\n"
     "compute_uv : bool, optional\n    Whether to find vectors; else they "
     "are 0.\n"
     "returns : tuple of Tensor\n    Vectors, values, and vectors.",
     "tensor([[2.0]])", "svd(U=tensor([[1.]]), S=tensor([2.]), "
     "V=tensor([[1.]]))"),
    ("kron", _blocks, "Multiply each number of one by all of another.",
     "tensor([1, 2]), tensor([1, 1])", "tensor([1, 1, 2, 2])"),
    ("inner", lambda x, y: x * y if 0 in (x.ndim, y.ndim)
        else _contracted(x, y, ([-1], [-1])),
     "Add up products along the last axes.",
     "tensor([1, 2]), tensor([3, 4])", "tensor(11)"),
    ("cross", lambda x, y, dim=-1: _crossed(x, y, dim),
     "Compute vectors at right angles to two others.\n\n" + AXIS,
     "tensor([1, 0, 0]), tensor([0, 1, 0])", "tensor([0, 0, 1])"),
    ("dist", lambda x, y, p=2.0: functions.norm(x - y, p),
     "Compute how far two tensors are apart.\n\n"
     "p : float, optional\n    The power, as in `norm`.",
     "tensor([3.0, 4.0]), tensor([0.0, 0.0])", "tensor(5.)"),
    ("block_diag", _beside, "Put matrices along a diagonal.\n\n" + SEVERAL,
     "tensor([[1]]), tensor([[2]])",
     "tensor([[1, 0],\n            [0, 2]])"),
    ("atleast_1d", lambda x: _at_least(x, 1), "Make a number a row.",
     "tensor(1)", "tensor([1])"),
    ("atleast_2d", lambda x: _at_least(x, 2), "Make a row a matrix.",
     "tensor([1])", "tensor([[1]])"),
    ("column_stack", _columns, "Put columns beside each other.",
     "[tensor([1]), tensor([2])]", "tensor([[1, 2]])"),
    ("dstack", _deep, "Put one behind the other, along a third axis.",
     "[tensor([1]), tensor([2])]", "tensor([[[1, 2]]])"),
    ("fliplr", lambda x: functions.flip(x, (1,)), "Turn rows around.",
     "tensor([[1, 2]])", "tensor([[2, 1]])"),
    ("flipud", lambda x: functions.flip(x, (0,)), "Turn columns around.",
     "tensor([1, 2])", "tensor([2, 1])"),
    ("broadcast_tensors", _spread,
     "Bring tensors to their common shape.\n\n" + SEVERAL +
     "\nreturns : tuple of Tensor\n    All of them.",
     "tensor([1]), tensor([1, 2])", "(tensor([1, 1]), tensor([1, 2]))"),
    ("cartesian_prod", _grid,
     "Take one number of each row, in all ways.\n\n" + SEVERAL,
     "tensor([1]), tensor([2, 3])",
     "tensor([[1, 2],\n            [1, 3]])"),
    ("combinations", lambda x, r=2, with_replacement=False:
        _groups(x, r, with_replacement),
     "Take several numbers of a row, in all ways.\n\n"
     "r : int, optional\n    How many.\n"
     "with_replacement : bool, optional\n    Whether more than once.",
     "tensor([1, 2])", "tensor([[1, 2]])"),
    ("triu_indices", _triangle("triu"),
     "Find the places of an upper triangle.\n\n" + GRID,
     "2, 2", "tensor([[0, 0, 1],\n            [0, 1, 1]])"),
    ("tril_indices", _triangle("tril"),
     "Find the places of a lower triangle.\n\n" + GRID,
     "2, 2", "tensor([[0, 1, 1],\n            [0, 0, 1]])"),
    ("take", _taken,
     "Pick numbers by places that are counted through all axes.\n\n"
     "index : Tensor of whole numbers\n    The places.",
     "tensor([[1, 2], [3, 4]]), tensor([2])", "tensor([3])"),
    ("index_fill", _filled, "Put a number in places of an axis.\n\n" + PLACES +
     "value : number\n    The number.",
     "tensor([1, 2]), 0, tensor([1]), 0", "tensor([1, 0])"),
    ("index_copy", lambda x, dim, index, source:  # noqa: PLW0108
        _filled(x, dim, index, source),
     "Put slices in places of an axis.\n\n" + PLACES +
     "source : Tensor\n    The slices.",
     "tensor([1, 2]), 0, tensor([1]), tensor([5])", "tensor([1, 5])"),
    ("index_put", lambda x, indices, values, accumulate=False:
        _put(x, indices, values, accumulate),
     "Put numbers where an index says.\n\n"
     "indices : tuple of Tensor\n    Where, one for each axis.\n"
     "values : Tensor\n    The numbers.\n"
     "accumulate : bool, optional\n    Whether to add them.",
     "tensor([1, 2]), (tensor([1]),), tensor([5])", "tensor([1, 5])"),
    ("scatter_reduce", lambda x, dim, index, src, reduce, include_self=True:
        _reduced(x, dim, index, src, reduce, include_self),
     "Make one number of all that an index sends to a place.\n\n" + PLACES +
     "src : Tensor\n    What.\n"
     "reduce : {'sum', 'mean', 'amax', 'amin'}\n    How.\n"
     "include_self : bool, optional\n    Whether what is there counts.",
     "tensor([0, 0]), 0, tensor([1, 1]), tensor([5, 6]), 'amax'",
     "tensor([0, 6])"),
    ("logit", lambda x, eps=None: _odds(x, eps),
     "Compute the number of which the sigmoid is this one.\n\n"
     "eps : float, optional\n    How far from 0 and 1 to stay.",
     "tensor([0.5])", "tensor([0.])"),
    ("xlogy", _weighted_logarithm,
     "Multiply numbers by logarithms; 0 stays 0.",
     "tensor([0.0]), tensor([0.0])", "tensor([0.])"),
    ("is_floating_point", lambda x: kind(x.dtype) == 2,
     "Tell whether numbers are floats.\n\nreturns : bool\n    Whether.",
     "tensor(1.0)", "True"),
)  # fmt: skip
