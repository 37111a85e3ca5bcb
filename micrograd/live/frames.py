"""The engine watched at work: every addition to a gradient, in order.

A graph is copied into nodes that write down each change of their gradient,
and the engine's own chain rule is run on the copies, one node at a time.
So a frame is not a second account of backpropagation but a record of the
first.  Handed nodes in another order, the same chain rule goes wrong, and
the record shows where.

A rule reads on anything that has operators.  Handed operands that carry both
a name and a number, it gives the text of the arithmetic that is done at this
very point: where it chooses, only the branch that is taken is written down.

Notation: the *node* is the value that is computed, or passes its gradient on;
its *share* what it sends to one operand, the local partial times its gradient;
a *fault* says why a share is wrong: the node was not complete, or had been
here.

Leaves out: what a frame looks like (:mod:`micrograd.live.player`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from micrograd.documentation import documented
from micrograd.draw.outline import enumerated
from micrograd.engine import Value
from micrograd.operators import Operators
from micrograd.rules import Primitive
from micrograd.source import Source

__all__ = ["Frame", "forward_text", "names_of", "number", "partial_text"]

TOLD = 6  # inputs named on one line
LONGEST = 8  # characters of a number that is written with all its digits
LOOSE = -1  # binds so loosely that every operator puts it in brackets


def number(x: float) -> str:
    """A number as Python writes it, or with five digits if that is long.

    >>> number(-3.0), number(2 / 3), number(1e300 / 3)
    ('-3.0', '0.66667', '3.3333e+299')
    """
    text = repr(float(x))
    text = text if len(text) <= LONGEST else f"{x:.5g}"
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
    """The partial of one operand, as a number and as a text.

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


@documented
@dataclass(frozen=True)
class Frame:
    """One step of a forward or a backward pass.

    phase : {"given", "forward", "backward", "result"}
        The inputs; an operation; the first 1, or a share that is sent; the
        gradients that were asked for.
    line : str
        The step as a line of arithmetic.
    node : Value, optional
        The value that is computed, or passes its gradient on.
    operand : Value, optional
        The value that is sent a share.
    slot : int
        Which operand of the node that is, counted from 0.
    rule : str
        The local partial as the rule writes it, such as ``b.data``.
    local : float
        The local partial.
    upstream : float
        The gradient of the node, so far.
    share : float
        What is sent: `local` times `upstream`.
    gradient : float
        The gradient of the operand, so far.
    fault : str
        Why the share is wrong, or nothing.
    parts : tuple of str
        The line of a share in its parts: what is added to, the local
        partial, the gradient of the node, the share, and the sum so far,
        if it is another number.

    >>> from micrograd import Value
    >>> from micrograd.live import steps
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> frame = steps(a * b)[3]
    >>> frame.line
    'a.grad += (b.data = -3.0) × (v1.grad = 1.0) = -3.0'
    >>> frame.operand is a, frame.local, frame.gradient
    (True, -3.0, -3.0)
    """

    phase: str
    line: str
    node: Value | None = None
    operand: Value | None = None
    slot: int = 0
    rule: str = ""
    local: float = 0.0
    upstream: float = 0.0
    share: float = 0.0
    gradient: float = 0.0
    fault: str = ""
    parts: tuple[str, ...] = ()


# --- A graph that tells ---


class Watched(Value):
    """A copy of a value that writes down every change of its gradient.

    >>> copy = watch([Value(2.0)])[0]
    >>> copy.grad += 3.0
    >>> copy.grad += 1.0
    >>> copy.journal
    [3.0, 4.0]
    """

    __slots__ = ("_now", "journal")
    _now: float
    journal: list[float]

    @property
    def grad(self) -> float:
        """The gradient, as in any value."""
        return self._now

    @grad.setter
    def grad(self, changed: float) -> None:
        self._now = changed
        self.journal.append(changed)


