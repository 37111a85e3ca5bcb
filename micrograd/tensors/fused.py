r"""Fused rows: several rows in one, for speed and for nothing else.

A softmax composed of rows makes five arrays on its way and keeps most of
them for the gradient.  As a row of its own it makes two.  Each fused row
says how it is composed, and that is what higher derivatives, forward mode
and its test read; beside it stands how arrays are computed, and their
gradients, by the same formulas that a person would find on paper.

Notation
--------
x, w, b
    Inputs, weights and biases.
z, g
    The result and its gradient.
how
    The settings of a row, such as the axis.

Leaves out: rows that would save less than a twentieth of a training step.

Sources: [Ba2016]_ for layer normalisation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from micrograd import primitives
from micrograd.tensors import linear as maps
from micrograd.tensors.engine import Tensor, gradients, make
from micrograd.tensors.functions import largest, matmul, mean, sum, where
from micrograd.tensors.libraries import (
    astype,
    exp_in_place,
    from_numpy_array,
    namespace,
    numpy_type,
    pick,
)

__all__ = ["FUSED", "Fused"]

Array = Any
SUM_TO, TOTAL = maps.LINEAR["sum_to"], maps.LINEAR["total"]
Shape = tuple[int, ...]


class Fused:
    """A row that computes at once what is composed of several.

    Parameters
    ----------
    composed : callable
        The function, of rows.
    compute : callable
        The same on arrays, ``compute(*arrays, **how)``: the result and a
        list of what else a gradient will read.
    backs : sequence of callable
        For each operand ``back(g, z, *operands, *extra, **how)``.
    reads : sequence of tuple of bool
        For each operand whether that looks at z and at each operand.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.fused import FUSED
    >>> row = FUSED["softmax"]
    >>> row(tensor([0.0, 0.0]), axis=-1), row.composed(tensor([0.0]), axis=0)
    (tensor([0.5000, 0.5000]), tensor([1.]))
    """

    def __init__(
        self,
        composed: Callable[..., Any],
        compute: Callable[..., tuple[Array, Sequence[Array]]],
        backs: Sequence[Callable[..., Array]],
        reads: Sequence[tuple[bool, ...]],
    ) -> None:
        self.name = composed.__name__.removesuffix("_composed")
        self.composed = composed
        self._compute = compute
        self.backs = backs
        self._reads = reads

    def __call__(self, *operands: Any, **how: Any) -> Any:
        """Compute on arrays, or on Tensors as one node."""
        for x in operands:
            if not isinstance(x, Tensor):
                return self.composed(*operands, **how)
        return operands[0].__fused__(self, operands, how)

    def compute(
        self, arrays: Sequence[Array], how: dict[str, Any]
    ) -> tuple[Array, Sequence[Array]]:
        """Compute the result and what else to keep."""
        return self._compute(*arrays, **how)

    def reads(self, i: int) -> tuple[bool, ...]:
        """Tell whether :meth:`back` looks at z and at each operand."""
        return self._reads[i]

    def back(
        self, i: int, g: Array, shapes: list[Shape], *kept: Any, **how: Any
    ) -> Array:
        """Give the gradient of operand `i`, as an array."""
        return self.backs[i](g, *kept, **how)

    def back_recorded(
        self, i: int, g: Tensor, shapes: list[Shape], *kept: Any, **how: Any
    ) -> Any:
        """Give the same as a tensor with a graph, from the composition."""
        if self._reads[i][0]:  # of the result alone, so rows can do it
            return self.backs[i](g, *kept, **how)
        operands = []
        for x, shape in zip(kept[1:], shapes, strict=False):
            if x is None:  # which no gradient depends on
                x = from_numpy_array(np.zeros(shape, g.dtype), g.array)
            t = x if isinstance(x, Tensor) else make(x)
            operands.append(maps.reshape(t, to=shape))  # each its own node
        if operands[i].past is None:
            operands[i] = Tensor(operands[i].array, requires_grad=True)
        z = self.composed(*operands, **how)
        (part,) = gradients([z], [operands[i]], [g], create_graph=True)
        return part


# --- Softmax ---


def softmax_composed(x: Any, axis: int) -> Any:
    """Exponentials, divided by their sum."""
    e = primitives.exp(x - largest(x, axis))
    return e / sum(e, axis, True)


def _softmax(x: Array, axis: int) -> tuple[Array, Sequence[Array]]:
    xp = namespace(x)
    z = exp_in_place(x - xp.max(x, axis=axis, keepdims=True))
    z /= xp.sum(z, axis=axis, keepdims=True)
    return z, ()


def _softmax_back(g: Any, z: Any, x: None, axis: int) -> Any:
    return (g - _dot(g, z, axis)) * z


def _dot(x: Any, y: Any, axis: int) -> Any:
    """Sums of products along an axis, which stays."""
    if isinstance(x, np.ndarray) and axis in (-1, x.ndim - 1):
        return np.einsum("...i,...i->...", x, y)[..., None]
    return _total(x * y, axis)


def _total(x: Any, axis: int) -> Any:
    if isinstance(x, Tensor):
        return sum(x, axis, True)
    return namespace(x).sum(x, axis=axis, keepdims=True)


def log_softmax_composed(x: Any, axis: int) -> Any:
    """The logarithm of a softmax, without an overflow."""
    d = x - largest(x, axis)
    return d - primitives.log(sum(primitives.exp(d), axis, True))


def _log_softmax(x: Array, axis: int) -> tuple[Array, Sequence[Array]]:
    xp = namespace(x)
    z = x - xp.max(x, axis=axis, keepdims=True)
    z -= xp.log(xp.sum(xp.exp(z), axis=axis, keepdims=True))
    return z, ()


def _log_softmax_back(g: Any, z: Any, x: None, axis: int) -> Any:
    xp = primitives if isinstance(z, Tensor) else namespace(z)
    return g - xp.exp(z) * _total(g, axis)


# --- Cross-entropy of classes ---


def cross_entropy_composed(x: Any, classes: Array) -> Any:
    """The mean of minus the logarithm of each class's probability."""
    rows = np.arange(len(classes))
    return -mean(maps.take(log_softmax_composed(x, 1), index=(rows, classes)))


