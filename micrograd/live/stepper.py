"""A forward and a backward pass that can be watched, step by step.

:func:`steps` records both passes of an expression, and what it returns
shows itself: as a player in a notebook or on a page, as lines of arithmetic
in a terminal.

The engine goes from the newest node to the oldest.  The two other orders
come to mind first, and are wrong wherever a number in the middle is used
twice: they are here to be watched.

Leaves out: expressions of more nodes than anybody watches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from micrograd.documentation import documented
from micrograd.draw.outline import enumerated
from micrograd.engine import Value, topological_order
from micrograd.errors import GraphSizeError, NumberError, OptionError
from micrograd.live.frames import (
    TOLD,
    Frame,
    backward_frames,
    forward_frames,
    names_of,
    number,
)
from micrograd.namespaces import to_choice

__all__ = ["Steps", "steps"]

NODES = 200  # about as many as can be drawn and followed
VISITS = 1_000  # nobody watches more, and recursion may need 2**n


@documented
def steps(
    root: Value,
    order: str | Iterable[Value] = "creation",
    *,
    parameters: Iterable[Value] | None = None,
) -> Steps:
    """Record the forward and the backward pass of an expression.

    The gradients of the expression itself stay as they are.

    root : Value
        The result.
    order : {"creation", "recursion", "discovery"} or iterable of Value
        In which order nodes pass on their gradients.  The engine goes by
        creation, from the newest node to the oldest; the other two are
        wrong where a number is used twice, and so may be an order of your
        own.  Leaves in it are skipped.
    parameters : iterable of Value, optional
        The leaves to colour as parameters, as in
        :func:`micrograd.draw.draw_dot`.
    returns : Steps
        Shows itself in a notebook; printed, it is a list of lines.
    raises : NumberError, OptionError, GraphSizeError
        If `root` is not a ``Value``, `order` is an unknown name or has values
        the root does not depend on, or there are more than 200 values, or
        1,000 visits.

    >>> from micrograd import Value
    >>> from micrograd.live import steps
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> print(steps(a * b + a))
    0  given     a.data = 2.0, b.data = -3.0
    1  forward   v1.data = (a.data = 2.0) * (b.data = -3.0) = -6.0
    2  forward   v2.data = (v1.data = -6.0) + (a.data = 2.0) = -4.0
    3  backward  v2.grad = 1.0
    4  backward  v1.grad += 1.0 × (v2.grad = 1.0) = 1.0
    5  backward  a.grad += 1.0 × (v2.grad = 1.0) = 1.0
    6  backward  a.grad += (b.data = -3.0) × (v1.grad = 1.0) = -3.0; \
