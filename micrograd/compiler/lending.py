"""Lending: the numbers of parameters stay with the program until asked for.

To copy thousands of numbers out of a program would take longer than the
training step that made them.  So they stay, and the parameters are *lent*:
to read or set ``data`` or ``grad`` of any one first brings back those of
all.

Leaves out: parameters of a class derived from ``Value``; theirs are copied
after each step.
"""

from __future__ import annotations

import threading
from array import array
from typing import Any

from micrograd.compiler.program import Program
from micrograd.engine import Value
from micrograd.errors import OptionError
from micrograd.optim import Optimizer
from micrograd.optim.optimizer import Remembered

__all__ = ["LOCK", "Lent", "Loan"]

# One for all: parameters are shared, and stand-ins while one is recorded.
LOCK = threading.RLock()
DATA = vars(Value)["data"]


def _back(p: Value) -> Value:
    """The same parameter with its numbers."""
    with LOCK:
        if type(p) is Lent:
            DATA.__get__(p).give_back()
    return p


class Lent(Value):
    """A parameter that is lent; where its number was is the loan.

    It is a ``Value`` again as soon as anybody looks.

    Examples
    --------
    >>> from micrograd import Value, compile, optim
    >>> w = Value(3.0)
    >>> step = compile(lambda: w * w, optim.SGD([w], 0.25), reader="python")
    >>> step(), type(w).__name__
    (9.0, 'Lent')
    >>> w.data, type(w).__name__
    (1.5, 'Value')
    """

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        return getattr(_back(self), name)

    def __setattr__(self, name: str, x: Any) -> None:
        setattr(_back(self), name, x)


class Loan:
    """The parameters of an optimiser, and where their numbers are.

    Examples
    --------
    >>> from micrograd import Value, optim
    >>> from micrograd.compiler.lending import Loan
    >>> loan = Loan(optim.SGD([Value(3.0)], 0.1))
    >>> loan.memory is None
    True
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.parameters = list(optimizer.parameters)
        given = ""
        for name in ("step", "zero_grad"):
            method = getattr(getattr(optimizer, name), "__func__", None)
            if method is not getattr(Optimizer, name):
                given = f"an optimiser with its own {name}()"
        if len(set(self.parameters)) < len(self.parameters):
            given = "a parameter that is listed twice"
        if given:
            asked = "a compiled training step carries out update(), once each"
            do = "write an update() instead, or compile the loss alone"
            raise OptionError(asked, given, do)
        # Where the newest numbers are; None: they are at home.
        self.memory: Any = None
        self.program: Any = None
        self.state: Any = None

    def move(self, memory: Any, program: Program) -> None:
        """Bring all numbers to a memory."""
        if self.memory is not None:
            self.give_back()
        state, start = self.optimizer.state, program.data.start
        own = slice(start, start + program.owned)
        memory[own] = array("d", [p.data for p in self.parameters])
        for name, row in program.state.items():
            column = [state[p][name] for p in self.parameters]
            memory[row] = array("d", column)
        if type(state) is not Remembered:
            self.optimizer.state = Remembered(state)

    def lend(self, memory: Any, program: Program) -> None:
        """Leave all numbers in a memory, the newest from now on."""
        self.memory, self.program = memory, program
        self.state = self.optimizer.state
        self.state.bring = self.give_back
        try:
            if set(map(type, self.parameters)) != {Value}:
                self.give_back()
                return
            for p in self.parameters:  # threads do not switch inside
                p.data = self  # type: ignore[assignment]
                p.__class__ = Lent
        except BaseException:  # Ctrl+C
            self.give_back()
            raise

    def give_back(self) -> None:
        """Give every parameter its number, its gradient and its state."""
        with LOCK:
            if self.memory is None:
                return
            program, state, own = self.program, self.state, self.parameters
            rows = [program.data, program.gradients, *program.state.values()]
            columns = [self.memory[row].tolist() for row in rows]
            state.bring = None
            for p, number, gradient, *row in zip(own, *columns, strict=False):
                if type(p) is Lent:
                    object.__setattr__(p, "__class__", Value)
                p.data, p.grad = number, gradient
                state[p] = dict(zip(program.state, row, strict=True))
            self.memory = self.state = None
