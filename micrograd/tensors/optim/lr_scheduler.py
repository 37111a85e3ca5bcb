r"""Schedules of learning rates, under PyTorch's names.

Each is a formula: the rate of a group after `t` steps, from the rate that
it began with.  :meth:`LRScheduler.step` evaluates it.

Where somebody else changes the rate meanwhile, by hand or with a schedule
of their own, most go on from there: what they change is the factor between
two steps.

Notation: `base` the rate at the beginning; `t` the number of steps.

Leaves out: ``last_epoch=``; schedules go on by their `load_state_dict`.

Sources: PyTorch, for names, arguments and formulas.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from micrograd.errors import OptionError, StateError
from micrograd.namespaces import to_choice
from micrograd.tensors.optim.optimizer import Optimizer

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
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

    chains = False  # whether it goes on from what others make of the rate
    floor = 0.0  # the rate from which its factors are counted

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
            group["lr"] = self._next(group["initial_lr"], group["lr"])

    def _next(self, base: float, now: float) -> float:
        """The next rate, from the first one and the one that is set."""
        t, low = self.last_epoch, self.floor
        new = self.rate(base, t)
        before = self.rate(base, t - 1) if t else base
        if not self.chains or now == before:
            return new
        if before == low:  # no factor leads on from there
            return now + new - low
        return low + (now - low) * (new - low) / (before - low)

    def step(self) -> None:
        """Go on to the rates of the next step."""
        self.last_epoch += 1
        self._set()

    def get_last_lr(self) -> list[float]:
        """Give the rates of the groups."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Give what :meth:`load_state_dict` needs to go on from here."""
        own = ("optimizer", "rate", "floor")
        return {k: x for k, x in vars(self).items() if k not in own}

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

# Those that set the rate whatever it was, as in PyTorch.
ALONE = ("LambdaLR", "CosineAnnealingWarmRestarts")

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
        self.floor = own.get("eta_min", 0.0)
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
    body["chains"] = name not in ALONE
    return type(name, (LRScheduler,), body)


LambdaLR, StepLR, MultiStepLR, ExponentialLR, ConstantLR, *rest = (
    _schedule(*row) for row in SCHEDULES
)
LinearLR, PolynomialLR, CosineAnnealingLR, CosineAnnealingWarmRestarts = rest


