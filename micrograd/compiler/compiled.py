"""compile: record a function once, replay it at machine speed.

The first call with arguments of a new form records; later calls with
arguments of that form replay, see :mod:`micrograd.compiler.replay`.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections import OrderedDict
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from importlib.util import find_spec
from types import MethodType
from typing import Any

from micrograd.about import INSTALL
from micrograd.compiler.arguments import Foreign, Taken
from micrograd.compiler.c import c_source
from micrograd.compiler.lending import LOCK, Loan
from micrograd.compiler.python import source
from micrograd.compiler.reach import reachable
from micrograd.compiler.replay import Replay
from micrograd.compiler.tape import Tape
from micrograd.errors import NumberError, OptionError
from micrograd.optim import Optimizer
from micrograd.recording import depth, outermost, state

__all__ = ["Compiled", "compile"]

READERS = ("native", "python")
KEPT = 64  # forms of arguments that are remembered
CHANGING = {"parameters", "lr", "steps", "state"}  # of an optimiser


def compile(
    fn: Callable[..., Any],
    optimizer: Optimizer | None = None,
    *,
    reader: str | None = None,
    roll: bool = True,
) -> Compiled:
    """Turn a function of numbers into one that replays its recording.

    Parameters
    ----------
    fn : callable
        Takes numbers, Values, and lists, tuples, dictionaries or arrays of
        them; returns numbers and Values in the same manner.  Values from
        outside are its parameters.  Or takes, reaches and returns tensors.
    optimizer : Optimizer, optional
        If given, `fn` returns one Value, and each call is a whole training
        step: zero the gradients, forward, backward, update; and returns
        the loss as a float.
    reader : {"native", "python"}, optional
        What carries the program out: machine code, or Python source.  The
        default is machine code where llvmlite is installed.
    roll : bool, optional
        Whether to look for loops.  Without them sums are added up in the
        order of the engine, to the last bit.

    Returns
    -------
    Compiled

    Raises
    ------
    RecordingError
        At the first call, if `fn` depends on what a number is.
    OptionError
        If there is no such reader.

    Notes
    -----
    Parameters and the optimiser's state stay in the program from one step
    to the next, until somebody reads or sets one: then all come back.

    A function of tensors becomes straight-line NumPy on fixed memory, with
    either reader, and gives what it gives uncompiled, to the last bit.
    Python's numbers among its arguments are fixed: each makes a recording
    of its own, so what changes in every call is to be a tensor.
    Parameters and what an optimiser remembers stay where they are; a
    gradient keeps its memory from step to step.

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

    The same on tensors:

    >>> from micrograd.tensors import optim, tensor
    >>> w = tensor([1.0, 2.0], requires_grad=True)
    >>> step = micrograd.compile(
    ...     lambda x, y: ((w * x).sum() - y) ** 2, optim.SGD([w], lr=0.125)
    ... )
    >>> step(tensor([1.0, 1.0]), tensor(5.0)), w.tolist()
    (4.0, [1.5, 2.5])
    """
    if reader not in (None, *READERS):
        asked = f"compile(reader=...) is one of {', '.join(READERS)}"
        raise OptionError(asked, repr(reader), "choose one, or leave it out")
    if not callable(fn):
        asked = "compile(fn) takes a function"
        raise NumberError(asked, f"the {type(fn).__name__}", "pass one")
    if reader is None and find_spec("llvmlite") is None:
        reader, how = "python", INSTALL.format("fast")
        told = "micrograd.compile runs as Python source; for machine code: "
        warnings.warn(told + how, stacklevel=2)
    return Compiled(fn, optimizer, reader or "native", roll)


class Compiled:
    """A function that is recorded once for each form of its arguments.

    Examples
    --------
    >>> import micrograd
    >>> square = micrograd.compile(lambda x: x * x, reader="python")
    >>> square(3.0)
    9.0
    >>> print(square.source(), end="")
    def run(M):
        v0 = M[1]
        v1 = v0 * v0
        M[0] = v1
    """

    def __init__(
        self, fn: Any, optimizer: Any, reader: str, roll: bool
    ) -> None:
        update_wrapper(self, fn)
        self.fn, self.optimizer = fn, optimizer
        self.options: dict[str, Any] = {"reader": reader, "roll": roll}
        self.replays: OrderedDict[Any, Replay] = OrderedDict()
        self.known: Any = None  # Values that are no arguments
        self.loan: Loan | None = None
        self.tensors: Any = None  # what takes over where there are Tensors

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A compiled function in a class is a method."""
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Replay `fn` on these arguments, or record it first."""
        now, tree = state.get(), (args, named)
        if now.witness is not None or depth.get():
            return self._eager(args, named)
        with LOCK:
            if self.tensors is None:
                self.tensors = _on_tensors(self, tree)
            if not self.tensors:
                try:
                    return self._on_numbers(tree, now.graph)
                except Foreign as met:
                    made = bool(met.args)  # Tensors, inside
                    self.tensors = _on_tensors(self, tree, made)
                if not self.tensors:  # of a transform that has ended
                    return self._eager(args, named)
            return self.tensors(args, named)

    def _on_numbers(self, tree: Any, graph: bool) -> Any:
        """Replay `fn` on numbers and Values."""
        optimizer, settings = self.optimizer, dict[str, Any]()
        if self.known is None or (
            self.loan and self.loan.parameters != optimizer.parameters
        ):
            self._look_up()
        if optimizer is not None:
            settings.update(vars(optimizer))
            for name in CHANGING:
                del settings[name]
        taken, fixed = Taken(tree, self.known), Taken(settings, self.known)
        key = taken.form, fixed.form, fixed.numbers.tobytes(), graph
        if key not in self.replays:
            self._record(key, tree, taken)
        self.replays.move_to_end(key)
        return self.replays[key].run(tree, taken)

    def _eager(self, args: Any, named: Any) -> Any:
        """Inside a recording or a transform: the function itself."""
        if self.optimizer is not None:
            do = "differentiate or compile the loss, not the step"
            outermost("a compiled training step runs by itself", do)
        return self.fn(*args, **named)

    def _look_up(self) -> None:
        """Number the Values from elsewhere, the optimiser's first."""
        values = reachable(self.fn)
        if self.loan is not None:
            self.loan.give_back()
        if self.optimizer is not None:
            self.loan = Loan(self.optimizer)
            values = [*self.loan.parameters, *values]
        self.known = {x: i for i, x in enumerate(dict.fromkeys(values))}
        self.replays.clear()

    def _record(self, key: Any, tree: Any, taken: Taken) -> None:
        """Lower the function for arguments of a new form."""
        collecting = gc.isenabled()
        gc.disable()  # of what is made now, all stays, and nothing is a cycle
        try:
            replay = Replay(self.fn, tree, taken, self.loan, **self.options)
        finally:
            if collecting:
                gc.enable()
        self.replays[key] = replay
        if len(self.replays) > KEPT:
            self.replays.popitem(last=False)

    # --- To be looked at ---

    @property
    def last(self) -> Any:
        """What was recorded or run last."""
        if self.tensors:
            return next(reversed(self.tensors.replays.values()))
        if not self.replays:
            asked = "a compiled function can be looked at after its first call"
            raise NumberError(asked, "no call", "call it once")
        return next(reversed(self.replays.values()))

    @property
    def tape(self) -> Tape:
        """What was recorded, for the newest form of arguments."""
        recording = self.last.recording
        found = recording.recorder if self.tensors else recording
        tape: Tape = found.tape
        return tape

    def source(self) -> str:
        """The program as Python source."""
        if self.tensors:
            return str(self.last.lowered.source)
        return source(self.last.program)

    def to_c(self) -> str:
        """The program as one file of C99, with a function ``run``.

        Compile it with ``cc -O3 -std=c99 file.c -lm`` and a ``main`` of
        your own; the comment in the file says what the arguments are.
        """
        if self.tensors:
            do = "print source(), or take the arrays apart with explode"
            raise OptionError("to_c() takes numbers", "Tensors", do)
        name = getattr(self.fn, "__name__", "a function")
        return c_source(self.last.program, f"{name}, by micrograd.compile")

    def report(self) -> str:
        """What came out of each part of compiling, as a table."""
        if self.tensors:
            return str(self.last.report())
        last, row = self.last, "{:<40}{:>8.3f} s".format
        record, passes, lower = last.times.values()
        lines = [
            row(f"recorded {len(self.tape):,} lines, twice", record),
            row("put into sections", passes),
        ]
        for section in (*last.program.sections, *last.program.updates):
            count = f"{len(section.lines):,} lines"
            lines.append(f"  {count:>14} in {section.lanes:,} lanes")
        reader = type(last.machine).__name__.lower()
        return "\n".join([*lines, row(f"lowered to {reader}", lower)])

    def __repr__(self) -> str:
        name = getattr(self.fn, "__qualname__", type(self.fn).__name__)
        replays = self.tensors.replays if self.tensors else self.replays
        return f"<compiled {name}, {len(replays)} forms>"


def _on_tensors(compiled: Compiled, tree: Any, made: bool = False) -> Any:
    """What replays on arrays, if there are Tensors; otherwise False."""
    if "micrograd.tensors.engine" not in sys.modules:
        return False
    replay = import_module("micrograd.tensors.replay")
    return replay.taken_over(compiled.fn, compiled.optimizer, tree, made)
