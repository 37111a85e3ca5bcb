"""no_grad as a decorator: of functions, generators and coroutines.

As ``torch.no_grad``: with brackets and without, of methods, and of
generator functions, which record nothing while they run and leave the
caller's setting alone while they are suspended.
"""

import asyncio
import inspect

import pytest

from micrograd import Value, no_grad
from micrograd.recording import enable_grad

WITH_AND_WITHOUT = pytest.mark.parametrize(
    "decorate",
    [no_grad, lambda f: no_grad()(f)],
    ids=["@no_grad", "@no_grad()"],
)


def records():
    x = Value(2.0)
    return (x * x).inputs != ()


@WITH_AND_WITHOUT
def test_a_decorated_function_records_nothing(decorate):
    @decorate
    def f(x, *, y=3.0):
        """Multiply."""
        return x * x * y, records()

    result, recorded = f(Value(2.0), y=5.0)
    assert (result.data, result.inputs, recorded) == (20.0, (), False)
    assert records()
    assert (f.__name__, f.__doc__) == ("f", "Multiply.")
    assert str(inspect.signature(f)) == "(x, *, y=3.0)"


@WITH_AND_WITHOUT
def test_a_decorated_function_can_be_called_again_and_by_itself(decorate):
    @decorate
    def f(n):
        return [records()] + (f(n - 1) if n else [])

    assert f(3) == f(3) == [False] * 4
    assert records()


@WITH_AND_WITHOUT
def test_a_decorated_function_that_raises_restores_the_setting(decorate):
    @decorate
    def f():
        raise ValueError

    with pytest.raises(ValueError):
        f()
    assert records()


@WITH_AND_WITHOUT
def test_a_decorated_method_gets_its_object(decorate):
    class Net:
        @decorate
        def evaluate(self, x):
            return self, x * x

    net = Net()
    found, y = net.evaluate(Value(2.0))
    assert found is net
    assert y.inputs == ()


@WITH_AND_WITHOUT
def test_a_generator_records_nothing_while_it_runs(decorate):
    @decorate
    def batches(n):
        for _ in range(n):
            yield records()
        return records()

    assert inspect.isgeneratorfunction(batches)
    seen = []
    for inside in batches(3):
        seen.append((inside, records()))
    assert seen == [(False, True)] * 3
    assert records()


@WITH_AND_WITHOUT
def test_a_suspended_generator_leaves_the_caller_s_setting_alone(decorate):
    @decorate
    def turns():
        while True:
            yield records()

    one, other = turns(), turns()
    assert [next(one), records(), next(other), records()] == [
        False, True, False, True,
    ]  # fmt: skip
    with no_grad():
        assert [next(one), records()] == [False, False]
    with enable_grad():
        assert [next(one), records()] == [False, True]
    one.close()
    assert records()


@WITH_AND_WITHOUT
def test_what_is_sent_and_thrown_reaches_the_generator(decorate):
    @decorate
    def echo():
        got = yield "first"
        try:
            while True:
                got = yield got, records()
        except KeyError:
            yield "caught", records()
        return "end"

    def outer():
        return (yield from echo())

    steps = outer()
    assert next(steps) == "first"
    assert steps.send(5) == (5, False)
    assert steps.throw(KeyError()) == ("caught", False)
    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert stop.value.value == "end"
    assert records()


@WITH_AND_WITHOUT
def test_a_generator_that_is_closed_cleans_up_without_recording(decorate):
    seen = []

    @decorate
    def g():
        try:
            yield
        finally:
            seen.append(records())

    running = g()
    next(running)
    running.close()
    assert (seen, records()) == ([False], True)


@WITH_AND_WITHOUT
def test_a_coroutine_records_nothing_while_it_runs(decorate):
    @decorate
    async def f():
        await asyncio.sleep(0)
        return records()

    async def main():
        task = asyncio.create_task(f())
        await asyncio.sleep(0)
        mine = records()
        return mine, await task, records()

    assert asyncio.run(main()) == (True, False, True)


def test_no_grad_is_still_a_block_and_can_be_entered_twice():
    block = no_grad()
    with no_grad(), no_grad():
        assert not records()
    for _ in range(2):
        with no_grad():
            assert not records()
        assert records()
    with block:
        assert not records()
    assert records()


def test_enable_grad_decorates_as_well():
    @enable_grad()
    def f():
        return records()

    with no_grad():
        assert (f(), records()) == (True, False)


@pytest.mark.parametrize("thing", [5, "f"])
def test_no_grad_of_what_is_no_function_is_refused(thing):
    with pytest.raises(TypeError):
        no_grad(thing)
