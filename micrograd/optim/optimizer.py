"""Optimizer: the loop over the parameters that all optimisers share.

A step is all or nothing: learning rate and gradients are looked at first,
then every new number is computed, and only then is anything assigned.
Settings are checked once, when they are handed over; updates trust them.

Notation: :math:`g` a gradient, :math:`c` the bound that it is clipped to.

Leaves out: the updates themselves, which are in
:mod:`micrograd.optim.kinds`; clipping each layer by itself, for which pass its
parameters.
"""

from __future__ import annotations

import math
from collections import UserDict
from collections.abc import Callable, Iterable, Sequence
from reprlib import repr as short
from typing import Any, TypeAlias

from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.errors import (
    NonFiniteGradientError,
    NumberError,
    OptionError,
    ShapeError,
    StateError,
)
from micrograd.namespaces import IEEE, floats, ieee, to_count, to_setting
from micrograd.nonfinite import find_nonfinite
from micrograd.recording import outermost

__all__ = ["Optimizer", "clip_grad_norm_", "clip_grad_value_"]

Number: TypeAlias = Any  # whatever an update is read on: floats, arrays
State: TypeAlias = dict[str, Number]
Coefficients: TypeAlias = tuple[float, ...]
Schedule = Callable[[int], float]  # from the number of a step to a rate


class Remembered(UserDict[Value, State]):
    """What an optimiser remembers of each parameter.

    A compiled training step keeps it elsewhere, until somebody asks.
    """

    bring: Callable[[], None] | None = None

    @property
    def data(self) -> dict[Value, State]:
        """The newest there is; everything a dictionary does begins here."""
        if self.bring is not None:
            self.bring()
        return self.rows

    @data.setter
    def data(self, rows: dict[Value, State]) -> None:
        self.rows = rows

    def __reduce__(self) -> Any:
        return Remembered, (self.data,)


