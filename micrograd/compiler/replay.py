"""Replay: a program that is ready to run, for one form of arguments.

The numbers of the arguments are moved into its memory as whole slices, the
machine runs, and the results come out: numbers as they are, a ``Value`` as
a node whose rule is the whole program, the loss of a training step as a
float.

Notation: *others* are Values from outside that are not the optimiser's.

Leaves out: second derivatives of a result.  They are those of the function
itself, which is run once more on the engine when somebody asks for them.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from micrograd.compiler.arguments import Taken, put
from micrograd.compiler.lanes import Graph
from micrograd.compiler.lending import Loan
from micrograd.compiler.program import Program, Section, build
from micrograd.compiler.python import Python
from micrograd.compiler.record import Recording, Result, Source, record
from micrograd.compiler.simplify import simplify
from micrograd.compiler.tape import Tape, Traced, words
from micrograd.engine import Value, new_node
from micrograd.errors import NumberError, OptionError
from micrograd.operators import Operators
from micrograd.optim.settings import refuse_nonfinite
from micrograd.recording import enable_grad, state
from micrograd.reverse import derivatives
from micrograd.rules import Primitive
from micrograd.trees import leaves, rebuild

__all__ = ["Layout", "Replay"]


@dataclass
class Layout:
    """What the cells of a program mean to whoever runs it.

    Attributes
    ----------
    sources : list of Source
        Where the number of each input comes from.
    owned, values : int
        How many Values are the optimiser's, and how many there are.
    data, gradients, results : int
        The first cells of their numbers, of their gradients, and of what
        the function returned.
    state : dict from str to int
        For each name that an optimiser remembers the first of its cells.
    coefficients, shared : int
        The first cell of the numbers that all updates share; how many.
    """

    sources: list[Source]
    owned: int = 0
    values: int = 0
    data: int = 0
    gradients: int = 0
    results: int = 0
    state: dict[str, int] = field(default_factory=dict)
    coefficients: int = 0
    shared: int = 0


class Replay:
    """A recorded function, lowered for one form of its arguments.

    Examples
    --------
    >>> from micrograd import Value, compile
    >>> w = Value(3.0)
    >>> f = compile(lambda x: w * x, reader="python")
    >>> f(2.0).data, f.last.layout.values
    (6.0, 1)
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
        self.program, self.layout = Program(), Layout(self.recording.sources)
        self._lay_out(owned, taken, roll)
        if loan is not None:
            self._add_update(loan.optimizer)
        clock.append(time.perf_counter())
        self.machine = _machine(reader)(self.program)
        self.cells = self.machine.memory.numbers
        clock.append(time.perf_counter())
        names = "record", "pass", "lower"
        pairs = zip(names, clock, clock[1:], strict=False)
        self.times = {name: end - begin for name, begin, end in pairs}

    # --- What is where ---

    def _lay_out(self, owned: list[Value], taken: Taken, roll: bool) -> None:
        """Give cells to Values and results, and build the program."""
        recording, program, layout = self.recording, self.program, self.layout
        results = recording.results
        returned = [(r.operand, i) for i, r in enumerate(results)
                    if r.kind != "value"]  # fmt: skip
        grads = recording.gradients
        wanted = [x for x, _ in returned] + list(grads.values())
        graph = Graph(recording.tape, wanted)
        read = [recording.sources[i] for i in sorted(graph.read)]
        used = [s.of for s in read if s.kind == "data"]
        values = list(dict.fromkeys([*owned, *used, *grads]))
        layout.owned, layout.values = len(owned), len(values)
        layout.data = program.row(len(values))
        layout.gradients = program.row(len(values))
        layout.results = program.row(len(results))
        place = {x: i for i, x in enumerate(values)}
        inputs = {
            which: layout.data + place[source.of]
            for which, source in enumerate(recording.sources)
            if source.kind == "data" and source.of in place
        }
        outputs = [(x, layout.results + i) for x, i in returned]
        outputs += [
            (grads.get(x, 0.0), layout.gradients + i)
            for x, i in place.items()
        ]
        build(program, graph, inputs, outputs, roll=roll)
        self.others = values[len(owned) :]
        here = {x: j for j, x in enumerate(taken.values)}
        self.given = [(i, here[x]) for i, x in enumerate(self.others)
                      if x in here]  # fmt: skip
        self._plan_inputs()

    def _plan_inputs(self) -> None:
        """How numbers get into their cells: most of them as slices."""
        sources = self.recording.sources
        inputs = self.program.inputs
        numbers = [(cell, sources[which].of) for cell, which in inputs
                   if sources[which].kind == "number"]  # fmt: skip
        self.moves = _moves(numbers)
        self.grads = [(cell, sources[which].of) for cell, which in inputs
                      if sources[which].kind == "grad"]  # fmt: skip

    def _add_update(self, optimizer: Any) -> None:
        """Add the guard against gradients that are not finite, and a step."""
        _refuse_results(self.others)
        self._loss()
        program, layout, count = self.program, self.layout, self.layout.owned
        sample = optimizer.coefficients(0, optimizer.learning_rate())
        layout.shared = len(sample)
        layout.coefficients = program.row(layout.shared)
        remembered = optimizer.state[optimizer.parameters[0]]
        layout.state = {name: program.row(count) for name in remembered}
        program.guard = program.row(1)
        guard = Section(count)
        g = guard.add("lane", (layout.gradients,))
        zero = guard.add("sub", (g, g))
        guard.writes.append(("sum", zero, program.guard))
        program.sections.append(guard)
        program.updates.append(_update(optimizer, layout))

    def _loss(self) -> Result:
        """What a training step differentiates."""
        results = self.recording.results
        if len(results) != 1 or results[0].kind in ("truth", "number"):
            raise NumberError(
                "compile(fn, optimizer) needs fn to return one Value",
                f"a function that returns {len(results)} numbers",
                "return the loss, and compute the rest outside",
            )
        return results[0]

    # --- Running ---

    def run(self, tree: Any, taken: Taken) -> Any:
        """Run once on these numbers; what the function returns."""
        cells, others = self.cells, self.others
        for there, here in self.moves:
            cells[there] = taken.numbers[here]
        if self.given:
            others = list(others)
            for i, j in self.given:
                others[i] = taken.values[j]
        if others:
            first = self.layout.data + self.layout.owned
            numbers = array("d", [p.data for p in others])
            cells[first : first + len(others)] = numbers
        for cell, p in self.grads:
            cells[cell] = p.grad
        if self.loan is not None:
            return self._step(self.loan, others)
        self.machine()
        return self._returned(tree, taken, others)

    def _step(self, loan: Loan, others: list[Value]) -> float:
        """One training step; parameters, gradients and state are lent."""
        cells, layout, optimizer = self.cells, self.layout, loan.optimizer
        steps = optimizer.steps
        shared = optimizer.coefficients(steps, optimizer.learning_rate())
        first = layout.coefficients
        cells[first : first + layout.shared] = array("d", shared)
        if loan.place is not self:
            loan.give_back()
            self._fetch(loan)
        self.machine()
        loan.lend(self)
        if others:
            self._add_gradients(others)
        if cells[self.program.guard] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(optimizer.parameters, "a compiled step", do)
        optimizer.steps = steps + 1
        loss: float = cells[layout.results]
        return loss

    def _fetch(self, loan: Loan) -> None:
        """Bring the optimiser's numbers to this memory."""
        write, parameters = self.machine.memory.write, loan.parameters
        write(self.layout.data, [p.data for p in parameters])
        remembered = loan.optimizer.state
        for name, cell in self.layout.state.items():
            write(cell, [remembered[p][name] for p in parameters])

    def _add_gradients(self, others: list[Value]) -> None:
        """Gradients of leaves that are not the optimiser's add up."""
        if self.given:
            _refuse_results(others)
        first = self.layout.gradients + self.layout.owned
        gradients = self.machine.memory.read(first, len(others))
        for p, gradient in zip(others, gradients, strict=True):
            p.grad += gradient

    def _returned(self, tree: Any, taken: Taken, others: list[Value]) -> Any:
        """The results, in the form in which the function returned them."""
        first, results = self.layout.results, self.recording.results
        made = [
            self._one(result, self.cells[first + i], i, tree, taken, others)
            for i, result in enumerate(results)
        ]
        return rebuild(self.recording.form, made)

    def _one(
        self, result: Result, number: float, i: int, tree: Any, taken: Taken,
        others: list[Value],
    ) -> Any:  # fmt: skip
        """One result: a number, or a Value, with a past or without."""
        kind = result.kind
        if kind == "number":
            return number
        if kind == "truth":
            return bool(number)
        if kind == "value":
            known = result.operand
            return dict(zip(self.others, others, strict=True)).get(known, known)
        past = [x for x in others if x.requires_grad]
        if kind == "constant" or not past or not state.get().graph:
            return Value(number).detach()
        slopes = None
        if self.recording.gradients:
            rows = self.machine.memory.read(self.layout.gradients, len(others))
            pairs = zip(rows, others, strict=True)
            slopes = [slope for slope, x in pairs if x.requires_grad]
        again = partial(self._again, tree, taken, past, i)
        return new_node(number, _Replayed(len(past), slopes, again), *past)

    def _again(
        self, tree: Any, taken: Taken, past: Sequence[Value], i: int,
        record: bool,
    ) -> list[Any]:  # fmt: skip
        """Derivatives of a result, by the function itself on the engine."""
        with enable_grad():
            args, named = put(tree, iter(taken.numbers))
            output = leaves(self.fn(*args, **named))[i]
            return derivatives(output, past, record=record)

    def report(self) -> str:
        """What came out of each part of compiling, as a table."""
        size = f"recorded {len(self.recording.tape):,} lines"
        lines = [f"{size:<40}{self.times['record']:>8.3f} s"]
        title = "put into sections"
        lines.append(f"{title:<40}{self.times['pass']:>8.3f} s")
        for section in (*self.program.sections, *self.program.updates):
            size = f"{len(section.lines):,} lines"
            lines.append(f"  {size:>14} in {section.lanes:,} lanes")
        title = f"lowered to {type(self.machine).__name__.lower()}"
        lines.append(f"{title:<40}{self.times['lower']:>8.3f} s")
        return "\n".join(lines)


