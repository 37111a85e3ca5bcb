"""Every row of the table, in every reading, at every order.

The tests iterate the table, so a new row is tested before anyone writes a
test for it.  Readings: floats, IEEE floats, Values, NumPy arrays, dual
numbers, printed source.  Orders: the value, and the first three
derivatives, each in reverse mode, in forward mode, mixed, and out of the
printed source of a partial.  Each order is compared with central
differences of the order below, so that in the end all of them hang on the
value.

Arrays are read at orders zero and one: transforms take numbers.

Notation: `row` a row, `i j k` operands to differentiate by, `p` a point.
"""

import inspect
import itertools
import math

import pytest
from conftest import (
    DIFFERENCES,
    EPSILON,
    NINE_DIGITS,
    ROUNDING,
    SAME_MATHEMATICS,
    central_difference,
    close,
    same_bits,
)
from strategies import ROWS, points, special_points

from micrograd import Value, derivative, grad, jvp, primitives
from micrograd.namespaces import IEEE, ieee
from micrograd.primitives import PRIMITIVES
from micrograd.source import Source

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
BY_OPERANDS = [
    pytest.param(row, by, id=f"{row.name}-{''.join(map(str, by))}")
    for row in ROWS
    for order in (1, 2, 3)
    for by in itertools.combinations_with_replacement(range(row.arity), order)
]
EVERY_DERIVATIVE = pytest.mark.parametrize(("row", "by"), BY_OPERANDS)


def all_points(row):
    return [*points(row), *special_points(row)]


# --- Readings of the value ---


def on_ieee(row, p):
    return float(row.forward(ieee, *map(IEEE, p)))


def on_values(row, p):
    return row(*map(Value, p)).data


def on_duals(row, p):
    return jvp(row.function, p, (1.0,) * row.arity)[0]


def on_duals_of_values(row, p):
    return grad_and_value_inside(row, p)[0]


def on_source(row, p):
    names = list(row.signature.parameters)
    text = str(row(*map(Source, names)))
    return evaluate(text, dict(zip(names, p, strict=True)))


def evaluate(text, numbers):
    """A printed expression, with the operators of the table."""
    known = {name: IEEE(x) for name, x in numbers.items()}
    return float(eval(text, vars(primitives) | known))


def grad_and_value_inside(row, p):
    """The value as it is seen from inside a nested transform."""
    seen = []

    def f(*x):
        result = row(*x)
        seen.append(float(result))
        return result

    jvp(grad(f), p, (1.0,) * row.arity)
    return seen


READINGS = [on_ieee, on_values, on_duals, on_duals_of_values, on_source]


@pytest.mark.parametrize("read", READINGS)
@EVERY_ROW
def test_every_reading_computes_the_same_bits(row, read):
    for p in all_points(row):
        expected, computed = row(*p), read(row, p)
        assert same_bits(expected, computed), (p, expected, computed)


@EVERY_ROW
def test_floats_are_computed_without_the_slow_reading_where_python_can(row):
    for p in points(row):
        assert same_bits(row(*p), float(row.compute(*p))), p


@EVERY_ROW
def test_arrays_are_computed_as_floats_are(row):
    np = pytest.importorskip("numpy")
    every = all_points(row)
    columns = np.array(every).T
    with np.errstate(all="ignore"):  # infinities are asked for
        computed = row(*columns)
    for p, y in zip(every, computed.tolist(), strict=True):
        assert close(row(*p), y, ROUNDING), (p, row(*p), y)


@EVERY_ROW
def test_integers_and_numpy_scalars_are_floats(row):
    np = pytest.importorskip("numpy")
    p = tuple(float(math.ceil(low)) for low, _ in row.domain)
    expected = row(*p)
    for kind in (int, np.float64, np.float32, np.int64, np.array):
        numbers = [kind(x) for x in p]
        assert same_bits(expected, row(*numbers)), kind
        assert same_bits(expected, on_values(row, numbers)), kind


# --- Derivatives ---


def reverse(f, i):
    return grad(f, argnums=i)


def forward(f, i):
    def slope(*p):
        direction = [float(i == j) for j in range(len(p))]
        return jvp(f, p, direction)[1]

    return slope


def differentiate(row, by, modes):
    """The derivative by operands, the modes from the inside out."""
    f = row.function
    for mode, i in zip(modes, by, strict=True):
        f = mode(f, i)
    return f


