"""compile: calls, arguments, training steps, and what is refused."""

import re
import sys
import threading
from array import array
from pathlib import Path

import pytest
from conftest import READERS, all_close, close

import micrograd
from micrograd import Value, functions, no_grad, optim
from micrograd.compiler.compiled import KEPT
from micrograd.errors import (
    NumberError,
    OptionError,
)


def compiled(fn, *rest, **named):
    return micrograd.compile(fn, *rest, **{"reader": "python", **named})


# --- Calls ---


def test_later_calls_replay_without_calling_the_function(reader):
    calls = []
    w = Value(2.0)

    def f(x):
        calls.append(x)
        return w * x

    g = compiled(f, reader=reader)
    assert [6.0, 8.0, 10.0] == [g(x).data for x in (3.0, 4.0, 5.0)]
    assert 2 == len(calls)  # recorded twice, and compared


def test_parameters_are_read_afresh_at_each_call(reader):
    w = Value(2.0)
    f = compiled(lambda x: w * x, reader=reader)
    f(3.0)
    w.data = 5.0
    assert 15.0 == f(3.0).data


def test_constants_from_outside_are_read_afresh_too(reader):
    c, w = Value(2.0).detach(), Value(1.0)
    f = compiled(lambda x: w * c * x, reader=reader)
    f(1.0)
    c.data = 3.0
    y = f(1.0)
    y.backward()
    assert (3.0, 3.0, 0.0) == (y.data, w.grad, c.grad)


def test_gradients_add_up_as_in_eager(reader):
    w, v = Value(2.0), Value(3.0)
    f = compiled(lambda x: w * v * x, reader=reader)
    f(1.0).backward()
    f(2.0).backward(gradient=10.0)
    assert (63.0, 42.0) == (w.grad, v.grad)


def test_a_result_goes_on_into_eager_expressions(reader):
    w = Value(2.0)
    h = w * w  # a result from outside, whose past is followed
    f = compiled(lambda x: h * x, reader=reader)
    (f(3.0) * w + f(1.0)).backward()
    assert 3 * 3 * w.data**2 + 2 * w.data == w.grad


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_any_number_of_parameters_gets_its_gradients(reader, count):
    w = [Value(float(i + 1)) for i in range(count)]
    f = compiled(lambda x: sum([p * x for p in w], Value(0.0)), reader=reader)
    y = f(2.0)
    y.backward()
    assert [2.0] * count == [p.grad for p in w]
    assert 2.0 * sum(range(count + 1)) == y.data


def test_without_recording_the_result_is_a_constant(reader):
    w = Value(2.0)
    f = compiled(lambda x: w * x, reader=reader)
    with no_grad():
        y = f(3.0)
    assert (6.0, False, ()) == (y.data, y.requires_grad, y.inputs)


@pytest.mark.parametrize("roll", [True, False])
def test_looking_for_loops_leaves_the_numbers_alone(reader, roll):
    w = [Value(0.1 * i) for i in range(3)]

    def f(rows):
        terms = [((w[0] * x + w[1]) * 1.0).tanh() * w[2] for (x,) in rows]
        return sum(terms) + functions.l2(w)

    rows = [[0.1 * i] for i in range(60)]
    expected = f(rows)
    expected.backward()
    grads = [p.grad for p in w]
    for p in w:
        p.grad = 0.0
    y = compiled(f, reader=reader, roll=roll)(rows)
    y.backward()
    assert close(expected.data, y.data)
    for p, grad in zip(w, grads, strict=True):
        assert close(grad, p.grad)


@pytest.mark.parametrize(
    "fn",
    [
        lambda w, x: w, lambda w, x: w * x, lambda w, x: w.detach(),
        lambda w, x: Value(3.0), lambda w, x: w + w, lambda w, x: w * 0 + 1,
    ],
)  # fmt: skip
def test_results_that_are_leaves_or_constants_are_right(reader, fn):
    w, v = Value(2.0), Value(2.0)
    result = compiled(lambda x: fn(w, x), reader=reader)(5.0)
    expected = fn(v, Value(5.0))
    result.backward()
    expected.backward()
    assert (expected.data, v.grad) == (result.data, w.grad)


# --- Arguments ---