def _cross_entropy(x: Array, classes: Array) -> tuple[Array, Sequence[Array]]:
    xp, n = namespace(x), x.shape[0]
    z = x - xp.max(x, axis=1, keepdims=True)
    picked = pick(z, (np.arange(n), classes))
    e = exp_in_place(z)
    sums = TOTAL.compute(e, (1,), True)
    loss = (xp.sum(xp.log(sums)) - xp.sum(picked)) / n
    e /= sums
    return xp.asarray(loss, dtype=x.dtype), (e,)


def _cross_entropy_back(
    g: Array, z: None, x: Array, p: Array, classes: Array
) -> Array:
    n = p.shape[0]
    share = g / n
    out = p * share
    if isinstance(out, np.ndarray):
        out[np.arange(n), classes] -= share
        return out
    hot = np.arange(p.shape[1]) == classes[:, None]
    return out - astype(from_numpy_array(hot, p), numpy_type(p)) * share


# --- How far numbers are spread ---


def var_composed(
    x: Any, axes: tuple[int, ...], keepdims: bool, by: float
) -> Any:
    """The sum of squared distances from the mean, divided by a number."""
    d = x - mean(x, axes, True)
    return sum(d * d, axes, keepdims) / by


def _var(
    x: Array, axes: tuple[int, ...], keepdims: bool, by: float
) -> tuple[Array, Sequence[Array]]:
    d = x - TOTAL.compute(x, axes, True) / _count(x, axes)
    return TOTAL.compute(d * d, axes, keepdims) / by, (d,)


