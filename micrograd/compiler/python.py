"""The program as Python source: runs wherever Python does.

Each section becomes a few lines of straight arithmetic, inside a loop over
its lanes if it has several.  Nothing but the standard library is needed, no
node is made, and it can be read.

Notation: ``M`` is the memory, a list; ``k`` a lane; ``v7`` the result of
line 7.

Leaves out: vectors; every lane is computed by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from micrograd.compiler.program import Memory, Program, Section
from micrograd.namespaces import FUNCTIONS, IEEE, floats, ieee

__all__ = ["Python", "body", "source"]

TERMS = 500  # of a sum in one statement

WORDS = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "neg": "-{}",
    "abs": "abs({})",
    "lt": "{} < {}",
    "le": "{} <= {}",
    "eq": "{} == {}",
    "ne": "{} != {}",
    "and": "{} and {}",
    "or": "{} or {}",
    "where": "{1} if {0} else {2}",
    "cell": "M[{}]",
    "lane": "M[{} + k]",
    **{name: f"{name}({{}})" for name in FUNCTIONS},
    **{name: f"{name}({{}}, {{}})" for name in ("pow", "atan2", "hypot")},
}


def body(
    section: Section, words: Mapping[str, str], number: Any, let: str = "{}"
) -> tuple[list[str], list[str], list[str]]:
    """The lines before, in and after the loop of a section.

    Parameters
    ----------
    section : Section
        What to write.
    words : mapping from str to str
        How each operation is spelled.
    number : callable
        How a constant is spelled.
    let : str, optional
        How a new name is given to something.

    Returns
    -------
    before, inside, after : list of str
        Statements, without what ends them.
    """
    before, inside, after = list[str](), list[str](), list[str]()

    def text(x: Any) -> str:
        return f"v{x}" if type(x) is int else number(x)

    for i, (operation, operands) in enumerate(section.lines):
        if operation == "sum":
            inside += _partial_sums(i, [*map(text, operands)], let)
            continue
        if operation in ("cell", "lane"):
            right = words[operation].format(*operands)
        else:
            right = words[operation].format(*map(text, operands))
        place = before if operation == "cell" else inside
        place.append(let.format(f"v{i} = {right}"))
    for i, (how, x, cell) in enumerate(section.writes):
        if how == "sum":
            before.append(f"s{i} = 0.0")
            inside.append(f"s{i} = s{i} + {text(x)}")
            after.append(f"M[{cell}] = s{i}")
        else:
            lane = " + k" if section.lanes > 1 else ""
            inside.append(f"M[{cell}{lane}] = {text(x)}")
    return before, inside, after


def _partial_sums(i: int, terms: list[str], let: str) -> list[str]:
    """A sum in statements that no parser finds too deep, in its order."""
    lines, total = [], terms[0]
    for start in range(1, len(terms), TERMS):
        right = " + ".join([total, *terms[start : start + TERMS]])
        last = start + TERMS >= len(terms)
        total = f"v{i}" if last else f"v{i}_{start}"
        lines.append(let.format(f"{total} = {right}"))
    return lines or [let.format(f"v{i} = {total}")]


def _number(x: float) -> str:
    return repr(x) if x - x == 0 else f"float('{x}')"


def _ieee_number(x: float) -> str:
    return f"float('{x!r}')"


def _written(section: Section, number: Any) -> list[str]:
    """The lines of one section."""
    before, inside, after = body(section, WORDS, number)
    if section.lanes > 1:
        head = f"for k in range({section.lanes}):"
        inside = [head, *[f"    {line}" for line in inside]]
    return [*before, *inside, *after]


def source(program: Program, number: Any = _number) -> str:
    """The program as the text of one Python function, ``run(M)``.

    Parameters
    ----------
    program : Program
        What to write.
    number : callable, optional
        How a constant is spelled.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> from micrograd.compiler.lanes import Graph
    >>> from micrograd.compiler.program import Program, build
    >>> from micrograd.compiler.python import source
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> tape, program = Tape(), Program(cells=2)
    >>> y = incoming(tape, 0) * 2.0
    >>> build(program, Graph(tape, [y.place]), {0: 0}, [(y.place, 1)])
    [(0, 0)]
    >>> print(source(program), end="")
    def run(M):
        v0 = M[0]
        v1 = v0 * 2.0
        M[1] = v1
    """
    lines = ["def run(M):"]
    for section in program.sections:
        if section.lanes > 1:
            size = len(section.lines)
            lines.append(f"    # {size} lines, {section.lanes} lanes")
        lines += [f"    {line}" for line in _written(section, number)]
    if program.updates:
        lines.append(f"    if M[{program.guard}] == 0.0:  # all are finite")
        for section in program.updates:
            written = _written(section, number)
            lines += [f"        {line}" for line in written]
    if len(lines) == 1:
        lines.append("    pass")
    return "\n".join(lines) + "\n"


class Python:
    """Carries a program out as Python source.

    Examples
    --------
    >>> from micrograd.compiler.program import Program
    >>> from micrograd.compiler.python import Python
    >>> Python(Program())()
    """

    def __init__(self, program: Program) -> None:
        self.memory = Memory(program)
        self.program = program
        self.run = _function(source(program), floats)
        self.careful: Any = None

    def __call__(self) -> None:
        """Carry the program out once."""
        before = self.memory.numbers.tolist()
        numbers = list(before)
        try:
            self.run(numbers)
        except floats.RAISES:  # once more, on floats that never raise
            if self.careful is None:
                text = source(self.program, _ieee_number)
                self.careful = _function(text, ieee)
            numbers = list(map(IEEE, before))
            self.careful(numbers)
        self.memory.write(0, numbers)


def _function(text: str, xp: Any) -> Any:
    code = compile(text, "<micrograd.compile>", "exec")
    names = {name: getattr(xp, name) for name in (*FUNCTIONS, "abs")}
    if xp is ieee:
        names["float"] = IEEE
    exec(code, names)  # noqa: S102 - the text is our own
    return names["run"]
