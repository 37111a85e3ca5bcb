r"""The updates: SGD, RMSprop, Adagrad, Adam and AdamW.

Each class is its settings, checked, and one update under its formula, in the
letters of :mod:`micrograd.optim`.

Notation: the keys of a state are PyTorch's.

Leaves out: ``maximize`` (change the sign of the loss) and PyTorch's
switches for speed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from micrograd.documentation import shared
from micrograd.engine import Value
from micrograd.errors import OptionError
from micrograd.optim.optimizer import (
    Coefficients,
    Number,
    Optimizer,
    Schedule,
    State,
    fractions,
    within,
)

__all__ = ["SGD", "RMSprop", "Adagrad", "Adam", "AdamW"]

of_settings = shared(r"""
params : iterable of Value
    As for :class:`Optimizer`.
lr : float >= 0, or callable, optional
    As for :class:`Optimizer`, too.
momentum : float >= 0, optional
    :math:`\mu`: how much of the running sum stays at each step.
weight_decay : float >= 0, optional
    :math:`\lambda`: pulls parameters towards 0, as a penalty
    :math:`\lambda p^2 / 2` on each would.
eps : float >= 0, optional
    :math:`\epsilon`: keeps the quotient finite.
betas : (float, float) in [0, 1), optional
    :math:`\beta_1` and :math:`\beta_2`: how much of the two running
    means stays at each step.
amsgrad : bool, optional
    Never let the denominator shrink.
