"""The optimiser's update, as sections that come after those of the loss.

An update is a rule: it is recorded for one parameter and carried out with a
lane for each.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from micrograd.compiler.program import Program, Section
from micrograd.compiler.traced import Traced, operand, words
from micrograd.errors import NumberError, OptionError

__all__ = ["add_update"]


def add_update(program: Program, optimizer: Any, kinds: list[str]) -> None:
    """Add the guard against gradients that are not finite, and a step.

    Examples
    --------
    See :func:`micrograd.compiler.layout.lay_out`, which asks for it.
    """
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
    p, g, *before = [Traced(section, "lane", row.start) for row in rows]
    shared = range(program.coefficients.start, program.coefficients.stop)
    c = tuple([Traced(section, "cell", cell) for cell in shared])
    state = dict(zip(program.state, before, strict=True))
    new, after = optimizer.update(words, p, g, state, c)
    section.writes.append(("put", operand(new), program.data.start))
    for name, row in program.state.items():
        section.writes.append(("put", operand(after[name]), row.start))
    return section
