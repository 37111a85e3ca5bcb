"""compile: record a function once, replay it at machine speed.

The first call with arguments of a new form records; later calls put the
numbers of the arguments and the parameters into the memory of a program,
run it, and take the result and the gradients out.

Notation: a *replay* is a program that has been lowered, ready to run.

Leaves out: second derivatives of a compiled function; differentiate first
and compile the result.
"""

from __future__ import annotations

import threading
import time
import warnings
import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import update_wrapper
from importlib.util import find_spec
from operator import itemgetter
from typing import Any, cast

from micrograd.compiler.arguments import Foreign, take
from micrograd.compiler.c import c_source
from micrograd.compiler.passes import PASSES
from micrograd.compiler.program import Memory, build
from micrograd.compiler.python import Python, source
from micrograd.compiler.record import Recorder, record
from micrograd.compiler.update import Remembered, add_updates, remember
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
# One for all: parameters are shared, and hidden while a function is recorded.
LOCK = threading.RLock()


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


def _machine(reader: str) -> type[Memory]:
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
        known = optimizer.parameters if optimizer else []
        self.owned = {p: i for i, p in enumerate(known)}

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Replay `fn` on these arguments, or record it first."""
        if type(recording.get()) is not bool:  # inside another recording
            return self.fn(*args, **named)
        numbers: list[Any] = []
        try:
            form = take((args, named), numbers, self.owned)
        except Foreign:  # inside another transform
            return self._eager(args, named)
        key = form, self._settings()
        with LOCK:
            replay = self.replays.get(key)
            if replay is None:
                replay = Replay(self, (args, named), numbers)
                self.replays[key] = replay
                if len(self.replays) > KEPT:
                    self.replays.popitem(last=False)
            return replay.run(numbers)

    def _eager(self, args: Any, named: Any) -> Any:
        if self.optimizer is None:
            return self.fn(*args, **named)
        asked = "a compiled training step takes numbers and Values"
        do = "differentiate the loss, not the step"
        raise NumberError(asked, "numbers of another transform", do)

    def _settings(self) -> tuple[Any, ...]:
        """The optimiser's settings, which are part of a recording."""
        if self.optimizer is None:
            return ()
        changing = ("parameters", "lr", "steps", "state")
        settings = vars(self.optimizer).items()
        return tuple([x for x in settings if x[0] not in changing])

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

    def __init__(self, owner: Compiled, tree: Any, numbers: list[Any]) -> None:
        self.optimizer = owner.optimizer
        clock = [time.perf_counter()]
        self.tape = record(owner.fn, tree, numbers, owner.owned)
        if self.optimizer:
            _refuse_results(self.tape.parameters)
        clock.append(time.perf_counter())
        self.program = build(
            self.tape, self.tape.root, passes=owner.passes, roll=owner.roll
        )
        if self.optimizer:
            add_updates(self.program, self.optimizer)
        clock.append(time.perf_counter())
        self.machine = _machine(owner.reader)(self.program)
        clock.append(time.perf_counter())
        names = "record", "passes", "lower"
        pairs = zip(names, clock, clock[1:], strict=False)
        self.times = {name: end - begin for name, begin, end in pairs}
        self.inputs = _runs(self.program.inputs)
        self.state: Any = lambda: None  # whoever reads the memory's state

    def run(self, numbers: list[Any]) -> Any:
        """Run once on these numbers; a Value, or the loss of a step."""
        values = self.tape.parameters
        if self.tape.arguments:
            values = list(values)
            for parameter, i in self.tape.arguments.items():
                values[parameter] = numbers[i]
        machine = self.machine
        for cell, pick in self.inputs:
            machine.write(cell, pick(numbers))
        machine.write(0, [p.data for p in values])
        if self.optimizer is not None:
            return self._step(self.optimizer, values)
        machine()
        return self._result(values)

    def _result(self, values: list[Value]) -> Value:
        """The loss as a node: one more rule, its inputs the parameters."""
        machine, program = self.machine, self.program
        (data,) = machine.read(program.root, 1)
        if not values or not recording.get():
            return Value(data).detach()
        rule = _Replayed(machine.read(program.size, len(values)))
        return new_node(data, rule, *values)

    def _step(self, optimizer: Optimizer, values: list[Value]) -> float:
        """One training step; parameters, gradients and state come back."""
        machine: Memory = self.machine
        program = self.program
        owned, plan = optimizer.parameters, program.plan
        if self.tape.arguments:
            _refuse_results(values)
        rate = optimizer.learning_rate()
        coefficients = optimizer.coefficients(optimizer.steps, rate)
        machine.write(plan.coefficients, coefficients)
        self._remember(optimizer)
        machine()
        numbers = machine.read(0, plan.count)
        gradients = machine.read(program.size, len(values))
        for p, number, gradient in zip(owned, numbers, gradients):  # noqa: B905
            p.data = number
            p.grad = gradient
        for i in range(plan.count, len(values)):  # not the optimiser's
            values[i].grad += gradients[i]
        if machine.read(program.guard, 1)[0] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(owned, "a compiled step", do)
        optimizer.steps += 1
        (loss,) = machine.read(program.root, 1)
        return loss

    def _remember(self, optimizer: Optimizer) -> None:
        """Bring the optimiser's state here, and let it be read here."""
        if not self.program.plan.state:
            return
        seen = self.state()
        if seen is not None and seen is not optimizer.state:
            seen.fetch()  # somebody keeps an earlier state
        remember(self.machine, optimizer)
        state = Remembered(optimizer.parameters, self.machine)
        optimizer.state = cast(Any, state)
        self.state = weakref.ref(state)

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


def _runs(cells: dict[int, int]) -> list[tuple[int, Any]]:
    """Cells in a row, and what picks their numbers out of a list."""
    runs: list[tuple[int, list[int]]] = []
    for cell, i in sorted((cell, i) for i, cell in cells.items()):
        if runs and cell == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(i)
        else:
            runs.append((cell, [i]))
    return [(cell, _picker(indices)) for cell, indices in runs]


def _picker(indices: list[int]) -> Any:
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda numbers: (numbers[indices[0]],)


class _Replayed(Primitive):
    """The rule of one call: its partials are numbers already."""

    def __init__(self, partials: list[float]) -> None:
        self.name = self.symbol = "compiled"
        self.arity = len(partials)
        self.numbers = partials
        self.partials = _Partials(partials)  # type: ignore[assignment]

    def derivative(self, index: int, result: float, *x: float) -> float:
        return self.numbers[index]


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
