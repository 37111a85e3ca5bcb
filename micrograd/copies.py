"""Copies of a graph: pickled and copied without recursion.

Python's :mod:`pickle` and :mod:`copy` save an object by saving what it
refers to, and so would go down a graph node by node, until the stack is
full.  Here the first node that they meet hands them a list of its whole
graph, operands before results.  Whatever a node refers to has then been
saved already, so that each is saved at the same small depth.

Notation: a graph is *open* while its list is being saved.

Leaves out: what a node is made of, see :mod:`micrograd.engine`.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import local
from typing import Any
from weakref import WeakSet

from micrograd.documentation import documented

__all__ = ["in_one_list"]


class Open(local):
    """The graphs whose list this thread is saving."""

    def __init__(self) -> None:
        # An error in the middle leaves one behind; it dies with the list.
        self.graphs: WeakSet[Nodes] = WeakSet()


opened = Open()


class Nodes:
    """The nodes of a graph, operands before results."""

    def __init__(self, order: list[Any]) -> None:
        self.order = order
        self.members = set(order)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self.order)


def last(nodes: list[Any]) -> Any:
    """The root, out of the list that was saved in its place."""
    return nodes[-1]


def twin(own: Any) -> Any:
    """A shallow copy of a node, out of what it is made of."""
    new, arguments, state = own[:3]
    node = new(*arguments)
    node.__setstate__(state)
    return node


@documented
def in_one_list(node: Any, own: Any, order: Callable[[Any], list[Any]]) -> Any:
    """What ``__reduce_ex__`` of a node returns.

    node : Value
        The node.
    own : tuple
        What it is made of, as ``copyreg`` would save it.
    order : callable
        Gives what a node depends on, and the node itself at the end.
    returns : tuple
        `own` for a leaf or if its turn has come; else a list of its graph.

    >>> import pickle
    >>> from micrograd import Value, topological_order
    >>> in_one_list(Value(2.0), ("own",), topological_order)
    ('own',)
    >>> y = sum([Value(1.0) for _ in range(10_000)])
    >>> pickle.loads(pickle.dumps(y)).data
    10000.0
    """
    for graph in opened.graphs:
        if node in graph.members:
            if node is graph.order[-1]:  # then everything has been saved
                opened.graphs.discard(graph)
            return own
    if not node.inputs:
        return own
    graph = Nodes(order(node))
    opened.graphs.add(graph)
    return last, (graph,)
