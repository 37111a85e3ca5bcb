"""Lowering and running time for each line of a graph, as graphs grow."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, pick
from benchmarks.peers import OURS, Plan, Worker
from benchmarks.systems import missing, start, versions, with_versions

LOWERING = """\
A tree of random sums and differences over products, forward and backward.  For
each recorded line: microseconds to record it, to pass over it and to lower
it, once; and nanoseconds to run it, each time.  Up to {small:,} lines LLVM
is asked to do its best, beyond that to do it at once."""
FIRST = """\
The first call of the compiled training step of the two moons, {lines:,}
nodes, in a fresh process with llvmlite still to be imported.  Seconds."""
PARTS = ("record", "passes", "lower")


def measure(plan: Plan) -> Table:
    """Compile and run graphs from a thousand lines to a million."""
    from micrograd.compiler.native import SMALL

    sizes = [300, 3000] if plan.tiny else [10**k for k in (3, 4, 5, 6)]
    if why := missing("native"):
        return Table("Compiling, as graphs grow", why, ["lines"], [], [], {})
    turns = min(plan.turns, 3)  # the largest take their time
    found = {}
    for nodes in sizes:
        worker = Worker(OURS, "lowering", nodes=nodes)
        found[str(nodes)] = [worker.round() for _ in range(turns)]
        worker.close()
    rows, ratios = [], {}
    for figures in found.values():
        rows.append(
            [f"{figures[0]['lines']:,}"]
            + [pick(figures, part).cells(1e-6)[0] for part in PARTS]
            + pick(figures, "first").cells(1e-6)[::2]
            + pick(figures, "run").cells(1e-9)[::2]
        )
    for what in ("first", "run"):
        each = [pick(figures, what).median for figures in found.values()]
        ratios[what] = max(each) / min(each)
    return Table(
        "Compiling, as graphs grow",
        with_versions(LOWERING.format(small=SMALL)),
        ["lines", *PARTS, "together", "spread", "run", "spread"],
        rows,
        [
            Bar("first use, dearest over cheapest", ratios["first"], None, 2),
            Bar("a run, dearest over cheapest", ratios["run"], None, 2),
        ],
        {"versions": versions(), **found},
    )


def measure_first(plan: Plan) -> Table:
    """Call the compiled step once, in new processes."""
    if why := missing("native") or missing("NumPy"):
        return Table("First use", why, ["system"], [], [], {})
    sizes = {"task": "moons", "reader": "native", "steps": 1, "check": 1}
    figures = []
    for _ in range(plan.turns):
        worker = start("compiled", **sizes)()
        figures.append(worker.round())
        worker.close()
    columns = ["first", *PARTS]
    first = pick(figures, "first")
    return Table(
        "First use",
        with_versions(FIRST.format(lines=figures[0]["lines"])),
        ["part", "median", "min", "spread"],
        [[name, *pick(figures, name).cells()] for name in columns],
        [Bar("first use, seconds", first.median, at_most=2)],
        {"versions": versions(), "moons": figures},
    )
