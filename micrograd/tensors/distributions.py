r"""Distributions: drawing, and how likely a draw is, as in PyTorch.

What reinforcement learning and models with random parts need: an agent
draws an action, and learns from the logarithm of its probability.

Notation
--------
logits
    Logarithms of probabilities, or of one kind and its opposite,
    :math:`\log p - \log (1 - p)`.
loc, scale
    A mean and a standard deviation.

Leaves out: all other distributions.

Sources: PyTorch for names, formulas and the order of draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from micrograd import primitives
from micrograd.errors import NumberError, OptionError
from micrograd.recording import no_grad
from micrograd.tensors import linalg
from micrograd.tensors.creation import bernoulli, multinomial, tensor
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.functions import logsumexp, where
from micrograd.tensors.nn.functional import (
    binary_cross_entropy_with_logits,
    log_softmax,
    softmax,
)
from micrograd.tensors.random import default_generator

__all__ = [
    "Bernoulli",
    "Categorical",
    "Distribution",
    "Independent",
    "MixtureSameFamily",
    "MultivariateNormal",
    "Normal",
    "kl_divergence",
]

Size = Sequence[int]


class Distribution:
    """What the distributions share.

    Parameters
    ----------
    batch_shape : sequence of int
        How many of the kind there are beside each other.

    Examples
    --------
    >>> from micrograd.tensors.distributions import Normal
    >>> Normal(0.0, 2.0).stddev
    tensor(2.)
    """

    event_shape: tuple[int, ...] = ()  # of one draw

    def __init__(self, batch_shape: Size) -> None:
        self.batch_shape = tuple(batch_shape)

    def sample(self, sample_shape: Size = ()) -> Tensor:
        """Draw, without a graph; several times, if there is a shape."""
        with no_grad():
            return self._drawn(sample_shape)

    def _drawn(self, sample_shape: Size) -> Tensor:
        raise NotImplementedError

    def _several(self, sample_shape: Size) -> tuple[int, ...]:
        """The shape of so many draws."""
        return (*sample_shape, *self.batch_shape)

    def rsample(self, sample_shape: Size = ()) -> Tensor:
        """Draw so that gradients flow to what the distribution is of."""
        asked = f"{type(self).__name__}.rsample() needs a draw with a gradient"
        do = "use sample(), and log_prob() of it"
        raise OptionError(asked, "one without", do)

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the probability of a draw."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """Give the mean of that, with the other sign."""
        raise NotImplementedError

    @property
    def mean(self) -> Tensor:
        """The mean of many draws."""
        raise NotImplementedError

    @property
    def variance(self) -> Tensor:
        """The mean square of their distances to it."""
        raise NotImplementedError

    @property
    def stddev(self) -> Tensor:
        """The root of the variance."""
        return self.variance.sqrt()


class Normal(Distribution):
    """Normal numbers.

    Parameters
    ----------
    loc, scale : Tensor or float
        The mean, and the standard deviation > 0.
    validate_args : bool, optional
        Whether to check them.

    Raises
    ------
    OptionError
        If a scale is not positive.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.distributions import Normal
    >>> Normal(0.0, 1.0).log_prob(tensor(0.0))
    tensor(-0.9189)
    """

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool | None = None
    ) -> None:
        loc, scale = _floats(loc, scale), _floats(scale, loc)
        if validate_args is not False and not (scale.array > 0).all():
            asked = "Normal(loc, scale) takes a scale > 0"
            do = "pass the exponential of a number, for example"
            raise OptionError(asked, f"{float(scale.array.min())}", do)
        shape = np.broadcast_shapes(loc.shape, scale.shape)
        self.loc, self.scale = loc.expand(shape), scale.expand(shape)
        super().__init__(shape)

    def rsample(self, sample_shape: Size = ()) -> Tensor:
        """Draw so that gradients flow to the mean and the scale."""
        shape = self._several(sample_shape)
        drawn = default_generator.normal(shape, 0.0, 1.0, self.loc.dtype)
        out: Tensor = make(drawn) * self.scale + self.loc
        return out

    _drawn = rsample

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the density."""
        out: Tensor = (
            -((value - self.loc) ** 2) / (2 * self.scale**2)
            - self.scale.log()
            - math.log(math.sqrt(2 * math.pi))
        )
        return out

    def entropy(self) -> Tensor:
        """Give the mean of that, with the other sign."""
        out: Tensor = self.scale.log() + (0.5 + 0.5 * math.log(2 * math.pi))
        return out

    @property
    def mean(self) -> Tensor:
        """The mean of many draws."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The mean square of their distances to it."""
        out: Tensor = self.scale**2
        return out


