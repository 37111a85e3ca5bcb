r"""How weights begin: PyTorch's initialisers, with its random numbers.

Each fills a tensor in place and gives it back.

Notation: *fan in* is how many inputs an output has, *fan out* how many
outputs an input has.

Sources: [Glorot2010]_ for Xavier's, [He2015]_ for Kaiming's; PyTorch for
names and defaults.
"""

from __future__ import annotations

import math
from typing import Any

from micrograd.errors import OptionError, ShapeError
from micrograd.recording import no_grad
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor
from micrograd.tensors.random import Generator

__all__ = [
    "calculate_gain",
    "constant_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
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
    if name not in GAINS:
        asked = f"calculate_gain() knows {', '.join(GAINS)}"
        raise OptionError(asked, repr(nonlinearity), "choose one of them")
    return float(GAINS[name](0.01 if a is None else a))


def _spread(x: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(x), strict=True))
    if mode not in fans:
        asked = "mode= takes fan_in or fan_out"
        raise OptionError(asked, repr(mode), "choose one of them")
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
