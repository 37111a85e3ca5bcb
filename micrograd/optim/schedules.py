r"""Schedules: the learning rate as a function of the number of the step.

An optimiser takes one in place of a number, ``SGD(params, lr=linear(...))``,
and any function of an int will do.  Each here is the rule of one, checked
when it is made.

Notation: :math:`t` the number of the step, from 0; :math:`\eta_t` its
learning rate.

Leaves out: schedules that look at the loss; assign ``optimizer.lr``.
"""

from __future__ import annotations

import math

from micrograd.documentation import shared
from micrograd.namespaces import to_count, to_number
from micrograd.optim.optimizer import Schedule, within

__all__ = ["linear", "cosine", "step", "warmup"]

of_rates = shared(r"""
start, end : float >= 0
    :math:`\eta_0` and :math:`\eta_n`.
steps : int >= 1
    :math:`n`: the number of the first step at the rate `end`.
returns : callable
    From the number of the step, from 0, to the rate.
raises : NumberError, OptionError
    If an argument is not a number, or outside its range.
""")


@of_rates
def linear(start: float, end: float, steps: int) -> Schedule:
    r"""Go from `start` in a straight line to `end`, and stay there.

    .. math:: \eta_t = \eta_0 + (\eta_n - \eta_0) \frac{t}{n}

    >>> from micrograd import optim
    >>> rate = optim.linear(1.0, 0.0, 4)
    >>> [rate(t) for t in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    start, end = within("start=", start), within("end=", end)
    steps = to_count(steps, "steps=")
    return _between(
        start, end, steps, lambda t: start + (end - start) * t / steps
    )


def _between(
    start: float, end: float, steps: int, schedule: Schedule
) -> Schedule:
    """A schedule from one rate to another, to the last bit at both ends.

    Rounding may lead a little outside, and 0 is a border: the next step
    would refuse a rate of -1e-17.
    """
    low, high = sorted([start, end])

    def kept(t: int) -> float:
        if t >= steps:
            return end
        return min(max(schedule(t), low), high) if t > 0 else start

    return kept


@of_rates
def cosine(start: float, end: float, steps: int) -> Schedule:
    r"""Go from `start` along half a cosine wave to `end`, and stay there.

    .. math:: \eta_t = \eta_n + \frac{\eta_0 - \eta_n}{2}
        \left(1 + \cos \frac{\pi t}{n}\right)

    [Loshchilov2017]_, equation 5, without restarts.

    >>> from micrograd import optim
    >>> rate = optim.cosine(1.0, 0.0, 4)
    >>> [round(rate(t), 4) for t in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """
    start, end = within("start=", start), within("end=", end)
    steps = to_count(steps, "steps=")

    def wave(t: int) -> float:
        return end + (start - end) * (1 + math.cos(math.pi * t / steps)) / 2

    return _between(start, end, steps, wave)


@of_rates
def step(start: float, factor: float, every: int) -> Schedule:
    r"""Start from `start`, and multiply by `factor` after `every` steps.

    .. math:: \eta_t = \eta_0 \gamma^{\lfloor t / n \rfloor}

    start : float >= 0
        :math:`\eta_0`.
    factor : float >= 0
        :math:`\gamma`, most often below 1.
    every : int >= 1
        :math:`n`: how many steps share a rate.

    >>> from micrograd import optim
    >>> rate = optim.step(1.0, 0.5, 2)
    >>> [rate(t) for t in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """
    start, factor = within("start=", start), within("factor=", factor)
    every = to_count(every, "every=")

    def schedule(t: int) -> float:
        try:
            return start * factor ** (t // every)
        except OverflowError:
            return start and math.inf  # for the step to refuse

    return schedule


@of_rates
def warmup(schedule: float | Schedule, steps: int) -> Schedule:
    r"""Scale the first steps of a schedule, from nearly nothing up to it.

    .. math:: \eta_t = \min\left(1, \frac{t + 1}{n}\right) s(t)

    [Goyal2017]_, section 2.2.

    schedule : callable or float >= 0
        :math:`s`.  It counts the steps of the warm-up too.
    steps : int >= 1
        :math:`n`: the number of steps until nothing is scaled any more.

    >>> from micrograd import optim
    >>> rate = optim.warmup(1.0, 4)
    >>> [rate(t) for t in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    steps = to_count(steps, "steps=")
    if not callable(schedule):
        rate = within("schedule=", schedule)
        return lambda t: min(1.0, (t + 1) / steps) * rate
    asked = "warmup(schedule, steps) needs rates that are numbers"
    return lambda t: min(1.0, (t + 1) / steps) * to_number(schedule(t), asked)
