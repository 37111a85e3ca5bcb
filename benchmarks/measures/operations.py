"""The time of every operation in the table of primitives."""

from __future__ import annotations

from benchmarks.figures import Sample, Table
from benchmarks.peers import Plan, Worker, take_turns

NOTE = """\
Nanoseconds for one operation, medians, the cyclic collector off.  *Value*:
the function on plain numbers.  *Record*: the operator, method or function
on Values.  *Backward*: what a node of this operation adds to a pass.  No
bar: this is to see what is dear."""
READINGS = ("value", "record", "backward")


def measure(plan: Plan) -> Table:
    """Time every row in all readings."""
    worker = Worker(
        plan.peers[1], "operation", "off", nodes=10 if plan.tiny else 1000
    )
    rounds = take_turns({"ours": worker}, plan.turns)["ours"]
    return Table(
        "Every operation",
        NOTE,
        ["operation", *READINGS],
        [[symbol, *_cells(rounds, symbol)] for symbol in rounds[0]],
        [],
        {"ours": rounds},
    )


def _cells(
    rounds: list[dict[str, dict[str, float]]], symbol: str
) -> list[str]:
    return [
        f"{Sample([one[symbol][name] for one in rounds]).median * 1e9:,.0f}"
        for name in READINGS
    ]
