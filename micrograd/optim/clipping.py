r"""Clipping: gradients made smaller before a step.

Called between ``backward()`` and ``step()``, on the same parameters.

Notation: :math:`g` a gradient, :math:`c` the bound.

Leaves out: clipping each layer by itself; pass its parameters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.namespaces import to_setting
from micrograd.optim.optimizer import distinct, refuse_nonfinite, within

__all__ = ["clip_grad_norm_", "clip_grad_value_"]

CAUSE = "find the cause with find_nonfinite(loss)"


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
        If a gradient is not finite, where PyTorch makes all of them nan.
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
    refuse_nonfinite(parameters, "clip_grad_norm_()", CAUSE)
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
