"""Pages made from the table of rules: an overview, and a card for each row.

Three directives, each of which writes Markdown and has it parsed in place::

    ```{primitive-overview}     the whole table: name, formulas, domain
    ```{primitive-cards}        one section for each row, in chapters
    ```{operator-table}         Python's operators, each with an example

A fourth is for the page of one function, which autosummary writes::

    .. primitive-derivative:: exp   its derivative: formula and plot

All formulas are rows read on symbols (:mod:`symbolic`), all pictures rows
read on numbers (:mod:`curve`), all results computed while the page is made.

Notation: ``row`` a :class:`~micrograd.rules.Primitive`.
"""

from __future__ import annotations

import inspect
import re
from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.viewcode import viewcode_anchor
from sphinx.util.docutils import SphinxDirective, SphinxRole

import curve
import micrograd
import results
import symbolic
from micrograd import operators, primitives
from micrograd.primitives import PRIMITIVES
from micrograd.rules import Primitive
from micrograd.source import Source
from page_programs.plane import number

# --- What a card says ---


def chapters() -> list[tuple[str, list[Primitive]]]:
    """The rows, under the headings of the module that they stand in."""
    lines = inspect.getsource(primitives).splitlines()
    marks = [
        (n, line.strip("# -"))
        for n, line in enumerate(lines, 1)
        if line.startswith("# --- ")
    ]

    def chapter(row: Primitive) -> str:
        first = row.forward.__code__.co_firstlineno
        return [title for n, title in marks if n < first][-1]

    rows = sorted(
        PRIMITIVES.values(), key=lambda r: r.forward.__code__.co_firstlineno
    )
    return [(name, list(group)) for name, group in groupby(rows, chapter)]


def formula(row: Primitive) -> str:
    """What the row computes, as LaTeX."""
    return symbolic.latex(symbolic.forward(row))


def slopes(row: Primitive) -> list[str]:
    """The partials of a row, as LaTeX."""
    return [
        symbolic.latex(symbolic.partial(row, i, short=True))
        for i in range(row.arity)
    ]


def letters(row: Primitive) -> list[str]:
    """The operands as formulas name them."""
    return [symbolic.latex(s) for s in symbolic.symbols(row)]


def written(row: Primitive) -> list[str]:
    """The partials of a row as Python, printed by the rules themselves."""
    names = [inspect.signature(rule).parameters for rule in row.partials]
    return [
        str(rule(*map(Source, each)))
        for rule, each in zip(row.partials, names, strict=True)
    ]


def summary(row: Primitive) -> str:
    """The first line of the docstring, as Markdown."""
    text = inspect.cleandoc(row.forward.__doc__ or "").partition(">>>")[0]
    text = re.sub(r":math:`([^`]*)`", r"$\1$", text.strip())
    return re.sub(r"(?<!`)`([^`]+)`(?!`)", r"$\1$", text)


def example(row: Primitive) -> str:
    """The row's own doctest, which the tests run."""
    text = inspect.cleandoc(row.forward.__doc__ or "")
    module = address(row).rpartition(".")[0]
    start = f">>> from {module} import {row.name}\n"
    return start + "".join(text.partition(">>>")[1:])


def address(row: Primitive) -> str:
    """Where a reader imports the function from."""
    public = hasattr(micrograd, row.name)
    module = "micrograd" if public else row.function.__module__
    return f"{module}.{row.name}"


def spellings(row: Primitive) -> list[str]:
    """All ways to write the operation on Values."""
    x, *rest = row.signature.parameters
    others = ", ".join(rest)
    found = [f"{row.name}({', '.join([x, *rest])})"]
    found += [
        f"{x}.{name}({others})"
        for name, thing in vars(operators.Operators).items()
        if thing is row.function
    ]
    if row.symbol in Source.INFIX:
        found.insert(0, f"{x} {row.symbol} {others}")
    sign = {"negative": f"-{x}", "absolute": f"abs({x})"}.get(row.name)
    return [sign, *found] if sign else found


# --- Markdown ---


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; a bar inside a cell is protected."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", r"\|") for c in line) + " |"
        for line in lines
    )


def overview() -> str:
    """The whole table, a line for each row."""
    head = ["Function", "Result", "Derivatives", "PyTorch"]
    lines = [
        [
            f"[`{row.name}`](#primitive-{row.name})",
            rf"$\displaystyle {formula(row)}$",
            f"${stacked([rf'&{slope}' for slope in slopes(row)])}$",
            f"`{in_torch(row)}`",
        ]
        for row in PRIMITIVES.values()
    ]
    about = results.saved().get("about", {})
    version = about.get("torch", "").partition("+")[0]
    asked = f"\n\nPyTorch's answers below are those of version {version}."
    return table(head, lines) + (asked if version else "")


def in_torch(row: Primitive) -> str:
    """The name of the function in PyTorch, as programs write it."""
    name = row.torch.partition("(")[0]
    return name.replace("nn.functional.", "F.")


