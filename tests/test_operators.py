"""Python's operators on Values, dual numbers and printed source.

Each operator is tested with the operand of ours on the left, on the right
and on both sides, beside every kind of number Python and NumPy have.
"""

import math
import operator
import re
from fractions import Fraction

import pytest
from conftest import close
from hypothesis import given
from hypothesis import strategies as st

from micrograd import Value, jvp
from micrograd.dual import Dual
from micrograd.errors import NumberError
from micrograd.operators import Operators
from micrograd.primitives import PRIMITIVES
from micrograd.source import Source

# Python's operator, its symbol, the row, the partials at (x, y).
BINARY = [
    (operator.add, "+", "add", lambda x, y: (1.0, 1.0)),
    (operator.sub, "-", "subtract", lambda x, y: (1.0, -1.0)),
    (operator.mul, "*", "multiply", lambda x, y: (y, x)),
    (operator.truediv, "/", "divide", lambda x, y: (1 / y, -x / y**2)),
    (
        operator.pow,
        "**",
        "power",
        lambda x, y: (y * x ** (y - 1), x**y * math.log(x)),
    ),
]
EVERY_BINARY = pytest.mark.parametrize(
    ("act", "symbol", "row", "slopes"), BINARY, ids=[b[2] for b in BINARY]
)
UNARY = [
    (operator.neg, "neg", -3.0, -1.0),
    (abs, "abs", 3.0, 1.0),
]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]

# --- Values ---


@EVERY_BINARY
def test_two_values(act, symbol, row, slopes):
    x, y = Value(3.0), Value(2.0)
    z = act(x, y)
    assert (z.data, z.op, z.inputs) == (act(3.0, 2.0), symbol, (x, y))
    z.backward()
    for expected, v in zip(slopes(3.0, 2.0), (x, y), strict=True):
        assert close(expected, v.grad)


@EVERY_BINARY
def test_a_number_on_the_right(act, symbol, row, slopes):
    x = Value(3.0)
    z = act(x, 2.0)
    z.backward()
    assert z.data == act(3.0, 2.0)
    assert close(slopes(3.0, 2.0)[0], x.grad)


@EVERY_BINARY
def test_a_number_on_the_left(act, symbol, row, slopes):
    y = Value(2.0)
    z = act(3.0, y)
    z.backward()
    assert z.data == act(3.0, 2.0)
    assert close(slopes(3.0, 2.0)[1], y.grad)
    assert [v.data for v in z.inputs] == [3.0, 2.0]


def kinds_of_three():
    np = pytest.importorskip("numpy")
    return [
        3,
        Fraction(3),
        np.float64(3),
        np.float32(3),
        np.int64(3),
        np.int8(3),
        np.array(3.0),
        np.array(3),
    ]


@EVERY_BINARY
def test_every_kind_of_number_on_either_side(act, symbol, row, slopes):
    for three in kinds_of_three():
        for z in (act(three, Value(2.0)), act(Value(2.0), three)):
            assert type(z) is Value, three
        assert act(three, Value(2.0)).data == act(3.0, 2.0)
        assert act(Value(2.0), three).data == act(2.0, 3.0)


@EVERY_BINARY
def test_booleans_count_as_zero_and_one(act, symbol, row, slopes):
    assert act(True, Value(2.0)).data == act(1.0, 2.0)
    assert act(Value(2.0), True).data == act(2.0, 1.0)


@pytest.mark.parametrize(("act", "symbol", "x", "slope"), UNARY)
def test_signs(act, symbol, x, slope):
    v = Value(x)
    y = act(v)
    y.backward()
    assert (y.data, y.op, y.inputs, v.grad) == (act(x), symbol, (v,), slope)


def test_plus_leaves_a_value_as_it_is():
    v = Value(3.0)
    assert +v is v


@EVERY_BINARY
def test_assignment_operators_make_new_values(act, symbol, row, slopes):
    in_place = getattr(operator, f"i{act.__name__}")
    v = kept = Value(3.0)
    v = in_place(v, 2.0)
    assert (v.data, kept.data) == (act(3.0, 2.0), 3.0)
    v.backward()
    assert close(slopes(3.0, 2.0)[0], kept.grad)


def test_sum_starts_at_the_integer_zero():
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    total = sum(xs)
    total.backward()
    assert total.data == 6.0
    assert [x.grad for x in xs] == [1.0, 1.0, 1.0]
    assert sum(xs, Value(4.0)).data == 10.0


def test_operands_of_a_numpy_array_of_objects_are_values():
    np = pytest.importorskip("numpy")
    xs = [Value(1.0), Value(2.0)]
    total = (np.array(xs) * np.array([3.0, 4.0])).sum()
    total.backward()
    assert (total.data, [x.grad for x in xs]) == (11.0, [3.0, 4.0])


# --- The table of powers ---

