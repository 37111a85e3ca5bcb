"""The program as Python source: runs wherever Python does.

Each step becomes a few lines of straight arithmetic inside a loop over its
lanes.  Nothing but the standard library is needed, no node is made, and it
can be read.

Notation: as in :mod:`micrograd.compiler.writing`; ``M`` is a list.

Leaves out: vectors; every lane is computed by itself.
"""

from __future__ import annotations

from typing import Any

from micrograd.compiler.memory import Memory
from micrograd.compiler.program import Program
from micrograd.compiler.writing import Language
from micrograd.namespaces import IEEE, floats, ieee
from micrograd.primitives import PRIMITIVES

__all__ = ["Python", "source"]


class _Python(Language):
    """The spelling of Python."""

    def choice(self, condition: Any, x: Any, y: Any) -> str:
        return f"({x} if {condition} else {y})"

    def either(self, x: str, y: str) -> str:
        return f"{x} or {y}"

    def number(self, x: float) -> str:
        return repr(x) if x - x == 0 else f"float('{x}')"

    def loop(self, lanes: int, lines: list[str]) -> list[str]:
        head = f"for k in range({lanes}):"
        return [head, *[f"    {line}" for line in lines]]


def source(program: Program) -> str:
    """The program as the text of one Python function, ``run(M)``."""
    language, lines = _Python(), ["def run(M):"]
    for step in program.steps:
        lines.append(f"    # {len(step.tape)} lines, {step.lanes} lanes")
        lines += [f"    {line}" for line in language.step(step)]
    if program.updates:
        lines.append(f"    if M[{program.guard}] == 0.0:  # all are finite")
        for step in program.updates:
            lines += [f"        {line}" for line in language.step(step)]
    return "\n".join([*lines, "    return"]) + "\n"


class Python:
    """Carries a program out as Python source."""

    def __init__(self, program: Program) -> None:
        self.program, self.memory = program, Memory(program)
        code = compile(source(program), "<micrograd.compile>", "exec")
        rows = PRIMITIVES.items()
        quick = {name: row.compute for name, row in rows}
        careful = {name: _closed(row.on_ieee) for name, row in rows}
        self.run = _function(code, quick | _functions(floats))
        self.careful = _function(code, careful | _functions(ieee))

    def __call__(self) -> None:
        """Carry the program out once."""
        size, numbers = self.program.size, self.memory.numbers.tolist()
        numbers[size : 2 * size] = [0.0] * size
        numbers[size + self.program.root] = 1.0
        before = list(numbers)
        try:
            self.run(numbers)
        except floats.RAISES:  # once more, on floats that never raise
            numbers = list(map(IEEE, before))
            self.careful(numbers)
        self.memory.write(0, numbers)


def _function(code: Any, names: dict[str, Any]) -> Any:
    exec(code, names)  # noqa: S102 - the text is our own
    return names["run"]


def _functions(xp: Any) -> dict[str, Any]:
    return {name: getattr(xp, name) for name in dir(xp) if name.islower()}


def _closed(function: Any) -> Any:
    return lambda *x: IEEE(function(*x))
