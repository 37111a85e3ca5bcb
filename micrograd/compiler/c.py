"""The program as C: one file, C99, that needs the standard library only.

Loops over lanes are plain, so that a C compiler can make vectors of them.

Notation: in the signature of ``run``, ``x`` are the numbers of the
arguments, ``p`` the parameters in the order in which the function met them,
the optimiser's first, ``g`` their gradients, ``s`` what the optimiser
remembers, ``c`` its coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from micrograd.compiler.program import Program, Section, spelled
from micrograd.compiler.python import WORDS
from micrograd.compiler.tape import CONDITIONS, SIGNS

__all__ = ["c_source"]

DIFFERENT = {
    **{x: f"{{r}} = {{0}} {SIGNS[x][0]} {{1}}" for x in CONDITIONS},
    "abs": "{r} = fabs({0})",
    "where": "{r} = {0} ? {1} : {2}",
}
SPELLED: dict[str, Any] = {
    name: f"{word};".replace("{r} =", "const double {r} =")
    for name, word in {**WORDS, **DIFFERENT}.items()
}
SPELLED |= {
    "total": ("double s{r} = 0.0;", "s{r} += {0};", "M[{1}] = s{r};"),
    "loop": ("for (int k = 0; k < {0}; k++) {{", "    ", "}}"),
    "name": WORDS["name"],
    "terms": WORDS["terms"],
}
FILE = """/* {title} */

#include <math.h>
#include <string.h>

#define INPUTS {inputs}
#define PARAMETERS {parameters}

static double M[{cells}];
{sections}
/* The result; in g[] its derivatives by p[]{more}. */
double run({takes});

double run({takes})
{{
    {body}
    return M[{root}];
}}
"""


def c_source(program: Program, title: str) -> str:
    """The text of a C file, with a comment at its top.

    Examples
    --------
    >>> from micrograd import Value, compile
    >>> f = compile(lambda x: Value(3.0) * x, reader="python")
    >>> y = f(2.0)
    >>> for line in f.to_c().splitlines()[9:15]:
    ...     print(line)
    static void section0(void)
    {
        const double v0 = M[1];
        const double v1 = 3.0 * v0;
        M[0] = v1;
    }
    """
    takes = ["const double x[]", "double p[]", "double g[]"]
    if program.updates:
        takes += ["double s[]", "const double c[]"]
    every = [*program.sections, *program.updates]
    return FILE.format(
        title=title.replace("*/", "* /"),
        inputs=program.numbers.stop - program.numbers.start,
        parameters=len(program.values),
        cells=program.cells + 1,
        sections="\n".join(map(_function, range(len(every)), every)),
        takes=", ".join(takes),
        more=", which take one step" if program.updates else "",
        body="\n    ".join(_body(program)),
        root=program.results.start,
    )


def _number(x: float) -> str:
    return "NAN" if x != x else repr(x).replace("inf", "INFINITY")


def _function(which: int, section: Section) -> str:
    """A section as a function."""
    lines = "\n    ".join(spelled(section, SPELLED, _number))
    return f"static void section{which}(void)\n{{\n    {lines}\n}}\n"


def _body(program: Program) -> Iterator[str]:
    """What the function does: numbers in, all sections, numbers out."""
    start, owned = program.data.start, program.owned
    state = {
        f"s + {i * owned}": row for i, row in enumerate(program.state.values())
    }
    given = {"x": program.numbers, "p": program.data, **state}
    taken = {"g": program.gradients, "p": slice(start, start + owned), **state}
    if program.updates:
        given["c"] = program.coefficients
        yield "(void)s;"  # which may be empty
    for cell, number in program.constants.items():
        yield f"M[{cell}] = {_number(number)};"
    for x, row in given.items():
        yield f"memcpy(M + {row.start}, {x}, {_size(row)});"
    first = len(program.sections)
    yield from [f"section{i}();" for i in range(first)]
    for i, _ in enumerate(program.updates, first):
        guard = f"if (M[{program.guard}] == 0.0)"  # else nothing changes
        yield f"{guard}\n        section{i}();"
    for x, row in taken.items():
        yield f"memcpy({x}, M + {row.start}, {_size(row)});"


def _size(row: slice) -> str:
    return f"{row.stop - row.start} * sizeof(double)"
