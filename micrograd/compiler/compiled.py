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
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import update_wrapper
from importlib.util import find_spec
from operator import itemgetter
from typing import Any

from micrograd.compiler.arguments import take
from micrograd.compiler.passes import PASSES
from micrograd.compiler.program import build
from micrograd.compiler.python import Python
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
        self.lock = threading.Lock()

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Replay `fn` on these arguments, or record it first."""
        numbers: list[Any] = []
        if type(recording.get()) is not bool or _strange((args, named)):
            return self.fn(*args, **named)  # inside another transform
        key = take((args, named), numbers)
        with self.lock:
            replay = self.replays.get(key)
            if replay is None:
                replay = Replay(self, (args, named), numbers)
                self.replays[key] = replay
                if len(self.replays) > KEPT:
                    self.replays.popitem(last=False)
            return replay.run(numbers)

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
        return Python(self.last.program).text

    def report(self) -> str:
        """What each pass did, as a table."""
        return self.last.report()


def _strange(tree: Any) -> bool:
    """Whether dual numbers or registers are among the arguments."""
    if isinstance(tree, (list, tuple)):
        return any(map(_strange, tree))
    if isinstance(tree, dict):
        return any(map(_strange, tree.values()))
    return isinstance(tree, Operators) and not isinstance(tree, Value)


class Replay:
    """A recorded function, lowered for one form of its arguments."""

    def __init__(self, owner: Compiled, tree: Any, numbers: list[Any]) -> None:
        begin = time.perf_counter()
        optimizer = owner.optimizer
        known = optimizer.parameters if optimizer else []
        self.optimizer = optimizer
        self.tape = record(owner.fn, tree, numbers, known)
        self.times = {"record": time.perf_counter() - begin}
        begin = time.perf_counter()
        self.program = build(
            self.tape, self.tape.root, known=len(known),
            passes=owner.passes, roll=owner.roll,
        )  # fmt: skip
        if optimizer:
            add_updates(self.program, optimizer)
        self.times["passes"] = time.perf_counter() - begin
        begin = time.perf_counter()
        self.machine: Any = _machine(owner.reader)(self.program)
        self.times["lower"] = time.perf_counter() - begin
        self._lay_out()

    def _lay_out(self) -> None:
        """Work out once where numbers come from and go to."""
        program, count = self.program, self.program.owned
        self.inputs = _runs(sorted((c, i) for i, c in program.inputs.items()))
        cells = sorted((c, i) for i, c in program.parameters.items())
        self.order = [i for _, i in cells]
        self.parameters = _runs(cells[:count]) + _runs(cells[count:])

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
        for cell, pick in self.parameters:
            machine.write(cell, [p.data for p in pick(values)])
        for source, target in self.program.copies:
            machine.write(target, machine.read(source, 1))
        if self.optimizer is None:
            machine()
            return self._result(values)
        return self._step(self.optimizer, values)

    def _result(self, values: list[Value]) -> Value:
        """The loss as a node: one more rule, its inputs the parameters."""
        machine, program = self.machine, self.program
        (data,) = machine.read(program.root, 1)
        inputs = tuple([values[i] for i in self.order])
        rule = _Replayed(self._gradients())
        if not inputs or not recording.get():
            return Value(data).detach()
        if len(inputs) == 2:
            return new_node(data, rule, *inputs)
        return new_node(data, rule, inputs if len(inputs) > 2 else inputs[0])

    def _gradients(self) -> list[float]:
        """The gradients of all parameters, in the order of their cells."""
        machine, size = self.machine, self.program.size
        for source, target in self.program.copies:
            (a,) = machine.read(source + size, 1)
            (b,) = machine.read(target + size, 1)
            machine.write(source + size, [a + b])
        cells = [self.program.parameters[i] + size for i in self.order]
        if cells == list(range(size, size + len(cells))):
            return list(machine.read(size, len(cells)))
        return [machine.read(cell, 1)[0] for cell in cells]

    def _step(self, optimizer: Optimizer, values: list[Value]) -> float:
        """One training step; parameters, gradients and state come back."""
        machine, program = self.machine, self.program
        owned, plan = optimizer.parameters, program.plan
        rate = optimizer.learning_rate()
        coefficients = optimizer.coefficients(optimizer.steps, rate)
        machine.write(plan.coefficients, coefficients)
        for name, cell in plan.state.items():
            machine.write(cell, [optimizer.state[p][name] for p in owned])
        machine()
        numbers = machine.read(0, plan.count)
        gradients = machine.read(program.size, plan.count)
        for p, number, gradient in zip(owned, numbers, gradients, strict=True):
            p.data = number
            p.grad = gradient
        for i in self.order[plan.count :]:  # Values that are not its own
            cell = program.parameters[i] + program.size
            values[i].grad += machine.read(cell, 1)[0]
        if machine.read(program.guard, 1)[0] != 0:
            do = "run the function uncompiled and call step(loss)"
            refuse_nonfinite(owned, "a compiled step", do)
        for name, cell in plan.state.items():
            memory = machine.read(cell, plan.count)
            for p, number in zip(owned, memory, strict=True):
                optimizer.state[p][name] = number
        optimizer.steps += 1
        return float(machine.read(program.root, 1)[0])

    def report(self) -> str:
        """What each pass did, as a table."""
        program, times = self.program, self.times
        machine = type(self.machine).__name__.lower()
        passes = ", ".join(program.passes) or "none"
        sections = [
            f"  {len(step.tape):>8} lines, {step.lanes} lanes"
            for step in (*program.steps, *program.updates)
        ]
        return "\n".join(
            [
                f"recorded {len(self.tape)} lines in {times['record']:.3f} s",
                f"passes {passes} in {times['passes']:.3f} s, giving",
                *sections,
                f"lowered to {machine} in {times['lower']:.3f} s",
            ]
        )


def _runs(cells: list[tuple[int, int]]) -> list[tuple[int, Any]]:
    """Cells in a row, and what picks their numbers out of a list."""
    runs: list[tuple[int, list[int]]] = []
    for cell, i in cells:
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
        self.partials = tuple(map(self._partial, partials))

    @staticmethod
    def _partial(number: float) -> Any:
        def partial(result: Any, *operands: Any) -> float:
            if isinstance(result, Operators):
                raise OptionError(
                    "a compiled function has first derivatives only",
                    "a second one",
                    "differentiate first, and compile the derivative",
                )
            return number

        return partial

    def derivative(self, index: int, result: float, *x: float) -> float:
        return self.numbers[index]
