"""compile: record a function once, replay it at machine speed.

The first call with arguments of a new form records; later calls with
arguments of that form replay.

Notation: a *replay* is a program that has been lowered, ready to run.

Leaves out: what a replay does, see :mod:`micrograd.compiler.replay`.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from importlib.util import find_spec
from operator import itemgetter
from typing import Any

from micrograd.about import INSTALL
from micrograd.compiler.arguments import Foreign, Taker
from micrograd.compiler.c import c_source
from micrograd.compiler.lending import LOCK, Loan
from micrograd.compiler.passes import PASSES
from micrograd.compiler.python import source
from micrograd.compiler.record import Recorder
from micrograd.compiler.replay import Replay
from micrograd.engine import Value
from micrograd.errors import NumberError, OptionError
from micrograd.optim import Optimizer
from micrograd.recording import recording

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

    Notes
    -----
    After a training step, parameters and gradients stay in the program
    until one of them is read or set; then all come back.  Whoever reads
    sees the newest numbers.

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
        "micrograd.compile runs as Python source; for machine code: "
        + INSTALL.format("fast"),
        stacklevel=3,
    )
    return "python"


class Compiled:
    """A function that is recorded once for each form of its arguments."""

    def __init__(
        self, fn: Any, optimizer: Optimizer | None, reader: str,
        passes: Sequence[str], roll: bool,
    ) -> None:  # fmt: skip
        update_wrapper(self, fn)
        self.fn = fn
        self.options: dict[str, Any] = {
            "reader": reader, "passes": passes, "roll": roll,
        }  # fmt: skip
        self.replays: OrderedDict[Any, Replay] = OrderedDict()
        self.owned: dict[Value, int] = {}
        self.loan: Loan | None = None
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
                self.replays[key] = replay = Replay(
                    self.fn, (args, named), taken,
                    loan=self.loan, **self.options,
                )  # fmt: skip
                if len(self.replays) > KEPT:
                    self.replays.popitem(last=False)
            return replay.run(taken)

    def _eager(self, args: Any, named: Any) -> Any:
        if self.loan is None:
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
