"""Replay: a program that is ready to run, for one form of arguments.

The numbers of the arguments are moved into its memory as whole slices, the
machine runs, and the result comes out: of a function as a node whose rule
is the whole program, of a training step as a float.

Notation: *others* are parameters that are not the optimiser's.

Leaves out: second derivatives of a compiled function; differentiate first
and compile the result.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, cast

from micrograd.compiler.arguments import Taker
from micrograd.compiler.cutting import cut
from micrograd.compiler.lending import Loan, Remembered
from micrograd.compiler.program import build
from micrograd.compiler.python import Python
from micrograd.compiler.record import record
from micrograd.compiler.update import add_updates
from micrograd.engine import Value, new_node
from micrograd.errors import OptionError
from micrograd.operators import Operators
from micrograd.optim.settings import refuse_nonfinite
from micrograd.recording import recording
from micrograd.rules import Primitive

__all__ = ["Replay"]


def _machine(reader: str) -> Any:
    """What carries programs out; LLVM is imported when it is needed."""
    if reader == "python":
        return Python
    from micrograd.compiler.native import Native

    return Native


class Replay:
    """A recorded function, lowered for one form of its arguments."""

    def __init__(
        self, fn: Any, tree: Any, taken: Taker, reader: str,
        loan: Loan | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self.loan = loan
        owned = loan.parameters if loan else []
        self.first = len(owned)  # of the parameters that are others
        clock = [time.perf_counter()]
        self.tape = record(fn, tree, taken, owned)
        self.others = self.tape.parameters[self.first :]
        clock.append(time.perf_counter())
        self.program = build(self.tape, self.tape.root, **options)
        if loan is not None:
            _refuse_results(self.others)
            add_updates(self.program, loan.optimizer)
        cut(self.program)
        clock.append(time.perf_counter())
        self.machine = _machine(reader)(self.program)
        self.memory = self.machine.memory
        clock.append(time.perf_counter())
        names = "record", "passes", "lower"
        pairs = zip(names, clock, clock[1:], strict=False)
        self.times = {name: end - begin for name, begin, end in pairs}
        self.moves = _moves(self.program.inputs)

    def run(self, taken: Taker) -> Any:
        """Run once on these numbers; a Value, or the loss of a step."""
        cells, numbers = self.memory.numbers, taken.numbers
        for there, here in self.moves:
            cells[there] = numbers[here]
        others = self.others
        if self.tape.arguments:
            others = list(others)
            for parameter, i in self.tape.arguments.items():
                others[parameter - self.first] = taken.values[i]
        if self.loan is not None:
            return self._step(self.loan, others)
        self.memory.write(0, [p.data for p in others])
        self.machine()
        return self._result(others)

    def _result(self, values: list[Value]) -> Value:
        """The loss as a node: one more rule, its inputs the parameters."""
        memory = self.memory
        data = memory.numbers[self.program.root]
        if not values or not recording.get():
            return Value(data).detach()
        rule = _Replayed(memory.read(memory.size, len(values)))
        return new_node(data, rule, *values)

    def _step(self, loan: Loan, others: list[Value]) -> float:
        """One training step; parameters, gradients and state are lent."""
        memory, plan, optimizer = self.memory, self.memory.plan, loan.optimizer
        rate = optimizer.learning_rate()
        shared = optimizer.coefficients(optimizer.steps, rate)
        memory.write(plan.coefficients, shared)
        loan.take(memory)
        if plan.state:
            state: Any = optimizer.state
            if not isinstance(state, Remembered):
                optimizer.state = state = cast(Any, Remembered(optimizer))
            state.take(memory)
        if others:
            self._write(others)
        self.machine()
        loan.lend(memory)
        if others:
            self._add_gradients(others)
        if memory.numbers[self.program.guard] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(optimizer.parameters, "a compiled step", do)
        optimizer.steps += 1
        loss: float = memory.numbers[self.program.root]
        return loss

    # --- Values that are not the optimiser's ---

    def _write(self, others: list[Value]) -> None:
        if self.tape.arguments:
            _refuse_results(others)
        self.memory.write(self.first, [p.data for p in others])

    def _add_gradients(self, others: list[Value]) -> None:
        first = self.memory.size + self.first
        gradients = self.memory.read(first, len(others))
        for p, gradient in zip(others, gradients, strict=True):
            p.grad += gradient

    def report(self) -> str:
        """What each pass did, as a table."""
        program, times = self.program, self.times
        reader = type(self.machine).__name__.lower()
        title = f"recorded {len(self.tape):,} lines"
        lines = [f"{title:<40}{times['record']:>8.3f} s"]
        for name, count in program.saved.items():
            lines.append(f"  {name:<5} took away {count:,}")
        title = "forward, backward and update"
        lines.append(f"{title:<40}{times['passes']:>8.3f} s")
        for step in (*program.steps, *program.updates):
            size = f"{len(step.tape):,} lines"
            lines.append(f"  {size:>14} in {step.lanes:,} lanes")
        title = f"lowered to {reader}"
        lines.append(f"{title:<40}{times['lower']:>8.3f} s")
        return "\n".join(lines)


def _refuse_results(values: list[Value]) -> None:
    """In a training step nobody carries gradients on to what is behind."""
    for x in values:
        if x.inputs:
            asked = "a compiled training step takes leaves from outside"
            do = "compute it inside the function, or detach() it"
            raise OptionError(asked, f"the result of {x.op} {x!r}", do)


def _moves(cells: dict[int, int]) -> list[tuple[slice, slice]]:
    """Where numbers go and come from: cells in a row, even distances."""
    moves: list[list[int]] = []  # first cell, count, first number, distance
    for cell, i in sorted((cell, i) for i, cell in cells.items()):
        if moves:
            first, count, begin, apart = moves[-1]
            if count == 1 and i > begin:
                apart = i - begin
            if (cell, i) == (first + count, begin + count * apart):
                moves[-1][1:] = count + 1, begin, apart
                continue
        moves.append([cell, 1, i, 1])
    return [
        (slice(first, first + count), slice(i, i + count * apart, apart))
        for first, count, i, apart in moves
    ]


class _Replayed(Primitive):
    """The rule of one call: its partials are numbers already."""

    def __init__(self, numbers: list[float]) -> None:
        self.name = self.symbol = "compiled"
        self.arity = len(numbers)
        self.numbers = numbers

    @property
    def partials(self) -> Any:  # type: ignore[override]
        """As functions, for whoever asks one by one."""
        return [partial(_slope, number) for number in self.numbers]

    def derivative(self, index: int, result: float, *x: float) -> float:
        return self.numbers[index]


def _slope(number: float, result: Any, *operands: Any) -> float:
    """A partial, which is a number and nothing more."""
    if isinstance(result, Operators):
        asked = "a compiled function has first derivatives only"
        do = "differentiate first, and compile the derivative"
        raise OptionError(asked, "a second one", do)
    return number
