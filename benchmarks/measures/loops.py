"""Functions that are one loop of machine code, beside PyTorch's."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, disturbed, pick, short
from benchmarks.peers import Plan, take_turns
from benchmarks.systems import gather, start, versions, with_versions

NOTE = """\
Softmax of 4096 x 64 numbers, layer norm of 1024 x 64, GELU of 1024 x 256 by
erf, and an update of 109,505 numbers by AdamW; forward, single precision,
one thread; microseconds of the process.  Ours is the loop alone, without
the copies of arguments and results that a call makes."""
LIMITS = {"softmax": 1.0, "layer_norm": 1.0, "gelu": 1.2, "AdamW": 1.0}


def measure(plan: Plan) -> Table:
    """Four functions, each with a bar."""
    sizes = {"times": 2 if plan.tiny else 100, "tiny": plan.tiny}
    needs = {"loops": "native", "PyTorch": "PyTorch"}
    workers, left_out = gather(
        {
            one: (need, start("loops", system=one, **sizes))
            for one, need in needs.items()
        }
    )
    found = take_turns(workers, plan.turns)
    times = {
        (name, row): pick(figures, name)
        for name in LIMITS
        for row, figures in found.items()
    }
    rows = [
        [f"{name}, {row}", *time.cells(1e-6)]
        for (name, row), time in times.items()
    ]
    bars = [
        Bar(
            f"{name}, loops over PyTorch",
            times[name, "loops"].minimum / times[name, "PyTorch"].minimum,
            at_most=limit,
        )
        for name, limit in LIMITS.items()
        if {"loops", "PyTorch"} <= set(found)
    ]
    for row in rows:
        one, _, who = row[0].partition(", ")
        base = times.get((one, "PyTorch"), times[one, who])
        row.append(short(times[one, who].minimum / base.minimum))
    return Table(
        "Functions as loops",
        f"{with_versions(NOTE)}\n{left_out}".rstrip()
        + disturbed(times.values()),
        ["function", "us", "min", "spread", "ratio"],
        rows,
        bars,
        {"versions": versions(), **found},
    )
