"""compile: record a function once, replay it at machine speed.

The first call with arguments of a new form records; later calls put the
numbers of the arguments and the parameters into the memory of a program,
run it, and take the result and the gradients out.

Notation: a *replay* is a program that has been lowered, ready to run.

Leaves out: second derivatives of a compiled function; differentiate first
and compile the result.
"""

from __future__ import annotations

import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from importlib.util import find_spec
from operator import itemgetter
from typing import Any, cast

from micrograd.compiler.arguments import Foreign, Taker
from micrograd.compiler.c import c_source
from micrograd.compiler.lending import LOCK, Loan, Remembered
from micrograd.compiler.passes import PASSES
from micrograd.compiler.program import build
from micrograd.compiler.python import Python, source
from micrograd.compiler.record import Recorder, record
from micrograd.compiler.update import add_updates
from micrograd.engine import Value, new_node
from micrograd.errors import NumberError, OptionError
from micrograd.operators import Operators
from micrograd.optim import Optimizer
from micrograd.optim.settings import refuse_nonfinite
from micrograd.recording import recording
from micrograd.rules import Primitive

__all__ = ["Compiled", "compile"]

READERS = ("native", "python")
KEPT = 64  # forms of arguments that are remembered
CHANGING = {"parameters", "lr", "steps", "state"}  # of an optimiser


def compile(
    fn: Callable[..., Value],
    optimizer: Optimizer | None = None,
    *,
    reader: str | None = None,
    passes: Sequence[str] = tuple(PASSES),
    roll: bool = True,
) -> Compiled:
    """Turn a function of numbers into one that replays its recording.

    Parameters
    ----------
    fn : callable
        Takes numbers, Values, and lists, tuples, dictionaries or arrays of
        them; returns one Value.  Values from outside are its parameters.
    optimizer : Optimizer, optional
        If given, each call is a whole training step: zero the gradients,
        forward, backward, update; and returns the loss as a float.
    reader : {"native", "python"}, optional
        What carries the program out: machine code, or Python source.  The
        default is machine code where llvmlite is installed.
    passes : sequence of str, optional
        The passes to run, of ``fold``, ``share`` and ``drop``.
    roll : bool, optional
        Whether to look for sums of like terms and compute them in lanes.

    Returns
    -------
    Compiled
        Takes what `fn` takes.

    Raises
    ------
    RecordingError
        At the first call, if `fn` depends on what a number is.
    OptionError
        If there is no such reader or pass.

    Examples
    --------
    >>> import micrograd
    >>> w = micrograd.Value(2.0)
    >>> loss = micrograd.compile(lambda x: (w * x).tanh(), reader="python")
    >>> y = loss(0.5)
    >>> y.backward()
    >>> round(y.data, 4), round(w.grad, 4)
    (0.7616, 0.21)

    With an optimiser, a training step:

    >>> from micrograd.optim import SGD
    >>> step = micrograd.compile(
    ...     lambda x, y: (w * x - y) ** 2, SGD([w], lr=0.25), reader="python"
    ... )
    >>> step(1.0, 3.0), w.data
    (1.0, 2.5)
    """
    if reader is not None and reader not in READERS:
        asked = f"compile(reader=...) is one of {', '.join(READERS)}"
        raise OptionError(asked, repr(reader), "choose one, or leave it out")
    for name in passes:
        if name not in PASSES:
            asked = f"compile(passes=...) takes some of {', '.join(PASSES)}"
            raise OptionError(asked, repr(name), "choose among them")
    return Compiled(fn, optimizer, reader or _default(), passes, roll)


def _default() -> str:
    if find_spec("llvmlite") is not None:
        return "native"
    warnings.warn(
        "micrograd.compile runs as Python source; for machine code: pip "
        'install "micrograd[fast]"',
        stacklevel=3,
    )
    return "python"


def _machine(reader: str) -> Any:
    """What carries programs out; LLVM is imported when it is needed."""
    if reader == "python":
        return Python
    from micrograd.compiler.native import Native

    return Native


