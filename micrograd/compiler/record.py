"""Recording: run a function on numbers that are not known yet.

Meanwhile its arguments, and all Values from outside that it reaches or
meets, hold traced numbers.  The engine runs as always, and backwards if the
function returns one ``Value``; what it does to the numbers is written down.

A function is recorded *twice*, and the two tapes must be the same.  So
what was drawn at random, counted, read from a clock or from a ``Value`` too
early is found, without knowing how it was read.

Leaves out: control flow that depends on numbers; threads that use the Values.
"""

from __future__ import annotations

from typing import Any

from micrograd.compiler.arguments import Taken, put
from micrograd.compiler.reach import reachable
from micrograd.compiler.tape import Tape, refusal, unlike
from micrograd.compiler.traced import Traced, Truth, operand
from micrograd.documentation import documented
from micrograd.engine import Value, topological_order
from micrograd.errors import NumberError
from micrograd.recording import state
from micrograd.reverse import derivatives
from micrograd.standins import StandIns
from micrograd.trees import Tree, leaves

__all__ = ["Recording", "record"]

DO = "pass what changes, such as numbers drawn at random, as arguments"
TRIES = 6  # recordings until two of them know the same Values


@documented
class Recording(StandIns):
    """A function as a tape, and what its inputs and results are.

    >>> from micrograd import Value, compile
    >>> w = Value(3.0)
    >>> f = compile(lambda x: w * x, reader="python")
    >>> y = f(2.0)
    >>> f.last.recording.results, f.last.recording.gradients[w]
    ([('node', 3)], 2)
    """

    def __init__(self, count: int, before: Tape | None = None) -> None:
        super().__init__()
        self.tape, self.count = Tape(before, DO), count  # of the arguments
        # Of each input: "number", and which; "data" or "grad", of which Value.
        self.sources: list[tuple[str, Any]] = []
        # What was returned; in it each "number", "truth", "node" or "constant"
        # with its operand, or a "value" from outside.
        self.form: Tree = None
        self.results: list[tuple[str, Any]] = []
        self.gradients: dict[Value, Any] = {}  # operands, too
        self.reached: list[set[Value]] = []  # what each result depends on

    def input(self, kind: str, of: Any) -> Traced:
        """A new input of the tape."""
        which = len(self.sources)
        self.sources.append((kind, of))
        label = f"{of}" if kind == "number" else of.label
        label = label or f"value {which // 2}"
        self.tape.names[which] = f"{label} {kind}".removesuffix(" data")
        return Traced(self.tape, "input", which)

    def numbers(self, x: Value) -> tuple[Traced, Traced]:
        """Two inputs of the tape."""
        return self.input("data", x), self.input("grad", x)


def _once(fn: Any, tree: Any, taken: Taken, met: Any, last: Any) -> Recording:
    """One recording; the second goes on to derivatives."""
    now = Recording(len(taken.numbers), last)
    token = state.set(state.get()._replace(witness=now))
    try:
        now.meet(met)
        inputs = [now.input("number", i) for i in range(now.count)]
        args, named = put(tree, iter(inputs))
        given = _contents((args, named))
        now.form = fn(*args, **named)
        if _contents((args, named)) != given:
            raise refusal("a change of what was passed as an argument")
        returned = leaves(now.form)
        now.results = [_result(x, now) for x in returned]
        now.tape.end()
        if last is not None:
            _walk_back(now, returned)
    finally:
        state.reset(token)
        changed = now.clear()
    if changed is not None:
        raise refusal(f"a change of {changed!r}, which is from outside")
    return now


def _walk_back(now: Recording, returned: list[Any]) -> None:
    """Write down derivatives with respect to Values from outside."""
    inputs = [x for x in now.stands if x.requires_grad]
    nodes, known = [x for x in returned if isinstance(x, Value)], set(inputs)
    for x in returned:
        order = topological_order(x) if isinstance(x, Value) else ()
        now.reached.append(known.intersection(order))
    if len(nodes) != 1 or nodes[0] in now.stands:
        return
    state.set(state.get()._replace(graph=True))
    grads = derivatives(nodes[0], inputs, record=False)
    for x, g in zip(inputs, grads, strict=True):
        if isinstance(g, Traced) or g != 0:
            now.gradients[x] = operand(g)


def _contents(tree: Any) -> list[Any]:
    """What is in containers and arrays, by identity, to be compared."""
    if isinstance(tree, dict):
        return [*tree, *map(_contents, tree.values())]
    if isinstance(tree, (list, tuple)):
        return [*map(_contents, tree)]
    if hasattr(type(tree), "ravel"):
        return [*map(_contents, tree.ravel().tolist())]
    return [id(tree)]


def _result(x: Any, now: Recording) -> tuple[str, Any]:
    """What kind of number was returned, and its operand."""
    if isinstance(x, Value):
        if x in now.stands:
            return "value", x
        return "node" if x.requires_grad else "constant", operand(x.data)
    if isinstance(x, (Truth, bool)) or getattr(x, "dtype", "") == "bool":
        return "truth", operand(x)
    if isinstance(x, (Traced, int, float)) or getattr(x, "ndim", 1) == 0:
        return "number", operand(x)
    asked = "compile(fn) needs fn to return numbers and Values"
    do = "return the loss, and compute the rest outside"
    raise NumberError(asked, f"the {type(x).__name__}", do)


@documented
def record(fn: Any, tree: Any, taken: Taken, known: Any = ()) -> Recording:
    """Record a function until two recordings agree.

    Values that are known are on the tape in any case, first.

    >>> from micrograd import Value
    >>> from micrograd.compiler.arguments import Taken
    >>> w, tree = Value(3.0), ((2.0,), {})
    >>> recording = record(lambda x: w * x, tree, Taken(tree, {}))
    >>> [kind for kind, _ in recording.sources]
    ['data', 'grad', 'number']
    """
    found, _ = reachable(Value, fn, tree)
    met = [*dict.fromkeys([*known, *taken.values, *found])]
    before = None
    for _ in range(TRIES):
        now = _once(fn, tree, taken, met, before)
        if before is not None:
            return now
        before = now.tape if len(now.stands) == len(met) else None
        met = [*now.stands]
    raise unlike("Values from outside, new ones in every call", DO)
