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


def files() -> list[Path]:
    """All saved measurements, the newest first.

    A page depends on each of them.  It cannot depend on their folder: Sphinx
    would read it again at every build.
    """
    return sorted(RESULTS.glob("*.json"), reverse=True)


@cache
def saved() -> dict[str, Any]:
    """The last measurement that has the two moons: facts and figures."""
    for path in files():
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if MOONS in found["figures"]:
            return found
    raise LookupError(f"no file in {RESULTS} has the table {MOONS!r}")


def medians(title: str, what: str = "seconds") -> dict[str, float]:
    """A table of the last measurement: of each system the median."""
    return {
        system: median(one[what] for one in rounds)
        for system, rounds in saved()["figures"][title].items()
        if system != "versions"
    }


def newest() -> tuple[str, dict[str, float]]:
    """The day of the last measurement, and seconds a step by system."""
    return saved()["facts"]["date"], medians(MOONS)


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

    for path in files():
        inliner.document.settings.env.note_dependency(str(path))
    try:
        return [nodes.Text(speed(text))], []
    except LookupError as error:
        report = inliner.reporter.error(f"speed: {error}", line=lineno)
        return [inliner.problematic(rawtext, rawtext, report)], [report]


def setup(app: Any) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_role("speed", role)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
