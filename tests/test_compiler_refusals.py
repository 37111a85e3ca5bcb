"""What a compiled function must not do, and how it is told so."""

import math
import random

import pytest
from conftest import close

import micrograd
from micrograd import Value, no_grad
from micrograd.errors import (
    GraphSizeError,
    NumberError,
    OptionError,
    RecordingError,
)
from micrograd.nn import MLP


def compiled(fn, *rest, **named):
    return micrograd.compile(fn, *rest, **{"reader": "python", **named})


W = Value(2.0)


HERE = "test_compiler_refusals.py"


def looks():
    """What must not be done, and what the message says of it."""
    yield lambda x: W if x > 0 else -W, "a choice that depends on a number"
    yield lambda x: W if W * x else -W, "a choice that depends on a number"
    yield lambda x: W if W > 0 else -W, "a choice that depends on a number"
    yield lambda x: W if x == 2.0 else -W, "== of numbers"
    yield lambda x: W if x != 2.0 else -W, "== of numbers"
    yield lambda x: W if W * x == x else -W, "== of numbers"
    yield lambda x: W * float(x), "float() of a number"
    yield lambda x: W * int(x), "int() of a number"
    yield lambda x: [W, W][x], "an index or a count"
    yield lambda x: sum([W for _ in range(x)]), "an index or a count"
    yield lambda x: W * math.exp(x), "float() of a number"
    yield lambda x: (W * x).data * W, ".data of a number"
    yield lambda x: W * x * float(W), "float(v) of a parameter"
    yield lambda x: W * x * W.data, ".data of a parameter"
    yield lambda x: W * x * math.exp(W.data), ".data of a parameter"
    yield lambda x: W * x * Value(W.data), ".data of a parameter"
    yield lambda x: max(W * x, W * x * 2), "a choice that depends"
    yield lambda x: W * x * (1 if W * x > 0 else 0), "a choice that depends"


@pytest.mark.parametrize(("look", "given"), list(looks()))
def test_what_would_freeze_a_number_names_the_line(look, given):
    code = look.__code__
    line = f", line {code.co_firstlineno} in {code.co_name} of {HERE}"
    with pytest.raises(RecordingError) as caught:
        compiled(look)(2.0)
    assert given in str(caught.value)
    assert line in str(caught.value)
    assert (2.0, True) == (W.data, (W * W).requires_grad)


def test_parameters_may_be_compared_in_where(reader):
    v = Value(-3.0)
    where = micrograd.where
    f = compiled(
        lambda x: where(v > x, v, 2.0) * where(W <= v, x, W), reader=reader
    )
    for number, x in [(-3.0, 1.0), (5.0, 1.0), (5.0, 7.0)]:
        v.data = number
        assert f.fn(x).data == f(x).data


def test_changing_a_parameter_is_refused_and_undone():
    w = Value(2.0)

    def assign(x):
        y = w * x
        w.data = 5.0
        return y

    def add(x):
        y = w * x
        w.data += 5.0
        return y

    for f in (assign, add):
        with pytest.raises(RecordingError):
            compiled(f)(1.0)
        assert 2.0 == w.data


def test_no_grad_inside_does_not_freeze_a_parameter():
    w = Value(2.0)

    def f(x):
        y = w * x
        with no_grad():
            scale = w * 2.0
        return y * scale

    with pytest.raises(RecordingError):
        compiled(f)(1.0)


@pytest.mark.parametrize(
    "result", [None, 1.0, "text", [Value(1.0), Value(2.0)], (), True]
)
def test_a_function_returns_one_value(result):
    with pytest.raises(NumberError, match="fn to return one Value"):
        compiled(lambda x: result)(1.0)


def test_a_comparison_is_no_result():
    with pytest.raises(NumberError, match="fn to return one Value"):
        compiled(lambda x: x > 0)(1.0)


def test_numbers_drawn_inside_are_refused():
    w = Value(1.0)
    with pytest.raises(RecordingError, match="numbers drawn from random"):
        compiled(lambda x: w * x * random.random())(1.0)


def test_an_exception_inside_leaves_nothing_behind():
    w = Value(2.0)

    def f(x):
        y = w * x
        if fail:
            raise KeyError("of the user")
        return y

    fail, g = True, compiled(f)
    with pytest.raises(KeyError, match="of the user"):
        g(1.0)
    assert (2.0, (w, w)) == (w.data, (w * w).inputs)
    assert 0 == len(g.replays)
    fail = False
    assert 6.0 == g(3.0).data


def test_second_derivatives_are_refused():
    f = compiled(lambda x: x * x * x)
    with pytest.raises(OptionError, match="first derivatives only"):
        micrograd.grad(micrograd.grad(f))(2.0)


def test_inside_other_transforms_the_function_itself_runs():
    f = compiled(lambda x: x * x * x)
    assert 12.0 == micrograd.grad(f)(2.0)
    assert (8.0, 12.0) == micrograd.jvp(f, (2.0,), (1.0,))
    assert 12.0 == micrograd.derivative(f, 2)(2.0)
    g = compiled(lambda x: f(x) * f(2 * x))
    assert 8.0 * 64.0 == g(Value(2.0)).data


def test_values_made_inside_as_in_the_lecture(reader):
    random.seed(1)
    model = MLP(2, [3, 1])

    def loss(rows):
        rows = [list(map(Value, row)) for row in rows]
        return sum(model(row) for row in rows)

    f = compiled(loss, reader=reader)
    for rows in ([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]):
        assert close(loss(rows).data, f(rows).data)


def test_a_graph_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("micrograd.compiler.record.LARGEST", 100)
    w = Value(1.0)
    with pytest.raises(GraphSizeError, match="compile one pass of the loop"):
        compiled(lambda x: sum([w * x] * 200))(1.0)
    assert 1.0 == w.data
