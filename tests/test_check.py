"""Derivatives by differences, gradcheck, and the search for nan."""

import math

import pytest
from conftest import DIFFERENCES, STEP, close

from micrograd import Value, check, elementwise, exp, log, relu, sin, tanh
from micrograd.check import compare, gradcheck
from micrograd.differences import numerical_derivative, numerical_gradient
from micrograd.errors import (
    GradcheckError,
    NumberError,
    OptionError,
    ShapeError,
)
from micrograd.nonfinite import find_nonfinite

nan, inf = math.nan, math.inf


def text(caught):
    """The message without the address at its end."""
    return str(caught.value).partition("; see ")[0]


# --- Differences ---


@pytest.mark.parametrize("x", [0.0, 1.0, -3.0, 1e-9, 700.0, -1e6])
def test_a_difference_finds_the_slope_at_every_scale(x):
    assert close(3.0, numerical_derivative(lambda v: 3.0 * v + 1.0, x), 1e-9)
    slope = numerical_derivative(lambda v: v * v, x)
    assert abs(slope - 2.0 * x) <= 1e-9 * max(1.0, abs(x))


def test_a_difference_takes_functions_of_floats_or_of_values():
    assert close(1.0, numerical_derivative(math.sin, 0.0), DIFFERENCES)
    assert close(1.0, numerical_derivative(sin, 0.0), DIFFERENCES)
    slope = numerical_derivative(lambda x: Value(x).sin(), 0.0)
    assert close(1.0, slope, DIFFERENCES)


def test_a_difference_at_a_kink_is_the_mean_of_both_sides():
    assert numerical_derivative(relu, 0.0) == 0.5


def test_the_step_of_a_difference_may_be_chosen():
    assert numerical_derivative(lambda x: x**3, 0.0, h=2.0) == 4.0


@pytest.mark.parametrize("x", [0.0, 0.5, -1.0, 30.0, -1e6])
def test_the_step_grows_with_the_number_from_one_on(x):
    visited = []
    numerical_derivative(lambda moved: visited.append(moved) or 0.0, x)
    h = max(visited) - x
    # A sum rounds, by far less than a thousandth of the step.
    assert close(STEP * max(1.0, abs(x)), h, 1e-3)
    assert close(h, x - min(visited), 1e-3)


def test_a_difference_divides_by_what_was_really_moved():
    """1 + 1e-15 and 1 - 1e-15 are not 2e-15 apart."""
    assert numerical_derivative(lambda x: x, 1.0, h=1e-15) == 1.0


def test_a_difference_across_a_pole_is_not_finite():
    assert math.isinf(numerical_derivative(log, 1.0, h=1.0))


