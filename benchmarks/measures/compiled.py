"""The training steps of the compiler, beside other systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.figures import (
    Bar,
    Sample,
    Table,
    agreement,
    disturbed,
    pick,
    short,
)
from benchmarks.peers import Plan, Worker, take_turns
from benchmarks.systems import gather, start, versions, with_versions

NOTE = """\
{what}
One core, double precision; the losses of step {check} agree to {apart:.0e}.
Milliseconds for a step as called from Python, the update of the parameters
and the loss as a float included.  Parameters stay in the memory of the
system that trains, ours too; the last line reads them after each step."""
AGREE = 1e-9  # sums in another order, and as many steps as are checked
WHAT = {
    "moons": "MLP(2, [16, 16, 1]), 100 samples, max-margin loss with L2, SGD; "
    "NumPy\narrays in.",
    "yin_yang": "MLP(2, [8, 3]) with tanh, 80 samples, cross-entropy, AdamW; "
    "NumPy\narrays in.",
    "microgpt": "A GPT of 4,192 parameters on names of six letters, Adam. "
    "The positions of\na name at once in PyTorch and JAX; one number after "
    "the other in ours.",
}
OURS = "compiled"
STEPS = {OURS: 300, "PyTorch": 60, "JAX": 200, "NumPy": 300, "Tensors": 60}
Wanted = dict[str, tuple[str, Callable[[], Worker]]]


def measure_moons(plan: Plan) -> Table:
    """The two moons, with the published micrograd among the systems."""
    first = plan.peers[0]
    check = 3 * (plan.turns + 1)  # how far the first micrograd comes
    base: Wanted = {
        f"{first.name}, {name}": (
            "NumPy",
            lambda state=state: Worker(first, "moons", state, steps=3),
        )
        for state, name in (("on", "as shipped"), ("off", "collector off"))
    }
    found, note = _run("moons", plan, check, base)
    times = {row: pick(figures, "seconds") for row, figures in found.items()}
    bars = [
        *_bar(times, f"{first.name}, as shipped", 10_000),
        *_bar(times, "PyTorch", 8),
        *_bar(times, "JAX", 2),
        *_bar(times, "eager", 3, "Python source"),
    ]
    return _table("Two moons, compiled", note, found, times, bars)


def measure_yin_yang(plan: Plan) -> Table:
    """Three classes: functions that the published micrograd lacks."""
    found, note = _run("yin_yang", plan, 20, {})
    times = {row: pick(figures, "seconds") for row, figures in found.items()}
    bars = [
        *_bar(times, "PyTorch", 1),
        *_bar(times, "JAX", 1),
        *_bar(times, "eager", 3, "Python source"),
    ]
    return _table("Yin-yang, compiled", note, found, times, bars)


def measure_microgpt(plan: Plan) -> Table:
    """A small transformer: too long for one straight optimised function."""
    found, note = _run("microgpt", plan, 8, {})
    times = {row: pick(figures, "seconds") for row, figures in found.items()}
    bars = [
        *_bar(times, "eager", 100),
        *_bar(times, "PyTorch", 3),
        *_bar(times, "JAX", 1 / 1.2),
        *_bar(times, "eager", 3, "Python source"),
    ]
    return _table("microgpt, compiled", note, found, times, bars)


def _run(
    task: str, plan: Plan, check: int, base: Wanted
) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """Measure one task on every system there is."""
    many = 1 if plan.tiny else 20

    def ours(reader: str, steps: int) -> Callable[[], Worker]:
        sizes = {"task": task, "reader": reader, "steps": steps}
        return start("compiled", check=check, **sizes)

    def theirs(system: str) -> Callable[[], Worker]:
        sizes = {"task": task, "system": system, "check": check}
        steps = 3 if plan.tiny else STEPS[system]
        return start("frameworks", steps=steps, **sizes)

    others = ["PyTorch", "JAX"] + ["NumPy"] * (task != "microgpt")
    wanted: Wanted = base | {
        "eager": ("NumPy", ours("eager", 2)),
        "Python source": ("NumPy", ours("python", many)),
        OURS: ("native", ours("native", 3 if plan.tiny else STEPS[OURS])),
    }
    wanted |= {system: (system, theirs(system)) for system in others}
    if task != "microgpt":
        wanted["Tensors"] = ("NumPy", theirs("Tensors"))
    workers, left_out = gather(wanted)
    found = take_turns(workers, plan.turns)
    losses = [figures[-1]["loss"] for figures in found.values()]
    apart = agreement("losses", losses, AGREE)
    note = NOTE.format(what=WHAT[task], check=check, apart=apart)
    return found, f"{with_versions(note)}\n{left_out}".rstrip()


def _bar(
    times: dict[str, Sample], base: str, limit: float, row: str = OURS
) -> list[Bar]:
    """How many times faster a row is than another, if both are there."""
    if base not in times or row not in times:
        return []
    ratio = times[base].median / times[row].median
    return [Bar(f"{row}, times faster than {base}", ratio, at_least=limit)]


def _table(
    title: str,
    note: str,
    found: dict[str, list[dict[str, Any]]],
    times: dict[str, Sample],
    bars: list[Bar],
) -> Table:
    ours = times.get(OURS, next(iter(times.values())))
    rows = [
        [row, *time.cells(1e-3), short(time.median / ours.median)]
        for row, time in times.items()
    ]
    parts = {
        "machine": "compiled, the machine code alone",
        "looking": "compiled, all parameters read each time",
    }
    for part, what in parts.items() if OURS in found else ():
        time = pick(found[OURS], part)
        ratio = short(time.median / ours.median)
        rows.append([what, *time.cells(1e-3), ratio])
    return Table(
        title,
        note + disturbed(times.values()),
        ["system", "median", "min", "spread", "of compiled"],
        rows,
        bars,
        {"versions": versions(), **found},
    )
