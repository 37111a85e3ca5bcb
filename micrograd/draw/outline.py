"""A graph as lists, which every drawing reads, and as lines of text.

A drawing needs for each value its position in the order of creation, its
operands, the part it plays and two short numbers.  All of it is read here,
once, without recursion, so depth does not matter.

As text a graph is a tree of lines.  It is no tree: a value used twice appears
in full once, and the second time only by name.

Notation: ``i, j`` are positions in ``Outline.values``; an *input*,
*parameter* or *constant* is a leaf, an *output* is what was asked to be
drawn, all else is *interior*.

Leaves out: pictures (:mod:`micrograd.draw.graph`); in the text colours, and
folding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from micrograd import errors  # first, as it tells whose files these are
from micrograd.documentation import documented
from micrograd.engine import Value, topological_order
from micrograd.namespaces import to_count

__all__ = ["Outline", "draw_text", "enumerated", "short"]


class Outline:
    """The values of a graph in order, with their operands and roles.

    Without `parameters` a leaf is one if its label is written as a module
    writes it: a path with dots, ``w[i]``, or the ``b`` that stands beside
    a ``w[i]``.

    >>> a = Value(2.0, label="a")
    >>> outline = Outline(a * a + 1.0)
    >>> outline.inputs
    [(), (0, 0), (), (1, 2)]
    >>> outline.roles
    ['input', 'interior', 'constant', 'output']
    """

    def __init__(
        self,
        root: Value | Sequence[Value],
        parameters: Iterable[Value] | None = None,
    ) -> None:
        self.roots = _roots(root)
        self.values = _merge(self.roots)
        place = {value: i for i, value in enumerate(self.values)}
        self.inputs = [
            tuple(place[x] for x in value.inputs) for value in self.values
        ]
        leaves = [v for v in self.values if not v.inputs]
        known = _known(leaves) if parameters is None else set(parameters)
        results = set(self.roots)
        self.roles = [_role(v, known, results) for v in self.values]
        self.visited = any(v.inputs and v.grad for v in self.values)

    def grad(self, i: int) -> str:
        """The gradient, or ``-`` where no backward pass has been.

        A fresh graph has zeros everywhere but in leaves that an earlier
        pass has visited; a zero there means "not computed", not "flat".
        """
        value = self.values[i]
        known = value.grad or (self.visited and value.grad is not None)
        return short(value.grad) if value.requires_grad and known else "-"

    def numbers(self, i: int) -> list[str]:
        """The number and its gradient, which a constant does not have."""
        value = self.values[i]
        grad = [f"grad {self.grad(i)}"] if value.requires_grad else []
        return [f"data {short(value.data)}", *grad]

    def consumers(self) -> list[list[int]]:
        """For each value the results it goes into, duplicates kept."""
        into: list[list[int]] = [[] for _ in self.values]
        for i, operands in enumerate(self.inputs):
            for j in operands:
                into[j].append(i)
        return into


def _roots(root: Value | Sequence[Value]) -> list[Value]:
    asked = "drawing takes a Value or a list of Values"
    roots: list[Any] = list(root) if isinstance(root, list | tuple) else [root]
    if not roots:
        raise errors.ShapeError(asked, "an empty list", "pass a result")
    for each in roots:
        if not isinstance(each, Value):
            given = f"the {type(each).__name__} {each!r:.40}"
            raise errors.NumberError(asked, given, "pass the result of Values")
    return roots


def _merge(roots: list[Value]) -> list[Value]:
    """The orders of several roots as one, each value once."""
    orders = map(topological_order, roots)
    return list(dict.fromkeys(chain.from_iterable(orders)))


def _known(leaves: list[Value]) -> set[Value]:
    """The leaves whose labels look as if a module had written them."""
    labels = [str(leaf.label) for leaf in leaves]
    weights = any(label.startswith("w[") for label in labels)
    return {
        leaf
        for leaf, label in zip(leaves, labels, strict=True)
        if "." in label or label.startswith("w[") or (weights and label == "b")
    }


def _role(value: Value, parameters: set[Value], results: set[Value]) -> str:
    if value.inputs:
        return "output" if value in results else "interior"
    if not value.requires_grad:
        return "constant"
    return "parameter" if value in parameters else "input"


def enumerated(parts: list[str], most: int, joint: str) -> str:
    """The first few of many, and how many more there are."""
    more = len(parts) - most
    rest = [f"and {more:,} more"] if more > 0 else []
    return joint.join([*parts[:most], *rest])


def short(number: float) -> str:
    """A number in at most a dozen characters, for boxes and lines.

    Four decimals, as in the lecture, or four digits and an exponent where
    those would hide the number.

    >>> short(0.5**0.5), short(-4), short(1e-12), short(1e30)
    ('0.7071', '-4.0000', '1e-12', '1e+30')
    """
    plain = number == 0 or 1e-2 <= abs(number) < 1e6
    return f"{number:.4f}" if plain else f"{number:.4g}"


# --- As text: the result first, its operands below it ---

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
