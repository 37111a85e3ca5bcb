r"""How weights begin: PyTorch's initialisers, with its random numbers.

Each fills a tensor in place and gives it back.

Notation: *fan in* is how many inputs an output has, *fan out* how many
outputs an input has.

Sources: [Glorot2010]_ for Xavier's, [He2015]_ for Kaiming's, [Saxe2014]_
for orthogonal weights; PyTorch for names, defaults and the way each draws.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from micrograd.errors import OptionError, ShapeError
from micrograd.namespaces import to_choice
from micrograd.recording import no_grad
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor
from micrograd.tensors.random import Generator, default_generator

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]


@documented
def uniform_(
    x: Tensor,
    a: float = 0.0,
    b: float = 1.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw numbers from `a` to `b`.

    a : float, optional
        The one end.
    b : float, optional
        The other.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import uniform_
    >>> uniform_(empty(2), 3.0, 3.0)
    tensor([3., 3.])
    """
    with no_grad():
        return x.uniform_(a, b, generator)


@documented
def normal_(
    x: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw normal numbers.

    mean : float, optional
        Their mean.
    std : float, optional
        Their standard deviation.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import normal_
    >>> normal_(empty(2), mean=3.0, std=0.0)
    tensor([3., 3.])
    """
    with no_grad():
        return x.normal_(mean, std, generator)


@documented
def constant_(x: Tensor, val: float) -> Tensor:
    """Put one number everywhere.

    val : float
        The number.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import constant_
    >>> constant_(empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    with no_grad():
        return x.fill_(val)


@documented
def zeros_(x: Tensor) -> Tensor:
    """Put 0 everywhere.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn.init import zeros_
    >>> zeros_(ones(2))
    tensor([0., 0.])
    """
    return constant_(x, 0.0)


@documented
def ones_(x: Tensor) -> Tensor:
    """Put 1 everywhere.

    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.nn.init import ones_
    >>> ones_(zeros(2))
    tensor([1., 1.])
    """
    return constant_(x, 1.0)


@documented
def eye_(x: Tensor) -> Tensor:
    """Put 1 on the diagonal and 0 elsewhere.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import eye_
    >>> eye_(empty(1, 2))
    tensor([[1., 0.]])
    """
    constant_(x, 0.0)
    for i in range(min(x.shape)):
        x.array[i, i] = 1
    return x


def _fans(x: Tensor) -> tuple[int, int]:
    """Fan in and fan out."""
    if len(x.shape) < 2:
        asked = "fan in and fan out need weights of two axes or more"
        raise ShapeError(asked, f"{x.shape}", "fill others with uniform_")
    field = math.prod(x.shape[2:])
    return x.shape[1] * field, x.shape[0] * field


GAINS: dict[str, Any] = {
    "linear": lambda a: 1.0,
    "sigmoid": lambda a: 1.0,
    "tanh": lambda a: 5 / 3,
    "relu": lambda a: math.sqrt(2),
    "leaky_relu": lambda a: math.sqrt(2 / (1 + a * a)),
    "selu": lambda a: 3 / 4,
}


@documented
def calculate_gain(nonlinearity: str, a: float | None = None) -> float:
    """Give what makes up for an activation that shrinks its inputs.

    nonlinearity : str
        The activation.
    returns : float
        The factor.

    >>> from micrograd.tensors.nn.init import calculate_gain
    >>> calculate_gain("tanh")
    1.6666666666666667
    """
    name = "linear" if nonlinearity.startswith("conv") else nonlinearity
    to_choice(name, "calculate_gain() knows", GAINS)
    return float(GAINS[name](0.01 if a is None else a))


def _spread(x: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(x), strict=True))
    to_choice(mode, "mode= takes", fans, " or ")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans[mode])


