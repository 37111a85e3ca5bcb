"""The optimisers on tensors: the same updates, read on arrays.

An update of :mod:`micrograd.optim` is written in ordinary arithmetic, with
functions from a namespace that is handed to it.  Here it is handed arrays.

Notation: as in :mod:`micrograd.optim`.

Leaves out: groups of parameters with settings of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from micrograd.errors import (
    NonFiniteGradientError,
    NumberError,
    OptionError,
    ShapeError,
)
from micrograd.namespaces import Arrays
from micrograd.optim import kinds
from micrograd.optim.optimizer import Optimizer as OnNumbers
from micrograd.optim.optimizer import Schedule
from micrograd.optim.settings import within
from micrograd.tensors.engine import Node, Tensor, make
from micrograd.tensors.libraries import calmly, namespace

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "clip_grad_norm_",
    "clip_grad_value_",
]


class Optimizer(OnNumbers):
    """The loop over the parameters, which are tensors.

    Parameters
    ----------
    params : iterable of Tensor
        What to change: leaves that require a gradient.
    lr : float >= 0, or callable
        The learning rate, or a function from the number of a step to one.
    **state : float
        What is remembered of each parameter, with its first value.

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
        self, params: Iterable[Tensor], lr: float | Schedule, **state: float
    ) -> None:
        who = type(self).__name__
        self.parameters: list[Any] = _distinct(params, who)
        self.lr = lr if callable(lr) else within("lr=", lr)
        self.steps = 0
        self.state: Any = {p: dict(state) for p in self.parameters}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every gradient; without this they add up."""
        for p in self.parameters:
            p.grad = None

    def step(self, loss: Any = None) -> None:
        """Move every parameter that has a gradient, or none of them.

        Raises
        ------
        NonFiniteGradientError
            If a gradient is infinite or not a number.
        """
        rate = self.learning_rate()
        ready = [p for p in self.parameters if p.grad is not None]
        for i, p in enumerate(ready):
            refuse_nonfinite(p, f"{type(self).__name__}.step()", i)
        settings = self.coefficients(self.steps, rate)
        for p in ready:
            xp = Arrays(namespace(p.array))
            read = (xp, p.array, p.grad.array, self.state[p], settings)
            array, self.state[p] = calmly(self.update, *read)
            p.data.copy_(make(array))
        self.steps += 1


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


def _on_tensors(kind: type[OnNumbers]) -> Any:
    """An optimiser of numbers, its loop exchanged."""
    body = {"__module__": __name__, "__doc__": kind.__doc__}
    return type(kind.__name__, (kind, Optimizer), body)


SGD, RMSprop = _on_tensors(kinds.SGD), _on_tensors(kinds.RMSprop)
Adagrad, Adam = _on_tensors(kinds.Adagrad), _on_tensors(kinds.Adam)
AdamW = _on_tensors(kinds.AdamW)


# --- Limits to gradients ---


def clip_grad_norm_(
    params: Iterable[Tensor], max_norm: float, norm_type: float = 2.0
) -> Tensor:
    """Shorten all gradients, taken as one vector, to a largest length.

    Parameters
    ----------
    params : iterable of Tensor
        Whose gradients.
    max_norm : float
        The length.
    norm_type : float, optional
        The power of the norm; infinity for the largest absolute number.

    Returns
    -------
    Tensor
        The length before.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import clip_grad_norm_
    >>> w = tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> clip_grad_norm_([w], max_norm=1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    ready = [p.grad for p in params if p.grad is not None]
    lengths = np.array([float(g.norm(norm_type)) for g in ready])
    total = float(np.linalg.norm(lengths, norm_type)) if ready else 0.0
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
