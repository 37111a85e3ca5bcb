"""Layout: a recording as a program, and what its cells mean.

Values from outside come first, those of an optimiser before all others,
then their gradients in the same order, then what the function returned.  A
training step has one more section: the optimiser's update, recorded for one
parameter and carried out with a lane for each.

Notation: *coefficients* are the numbers that all parameters share in one
step, such as the learning rate; Python computes them and puts them in.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.lanes import Graph
from micrograd.compiler.program import Program, Section, build
from micrograd.compiler.record import Recording
from micrograd.compiler.simplify import simplify
from micrograd.compiler.tape import Tape
from micrograd.compiler.traced import incoming, operand, words
from micrograd.engine import Value
from micrograd.errors import NumberError, OptionError

__all__ = ["Layout", "lay_out"]


@dataclass
class Layout:
    """What the cells of a program mean to what runs it.

    Attributes
    ----------
    values : list of Value
        From outside; the first `owned` of them are the optimiser's.
    data, gradients, results : int
        The first cells of their numbers, of their gradients, and of what
        the function returned.
    numbers, grads : list of (int, int or Value)
        Cells, and which number of the arguments goes there, or the
        gradient of which Value.
    state : dict from str to int
        For each name that an optimiser remembers the first of its cells.
    coefficients, shared : int
        The first cell of the numbers that all updates share; how many.

    Examples
    --------
    >>> from micrograd import Value, compile
    >>> w = Value(3.0)
    >>> f = compile(lambda x: w * x, reader="python")
    >>> f(2.0).data, f.last.layout.values == [w], f.last.layout.numbers
    (6.0, True, [(3, 0)])
    """

    values: list[Value]
    owned: int = 0
    data: int = 0
    gradients: int = 0
    results: int = 0
    numbers: list[tuple[int, int]] = field(default_factory=list)
    grads: list[tuple[int, Value]] = field(default_factory=list)
    state: dict[str, int] = field(default_factory=dict)
    coefficients: int = 0
    shared: int = 0


def lay_out(
    recording: Recording, optimizer: Any = None, *, roll: bool = True
) -> tuple[Program, Layout]:
    """Give cells to Values and results, and build the program.

    Parameters
    ----------
    recording : Recording
        What to compute.
    optimizer : Optimizer, optional
        Whose update follows.
    roll : bool, optional
        Whether to look for loops.

    Raises
    ------
    NumberError
        If there is an optimiser, and not one Value to differentiate.
    """
    results, grads = recording.results, recording.gradients
    returned = [(r.operand, i) for i, r in enumerate(results)
                if r.kind != "value"]  # fmt: skip
    wanted = [x for x, _ in returned] + list(grads.values())
    graph = Graph(recording.tape, wanted)
    owned = optimizer.parameters if optimizer else []
    read = [recording.sources[i] for i in sorted(graph.read)]
    met = [source.of for source in read if source.kind == "data"]
    layout = Layout(list(dict.fromkeys([*owned, *met, *grads])), len(owned))
    program, count = Program(), len(layout.values)
    layout.data, layout.gradients = program.row(count), program.row(count)
    layout.results = program.row(len(results))
    cells = {x: i for i, x in enumerate(layout.values, layout.data)}
    outputs = [(x, layout.results + i) for x, i in returned]
    outputs += [
        (grads.get(x, 0.0), layout.gradients + i)
        for i, x in enumerate(layout.values)
    ]
    inputs = {
        which: cells[source.of]
        for which, source in enumerate(recording.sources)
        if source.kind == "data" and source.of in cells
    }
    for cell, which in build(program, graph, inputs, outputs, roll=roll):
        kind, of = recording.sources[which]
        if kind != "data":
            (layout.numbers if kind == "number" else layout.grads).append(
                (cell, of)
            )
    if optimizer is not None:
        _check_loss(recording)
        _add_update(program, layout, optimizer)
    return program, layout


def _check_loss(recording: Recording) -> None:
    kinds = [result.kind for result in recording.results]
    if len(kinds) != 1 or kinds[0] in ("truth", "number", "value"):
        raise NumberError(
            "compile(fn, optimizer) needs fn to return one Value",
            f"a function that returns {len(kinds)} of kind {set(kinds)}",
            "return the loss alone, a result and no parameter itself",
        )


def _add_update(program: Program, layout: Layout, optimizer: Any) -> None:
    """Add the guard against gradients that are not finite, and a step."""
    sample = optimizer.coefficients(0, optimizer.learning_rate())
    layout.shared, count = len(sample), layout.owned
    layout.coefficients = program.row(layout.shared)
    remembered = optimizer.state[optimizer.parameters[0]]
    layout.state = {name: program.row(count) for name in remembered}
    program.guard = program.row(1)
    guard = Section(count)
    g = guard.add("lane", (layout.gradients,))
    zero = guard.add("sub", (g, g))  # or not a number
    guard.writes.append(("sum", zero, program.guard))
    program.sections.append(guard)
    program.updates.append(_update(optimizer, layout))


def _update(optimizer: Any, layout: Layout) -> Section:
    """The optimiser's update, with a lane for each parameter."""
    tape, wanted = _updated(optimizer, layout)
    later = copy(optimizer)
    later.steps += 1
    if not callable(later.lr):
        later.lr = later.lr / 2 + 1.0
    other, _ = _updated(later, layout)
    if tape.difference(other, len(tape), len(other)) is not None:
        asked = "a compiled update() is the same in every step"
        given = "one that reads self.steps or self.lr"
        raise OptionError(asked, given, "take them from coefficients()")
    section, rows = Section(layout.owned), 2 + len(layout.state)
    for place, operation in enumerate(tape.operations):
        if operation == "input":
            operation = "lane" if place < rows else "cell"
        section.add(operation, tape.operands[place])
    section.writes = [("put", x, cell) for x, cell in wanted]
    simplify(section)
    return section


def _updated(optimizer: Any, layout: Layout) -> tuple[Tape, Any]:
    """An update as a tape; operands, and the rows where they are wanted."""
    tape = Tape()
    rows = [layout.data, layout.gradients, *layout.state.values()]
    p, g, *remembered = [incoming(tape, cell) for cell in rows]
    before = dict(zip(layout.state, remembered, strict=True))
    shared = range(layout.coefficients, layout.coefficients + layout.shared)
    c: Any = tuple([incoming(tape, cell) for cell in shared])
    new, after = optimizer.update(words, p, g, before, c)
    wanted = [(operand(new), layout.data)]
    return tape, wanted + [
        (operand(after[name]), cell) for name, cell in layout.state.items()
    ]
