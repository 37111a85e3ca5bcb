"""A rule declared outside the package has all that its own rules have.

The rules are those of the page *Add a primitive*, and each test is one of
its promises.  What every row must do, whoever declares it, is tested in
`test_rules`.
"""

import copy
import math
import pickle
from pathlib import Path
from random import Random

import pytest
from conftest import all_close, close

from micrograd import (
    Value,
    derivative,
    draw_dot,
    draw_text,
    elementwise,
    grad,
    gradcheck,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    no_grad,
    relu,
    sin,
    vjp,
    where,
)
from micrograd.errors import GradcheckError, NumberError
from micrograd.nn import MLP
from micrograd.primitives import PRIMITIVES

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "add-a-primitive.md"


@elementwise(
    lambda y, x: 1 / (1 + abs(x)) ** 2,
    domain=[(-3, 3)], torch="nn.functional.softsign", symbol="soft",
)  # fmt: skip
def softsign(xp, x):
    return x / (1 + abs(x))


@elementwise(
    lambda z, x, y: where(abs(x) + relu(y) <= 0, 0, log(y)),
    lambda z, x, y: x / y,
    domain=[(0.5, 2), (0.5, 2)], torch="special.xlogy",
)  # fmt: skip
def xlogy(xp, x, y):
    return xp.where(abs(x) <= 0, 0, x * xp.log(y))


@elementwise(
    lambda y, x: 1 / (3 * y * y),
    domain=[(0.5, 3)], torch="", symbol="∛", kinks=[0],
)  # fmt: skip
def cbrt(xp, x):
    return xp.where(x < 0, -1, 1) * xp.pow(abs(x), 1 / 3)


OWN = [softsign, xlogy, cbrt]
EVERY_OWN = pytest.mark.parametrize("f", OWN, ids=lambda f: f.__name__)


def points(f, number=5):
    rng = Random(f.__name__)
    intervals = f.primitive.domain
    return [[rng.uniform(*i) for i in intervals] for _ in range(number)]


# --- What the five lines give ---


def test_a_rule_of_ones_own_computes_plain_floats():
    assert softsign(3.0) == 0.75
    assert softsign(-3) == -0.75
    assert type(softsign(3)) is float


def test_a_rule_of_ones_own_computes_arrays():
    np = pytest.importorskip("numpy")
    computed = softsign(np.array([[-1.0, 0.0], [3.0, 1.0]]))
    assert computed.tolist() == [[-0.5, 0.0], [0.75, 0.5]]
    both = xlogy(np.array([0.0, 2.0]), np.array([3.0, 1.0]))
    assert both.tolist() == [0.0, 0.0]


def test_a_rule_of_ones_own_records_one_node():
    x = Value(-3.0)
    y = softsign(x)
    assert (y.data, y.inputs, y.op) == (-0.75, (x,), "soft")
    y.backward()
    assert x.grad == 1 / 16


def test_a_rule_of_ones_own_is_a_constant_inside_no_grad():
    with no_grad():
        y = softsign(Value(1.0))
    assert (y.data, y.inputs, y.requires_grad) == (0.5, (), False)


@pytest.mark.parametrize("order", range(1, 6))
@pytest.mark.parametrize("x", [-2.5, -0.1, 0.4, 3.0])
def test_a_rule_of_ones_own_has_derivatives_of_every_order(order, x):
    sign = 1.0 if x > 0 else (-1.0) ** (order + 1)
    size = math.factorial(order) / (1 + abs(x)) ** (order + 1)
    expected = sign * (-1.0) ** (order + 1) * size
    assert close(expected, derivative(softsign, order)(x))
    f = softsign
    for _ in range(order):
        f = grad(f)
    assert close(expected, f(x))


@EVERY_OWN
def test_both_modes_give_the_same_number(f):
    for point in points(f):
        unit = [1.0] * len(point)
        _, rate = jvp(f, tuple(point), tuple(unit))
        _, pull = vjp(f, *point)
        assert close(sum(pull(1.0)), rate)


def test_a_rule_of_ones_own_goes_through_every_transform():
    def f(v):
        return xlogy(softsign(v[0]), v[1])

    x, y = 0.5, 1.5
    s, first, second = x / (1 + x), (1 + x) ** -2, -2 * (1 + x) ** -3
    expected = [
        [second * math.log(y), first / y],
        [first / y, -s / y**2],
    ]
    for row, got in zip(expected, hessian(f)([x, y]), strict=True):
        assert all_close(row, got)
    (product,) = hvp(f, ([x, y],), ([1.0, 0.0],))
    assert all_close(expected[0], product)
    for mode in ("forward", "reverse"):
        slopes = jacobian(lambda v: [f(v)], mode=mode)([x, y])[0]
        assert all_close([first * math.log(y), s / y], slopes)