def analytic(row, by):
    """In the mode that all the others are compared with."""
    return differentiate(row, by, [reverse] * len(by))


@EVERY_DERIVATIVE
def test_a_derivative_is_the_slope_of_the_one_below(row, by):
    *below, i = by
    below = analytic(row, below)
    for p in points(row, 3):

        def along(x, p=p):
            return below(*p[:i], x, *p[i + 1 :])

        expected = central_difference(along, p[i])
        computed = analytic(row, by)(*p)
        scale = max(1.0, abs(along(p[i])))
        assert close(expected, computed, DIFFERENCES, scale), p


@EVERY_DERIVATIVE
def test_all_modes_give_the_same_derivative(row, by):
    expected = analytic(row, by)
    for modes in itertools.product((reverse, forward), repeat=len(by)):
        computed = differentiate(row, by, modes)
        for p in points(row, 3):
            size = max(1.0, abs(expected(*p)))
            names = [mode.__name__ for mode in modes]
            assert close(expected(*p), computed(*p), scale=size), (p, names)


@EVERY_ROW
def test_the_order_of_differentiation_does_not_matter(row):
    middle = tuple((low + high) / 2 for low, high in row.domain)
    corners = [tuple(map(round, p)) for p in points(row)]
    inside = [p for p in corners if in_domain(row, p)]
    for i, j in itertools.combinations(range(row.arity), 2):
        for p in [*points(row), middle, *inside]:
            one = analytic(row, (i, j))(*p)
            other = analytic(row, (j, i))(*p)
            assert close(one, other, scale=1.0), (i, j, p)


def in_domain(row, p):
    intervals = zip(row.domain, p, strict=True)
    return all(low < x < high for (low, high), x in intervals)


@EVERY_DERIVATIVE
def test_the_printed_source_of_a_partial_is_the_derivative(row, by):
    i, *rest = by
    rule = row.partials[i]
    names = list(inspect.signature(rule).parameters)
    text = str(rule(*map(Source, names)))

    def printed(*x):
        known = dict(zip(names, [row(*x), *x], strict=True))
        return eval(text, vars(primitives) | known)

    for j in rest:
        printed = reverse(printed, j)
    for p in points(row, 3):
        expected, computed = analytic(row, by)(*p), printed(*p)
        size = max(1.0, abs(expected))
        assert close(expected, computed, scale=size), (p, text)


@EVERY_ROW
def test_a_partial_on_arrays_is_the_partial_on_floats(row):
    np = pytest.importorskip("numpy")
    every = points(row, 7)
    columns = np.array(every).T
    results = row(*columns)
    for i, rule in enumerate(row.partials):
        slopes = np.broadcast_to(rule(results, *columns), results.shape)
        for p, slope in zip(every, slopes.tolist(), strict=True):
            expected = row.derivative(i, row(*p), *p)
            # A few roundings of what may cancel, as in 1 - y * y.
            assert close(expected, slope, 2 * ROUNDING, scale=1.0), (i, p)


@EVERY_ROW
def test_backward_and_forward_agree_at_special_values(row):
    for p in special_points(row):
        for i in range(row.arity):
            values = [Value(x) for x in p]
            row(*values).backward()
            computed = forward(row.function, i)(*p)
            expected = values[i].grad
            assert close(expected, computed, EPSILON), (i, p)


# What a row may be sent by the nodes above it; what it makes of these is
# compared with PyTorch, in the oracle.
@pytest.mark.parametrize("sent", [-2.0, 0.0, math.inf, -math.inf, math.nan])
@EVERY_ROW
def test_every_walk_hands_on_what_backward_does(row, sent):
    for p in all_points(row):
        values = [Value(x) for x in p]
        row(*values).backward(sent)
        leaves = [Value(x) for x in p]
        root = row(*leaves) * sent
        walks = {
            "returned": grad(root, leaves),
            "recorded": grad(root, leaves, create_graph=True),
        }
        for walk, found in walks.items():
            for v, x in zip(values, found, strict=True):
                assert close(v.grad, x.data, ROUNDING), (walk, p)


@pytest.mark.parametrize("order", [2, 3])
@EVERY_ROW
def test_no_derivative_raises_at_special_values(row, order):
    every = special_points(row)
    some = every if row.arity == 1 else every[:: order + 1]
    modes = itertools.product((reverse, forward), repeat=order)
    for p, mode in itertools.product(some, modes):
        result = differentiate(row, [0] * order, mode)(*p)
        assert isinstance(result, float), p


