"""Numbers that stay with a program: nobody can tell, except by the clock."""

import copy
import gc
import pickle
import threading
import weakref

import pytest

import micrograd
from micrograd import Value, functions, optim
from micrograd.nn import MLP


def trained(reader, steps=2, make=Value):
    """Two parameters of the loss 0.5 (w + b)^2, after some steps."""
    w, b = make(1.0), make(2.0)
    optimizer = optim.SGD([w, b], lr=0.25)
    step = micrograd.compile(
        lambda x: (w + b) * (w + b) * x, optimizer, reader=reader
    )
    for _ in range(steps):
        step(0.5)
    return w, b, optimizer, step


W, B, GRADIENT = 1.0 - 0.75 - 0.375, 2.0 - 0.75 - 0.375, 1.5

LOOKS = {
    "data": lambda w: (w.data, w.grad),
    "grad": lambda w: (w.grad, w.data)[::-1],
    "repr": lambda w: (repr(w), w.data, w.grad)[1:],
    "float": lambda w: (float(w), w.grad),
    "eager arithmetic": lambda w: ((w + 0.0).data, w.grad),
    "no arithmetic at all": lambda w: (w.relu().data * 0 + w.data, w.grad),
    "a copy": lambda w: (copy.copy(w).data, copy.copy(w).grad),
    "a deep copy": lambda w: (copy.deepcopy([w])[0].data, w.grad),
    "a pickle": lambda w: (pickle.loads(pickle.dumps(w)).data, w.grad),
}


@pytest.mark.parametrize("look", LOOKS)
def test_whoever_looks_sees_the_newest_numbers(reader, look):
    w, *_ = trained(reader)
    assert (W, GRADIENT) == LOOKS[look](w)


def test_it_is_a_value_before_and_after(reader):
    w, b, *_ = trained(reader)
    assert isinstance(w, Value)
    assert (True, (), "", "") == (w.requires_grad, w.inputs, w.op, w.label)
    assert B == b.data
    assert Value is type(w) is type(b) is type(copy.copy(w))
    copied = copy.deepcopy(trained(reader)[0])
    assert Value is type(copied)


def test_copies_of_lent_parameters_are_their_own(reader):
    w, _, _, step = trained(reader)
    other = copy.deepcopy(w)
    step(0.5)
    assert W == other.data != w.data


def test_what_is_set_between_steps_counts(reader):
    w, b, _, step = trained(reader, steps=1)
    w.data = 5.0
    assert 0.5 * (5.0 + 1.25) ** 2 == step(0.5)
    b.grad = 100.0  # the next step starts from zero
    total = w.data + b.data
    step(0.5)
    assert total == b.grad


def test_parameters_of_a_derived_class_are_copied(reader):
    class Named(Value):
        """Has no more than a name of its own."""

    w, b, _, step = trained(reader, make=Named)
    assert Named is type(w)
    assert (W, B, GRADIENT) == (w.data, b.data, w.grad)
    step(0.5)
    assert W != w.data


def test_two_optimisers_may_share_a_parameter(reader):
    w, b, _, step = trained(reader, steps=1)
    other = micrograd.compile(
        lambda x: w * x, optim.SGD([w], lr=1.0), reader=reader
    )
    other(1.0)
    assert (0.25 - 1.0, 1.25) == (w.data, b.data)
    assert 0.5 * (-0.75 + 1.25) ** 2 == step(0.5)
    assert -0.75 - 0.25 * 0.5 == w.data
    other(1.0)
    assert (-1.875, 1.125) == (w.data, b.data)


def test_forms_of_arguments_hand_the_numbers_on(reader):
    w, v = Value(1.0), Value(1.0)
    optimizers = [optim.Adam([w], lr=0.1), optim.Adam([v], lr=0.1)]
    step = micrograd.compile(
        lambda x: w * w * sum(x), optimizers[0], reader=reader
    )
    for count in (1, 3, 1, 2, 2, 3, 1):
        optimizers[1].zero_grad()
        (v * v * count).backward()
        optimizers[1].step()
        step([1.0] * count)
    assert abs(v.data - w.data) < 1e-14
    ours, theirs = (next(iter(o.state.values())) for o in optimizers)
    assert all(abs(ours[name] - theirs[name]) < 1e-12 for name in theirs)


def test_evaluation_in_between_reads_and_changes_nothing(reader):
    w, b, _, step = trained(reader, steps=0)
    whole = micrograd.compile(lambda x: (w + b) * x, reader=reader)
    seen = []
    for _ in range(3):
        step(0.5)
        seen.append(whole(1.0).data)
    assert [1.5, 0.75, 0.375] == seen


def test_a_model_trains_on_uncompiled(reader):
    model = MLP(2, [3, 1])
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    step = micrograd.compile(
        lambda x: functions.l2(model.parameters()) * x,
        optimizer,
        reader=reader,
    )
    step(1.0)
    before = [p.data for p in model.parameters()]
    step(1.0)
    saved = model.state_dict()
    assert before != list(saved.values())
    optimizer.zero_grad()
    functions.l2(model.parameters()).backward()
    assert [2 * p.data for p in model.parameters()] == [
        p.grad for p in model.parameters()
    ]
    optimizer.step()
    step(1.0)


def test_numbers_outlive_the_compiled_function(reader):
    w, b, optimizer, step = trained(reader)
    gone = weakref.ref(step.last.machine)
    del step
    gc.collect()
    assert gone() is None
    assert (W, B) == (w.data, b.data)


def test_parameters_are_forgotten_with_their_model(reader):
    *_, step = trained(reader)
    memory = weakref.ref(step.last.machine.memory)
    del _, step
    gc.collect()
    assert memory() is None


def test_threads_read_whole_steps_only(reader):
    w, b = Value(0.0), Value(0.0)
    optimizer = optim.SGD([w, b], lr=1.0)
    step = micrograd.compile(lambda x: (w + b) * x, optimizer, reader=reader)
    step(0.0)
    seen, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            seen.append(w.data)

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(300):
        step(-1.0)
    stop.set()
    thread.join()
    assert all(type(x) is float for x in seen)
    assert sorted(seen) == seen
    assert (300.0, 300.0) == (w.data, b.data)