@documented
def kaiming_uniform_(
    x: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw evenly, so that a layer with a relu keeps the size of numbers.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import kaiming_uniform_
    >>> kaiming_uniform_(empty(5, 6)).abs().max() <= 1.0
    tensor(True)
    """
    bound = math.sqrt(3.0) * _spread(x, a, mode, nonlinearity)
    return uniform_(x, -bound, bound, generator)


@documented
def kaiming_normal_(
    x: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw normal numbers, so that a relu keeps the size of numbers.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import kaiming_normal_
    >>> kaiming_normal_(empty(5, 6)).shape
    (5, 6)
    """
    return normal_(x, 0.0, _spread(x, a, mode, nonlinearity), generator)


@documented
def xavier_uniform_(
    x: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw evenly, so that numbers and gradients keep their size.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import xavier_uniform_
    >>> xavier_uniform_(empty(3, 3)).abs().max() <= 1.0
    tensor(True)
    """
    bound = math.sqrt(3.0) * gain * math.sqrt(2.0 / math.fsum(_fans(x)))
    return uniform_(x, -bound, bound, generator)


@documented
def xavier_normal_(
    x: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw normal numbers, so that numbers and gradients keep their size.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import xavier_normal_
    >>> xavier_normal_(empty(3, 3)).shape
    (3, 3)
    """
    std = gain * math.sqrt(2.0 / math.fsum(_fans(x)))
    return normal_(x, 0.0, std, generator)


# --- Matrices of a kind ---


def _axes(x: Tensor, name: str, *counts: int) -> None:
    """Refuse weights that have another number of axes."""
    if len(x.shape) not in counts:
        asked = f"{name}() fills weights of {counts[0]} to {counts[-1]} axes"
        asked = asked.replace(f"{counts[0]} to {counts[0]}", f"{counts[0]}")
        raise ShapeError(asked, f"{x.shape}", "pass a layer's `weight`")


def _put(x: Tensor, numbers: Any) -> Tensor:
    """Write numbers of any shape that fits into a tensor."""
    with no_grad():
        return x.copy_(x.constant(numbers.reshape(x.shape).astype(x.dtype)))


@documented
def dirac_(x: Tensor, groups: int = 1) -> Tensor:
    """Make a convolution that hands its inputs on: 1 in each filter's middle.

    groups : int, optional
        Into how many groups the outputs are divided.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import dirac_
    >>> dirac_(empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    _axes(x, "dirac_", 3, 4, 5)
    if x.shape[0] % groups:
        asked = "dirac_(groups=) divides the outputs evenly"
        given = f"{x.shape[0]} outputs and {groups} groups"
        raise OptionError(asked, given, "choose a divisor")
    numbers = np.zeros(x.shape)
    outputs = x.shape[0] // groups
    middle = tuple([n // 2 for n in x.shape[2:]])
    for i in range(groups):
        for j in range(min(outputs, x.shape[1])):
            numbers[(i * outputs + j, j, *middle)] = 1
    return _put(x, numbers)


@documented
def orthogonal_(
    x: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw rows, or columns, of length 1 at right angles to each other.

    Such a matrix changes no length, and a product of many such matrices
    neither.

    gain : float, optional
        What all numbers are multiplied by.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import orthogonal_
    >>> w = orthogonal_(empty(2, 3)).double()
    >>> (w @ w.T).round(decimals=5).abs()
    tensor([[1., 0.],
            [0., 1.]], dtype=torch.float64)
    """
    _axes(x, "orthogonal_", 2, 3, 4, 5)
    if 0 in x.shape:
        return x
    rows = x.shape[0]
    flat = Tensor(np.empty((rows, math.prod(x.shape[1:])), x.dtype))
    drawn = normal_(flat, 0.0, 1.0, generator).detach().numpy()
    wide = drawn.shape[1] > rows
    q, r = np.linalg.qr(drawn.T if wide else drawn)
    q = q * np.sign(np.diag(r))  # else some matrices come more often
    return _put(x, gain * (q.T if wide else q))


@documented
def sparse_(
    x: Tensor,
    sparsity: float,
    std: float = 0.01,
    generator: Generator | None = None,
) -> Tensor:
    """Draw normal numbers, and put 0 for a part of each column.

    sparsity : float
        Which part, from 0 to 1.
    std : float, optional
        The standard deviation of the others.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import sparse_
    >>> (sparse_(empty(4, 2), 0.5) == 0).sum(0)
    tensor([2, 2])
    """
    _axes(x, "sparse_", 2)
    normal_(x, 0.0, std, generator)
    rows, columns = x.shape
    for i in range(columns):  # of the default generator, as in PyTorch
        places = default_generator.permutation(rows)
        with no_grad():
            x[places[: math.ceil(sparsity * rows)], i] = 0.0
    return x


def _below(z: float) -> float:
    """How much of the normal distribution lies below a number."""
    return (1.0 + math.erf(z / math.sqrt(2.0))) / 2.0


@documented
def trunc_normal_(
    x: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw normal numbers, and those again that are not from `a` to `b`.

    mean : float, optional
        Their mean, were none drawn again.
    std : float, optional
        Their standard deviation, likewise.
    a : float, optional
        The smallest.
    b : float, optional
        The largest.

    >>> from micrograd.tensors import empty
    >>> from micrograd.tensors.nn.init import trunc_normal_
    >>> trunc_normal_(empty(100)).abs().max() <= 2.0
    tensor(True)
    """
    if not a < b or std <= 0:
        asked = "trunc_normal_() draws from a to b, with std above 0"
        given = f"a={a}, b={b} and std={std}"
        raise OptionError(asked, given, "let a be the smaller")
    often = _below((b - mean) / std) - _below((a - mean) / std) > 0.3
    draw = _of_normals if often else _of_a_band
    return draw(x, mean, std, a, b, generator)


def _of_normals(
    x: Tensor, mean: float, std: float, a: float, b: float, generator: Any
) -> Tensor:
    """Draw all again until each was once inside."""
    low, high = np.array([a, b]).astype(x.dtype)
    found = normal_(x, mean, std, generator).detach().numpy().copy()
    while (outside := (found < low) | (found > high)).any():
        again = normal_(x, mean, std, generator).detach().numpy()
        found = np.where(outside, again, found)
    return _put(x, found)


def _of_a_band(
    x: Tensor, mean: float, std: float, a: float, b: float, generator: Any
) -> Tensor:
    """Draw evenly, and keep a number as often as the curve is high there.

    The curve is measured in shares of its highest point from `a` to `b`;
    few normal numbers would be inside.
    """
    top = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    found, waiting = np.zeros(x.shape, x.dtype), np.ones(x.shape, bool)
    while waiting.any():
        drawn = uniform_(x, a, b, generator).detach().numpy().copy()
        found = np.where(waiting, drawn, found)
        log_height = -0.5 * ((drawn - mean) / std) ** 2 - top
        chance = uniform_(x, 0.0, 1.0, generator).detach().numpy()
        with np.errstate(divide="ignore"):
            waiting &= ~(np.log(chance) <= log_height)
    return _put(x, found)
