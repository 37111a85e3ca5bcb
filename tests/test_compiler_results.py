"""Results of compiled functions, as a part of a larger graph.

What a result depends on, whose gradients it changes, and what flows through
it, are as if the function had run uncompiled: each test is named after what
a stranger's program saw.
"""

import copy
import math
import pickle
from fractions import Fraction

import pytest
from conftest import close

import micrograd
from micrograd import Value, enable_grad, grad, no_grad, optim, where
from micrograd.errors import RecordingError


def both(fn, reader):
    """The function, and the function compiled."""
    return fn, micrograd.compile(fn, reader=reader)


# --- What flows back through a result ---


@pytest.mark.parametrize("seed", [math.inf, -math.inf, math.nan])
def test_an_infinite_gradient_came_out_of_a_relu_as_nan(reader, seed):
    w, v, far = Value(-1.0), Value(3.0), Value(2.0)

    def f():
        with no_grad():
            scale = far * 2.0
        return w.relu() * scale + where(w > 0, v * v, v * 2.0)

    found = []
    for g in both(f, reader):
        for x in (w, v, far):
            x.grad = 0.0
        g().backward(seed)
        found.append([w.grad, v.grad, far.grad])
    assert 0.0 == found[0][2]
    assert all(map(close, *found))


def test_the_logarithm_of_a_relu_was_nan(reader):
    w = Value(-1.0)
    micrograd.compile(lambda: w.relu(), reader=reader)().log().backward()
    assert 0.0 == w.grad


def test_values_made_one_from_the_other_were_counted_twice(reader):
    a = Value(2.0)
    b = a * 3.0

    def f():
        return a * b, a + b  # several, so they are differentiated one by one

    for g in both(f, reader):
        a.grad = 0.0
        g()[0].backward()
        assert 12.0 == a.grad
        assert b.inputs[0] is a


def test_their_second_derivatives_were_others(reader):
    a = Value(2.0)
    b = a * 3.0
    for g in both(lambda: a * a * b, reader):
        (slope,) = grad(g(), a, create_graph=True)
        assert 36.0 == slope.data
        assert (36.0,) == tuple(x.data for x in grad(slope, a))


def test_second_derivatives_ran_the_function_for_each_parameter(reader):
    runs, values = [], [Value(0.1 * i) for i in range(20)]

    def f():
        runs.append(1)
        return sum([x * x * x for x in values])

    y = micrograd.compile(f, reader=reader)()
    runs.clear()
    slopes = grad(y, values, create_graph=True)
    assert 1 == len(runs)
    second = grad(sum(slopes), values)
    pairs = zip(values, second, strict=True)
    assert all(close(6 * x.data, d.data) for x, d in pairs)


def test_a_gradient_of_several_results_is_that_of_each(reader):
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    f = micrograd.compile(lambda: (a * b, b * c), reader=reader)
    one, two = f()
    assert {a, b} == set(one.inputs)
    assert {b, c} == set(two.inputs)
    one.backward()
    two.backward()
    assert [3.0, 7.0, 3.0] == [a.grad, b.grad, c.grad]


# --- What a result depends on ---


def test_a_value_whose_number_alone_is_read_lost_its_gradient(reader):
    a = Value(2.0)
    b = a * 3.0  # its gradient is replaced by backward(), if it is reached
    for g in both(lambda: a * b.grad, reader):
        b.grad = 0.125
        g().backward()
        assert 0.125 == b.grad


def test_a_result_of_constants_is_as_differentiable_as_in_eager(reader):
    a = Value(2.0)
    for f in (lambda: a.detach() * 2.0, lambda: Value(3.0) * 2.0):
        expected, given = [g() for g in both(f, reader)]
        assert expected.requires_grad is given.requires_grad is True
        given.backward()
        assert 0.0 == a.grad


def test_the_argument_of_the_first_call_was_returned(reader):
    f = micrograd.compile(lambda v, u: [u, v * 2.0, v], reader=reader)
    a, b = Value(1.0), Value(2.0)
    f(a, b)
    first, double, last = f(b, a)
    assert first is a
    assert last is b
    assert 4.0 == double.data
    g = micrograd.compile(lambda v: v, reader=reader)
    assert [a, b] == [g(a), g(b)]


# --- Numbers ---


def test_a_number_was_not_compared_with_a_value(reader):
    w = Value(0.5)
    for compare in (
        lambda x: where(x > w, w, 2.0 * w),
        lambda x: where(x >= w, w, 2.0 * w),
        lambda x: where(w.data > w, w, 2.0 * w * x),
    ):
        f, g = both(compare, reader)
        for x in (0.0, 0.5, 1.0):
            assert f(x).data == g(x).data


def test_numbers_of_numpy_were_others_in_second_derivatives(reader):
    np = pytest.importorskip("numpy")
    w = Value(3.0)
    for fn, x in (
        (lambda x: w * w * (1.0 / x), np.float64(0.0)),
        (lambda x: w * w * x**1.5, np.float64(-1.0)),
        (lambda x: w * w * np.exp(x)[0], np.array([0.5, 1.0])),
        (lambda x: w * w * (1.0 / x)[0], np.array([0.0, 1.0])),
    ):
        found = []
        for g in both(fn, reader):
            with np.errstate(all="ignore"), enable_grad():
                (slope,) = grad(g(x), w, create_graph=True)
                found.append([slope.data, grad(slope, w)[0].data])
        assert all(map(close, *found))


def test_a_comparison_by_numpy_is_a_truth(reader):
    np = pytest.importorskip("numpy")
    f = micrograd.compile(lambda x: (x, np.float64(1) < 2), reader=reader)
    assert (3.0, True) == f(3.0)
    assert f(3.0)[1] is True


def test_an_integer_among_the_arguments_was_a_float(reader):
    w = Value(3.0)

    def f(n, more):
        scale = 2.0 if isinstance(n, int) else 0.5
        return w * n * scale + sum([w**k for k in more if isinstance(k, int)])

    f, g = both(f, reader)
    for args in ((2, [1, 2.0]), (2.0, [1, 2.0]), (True, (2, 3)), (-1, [0.0])):
        assert f(*args).data == g(*args).data
    for look in (lambda n: w * n.bit_length(), lambda n: Fraction(1, 2) * n):
        with pytest.raises(RecordingError, match="plain Python"):
            micrograd.compile(look, reader=reader)(3)


def scaled(x):
    return WEIGHT * x


WEIGHT = Value(3.0)


def test_what_has_a_compiled_function_could_not_be_copied(reader):
    optimizer = optim.SGD([WEIGHT], lr=0.0)
    held = {
        "loss": micrograd.compile(scaled, reader=reader),
        "step": micrograd.compile(scaled, optimizer, reader=reader),
    }
    assert 6.0 == held["loss"](2.0).data == held["step"](2.0)
    for copied in (
        copy.copy(held["loss"]),
        copy.deepcopy(held)["loss"],
        pickle.loads(pickle.dumps(held["loss"])),
    ):
        assert 1.5 == copied(0.5).data
