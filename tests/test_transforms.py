"""Functions of functions: laws, modes, trees, costs.

The laws hold for every function, so they are tried on random expressions,
see `strategies`.  PyTorch's opinion on the same expressions is in `oracle`.

Notation: `f g` functions, `v` a direction, `u` a covector.
"""

import asyncio
import itertools
import math
import threading
from collections import OrderedDict, namedtuple

import pytest
from conftest import (
    DIFFERENCES,
    NINE_DIGITS,
    STEP,
    central_difference,
    close,
    tries,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import expressions, numbers, random_expression

from micrograd import (
    Value,
    derivative,
    elementwise,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    no_grad,
    relu,
    sin,
    sqrt,
    tanh,
    topological_order,
    value_and_grad,
    vjp,
    where,
)
from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.reverse import gradients as gradients_of
from micrograd.transforms import leaves

# So many random expressions a run; each takes a few milliseconds.
MANY = settings(max_examples=tries(1_000))
SOME = settings(max_examples=tries(250))

directions = st.tuples(numbers, numbers, numbers)


def listed(f):
    """A function of several numbers as one of a list of them."""
    return lambda v: f(*v)


def dot(xs, ys):
    return sum(x * y for x, y in zip(xs, ys, strict=True))


def all_close(expected, computed, tolerance=1e-12):
    """Whether two trees agree, relative to their largest number or 1."""
    expected, computed = leaves(expected), leaves(computed)
    assert len(expected) == len(computed)
    scale = max([1.0, *map(abs, expected)])
    pairs = zip(expected, computed, strict=True)
    return all(close(x, y, tolerance, scale) for x, y in pairs)


# --- Laws, on random expressions ---


@MANY
@given(expressions())
def test_forward_and_reverse_mode_give_the_same_gradient(f):
    backwards = grad(listed(f))(list(f.point))
    forwards = jacobian(listed(f), mode="forward")(list(f.point))
    assert all_close(backwards, forwards)


@MANY
@given(expressions())
def test_the_hessian_is_symmetric(f):
    h = hessian(listed(f))(list(f.point))
    assert all_close(h, [list(column) for column in zip(*h, strict=True)])


@MANY
@given(expressions(), directions)
def test_the_gradient_is_the_slope_of_the_function(f, v):
    def along(t):
        return f(*[x + t * rate for x, rate in zip(f.point, v, strict=True)])

    gradient = grad(listed(f))(list(f.point))
    scale = max([1.0, *map(abs, gradient)])
    expected = central_difference(along, 0.0)
    # The third derivative of a composition is larger than that of a row.
    assert close(expected, dot(gradient, v), 100 * DIFFERENCES, scale)


@SOME
@given(expressions(), expressions(), directions, directions)
def test_pulling_back_and_pushing_forward_are_dual(f, g, v, u):
    def both(x, y, z):
        return [f(x, y, z), g(x, y, z), f(z, y, x)]

    _, pushed = jvp(both, f.point, v)
    _, pull = vjp(both, *f.point)
    assert all_close([dot(u, pushed)], [dot(pull(list(u)), v)])


@SOME
@given(expressions(), expressions(), numbers, numbers)
def test_differentiation_is_linear(f, g, a, b):
    point = list(f.point)
    combined = grad(lambda v: a * f(*v) + b * g(*v))(point)
    parts = zip(grad(listed(f))(point), grad(listed(g))(point), strict=True)
    assert all_close([a * df + b * dg for df, dg in parts], combined)


@SOME
@given(expressions(), expressions())
def test_the_product_rule(f, g):
    point = list(f.point)
    computed = grad(lambda v: f(*v) * g(*v))(point)
    slopes = zip(grad(listed(f))(point), grad(listed(g))(point), strict=True)
    x, y = f(*point), g(*point)
    assert all_close([df * y + x * dg for df, dg in slopes], computed)


@SOME
@given(expressions(), expressions(inputs=1))
def test_the_chain_rule(f, g):
    point = list(f.point)
    computed = grad(lambda v: g(f(*v)))(point)
    outer = derivative(g)(f(*point))
    expected = [outer * df for df in grad(listed(f))(point)]
    assert all_close(expected, computed)


@SOME
@given(expressions(), directions)
def test_a_hessian_times_a_vector_is_that(f, v):
    h = hessian(listed(f))(list(f.point))
    assert all_close([dot(row, v) for row in h], hvp(f, f.point, v))


@settings(max_examples=100)
@given(expressions(inputs=1, steps=4))
def test_all_ways_to_the_third_derivative_agree(f):
    (x,) = f.point
    modes = itertools.product((grad, derivative), repeat=3)
    computed = [third(second(first(f)))(x) for first, second, third in modes]
    assert all_close([computed[0]] * 8, computed)


@SOME
@given(expressions())
def test_backward_and_grad_give_the_same_bits(f):
    inputs = [Value(x) for x in f.point]
    f(*inputs).backward()
    gradient = grad(listed(f))(list(f.point))
    assert all_close([v.grad for v in inputs], gradient, 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_hessian_of_fifty_nodes_is_the_slope_of_its_gradient(seed):
    f = random_expression(seed, inputs=5, steps=50)
    computed = hessian(listed(f))(list(f.point))
    for i, row in enumerate(computed):

        def along(x, i=i):
            moved = [*f.point[:i], x, *f.point[i + 1 :]]
            return grad(listed(f))(moved)

        h = STEP
        low, high = along(f.point[i] - h), along(f.point[i] + h)
        slopes = [(b - a) / (2 * h) for a, b in zip(low, high, strict=True)]
        assert all_close(slopes, row, 100 * DIFFERENCES)


# --- Perturbations are not confused ---

ONE_D = {"reverse": grad, "forward": derivative}


@pytest.mark.parametrize("inner", ONE_D)
@pytest.mark.parametrize("outer", ONE_D)
def test_an_inner_derivative_takes_the_outer_variable_for_a_constant(
    outer, inner
):
    d_outer, d_inner = ONE_D[outer], ONE_D[inner]
    # d/dx [ x d/dy (x + y) ] = d/dx [ x * 1 ] = 1; confused, it is 2.
    assert d_outer(lambda x: x * d_inner(lambda y: x + y)(1.0))(1.0) == 1.0
    # The same where the inner variable meets the outer one as its value.
    assert d_outer(lambda x: x * d_inner(lambda y: x + y)(x))(1.0) == 1.0


@pytest.mark.parametrize("inner", ONE_D)
@pytest.mark.parametrize("outer", ONE_D)
def test_mixed_derivatives_through_a_closure(outer, inner):
    d_outer, d_inner = ONE_D[outer], ONE_D[inner]

    def f(x):  # d/dy (x^2 y^3) at y = x is 3 x^4; its slope is 12 x^3
        return d_inner(lambda y: x * x * y**3)(x)

    assert close(12 * 2.0**3, d_outer(f)(2.0))


@pytest.mark.parametrize("modes", list(itertools.product(ONE_D, repeat=3)))
def test_three_levels_keep_apart(modes):
    a, b, c = (ONE_D[mode] for mode in modes)

    def f(x):
        return b(lambda y: y * x * c(lambda z: x * y * z * z)(y))(x)

    # c: 2 x y^2; times y x: 2 x^2 y^3; b: 6 x^2 y^2 at y = x: 6 x^4.
    assert close(24 * 1.5**3, a(f)(1.5))


def test_an_inner_function_that_ignores_its_variable():
    for outer, inner in itertools.product(ONE_D.values(), repeat=2):
        assert outer(lambda x, d=inner: x * d(lambda y: x)(x))(3.0) == 0.0
        assert outer(lambda x, d=inner: d(lambda y: x * y)(x))(3.0) == 1.0


# --- What does not depend on an argument ---


def test_gradients_carry_a_graph_only_when_asked_to():
    x = Value(3.0)
    (plain,), (recorded,) = (
        gradients_of(x * x, x),
        gradients_of(x * x, x, create_graph=True),
    )
    assert (6.0, 6.0) == (plain.data, recorded.data)
    assert plain.inputs == () != recorded.inputs


def test_a_derivative_asks_for_no_partial_but_its_own():
    def refuse(z, x, y):
        raise LookupError("nobody asked for this one")

    @elementwise(lambda z, x, y: y, refuse, domain=[(0, 1), (0, 1)], torch="")
    def half(xp, x, y):
        return x * y

    assert grad(half)(3.0, 5.0) == 5.0
    assert jvp(half, (3.0, 5.0), (1.0, 0.0)) == (15.0, 5.0)
    x, y = Value(3.0), Value(5.0)
    (found,) = grad(half(x, y), [x])
    assert found.data == 5.0
    with pytest.raises(LookupError, match="nobody asked"):
        grad(half, 1)(3.0, 5.0)


def test_a_function_that_ignores_an_argument_has_derivative_zero():
    def f(x, y):
        return x * x

    assert grad(f, 1)(3.0, 4.0) == 0.0
    assert grad(f, (0, 1))(3.0, 4.0) == (6.0, 0.0)
    assert jvp(f, (3.0, 4.0), (0.0, 1.0)) == (9.0, 0.0)
    assert vjp(f, 3.0, 4.0)[1](1.0) == (6.0, 0.0)
    assert hvp(f, (3.0, 4.0), (1.0, 1.0)) == (2.0, 0.0)


def test_a_function_that_returns_a_plain_number_has_derivative_zero():
    def f(x):
        return 5

    assert value_and_grad(f)(3.0) == (5.0, 0.0)
    assert grad(grad(f))(3.0) == derivative(f, 3)(3.0) == 0.0
    assert jvp(f, (3.0,), (1.0,)) == (5.0, 0.0)
    assert vjp(f, 3.0)[1](1.0) == (0.0,)
    assert hessian(f)(3.0) == 0.0
    assert jacobian(lambda x: [5, x])(3.0) == [0.0, 1.0]
    assert hessian(lambda v: v[0])([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]


def test_derivatives_of_a_polynomial_end_in_zero():
    assert [derivative(lambda x: x**3, n)(2.0) for n in range(6)] == (
        [8.0, 12.0, 12.0, 6.0, 0.0, 0.0]
    )


# --- Trees ---

Point = namedtuple("Point", "x y")


def energy(tree):
    return sum(x * x * x for x in leaves(tree))


TREES = [
    (2.0, 12.0),
    ([1.0, 2.0], [3.0, 12.0]),
    ((1.0, (2.0,)), (3.0, (12.0,))),
    ({"w": [1.0, 2.0], "b": 3.0}, {"w": [3.0, 12.0], "b": 27.0}),
    (Point(1.0, [2.0]), Point(3.0, [12.0])),
    ([{"a": (Point(1.0, 2.0),)}], [{"a": (Point(3.0, 12.0),)}]),
    ([], []),
    ({}, {}),
    ([1, 2], [3.0, 12.0]),
]


@pytest.mark.parametrize(("tree", "expected"), TREES, ids=repr)
def test_a_gradient_has_the_form_of_the_argument(tree, expected):
    gradient = grad(energy)(tree)
    assert gradient == expected
    assert type(gradient) is type(expected)
    assert all(type(x) is float for x in leaves(gradient))


@pytest.mark.parametrize(("tree", "expected"), TREES, ids=repr)
def test_all_transforms_take_trees(tree, expected):
    assert value_and_grad(energy)(tree) == (energy(tree), expected)
    assert vjp(energy, tree)[1](2.0) == (grad(lambda t: 2 * energy(t))(tree),)
    assert jvp(energy, [tree], [expected])[1] == dot(
        leaves(expected), leaves(expected)
    )
    for mode in ("reverse", "forward"):
        assert jacobian(energy, mode=mode)(tree) == expected
    twice = hvp(energy, (tree,), (tree,))[0]
    doubled = [2.0 * x for x in leaves(expected)]
    assert type(twice) is type(expected)
    assert leaves(twice) == doubled


def test_a_jacobian_has_a_tree_of_inputs_for_each_output():
    def f(p):
        return {"product": p.x * p.y, "sums": [p.x + p.y, p.x]}

    expected = {
        "product": Point(3.0, 2.0),
        "sums": [Point(1.0, 1.0), Point(1.0, 0.0)],
    }
    for mode in ("reverse", "forward"):
        assert jacobian(f, mode=mode)(Point(2.0, 3.0)) == expected


def test_a_hessian_of_a_tree_is_a_tree_of_trees():
    def f(p):
        return p.x * p.x * p.y

    expected = Point(Point(6.0, 4.0), Point(4.0, 0.0))
    assert hessian(f)(Point(2.0, 3.0)) == expected


def test_ordered_dictionaries_keep_their_order():
    tree = OrderedDict(b=1.0, a=2.0)
    assert list(grad(lambda t: t["a"] * t["b"])(tree)) == ["b", "a"]
    assert grad(lambda t: t["a"] * t["b"])(tree) == {"b": 2.0, "a": 1.0}


# --- Which argument ---


def product(x, y, z=1.0):
    return x * y * z


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [
        (0, 15.0),
        (1, 10.0),
        (2, 6.0),
        (-1, 6.0),
        (-3, 15.0),
        ((0, 2), (15.0, 6.0)),
        ([2, 0], (6.0, 15.0)),
        ((1,), (10.0,)),
        (range(3), (15.0, 10.0, 6.0)),
    ],
)
def test_argnums_chooses_and_orders(argnums, expected):
    assert grad(product, argnums)(2.0, 3.0, 5.0) == expected
    value = (30.0, expected)
    assert value_and_grad(product, argnums)(2.0, 3.0, 5.0) == value


def test_keyword_arguments_are_passed_on():
    assert grad(product)(2.0, 3.0, z=5.0) == 15.0
    assert jacobian(product, 1)(2.0, 3.0, z=5.0) == 10.0
    assert hessian(lambda x, k: k * x * x)(2.0, k=3.0) == 6.0


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("n", [0, 1, 2, -1, -2, -3])
def test_a_jacobian_by_any_argument(mode, n):
    by_each = [15.0, 10.0, 6.0]
    computed = jacobian(product, n, mode=mode)(2.0, 3.0, 5.0)
    assert computed == by_each[n]


@pytest.mark.parametrize("n", [0, 1, -1])
def test_a_hessian_by_any_argument(n):
    expected = [2 * 9.0 * 5.0, 2 * 4.0 * 5.0, 0.0][n]
    computed = hessian(lambda x, y, z: x * x * y * y * z, n)(2.0, 3.0, 5.0)
    assert computed == expected


# --- Plain floats outside, differentiable numbers inside ---


def test_results_at_the_top_are_plain_floats():
    def f(x, y):
        return x * y

    results = [
        grad(f, (0, 1))(2, 3),
        value_and_grad(f)(2, 3),
        jvp(f, (2, 3), (1, 0)),
        (vjp(f, 2, 3)[0], *vjp(f, 2, 3)[1](1)),
        (jacobian(f)(2, 3), hessian(f)(2, 3)),
        hvp(f, (2, 3), (1, 0)),
        (derivative(exp, 2)(0),),
    ]
    assert {type(x) for result in results for x in result} == {float}


def test_values_in_give_differentiable_values_out():
    x = Value(3.0)
    slope = grad(lambda y: y * y * y)(x)
    slope.backward()
    assert (slope.data, x.grad) == (27.0, 18.0)
    x.grad = 0.0
    _, rate = jvp(lambda y: y * y * y, (x,), (1.0,))
    rate.backward()
    assert (rate.data, x.grad) == (27.0, 18.0)
    x.grad = 0.0
    _, pull = vjp(lambda y: y * y * y, x)
    (pulled,) = pull(1.0)
    pulled.backward()
    assert (pulled.data, x.grad) == (27.0, 18.0)


def test_a_transform_leaves_every_grad_as_it_was():
    x, w = Value(3.0), Value(2.0)
    x.grad, w.grad = 5.0, 7.0
    grad(lambda y: y * w)(x)
    grad(lambda y: y * w)(3.0)
    hessian(lambda y: y * y * w)(x)
    assert (x.grad, w.grad) == (5.0, 7.0)


def test_a_function_closing_over_a_model_is_differentiated_by_its_argument():
    w = Value(2.0)
    slope = grad(lambda x: (w * x).tanh())(0.5)
    assert slope == pytest.approx(2.0 * (1 - math.tanh(1.0) ** 2))


@pytest.mark.parametrize("differentiate", [grad, derivative])
def test_branches_and_loops_are_python_s(differentiate):
    def f(x):
        if x > 2:
            return x * x
        total = 0.0
        while total < 10:
            total = total + x
        return total

    assert differentiate(f)(3.0) == 6.0
    assert differentiate(f)(1.5) == 7.0


@pytest.mark.parametrize("differentiate", [grad, derivative])
def test_what_is_detached_is_a_constant(differentiate):
    assert differentiate(lambda x: x * x.detach())(3.0) == 3.0
    assert differentiate(lambda x: x * x.data)(3.0) == 3.0
    assert differentiate(lambda x: x * float(x))(3.0) == 3.0


@pytest.mark.parametrize("differentiate", [grad, derivative])
def test_what_is_not_recorded_is_a_constant(differentiate):
    def f(x):
        with no_grad():
            frozen = x * x
        return frozen * x

    assert differentiate(f)(3.0) == 9.0


@pytest.mark.parametrize("differentiate", [grad, derivative])
def test_a_transform_under_no_grad_differentiates_all_the_same(differentiate):
    with no_grad():
        assert differentiate(lambda x: x * x)(3.0) == 6.0
        assert differentiate(differentiate(lambda x: x**3))(3.0) == 18.0


def test_the_hessian_of_a_function_that_detaches():
    def f(v):
        return v[0] * v[0] * v[1].detach()

    assert hessian(f)([2.0, 3.0]) == [[6.0, 0.0], [0.0, 0.0]]


def test_an_exception_in_f_leaves_no_traces():
    def broken(x):
        raise KeyError("of the user's own")

    for transform in (grad, derivative, jacobian, hessian):
        with pytest.raises(KeyError, match="of the user's own"):
            transform(broken)(1.0)
    assert type(grad(exp)(0.0)) is float  # not left inside a transform
    with no_grad():
        with pytest.raises(KeyError):
            grad(broken)(1.0)
        assert exp(Value(0.0)).inputs == ()  # nor left recording


def test_transforms_keep_the_name_and_docstring_of_the_function():
    def loss(x):
        """How wrong it is."""
        return x * x

    for made in (grad(loss), jacobian(loss), hessian(loss), derivative(loss)):
        assert made.__name__ == "loss"
        assert made.__doc__ == "How wrong it is."


# --- grad on Values, with PyTorch's meaning ---


def test_grad_of_values_returns_constants_and_touches_no_grad():
    x, y = Value(2.0), Value(3.0)
    z = x * y
    slopes = grad(z, [x, y])
    assert [s.data for s in slopes] == [3.0, 2.0]
    assert [s.requires_grad for s in slopes] == [False, False]
    assert (x.grad, y.grad, z.grad) == (0.0, 0.0, 0.0)


def test_grad_of_values_can_carry_a_graph():
    x = Value(2.0)
    (first,) = grad(x**4, x, create_graph=True)
    (second,) = grad(first, x, create_graph=True)
    (third,) = grad(second, x)
    assert [first.data, second.data, third.data] == [32.0, 48.0, 48.0]


def test_grad_of_values_adds_up_several_outputs():
    x = Value(2.0)
    assert grad([x * x, 3.0 * x], x)[0].data == 7.0


def test_grad_by_a_value_in_between():
    x = Value(2.0)
    middle = x * x
    assert grad(middle * x, [middle, x])[0].data == 2.0
    assert grad(middle * x, [middle, x])[1].data == 12.0


def test_grad_of_values_by_what_was_not_used_is_zero():
    x, other = Value(2.0), Value(3.0)
    (slope,) = grad(x * x, other, create_graph=True)
    assert slope.data == 0.0


def test_a_gradient_penalty_trains():
    x, w = Value(2.0), Value(3.0)
    (slope,) = grad(w * w * x, x, create_graph=True)
    (slope * slope).backward()  # w^4, whose slope is 4 w^3
    assert w.grad == 4 * 3.0**3


# --- Higher orders ---


def test_nesting_goes_to_any_order():
    f = tanh
    for n in range(5):
        assert close(derivative(tanh, n)(0.3), f(0.3), NINE_DIGITS)
        f = grad(f)


def test_newton_s_method_with_hessian_and_grad():
    def f(v):
        x, y = v
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    x, y = -1.2, 1.0
    for _ in range(8):
        (a, b), (c, d) = hessian(f)([x, y])
        gx, gy = grad(f)([x, y])
        det = a * d - b * c
        x, y = x - (d * gx - b * gy) / det, y - (a * gy - c * gx) / det
    assert all_close([1.0, 1.0], [x, y])


def test_derivatives_at_kinks_follow_the_convention_in_every_mode():
    for differentiate in (grad, derivative):
        assert differentiate(relu)(0.0) == 0.0
        assert differentiate(abs)(0.0) == 0.0
        assert differentiate(differentiate(relu))(0.0) == 0.0


def test_where_protects_what_it_leaves_out():
    def safe(x):
        return where(x > 0, sqrt(where(x > 0, x, 1.0)), 0.0)

    for differentiate in (grad, derivative):
        assert differentiate(safe)(-1.0) == 0.0
        assert differentiate(safe)(4.0) == 0.25


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_an_output_at_its_pole_does_not_spoil_the_others(mode):
    rows = jacobian(lambda x: [log(x), 3 * x], mode=mode)(0.0)
    assert rows == [math.inf, 3.0]


@pytest.mark.parametrize("mode", [grad, derivative])
def test_the_third_derivative_of_x_plus_x_squared_at_zero_is_zero(mode):
    def f(x):
        return x**1 + x**2

    assert mode(mode(mode(f)))(0.0) == 0.0
    assert mode(mode(f))(0.0) == 2.0


def test_a_power_at_zero_still_changes_with_its_exponent():
    def f(x, p):
        return x**p

    # At the exponent 0 the slope by x is 0, and grows by 1 / x with p.
    assert grad(f)(2.0, 0.0) == 0.0
    assert grad(grad(f), argnums=1)(2.0, 0.0) == 0.5


# --- What it costs ---


class Counter:
    """A row of its own that counts how often it is computed."""

    def __init__(self):
        self.runs = self.slopes = 0

        def slope(y, x):
            self.slopes += 1
            return 2.0

        @elementwise(slope, domain=[(-1, 1)], torch="")
        def twice(xp, x):
            self.runs += 1
            return 2.0 * x

        self.row = twice


@pytest.mark.parametrize("n", [1, 10, 100])
def test_a_reverse_gradient_costs_one_run_whatever_the_number_of_inputs(n):
    counter = Counter()

    def f(v):
        return counter.row(sum(v))

    assert grad(f)([1.0] * n) == [2.0] * n
    assert (counter.runs, counter.slopes) == (1, 1)


@pytest.mark.parametrize("n", [1, 10, 100])
def test_a_forward_jacobian_costs_one_run_for_each_input(n):
    counter = Counter()

    def f(v):
        return counter.row(sum(v))

    assert jacobian(f, mode="forward")([1.0] * n) == [2.0] * n
    assert (counter.runs, counter.slopes) == (n, n)


@pytest.mark.parametrize("n", [1, 10, 100])
def test_a_reverse_jacobian_costs_one_run_and_a_walk_for_each_output(n):
    counter = Counter()

    def f(x):
        y = counter.row(x)
        return [y * i for i in range(n)]

    assert jacobian(f)(1.0) == [2.0 * i for i in range(n)]
    assert (counter.runs, counter.slopes) == (1, n)


@pytest.mark.parametrize("n", [1, 10, 100])
def test_a_hessian_vector_product_costs_a_few_runs(n):
    counter = Counter()

    def f(v):
        return counter.row(sum(x * x for x in v))

    hvp(f, ([1.0] * n,), ([1.0] * n,))
    assert counter.runs <= 3


def test_no_second_run_is_hidden_in_value_and_grad():
    counter = Counter()
    value_and_grad(counter.row)(1.0)
    assert (counter.runs, counter.slopes) == (1, 1)


def test_a_gradient_makes_no_node_that_nobody_needs():
    x = Value(2.0)
    y = x * 3.0
    for _ in range(10):
        y = y * x
    (slope,) = grad(y, x, create_graph=True)
    # A product has two partials, and each a product and a sum on the way.
    assert len(topological_order(slope)) <= 5 * len(topological_order(y))


def test_a_long_program_is_differentiated_without_recursion():
    def f(x):
        total = x
        for _ in range(20_000):
            total = total + x
        return total

    assert grad(f)(1.0) == derivative(f)(1.0) == 20_001.0


# --- Threads and tasks ---


def test_threads_differentiate_side_by_side():
    results = {}

    def work(n):
        inner = [grad(derivative(sin))(float(n)) for _ in range(50)]
        results[n] = set(inner)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: {-math.sin(n)} for n in range(4)}


def test_a_task_inside_a_transform_does_not_change_another():
    async def outside(gate):
        await gate.wait()
        return type(grad(exp)(0.0))

    async def main():
        gate = asyncio.Event()
        task = asyncio.create_task(outside(gate))
        await asyncio.sleep(0)
        grad(lambda x: gate.set() or x)(1.0)
        return await task

    assert asyncio.run(main()) is float


# --- Bad input ---

BAD = [
    (
        lambda: grad(lambda x: [x])(3.0),
        NumberError,
        "a gradient needs f to return one number but got the list "
        "[Value(data=3.0, grad=0.0)]; for several outputs use jacobian",
    ),
    (
        lambda: grad(lambda x: None)(3.0),
        NumberError,
        "a gradient needs f to return one number but got the NoneType None; "
        "pass an int or a float",
    ),
    (
        lambda: hessian(lambda x: "no")(3.0),
        NumberError,
        "a gradient needs f to return one number but got the str 'no'; "
        "convert text with float(...)",
    ),
    (
        lambda: jvp(lambda x: None, (3.0,), (1.0,)),
        NumberError,
        "jvp needs f to return numbers but got the NoneType None; "
        "pass an int or a float",
    ),
    (
        lambda: vjp(lambda x: [x, "no"], 3.0),
        NumberError,
        "vjp needs f to return numbers but got the str 'no'; "
        "convert text with float(...)",
    ),
    (
        lambda: derivative(lambda x: [x, x])(3.0),
        NumberError,
        "derivative needs f to return one number but got the list "
        "[Dual(3.0, 1.0), Dual(3.0, 1.0)]; for several outputs use jacobian",
    ),
    (
        lambda: grad(exp)("3"),
        NumberError,
        "Value(data) takes one real number but got the str '3'; "
        "convert text with float(...)",
    ),
    (
        lambda: grad(exp)([None]),
        NumberError,
        "Value(data) takes one real number but got the NoneType None; "
        "pass an int or a float",
    ),
    (
        lambda: grad(exp, 3)(1.0),
        ShapeError,
        "argnums=3 counts arguments from 0 but got a call with 1; "
        "pass them by position",
    ),
    (
        lambda: grad(exp)(x=1.0),
        ShapeError,
        "argnums=0 counts arguments from 0 but got a call with 0; "
        "pass them by position",
    ),
    (
        lambda: grad(product, (0, -3))(1.0, 2.0, 3.0),
        ShapeError,
        "argnums names each argument once but got (0, -3); "
        "leave out the second",
    ),
    (
        lambda: grad(Value(1.0), 0),
        NumberError,
        "grad(outputs, inputs) takes Values but got 0; "
        "pass a function first, or Values in both places",
    ),
    (
        lambda: jvp(exp, 1.0, 1.0),
        ShapeError,
        "jvp(f, primals, tangents) takes all arguments but got 1.0; "
        "put it into a tuple, as in (x,)",
    ),
    (
        lambda: hvp(exp, 2.0, 1.0),
        ShapeError,
        "hvp(f, primals, tangents) takes all arguments but got 2.0; "
        "put it into a tuple, as in (x,)",
    ),
    (
        lambda: hvp(exp, (2.0,), 1.0),
        ShapeError,
        "hvp(f, primals, tangents) needs two trees of 1 numbers but got "
        "1 in another form; give the second the form of the first",
    ),
    (
        lambda: grad(exp, 1.5)(1.0),
        OptionError,
        "argnums= takes an int or some of them but got 1.5; count from 0",
    ),
    (
        lambda: grad(exp, "x")(1.0),
        OptionError,
        "argnums= takes an int or some of them but got 'x'; count from 0",
    ),
    (
        lambda: jacobian(product, [0, 1])(1.0, 2.0, 3.0),
        OptionError,
        "jacobian(argnums=) takes one int but got [0, 1]; call it for each",
    ),
    (
        lambda: jacobian(exp, mode="sideways"),
        OptionError,
        "jacobian(mode=...) is one of reverse, forward but got 'sideways'; "
        "check the spelling",
    ),
    (
        lambda: derivative(exp, -1),
        OptionError,
        "derivative(f, n) takes a whole number of at least 0 but got -1; "
        "choose one in that range",
    ),
    (
        lambda: derivative(exp, 1.5),
        NumberError,
        "derivative(f, n) takes a whole number of at least 0 but got the "
        "float 1.5; pass an int",
    ),
]


@pytest.mark.parametrize(("act", "error", "told"), BAD, ids=lambda b: "")
def test_bad_input_is_answered_in_the_house_form(act, error, told):
    with pytest.raises(error) as caught:
        act()
    assert str(caught.value).startswith(f"{told}; see https://")


def test_tangents_must_have_the_form_of_the_arguments():
    for tangents in ([1.0], [1.0, 2.0, 3.0], [[1.0], 2.0]):
        with pytest.raises(ShapeError, match="the form of the first"):
            jvp(lambda x, y: x, (1.0, 2.0), tangents)


def weighted(model):
    return 10.0 * model["w"] + model["b"] ** 2


MODEL, TURNED = {"w": 1.0, "b": 2.0}, {"b": 0.0, "w": 1.0}


def test_directions_are_paired_by_key_whatever_the_order_of_the_keys():
    assert jvp(weighted, (MODEL,), (TURNED,)) == (14.0, 10.0)
    assert hvp(weighted, (MODEL,), (TURNED,)) == ({"w": 0.0, "b": 0.0},)
    assert hvp(weighted, (MODEL,), ({"b": 1.0, "w": 0.0},)) == (
        {"w": 0.0, "b": 2.0},
    )
    nested = {"layer": [MODEL], "scale": 3.0}
    direction = {"scale": 0.0, "layer": [TURNED]}
    out = jvp(lambda m: weighted(m["layer"][0]), (nested,), (direction,))
    assert out == (14.0, 10.0)


def test_gradients_pulled_back_are_paired_by_key():
    def f(x):
        return {"double": 2.0 * x, "square": x * x}

    _, pull = vjp(f, 3.0)
    assert pull({"double": 1.0, "square": 0.0}) == (2.0,)
    assert pull({"square": 0.0, "double": 1.0}) == (2.0,)


def test_other_keys_are_another_form():
    other = {"w": 1.0, "c": 0.0}
    _, pull = vjp(lambda x: {"y": x}, 3.0)
    for act in (
        lambda: jvp(weighted, (MODEL,), (other,)),
        lambda: hvp(weighted, (MODEL,), (other,)),
        lambda: pull({"z": 1.0}),
    ):
        with pytest.raises(ShapeError, match="the form of the first"):
            act()


def test_argnums_may_be_numpy_s():
    np = pytest.importorskip("numpy")
    assert grad(product, np.int64(1))(2.0, 3.0, 5.0) == 10.0
    assert grad(product, np.array([0, 2]))(2.0, 3.0, 5.0) == (15.0, 6.0)
    assert jacobian(product, np.int64(1))(2.0, 3.0, 5.0) == 10.0


def test_gradients_pulled_back_must_have_the_form_of_the_output():
    _, pull = vjp(lambda x: [x, x], 1.0)
    for gradients in (1.0, [1.0], [1.0, 2.0, 3.0]):
        with pytest.raises(ShapeError, match="the form of the first"):
            pull(gradients)


def test_a_derivative_at_a_value_leads_on_to_the_values_that_f_uses():
    w = Value(0.5)
    slope = grad(lambda x: exp(w * x))
    assert type(slope(1.0)) is float
    slope(Value(1.0)).backward()
    assert close(1.5 * math.exp(0.5), w.grad, NINE_DIGITS)
