"""Rows from outside the package, and what a row is.

A reader adds a row in five lines; it must have at once all that the rows of
the table have.  The rows below are declared here, in a module of their own,
and put through what `test_primitives` asks of every row.
"""

import copy
import inspect
import itertools
import math
import pickle

import pytest
import test_primitives as battery
from conftest import all_close, close

from micrograd import Value, derivative, elementwise, grad, hessian, jvp
from micrograd.primitives import PRIMITIVES, exp, log, where
from micrograd.rules import Primitive


@elementwise(
    lambda y, x: where(x <= 0, 0.0, 2 * x), domain=[(0.5, 3)], torch=""
)
def square_of_positive(xp, x):
    """Zero on the left, a parabola on the right.

    >>> square_of_positive(3.0)
    9.0
    """
    return xp.maximum(x, 0.0) * xp.maximum(x, 0.0)


@elementwise(
    lambda z, x, w, k: k * z,
    lambda z, x, w, k: exp(k * x),
    lambda z, x, w, k: x * z,
    domain=[(-1, 1), (0.5, 2), (-1, 1)],
    torch="",
    symbol="grow",
)
def growth(xp, x, w, k):
    """What starts at w and grows at the rate k, after the time x.

    >>> growth(0.0, 2.0, 1.0)
    2.0
    """
    return w * xp.exp(k * x)


@elementwise(
    lambda z, x, base: 1 / (x * log(base)),
    lambda z, x, base: -z / (base * log(base)),
    domain=[(0.5, 3), (1.5, 10)],
    torch="",
)
def logarithm(xp, x, base=10.0):
    """Logarithm to any base.

    >>> logarithm(8.0, 2.0)
    3.0
    """
    return xp.log(x) / xp.log(base)


OWN = [f.primitive for f in (square_of_positive, growth, logarithm)]
EVERY_OWN_ROW = pytest.mark.parametrize("row", OWN, ids=lambda r: r.name)


# --- What the rows of the table go through ---


@EVERY_OWN_ROW
def test_a_row_from_outside_computes_the_same_in_every_reading(row):
    for read in battery.READINGS:
        if read is battery.on_source:  # its name is not in the table
            continue
        battery.test_every_reading_computes_the_same_bits(row, read)
    battery.test_arrays_are_computed_as_floats_are(row)


@EVERY_OWN_ROW
@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_row_from_outside_has_derivatives_of_all_orders(row, order):
    operands = range(row.arity)
    for by in itertools.combinations_with_replacement(operands, order):
        battery.test_a_derivative_is_the_slope_of_the_one_below(row, by)
        battery.test_all_modes_give_the_same_derivative(row, by)
        battery.test_the_printed_source_of_a_partial_is_the_derivative(row, by)


@EVERY_OWN_ROW
def test_a_row_from_outside_never_raises(row):
    battery.test_backward_and_forward_agree_at_special_values(row)
    for order in (2, 3):
        battery.test_no_derivative_raises_at_special_values(row, order)


def test_a_row_from_outside_has_a_symbol_for_drawings():
    x = Value(1.0)
    assert square_of_positive(x).op == "square_of_positive"
    assert growth(x, 1.0, 1.0).op == "grow"


def test_a_wrong_partial_does_not_pass():
    @elementwise(lambda y, x: 2 * x, domain=[(0.5, 2)], torch="")
    def cube(xp, x):
        return x * x * x

    with pytest.raises(AssertionError):
        battery.test_a_derivative_is_the_slope_of_the_one_below(
            cube.primitive, (0,)
        )


def test_a_row_from_outside_does_not_change_the_table():
    assert not set(PRIMITIVES) & {row.name for row in OWN}


# --- The function of a row ---


def test_the_function_has_the_signature_without_the_namespace():
    assert str(inspect.signature(logarithm)) == "(x, base=10.0)"
    assert logarithm.__name__ == "logarithm"
    assert logarithm.__module__ == __name__


