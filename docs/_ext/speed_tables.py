"""A directive, ``speeds``: the tables of the last saved measurement.

    ```{speeds} ladder
    ```

Its argument is one of ``TABLES`` below, or the title of a table in
``benchmarks/results`` whose systems are compared with ``compiled``.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import speeds
from primitive_table import table

ALONE = "Two moons, loss and gradients alone"
GPT = "microgpt, compiled"


def milliseconds(seconds: float) -> str:
    """A time as the tables write it."""
    return f"{1000 * seconds:.4f}"


def facts() -> str:
    """When, how and on which machine it was measured, in a sentence."""
    found = speeds.saved()
    known = dict(found["facts"])
    date, command = known.pop("date"), known.pop("command")
    versions = found["figures"][speeds.MOONS]["versions"]
    known["cores"] = f"{known['cores']} cores"
    said = [*known.values(), *(f"{name} {v}" for name, v in versions.items())]
    return f"On {date} by `{command}`: {', '.join(said)}."


def ladder() -> str:
    """All systems on the two moons, the slowest first."""
    alone = speeds.medians(ALONE)
    rungs = speeds.medians(speeds.MOONS) | {
        "machine code alone*": alone["compiled"],
        "C by hand*": alone["C by hand"],
        "C by hand, on vectors*": alone["C by hand, on vectors"],
    }
    top = max(rungs.values())
    torch = rungs["PyTorch"]
    rows = [
        [
            name,
            milliseconds(rungs[name]),
            f"{top / rungs[name]:,.0f}",
            f"{speeds.rounded(rungs[name] / torch):,g}",
        ]
        for name in sorted(rungs, key=rungs.__getitem__, reverse=True)
    ]
    head = ["system", "ms a step", "times as fast as the first"]
    return table([*head, "times PyTorch's time"], rows)


def calls() -> str:
    """What calling the machine code from Python adds, in the best round.

    Other programs only add to a time, so the least of each is in order even
    where the machine was busy.
    """
    asked = ("machine", "seconds", "looking")
    rows = [[what.partition(",")[0]] for what in (speeds.MOONS, GPT)]
    for row, title in zip(rows, (speeds.MOONS, GPT), strict=True):
        rounds = speeds.saved()["figures"][title]["compiled"]
        row += [milliseconds(min(one[w] for one in rounds)) for w in asked]
    head = ["ms a step", "machine code alone", "called from Python"]
    return table([*head, "and a parameter read"], rows)


def compared(title: str) -> str:
    """Systems beside ``compiled``, the slowest first."""
    found = speeds.medians(title)
    rows = [
        [name, milliseconds(found[name]), f"{found[name] / ours:.2f}"]
        for ours in [found["compiled"]]
        for name in sorted(found, key=found.__getitem__, reverse=True)
    ]
    return table(["system", "ms a step", "times compiled's time"], rows)


def first() -> str:
    """What the first call takes, in a sentence."""
    once = speeds.medians("First use", "first")["moons"]
    steps = once / speeds.medians(speeds.MOONS)["eager"]
    return (
        "The first call records the graph and compiles it, in "
        f"{once:.2f} s, or {steps:.0f} steps of the engine."
    )


def growth() -> str:
    """What a line costs, once and at each run, as programs grow."""
    title = "Compiling, as graphs grow"
    found = {
        size: rounds
        for size, rounds in speeds.saved()["figures"][title].items()
        if size != "versions" and rounds
    }
    rows = [
        [
            size.strip(),
            f"{1e6 * median(one['first'] for one in rounds):.0f} µs",
            f"{1e9 * median(one['run'] for one in rounds):.1f} ns",
        ]
        for size, rounds in found.items()
    ]
    return table(["operations", "a line, once", "a line, each run"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "facts": facts,
    "ladder": ladder,
    "calls": calls,
    "first": first,
    "growth": growth,
}


class Speeds(SphinxDirective):
    """One table, written as Markdown and parsed here."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Write the table; a new measurement changes the page."""
        for path in speeds.files():
            self.env.note_dependency(str(path))
        (asked,) = self.arguments
        text = TABLES[asked]() if asked in TABLES else compared(asked)
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("speeds", Speeds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
