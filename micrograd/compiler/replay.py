"""Replay: a program that is ready to run, for one form of arguments.

Numbers are moved into its memory, the machine runs, and results come out:
numbers as they are, a ``Value`` as a node whose rule is the whole program,
the loss of a training step as a float.

Leaves out: second derivatives; for them the function itself runs once more.
"""

from __future__ import annotations

from array import array
from functools import partial
from importlib import import_module
from itertools import pairwise
from math import isfinite
from time import perf_counter
from typing import Any

from micrograd.compiler import source
from micrograd.compiler.arguments import Taken, put
from micrograd.compiler.layout import lay_out
from micrograd.compiler.record import record
from micrograd.documentation import documented
from micrograd.engine import Value, new_node
from micrograd.operators import Operators
from micrograd.recording import enable_grad
from micrograd.reverse import derivatives
from micrograd.rules import Primitive
from micrograd.standins import StandIns
from micrograd.trees import leaves, rebuild

__all__ = ["Replay"]


@documented
class Replay:
    """A recorded function, lowered for one form of its arguments.

    >>> from micrograd import Value, compile
    >>> w = Value(3.0)
    >>> f = compile(lambda x: w * x, reader="python")
    >>> f(2.0).data, len(f.last.recording.tape)
    (6.0, 4)
    """

    def __init__(self, compiled: Any, tree: Any, taken: Taken) -> None:
        self.fn, self.reader = compiled.fn, compiled.reader
        self.loan = loan = compiled.loan
        known = loan.parameters if loan else ()
        clock = [perf_counter()]
        self.recording = made = record(self.fn, tree, taken, known)
        clock.append(perf_counter())
        program = lay_out(made, compiled.optimizer, roll=compiled.roll)
        clock.append(perf_counter())
        # LLVM is imported when it is needed.
        native = self.reader == "native"
        module = import_module(f"{__package__}.native") if native else source
        self.program, self.machine = program, module.Machine(program)
        clock.append(perf_counter())
        times = [end - start for start, end in pairwise(clock)]
        stages = "record", "passes", "lower"
        self.times = dict(zip(stages, times, strict=True))
        every, passed = [*enumerate(program.values)], taken.values
        self.passed = [(i, passed[x]) for i, x in every if x in passed]
        self.reached = [[i for i, x in every if x in y] for y in made.reached]

    def run(self, tree: Any, taken: Taken) -> Any:
        """Run once on these numbers; what the function returns."""
        program, cells = self.program, self.machine.memory
        values, owned = program.values, program.owned
        cells[program.numbers] = taken.numbers
        if self.passed:  # the Values of this call
            values, now = list(values), list(taken.values)
            for i, j in self.passed:
                values[i] = now[j]
        for i in range(owned, len(values)):
            cells[program.data.start + i] = values[i].data
        for cell, i in program.given:
            cells[cell] = values[i].grad
        if self.loan is not None:
            return self.loan.step(self.machine, program, values[owned:])
        self.machine()

        def again() -> list[Any]:
            """The results once more, on the engine."""
            args, named = put(tree, iter(taken.numbers))
            return leaves(self.fn(*args, **named))

        made = [self._made(i, x, values, again)
                for i, x in enumerate(cells[program.results])]  # fmt: skip
        return rebuild(self.recording.form, made)

    def _made(self, i: int, number: float, values: Any, again: Any) -> Any:
        """One result: a number, or a Value, with a past or without."""
        kind, known = self.recording.results[i]
        if kind == "value":
            now = dict(zip(self.program.values, values, strict=True))
            return now.get(known, known)
        if kind in ("number", "truth"):
            return bool(number) if kind == "truth" else number
        which = self.reached[i]
        if kind == "constant" or not which:
            alone = Value(number)
            return alone if kind == "node" else alone.detach()
        row = self.machine.memory[self.program.gradients]
        slopes = [row[j] for j in which] if self.recording.gradients else None
        past = [values[j] for j in which]
        with enable_grad():  # whether there is a graph is known already
            rule = _Replayed(len(past), slopes, lambda: again()[i], past)
            return new_node(number, rule, *past)

    def beginning(self) -> Any:
        """Cells as the next call finds them, if it is given the same."""
        program, cells = self.program, self.program.memory()
        cells[program.numbers] = self.machine.memory[program.numbers]
        cells[program.data] = array("d", [x.data for x in program.values])
        for cell, i in program.given:
            cells[cell] = program.values[i].grad
        if self.loan is not None:
            own = self.loan.optimizer
            shared = own.coefficients(own.steps, own.learning_rate())
            cells[program.coefficients] = array("d", shared)
            self.loan.move(cells, program)
        return cells

    def source(self) -> str:
        """The program as Python source."""
        return source.source(self.program)

    def report(self) -> str:
        """What came out of each part of compiling, as a table."""
        program, row = self.program, "{:<40}{:>8.3f} s".format
        record, passes, lower = self.times.values()
        lines = f"recorded {len(self.recording.tape):,} lines, twice"
        found = [row(lines, record), row("put into sections", passes)]
        for section in (*program.sections, *program.updates):
            lines = f"{len(section.lines):,} lines"
            found.append(f"  {lines:>14} in {section.lanes:,} lanes")
        return "\n".join([*found, row(f"lowered to {self.reader}", lower)])


class _Replayed(Primitive):
    """The rule of one call: its partials are numbers already.

    On Values a partial is a Value: then the function runs once more, as it
    does for a gradient that is not finite: not every operand gets it.
    """

    def __init__(
        self, arity: int, numbers: Any, again: Any = None, past: Any = ()
    ) -> None:
        self.name = self.symbol = "compiled"
        self.arity, self.numbers = arity, numbers
        self.again, self.past = again, past
        self.kept: Any = arity, 1.0, False, None  # what came of a run

    @property
    def partials(self) -> Any:  # type: ignore[override]
        """As functions, to be asked one by one."""
        return [partial(self._partial, i) for i in range(self.arity)]

    def _partial(self, i: int, result: Any, *operands: Any) -> Any:
        record = isinstance(result, Operators) and self.again is not None
        if record:
            return self._run(i, 1.0, record=True)
        if self.numbers is None:
            self._run(0, 1.0)
            self.numbers = [*map(float, self.kept[-1])]
        return self.numbers[i]

    def _run(self, i: int, g: float, *, record: bool = False) -> Any:
        """What operand `i` gets; they are asked in their order."""
        last, *asked, found = self.kept
        if i <= last or asked != [g, record]:
            stand: Any = StandIns()  # leaves, with their own numbers
            stand.numbers = lambda x: (x.data, x.grad)
            try:
                stand.meet([x for x in self.past if x.inputs])
                with enable_grad():
                    y = self.again() if g == 1 else self.again() * g
                    found = derivatives(y, self.past, record=record)
            finally:
                stand.clear()
        self.kept = i, g, record, found
        return found[i]

    def derivative(self, index: int, result: float, *x: float) -> float:
        return float(self._partial(index, result))

    def contribution(self, index: int, g: float, result: Any, *x: Any) -> Any:
        if isfinite(g) or self.again is None:
            return g * self.derivative(index, result)
        return float(self._run(index, g))

    def __reduce__(self) -> tuple[Any, ...]:
        self.derivative(0, 0.0)
        return _Replayed, (self.arity, self.numbers)