def test_defaults_and_names_of_operands_are_python_s():
    assert close(2.0, logarithm(100.0))
    assert close(3.0, logarithm(8.0, base=2.0))
    assert close(3.0, logarithm(base=2.0, x=8.0))
    v = Value(100.0)
    logarithm(v).backward()
    assert close(1 / (100.0 * math.log(10.0)), v.grad)


@pytest.mark.parametrize("wrong", [(), (1.0, 2.0, 3.0)])
def test_a_wrong_number_of_operands_is_python_s_own_error(wrong):
    with pytest.raises(TypeError, match="argument"):
        logarithm(*wrong)
    with pytest.raises(TypeError, match="argument"):
        logarithm(*map(Value, wrong))


def test_the_docstring_has_every_section_and_the_examples_of_the_row():
    text = inspect.getdoc(logarithm)
    sections = ["Parameters", "Returns", "Examples"]
    assert [s for s in sections if f"{s}\n---" in text] == sections
    assert text.startswith("Logarithm to any base.\n")
    assert text.endswith(">>> logarithm(8.0, 2.0)\n3.0")


def test_a_row_shows_its_name():
    assert repr(logarithm.primitive) == "<primitive logarithm(x, base=10.0)>"


# --- Rows are values that can be passed around ---


@pytest.mark.parametrize("row", [PRIMITIVES["tanh"], *OWN], ids=str)
def test_copies_of_a_row_are_the_row_itself(row):
    assert copy.deepcopy(row) is row
    assert copy.copy(row) is row
    assert pickle.loads(pickle.dumps(row)) is row


# --- Derivatives at numbers ---


def test_the_derivative_at_numbers_never_raises():
    assert PRIMITIVES["log"].derivative(0, -math.inf, 0.0) == math.inf
    assert PRIMITIVES["divide"].derivative(0, math.inf, 1.0, 0.0) == math.inf


def test_a_partial_that_fails_for_another_reason_is_not_hidden():
    def broken(y, x):
        raise KeyError("a bug of the reader's own")

    @elementwise(broken, domain=[(1, 2)], torch="")
    def identity(xp, x):
        return x

    with pytest.raises(KeyError, match="a bug of the reader's own"):
        identity(Value(1.0)).backward()
    with pytest.raises(KeyError):
        jvp(identity, (1.0,), (1.0,))
    with pytest.raises(KeyError):
        grad(identity)(1.0)


# --- The protocol: any type can read a row ---


class Counted:
    """Counts how often it is read, and leaves the rest to others."""

    def __init__(self):
        self.times = 0

    def __primitive__(self, primitive, *operands):
        self.times += 1
        return NotImplemented

    def __float__(self):
        return 2.0


def test_an_operand_may_leave_the_reading_to_another():
    class Loud(Counted):
        def __primitive__(self, primitive, *operands):
            return primitive.name.upper()

    shy = Counted()
    assert logarithm(shy, Loud()) == "LOGARITHM"
    assert shy.times == 1


def test_rules_are_primitives():
    assert isinstance(logarithm.primitive, Primitive)
    assert logarithm.primitive.arity == len(logarithm.primitive.partials) == 2


# --- A row inside larger things ---


def test_a_row_from_outside_composes_with_the_transforms():
    def f(v):
        return growth(v[0], v[1], 0.5) * v[1]

    x, w = 0.3, 1.5
    e = math.exp(0.5 * x)
    expected = [[0.25 * w * w * e, w * e], [w * e, 2 * e]]
    computed = hessian(f)([x, w])
    for row, got in zip(expected, computed, strict=True):
        assert all_close(row, got)
    fourth = 0.5**4 * w * e
    assert close(fourth, derivative(lambda t: growth(t, w, 0.5), 4)(x))


def test_a_row_tells_its_signature_and_its_source_without_xp():
    function = PRIMITIVES["leaky_relu"].function
    expected = "(x, negative_slope=0.01)"
    assert expected == str(inspect.signature(function))
    assert expected == str(function.primitive.signature)
    assert "xp.where(x > 0, x, negative_slope * x)" in inspect.getsource(
        function
    )
