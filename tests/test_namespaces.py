"""The namespaces that rules compute in, and numbers at the door."""

import ast
import inspect
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from conftest import same_bits
from hypothesis import given
from hypothesis import strategies as st
from strategies import SPECIAL

from micrograd import namespaces, primitives
from micrograd.compiler.traced import words
from micrograd.errors import NumberError
from micrograd.namespaces import IEEE, Arrays, floats, ieee, to_number
from micrograd.optim import kinds

inf, nan = math.inf, math.nan
any_float = st.floats() | st.sampled_from(SPECIAL)

# --- What every namespace has ---

EVERYWHERE = {*namespaces.FUNCTIONS, "abs", "where", "maximum", "minimum"}
TWO = {"pow", "atan2", "hypot", "maximum", "minimum"}


def arrays():
    return Arrays(pytest.importorskip("numpy"))


@pytest.mark.parametrize("name", sorted(EVERYWHERE))
@pytest.mark.parametrize("space", [ieee, arrays, words])
def test_every_namespace_has_every_function(name, space):
    operands = (1.25,) if name == "acosh" else (0.25,)
    if name in TWO:
        operands = (0.25, 0.5)
    if name == "where":
        operands = (True, 0.25, 0.5)
    expected = getattr(floats, name)(*operands)
    xp = space() if space is arrays else space
    if space is arrays:
        np = xp.xp
        operands = [np.asarray(x) for x in operands]
    assert float(getattr(xp, name)(*operands)) == pytest.approx(expected)


@pytest.mark.parametrize("module", [primitives, kinds])
def test_rules_and_optimisers_use_what_every_namespace_has(module):
    tree = ast.parse(inspect.getsource(module))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "xp"
    }
    assert used
    assert used <= EVERYWHERE


# --- IEEE floats ---


def arithmetic(operator):
    return {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": lambda x, y: x / y,
    }[operator]


@pytest.mark.parametrize("operator", "+-*/")
@given(any_float, any_float)
def test_ieee_arithmetic_is_that_of_the_processor(operator, x, y):
    np = pytest.importorskip("numpy")
    f = arithmetic(operator)
    with np.errstate(all="ignore"):
        expected = float(f(np.float64(x), np.float64(y)))
    for computed in (f(IEEE(x), IEEE(y)), f(IEEE(x), y), f(x, IEEE(y))):
        assert type(computed) is IEEE
        assert same_bits(expected, float(computed))


@given(any_float, any_float)
def test_ieee_powers_are_those_of_the_c_library(x, p):
    np = pytest.importorskip("numpy")
    with np.errstate(all="ignore"):
        expected = float(np.power(np.float64(x), np.float64(p)))
    for computed in (IEEE(x) ** IEEE(p), IEEE(x) ** p, x ** IEEE(p)):
        assert type(computed) is IEEE
        # The last bit of pow is the library's own affair.
        assert float(computed) == pytest.approx(
            expected, rel=1e-15, abs=0.0, nan_ok=True
        )


FUNCTIONS = """
exp expm1 log log1p sqrt sin cos tan sinh cosh tanh
asin acos atan asinh acosh atanh
"""


@pytest.mark.parametrize("name", FUNCTIONS.split())
@given(any_float)
def test_ieee_functions_answer_as_arrays_do_and_never_raise(name, x):
    np = pytest.importorskip("numpy")
    with np.errstate(all="ignore"):
        expected = float(getattr(np, name)(np.float64(x)))
    computed = getattr(ieee, name)(x)
    assert type(computed) is IEEE
    assert float(computed) == pytest.approx(
        expected, rel=1e-14, abs=5e-324, nan_ok=True
    )


@pytest.mark.parametrize("name", FUNCTIONS.split())
@given(any_float)
def test_where_python_has_an_answer_the_ieee_reading_has_the_same(name, x):
    try:
        expected = getattr(floats, name)(x)
    except floats.RAISES:
        return
    assert same_bits(expected, float(getattr(ieee, name)(x)))


def test_dividing_by_zero_knows_the_sign_of_zero():
    assert 1 / IEEE(0.0) == inf
    assert 1 / IEEE(-0.0) == -inf
    assert IEEE(-1.0) / 0 == -inf
    assert math.isnan(IEEE(0.0) / 0.0)
    assert math.isnan(IEEE(nan) / 0.0)


