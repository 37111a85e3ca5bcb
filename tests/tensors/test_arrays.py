"""Rows read on arrays: the same numbers as on floats, in one precision."""

import math

import numpy as np
import pytest
from conftest import ROUNDING, close
from strategies import ROWS, points, special_points

from micrograd import Value, elementwise
from micrograd.primitives import PRIMITIVES
from micrograd.tensors import Tensor
from micrograd.tensors.arrays import CODES, code
from micrograd.tensors.engine import QUICK
from micrograd.tensors.libraries import calmly

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)

# The libraries of Python and of NumPy round functions differently, and what
# is a factor of 1 / y in a rule is a quotient in its code.
AS_ON_FLOATS = 8 * ROUNDING


def columns(row, many):
    """Points as one array for each operand; conditions are truths."""
    found = [np.array(column) for column in zip(*many, strict=True)]
    if row.name == "where":
        found[0] = found[0] != 0
    return found


def read(row, xs, numbers=None):
    """Value and gradients by every operand, as arrays."""
    found = code(row, np, numbers or (False,) * row.arity)
    z = calmly(found.forward, *xs)
    g = np.ones(np.shape(z), np.asarray(z).dtype)
    pulls = [calmly(found.pull(i), g, z, *xs) for i in range(row.arity)]
    return [np.broadcast_to(one, np.shape(z)) for one in (z, *pulls)]


def on_floats(row, point):
    values = [Value(x) for x in point]
    result = row(*values)
    result.backward()
    return [result.data, *(v.grad for v in values)]


@EVERY_ROW
def test_an_array_has_the_numbers_of_floats(row):
    many = [*points(row), *special_points(row)]
    found = read(row, columns(row, many))
    for k, point in enumerate(many):
        for i, expected in enumerate(on_floats(row, point)):
            if row.name == "where" and i == 1:
                continue  # a condition has no gradient
            computed = float(found[i][k])
            assert close(expected, computed, AS_ON_FLOATS), (point, i)


@EVERY_ROW
@pytest.mark.parametrize("shape", [(4,), (2, 2), (), (0,)])
def test_single_precision_stays_single(row, shape):
    n = math.prod(shape)
    many = points(row)[: max(n, 1)]
    xs = [
        x[:n].reshape(shape).astype(np.float32)
        if x.dtype != bool
        else x[:n].reshape(shape)
        for x in columns(row, many)
    ]
    for one in read(row, xs):
        assert np.float32 == one.dtype
        assert shape == one.shape


@EVERY_ROW
def test_numbers_among_the_operands_do_not_widen(row):
    many = points(row)[:4]
    xs = [
        x.astype(np.float32) if x.dtype != bool else x
        for x in columns(row, many)
    ]
    for i in range(row.arity):
        if row.name == "where" or row.arity == 1:
            continue
        mixed: list = [x[0].item() for x in xs]
        mixed[i] = xs[i]
        numbers = tuple(k != i for k in range(row.arity))
        found = code(row, np, numbers)
        z = found.forward(*mixed)
        back = found.pull(i)(np.ones_like(z), z, *mixed)
        assert np.float32 == z.dtype
        assert np.float32 == back.dtype


def source(name, *numbers):
    row = PRIMITIVES[name]
    return code(row, np, numbers or (False,) * row.arity).source


def test_the_code_is_what_a_person_would_write():
    assert "return g * (1.0 - z * z)" in source("tanh")
    assert "return g / x\n" in source("log")
    assert "return g * ~(x <= 0.0)" in source("relu")
    assert "return g\n" in source("add")


def test_a_known_exponent_leaves_no_choice():
    square = source("power", False, 2.0)
    assert "return x * x" in square
    assert "return g * (2.0 * x)" in square
    assert "xp.pow(x, -2.5)" in source("power", False, -1.5)


def test_what_is_used_twice_is_computed_once():
    assert 1 == source("silu").split("silu_by_x")[1].count("xp.exp")


@pytest.mark.parametrize("p", [-2, -1, -0.5, 0, 0.5, 1, 2, 3, 2.5])
def test_powers_known_beforehand_are_those_of_the_row(p):
    row = PRIMITIVES["power"]
    x = np.array([0.3, 1.0, 2.0, 7.5])
    found = read(row, [x, float(p)], (False, float(p)))
    for k, number in enumerate(x):
        expected = on_floats(row, (number, float(p)))
        assert close(expected[0], float(found[0][k]), AS_ON_FLOATS)
        assert close(expected[1], float(found[1][k]), AS_ON_FLOATS)


@pytest.mark.parametrize("p", [0.0, 1.0, 0, 1, True, False])
def test_a_power_with_a_known_exponent_is_not_taken_for_another(p):
    CODES.clear()  # or an earlier test has made the code
    QUICK.clear()
    x = Tensor(np.array([2.0, 3.0]), requires_grad=True)
    y = Tensor(np.array([3.0, 2.0]), requires_grad=True)
    assert [2.0**p, 3.0**p] == (x**p).tolist()
    z = x**y
    z.sum().backward()
    assert [8.0, 9.0] == z.tolist()
    assert [12.0, 6.0] == x.grad.tolist()


def test_dividing_by_the_number_zero_is_no_exception():
    x = Tensor(np.array([1.0, 0.0, -1.0]), requires_grad=True)
    z = x / 0
    assert ["inf", "nan", "-inf"] == [str(v) for v in z.tolist()]
    assert [1.0, 1.0] == (1.0 ** Tensor(np.zeros(2))).tolist()
    (2.0 / Tensor(np.zeros(1), requires_grad=True)).backward()


def test_a_rule_of_the_reader_s_own_works_on_tensors():
    @elementwise(lambda y, x: (x > 0) * 3 * x * x, domain=[(-2, 2)], torch="")
    def half_cube(xp, x):
        return xp.where(x > 0, x * x * x, 0.0)

    x = Tensor(np.array([2.0, -2.0], np.float32), requires_grad=True)
    y = half_cube(x)
    y.backward(Tensor(np.ones(2, np.float32)))
    assert [8.0, 0.0] == y.tolist()
    assert [12.0, 0.0] == x.grad.tolist()
    assert np.float32 == x.grad.dtype