class Bernoulli(Distribution):
    """1 with a probability, otherwise 0.

    Parameters
    ----------
    probs : Tensor or float, optional
        The probability of 1.
    logits : Tensor or float, optional
        Instead, the logarithm of its share of that of 0.
    validate_args : bool, optional
        Whether to check them, and the draws that are asked about.

    Raises
    ------
    OptionError
        If both or none are given, or a probability is not from 0 to 1.
    NumberError
        If :meth:`log_prob` is asked about something else than 0 and 1.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.distributions import Bernoulli
    >>> Bernoulli(tensor([0.25, 1.0])).mean
    tensor([0.2500, 1.0000])
    """

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        self.validate = validate_args is not False
        given = _one_of(self, probs, logits)
        if probs is None:
            self.logits = given
        else:
            p = given.array
            if self.validate and not ((p >= 0) & (p <= 1)).all():
                asked = "Bernoulli(probs) takes probabilities from 0 to 1"
                do = "pass logits=, or their sigmoid"
                raise OptionError(asked, f"{p.min()} to {p.max()}", do)
            self.probs = given
        super().__init__(given.shape)

    @cached_property
    def probs(self) -> Tensor:
        """The probability of 1."""
        return primitives.sigmoid(self.logits)

    @cached_property
    def logits(self) -> Tensor:
        """The logarithm of its share of that of 0."""
        p = _inside(self.probs)
        return p.log() - primitives.log1p(-p)

    def _drawn(self, sample_shape: Size) -> Tensor:
        return bernoulli(self.probs.expand(self._several(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the probability of a draw."""
        if self.validate:
            _check(self, value, ((value == 0) | (value == 1)).array, "0 or 1")
        shape = np.broadcast_shapes(value.shape, self.batch_shape)
        pair = self.logits.expand(shape), value.expand(shape)
        return -_surprise(*pair)

    def entropy(self) -> Tensor:
        """Give the mean of that, with the other sign."""
        return _surprise(self.logits, self.probs)

    @property
    def mean(self) -> Tensor:
        """The mean of many draws."""
        return self.probs

    @property
    def variance(self) -> Tensor:
        """The mean square of their distances to it."""
        return self.probs * (1 - self.probs)


class Categorical(Distribution):
    """The number of a class, each with a probability of its own.

    Parameters
    ----------
    probs : Tensor, (..., classes), optional
        The probabilities, up to a factor.
    logits : Tensor, (..., classes), optional
        Instead, their logarithms, up to a summand.
    validate_args : bool, optional
        Whether to check them, and the draws that are asked about.

    Raises
    ------
    OptionError
        If both or none are given, there is no axis of classes, or a
        probability is negative.
    NumberError
        If :meth:`log_prob` is asked about a class that is not there.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.distributions import Categorical
    >>> kind = Categorical(tensor([0.0, 1.0, 0.0]))
    >>> kind.sample(), kind.log_prob(tensor(1))
    (tensor(1), tensor(-1.1921e-07))
    """

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        self.validate = validate_args is not False
        given = _one_of(self, probs, logits)
        if not given.shape:
            asked = "Categorical() needs an axis of classes"
            raise OptionError(asked, "one number", "pass one for each class")
        if probs is None:
            self.logits = given - logsumexp(given, -1, keepdim=True)
        else:
            if self.validate and not (given.array >= 0).all():
                asked = "Categorical(probs) takes probabilities >= 0"
                low = float(given.array.min())
                raise OptionError(asked, f"{low}", "pass logits=")
            self.probs = given / given.sum(-1, keepdim=True)
        self.classes = given.shape[-1]
        super().__init__(given.shape[:-1])

    @cached_property
    def probs(self) -> Tensor:
        """The probabilities."""
        return softmax(self.logits, -1)

    @cached_property
    def logits(self) -> Tensor:
        """Their logarithms."""
        return _inside(self.probs).log()

    def _drawn(self, sample_shape: Size) -> Tensor:
        n = math.prod(sample_shape)
        rows = self.probs.reshape(-1, self.classes)
        drawn = multinomial(rows, n, replacement=True)  # (batch, draws)
        return drawn.t().reshape(self._several(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the probability of a class."""
        if self.validate:
            inside = (value >= 0) & (value < self.classes)
            what = f"classes from 0 to {self.classes - 1}"
            _check(self, value, inside.array, what)
        shape = np.broadcast_shapes(value.shape, self.batch_shape)
        index = value.long().expand(shape).unsqueeze(-1)
        logits = self.logits.expand((*shape, self.classes))
        return logits.gather(-1, index).squeeze(-1)

    def entropy(self) -> Tensor:
        """Give the mean of that, with the other sign."""
        low = float(np.finfo(self.logits.dtype).min)
        out: Tensor = -(self.logits.clamp(min=low) * self.probs).sum(-1)
        return out


class Independent(Distribution):
    """Several draws as one event, whose probabilities are multiplied.

    Parameters
    ----------
    base_distribution : Distribution
        The draws.
    reinterpreted_batch_ndims : int
        How many of the last axes are one event.
    validate_args : bool, optional
        As in PyTorch; the draws check what they are asked.

    Raises
    ------
    OptionError
        If there are fewer axes.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.distributions import Independent, Normal
    >>> prior = Independent(Normal(zeros(2, 3), 1.0), 1)
    >>> prior.log_prob(zeros(2, 3))
    tensor([-2.7568, -2.7568])
    """

    def __init__(
        self,
        base_distribution: Distribution,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = n = reinterpreted_batch_ndims
        shape = base_distribution.batch_shape
        if not 0 <= n <= len(shape):
            asked = f"Independent() of {len(shape)} axes takes so many at most"
            raise OptionError(asked, f"{n}", "count the axes of a draw")
        self.axes = tuple(range(-n, 0))
        cut = len(shape) - n
        self.event_shape = shape[cut:] + base_distribution.event_shape
        super().__init__(shape[:cut])

    def _drawn(self, sample_shape: Size) -> Tensor:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Size = ()) -> Tensor:
        """Draw so that gradients flow to what the distribution is of."""
        return self.base_dist.rsample(sample_shape)

    def _joined(self, each: Tensor) -> Tensor:
        return each.sum(self.axes) if self.axes else each

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the probability of an event."""
        return self._joined(self.base_dist.log_prob(value))

    def entropy(self) -> Tensor:
        """Give the mean of that, with the other sign."""
        return self._joined(self.base_dist.entropy())

    @property
    def mean(self) -> Tensor:
        """The mean of many draws."""
        return self.base_dist.mean

    @property
    def variance(self) -> Tensor:
        """The mean square of their distances to it."""
        return self.base_dist.variance


class MixtureSameFamily(Distribution):
    """One of several distributions of a kind, which a draw decides.

    Parameters
    ----------
    mixture_distribution : Categorical
        How likely each of them is.
    component_distribution : Distribution
        The several, along the last axis of its batch.
    validate_args : bool, optional
        As in PyTorch; it changes nothing.

    Raises
    ------
    OptionError
        If there are not as many as classes.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.distributions import (
    ...     Categorical, MixtureSameFamily, Normal,
    ... )
    >>> kinds = Categorical(probs=tensor([0.5, 0.5]))
    >>> both = Normal(tensor([-1.0, 1.0]), tensor([1.0, 1.0]))
    >>> MixtureSameFamily(kinds, both).variance
    tensor(2.)
    """

    def __init__(
        self,
        mixture_distribution: Any,
        component_distribution: Any,
        validate_args: bool | None = None,
    ) -> None:
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
        several = component_distribution.batch_shape
        classes = mixture_distribution.probs.shape[-1]
        if not several or several[-1] != classes:
            asked = f"MixtureSameFamily() of {classes} classes takes as many"
            do = "compare the last axes of both"
            raise OptionError(asked, f"a batch of {tuple(several)}", do)
        self.event_shape = component_distribution.event_shape
        super().__init__(several[:-1])

    def _weighted(self, x: Tensor) -> Tensor:
        """The mean over the kinds."""
        n = len(self.event_shape)
        p = self.mixture_distribution.probs
        out: Tensor = (x * p.reshape(*p.shape, *[1] * n)).sum(-1 - n)
        return out

    def _drawn(self, sample_shape: Size) -> Tensor:
        n = len(self.event_shape)
        kinds = self.mixture_distribution.sample(sample_shape)
        each = self.component_distribution.sample(sample_shape)
        at = kinds.reshape(*kinds.shape, *[1] * (n + 1))
        at = at.expand(*each.shape[: each.ndim - n - 1], 1, *self.event_shape)
        return each.gather(-1 - n, at).squeeze(-1 - n)

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the density."""
        wide = value.unsqueeze(-1 - len(self.event_shape))
        each = self.component_distribution.log_prob(wide)
        logits = self.mixture_distribution.logits
        return logsumexp(each + log_softmax(logits, -1), -1)

    @property
    def mean(self) -> Tensor:
        """The mean of many draws."""
        return self._weighted(self.component_distribution.mean)

    @property
    def variance(self) -> Tensor:
        """The mean square of their distances to it."""
        each = self.component_distribution
        apart = each.mean - self.mean.unsqueeze(-1 - len(self.event_shape))
        return self._weighted(each.variance + apart * apart)


class MultivariateNormal(Distribution):
    r"""Normal numbers that depend on each other.

    With the triangle `L` of the covariance,
    :math:`x = \mu + L \epsilon` of independent numbers.

    Parameters
    ----------
    loc : Tensor, (..., n)
        The mean.
    covariance_matrix, precision_matrix, scale_tril : Tensor, (..., n, n)
        The covariance; or its inverse; or its triangle.
    validate_args : bool, optional
        As in PyTorch; it changes nothing.

    Raises
    ------
    OptionError
        If there is not one of the three, or it is not positive definite.

    Examples
    --------
    >>> from micrograd.tensors import eye, zeros
    >>> from micrograd.tensors.distributions import MultivariateNormal
    >>> MultivariateNormal(zeros(2), eye(2)).log_prob(zeros(2))
    tensor(-1.8379)
    """

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        three = (covariance_matrix, precision_matrix, scale_tril)
        given = [x for x in three if x is not None]
        if len(given) != 1:
            asked = "MultivariateNormal() takes a covariance, once"
            do = "pass covariance_matrix, for example"
            raise OptionError(asked, f"{len(given)} matrices", do)
        (matrix,) = given
        if precision_matrix is not None:
            matrix = linalg.inv(matrix)
        root = matrix if scale_tril is not None else linalg.cholesky(matrix)
        shape = np.broadcast_shapes(loc.shape[:-1], root.shape[:-2])
        n = loc.shape[-1]
        self.event_shape = (n,)
        self.loc = loc.expand(*shape, n)
        self.scale_tril = root.expand(*shape, n, n)
        super().__init__(shape)

    @property
    def covariance_matrix(self) -> Tensor:
        """The covariance, (..., n, n)."""
        out: Tensor = self.scale_tril @ self.scale_tril.mT
        return out

    def rsample(self, sample_shape: Size = ()) -> Tensor:
        """Draw so that gradients flow to the mean and the covariance."""
        shape = (*self._several(sample_shape), *self.event_shape)
        drawn = make(default_generator.normal(shape, 0.0, 1.0, self.loc.dtype))
        turned = (self.scale_tril @ drawn.unsqueeze(-1)).squeeze(-1)
        out: Tensor = self.loc + turned
        return out

    _drawn = rsample

    def _half(self) -> Tensor:
        """Half the logarithm of the determinant."""
        return self.scale_tril.diagonal(0, -2, -1).log().sum(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """Give the logarithm of the density."""
        apart = (value - self.loc).unsqueeze(-1)
        lead = np.broadcast_shapes(apart.shape[:-2], self.batch_shape)
        n = self.event_shape[0]
        root = self.scale_tril.expand(*lead, n, n)
        z = linalg.solve_triangular(root, apart, upper=False).squeeze(-1)
        far = n * math.log(2 * math.pi) + (z * z).sum(-1)
        out: Tensor = -far / 2 - self._half()
        return out

    def entropy(self) -> Tensor:
        """Give the mean of that, with the other sign."""
        n = self.event_shape[0]
        out: Tensor = self._half() + n * (1 + math.log(2 * math.pi)) / 2
        return out

    @property
    def mean(self) -> Tensor:
        """The mean of many draws."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The mean square of their distances to it."""
        out: Tensor = (self.scale_tril**2).sum(-1)
        return out


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    r"""Compute how far one distribution is from another of its kind.

    .. math:: \mathbb{E}_p [\log p - \log q]

    Parameters
    ----------
    p, q : Distribution
        That from which is drawn, and the other.

    Returns
    -------
    Tensor
        Numbers >= 0.

    Raises
    ------
    OptionError
        If they are of two kinds.

    Examples
    --------
    >>> from micrograd.tensors.distributions import Normal, kl_divergence
    >>> kl_divergence(Normal(1.0, 1.0), Normal(0.0, 1.0))
    tensor(0.5000)
    """
    one: Any = p
    other: Any = q
    if type(one) is not type(other):
        asked = "kl_divergence(p, q) takes distributions of one kind"
        given = f"{type(p).__name__} and {type(q).__name__}"
        raise OptionError(asked, given, "compute log_prob of many draws")
    if isinstance(p, Independent):
        if one.axes != other.axes:
            asked = "kl_divergence(p, q) takes events of as many axes"
            given = f"{len(one.axes)} and {len(other.axes)}"
            raise OptionError(asked, given, "make them alike")
        apart = kl_divergence(one.base_dist, other.base_dist)
        return p._joined(apart)  # noqa: SLF001
    if isinstance(p, Normal):
        ratio = (one.scale / other.scale) ** 2
        apart = ((one.loc - other.loc) / other.scale) ** 2
        found: Tensor = 0.5 * (ratio + apart - 1 - ratio.log())
        return found
    if isinstance(p, Bernoulli):
        ends = [(one.probs, 1.0), (1 - one.probs, 0.0)]
        yes, no = (
            share * (one.log_prob(tensor(x)) - other.log_prob(tensor(x)))
            for share, x in ends
        )
        return yes + no
    part = one.probs * (one.logits - other.logits)
    part = where(other.probs == 0, math.inf, part)
    part = where(one.probs == 0, 0.0, part)
    return part.sum(-1)


# --- What they compute with ---


def _floats(x: Any, beside: Any = None) -> Tensor:
    """A tensor, or a number as one, of another's type."""
    if isinstance(x, Tensor):
        return x
    return tensor(float(x), dtype=getattr(beside, "dtype", None))


def _one_of(self: Distribution, probs: Any, logits: Any) -> Tensor:
    if (probs is None) == (logits is None):
        asked = f"{type(self).__name__}() takes probs or logits"
        given = "none" if probs is None else "both"
        raise OptionError(asked, given, "leave one out")
    return _floats(logits if probs is None else probs)


def _inside(p: Tensor) -> Tensor:
    """Probabilities so far inside of 0 and 1 that they have logarithms."""
    end = float(np.finfo(p.dtype).eps)
    return p.clamp(end, 1 - end)


def _surprise(logits: Tensor, value: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(logits, value, reduction="none")


def _check(self: Distribution, value: Tensor, fits: Any, what: str) -> None:
    if not fits.all():
        asked = f"{type(self).__name__}.log_prob() takes {what}"
        given = f"{float(value.array[~fits][0])}"
        raise NumberError(asked, given, "pass what sample() gives")
