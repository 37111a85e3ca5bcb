"""Rows that choose among their operands, and gradients that are not finite.

Where a row has not chosen an operand, nothing flows to it: 0, and not 0
times whatever comes from above.  The incoming gradients are compared with
PyTorch's in ``oracle.py``.
"""

import itertools
import math

import pytest
from conftest import close
from strategies import ROWS, points, special_points

from micrograd import (
    Value,
    derivative,
    elementwise,
    grad,
    hessian,
    jvp,
    log,
    maximum,
    minimum,
    relu,
    sqrt,
    where,
)

CHOOSING = [row for row in ROWS if row.unselected]
GRADIENTS = [1.0, 0.0, -0.0, math.inf, -math.inf, math.nan]


def backward(f):
    def slope(x):
        v = Value(x)
        f(v).backward()
        return v.grad

    return slope


def inside_a_transform(f):
    """The gradient on Values, as second derivatives need it."""

    def slope(x):
        seen = []

        def outer(x):
            g = grad(f)(x)
            seen.append(float(g))
            return g

        grad(outer)(x)
        return seen[0]

    return slope


MODES = [backward, grad, derivative, inside_a_transform]

# What stands on the side that is not chosen has an infinite slope.
UNTOUCHED = [
    (lambda x: log(relu(x)), -1.0),
    (lambda x: log(relu(x)), 0.0),
    (lambda x: sqrt(relu(x)), -1.0),
    (lambda x: relu(x) ** 0.5, -1.0),
    (lambda x: sqrt(maximum(x, 0.0)), -1.0),
    (lambda x: sqrt(minimum(0.0, x)), 1.0),
    (lambda x: log(where(x > 0, x, 0.0)), -1.0),
    (lambda x: log(where(x > 0, 0.0, x)), 2.0),
    (lambda x: sqrt(x.sign() + 1), -1.0),
    (lambda x: log(1 - x**0), 2.0),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("f", "x"), UNTOUCHED)
def test_the_logarithm_of_relu_left_of_zero_has_gradient_zero(f, x, mode):
    assert mode(f)(x) == 0.0


@pytest.mark.parametrize("order", [2, 3])
def test_the_logarithm_of_relu_left_of_zero_has_no_curvature(order):
    def f(x):
        return log(relu(x)) * x

    for modes in itertools.product((grad, derivative), repeat=order):
        g = f
        for mode in modes:
            g = mode(g)
        # relu(x) is 0 on this side, and the slope of the product by x is
        # the logarithm itself, -inf, whose slope is 0.
        assert g(-1.0) == 0.0, modes
    assert hessian(lambda v: log(relu(v[0])))([-1.0]) == [[0.0]]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: log(x * 0.0),
        lambda x: log(x.abs()),
        lambda x: log(x**2),
        lambda x: log(x.leaky_relu(0.0)),
    ],
)
def test_zero_times_an_infinite_gradient_is_still_no_number(f):
    # NB: nothing is chosen here; PyTorch says nan, too.
    x = Value(0.0)
    f(x).backward()
    assert math.isnan(x.grad)


def test_an_infinite_rate_does_not_pass_what_is_not_chosen():
    assert jvp(lambda x: relu(sqrt(x) - 1), (0.0,), (1.0,)) == (0.0, 0.0)


def test_what_a_choice_leaves_out_gets_zero_in_a_wide_row():
    condition, x, y = Value(0.0), Value(2.0), Value(3.0)
    where(condition, x, y).backward(math.inf)
    assert (condition.grad, x.grad, y.grad) == (0.0, 0.0, math.inf)


@pytest.mark.parametrize("row", CHOOSING, ids=lambda row: row.name)
def test_what_is_not_chosen_has_partial_zero(row):
    met = 0
    for p in [*points(row), *special_points(row)]:
        for i, condition in row.unselected.items():
            if condition(row(*p), *p) and not any(map(math.isnan, p)):
                met += 1
                assert close(0.0, row.derivative(i, row(*p), *p)), (i, p)
    assert met > 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("g", GRADIENTS)
def test_backward_and_forward_agree_on_every_incoming_gradient(row, g):
    for p in [*points(row, 2), *special_points(row)]:
        values = [Value(x) for x in p]
        row(*values).backward(g)
        for i, v in enumerate(values):
            direction = [g if i == j else 0.0 for j in range(len(p))]
            computed = jvp(row.function, p, direction)[1]
            if g == 0:  # a rate of 0 is that of a constant
                assert v.grad == 0 or math.isnan(v.grad)
            else:
                assert close(v.grad, computed), (p, i, v.grad, computed)


def test_a_row_of_ones_own_can_choose_too():
    def larger(unselected):
        @elementwise(
            lambda z, x, y: where(x > y, 1.0, 0.0),
            lambda z, x, y: where(x > y, 0.0, 1.0),
            domain=[(1, 3), (-3, 0)], torch="", unselected=unselected,
        )  # fmt: skip
        def larger(xp, x, y):
            return xp.where(x > y, x, y)

        return larger

    for unselected, expected in [
        ({0: lambda z, x, y: x <= y, 1: lambda z, x, y: x > y}, 0.0),
        (None, math.nan),
    ]:
        x = Value(-1.0)
        log(larger(unselected)(x, 0.0)).backward()
        assert close(expected, x.grad)
