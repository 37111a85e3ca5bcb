"""Recording: run a function once and keep what it did.

The numbers among the arguments become inputs, every ``Value`` from outside
that the function touches becomes a parameter, and each operation becomes a
line of the tape, instead of a node of a graph.

Notation: a *look* is anything that asks what a number is while it has none.

Leaves out: control flow that depends on numbers; it is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from micrograd.compiler.arguments import put
from micrograd.compiler.tape import Register, Tape
from micrograd.engine import Value
from micrograd.errors import NumberError, RecordingError
from micrograd.recording import recording
from micrograd.rules import Primitive

__all__ = ["Recorder", "Variable", "record"]

PACKAGE = __name__.partition(".")[0]


class Variable(Register):
    """A register that refuses to be looked at."""

    __slots__ = ()
    requires_grad = True
    grad = 0.0
    label = ""

    @property
    def data(self) -> Any:
        """There is no number yet."""
        raise _refusal(".data of a number")

    def __float__(self) -> float:
        raise _refusal("float() of a number")

    def __bool__(self) -> bool:
        raise _refusal("a choice that depends on a number, such as if")

    def detach(self) -> Any:
        """The same number; gradients stop here."""
        return self.tape.write("detach", (self.place,))


class Recorder(Tape):
    """A tape that is being written while a function runs."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: list[Value] = []
        self.seen: dict[int, tuple[Register, float]] = {}
        self.arguments: dict[int, int] = {}  # parameter index: input index
        self.root = 0

    def result(self, place: int) -> Register:
        """A register that knows it is being recorded."""
        return Variable(self, place)

    def register(self, x: Any) -> Register:
        """What stands for a number, a parameter or a result."""
        if not isinstance(x, Value):
            return super().register(x)
        if isinstance(x.data, Register):  # Value(x) inside the function
            return x.data
        if not x.requires_grad:
            return super().register(x.data)
        if id(x) not in self.seen:
            place = self.leaf("parameter", len(self.parameters))
            self.parameters.append(x)
            self.seen[id(x)] = place, x.data
        return self.seen[id(x)][0]

    def argument(self, i: int, x: Value) -> Register:
        """A Value among the arguments: a parameter that is no one's own."""
        if id(x) not in self.seen:
            self.arguments[len(self.parameters)] = i
        return self.register(x)

    def refuse_changes(self) -> None:
        """Raise if the function has changed a parameter."""
        for x in self.parameters:
            before = self.seen[id(x)][1]
            if x.data != before and before == before:
                raise _refusal(f"a change of the parameter {x!r}")

    # --- What the engine asks of a recorder ---

    def node(self, primitive: Primitive, *operands: Any) -> Register:
        """Write an operation down."""
        places = [self.register(x).place for x in operands]
        return self.write(primitive.name, places)

    def detach(self, x: Value) -> Register:
        """Write down that gradients stop here."""
        return self.write("detach", (self.register(x).place,))

    def knows(self, x: Any) -> bool:
        """Whether something stands for a number of this recording."""
        return isinstance(x, Register)

    def refuse(self, look: str) -> None:
        """Raise: a parameter was looked at."""
        raise _refusal(f"{look} of a parameter")


def _refusal(look: str) -> RecordingError:
    """An error that names the line of the user's function."""
    frame = sys._getframe(1)  # noqa: SLF001 - no other way to the line
    while frame.f_back and frame.f_globals["__name__"].startswith(PACKAGE):
        frame = frame.f_back
    where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    return RecordingError(
        "a compiled function runs again on other numbers, so it must not "
        "depend on what they are",
        f"{look} at {where}",
        "use where, relu, maximum or minimum, or leave this to plain Python",
    )


def record(
    fn: Any, tree: Any, numbers: list[Any], known: Iterable[Value] = ()
) -> Recorder:
    """Run `fn` on registers; the tape's root is the result.

    Parameters
    ----------
    fn : callable
        Returns one Value.
    tree : (tuple, dict)
        Its arguments and its named arguments.
    numbers : list of float or Value
        The numbers in them.
    known : iterable of Value, optional
        Parameters to be on the tape whether `fn` uses them or not.
    """
    tape = Recorder()
    for parameter in known:
        tape.register(parameter)
    stands = [
        tape.argument(i, x) if isinstance(x, Value) else tape.leaf("input", i)
        for i, x in enumerate(numbers)
    ]
    args, named = put(tree, iter(stands))
    token = recording.set(tape)
    try:
        result = fn(*args, **named)
    finally:
        recording.reset(token)
    if not isinstance(result, (Register, Value)):
        asked = "compile(fn) needs fn to return one Value"
        do = "return the loss, and compute the rest outside"
        raise NumberError(asked, f"the {type(result).__name__}", do)
    tape.refuse_changes()
    tape.root = tape.register(result).place
    return tape
