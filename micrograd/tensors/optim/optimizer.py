"""The optimisers on tensors: the same updates, read on arrays.

An update of :mod:`micrograd.optim` is written in ordinary arithmetic, with
functions from a namespace that is handed to it.  Here it is handed arrays.

Notation: as in :mod:`micrograd.optim`.

Leaves out: what needs the loss several times a step,
:mod:`micrograd.tensors.optim.lbfgs`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from micrograd.errors import (
    NonFiniteGradientError,
    NumberError,
    OptionError,
    ShapeError,
    StateError,
)
from micrograd.namespaces import Arrays
from micrograd.optim import kinds
from micrograd.optim.optimizer import Optimizer as OnNumbers
from micrograd.optim.optimizer import Schedule, fractions, within
from micrograd.tensors.creation import is_tensor, tensor
from micrograd.tensors.engine import Node, Tensor, make
from micrograd.tensors.functions import cat, split
from micrograd.tensors.libraries import calmly, namespace

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "LAMB",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "clip_grad_norm_",
    "clip_grad_value_",
    "parameters_to_vector",
    "vector_to_parameters",
]


class Optimizer(OnNumbers):
    """The loop over the parameters, which are tensors.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What to change: leaves that require a gradient.  Or groups of them,
        ``{"params": [...], "weight_decay": 0.0}``, with settings of their
        own.
    lr : float >= 0, or callable
        The learning rate, or a function from the number of a step to one.
    **state : float
        What is remembered of each parameter, with its first value.

    Attributes
    ----------
    param_groups : list of dict
        The groups: parameters and settings, which may be assigned.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import SGD
    >>> w = tensor([3.0, 4.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.tolist()
    [1.5, 2.0]
    """

    def __init__(
        self, params: Iterable[Any], lr: float | Schedule, **state: float
    ) -> None:
        settings = dict(vars(self))  # what the kind has checked
        self.defaults = {"lr": _rate(lr), **settings}
        self.steps, self.first = 0, state
        self.param_groups: list[dict[str, Any]] = []
        self.state: Any = {}
        given = list(params)
        groups = given if given and isinstance(given[0], dict) else [
            {"params": given}
        ]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, group: dict[str, Any]) -> None:
        """Change more parameters, with settings of their own.

        Raises
        ------
        OptionError
            If there is no such setting, or it is out of range.
        """
        who, own = type(self).__name__, dict(group)
        params = own.pop("params")
        found = _distinct([params] if is_tensor(params) else params, who)
        if own.keys() - self.defaults.keys():
            asked = f"a group of {who}() takes {', '.join(self.defaults)}"
            odd = min(own.keys() - self.defaults.keys())
            raise OptionError(asked, f"{odd}", "check the spelling")
        if own:  # let the kind check them
            own = vars(type(self)(found, **{**self.defaults, **own}))
            own = {key: own["defaults"][key] for key in self.defaults}
        found = [p for p in found if p not in self.state]
        self.state |= {p: dict(self.first) for p in found}
        self.param_groups.append({"params": found, **self.defaults, **own})

    @property
    def parameters(self) -> list[Any]:  # type: ignore[override]
        """The parameters of all groups."""
        return [p for group in self.param_groups for p in group["params"]]

    @property
    def lr(self) -> Any:
        """The learning rate of the first group; assigned to all."""
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, rate: float | Schedule) -> None:
        for group in self.param_groups:
            group["lr"] = rate

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every gradient; without this they add up."""
        for p in self.parameters:
            p.grad = None

    def step(self, closure: Any = None) -> Any:
        """Move every parameter that has a gradient, or none of them.

        A function is called first, and what it gives is given back.

        Raises
        ------
        NonFiniteGradientError
            If a gradient is infinite or not a number.
        """
        loss = closure() if callable(closure) else None
        ready = [p for p in self.parameters if p.grad is not None]
        for i, p in enumerate(ready):
            refuse_nonfinite(p, f"{type(self).__name__}.step()", i)
        for one, params in self.parts():
            settings = one.coefficients(self.steps, one.learning_rate())
            for p in params:
                if p.grad is not None:
                    self._change(one, p, settings)
        self.steps += 1
        return loss

    def parts(self) -> Iterator[tuple[Optimizer, list[Any]]]:
        """Give for each group an optimiser with its settings."""
        for group in self.param_groups:
            one = object.__new__(type(self))  # quicker than a copy
            vars(one).update(vars(self) | group, param_groups=[group])
            yield one, group["params"]

    def _change(self, one: Optimizer, p: Tensor, settings: Any) -> None:
        """Update a parameter and what is remembered of it."""
        grad: Any = p.grad
        xp = Arrays(namespace(p.array))
        read = (xp, p.array, grad.array, self.state[p], settings)
        array, self.state[p] = calmly(one.update, *read)
        p.data.copy_(make(array))

    def state_dict(self) -> dict[str, Any]:
        """Give what is remembered, and the settings, as PyTorch does."""
        numbers = {p: i for i, p in enumerate(self.parameters)}
        groups = [
            {**group, "params": [numbers[p] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {}
        for p, i in numbers.items() if self.steps else ():
            kept = self.state[p].items()
            state[i] = {"step": tensor(float(self.steps))}
            state[i] |= {key: make(np.asarray(x)) for key, x in kept}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Remember what :meth:`state_dict` gave, here or in PyTorch.

        Raises
        ------
        StateError
            If it does not fit; nothing is changed then.
        """
        who = f"{type(self).__name__}.load_state_dict() expects"
        mine = [len(group["params"]) for group in self.param_groups]
        theirs = [len(group["params"]) for group in saved["param_groups"]]
        if mine != theirs:
            asked = f"{who} groups of {mine} parameters"
            raise StateError(asked, f"{theirs}", "pass the same parameters")
        state, steps = {}, 0
        for i, p in enumerate(self.parameters):
            kept = saved["state"].get(i, {})
            steps = max(steps, int(kept.get("step", bool(kept))))
            state[p] = {
                key: np.asarray(kept.get(key, x)).astype(p.dtype)
                for key, x in self.first.items()
            }
        for group, new in zip(
            self.param_groups, saved["param_groups"], strict=True
        ):
            group |= {key: new[key] for key in self.defaults if key in new}
        self.state, self.steps = state, steps


def _rate(lr: Any) -> Any:
    return lr if callable(lr) else within("lr=", lr)


def _distinct(params: Iterable[Tensor], who: str) -> list[Tensor]:
    """The parameters, each once, checked."""
    found = list(dict.fromkeys(params))
    do = "pass model.parameters() or a list of tensors"
    if not found:
        raise ShapeError(f"{who}(params) needs a parameter", "none", do)
    for p in found:
        if not isinstance(p, Tensor):
            asked = f"{who}(params) takes tensors"
            raise NumberError(asked, f"{type(p).__name__}", do)
        if isinstance(p.past, Node):
            asked = f"{who}(params) takes leaves, which gradients collect in"
            given = f"the result of {p.past.row.name}"
            raise OptionError(asked, given, "pass what it was made from")
    return found


def refuse_nonfinite(p: Tensor, who: str, i: int) -> None:
    grad: Any = p.grad
    if not namespace(grad.array).isfinite(grad.array).all():
        given = f"infinite ones or nan for parameter {i} of {p.shape}"
        do = "lower the rate, or look at the loss before"
        raise NonFiniteGradientError(
            f"{who} needs finite gradients", given, do
        )


def _on_tensors(kind: type[OnNumbers], **usual: Any) -> Any:
    """An optimiser of numbers, its loop exchanged."""

    def begin(self: Any, *settings: Any, **named: Any) -> None:
        for switch in ("foreach", "fused"):  # PyTorch's, for speed
            named.pop(switch, None)
        kind.__init__(self, *settings, **usual | named)

    body: dict[str, Any] = {"__module__": __name__, "__doc__": kind.__doc__}
    body["__init__"] = wraps(kind.__init__)(begin)
    return type(kind.__name__, (kind, Optimizer), body)


SGD, RMSprop = _on_tensors(kinds.SGD), _on_tensors(kinds.RMSprop)
Adagrad, Adam = _on_tensors(kinds.Adagrad), _on_tensors(kinds.Adam)
AdamW = _on_tensors(kinds.AdamW)


# --- Kinds that look at a whole tensor ---


class LAMB(AdamW):  # type: ignore[misc, valid-type]
    r"""Adam, with steps in proportion to the length of each parameter.

    .. math:: p \leftarrow p - \eta
        \frac{\lVert p \rVert}{\lVert u \rVert} u, \qquad
        u = \frac{m / (1 - \beta_1^{t + 1})}
        {\sqrt{v / (1 - \beta_2^{t + 1})} + \epsilon} + \lambda p

    with the running means `m` and `v` of
    :class:`~micrograd.optim.Adam`.  [You2020]_,
    algorithm 2.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay
        As for :class:`~micrograd.optim.AdamW`.

    Examples
    --------
    The first step has the length of the rate times that of the parameter:

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import LAMB
    >>> w = tensor([3.0, 4.0], requires_grad=True)
    >>> optimizer = LAMB([w], lr=0.1, weight_decay=0.0)
    >>> w.sum().backward()
    >>> optimizer.step()
    >>> (w.detach() - tensor([3.0, 4.0])).norm()
    tensor(0.5000)
    """

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Evaluate the formula above."""
        rate, corrected, root = c
        still, new = super().update(xp, 0 * p, g, state, (0.0, 1.0, root))
        u = -still * (corrected / rate if rate else 0.0)
        u = u + self.weight_decay * p
        sizes = [xp.sqrt((x * x).sum()) for x in (p, u)]
        trust = sizes[0] / sizes[1] if min(sizes) > 0 else 1.0
        return p - rate * trust * u, new


class Muon(Optimizer):
    r"""Momentum, each matrix of it brought near to an orthogonal one.

    .. math::

        b &\leftarrow \mu b + (1 - \mu) g \\
        u &\leftarrow \operatorname{NS}(\mu b + (1 - \mu) g) \\
        p &\leftarrow (1 - \eta \lambda) p
            - \eta \sqrt{\max(1, n / m)}\, u

    for matrices of `n` rows and `m` columns.  NS is some steps of
    :math:`x \leftarrow a x + (b y + c y^2) x` with :math:`y = x x^\top`,
    which bring all singular values near to 1; [Jordan2024]_.

    Parameters
    ----------
    params, lr
        As for :class:`Optimizer`; matrices only.
    weight_decay : float >= 0, optional
        :math:`\lambda`: the share, times the rate, that a parameter loses
        at each step.
    momentum : float in [0, 1), optional
        :math:`\mu`: how much of the running mean stays at each step.
    nesterov : bool, optional
        Whether to look ahead along the running mean.
    ns_steps : int, optional
        The number of steps of NS.

    Raises
    ------
    ShapeError
        If a parameter is not a matrix.

    Notes
    -----
    PyTorch computes NS in bfloat16; here it has the precision of the
    gradient.

    Examples
    --------
    >>> from micrograd.tensors import eye, zeros
    >>> from micrograd.tensors.optim import Muon
    >>> w = zeros(2, 2, requires_grad=True)
    >>> (w * eye(2) * 100.0).sum().backward()
    >>> Muon([w], lr=1.0, weight_decay=0.0).step()
    >>> 0.5 < -w.detach()[0, 0].item() < 1.5
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Schedule = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_steps: int = 5,
    ) -> None:
        self.weight_decay = within("weight_decay=", weight_decay)
        self.momentum = within("momentum=", momentum, 0.0, 1.0)
        self.nesterov, self.ns_steps = nesterov, ns_steps
        super().__init__(params, lr, momentum_buffer=0.0)
        for p in self.parameters:
            if p.ndim != 2:
                asked = "Muon() takes matrices"
                do = "give vectors to AdamW, for example"
                raise ShapeError(asked, f"the shape {p.shape}", do)

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Evaluate the formula above."""
        (rate,), mu = c, self.momentum
        b = mu * state["momentum_buffer"] + (1 - mu) * g
        x = mu * b + (1 - mu) * g if self.nesterov else b
        n, m = p.shape
        x = x.T if n > m else x
        x = x / xp.maximum(xp.sqrt((x * x).sum()), 1e-7)
        for _ in range(self.ns_steps):
            y = x @ x.T
            x = 3.4445 * x + (-4.7750 * y + 2.0315 * (y @ y)) @ x
        x = x.T if n > m else x
        p = p * (1 - rate * self.weight_decay)
        longer = max(1, n / m) ** 0.5
        return p - rate * longer * x, {"momentum_buffer": b}


class Adadelta(Optimizer):
    r"""Steps as long as those before, with a unit of their own.

    .. math::

        v &\leftarrow \rho v + (1 - \rho) g^2 \\
        u &= \frac{\sqrt{d + \epsilon}}{\sqrt{v + \epsilon}}\, g \\
        d &\leftarrow \rho d + (1 - \rho) u^2, \qquad
            p \leftarrow p - \eta u

    [Zeiler2012]_, algorithm 1.

    Parameters
    ----------
    params, lr
        As for :class:`Optimizer`.
    rho : float in [0, 1], optional
        :math:`\rho`: how much of the running means stays at each step.
    eps : float >= 0, optional
        :math:`\epsilon`: what begins the first steps.
    weight_decay : float >= 0, optional
        By what the parameter is multiplied and added to its gradient.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import Adadelta
    >>> w = tensor([1.0], requires_grad=True)
    >>> optimizer = Adadelta([w], rho=0.75, eps=0.01)
    >>> (w * 5).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.8002])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Schedule = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
    ) -> None:
        self.rho = within("rho=", rho, 0.0, 1.0)
        self.eps = within("eps=", eps)
        self.weight_decay = within("weight_decay=", weight_decay)
        super().__init__(params, lr, square_avg=0.0, acc_delta=0.0)

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Evaluate the formula above."""
        (rate,), rho = c, self.rho
        g = g + self.weight_decay * p if self.weight_decay else g
        v = rho * state["square_avg"] + (1 - rho) * (g * g)
        d = state["acc_delta"]
        u = xp.sqrt(d + self.eps) / xp.sqrt(v + self.eps) * g
        d = rho * d + (1 - rho) * (u * u)
        return p - rate * u, {"square_avg": v, "acc_delta": d}


class RAdam(Optimizer):
    r"""Adam, without its denominator while that is too uncertain.

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        p &\leftarrow p - \frac{\eta r m}{1 - \beta_1^{t + 1}}
            \frac{\sqrt{1 - \beta_2^{t + 1}}}{\sqrt v + \epsilon}

    with a factor `r` that grows to 1; in the first steps, in which the
    variance of the last quotient is not finite, both are left out.
    After Liu and others, 2020, arXiv:1908.03265, algorithm 2.

    Parameters
    ----------
    params, lr
        As for :class:`Optimizer`.
    betas : (float, float) in [0, 1), optional
        :math:`\beta_1` and :math:`\beta_2`: how much of the two running
        means stays at each step.
    eps : float >= 0, optional
        :math:`\epsilon`: keeps the quotient finite.
    weight_decay : float >= 0, optional
        By what the parameter is multiplied and added to its gradient.
    decoupled_weight_decay : bool, optional
        Whether it is taken off the parameter, as in AdamW, instead.

    Examples
    --------
    The first step is as long as the gradient, times the rate:

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import RAdam
    >>> w = tensor([3.0], requires_grad=True)
    >>> optimizer = RAdam([w], lr=0.25)
    >>> (w * 2).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([2.5000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
    ) -> None:
        self.betas = fractions("betas=", betas)
        self.eps = within("eps=", eps)
        self.weight_decay = within("weight_decay=", weight_decay)
        self.decoupled_weight_decay = decoupled_weight_decay
        super().__init__(params, lr, exp_avg=0.0, exp_avg_sq=0.0)

    def coefficients(self, t: int, rate: float) -> tuple[float, ...]:
        """Give the rate, bare and corrected, and the factor of the mean."""
        (beta1, beta2), n = self.betas, t + 1
        most = 2 / (1 - beta2) - 1  # of how many steps v is the mean
        now = most - 2 * n * beta2**n / (1 - beta2**n)
        r = (now - 4) * (now - 2) * most / ((most - 4) * (most - 2) * now)
        root = math.sqrt((1 - beta2**n) * r) if now > 5 else 0.0
        return rate, rate / (1 - beta1**n), root

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Evaluate the formula above."""
        rate, corrected, root = c
        beta1, beta2 = self.betas
        if self.decoupled_weight_decay:
            p = p * (1 - rate * self.weight_decay)
        elif self.weight_decay:
            g = g + self.weight_decay * p
        m = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = beta2 * state["exp_avg_sq"] + (1 - beta2) * (g * g)
        share = root / (xp.sqrt(v) + self.eps) if root else 1.0
        return p - corrected * m * share, {"exp_avg": m, "exp_avg_sq": v}


class NAdam(Optimizer):
    r"""Adam, looking ahead along its running mean.

    With a share :math:`\mu_t = \beta_1 (1 - 0.96^{t \psi} / 2)` that grows
    from step to step, and the product of all so far:

    .. math::

        p \leftarrow p - \frac{\eta}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}
            \left(\frac{(1 - \mu_t) g}{1 - \prod_{i \le t} \mu_i}
            + \frac{\mu_{t + 1} m}{1 - \prod_{i \le t + 1} \mu_i}\right)

    After Dozat, *Incorporating Nesterov momentum into Adam*, 2016.

    Parameters
    ----------
    params, lr
        As for :class:`Optimizer`.
    betas : (float, float) in [0, 1), optional
        How much of the two running means stays at each step.
    eps : float >= 0, optional
        What keeps the quotient finite.
    weight_decay : float >= 0, optional
        By what the parameter is multiplied and added to its gradient.
    momentum_decay : float >= 0, optional
        :math:`\psi`: how fast the share grows.
    decoupled_weight_decay : bool, optional
        Whether it is taken off the parameter, as in AdamW, instead.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import NAdam
    >>> w = tensor([3.0], requires_grad=True)
    >>> optimizer = NAdam([w], lr=0.25)
    >>> (w * 2).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([2.7359])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Schedule = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
    ) -> None:
        self.betas = fractions("betas=", betas)
        self.eps = within("eps=", eps)
        self.weight_decay = within("weight_decay=", weight_decay)
        self.momentum_decay = within("momentum_decay=", momentum_decay)
        self.decoupled_weight_decay = decoupled_weight_decay
        state = {"mu_product": 1.0, "exp_avg": 0.0, "exp_avg_sq": 0.0}
        super().__init__(params, lr, **state)

    def coefficients(self, t: int, rate: float) -> tuple[float, ...]:
        """Give the rate, two shares, and the correction of the root."""
        beta1, beta2 = self.betas
        now, later = (
            beta1 * (1 - 0.96 ** (n * self.momentum_decay) / 2)
            for n in (t + 1, t + 2)
        )
        return rate, now, later, 1 - beta2 ** (t + 1)

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Evaluate the formula above."""
        (rate, now, later, rest), (beta1, beta2) = c, self.betas
        if self.decoupled_weight_decay:
            p = p * (1 - rate * self.weight_decay)
        elif self.weight_decay:
            g = g + self.weight_decay * p
        kept = np.float32(state["mu_product"]) * np.float32(now)
        product = float(kept)  # in single precision, as PyTorch keeps it
        m = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = beta2 * state["exp_avg_sq"] + (1 - beta2) * (g * g)
        ahead = (1 - now) / (1 - product) * g
        ahead = ahead + later / (1 - product * later) * m
        p = p - rate * ahead / (xp.sqrt(v / rest) + self.eps)
        return p, {"mu_product": kept, "exp_avg": m, "exp_avg_sq": v}


class Adamax(Optimizer):
    r"""Adam, divided by the largest gradient that is remembered.

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
            u \leftarrow \max(\beta_2 u, |g| + \epsilon) \\
        p &\leftarrow p - \frac{\eta}{1 - \beta_1^{t + 1}} \frac{m}{u}

    [Kingma2015]_, algorithm 2.

    Parameters
    ----------
    params, lr
        As for :class:`Optimizer`.
    betas : (float, float) in [0, 1), optional
        How much of the two running means stays at each step.
    eps : float >= 0, optional
        What keeps the quotient finite.
    weight_decay : float >= 0, optional
        By what the parameter is multiplied and added to its gradient.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import Adamax
    >>> w = tensor([3.0], requires_grad=True)
    >>> optimizer = Adamax([w], lr=0.25)
    >>> (w * 2).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([2.7500])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Schedule = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        self.betas = fractions("betas=", betas)
        self.eps = within("eps=", eps)
        self.weight_decay = within("weight_decay=", weight_decay)
        super().__init__(params, lr, exp_avg=0.0, exp_inf=0.0)

    def coefficients(self, t: int, rate: float) -> tuple[float, ...]:
        """Give the corrected rate."""
        return (rate / (1 - self.betas[0] ** (t + 1)),)

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Evaluate the formula above."""
        (rate,), (beta1, beta2) = c, self.betas
        g = g + self.weight_decay * p if self.weight_decay else g
        m = beta1 * state["exp_avg"] + (1 - beta1) * g
        u = xp.maximum(beta2 * state["exp_inf"], abs(g) + self.eps)
        return p - rate * m / u, {"exp_avg": m, "exp_inf": u}


class Rprop(Optimizer):
    r"""Steps that look at the signs of gradients alone.

    Each number has a step of its own, which grows while the sign stays and
    shrinks, without a move, when it changes.
    After Riedmiller and Braun, 1993.

    Parameters
    ----------
    params, lr
        As for :class:`Optimizer`.
    etas : (float, float), optional
        By what steps shrink, below 1, and grow, above 1.
    step_sizes : (float, float), optional
        The shortest and the longest step.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import Rprop
    >>> w = tensor([3.0], requires_grad=True)
    >>> optimizer = Rprop([w], lr=0.25)
    >>> (w * 2).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([2.7500])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Schedule = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
    ) -> None:
        if not 0 < etas[0] < 1 < etas[1]:
            asked = "Rprop(etas=) takes a number below 1 and one above"
            raise OptionError(asked, f"{etas}", "pass (0.5, 1.2)")
        self.etas, self.step_sizes = tuple(etas), tuple(step_sizes)
        super().__init__(params, lr, prev=0.0, step_size=0.0)

    def update(self, xp: Any, p: Any, g: Any, state: Any, c: Any) -> Any:
        """Compare signs, and go."""
        (rate,), (less, more) = c, self.etas
        size, same = state["step_size"], g * state["prev"]
        size = g * 0 + rate if isinstance(size, float) else size
        by = xp.where(same > 0, more, 1.0) * xp.where(same < 0, less, 1.0)
        low, high = self.step_sizes
        size = xp.minimum(xp.maximum(size * by, low), high)
        g = xp.where(same < 0, 0.0, g)
        p = p - xp.where(g > 0, size, 0.0) + xp.where(g < 0, size, 0.0)
        return p, {"prev": g, "step_size": size}


# --- Limits to gradients ---


def clip_grad_norm_(
    params: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Shorten all gradients, taken as one vector, to a largest length.

    Parameters
    ----------
    params : Tensor, or iterable of Tensor
        Whose gradients.
    max_norm : float
        The length.
    norm_type : float, optional
        The power of the norm; infinity for the largest absolute number.
    error_if_nonfinite : bool, optional
        Whether to refuse a length that is not finite, and change nothing.

    Returns
    -------
    Tensor
        The length before.

    Raises
    ------
    NonFiniteGradientError
        If the length is not finite, and that is asked for.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import clip_grad_norm_
    >>> w = tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> clip_grad_norm_([w], max_norm=1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    several: Any = [params] if is_tensor(params) else params
    ready = [p.grad for p in several if p.grad is not None]
    lengths = np.array([float(g.norm(norm_type)) for g in ready])
    total = float(np.linalg.norm(lengths, norm_type)) if ready else 0.0
    if error_if_nonfinite and not np.isfinite(total):
        asked = "clip_grad_norm_() needs gradients of a finite length"
        do = "lower the rate, or look at the loss before"
        raise NonFiniteGradientError(asked, f"{total}", do)
    scale = max_norm / (total + 1e-6)
    for g in ready if scale < 1 else ():
        g *= scale
    return make(np.asarray(total, np.float32))


def clip_grad_value_(params: Iterable[Tensor], clip_value: float) -> None:
    """Cut every gradient off at a largest size.

    Parameters
    ----------
    params : iterable of Tensor
        Whose gradients.
    clip_value : float
        The size.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import clip_grad_value_
    >>> w = tensor([3.0, 0.5], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([1.0000, 0.5000])
    """
    for p in params:
        if p.grad is not None:
            p.grad.copy_(p.grad.clamp(-clip_value, clip_value))


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Put all numbers of parameters into one vector.

    Parameters
    ----------
    parameters : iterable of Tensor
        The parameters.

    Returns
    -------
    Tensor
        The vector.

    Examples
    --------
    >>> from micrograd.tensors import nn, ones
    >>> nn.utils.parameters_to_vector([ones(1), ones(1, 2)])
    tensor([1., 1., 1.])
    """
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give parameters the numbers of a vector.

    Parameters
    ----------
    vec : Tensor
        The vector.
    parameters : iterable of Tensor
        The parameters.

    Raises
    ------
    ShapeError
        If it is shorter or longer than they are.

    Examples
    --------
    >>> from micrograd.tensors import nn, ones, zeros
    >>> w = zeros(1, 2)
    >>> nn.utils.vector_to_parameters(ones(2), [w])
    >>> w
    tensor([[1., 1.]])
    """
    several = [*parameters]
    sizes = [p.numel() for p in several]
    if tuple(vec.shape) != (sum(sizes),):
        asked = f"vector_to_parameters() takes {sum(sizes)} numbers"
        do = "take parameters_to_vector() of the same parameters"
        raise ShapeError(asked, f"the shape {tuple(vec.shape)}", do)
    for p, part in zip(several, split(vec, sizes), strict=True):
        p.data = part.detach().reshape(*p.shape).clone()
