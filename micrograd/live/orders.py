"""Orders in which a backward pass might visit the nodes, right and wrong.

The engine goes from the newest node to the oldest.  The two other orders
come to mind first, and are wrong wherever a number in the middle is used
twice: they are here to be watched.

Leaves out: leaves, which have nothing to pass on.
"""

from __future__ import annotations

from micrograd.engine import Value, topological_order
from micrograd.errors import GraphSizeError

__all__ = ["ORDERS", "VISITS", "creation", "discovery", "recursion"]

VISITS = 1_000  # nobody watches more, and recursion may need 2**n


def creation(root: Value) -> list[Value]:
    """From the newest node to the oldest: what the engine does.

    Parameters
    ----------
    root : Value
        The result.

    Returns
    -------
    list of Value
        Each node once, results before operands.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.live.orders import creation
    >>> a = Value(3.0)
    >>> y = a * 2.0
    >>> [v.op for v in creation(y + y * y)]
    ['+', '*', '*']
    """
    return [v for v in reversed(topological_order(root)) if v.inputs]


def recursion(root: Value) -> list[Value]:
    """Pass on, then let each operand do the same.  Wrong.

    Parameters
    ----------
    root : Value
        The result.

    Returns
    -------
    list of Value
        A node once for each path that leads to it.

    Raises
    ------
    GraphSizeError
        If there are more than a thousand visits.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.live.orders import recursion
    >>> a = Value(3.0)
    >>> y = a * 2.0
    >>> [v.op for v in recursion(y + y)]
    ['+', '*', '*']
    """
    visits: list[Value] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.inputs:
            visits.append(node)
            stack.extend(reversed(node.inputs))
        if len(visits) > VISITS:
            raise GraphSizeError(
                f"an order to be watched has at most {VISITS:,} visits",
                "more, one for each path of the graph",
                "take an expression with fewer paths",
            )
    return visits


def discovery(root: Value) -> list[Value]:
    """Each node once, in the order in which a search meets it.  Wrong.

    Parameters
    ----------
    root : Value
        The result.

    Returns
    -------
    list of Value
        Each node once, near ones first.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.live.orders import discovery
    >>> y = Value(3.0) * 2.0
    >>> y.label = "y"
    >>> [v.label or v.op for v in discovery(y + y * y)]
    ['+', 'y', '*']
    """
    met = dict.fromkeys([root])
    line = [root]
    for node in line:  # grows while it is walked
        line += [x for x in dict.fromkeys(node.inputs) if x not in met]
        met.update(dict.fromkeys(node.inputs))
    return [node for node in line if node.inputs]


ORDERS = {
    "creation": creation,
    "recursion": recursion,
    "discovery": discovery,
}