def test_a_difference_by_each_number_keeps_the_form():
    tree = {"w": [2.0, 3.0], "b": (5.0,)}
    slopes = numerical_gradient(
        lambda t: t["w"][0] * t["w"][1] + t["b"][0], tree
    )
    assert slopes.keys() == tree.keys()
    assert [round(s, 8) for s in slopes["w"]] == [3.0, 2.0]
    assert round(slopes["b"][0], 8) == 1.0
    assert tree == {"w": [2.0, 3.0], "b": (5.0,)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: numerical_derivative(sin, "1"),
            NumberError,
            "numerical_derivative(f, x) takes one real number but got the "
            "str '1'; convert text with float(...)",
        ),
        (
            lambda: numerical_derivative(lambda x: [x], 1.0),
            NumberError,
            "a numerical derivative needs f to return a number but got the "
            "list [",
        ),
        (
            lambda: numerical_derivative(sin, 1.0, h=0.0),
            OptionError,
            "h= takes a finite number above 0 but got 0.0; "
            "leave it out for a good one",
        ),
        (
            lambda: numerical_derivative(sin, 1.0, h=nan),
            OptionError,
            "h= takes a finite number above 0 but got nan; "
            "leave it out for a good one",
        ),
        (
            lambda: numerical_derivative(sin, 1.0, h=-0.5),
            OptionError,
            "h= takes a finite number above 0 but got -0.5; ",
        ),
        (
            lambda: numerical_derivative(sin, 1.0, h=math.inf),
            OptionError,
            "h= takes a finite number above 0 but got inf; ",
        ),
    ],
)
def test_a_difference_refuses_what_is_no_number(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert text(caught).startswith(message)


# --- gradcheck ---


@elementwise(lambda y, x: 1 - y, domain=[(-3, 3)], torch="")
def wrong_at_once(xp, x):
    """Hyperbolic tangent whose partial forgets a square."""
    return xp.tanh(x)


@elementwise(lambda y, x: 2.0, domain=[(-3, 3)], torch="")
def identity(xp, x):
    """A row that claims to grow twice as fast as it does."""
    return x


@elementwise(lambda y, x: identity(1 - y * y), domain=[(-3, 3)], torch="")
def wrong_later(xp, x):
    """Right partial, but made of a row whose own partial is wrong."""
    return xp.tanh(x)


def test_gradcheck_compares_every_input_in_every_mode_and_order():
    rows = gradcheck(lambda x, y: tanh(x * y) + exp(y), [0.5, -1.0])
    assert [(row.order, row.modes, row.argument) for row in rows] == [
        (order, modes, argument)
        for order, modes in [
            (1, "reverse"),
            (1, "forward"),
            (2, "reverse over reverse"),
            (2, "forward over reverse"),
            (2, "reverse over forward"),
            (2, "forward over forward"),
        ]
        for argument in (0, 1)
    ]
    assert max(row.error for row in rows) < DIFFERENCES


def test_gradcheck_goes_to_any_order():
    rows = gradcheck(sin, [0.5], order=4, modes=["forward"])
    assert [row.order for row in rows] == [1, 2, 3, 4]


def test_a_report_prints_as_a_table():
    report = gradcheck(lambda x: 2.0 * x, [1.0], order=1)
    errors = [f"{row.error:.1e}" for row in report]
    assert str(report).splitlines() == [
        "order modes                argument     analytic      numeric"
        "    error",
        "    1 reverse                     0            2            2"
        f"  {errors[0]:>7}",
        "    1 forward                     0            2            2"
        f"  {errors[1]:>7}",
    ]


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_wrong_partial_is_caught_by_one_call(mode):
    with pytest.raises(GradcheckError) as caught:
        gradcheck(wrong_at_once, [0.5], order=1, modes=[mode])
    numeric, analytic = 1 - math.tanh(0.5) ** 2, 1 - math.tanh(0.5)
    assert text(caught) == (
        "gradcheck(wrong_at_once) found that differences give "
        f"{numeric:.8g} as derivative of order 1 with respect to input 0 "
        f"but got {analytic:.8g} in {mode} mode; correct the partials it "
        "uses, or move away from a kink"
    )


def test_a_wrong_second_derivative_is_caught_at_order_2_only():
    gradcheck(wrong_later, [0.5], order=1)
    with pytest.raises(GradcheckError) as caught:
        gradcheck(wrong_later, [0.5], order=2)
    assert "derivative of order 2 with respect to input 0" in text(caught)


def test_errors_that_cancel_along_the_diagonal_are_caught(monkeypatch):
    # Both are right in value, and off by 1 and by -1 in their derivatives.
    @elementwise(
        lambda z, x, y: y + 1,
        lambda z, x, y: x - 1,
        domain=[(0, 1)] * 2,
        torch="",
    )
    def product(xp, x, y):
        return x * y

    @elementwise(
        lambda z, x, y: x - 1,
        lambda z, x, y: 1.0,
        domain=[(0, 1)] * 2,
        torch="",
    )
    def half_square(xp, x, y):
        return x * x / 2

    @elementwise(
        lambda z, x, y: product(x, y),
        lambda z, x, y: half_square(x, y),
        domain=[(0, 1)] * 2,
        torch="",
    )
    def f(xp, x, y):
        return x * x * y / 2

    gradcheck(f, [0.3, 0.4], order=1)
    with pytest.raises(GradcheckError, match="of order 2"):
        gradcheck(f, [0.3, 0.4], order=2)

    class Diagonal:
        def __init__(self, seed):
            pass

        def uniform(self, low, high):
            return 1.0

    monkeypatch.setattr(check, "Random", Diagonal)
    gradcheck(f, [0.3, 0.4], order=2)  # nobody sees it


def test_the_error_names_the_wrong_input():
    with pytest.raises(GradcheckError) as caught:
        gradcheck(lambda x, y: x * identity(y), [1.0, 1.0], order=1)
    assert "with respect to input 1" in text(caught)


def test_a_derivative_that_is_nan_is_caught_among_good_ones():
    @elementwise(lambda y, x: nan, domain=[(-3, 3)], torch="")
    def lost(xp, x):
        return x

    with pytest.raises(GradcheckError) as caught:
        gradcheck(lambda x, y: x + lost(y), [1.0, 1.0], order=1)
    assert "with respect to input 1 but got nan in reverse mode" in text(
        caught
    )


def test_the_outer_mode_is_named_first(monkeypatch):
    """Modes that multiply by 3 and by 5 leave their mark on each row."""
    marks = {"reverse": 3.0, "forward": 5.0}
    for name, mark in marks.items():
        monkeypatch.setitem(
            check.SLOPE, name, lambda f, _, m=mark: lambda x: m * f(x)
        )
        monkeypatch.setitem(
            check.GRADIENT, name, lambda f, x, m=mark: [m * f(*x)]
        )
    rows = gradcheck(lambda x: x, [1.0], order=2, tolerance=inf)
    for row in rows[2:]:
        outer, inner = row.modes.split(" over ")
        assert round(row.numeric, 6) == marks[inner]
        assert row.analytic == marks[outer] * marks[inner]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"order": 0},
            "gradcheck(order=...) takes a whole number of at least 1 but "
            "got 0; choose one in that range",
        ),
        (
            {"modes": ["backward"]},
            "gradcheck(modes=...) takes some of reverse, forward but got "
            "'backward'; check the spelling",
        ),
        (
            {"modes": []},
            "gradcheck(modes=...) takes some of reverse, forward but got "
            "[]; check the spelling",
        ),
    ],
)
def test_gradcheck_refuses_unknown_options(options, message):
    with pytest.raises(OptionError) as caught:
        gradcheck(sin, [0.5], **options)
    assert text(caught) == message


