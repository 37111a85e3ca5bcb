"""The measured programs run, and compute what the first micrograd computes.

Never a time: that would be a test of the machine.
"""

from __future__ import annotations

import doctest

import pytest

pytest.importorskip("benchmarks", reason="benchmarks/ is not in the package")

from benchmarks import __main__ as command
from benchmarks import figures
from benchmarks.figures import agreement
from benchmarks.measures import chain, importing, operations
from benchmarks.peers import OURS, Peer, Plan, Worker

# What the programs give on PyPI's micrograd 0.1.0, in these sizes.
LOSS = 0.010132188006130138
VALUE = 271.46630859375
AGREE = 1e-12  # sums in another order differ in their last digits

PLAN = Plan((Peer("copy", OURS.folder), OURS), turns=1, tiny=True)


def one_round(program, collector="on", **sizes):
    worker = Worker(OURS, program, collector, **sizes)
    try:
        return worker.round()
    finally:
        worker.close()


@pytest.mark.parametrize("collector", ["on", "off"])
def test_moons_learn_as_in_the_first_micrograd(collector):
    found = one_round("moons", collector, samples=4, steps=3)
    agreement("losses", [LOSS, found["loss"]], AGREE)


def test_a_long_expression_has_the_first_micrograds_value():
    found = one_round("expression", nodes=1000)
    agreement("values", [VALUE, found["value"]], AGREE)


@pytest.mark.parametrize("measure", [chain, importing, operations])
def test_a_measure_ends_in_a_table(measure):
    table = measure.measure(PLAN)
    assert len(table.columns) == len(table.rows[0])
    assert table.markdown().startswith(f"## {table.title}\n")


def test_a_worker_refuses_an_engine_from_another_folder(tmp_path):
    with pytest.raises(RuntimeError, match="another engine|stopped"):
        Worker(Peer("nothing", tmp_path), "chain")


def test_numbers_that_disagree_stop_the_measurement():
    with pytest.raises(ArithmeticError, match="the losses disagree"):
        agreement("losses", [1.0, float("nan")], AGREE)


def test_saved_results_name_no_host_and_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    facts = command.circumstances(["chain"])
    command.save(facts, [figures.Table("t", "n", ["a"], [["b"]], [], {})])
    (page,) = tmp_path.glob("*.md")
    assert "## t" in page.read_text("utf-8")
    known = {"command", "date", "python", "system", "processor", "cores"}
    assert known == set(facts)


def test_examples_of_the_figures_run():
    found = doctest.testmod(figures)
    assert found.attempted > 0
    assert found.failed == 0