class SequentialLR(LRScheduler):
    """One schedule after another, such as a few steps of warming up first.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rates.
    schedulers : sequence of LRScheduler
        The schedules, each of which counts steps from its beginning.
    milestones : sequence of int
        The steps at which the second and the later ones begin.

    Raises
    ------
    OptionError
        If one schedule is of another optimiser, or waits for a measure, or
        there is not one milestone less than schedules.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.optim import SGD
    >>> from micrograd.tensors.optim.lr_scheduler import (
    ...     ExponentialLR, LinearLR, SequentialLR,
    ... )
    >>> optimizer = SGD([zeros(1, requires_grad=True)], lr=1.0)
    >>> up = LinearLR(optimizer, start_factor=0.5, total_iters=1)
    >>> down = ExponentialLR(optimizer, gamma=0.25)
    >>> scheduler = SequentialLR(optimizer, [up, down], milestones=[2])
    >>> for _ in range(4):
    ...     print(scheduler.get_last_lr())
    ...     scheduler.step()
    [0.5]
    [1.0]
    [1.0]
    [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
    ) -> None:
        if len(milestones) != len(schedulers) - 1:
            asked = "SequentialLR() takes one milestone less than schedules"
            given = f"{len(milestones)} for {len(schedulers)}"
            do = "say when each but the first begins"
            raise OptionError(asked, given, do)
        for one in schedulers:
            waits = isinstance(one, ReduceLROnPlateau)
            if waits or one.optimizer is not optimizer:
                asked = "SequentialLR() takes schedules of its optimiser"
                given = "one that waits for a measure" * waits
                do = "make each with the same optimiser"
                raise OptionError(asked, given or "one of another", do)
        begins = [0, *milestones]

        def rate(base: float, t: int) -> float:
            i = bisect_right(milestones, t)
            return schedulers[i].rate(base, t - begins[i])

        super().__init__(optimizer, rate)


def _expect_momentum(self: LRScheduler, optimizer: Optimizer) -> None:
    """Refuse an optimiser without momentum, or let it remember one."""
    for group in optimizer.param_groups:
        if not group.keys() & {"betas", "momentum"}:
            asked = f"{type(self).__name__}(cycle_momentum=True) needs a "
            given = f"{type(optimizer).__name__}, which has none"
            do = "pass cycle_momentum=False"
            raise OptionError(asked + "momentum", given, do)
    if "momentum" in optimizer.defaults:
        for kept in (optimizer.first, *optimizer.state.values()):
            kept.setdefault("momentum_buffer", 0.0)


def _set_momentum(optimizer: Optimizer, momentum: float) -> None:
    for group in optimizer.param_groups:
        if "betas" in group:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class OneCycleLR(LRScheduler):
    """A rate that rises and then falls far, once, the momentum opposite.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rates.
    max_lr : float, or sequence of float
        The largest rate, of all groups or of each.
    total_steps : int, optional
        How many steps there are in all.
    epochs, steps_per_epoch : int, optional
        The same as a product.
    pct_start : float, optional
        The share of the steps in which the rate rises.
    anneal_strategy : {'cos', 'linear'}, optional
        Whether along a cosine wave or a straight line.
    cycle_momentum : bool, optional
        Whether the momentum, or the first of the betas, changes as well.
    base_momentum, max_momentum : float, optional
        The smallest and the largest momentum.
    div_factor, final_div_factor : float, optional
        The largest rate by the first; the first rate by the last.
    three_phase : bool, optional
        Whether the rate falls to where it began before it falls further.

    Raises
    ------
    OptionError
        If the number of steps is missing, a setting is out of range, or
        the optimiser has no momentum.
    StateError
        If there are more steps than were announced.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.optim import SGD
    >>> from micrograd.tensors.optim.lr_scheduler import OneCycleLR
    >>> optimizer = SGD([zeros(1, requires_grad=True)], lr=1.0)
    >>> scheduler = OneCycleLR(
    ...     optimizer, max_lr=1.0, total_steps=5, pct_start=0.4,
    ...     anneal_strategy="linear", div_factor=2, final_div_factor=2,
    ... )
    >>> for _ in range(5):
    ...     print(scheduler.get_last_lr())
    ...     scheduler.step()
    [0.5]
    [1.0]
    [0.75]
    [0.5]
    [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        n = total_steps or (epochs or 0) * (steps_per_epoch or 0)
        asked = "OneCycleLR(anneal_strategy=) takes"
        to_choice(anneal_strategy, asked, ("cos", "linear"), " or ")
        if n < 1 or not 0 <= pct_start <= 1:
            asked = "OneCycleLR() takes 1 step or more, pct_start up to 1"
            given = f"{n} and {pct_start}"
            do = "pass total_steps, or epochs and steps_per_epoch"
            raise OptionError(asked, given, do)
        self.total_steps, self.cosine = n, anneal_strategy == "cos"
        rise, falls = pct_start * n - 1, 2 * pct_start * n - 2
        self.ends = [rise, falls, n - 1] if three_phase else [rise, n - 1]
        low, high = base_momentum, max_momentum
        self.momenta = [high, low, high, high] if cycle_momentum else []
        back = [1.0] * three_phase  # the first rate, on the way
        self.shares = [1.0, div_factor, *back, 1 / final_div_factor]
        self._begin(optimizer, max_lr, div_factor)
        super().__init__(optimizer, self._rate)

    def _begin(self, optimizer: Optimizer, most: Any, by: float) -> None:
        """Set the first rates, and see that there is a momentum."""
        groups = optimizer.param_groups
        each = most if isinstance(most, Sequence) else [most] * len(groups)
        if len(each) != len(groups):
            asked = f"OneCycleLR(max_lr=) is for {len(groups)} groups"
            raise OptionError(asked, f"{len(each)}", "pass one for each")
        for group, rate in zip(groups, each, strict=True):
            group["initial_lr"] = rate / by
        if self.momenta:
            _expect_momentum(self, optimizer)

    def _rate(self, base: float, t: int) -> float:
        if t > self.total_steps:
            asked = f"OneCycleLR() ends after {self.total_steps} steps"
            do = "pass a larger total_steps"
            raise StateError(asked, f"step {t}", do)
        return self._on_the_way([base * share for share in self.shares], t)

    def _on_the_way(self, stops: list[float], t: int) -> float:
        """Where one is after `t` steps, who is at the stops at the ends."""
        start, i = 0.0, 0
        while t > self.ends[i] and i < len(self.ends) - 1:
            start, i = self.ends[i], i + 1
        share = (t - start) / ((self.ends[i] - start) or 1.0)
        begin, end = stops[i : i + 2]
        if self.cosine:
            return _cosine(begin, end, share)
        return begin + (end - begin) * share

    def _set(self) -> None:
        super()._set()
        if not self.momenta:
            return
        momentum = self._on_the_way(self.momenta, self.last_epoch)
        _set_momentum(self.optimizer, momentum)


class CyclicLR(LRScheduler):
    """A rate that rises and falls in straight lines, again and again.

    After Smith, 2017, arXiv:1506.01186.

    Parameters
    ----------
    optimizer : Optimizer
        Whose rates.
    base_lr, max_lr : float
        The smallest and the largest rate.
    step_size_up, step_size_down : int, optional
        How many steps the rate rises, and falls; by default as many.
    mode : {'triangular', 'triangular2', 'exp_range'}, optional
        Whether all cycles are as high, each half as high as the one
        before, or lower by a factor `gamma` at each step.
    gamma : float, optional
        That factor.
    scale_fn : callable, optional
        The height as a function of the cycle, in place of a mode.
    scale_mode : {'cycle', 'iterations'}, optional
        Whether it is one of the number of steps instead.
    cycle_momentum : bool, optional
        Whether the momentum, or the first of the betas, changes as well.
    base_momentum, max_momentum : float, optional
        The smallest and the largest momentum.

    Raises
    ------
    OptionError
        If there is no such mode, or the optimiser has no momentum.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.optim import SGD
    >>> from micrograd.tensors.optim.lr_scheduler import CyclicLR
    >>> optimizer = SGD([zeros(1, requires_grad=True)], lr=1.0)
    >>> scheduler = CyclicLR(optimizer, 0.0, 1.0, 2, cycle_momentum=False)
    >>> for _ in range(5):
    ...     optimizer.step()
    ...     scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float,
        max_lr: float,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
    ) -> None:
        heights: dict[str, Any] = {
            "triangular": lambda _: 1.0,
            "triangular2": lambda n: 1 / 2 ** (n - 1),
            "exp_range": lambda n: gamma**n,
        }
        to_choice(mode, "CyclicLR(mode=) takes", tuple(heights), " or ")
        height = scale_fn or heights[mode]
        by_step = scale_mode == "iterations"
        by_step = mode == "exp_range" if scale_fn is None else by_step
        total = step_size_up + (step_size_down or step_size_up)
        self.momenta = (base_momentum, max_momentum) if cycle_momentum else ()
        for group in optimizer.param_groups:
            group["lr"] = base_lr
        if cycle_momentum:
            _expect_momentum(self, optimizer)

        def share(t: int) -> float:
            cycle = math.floor(1 + t / total)
            x, rise = 1 + t / total - cycle, step_size_up / total
            way = x / rise if x <= rise else (x - 1) / (rise - 1)
            return way * height(t if by_step else cycle)

        self._share = share
        super().__init__(
            optimizer, lambda _, t: base_lr + (max_lr - base_lr) * share(t)
        )

    def _set(self) -> None:
        super()._set()
        if self.momenta:
            low, high = self.momenta
            momentum = high - (high - low) * self._share(self.last_epoch)
            _set_momentum(self.optimizer, momentum)

    def state_dict(self) -> dict[str, Any]:
        """Give what :meth:`load_state_dict` needs to go on from here."""
        found = super().state_dict()
        del found["_share"]
        return found


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
        By how much a measure must be better to count.
    threshold_mode : {'rel', 'abs'}, optional
        Whether that is a share of the best measure, or a difference.
    cooldown : int, optional
        How many steps after a fall no measure counts as bad.
    min_lr : float, optional
        Where the rate stays.
    eps : float, optional
        A fall by no more than this does not take place.

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
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        who = "ReduceLROnPlateau"
        to_choice(mode, f"{who}(mode=) takes", ("min", "max"), " or ")
        asked = f"{who}(threshold_mode=) takes"
        to_choice(threshold_mode, asked, ("rel", "abs"), " or ")
        self.sign = 1 if mode == "min" else -1
        self.factor, self.patience = factor, patience
        self.threshold, self.relative = threshold, threshold_mode == "rel"
        self.cooldown, self.min_lr, self.eps = cooldown, min_lr, eps
        self.best, self.num_bad_epochs = self.sign * math.inf, 0
        self.cooldown_counter = 0
        super().__init__(optimizer, lambda base, t: base)

    def _is_better(self, x: float) -> bool:
        by = self.sign * self.threshold
        bar = self.best * (1 - by) if self.relative else self.best - by
        return self.sign * x < self.sign * bar

    def step(self, metrics: float) -> None:  # type: ignore[override]
        """Look at a measure, and lower the rates if it is time."""
        x = float(metrics)
        self.last_epoch += 1
        if self._is_better(x):
            self.best, self.num_bad_epochs = x, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs, self.cooldown_counter = 0, self.cooldown
            for group in self.optimizer.param_groups:
                new = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - new > self.eps:
                    group["lr"] = new
