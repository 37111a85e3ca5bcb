r"""Schedules of learning rates, under PyTorch's names.

Each is a formula: the rate of a group after `t` steps, from the rate that
it began with.  :meth:`LRScheduler.step` evaluates it.

Notation: `base` the rate at the beginning; `t` the number of steps.

Leaves out: what becomes of a rate that somebody else changes meanwhile.

Sources: PyTorch, for names, arguments and formulas.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from micrograd.errors import OptionError
from micrograd.tensors.optim.optimizer import Optimizer

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "StepLR",
]


class LRScheduler:
    """Something that sets the rates of an optimiser, step by step.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rates.
    rate : callable
        From the first rate of a group and the number of steps to a rate.

    Attributes
    ----------
    last_epoch : int
        The number of steps.

    Raises
    ------
    OptionError
        If the optimiser has a schedule already, ``lr=`` a function.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.optim import SGD
    >>> from micrograd.tensors.optim.lr_scheduler import LRScheduler
    >>> optimizer = SGD([zeros(1, requires_grad=True)], lr=1.0)
    >>> scheduler = LRScheduler(optimizer, lambda base, t: base / (1 + t))
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, rate: Callable[[float, int], float]
    ) -> None:
        self.optimizer, self.rate, self.last_epoch = optimizer, rate, 0
        for group in optimizer.param_groups:
            if callable(group["lr"]):
                asked = f"{type(self).__name__}() sets rates that are numbers"
                do = "pass a number as lr= to the optimiser"
                raise OptionError(asked, "a function as lr=", do)
            group.setdefault("initial_lr", group["lr"])
        self._set()

    def _set(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(group["initial_lr"], self.last_epoch)

    def step(self) -> None:
        """Go on to the rates of the next step."""
        self.last_epoch += 1
        self._set()

    def get_last_lr(self) -> list[float]:
        """Give the rates of the groups."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Give what :meth:`load_state_dict` needs to go on from here."""
        kept = vars(self).items()
        return {k: x for k, x in kept if k not in ("optimizer", "rate")}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from where :meth:`state_dict` was called."""
        vars(self).update(saved)


def _cosine(base: float, end: float, share: float) -> float:
    return end + (base - end) * (1 + math.cos(math.pi * share)) / 2


def _restarted(t: int, first: int, factor: int) -> float:
    """The share of the way from one restart to the next."""
    while t >= first:
        t, first = t - first, first * factor
    return t / first


# Name, rate, settings with their defaults (... if there is none), summary.
SCHEDULES: tuple[tuple[str, Any, dict[str, Any], str], ...] = (
    ("LambdaLR", lambda base, t, lr_lambda: base * lr_lambda(t),
     {"lr_lambda": ...}, "The first rate, times a function of the step."),
    ("StepLR",
     lambda base, t, step_size, gamma: base * gamma ** (t // step_size),
     {"step_size": ..., "gamma": 0.1}, "A rate that falls every few steps."),
    ("MultiStepLR",
     lambda base, t, milestones, gamma:
     base * gamma ** bisect_right(sorted(milestones), t),
     {"milestones": ..., "gamma": 0.1}, "A rate that falls at given steps."),
    ("ExponentialLR", lambda base, t, gamma: base * gamma**t,
     {"gamma": ...}, "A rate that falls by the same share at each step."),
    ("ConstantLR",
     lambda base, t, factor, total_iters:
     base * (factor if t < total_iters else 1),
     {"factor": 1 / 3, "total_iters": 5},
     "A rate that is smaller at the beginning."),
    ("LinearLR",
     lambda base, t, start_factor, end_factor, total_iters:
     base * (start_factor + (end_factor - start_factor)
             * min(t, total_iters) / total_iters),
     {"start_factor": 1 / 3, "end_factor": 1.0, "total_iters": 5},
     "A rate that goes in a straight line."),
    ("PolynomialLR",
     lambda base, t, total_iters, power:
     base * (1 - min(t, total_iters) / total_iters) ** power,
     {"total_iters": 5, "power": 1.0},
     "A rate that falls to 0 along a power."),
    ("CosineAnnealingLR",
     lambda base, t, T_max, eta_min: _cosine(base, eta_min, t / T_max),
     {"T_max": ..., "eta_min": 0.0}, "A rate along a cosine wave."),
    ("CosineAnnealingWarmRestarts",
     lambda base, t, T_0, T_mult, eta_min:
     _cosine(base, eta_min, _restarted(t, T_0, T_mult)),
     {"T_0": ..., "T_mult": 1, "eta_min": 0.0},
     "A rate along half a cosine wave, again and again."),
)  # fmt: skip

# Values for the settings without a default, for the examples.
EXAMPLES = {
    "lr_lambda": "lambda t: 1.0",
    "step_size": 10,
    "milestones": [10, 20],
    "gamma": 0.5,
    "T_max": 100,
    "T_0": 10,
}


def _schedule(
    name: str, rate: Any, settings: dict[str, Any], summary: str
) -> Any:
    """A class of the table."""

    def begin(
        self: Any, optimizer: Optimizer, *given: Any, **named: Any
    ) -> None:
        own = settings | dict(zip(settings, given, strict=False)) | named
        missing = [key for key, x in own.items() if x is ...]
        if missing or own.keys() != settings.keys():
            asked = f"{name}() takes {', '.join(settings)}"
            raise OptionError(asked, f"{given} {named}", "check the names")
        by = lambda base, t: rate(base, t, **own)  # noqa: E731
        LRScheduler.__init__(self, optimizer, by)

    needed = ", ".join(
        f"{key}={EXAMPLES[key]}" for key, x in settings.items() if x is ...
    )
    text = f"""{summary}

    Its settings are {", ".join(settings)}, as in PyTorch.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.optim import SGD
    >>> from micrograd.tensors.optim.lr_scheduler import {name}
    >>> optimizer = SGD([zeros(1, requires_grad=True)], lr=1.0)
    >>> {name}(optimizer{", " * bool(needed)}{needed}).last_epoch
    0
    """
    body = {"__init__": begin, "__doc__": text, "__module__": __name__}
    return type(name, (LRScheduler,), body)


LambdaLR, StepLR, MultiStepLR, ExponentialLR, ConstantLR, *rest = (
    _schedule(*row) for row in SCHEDULES
)
LinearLR, PolynomialLR, CosineAnnealingLR, CosineAnnealingWarmRestarts = rest


class ReduceLROnPlateau(LRScheduler):
    """A rate that falls when a measure stops getting better.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rates.
    mode : {'min', 'max'}, optional
        Whether less is better.
    factor : float, optional
        By what to multiply the rate.
    patience : int, optional
        How many steps without a better measure are borne.
    threshold : float, optional
        By what share a measure must be better to count.
    min_lr : float, optional
        Where the rate stays.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.optim import SGD
    >>> from micrograd.tensors.optim.lr_scheduler import ReduceLROnPlateau
    >>> optimizer = SGD([zeros(1, requires_grad=True)], lr=1.0)
    >>> scheduler = ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        min_lr: float = 0.0,
    ) -> None:
        if mode not in ("min", "max"):
            asked = "ReduceLROnPlateau(mode=) takes min or max"
            raise OptionError(asked, repr(mode), "choose one of them")
        self.sign = 1 if mode == "min" else -1
        self.factor, self.patience = factor, patience
        self.threshold, self.min_lr = threshold, min_lr
        self.best, self.num_bad_epochs = math.inf, 0
        super().__init__(optimizer, lambda base, t: base)

    def step(self, metrics: float) -> None:  # type: ignore[override]
        """Look at a measure, and lower the rates if it is time."""
        x = self.sign * float(metrics)
        self.last_epoch += 1
        if x < self.best - abs(self.best) * self.threshold or (
            self.best == math.inf
        ):
            self.best, self.num_bad_epochs = x, 0
        else:
            self.num_bad_epochs += 1
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs = 0
            for group in self.optimizer.param_groups:
                group["lr"] = max(group["lr"] * self.factor, self.min_lr)
