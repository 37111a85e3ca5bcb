"""A chain of a million additions: no limit on depth, and no slower."""

from __future__ import annotations

from benchmarks.figures import Bar, Sample, Table, agreement, disturbed, pick
from benchmarks.peers import Plan, Worker, take_turns

NOTE = """\
``y = y + x``, built, gone through backward, and dropped; microseconds for a
node, median over the rounds.  The gradient is exact.  The first micrograd
visits its graph by recursion and stops at Python's limit, a depth of about
1,000."""
PARTS = ("forward", "backward", "drop")


def measure(plan: Plan) -> Table:
    """Time a long chain and many short ones, in turns.

    Raises
    ------
    ArithmeticError
        If a gradient is not exactly one more than the length.
    """
    ours = plan.peers[1]
    lengths = (10, 1000) if plan.tiny else (1000, 1_000_000)
    workers = {
        f"{nodes:,} additions": Worker(
            ours, "chain", nodes=nodes, repeats=min(200, lengths[1] // nodes)
        )
        for nodes in lengths
    }
    found = take_turns(workers, plan.turns)
    for nodes, figures in zip(lengths, found.values(), strict=True):
        agreement("gradients", [figures[-1]["grad"], nodes + 1.0], limit=0)
    totals = {
        name: Sample([sum(one[part] for part in PARTS) for one in figures])
        for name, figures in found.items()
    }
    rows = [
        [name]
        + [pick(figures, part).cells(1e-6)[0] for part in PARTS]
        + totals[name].cells(1e-6)
        for name, figures in found.items()
    ]
    few, many = (total.median for total in totals.values())
    return Table(
        "A deep chain",
        NOTE + disturbed(totals.values()),
        ["chain", *PARTS, "together", "min", "spread"],
        rows,
        [Bar("time for a node, long over short", many / few, at_most=3)],
        found,
    )
