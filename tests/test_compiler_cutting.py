"""Long steps are cut, and nobody can tell from the numbers."""

import ctypes
import random
import shutil
import subprocess

import pytest
from conftest import READERS

import micrograd
from micrograd import Value, functions, optim, where
from micrograd.nn import MLP

SHORT = 25  # lines of a piece


def straight(model, rows):
    """Nothing alike: every row goes on from the one before."""
    state = 0.1
    for x, y in rows:
        z = model([x, state])
        state = where((z > y) & (state < 2.0), z * y, z - state)
    return state * state


def alike(model, rows):
    """A loop, with a choice in it."""
    terms = [(model([x, y]) - where(x > y, x, y)) ** 2 for x, y in rows]
    return functions.mean(terms) + functions.l2(model.parameters())


def numbers_of(reader, loss):
    """Loss, gradients and parameters of two steps; the pieces."""
    model = MLP(2, [5, 4, 1], activation="tanh", rng=random.Random(3))
    rng = random.Random(4)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(30)]
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    step = micrograd.compile(
        lambda rows: loss(model, rows), optimizer, reader=reader
    )
    losses = [step(rows), step(rows)]
    found = [(p.data, p.grad) for p in optimizer.parameters]
    return (losses, found), step


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("loss", [straight, alike])
def test_pieces_give_the_same_bits(monkeypatch, reader, loss):
    expected, whole = numbers_of(reader, loss)
    monkeypatch.setattr("micrograd.compiler.cutting.LONGEST", SHORT)
    computed, cut = numbers_of(reader, loss)
    assert expected == computed
    sizes = [len(step.tape) for step in cut.last.program.steps]
    assert max(sizes) < 3 * SHORT < len(sizes) * SHORT
    before = [len(step.tape) for step in whole.last.program.steps]
    assert len(before) < len(sizes)


@pytest.mark.parametrize("reader", READERS)
def test_results_that_are_leaves_survive_the_cut(monkeypatch, reader):
    monkeypatch.setattr("micrograd.compiler.cutting.LONGEST", 4)
    w, v = Value(2.0), Value(3.0)
    f = micrograd.compile(
        lambda x: w * x + w * v + v * x + w + v, reader=reader
    )
    y = f(5.0)
    y.backward()
    assert (10 + 6 + 15 + 5, 5 + 3 + 1, 2 + 5 + 1) == (y.data, w.grad, v.grad)


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
def test_pieces_are_c_without_a_warning(monkeypatch, tmp_path):
    monkeypatch.setattr("micrograd.compiler.cutting.LONGEST", SHORT)
    (losses, found), step = numbers_of("python", alike)
    file, library = tmp_path / "step.c", tmp_path / "step.so"
    file.write_text(step.to_c(), encoding="ascii")
    strict = "-O1 -std=c99 -Wall -Wextra -Wpedantic -Werror -shared -fPIC"
    command = ["cc", *strict.split(), "-o", str(library), str(file), "-lm"]
    subprocess.run(command, check=True)
    assert hasattr(ctypes.CDLL(str(library)), "run")
