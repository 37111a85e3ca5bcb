"""Pages made from the second table: an overview, and a card for each map.

Two directives, each of which writes Markdown and has it parsed in place::

    ```{linear-overview}     the whole table: what it does, its transpose
    ```{linear-cards}        one section for each row, in chapters

A third is for the page of one function, which autosummary writes::

    .. linear-map:: permute   its picture, with that of its transpose

Nothing here knows a row: names, examples and code are read from the table,
pictures and transposes found by applying it (:mod:`maps`).  A row whose
transpose is another map ends the build.

Notation: ``row`` a :class:`~micrograd.tensors.linear.Linear`.
"""

from __future__ import annotations

import inspect
import re
from itertools import groupby
from typing import Any

import numpy as np
from sphinx.application import Sphinx

import annotated
import maps
from micrograd.tensors import linear
from micrograd.tensors.linear import LINEAR, Linear
from page_programs.plane import number
from primitive_table import Written, table

MODULE = "tensors.linear"


# --- What a card says ---


def chapters() -> list[tuple[str, list[Linear]]]:
    """The rows, under the headings of the module that they stand in."""
    lines = inspect.getsource(linear).splitlines()
    marks = [
        (n, line.strip("# -"))
        for n, line in enumerate(lines, 1)
        if line.startswith("# --- ")
    ]

    def place(row: Linear) -> int:
        at: int = row.compute.__code__.co_firstlineno
        return at

    def chapter(row: Linear) -> str:
        return [title for n, title in marks if n < place(row)][-1]

    rows = sorted(LINEAR.values(), key=place)
    return [(name, list(group)) for name, group in groupby(rows, chapter)]


def parts(row: Linear) -> tuple[str, str, str]:
    """Of a docstring the first line, the rest of its prose, the example."""
    text = inspect.cleandoc(row.compute.__doc__ or "")
    prose, mark, example = text.partition(">>>")
    first, _, rest = prose.partition("\n\n")
    return in_markdown(first), in_markdown(rest.strip()), mark + example


def in_markdown(text: str) -> str:
    """Parameters, which docstrings put between single backticks, as code."""
    text = re.sub(r"``([^`]*)``", r"`\1`", text)
    return re.sub(r":\w+:`([^`]*)`", r"`\1`", text)


def link(name: str) -> str:
    """A link to the card of a row."""
    return f"[`{name}`](#linear-{name})"


def needed(row: Linear) -> list[str]:
    """The rows that the transposes of a row are made of."""
    found = [maps.transposed(made)[1] for made in maps.maps(row)]
    return [*dict.fromkeys(name for names in found for name in names)]


def expressions(row: Linear) -> list[str]:
    """The transposes of the example, as expressions."""
    return [
        text for made in maps.maps(row) for text in maps.transposed(made)[0]
    ]


def products(made: maps.Map) -> tuple[str, str]:
    """The two inner products that define the transpose, as numbers."""
    x = 1.0 + np.arange(float(made.A.shape[1]))
    g = 1.0 + np.arange(float(made.A.shape[0])) ** 2
    back = made.back(g.reshape(made.shape))
    flat = np.concatenate([part.reshape(-1) for part in back])
    return number(float((made.A @ x) @ g)), number(float(x @ flat))


# --- Markdown ---


def overview() -> str:
    """The whole table, a line for each row."""
    head = ["Map", "What it does", "Its transpose is made of"]
    lines = [
        [link(row.name), parts(row)[0], ", ".join(map(link, needed(row)))]
        for row in LINEAR.values()
    ]
    return table(head, lines)


CARD = """
(linear-{name})=
### {name}

{summary}

{pictures}

{rest}

```python
{code}
```

{facts}

```python
{example}
```
"""
PICTURE = """
```{{raw}} html
<figure class="mg-map-figure">{picture}</figure>
```
"""


def facts(row: Linear) -> str:
    """The transpose of the example, and that it is one."""
    texts = "; ".join(f"`{text}`" for text in expressions(row))
    both = [
        rf"$\langle A x, g \rangle = {left}$, "
        rf"$\langle x, A^\top g \rangle = {right}$"
        for left, right in map(products, maps.maps(row))
    ]
    address = f"micrograd.{MODULE}.{row.name}"
    lines = {
        "Transpose": texts,
        "Checked": "; ".join(both),
        "Function": f"{{py:func}}`~{address}`",
    }
    return "\n".join(f":{key}: {text}" for key, text in lines.items())


def pictures(row: Linear) -> str:
    """The picture of each map that a row is, as HTML in Markdown."""
    made = maps.maps(row)
    words = ["In the first factor:\n", "In the second factor:\n"]
    heads = words if len(made) > 1 else [""]
    return "\n".join(
        head + PICTURE.format(picture=maps.plot(one))
        for head, one in zip(heads, made, strict=True)
    )


def card(row: Linear) -> str:
    """The section of one row."""
    summary, rest, example = parts(row)
    return CARD.format(
        name=row.name,
        summary=summary,
        pictures=pictures(row),
        rest=rest,
        code=annotated.code(MODULE, row.name),
        facts=facts(row),
        example=example.strip(),
    )


def cards() -> str:
    """All sections, in the chapters of the module."""
    return "\n".join(
        f"\n## {title}\n" + "\n".join(map(card, rows))
        for title, rows in chapters()
    )


# --- The page of one function ---


def one_map(row: Linear) -> str:
    """The pictures of a row, as reStructuredText."""
    made = "".join(map(maps.plot, maps.maps(row)))
    figure = f'<figure class="mg-map-figure">{made}</figure>'
    more = f":ref:`{row.name} in the table <linear-{row.name}>`"
    return f".. raw:: html\n\n   {figure}\n\nIts code: {more}.\n"


# --- Directives ---


class Generated(Written):
    """What the function of this name writes."""

    sources = (*map(inspect.getfile, [linear, maps, annotated]), __file__)
    write = {"linear-overview": overview, "linear-cards": cards}

    def text(self) -> str:
        """Markdown, with sections."""
        return self.write[self.name]()


class Pictured(Written):
    """The picture of the row that its argument names, if it is one."""

    required_arguments = 1
    sources, headings = Generated.sources, False

    def text(self) -> str:
        """The picture, or nothing."""
        row = LINEAR.get(self.arguments[0])
        return one_map(row) if row else ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    for name in Generated.write:
        app.add_directive(name, Generated)
    app.add_directive("linear-map", Pictured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
