"""Compiled training steps, beside the eager loop they stand for."""

import copy
import math
import random

import pytest
from conftest import all_close, close

import micrograd
from micrograd import Value, datasets, functions, optim
from micrograd.errors import (
    NonFiniteGradientError,
    OptionError,
    RecordingError,
)
from micrograd.nn import MLP

KINDS = {
    "SGD": lambda p, lr: optim.SGD(p, lr),
    "momentum": lambda p, lr: optim.SGD(p, lr, momentum=0.9, dampening=0.1),
    "nesterov": lambda p, lr: optim.SGD(
        p, lr, momentum=0.9, nesterov=True, weight_decay=0.1
    ),
    "RMSprop": lambda p, lr: optim.RMSprop(p, lr),
    "centered": lambda p, lr: optim.RMSprop(
        p, lr, centered=True, momentum=0.5, weight_decay=0.01
    ),
    "Adagrad": lambda p, lr: optim.Adagrad(p, lr, lr_decay=0.1),
    "Adagrad decayed": lambda p, lr: optim.Adagrad(
        p, lr, weight_decay=0.1, initial_accumulator_value=0.2
    ),
    "Adam": lambda p, lr: optim.Adam(p, lr, weight_decay=0.1),
    "amsgrad": lambda p, lr: optim.Adam(p, lr, amsgrad=True),
    "AdamW": lambda p, lr: optim.AdamW(p, lr, betas=(0.8, 0.9)),
}
RATES = {
    "constant": 0.02,
    "linear": optim.linear(0.05, 0.0, 20),
    "cosine": optim.cosine(0.05, 0.0, 20),
    "warmup": optim.warmup(optim.step(0.05, 0.5, 8), 5),
}


def eager_step(loss, optimizer, *args):
    optimizer.zero_grad()
    result = loss(*args)
    result.backward()
    optimizer.step()
    return result.data


def assert_same_training(make, loss_of, batches, reader):
    """Run eager and compiled side by side; compare all there is."""
    first, second = make(), make()
    step = micrograd.compile(loss_of(first[0]), first[1], reader=reader)
    loss = loss_of(second[0])
    for args in batches:
        assert close(eager_step(loss, second[1], *args), step(*args))
    ours, theirs = first[1], second[1]
    assert theirs.steps == ours.steps
    for p, q in zip(ours.parameters, theirs.parameters, strict=True):
        assert close(q.data, p.data, scale=1e-3)
        assert close(q.grad, p.grad, scale=1e-3)
        assert list(theirs.state[q]) == list(ours.state[p])
        for name, number in theirs.state[q].items():
            assert close(number, ours.state[p][name], scale=1e-3)
    return step


def small(kind, rate):
    def make():
        random.seed(5)
        model = MLP(2, [3, 1], activation="tanh")
        return model, kind(model.parameters(), rate)

    return make


def squares(model):
    def loss(rows, targets):
        losses = [
            (model(x) - y) ** 2 for x, y in zip(rows, targets, strict=True)
        ]
        return sum(losses) / len(losses)

    return loss


def batches(count, size=6):
    rng = random.Random(2)
    for _ in range(count):
        rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(size)]
        yield rows, [rng.choice([-1.0, 1.0]) for _ in rows]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_optimiser_trains_as_in_eager(reader, kind, rate):
    make = small(KINDS[kind], RATES[rate])
    assert_same_training(make, squares, list(batches(20)), reader)


def test_batches_of_changing_length_share_the_state(reader):
    make = small(KINDS["amsgrad"], RATES["linear"])
    mixed = [b for n in (3, 5, 3, 4, 5) for b in batches(2, n)]
    step = assert_same_training(make, squares, mixed, reader)
    assert 3 == len(step.replays)


# --- Whole programs ---


def programs():
    rng = random.Random(0)
    yield "moons", [2, [6, 1]], datasets.moons(60, 0.1, rng), "hinge"
    yield "xor", [2, [4, 1]], datasets.xor(40, 0.1, rng), "hinge"
    yield "yin-yang", [2, [5, 3]], datasets.yin_yang(40, rng), "classes"
    points = [[rng.gauss(0, 1)] for _ in range(50)]
    yield "line", [1, [1]], [(p, 2 * p[0] + 1) for p in points], "line"