def equations(row: Primitive) -> str:
    """The function and its derivatives, one below the other, as LaTeX."""
    result = symbolic.result_name(row)
    lines = [rf"{result} &= {formula(row)}"]
    for letter, slope in zip(letters(row), slopes(row), strict=True):
        d = "d" if row.arity == 1 else r"\partial "
        lines.append(rf"\frac{{{d}{result}}}{{{d}{letter}}} &= {slope}")
    return stacked(lines)


def stacked(lines: list[str]) -> str:
    """Formulas below each other, aligned where they have an ampersand."""
    body = r" \\[0.5em] ".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def facts(row: Primitive) -> str:
    """What the row states beside its formulas, as a list."""
    names = list(row.signature.parameters)
    written_as = ", ".join(f"`{text}`" for text in written(row))
    sampled = ", ".join(
        f"{name} in [{low:g}, {high:g}]"
        for name, (low, high) in zip(names, row.domain, strict=True)
    )
    kinks = ", ".join(map(number, row.kinks)) or "none"
    spelled = ", ".join(f"`{text}`" for text in spellings(row))
    lines = {
        "Written": spelled,
        "Partials in the row": written_as,
        "Sampled on": sampled,
        "Kinks": kinks,
        "Drawn as": f"`{row.symbol}`",
        "PyTorch": f"`torch.{row.torch}`",
        "Function": f"{{py:func}}`{address(row)}` {{row-source}}`{row.name}`",
    }
    return "\n".join(f":{key}: {text}" for key, text in lines.items())


CARD = """
(primitive-{name})=
### {name}

{summary}

::::{{grid}} 1 1 2 2
:gutter: 3

:::{{grid-item}}
{equations}
:::

:::{{grid-item}}
{picture}
:::
::::

{facts}

```python
{example}
```

:::{{dropdown}} At the edges
{edges}
:::
"""


def card(row: Primitive) -> str:
    """The section of one row."""
    result, names = symbolic.result_name(row), list(row.signature.parameters)
    d = "d" if row.arity == 1 else "∂"
    head = [*names, result, *(f"{d}{result}/{d}{name}" for name in names)]
    edges = results.at_the_edge(row)
    if len(edges[0]) > len(head):
        head.append("PyTorch")
    picture = curve.plot(row)
    return CARD.format(
        name=row.name,
        summary=summary(row),
        equations=f"$${equations(row)}$$",
        picture=f"```{{raw}} html\n{picture}\n```" if picture else "",
        facts=facts(row),
        example=example(row).strip(),
        edges=table(head, edges),
    )


def operator_table() -> str:
    """Python's operators on Values, with a number on either side."""
    head = ["Python", "Row", "Value and number", "Number and Value", "Values"]
    lines = [
        [f"`{text}`", f"[`{name}`](primitives.md#primitive-{name})", *examples]
        for text, name, *examples in results.of_operators()
    ]
    return table(head, lines)


def cards() -> str:
    """All sections, in the chapters of the module."""
    return "\n".join(
        f"\n## {title}\n" + "\n".join(map(card, rows))
        for title, rows in chapters()
    )


# --- The page of one function ---

DERIVATIVE = """
.. math::

   {equations}

{picture}

At infinities, zeros and kinks, beside PyTorch:
:ref:`{name} in the table <primitive-{name}>`.
"""


def derivative(row: Primitive) -> str:
    """The formula and the plot of a row, as reStructuredText."""
    picture = curve.plot(row)
    return DERIVATIVE.format(
        name=row.name,
        equations=equations(row),
        picture=f".. raw:: html\n\n   {picture}" if picture else "",
    )


# --- Directives ---

SOURCES = [primitives, micrograd.rules, symbolic, curve, results]


class Written(SphinxDirective):
    """Parse in place what :meth:`text` writes, under headings or not.

    A change of one of the `sources`, which are paths, writes it again.
    """

    sources: tuple[str, ...] = ()
    headings = True

    def text(self) -> str:
        """What the function of this name writes."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Parse it, and remember what it was made from."""
        for path in self.sources:
            self.env.note_dependency(path)
        text, headings = self.text(), self.headings
        return self.parse_text_to_nodes(text, allow_section_headings=headings)


class Generated(Written):
    """What the function of this name writes."""

    sources = (*map(inspect.getfile, SOURCES), __file__, str(results.SAVED))
    write = {
        "primitive-overview": overview,
        "primitive-cards": cards,
        "operator-table": operator_table,
    }

    def text(self) -> str:
        """Markdown, with sections."""
        return self.write[self.name]()


class Derivative(Written):
    """The derivative of the function that its argument names."""

    required_arguments = 1
    sources, headings = Generated.sources, False

    def text(self) -> str:
        """One formula, and a plot."""
        return derivative(PRIMITIVES[self.arguments[0]])


class RowSource(SphinxRole):
    """A link to a row in the module's source, as viewcode shows it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a mark that viewcode turns into a link."""
        link = viewcode_anchor(
            reftarget=f"_modules/{primitives.__name__.replace('.', '/')}",
            refid=self.text,
            refdoc=self.env.docname,
        )
        return [link], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    for name in Generated.write:
        app.add_directive(name, Generated)
    app.add_directive("primitive-derivative", Derivative)
    app.add_role("row-source", RowSource())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
