"""compile: record a function once, replay it at machine speed.

The first call with arguments of a new form records; later ones replay.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from importlib.util import find_spec
from types import MethodType
from typing import Any

from micrograd.about import INSTALL
from micrograd.compiler.arguments import Foreign, Taken
from micrograd.compiler.reach import reachable
from micrograd.compiler.replay import Replay
from micrograd.compiler.source import c_source
from micrograd.compiler.training import LOCK, Loan
from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.errors import NumberError, OptionError
from micrograd.namespaces import to_function
from micrograd.optim import Optimizer
from micrograd.recording import depth, outermost, state

__all__ = ["Compiled", "compile"]

READERS = ("native", "python")
TENSORS = "micrograd.tensors.engine"
KEPT = 64  # forms of arguments that are remembered
CHANGING = {"parameters", "lr", "steps", "state"}  # of an optimiser


@documented
def compile(
    fn: Callable[..., Any],
    optimizer: Optimizer | None = None,
    *,
    reader: str | None = None,
    roll: bool = True,
) -> Compiled:
    """Turn a function of numbers into one that replays its recording.

    fn : callable
        Of numbers and Values, in lists, tuples, dictionaries and arrays;
        Values from outside are its parameters.  Or of tensors.
    optimizer : Optimizer, optional
        If given, `fn` returns one Value, and each call is a training step,
        from zeroed gradients to the update, that returns a float: the loss.
    reader : {"native", "python"}, optional
        What carries the program out: machine code, or Python source.  The
        default is machine code where llvmlite is installed.
    roll : bool, optional
        Whether to look for loops.  Without them sums are added up in the
        order of the engine, to the last bit.
    returns : Compiled
        The function, to be called as before.
    raises : OptionError
        If there is no such reader.
    raises : RecordingError
        At the first call, if `fn` depends on what a number is.

    Notes
    -----
    A function of tensors becomes NumPy or, with "native", loops of machine
    code: sums in another order; exp, log, tanh and erf within 6 units in
    the last place.  New numbers record anew; pass tensors for what changes.

    >>> import micrograd
    >>> w = micrograd.Value(2.0)
    >>> f = micrograd.compile(lambda x: (w * x) ** 2, reader="python")
    >>> y = f(0.5)
    >>> y.backward()
    >>> y.data, w.grad
    (1.0, 1.0)
    >>> sgd = micrograd.optim.SGD([w], lr=0.25)
    >>> step = micrograd.compile(lambda x: (w * x) ** 2, sgd, reader="python")
    >>> step(0.5), w.data
    (1.0, 1.75)
    """
    if reader not in (None, *READERS):
        asked = f"compile(reader=...) is one of {', '.join(READERS)}"
        raise OptionError(asked, repr(reader), "choose one, or leave it out")
    if reader is None and find_spec("llvmlite") is None:
        reader, how = "python", INSTALL.format("fast")
        told = "micrograd.compile runs as Python source; for machine code: "
        warnings.warn(told + how, stacklevel=2)
    fn = to_function(fn, "compile")
    return Compiled(fn, optimizer, reader or "native", roll)


@documented
class Compiled:
    """A function that is recorded once for each form of its arguments.

    >>> import micrograd
    >>> square = micrograd.compile(lambda x: x * x, reader="python")
    >>> square(3.0), square
    (9.0, <compiled <lambda>, 1 forms>)
    """

    def __init__(
        self, fn: Any, optimizer: Any, reader: str, roll: bool
    ) -> None:
        update_wrapper(self, fn)
        self.fn, self.optimizer = fn, optimizer
        self.reader, self.roll = reader, roll
        self.replays: dict[Any, Any] = {}  # the newest is last
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
            if self.tensors is None and TENSORS in sys.modules:
                self._look_for_tensors(tree)
            if not self.tensors:
                try:
                    return self._on_numbers(tree, now.graph)
                except Foreign as met:
                    self._look_for_tensors(tree, made=bool(met.args))
            return (self.tensors or self._eager)(args, named)

    def _eager(self, args: Any, named: Any) -> Any:
        """Inside a recording or a transform, or after: the function."""
        if self.optimizer is not None:
            do = "differentiate or compile the loss, not the step"
            outermost("a compiled training step runs by itself", do)
        return self.fn(*args, **named)

    def _look_for_tensors(self, tree: Any, *, made: bool = False) -> None:
        """Let the compiler of tensors take over, if there are any."""
        self.tensors = False
        if TENSORS in sys.modules:
            replay = import_module("micrograd.tensors.replay")
            self.tensors = replay.taken_over(self, tree, made)
        if self.tensors:
            self.replays = self.tensors.replays

    def _on_numbers(self, tree: Any, graph: bool) -> Any:
        """Replay `fn` on numbers and Values, or record it first."""
        loan, optimizer = self.loan, self.optimizer
        own = vars(optimizer) if optimizer else {}
        settings = {x: own[x] for x in own if x not in CHANGING}
        stale = loan and loan.parameters != optimizer.parameters
        if self.known is None or stale:
            self._look_up()
        taken, fixed = Taken(tree, self.known), Taken(settings, self.known)
        key = taken.form, fixed.form, fixed.numbers.tobytes(), graph
        if now := self.loan:  # and the names of what is remembered
            lent, p = now.memory is not None, now.parameters[0]
            key = *key, *(now.program.state if lent else optimizer.state[p])
        replay = self.replays.pop(key, None)
        if replay is None:  # of a new form
            if len(self.replays) >= KEPT:
                del self.replays[next(iter(self.replays))]
            collecting = gc.isenabled()
            gc.disable()  # of what is made now all stays, with no cycle
            try:
                replay = Replay(self, tree, taken)
            finally:
                if collecting:
                    gc.enable()
        self.replays[key] = replay
        return replay.run(tree, taken)

    def _look_up(self) -> None:
        """Number the Values from elsewhere, the optimiser's first."""
        values, _ = reachable(Value, self.fn)
        if self.loan is not None:
            self.loan.give_back()
        if self.optimizer is not None:
            self.loan = Loan(self.optimizer)
            values = [*self.loan.parameters, *values]
        self.known = {x: i for i, x in enumerate(dict.fromkeys(values))}
        self.replays.clear()

    @property
    def last(self) -> Any:
        """What was recorded or run last."""
        for replay in reversed(self.replays.values()):
            return replay
        asked = "a compiled function can be looked at after its first call"
        raise NumberError(asked, "no call", "call it once")

    @property
    def tape(self) -> Any:
        """What was recorded, for the newest form of arguments."""
        return self.last.recording.tape

    def source(self) -> str:
        """The program as Python source."""
        return str(self.last.source())

    def report(self) -> str:
        """What came out of each part of compiling, as a table."""
        return str(self.last.report())

    def to_c(self) -> str:
        """The program as one file of C99, with a function ``run``.

        To be compiled with ``cc -O3 -std=c99 file.c -lm`` and a ``main``.
        """
        replay, name = self._on_cells("to_c")
        return c_source(replay.program, f"{name}, by micrograd.compile")

    def to_wasm(self) -> bytes:
        """The program as a WebAssembly module with ``run`` and ``memory``.

        Its memory begins with the numbers of the last call, and what Values
        and optimiser hold now; its section ``micrograd`` is JSON and says
        which cell is what.  Its functions, measured in V8, are within 2
        units in the last place of Python's.
        """
        from micrograd.compiler.wasm import wasm_module

        replay, name = self._on_cells("to_wasm")
        return wasm_module(replay.program, replay.beginning(), name)

    def _on_cells(self, method: str) -> tuple[Replay, str]:
        """The newest program that is one of numbers, and its title."""
        if self.tensors:
            do = "print source(), or take the arrays apart with explode"
            raise OptionError(f"{method}() takes numbers", "Tensors", do)
        return self.last, getattr(self.fn, "__name__", "a function")

    def __reduce__(self) -> Any:
        """A copy is compiled anew."""
        return Compiled, (self.fn, self.optimizer, self.reader, self.roll)

    def __repr__(self) -> str:
        name = getattr(self.fn, "__qualname__", type(self.fn).__name__)
        return f"<compiled {name}, {len(self.replays)} forms>"
