"""The program as Python source: runs wherever Python does.

Each section becomes a few lines of straight arithmetic, inside a loop over
its lanes if it has several.

Notation: ``M`` is the memory, a list; ``k`` a lane; ``v7`` the result of
line 7.  In words, ``{r}`` is the name of a result.
"""

from __future__ import annotations

from array import array
from math import inf, nan
from typing import Any

from micrograd.compiler.program import Program, spelled
from micrograd.compiler.tape import CONDITIONS, SIGNS, TWO
from micrograd.namespaces import FUNCTIONS, IEEE, floats, ieee

__all__ = ["Machine", "source"]

WORDS: dict[str, Any] = {
    **{name: f"{{r}} = {{0}} {x} {{1}}" for name, (x, *_) in SIGNS.items()},
    **{name: f"{{r}} = {name}({{0}})" for name in ("abs", *FUNCTIONS)},
    **{name: f"{{r}} = {name}({{0}}, {{1}})" for name in TWO},
    **{x: f"{{r}} = float({{0}} {SIGNS[x][0]} {{1}})" for x in CONDITIONS},
    "neg": "{r} = -{0}",
    "where": "{r} = {1} if {0} else {2}",
    "cell": "{r} = M[{0}]",
    "lane": "{r} = M[{0} + k]",
    "put": "M[{1}] = {0}",
    "put lane": "M[{1} + k] = {0}",
    "total": ("s{r} = 0.0", "s{r} = s{r} + {0}", "M[{1}] = s{r}"),
    "loop": ("for k in range({0}):", "    ", ""),
    "name": "v{0}",
    "terms": 500,  # of a sum in one statement
}


def source(program: Program, number: Any = repr) -> str:
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
        for line in spelled(section, WORDS, number):
            lines.append(deep + line)
    return "\n".join([*lines, "    pass"][: max(2, len(lines))]) + "\n"


class Machine:
    """Carries a program out as Python source.

    Examples
    --------
    >>> from micrograd.compiler.program import Program
    >>> from micrograd.compiler.python import Machine
    >>> Machine(Program())()
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
    names |= {"inf": inf, "nan": nan}  # as repr() spells them
    if xp is ieee:
        names["float"] = IEEE
    exec(compile(text, "<micrograd.compile>", "exec"), names)  # noqa: S102
    return names["run"]