# --- Kinks and ties ---

KINKED = [
    pytest.param(row, kink, id=f"{row.name}-{kink}")
    for row in ROWS
    for kink in row.kinks
]
BESIDE = 1e-9  # far less than any slope here changes in
NEAR = 10 * BESIDE  # a slope changes a few times as much as its operand


@pytest.mark.parametrize(("row", "kink"), KINKED)
def test_at_a_kink_the_derivative_is_between_those_beside_it(row, kink):
    rest = points(row, 1)[0][1:]
    sides = [grad(row.function)(kink + d, *rest) for d in (-BESIDE, BESIDE)]
    at = grad(row.function)(float(kink), *rest)
    assert min(sides) - NEAR <= at <= max(sides) + NEAR
    assert at == forward(row.function, 0)(float(kink), *rest)


def beyond(row):
    """Points on the other side of a kink or a tie, outside the domain."""
    if row.name in ("maximum", "minimum"):
        return [p[::-1] for p in points(row)]
    if row.name == "where":
        return [(0.0, *rest) for _, *rest in points(row)]
    return [(2 * k - x, *rest) for k in row.kinks for x, *rest in points(row)]


TWO_SIDED = [row for row in ROWS if beyond(row)]


@pytest.mark.parametrize("row", TWO_SIDED, ids=lambda row: row.name)
def test_beyond_a_kink_the_derivative_is_the_slope_too(row):
    for p, i in itertools.product(beyond(row), range(row.arity)):

        def along(x, p=p, i=i):
            return row(*p[:i], x, *p[i + 1 :])

        if (row.name, i) == ("where", 0):
            continue  # a condition is no number to go along
        expected = central_difference(along, p[i])
        for mode in (reverse, forward):
            computed = mode(row.function, i)(*p)
            assert close(expected, computed, DIFFERENCES, 1.0), (p, i)


@EVERY_ROW
def test_no_kink_lies_inside_the_domain(row):
    low, high = row.domain[0]
    assert not any(low < kink < high for kink in row.kinks)


# At kinks, ties and borders of the domain; PyTorch's answers, written out.
CONVENTIONS = [
    ("relu", (0.0,), (0.0,)),
    ("relu", (-0.0,), (0.0,)),
    ("absolute", (0.0,), (0.0,)),
    ("absolute", (-0.0,), (0.0,)),
    ("sign", (0.0,), (0.0,)),
    ("leaky_relu", (0.0, 0.25), (0.25, 0.0)),
    ("elu", (0.0, 0.25), (0.25, 0.0)),
    ("maximum", (2.0, 2.0), (0.5, 0.5)),
    ("minimum", (2.0, 2.0), (0.5, 0.5)),
    ("maximum", (0.0, -0.0), (0.5, 0.5)),
    ("hypot", (3.0, 0.0), (1.0, 0.0)),
    ("power", (0.0, 0.0), (0.0, 0.0)),
    ("power", (0.0, 2.0), (0.0, 0.0)),
    ("power", (0.0, 0.5), (math.inf, 0.0)),
    ("power", (-2.0, -3.0), (-0.1875, math.nan)),
    ("where", (1.0, 3.0, 4.0), (0.0, 1.0, 0.0)),
    ("where", (0.0, 3.0, 4.0), (0.0, 0.0, 1.0)),
]


@pytest.mark.parametrize(("name", "point", "expected"), CONVENTIONS)
def test_the_conventions_are_pytorch_s(name, point, expected):
    values = [Value(x) for x in point]
    PRIMITIVES[name](*values).backward()
    for grad_expected, value in zip(expected, values, strict=True):
        assert close(grad_expected, value.grad)


# --- Numbers at the edge ---