def _machine(reader: str) -> Any:
    """What carries programs out; LLVM is imported when it is needed."""
    if reader == "python":
        return Python
    from micrograd.compiler.native import Native

    return Native


def _update(optimizer: Any, layout: Layout) -> Section:
    """The optimiser's update, with a lane for each parameter."""
    tape = Tape()
    cells = [layout.data, layout.gradients, *layout.state.values()]
    p, g, *remembered = [tape.input(cell) for cell in cells]
    before = dict(zip(layout.state, remembered, strict=True))
    shared = range(layout.coefficients, layout.coefficients + layout.shared)
    c: Any = tuple([tape.input(cell) for cell in shared])
    new, after = optimizer.update(words, p, g, before, c)
    section = Section(layout.owned)
    for place, operation in enumerate(tape.operations):
        if operation == "input":
            operation = "cell" if place >= len(cells) else "lane"
        section.add(operation, tape.operands[place])
    wanted = [(new, layout.data)]
    wanted += [(after[name], cell) for name, cell in layout.state.items()]
    section.writes = [
        ("put", x.place if isinstance(x, Traced) else float(x), cell)
        for x, cell in wanted
    ]
    simplify(section)
    return section


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
        """As functions, for whoever asks one by one."""
        return [partial(self._partial, i) for i in range(self.arity)]

    def _partial(self, i: int, result: Any, *operands: Any) -> Any:
        if not isinstance(result, Operators) or self.again is None:
            return self.derivative(i, result)
        return self.again(record=True)[i]

    def derivative(self, index: int, result: float, *x: float) -> float:
        """One partial; of several results, by the function itself."""
        if self.numbers is None:
            self.numbers = [float(g) for g in self.again(record=False)]
        return self.numbers[index]

    def __reduce__(self) -> tuple[Any, ...]:
        self.derivative(0, 0.0)
        return _Replayed, (self.arity, self.numbers)