def test_ieee_floats_stay_ieee_floats_under_signs():
    assert type(-IEEE(1.0)) is type(abs(IEEE(-1.0))) is IEEE


@pytest.mark.parametrize("other", ["1", None, [1.0], 1j])
def test_an_ieee_float_leaves_strangers_to_python(other):
    for f in map(arithmetic, "+-*/"):
        if isinstance(other, complex):
            assert isinstance(f(IEEE(2.0), other), complex)
        else:
            with pytest.raises(TypeError):
                f(IEEE(2.0), other)


# --- Larger, smaller, one or the other ---


@pytest.mark.parametrize("xp", [floats, ieee])
def test_nan_wins_against_every_number(xp):
    for x, y in [(nan, 1.0), (1.0, nan), (nan, nan), (nan, -inf)]:
        assert math.isnan(xp.maximum(x, y))
        assert math.isnan(xp.minimum(x, y))


@given(any_float, any_float)
def test_the_larger_and_the_smaller_are_the_two_numbers(x, y):
    np = pytest.importorskip("numpy")
    for name in ("maximum", "minimum"):
        expected = float(getattr(np, name)(x, y))
        assert getattr(floats, name)(x, y) == pytest.approx(
            expected, rel=0.0, abs=0.0, nan_ok=True
        )


def test_where_takes_one_and_never_mixes_in_the_other():
    assert floats.where(True, 1.0, nan) == ieee.where(True, 1.0, nan) == 1.0
    assert floats.where(False, inf, 2.0) == ieee.where(False, inf, 2.0) == 2.0


# --- Arrays ---


def test_arrays_bring_their_own_functions():
    np = pytest.importorskip("numpy")
    xp = Arrays(np)
    assert xp.exp is np.exp
    assert xp.where is np.where


def test_the_error_function_of_an_array_keeps_its_shape():
    np = pytest.importorskip("numpy")
    grid = np.linspace(-3.0, 3.0, 6).reshape(2, 3)
    computed = Arrays(np).erf(grid)
    assert computed.shape == (2, 3)
    expected = [[math.erf(x) for x in row] for row in grid.tolist()]
    assert computed.tolist() == expected


# --- Numbers at the door ---

NUMBERS = [
    (3, 3.0),
    (True, 1.0),
    (2.5, 2.5),
    (Fraction(1, 4), 0.25),
    (10**300, 1e300),
    (nan, nan),
    (-0.0, -0.0),
]


@pytest.mark.parametrize(("given", "expected"), NUMBERS)
def test_every_real_number_becomes_a_float(given, expected):
    assert same_bits(expected, to_number(given, "it"))


@pytest.mark.parametrize("kind", ["float64", "float32", "int8", "bool_"])
def test_numpy_scalars_and_arrays_without_dimensions_are_numbers(kind):
    np = pytest.importorskip("numpy")
    one = getattr(np, kind)(1)
    assert same_bits(1.0, to_number(one, "it"))
    assert same_bits(1.0, to_number(np.array(one), "it"))


STRANGERS = [
    ("1.5", "the str '1.5'; convert text with float(...)"),
    ([1.0], "the list [1.0]; make one Value for each number"),
    ((1.0, 2.0), "the tuple (1.0, 2.0); make one Value for each number"),
    (None, "the NoneType None; pass an int or a float"),
    (
        1 + 2j,
        "the complex (1+2j); use its real and imaginary part as two numbers",
    ),
    (
        10**400,
        "a number of 1329 bits; scale it below 1e308",
    ),
    (Fraction(10**400), "a number of 1329 bits; scale it below 1e308"),
    (Decimal("0.5"), "the Decimal Decimal('0.5'); pass an int or a float"),
    ("x" * 99, f"the str '{'x' * 36}...; convert text with float(...)"),
]


@pytest.mark.parametrize(("given", "told"), STRANGERS)
def test_what_is_no_number_is_named_and_answered(given, told):
    with pytest.raises(NumberError) as caught:
        to_number(given, "the door takes one number")
    expected = f"the door takes one number but got {told}; see "
    assert str(caught.value).startswith(expected)


def test_an_array_of_several_numbers_is_refused():
    np = pytest.importorskip("numpy")
    with pytest.raises(NumberError, match="make one Value for each number"):
        to_number(np.array([1.0, 2.0]), "it")
