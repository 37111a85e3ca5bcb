"""The program as C: one file, C99, that needs the standard library only.

The file has one function, ``run``.  Its loops over lanes are plain, so
that an optimising C compiler can turn them into vectors.

Notation: as in :mod:`micrograd.compiler.python`; in the signature ``x`` the
numbers of the arguments in their order, ``p`` the parameters in the order
in which the function met them, the optimiser's first, ``g`` their
gradients, ``s`` what the optimiser remembers, ``c`` its coefficients.

Leaves out: threads; the memory belongs to the file.
"""

from __future__ import annotations

from typing import Any

from micrograd.compiler.program import Program, Section
from micrograd.compiler.python import WORDS, body

__all__ = ["c_source"]

SPELLED = {
    **WORDS,
    "abs": "fabs({})",
    "and": "{} && {}",
    "or": "{} || {}",
    "where": "{0} ? {1} : {2}",
}

FILE = """/* {title} */

#include <math.h>

#define INPUTS {inputs}
#define PARAMETERS {parameters}

static double M[{cells}];
{tables}
{sections}
/* The result; in g[] its derivatives by p[]{more}. */
double run({takes});

double run({takes})
{{
{body}
    return M[{root}];
}}
"""


def c_source(program: Program, layout: Any, title: str) -> str:
    """The text of a C file.

    Parameters
    ----------
    program : Program
        What to write.
    layout : Layout
        What its cells mean to the caller.
    title : str
        The comment at the top.

    Returns
    -------
    str
        The file.
    """
    every = [*program.sections, *program.updates]
    takes = ["const double x[]", "double p[]", "double g[]"]
    if program.updates:
        takes += ["double s[]", "const double c[]"]
    return FILE.format(
        title=title.replace("*/", "* /"),
        inputs=max((i for _, i in layout.numbers), default=-1) + 1,
        parameters=len(layout.values),
        cells=max(program.cells, 1),
        tables=_tables(program, layout),
        sections="\n".join(map(_section, range(len(every)), every)),
        takes=", ".join(takes),
        more=", which take one step" if program.updates else "",
        body="\n".join(f"    {line}" for line in _body(program, layout)),
        root=layout.results,
    )


def _number(x: float) -> str:
    return "NAN" if x != x else repr(x).replace("inf", "INFINITY")


def _section(i: int, section: Section) -> str:
    """One section as a function."""
    before, inside, after = body(section, SPELLED, _number, "const double {}")
    before = [
        line if line.startswith("const") else f"double {line}"
        for line in before
    ]
    lines = [f"{line};" for line in before]
    if section.lanes > 1:
        lines.append(f"for (int k = 0; k < {section.lanes}; k++) {{")
        lines += [f"    {line};" for line in inside]
        lines.append("}")
    else:
        lines += [f"{line};" for line in inside]
    lines += [f"{line};" for line in after]
    text = "".join(f"    {line}\n" for line in lines)
    return f"static void section{i}(void)\n{{\n{text}}}\n"


def _tables(program: Program, layout: Any) -> str:
    """Which number goes where."""
    lines = []
    if layout.numbers:
        pairs = ", ".join(f"{{{cell}, {i}}}" for cell, i in layout.numbers)
        lines.append(f"static const int input[][2] = {{{pairs}}};")
    if program.constants:
        numbers = program.constants.items()
        cells = ", ".join(f"{cell}" for cell, _ in numbers)
        texts = ", ".join(_number(x) for _, x in numbers)
        lines.append(f"static const int constant[] = {{{cells}}};")
        lines.append(f"static const double number[] = {{{texts}}};")
    return "\n".join(lines) + "\n"


def _body(program: Program, layout: Any) -> list[str]:
    """What the function does, around the sections."""
    inputs, constants = layout.numbers, program.constants
    count, first = len(layout.values), len(program.sections)
    lines = [
        "(void)x; (void)p; (void)g;",
        _each(len(inputs), "M[input[i][0]] = x[input[i][1]]"),
        _each(len(constants), "M[constant[i]] = number[i]"),
        _each(count, f"M[{layout.data} + i] = p[i]"),
        *[f"section{i}();" for i in range(first)],
        _each(count, f"g[i] = M[{layout.gradients} + i]"),
    ]
    if program.updates:
        lines += _update(program, layout)
    return [line for line in lines if line]


def _update(program: Program, layout: Any) -> list[str]:
    """The optimiser's part: nothing changes unless all is finite."""
    first, count = len(program.sections), layout.owned
    numbers = range(first, first + len(program.updates))
    calls = " ".join(f"section{i}();" for i in numbers)
    rows = [
        (f"s[{i * count} + i]", f"M[{cell} + i]")
        for i, cell in enumerate(layout.state.values())
    ]
    return [
        "(void)s;",
        _each(layout.shared, f"M[{layout.coefficients} + i] = c[i]"),
        *[_each(count, f"{cell} = {s}") for s, cell in rows],
        f"if (M[{program.guard}] == 0.0) {{ {calls} }}",
        _each(count, f"p[i] = M[{layout.data} + i]"),
        *[_each(count, f"{s} = {cell}") for s, cell in rows],
    ]


def _each(count: int, what: str) -> str:
    return f"for (int i = 0; i < {count}; i++) {what};" if count else ""
