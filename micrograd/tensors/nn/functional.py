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

import inspect
import math
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeAlias

import numpy as np

from micrograd import primitives
from micrograd.errors import OptionError, OutOfRangeError, ShapeError
from micrograd.namespaces import to_choice
from micrograd.tensors import linear as maps
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.functions import (
    axis_of,
    cat,
    flatten,
    masked_fill,
    matmul,
    mean,
    norm,
    own,
    same_type,
    sum,
    transpose,
    where,
)
from micrograd.tensors.fused import FUSED
from micrograd.tensors.libraries import holds, kind, of_kind, shown, to_numpy
from micrograd.tensors.random import default_generator
from micrograd.tensors.short import places

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "bilinear",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv_transpose2d",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "dropout2d",
    "elu",
    "embedding",
    "gelu",
    "glu",
    "group_norm",
    "gumbel_softmax",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "huber_loss",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "mish",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "pixel_shuffle",
    "prelu",
    "relu",
    "relu6",
    "rms_norm",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "triplet_margin_loss",
    "unfold",
]

Size: TypeAlias = int | Sequence[int]
Padding: TypeAlias = Size | str
REDUCTIONS = ("mean", "sum", "none")
sigmoid, tanh = primitives.sigmoid, primitives.tanh


def _sizes(x: Size, n: int = 2) -> tuple[int, ...]:
    return (x,) * n if isinstance(x, int) else tuple(x)


# --- Activations ---


# What brings mean 0 and variance 1 out of the same; [Klambauer2017]_.
SELU = 1.0507009873554805, 1.6732632423543772

# Name, function, summary, arguments of an example, and what it prints.
ACTIVATIONS: tuple[tuple[str, Any, str, str, str], ...] = (
    ("relu", lambda x, inplace=False: primitives.relu(x),
     "Put 0 in place of negative numbers.", "tensor([-1.0, 2.0])",
     "tensor([0., 2.])"),
    ("relu6", lambda x, inplace=False: _between(x, 0.0, 6.0),
     "Cut numbers off below 0 and above 6.", "tensor([-1.0, 8.0])",
     "tensor([0., 6.])"),
    ("leaky_relu",
     lambda x, negative_slope=0.01, inplace=False:
     primitives.leaky_relu(x, negative_slope),
     "Shrink negative numbers.", "tensor([-1.0, 2.0])",
     "tensor([-0.0100,  2.0000])"),
    ("elu", lambda x, alpha=1.0, inplace=False: primitives.elu(x, alpha),
     "Bend negative numbers towards a bound.", "tensor([-1.0, 2.0])",
     "tensor([-0.6321,  2.0000])"),
    ("selu",
     lambda x, inplace=False: SELU[0] * primitives.elu(x, SELU[1]),
     "Bend as ELU does, scaled so that layers keep mean 0 and variance 1.",
     "tensor([-1.0, 2.0])", "tensor([-1.1113,  2.1014])"),
    ("silu", lambda x, inplace=False: primitives.silu(x),
     "Multiply each number by its sigmoid.", "tensor([0.0, 1.0])",
     "tensor([0.0000, 0.7311])"),
    ("mish",
     lambda x, inplace=False: x * primitives.tanh(primitives.softplus(x)),
     "Multiply each number by the tanh of its softplus.",
     "tensor([0.0, 1.0])", "tensor([0.0000, 0.8651])"),
    ("hardtanh",
     lambda x, min_val=-1.0, max_val=1.0, inplace=False:
     _between(x, min_val, max_val),
     "Cut numbers off at both ends.", "tensor([-3.0, 0.5])",
     "tensor([-1.0000,  0.5000])"),
    ("hardsigmoid",
     lambda x, inplace=False: _between(x + 3, 0.0, 6.0) / 6,
     "Draw a sigmoid with three straight lines.", "tensor([-4.0, 0.0])",
     "tensor([0.0000, 0.5000])"),
    ("hardswish", lambda x, inplace=False: x * _between(x + 3, 0.0, 6.0) / 6,
     "Multiply each number by its hardsigmoid.", "tensor([-4.0, 3.0])",
     "tensor([-0., 3.])"),
    ("softsign", lambda x: x / (1 + abs(x)),
     "Divide each number by 1 and its size.", "tensor([-1.0, 3.0])",
     "tensor([-0.5000,  0.7500])"),
    ("logsigmoid", lambda x: -primitives.softplus(-x),
     "Compute the logarithm of a sigmoid.", "tensor([0.0])",
     "tensor([-0.6931])"),
    ("softplus",
     lambda x, beta=1.0, threshold=20.0: _softplus(x, beta, threshold),
     "Smooth a relu out.", "tensor([0.0])", "tensor([0.6931])"),
)  # fmt: skip


def _between(x: Tensor, low: float, high: float) -> Tensor:
    """Cut off; unlike with `clamp` the slope at both ends is 0."""
    return where(x <= low, low, where(x >= high, high, x))


def _softplus(x: Tensor, beta: float, threshold: float) -> Tensor:
    z = primitives.softplus(x * beta) / beta
    return where(x * beta > threshold, x, z)


def _activation(
    name: str, does: Any, summary: str, given: str, shown: str
) -> Callable[..., Tensor]:
    """A function of the table, with its documentation."""
    does.__name__ = does.__qualname__ = name
    does.__doc__ = f"""{summary}

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import {name}
    >>> {name}({given})
    {shown}
    """
    return documented(does)


relu, relu6, leaky_relu, elu, selu, silu, mish, *rest = (
    _activation(*row) for row in ACTIVATIONS
)
hardtanh, hardsigmoid, hardswish, softsign, logsigmoid, softplus = rest


