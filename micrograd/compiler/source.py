"""The program as source: Python, which runs it, and C, one file of C99.

Each section becomes straight arithmetic, inside a plain loop over its lanes
if it has several, so that a C compiler can make vectors of them.

Notation: ``M`` is the memory; ``k`` a lane; ``v7`` the result of line 7; in
words, ``{r}`` is the name of a result.  In the signature of C's ``run``,
``x`` are the numbers of the arguments, ``p`` the parameters in the order in
which the function met them, the optimiser's first, ``g`` their gradients,
``s`` what the optimiser remembers, ``c`` its coefficients.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import inf, nan
from typing import Any

from micrograd.compiler.program import Program, spelled
from micrograd.compiler.tape import CONDITIONS, SIGNS, TWO
from micrograd.documentation import documented
from micrograd.namespaces import FUNCTIONS, IEEE, floats, ieee

__all__ = ["Machine", "c_source", "source"]

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
DIFFERENT = {
    **{x: f"{{r}} = {{0}} {SIGNS[x][0]} {{1}}" for x in CONDITIONS},
    "abs": "{r} = fabs({0})",
    "where": "{r} = {0} ? {1} : {2}",
}
C_WORDS: dict[str, Any] = {
    **{name: f"{word};".replace("{r} =", "const double {r} =")
       for name, word in {**WORDS, **DIFFERENT}.items()},
    "total": ("double s{r} = 0.0;", "s{r} += {0};", "M[{1}] = s{r};"),
    "loop": ("for (int k = 0; k < {0}; k++) {{", "    ", "}}"),
    "name": WORDS["name"],
    "terms": WORDS["terms"],
}  # fmt: skip
C_FILE = """/* {title} */

#include <math.h>
#include <string.h>

#define INPUTS {inputs}
#define PARAMETERS {parameters}

static double M[{cells}];
{sections}
/* The result; in g[] its derivatives with respect to p[]{more}. */
double run({takes});

double run({takes})
{{
    {body}
    return M[{root}];
}}
"""


@documented
def source(program: Program, number: Any = repr) -> str:
    """The program as the text of one Python function, ``run(M)``.

    >>> from micrograd import compile
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
        lines += [deep + line for line in spelled(section, WORDS, number)]
    return "\n".join([*lines, "    pass"][: max(2, len(lines))]) + "\n"


@documented
class Machine:
    """Carries a program out as Python source.

    >>> from micrograd.compiler.program import Program
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
            self.careful(numbers := [*map(IEEE, self.memory)])
        self.memory[:] = array("d", numbers)


def _function(text: str, xp: Any) -> Any:
    names = {name: getattr(xp, name) for name in (*FUNCTIONS, "abs")}
    names |= {"inf": inf, "nan": nan}  # as repr() spells them
    if xp is ieee:
        names["float"] = IEEE
    exec(compile(text, "<micrograd.compile>", "exec"), names)  # noqa: S102
    return names["run"]


@documented
def c_source(program: Program, title: str) -> str:
    """The text of a C file, with a comment at its top.

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
    sections = list[str]()
    for i, section in enumerate([*program.sections, *program.updates]):
        lines = "\n    ".join(spelled(section, C_WORDS, _number))
        head = f"static void section{i}(void)"
        sections.append(f"{head}\n{{\n    {lines}\n}}\n")
    return C_FILE.format(
        title=title.replace("*/", "* /"), parameters=len(program.values),
        inputs=program.numbers.stop - program.numbers.start,
        cells=program.cells + 1, sections="\n".join(sections),
        takes=", ".join(takes), root=program.results.start,
        more=", which take one step" if program.updates else "",
        body="\n    ".join(_body(program)),
    )  # fmt: skip


def _number(x: float) -> str:
    return "NAN" if x != x else repr(x).replace("inf", "INFINITY")


def _body(program: Program) -> Iterator[str]:
    """What the function does: numbers in, all sections, numbers out."""
    start, owned, state = program.data.start, program.owned, program.state
    kept = {f"s + {i * owned}": x for i, x in enumerate(state.values())}
    given = {"x": program.numbers, "p": program.data, **kept}
    taken = {"g": program.gradients, "p": slice(start, start + owned), **kept}
    if program.updates:
        given["c"] = program.coefficients
        yield "(void)s;"  # which may be empty
    fixed = program.constants.items()
    yield from [f"M[{i}] = {_number(x)};" for i, x in fixed]
    yield from [f"M[{i}] = g[{k}];" for i, k in program.given]
    size = "{} * sizeof(double)".format
    for x, row in given.items():
        yield f"memcpy(M + {row.start}, {x}, {size(row.stop - row.start)});"
    first = len(program.sections)
    yield from [f"section{i}();" for i in range(first)]
    for i, _ in enumerate(program.updates, first):
        guard = f"if (M[{program.guard}] == 0.0)"  # else nothing changes
        yield f"{guard}\n        section{i}();"
    for x, row in taken.items():
        yield f"memcpy({x}, M + {row.start}, {size(row.stop - row.start)});"
