"""Loss and gradients alone, beside C written by hand."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, agreement, disturbed, pick, short
from benchmarks.peers import Plan, take_turns
from benchmarks.systems import gather, start, versions, with_versions

NOTE = """\
The two moons again, forward and backward without an update, the numbers in
place.  C by hand with -O3 -march=native, one sample after the other; and
the same text on vectors of four samples, which GCC and Clang can do.
Microseconds."""
AGREE = 1e-12


def measure(plan: Plan) -> Table:
    """Run the compiled graph and both programs in C, in turns.

    Raises
    ------
    ArithmeticError
        If losses or gradients disagree.
    """
    repeats = 3 if plan.tiny else 2000
    programs = {
        "compiled": ("native", "ours"),
        "C by hand": ("C", "plain"),
        "C by hand, on vectors": ("C", "vectors"),
    }
    workers, left_out = gather(
        {
            row: (system, start("gradients", how=how, repeats=repeats))
            for row, (system, how) in programs.items()
        }
    )
    found = take_turns(workers, plan.turns)
    last = [figures[-1] for figures in found.values()]
    for name in ("loss", "size"):
        agreement(name, [one[name] for one in last], AGREE)
    times = {row: pick(figures, "seconds") for row, figures in found.items()}
    ours = times["compiled"].median if "compiled" in times else float("nan")
    note = f"{with_versions(NOTE)}\n{left_out}".rstrip()
    plain = times["C by hand"].median if "C by hand" in times else None
    vectors = times.get("C by hand, on vectors")
    bars = []
    if plain:
        bars.append(Bar("part of the time of C", ours / plain, at_most=1))
    if vectors:
        part = ours / vectors.median
        bars.append(Bar("stretch: of C on vectors", part, at_most=1.5))
    return Table(
        "Two moons, loss and gradients alone",
        note + disturbed(times.values()),
        ["system", "median", "min", "spread", "of compiled"],
        [
            [row, *time.cells(1e-6), short(time.median / ours)]
            for row, time in times.items()
        ],
        bars,
        {"versions": versions(), **found},
    )