def test_a_rule_of_ones_own_is_drawn_with_its_symbol():
    y = cbrt(softsign(Value(1.0, label="x")))
    for text in (draw_dot(y).source, draw_text(y)):
        assert "soft" in text
        assert "∛" in text


def test_a_rule_of_ones_own_can_be_an_activation():
    model = MLP(2, [3, 1], activation=softsign, rng=Random(1))
    model([0.5, -1.0]).backward()
    assert "Softsign" in repr(model)
    assert all(p.grad != 0 for p in model.parameters())


def test_graphs_with_a_rule_of_ones_own_can_be_copied_and_stored():
    y = softsign(Value(3.0))
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        twin.backward()
        assert (twin.op, twin.inputs[0].grad) == ("soft", 1 / 16)
    assert y.inputs[0].grad == 0.0


def test_a_rule_of_ones_own_refuses_what_is_no_number():
    with pytest.raises(NumberError, match="softsign"):
        softsign("3.0")


def test_declaring_a_rule_leaves_the_table_as_it_was():
    assert {f.__name__ for f in OWN}.isdisjoint(PRIMITIVES)


# --- Arguments that do not vary, and numbers at the edge ---


def test_a_partial_that_nobody_needs_is_not_computed():
    def forbidden(z, x, k):
        raise AssertionError("k does not vary")

    @elementwise(
        lambda z, x, k: k, forbidden, domain=[(1, 2), (1, 2)], torch=""
    )
    def scaled(xp, x, k=2.0):
        return k * x

    x = Value(3.0)
    scaled(x).backward()
    assert x.grad == 2.0
    assert grad(lambda x: scaled(x, 5.0))(1.0) == 5.0
    assert jvp(lambda x: scaled(x, k=5.0), (1.0,), (1.0,)) == (5.0, 5.0)


def test_edges_of_a_rule_of_ones_own_raise_nothing():
    assert (xlogy(0.0, 0.0), xlogy(1.0, 0.0)) == (0.0, -math.inf)
    assert math.isnan(xlogy(1.0, -1.0))
    assert grad(xlogy, (0, 1))(1.0, 0.0) == (-math.inf, math.inf)
    assert grad(xlogy, (0, 1))(0.0, 0.0)[0] == 0.0
    assert grad(xlogy, (0, 1))(0.0, 0.5) == (math.log(0.5), 0.0)


def test_the_cube_root_knows_its_sign_and_is_vertical_at_zero():
    for read in (cbrt, lambda x: cbrt(Value(x)).data):
        assert close(-2.0, read(-8.0))
        assert close(2.0, read(8.0))
    for mode in (grad, derivative):
        assert close(1 / 12, mode(cbrt)(-8.0))
        assert mode(cbrt)(0.0) == math.inf


# --- A wrong rule does not get past one call ---


@EVERY_OWN
def test_gradcheck_accepts_the_rules(f):
    for point in points(f):
        gradcheck(f, point)


def caught(f, *point):
    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, point)
    return str(caught.value)


def test_one_call_catches_a_forgotten_square():
    @elementwise(lambda y, x: 1 / (1 + abs(x)), domain=[(-3, 3)], torch="")
    def wrong(xp, x):
        return x / (1 + abs(x))

    message = caught(wrong, 0.7)
    assert "gradcheck(wrong)" in message
    assert "order 1 with respect to input 0" in message


def test_one_call_catches_a_wrong_sign():
    @elementwise(lambda y, x: sin(x), domain=[(-3, 3)], torch="cos")
    def wrong(xp, x):
        return xp.cos(x)

    assert "input 0" in caught(wrong, 0.7)


def test_one_call_catches_partials_in_the_wrong_order():
    @elementwise(
        lambda z, x, y: -1.0,
        lambda z, x, y: 1.0,
        domain=[(-3, 3), (-3, 3)], torch="sub",
    )  # fmt: skip
    def wrong(xp, x, y):
        return x - y

    assert "order 1" in caught(wrong, 0.7, 0.2)


def test_one_call_catches_a_slope_that_forgets_its_past():
    @elementwise(lambda y, x: math.cos(x), domain=[(-3, 3)], torch="sin")
    def wrong(xp, x):
        return xp.sin(x)

    gradcheck(wrong, [0.7], order=1)
    assert "order 2" in caught(wrong, 0.7)


# --- The page ---


@pytest.mark.skipif(not PAGE.exists(), reason="the pages are not here")
def test_the_page_shows_the_rules_that_are_tested_here():
    """The same lines, so that what is read is what is tested."""
    page = PAGE.read_text(encoding="utf-8")
    here = Path(__file__).read_text(encoding="utf-8")
    for f in OWN:
        name = f"def {f.__name__}(xp"
        end = page.index("\n", page.index("return", page.index(name)))
        start = page.rindex("@elementwise", 0, end)
        shown = page[start:end]
        assert shown in here.replace("  # fmt: skip", "")
