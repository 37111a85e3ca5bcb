"""What a compiled function must not do, and how it is told so."""

import itertools
import math
import random
import re
import time

import pytest
from conftest import close

import micrograd
from micrograd import Value, optim
from micrograd.errors import (
    GraphSizeError,
    NumberError,
    RecordingError,
    StateError,
)
from micrograd.nn import MLP


def compiled(fn, *rest, **named):
    return micrograd.compile(fn, *rest, **{"reader": "python", **named})


W = Value(2.0)


HERE = "test_compiler_refusals.py"


def looks():
    """What must not be done, and what the message says of it."""
    choice = "a choice that depends on a number"
    yield lambda x: W if x > 0 else -W, choice
    yield lambda x: W if W * x else -W, choice
    yield lambda x: W if W > 0 else -W, choice
    yield lambda x: W if x == 2.0 else -W, choice
    yield lambda x: W if x != 2.0 else -W, choice
    yield lambda x: W if x in (1.0, 3.0) else -W, choice
    yield lambda x: W if W.data == 2.0 else -W, choice
    yield lambda x: max(W * x, W * x * 2), choice
    yield lambda x: W * x * (1 if W.grad > 0 else 0), choice
    yield lambda x: W * float(x), "float() of a number"
    yield lambda x: W * int(x), "int() of a number"
    yield lambda x: [W, W][x], "an index or a count"
    yield lambda x: sum([W for _ in range(x)]), "an index or a count"
    yield lambda x: W * math.exp(x), "float() of a number"
    yield lambda x: W * x * float(W), "float() of a number"
    yield lambda x: W * x * math.exp(W.data), "float() of a number"
    yield lambda x: W * x * float(f"{x:.3f}"), "a number as text"
    yield lambda x: W * x * len(str(x)), "a number as text"
    yield lambda x: W * x * len("%s" % x), "a number as text"  # noqa: UP031
    yield lambda x: W * round(x), "round() of a number"


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


def test_steps_and_backward_passes_inside_are_refused():
    w = Value(2.0)
    optimizer = optim.SGD([w], lr=0.1)
    step = compiled(lambda x: w * x, optimizer)

    def eager_step(x):
        optimizer.step()
        return w * x

    def compiled_step(x):
        step(x)
        return w * x

    def backward(x):
        y = w * x
        y.backward()
        return y

    for f in (eager_step, compiled_step):
        with pytest.raises(StateError, match="a training step runs|itself"):
            compiled(f)(1.0)
        with pytest.raises(StateError, match="inside a transform"):
            micrograd.grad(f)(1.0)
    with pytest.raises(StateError, match="use micrograd.grad"):
        compiled(backward)(1.0)
    assert (2.0, 0.0, 0) == (w.data, w.grad, optimizer.steps)


@pytest.mark.parametrize("result", ["text", object(), 1j, [1.0, "text"]])
def test_a_function_returns_numbers(result):
    with pytest.raises(NumberError, match="fn to return numbers and Values"):
        compiled(lambda x: result)(1.0)


@pytest.mark.parametrize("result", [1.0, True, (), [Value(1.0), Value(2.0)]])
def test_a_training_step_needs_one_value(result):
    with pytest.raises(NumberError, match="fn to return one Value"):
        compiled(lambda x: result, optim.SGD([W], lr=0.1))(1.0)


def changing():
    """Functions that do not repeat what they did."""
    counter = itertools.count()
    seen = []

    def grows(x):
        seen.append(x)
        return sum([W * x for _ in seen])

    yield lambda x: W * x * random.random()
    yield lambda x: W * x + next(counter)
    yield lambda x: W * x * time.perf_counter()
    yield lambda x: W * sum(x for _ in range(next(counter)))
    yield grows


@pytest.mark.parametrize("f", list(changing()))
def test_what_changes_from_call_to_call_is_found(f):
    with pytest.raises(RecordingError) as caught:
        compiled(f)(1.0)
    assert "two that differ" in str(caught.value)
    assert re.search(r"first at line \d+ in <\w+> of", str(caught.value))


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


def test_inside_other_transforms_the_function_itself_runs():
    f = compiled(lambda x: x * x * x)
    assert 12.0 == micrograd.grad(f)(2.0)
    assert 12.0 == micrograd.grad(micrograd.grad(f))(2.0)
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
    monkeypatch.setattr("micrograd.compiler.tape.LARGEST", 100)
    w = Value(1.0)
    with pytest.raises(GraphSizeError, match="compile one pass of the loop"):
        compiled(lambda x: sum([w * x] * 200))(1.0)
    assert 1.0 == w.data


# --- What no error can catch, and a page tells ---


@pytest.mark.parametrize(
    ("function", "number", "eager", "replayed"),
    [
        (lambda x: 1.0 if type(x) is float else 0.0, 2.0, 1.0, 0.0),
        (lambda x: 1.0 if isinstance(x, float) else 0.0, 2.0, 1.0, 1.0),
        (lambda n: n - 2**53, 2**53 + 1, 1, 0.0),
        (lambda n: n + 1, 3, 4, 4.0),
        (lambda x: x * x, 1e200, math.inf, math.inf),
    ],
    ids=["type", "isinstance", "large", "whole", "overflow"],
)
def test_what_differs_differs_as_the_page_says(
    function, number, eager, replayed
):
    assert eager == function(number)
    assert replayed == compiled(function)(number)
    assert type(replayed) is type(compiled(function)(number))


def test_floats_that_python_refuses_have_the_answer_of_values():
    def inverse(x):
        return 1.0 / x

    with pytest.raises(ZeroDivisionError):
        inverse(0.0)
    assert math.inf == compiled(inverse)(0.0)
    assert math.inf == (1.0 / Value(0.0)).data


def test_a_compiled_result_has_the_derivative_of_when_it_was_computed():
    w = Value(3.0)
    y = compiled(lambda x: w * w * x)(2.0)
    w.data = 100.0
    y.backward()
    assert w.grad == 2 * 3.0 * 2.0


def test_a_second_recording_that_ends_early_is_told_apart():
    calls = []

    def fn(x):
        calls.append(x)
        return x if len(calls) % 2 == 0 else x * x

    with pytest.raises(RecordingError, match="first at its last line"):
        micrograd.compile(fn, reader="python")(3.0)


def test_an_attribute_that_a_float_has_not_is_missing_as_it_is_eagerly():
    def f(x):
        return Value(1.0) * x.data

    for call in (f, micrograd.compile(f)):
        with pytest.raises(AttributeError, match="'float' object has no"):
            call(2.0)
