"""The program as C: one file, C99, that needs the standard library only.

The file has one function, ``run``.  Its loops over lanes are plain, so
that an optimising C compiler can turn them into vectors.

Notation: as in :mod:`micrograd.compiler.writing`; in the signature ``x``
the numbers of the arguments in their order, ``p`` the parameters in the
order in which the function met them, the optimiser's first, ``g`` their
gradients, ``s`` what the optimiser remembers, ``c`` its coefficients.

Leaves out: threads; the memory belongs to the file.
"""

from __future__ import annotations

from typing import Any

from micrograd.compiler.program import Program
from micrograd.compiler.writing import Language, Text
from micrograd.rules import Primitive

__all__ = ["c_source"]


class _C(Language):
    """The spelling of C."""

    absolute = "fabs"
    both = "&&"
    end = ";"
    let = "const double "
    variable = "double "

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}  # rows that are called as a whole

    def choice(self, condition: Any, x: Any, y: Any) -> str:
        return f"({condition} ? {x} : {y})"

    def either(self, x: str, y: str) -> str:
        return f"{x} || {y}"

    def number(self, x: float) -> str:
        if x != x:
            return "NAN"
        return repr(x).replace("inf", "INFINITY")

    def loop(self, lanes: int, lines: list[str]) -> list[str]:
        head = f"for (int k = 0; k < {lanes}; k++) {{"
        return [head, *[f"    {line}" for line in lines], "}"]

    def call(self, primitive: Primitive, *operands: Any) -> Text:
        names = list(primitive.signature.parameters)
        if primitive.name not in self.rows:
            x = [Text(self, name) for name in names]
            takes = ", ".join(f"double {name}" for name in names)
            self.rows[primitive.name] = (
                f"static double row_{primitive.name}({takes})\n"
                f"{{\n    return {primitive.forward(self, *x)};\n}}\n"
            )
        return Text(self, f"row_{super().call(primitive, *operands)}")


FILE = """/* {title} */

#include <math.h>

#define INPUTS {inputs}
#define PARAMETERS {parameters}

{rows}
static double M[{cells}];
{tables}
{steps}
/* The loss; in g[] its derivatives by p[]{more}. */
double run({takes});

double run({takes})
{{
{body}
    return M[{root}];
}}
"""


def c_source(program: Program, title: str) -> str:
    """The text of a C file.

    Parameters
    ----------
    program : Program
        What to write.
    title : str
        The comment at the top.
    """
    language = _C()
    every = [*program.steps, *program.updates]
    steps = [
        f"static void step{i}(void)\n{{\n"
        + "".join(f"    {line}\n" for line in language.step(step))
        + "}\n"
        for i, step in enumerate(every)
    ]
    takes = ["const double x[]", "double p[]", "double g[]"]
    if program.plan:
        takes += ["double s[]", "const double c[]"]
    return FILE.format(
        title=title.replace("*/", "* /"),
        inputs=max(program.inputs, default=-1) + 1,
        parameters=program.parameters,
        rows="\n".join(language.rows.values()),
        cells=program.cells,
        tables=_tables(program, language),
        steps="\n".join(steps),
        takes=", ".join(takes),
        more=", which take one step" if program.plan else "",
        body="\n".join(f"    {line}" for line in _body(program)),
        root=program.root,
    )


def _tables(program: Program, language: _C) -> str:
    """Which number goes where."""
    lines = []
    if program.inputs:
        pairs = ", ".join(f"{{{c}, {i}}}" for i, c in program.inputs.items())
        lines.append(f"static const int input[][2] = {{{pairs}}};")
    if program.constants:
        numbers = program.constants.items()
        cells = ", ".join(f"{cell}" for cell, _ in numbers)
        texts = ", ".join(language.number(x) for _, x in numbers)
        lines.append(f"static const int constant[] = {{{cells}}};")
        lines.append(f"static const double number[] = {{{texts}}};")
    return "\n".join(lines) + "\n"


def _body(program: Program) -> list[str]:
    """What the function does, around the steps."""
    size, first = program.size, len(program.steps)
    lines = ["(void)x; (void)p; (void)g;"]
    if program.inputs:
        copy = "M[input[i][0]] = x[input[i][1]]"
        lines.append(_each(len(program.inputs), copy))
    if program.constants:
        lines.append(
            _each(len(program.constants), "M[constant[i]] = number[i]")
        )
    lines.append(_each(program.parameters, "M[i] = p[i]"))
    lines.append(_each(size, f"M[{size} + i] = 0.0"))
    lines.append(f"M[{size + program.root}] = 1.0;")
    lines += [f"step{i}();" for i in range(first)]
    lines.append(_each(program.parameters, f"g[i] = M[{size} + i]"))
    lines += _update(program) if program.plan else []
    return [line for line in lines if line]


def _update(program: Program) -> list[str]:
    """The optimiser's part: nothing changes unless all is finite."""
    plan, first = program.plan, len(program.steps)
    numbers = range(first, first + len(program.updates))
    calls = " ".join(f"step{i}();" for i in numbers)
    rows = [
        (f"s[{i * plan.count} + i]", f"M[{cell} + i]")
        for i, cell in enumerate(plan.state.values())
    ]
    return [
        "(void)s;",
        _each(plan.shared, f"M[{plan.coefficients} + i] = c[i]"),
        *[_each(plan.count, f"{cell} = {s}") for s, cell in rows],
        f"if (M[{program.guard}] == 0.0) {{ {calls} }}",
        _each(plan.count, "p[i] = M[i]"),
        *[_each(plan.count, f"{s} = {cell}") for s, cell in rows],
    ]


def _each(count: int, what: str) -> str:
    return f"for (int i = 0; i < {count}; i++) {what};" if count else ""
