"""Recording: run a function on numbers that are not known yet.

While a function is recorded, every ``Value`` from outside that it can reach
or meets holds a traced number, and so do the numbers among its arguments.
The engine, the transforms, the layers and the losses run as always; what
they do to the numbers is written down.  If the function returns one
``Value``, the engine then walks backwards from it, which is written down,
too.

A function is recorded *twice*, and the two tapes must be the same.  So
whatever was drawn at random, counted, read from a clock or taken from a
``Value`` before it was known is found, without knowing how it was read.

Notation: a *stand-in* is the traced number that a Value holds meanwhile.

Leaves out: control flow that depends on numbers; it is refused.  Other
threads must leave the Values alone while a function is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from micrograd.compiler.arguments import Taken, put
from micrograd.compiler.reach import reachable
from micrograd.compiler.tape import Tape, refusal
from micrograd.compiler.traced import Traced, Truth, incoming, operand
from micrograd.engine import Value, is_older, next_serial, put_back, replace
from micrograd.errors import NumberError, RecordingError
from micrograd.recording import enable_grad, state
from micrograd.reverse import derivatives
from micrograd.trees import Tree, leaves

__all__ = ["Recording", "record"]

TRIES = 6  # recordings until two of them know the same Values


@dataclass
class Recording:
    """A function as a tape, and what its inputs and results are.

    Attributes
    ----------
    tape : Tape
        Everything that was computed, derivatives behind the rest.
    numbers : int
        How many numbers were among the arguments.
    length : int
        How many lines the function took, its derivatives left out.
    sources : list of (str, int or Value)
        Where each input gets its number: a ``number`` of the arguments, and
        which; or ``data`` or ``grad`` of which Value.
    form : tree
        What the function returned; the results take the places of its
        numbers.
    results : list of (str, int or float or Value)
        What each was, and its operand: a ``number``, a ``truth``, a
        ``node`` or a ``constant``; or a ``value`` from outside as it is.
    gradients : dict from Value to int or float
        If one Value was returned: the operands that hold its derivatives.
    """

    tape: Tape = field(default_factory=Tape)
    numbers: int = 0
    length: int = 0
    sources: list[tuple[str, Any]] = field(default_factory=list)
    form: Tree = None
    results: list[tuple[str, Any]] = field(default_factory=list)
    gradients: dict[Value, Any] = field(default_factory=dict)

    def input(self, kind: str, of: Any) -> Traced:
        """A new input of the tape."""
        which = len(self.sources)
        self.sources.append((kind, of))
        label = f"{of}" if kind == "number" else of.label
        label = label or f"value {which // 2}"
        self.tape.names[which] = f"{label} {kind}".removesuffix(" data")
        return incoming(self.tape, which)


class _Stage:
    """The Values from outside, and their stand-ins while a function runs."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.kept: dict[Value, tuple[Any, ...]] = {}
        self.stands: dict[Value, tuple[Any, Any]] = {}
        self.start = next_serial()

    def meet(self, values: Iterable[Value]) -> None:
        """Put a stand-in into every Value that was made before."""
        for x in values:
            if is_older(x, self.start) and x not in self.stands:
                data = self.recording.input("data", x)
                grad = self.recording.input("grad", x)
                self.stands[x] = data, grad
                self.kept[x] = replace(x, data, grad)

    def clear(self) -> Value | None:
        """Give every Value back what it held; return one that changed."""
        changed = None
        for x, held in self.kept.items():
            data, grad = self.stands[x]
            if x.data is not data or x.grad is not grad:
                changed = x
            put_back(x, held)
        return changed


# --- Recording once ---


