"""Where the numbers of a graph stop being finite.

One infinite number spoils every number computed from it, and on the way
back every gradient.  The one to look for is the first: in ``data`` in the
order of computing, in ``grad`` in the order of the backward pass.

Notation: a *source* is the operation that made the number in question.

Leaves out: numbers that are large but finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from micrograd.documentation import documented
from micrograd.engine import Value, topological_order
from micrograd.errors import NumberError

__all__ = ["NonFinite", "find_nonfinite"]


@documented
class NonFinite(NamedTuple):
    """Where the numbers of a graph stopped being finite; prints as a line.

    node : Value
        The first value with a number that is infinite or not a number.
    attribute : str
        Which of its numbers: ``"data"`` or ``"grad"``.
    source : Value or None
        The result of the operation that produced it: for ``data`` the node
        itself, for ``grad`` the node whose derivative sent it back.  None
        if no single operation did.

    >>> from micrograd import Value, find_nonfinite
    >>> x = Value(0.0, label="x")
    >>> root = x.sqrt() * 3.0
    >>> root.backward()
    >>> print(find_nonfinite(root))
    grad = inf in x, sent back by sqrt(0.0)
    """

    node: Value
    attribute: str
    source: Value | None

    def __str__(self) -> str:
        number = getattr(self.node, self.attribute)
        name = self.node.label or _expression(self.node)
        if self.source is None:
            return f"{self.attribute} = {number} in {name}"
        expression = _expression(self.source)
        if self.attribute == "data":
            return f"{expression} = {number}"
        return f"grad = {number} in {name}, sent back by {expression}"


def _expression(node: Value) -> str:
    """The operation of a node with its operands written out."""
    if not node.inputs:
        return repr(node)
    numbers = [repr(x.data) for x in node.inputs]
    if node.op.isidentifier():
        return f"{node.op}({', '.join(numbers)})"
    bracketed = [f"({n})" if n.startswith("-") else n for n in numbers]
    return f" {node.op} ".join(bracketed)


@documented
def find_nonfinite(root: Value) -> NonFinite | None:
    """Find the first number that is not finite, in the order of computing.

    First every ``data`` forwards, in the order of creation; then, if all
    are finite, every ``grad`` backwards from the root.  So what is found
    is a cause, not a number that it spoiled, unless an update came first.

    root : Value
        The result to look behind, most often a loss; for the gradients to
        mean anything, after ``root.backward()``.
    returns : NonFinite or None
        The node, which of its numbers, and the operation that produced
        it; None if everything is finite.

    >>> from micrograd import Value, find_nonfinite
    >>> x = Value(0.0, label="x")
    >>> print(find_nonfinite((x.log() * 2.0).tanh()))
    log(0.0) = -inf
    >>> find_nonfinite(x.exp()) is None
    True
    """
    if not isinstance(root, Value):
        asked = "find_nonfinite(root) takes a Value"
        raise NumberError(asked, repr(root), "pass the loss itself")
    order = topological_order(root)
    for node in order:
        if not isfinite(node.data):
            return NonFinite(node, "data", node if node.inputs else None)
    for node in reversed(order):
        if not isfinite(node.grad):
            return NonFinite(node, "grad", _sender(node, order))
    return None


def _sender(x: Value, order: Sequence[Value]) -> Value | None:
    """The node whose derivative made the gradient of `x` infinite."""
    for node in reversed(order):
        numbers = [operand.data for operand in node.inputs]
        slopes = [
            node._rule.derivative(i, node.data, *numbers)
            for i, operand in enumerate(node.inputs)
            if operand is x
        ]
        if not all(isfinite(node.grad * slope) for slope in slopes):
            return node
    return None
