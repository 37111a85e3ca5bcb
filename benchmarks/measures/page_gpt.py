"""The GPT that a page trains, beside PyTorch."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, agreement, disturbed, pick, short
from benchmarks.measures.compiled import AGREE
from benchmarks.peers import Plan, take_turns
from benchmarks.systems import (
    browser,
    gather,
    start,
    versions,
    with_versions,
)

TITLE = "microgpt, in a page"
NOTE = """\
A GPT of 4,192 parameters on names of six letters, Adam, double precision; the
losses of step {check} agree to {apart:.0e}.  The page's worker in Chromium
{browser}: one number after the other, each name filled up to nine letters.
PyTorch in CPython: one core, the positions of a name at once.  Milliseconds
for a step."""
PAGE = "a page in Chromium"


def measure(plan: Plan) -> Table:
    """Take turns between a page and PyTorch."""
    check = 8
    few = 20 if plan.tiny else 600
    page = start("page_gpt", steps=few, check=check, chromium=browser())
    sizes = {"system": "PyTorch", "task": "microgpt", "check": check}
    torch = start("frameworks", steps=3 if plan.tiny else 100, **sizes)
    workers, left_out = gather(
        {PAGE: ("Chromium", page), "PyTorch": ("PyTorch", torch)}
    )
    if PAGE not in workers:
        for worker in workers.values():
            worker.close()
        return Table(TITLE, left_out, ["system"], [], [], {})
    found = take_turns(workers, plan.turns)
    losses = [figures[-1]["loss"] for figures in found.values()]
    apart = agreement("losses", losses, AGREE)
    times = {row: pick(figures, "seconds") for row, figures in found.items()}
    which = found[PAGE][-1]["browser"]
    note = NOTE.format(check=check, apart=apart, browser=which)
    ours = times[PAGE].median
    bars = []
    if "PyTorch" in times:
        ratio = times["PyTorch"].median / ours
        bars = [Bar(f"{PAGE}, times faster than PyTorch", ratio, at_least=1)]
    return Table(
        TITLE,
        f"{with_versions(note)}\n{left_out}".rstrip()
        + disturbed(times.values()),
        ["system", "median", "min", "spread", "of the page"],
        [
            [row, *time.cells(1e-3), short(time.median / ours)]
            for row, time in times.items()
        ],
        bars,
        {"versions": versions(), **found},
    )