# Base, exponent, value, gradient by base, gradient by exponent: PyTorch's.
POWERS = [
    (2.0, 3.0, 8.0, 12.0, 8.0 * math.log(2.0)),
    (-2.0, -3.0, -0.125, -0.1875, math.nan),
    (-2.0, 2.0, 4.0, -4.0, math.nan),
    (-2.0, 0.5, math.nan, math.nan, math.nan),
    (0.0, 2.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 1.0, 0.0),
    (0.0, 0.5, 0.0, math.inf, 0.0),
    (0.0, 0.0, 1.0, 0.0, 0.0),
    (0.0, -1.0, math.inf, -math.inf, -math.inf),
    (5.0, 0.0, 1.0, 0.0, math.log(5.0)),
    (10.0, 400.0, math.inf, math.inf, math.inf),
    (math.inf, -1.0, 0.0, -0.0, math.nan),
]


@pytest.mark.parametrize(("x", "p", "value", "by_x", "by_p"), POWERS)
def test_value_to_the_value(x, p, value, by_x, by_p):
    base, exponent = Value(x), Value(p)
    z = base**exponent
    z.backward()
    assert close(value, z.data)
    assert close(by_x, base.grad)
    assert close(by_p, exponent.grad)


@pytest.mark.parametrize(("x", "p", "value", "by_x", "by_p"), POWERS)
def test_value_to_a_number_and_number_to_the_value(x, p, value, by_x, by_p):
    base, exponent = Value(x), Value(p)
    (base**p).backward()
    (x**exponent).backward()
    assert close(by_x, base.grad)
    assert close(by_p, exponent.grad)


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 3])
def test_whole_powers_of_negative_numbers(exponent):
    v = Value(-3.0)
    y = v**exponent
    y.backward()
    assert y.data == (-3.0) ** exponent
    assert close(exponent * (-3.0) ** (exponent - 1), v.grad)


# --- Comparisons ---


@pytest.mark.parametrize("compare", COMPARISONS)
@given(x=st.floats(), y=st.floats())
def test_comparisons_are_plain_bools_of_the_numbers(compare, x, y):
    expected = compare(x, y)
    for result in (
        compare(Value(x), Value(y)),
        compare(Value(x), y),
        compare(x, Value(y)),
    ):
        assert result is expected


@pytest.mark.parametrize("compare", COMPARISONS)
def test_comparisons_with_numpy_scalars(compare):
    for three in kinds_of_three():
        assert compare(Value(2.0), three) == compare(2.0, 3.0)
        assert compare(three, Value(2.0)) == compare(3.0, 2.0)


def test_the_largest_of_several_values_is_one_of_them():
    a, b, c = Value(1.0), Value(3.0), Value(2.0)
    assert max(a, b, c) is b
    assert sorted([a, b, c]) == [a, c, b]


def test_equal_numbers_are_not_equal_values():
    assert Value(1.0) != Value(1.0)
    assert (Value(1.0) == 1.0) is False


# --- Strangers ---

STRANGERS = ["1", None, [1.0], (1.0,), 1j, {"a": 1.0}, object()]


@EVERY_BINARY
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda s: str(type(s)))
def test_a_stranger_on_either_side_is_refused(
    act, symbol, row, slopes, stranger
):
    told = f"^{re.escape(symbol)} takes real numbers"
    for operands in ((Value(2.0), stranger), (stranger, Value(2.0))):
        with pytest.raises(NumberError, match=told):
            act(*operands)


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda s: str(type(s)))
def test_a_stranger_is_not_compared(compare, stranger):
    for operands in ((Value(2.0), stranger), (stranger, Value(2.0))):
        with pytest.raises(NumberError, match="compares real numbers"):
            compare(*operands)


def test_an_array_of_numbers_beside_a_value_is_one_of_values():
    np = pytest.importorskip("numpy")
    array = np.array([1.0, 2.0])
    for act in (operator.add, operator.mul, operator.pow, operator.truediv):
        for made, expected in (
            (act(array, Value(2.0)), [act(x, 2.0) for x in (1.0, 2.0)]),
            (act(Value(2.0), array), [act(2.0, x) for x in (1.0, 2.0)]),
        ):
            assert expected == [v.data for v in made]


@pytest.mark.parametrize("act", [operator.floordiv, operator.mod])
def test_operators_without_a_derivative_are_python_s_own_error(act):
    with pytest.raises(TypeError, match="unsupported operand"):
        act(Value(3.0), 2.0)


# --- Methods ---


# Operators have no name of their own; `where` starts with a condition.
NAMELESS = {"add", "subtract", "multiply", "divide", "negative", "where"}


@pytest.mark.parametrize("name", sorted(set(PRIMITIVES) - NAMELESS))
def test_every_function_is_a_method_too(name):
    row = PRIMITIVES[name]
    method = {"absolute": "abs", "power": "pow"}.get(name, name)
    assert getattr(Value, method).primitive is row
    numbers = [(low + high) / 2 for low, high in row.domain]
    first, *rest = map(Value, numbers)
    assert getattr(first, method)(*rest).data == row(*numbers)


