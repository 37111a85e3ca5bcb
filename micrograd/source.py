"""A rule that prints itself.

Handed names instead of numbers, a rule returns the text of its arithmetic.
Formulas on pages, messages and generated programs all come from here, so
none of them can differ from what is computed.

Notation: a *level* says how tightly an operator binds, as in Python.

Leaves out: languages other than Python.
"""

from __future__ import annotations

from typing import Any

from micrograd.documentation import documented
from micrograd.operators import Operators

__all__ = ["Source"]


@documented
class Source(Operators):
    """Python source of an expression, bracketed only where needed.

    text : str
        The expression.
    level : int
        How tightly its outermost operator binds: 0 for a comparison, 1
        for ``+ -``, 2 for ``* /``, 3 for a sign, 4 for ``**``, 5 for a
        name, a number or a call.

    >>> from micrograd.primitives import tanh
    >>> x, y = Source("x"), Source("y")
    >>> x * (1 - y * y), tanh(x)
    (x * (1 - y * y), tanh(x))
    """

    __slots__ = ("level", "text")

    def __init__(self, text: str, level: int = 5) -> None:
        self.text = text
        self.level = level

    def __repr__(self) -> str:
        return self.text

    def __primitive__(self, primitive: Any, *operands: Any) -> Source:
        if primitive.symbol in Source.INFIX:
            x, y = operands
            return Source.infix(x, primitive.symbol, y)
        if primitive.name == "negative":
            return Source(f"-{Source.bracket(operands[0], 3)}", 3)
        return Source(f"{primitive.name}({', '.join(map(str, operands))})")

    INFIX = {
        "<": 0, "<=": 0, ">": 0, ">=": 0, "&": 0,
        "+": 1, "-": 1, "*": 2, "/": 2, "**": 4,
    }  # fmt: skip

    @staticmethod
    def infix(x: Any, symbol: str, y: Any) -> Source:
        """Join two operands, each in brackets if it binds too loosely."""
        level = Source.INFIX[symbol]
        right_first = symbol == "**"
        left = Source.bracket(x, level + (right_first or level == 0))
        right = Source.bracket(y, level + (not right_first))
        return Source(f"{left} {symbol} {right}", level)

    @staticmethod
    def bracket(x: Any, level: int) -> str:
        """The text of an operand, in brackets below the level."""
        own = x.level if isinstance(x, Source) else 5 if x >= 0 else 3
        return f"({x})" if own < level else f"{x}"

    def __compare__(self, symbol: str, other: Any) -> Source:
        return Source.infix(self, symbol, other)

    def __and__(self, other: Any) -> Source:
        return Source.infix(self, "&", other)
