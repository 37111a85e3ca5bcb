"""The tape: what a function computed, as a list of a few operations.

Rules of the table are expanded when they are recorded, see
:mod:`micrograd.compiler.traced`.  So a reader of a tape needs a word for
each of some thirty operations, most of them functions of the C library.

Notation: a *place* is which line of the tape, and stands for its result; an
*operand* is a place, an int, or a constant, a float.

Sources: [Griewank2008]_, chapter 4, for the tape; JAX's jaxpr for the form.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from micrograd.documentation import documented
from micrograd.errors import GraphSizeError, RecordingError
from micrograd.namespaces import FUNCTIONS

__all__ = ["CONDITIONS", "OPERATIONS", "SIGNS", "TWO", "Tape", "refusal",
           "unlike"]  # fmt: skip

LARGEST = 20_000_000  # lines; each takes some hundred bytes
CONDITIONS = ("lt", "le", "eq", "ne")  # their result is 1 or 0
# In Python and C, in LLVM, and in WebAssembly for one number and for two.
SIGNS: dict[str, tuple[str, str, int, int]] = {
    "add": ("+", "fadd", 0xA0, 240),
    "sub": ("-", "fsub", 0xA1, 241),
    "mul": ("*", "fmul", 0xA2, 242),
    "div": ("/", "fdiv", 0xA3, 243),
    "lt": ("<", "fcmp olt", 0x63, 73),
    "le": ("<=", "fcmp ole", 0x65, 75),
    "eq": ("==", "fcmp oeq", 0x61, 71),
    "ne": ("!=", "fcmp une", 0x62, 72),
}
TWO = ("pow", "atan2", "hypot")  # functions of two numbers
OPERATIONS = (*SIGNS, *FUNCTIONS, "neg", "abs", "where", "sum")


@documented
class Tape:
    """Operations in the order in which they were carried out.

    >>> from micrograd.compiler.traced import Traced
    >>> tape = Tape()
    >>> x = Traced(tape, "input", 0)
    >>> y = x * x + 1
    >>> print(tape)
    0  input 0
    1  mul %0 %0
    2  add %1 1.0
    """

    def __init__(self, before: Tape | None = None, do: str = "") -> None:
        self.operations: list[str] = []  # one of those above, or "input"
        self.operands: list[tuple[Any, ...]] = []  # of an input, which one
        self.names: dict[int, str] = {}  # of inputs, for people
        self.before, self.do = before, do  # what it repeats; if it does not

    def append(self, operation: str, operands: tuple[Any, ...]) -> int:
        """Add one line; return its place."""
        place = len(self.operations)
        if self.before is not None:
            now, here = ([operation], [operands]), slice(place, place + 1)
            then = self.before.operations[here], self.before.operands[here]
            if now != then and repr(now) != repr(then):  # nan equals nan
                raise unlike(_position(), self.do)
        if place == LARGEST:
            asked = f"compile records up to {LARGEST:,} operations"
            do = "compile one pass of the loop, and loop outside"
            raise GraphSizeError(asked, "more", do)
        self.operations.append(operation)
        self.operands.append(operands)
        return place

    def end(self) -> None:
        """Nothing that comes now has to be as before."""
        before, self.before = self.before, None
        if before is not None and before.operations[len(self.operations) :]:
            raise unlike("its last line", self.do)

    def line(self, place: int) -> str:
        """One line as text, for people."""
        operation, operands = self.operations[place], self.operands[place]
        if operation == "input":
            return f"input {self.names.get(operands[0], operands[0])}"
        named = (f"%{x}" if type(x) is int else repr(x) for x in operands)
        return " ".join((operation, *named))

    def __len__(self) -> int:
        return len(self.operations)

    def __str__(self) -> str:
        """All lines, but for inputs that nobody reads."""
        shown = {i for i, x in enumerate(self.operations) if x != "input"}
        for i in list(shown):
            shown.update([x for x in self.operands[i] if type(x) is int])
        width = len(str(max(shown, default=0)))
        lines = [f"{i:>{width}}  {self.line(i)}" for i in sorted(shown)]
        return "\n".join(lines)


@documented
def refusal(given: str) -> RecordingError:
    """An error that names the line of the user's function.

    >>> "a look, line 1" in str(refusal("a look"))
    True
    """
    asked = "a compiled function runs again on other numbers, so it must not"
    do = "use where, relu, maximum or minimum, or leave this to plain Python"
    asked = f"{asked} depend on what they are"
    return RecordingError(asked, f"{given}, {_position()}", do)


@documented
def unlike(where: str, do: str) -> RecordingError:
    """An error for two recordings that first differ at a line.

    >>> "first at line 1" in str(unlike("line 1", "pass what changes"))
    True
    """
    asked = "a compiled function repeats what it did when it was recorded, so"
    asked = f"{asked} two recordings of it must be the same"
    return RecordingError(asked, f"two that differ, first at {where}", do)


def _position() -> str:
    """Say which line, outside of this package, is being carried out."""
    frame = sys._getframe(1)  # noqa: SLF001 - no other way to the line
    ours = __name__.partition(".")[0]
    while frame.f_back and ours == (
        frame.f_globals.get("__name__", "").partition(".")[0]
    ):
        frame = frame.f_back
    code, file = frame.f_code, Path(frame.f_code.co_filename)
    place = f"line {frame.f_lineno} in {code.co_name}"
    return f"{place} of {file.name}" if file.exists() else place
