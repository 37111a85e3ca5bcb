"""A graph as DOT, the language of Graphviz, and in words.

One box for each value, with its label, its number and its gradient; one
small oval for each operation; an arrow for each operand, two for ``a + a``.
All of it is text, so nothing but Python is needed here.

Notation: node ``v7`` of the text is the value of position 7 in the order of
creation, ``o7`` the operation that made it.

Leaves out: where things go on the page, which is Graphviz's business.

Sources: the boxes follow ``trace_graph.ipynb`` of [Karpathy2020]_; for the
colours see :mod:`micrograd.draw.plots`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from micrograd.draw.fold import Folding
from micrograd.draw.outline import Outline, enumerated, short

__all__ = ["PORTS", "exactly", "in_words", "write_dot"]

TOLD = 4  # inputs told one by one before the words say how many more

GREY = "#808080"  # equally far from a white page and from a black one
HEADER = f"""\
digraph {{
  graph [bgcolor="transparent", rankdir="%s", nodesep="0.15", \
ranksep="0.25", pad="0.05"]
  node [shape="Mrecord", style="filled", fillcolor="transparent", \
color="{GREY}", fontname="Helvetica,Arial,sans-serif", fontsize="11", \
height="0.2", margin="0.08,0.03"]
  edge [color="{GREY}", arrowsize="0.6"]
"""
# Between layers every box is joined to every other: straight thin lines.
ROOMY = '  graph [ranksep="0.6", splines="line", ordering="out"]\n'
WIRE = (
    'color="#80808099", penwidth="0.7", arrowhead="none", '
    'tailport="%s", headport="%s"'
)
PORTS = {  # the sides of a box that arrows leave from and arrive at
    "LR": ("e", "w"),
    "TB": ("s", "n"),
    "RL": ("w", "e"),
    "BT": ("n", "s"),
}
LOOKS = {  # fill (its last two digits are the opacity), border, more
    "input": ("#0072b233", "#1f86c7", ""),
    "parameter": ("#e69f0040", "#c27c00", ""),
    "constant": ("transparent", GREY, ', style="filled,dashed"'),
    "interior": ("transparent", GREY, ""),
    "output": ("#009e7340", "#009e73", ', penwidth="2"'),
    "module": ("#cc79a733", "#b8578d", ""),
}
OPERATION = (
    'shape="oval", width="0.26", height="0.26", margin="0.04,0.01", '
    f'fillcolor="{GREY}33", class="mg-operation"'
)


# --- The text ---


def write_dot(folding: Folding, rankdir: str = "LR") -> Iterator[str]:
    """Write the DOT text, the same for the same graph.

    >>> from micrograd import Value
    >>> lines = list(write_dot(Folding(Outline(-Value(2.0)))))
    >>> print(*lines[-3:], sep="", end="")
      v0 -> o1
      o1 -> v1
    }
    """
    yield HEADER % rankdir
    if folding.titles:
        yield ROOMY
    for i, sources in folding.sources().items():
        yield _box(folding, i, rankdir)
        if i in folding.titles or not folding.outline.inputs[i]:
            wire = WIRE % PORTS[rankdir]
            yield from (f"  v{j} -> v{i} [{wire}]\n" for j in sources)
        else:
            yield _oval(i, folding.outline.values[i].op)
            yield from (f"  v{j} -> o{i}\n" for j in sources)
            yield f"  o{i} -> v{i}\n"
    yield "}\n"


def _oval(i: int, op: str) -> str:
    """One operation as a statement of the text."""
    size = 13 if len(op) <= 2 else 11  # a symbol, or a name
    label = f'label="{_escape(op)}", fontsize="{size}"'
    return f"  o{i} [{label}, {OPERATION}]\n"


def _box(folding: Folding, i: int, rankdir: str) -> str:
    """One value, or one module, as a statement of the text."""
    role = folding.outline.roles[i]
    if i in folding.titles and role != "output":
        role = "module"
    label = _label(folding, i)
    if rankdir in ("TB", "BT"):
        label = f"{{{label}}}"  # braces turn the stack of fields upright
    fill, border, more = LOOKS[role]
    return (
        f'  v{i} [label="{label}", fillcolor="{fill}", color="{border}"'
        f'{more}, class="mg-{role}"]\n'
    )


def _label(folding: Folding, i: int) -> str:
    """What stands in a box, from top to bottom."""
    label = folding.outline.values[i].label
    names = [_escape(str(label))] if label else []
    numbers = folding.outline.numbers(i)
    if i in folding.sizes:
        numbers = [_count(folding.sizes[i], "neuron")]
    if i in folding.titles:
        kind = "layer" if i in folding.sizes else "neuron"
        names.insert(0, _escape(folding.titles[i] or kind))
        numbers = [f"{{{'|'.join(numbers)}}}"]  # side by side
    return "|".join([*names, *numbers])


def _escape(text: str) -> str:
    """A text that stands for itself inside a quoted label of a record."""
    text = text.replace("&", "&amp;")
    return "".join(
        f"\\{c}" if c in '\\{}|<>"' else c if c.isprintable() else " "
        for c in text
    )


# --- In words ---


def in_words(folding: Folding) -> str:
    """Describe the picture to those who do not see it.

    >>> from micrograd import Value
    >>> a = Value(2.0, label="a")
    >>> in_words(Folding(Outline(a * a + 1.0)))
    'Graph of the result 5.0000: 2 operations (1 *, 1 +), 1 constant, \
1 input (a = 2.0000).'
    """
    outline = folding.outline
    results = [_told(outline, outline.values.index(v)) for v in outline.roots]
    ops = Counter(v.op for v in outline.values if v.op)
    kinds = ", ".join(f"{n} {op}" for op, n in sorted(ops.items()))
    parts = [_count(ops.total(), "operation") + (f" ({kinds})" if ops else "")]
    roles = Counter(outline.roles)
    leaves = ("constant", "parameter", "input")
    parts += [_count(roles[role], role) for role in leaves if roles[role]]
    if roles["input"]:
        inputs = [i for i, role in enumerate(outline.roles) if role == "input"]
        told = enumerated([_told(outline, i) for i in inputs], TOLD, "; ")
        parts[-1] += f" ({told})"
    if folding.titles:
        drawn = "layer" if folding.sizes else "neuron"
        parts.append(f"drawn as {_count(len(folding.titles), drawn)}")
    return f"Graph of {' and '.join(results)}: {', '.join(parts)}."


def _told(outline: Outline, i: int) -> str:
    value, grad = outline.values[i], outline.grad(i)
    leaf = "unnamed =" if not value.inputs else "the result"
    name = f"{value.label} =" if value.label else leaf
    after = "" if grad == "-" else f", gradient {grad}"
    return f"{name} {short(value.data)}{after}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def exactly(folding: Folding, i: int) -> str:
    """Every digit of a value, to be shown on hovering over its box."""
    outline = folding.outline
    value, role = outline.values[i], outline.roles[i]
    name = folding.titles.get(i) or value.label or value.op or role
    grad = "-" if outline.grad(i) == "-" else repr(value.grad)
    return f"{name} ({role}): data {value.data!r}, grad {grad}"