def task(model, how):
    """The loss of a gallery program."""

    def hinge(points, signs):
        losses = [
            (1 - y * model(x)).relu()
            for x, y in zip(points, signs, strict=True)
        ]
        data = sum(losses) / len(losses)
        return data + 1e-3 * sum(p * p for p in reversed(model.parameters()))

    def classes(points, chosen):
        logits = [model(x) for x in points]
        losses = [
            -functions.dot(y, functions.log_softmax(z))
            for z, y in zip(logits, chosen, strict=True)
        ]
        return functions.mean(losses)

    def line(points, numbers):
        return functions.mse_loss([model(x) for x in points], numbers)

    return {"hinge": hinge, "classes": classes, "line": line}[how]


def one_hot(labels):
    return [[float(c == k) for k in range(3)] for c in labels]


@pytest.mark.parametrize("program", list(programs()), ids=lambda p: p[0])
def test_programs_of_the_gallery_train_as_in_eager(reader, program):
    _, (inputs, shape), data, how = program
    points, labels = (list(column) for column in zip(*data, strict=True))
    labels = one_hot(labels) if how == "classes" else labels

    def make():
        random.seed(7)
        model = MLP(inputs, shape)
        return model, optim.AdamW(model.parameters(), lr=0.01)

    step = assert_same_training(
        make,
        lambda model: task(model, how),
        [(points, labels)] * 10,
        reader,
    )
    if how != "line":  # too little to be worth a loop
        lanes = [s.lanes for s in step.last.program.sections]
        assert len(points) in lanes


# --- Between two steps ---


def linear_step(reader, optimizer=optim.SGD, **options):
    w, b = Value(1.0, label="w"), Value(0.5, label="b")
    made = optimizer([w, b], **options)
    loss = lambda x, y: (w * x + b - y) ** 2  # noqa: E731
    return micrograd.compile(loss, made, reader=reader), made, (w, b), loss


def test_a_rate_that_is_changed_counts_at_once(reader):
    step, optimizer, (w, b), _ = linear_step(reader, lr=0.0)
    step(1.0, 0.0)
    assert 1.0 == w.data
    optimizer.lr = 0.25
    step(1.0, 0.0)
    assert 1.0 - 0.25 * 3.0 == w.data
    assert 1 == len(step.replays)


def test_other_settings_that_are_changed_count_at_once(reader):
    step, optimizer, (w, b), _ = linear_step(reader, lr=0.5)
    step(0.0, 0.5)
    assert 1.0 == w.data
    optimizer.weight_decay = 0.5
    step(0.0, 0.5)
    assert 1.0 - 0.5 * 0.5 == w.data


def test_compiled_and_eager_steps_may_take_turns(reader):
    results = []
    for turns in ("eeee", "cccc", "ecec", "cece", "ceec"):
        step, optimizer, (w, b), loss = linear_step(reader, optim.Adam, lr=0.1)
        for turn in turns:
            if turn == "c":
                step(1.0, 3.0)
            else:
                eager_step(loss, optimizer, 1.0, 3.0)
        state = [list(optimizer.state[p].values()) for p in (w, b)]
        results.append([w.data, b.data, *state[0], *state[1]])
    for other in results[1:]:
        assert all_close(results[0], other)


def test_state_can_be_read_changed_saved_and_copied(reader):
    step, optimizer, (w, b), _ = linear_step(reader, optim.Adam, lr=0.1)
    step(1.0, 3.0)
    before = optimizer.state[w]
    saved = optimizer.state_dict()
    assert saved["state"][0] == before == optimizer.state[w]
    held = copy.deepcopy(optimizer)
    step(1.0, 3.0)
    assert saved["state"][0] == before != optimizer.state[w]
    assert 2 == len(optimizer.state) == len(list(optimizer.state))
    optimizer.state[w]["exp_avg"] = 100.0
    step(1.0, 3.0)
    assert 80 < optimizer.state[w]["exp_avg"] < 100
    optimizer.load_state_dict(saved)
    assert saved == optimizer.state_dict()
    assert {1} == {optimizer.steps, held.steps}
    assert "exp_avg" in repr(optimizer.state)
    state = list(held.state.values())
    assert state == saved["state"]


def test_a_state_that_somebody_keeps_is_the_newest_as_in_eager(reader):
    step, optimizer, (w, b), loss = linear_step(reader, optim.Adam, lr=0.1)
    for move in (lambda *x: eager_step(loss, optimizer, *x), step, step):
        move(1.0, 3.0)
        kept = optimizer.state
        number = dict(optimizer.state_dict()["state"][0])
        move(1.0, 3.0)
        assert number != kept[w] == optimizer.state[w]


