r"""The functions of networks: activations, layers, losses.

All are composed of rows, so none has a formula for its derivative.  Where a
fused row exists it is used.

Notation: `x` the input, ``(batch, ...)``; `weight` and `bias` as PyTorch
arranges them, outputs first.

Leaves out: recurrent layers, which are modules.

Sources: PyTorch for names, arguments and defaults; [Vaswani2017]_ for
attention.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from micrograd import primitives
from micrograd.errors import OptionError, ShapeError
from micrograd.tensors import linear as maps
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.functions import (
    flatten,
    masked_fill,
    matmul,
    mean,
    sum,
    transpose,
    where,
)
from micrograd.tensors.fused import FUSED
from micrograd.tensors.libraries import holds, kind, on_numpy, shown
from micrograd.tensors.random import default_generator

__all__ = [
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "cross_entropy",
    "dropout",
    "embedding",
    "gelu",
    "group_norm",
    "l1_loss",
    "layer_norm",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "relu",
    "rms_norm",
    "scaled_dot_product_attention",
    "sigmoid",
    "silu",
    "softmax",
    "tanh",
]

Size: TypeAlias = int | Sequence[int]
REDUCTIONS = ("mean", "sum", "none")
sigmoid, tanh, silu = primitives.sigmoid, primitives.tanh, primitives.silu


def _sizes(x: Size, n: int = 2) -> tuple[int, ...]:
    return (x,) * n if isinstance(x, int) else tuple(x)


# --- Activations ---


@documented
def relu(x: Tensor, inplace: bool = False) -> Tensor:
    """Put 0 in place of negative numbers.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import relu
    >>> relu(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return primitives.relu(x)


@documented
def gelu(x: Tensor, approximate: str = "none") -> Tensor:
    r"""Multiply each number by the chance of a smaller normal one.

    approximate : {'none', 'tanh'}, optional
        Whether to take a hyperbolic tangent for the chance.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import gelu
    >>> gelu(tensor([0.0, 1.0]))
    tensor([0.0000, 0.8413])
    """
    if approximate == "none":
        return primitives.gelu(x)
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)
    return 0.5 * x * (1 + primitives.tanh(inner))


