r"""L-BFGS: steps that use what the last gradients tell of curvature.

Each step goes along :math:`d = -H g`, where `H` stands for the inverse of
the second derivatives.  It is never written down: the changes of the
parameters and of the gradient at earlier steps are kept, and what they say
of `H` is applied to `g`, one pair after another [Nocedal2006]_, algorithm
7.4.

Notation: `g` all gradients in one row; `s` how far a step went, `y` how much
it changed `g`; :math:`\rho = 1 / y^\top s`.

Leaves out: a search for the length of a step.

Sources: PyTorch for arguments, the length of the first step and when to
stop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from micrograd.errors import OptionError
from micrograd.recording import enable_grad
from micrograd.tensors.engine import Tensor
from micrograd.tensors.functions import cat
from micrograd.tensors.optim.optimizer import Optimizer, refuse_nonfinite

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """Several steps at once, each with a new call of the closure.

    Parameters
    ----------
    params : iterable of Tensor
        What to change, in one group.
    lr : float, optional
        How far to go along each direction.
    max_iter : int, optional
        How many steps :meth:`step` takes at most.
    max_eval : int, optional
        How many times it calls the closure at most; by default 5 / 4 of
        that.
    tolerance_grad : float, optional
        Below which largest gradient it stops.
    tolerance_change : float, optional
        Below which change, of the loss or the parameters, it stops.
    history_size : int, optional
        How many earlier steps are kept.
    line_search_fn : None, optional
        As in PyTorch, where there is another choice.

    Raises
    ------
    OptionError
        If a search is asked for, or several groups are given.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.optim import LBFGS
    >>> w = tensor([3.0, 4.0], requires_grad=True)
    >>> optimizer = LBFGS([w])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (w * w * tensor([1.0, 10.0])).sum()
    ...     loss.backward()
    ...     return loss
    >>> closure = optimizer.step(closure)
    >>> bool((w.detach().abs() < 1e-3).all())
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: Any = None,
    ) -> None:
        self.max_iter, self.tolerance_grad = max_iter, tolerance_grad
        self.max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        self.tolerance_change = tolerance_change
        self.history_size = history_size
        super().__init__(params, lr)
        if line_search_fn is not None or len(self.param_groups) > 1:
            asked = "LBFGS() takes one group, and no line_search_fn"
            given = f"{line_search_fn!r}, {len(self.param_groups)} groups"
            raise OptionError(asked, given, "leave it out")
        self.pairs: deque[tuple[Any, Any, Any]] = deque(maxlen=history_size)
        self.before: Any = None  # g, and the step that was taken from there

    def step(self, closure: Any = None) -> Any:
        """Take several steps; give the loss before the first.

        The closure computes gradients and gives the loss.

        Raises
        ------
        OptionError
            If there is no closure.
        NonFiniteGradientError
            If a gradient is infinite or not a number.
        """
        if closure is None:
            asked = "LBFGS.step() takes a function that gives the loss"
            do = "let it call zero_grad() and backward()"
            raise OptionError(asked, "none", do)
        first = loss = self._loss(closure)
        g, calls = self._gradient(), 1
        for i in range(1, self.max_iter + 1):
            if g.abs().max() <= self.tolerance_grad:
                break
            d, t = self._direction(g), self._rate(g)
            if (g @ d).item() > -self.tolerance_change:
                break
            self._move(d * t)
            self.before, self.steps = (g, d * t), self.steps + 1
            if i == self.max_iter:
                break
            last, loss = loss, self._loss(closure)
            g, calls = self._gradient(), calls + 1
            small = (d * t).abs().max() <= self.tolerance_change
            still = abs(loss.item() - last.item()) < self.tolerance_change
            if calls >= self.max_eval or small or still:
                break
        return first

    def _loss(self, closure: Callable[[], Tensor]) -> Tensor:
        with enable_grad():
            return closure()

    def _rate(self, g: Any) -> Any:
        """How far to go; the first time no further than 1 in all."""
        first = min(1.0, 1.0 / g.abs().sum().item())
        return self.lr if self.steps else first * self.lr

    def _gradient(self) -> Any:
        """All gradients in one row."""
        for i, p in enumerate(self.parameters):
            if p.grad is not None:
                refuse_nonfinite(p, "LBFGS.step()", i)
        return cat([
            (p.detach() * 0 if p.grad is None else p.grad).reshape(-1)
            for p in self.parameters
        ])

    def _direction(self, g: Any) -> Any:
        """Apply what is known of H to -g."""
        if self.before is not None:
            y, s = g - self.before[0], self.before[1]
            if (y @ s).item() > 1e-10:
                self.pairs.append((s, y, 1 / (y @ s)))
        d, weights = -g, []
        for s, y, rho in reversed(self.pairs):
            weights.append(rho * (s @ d))
            d = d - y * weights[-1]
        if self.pairs:
            _, y, rho = self.pairs[-1]
            d = d * (1 / (rho * (y @ y)))
        for (s, y, rho), a in zip(self.pairs, reversed(weights), strict=True):
            d = d + s * (a - rho * (y @ d))
        return d

    def _move(self, change: Any) -> None:
        """Add to all parameters."""
        parts = change.split([p.numel() for p in self.parameters])
        for p, part in zip(self.parameters, parts, strict=True):
            p.data.add_(part.reshape(p.shape))
