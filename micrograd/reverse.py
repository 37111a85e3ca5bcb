"""Reverse mode as a function: derivatives of a graph, returned.

:meth:`Value.backward` leaves gradients in the graph, as numbers.  Here the
same pass returns them, and can be recorded itself: then a partial is read
on the nodes, not on their numbers, and the derivatives are a graph again.

Leaves out: functions, see :mod:`micrograd.transforms`.

Sources: [Griewank2008]_, chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from micrograd.documentation import documented
from micrograd.dual import Dual, contributions
from micrograd.engine import Value, chain_rule, topological_order
from micrograd.errors import NumberError
from micrograd.operators import total
from micrograd.recording import enable_grad
from micrograd.trees import Tree, leaves

__all__ = ["derivatives", "gradients"]


@documented
def derivatives(
    output: Any, inputs: Sequence[Value], *, record: bool
) -> list[Any]:
    """Differentiate a result with respect to what it came from.

    output : Value, Dual or float
        The result.  The derivatives of a dual number are dual numbers; a
        plain number depends on nothing.
    inputs : sequence of Value
        What to differentiate by, leaves or not.
    record : bool
        Whether the derivatives carry a graph, to be differentiated again.
    returns : list of Value, Dual or float
        One for each input; 0.0 where the result does not depend on it.

    >>> from micrograd import Value
    >>> x = Value(3.0)
    >>> derivatives(x * x, [x], record=False)
    [6.0]
    """
    if isinstance(output, Dual):  # derivatives of the pair are a pair
        primals = derivatives(output.primal, inputs, record=record)
        rates = derivatives(output.tangent, inputs, record=record)
        pairs = zip(primals, rates, strict=True)
        return [Dual(output.tag, primal, rate) for primal, rate in pairs]
    if not isinstance(output, Value):
        return [0.0] * len(inputs)
    nodes = _between(output, inputs)
    apart = Apart(output, nodes)
    chain_rule(nodes, apart, _on_nodes if record else _on_numbers)
    return [apart.found.get(x, 0.0) for x in inputs]


def _between(root: Value, inputs: Sequence[Value]) -> list[Value]:
    """What leads from a root to the inputs, both included, latest first."""
    found = set(inputs)
    order = topological_order(root)
    for node in order:
        if not found.isdisjoint(node.inputs):
            found.add(node)
    return [node for node in reversed(order) if node in found]


class Apart:
    """Gradients kept apart from the graph, for some of its nodes.

    The contributions to a gradient are added when its turn comes, as one sum.
    """

    def __init__(self, root: Value, nodes: Iterable[Value]) -> None:
        self.parts: dict[Value, list[Any]] = {
            x: [] for x in nodes if x.requires_grad
        }
        self.wanted = self.parts.__contains__
        self.parts[root] = [1.0]
        self.found: dict[Value, Any] = {}

    def of(self, node: Value) -> Any:
        g = self.found[node] = total(self.parts[node] or [0.0])
        return g

    def add(self, x: Value, contribution: Any) -> None:
        self.parts[x].append(contribution)


def _on_numbers(node: Value, g: Any) -> Callable[[int], Any]:
    """The chain rule at one node, on what it holds: most often floats."""
    numbers = [x.data for x in node.inputs]
    return contributions(node._rule, g, node.data, numbers)


def _on_nodes(node: Value, g: Any) -> Callable[[int], Any]:
    """The same on the nodes, which makes a graph."""
    result, *operands = (
        x if x.requires_grad else x.data for x in (node, *node.inputs)
    )
    return contributions(node._rule, g, result, operands)


@documented
def gradients(
    outputs: Tree, inputs: Tree, *, create_graph: bool = False
) -> tuple[Value, ...]:
    """Differentiate Values as ``torch.autograd.grad`` does.

    outputs, inputs : Value or sequence of Value
        What to differentiate, of several the sum, and by what.
    create_graph : bool, optional
        Whether the results carry a graph.
    returns : tuple of Value
        One for each input.

    >>> from micrograd import Value
    >>> x = Value(3.0)
    >>> gradients(x * x, x)
    (Value(data=6.0, grad=0.0),)
    """
    ends, starts = leaves(outputs), leaves(inputs)
    _check(ends, (Value, Dual))
    _check(starts, Value)
    with enable_grad():
        root = ends[0] if len(ends) == 1 else sum(ends)
        found = derivatives(root, starts, record=create_graph)
        values: list[Any] = [
            g if isinstance(g, (Value, Dual)) else Value(g) for g in found
        ]
    return tuple(v if create_graph else v.detach() for v in values)


def _check(values: list[Any], kinds: Any) -> None:
    for x in values:
        if not isinstance(x, kinds):
            asked = "grad(outputs, inputs) takes Values"
            do = "pass a function first, or Values in both places"
            raise NumberError(asked, f"{x!r}", do)
