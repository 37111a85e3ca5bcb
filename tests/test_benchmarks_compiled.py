"""What the compiler is measured beside computes the same.

Never a time: that would be a test of the machine.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

pytest.importorskip("benchmarks", reason="benchmarks/ is not in the package")
pytest.importorskip("llvmlite")
pytest.importorskip("numpy")

from benchmarks import systems
from benchmarks.figures import agreement
from benchmarks.measures.compiled import AGREE
from benchmarks.peers import OURS, Worker

STEPS = 5


def one_round(program, **sizes):
    worker = Worker(OURS, program, **sizes)
    try:
        return worker.round()
    finally:
        worker.close()


@pytest.mark.parametrize("task", ["moons", "yin_yang"])
def test_compiled_steps_learn_as_numpy_by_hand_does(task):
    sizes = {"task": task, "steps": 1, "check": STEPS}
    ours = one_round("compiled", reader="native", **sizes)
    source = one_round("compiled", reader="python", **sizes)
    theirs = one_round("frameworks", system="NumPy", **sizes)
    losses = [one["loss"] for one in (ours, source, theirs)]
    agreement("losses", losses, AGREE)


@pytest.mark.parametrize("task", ["moons", "yin_yang"])
def test_tensors_learn_as_numpy_by_hand_does(task):
    sizes = {"task": task, "steps": 1, "check": STEPS}
    ours = one_round("frameworks", system="Tensors", **sizes)
    by_hand = one_round("frameworks", system="NumPy", **sizes)
    agreement("losses", [ours["loss"], by_hand["loss"]], AGREE)


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
@pytest.mark.parametrize("how", ["plain", "vectors"])
def test_c_by_hand_gives_our_loss_and_gradients(how):
    ours = one_round("gradients", how="ours", repeats=1)
    theirs = one_round("gradients", how=how, repeats=1)
    agreement("losses", [ours["loss"], theirs["loss"]], 1e-12)
    agreement("gradients", [ours["size"], theirs["size"]], 1e-12)


@pytest.mark.skipif(not find_spec("torch"), reason="torch is not installed")
@pytest.mark.parametrize("task", ["moons", "yin_yang"])
def test_pytorch_learns_the_same(task):
    sizes = {"task": task, "steps": 1, "check": STEPS}
    theirs = one_round("frameworks", system="PyTorch", **sizes)
    by_hand = one_round("frameworks", system="NumPy", **sizes)
    agreement("losses", [theirs["loss"], by_hand["loss"]], AGREE)


def test_whoever_is_missing_is_left_out_with_the_reason(monkeypatch):
    monkeypatch.setitem(systems.NEEDS, "JAX", "no-such-package")
    workers, reasons = systems.gather({"a row": ("JAX", None)})
    assert workers == {}
    assert reasons == (
        "Left out: a row; the package no-such-package is not installed."
    )


@pytest.mark.parametrize("task", ["mlp", "makemore", "decoder"])
def test_steps_on_tensors_give_the_losses_of_numpy_by_hand(task):
    sizes = {"task": task, "steps": 1, "check": 3}
    systems = ["NumPy", "eager", "replay", "loops"]
    found = [one_round("tensors", system=one, **sizes) for one in systems]
    agreement("losses", [one["loss"] for one in found], 1e-5)