@documented
def softmax(x: Tensor, dim: int = -1, dtype: Any = None) -> Tensor:
    """Turn numbers along an axis into probabilities, their exponentials.

    dim : int, optional
        The axis.
    dtype : type, optional
        What to convert to first.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import softmax
    >>> softmax(tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    x = x if dtype is None else x.type(dtype)
    return FUSED["softmax"](x, axis=dim)


@documented
def log_softmax(x: Tensor, dim: int = -1, dtype: Any = None) -> Tensor:
    """Compute the logarithm of a softmax, without an overflow.

    dim : int, optional
        The axis.
    dtype : type, optional
        What to convert to first.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import log_softmax
    >>> log_softmax(tensor([0.0, 0.0]), dim=0)
    tensor([-0.6931, -0.6931])
    """
    x = x if dtype is None else x.type(dtype)
    return FUSED["log_softmax"](x, axis=dim)


@documented
def normalize(
    x: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12
) -> Tensor:
    """Divide vectors by their lengths.

    p : float, optional
        The power of the norm.
    dim : int, optional
        Along which axis the vectors lie.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import normalize
    >>> normalize(tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    return x / x.norm(p, dim, keepdim=True).clamp(min=eps)


@documented
def dropout(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Put 0 in random places, and make up for it in the others.

    p : float, optional
        The share of the places.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import dropout
    >>> dropout(ones(2), p=0.9, training=False)
    tensor([1., 1.])
    """
    if not 0 <= p <= 1:
        asked = "dropout(p) takes a share from 0 to 1"
        raise OptionError(asked, f"{p}", "choose one in that range")
    if not training or p == 0:
        return x
    kept = default_generator.bernoulli(1 - p, x.shape).astype(x.dtype)
    return x * make(kept / x.dtype.type(1 - p) if p < 1 else kept)


# --- Layers ---


@documented
def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    r"""Multiply by weights and add a bias, :math:`x W^\top + b`.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import linear
    >>> linear(tensor([1.0, 2.0]), tensor([[3.0, 4.0]]), tensor([5.0]))
    tensor([16.])
    """
    if x.shape[-1:] != weight.shape[-1:]:
        asked = f"linear() with the weights {weight.shape} takes"
        asked += f" {weight.shape[-1]} numbers along the last axis"
        raise ShapeError(asked, f"the shape {x.shape}", "check the layers")
    if bias is None or len(x.shape) < 2:
        z = matmul(x, maps.transposed(weight))
        return z if bias is None else z + bias
    return FUSED["linear"](x, weight, bias)


@documented
def embedding(x: Tensor, weight: Tensor) -> Tensor:
    """Pick rows of a table by their numbers.

    x : Tensor of whole numbers
        Which rows.
    weight : Tensor
        The table.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import embedding
    >>> embedding(tensor([1, 0]), tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [1., 2.]])
    """
    return weight[x]


@documented
def one_hot(x: Tensor, num_classes: int = -1) -> Tensor:
    """Make a row of zeros with a 1 at the place of each number.

    x : Tensor of whole numbers
        The places.
    num_classes : int, optional
        How long the rows are; by default as needed.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import one_hot
    >>> one_hot(tensor([0, 2]), num_classes=3)
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    a = on_numpy(x.array)
    n = num_classes if num_classes >= 0 else int(a.max(initial=-1)) + 1
    if a.size and holds(((a < 0) | (a >= n)).any()):
        asked = f"one_hot() with {n} classes takes numbers from 0 to {n - 1}"
        given = f"{shown(a).min()} to {shown(a).max()}"
        raise OptionError(asked, given, "check the data")
    return make((a[..., None] == np.arange(n)).astype(np.int64))


# --- Norms ---


def _normed(x: Tensor, axes: tuple[int, ...], eps: float) -> Tensor:
    d = x - mean(x, axes, True)
    return d * (mean(d * d, axes, True) + eps) ** -0.5


@documented
def layer_norm(
    x: Tensor,
    normalized_shape: Size,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Bring the last axes to mean 0 and variance 1, then scale and shift.

    normalized_shape : int or sequence of int
        The lengths of these axes.
    weight : Tensor, optional
        By what to scale.
    bias : Tensor, optional
        By what to shift.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import layer_norm
    >>> layer_norm(tensor([[1.0, 2.0, 3.0]]), 3)
    tensor([[-1.2247,  0.0000,  1.2247]])
    """
    shape = _sizes(normalized_shape, 1)
    if tuple(x.shape[-len(shape) :]) != shape:
        asked = f"layer_norm({shape}) takes these as the last axes"
        raise ShapeError(asked, f"the shape {x.shape}", "check the layers")
    if len(shape) == 1 and weight is not None and bias is not None:
        return FUSED["layer_norm"](x, weight, bias, eps=eps)
    z = _normed(x, tuple(range(-len(shape), 0)), eps)
    z = z if weight is None else z * weight
    return z if bias is None else z + bias


@documented
def rms_norm(
    x: Tensor,
    normalized_shape: Size,
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """Divide the last axes by the root of their mean square.

    normalized_shape : int or sequence of int
        The lengths of these axes.
    weight : Tensor, optional
        By what to scale.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import rms_norm
    >>> rms_norm(tensor([[3.0, -3.0]]), 2)
    tensor([[ 1., -1.]])
    """
    axes = tuple(range(-len(_sizes(normalized_shape, 1)), 0))
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    z = x * (mean(x * x, axes, True) + eps) ** -0.5
    return z if weight is None else z * weight


def _by_channel(w: Tensor, x: Tensor) -> Tensor:
    """Weights of the axis 1, so that they broadcast."""
    return maps.reshape(w, to=(1, -1, *[1] * (len(x.shape) - 2)))


@documented
def group_norm(
    x: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Bring groups of channels to mean 0 and variance 1.

    num_groups : int
        How many groups.
    weight : Tensor, optional
        By what to scale each channel.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import group_norm
    >>> group_norm(tensor([[1.0, 3.0, 10.0, 30.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    groups = x.view(x.shape[0], num_groups, -1)
    z = _normed(groups, (2,), eps).view(*x.shape)
    z = z if weight is None else z * _by_channel(weight, x)
    return z if bias is None else z + _by_channel(bias, x)


@documented
def batch_norm(
    x: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Bring each channel to mean 0 and variance 1 over the batch.

    running_mean : Tensor or None
        The means in use; in training moved towards those of the batch.
    running_var : Tensor or None
        The variances, likewise.
    weight : Tensor, optional
        By what to scale each channel.
    momentum : float, optional
        How far to move.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import batch_norm
    >>> batch_norm(tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    axes = (0, *range(2, len(x.shape)))
    if training or running_mean is None or running_var is None:
        center = mean(x, axes, True)
        d = x - center
        spread = mean(d * d, axes, True)
        if running_mean is not None and running_var is not None:
            n = math.prod(x.shape) / x.shape[1]
            _move(running_mean, center, momentum)
            _move(running_var, spread.detach() * (n / (n - 1)), momentum)
    else:
        d = x - _by_channel(running_mean, x)
        spread = _by_channel(running_var, x)
    z = d * (spread + eps) ** -0.5
    z = z if weight is None else z * _by_channel(weight, x)
    return z if bias is None else z + _by_channel(bias, x)


def _move(running: Tensor, x: Tensor, momentum: float) -> None:
    new = x.detach().view(-1)
    running.copy_(running * (1 - momentum) + new * momentum)


# --- Windows ---


@documented
def pad(
    x: Tensor, pad: Sequence[int], mode: str = "constant", value: float = 0.0
) -> Tensor:
    """Put numbers before and behind, from the last axis on.

    pad : sequence of int
        How many before and behind the last axis, then the one before it.
    mode : {'constant'}, optional
        What to put there.
    value : float, optional
        The number.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import pad
    >>> pad(tensor([1.0]), (1, 2))
    tensor([0., 1., 0., 0.])
    """
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    widths = [(0, 0)] * (len(x.shape) - len(pairs)) + pairs
    z = maps.pad(x, widths=widths)
    if value:
        inside = maps.pad(make(np.ones(x.shape, bool)), widths=widths)
        z = where(inside, z, value)
    return z


def _conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    how: tuple[Size, Size, Size],
    n: int,
) -> Tensor:
    """Windows as rows of a matrix, times the kernels as columns."""
    out, channels, *size = weight.shape
    if len(x.shape) != n + 2 or x.shape[1] != channels:
        axes = ", ".join(["batch", f"{channels}", *["length"] * n])
        asked = f"conv{n}d() with these weights takes the shape ({axes})"
        raise ShapeError(asked, f"{x.shape}", "check channels and axes")
    stride, padding, dilation = (_sizes(one, n) for one in how)
    if any(padding):
        widths = [(0, 0), (0, 0), *((k, k) for k in padding)]
        x = maps.pad(x, widths=widths)
    seen = maps.windows(x, size=tuple(size), stride=stride, dilation=dilation)
    places = seen.shape[2 : 2 + n]
    front = (0, *range(2, 2 + n), 1, *range(2 + n, 2 + 2 * n))
    rows = seen.permute(*front).view(-1, channels * math.prod(size))
    z = linear(rows, weight.view(out, -1), bias)
    z = z.view(seen.shape[0], *places, out)
    return z.permute(0, n + 1, *range(1, n + 1))


@documented
def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    dilation: Size = 1,
) -> Tensor:
    """Slide kernels over images and multiply.

    x : Tensor
        The images, (batch, channels, height, width).
    weight : Tensor
        The kernels, (outputs, channels, height, width).

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import conv2d
    >>> conv2d(ones(1, 1, 2, 3), ones(1, 1, 2, 2))
    tensor([[[[4., 4.]]]])
    """
    return _conv(x, weight, bias, (stride, padding, dilation), 2)


@documented
def conv1d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    dilation: Size = 1,
) -> Tensor:
    """Slide kernels along sequences and multiply.

    x : Tensor
        The sequences, (batch, channels, length).
    weight : Tensor
        The kernels, (outputs, channels, length).

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import conv1d
    >>> conv1d(ones(1, 1, 3), ones(1, 1, 2))
    tensor([[[2., 2.]]])
    """
    return _conv(x, weight, bias, (stride, padding, dilation), 1)


@documented
def max_pool2d(
    x: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
) -> Tensor:
    """Take the largest number of each window.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import max_pool2d
    >>> max_pool2d(arange(4.0).view(1, 1, 2, 2), 2)
    tensor([[[[3.]]]])
    """
    size, (a, b) = _sizes(kernel_size), _sizes(padding)
    if a or b:
        x = pad(x, (b, b, a, a), value=-math.inf)
    stride = size if stride is None else _sizes(stride)
    dilation = _sizes(dilation)
    seen = maps.windows(x, size=size, stride=stride, dilation=dilation)
    return flatten(seen, -2).max(-1).values


@documented
def avg_pool2d(
    x: Tensor, kernel_size: Size, stride: Size | None = None, padding: Size = 0
) -> Tensor:
    """Take the mean of each window, padding included.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import avg_pool2d
    >>> avg_pool2d(arange(4.0).view(1, 1, 2, 2), 2)
    tensor([[[[1.5000]]]])
    """
    size, (a, b) = _sizes(kernel_size), _sizes(padding)
    x = pad(x, (b, b, a, a)) if a or b else x
    stride = size if stride is None else _sizes(stride)
    seen = maps.windows(x, size=size, stride=stride, dilation=(1, 1))
    return mean(seen, (-2, -1))


# --- Attention ---


@documented
def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    r"""Average values by how well their keys answer a query.

    .. math:: \operatorname{softmax}(Q K^\top / \sqrt d) V

    query : Tensor
        One row for each question, (..., queries, d).
    key : Tensor
        One row for each answer, (..., keys, d).
    value : Tensor
        What each answer says, (..., keys, width).
    attn_mask : Tensor, optional
        Truths, where to look; or numbers that are added.
    dropout_p : float, optional
        The share of weights that is dropped.
    is_causal : bool, optional
        Whether a query looks only at keys up to its own place.
    scale : float, optional
        By what to multiply in place of one over the root of `d`.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import functional as F
    >>> q, v = tensor([[0.0]]), tensor([[1.0], [3.0]])
    >>> F.scaled_dot_product_attention(q, v, v)
    tensor([[2.]])
    """
    by = query.shape[-1] ** -0.5 if scale is None else scale
    scores = matmul(query, transpose(key, -2, -1)) * by
    if is_causal:
        attn_mask = make(np.tri(*scores.shape[-2:], dtype=bool))
    if attn_mask is not None and kind(attn_mask.dtype) == 0:
        scores = masked_fill(scores, ~attn_mask, -math.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    weights = dropout(softmax(scores, -1), dropout_p)
    return matmul(weights, value)


# --- Losses ---


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    if reduction not in REDUCTIONS:
        asked = f"reduction= takes one of {', '.join(REDUCTIONS)}"
        raise OptionError(asked, repr(reduction), "choose one of them")
    if reduction == "none":
        return losses
    return mean(losses) if reduction == "mean" else sum(losses)


def _alike(x: Tensor, target: Tensor, name: str) -> None:
    if tuple(x.shape) != tuple(target.shape):
        asked = f"{name}() takes a target of the shape {tuple(x.shape)}"
        given = f"{tuple(target.shape)}"
        raise ShapeError(asked, given, "reshape it; nothing broadcasts here")


@documented
def mse_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Square the differences.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import mse_loss
    >>> mse_loss(tensor([1.0, 3.0]), tensor([1.0, 1.0]))
    tensor(2.)
    """
    _alike(x, target, "mse_loss")
    return _reduced((x - target) * (x - target), reduction)


@documented
def l1_loss(x: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Take the sizes of the differences.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import l1_loss
    >>> l1_loss(tensor([1.0, 3.0]), tensor([1.0, 1.0]))
    tensor(1.)
    """
    _alike(x, target, "l1_loss")
    return _reduced(abs(x - target), reduction)


@documented
def binary_cross_entropy_with_logits(
    x: Tensor, target: Tensor, reduction: str = "mean"
) -> Tensor:
    """Compute the cross-entropy of a yes or no, from its log-odds.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import functional as F
    >>> F.binary_cross_entropy_with_logits(tensor([0.0]), tensor([1.0]))
    tensor(0.6931)
    """
    _alike(x, target, "binary_cross_entropy_with_logits")
    return _reduced(primitives.softplus(x) - x * target, reduction)


@documented
def binary_cross_entropy(
    x: Tensor, target: Tensor, reduction: str = "mean"
) -> Tensor:
    """Compute the cross-entropy of a yes or no, from its probability.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import binary_cross_entropy
    >>> binary_cross_entropy(tensor([0.5]), tensor([1.0]))
    tensor(0.6931)
    """
    _alike(x, target, "binary_cross_entropy")
    yes = where(x > 0, primitives.log(x), -100.0).clamp(min=-100.0)
    no = where(x < 1, primitives.log1p(-x), -100.0).clamp(min=-100.0)
    return _reduced(-(target * yes + (1 - target) * no), reduction)


def _by_class(x: Tensor, target: Tensor, name: str) -> tuple[Tensor, Any]:
    """Scores as rows of classes, and the class of each row."""
    shape = tuple(x.shape)
    if shape[:1] + shape[2:] != tuple(target.shape) and shape[1:]:
        asked = f"{name}() of the shape {shape} takes classes of the shape"
        asked += f" {shape[:1] + shape[2:]}"
        raise ShapeError(asked, f"{tuple(target.shape)}", "reshape them")
    if len(shape) > 2:
        x = x.permute(0, *range(2, len(shape)), 1).reshape(-1, shape[1])
    rows = x if shape[1:] else x.view(1, -1)
    return rows, on_numpy(target.array).reshape(-1)


def _class_weights(
    x: Tensor, classes: Any, weight: Tensor | None, ignore_index: int
) -> Any:
    """What each row counts."""
    counted = classes != ignore_index
    wrong = counted & ((classes < 0) | (classes >= x.shape[1]))
    if holds(wrong.any()):
        asked = f"a loss of {x.shape[1]} classes takes numbers from 0"
        given = f"{shown(classes)[shown(wrong)][0]}"
        raise OptionError(asked, given, "check the targets")
    each = counted.astype(x.dtype)
    if weight is None:
        return each
    return each * weight.array[np.where(counted, classes, 0)]


@documented
def nll_loss(
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Pick the log-probability of each class, with a minus.

    x : Tensor
        Log-probabilities, (batch, classes, ...).
    target : Tensor
        The classes, (batch, ...).
    weight : Tensor, optional
        What each class counts.
    ignore_index : int, optional
        A class that counts nothing.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import nll_loss
    >>> nll_loss(tensor([[-0.5, -1.0]]), tensor([1]))
    tensor(1.)
    """
    rows, classes = _by_class(x, target, "nll_loss")
    each = _class_weights(rows, classes, weight, ignore_index)
    places = np.where(classes == ignore_index, 0, classes)
    picked = rows[np.arange(len(classes)), places]
    losses = -picked * make(each)
    if reduction == "mean":
        return sum(losses) / make(each.sum())
    return _reduced(losses.view(*target.shape), reduction)


@documented
def cross_entropy(
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Compute how surprising the classes are under a softmax of scores.

    x : Tensor
        Scores, (batch, classes, ...).
    target : Tensor
        The classes, (batch, ...); or their probabilities, as `x`.
    weight : Tensor, optional
        What each class counts.
    ignore_index : int, optional
        A class that counts nothing.
    label_smoothing : float, optional
        The share of each target that is spread over all classes.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import cross_entropy
    >>> cross_entropy(tensor([[0.0, 0.0]]), tensor([1]))
    tensor(0.6931)
    """
    axis = 1 if len(x.shape) > 1 else 0
    if kind(target.dtype) == 2:
        return _cross_entropy_of_shares(
            x, target, weight, reduction, label_smoothing
        )
    plain = weight is None and not label_smoothing and reduction == "mean"
    if plain and len(x.shape) == 2:
        rows, classes = _by_class(x, target, "cross_entropy")
        each = _class_weights(rows, classes, None, ignore_index)
        if holds(each.all()):
            return FUSED["cross_entropy"](rows, classes=classes)
    logs = log_softmax(x, axis)
    hard = nll_loss(logs, target, weight, ignore_index, reduction)
    if not label_smoothing:
        return hard
    rows, classes = _by_class(logs, target, "cross_entropy")
    each = _class_weights(rows, classes, weight, ignore_index)
    counted = make((classes != ignore_index).astype(x.dtype))
    spread = rows if weight is None else rows * weight
    losses = -sum(spread, 1) * counted / rows.shape[1]
    if reduction == "mean":
        soft = sum(losses) / make(each.sum())
    else:
        soft = _reduced(losses.view(*target.shape), reduction)
    return hard * (1 - label_smoothing) + soft * label_smoothing


def _cross_entropy_of_shares(
    x: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    label_smoothing: float,
) -> Tensor:
    _alike(x, target, "cross_entropy")
    axis = 1 if len(x.shape) > 1 else 0
    n = x.shape[axis]
    target = target * (1 - label_smoothing) + label_smoothing / n
    products = log_softmax(x, axis) * target
    if weight is not None:
        products = products * (_by_channel(weight, x) if axis else weight)
    losses = -sum(products, axis)
    if reduction == "mean":
        rows = math.prod(x.shape) // n
        return sum(losses) / rows
    return _reduced(losses, reduction)