def test_gradcheck_needs_inputs():
    with pytest.raises(ShapeError) as caught:
        gradcheck(lambda: 1.0, [])
    assert text(caught) == (
        "gradcheck(inputs=...) needs at least one number but got none; "
        "pass where to check"
    )


# --- find_nonfinite ---


def test_a_finite_graph_has_nothing_to_find():
    x = Value(2.0)
    root = (x * x).tanh()
    root.backward()
    assert find_nonfinite(root) is None


def test_the_first_bad_number_is_found_and_not_those_it_spoiled():
    x = Value(-1.0, label="x")
    bad = x.log()
    root = (bad * 2.0 + 1.0).tanh()
    root.backward()
    found = find_nonfinite(root)
    assert found.node is found.source is bad
    assert (found.attribute, str(found)) == ("data", "log(-1.0) = nan")


def test_a_value_that_went_wrong_comes_before_a_gradient():
    """The leaf is older than the node, but its gradient came later."""
    w = Value(0.0, label="w")
    root = w.log()
    root.backward()
    assert w.grad == inf
    assert find_nonfinite(root).attribute == "data"


def test_the_gradient_found_is_the_first_on_the_way_back():
    w = Value(2.0, label="w")
    inner = w * 0.0
    root = inner.sqrt() * 3.0
    root.backward()
    found = find_nonfinite(root)
    assert (found.node is inner, found.attribute) == (True, "grad")
    assert str(found).endswith("sent back by sqrt(0.0)")


