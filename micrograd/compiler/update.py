"""The optimiser's update as steps of a program.

An update is a rule: arithmetic on a parameter, its gradient and what is
remembered.  Read on registers it becomes one more step, with a lane for
each parameter.

Notation: *coefficients* are the numbers that all parameters share in one
step, such as the learning rate; Python computes them and puts them in.

Leaves out: optimisers whose update looks at a number to choose.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.passes import simplify
from micrograd.compiler.program import Memory, Program, Step
from micrograd.compiler.record import Recorder
from micrograd.compiler.tape import Tape
from micrograd.engine import Value
from micrograd.optim import Optimizer
from micrograd.optim.optimizer import State
from micrograd.primitives import PRIMITIVES

__all__ = ["Plan", "Remembered", "add_updates", "remember"]

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
    state : dict from str to int
        For each name the first of `count` cells.
    """

    count: int
    coefficients: int
    state: dict[str, int] = field(default_factory=dict)


class _Rows:
    """The functions of a rule on registers: the rows of the table."""

    def __getattr__(self, name: str) -> Any:
        return PRIMITIVES[SPELLED.get(name, name)]


def add_updates(program: Program, optimizer: Optimizer) -> None:
    """Add the guard against gradients that are not finite, and the update."""
    count = len(optimizer.parameters)
    program.guard = 2 * program.size
    sample = optimizer.coefficients(0, optimizer.learning_rate())
    plan = Plan(count, coefficients=program.guard + 1)
    free = plan.coefficients + len(sample)
    for name in optimizer.state[optimizer.parameters[0]]:
        plan.state[name] = free
        free += count
    program.extra = free - 2 * program.size
    program.plan = plan
    program.steps.append(_guard(program, count))
    program.updates = [_update(program, optimizer, plan, len(sample))]


def _guard(program: Program, count: int) -> Step:
    """Zero if all gradients are finite, else not a number."""
    tape = Tape()
    g = tape.leaf("lane", program.size)
    return Step(tape, count, [("sum", (g - g).place, program.guard)])


def _update(
    program: Program, optimizer: Optimizer, plan: Plan, shared: int
) -> Step:
    tape = Recorder()
    p = tape.leaf("lane", 0)
    g = tape.leaf("lane", program.size)
    state = {name: tape.leaf("lane", c) for name, c in plan.state.items()}
    coefficients: Any = tuple(
        tape.leaf("outer", plan.coefficients + i) for i in range(shared)
    )
    new, remembered = optimizer.update(_Rows(), p, g, state, coefficients)
    wanted = [(new, 0)]
    wanted += [(remembered[name], cell) for name, cell in plan.state.items()]
    places = [tape.register(x).place for x, _ in wanted]
    simple, lines = simplify(tape, places)
    cells = [cell for _, cell in wanted]
    writes = [("put", line, c) for line, c in zip(lines, cells, strict=True)]
    return Step(simple, plan.count, writes)


# --- What the optimiser remembers ---


class Remembered(MutableMapping[Value, State]):
    """What is remembered of each parameter, read when it is asked for.

    Between two steps nobody asks, as a rule, and it stays where it is.
    """

    def __init__(self, parameters: list[Value], memory: Memory) -> None:
        self.parameters, self.memory = parameters, memory
        self.rows: dict[Value, State] | None = None

    def fetch(self) -> dict[Value, State]:
        """Take the numbers out of the memory, the first time."""
        if self.rows is None:
            plan, read = self.memory.program.plan, self.memory.read
            columns = [read(c, plan.count) for c in plan.state.values()]
            rows = zip(*columns, strict=True)
            self.rows = {
                p: dict(zip(plan.state, row, strict=True))
                for p, row in zip(self.parameters, rows, strict=True)
            }
        return self.rows

    def __getitem__(self, p: Value) -> State:
        return self.fetch()[p]

    def __setitem__(self, p: Value, row: State) -> None:
        self.fetch()[p] = row

    def __delitem__(self, p: Value) -> None:
        del self.fetch()[p]

    def __iter__(self) -> Iterator[Value]:
        return iter(self.fetch())

    def __len__(self) -> int:
        return len(self.parameters)

    def __repr__(self) -> str:
        return repr(self.fetch())

    def __reduce__(self) -> Any:
        return dict, (self.fetch(),)

    def put_into(self, memory: Memory) -> bool:
        """Bring the numbers to a memory, unless somebody has seen them."""
        if self.rows is not None:
            return False
        if memory is not self.memory:
            here, there = (m.program.plan.state for m in (memory, self.memory))
            for name, cell in here.items():
                numbers = self.memory.read(there[name], len(self))
                memory.write(cell, numbers)
        return True


def remember(memory: Memory, optimizer: Optimizer) -> None:
    """Put what the optimiser remembers into the memory."""
    state: Any = optimizer.state
    cells = memory.program.plan.state
    if not cells:
        return
    if isinstance(state, Remembered) and state.put_into(memory):
        return
    rows = [state[p] for p in optimizer.parameters]
    for name, cell in cells.items():
        memory.write(cell, [row[name] for row in rows])
