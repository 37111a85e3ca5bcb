"""Lowering and running time for each line of a graph, as graphs grow."""

from __future__ import annotations

from typing import Any

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
    if why := missing("native"):
        return Table("Compiling, as graphs grow", why, ["lines"], [], [], {})
    from micrograd.compiler.native import SMALL

    sizes = [300, 3000] if plan.tiny else [10**k for k in (3, 4, 5, 6)]
    turns = min(plan.turns, 3)  # the largest take their time
    found = {f"{nodes:,}": _compile(nodes, turns) for nodes in sizes}
    done = {name: figures for name, figures in found.items() if figures}
    rows = [_row(*item) for item in found.items()]
    return Table(
        "Compiling, as graphs grow",
        with_versions(LOWERING.format(small=SMALL)),
        ["operations", *PARTS, "together", "spread", "run", "spread"],
        rows,
        [
            _flatness("first use", "first", done),
            _flatness("a run", "run", done),
            Bar("graphs given up", len(found) - len(done), at_most=0),
        ],
        {"versions": versions(), **found},
    )


def _compile(nodes: int, turns: int) -> list[dict[str, Any]]:
    """The figures of all turns; none if the process gave up."""
    worker = Worker(OURS, "lowering", nodes=nodes)
    try:
        return [worker.round() for _ in range(turns)]
    except RuntimeError:
        return []
    finally:
        worker.close()


def _row(name: str, figures: list[dict[str, Any]]) -> list[str]:
    if not figures:
        return [name, "gave up", *["-"] * (len(PARTS) + 3)]
    return [
        name,
        *(pick(figures, part).cells(1e-6)[0] for part in PARTS),
        *pick(figures, "first").cells(1e-6)[::2],
        *pick(figures, "run").cells(1e-9)[::2],
    ]


def _flatness(what: str, key: str, done: dict[str, Any]) -> Bar:
    each = [pick(figures, key).median for figures in done.values()]
    ratio = max(each) / min(each)
    return Bar(f"{what}, dearest over cheapest", ratio, at_most=2)


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