def _once(
    fn: Any, tree: Any, taken: Taken, known: Sequence[Value],
    *, walk: bool = True, watched: int | None = None,
) -> tuple[Recording, list[Value]]:  # fmt: skip
    """One recording, and the Values from outside that it met."""
    recording = Recording(numbers=len(taken.numbers))
    recording.tape.watched = watched
    stage = _Stage(recording)
    token = state.set(state.get()._replace(witness=stage))
    try:
        stage.meet(known)
        one = partial(recording.input, "number")
        args, named = put(tree, iter([*map(one, range(len(taken.numbers)))]))
        given = _contents((args, named))
        recording.form = fn(*args, **named)
        if _contents((args, named)) != given:
            raise refusal("a change of what was passed as an argument")
        returned = leaves(recording.form)
        recording.results = [_result(x, stage) for x in returned]
        recording.length = len(recording.tape.operations)
        nodes = [x for x in returned if isinstance(x, Value)]
        if walk and len(nodes) == 1 and nodes[0] not in stage.stands:
            recording.gradients = _walk_back(nodes[0], stage)
    finally:
        state.reset(token)
        changed = stage.clear()
    if changed is not None:
        raise refusal(f"a change of {changed!r}, which is from outside")
    return recording, list(stage.stands)


def _contents(tree: Any) -> list[Any]:
    """What is in containers and arrays, by identity, to be compared."""
    if isinstance(tree, dict):
        return [*tree, *map(_contents, tree.values())]
    if isinstance(tree, (list, tuple)):
        return [*map(_contents, tree)]
    if hasattr(type(tree), "ravel"):
        return [*map(_contents, tree.ravel().tolist())]
    return [id(tree)]


def _result(x: Any, stage: _Stage) -> tuple[str, Any]:
    """What kind of number was returned, and its operand."""
    if isinstance(x, Value):
        if x in stage.stands:
            return "value", x
        return "node" if x.requires_grad else "constant", operand(x.data)
    if isinstance(x, (Truth, bool)):
        return "truth", operand(x)
    if isinstance(x, (Traced, int, float)) or getattr(x, "ndim", 1) == 0:
        return "number", operand(x)
    raise NumberError(
        "compile(fn) needs fn to return numbers and Values",
        f"the {type(x).__name__}",
        "return the loss, and compute the rest outside",
    )


def _walk_back(root: Value, stage: _Stage) -> dict[Value, Any]:
    """The derivatives of what was returned by the Values from outside."""
    inputs = [x for x in stage.stands if x.requires_grad]
    with enable_grad():
        grads = derivatives(root, inputs, record=False)
    pairs = zip(inputs, grads, strict=True)
    return {x: operand(g) for x, g in pairs if type(g) is not float or g != 0}


# --- Recording twice ---


def record(
    fn: Any, tree: Any, taken: Taken, known: Iterable[Value] = ()
) -> Recording:
    """Record a function until two recordings agree.

    Parameters
    ----------
    fn : callable
        Returns numbers and Values, or lists, tuples and dictionaries.
    tree : (tuple, dict)
        Its arguments and its named arguments.
    taken : Taken
        The numbers and Values in them.
    known : iterable of Value, optional
        Values that are to be on the tape in any case, first.

    Raises
    ------
    RecordingError
        If the function looks at a number, or two recordings differ.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.compiler.arguments import Taken
    >>> from micrograd.compiler.record import record
    >>> w, tree = Value(3.0), ((2.0,), {})
    >>> recording = record(lambda x: w * x, tree, Taken(tree, {}))
    >>> [kind for kind, _ in recording.sources]
    ['data', 'grad', 'number']
    """
    met = list(dict.fromkeys([*known, *taken.values, *reachable(fn, tree)]))
    last = None
    for _ in range(TRIES):
        now, values = _once(fn, tree, taken, met, walk=last is not None)
        if last is not None:
            size, before = now.length, last.length
            place = now.tape.difference(last.tape, size, before)
            if place is None:
                return now
            again, _ = _once(fn, tree, taken, met, watched=place)
            raise _unlike(again.tape.seen)
        last = now if len(values) == len(met) else None
        met = values
    raise _unlike("Values from outside, new ones in every call")


def _unlike(where: str) -> RecordingError:
    return RecordingError(
        "a compiled function repeats what it did when it was recorded, so "
        "two recordings of it must be the same",
        f"two that differ, first at {where}",
        "pass what changes, such as numbers drawn at random, as arguments",
    )
