"""Lending: the numbers of parameters stay with the program until asked for.

A training step leaves new parameters, gradients and the optimiser's state
in the memory of its program, where the next step needs them.  To copy
thousands of them into Python objects each time would take longer than the
step.  So the parameters are *lent*: reading or setting ``data`` or
``grad`` of one of them, anywhere, first brings the numbers of all back.

Notation: a *loan* is what one optimiser's parameters are lent under.

Leaves out: parameters of a class derived from ``Value``; theirs are copied
after each step.
"""

from __future__ import annotations

import threading
from typing import Any

from micrograd.compiler.program import Memory
from micrograd.engine import Value
from micrograd.errors import OptionError
from micrograd.optim import Optimizer
from micrograd.optim.optimizer import Remembered

__all__ = ["LOCK", "Lent", "Loan"]

# One for all: parameters are shared, and stand-ins while one is recorded.
LOCK = threading.RLock()
DATA = vars(Value)["data"]


def _brought(name: str) -> Any:
    """An attribute that is brought back before it is read or set."""

    def back(p: Value) -> Value:
        with LOCK:
            if type(p) is Lent:
                DATA.__get__(p).give_back()
        return p

    def set_(p: Value, x: Any) -> None:
        setattr(back(p), name, x)

    return property(lambda p: getattr(back(p), name), set_)


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
    data = _brought("data")
    grad = _brought("grad")

    def __reduce_ex__(self, protocol: Any) -> Any:
        _ = self.data  # a copy is made of a Value with its numbers
        return self.__reduce_ex__(protocol)

    def __copy__(self) -> Value:
        _ = self.data
        return self.__copy__()


def _refuse_own_step(optimizer: Optimizer) -> None:
    """A compiled step is zero_grad, backward and the update, as they are."""
    asked = "a compiled training step carries out update(), once for each"
    for name in ("step", "zero_grad"):
        method = getattr(getattr(optimizer, name), "__func__", None)
        if method is not getattr(Optimizer, name):
            do = "write an update() instead, or compile the loss alone"
            raise OptionError(asked, f"an optimiser with its own {name}()", do)
    if len(set(optimizer.parameters)) < len(optimizer.parameters):
        do = "take each parameter once"
        raise OptionError(asked, "a parameter that is listed twice", do)


class Loan:
    """The parameters of an optimiser, and where their numbers are.

    Attributes
    ----------
    parameters : list of Value
        Those the optimiser had when the loan began.
    memory : Memory or None
        Where the newest numbers are; None: they are at home.

    Examples
    --------
    >>> from micrograd import Value, optim
    >>> from micrograd.compiler.lending import Loan
    >>> loan = Loan(optim.SGD([Value(3.0)], 0.1))
    >>> loan.memory is None
    True
    """

    def __init__(self, optimizer: Optimizer) -> None:
        _refuse_own_step(optimizer)
        self.optimizer = optimizer
        self.parameters = list(optimizer.parameters)
        self.memory: Any = None
        self.layout: Any = None
        self.state: Any = None  # of the optimiser, as far as it is lent
        self.plain = set(map(type, self.parameters)) <= {Value, Lent}

    def move(self, memory: Memory, layout: Any) -> None:
        """Bring all numbers to a memory, unless they are there."""
        if memory is self.memory and self.state is self.optimizer.state:
            return
        self.give_back()
        memory.write(layout.data, [p.data for p in self.parameters])
        remembered = self.optimizer.state
        for name, cell in layout.state.items():
            memory.write(cell, [remembered[p][name] for p in self.parameters])
        if type(remembered) is not Remembered:
            self.optimizer.state = Remembered(remembered)

    def lend(self, memory: Memory, layout: Any) -> None:
        """Leave all numbers in a memory, the newest from now on."""
        new, self.memory, self.layout = self.memory is None, memory, layout
        if new:
            self.state = self.optimizer.state
            self.state.bring = self.give_back
            if not self.plain:
                self.give_back()
                return
            try:
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
            read, layout, count = (
                self.memory.read, self.layout, len(self.parameters)
            )  # fmt: skip
            numbers = read(layout.data, count)
            gradients = read(layout.gradients, count)
            rows = zip(self.parameters, numbers, gradients, strict=True)
            for p, number, gradient in rows:
                if type(p) is Lent:
                    p.__class__ = Value  # type: ignore[assignment]
                p.data, p.grad = number, gradient
            columns = [read(cell, count) for cell in layout.state.values()]
            state, self.memory, self.state = self.state, None, None
            state.bring = None
            for p, *row in zip(self.parameters, *columns, strict=True):
                state[p] = dict(zip(layout.state, row, strict=True))
