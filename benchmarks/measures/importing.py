"""The time that importing the package takes."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, disturbed, pick
from benchmarks.peers import Plan, Worker, take_turns

NOTE = """\
Milliseconds, each round in a fresh interpreter, bytecode cached: by the clock
over an interpreter that imports nothing, and what ``python -X importtime -c
"import micrograd"`` says, with everything that the package imports.  The
first micrograd's ``__init__`` is empty; its two modules are imported."""


def measure(plan: Plan) -> Table:
    """Import every engine in fresh interpreters."""
    first, *others = plan.peers
    workers = {first.name: Worker(first, "importing", module="micrograd.nn")}
    for peer in others:
        workers[peer.name] = Worker(peer, "importing", module="micrograd")
    found = take_turns(workers, max(plan.turns, 1 if plan.tiny else 20))
    ours = pick(found[others[0].name], "clock")
    return Table(
        "Import",
        NOTE + disturbed([ours]),
        ["engine", "clock", "min", "spread", "importtime"],
        [
            [name, *pick(figures, "clock").cells(1e-3)]
            + pick(figures, "importtime").cells(1e-3)[:1]
            for name, figures in found.items()
        ],
        [Bar("import, milliseconds", ours.median * 1e3, at_most=25)],
        found,
    )
