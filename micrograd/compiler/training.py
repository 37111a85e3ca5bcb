"""Training: an optimiser's part of a program, and where its numbers are.

An update is a rule: it is recorded for one parameter and carried out with a
lane for each, in sections that come after those of the loss.

To copy thousands of numbers out of a program takes longer than the step
that made them.  So they stay, and the parameters are *lent*: to read or set
``data`` or ``grad`` of one first brings back those of all.

Leaves out: classes derived from ``Value``; theirs are copied in each step.
"""

from __future__ import annotations

import threading
from array import array
from copy import copy
from itertools import repeat
from typing import Any

from micrograd.compiler.program import Program, Section
from micrograd.compiler.traced import CLASS, Traced, operand, words
from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.errors import NumberError, OptionError
from micrograd.optim import Optimizer
from micrograd.optim.optimizer import Remembered, refuse_nonfinite

__all__ = ["LOCK", "Lent", "Loan", "add_update"]

# One for all: parameters are shared, and stand-ins while one is recorded.
LOCK = threading.RLock()
# Slots.  any(map()) sets them in C: no thread and no Ctrl+C come in between.
DATA, GRAD = vars(Value)["data"], vars(Value)["grad"]


@documented
def add_update(program: Program, optimizer: Any, kinds: list[str]) -> None:
    """Add the guard against gradients that are not finite, and a step.

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
        program.before[name] = program.row(program.owned)
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
    rows = [program.data, program.gradients, *program.before.values()]
    p, g, *before = [Traced(section, "lane", row.start) for row in rows]
    shared = range(program.coefficients.start, program.coefficients.stop)
    c = tuple([Traced(section, "cell", cell) for cell in shared])
    state = dict(zip(program.before, before, strict=True))
    new, after = optimizer.update(words, p, g, state, c)
    section.writes.append(("put", operand(new), program.data.start))
    for name, x in after.items():
        if name not in program.state:
            there = program.before.get(name)
            program.state[name] = there or program.row(program.owned)
        section.writes.append(("put", operand(x), program.state[name].start))
    return section


@documented
class Lent(Value):
    """A parameter that is lent, until anybody looks; its data is the loan.

    >>> from micrograd import Value, compile, optim
    >>> w = Value(3.0)
    >>> step = compile(lambda: w * w, optim.SGD([w], 0.25), reader="python")
    >>> step(), type(w).__name__
    (9.0, 'Lent')
    >>> w.data, type(w).__name__
    (1.5, 'Value')
    """

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        return getattr(_back(self), name)

    def __setattr__(self, name: str, x: Any) -> None:
        setattr(_back(self), name, x)


def _back(p: Value) -> Value:
    """The same parameter with its numbers."""
    with LOCK:
        if type(p) is Lent:
            DATA.__get__(p).give_back()
    return p


@documented
class Loan:
    """The parameters of an optimiser, and where their numbers are.

    >>> from micrograd import Value, optim
    >>> loan = Loan(optim.SGD([Value(3.0)], 0.1))
    >>> loan.memory is None
    True
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.parameters = list(optimizer.parameters)
        given = ""
        for x in ("step", "zero_grad"):
            method = getattr(getattr(optimizer, x), "__func__", None)
            if method is not getattr(Optimizer, x):
                given = f"an optimiser with its own {x}()"
        if len(set(self.parameters)) < len(self.parameters):
            given = "a parameter that is listed twice"
        if given:
            asked = "a compiled training step carries out update(), once each"
            do = "write an update() instead, or compile the loss alone"
            raise OptionError(asked, given, do)
        # Where the newest numbers are; None: they are at home.
        self.memory = self.program = self.state = None  # type: Any

    def step(self, machine: Any, program: Program, others: Any) -> float:
        """Take one step; other Values from outside get their gradients."""
        optimizer, cells = self.optimizer, machine.memory
        for x in others:
            if x.inputs:  # nobody would carry its gradient on
                asked = "a compiled training step takes leaves from outside"
                do = "compute it inside the function, or detach() it"
                raise OptionError(asked, f"the result of {x.op} {x!r}", do)
        steps = optimizer.steps
        shared = optimizer.coefficients(steps, optimizer.learning_rate())
        cells[program.coefficients] = array("d", shared)
        if self.memory is not cells or self.state is not optimizer.state:
            self.move(cells, program)
        machine()
        if self.memory is None:
            self._lend(cells, program)
        gradients = cells[program.gradients]
        for i, x in enumerate(others, program.owned):
            x.grad += gradients[i]
        if cells[program.guard] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(optimizer.parameters, "a compiled step", do)
        optimizer.steps = steps + 1
        return float(cells[program.results.start])

    def move(self, memory: Any, program: Program) -> None:
        """Bring all numbers to a memory."""
        if self.memory is not None:
            self.give_back()
        state, start = self.optimizer.state, program.data.start
        kept = getattr(state, "data", state)
        own = slice(start, start + program.owned)
        memory[own] = array("d", [p.data for p in self.parameters])
        for name, row in program.before.items():
            column = [kept[p].get(name, 0.0) for p in self.parameters]
            memory[row] = array("d", column)
        if type(state) is not Remembered:
            self.optimizer.state = Remembered(state)

    def _lend(self, memory: Any, program: Program) -> None:
        """Leave all numbers in a memory, the newest from now on."""
        self.memory, self.program = memory, program
        self.state = self.optimizer.state
        self.state.bring = self.give_back
        try:
            if set(map(type, self.parameters)) != {Value}:
                self.give_back()
                return
            any(map(CLASS.__set__, self.parameters, repeat(Lent)))
            any(map(DATA.__set__, self.parameters, repeat(self)))
        except BaseException:  # Ctrl+C
            self.give_back()
            raise

    def give_back(self) -> None:
        """Give every parameter its number, its gradient and its state."""
        with LOCK:
            if self.memory is None:
                return
            program, state, own = self.program, self.state, self.parameters
            state.bring = None
            names = program.state
            if names or any(state.rows.values()):
                columns = [self.memory[row].tolist() for row in names.values()]
                table = zip(*columns) if names else repeat(())  # noqa: B905
                for p, row in zip(own, table):  # noqa: B905
                    state.rows[p] = dict(zip(names, row, strict=True))
            lent = [p for p in own if type(p) is Lent]
            any(map(DATA.__set__, own, self.memory[program.data]))
            any(map(GRAD.__set__, own, self.memory[program.gradients]))
            any(map(CLASS.__set__, lent, repeat(Value)))
            self.memory = self.state = None
