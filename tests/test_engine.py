"""Value: recording, the order of visits, backward, and what it all costs.

Derivatives of single operations are tested in `test_primitives`; here are
graphs.
"""

import asyncio
import copy
import gc
import io
import math
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
import weakref
from contextlib import contextmanager

import pytest
from conftest import tries
from hypothesis import given, settings
from strategies import expressions

import micrograd
from micrograd import (
    Value,
    elementwise,
    grad,
    no_grad,
    topological_order,
    where,
)
from micrograd.errors import (
    MicrogradError,
    NumberError,
    OptionError,
)

LONG = 100_000
# For another Python; with the rest of the environment, which Windows needs.
PATHS = {"PYTHONPATH": os.pathsep.join(sys.path)}


def chain(length):
    """A sum of so many equal steps, and its first operand."""
    x = total = Value(1.0)
    for _ in range(length):
        total = total + 1.0
    return x, total


# --- What a Value is ---


def test_a_new_value_is_a_leaf_with_gradient_zero():
    v = Value(3)
    assert (v.data, v.grad, v.label) == (3.0, 0.0, "")
    assert type(v.data) is type(v.grad) is float
    assert (v.inputs, v.op, v.requires_grad) == ((), "", True)


def test_a_result_knows_its_operands_in_order():
    a, b = Value(2.0), Value(5.0)
    c = a - b
    assert c.inputs == (a, b)
    assert (c.op, c.data, c.label) == ("-", -3.0, "")
    assert c.requires_grad


def test_a_plus_a_has_two_inputs():
    a = Value(3.0)
    assert (a + a).inputs == (a, a)


def test_a_number_met_on_the_way_is_a_constant():
    product = 2.0 * Value(3.0)
    two = product.inputs[0]
    assert (two.data, two.requires_grad, two.inputs) == (2.0, False, ())
    product.backward()
    assert two.grad == 0.0


def test_three_operands_are_kept_in_order():
    c, x, y = Value(1.0), Value(2.0), Value(3.0)
    assert where(c, x, y).inputs == (c, x, y)


def test_the_lecture_s_names_are_there():
    a, b = Value(2.0), Value(3.0)
    assert {a, b} == (a * b)._prev
    assert ["*", "ReLU", "**2", "**-1", "**0.5", "**", "tanh", ""] == [
        v._op
        for v in (a * b, a.relu(), a**2, a**-1.0, a**0.5, a**b, a.tanh(), a)
    ]
    assert ({a}, {a, b}, (a, a)) == (
        (a**2)._prev,
        (a**b)._prev,
        (a * a).inputs,
    )


@pytest.mark.parametrize("name", ["inputs", "op", "requires_grad", "_prev"])
def test_the_past_of_a_value_is_read_only(name):
    with pytest.raises(AttributeError):
        setattr(Value(1.0), name, ())


def test_data_grad_and_label_can_be_assigned():
    v = Value(1.0)
    v.data, v.grad, v.label = 2.0, 3.0, "w"
    assert (v.data, v.grad, v.label) == (2.0, 3.0, "w")


