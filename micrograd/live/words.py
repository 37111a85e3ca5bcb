"""A partial in words: the arithmetic of a rule, with the numbers in it.

A rule reads on anything that has operators.  Handed operands that carry
both a name and a number, it gives the text of the arithmetic that is done
at this very point: where a rule chooses, only the branch that is taken is
written down.

Notation: a *text* is Python source, see :class:`micrograd.source.Source`.

Leaves out: formulas for all points, which the reference pages show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from micrograd.engine import Value
from micrograd.operators import Operators
from micrograd.rules import Primitive
from micrograd.source import Source

__all__ = ["Worded", "forward_text", "names_of", "number", "partial_text"]

LONGEST = 8  # characters of a number that is written with all its digits
LOOSE = -1  # binds so loosely that every operator puts it in brackets


def number(x: float) -> str:
    """A number as Python writes it, or with five digits if that is long.

    >>> number(-3.0), number(2 / 3), number(1e300 / 3)
    ('-3.0', '0.66667', '3.3333e+299')
    """
    text = repr(float(x))
    if len(text) > LONGEST:
        text = f"{x:.5g}"
    return text if set(text) & set(".en") else f"{text}.0"  # inf and nan, too


def names_of(values: Sequence[Value]) -> list[str]:
    """A name for each value: its label, or ``v1``, ``v2`` and so on.

    A constant without a label has none, since its number says it all.
    """
    taken = {str(value.label) for value in values}
    free = (name for name in map("v{}".format, range(1, 10**6)))
    return [
        str(value.label) or next(name for name in free if name not in taken)
        if value.label or value.requires_grad
        else ""
        for value in values
    ]


class Worded(Operators):
    """A number together with the text of how it is computed.

    >>> x = Worded(3.0, Source("x"))
    >>> 1 - x * x
    1.0 - x * x = -8.0
    """

    __slots__ = ("number", "source")

    def __init__(self, number: float, source: Source) -> None:
        self.number = number
        self.source = source

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        if primitive.name == "where":
            condition, x, y = operands
            return x if condition else y
        return Worded(
            primitive(*map(float, operands)),
            primitive(*map(_source, operands)),
        )

    def __float__(self) -> float:
        return self.number

    def __repr__(self) -> str:
        return f"{self.source} = {number(self.number)}"


def _source(x: Any) -> Source:
    """The text of an operand."""
    if isinstance(x, Worded):
        return x.source
    return Source(number(x), level=5 if x >= 0 else 3)


def _worded(value: Value, name: str) -> Worded:
    source = Source(f"{name}.data") if name else _source(value.data)
    return Worded(value.data, source)


def partial_text(
    node: Value, slot: int, names: dict[Value, str]
) -> tuple[float, str]:
    """The partial of a node by one operand, as a number and as a text.

    >>> a = Value(3.0)
    >>> partial_text(a**2.0, 0, {a: "a"})
    (6.0, '2.0 * a.data ** (2.0 - 1.0)')
    """
    row = node._rule
    values = (node, *node.inputs)
    local = row.derivative(slot, *[value.data for value in values])
    words = [_worded(value, names.get(value, "")) for value in values]
    try:
        return local, str(_source(row.partials[slot](*words)))
    except Exception:  # a rule that reads nothing but numbers has no text
        return local, number(local)


def forward_text(
    node: Value, names: dict[Value, str], *, numbers: bool = True
) -> str:
    """The operation that made a node, with the numbers it was made from.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> forward_text(a * b, {a: "a", b: "b"})
    '(a.data = 2.0) * (b.data = -3.0)'
    >>> forward_text(a * b, {a: "a", b: "b"}, numbers=False)
    'a * b'
    """
    sources = []
    for x in node.inputs:
        source, name = _source(x.data), names.get(x, "")
        if name and numbers:
            source = Source(f"{name}.data = {source}", LOOSE)
        sources.append(Source(name) if name and not numbers else source)
    return str(node._rule(*sources))