def test_methods_take_defaults():
    assert Value(-2.0).leaky_relu().data == -0.02
    assert Value(-2.0).leaky_relu(negative_slope=0.5).data == -1.0
    assert Value(-1000.0).elu(alpha=2.0).data == -2.0


# --- Dual numbers ---


@EVERY_BINARY
def test_dual_numbers_on_both_sides(act, symbol, row, slopes):
    by_x, by_y = slopes(3.0, 2.0)
    for direction in [(1.0, 0.0), (0.0, 1.0), (0.5, -2.0)]:
        z, rate = jvp(act, (3.0, 2.0), direction)
        assert z == act(3.0, 2.0)
        assert close(by_x * direction[0] + by_y * direction[1], rate)


@EVERY_BINARY
def test_dual_numbers_beside_numbers(act, symbol, row, slopes):
    by_x, by_y = slopes(3.0, 2.0)
    _, right = jvp(lambda x: act(x, 2.0), (3.0,), (1.0,))
    _, left = jvp(lambda y: act(3.0, y), (2.0,), (1.0,))
    assert close(by_x, right)
    assert close(by_y, left)


@EVERY_BINARY
def test_dual_numbers_beside_values(act, symbol, row, slopes):
    by_x, by_y = slopes(3.0, 2.0)
    v = Value(2.0)
    z, rate = jvp(lambda x: act(x, v), (3.0,), (1.0,))
    assert (float(z), close(by_x, float(rate))) == (act(3.0, 2.0), True)
    v = Value(3.0)
    z, rate = jvp(lambda y: act(v, y), (2.0,), (1.0,))
    assert (float(z), close(by_y, float(rate))) == (act(3.0, 2.0), True)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_dual_numbers_are_compared_by_their_numbers(compare):
    x = Dual(1, 3.0, 1.0)
    for other in (2.0, 3.0, 4.0):
        expected = compare(3.0, other)
        assert compare(x, other) is compare(x, Value(other)) is expected
        assert compare(x, Dual(2, other, 0.0)) is expected


def test_a_dual_number_has_the_names_that_functions_use():
    x = Dual(1, 3.0, 1.0)
    assert (x.data, x.detach(), float(x), bool(x)) == (3.0, 3.0, 3.0, True)
    assert repr(x.tanh()).startswith("Dual(0.99")


# --- Printed source ---


@EVERY_BINARY
def test_source_prints_the_operator(act, symbol, row, slopes):
    x, y = Source("x"), Source("y")
    assert str(act(x, y)) == f"x {symbol} y"
    assert str(act(x, 2)) == f"x {symbol} 2"
    assert str(act(2, y)) == f"2 {symbol} y"
    assert str(PRIMITIVES[row](x, y)) == f"x {symbol} y"


PRINTED = [
    (lambda x, y: x - (y - x), "x - (y - x)"),
    (lambda x, y: (x - y) - x, "x - y - x"),
    (lambda x, y: x / (y / x), "x / (y / x)"),
    (lambda x, y: x / (y * x), "x / (y * x)"),
    (lambda x, y: (x / y) / x, "x / y / x"),
    (lambda x, y: (x + y) * x, "(x + y) * x"),
    (lambda x, y: x + y * x, "x + y * x"),
    (lambda x, y: (x**y) ** x, "(x ** y) ** x"),
    (lambda x, y: x ** (y**x), "x ** y ** x"),
    (lambda x, y: (-x) ** y, "(-x) ** y"),
    (lambda x, y: -(x**y), "-x ** y"),
    (lambda x, y: x ** (-y), "x ** (-y)"),
    (lambda x, y: -(x + y), "-(x + y)"),
    (lambda x, y: x * -2, "x * -2"),
    (lambda x, y: x - -2, "x - -2"),
    (lambda x, y: -2 * x, "-2 * x"),
    (lambda x, y: (-2) ** x, "(-2) ** x"),
    (lambda x, y: 1 - x * x, "1 - x * x"),
    (lambda x, y: (x < y) & (y <= 0), "(x < y) & (y <= 0)"),
    (lambda x, y: 2 - abs(y), "2 - absolute(y)"),
]


@pytest.mark.parametrize(("rule", "expected"), PRINTED)
def test_source_has_the_brackets_that_python_needs(rule, expected):
    assert str(rule(Source("x"), Source("y"))) == expected
    known = {"x": 1.7, "y": -0.6, "absolute": abs}
    assert eval(expected, known) == rule(1.7, -0.6)


# --- Types of the reader's own ---


def test_a_type_of_the_reader_s_own_gets_all_operators():
    class Log(Operators):
        def __primitive__(self, primitive, *operands):
            return primitive.name

        def __float__(self):
            return 2.0

    x = Log()
    assert [x + 1, 1 - x, x * x, 1 / x, x**2, -x, abs(x), x.sin()] == (
        "add subtract multiply divide power negative absolute sin".split()
    )
    assert x > 1
    assert not x <= 1
    assert x
