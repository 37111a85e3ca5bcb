"""The compiler on every row of the table, at every special value.

Eager is right by the tests of the table; a compiled row has to give the
same numbers, alone and in lanes, in both readers.
"""

import math

import pytest
from conftest import READERS, close, same_bits, tries
from hypothesis import given, settings
from strategies import (
    ROWS,
    expressions,
    points,
    random_expression,
    special_points,
)

import micrograd
from micrograd import Value, elementwise
from micrograd.primitives import PRIMITIVES

EVERY_READER = pytest.mark.parametrize("reader", READERS)
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)

# Rows that are arithmetic and choices, which every machine rounds alike.
EXACT = set(
    "add subtract multiply divide negative absolute sign sqrt relu "
    "leaky_relu maximum minimum where".split()
)
ULP = 1.2 * 2**-52  # one unit in the last place
PARTIAL = 4 * ULP  # a few functions and operations, each rounded
LANES = 103  # vectors, and three lanes left over


def agree(row, reader, expected, computed, tolerance):
    if reader == "python" or row.name in EXACT:
        return same_bits(expected, computed)
    return close(expected, computed, tolerance)


def eager(row, point):
    """The value and the partials of a row."""
    x = [Value(number) for number in point]
    y = row(*x)
    y.backward()
    return y.data, [v.grad for v in x]


def every_point(row):
    return special_points(row) + points(row)


@EVERY_READER
@EVERY_ROW
def test_a_compiled_row_gives_what_eager_gives(row, reader):
    f = micrograd.compile(row, reader=reader)
    for point in every_point(row):
        x = [Value(number) for number in point]
        y = f(*x)
        y.backward()
        value, partials = eager(row, point)
        assert agree(row, reader, value, y.data, ULP), point
        for expected, v in zip(partials, x, strict=True):
            assert agree(row, reader, expected, v.grad, PARTIAL), point
    assert len(f.replays) == 1


@EVERY_READER
@EVERY_ROW
def test_a_row_in_lanes_gives_what_eager_gives(row, reader):
    every = every_point(row)
    every = [every[k % len(every)] for k in range(max(len(every), LANES))]
    f = micrograd.compile(
        lambda c, points: sum(
            a * row(*x) for a, x in zip(c, points, strict=True)
        ),
        reader=reader,
    )
    # The gradient of a factor is the value beside it.
    c = [Value(1.0) for _ in every]
    x = [[Value(number) for number in point] for point in every]
    f(c, x).backward()
    assert max(section.lanes for section in f.last.program.sections) == len(
        every
    )
    for point, a, operands in zip(every, c, x, strict=True):
        value, partials = eager(row, point)
        # A gradient starts from 0.0, and 0.0 + -0.0 is 0.0.
        assert agree(row, reader, 0.0 + value, a.grad, ULP), point
        for expected, v in zip(partials, operands, strict=True):
            assert agree(row, reader, expected, v.grad, PARTIAL), point


@EVERY_READER
@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge"])
def test_comparisons_choose_as_in_eager(reader, name):
    def choose(x, y):
        return micrograd.where(getattr(x, f"__{name}__")(y), 3.0, 4.0) * one

    one = Value(1.0)
    f = micrograd.compile(choose, reader=reader)
    for x, y in special_points(PRIMITIVES["add"]):
        assert choose(x, y).data == f(x, y).data, (x, y)


@EVERY_READER
def test_a_comparison_counts_as_one_or_zero(reader):
    w = Value(2.0)
    f = micrograd.compile(lambda x, y: w * (x > y) + (x < y), reader=reader)
    assert [f(1.0, 0.0).data, f(0.0, 1.0).data] == [2.0, 1.0]


@EVERY_READER
def test_both_of_two_conditions_choose(reader):
    w = Value(1.0)
    f = micrograd.compile(
        lambda x: micrograd.where((x > 0) & (x < 2), w, 5.0), reader=reader
    )
    assert [1.0, 5.0, 5.0] == [f(x).data for x in (1.0, 2.0, -1.0)]


