"""Lending: the numbers of parameters stay with the program until asked for.

A training step leaves new parameters, gradients and the optimiser's state
in the memory of its program, where the next step needs them.  To copy
thousands of them into Python objects each time would take longer than the
step.  So the parameters are *lent*: whoever reads or sets ``data`` or
``grad`` of one of them, anywhere, first brings the numbers of all back.

Notation: a *loan* is what one optimiser's parameters are lent under.

Leaves out: parameters of a class derived from ``Value``; theirs are copied
after each step.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, MutableMapping
from typing import Any

from micrograd.compiler.memory import Memory
from micrograd.engine import Value
from micrograd.optim import Optimizer
from micrograd.optim.optimizer import State

__all__ = ["LOCK", "Lent", "Loan", "Remembered"]

# One for all: parameters are shared, and hidden while a function is recorded.
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
    """A parameter that is lent; where its number was is the loan."""

    __slots__ = ()
    data = _brought("data")
    grad = _brought("grad")

    def __reduce_ex__(self, protocol: Any) -> Any:
        _ = self.data  # a copy is made of a Value with its numbers
        return self.__reduce_ex__(protocol)

    def __copy__(self) -> Value:
        _ = self.data
        return self.__copy__()


class Loan:
    """The parameters of an optimiser, and the memory their numbers are in."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self.parameters = optimizer, optimizer.parameters
        self.out = False
        self.memory: Any = None

    def take(self, memory: Memory) -> None:
        """Bring the parameters' numbers to a memory."""
        count = len(self.parameters)
        if not self.out:
            memory.write(0, [p.data for p in self.parameters])
        elif memory is not self.memory:
            memory.numbers[:count] = self.memory.numbers[:count]

    def lend(self, memory: Memory) -> None:
        """Leave numbers and gradients in a memory, the newest from now on."""
        self.memory = memory
        if self.out:
            return
        self.out = True
        if set(map(type, self.parameters)) != {Value}:
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
        """Give every parameter its number and its gradient."""
        if not self.out:
            return
        memory, count = self.memory, len(self.parameters)
        numbers, size = memory.read(0, count), memory.size
        gradients = memory.read(size, count)
        rows = zip(self.parameters, numbers, gradients, strict=True)
        for p, number, gradient in rows:
            if type(p) is Lent:
                p.__class__ = Value  # type: ignore[assignment]
            p.data, p.grad = number, gradient
        self.out, self.memory = False, None


class Remembered(MutableMapping[Value, State]):
    """What an optimiser remembers of each parameter, lent in the same way."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.rows = {p: optimizer.state[p] for p in optimizer.parameters}
        self.memory: Any = None  # where the newest are, if they are lent

    def take(self, memory: Memory) -> None:
        """Bring the numbers to a memory, and lend them."""
        old, plan, self.memory = self.memory, memory.plan, memory
        for name, cell in plan.state.items():
            if old is None:
                rows = self.rows.values()
                memory.write(cell, [row[name] for row in rows])
            elif old is not memory:
                there = old.plan.state[name]
                numbers = old.numbers[there : there + plan.count]
                memory.numbers[cell : cell + plan.count] = numbers

    def fetch(self) -> dict[Value, State]:
        """Take the numbers out of the memory."""
        with LOCK:
            if self.memory is not None:
                plan, read = self.memory.plan, self.memory.read
                columns = [read(c, plan.count) for c in plan.state.values()]
                rows = zip(self.rows, zip(*columns, strict=True), strict=True)
                for p, row in rows:
                    self.rows[p] = dict(zip(plan.state, row, strict=True))
                self.memory = None
        return self.rows

    def __getitem__(self, p: Value) -> State:
        return self.fetch()[p]

    def __setitem__(self, p: Value, row: State) -> None:
        self.fetch()[p] = row

    def __delitem__(self, p: Value) -> None:
        del self.fetch()[p]

    def __iter__(self) -> Iterator[Value]:
        return iter(self.fetch())

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return repr(self.fetch())

    def __reduce__(self) -> Any:
        return dict, (self.fetch(),)