@documented
class Optimizer:
    """The loop over the parameters; each kind adds its update.

    params : iterable of Value
        What to change: leaves of the graph.  Duplicates are taken once.
    lr : float >= 0, or callable
        The learning rate, or a function from the number of a step, from
        0, to one, such as :func:`linear`.  May be assigned at any time.
    **first : float
        What is remembered for each parameter, with its first value.
    parameters : list of Value
        The parameters, each once.
    steps : int
        How many steps have been made.
    state : dict from Value to dict from str to float
        What is remembered, under PyTorch's names.
    raises : ShapeError, NumberError, OptionError
        If there are no parameters, one of them is not a Value or not a
        leaf, or a setting is outside its range.

    Examples
    --------
    A new kind of optimiser needs an update; this one looks at signs only:

    >>> from micrograd import Value, optim
    >>> class SignDescent(optim.Optimizer):
    ...     def update(self, xp, p, g, state, coefficients):
    ...         (rate,) = coefficients
    ...         return p - rate * xp.where(g > 0, 1.0, -1.0), state
    >>> w = Value(3.0)
    >>> optimizer = SignDescent([w], lr=0.5)
    >>> for _ in range(4):
    ...     loss = w * w
    ...     optimizer.zero_grad()
    ...     loss.backward()
    ...     optimizer.step()
    >>> w.data, optimizer.learning_rate(), optimizer.state_dict()
    (1.0, 0.5, {'steps': 4, 'state': [{}]})
    """

    def __init__(
        self, params: Iterable[Value], lr: float | Schedule, **first: float
    ) -> None:
        self.parameters = distinct(params, type(self).__name__)
        self.lr = lr if callable(lr) else within("lr=", lr)
        self.steps = 0
        self.state = Remembered({p: dict(first) for p in self.parameters})

    def coefficients(self, t: int, rate: float) -> Coefficients:
        """Give the numbers that all updates of step `t` have in common."""
        return (rate,)

    def update(
        self,
        xp: Any,
        p: Number,
        g: Number,
        state: State,
        coefficients: Coefficients,
    ) -> tuple[Number, State]:
        """Give the new parameter and the new state; a pure function.

        xp : namespace
            Where functions come from, as in a row of the table.
        p, g : float, or whatever `xp` works on
            A parameter and its gradient.
        state : dict from str
            What is remembered of this parameter; not to be changed.
        coefficients : tuple of float
            What :meth:`coefficients` gave for this step.
        returns : p : float, or whatever `xp` works on
            The new parameter.
        returns : state : dict from str
            What to remember, under the same names.
        """
        raise NotImplementedError

    def learning_rate(self) -> float:
        """Give the rate that the next step uses.

        An ``OptionError`` is raised if it is negative or not finite.
        """
        rate = self.lr(self.steps) if callable(self.lr) else self.lr
        if type(rate) is float and 0 <= rate < math.inf:
            return rate  # the usual case, in every step
        return within(f"lr= at step {self.steps}", rate)

    def zero_grad(self) -> None:
        """Set every gradient to 0; without this they add up."""
        for p in self.parameters:
            p.grad = 0.0

    def step(self, loss: Value | None = None) -> None:
        """Move every parameter once, or none of them.

        A parameter that the loss does not depend on has gradient 0 and is
        updated like any other: momentum and weight decay go on.  A gradient
        of ``None`` counts as 0; PyTorch leaves such a parameter alone.

        loss : Value, optional
            What was differentiated.  No step needs it; but if a gradient
            is not finite, the error then names the first node of the
            graph of this loss that went wrong.
        raises : NonFiniteGradientError
            If a gradient is infinite or not a number.
        raises : OptionError, NumberError
            If the learning rate is negative or not finite, or `loss` is
            something else.
        """
        outermost("a training step runs by itself", "differentiate the loss")
        rate, who = self.learning_rate(), f"{type(self).__name__}.step()"
        if loss is not None and not isinstance(loss, Value):
            do = "call loss.backward() before it, not in a closure"
            raise NumberError(f"{who} takes the loss", short(loss), do)
        _fill(self.parameters)
        if not all(math.isfinite(p.grad) for p in self.parameters):
            refuse_nonfinite(self.parameters, who, _advice(loss))
        coefficients = self.coefficients(self.steps, rate)
        results = [self._updated(p, coefficients) for p in self.parameters]
        for p, (data, state) in zip(self.parameters, results, strict=True):
            p.data = data
            self.state[p] = state
        self.steps += 1

    def _updated(
        self, p: Value, coefficients: Coefficients
    ) -> tuple[float, dict[str, float]]:
        """Read the update on floats; where Python raises, on IEEE floats."""
        state = self.state[p]
        try:
            return self.update(floats, p.data, p.grad, state, coefficients)
        except floats.RAISES:
            state = {name: IEEE(x) for name, x in state.items()}
            data, grad = IEEE(p.data), IEEE(p.grad)
            data, state = self.update(ieee, data, grad, state, coefficients)
            return float(data), {name: float(x) for name, x in state.items()}

    # --- Saving and loading ---

    def state_dict(self) -> dict[str, Any]:
        """Give what is remembered as lists and numbers that JSON can hold."""
        state = [dict(self.state[p]) for p in self.parameters]
        return {"steps": self.steps, "state": state}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Remember what :meth:`state_dict` gave.

        Settings such as the learning rate are not part of it: make the
        optimiser with the same ones.  What does not fit is refused with a
        ``StateError``, and nothing is changed.
        """
        steps, rows = _read(saved, type(self).__name__)
        _compare(rows, self.state_dict()["state"], type(self).__name__)
        self.steps = steps
        self.state = Remembered(zip(self.parameters, rows, strict=True))


# --- What is accepted: a range excludes nan, which compares false ---


def within(
    name: str, x: Any, low: float = 0.0, high: float = math.inf
) -> float:
    """Check a setting and give it as a float, where ``low <= x < high``."""
    asked = f"{name} takes a finite number >= {low:g}"
    if high < math.inf:
        asked += f" and < {high:g}"
    return to_setting(x, asked, lambda number: low <= number < high)


def fractions(name: str, pair: Any) -> tuple[float, float]:
    """Check two settings, each at least 0 and below 1."""
    if not isinstance(pair, Sequence) or len(pair) != 2:
        asked = f"{name} takes two numbers"
        raise OptionError(asked, short(pair), "pass a pair of them")
    first, second = (within(name, x, 0.0, 1.0) for x in pair)
    return first, second


def distinct(params: Iterable[Value], who: str) -> list[Value]:
    """Check the parameters and give them in order, each once."""
    asked = f"{who}(params) takes a list of Values"
    do = "pass model.parameters() or a list of Values"
    if not isinstance(params, Iterable):
        raise NumberError(asked, short(params), do)
    given = list(params)
    if not given:
        asked = f"{who}(params) needs at least one parameter"
        raise ShapeError(asked, "none", do)
    for p in given:
        if not isinstance(p, Value):
            raise NumberError(asked, f"{short(p)} in it", do)
        if p.inputs or not p.requires_grad:
            asked = f"{who}(params) takes leaves, which gradients collect in"
            kind = f"the result of {p.op}" if p.inputs else "the constant"
            do = "pass the Values it was made from, or a new Value"
            raise OptionError(asked, f"{kind} {p!r}", do)
    _fill(given)
    return list(dict.fromkeys(given))


def _fill(parameters: list[Value]) -> None:
    for p in parameters:
        if p.grad is None:
            p.grad = 0.0


def refuse_nonfinite(parameters: list[Value], who: str, do: str) -> None:
    """Raise if a gradient is infinite or not a number."""
    for i, p in enumerate(parameters):
        if not math.isfinite(p.grad):
            name = p.label or f"parameter {i}"
            asked = f"{who} needs finite gradients"
            raise NonFiniteGradientError(asked, f"{p.grad} for {name}", do)


# --- Saved states ---

FIT = "load what state_dict() of an optimiser like this one gave"


def _read(saved: Any, who: str) -> tuple[int, list[State]]:
    try:
        steps = to_count(saved["steps"], "steps", 0)
        rows = [
            {name: float(x) for name, x in row.items()}
            for row in saved["state"]
        ]
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
        asked = f"{who}.load_state_dict() takes a dict of steps and state"
        raise StateError(asked, short(saved), FIT) from None
    return steps, rows


def _compare(rows: list[State], known: list[State], who: str) -> None:
    asked = f"{who}.load_state_dict() expects the state of"
    if len(rows) != len(known):
        asked = f"{asked} {len(known)} parameters"
        raise StateError(asked, f"{len(rows)}", FIT)
    for i, (row, names) in enumerate(zip(rows, known, strict=True)):
        if row.keys() != names.keys():
            asked = f"{asked} parameter {i} to be {list(names)}"
            raise StateError(asked, f"{list(row)}", FIT)


def _advice(loss: Value | None) -> str:
    if loss is None:
        return "call step(loss) to learn which node went wrong first"
    found = find_nonfinite(loss)
    if found is None:
        return "the graph of this loss is finite, so look at the others"
    return f"the first to go wrong is {found}"


# --- Clipping, between backward() and step() ---

@documented
def clip_grad_norm_(
    params: Iterable[Value], max_norm: float, norm_type: float = 2.0
) -> float:
    r"""Shorten all gradients, taken as one vector, to a largest length.

    .. math:: g \leftarrow g \min\left(1,
        \frac{c}{\lVert g \rVert + 10^{-6}}\right)

    [Pascanu2013]_, algorithm 1, with PyTorch's small constant.

    params : iterable of Value
        Whose gradients; duplicates are taken once.
    max_norm : float >= 0
        :math:`c`.  Infinity changes nothing: the length is only returned.
    norm_type : float >= 1, optional
        The :math:`q` of :math:`\lVert g \rVert = (\sum |g|^q)^{1 / q}`;
        infinity for the largest :math:`|g|`.
    returns : float
        The length before.
    raises : NonFiniteGradientError
        If a gradient is not finite, where PyTorch spoils all of them.
    raises : OptionError
        If `max_norm` is below 0 or `norm_type` below 1, or one is nan.

    >>> from micrograd import Value, optim
    >>> a, b = Value(0.0), Value(0.0)
    >>> (3.0 * a + 4.0 * b).backward()
    >>> optim.clip_grad_norm_([a, b], max_norm=1.0)
    5.0
    >>> round(a.grad, 6), round(b.grad, 6)
    (0.6, 0.8)
    """
    parameters = distinct(params, "clip_grad_norm_")
    asked = "max_norm= takes a number >= 0, or infinity"
    max_norm = to_setting(max_norm, asked, lambda x: x >= 0)
    asked = "norm_type= takes a number >= 1, or infinity"
    norm_type = to_setting(norm_type, asked, lambda x: x >= 1)
    do = "find the cause with find_nonfinite(loss)"
    refuse_nonfinite(parameters, "clip_grad_norm_()", do)
    total = _norm([abs(p.grad) for p in parameters], norm_type)
    scale = max_norm / (total + 1e-6)
    if scale < 1:
        for p in parameters:
            p.grad *= scale
    return total


def _norm(sizes: list[float], q: float) -> float:
    largest = max(sizes)
    if largest == 0 or q == math.inf:
        return largest
    # Of numbers up to 1, so that no power overflows.
    total = math.fsum((size / largest) ** q for size in sizes)
    return float(largest * total ** (1 / q))


@documented
def clip_grad_value_(params: Iterable[Value], clip_value: float) -> None:
    r"""Cut every gradient off at a largest size.

    .. math:: g \leftarrow \max(-c, \min(g, c))

    This changes the direction of the step, which :func:`clip_grad_norm_`
    does not.  An infinite gradient becomes :math:`\pm c`; one that is not
    a number stays so, for the step to refuse.  Both are as in PyTorch.

    params : iterable of Value
        Whose gradients.
    clip_value : float >= 0
        :math:`c`; an ``OptionError`` is raised if it is not finite.

    >>> from micrograd import Value, optim
    >>> a, b = Value(0.0), Value(0.0)
    >>> (3.0 * a - 0.5 * b).backward()
    >>> optim.clip_grad_value_([a, b], clip_value=1.0)
    >>> a.grad, b.grad
    (1.0, -0.5)
    """
    parameters = distinct(params, "clip_grad_value_")
    clip_value = within("clip_value=", clip_value)
    for p in parameters:
        if abs(p.grad) > clip_value:
            p.grad = math.copysign(clip_value, p.grad)