@EVERY_READER
def test_either_or_one_of_two_conditions_chooses(reader):
    w = Value(1.0)
    f = micrograd.compile(
        lambda x: (
            micrograd.where((x > 0) | (x > 2), w, 5.0),
            micrograd.where((x > 0) ^ (x > 2), w, 5.0),
        ),
        reader=reader,
    )
    for x, expected in [
        (3.0, (1.0, 5.0)),
        (1.0, (1.0, 1.0)),
        (-1.0, (5.0, 5.0)),
    ]:
        assert expected == tuple(y.data for y in f(x))


@EVERY_READER
def test_a_condition_may_be_joined_with_a_bool_of_python(reader):
    w = Value(1.0)
    for known in (True, False):
        f = micrograd.compile(
            lambda x, known=known: (
                micrograd.where((x > 0) & known, w, 5.0)
                + micrograd.where(known & (x > 0), w, 5.0)
            ),
            reader=reader,
        )
        expected = 2.0 if known else 10.0
        assert [expected, 10.0] == [f(x).data for x in (1.0, -1.0)]


# --- Random expressions ---


def run_both(expression, compiled):
    """Value and gradients, eager and compiled."""
    results = []
    for f in (expression, compiled):
        x = [Value(number) for number in expression.point]
        y = f(*x)
        y.backward()
        results.append((y.data, [v.grad for v in x]))
    return results


@settings(max_examples=tries(1_000))
@given(expressions())
def test_random_expressions_are_the_same_to_the_last_bit(expression):
    f = micrograd.compile(expression, reader="python")
    (value, grads), (computed, theirs) = run_both(expression, f)
    assert same_bits(value, computed)
    scale = max(map(abs, grads))
    for g, h in zip(grads, theirs, strict=True):
        # Gradients of one number may be added up in another order.
        assert close(g, h, 1e-12, scale)


@pytest.mark.skipif("native" not in READERS, reason="llvmlite is missing")
@pytest.mark.parametrize("batch", range(10))
def test_random_expressions_agree_in_machine_code(batch):
    seeds = range(100 * batch, 100 * batch + 100)
    every = [random_expression(seed, 3, 8) for seed in seeds]
    weights = [Value(1.0) for _ in every]
    f = micrograd.compile(
        lambda points: sum(
            w * e(*x) for w, e, x in zip(weights, every, points, strict=True)
        ),
        reader="native",
    )
    x = [[Value(number) for number in e.point] for e in every]
    f(x).backward()
    for e, w, operands in zip(every, weights, x, strict=True):
        (value, grads), _ = run_both(e, e)
        # 1 ulp a function, amplified by what comes after it.
        assert close(value, w.grad, 1e-9, 1e-3), e
        scale = max(map(abs, grads))
        for g, v in zip(grads, operands, strict=True):
            assert close(g, v.grad, 1e-9, scale), e


# --- Rows of the reader's own ---


@elementwise(lambda y, x: 3 * x * x, domain=[(-2, 2)], torch="")
def cube(xp, x):
    """Cube."""
    return x**3


@elementwise(lambda y, x: 1.0, domain=[(-2, 2)], torch="", symbol="~")
def tanh(xp, x):
    """Not that tanh: it lets gradients through."""
    return xp.where(x > 0, xp.exp(-abs(x)), 0.0)


@EVERY_READER
def test_rows_of_ones_own_keep_their_values_and_partials(reader):
    f = micrograd.compile(
        lambda x, y: cube(x) * tanh(y) + y.tanh(), reader=reader
    )
    x, y = Value(1.5), Value(0.5)
    z = f(x, y)
    z.backward()
    value = 1.5**3 * math.exp(-0.5) + math.tanh(0.5)
    assert close(value, z.data)
    assert close(3 * 1.5**2 * math.exp(-0.5), x.grad)
    assert close(1.5**3 + 1 - math.tanh(0.5) ** 2, y.grad)


@EVERY_READER
def test_infinities_of_a_whole_row_flow_on(reader):
    f = micrograd.compile(lambda x: 1 / x.sigmoid(), reader=reader)
    assert math.inf == f(Value(-1000.0)).data


@EVERY_READER
def test_constants_may_be_infinite(reader):
    w = Value(0.0)
    f = micrograd.compile(
        lambda: micrograd.log(w * 0.0 + 0.0) + micrograd.exp(Value(2000.0)),
        reader=reader,
    )
    assert math.isnan(f().data)