def watch(values: Sequence[Value]) -> list[Watched]:
    """Copy a graph into nodes that can be watched.

    The values come in the order of creation, and so do their copies, whose
    gradients are zero.
    """
    copies: dict[Value | None, Watched] = {}
    for value in values:
        copy = Watched.__new__(Watched)
        copy.data, copy.label, copy._now = value.data, value.label, 0.0
        copy._page, copy._line = value._page, value._line
        x, copy._y = value._x, copies.get(value._y)
        many = type(x) is tuple
        copy._x = tuple(copies[v] for v in x) if many else copies.get(x)
        copy._rule, copy.journal = value._rule, []
        copies[value] = copy
    return list(copies.values())


# --- Forward ---


def forward_frames(
    values: Sequence[Value], names: dict[Value, str]
) -> Iterator[Frame]:
    """The inputs, then one frame for each operation."""
    leaves = [v for v in values if not v.inputs and v.requires_grad]
    told = [f"{names[v]}.data = {number(v.data)}" for v in leaves]
    yield Frame("given", enumerated(told, TOLD, ", ") or "only constants")
    for node in values:
        if node.inputs:
            done = f"{forward_text(node, names)} = {number(node.data)}"
            yield Frame("forward", f"{names[node]}.data = {done}", node)


# --- Backward ---


def backward_frames(
    values: Sequence[Value], order: Sequence[Value], names: dict[Value, str]
) -> Iterator[Frame]:
    """The first 1, then one frame for each share that is sent.

    The last of `values` is the root; `order` is that of passing on.
    """
    copies = dict(zip(values, watch(values), strict=True))
    root = values[-1]
    if not root.requires_grad:
        return  # a number that depends on nothing
    copies[root].grad = 1.0
    line = f"{names[root]}.grad = 1.0"
    yield Frame("backward", line, operand=root, share=1.0, gradient=1.0)
    faults = _faults(values, order, names)
    for node, fault in zip(order, faults, strict=True):
        upstream = copies[node].grad
        for copy in copies.values():
            copy.journal.clear()
        copies[node]._backward()
        for slot, operand in enumerate(node.inputs):
            if operand.requires_grad:
                changed = copies[operand].journal.pop(0)
                yield _sent(node, slot, upstream, changed, names, fault)


def _sent(
    node: Value,
    slot: int,
    upstream: float,
    changed: float,
    names: dict[Value, str],
    fault: str,
) -> Frame:
    """One share, from a node to one of its operands."""
    local, rule = partial_text(node, slot, names)
    operand, share = node.inputs[slot], upstream * local
    to, value = f"{names[operand]}.grad", _factor(rule, local)
    above = f"({names[node]}.grad = {number(upstream)})"
    line = f"{to} += {value} × {above} = {number(share)}"
    # Of a first share there is no need to say what it adds up to.
    so_far = number(changed) if changed != share else ""
    line += f"; so far {so_far}" if so_far else ""
    parts = (to, value, above, number(share), so_far)
    told = (line, node, operand, slot, rule, local, upstream, share, changed)
    return Frame("backward", *told, fault, parts)


def _factor(rule: str, local: float) -> str:
    """A partial as one of two factors: its rule, if that says more."""
    value = number(local)
    if rule != value:
        return f"({rule} = {value})"
    return f"({value})" if local < 0 else value


def _faults(
    values: Sequence[Value], order: Sequence[Value], names: dict[Value, str]
) -> Iterator[str]:
    """For each visit what is wrong with it: too early, or once too often."""
    users: dict[Value, list[Value]] = {value: [] for value in values}
    for value in values:
        for x in dict.fromkeys(value.inputs):
            users[x].append(value)
    done: set[Value] = set()
    for node in order:
        late = [names[user] for user in users[node] if user not in done]
        fault = ""
        if node in done:
            fault = f"once too often: {names[node]} has passed this on before"
        elif late:
            fault = f"too early: {late[0]} has not passed on yet"
        done.add(node)
        yield fault
