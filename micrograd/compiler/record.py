"""Recording: run a function once and keep what it did.

The numbers among the arguments become inputs, every ``Value`` from outside
that the function touches becomes a parameter, and each operation becomes a
line of the tape, instead of a node of a graph.  Until the function returns,
the number of a parameter is hidden.

Notation: a *look* is anything that asks what a number is while it has none.

Leaves out: control flow that depends on numbers; it is refused.  Other
threads must leave the parameters alone while a function is recorded.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from micrograd.compiler.arguments import Taker, put
from micrograd.compiler.tape import COMPARISONS, Register, Tape
from micrograd.engine import Value, next_serial
from micrograd.errors import GraphSizeError, NumberError, RecordingError
from micrograd.operators import Operators
from micrograd.recording import recording

__all__ = ["Recorder", "Variable", "record"]

PACKAGE = __name__.partition(".")[0]
LARGEST = 2_000_000  # lines; until it can run, each takes two kilobytes


class Variable(Register):
    """A register that refuses to be looked at."""

    __slots__ = ()
    __hash__ = object.__hash__
    requires_grad = True
    grad = 0.0
    label = ""

    @property
    def data(self) -> Any:
        """There is no number yet."""
        raise _refusal(".data of a number")

    def __float__(self) -> float:
        raise _refusal("float() of a number")

    def __int__(self) -> int:
        raise _refusal("int() of a number")

    def __index__(self) -> int:
        raise _refusal("an index or a count that is an argument")

    def __bool__(self) -> bool:
        raise _refusal("a choice that depends on a number, such as if")

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, (int, float, Register)):
            return self is other
        raise _refusal("== of numbers")

    def detach(self) -> Any:
        """The same number; gradients stop here."""
        return self.tape.write("detach", (self.place,))


class Hidden(Operators):
    """Stands where the number of a parameter was."""

    __slots__ = ()

    def __primitive__(self, primitive: Any, *operands: Any) -> Any:
        raise _refusal(".data of a parameter")

    def __float__(self) -> float:
        raise _refusal(".data of a parameter")

    __int__ = __index__ = __float__


HIDDEN: Any = Hidden()


class Recorder(Tape):
    """A tape that is being written while a function runs."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: list[Value] = []
        self.seen: dict[Value, tuple[Register, float]] = {}
        self.arguments: dict[int, int] = {}  # parameter index: input index
        self.root = 0
        self.start = next_serial()

    def result(self, place: int) -> Register:
        """A register that knows it is being recorded."""
        if place >= LARGEST:
            raise GraphSizeError(
                f"compile records up to {LARGEST:,} operations",
                "more",
                "compile one pass of the loop, and loop outside",
            )
        return Variable(self, place)

    def register(self, x: Any) -> Register:
        """What stands for a number, a parameter or a result."""
        if x is HIDDEN:
            raise _refusal(".data of a parameter")
        if not isinstance(x, Value):
            return super().register(x)
        if x in self.seen:
            return self.seen[x][0]
        if isinstance(x.data, Register):  # Value(x) inside the function
            return x.data
        made_inside = x._serial >= self.start  # noqa: SLF001
        if made_inside and not x.requires_grad:
            return super().register(x.data)
        place = self.parameter(x)
        if not x.requires_grad:  # a constant, but its number may change
            place = self.write("detach", (place.place,))
        self.seen[x] = place, x.data
        x.data = HIDDEN
        return place

    def parameter(self, x: Value) -> Register:
        """A line for a Value from outside."""
        self.parameters.append(x)
        return self.leaf("parameter", len(self.parameters) - 1)

    def argument(self, i: int, x: Value | None) -> Register:
        """A number among the arguments, or a Value that is no one's own."""
        if x is None:
            return self.leaf("input", i)
        if x in self.seen:  # the optimiser's
            return self.seen[x][0]
        self.arguments[len(self.parameters)] = i
        return self.parameter(x)

    def reveal(self) -> Value | None:
        """Give parameters their numbers back; return one that changed."""
        changed = None
        for x, (_, number) in self.seen.items():
            if x.data is not HIDDEN:
                changed = x
            x.data = number
        return changed

    # --- What the engine asks of a recorder ---

    def detach(self, x: Value) -> Register:
        """Write down that gradients stop here."""
        return self.write("detach", (self.register(x).place,))

    def knows(self, x: Any) -> bool:
        """Whether something stands for a number of this recording."""
        if x is HIDDEN:
            raise _refusal(".data of a parameter")
        return isinstance(x, Register)

    def refuse(self) -> float:
        """Raise: a parameter was looked at."""
        raise _refusal("float(v) of a parameter")


# --- What is refused ---


def _refusal(look: str) -> RecordingError:
    """An error that names the line of the user's function."""
    frame = sys._getframe(1)  # noqa: SLF001 - no other way to the line
    while frame.f_back and _ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    code, file = frame.f_code, Path(frame.f_code.co_filename)
    place = f"line {frame.f_lineno} in {code.co_name}"
    if file.exists():  # a cell of a notebook has no file
        place += f" of {file.name}"
    return _error(f"{look}, {place}")


def _ours(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE


def _error(given: str) -> RecordingError:
    return RecordingError(
        "a compiled function runs again on other numbers, so it must not "
        "depend on what they are",
        given,
        "use where, relu, maximum or minimum, or leave this to plain Python",
    )


def _refuse_randomness() -> None:
    raise RecordingError(
        "a compiled function repeats what it did when it was recorded",
        "numbers drawn from random, which would be the same in every call",
        "draw them outside and pass them as arguments",
    )


# --- Recording ---


def record(
    fn: Any, tree: Any, taken: Taker, known: Iterable[Value] = ()
) -> Recorder:
    """Run `fn` on registers; the tape's root is the result.

    Parameters
    ----------
    fn : callable
        Returns one Value.
    tree : (tuple, dict)
        Its arguments and its named arguments.
    taken : Taker
        The numbers and Values in them.
    known : iterable of Value, optional
        Parameters to be on the tape whether `fn` uses them or not.
    """
    tape, changed = Recorder(), None
    before = random.getstate()
    token = recording.set(tape)
    try:
        for parameter in known:
            tape.register(parameter)
        count, found = len(taken.numbers), taken.values
        stands = [tape.argument(i, found.get(i)) for i in range(count)]
        args, named = put(tree, iter(stands))
        result = fn(*args, **named)
        tape.root = _root(tape, result)
    finally:
        recording.reset(token)
        changed = tape.reveal()
    if changed is not None:
        raise _error(f"a change of the parameter {changed!r}")
    if random.getstate() != before:
        _refuse_randomness()
    return tape


def _root(tape: Recorder, result: Any) -> int:
    """The place of the result, if it is one number."""
    if isinstance(result, (Register, Value)):
        place = tape.register(result).place
        if tape[place].kind not in COMPARISONS:
            return place
        result = True
    asked = "compile(fn) needs fn to return one Value"
    do = "return the loss, and compute the rest outside"
    raise NumberError(asked, f"the {type(result).__name__}", do)
