"""The C file: it compiles without a warning and gives the same numbers."""

import ctypes
import random
import shutil
import subprocess

import pytest
from conftest import close
from strategies import ROWS, points

import micrograd
from micrograd import Value, functions, optim
from micrograd.nn import MLP

pytestmark = pytest.mark.skipif(
    shutil.which("cc") is None, reason="there is no C compiler"
)

STRICT = "-O3 -std=c99 -Wall -Wextra -Wpedantic -Wmissing-prototypes -Werror"


def built(compiled, folder):
    """The function ``run`` of the C file."""
    file, library = folder / "step.c", folder / "step.so"
    file.write_text(compiled.to_c(), encoding="ascii")
    options = f"{STRICT} -shared -fPIC".split()
    command = ["cc", *options, "-o", str(library), str(file), "-lm"]
    subprocess.run(command, check=True)
    run = ctypes.CDLL(str(library)).run
    run.restype = ctypes.c_double
    return run


def doubles(numbers):
    return (ctypes.c_double * max(1, len(numbers)))(*numbers)


def network():
    random.seed(3)
    model = MLP(2, [4, 4, 1], activation="tanh")

    def loss(rows):
        losses = [functions.softplus(-model(row[:2]) * row[2]) for row in rows]
        return sum(losses) / len(losses) + 0.01 * functions.l2(
            model.parameters()
        )

    rng = random.Random(1)
    rows = [[rng.gauss(0, 1) for _ in range(3)] for _ in range(11)]
    return model, loss, rows


def test_loss_and_gradients_are_those_of_the_engine(tmp_path):
    model, loss, rows = network()
    f = micrograd.compile(loss, reader="python")
    result = f(rows)
    result.backward()
    run = built(f, tmp_path)
    order = f.last.program.values
    g = doubles([0.0] * len(order))
    x = doubles([number for row in rows for number in row])
    assert close(result.data, run(x, doubles([p.data for p in order]), g))
    assert all(close(p.grad, d) for p, d in zip(order, g, strict=True))


def test_a_training_step_moves_parameters_and_state(tmp_path):
    model, loss, rows = network()
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    step = micrograd.compile(loss, optimizer, reader="python")
    order = optimizer.parameters
    p = doubles([v.data for v in order])
    s = doubles([0.0] * 2 * len(order))
    g = doubles([0.0] * len(order))
    x = doubles([number for row in rows for number in row])
    expected = step(rows)
    run = built(step, tmp_path)
    c = doubles(optimizer.coefficients(0, 0.1))
    assert close(expected, run(x, p, g, s, c))
    assert all(close(v.data, d) for v, d in zip(order, p, strict=True))
    state = [row["exp_avg"] for row in optimizer.state.values()]
    assert all(close(a, b) for a, b in zip(state, s, strict=False))


def test_gradients_that_are_not_finite_move_nothing(tmp_path):
    w = Value(1.0)
    optimizer = optim.SGD([w], lr=0.1)
    step = micrograd.compile(lambda x: w / x, optimizer, reader="python")
    step(1.0)
    run = built(step, tmp_path)
    p, c = doubles([1.0]), doubles(optimizer.coefficients(0, 0.1))
    run(doubles([0.0]), p, doubles([0.0]), doubles([]), c)
    assert [1.0] == list(p)


def test_every_row_compiles_without_a_warning(tmp_path):
    every = [(row, points(row)[0]) for row in ROWS]

    def fn(numbers):
        signs = (x for x in numbers[0])
        return sum(
            row(*x) * next(signs) * (-1.0)
            for (row, _), x in zip(every, numbers[1:], strict=True)
        )

    f = micrograd.compile(fn, reader="python")
    weights = [Value(1.0) for _ in ROWS]
    operands = [[Value(x) for x in point] for _, point in every]
    f([weights, *operands]).backward()
    run = built(f, tmp_path)
    leaves = [*weights, *[v for x in operands for v in x]]
    g = doubles([0.0] * len(leaves))
    run(doubles([]), doubles([v.data for v in leaves]), g)
    for v, d in zip(leaves, g, strict=True):
        assert close(v.grad, d)


def test_constants_in_lanes_and_infinities_are_written(tmp_path):
    w = Value(2.0)
    f = micrograd.compile(
        lambda x: (
            sum([(w * i).tanh() * x for i in range(80)])
            + micrograd.where(x > 0, 1.0, float("inf"))
            + micrograd.where(x > 0, 1.0, float("nan"))
        ),
        reader="python",
    )
    y = f(0.5)
    run = built(f, tmp_path)
    g = doubles([0.0])
    assert close(y.data, run(doubles([0.5]), doubles([2.0]), g))


def test_a_gradient_that_is_read_inside_is_the_one_on_entry(tmp_path):
    v, w = Value(2.0), Value(3.0)
    w.grad, v.grad = 5.0, 7.0
    f = micrograd.compile(lambda x: v * x + w.grad * v.grad, reader="python")
    result = f(4.0)
    run = built(f, tmp_path)
    order = f.last.program.values
    p = doubles([one.data for one in order])
    g = doubles([one.grad for one in order])
    assert 43.0 == result.data == run(doubles([4.0]), p, g)
