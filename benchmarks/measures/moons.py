"""The training step of the two moons."""

from __future__ import annotations

from benchmarks.figures import (
    Bar,
    Sample,
    Table,
    agreement,
    disturbed,
    pick,
    short,
)
from benchmarks.peers import Plan, Worker, take_turns

NOTE = """\
MLP(2, [16, 16, 1]), {samples} samples, max-margin loss with L2, SGD: the
notebook of the first micrograd, the same program text on every engine.
{nodes:,} nodes a step in the first micrograd, {ours:,} in this one; after
{steps} steps the losses agree to {apart:.0e}.  Milliseconds for a step.
With Python's cyclic collector off, garbage is collected between rounds,
outside the measured time."""
AGREE = 1e-12  # sums in another order differ in their last digits
COLLECTOR = {"on": "as shipped", "off": "collector off"}


def measure(plan: Plan) -> Table:
    """Train on every engine, with the cyclic collector on and off.

    Raises
    ------
    ArithmeticError
        If the losses disagree.
    """
    sizes = {"samples": 4 if plan.tiny else 100, "steps": 3}
    workers = {
        f"{peer.name}, {COLLECTOR[state]}": Worker(
            peer, "moons", state, **sizes
        )
        for state in COLLECTOR
        for peer in plan.peers
    }
    found = take_turns(workers, plan.turns)
    last = [figures[-1] for figures in found.values()]
    note = NOTE.format(
        samples=sizes["samples"],
        nodes=last[0]["nodes"],
        ours=last[1]["nodes"],
        steps=sizes["steps"] * (plan.turns + 1),
        apart=agreement("losses", [one["loss"] for one in last], AGREE),
    )
    times = {name: pick(figures, "seconds") for name, figures in found.items()}
    return Table(
        "Two moons, one training step",
        note + disturbed(times.values()),
        ["engine", "median", "min", "spread", *_ratio_names(plan)],
        _rows(times, len(plan.peers)),
        _bars(list(times.values()), len(plan.peers)),
        found,
    )


def _ratio_names(plan: Plan) -> list[str]:
    return [f"x {plan.peers[0].name}", "x by minima"]


def _rows(times: dict[str, Sample], peers: int) -> list[list[str]]:
    """One line an engine; each half of them is led by the first micrograd."""
    samples = list(times.values())
    return [
        [name, *sample.cells(1e-3), *_ratios(samples[i - i % peers], sample)]
        for i, (name, sample) in enumerate(times.items())
    ]


def _ratios(base: Sample, sample: Sample) -> list[str]:
    return [
        short(base.median / sample.median),
        short(base.minimum / sample.minimum),
    ]


def _bars(samples: list[Sample], peers: int) -> list[Bar]:
    shipped = samples[0].median / samples[1].median
    off = samples[peers].median / samples[peers + 1].median
    return [
        Bar("times faster as shipped", shipped, at_least=6),
        Bar("times faster as shipped, stretch goal", shipped, at_least=15),
        Bar("times faster with the collector off", off, at_least=1),
    ]
