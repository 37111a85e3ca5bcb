"""Readers that nest: every transform of every compiled function.

Each entry is a function of one list of numbers, written as a reader would
write it, and a model to go with it.  Eager is right by the tests of the
engine; compiled must give the same, by any reader, again and again on other
numbers, and to second order.
"""

import itertools

import pytest
from conftest import READERS, all_close, close

import micrograd
from micrograd import (
    Value,
    derivative,
    enable_grad,
    exp,
    functions,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
    where,
)
from micrograd.trees import leaves

W = [Value(0.3), Value(-0.7), Value(1.1)]


def f(v):
    x, y = v
    return (x * W[0] + y).tanh() * exp(x * y) + W[1] * x * x * y


def inner(x):
    return W[0] * x**3 + (W[1] * x).sin()


def penalty(v):
    """A gradient penalty: the gradient is part of the loss."""
    x, y = v
    y_hat = (W[0] * x + W[1] * y).tanh()
    slopes = grad([y_hat], W[:2], create_graph=True)
    return y_hat * y_hat + functions.l2(slopes)


def physics(v):
    """A physics-informed net: the derivative is part of the loss."""
    slope = derivative(inner)
    return functions.mean([(slope(x) - W[2] * inner(x)) ** 2 for x in v])


def unrecorded(v):
    x, y = v
    with no_grad():
        scale = W[0] * W[0] + x
    return scale * W[0] * y


@no_grad()
def outside(x):
    return W[1] * x


def decorated(v):
    return outside(v[0]) * W[1] * v[1]


def both(v):
    with no_grad():
        a = W[0] * v[0]
        with enable_grad():
            b = W[0] * v[1]
    return a * b


def detached(v):
    x = v[0] * W[0]
    return x * x.detach() + W[0].detach() * W[0] * v[1]


def read_first(v):
    s, t = W[0].data, W[1].grad
    return W[0] * v[0] * s + t * W[1] * v[1]


def value_only(v):
    return W[0].data * v[0] + v[1]


def branch(v):
    x, y = v
    return where(x > y, W[0] * x, where(W[0] * x <= y, y, W[1])) + W[2]


inside = micrograd.compile(lambda x: x * W[2] * x, reader="python")


def nested(v):
    return inside(v[0]) + derivative(inside)(v[1]) * W[1]


def reversed_vjp(v):
    _, pull = vjp(lambda x, y: [x * y * W[0], x + y], *v)
    return pull([v[0], 2.0])


def own_values(v):
    x = [Value(n, label="x") for n in v]
    y = x[0] * W[0] + x[1]
    y.label = "y"
    return y


FUNCTIONS = {
    "f": f,
    "penalty": penalty,
    "physics": physics,
    "unrecorded": unrecorded,
    "decorated": decorated,
    "both": both,
    "detached": detached,
    "read_first": read_first,
    "value_only": value_only,
    "branch": branch,
    "nested": nested,
    "own_values": own_values,
    "grad": grad(f),
    "grad(grad)": grad(lambda v: grad(f)(v)[0]),
    "value_and_grad": value_and_grad(f),
    "hessian": hessian(f),
    "jacobian": jacobian(lambda v: [f(v), v[0] * v[1]]),
    "forward jacobian": jacobian(lambda v: [f(v), v[0]], mode="forward"),
    "jvp": lambda v: jvp(f, (v,), ([1.0, 2.0],)),
    "hvp": lambda v: hvp(f, (v,), (v,)),
    "vjp": reversed_vjp,
    "derivative": lambda v: derivative(inner, 2)(v[0]) * v[1],
    "grad of no_grad": grad(lambda v: f(v) * outside(v[0])),
    "detach in grad": grad(lambda v: v[0] * v[0].detach() * v[1]),
}
POINTS = [[0.5, -0.25], [1.5, 0.75], [-0.5, 2.0]]


def numbers(tree):
    return [float(x) for x in leaves(tree)]


def gradients(result):
    """The gradients that a result hands to the parameters."""
    for p in W:
        p.grad = 0.25  # read by some of the functions
    if isinstance(result, Value):
        result.backward()
    return [p.grad for p in W]


def reset(k):
    for i, p in enumerate(W):
        p.data, p.grad = 0.3 + 0.4 * i - 0.2 * k, 0.25 * k


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_is_eager(name, reader):
    fn = FUNCTIONS[name]
    compiled = micrograd.compile(fn, reader=reader)
    for k, point in enumerate(POINTS):
        reset(k)
        expected = fn(point)
        reset(k)
        computed = compiled(point)
        assert isinstance(computed, type(expected))
        assert all_close(numbers(expected), numbers(computed))
        assert all_close(gradients(expected), gradients(computed))
    assert 1 == len(compiled.replays)


OUTER = {
    "grad": grad,
    "hessian": hessian,
    "jvp": lambda fn: lambda v: jvp(fn, (v,), ([1.0, -1.0],)),
    "hvp": lambda fn: lambda v: hvp(fn, (v,), ([1.0, -1.0],)),
    "compile": lambda fn: micrograd.compile(fn, reader="python"),
    "compile(grad)": lambda fn: micrograd.compile(grad(fn), reader="python"),
    "compile(hessian)": lambda fn: micrograd.compile(
        hessian(fn), reader="python"
    ),
}
ONE = list(FUNCTIONS)[:11]


@pytest.mark.parametrize(
    ("outer", "name"), list(itertools.product(OUTER, ONE))
)
def test_transforms_of_compiled_functions_are_those_of_the_function(
    outer, name
):
    fn = FUNCTIONS[name]
    expected = OUTER[outer](fn)
    computed = OUTER[outer](micrograd.compile(fn, reader="python"))
    for k, point in enumerate(POINTS):
        reset(k)
        one = numbers(expected(point))
        reset(k)
        two = numbers(computed(point))
        assert all_close(one, two)


def test_a_result_has_second_derivatives(reader):
    compiled = micrograd.compile(f, reader=reader)
    reset(1)
    for made in (f, compiled):
        x = [Value(0.5), Value(0.25)]
        y = made(x)
        slopes = grad(y, [*x, *W], create_graph=True)
        second = grad(functions.l2(slopes), [*x, *W])
        if made is f:
            expected = [*slopes, *second]
    computed = [*slopes, *second]
    assert all(
        close(a.data, b.data) for a, b in zip(expected, computed, strict=True)
    )


def test_a_compiled_method_is_a_method(reader):
    class Model:
        def __init__(self, w):
            self.w = Value(w)

        def loss(self, x):
            return self.w * x * x

        loss = micrograd.compile(loss, reader=reader)

    one, two = Model(2.0), Model(5.0)
    assert [18.0, 45.0, 18.0] == [m.loss(3.0).data for m in (one, two, one)]
    one.w.data = 4.0
    assert [36.0, 45.0] == [m.loss(3.0).data for m in (one, two)]
    two.loss(3.0).backward()
    assert (0.0, 9.0) == (one.w.grad, two.w.grad)
