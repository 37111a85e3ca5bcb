"""The program as Python source: runs wherever Python does.

Each section becomes a few lines of straight arithmetic, inside a loop over
its lanes if it has several.  Nothing but the standard library is needed, no
node is made, and it can be read.

Notation: ``M`` is the memory, a list; ``k`` a lane; ``v7`` the result of
line 7.  In words, ``{r}`` is the name of a result.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

from micrograd.compiler.program import Program
from micrograd.compiler.tape import Section
from micrograd.namespaces import FUNCTIONS, IEEE, floats, ieee

__all__ = ["Python", "body", "source"]

TWO = ("pow", "atan2", "hypot")  # functions of two numbers
INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=",
    "eq": "==", "ne": "!=", "and": "and", "or": "or",
}  # fmt: skip
WORDS: dict[str, Any] = {
    **{name: f"{{r}} = {{0}} {sign} {{1}}" for name, sign in INFIX.items()},
    **{name: f"{{r}} = {name}({{0}})" for name in ("abs", *FUNCTIONS)},
    **{name: f"{{r}} = {name}({{0}}, {{1}})" for name in TWO},
    "neg": "{r} = -{0}",
    "where": "{r} = {1} if {0} else {2}",
    "cell": "{r} = M[{0}]",
    "lane": "{r} = M[{0} + k]",
    "put": "M[{1}] = {0}",
    "put lane": "M[{1} + k] = {0}",
    "total": ("s{r} = 0.0", "s{r} = s{r} + {0}", "M[{1}] = s{r}"),
    "name": "v{0}",
    "terms": 500,  # of a sum in one statement
}


def body(
    section: Section, words: Mapping[str, Any], number: Any
) -> tuple[list[str], list[str], list[str]]:
    """The lines before, in and after the loop of a section.

    Words say how each operation is spelled, a sum over lanes in three parts;
    `number`, how a constant is.

    Examples
    --------
    >>> from micrograd.compiler.tape import Section
    >>> from micrograd.compiler.python import WORDS, body
    >>> section = Section(lanes=5)
    >>> section.writes.append(("sum", section.append("lane", (8,)), 1))
    >>> body(section, WORDS, repr)
    (['s0 = 0.0'], ['v0 = M[8 + k]', 's0 = s0 + v0'], ['M[1] = s0'])
    """
    before, inside, _ = parts = list[str](), list[str](), list[str]()
    needed = section.needed()

    def text(x: Any) -> Any:
        return words["name"].format(x) if type(x) is int else number(x)

    for i, (operation, operands) in enumerate(section.lines):
        name, given = text(i), [*operands]
        if operation not in ("cell", "lane"):
            given = [*map(text, operands)]
        if operation == "sum":
            operation = "add"
            given = _shortened(given, words, name, inside)
        if i in needed:
            place = before if operation == "cell" else inside
            place.append(words[operation].format(*given, r=name))
    for i, (how, x, cell) in enumerate(section.writes):
        put = words["put lane" if section.lanes > 1 else "put"]
        each = words["total"] if how == "sum" else ("", put, "")
        for place, word in zip(parts, each, strict=True):
            place += [word.format(text(x), cell, r=i)] if word else []
    return parts


def _shortened(terms: Any, words: Any, name: str, lines: list[str]) -> Any:
    """A sum as one of two parts, after lines that add up many terms."""
    limit = words["terms"]
    while len(terms) > limit:  # no parser shall find it too deep
        part = f"{name}_{len(terms)}"
        left, right = " + ".join(terms[: limit - 1]), terms[limit - 1]
        lines.append(words["add"].format(left, right, r=part))
        terms[:limit] = [part]
    return [" + ".join(terms[:-1]), terms[-1]]


def source(program: Program, number: Any = None) -> str:
    """The program as the text of one Python function, ``run(M)``.

    Examples
    --------
    >>> from micrograd import compile
    >>> from micrograd.compiler.python import source
    >>> f = compile(lambda x: x * x + 1, reader="python")
    >>> y = f(2.0)
    >>> print(source(f.last.program), end="")
    def run(M):
        v0 = M[1]
        v1 = v0 * v0
        v2 = v1 + 1.0
        M[0] = v2
    """
    lines, deep = ["def run(M):"], "    "
    for section in (*program.sections, *program.updates):
        if section in program.updates:
            guard = f"if M[{program.guard}] == 0.0:  # all are finite"
            lines.append(deep + guard)
            deep = "        "
        before, inside, after = body(section, WORDS, number or _number)
        if section.lanes > 1:
            before.append(f"for k in range({section.lanes}):")
            inside = [f"    {line}" for line in inside]
        lines += [deep + line for line in (*before, *inside, *after)]
    return "\n".join([*lines, "    pass"][: max(2, len(lines))]) + "\n"


def _number(x: float) -> str:
    return repr(x) if x - x == 0 else f"float('{x}')"


class Python:
    """Carries a program out as Python source.

    Examples
    --------
    >>> from micrograd.compiler.program import Program
    >>> from micrograd.compiler.python import Python
    >>> Python(Program())()
    """

    def __init__(self, program: Program) -> None:
        self.memory, self.program = program.memory(), program
        self.run = _function(source(program), floats)
        self.careful: Any = None

    def __call__(self) -> None:
        """Carry the program out once."""
        numbers = self.memory.tolist()
        try:
            self.run(numbers)
        except floats.RAISES:  # once more, on floats that never raise
            if self.careful is None:
                text = source(self.program, "float('{!r}')".format)
                self.careful = _function(text, ieee)
            numbers = [*map(IEEE, self.memory)]
            self.careful(numbers)
        self.memory[:] = array("d", numbers)


def _function(text: str, xp: Any) -> Any:
    names = {name: getattr(xp, name) for name in (*FUNCTIONS, "abs")}
    if xp is ieee:
        names["float"] = IEEE
    exec(compile(text, "<micrograd.compile>", "exec"), names)  # noqa: S102
    return names["run"]