@documented
def prelu(x: Tensor, weight: Tensor) -> Tensor:
    """Shrink negative numbers by a factor that is learned.

    weight : Tensor
        The slope on the left, one or one for each channel.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import prelu
    >>> prelu(tensor([-1.0, 2.0]), tensor([0.5]))
    tensor([-0.5000,  2.0000])
    """
    one = weight.numel() == 1 or len(x.shape) < 2
    slope = weight if one else _by_channel(weight, x)
    return where(x > 0, x, slope * x)


@documented
def glu(x: Tensor, dim: int = -1) -> Tensor:
    """Multiply one half of the numbers by the sigmoid of the other.

    dim : int, optional
        The axis that is halved.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import glu
    >>> glu(tensor([3.0, 0.0]))
    tensor([1.5000])
    """
    if x.shape[dim] % 2:
        asked = "glu() halves an axis"
        raise ShapeError(asked, f"{x.shape[dim]} places", "choose another")
    a, b = x.chunk(2, dim)
    return a * sigmoid(b)


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
def softmax(x: Tensor, dim: Any = None, dtype: Any = None) -> Tensor:
    """Turn numbers along an axis into probabilities, their exponentials.

    dim : int, optional
        The axis; if left out, the second, or the first of one or three.
    dtype : type, optional
        What to convert to first.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import softmax
    >>> softmax(tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    x = x if dtype is None else x.type(dtype)
    return FUSED["softmax"](x, axis=_classes(x, dim))


def _classes(x: Tensor, dim: int | None) -> int:
    """The axis of a softmax; what PyTorch takes if none is named."""
    n = len(x.shape)
    of_kind(x.dtype, 2, "a softmax takes a tensor of floats")
    return axis_of(x, n not in (0, 1, 3) if dim is None else dim, "softmax")


@documented
def log_softmax(x: Tensor, dim: Any = None, dtype: Any = None) -> Tensor:
    """Compute the logarithm of a softmax, without an overflow.

    dim : int, optional
        The axis; if left out, the second, or the first of one or three.
    dtype : type, optional
        What to convert to first.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import log_softmax
    >>> log_softmax(tensor([0.0, 0.0]), dim=0)
    tensor([-0.6931, -0.6931])
    """
    x = x if dtype is None else x.type(dtype)
    return FUSED["log_softmax"](x, axis=_classes(x, dim))


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


def share(p: float, name: str = "dropout(p)") -> float:
    """A share, checked."""
    if not 0 <= p <= 1:
        asked = f"{name} takes a share from 0 to 1"
        raise OptionError(asked, f"{p}", "choose one in that range")
    return p


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
    p = share(p)
    if not training or p == 0:
        return x
    order = _laid(x)
    drawn = default_generator.bernoulli(1 - p, [x.shape[i] for i in order])
    kept = drawn.transpose(np.argsort(order)).astype(x.dtype)
    return x * make(kept / x.dtype.type(1 - p) if p < 1 else kept)


def _laid(x: Tensor) -> list[int]:
    """The axes of a tensor in the order in which PyTorch draws for them.

    That is as the numbers lie in memory, so of what was transposed last
    another than that of the shape.
    """
    past: Any = getattr(x, "past", None)
    if getattr(past, "row", None) is not maps.permute.row:
        return list(range(len(x.shape)))
    return [int(i) for i in np.argsort(past.how["axes"])]


@documented
def dropout2d(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Put 0 in whole channels, and make up for it in the others.

    p : float, optional
        The share of the channels.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import dropout2d
    >>> dropout2d(ones(1, 1, 2, 1), training=False).flatten()
    tensor([1., 1.])
    """
    ones = [1] * (len(x.shape) - 2)
    one = make(np.ones((*x.shape[:2], *ones), x.dtype))
    return x * dropout(one, p, training) if training else x


@documented
def gumbel_softmax(
    x: Tensor, tau: float = 1.0, hard: bool = False, dim: int = -1
) -> Tensor:
    """Draw a class, so that gradients flow through the choice.

    tau : float, optional
        The temperature: near 0 the draw is nearly a class alone.
    hard : bool, optional
        Whether to give the class alone, with the gradients of the draw.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import gumbel_softmax
    >>> gumbel_softmax(tensor([0.0, 100.0]), hard=True).detach()
    tensor([0., 1.])
    """
    drawn = make(default_generator.exponential(x.shape, 1.0, x.dtype))
    soft = softmax((x - primitives.log(drawn)) / tau, dim)
    if not hard:
        return soft
    near: Any = soft.max(dim, keepdim=True).values == soft
    return near.to(x.dtype) - soft.detach() + soft


# --- Layers ---


@documented
def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    r"""Multiply by weights and add a bias, :math:`x W^\top + b`.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import linear
    >>> linear(tensor([1.0, 2.0]), tensor([[3.0, 4.0]]), tensor([5.0]))
    tensor([16.])
    """
    if bias is not None and bias.shape[-1:] not in ((1,), weight.shape[:1]):
        asked = f"linear() with the weights {weight.shape} takes a bias of"
        asked += f" {weight.shape[0]}"
        raise ShapeError(asked, f"the shape {bias.shape}", "check the layers")
    if x.shape[-1:] != weight.shape[-1:]:
        asked = f"linear() with the weights {weight.shape} takes"
        asked += f" {weight.shape[-1]} numbers along the last axis"
        raise ShapeError(asked, f"the shape {x.shape}", "check the layers")
    same_type("linear()", x, weight)
    if bias is None or len(x.shape) < 2:
        z = matmul(x, maps.transposed(weight))
        return z if bias is None else z + bias
    return FUSED["linear"](x, weight, bias)


