"""Value: a number that remembers how it was made.

Arithmetic on ``Value`` objects computes with floats and notes, for each
result, the operands and the row of the table that made it.  Together these
notes are a graph.  :meth:`Value.backward` visits the graph from the result
to its operands and applies the chain rule once per node.

Creation order is already an order in which operands come before results,
so no sort by depth is needed: every node has a serial number, and walking
backwards is walking through the numbers downwards.

Notation
--------
node
    A ``Value`` made by an operation.  A *leaf* is made by the user, a
    *constant* from a plain number met on the way.
x, y
    The operands of a node.
g
    The gradient of a node: how fast the root changes with it.

Leaves out: gradients of gradients (:mod:`micrograd.transforms`), lists
(:mod:`micrograd.functions`), speed beyond Python's.

Sources: [Karpathy2020]_ for the shape of it all; [Griewank2008]_, chapter
3, for reverse accumulation; PyTorch for what accumulates and what does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import nan
from operator import attrgetter
from typing import Any

from micrograd.namespaces import floats, to_number
from micrograd.operators import Ground, Operators, total
from micrograd.recording import EAGER, no_grad, outermost, state
from micrograd.rules import Primitive

__all__ = ["Value", "no_grad", "topological_order"]

next_serial = count().__next__


class Value(Operators):
    """One real number, its gradient, and how it was made.

    Parameters
    ----------
    data : float
        The number: an int, a float, a NumPy scalar or an array without
        dimensions.
    label : str, optional
        A name for drawings and messages.

    Raises
    ------
    NumberError
        If `data` is not one real number.

    Examples
    --------
    >>> from micrograd import Value
    >>> a = Value(2.0, label="a")
    >>> b = Value(-3.0)
    >>> c = a * b
    >>> c.backward()
    >>> c, a.grad, b.grad
    (Value(data=-6.0, grad=1.0), -3.0, 2.0)
    """

    __slots__ = {
        "data": "float: the number.",
        "grad": "float: derivative of the root of the last backward pass.",
        "label": "str: a name for drawings and messages, or nothing.",
        "_rule": "the row that made it; None: a leaf; CONSTANT: a number",
        "_x": "the first operand; of three or more, a tuple of them all",
        "_y": "the second operand",
        "_serial": "position in the order of creation",
    }

    def __init__(self, data: float, label: str = "") -> None:
        if type(data) is not float:
            data = _door(data)
        self.data = data
        self.grad = 0.0
        self.label = label
        self._rule: Any = None
        self._x: Any = None
        self._y: Any = None
        self._serial = next_serial()

    # --- Copies ---

    def __reduce_ex__(self, protocol: Any) -> Any:
        from micrograd import copies  # few ask for it

        own = super().__reduce_ex__(max(protocol, 2))
        return copies.in_one_list(self, own, topological_order)

    def __copy__(self) -> Any:
        from micrograd import copies

        return copies.twin(super().__reduce_ex__(2))

    def __setstate__(self, state: tuple[dict[str, Any] | None, ...]) -> None:
        for attributes in state:
            for name, content in (attributes or {}).items():
                setattr(self, name, content)
        # A copy is made now, after the copies of its operands.
        self._serial = next_serial()

    # --- What it is ---

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The operands in order, duplicates kept; none for a leaf."""
        x, y = self._x, self._y
        if y is not None:
            return (x, y)
        if x is None:
            return ()
        return x if type(x) is tuple else (x,)

    @property
    def op(self) -> str:
        """The symbol of the operation that made it, such as ``*``."""
        return self._rule.symbol if isinstance(self._rule, Primitive) else ""

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow here: not into plain numbers."""
        return self._rule is not CONSTANT

    _prev, _op = inputs, op  # the names of the lecture

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{label})"

    def __float__(self) -> float:
        return float(self.__ground__())

    def __ground__(self) -> Any:
        _meet(self)
        return self.data

    # --- Recording ---

    def __primitive__(
        self, primitive: Primitive, x: Any, y: Any = None, *more: Any
    ) -> Any:
        """Read a rule on Values: compute, and note the past of the result.

        Numbers among the operands become constants.
        """
        data = None
        if state.get() is EAGER:
            try:
                if primitive.arity == 1:
                    data = primitive.forward(floats, x.data)
                elif type(x) is type(y) is Value and not more:
                    data = primitive.forward(floats, x.data, y.data)
            except (*floats.RAISES, TypeError):  # TypeError: went complex
                pass
        if type(data) is not float:  # the long way, for all other cases
            return _record(primitive, x, y, *more)
        node = Value.__new__(Value)
        node.data, node.grad, node.label = data, 0.0, ""
        node._rule, node._x, node._y = primitive, x, y
        node._serial = next_serial()
        return node

    def __total__(self, terms: Sequence[Any]) -> Any:
        values = tuple([_lift(x, "+") for x in terms])
        if NotImplemented in values:
            return NotImplemented
        _meet(*values)
        data = total([x.data for x in values])
        return new_node(data, Sum(len(values)), *values)

    # --- Backpropagation ---

    def detach(self) -> Value:
        """The same number as a constant: no gradient flows through it.

        Examples
        --------
        >>> from micrograd import Value
        >>> x = Value(3.0)
        >>> (x * x.detach()).backward()
        >>> x.grad
        3.0
        """
        _meet(self)
        return _constant(self.data)

    def backward(self, gradient: float = 1.0) -> None:
        """Compute the derivative of this number by everything it came from.

        Afterwards each node's ``grad`` is the derivative of this root by
        that node.  Gradients of leaves *add up* over several calls, until
        they are set to zero, as in PyTorch; those of nodes in between are
        replaced, where PyTorch keeps none unless asked to.

        Parameters
        ----------
        gradient : float, optional
            The gradient of the root itself.  The default, 1, is the
            derivative of a thing by itself.

        Raises
        ------
        NumberError
            If `gradient` is not one real number.
        StateError
            Inside a compiled function, where :func:`micrograd.grad` does.

        Notes
        -----
        Takes time and memory in proportion to the number of nodes, and no
        recursion, so depth does not matter.

        Examples
        --------
        >>> from micrograd import Value
        >>> x = Value(3.0)
        >>> y = x * x + x
        >>> y.backward()
        >>> x.grad
        7.0
        >>> y.backward()  # the leaf adds up: 7 + 7
        >>> x.grad
        14.0
        """
        if state.get().witness is not None:
            outermost("backward() runs by itself", "use micrograd.grad")
        seed = to_number(gradient, "backward(gradient) takes a real number")
        nodes, leaves = _reach(self)
        before = [leaf.grad for leaf in leaves]
        for value in (*nodes, *leaves):
            value.grad = 0.0
        self.grad = seed
        nodes.sort(key=attrgetter("_serial"), reverse=True)
        try:
            _chain_rule(nodes)
        except BaseException:  # a rule of the user's, or Ctrl+C: undo
            for leaf in leaves:
                leaf.grad = 0.0
            raise
        finally:
            for leaf, grad in zip(leaves, before, strict=True):
                leaf.grad += grad


class CONSTANT:
    """Marks a plain number in a graph; a class, so that copies keep it."""


class Sum:
    """The rule of many terms added up while a function is recorded."""

    name, symbol = "sum", "+"

    unselected: dict[int, Any] = {}

    def __init__(self, arity: int) -> None:
        self.arity, self.partials = arity, (_one,) * arity

    def contribution(self, i: int, g: float, *numbers: float) -> float:
        """The gradient itself."""
        return g


def _one(result: Any, *terms: Any) -> float:
    return 1.0


def _chain_rule(nodes: list[Value]) -> None:
    """Send the gradient of each node on to its operands."""
    for node in nodes:
        z, g, x, y = node.data, node.grad, node._x, node._y
        try:
            if y is not None:
                by_x, by_y = node._rule.partials
                a, b = x.data, y.data
                to_x = g * by_x(z, a, b) if x._rule is not CONSTANT else 0.0
                to_y = g * by_y(z, a, b) if y._rule is not CONSTANT else 0.0
            elif type(x) is not tuple:
                to_x, to_y = g * node._rule.partials[0](z, x.data), 0.0
            else:
                to_x = nan
        except floats.RAISES:
            to_x = nan
        if to_x != to_x or to_y != to_y:  # nan: perhaps 0 times infinity
            _careful_chain_rule(node)
            continue
        x.grad += to_x
        if y is not None:
            y.grad += to_y


def _careful_chain_rule(node: Value) -> None:
    """The same for any number of operands, and where 0 meets infinity."""
    inputs = node.inputs
    numbers = [x.data for x in inputs]
    parts = [
        (x, node._rule.contribution(i, node.grad, node.data, *numbers))
        for i, x in enumerate(inputs)
        if x.requires_grad
    ]
    for x, part in parts:
        x.grad += part


# --- The order of visits ---


def _reach(root: Value) -> tuple[list[Value], list[Value]]:
    """All nodes and all leaves that the root depends on, in no order."""
    nodes: list[Value] = []
    leaves: list[Value] = []
    seen: set[Value | None] = {root, None}  # None: there is no operand
    stack = [root]
    while stack:
        value = stack.pop()
        x, y = value._x, value._y
        (leaves if x is None else nodes).append(value)
        for operand in x if type(x) is tuple else (x, y):
            if operand not in seen:
                seen.add(operand)
                stack.append(operand)
    return nodes, leaves


def topological_order(root: Value) -> list[Value]:
    """Everything the root depends on, operands before results.

    Parameters
    ----------
    root : Value
        Where to start from; it comes last.

    Returns
    -------
    list of Value
        In the order of creation.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.engine import topological_order
    >>> a = Value(2.0, label="a")
    >>> [v.label or v.op for v in topological_order(a * a + a)]
    ['a', '*', '+']
    """
    nodes, leaves = _reach(root)
    return sorted(nodes + leaves, key=attrgetter("_serial"))


# --- Recording ---


def _record(primitive: Primitive, *operands: Any) -> Any:
    """The same for any number of operands, numbers among them."""
    operands = operands[: primitive.arity]
    symbol = primitive.symbol
    values = tuple([_lift(x, symbol) for x in operands])
    if NotImplemented in values:
        return NotImplemented
    _meet(*values)
    data = primitive(*[x.data for x in values])  # floats, or what they hold
    return new_node(data, primitive, *values)


def _meet(*values: Value) -> None:
    """Tell the witness, if there is one, which numbers are about to matter."""
    if (witness := state.get().witness) is not None:
        witness.meet(values)


def new_node(data: Any, rule: Any, *inputs: Value) -> Value:
    """A result: the number, the rule and the operands."""
    node = Value.__new__(Value)
    node.data = data
    node.grad = 0.0
    node.label = ""
    if not state.get().graph:
        rule, inputs = CONSTANT, ()
    node._rule = rule
    few = len(inputs) in (1, 2)
    node._x, node._y = (*inputs, None)[:2] if few else (inputs or None, None)
    node._serial = next_serial()
    return node


def _door(data: Any) -> Any:
    """The number of a new leaf, or what stands for it."""
    if isinstance(data, Ground):
        return data
    return to_number(data, "Value(data) takes one real number")


def _constant(data: Any) -> Value:
    return new_node(data, CONSTANT)


def _lift(x: Any, symbol: str) -> Any:
    """A plain number as a constant; other readers decide for themselves."""
    if isinstance(x, Value):
        return x
    if isinstance(x, Ground):
        return _constant(x)
    if hasattr(x, "__primitive__") and not isinstance(x, float):
        return NotImplemented
    return _constant(to_number(x, f"{symbol} takes real numbers and Values"))


# --- For recordings ---


def replace(x: Value, data: Any, grad: Any) -> tuple[Any, ...]:
    """Make of a Value a leaf with other numbers; return what it held."""
    held = x.data, x.grad, x._rule, x._x, x._y
    x.data, x.grad = data, grad
    if x._rule is not CONSTANT:
        x._rule = x._x = x._y = None
    return held


def put_back(x: Value, held: tuple[Any, ...]) -> None:
    """Give a Value back what :func:`replace` returned."""
    x.data, x.grad, x._rule, x._x, x._y = held


def is_older(x: Value, serial: int) -> bool:
    """Whether a Value was made before a number of the count."""
    return x._serial < serial
