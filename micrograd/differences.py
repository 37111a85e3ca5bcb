r"""Differences: derivatives without calculus.

Move the input a little to both sides and see how far the output moves.
It costs two runs for each input, loses half the digits, and is right
whatever the function is made of: that makes it a good judge of derivatives
and a poor way to compute them.

Notation: `h` the distance that an input is moved to each side.

Leaves out: kinks, where the two sides are averaged.

Sources: [Press2007]_, section 5.7, for the size of `h`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from sys import float_info
from typing import Any

from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.namespaces import inf, to_function, to_number, to_setting
from micrograd.trees import Tree, leaves, rebuild

__all__ = ["numerical_derivative", "numerical_gradient"]

# The difference quotient is wrong by about h**2 (the curve bends) plus
# epsilon / h (subtraction cancels digits); this h makes both equally small.
STEP = float_info.epsilon ** (1 / 3)


@documented
def numerical_derivative(
    f: Callable[[float], Any], x: float, h: float | None = None
) -> float:
    r"""Estimate the slope of `f` at `x` from two values of `f`.

    .. math:: f'(x) \approx \frac{f(x + h) - f(x - h)}{2 h}

    f : callable
        Takes a float, returns a float or a Value.
    x : float
        Where.
    h : float > 0, optional
        How far to move to each side.  The default,
        :math:`\epsilon^{1/3} \max(1, |x|) \approx 6 \cdot 10^{-6}` near
        zero, leaves about ten correct digits.
    returns : float
        The estimate; nan or infinite if `f` is so on either side.
    raises : NumberError
        If `x`, `h` or a value of `f` is not one real number.
    raises : OptionError
        If `h` is not positive and finite.

    >>> from micrograd import tanh
    >>> round(numerical_derivative(tanh, 0.0), 9)
    1.0
    >>> numerical_derivative(lambda x: x * x, 3.0, h=0.5)
    6.0
    """
    x = to_number(x, "numerical_derivative(f, x) takes one real number")
    if h is None:
        h = STEP * max(1.0, abs(x))
    asked = "h= takes a finite number above 0"
    do = "leave it out for a good one"
    h = to_setting(h, asked, lambda step: 0 < step < inf, do)
    right, left = x + h, x - h
    rise = _number(f(right)) - _number(f(left))
    return rise / (right - left)  # what was moved, not 2 h: sums round


def _number(y: Any) -> float:
    if isinstance(y, Value):
        return y.data
    return to_number(y, "a numerical derivative needs f to return a number")


@documented
def numerical_gradient(f: Callable[..., Any], x: Tree) -> Tree:
    """Estimate the gradient of `f` with respect to its argument.

    f : callable
        Takes a tree of floats, returns a float or a Value.
    x : tree of float
        Where: nested lists, tuples and dictionaries of numbers.
    returns : tree of float
        The estimates, in the form of `x`.  Costs two runs of `f` for each
        number, where :func:`micrograd.grad` costs a few in all.

    >>> slopes = numerical_gradient(lambda x: x[0] * x[1], [1.0, -2.0])
    >>> [round(slope, 9) for slope in slopes]
    [-2.0, 1.0]
    """
    to_function(f, "numerical_gradient")
    numbers = leaves(x)

    def along(i: int, moved: float) -> Any:
        return f(rebuild(x, [*numbers[:i], moved, *numbers[i + 1 :]]))

    functions = [partial(along, i) for i in range(len(numbers))]
    return rebuild(x, map(numerical_derivative, functions, numbers))
