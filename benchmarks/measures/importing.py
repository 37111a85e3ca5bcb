"""The time that importing the package takes."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, disturbed, pick
from benchmarks.peers import Plan, Worker, take_turns

NOTE = """\
Milliseconds, each round in a fresh interpreter, files cached: what
``python -X importtime -c "import micrograd"`` says, with everything that
the package imports, and by the clock over an interpreter that imports
nothing.  The first micrograd's own ``__init__`` is empty, so its two modules
are imported."""


def measure(plan: Plan) -> Table:
    """Import every engine in fresh interpreters."""
    first, *others = plan.peers
    workers = {first.name: Worker(first, "importing", module="micrograd.nn")}
    for peer in others:
        workers[peer.name] = Worker(peer, "importing", module="micrograd")
    found = take_turns(workers, max(plan.turns, 1 if plan.tiny else 11))
    ours = pick(found[others[0].name], "importtime")
    return Table(
        "Import",
        NOTE + disturbed([ours]),
        ["engine", "importtime", "min", "spread", "clock"],
        [
            [name, *pick(figures, "importtime").cells(1e-3)]
            + pick(figures, "clock").cells(1e-3)[:1]
            for name, figures in found.items()
        ],
        [Bar("import, milliseconds", ours.median * 1e3, at_most=40)],
        found,
    )
