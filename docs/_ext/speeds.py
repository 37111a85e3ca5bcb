"""A role, ``speed``: what the last saved measurement says, in two digits.

``{speed}`compiled` `` is the time of one training step of the two moons, and
``{speed}`eager / compiled` `` how many times one takes longer than the
other.  The names are those of the table in ``benchmarks/results``.  So all
pages quote one measurement, and a new one changes all of them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
MOONS = "Two moons, compiled"


@cache
def newest() -> tuple[str, dict[str, float]]:
    """The day of the last measurement, and seconds a step by system."""
    for path in sorted(RESULTS.glob("*.json"), reverse=True):
        saved = json.loads(path.read_text("utf-8"))
        table = saved["figures"].get(MOONS)
        if table:
            return saved["facts"]["date"], {
                system: median(one["seconds"] for one in rounds)
                for system, rounds in table.items()
                if system != "versions"
            }
    raise LookupError(f"no file in {RESULTS} has the table {MOONS!r}")


def rounded(number: float) -> float:
    """Two digits: more of them would be another figure tomorrow."""
    return float(f"{number:.2g}")


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    units = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}
    unit = next((u for u, size in units.items() if seconds >= size), "µs")
    return f"{rounded(seconds / units[unit]):g} {unit}"


def speed(text: str) -> str:
    """What a page says for the text of the role."""
    _, seconds = newest()
    slow, _, fast = text.partition(" / ")
    if not fast:
        return duration(seconds[slow])
    return f"{rounded(seconds[slow] / seconds[fast]):,.0f}"


def role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, **more: Any
) -> tuple[list[Any], list[Any]]:
    """Put the figure into the sentence."""
    from docutils import nodes

    inliner.document.settings.env.note_dependency(str(RESULTS))
    try:
        return [nodes.Text(speed(text))], []
    except LookupError as error:
        report = inliner.reporter.error(f"speed: {error}", line=lineno)
        return [inliner.problematic(rawtext, rawtext, report)], [report]


def setup(app: Any) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_role("speed", role)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