# Where composing the function of others would overflow or lose all digits.
EDGES = [
    ("exp", (1000.0,), math.inf),
    ("exp", (-1000.0,), 0.0),
    ("expm1", (1e-20,), 1e-20),
    ("log", (0.0,), -math.inf),
    ("log", (-1.0,), math.nan),
    ("log1p", (1e-20,), 1e-20),
    ("log1p", (-1.0,), -math.inf),
    ("divide", (1.0, 0.0), math.inf),
    ("divide", (1.0, -0.0), -math.inf),
    ("divide", (0.0, 0.0), math.nan),
    ("multiply", (1e200, 1e200), math.inf),
    ("sqrt", (-1.0,), math.nan),
    ("power", (-2.0, 0.5), math.nan),
    ("power", (10.0, 400.0), math.inf),
    ("power", (-10.0, 309.0), -math.inf),
    ("power", (0.0, -1.0), math.inf),
    ("power", (-0.0, -1.0), -math.inf),
    ("tanh", (1000.0,), 1.0),
    ("tanh", (-1000.0,), -1.0),
    ("sinh", (-1000.0,), -math.inf),
    ("cosh", (-1000.0,), math.inf),
    ("atanh", (1.0,), math.inf),
    ("atanh", (2.0,), math.nan),
    ("acosh", (0.5,), math.nan),
    ("sigmoid", (-1000.0,), 0.0),
    ("sigmoid", (-720.0,), math.exp(-720.0)),
    ("softplus", (1000.0,), 1000.0),
    ("softplus", (-40.0,), math.exp(-40.0)),
    ("logaddexp", (1000.0, 1000.0), 1000.0 + math.log(2.0)),
    ("logaddexp", (-math.inf, -math.inf), -math.inf),
    ("logaddexp", (math.inf, math.inf), math.inf),
    ("hypot", (3e300, 4e300), 5e300),
    ("maximum", (math.nan, 1.0), math.nan),
    ("maximum", (1.0, math.nan), math.nan),
    ("elu", (1000.0, 1.0), 1000.0),
    ("silu", (-1000.0,), 0.0),
    ("gelu", (-40.0,), 0.0),
]


@pytest.mark.parametrize(("name", "point", "expected"), EDGES)
def test_the_value_at_the_edge(name, point, expected):
    assert close(expected, PRIMITIVES[name](*point))


def test_a_negative_base_never_takes_the_logarithm_of_itself():
    x = Value(-3.0)
    y = x**2
    y.backward()
    assert (y.data, x.grad) == (9.0, -6.0)
    assert [v.grad for v in y.inputs if not v.requires_grad] == [0.0]


# --- Closed forms of higher order, from outside the table ---


def test_the_fifth_derivative_of_tanh_is_exact_to_nine_digits():
    def closed(x):  # 8 (2 - 15 s + 15 s^2) s with s = sech(x)^2
        s = 1 / math.cosh(x) ** 2
        return 16 * s - 120 * s * s + 120 * s**3

    for x in (-2.0, -0.7, 0.0, 0.3, 1.0, 2.5):
        computed = derivative(primitives.tanh, 5)(x)
        assert close(closed(x), computed, NINE_DIGITS), x


def test_derivatives_of_all_orders_of_the_sine_turn_in_a_circle():
    x = 0.6
    circle = [math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)]
    for n in range(9):
        computed = derivative(primitives.sin, n)(x)
        assert close(circle[n % 4], computed, SAME_MATHEMATICS), n


def test_derivatives_of_the_logarithm_are_factorials():
    for n in range(1, 8):
        expected = -math.factorial(n - 1) * (-0.5) ** n
        assert close(expected, derivative(primitives.log, n)(2.0))


# --- The table itself ---


def test_the_table_holds_each_row_under_its_name():
    assert list(PRIMITIVES) == [row.name for row in ROWS]
    assert all(getattr(primitives, r.name).primitive is r for r in ROWS)


def test_every_elementwise_function_of_the_module_is_in_the_table():
    declared = {
        f.primitive.name
        for f in vars(primitives).values()
        if hasattr(f, "primitive")
    }
    assert declared == set(PRIMITIVES)


# DESIGN: what the family has between it.
FAMILY = """
add subtract multiply divide power negative absolute
exp log log1p expm1 sqrt sin cos tan asin acos atan
sinh cosh tanh asinh acosh atanh erf
sigmoid softplus relu leaky_relu elu silu gelu
maximum minimum where logaddexp atan2 hypot
"""


@pytest.mark.parametrize("name", FAMILY.split())
def test_the_set_covers_what_the_family_has_between_it(name):
    assert name in PRIMITIVES


@EVERY_ROW
def test_a_row_says_all_it_must(row):
    assert len(row.domain) == row.arity
    assert all(low < high for low, high in row.domain)
    assert row.torch
    assert row.symbol
    assert all(len(point) == row.arity for point in row.special)


def test_a_symbol_names_one_row():
    symbols = [row.symbol for row in ROWS]
    assert len(set(symbols)) == len(symbols)