def test_a_value_takes_attributes_of_the_user_s_own():
    v, other = Value(1.0), Value(2.0)
    v.m = 0.5
    assert {"m": 0.5} == vars(v)
    assert not hasattr(other, "m")
    for twin in (copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert (1.0, 0.5) == (twin.data, twin.m)


def test_a_value_can_be_referred_to_weakly():
    v = Value(1.0)
    reference = weakref.ref(v)
    assert reference() is v
    del v
    assert reference() is None


def test_a_node_keeps_no_object_but_itself_and_its_number():
    x, kept = Value(0.5), [None] * 5000
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for i in range(5000):
        kept[i] = x * x
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    own = sys.getsizeof(x) + sys.getsizeof(x.data)
    # Before 3.13 room for attributes is apart, and not in the size: 16 bytes.
    assert (after - before) / 5000 < own + 20


@pytest.mark.parametrize("label", [3, 2.0, None, ["a"], Value(1.0)])
def test_a_label_that_is_no_string_is_refused(label):
    v = Value(1.0)
    with pytest.raises(OptionError, match="label=.* takes a string"):
        v.label = label
    with pytest.raises(OptionError):
        Value(1.0, label=label)


def test_repr_is_short_and_exact():
    assert repr(Value(0.5)) == "Value(data=0.5, grad=0.0)"
    assert repr(Value(1, label="a")) == "Value(data=1.0, grad=0.0, label='a')"
    third = Value(0.1) + 0.2
    assert repr(third) == "Value(data=0.30000000000000004, grad=0.0)"


def test_equality_is_identity_and_values_can_be_keys():
    a, b = Value(1.0), Value(1.0)
    assert a == a
    assert a != b
    assert len({a, b, a}) == 2
    assert {a: "one"}[a] == "one"
    assert b not in [a]


def test_a_value_can_be_referred_to_as_a_number():
    assert float(Value(2.5)) == 2.5
    assert math.floor(float(Value(2.5))) == 2
    assert bool(Value(-1.0))
    assert not Value(0.0)


# --- backward ---


def test_the_gradient_of_the_root_is_one():
    v = Value(3.0)
    v.backward()
    assert v.grad == 1.0


def test_a_value_used_twice_gets_both_gradients():
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0


def test_a_shared_node_is_visited_once_when_all_its_users_are_done():
    x = Value(2.0)
    b = x + x
    c = b + b  # a naive recursion visits b twice
    d = c * b
    d.backward()
    assert x.grad == 32.0  # d = 8 x^2
    assert (b.grad, c.grad) == (16.0, 4.0)


def test_diamonds_upon_diamonds_take_linear_time():
    x = top = Value(1.0)
    for _ in range(200):  # 2^200 paths
        top = top + top
    top.backward()
    assert x.grad == 2.0**200


def test_an_operand_made_late_is_visited_after_its_user():
    a = Value(2.0)
    early = a * 3.0
    late = Value(5.0)
    (early * late).backward()
    assert (a.grad, late.grad) == (15.0, 6.0)


def test_what_the_root_does_not_depend_on_is_left_alone():
    a, b = Value(1.0), Value(2.0)
    other = a * b
    other.grad = b.grad = 7.0
    (a + 1.0).backward()
    assert (other.grad, b.grad) == (7.0, 7.0)


def test_backward_from_the_middle_leaves_what_lies_above():
    a = Value(2.0)
    middle = a * a
    top = middle * 3.0
    top.grad = 5.0
    middle.backward()
    assert (a.grad, middle.grad, top.grad) == (4.0, 1.0, 5.0)


def test_gradients_of_leaves_add_up_over_calls():
    x = Value(3.0)
    y = x * x * x
    y.backward()
    assert x.grad == 27.0
    y.backward()
    assert x.grad == 54.0
    x.grad = 0.0
    y.backward()
    assert x.grad == 27.0


def test_gradients_between_are_replaced():
    x = Value(3.0)
    square = x * x
    y = square * x
    y.backward()
    y.backward()
    assert (square.grad, y.grad) == (3.0, 1.0)


def test_two_roots_add_up_in_the_leaves_they_share():
    x = Value(2.0)
    (x * 3.0).backward()
    (x * x).backward()
    assert x.grad == 7.0


def test_backward_of_a_leaf_adds_up_too():
    x = Value(2.0)
    x.backward()
    x.backward(gradient=2.5)
    assert x.grad == 3.5


def test_the_gradient_of_the_root_can_be_chosen():
    x = Value(3.0)
    y = x * x
    y.backward(gradient=-0.5)
    assert (y.grad, x.grad) == (-0.5, -3.0)


def test_the_gradients_of_constants_stay_zero():
    x = Value(3.0)
    frozen = x.detach()
    (x * frozen * 2.0).backward()
    assert x.grad == 6.0
    assert frozen.grad == 0.0


def test_the_gradient_of_a_constant_alone_stays_zero():
    frozen = Value(3.0).detach()
    y = frozen.tanh() * Value(2.0)
    y.backward()
    assert frozen.grad == 0.0


def test_detach_cuts_the_graph_and_keeps_the_number():
    x = Value(3.0)
    cut = (x * x).detach()
    assert (cut.data, cut.inputs, cut.requires_grad) == (9.0, (), False)


def test_a_gradient_follows_the_data_of_the_forward_pass_not_of_now():
    x = Value(3.0)
    y = x.tanh()
    expected = 1 - y.data * y.data
    x.data = 100.0
    y.backward()
    assert x.grad == expected


# --- The order of visits ---


def test_operands_come_before_results_and_the_root_last():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    d = c + a
    assert topological_order(d) == [a, b, c, d]


def test_the_order_holds_constants_and_no_strangers():
    a = Value(1.0)
    stranger = a * 7.0
    y = 2.0 * a
    order = topological_order(y)
    assert order == [a, y.inputs[0], y]
    assert stranger not in order


def test_a_long_graph_is_in_the_order_of_creation():
    made = [Value(1.0), Value(2.0)]
    for i in range(1000):  # nearly four pages of serial numbers
        made.append(made[i] + made[i // 2 + 1])
    root = made[0]
    for value in made[1:]:
        root = root + value
        made.append(root)
    assert made == topological_order(root)


@settings(max_examples=tries(300))
@given(expressions())
def test_every_operand_comes_before_its_result(expression):
    root = expression(*map(Value, expression.point))
    place = {v: i for i, v in enumerate(topological_order(root))}
    assert len(place) == len(topological_order(root))
    for v in place:
        assert all(place[x] < place[v] for x in v.inputs)


@settings(max_examples=tries(300))
@given(expressions())
def test_the_same_program_gives_the_same_bits(expression):
    runs = []
    for _ in range(2):
        inputs = [Value(x) for x in expression.point]
        expression(*inputs).backward()
        runs.append([v.grad.hex() for v in inputs])
    assert runs[0] == runs[1]


PROGRAM = """
from micrograd import Value
import random
random.seed(7)
vs = [Value(random.uniform(-1, 1)) for _ in range(40)]
for _ in range(300):
    a, b = random.choice(vs), random.choice(vs)
    vs.append((a * b + a.tanh()).sin())
sum(vs).backward()
print([v.grad.hex() for v in vs])
"""


def test_the_same_program_gives_the_same_bits_in_every_process():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | PATHS | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1


def test_what_several_nodes_send_is_added_from_the_last_to_the_first():
    def total(x):
        return x * 1.0 + x * 1e16 + x * -1e16

    # In this order 1 is added to 0; in the other it is lost beside 1e16.
    expected = (-1e16 + 1e16) + 1.0
    assert expected != (1.0 + 1e16) - 1e16
    x = Value(3.0)
    total(x).backward()
    assert expected == x.grad
    (returned,) = grad(total(x), [x])
    (recorded,) = grad(total(x), [x], create_graph=True)
    assert expected == returned.data == recorded.data


# --- Depth, memory, cycles ---


@pytest.mark.parametrize("length", [1_000, LONG])
def test_a_long_chain_needs_no_recursion(length):
    x, total = chain(length)
    total.backward()
    assert (total.data, x.grad) == (1.0 + length, 1.0)


def test_a_sum_of_many_losses_works():
    xs = [Value(float(i)) for i in range(5_000)]
    sum(xs).backward()
    assert all(x.grad == 1.0 for x in xs)


@contextmanager
def collector_off():
    """Only reference counts free anything: a cycle would show."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def count_values():
    return sum(type(v) is Value for v in gc.get_objects())


def test_a_chain_of_a_million_works_and_can_be_dropped():
    with collector_off():
        x, total = chain(1_000_000)
        total.backward()
        assert x.grad == 1.0
        before = count_values()
        del total
        assert count_values() == before - 2_000_000  # sums and ones


def test_a_graph_has_no_reference_cycles():
    with collector_off():
        x = Value(2.0)
        y = (x * 3.0 + x.exp()) ** 2 / x.tanh()
        y.backward()
        before = count_values()
        topological_order(y)
        assert count_values() == before
        del y
        assert count_values() == before - 8  # 6 results, 3 and 2
        assert gc.collect() == 0


def test_backward_keeps_nothing_alive():
    x = Value(2.0)
    y = x * x
    before = count_values()
    y.backward()
    assert count_values() == before


class Compared(Value):
    """Tells when it is compared, as `x in a_list` does."""

    __slots__ = ()

    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return id(self)


def steps_of(length):
    """How many functions, Python's own too, such a sum calls."""
    steps = 0

    def count(frame, event, arg):
        nonlocal steps
        steps += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        total = Compared(1.0)
        for _ in range(length):
            total = total + Compared(1.0)
        total.backward()
    finally:
        sys.setprofile(before)
    return steps


def test_the_work_for_a_node_does_not_grow_with_the_graph():
    # Counted, not timed: ten times the length, ten times the calls.
    short, long = steps_of(100), steps_of(1_000)
    assert short > 100
    assert long < 10 * short


# --- Recording nothing ---


def test_no_grad_records_nothing():
    x = Value(2.0)
    with no_grad():
        results = [x * x, x.exp(), 1.0 + x, x**2.0, -x]
    for y in results:
        assert (y.inputs, y.requires_grad, y.op) == ((), False, "")
    assert (x * x).inputs == (x, x)


def test_leaves_made_without_recording_are_leaves():
    with no_grad():
        w = Value(2.0)
    (w * 3.0).backward()
    assert w.grad == 3.0


def test_recording_is_restored_after_an_exception():
    x = Value(2.0)
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * x).inputs == (x, x)


def test_no_grad_can_be_nested_and_can_decorate():
    x = Value(2.0)

    @no_grad()
    def square():
        return x * x

    with no_grad():
        assert square().inputs == ()
        assert (x * x).inputs == ()
    assert (x * x).inputs == (x, x)
    assert square().inputs == ()


def test_no_grad_holds_for_its_own_thread_only():
    x, results = Value(2.0), []
    inside, done = threading.Event(), threading.Event()

    def other():
        inside.wait(10)
        results.append(x * x)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with no_grad():
        inside.set()
        assert done.wait(10)
        results.append(x * x)
    thread.join()
    assert [len(y.inputs) for y in results] == [2, 0]


def test_no_grad_holds_for_its_own_task_only():
    x = Value(2.0)

    async def quiet(inside, done):
        with no_grad():
            inside.set()
            await done.wait()
            return x * x

    async def loud(inside, done):
        await inside.wait()
        result = x * x
        done.set()
        return result

    async def both():
        events = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(quiet(*events), loud(*events))

    results = asyncio.run(both())
    assert [len(y.inputs) for y in results] == [0, 2]


# --- Threads ---


def test_threads_with_graphs_of_their_own_do_not_meet():
    results = {}

    def work(seed):
        x = Value(float(seed))
        y = x
        for _ in range(2_000):
            y = y + x * 0.5
        y.backward()
        results[seed] = (y.data, x.grad)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {n: (1001.0 * n, 1001.0) for n in range(4)}
    assert results == expected


def test_threads_share_one_order_of_creation():
    made = {}

    def work(name):
        x = Value(1.0)
        made[name] = [x * x for _ in range(20_000)]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    orders = [[(v._page, v._line) for v in part] for part in made.values()]
    assert all(order == sorted(order) for order in orders)
    assert 80_000 == len({number for order in orders for number in order})


# --- Copies ---


def a_graph():
    x = Value(3.0, label="x")
    y = x * x
    return x, y, y * x + 2.0


def python_pickle(graph):
    """What pickles where the C module is missing, a batch at a time."""
    return pickle.loads(pickle._dumps(graph))


COPIERS = [
    copy.deepcopy,
    lambda graph: pickle.loads(pickle.dumps(graph)),
    lambda graph: pickle.loads(pickle.dumps(graph, protocol=2)),
]


@pytest.mark.parametrize("duplicate", COPIERS)
def test_a_copied_graph_is_whole_and_separate(duplicate):
    x, y, z = a_graph()
    x2, y2, z2 = duplicate((x, y, z))
    z2.backward()
    assert (x2.grad, y2.grad, x2.label, z2.op) == (27.0, 3.0, "x", "+")
    assert (x.grad, y.grad) == (0.0, 0.0)
    assert y2.inputs == (x2, x2)
    assert [v.requires_grad for v in z2.inputs] == [True, False]


@pytest.mark.parametrize("duplicate", COPIERS)
def test_a_copied_graph_can_be_built_upon(duplicate):
    x, y, z = duplicate(a_graph())
    (z * z + y).backward()
    assert x.grad == 2 * 29.0 * 27.0 + 6.0


def a_tower(height):
    """A root above so many nodes, each on top of the other."""
    x = y = Value(1.0, label="x")
    for _ in range(height):
        y = y + x
    return x, y


@pytest.mark.parametrize("duplicate", [*COPIERS, python_pickle])
@pytest.mark.parametrize("height", [200, 3_000])
def test_a_graph_two_hundred_nodes_deep_can_be_copied(duplicate, height):
    x, y = a_tower(height)
    middle = y.inputs[0]
    for order in ((x, middle, y), (y, middle, x)):
        a, b, c = duplicate(order)
        a, c = (a, c) if a.label else (c, a)
        assert (c.inputs, c.data) == ((b, a), y.data)
        c.backward()
        assert (a.grad, x.grad) == (height + 1.0, 0.0)


def test_a_graph_a_hundred_thousand_nodes_deep_can_be_pickled():
    x, y = a_tower(100_000)
    copied = pickle.loads(pickle.dumps(y))
    copied.backward()
    (leaf,) = [v for v in topological_order(copied) if not v.inputs]
    assert (leaf.label, leaf.grad) == ("x", 100_001.0)


class Stubborn:
    def __reduce__(self):
        raise RuntimeError


@pytest.mark.parametrize("duplicate", COPIERS)
def test_a_copy_that_failed_half_way_leaves_the_next_alone(duplicate):
    x, y = a_tower(3_000)
    y.inputs[0].note = Stubborn()
    with pytest.raises(RuntimeError):
        duplicate(y)
    del y.inputs[0].note
    assert duplicate(y).data == y.data
    assert duplicate(y.inputs[0]).data == 3_000.0


def test_a_pickler_that_is_kept_does_not_spoil_the_next():
    x, y = a_tower(3_000)
    kept = pickle.Pickler(io.BytesIO())
    kept.dump(y)
    assert pickle.loads(pickle.dumps(y.inputs[0])).data == 3_000.0


def test_a_shallow_copy_is_another_value_with_the_same_past():
    x, y, _ = a_graph()
    twin = copy.copy(y)
    assert twin is not y
    (twin * 2.0).backward()
    assert (x.grad, y.grad) == (12.0, 0.0)


SAVE = """
import pickle, sys
from micrograd import Value
for i in range(1000): Value(0.0)
x = Value(3.0)
sys.stdout.buffer.write(pickle.dumps((x, x * x)))
"""
LOAD = """
import pickle, sys
x, y = pickle.loads(sys.stdin.buffer.read())
(y * y).backward()
print(x.grad)
"""


def test_a_graph_saved_by_one_process_can_be_built_upon_by_another():
    def run(code, given=None):
        return subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | PATHS,
            input=given,
            capture_output=True,
            check=True,
        ).stdout

    assert run(LOAD, run(SAVE)).strip() == b"108.0"


# --- Subclasses ---


def test_a_subclass_is_a_value():
    class Parameter(Value):
        pass

    w = Parameter(2.0)
    y = w * w + 1.0
    y.backward()
    assert (y.data, w.grad, type(y)) == (5.0, 4.0, Value)


# --- Nothing half-done ---


@elementwise(lambda y, x: refuse(x), domain=[(1, 2)], torch="")
def touchy(xp, x):
    return x


def refuse(x):
    raise RuntimeError("no derivative here")


def test_leaves_are_as_before_when_backward_fails():
    a, b = Value(1.0), Value(2.0)
    a.grad, b.grad = 5.0, 7.0
    root = touchy(a * 3.0) * b + a
    with pytest.raises(RuntimeError, match="no derivative here"):
        root.backward()
    assert (a.grad, b.grad) == (5.0, 7.0)


def test_leaves_are_as_before_when_the_gradient_is_no_number():
    a = Value(1.0)
    a.grad = 5.0
    y = a * 2.0
    with pytest.raises(TypeError):
        y.backward(gradient=[1.0])
    assert (a.grad, y.grad) == (5.0, 0.0)


# --- As one writes it along the lecture ---


def double(x):
    out = Value(2 * x.data, (x,), "double")

    def _backward():
        x.grad += 2 * out.grad

    out._backward = _backward
    return out


def test_a_closure_and_a_rule_share_one_graph():
    x, y = Value(3.0), Value(5.0)
    root = (double(x) * y + double(double(x))).exp() * 0.0 + double(x) * y
    root.backward()
    assert (10.0, 6.0) == (x.grad, y.grad)


def test_closures_follow_the_same_rules_for_what_accumulates():
    x = Value(3.0)
    middle = double(x)
    root = double(middle)
    for times in (1, 2, 3):
        root.backward()
        assert (4.0 * times, 2.0) == (x.grad, middle.grad)


def test_local_gradients_may_be_numbers():
    a, b = Value(2.0), Value(3.0)
    (Value(6.0, (a, b), (3.0, 2.0)) * 10.0).backward()
    assert (30.0, 20.0) == (a.grad, b.grad)
    slope = micrograd.grad(lambda x: Value(36.0, (x,), (12.0,)))(3.0)
    assert 12.0 == slope


def test_any_node_does_its_share_by_hand():
    a, b, c = Value(2.0), Value(3.0), Value(4.0)
    for node, shares in [
        (a * b, (3.0, 2.0, 0.0)),
        (a + 1.0, (1.0, 0.0, 0.0)),
        (b.relu(), (0.0, 1.0, 0.0)),
        (where(a, b, c), (0.0, 1.0, 0.0)),
        (a * a, (4.0, 0.0, 0.0)),
        (a, (0.0, 0.0, 0.0)),
    ]:
        node.grad = 1.0
        a.grad = b.grad = c.grad = 0.0
        node._backward()
        assert shares == (a.grad, b.grad, c.grad)


def test_nothing_is_remembered_by_hand_without_a_graph():
    x = Value(3.0)
    with no_grad():
        y = double(x)
    assert (6.0, (), False) == (y.data, y.inputs, y.requires_grad)
    (y * x).backward()
    assert 6.0 == x.grad


@pytest.mark.parametrize(
    "transform",
    [
        lambda f: micrograd.grad(f)(3.0),
        lambda f: micrograd.derivative(f)(3.0),
        lambda f: micrograd.hessian(lambda x: f(x[0]))([3.0]),
        lambda f: micrograd.jvp(f, [3.0], [1.0]),
        lambda f: micrograd.compile(f)(Value(3.0)),
    ],
)
def test_what_cannot_see_through_a_closure_says_so(transform):
    with pytest.raises(MicrogradError, match=r"micrograd\.elementwise"):
        transform(lambda x: double(x) * x)


def test_numbers_cannot_be_differentiated_again():
    def cubed(x):
        return Value(x.data**3, (x,), (3 * x.data**2,))

    with pytest.raises(MicrogradError, match="elementwise"):
        micrograd.hessian(lambda x: cubed(x[0]))([2.0])


@pytest.mark.parametrize("children", ["a", (1.0,), [Value(1.0), None]])
def test_children_that_are_no_values_are_refused(children):
    with pytest.raises(NumberError, match="takes the Values"):
        Value(2.0, children, "op")


def test_a_local_gradient_too_few_is_refused():
    with pytest.raises(OptionError, match="one number for each child"):
        Value(2.0, (Value(1.0), Value(2.0)), (1.0,))


def test_what_else_stood_in_the_place_of_a_share_can_be_called():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    seen, before = [], c._backward
    c._backward = lambda: (seen.append(c.grad), before())
    (c * 10.0).backward()
    assert ([10.0], 30.0, 20.0) == (seen, a.grad, b.grad)
    assert ("*", (a, b)) == (c.op, c.inputs)


# --- Ctrl+C ---


def interrupted(after, root):
    """Run ``root.backward()``, with Ctrl+C after so many instructions."""
    left = [after]

    def trace(frame, event, argument):
        if not frame.f_code.co_filename.endswith("engine.py"):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left[0] -= 1
            if left[0] == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        root.backward()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_no_instant_is_wrong_for_ctrl_c():
    for after in range(1, 3_000):
        a, b = Value(2.0), Value(3.0)
        root = (a * b + a).relu()
        a.grad, b.grad = 100.0, 200.0
        if not interrupted(after, root):
            assert (104.0, 202.0) == (a.grad, b.grad)
            break
        assert (a.grad, b.grad) in {(100.0, 200.0), (104.0, 202.0)}, after
    assert after > 300


def test_a_value_assigned_to_data_counts_with_its_number():
    w = Value(1.0)
    for _ in range(300):  # each step took longer than the one before
        loss = (w * 2.0 - 3.0) ** 2
        w.grad = 0.0
        loss.backward()
        w.data = w - 0.1 * w.grad
    assert type(loss.data) is type(w.grad) is float
    assert 1.5 == pytest.approx(float(w))
    assert 1.5 == pytest.approx(w.detach().data)
    assert type(w.relu().data) is type(w.data) is float


def test_a_gradient_of_none_is_no_gradient_so_far():
    a, b = Value(2.0), Value(3.0)
    a.grad = None
    (a * b).backward()
    assert (3.0, 2.0) == (a.grad, b.grad)
    (a * b).backward()
    assert (6.0, 4.0) == (a.grad, b.grad)