def test_parameters_the_loss_does_not_use_are_updated_too(reader):
    w, unused = Value(1.0), Value(4.0)
    unused.grad = 3.0
    step = micrograd.compile(
        lambda x: w * x,
        optim.SGD([unused, w], lr=0.5, weight_decay=0.5),
        reader=reader,
    )
    step(1.0)
    assert (3.0, 0.0) == (unused.data, unused.grad)


def test_values_that_are_not_the_optimisers_collect_gradients(reader):
    w, other = Value(1.0), Value(4.0)
    step = micrograd.compile(
        lambda x: w * x * other, optim.SGD([w], lr=0.0), reader=reader
    )
    step(2.0)
    step(3.0)
    assert (4.0, 5.0, 12.0) == (other.data, other.grad, w.grad)


def test_a_result_from_outside_is_no_parameter_of_a_step(reader):
    w = Value(1.0)
    h = w * w
    step = micrograd.compile(
        lambda x: h * x, optim.SGD([w], lr=0.5), reader=reader
    )
    with pytest.raises(OptionError, match="takes leaves from outside"):
        step(1.0)


def test_a_step_that_was_refused_for_a_result_had_been_taken(reader):
    w = Value(1.0)
    step = micrograd.compile(
        lambda x: w * x, optim.SGD([w], lr=0.5), reader=reader
    )
    step(Value(1.0))
    with pytest.raises(OptionError, match="takes leaves from outside"):
        step(Value(2.0) * 2)
    assert 0.5 == w.data


def test_gradients_that_are_not_finite_change_nothing(reader):
    step, optimizer, (w, b), _ = linear_step(reader, optim.Adam, lr=0.1)
    step(1.0, 3.0)
    before = w.data, b.data, optimizer.state_dict()
    with pytest.raises(NonFiniteGradientError, match="for w"):
        step(math.inf, 3.0)
    assert before == (w.data, b.data, optimizer.state_dict())
    step(1.0, 3.0)
    assert 2 == optimizer.steps


def test_a_rate_out_of_range_changes_nothing(reader):
    step, optimizer, (w, b), _ = linear_step(reader, lr=0.1)
    step(1.0, 3.0)
    before = w.data, optimizer.steps
    optimizer.lr = lambda t: math.nan
    with pytest.raises(OptionError, match="lr= at step 1"):
        step(1.0, 3.0)
    assert before == (w.data, optimizer.steps)


def test_infinite_numbers_flow_as_in_eager(reader):
    w = Value(1.0)
    f = micrograd.compile(lambda x: (w * x).exp() + x, reader=reader)
    for x in (1e3, -1e3, math.inf, -math.inf, math.nan):
        expected = f.fn(Value(x)).data
        assert close(expected, f(x).data)


def test_ones_own_optimiser_is_compiled_or_refused(reader):
    class Signs(optim.Optimizer):
        def update(self, xp, p, g, state, c):
            return p - c[0] * xp.where(g > 0, 1.0, -1.0), state

    class Looks(optim.Optimizer):
        def update(self, xp, p, g, state, c):
            return (p - c[0] if g > 0 else p + c[0]), state

    w = Value(3.0)
    micrograd.compile(lambda x: w * x, Signs([w], 0.5), reader=reader)(1.0)
    assert 2.5 == w.data
    with pytest.raises(RecordingError, match="a choice that depends"):
        micrograd.compile(lambda x: w * x, Looks([w], 0.5))(1.0)
    assert 2.5 == w.data


class Lazy(optim.Optimizer):
    """Remembers from the first step on, and not before."""

    def update(self, xp, p, g, state, c):
        total = 0.5 * state.get("total", 0.0) + g
        return p - c[0] * total, {"total": total}


@pytest.mark.parametrize("make", [Lazy, optim.SGD])
def test_what_is_remembered_may_begin_and_end(reader, make):
    results = []
    for compiled in (False, True):
        w, b = Value(1.0), Value(2.0)
        more = {} if make is Lazy else {"momentum": 0.9}
        optimizer = make([w, b], lr=0.1, **more)

        def loss(x, w=w, b=b):
            return w * w * x + b

        step = micrograd.compile(loss, optimizer, reader=reader)
        seen = []
        for momentum in (0.9, 0.9, 0.0, 0.0):
            if make is not Lazy:
                optimizer.momentum = momentum
            if compiled:
                step(0.5)
            else:
                eager_step(loss, optimizer, 0.5)
            seen.append((w.data, b.data, optimizer.state_dict()))
        results.append(seen)
    assert results[0] == results[1]
    kept = {"total"} if make is Lazy else set()
    assert kept == results[1][-1][-1]["state"][0].keys()
