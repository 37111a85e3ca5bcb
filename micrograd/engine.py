"""Value: a number that remembers how it was made.

Arithmetic on ``Value`` objects computes with floats and notes, for each
result, the operands and the row of the table that made it.  Together these
notes are a graph.  :meth:`Value.backward` visits the graph from the result
to its operands and applies the chain rule once per node.

Creation order is already an order in which operands come before results,
so no sort by depth is needed: every node has a serial number, and the
backward pass goes through the numbers downwards.

Notation: a *node* is a ``Value`` made by an operation, a *leaf* one made by
the user, a *constant* one made from a plain number met on the way; `x, y` are
the operands of a node, `g` its gradient: how fast the root changes with it.

Leaves out: gradients of gradients (:mod:`micrograd.transforms`), lists
(:mod:`micrograd.functions`), speed beyond Python's.

Sources: [Karpathy2020]_ for the shape of it all; [Griewank2008]_, chapter
3, for reverse accumulation; PyTorch for what accumulates and what does not.
"""

from __future__ import annotations

from functools import partial
from itertools import chain, count, cycle, repeat
from math import nan
from operator import add, attrgetter

from micrograd.about import TYPE_CHECKING
from micrograd.documentation import documented
from micrograd.errors import NumberError, OptionError, RuleError
from micrograd.namespaces import floats, to_number
from micrograd.operators import POWER, Ground, Operators, ground, total
from micrograd.primitives import PRIMITIVES
from micrograd.recording import EAGER, no_grad, outermost, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from micrograd.rules import Primitive

__all__ = ["Value", "no_grad", "topological_order"]

# A serial number is a page and one of its 256 lines: Python shares integers
# that small, so that no node has to keep one of its own.  Both are drawn in
# one call, in which no other thread can come between.
next_serial = zip(
    chain.from_iterable(map(repeat, count(), repeat(256))),
    cycle(range(256)),
    strict=True,  # neither ends
).__next__
new = object.__new__  # found at once; a method has to be looked for
RELU = PRIMITIVES["relu"]
# On floats; TypeError: the result went complex.
RAISES = (*floats.RAISES, TypeError)