def test_the_sender_is_found_among_several():
    x = Value(0.0, label="x")
    root = x.sqrt() + x * 2.0 + x.exp()
    root.backward()
    assert str(find_nonfinite(root)) == (
        "grad = inf in x, sent back by sqrt(0.0)"
    )


def test_the_sender_is_not_one_that_spoils_another_leaf():
    y, x = Value(0.0), Value(0.0)
    sender = x.sqrt()
    root = sender + y.sqrt()
    root.backward()
    found = find_nonfinite(root)
    assert found.node is x
    assert found.source is sender


def test_a_gradient_from_another_graph_has_no_sender_here():
    x = Value(0.0, label="x")
    x.log().backward()
    found = find_nonfinite(x * 2.0)
    assert (found.node, found.attribute, found.source) == (x, "grad", None)
    assert str(found) == "grad = inf in x"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x: x / 0.0, "1.0 / 0.0 = inf"),
        (lambda x: (x - 9.0) ** 0.5, "(-8.0) ** 0.5 = nan"),
        (lambda x: (x * 1000.0).exp(), "exp(1000.0) = inf"),
        (lambda x: -(x * inf), "data = inf in Value(data=inf, grad=0.0)"),
        (lambda x: Value(nan, label="y") + x, "data = nan in y"),
    ],
)
def test_what_went_wrong_is_printed_as_arithmetic(make, expected):
    assert str(find_nonfinite(make(Value(1.0)))) == expected


def test_a_seed_that_is_not_finite_is_found_at_the_root():
    x = Value(1.0)
    root = x * 2.0
    root.backward(nan)
    assert find_nonfinite(root).node is root


def test_the_search_has_no_limit_of_depth():
    x = Value(1.0)
    root = x.log() - 1.0
    bad = root = root.sqrt()
    for _ in range(50_000):
        root = root + 1.0
    assert find_nonfinite(root).node is bad


def test_only_a_value_has_a_graph_to_look_at():
    with pytest.raises(NumberError) as caught:
        find_nonfinite(1.0)
    assert text(caught) == (
        "find_nonfinite(root) takes a Value but got 1.0; pass the loss itself"
    )


# --- By hand and by backward ---


def test_gradients_by_hand_are_compared_as_in_the_lecture():
    x, y = Value(3.0), Value(-2.0)
    (x * x * y).backward()
    assert str(compare("dx", [-12.0, 9.0], [x, y])) == (
        "dx              | exact: True  | approximate: True  | maxdiff: 0.0"
    )
    assert compare("dx", -12.0 + 1e-13, x)[1:3] == (False, True)
    assert compare("dx", -12.5, x)[1:] == (False, False, 0.5)


def test_a_gradient_without_a_value_is_refused():
    with pytest.raises(ShapeError) as caught:
        compare("dx", [1.0, 2.0], [Value(0.0)])
    assert str(caught.value).startswith(
        "compare('dx') takes as many gradients as Values but got 2 and 1; "
        "give each Value its gradient by hand"
    )


def test_a_function_written_with_methods_can_be_checked():
    report = gradcheck(lambda x: x.tanh() * x.exp(), [0.5])
    assert max(row.error for row in report) < 1e-6


def test_the_lowest_wrong_order_is_reported():
    with pytest.raises(GradcheckError) as caught:
        gradcheck(relu, [0.0])  # a kink: every order is off
    assert "derivative of order 1 with respect to input 0" in str(caught.value)


def test_gradients_by_hand_are_compared_by_key_whatever_the_order():
    w, b = Value(2.0), Value(3.0)
    (5.0 * w + 7.0 * b).backward()
    assert compare("model", {"b": 7.0, "w": 5.0}, {"w": w, "b": b}).exact
    assert not compare("model", {"b": 5.0, "w": 7.0}, {"w": w, "b": b}).exact
