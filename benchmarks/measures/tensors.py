"""Training steps on tensors, beside NumPy by hand, PyTorch and JAX."""

from __future__ import annotations

from benchmarks.figures import Bar, Table, agreement, disturbed, pick, short
from benchmarks.peers import Plan, take_turns
from benchmarks.systems import gather, start, versions, with_versions

NOTE = """\
{what}
Single precision, one thread; milliseconds of the process for a step, the
update of the parameters and the loss as a float included.  The losses of
step {check} agree to {apart:.0e}."""
AGREE = 1e-4  # sums of single precision in other orders, and some steps
WHAT = {
    "mlp": "784 inputs, 512 hidden, 10 classes, batches of 128, ReLU, SGD.",
    "makemore": "Lecture 4's network: embedding, 200 hidden with batch norm "
    "as the notebook\nwrites it, 27 classes, batches of 32, SGD.",
    "decoder": "Two blocks of 64 numbers and 4 heads, 16 texts of 64 signs, "
    "SGD.",
    "conv": "64 images of 16 x 14 x 14, 32 kernels of 3 x 3, forward and "
    "backward.",
    "node": "A hundred operations on 8 x 8 arrays, forward and backward.",
}
STEPS = {"mlp": 30, "makemore": 300, "decoder": 8, "conv": 8, "node": 60}
SYSTEMS = {
    "NumPy": "NumPy", "eager": "NumPy", "replay": "NumPy",
    "loops": "native", "PyTorch": "PyTorch", "JAX": "JAX",
}  # fmt: skip
# For each task: a row, the row beside it, and how long it may take of that.
BARS = {
    "mlp": [("eager", "NumPy", 1.15), ("eager", "PyTorch", 1.0)],
    "makemore": [
        ("eager", "PyTorch", 0.9),
        ("replay", "NumPy", 1.25),
        ("replay", "JAX", 1.0),
        ("loops", "NumPy", 1.25),
        ("loops", "JAX", 1.0),
    ],
    "decoder": [
        ("eager", "NumPy", 1.05),
        ("replay", "NumPy", 1.05),
        ("loops", "PyTorch", 0.9),
        ("loops", "JAX", 0.65),
    ],
    "conv": [("eager", "PyTorch", 3.5)],
    "node": [("eager", "PyTorch", 1.0)],
}
FORWARD_ONLY = {"conv", "node"}  # which nobody writes by hand


def measure_mlp(plan: Plan) -> Table:
    """A perceptron of the size of handwritten digits."""
    return _measure("mlp", "A perceptron of tensors", plan)


def measure_makemore(plan: Plan) -> Table:
    """The step of lecture 4."""
    return _measure("makemore", "Lecture 4's step", plan)


def measure_decoder(plan: Plan) -> Table:
    """A small transformer, and how much memory a step takes."""
    return _measure("decoder", "A small decoder", plan)


def measure_conv(plan: Plan) -> Table:
    """A convolution alone."""
    return _measure("conv", "A convolution", plan)


def measure_node(plan: Plan) -> Table:
    """What a node costs where arrays are small."""
    return _measure("node", "Nodes of small arrays", plan)


def _measure(task: str, title: str, plan: Plan) -> Table:
    """One task on every system there is."""
    check, steps = 5, 1 if plan.tiny else STEPS[task]
    systems = [
        one
        for one in SYSTEMS
        if one not in ("NumPy", "JAX") or task not in FORWARD_ONLY
    ]
    sizes = {"task": task, "steps": steps, "check": check}
    workers, left_out = gather(
        {
            one: (SYSTEMS[one], start("tensors", system=one, **sizes))
            for one in systems
        }
    )
    found = take_turns(workers, plan.turns)
    losses = [figures[-1]["loss"] for figures in found.values()]
    apart = agreement("losses", losses, AGREE)
    note = NOTE.format(what=WHAT[task], check=check, apart=apart)
    times = {row: pick(figures, "seconds") for row, figures in found.items()}
    base = times.get("NumPy", times["eager"])
    rows = [
        [
            row,
            *time.cells(1e-3),
            short(time.median / base.median),
            short(pick(found[row], "peak").median),
        ]
        for row, time in times.items()
    ]
    bars = [
        Bar(
            f"{row} over {other}",
            times[row].median / times[other].median,
            at_most=limit,
        )
        for row, other, limit in BARS[task]
        if row in times and other in times
    ]
    return Table(
        title,
        f"{with_versions(note)}\n{left_out}".rstrip()
        + disturbed(times.values()),
        ["system", "ms", "min", "spread", "ratio", "MB more"],
        rows,
        bars + _memory(task, found),
        {"versions": versions(), **found},
    )


def _memory(task: str, found: dict[str, list[dict[str, float]]]) -> list[Bar]:
    """How much memory steps take beside PyTorch's."""
    if task != "decoder" or "PyTorch" not in found:
        return []
    mine, theirs = (
        pick(found[row], "peak").median for row in ("eager", "PyTorch")
    )
    return [Bar("memory, eager over PyTorch", mine / theirs, at_most=1.3)]
