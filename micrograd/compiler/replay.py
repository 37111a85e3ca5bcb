"""Replay: a program that is ready to run, for one form of arguments.

The numbers of the arguments are moved into its memory as whole slices, the
machine runs, and the results come out: numbers as they are, a ``Value`` as
a node whose rule is the whole program, the loss of a training step as a
float.

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
        self, fn: Any, tree: Any, taken: Taken, reader: str,
        loan: Loan | None = None, *, roll: bool = True,
    ) -> None:  # fmt: skip
        self.fn, self.loan = fn, loan
        clock = [time.perf_counter()]
        owned = loan.parameters if loan else []
        self.recording = record(fn, tree, taken, owned)
        clock.append(time.perf_counter())
        optimizer = loan.optimizer if loan else None
        self.program, self.layout = lay_out(
            self.recording, optimizer, roll=roll
        )
        clock.append(time.perf_counter())
        self.machine = _machine(reader)(self.program)
        self.cells = self.machine.memory.numbers
        clock.append(time.perf_counter())
        names = "record", "passes", "lower"
        spans = zip(names, clock, clock[1:], strict=False)
        self.times = {name: end - start for name, start, end in spans}
        self.others = self.layout.values[self.layout.owned :]
        here = {x: j for j, x in enumerate(taken.values)}
        self.given = [(i, here[x]) for i, x in enumerate(self.others)
                      if x in here]  # fmt: skip
        self.moves = _moves(self.layout.numbers)
        if loan is not None:
            _refuse_results(self.others)

    def run(self, tree: Any, taken: Taken) -> Any:
        """Run once on these numbers; what the function returns."""
        cells, others, layout = self.cells, self.others, self.layout
        for there, here in self.moves:
            cells[there] = taken.numbers[here]
        if self.given:
            others = list(others)
            for i, j in self.given:
                others[i] = taken.values[j]
        if others:
            first = layout.data + layout.owned
            numbers = array("d", [p.data for p in others])
            cells[first : first + len(others)] = numbers
        for cell, p in layout.grads:
            cells[cell] = p.grad
        if self.loan is not None:
            return self._step(self.loan, others)
        self.machine()
        one = partial(self._returned, tree, taken, others)
        made = list(map(one, range(len(self.recording.results))))
        return rebuild(self.recording.form, made)

    # --- A training step ---

    def _step(self, loan: Loan, others: list[Value]) -> float:
        """One training step; parameters, gradients and state are lent."""
        cells, layout, optimizer = self.cells, self.layout, loan.optimizer
        steps = optimizer.steps
        shared = optimizer.coefficients(steps, optimizer.learning_rate())
        first = layout.coefficients
        cells[first : first + layout.shared] = array("d", shared)
        loan.move(self.machine.memory, layout)
        self.machine()
        loan.lend(self.machine.memory, layout)
        if others:
            self._add_gradients(others)
        if cells[self.program.guard] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(optimizer.parameters, "a compiled step", do)
        optimizer.steps = steps + 1
        loss: float = cells[layout.results]
        return loss

    def _add_gradients(self, others: list[Value]) -> None:
        """Gradients of leaves that are not the optimiser's add up."""
        if self.given:
            _refuse_results(others)
        first = self.layout.gradients + self.layout.owned
        gradients = self.machine.memory.read(first, len(others))
        for p, gradient in zip(others, gradients, strict=True):
            p.grad += gradient

    # --- Results ---

    def _returned(
        self, tree: Any, taken: Taken, others: list[Value], i: int
    ) -> Any:
        """One result: a number, or a Value, with a past or without."""
        kind, known = self.recording.results[i]
        number = self.cells[self.layout.results + i]
        if kind == "value":
            given = dict(zip(self.others, others, strict=True))
            return given.get(known, known)
        if kind in ("number", "truth"):
            return bool(number) if kind == "truth" else number
        past = [x for x in others if x.requires_grad]
        if kind == "constant" or not past:
            return Value(number).detach()
        slopes = None
        if self.recording.gradients:
            rows = self.machine.memory.read(self.layout.gradients, len(others))
            slopes = [slope for slope, x in zip(rows, others, strict=True)
                      if x.requires_grad]  # fmt: skip
        again = partial(self._again, tree, taken, past, i)
        with enable_grad():  # whether there is a graph is known already
            rule = _Replayed(len(past), slopes, again)
            return new_node(number, rule, *past)

    def _again(
        self, tree: Any, taken: Taken, past: list[Value], i: int, record: bool
    ) -> list[Any]:
        """Derivatives of a result, by the function itself on the engine."""
        with enable_grad():
            args, named = put(tree, iter(taken.numbers))
            output = leaves(self.fn(*args, **named))[i]
            return derivatives(output, past, record=record)

    def report(self) -> str:
        """What came out of each part of compiling, as a table."""
        titles = (
            f"recorded {len(self.recording.tape):,} lines, twice",
            "put into sections",
            f"lowered to {type(self.machine).__name__.lower()}",
        )
        rows = zip(titles, self.times.values(), strict=True)
        lines = [f"{title:<40}{seconds:>8.3f} s" for title, seconds in rows]
        lines[2:2] = [
            f"  {f'{len(section.lines):,} lines':>14} in "
            f"{section.lanes:,} lanes"
            for section in (*self.program.sections, *self.program.updates)
        ]
        return "\n".join(lines)


def _machine(reader: str) -> Any:
    """What carries programs out; LLVM is imported when it is needed."""
    if reader == "python":
        return Python
    from micrograd.compiler.native import Native

    return Native


def _refuse_results(values: list[Value]) -> None:
    """In a training step nobody carries gradients on to what is behind."""
    for x in values:
        if x.inputs:
            asked = "a compiled training step takes leaves from outside"
            do = "compute it inside the function, or detach() it"
            raise OptionError(asked, f"the result of {x.op} {x!r}", do)


def _moves(cells: list[tuple[int, int]]) -> list[tuple[slice, slice]]:
    """Where numbers go and come from: cells in a row, even distances."""
    moves: list[list[int]] = []  # first cell, count, first number, distance
    for cell, i in sorted(cells):
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

    def __init__(
        self, arity: int, numbers: list[float] | None, again: Any = None
    ) -> None:
        self.name = self.symbol = "compiled"
        self.arity, self.numbers, self.again = arity, numbers, again

    @property
    def partials(self) -> Any:  # type: ignore[override]
        """As functions, to be asked one by one."""
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
