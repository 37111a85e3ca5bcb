"""The optimiser's update as steps of a program.

An update is a rule: arithmetic on a parameter, its gradient and what is
remembered.  Read on registers it becomes one more step, with a lane for
each parameter.

Notation: *coefficients* are the numbers that all parameters share in one
step, such as the learning rate; Python computes them and puts them in.

Leaves out: optimisers whose update looks at a number to choose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.passes import simplify
from micrograd.compiler.program import Program, Step
from micrograd.compiler.record import Recorder
from micrograd.compiler.tape import Tape
from micrograd.optim import Optimizer
from micrograd.primitives import PRIMITIVES

__all__ = ["Plan", "add_updates"]

SPELLED = {"abs": "absolute", "pow": "power"}  # namespace: table


@dataclass
class Plan:
    """Which cells belong to the optimiser; its parameters have the first.

    Attributes
    ----------
    count : int
        How many parameters it has.
    coefficients : int
        The first cell of the coefficients.
    shared : int
        How many coefficients there are.
    state : dict from str to int
        For each name the first of `count` cells.
    """

    count: int
    coefficients: int
    shared: int
    state: dict[str, int] = field(default_factory=dict)


class _Rows:
    """The functions of a rule on registers: the rows of the table."""

    def __getattr__(self, name: str) -> Any:
        return PRIMITIVES[SPELLED.get(name, name)]


def add_updates(program: Program, optimizer: Optimizer) -> None:
    """Add the guard against gradients that are not finite, and the update."""
    count = len(optimizer.parameters)
    program.guard = program.row(1)
    sample = optimizer.coefficients(0, optimizer.learning_rate())
    plan = Plan(count, program.row(len(sample)), len(sample))
    for name in optimizer.state[optimizer.parameters[0]]:
        plan.state[name] = program.row(count)
    program.plan = plan
    program.steps.append(_guard(program, count))
    program.updates = [_update(program, optimizer, plan)]


def _guard(program: Program, count: int) -> Step:
    """Zero if all gradients are finite, else not a number."""
    tape = Tape()
    g = tape.leaf("lane", program.size)
    return Step(tape, count, [("sum", (g - g).place, program.guard)])


def _update(program: Program, optimizer: Optimizer, plan: Plan) -> Step:
    tape = Recorder()
    p = tape.leaf("lane", 0)
    g = tape.leaf("lane", program.size)
    state = {name: tape.leaf("lane", c) for name, c in plan.state.items()}
    coefficients: Any = tuple(
        tape.leaf("outer", plan.coefficients + i) for i in range(plan.shared)
    )
    new, remembered = optimizer.update(_Rows(), p, g, state, coefficients)
    wanted = [(new, 0)]
    wanted += [(remembered[name], cell) for name, cell in plan.state.items()]
    places = [tape.register(x).place for x, _ in wanted]
    simple, lines = simplify(tape, places)
    cells = [cell for _, cell in wanted]
    writes = [("put", line, c) for line, c in zip(lines, cells, strict=True)]
    return Step(simple, plan.count, writes)