def _var_back(
    g: Array, z: None, x: Array, d: Array, axes: tuple[int, ...],
    keepdims: bool, by: float,
) -> Array:  # fmt: skip
    ones = tuple(1 if i in axes else n for i, n in enumerate(d.shape))
    part = (g / by).reshape(ones) * d
    part += part
    part -= SUM_TO.compute(part, ones) / _count(d, axes)
    return part


def _count(x: Array, axes: tuple[int, ...]) -> int:
    return math.prod([x.shape[axis] for axis in axes])


def root_composed(x: Any) -> Any:
    """The square root; at 0 its slope is 0, as PyTorch's."""
    none = x == 0
    return where(none, 0.0, primitives.sqrt(where(none, 1.0, x)))


def _root(x: Array) -> tuple[Array, Sequence[Array]]:
    return namespace(x).sqrt(x), ()


def _root_back(g: Any, z: Any, x: None) -> Any:
    none = z == 0
    return g * ~none / (2 * (z + none))


# --- Layers ---


def linear_composed(x: Any, w: Any, b: Any) -> Any:
    """A product with the transposed weights, and a bias."""
    return matmul(x, maps.transposed(w)) + b


def _linear(x: Array, w: Array, b: Array) -> tuple[Array, Sequence[Array]]:
    z = _rows(x) @ w.T
    z += b
    return z.reshape(*x.shape[:-1], w.shape[0]), ()


def _rows(x: Array) -> Array:
    return x.reshape(-1, x.shape[-1])


def _column_sums(x: Array) -> Array:
    return SUM_TO.compute(x, x.shape[-1:])


def layer_norm_composed(x: Any, w: Any, b: Any, eps: float) -> Any:
    """Numbers along the last axis, brought to mean 0 and variance 1."""
    d = x - mean(x, -1, True)
    return d * (mean(d * d, -1, True) + eps) ** -0.5 * w + b


def _layer_norm(
    x: Array, w: Array, b: Array, eps: float
) -> tuple[Array, Sequence[Array]]:
    xp = namespace(x)
    h = x - _total(x, -1) / x.shape[-1]
    scale = 1 / xp.sqrt(_dot(h, h, -1) / x.shape[-1] + eps)
    h *= scale
    z = h * w
    z += b
    return z, (h, scale)


def _layer_norm_by_x(
    g: Array, z: None, x: Array, w: Array, b: None, h: Array, scale: Array,
    eps: float,
) -> Array:  # fmt: skip
    n = h.shape[-1]
    d = g * w
    along = _dot(d, h, -1) / n
    d -= _total(d, -1) / n
    d -= h * along
    d *= scale
    return d


# --- The table ---

# What each gradient reads, of z, x, w and b; and what composing them again
# for a higher derivative needs.
_X, _W = (False, True, False, False), (False, False, True, False)
_XW, _NONE = (False, True, True, False), (False, False, False, False)

FUSED = {
    row.name: row
    for row in (
        Fused(softmax_composed, _softmax, [_softmax_back], [(True, False)]),
        Fused(
            log_softmax_composed,
            _log_softmax,
            [_log_softmax_back],
            [(True, False)],
        ),
        Fused(
            cross_entropy_composed,
            _cross_entropy,
            [_cross_entropy_back],
            [(False, True)],
        ),
        Fused(var_composed, _var, [_var_back], [(False, True)]),
        Fused(root_composed, _root, [_root_back], [(True, False)]),
        Fused(
            linear_composed,
            _linear,
            [
                lambda g, z, x, w, b: (_rows(g) @ w).reshape(
                    *g.shape[:-1], w.shape[1]
                ),
                lambda g, z, x, w, b: _rows(g).T @ _rows(x),
                lambda g, z, x, w, b: _column_sums(g),
            ],
            [_W, _X, _NONE],
        ),
        Fused(
            layer_norm_composed,
            _layer_norm,
            [
                _layer_norm_by_x,
                lambda g, z, x, w, b, h, s, eps: _column_sums(g * h),
                lambda g, z, x, w, b, h, s, eps: _column_sums(g),
            ],
            [_XW, _XW, _NONE],
        ),
    )
}