""")


@of_settings
class SGD(Optimizer):
    r"""Gradient descent, with momentum if asked for.

    .. math::

        g &\leftarrow g + \lambda p \\
        b &\leftarrow \mu b + (1 - \tau) g
            \quad\text{(at first } b \leftarrow g \text{)} \\
        p &\leftarrow p - \eta b

    With ``nesterov`` the last line is
    :math:`p \leftarrow p - \eta (g + \mu b)`, without momentum it is
    :math:`p \leftarrow p - \eta g`.  [Robbins1951]_; momentum from
    [Polyak1964]_; Nesterov's from [Sutskever2013]_, section 2, in
    PyTorch's form, where the rate stands outside `b`.

    dampening : float >= 0, optional
        :math:`\tau`: how much of a new gradient is left out of it.
    nesterov : bool, optional
        Look ahead along the running sum; needs momentum, no dampening.

    >>> from micrograd import Value, optim
    >>> w = Value(3.0)
    >>> optimizer = optim.SGD([w], lr=0.25, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).backward()
    ...     optimizer.step()
    >>> w.data, optimizer.state[w]
    (0.0, {'momentum_buffer': 6.0})
    """

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Schedule = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.momentum = within("momentum=", momentum)
        self.dampening = within("dampening=", dampening)
        self.weight_decay = within("weight_decay=", weight_decay)
        self.nesterov = nesterov
        if nesterov and (self.momentum == 0 or self.dampening > 0):
            asked = "nesterov=True needs momentum and no dampening"
            given = f"momentum={momentum} and dampening={dampening}"
            raise OptionError(asked, given, "set momentum=0.9, for example")
        state = {"momentum_buffer": 0.0} if self.momentum else {}
        super().__init__(params, lr, **state)

    def coefficients(self, t: int, rate: float) -> Coefficients:
        """Give the rate, and the share of a new gradient in the sum."""
        return rate, 1.0 if t == 0 else 1.0 - self.dampening

    def update(
        self, xp: Any, p: Number, g: Number, state: State, c: Coefficients
    ) -> tuple[Number, State]:
        rate, share = c
        if self.weight_decay:
            g = g + self.weight_decay * p
        if not self.momentum:
            return p - rate * g, {}
        b = self.momentum * state["momentum_buffer"] + share * g
        direction = g + self.momentum * b if self.nesterov else b
        return p - rate * direction, {"momentum_buffer": b}


@of_settings
class RMSprop(Optimizer):
    r"""Gradient divided by a running mean of its size.

    .. math::

        g &\leftarrow g + \lambda p \\
        v &\leftarrow \alpha v + (1 - \alpha) g^2 \\
        b &\leftarrow \mu b + \frac{g}{\sqrt v + \epsilon} \\
        p &\leftarrow p - \eta b

    [Tieleman2012]_, slide 29, there without momentum.  With ``centered``
    the mean gradient :math:`m \leftarrow \alpha m + (1 - \alpha) g` is
    taken off: :math:`\sqrt{v - m^2}` in place of :math:`\sqrt v`; with
    momentum and this after [Graves2013]_, equations 38 to 41.

    alpha : float in [0, 1), optional
        :math:`\alpha`: how much of the running means stays at each step.
    centered : bool, optional
        Divide by the spread of the gradient and not by its size.

    >>> from micrograd import Value, optim
    >>> w = Value(3.0)
    >>> optimizer = optim.RMSprop([w], lr=0.25, alpha=0.75)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6), optimizer.state[w]
    (2.5, {'square_avg': 9.0})
    """

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Schedule = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        self.alpha = within("alpha=", alpha, 0.0, 1.0)
        self.eps = within("eps=", eps)
        self.weight_decay = within("weight_decay=", weight_decay)
        self.momentum = within("momentum=", momentum)
        self.centered = centered
        state = {"square_avg": 0.0}
        state |= {"grad_avg": 0.0} if centered else {}
        state |= {"momentum_buffer": 0.0} if self.momentum else {}
        super().__init__(params, lr, **state)

    def update(
        self, xp: Any, p: Number, g: Number, state: State, c: Coefficients
    ) -> tuple[Number, State]:
        (rate,) = c
        if self.weight_decay:
            g = g + self.weight_decay * p
        v = self.alpha * state["square_avg"] + (1 - self.alpha) * g * g
        new = {"square_avg": v}
        if self.centered:
            m = self.alpha * state["grad_avg"] + (1 - self.alpha) * g
            new["grad_avg"] = m
            # NB: rounding can make the difference negative.  PyTorch then
            # takes its root, and the parameter is nan ever after.
            v = xp.maximum(v - m * m, 0.0)
        b = g / (xp.sqrt(v) + self.eps)
        if self.momentum:
            b = self.momentum * state["momentum_buffer"] + b
            new["momentum_buffer"] = b
        return p - rate * b, new


@of_settings
class Adagrad(Optimizer):
    r"""Gradient divided by the size of all gradients so far.

    .. math::

        g &\leftarrow g + \lambda p \\
        v &\leftarrow v + g^2 \\
        p &\leftarrow p - \frac{\eta}{1 + t \delta}
            \frac{g}{\sqrt v + \epsilon}

    [Duchi2011]_, section 1.1, with the diagonal of the matrix only.

    lr_decay : float >= 0, optional
        :math:`\delta`: how fast the rate falls with the step `t`.
    initial_accumulator_value : float >= 0, optional
        What `v` starts from.

    >>> from micrograd import Value, optim
    >>> w = Value(3.0)
    >>> optimizer = optim.Adagrad([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6), optimizer.state[w]
    (2.75, {'sum': 36.0})
    """

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Schedule = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        self.lr_decay = within("lr_decay=", lr_decay)
        self.weight_decay = within("weight_decay=", weight_decay)
        self.eps = within("eps=", eps)
        start = initial_accumulator_value
        start = within("initial_accumulator_value=", start)
        super().__init__(params, lr, sum=start)

    def coefficients(self, t: int, rate: float) -> Coefficients:
        """Give the decayed rate."""
        return (rate / (1 + t * self.lr_decay),)

    def update(
        self, xp: Any, p: Number, g: Number, state: State, c: Coefficients
    ) -> tuple[Number, State]:
        (rate,) = c
        if self.weight_decay:
            g = g + self.weight_decay * p
        v = state["sum"] + g * g
        return p - rate * g / (xp.sqrt(v) + self.eps), {"sum": v}


@of_settings
class Adam(Optimizer):
    r"""Running mean of the gradient divided by one of its size.

    .. math::

        g &\leftarrow g + \lambda p \\
        m &\leftarrow \beta_1 m + (1 - \beta_1) g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        p &\leftarrow p - \frac{\eta}{1 - \beta_1^{t + 1}}
            \frac{m}{\sqrt{v / (1 - \beta_2^{t + 1})} + \epsilon}

    [Kingma2015]_, algorithm 1: the two denominators make up for means
    that start from 0.  With ``amsgrad`` the largest `v` so far takes the
    place of `v` in the last line; [Reddi2018]_, algorithm 2.

    Examples
    --------
    The first step has the size of the rate, whatever the gradient:

    >>> from micrograd import Value, optim
    >>> w = Value(3.0)
    >>> optimizer = optim.Adam([w], lr=0.25, betas=(0.5, 0.75))
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6), optimizer.state[w]
    (2.75, {'exp_avg': 3.0, 'exp_avg_sq': 9.0})
    """

    decoupled = False  # whether weight decay bypasses the gradient

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        self.betas = fractions("betas=", betas)
        self.eps = within("eps=", eps)
        self.weight_decay = within("weight_decay=", weight_decay)
        self.amsgrad = amsgrad
        state = {"exp_avg": 0.0, "exp_avg_sq": 0.0}
        state |= {"max_exp_avg_sq": 0.0} if amsgrad else {}
        super().__init__(params, lr, **state)

    def coefficients(self, t: int, rate: float) -> Coefficients:
        """Give the rate, bare and corrected, and the root's correction."""
        beta1, beta2 = self.betas
        corrected = rate / (1 - beta1 ** (t + 1))
        return rate, corrected, math.sqrt(1 - beta2 ** (t + 1))

    def update(
        self, xp: Any, p: Number, g: Number, state: State, c: Coefficients
    ) -> tuple[Number, State]:
        rate, corrected, root = c
        beta1, beta2 = self.betas
        if self.decoupled:
            p = p * (1 - rate * self.weight_decay)
        else:
            g = g + self.weight_decay * p
        m = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        new = {"exp_avg": m, "exp_avg_sq": v}
        if self.amsgrad:
            v = new["max_exp_avg_sq"] = xp.maximum(state["max_exp_avg_sq"], v)
        return p - corrected * m / (xp.sqrt(v) / root + self.eps), new


@of_settings
class AdamW(Adam):
    r"""Adam with weight decay apart from the gradient.

    .. math:: p \leftarrow p - \eta \lambda p

    is the first line, in place of Adam's, so that the decay is not divided
    by the size of the gradients; [Loshchilov2019]_, algorithm 2, with the
    decay in proportion to the rate.

    weight_decay : float >= 0, optional
        :math:`\lambda`: the share, times the rate, that a parameter
        loses at each step.

    >>> from micrograd import Value, optim
    >>> w = Value(3.0)
    >>> optimizer = optim.AdamW([w], lr=0.25, weight_decay=0.5)
    >>> optimizer.step()  # no gradient yet: only the decay
    >>> w.data
    2.625
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Value],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)
