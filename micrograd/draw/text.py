"""A graph as a tree of lines, for terminals.

The result comes first, its operands below it.  A graph is no tree: a value
used twice appears in full once, and the second time only by name.

Leaves out: colours, folding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from micrograd.documentation import documented
from micrograd.draw.outline import Outline
from micrograd.engine import Value
from micrograd.namespaces import to_count

__all__ = ["draw_text"]

# What stands below a branch, one level further down.
INDENTS = {"": "", "├── ": "│   ", "└── ": "    "}


@documented
def draw_text(root: Value | Sequence[Value], max_depth: int = 30) -> str:
    """Draw the graph that a number was computed by, as text.

    root : Value or list of Value
        The result, or results, to draw.
    max_depth : int
        How many levels of operands are shown, at least one.  Lines grow
        longer by four characters a level, hence the limit.
    returns : str
        One line for each value: label and operation, data, gradient, where
        ``-`` is a gradient not computed.  ``...`` ends a line whose
        operands are left out.
    raises : NumberError, OptionError
        If `root` is not a ``Value``, or `max_depth` is less than one.

    >>> from micrograd import Value, draw_text
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + a
    >>> c.backward()
    >>> print(draw_text(c))
    (+) | data -4.0000 | grad 1.0000
    ├── (*) | data -6.0000 | grad 1.0000
    │   ├── a | data 2.0000 | grad -2.0000
    │   └── b | data -3.0000 | grad 2.0000
    └── a | shown above
    """
    to_count(max_depth, "draw_text(max_depth=...)")
    outline = Outline(root)
    names = _names(outline)
    lines = []
    for before, i, how in _visits(outline, max_depth):
        fields = [before + names[i], *outline.numbers(i)]
        if how == "again":
            fields[1:] = ["shown above"]
        elif how == "cut":
            fields.append("...")
        lines.append(" | ".join(fields))
    return "\n".join(lines)


def _names(outline: Outline) -> list[str]:
    """Label and operation; a number for what is shared and has no label."""
    names = []
    consumers, unnamed = outline.consumers(), 0
    for value, role, into in zip(
        outline.values, outline.roles, consumers, strict=True
    ):
        parts = [str(value.label)] if value.label else []
        if not parts and len(into) > 1:
            unnamed += 1
            parts.append(f"#{unnamed}")
        if value.op:
            parts.append(f"({value.op})")
        names.append(" ".join(parts or [role]))
    return names


def _visits(
    outline: Outline, max_depth: int
) -> Iterator[tuple[str, int, str]]:
    """Go down the graph: what stands before a line, the position, and how.

    `how` is ``full``, ``cut`` at the greatest depth, or ``again``.
    """
    results = [outline.values.index(root) for root in outline.roots]
    shown: set[int] = set()
    stack = [(i, 0, "", "") for i in reversed(results)]
    while stack:
        i, depth, before, branch = stack.pop()
        operands = outline.inputs[i]
        if i in shown or (operands and depth == max_depth):
            yield before + branch, i, "again" if i in shown else "cut"
            continue
        yield before + branch, i, "full"
        shown.add(i)
        before += INDENTS[branch]
        below = [(j, depth + 1, before, "├── ") for j in operands]
        below[-1:] = [(*last[:3], "└── ") for last in below[-1:]]
        stack.extend(reversed(below))
