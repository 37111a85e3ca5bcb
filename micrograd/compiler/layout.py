"""Layout: which cells of a program hold what.

A training step has one section more than its loss: the optimiser's update,
recorded for one parameter and carried out with a lane for each.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from micrograd.compiler.lanes import Graph
from micrograd.compiler.program import Program, build
from micrograd.compiler.record import Recording
from micrograd.compiler.tape import Section
from micrograd.compiler.traced import incoming, operand, words
from micrograd.errors import NumberError, OptionError

__all__ = ["lay_out"]


def lay_out(
    recording: Recording, optimizer: Any = None, *, roll: bool = True
) -> Program:
    """Give cells to Values, numbers and results, and build the program.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.compiler.arguments import Taken
    >>> from micrograd.compiler.layout import lay_out
    >>> from micrograd.compiler.record import record
    >>> w, tree = Value(3.0), ((2.0,), {})
    >>> recording = record(lambda x: w * x, tree, Taken(tree, {}))
    >>> program = lay_out(recording)
    >>> program.values == [w], program.results, program.numbers
    (True, slice(2, 3, None), slice(3, 4, None))
    """
    results, grads = recording.results, recording.gradients
    wanted = [0.0 if kind == "value" else x for kind, x in results]
    graph = Graph(recording.tape, [*wanted, *grads.values()])
    sources = [recording.sources[graph.operands[x][0]] for x in graph.inputs]
    met = [of for kind, of in sources if kind != "number"]
    owned = optimizer.parameters if optimizer else []
    program = Program([*dict.fromkeys([*owned, *met, *grads])], len(owned))
    values, row = program.values, program.row
    program.data, program.gradients = row(len(values)), row(len(values))
    program.results, program.numbers = row(len(wanted)), row(recording.count)
    first = {"data": program.data.start, "number": program.numbers.start}
    homes, place = {}, {x: i for i, x in enumerate(values)}
    for x, (kind, of) in zip(graph.inputs, sources, strict=True):
        if kind == "grad":
            homes[x] = row(1).start
            program.given.append((homes[x], place[of]))
        else:
            homes[x] = first[kind] + place.get(of, of)
    slopes = [grads.get(x, 0.0) for x in values]
    outputs = [*enumerate(wanted, program.results.start)]
    outputs += enumerate(slopes, program.gradients.start)
    build(program, graph, homes, outputs, roll=roll)
    if optimizer is not None:
        _add_update(program, optimizer, [kind for kind, _ in results])
    return program


def _add_update(program: Program, optimizer: Any, kinds: list[str]) -> None:
    """Add the guard against gradients that are not finite, and a step."""
    if kinds not in (["node"], ["constant"]):
        asked = "compile(fn, optimizer) needs fn to return one Value"
        given = f"a function that returns {len(kinds)} of kind {set(kinds)}"
        do = "return the loss alone, a result and no parameter itself"
        raise NumberError(asked, given, do)
    shared = optimizer.coefficients(0, optimizer.learning_rate())
    program.coefficients = program.row(len(shared))
    for name in optimizer.state[optimizer.parameters[0]]:
        program.state[name] = program.row(program.owned)
    program.guard = program.row(1).start
    guard = Section(program.owned)
    g = guard.append("lane", (program.gradients.start,))
    zero = guard.append("sub", (g, g))  # or not a number
    guard.writes.append(("sum", zero, program.guard))
    program.sections.append(guard)
    later = copy(optimizer)
    later.steps += 1
    if not callable(later.lr):
        later.lr = later.lr / 2 + 1.0
    one, two = _update(optimizer, program), _update(later, program)
    if repr([one.lines, one.writes]) != repr([two.lines, two.writes]):
        asked = "a compiled update() is the same in every step"
        given = "one that reads self.steps or self.lr"
        raise OptionError(asked, given, "take them from coefficients()")
    program.updates.append(one)


def _update(optimizer: Any, program: Program) -> Section:
    """The optimiser's update, with a lane for each parameter."""
    section = Section(program.owned)
    rows = [program.data, program.gradients, *program.state.values()]
    p, g, *before = [incoming(section, row.start, "lane") for row in rows]
    shared = range(program.coefficients.start, program.coefficients.stop)
    c = tuple([incoming(section, cell, "cell") for cell in shared])
    state = dict(zip(program.state, before, strict=True))
    new, after = optimizer.update(words, p, g, state, c)
    section.writes.append(("put", operand(new), program.data.start))
    for name, row in program.state.items():
        section.writes.append(("put", operand(after[name]), row.start))
    return section
