"""The program as Python source: runs wherever Python does.

Each step becomes a few lines of straight arithmetic inside a loop over its
lanes.  Nothing but the standard library is needed, and no node is made, so
it is several times faster than the engine; and it can be read.

Notation: ``M`` the memory, a list of floats; ``v7`` the result of line 7.

Leaves out: vectors; every lane is computed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from micrograd.compiler.program import Program, Step
from micrograd.compiler.tape import COMPARISONS
from micrograd.namespaces import IEEE, floats, ieee
from micrograd.primitives import PRIMITIVES
from micrograd.source import Source

__all__ = ["Python", "source"]


class _Text:
    """A namespace that prints: choices inline, functions by their name."""

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Source:
        return Source(f"({x} if {condition} else {y})")

    @staticmethod
    def maximum(x: Any, y: Any) -> Source:
        return Source(f"({x} if {x} > {y} or {x} != {x} else {y})")

    @staticmethod
    def minimum(x: Any, y: Any) -> Source:
        return Source(f"({x} if {x} < {y} or {x} != {x} else {y})")

    def __getattr__(self, name: str) -> Any:
        return lambda *x: Source(f"{name}({', '.join(map(str, x))})")


def _expression(kind: str, operands: list[Source], content: Any) -> str:
    if kind == "constant":
        return (
            repr(content) if content - content == 0 else f"float('{content}')"
        )
    if kind == "detach":
        return str(operands[0])
    if kind in COMPARISONS:
        return str(Source.infix(operands[0], COMPARISONS[kind], operands[1]))
    text = str(PRIMITIVES[kind].forward(_Text(), *operands))
    # What would call more than one function is called as a whole.
    if text.count("(") > 2:
        return f"{kind}({', '.join(map(str, operands))})"
    return text


def _lines(step: Step) -> tuple[list[str], list[str], list[str]]:
    """What comes before the loop, in it, and after it."""
    before, inside, after = [], [], []
    names: list[Source] = []
    for place, (kind, operands, content) in enumerate(step.tape):
        text = (
            _expression(kind, [names[x] for x in operands], content)
            if kind not in ("outer", "lane")
            else ""
        )
        if kind == "constant":
            names.append(Source(text, 5 if text[0] != "-" else 3))
            continue
        names.append(Source(f"v{place}"))
        if kind == "outer":
            before.append(f"v{place} = M[{content}]")
        elif kind == "lane":
            inside.append(f"v{place} = M[{content} + k]")
        else:
            inside.append(f"v{place} = {text}")
    for i, (how, line, cell) in enumerate(step.writes):
        if how in ("spread", "put"):
            sign = "+=" if how == "spread" else "="
            inside.append(f"M[{cell} + k] {sign} {names[line]}")
        elif step.lanes == 1:
            sign = "=" if how == "sum" else "+="
            inside.append(f"M[{cell}] {sign} {names[line]}")
        else:
            before.append(f"s{i} = 0.0")
            inside.append(f"s{i} += {names[line]}")
            sign = "=" if how == "sum" else "+="
            after.append(f"M[{cell}] {sign} s{i}")
    return before, inside, after


def source(program: Program) -> str:
    """The program as the text of one Python function, ``run(M)``."""
    lines = ["def run(M):"]
    for step in program.steps:
        lines += [f"    {line}" for line in _step(step)]
    if program.updates:
        lines.append(f"    if M[{program.guard}] == 0.0:")
        for step in program.updates:
            lines += [f"        {line}" for line in _step(step)]
    return "\n".join([*lines, "    return"]) + "\n"


def _step(step: Step) -> list[str]:
    before, inside, after = _lines(step)
    title = f"# {len(step.tape)} lines, {step.lanes} lanes"
    indexed = any(how in ("spread", "put") for how, *_ in step.writes)
    indexed |= any(line.kind == "lane" for line in step.tape)
    if step.lanes > 1 or indexed:
        inside = [f"    {line}" for line in inside]
        inside.insert(0, f"for k in range({step.lanes}):")
    return [title, *before, *inside, *after]


class Python:
    """Carries a program out as Python source."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.text = source(program)
        code = compile(self.text, "<micrograd.compile>", "exec")
        self.run = self._function(code, "compute", floats)
        self.careful = self._function(code, "on_ieee", ieee)
        self.memory = [0.0] * (2 * program.size + program.extra)
        for cell, number in program.constants.items():
            self.memory[cell] = number

    @staticmethod
    def _function(code: Any, how: str, xp: Any) -> Any:
        names = {name: getattr(row, how) for name, row in PRIMITIVES.items()}
        names |= {n: getattr(xp, n) for n in dir(xp) if n.islower()}
        exec(code, names)  # noqa: S102 - the text is our own
        return names["run"]

    def write(self, cell: int, numbers: Sequence[float]) -> None:
        """Put numbers into cells in a row."""
        self.memory[cell : cell + len(numbers)] = numbers

    def read(self, cell: int, count: int) -> Sequence[float]:
        """The numbers of cells in a row."""
        return self.memory[cell : cell + count]

    def __call__(self) -> None:
        """Carry the program out once."""
        program, memory = self.program, self.memory
        memory[program.size : 2 * program.size] = [0.0] * program.size
        memory[program.size + program.root] = 1.0
        before = list(memory)
        try:
            self.run(memory)
        except floats.RAISES:  # once more, on floats that never raise
            memory[:] = map(IEEE, before)
            self.careful(memory)
            memory[:] = map(float, memory)