so far -2.0
    7  backward  b.grad += (a.data = 2.0) × (v1.grad = 1.0) = 2.0
    8  result    a.grad = -2.0, b.grad = 2.0
    """
    if not isinstance(root, Value):
        asked = "steps(root) takes a Value"
        given = f"the {type(root).__name__} {root!r:.40}"
        raise NumberError(asked, given, "pass the result of Values")
    values = topological_order(root)
    if len(values) > NODES:
        asked = f"steps(root) shows at most {NODES} values"
        do = "take a smaller one, such as one neuron or one row of the data"
        raise GraphSizeError(asked, f"an expression of {len(values):,}", do)
    return Steps(values, _visits(root, values, order), parameters)


def _visits(
    root: Value, values: list[Value], order: str | Iterable[Value]
) -> list[Value]:
    """The nodes in the order in which they are to pass on."""
    if isinstance(order, str):
        to_choice(order, "steps(order=...) knows", ORDERS)
        order = ORDERS[order](root)
    visits, inside = list(order), set(values)
    for value in visits:
        if value not in inside:
            asked = "steps(order=...) takes values the root depends on"
            raise OptionError(asked, f"{value!r:.60}", "leave it out")
    visits = [value for value in visits if value.inputs]
    if len(visits) > VISITS:
        asked = f"steps(order=...) shows at most {VISITS:,} visits"
        do = "shorten the order; recursion has one for each path"
        raise GraphSizeError(asked, f"{len(visits):,} or more", do)
    return visits


# --- Orders ---


def creation(root: Value) -> list[Value]:
    """From the newest node to the oldest: what the engine does."""
    return [v for v in reversed(topological_order(root)) if v.inputs]


def recursion(root: Value) -> list[Value]:
    """Pass on, then let each operand do the same.  Wrong.

    A node appears once for each path that leads to it, so this stops when
    there are more than anybody watches.
    """
    visits: list[Value] = []
    stack = [root]
    while stack and len(visits) <= VISITS:
        node = stack.pop()
        if node.inputs:
            visits.append(node)
            stack.extend(reversed(node.inputs))
    return visits


def discovery(root: Value) -> list[Value]:
    """Each node once, in the order in which a search meets it.  Wrong."""
    met = dict.fromkeys([root])
    line = [root]
    for node in line:  # grows while it is walked
        line += [x for x in dict.fromkeys(node.inputs) if x not in met]
        met.update(dict.fromkeys(node.inputs))
    return [node for node in line if node.inputs]


ORDERS = {f.__name__: f for f in (creation, recursion, discovery)}


# --- What was recorded ---


@documented
class Steps:
    """The frames of both passes, from the inputs to their gradients.

    values : list of Value
        The graph, in the order of creation.
    visits : list of Value
        The nodes in the order in which they pass on.
    parameters : iterable of Value, optional
        The leaves to colour as parameters.
    frames : list of Frame
        The steps.
    names : dict of Value to str
        What each value is called: its label, or ``v1``, ``v2`` and so on.
    gradients : dict of Value to float
        What each value ends up with.
    wrong : dict of Value to float
        The derivatives of those that end up with something else, in the
        digits that are shown.

    >>> from micrograd import Value
    >>> from micrograd.live import steps
    >>> x = Value(3.0, label="x")
    >>> y = x + x
    >>> watched = steps(y + y, order="recursion")
    >>> watched.gradients[x], watched.wrong[x]
    (8.0, 4.0)
    >>> [frame.fault for frame in watched if frame.fault][-2:]
    ['once too often: v1 has passed this on before', 'x.grad should be 4.0']
    """

    def __init__(
        self,
        values: list[Value],
        visits: list[Value],
        parameters: Iterable[Value] | None = None,
    ) -> None:
        self.values = values
        self.parameters = None if parameters is None else list(parameters)
        self.names = dict(zip(values, names_of(values), strict=True))
        self.frames = [
            *forward_frames(values, self.names),
            *backward_frames(values, visits, self.names),
        ]
        self.gradients = self._gradients(self.frames)
        right = backward_frames(values, creation(values[-1]), self.names)
        self.wrong = {
            value: derivative
            for value, derivative in self._gradients(right).items()
            if number(derivative) != number(self.gradients.get(value, 0.0))
        }
        self.frames.append(self._result())

    def _gradients(self, frames: Iterable[Frame]) -> dict[Value, float]:
        """What each value has after the frames."""
        return {
            frame.operand: frame.gradient
            for frame in frames
            if frame.operand is not None
        }

    def _result(self) -> Frame:
        """The last frame: the gradients of the leaves."""
        told, faults = [], []
        for v in self.values:
            if v.inputs or not v.requires_grad:
                continue
            found = number(self.gradients.get(v, 0.0))
            told.append(f"{self.names[v]}.grad = {found}")
            if v in self.wrong:
                right = number(self.wrong[v])
                faults.append(f"{self.names[v]}.grad should be {right}")
        line = enumerated(told, TOLD, ", ") or "only constants"
        return Frame("result", line, fault=enumerated(faults, TOLD, ", "))

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, index: int) -> Frame:
        return self.frames[index]

    def __iter__(self) -> Iterator[Frame]:
        return iter(self.frames)

    def __repr__(self) -> str:
        kinds = [frame.phase for frame in self.frames]
        parts = [f"{kinds.count(k)} {k}" for k in ("forward", "backward")]
        return f"Steps({', '.join(parts)})"

    def __str__(self) -> str:
        width = len(str(len(self.frames) - 1))
        lines = []
        for i, frame in enumerate(self.frames):
            lines.append(f"{i:{width}}  {frame.phase:8}  {frame.line}")
            if frame.fault:
                lines.append(f"{'':{width}}  {'!':8}  {frame.fault}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from micrograd.live.player import player

        return player(self)
