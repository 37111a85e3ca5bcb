"""Writing: a program in the words of a language.

Python and C agree on arithmetic; they differ in how a choice, a loop and a
new name are spelled.  A rule of the table is read on text, each step
becomes a loop over its lanes, and a language fills in the spelling.

Notation: ``M`` the memory; ``k`` a lane; ``v7`` the result of line 7.

Leaves out: vectors; every lane is written as if alone.
"""

from __future__ import annotations

from typing import Any

from micrograd.compiler.program import Step
from micrograd.compiler.tape import COMPARISONS, Instruction, row
from micrograd.primitives import PRIMITIVES
from micrograd.rules import Primitive
from micrograd.source import Source

__all__ = ["Language", "Text"]


class Text(Source):
    """An expression of one language."""

    __slots__ = ("language",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, language: Language, text: str, level: int = 5) -> None:
        super().__init__(text, level)
        self.language = language

    def __primitive__(self, primitive: Any, *operands: Any) -> Text:
        language = self.language
        if primitive.symbol in ("+", "-", "*", "/"):
            made = Source.infix(operands[0], primitive.symbol, operands[1])
            return Text(language, made.text, made.level)
        if primitive.name == "negative":
            return Text(language, f"-{Source.bracket(operands[0], 4)}", 3)
        if primitive.name == "absolute":
            return Text(language, f"{language.absolute}({operands[0]})")
        return language.read(primitive, *operands)

    def __eq__(self, other: object) -> Any:
        return Text(self.language, f"({self} == {other})")


class Language:
    """How a program is spelled; the derived classes say it."""

    absolute = "abs"
    both = "&"
    end = ""  # of a statement
    let = ""  # before a new name
    variable = ""  # before a name that changes

    def choice(self, condition: Any, x: Any, y: Any) -> str:
        """One of two, in brackets."""
        raise NotImplementedError

    def either(self, x: str, y: str) -> str:
        """Whether one of two conditions holds."""
        raise NotImplementedError

    def number(self, x: float) -> str:
        """A constant."""
        raise NotImplementedError

    def loop(self, lanes: int, lines: list[str]) -> list[str]:
        """Lines for every lane."""
        raise NotImplementedError

    # --- The functions of a rule on text ---

    def where(self, condition: Any, x: Any, y: Any) -> Text:
        """A choice."""
        return Text(self, self.choice(condition, x, y))

    def maximum(self, x: Any, y: Any) -> Text:
        """The larger; nan wins."""
        return self.where(self.either(f"{x} > {y}", f"{x} != {x}"), x, y)

    def minimum(self, x: Any, y: Any) -> Text:
        """The smaller; nan wins."""
        return self.where(self.either(f"{x} < {y}", f"{x} != {x}"), x, y)

    def __getattr__(self, name: str) -> Any:
        return lambda *x: Text(self, f"{name}({', '.join(map(str, x))})")

    def read(self, primitive: Primitive, *operands: Any) -> Text:
        """A row: its arithmetic, or if that is long, a call of the row."""
        text: Text = primitive.forward(self, *operands)
        if str(text).count("(") > 2 and _in_table(primitive):
            return self.call(primitive, *operands)
        return text

    def call(self, primitive: Primitive, *operands: Any) -> Text:
        """A call of the row as a whole."""
        names = ", ".join(map(str, operands))
        return Text(self, f"{primitive.name}({names})")

    # --- Steps ---

    def step(self, step: Step) -> list[str]:
        """The lines of one step."""
        before: list[str] = []
        inside: list[str] = []
        after: list[str] = []
        names = self._names(step, before, inside)
        for i, (how, line, cell) in enumerate(step.writes):
            sign = "+=" if how in ("spread", "add") else "="
            if how in ("spread", "put"):
                inside.append(f"M[{cell} + k] {sign} {names[line]}{self.end}")
            elif step.lanes == 1:
                inside.append(f"M[{cell}] {sign} {names[line]}{self.end}")
            else:
                before.append(f"{self.variable}s{i} = 0.0{self.end}")
                inside.append(f"s{i} += {names[line]}{self.end}")
                after.append(f"M[{cell}] {sign} s{i}{self.end}")
        if step.lanes > 1 or any("k]" in line for line in inside):
            inside = self.loop(step.lanes, inside)
        return [*before, *inside, *after]

    def _names(
        self, step: Step, before: list[str], inside: list[str]
    ) -> list[Text]:
        """Write every line that is read; give the name of each result."""
        read = {x for line in step.tape for x in line.operands}
        read.update(line for _, line, _ in step.writes)
        names: list[Text] = []
        for place, line in enumerate(step.tape):
            text = self._expression(line, [names[x] for x in line.operands])
            if line.kind == "constant":
                names.append(Text(self, text, 5 if text[0] != "-" else 3))
                continue
            names.append(Text(self, f"v{place}"))
            if place in read:
                block = before if line.kind == "outer" else inside
                block.append(f"{self.let}v{place} = {text}{self.end}")
        return names

    def _expression(self, line: Instruction, operands: list[Text]) -> str:
        kind, _, content = line
        if kind == "constant":
            return self.number(content)
        if kind == "outer":
            return f"M[{content}]"
        if kind == "lane":
            return f"M[{content} + k]"
        if kind == "detach":
            return str(operands[0])
        if kind in COMPARISONS:
            sign = self.both if kind == "both" else COMPARISONS[kind]
            return f"{operands[0]} {sign} {operands[1]}"
        return str(row(line)(*operands))


def _in_table(primitive: Primitive) -> bool:
    """Whether a row is of the table; a reader's own has no name here."""
    return PRIMITIVES.get(primitive.name) is primitive