def total(tree):
    """Sum of the squares in anything nested."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if hasattr(tree, "tolist"):
        tree = tree.tolist()
    if isinstance(tree, (list, tuple)):
        return sum((total(x) for x in tree), 0.0)
    return tree * tree


def arguments():
    yield [1.0, [2, 3.0]], [2.0, [5, 1.0]]
    yield ((1.0,), {"y": 2.0, "x": [3.0]}), ((2.0,), {"y": 0.0, "x": [1.0]})
    yield array("d", [1.0, 2.0]), array("d", [3.0, 4.0])
    yield memoryview(array("i", [1, 2])), memoryview(array("i", [3, 4]))
    yield [Value(1.0), 2.0], [Value(3.0), 4.0]
    yield [Value(1.0).detach()], [Value(3.0).detach()]
    yield 2, 3
    grid = memoryview(bytes(range(1, 7))).cast("B", (2, 3))
    yield grid, memoryview(bytes(6)).cast("B", (2, 3))


@pytest.mark.parametrize(("first", "second"), list(arguments()))
def test_numbers_are_found_wherever_they_are(reader, first, second):
    w = Value(2.0)
    f = compiled(lambda tree: w * total(tree), reader=reader)
    for tree in (first, second):
        number = float(total(tree))
        assert 2.0 * number == f(tree).data
    assert 1 == len(f.replays)


def test_arrays_of_any_shape_are_arguments(reader):
    np = pytest.importorskip("numpy", reason="NumPy is not installed")
    w = Value(2.0)
    f = compiled(lambda x: w * x.sum(), reader=reader)
    for shape in [(3,), (2, 3), (2, 3, 2)]:
        for kind in ("float64", "float32", "int8", "bool"):
            x = np.ones(shape, kind)
            assert 2.0 * x.size == f(x).data
    assert 10.0 == f(np.array([Value(1.0), Value(4.0)])).data
    assert 4.0 == compiled(lambda x: w * x)(np.float64(2.0)).data
    assert 4.0 == compiled(lambda x: w * x)(np.array(2)).data
    assert 3 * 4 + 1 == len(f.replays)  # shapes, kinds, and Values
    with pytest.raises(NumberError):
        f(np.ones(2, complex))


def test_named_arguments_are_numbers_too(reader):
    f = compiled(lambda x, *, scale: Value(scale) * x, reader=reader)
    assert [6.0, 8.0] == [f(2.0, scale=3.0).data, f(x=2.0, scale=4.0).data]


def test_a_value_as_argument_gets_its_gradient(reader):
    f = compiled(lambda p, q: p * p * q, reader=reader)
    for p, q in [(2.0, 3.0), (4.0, 5.0)]:
        a, b = Value(p), Value(q)
        f(a, b).backward()
        assert (2 * p * q, p * p) == (a.grad, b.grad)


def test_arguments_that_are_the_same_value_stay_apart(reader):
    a, b = Value(2.0), Value(5.0)
    f = compiled(lambda p, q: p * q + a, reader=reader)
    assert [6.0, 12.0, 27.0] == [
        f(*pair).data for pair in [(a, a), (a, b), (b, b)]
    ]
    a.grad = 0.0
    f(a, a).backward()
    assert 2 * 2.0 + 1 == a.grad


def test_a_parameter_of_the_optimiser_may_be_an_argument(reader):
    w = [Value(1.0), Value(10.0), Value(3.0)]
    step = compiled(
        lambda p, x: p * p * x, optim.SGD(w[:2], lr=0.0), reader=reader
    )
    assert [2.0, 200.0, 18.0] == [step(p, 2.0) for p in w]
    step(w[0], 2.0)
    assert [4.0, 0.0, 12.0] == [p.grad for p in w]


def test_another_length_is_recorded_again(reader):
    w = Value(2.0)
    f = compiled(lambda x: w * sum(x), reader=reader)
    assert [2.0, 6.0, 12.0] == [f(list(range(n))).data for n in (2, 3, 4)]
    assert 3 == len(f.replays)


def test_only_so_many_forms_are_kept():
    f = compiled(lambda x: Value(1.0) * sum(x))
    for n in range(1, KEPT + 5):
        f([1.0] * n)
        f([1.0])  # what is used stays
    assert KEPT == len(f.replays)
    before = f.last
    f([1.0])
    assert before is f.last


@pytest.mark.parametrize("bad", [1j, {1.0}, range(3), 10**400])
def test_arguments_that_are_not_numbers_are_refused(bad):
    f = compiled(lambda x: Value(1.0) * x)
    with pytest.raises(NumberError):
        f(bad)
    with pytest.raises(NumberError):
        f([1.0, bad])


# --- Larger things ---


def test_deep_graphs_are_no_trouble(reader):
    w = Value(1.0)

    def f(x):
        for _ in range(20_000):
            x = x * 1.5 - w
        return x

    g = compiled(f, reader=reader)
    y = g(2.0)
    y.backward()
    assert f(Value(2.0)).data == y.data


def test_unknown_readers_are_refused():
    with pytest.raises(OptionError, match="native, python"):
        compiled(abs, reader="fortran")
    with pytest.raises(OptionError, match="takes a function"):
        compiled(3.0)


def test_without_llvmlite_python_takes_over_and_says_so(monkeypatch):
    monkeypatch.setattr(
        "micrograd.compiler.compiled.find_spec", lambda name: None
    )
    extra = re.escape("micrograd-literate[fast]")
    with pytest.warns(UserWarning, match=extra) as seen:
        f = micrograd.compile(lambda x: Value(2.0) * x)
    assert (6.0, 1) == (f(3.0).data, len(seen))
    assert __file__ == seen[0].filename


def test_before_the_first_call_there_is_nothing_to_look_at():
    f = compiled(abs)
    for look in (f.report, f.source, lambda: f.tape):
        with pytest.raises(NumberError, match="call it once"):
            look()


def test_tape_source_and_report_can_be_read():
    w = Value(2.0)
    f = compiled(lambda x: (w * x).tanh())
    f(3.0)
    assert str(f.tape).splitlines() == [
        "0  input value 0", "2  input 0 number",
        "3  mul %0 %2", "4  tanh %3",
        "5  mul %4 %4", "6  sub 1.0 %5", "7  mul %6 %2",
    ]  # fmt: skip
    assert "tanh(" in f.source()
    assert "recorded 8 lines" in f.report()
    assert "lowered to python" in f.report()


def test_threads_may_share_a_compiled_function(reader):
    w = [Value(0.1 * i) for i in range(20)]
    f = compiled(lambda x: sum([(p * x).tanh() for p in w]), reader=reader)
    expected = [f.fn(Value(float(x))).data for x in range(50)]
    results = {}

    def work(name):
        results[name] = [f(float(x)).data for x in range(50)]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 4 == len(results)
    for computed in results.values():
        assert all_close(expected, computed)


@pytest.mark.skipif(
    "native" not in READERS or sys.platform != "linux",
    reason="resident memory of machine code is read from /proc",
)
def test_dropped_functions_take_their_code_along():
    def resident():
        pages = Path("/proc/self/statm").read_text(encoding="ascii")
        return int(pages.split()[1]) * 4096 / 1e6

    w = Value(1.0)
    for i in range(220):
        micrograd.compile(lambda x: (w * x).tanh(), reader="native")(1.0)
        if i == 20:
            before = resident()
    assert resident() - before < 8  # megabytes; 200 kept ones take over 20


# --- The functions of the library ---

LISTS = {
    "softmax": lambda x: functions.softmax(x)[0],
    "log_softmax": lambda x: functions.log_softmax(x)[1],
    "logsumexp": functions.logsumexp,
    "rms_norm": lambda x: functions.rms_norm(x)[2],
    "mean": functions.mean,
    "l2": functions.l2,
    "cross_entropy": lambda x: functions.cross_entropy([x], [1]),
    "dot": lambda x: functions.dot(x, x),
}


@pytest.mark.parametrize("name", LISTS)
def test_functions_of_lists_can_be_recorded(reader, name):
    f = LISTS[name]
    g = compiled(f, reader=reader)
    for numbers in ([0.3, -1.2, 2.0], [2.0, 1.0, -3.0], [1e3, 0.0, -1e3]):
        a = [Value(x) for x in numbers]
        b = [Value(x) for x in numbers]
        y, z = f(a), g(b)
        y.backward()
        z.backward()
        assert close(y.data, z.data)
        for p, q in zip(a, b, strict=True):
            assert close(p.grad, q.grad, scale=1e-3)
    assert 1 == len(g.replays)


@pytest.mark.skipif("native" not in READERS, reason="llvmlite is missing")
def test_code_that_no_cache_holds_is_copied_and_runs_as_before(monkeypatch):
    from micrograd.compiler import native

    w = Value(0.5)

    def chain(x):
        y = w
        for _ in range(200):
            y = (y * x).tanh() + w
        return y

    found = []
    for limit in (native.FAR, 0):
        monkeypatch.setattr(native, "FAR", limit)
        f = micrograd.compile(chain, reader="native")
        w.grad = 0.0
        y = f(0.75)
        y.backward()
        found.append((y.data, w.grad))
        assert (limit == 0) is any(size for *_, size in f.last.machine.run)
    assert found[0] == found[1]
