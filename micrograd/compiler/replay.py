"""Replay: a program that is ready to run, for one form of arguments.

The numbers of the arguments are moved into its memory at once, the machine
runs, and the results come out: numbers as they are, a ``Value`` as a node
whose rule is the whole program, the loss of a training step as a float.

Notation: *others* are Values from outside that are not the optimiser's.

Leaves out: second derivatives of a result.  They are those of the function
itself, which runs once more, on the engine, when somebody asks for them.
"""

from __future__ import annotations

import time
from array import array
from functools import partial
from typing import Any

from micrograd.compiler.arguments import Taken, put
from micrograd.compiler.layout import lay_out
from micrograd.compiler.lending import Loan
from micrograd.compiler.python import Python
from micrograd.compiler.record import record
from micrograd.engine import Value, new_node
from micrograd.errors import OptionError
from micrograd.operators import Operators
from micrograd.optim.settings import refuse_nonfinite
from micrograd.recording import enable_grad
from micrograd.reverse import derivatives
from micrograd.rules import Primitive
from micrograd.trees import leaves, rebuild

__all__ = ["Replay"]


class Replay:
    """A recorded function, lowered for one form of its arguments.

    Examples
    --------
    >>> from micrograd import Value, compile
    >>> w = Value(3.0)
    >>> f = compile(lambda x: w * x, reader="python")
    >>> f(2.0).data, len(f.last.recording.tape)
    (6.0, 4)
    """

    def __init__(
        self, fn: Any, tree: Any, taken: Taken, loan: Loan | None,
        *, reader: str, roll: bool,
    ) -> None:  # fmt: skip
        self.fn, self.loan = fn, loan
        clock = [time.perf_counter()]
        known = loan.parameters if loan else []
        self.recording = record(fn, tree, taken, known)
        clock.append(time.perf_counter())
        optimizer = loan.optimizer if loan else None
        self.program = program = lay_out(self.recording, optimizer, roll=roll)
        self.layout = program
        clock.append(time.perf_counter())
        self.machine: Any
        if reader == "python":
            self.machine = Python(program)
        else:
            from micrograd.compiler.native import Native

            self.machine = Native(program)
        clock.append(time.perf_counter())
        names = "record", "passes", "lower"
        spans = zip(names, clock, clock[1:], strict=False)
        self.times = {name: end - start for name, start, end in spans}
        self.rest = slice(program.data.start + program.owned, program.data.stop)
        self.given = [
            (i, taken.values[x])
            for i, x in enumerate(program.values) if x in taken.values
        ]  # fmt: skip
        if loan is not None:
            _refuse_results(program.values)

    def run(self, tree: Any, taken: Taken) -> Any:
        """Run once on these numbers; what the function returns."""
        program, cells, values = self.program, self.machine.memory, []
        cells[program.numbers] = taken.numbers
        if len(program.values) > program.owned or program.given:
            values = list(program.values)
            passed = [*taken.values]
            for i, j in self.given:
                values[i] = passed[j]
            others = values[program.owned :]
            cells[self.rest] = array("d", [p.data for p in others])
            for cell, i in program.given:
                cells[cell] = values[i].grad
        if self.loan is not None:
            return self._step(self.loan, values[program.owned :])
        self.machine()
        one = partial(self._returned, tree, taken, values)
        made = map(one, range(len(self.recording.results)))
        return rebuild(self.recording.form, made)

    # --- A training step ---

    def _step(self, loan: Loan, others: list[Value]) -> float:
        """One training step; parameters, gradients and state are lent."""
        program, cells, optimizer = (
            self.program, self.machine.memory, loan.optimizer
        )  # fmt: skip
        steps = optimizer.steps
        shared = optimizer.coefficients(steps, optimizer.learning_rate())
        cells[program.coefficients] = array("d", shared)
        if loan.memory is not cells or loan.state is not optimizer.state:
            loan.move(cells, program)
        self.machine()
        if loan.memory is None:
            loan.lend(cells, program)
        if others:  # their gradients add up
            if self.given:
                _refuse_results(others)
            gradients = cells[program.gradients][program.owned :]
            for p, gradient in zip(others, gradients, strict=True):
                p.grad += gradient
        if cells[program.guard] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(optimizer.parameters, "a compiled step", do)
        optimizer.steps = steps + 1
        loss: float = cells[program.results.start]
        return loss

    # --- Results ---

    def _returned(
        self, tree: Any, taken: Taken, values: list[Value], i: int
    ) -> Any:
        """One result: a number, or a Value, with a past or without."""
        kind, known = self.recording.results[i]
        cells = self.machine.memory
        number = cells[self.program.results.start + i]
        if kind == "value":
            given = dict(zip(self.program.values, values, strict=True))
            return given.get(known, known)
        if kind in ("number", "truth"):
            return bool(number) if kind == "truth" else number
        past = [x for x in values if x.requires_grad]
        if kind == "constant" or not past:
            return Value(number).detach()
        slopes = None
        if self.recording.gradients:
            every = zip(cells[self.program.gradients], values, strict=True)
            slopes = [slope for slope, x in every if x.requires_grad]
        again = partial(self._again, tree, taken, past, i)
        with enable_grad():  # whether there is a graph is known already
            return new_node(number, _Replayed(len(past), slopes, again), *past)

    def _again(
        self, tree: Any, taken: Taken, past: list[Value], i: int, record: bool
    ) -> list[Any]:
        """Derivatives of a result, by the function itself on the engine."""
        with enable_grad():
            args, named = put(tree, iter(taken.numbers))
            output = leaves(self.fn(*args, **named))[i]
            return derivatives(output, past, record=record)


def _refuse_results(values: list[Value]) -> None:
    """In a training step nobody carries gradients on to what is behind."""
    for x in values:
        if x.inputs:
            asked = "a compiled training step takes leaves from outside"
            do = "compute it inside the function, or detach() it"
            raise OptionError(asked, f"the result of {x.op} {x!r}", do)


class _Replayed(Primitive):
    """The rule of one call: its partials are numbers already."""

    def __init__(
        self, arity: int, numbers: list[float] | None, again: Any = None
    ) -> None:
        self.name = self.symbol = "compiled"
        self.arity, self.numbers, self.again = arity, numbers, again

    @property
    def partials(self) -> Any:  # type: ignore[override]
        """As functions, for whoever asks one by one."""
        return [partial(self._partial, i) for i in range(self.arity)]

    def _partial(self, i: int, result: Any, *operands: Any) -> Any:
        """A number; on Values, a Value: the function runs once more."""
        if not isinstance(result, Operators) or self.again is None:
            return self.derivative(i, result)
        return self.again(record=True)[i]

    def derivative(self, index: int, result: float, *x: float) -> float:
        if self.numbers is None:  # there were several results
            self.numbers = [float(g) for g in self.again(record=False)]
        return self.numbers[index]

    def __reduce__(self) -> tuple[Any, ...]:
        self.derivative(0, 0.0)
        return _Replayed, (self.arity, self.numbers)