@documented
def bilinear(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    r"""Multiply two inputs through a matrix for each output.

    weight : Tensor
        The matrices, (outputs, width of x, width of y).

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import bilinear
    >>> bilinear(ones(1, 2), ones(1, 3), ones(4, 2, 3))
    tensor([[6., 6., 6., 6.]])
    """
    out, n, m = weight.shape
    if (x.shape[-1], y.shape[-1]) != (n, m):
        asked = f"bilinear() with the weights {weight.shape} takes the"
        asked += f" widths {n} and {m}"
        given = f"the shapes {x.shape} and {y.shape}"
        raise ShapeError(asked, given, "check the layers")
    rows = matmul(x, weight.permute(1, 0, 2).reshape(n, out * m))
    z = sum(rows.reshape(*x.shape[:-1], out, m) * y.unsqueeze(-2), -1)
    return z if bias is None else z + bias


@documented
def cosine_similarity(
    x: Tensor, y: Tensor, dim: int = 1, eps: float = 1e-8
) -> Tensor:
    """Compute the cosine of the angle between vectors.

    dim : int, optional
        Along which axis the vectors lie.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import cosine_similarity
    >>> cosine_similarity(tensor([3.0, 4.0]), tensor([3.0, 0.0]), dim=0)
    tensor(0.6000)
    """
    lengths = x.norm(2, dim).clamp(min=eps) * y.norm(2, dim).clamp(min=eps)
    return sum(x * y, dim) / lengths


@documented
def embedding(
    x: Tensor, weight: Tensor, padding_idx: int | None = None
) -> Tensor:
    """Pick rows of a table by their numbers.

    x : Tensor of whole numbers
        Which rows.
    weight : Tensor
        The table.
    padding_idx : int, optional
        A row that gets no gradient; from the end, if negative.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import embedding
    >>> embedding(tensor([1, 0]), tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [1., 2.]])
    """
    places(x, len(weight), "embedding()")
    rows: Tensor = weight[x]
    if padding_idx is None:
        return rows
    unused = x == row_of(padding_idx, weight.shape[0])
    return where(unused[..., None], rows.detach(), rows)


def row_of(padding_idx: int, n: int) -> int:
    """The row that stands for padding, counted from the first."""
    if not -n <= padding_idx < n:
        asked = f"padding_idx= takes a row of a table of {n}"
        raise OptionError(asked, f"{padding_idx}", "check the table's size")
    return padding_idx % n


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
    of_kind(x.dtype, 1, "one_hot() takes whole numbers")
    a = to_numpy(x.array)
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
    groups = x.reshape(x.shape[0], num_groups, -1)
    z = _normed(groups, (2,), eps).reshape(*x.shape)
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
    eps : float, optional
        What keeps the quotient finite; > 0 in training.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import batch_norm
    >>> batch_norm(tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    _check_channels(x, running_mean, running_var, weight, bias)
    axes = (0, *range(2, len(x.shape)))
    if training and not eps > 0:
        asked = "batch_norm(eps) takes a number > 0 in training"
        do = "keep eps=1e-5: a channel of equal numbers has variance 0"
        raise OptionError(asked, f"{eps}", do)
    if training or running_mean is None or running_var is None:
        center = mean(x, axes, True)
        d = x - center
        spread = mean(d * d, axes, True)
        if running_mean is not None and running_var is not None:
            n = _per_channel(x)
            _move(running_mean, center, momentum)
            _move(running_var, spread.detach() * (n / (n - 1)), momentum)
    else:
        d = x - _by_channel(running_mean, x)
        spread = _by_channel(running_var, x)
    z = d * (spread + eps) ** -0.5
    z = z if weight is None else z * _by_channel(weight, x)
    return z if bias is None else z + _by_channel(bias, x)


def _check_channels(x: Tensor, *each: Tensor | None) -> None:
    """Refuse an input that has other channels than means and weights."""
    shape, given = tuple(x.shape), [w.shape[0] for w in each if w is not None]
    if len(shape) < 2 or (given and {*given} != {shape[1]}):
        channels = f"{given[0]} " if given else ""
        asked = f"batch_norm() takes {channels}channels on the second axis"
        do = "the order is (batch, channels, ...); move an axis with transpose"
        raise ShapeError(asked, f"the shape {shape}", do)


def _per_channel(x: Tensor) -> int:
    """How many numbers of each channel there are, two at least."""
    n = math.prod(x.shape) // x.shape[1]
    if n < 2:
        asked = "batch_norm() in training takes two numbers of each channel"
        do = "use a larger batch, or call eval() first"
        raise ShapeError(asked, f"the shape {tuple(x.shape)}", do)
    return n


def _move(running: Tensor, x: Tensor, momentum: float) -> None:
    new = x.detach().reshape(-1)
    running.copy_(running * (1 - momentum) + new * momentum)


# --- Windows ---


@documented
def pad(
    x: Tensor, pad: Sequence[int], mode: str = "constant", value: float = 0.0
) -> Tensor:
    """Put numbers before and behind, from the last axis on.

    pad : sequence of int
        How many before and behind the last axis, then the one before it;
        below 0, so many are cut off.
    mode : {'constant', 'reflect', 'replicate', 'circular'}, optional
        What to put there: a number, or numbers of the axis, turned around
        its end, the last of it, or from its other end.
    value : float, optional
        The number.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import pad
    >>> pad(tensor([1.0, 2.0]), (1, 2)), pad(tensor([1, 2]), (1, 0), "reflect")
    (tensor([0., 1., 2., 0., 0.]), tensor([2, 1, 2]))
    """
    to_choice(mode, "pad(mode=) takes", PADS, " or ")
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    widths = [(0, 0)] * (len(x.shape) - len(pairs)) + pairs
    if mode != "constant":
        return _from_within(x, widths, PADS[mode])
    if any(min(pair) < 0 for pair in widths):  # there it is cut
        sides = zip(widths, x.shape, strict=True)
        x = x[tuple(slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in sides)]
        widths = [(max(a, 0), max(b, 0)) for a, b in widths]
    z = maps.pad(x, widths=widths)
    if value:
        inside = maps.pad(make(np.ones(x.shape, bool)), widths=widths)
        z = where(inside, z, value)
    return z


# PyTorch's names, and NumPy's.
PADS = {"constant": "constant", "reflect": "reflect", "replicate": "edge",
    "circular": "wrap"}  # fmt: skip


def _from_within(x: Tensor, widths: Any, mode: Any) -> Tensor:
    """Numbers of each axis before and behind it."""
    for axis, (a, b) in enumerate(widths):
        n = x.shape[axis]
        if max(a, b) > {"reflect": n - 1, "wrap": n}.get(mode, math.inf):
            asked = f"pad({mode!r}) takes no more than an axis has"
            given = f"{max(a, b)} for an axis of {n}"
            raise ShapeError(asked, given, "pad less, or with a number")
        if a or b:
            places = np.pad(np.arange(n), (a, b), mode=mode)
            x = x[(*[slice(None)] * axis, make(places))]
    return x


def _conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    how: tuple[Size, Padding, Size],
    groups: int,
    n: int,
) -> Tensor:
    """Windows as rows of a matrix, times the kernels as columns."""
    out, each, *size = weight.shape
    channels = each * groups
    if len(x.shape) == n + 1:  # one example
        return _conv(x[None], weight, bias, how, groups, n)[0]
    if len(x.shape) != n + 2 or x.shape[1] != channels:
        axes = ", ".join(["batch", f"{channels}", *["length"] * n])
        asked = f"conv{n}d() with these weights takes the shape ({axes})"
        raise ShapeError(asked, f"{x.shape}", "check channels and axes")
    if out % groups:
        asked = f"conv{n}d() takes groups that divide the outputs"
        given = f"groups={groups} and {out} outputs"
        raise OptionError(asked, given, "change one of them")
    stride, dilation = _sizes(how[0], n), _sizes(how[2], n)
    around = _around(how[1], size, stride, dilation)
    if any(map(any, around)):
        x = maps.pad(x, widths=[(0, 0), (0, 0), *around])
    seen = maps.windows(x, size=tuple(size), stride=stride, dilation=dilation)
    places = seen.shape[2 : 2 + n]
    front = (0, *range(2, 2 + n), 1, *range(2 + n, 2 + 2 * n))
    rows = seen.permute(*front).reshape(-1, channels * math.prod(size))
    if groups == 1:
        z = linear(rows, weight.reshape(out, -1), bias)
    else:  # a matrix for each group
        parts = rows.reshape(rows.shape[0], groups, -1).transpose(0, 1)
        z = matmul(parts, weight.reshape(groups, out // groups, -1).mT)
        z = z.transpose(0, 1).reshape(-1, out)
        z = z if bias is None else z + bias
    z = z.reshape(seen.shape[0], *places, out)
    return own(z.permute(0, n + 1, *range(1, n + 1)))


def _around(
    padding: Padding, size: Any, stride: Any, dilation: Any
) -> list[tuple[int, int]]:
    """How many zeros stand before and behind each axis."""
    if not isinstance(padding, str):
        return [(k, k) for k in _sizes(padding, len(size))]
    to_choice(padding, "padding= takes numbers,", ("same", "valid"), " or ")
    if padding == "valid":
        return [(0, 0)] * len(size)
    if {*stride} != {1}:
        asked = "padding='same' takes the stride 1"
        do = "give a number as padding"
        raise OptionError(asked, f"stride={stride}", do)
    more = [d * (k - 1) for d, k in zip(dilation, size, strict=True)]
    return [(k // 2, k - k // 2) for k in more]


def _convolution(n: int, what: str, axes: str) -> Any:
    """The convolution along `n` axes."""

    def function(
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Size = 1,
        padding: Padding = 0,
        dilation: Size = 1,
        groups: int = 1,
    ) -> Tensor:
        how = (stride, padding, dilation)
        return _conv(x, weight, bias, how, groups, n)

    name, ones = f"conv{n}d", ", ".join(["2"] * n)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""Slide kernels {what} and multiply.

    x : Tensor
        The inputs, (batch, channels, {axes}).
    weight : Tensor
        The kernels, (outputs, channels / groups, {axes}).
    padding : int, tuple of int, "same" or "valid", optional
        Zeros before and behind; with "same" as many come out as go in.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import {name}
    >>> {name}(ones(1, 1, {ones}), ones(1, 1, {ones})).item()
    {2.0**n}
    """
    return documented(function)


conv1d = _convolution(1, "along sequences", "length")
conv2d = _convolution(2, "over images", "height, width")


@documented
def conv_transpose2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """Add a kernel, times each number, where a convolution looked at it.

    x : Tensor
        The images, (batch, channels, height, width).
    weight : Tensor
        The kernels, (channels, outputs, height, width).
    output_padding : int or pair, optional
        How many rows and columns more come out, below and on the right.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.functional import conv_transpose2d
    >>> conv_transpose2d(ones(1, 1, 1, 2), ones(1, 1, 1, 2))
    tensor([[[[1., 2., 1.]]]])
    """
    channels, out, *size = weight.shape
    if len(x.shape) != 4 or x.shape[1] != channels:
        asked = "conv_transpose2d() with these weights takes the shape"
        asked += f" (batch, {channels}, height, width)"
        raise ShapeError(asked, f"{x.shape}", "check channels and axes")
    if groups > 1:
        how = (stride, padding, output_padding, 1, dilation)
        pairs = zip(x.chunk(groups, 1), weight.chunk(groups), strict=True)
        z = cat([conv_transpose2d(a, w, None, *how) for a, w in pairs], 1)
        return z if bias is None else z + _by_channel(bias, z)
    stride, dilation = _sizes(stride), _sizes(dilation)
    rows = matmul(x.permute(0, 2, 3, 1), weight.reshape(channels, -1))
    seen = rows.reshape(*rows.shape[:3], out, *size).permute(0, 3, 1, 2, 4, 5)
    lengths = [
        (n - 1) * s + d * (k - 1) + 1
        for n, s, d, k in zip(x.shape[2:], stride, dilation, size, strict=True)
    ]
    z = maps.windows_add(
        seen,
        size=tuple(size),
        stride=stride,
        dilation=dilation,
        to=(x.shape[0], out, *lengths),
    )
    (a, b), (c, d) = _sizes(padding), _sizes(output_padding)
    z = pad(z, (0, d, 0, c)) if c + d else z
    z = own(z[:, :, a : z.shape[2] - a, b : z.shape[3] - b])
    return z if bias is None else z + _by_channel(bias, z)


def _over(
    n: int, size: int, stride: int, padding: int, dilation: int
) -> int:
    """How far the last window reaches over, if one more is begun."""
    room = n + 2 * padding - dilation * (size - 1) - 1
    count = -(-room // stride) + 1
    if (count - 1) * stride >= n + padding:  # it must not begin outside
        count -= 1
    return max((count - 1) * stride - room, 0)


def _pool(
    x: Tensor, how: Sequence[Any], ceil_mode: bool, edge: float, beyond: float
) -> Tensor:
    """What each window sees, along a last axis."""
    size, stride, (a, b), dilation = how
    x = pad(x, (b, b, a, a), value=edge) if a + b else x
    if ceil_mode:
        lengths = (x.shape[-2] - 2 * a, x.shape[-1] - 2 * b)
        each = zip(lengths, *how, strict=True)
        below, right = (_over(*one) for one in each)
        x = pad(x, (0, right, 0, below), value=beyond)
    seen = maps.windows(x, size=size, stride=stride, dilation=dilation)
    return flatten(seen, -2)


@documented
def max_pool2d(
    x: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """Take the largest number of each window.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import max_pool2d
    >>> max_pool2d(arange(4.0).view(1, 1, 2, 2), 2)
    tensor([[[[3.]]]])
    """
    stride = kernel_size if stride is None else stride
    how = [*map(_sizes, (kernel_size, stride, padding, dilation))]
    return _pool(x, how, ceil_mode, -math.inf, -math.inf).max(-1).values


@documented
def unfold(
    x: Tensor,
    kernel_size: Size,
    dilation: Size = 1,
    padding: Size = 0,
    stride: Size = 1,
) -> Tensor:
    """Put what a window shows at each place into a column.

    x : Tensor
        Images, (batch, channels, height, width).

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import unfold
    >>> unfold(arange(4.0).view(1, 1, 2, 2), (1, 2))
    tensor([[[0., 2.],
             [1., 3.]]])
    """
    size, how = _sizes(kernel_size), (_sizes(stride), _sizes(dilation))
    around = [(n, n) for n in _sizes(padding)]
    x = maps.pad(x, widths=[(0, 0), (0, 0), *around])
    seen = maps.windows(x, size=size, stride=how[0], dilation=how[1])
    columns = seen.permute(0, 1, 4, 5, 2, 3)
    return columns.reshape(x.shape[0], x.shape[1] * math.prod(size), -1)


@documented
def avg_pool2d(
    x: Tensor,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Take the mean of each window.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import avg_pool2d
    >>> avg_pool2d(arange(4.0).view(1, 1, 2, 2), 2)
    tensor([[[[1.5000]]]])
    """
    stride = kernel_size if stride is None else stride
    how = [*map(_sizes, (kernel_size, stride, padding, 1))]
    seen = _pool(x, how, ceil_mode, 0.0, 0.0)
    if not ceil_mode and count_include_pad:
        return mean(seen, -1)
    edge, inside = float(count_include_pad), np.ones(x.shape[-2:], x.dtype)
    counts = sum(_pool(make(inside), how, ceil_mode, edge, 0.0), -1)
    return sum(seen, -1) / counts


def _one_axis(
    pool: Callable[..., Tensor], x: Tensor, how: Any, **more: Any
) -> Tensor:
    """A pool of one axis: that of two, of which one has length 1."""
    size, stride, *rest = [
        one[0] if isinstance(one, (tuple, list)) else one for one in how
    ]
    stride = size if stride is None else stride
    pairs = [(size, 1), (stride, 1), *[(one, 0) for one in rest]]
    out: Tensor = pool(x[..., None], *pairs, **more)[..., 0]
    return out


@documented
def max_pool1d(
    x: Tensor,
    kernel_size: Size,
    stride: Any = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """Take the largest number of each window of an axis.

    stride : int, optional
        How far the window moves; by default its length.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import max_pool1d
    >>> max_pool1d(arange(4.0).view(1, 1, 4), 2)
    tensor([[[1., 3.]]])
    """
    how = (kernel_size, stride, padding)
    more = {"dilation": (*_sizes(dilation, 1), 1), "ceil_mode": ceil_mode}
    return _one_axis(max_pool2d, x, how, **more)


@documented
def avg_pool1d(
    x: Tensor,
    kernel_size: Size,
    stride: Any = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Take the mean of each window of an axis.

    stride : int, optional
        How far the window moves; by default its length.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import avg_pool1d
    >>> avg_pool1d(arange(4.0).view(1, 1, 4), 2)
    tensor([[[0.5000, 2.5000]]])
    """
    how = (kernel_size, stride, padding)
    more = {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    return _one_axis(avg_pool2d, x, how, **more)


def _shares(n: int, to: int, x: Tensor) -> Tensor:
    """The means of `to` stretches of `n` places, as a matrix."""
    rows = np.zeros((to, n), x.dtype)
    for i in range(to):
        part = slice(i * n // to, -(-(i + 1) * n // to))
        rows[i, part] = 1 / (part.stop - part.start)
    return make(rows)


@documented
def adaptive_avg_pool1d(x: Tensor, output_size: int) -> Tensor:
    """Take means of windows so chosen that a given number comes out.

    output_size : int
        How many come out.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import adaptive_avg_pool1d
    >>> adaptive_avg_pool1d(arange(4.0).view(1, 1, 4), 2)
    tensor([[[0.5000, 2.5000]]])
    """
    out: Tensor = x @ _shares(x.shape[-1], output_size, x).T
    return out


@documented
def adaptive_avg_pool2d(x: Tensor, output_size: Any) -> Tensor:
    """Take means of windows so chosen that a given number comes out.

    output_size : int or pair
        The height and width that come out; None keeps what comes in.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import adaptive_avg_pool2d
    >>> adaptive_avg_pool2d(arange(4.0).view(1, 1, 2, 2), 1)
    tensor([[[[1.5000]]]])
    """
    pair = [output_size] * 2 if output_size is None else _sizes(output_size)
    h, w = (n or m for n, m in zip(pair, x.shape[-2:], strict=True))
    rows, columns = _shares(x.shape[-2], h, x), _shares(x.shape[-1], w, x)
    out: Tensor = rows @ x @ columns.T
    return out


@documented
def pixel_shuffle(x: Tensor, upscale_factor: int) -> Tensor:
    """Make images larger: channels become the numbers of each new square.

    x : Tensor
        The images, (batch, channels, height, width).
    upscale_factor : int
        How many rows and columns there are in place of one; its square
        divides the channels.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn.functional import pixel_shuffle
    >>> pixel_shuffle(arange(4.0).view(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
    *lead, channels, h, w = x.shape
    r = upscale_factor
    if channels % (r * r):
        asked = f"pixel_shuffle({r}) takes channels that {r * r} divides"
        raise ShapeError(asked, f"{channels}", "check the layer before")
    n = len(lead)
    z = x.reshape(*lead, channels // (r * r), r, r, h, w)
    z = z.permute(*range(n + 1), n + 3, n + 1, n + 4, n + 2)
    return z.reshape(*lead, channels // (r * r), h * r, w * r)


@documented
def interpolate(
    x: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """Make images larger or smaller.

    size : int or pair, optional
        The height and width that come out.
    scale_factor : float or pair, optional
        Or by how much they grow.
    mode : {'nearest', 'linear', 'bilinear'}, optional
        Whether to pick the nearest number, or to mix those on both sides,
        along one axis or two.
    align_corners : bool, optional
        Whether the first and the last number of an axis stay where they
        are, and not its ends; only of a mixture.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import interpolate
    >>> interpolate(tensor([[[[1.0, 2.0]]]]), scale_factor=2)
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    >>> interpolate(tensor([[[1.0, 2.0]]]), scale_factor=2, mode="linear")
    tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
    """
    before, n = x.shape[2:], len(x.shape) - 2
    modes = ("nearest", ("linear", "bilinear")[min(n, 2) - 1])
    if mode not in modes or (size is None) == (scale_factor is None):
        asked = f"interpolate() takes size or scale_factor, and {modes} here"
        given = f"size={size}, scale_factor={scale_factor}, mode={mode!r}"
        raise OptionError(asked, given, "pass one of the two")
    if size is None:
        pair = isinstance(scale_factor, (tuple, list))
        by = tuple(scale_factor) if pair else (scale_factor,) * n
        after = [int(m * f) for m, f in zip(before, by, strict=True)]
        steps = [1 / f for f in by]
    else:
        after = [*_sizes(size, n)]
        steps = [m / k for m, k in zip(before, after, strict=True)]
    for i, (m, k, step) in enumerate(zip(before, after, steps, strict=True)):
        at: Any = np.arange(k)
        lead = [slice(None)] * (i + 2)
        if mode == "nearest":
            near = np.minimum((at * step).astype(np.int64), m - 1)
            x = x[(*lead, make(near))]
            continue
        if align_corners:
            at = at * ((m - 1) / max(k - 1, 1))
        else:
            at = np.maximum((at + 0.5) * step - 0.5, 0.0)
        low = np.minimum(at.astype(np.int64), m - 1)
        high = np.minimum(low + 1, m - 1)
        share = (at - low).reshape(-1, *[1] * (n - 1 - i)).astype(x.dtype)
        first = x[(*lead, make(low))]
        x = first + (x[(*lead, make(high))] - first) * make(share)
    return x


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
        Whether a query looks only at keys up to its own place; in place of
        a mask.
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
    blind = None  # queries that may look nowhere give 0
    if is_causal and attn_mask is not None:
        asked = "scaled_dot_product_attention() takes one mask"
        raise OptionError(asked, "attn_mask and is_causal=True", "join them")
    if is_causal:
        causal = make(np.tri(*scores.shape[-2:], dtype=bool))
        scores = masked_fill(scores, ~causal, -math.inf)
    elif attn_mask is not None:
        truths = kind(attn_mask.dtype) == 0
        hidden = ~attn_mask if truths else attn_mask == -math.inf
        blind = hidden.all(-1, True)
        if truths:
            scores = masked_fill(scores, hidden & ~blind, -math.inf)
        else:
            scores = scores + masked_fill(attn_mask, blind, 0.0)
    weights = dropout(softmax(scores, -1), dropout_p)
    z = matmul(weights, value)
    return z if blind is None else masked_fill(z, blind, 0.0)


# --- Losses ---


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    to_choice(reduction, "reduction= takes one of", REDUCTIONS)
    if reduction == "none":
        return losses
    return mean(losses) if reduction == "mean" else sum(losses)


def _alike(x: Tensor, target: Tensor, name: str) -> None:
    if tuple(x.shape) != tuple(target.shape):
        asked = f"{name}() takes a target of the shape {tuple(x.shape)}"
        given = f"{tuple(target.shape)}"
        raise ShapeError(asked, given, "reshape it; nothing broadcasts here")


SWITCHES = ("size_average", "reduce")
AFTER = ("beta", "delta", "log_target", "pos_weight", "label_smoothing")


def with_reduction(settings: dict[str, Any]) -> dict[str, Any]:
    """Say `reduction` where settings have PyTorch's two older switches."""
    average, reduced = (settings.pop(name, None) for name in SWITCHES)
    if average is not None or reduced is not None:
        found = "sum" if average is False else "mean"
        found = "none" if reduced is False else found
        say = f"size_average= and reduce= are old; say reduction={found!r}"
        warnings.warn(say, UserWarning, stacklevel=3)
        settings["reduction"] = found
    return settings


def _with_switches(loss: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Have a loss take the two, at their places in PyTorch's order."""
    names = [*inspect.signature(loss).parameters]
    tail = [x for x in names if x in ("ignore_index", "reduction")]
    tail.insert(-1, "reduce")
    rest = [x for x in names if x not in tail]
    at = len(rest) - len({*rest} & {*AFTER})
    order = [*rest[:at], "size_average", *tail, *rest[at:]]

    @wraps(loss)
    def either(*given: Any, **named: Any) -> Tensor:
        if len(given) > at or named.keys() & {*SWITCHES}:
            named |= dict(zip(order, given, strict=False))
            named, given = with_reduction(named), ()
        return loss(*given, **named)

    vars(either)["order"] = order
    return either


def _loss(each: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A loss of the losses of single numbers, documented and reduced."""

    @wraps(each)
    def loss(
        x: Tensor, target: Tensor, *, reduction: str = "mean", **settings: Any
    ) -> Tensor:
        _alike(x, target, each.__name__)
        losses = each(x, target, **settings)
        if reduction == "batchmean":
            return sum(losses) / x.shape[0]
        return _reduced(losses, reduction)

    known = inspect.signature(each)
    one = inspect.Parameter("reduction", KEYWORD, default="mean")
    given = [*known.parameters.values(), one]
    vars(loss)["__signature__"] = known.replace(parameters=given)
    return _with_switches(documented(loss))


KEYWORD = inspect.Parameter.KEYWORD_ONLY


@_loss
def mse_loss(x: Tensor, target: Tensor) -> Tensor:
    """Square the differences.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import mse_loss
    >>> mse_loss(tensor([1.0, 3.0]), tensor([1.0, 1.0]))
    tensor(2.)
    """
    return (x - target) * (x - target)


@_loss
def l1_loss(x: Tensor, target: Tensor) -> Tensor:
    """Take the sizes of the differences.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import l1_loss
    >>> l1_loss(tensor([1.0, 3.0]), tensor([1.0, 1.0]))
    tensor(1.)
    """
    return abs(x - target)


@_loss
def huber_loss(x: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    """Square small differences, and take the sizes of large ones.

    delta : float, optional
        From where on a difference is large.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import huber_loss
    >>> huber_loss(tensor([0.5, 3.0]), tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    d = abs(x - target)
    return where(d < delta, 0.5 * d * d, delta * (d - 0.5 * delta))


@_loss
def smooth_l1_loss(x: Tensor, target: Tensor, beta: float = 1.0) -> Tensor:
    """Take the sizes of the differences, rounded off around 0.

    beta : float, optional
        Up to where it is rounded off.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import smooth_l1_loss
    >>> smooth_l1_loss(tensor([0.5, 3.0]), tensor([0.0, 0.0]))
    tensor(1.3125)
    """
    d = abs(x - target)
    return where(d < beta, 0.5 * d * d / beta, d - 0.5 * beta) if beta else d


@_loss
def kl_div(x: Tensor, target: Tensor, log_target: bool = False) -> Tensor:
    """Compute how far probabilities are from those of the target.

    x : Tensor
        Logarithms of probabilities.
    log_target : bool, optional
        Whether the target is given as logarithms, too.
    reduction : {'mean', 'batchmean', 'sum', 'none'}, optional
        What becomes of the losses; the mean of the examples is
        'batchmean'.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import kl_div
    >>> kl_div(tensor([0.5]).log(), tensor([1.0]))
    tensor(0.6931)
    """
    if log_target:
        return primitives.exp(target) * (target - x)
    logs = where(target > 0, primitives.log(target), 0.0)
    return target * (logs - x)


@_loss
def binary_cross_entropy_with_logits(
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Compute the cross-entropy of a yes or no, from its log-odds.

    weight : Tensor, optional
        What each number counts.
    pos_weight : Tensor, optional
        What a yes counts in comparison with a no.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import functional as F
    >>> F.binary_cross_entropy_with_logits(tensor([0.0]), tensor([1.0]))
    tensor(0.6931)
    """
    asked = "binary_cross_entropy_with_logits() takes a target of floats"
    of_kind(target.dtype, 2, asked)
    if pos_weight is None:
        losses = primitives.softplus(x) - x * target
    else:
        more = (pos_weight - 1) * target + 1
        losses = (1 - target) * x + more * primitives.softplus(-x)
    return losses if weight is None else losses * weight


@_loss
def binary_cross_entropy(
    x: Tensor, target: Tensor, weight: Tensor | None = None
) -> Tensor:
    """Compute the cross-entropy of a yes or no, from its probability.

    weight : Tensor, optional
        What each number counts.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import binary_cross_entropy
    >>> binary_cross_entropy(tensor([0.5]), tensor([1.0]))
    tensor(0.6931)
    """
    asked = "binary_cross_entropy() takes a target of floats"
    of_kind(target.dtype, 2, asked)
    if holds(((x.array < 0) | (x.array > 1)).any()):
        asked = "binary_cross_entropy() takes probabilities, from 0 to 1"
        do = "pass scores to binary_cross_entropy_with_logits()"
        raise OutOfRangeError(asked, "numbers beyond that", do)
    yes = where(x > 0, primitives.log(x), -100.0).clamp(min=-100.0)
    no = where(x < 1, primitives.log1p(-x), -100.0).clamp(min=-100.0)
    losses = -(target * yes + (1 - target) * no)
    return losses if weight is None else losses * weight


def _by_class(x: Tensor, target: Tensor, name: str) -> tuple[Tensor, Any]:
    """Scores as rows of classes, and the class of each row."""
    shape = tuple(x.shape)
    if shape[:1] + shape[2:] != tuple(target.shape) and shape[1:]:
        asked = f"{name}() of the shape {shape} takes classes of the shape"
        asked += f" {shape[:1] + shape[2:]}"
        raise ShapeError(asked, f"{tuple(target.shape)}", "reshape them")
    of_kind(target.dtype, 1, f"{name}() takes classes as whole numbers")
    if len(shape) > 2:
        x = x.permute(0, *range(2, len(shape)), 1).reshape(-1, shape[1])
    rows = x if shape[1:] else x.reshape(1, -1)
    return rows, to_numpy(target.array).reshape(-1)


def _class_weights(
    x: Tensor, classes: Any, weight: Tensor | None, ignore_index: int
) -> Any:
    """What each row counts."""
    counted = classes != ignore_index
    wrong = counted & ((classes < 0) | (classes >= x.shape[1]))
    if holds(wrong.any()):
        asked = f"a loss of {x.shape[1]} classes takes numbers from 0"
        given = f"{shown(classes)[shown(wrong)][0]}"
        raise OutOfRangeError(asked, given, "check the targets")
    each = counted.astype(x.dtype)
    if weight is None:
        return each
    return each * weight.array[np.where(counted, classes, 0)]


@_with_switches
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
    return _reduced(losses.reshape(*target.shape), reduction)


@_with_switches
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
        counted = (classes >= 0) & (classes < rows.shape[1])
        if 0 <= ignore_index < rows.shape[1]:
            counted &= classes != ignore_index
        if holds(counted.all()):
            return FUSED["cross_entropy"](rows, classes=classes)
    logs = log_softmax(x, axis)
    hard = nll_loss(
        logs, target, weight, ignore_index=ignore_index, reduction=reduction
    )
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
        soft = _reduced(losses.reshape(*target.shape), reduction)
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


@documented
def pairwise_distance(
    x: Tensor,
    y: Tensor,
    p: float = 2.0,
    eps: float = 1e-6,
    keepdim: bool = False,
) -> Tensor:
    """Measure how far vectors lie apart.

    p : float, optional
        Which power of the differences is added up.
    eps : float, optional
        What is added to each difference, so that 0 has a slope.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import pairwise_distance
    >>> pairwise_distance(tensor([3.0, 0.0]), tensor([0.0, 4.0]))
    tensor(5.)
    """
    return norm(x - y + eps, p, -1, keepdim)


@_with_switches
@documented
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    reduction: str = "mean",
) -> Tensor:
    """Ask that an anchor lie nearer to its like than to another.

    anchor : Tensor
        The vectors.
    positive : Tensor
        One like each of them.
    negative : Tensor
        One unlike each.
    margin : float, optional
        By how much nearer.
    p : float, optional
        Which power of the differences is added up.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.functional import triplet_margin_loss
    >>> a, b, c = tensor([[0.0]]), tensor([[1.0]]), tensor([[1.5]])
    >>> triplet_margin_loss(a, b, c)
    tensor(0.5000)
    """
    near = pairwise_distance(anchor, positive, p)
    far = pairwise_distance(anchor, negative, p)
    return _reduced((near - far + margin).clamp(min=0.0), reduction)