@documented
class Value(Operators):
    """One real number, its gradient, and how it was made.

    data : float
        The number: an int, float, NumPy scalar or array without dimensions.
    _children : iterable of Value, optional
        What it was made from, if you compute it yourself; see
        ``Made`` at the end of this module.
    _op : str or sequence of float, optional
        What made it, for drawings; or one local gradient for each child.
    label : str, optional
        A name for drawings and messages.
    raises : NumberError
        If `data` is not one real number, or a child is not a Value.
    raises : OptionError
        If `label` is not a string, or there is not one local gradient for
        each child.

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
        "grad": "float: how fast roots change with this, added up in a leaf.",
        "_rule": "the row that made it; None: a leaf; CONSTANT: a number",
        "_x": "the first operand; of three or more, a tuple of them all",
        "_y": "the second operand",
        "_page": "position in the order of creation: the page",
        "_line": "and the line on it",
        "__dict__": "attributes of the user's own; made when there are any",
        "__weakref__": "so that weak references work",
    }
    _label = ""

    def __init__(
        self,
        data: float,
        _children: Iterable[Value] = (),
        _op: str | Sequence[float] = "",
        label: str = "",
    ) -> None:
        if type(data) is not float and not isinstance(data, Ground):
            data = to_number(data, "Value(data) takes one real number")
        self.data = data
        self.grad = 0.0
        self._rule: Any = None
        self._x: Any = None
        self._y: Any = None
        if _children or _op:
            _make(self, _children, _op)
        if label != "":
            self.label = label
        self._page, self._line = next_serial()

    # --- Copies ---

    def __reduce_ex__(self, protocol: Any) -> Any:
        from micrograd import copies  # few ask for it

        return copies.in_one_list(
            self, super().__reduce_ex__(max(protocol, 2)), topological_order
        )

    def __copy__(self) -> Any:
        from micrograd import copies

        return copies.twin(super().__reduce_ex__(2))

    def __setstate__(self, state: tuple[dict[str, Any] | None, ...]) -> None:
        for attributes in state:
            for name, content in (attributes or {}).items():
                setattr(self, name, content)
        # A copy is made now, after the copies of its operands.
        self._page, self._line = next_serial()

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
        return getattr(self._rule, "symbol", "")

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow here: not into plain numbers."""
        return self._rule is not CONSTANT

    @property
    def label(self) -> str:
        """A name for drawings and messages, or nothing."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            asked = "Value(label=...) takes a string"
            raise OptionError(asked, f"{label!r}", "write label='a'")
        self._label = label

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
        self, primitive: Primitive, x: Any, *more: Any
    ) -> Any:
        """Read a rule on Values: compute, and note the past of the result.

        Numbers among the operands become constants.
        """
        if len(more) == 1:
            return self.__binary__(primitive, x, *more)
        if not more and state.get() is EAGER:
            try:
                data = primitive.forward(floats, x.data)
            except RAISES:
                data = None
            if type(data) is float:
                return _node(data, primitive, x)
        return _record(primitive, x, *more)

    def __binary__(self, primitive: Primitive, x: Any, y: Any) -> Any:
        """The fast path of ``__primitive__``, for an operator of two Values.

        Most nodes are made here, so a call of `_node` is saved, too.
        """
        if type(x) is type(y) is Value and state.get() is EAGER:
            try:
                data = primitive.forward(floats, x.data, y.data)
            except RAISES:
                data = None
            if type(data) is float:
                node = new(Value)
                node.data, node.grad = data, 0.0
                node._rule, node._x, node._y = primitive, x, y
                node._page, node._line = next_serial()
                return node
        return _record(primitive, x, y)

    def __total__(self, terms: Sequence[Any]) -> Any:
        values = tuple([_lift(x, "+") for x in terms])
        if NotImplemented in values:
            return NotImplemented
        _meet(*values)
        data = total([x.data for x in values])
        return new_node(data, Sum(len(values)), *values)

    # --- As one writes it along the lecture ---

    @property
    def _prev(self) -> set[Value]:
        """The children: as `inputs`, each once, without a plain exponent."""
        alone = self._rule is POWER and self._y._rule is CONSTANT
        return {self._x} if alone else set(self.inputs)

    @property
    def _op(self) -> str:
        """As `op`, with the exponent of a power, and ``ReLU``."""
        if self._rule is POWER and self._y._rule is CONSTANT:
            return f"**{self._y.data:.15g}"
        return "ReLU" if self._rule is RELU else self.op

    @property
    def _backward(self) -> Callable[[], Any]:
        """Do this node's share; or what was put in its place."""
        if isinstance(self._rule, Made) and self._rule.numbers is None:
            return self._rule.send
        if self._rule is None or self._rule is CONSTANT:
            return _nothing
        read = partial(_in_numbers, rule=self._rule)  # as it is now
        return partial(chain_rule, [self], InPlace, read)

    @_backward.setter
    def _backward(self, send: Callable[[], Any]) -> None:
        if self._rule is not CONSTANT:
            self._rule, self._x = Made(self._op, send=send), self.inputs
            self._y = None

    # --- Backpropagation ---

    def detach(self) -> Value:
        """The same number as a constant: no gradient flows through it.

        >>> from micrograd import Value
        >>> x = Value(3.0)
        >>> (x * x.detach()).backward()
        >>> x.grad
        3.0
        """
        return new_node(self.__ground__(), CONSTANT)

    def backward(self, gradient: float = 1.0) -> None:
        """Compute the derivative with respect to all that it came from.

        Afterwards each node's ``grad`` is the derivative of this root
        with respect to it.  In a leaf it is *added* to what was there, until
        that is set to zero or None, as in PyTorch; gradients in between are
        replaced, where PyTorch keeps none unless asked to.

        Takes time and memory in proportion to the number of nodes, and no
        recursion, so depth does not matter.

        gradient : float, optional
            The gradient of the root itself.  The default, 1, is the
            derivative of a number with respect to itself.
        raises : NumberError
            If `gradient` is not one real number.
        raises : StateError
            Inside a compiled function, where :func:`micrograd.grad` does.

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
        nodes.sort(key=_serial, reverse=True)
        before = [0.0 if g is None else g for g in map(InPlace.of, leaves)]
        try:
            _set_gradients([*nodes, *leaves], repeat(0.0))
            self.grad = seed
            _quick_chain_rule(nodes)
            _set_gradients(leaves, map(add, map(InPlace.of, leaves), before))
        except BaseException:  # a rule of the user's, or Ctrl+C: undo
            _set_gradients(leaves, before)
            raise


class CONSTANT:
    """Marks a plain number in a graph; a class, so that copies keep it."""


class Sum:
    """The rule of many terms added up while a function is recorded."""

    name, symbol = "sum", "+"

    unselected: dict[int, Any] = {}

    def __init__(self, arity: int) -> None:
        self.arity = arity
        self.partials = (lambda result, *terms: 1.0,) * arity

    def contribution(self, i: int, g: float, *numbers: float) -> float:
        """The gradient itself."""
        return g


@documented
class Made:
    """The rule of a node that the user made, as one does in the lecture.

    ``Value(data, children, op)`` is a result computed by other means.  How
    its gradient goes on to the children is said by a function put into its
    attribute ``_backward``, which is called without arguments when the
    gradient of the node is known; or, instead of `op`, by one number for
    each child.

    Neither can be read on anything but numbers, so what differentiates
    again, in forward mode or on a tape refuses it.

    >>> import math
    >>> from micrograd import Value
    >>> def tanh(x):
    ...     out = Value(math.tanh(x.data), (x,), "tanh")
    ...     def _backward():
    ...         x.grad += (1 - out.data**2) * out.grad
    ...     out._backward = _backward
    ...     return out
    >>> x = Value(0.0)
    >>> (tanh(x) * 3).backward()
    >>> x.grad
    3.0
    >>> y = Value(6.0, (x,), (2.0,))  # a slope of two
    >>> y.backward()
    >>> x.grad
    5.0
    """

    unselected: dict[int, Any] = {}

    def __init__(
        self,
        symbol: str,
        numbers: Sequence[float] | None = None,
        send: Callable[[], Any] | None = None,
    ) -> None:
        self.symbol, self.numbers = symbol, numbers
        self.send = send or _nothing

    def derivative(self, i: int, *numbers: float) -> float:
        """The local gradient; of a function nobody knows."""
        return nan if self.numbers is None else self.numbers[i]

    def contribution(self, i: int, g: float, *numbers: float) -> float:
        """The gradient times the local one."""
        return self() if self.numbers is None else g * self.numbers[i]

    @property
    def partials(self) -> Any:
        """Refuse what would differentiate a second time."""
        return self()

    def __call__(self, *operands: Any) -> Any:
        """Refuse to be read."""
        made = f"the node {self.symbol!r}, made by hand".replace(" ''", "")
        asked = "transforms and compile read rules only"
        do = "write its rule with micrograd.elementwise, or call backward()"
        raise RuleError(asked, made, do)


def _nothing() -> None:
    """The share of a node that has none to do."""


def _make(node: Value, children: Iterable[Any], op: Any) -> None:
    """Give a node the past that the user says it has."""
    symbol, numbers = (op, None) if isinstance(op, str) else ("", tuple(op))
    inputs = tuple(children)
    if not all(isinstance(x, Value) for x in inputs):
        asked = "Value(data, _children) takes the Values that it was made from"
        do = "write label='a' for a name, micrograd.elementwise for a rule"
        raise NumberError(asked, f"{children!r}", do)
    if numbers is not None and len(numbers) != len(inputs):
        asked = f"Value(data, children, local_gradients) takes {len(inputs)}"
        do = "give one number for each child"
        raise OptionError(asked, f"{len(numbers)}", do)
    _meet(*inputs)
    if state.get().graph or not inputs:
        node._rule, node._x = Made(symbol, numbers), inputs or None
    else:
        node._rule = CONSTANT


# --- The chain rule ---


@documented
def chain_rule(nodes: Iterable[Value], gradients: Any, read: Any) -> None:
    """The chain rule: each node sends its operands their contributions.

    A contribution is the gradient of the node, times the local gradient.

    nodes : iterable of Value
        Some of a graph, the latest first.
    gradients : type or object
        Where gradients are kept: ``of(node)`` is one that is complete,
        ``add(x, contribution)`` adds to one that is ``wanted(x)``.
    read : callable
        ``read(node, g)`` returns a function from the index of an operand to
        the contribution.
    """
    for node in nodes:
        contribution = read(node, gradients.of(node))
        for i, x in enumerate(node.inputs):
            if gradients.wanted(x):
                gradients.add(x, contribution(i))


class InPlace:
    """Gradients kept in the graph, in the attribute ``grad``."""

    of = attrgetter("grad")
    wanted = attrgetter("requires_grad")

    @staticmethod
    def add(x: Value, contribution: float) -> None:
        x.grad += contribution


def _in_numbers(node: Value, g: float, rule: Any) -> Callable[[int], float]:
    """The chain rule at one node, on the numbers in it."""
    numbers = [x.data for x in node.inputs]
    return lambda i: rule.contribution(i, g, node.data, *numbers)


def _quick_chain_rule(nodes: list[Value]) -> None:
    """The fast path of :func:`chain_rule`, in place and in numbers.

    One operand and two are written out.  Where floats raise, or 0 meets
    infinity, and where there are more, the node does it by itself.
    """
    for node in nodes:
        z, g, x, y = node.data, node.grad, node._x, node._y
        try:
            if y is not None:
                by_x, by_y = node._rule.partials
                a, b = x.data, y.data
                to_x = g * by_x(z, a, b) if x._rule is not CONSTANT else 0.0
                to_y = g * by_y(z, a, b) if y._rule is not CONSTANT else 0.0
            elif type(x) is not tuple and x._rule is not CONSTANT:
                to_x = g * node._rule.partials[0](z, x.data)
            else:
                to_x = nan
        except floats.RAISES:
            to_x = nan
        if to_x == to_x and (y is None or to_y == to_y):  # none is nan
            x.grad += to_x
            if y is not None:
                y.grad += to_y
        else:
            node._backward()


def _set_gradients(values: list[Value], gradients: Iterable[float]) -> None:
    """Set all or none: Ctrl+C waits until a function in C has returned."""
    any(map(setattr, values, repeat("grad"), gradients))  # none is true


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
        if x is None:
            leaves.append(value)
            continue
        nodes.append(value)
        if type(x) is tuple:
            stack += {*x} - seen
            seen.update(x)
            continue
        if x not in seen:
            seen.add(x)
            stack.append(x)
        if y not in seen:
            seen.add(y)
            stack.append(y)
    return nodes, leaves


@documented
def topological_order(root: Value) -> list[Value]:
    """Everything the root depends on, operands before results.

    root : Value
        Where to start from; it comes last.
    returns : list of Value
        In the order of creation.

    >>> from micrograd import Value
    >>> a = Value(2.0, label="a")
    >>> [v.label or v.op for v in topological_order(a * a + a)]
    ['a', '*', '+']
    """
    return sorted(chain.from_iterable(_reach(root)), key=_serial)


def _serial(value: Value) -> int:
    """The serial number in one piece."""
    return 256 * value._page + value._line


# --- Recording ---


def _record(primitive: Primitive, *operands: Any) -> Any:
    """The same for any number of operands, numbers among them."""
    if set(map(type, operands)) != {Value}:
        operands = tuple([_lift(x, primitive.symbol) for x in operands])
        if NotImplemented in operands:
            return NotImplemented
    _meet(*operands)
    data = primitive(*[x.data for x in operands])  # floats, or what they hold
    return new_node(data, primitive, *operands)


def _meet(*values: Any) -> None:
    """Tell the witness, if there is one, which numbers are about to matter."""
    for x in values:
        if isinstance(x.data, Value):  # assigned, as x.data = x - rate * g
            x.data = ground(x.data)
    if (witness := state.get().witness) is not None:
        witness.meet(values)


def new_node(data: Any, rule: Any, *inputs: Value) -> Value:
    """A result: the number, the rule and the operands."""
    if not state.get().graph:
        rule, inputs = CONSTANT, ()
    few = len(inputs) in (1, 2)
    return _node(data, rule, *(inputs if few else (inputs or None,)))


def _node(data: Any, rule: Any, x: Any, y: Any = None) -> Value:
    """A result of one or two operands; more of them come as a tuple."""
    node = new(Value)
    node.data, node.grad = data, 0.0
    node._rule, node._x, node._y = rule, x, y
    node._page, node._line = next_serial()
    return node


def _lift(x: Any, symbol: str) -> Any:
    """A plain number as a constant; other readers decide for themselves."""
    if isinstance(x, Value):
        return x
    if isinstance(x, Ground):
        return new_node(x, CONSTANT)
    if hasattr(x, "__primitive__") and not isinstance(x, float):
        return NotImplemented
    if getattr(x, "ndim", 0):  # an array, which asks each of its items
        return NotImplemented
    asked = f"{symbol} takes real numbers and Values"
    return new_node(to_number(x, asked), CONSTANT)
