"""The program as C: one file, C99, that needs the standard library only.

Its loops over lanes are plain, so that an optimising C compiler can turn
them into vectors.  The file has one function, ``run``, and a memory of its
own.

Notation: in the signature ``x`` are the numbers of the arguments in their
order, ``p`` the parameters in the order in which the function met them, the
optimiser's first, ``g`` their gradients, ``s`` what the optimiser
remembers, ``c`` its coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from micrograd.compiler.program import Program
from micrograd.compiler.python import WORDS, body

__all__ = ["c_source"]

DIFFERENT = {
    "abs": "{r} = fabs({0})",
    "and": "{r} = {0} && {1}",
    "or": "{r} = {0} || {1}",
    "where": "{r} = {0} ? {1} : {2}",
}
SPELLED: dict[str, Any] = {
    name: f"{word};".replace("{r} =", "const double {r} =")
    for name, word in {**WORDS, **DIFFERENT}.items()
}
SPELLED["total"] = "double s{r} = 0.0;", "s{r} += {0};", "M[{1}] = s{r};"
SPELLED |= {"name": WORDS["name"], "terms": WORDS["terms"]}
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
    pairs = [f"M[{i}] = {_number(x)};" for i, x in program.constants.items()]
    return FILE.format(
        title=title.replace("*/", "* /"),
        inputs=program.numbers.stop - program.numbers.start,
        parameters=len(program.values),
        cells=program.cells + 1,
        sections="\n".join(_sections(program)),
        takes=", ".join(takes),
        more=", which take one step" if program.updates else "",
        body="\n    ".join([*pairs, *_body(program)]),
        root=program.results.start,
    )


def _number(x: float) -> str:
    return "NAN" if x != x else repr(x).replace("inf", "INFINITY")


def _sections(program: Program) -> Iterator[str]:
    """Each section as a function."""
    for i, section in enumerate((*program.sections, *program.updates)):
        before, inside, after = body(section, SPELLED, _number)
        if section.lanes > 1:
            before.append(f"for (int k = 0; k < {section.lanes}; k++) {{")
            inside = [*[f"    {line}" for line in inside], "}"]
        lines = "\n    ".join([*before, *inside, *after])
        yield f"static void section{i}(void)\n{{\n    {lines}\n}}\n"


def _body(program: Program) -> Iterator[str]:
    """What the function does, around the sections."""
    first, owned = len(program.sections), program.owned
    yield "(void)x; (void)p; (void)g;"
    yield _copied(program.numbers, "x", "to")
    yield _copied(program.data, "p", "to")
    yield from [f"section{i}();" for i in range(first)]
    yield _copied(program.gradients, "g", "from")
    if not program.updates:
        return
    rows = {"p": slice(program.data.start, program.data.start + owned)}
    for i, row in enumerate(program.state.values()):
        rows[f"s + {i * owned}"] = row
    yield "(void)s;"
    yield _copied(program.coefficients, "c", "to")
    yield from [_copied(row, x, "to") for x, row in rows.items()]
    yield f"if (M[{program.guard}] == 0.0) {{"  # else nothing changes
    yield f"    section{first}();\n    }}"
    yield from [_copied(row, x, "from") for x, row in rows.items()]


def _copied(row: slice, other: str, way: str) -> str:
    """Copy numbers to the memory or from it."""
    here, size = f"M + {row.start}", f"{row.stop - row.start} * sizeof(double)"
    pair = (here, other) if way == "to" else (other, here)
    return f"memcpy({pair[0]}, {pair[1]}, {size});"