class Compiled:
    """A function that is recorded once for each form of its arguments."""

    def __init__(
        self, fn: Any, optimizer: Optimizer | None, reader: str,
        passes: Sequence[str], roll: bool,
    ) -> None:  # fmt: skip
        update_wrapper(self, fn)
        self.fn = fn
        self.optimizer = optimizer
        self.reader = reader
        self.passes, self.roll = passes, roll
        self.replays: OrderedDict[Any, Replay] = OrderedDict()
        self.owned: dict[Value, int] = {}
        self.settings: Any = tuple
        if optimizer is not None:
            self.loan = Loan(optimizer)
            self.owned = {p: i for i, p in enumerate(optimizer.parameters)}
            # Settings are part of a recording, so they are compared.
            if names := vars(optimizer).keys() - CHANGING:
                self.settings = partial(itemgetter(*names), vars(optimizer))

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Replay `fn` on these arguments, or record it first."""
        if type(recording.get()) is not bool:  # inside another recording
            return self.fn(*args, **named)
        taken = Taker(self.owned)
        try:
            form = taken.take(args), taken.take(named) if named else None
        except Foreign:  # inside another transform
            return self._eager(args, named)
        with LOCK:
            key = form, self.settings()
            replay = self.replays.get(key)
            if replay is None:
                replay = Replay(self, (args, named), taken)
                self.replays[key] = replay
                if len(self.replays) > KEPT:
                    self.replays.popitem(last=False)
            return replay.run(taken)

    def _eager(self, args: Any, named: Any) -> Any:
        if self.optimizer is None:
            return self.fn(*args, **named)
        asked = "a compiled training step takes numbers and Values"
        do = "differentiate the loss, not the step"
        raise NumberError(asked, "numbers of another transform", do)

    # --- To be looked at ---

    @property
    def last(self) -> Replay:
        """What was recorded last."""
        if not self.replays:
            asked = "a compiled function can be looked at after its first call"
            raise NumberError(asked, "no call", "call it once")
        return next(reversed(self.replays.values()))

    @property
    def tape(self) -> Recorder:
        """What was recorded, for the newest form of arguments."""
        return self.last.tape

    def source(self) -> str:
        """The program as Python source."""
        return source(self.last.program)

    def to_c(self) -> str:
        """The program as one file of C99, with a function ``run``.

        Compile it with ``cc -O3 -std=c99 file.c -lm`` and a ``main`` of
        your own; the comment in the file says what the arguments are.
        """
        name = getattr(self.fn, "__name__", "a function")
        return c_source(self.last.program, f"{name}, by micrograd.compile")

    def report(self) -> str:
        """What each pass did, as a table."""
        return self.last.report()


class Replay:
    """A recorded function, lowered for one form of its arguments."""

    def __init__(self, owner: Compiled, tree: Any, taken: Taker) -> None:
        self.optimizer = owner.optimizer
        clock = [time.perf_counter()]
        self.tape = record(owner.fn, tree, taken, owner.owned)
        self.first = len(owner.owned)  # of the parameters that are others'
        self.others = self.tape.parameters[self.first :]
        clock.append(time.perf_counter())
        self.program = build(
            self.tape, self.tape.root, passes=owner.passes, roll=owner.roll
        )
        if self.optimizer:
            _refuse_results(self.others)
            self.loan = owner.loan
            add_updates(self.program, self.optimizer)
        clock.append(time.perf_counter())
        self.machine = _machine(owner.reader)(self.program)
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
        if self.optimizer is not None:
            return self._step(self.optimizer, others)
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

    def _step(self, optimizer: Optimizer, others: list[Value]) -> float:
        """One training step; parameters, gradients and state are lent."""
        memory, plan = self.memory, self.program.plan
        rate = optimizer.learning_rate()
        shared = optimizer.coefficients(optimizer.steps, rate)
        memory.write(plan.coefficients, shared)
        self.loan.take(memory)
        if plan.state:
            state: Any = optimizer.state
            if not isinstance(state, Remembered):
                optimizer.state = state = cast(Any, Remembered(optimizer))
            state.take(memory)
        if others:
            self._write(others)
        self.machine()
        self.loan.lend(memory)
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

    def __init__(self, partials: list[float]) -> None:
        self.name = self.symbol = "compiled"
        self.arity = len(partials)
        self.numbers = partials
        self.partials = _Partials(partials)  # type: ignore[assignment]

    def slopes(self, result: float, *x: float) -> Callable[[int], float]:
        return self.numbers.__getitem__


class _Partials(Sequence[Any]):
    """Partials of one call, made into functions when they are asked for."""

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: Any) -> Any:
        number: float = self.numbers[index]

        def partial(result: Any, *operands: Any) -> float:
            if isinstance(result, Operators):
                raise OptionError(
                    "a compiled function has first derivatives only",
                    "a second one",
                    "differentiate first, and compile the derivative",
                )
            return number

        return partial
