"""Recording: run a function on numbers that are not known yet.

While a function is recorded, every ``Value`` from outside that it can reach
or meets holds a traced number, and so do the numbers among its arguments.
The engine, the transforms, the layers and the losses run as always; what
they do to the numbers is written down.  If the function returns one
``Value``, the engine then runs backwards from it, which is written down,
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
from typing import Any, NamedTuple

from micrograd.compiler.arguments import Taken, put
from micrograd.compiler.reach import reachable
from micrograd.compiler.tape import Tape, refusal
from micrograd.compiler.traced import Traced, Truth, incoming, operand
from micrograd.engine import Value
from micrograd.errors import NumberError, RecordingError
from micrograd.recording import enable_grad, state
from micrograd.reverse import derivatives
from micrograd.standins import StandIns
from micrograd.trees import Tree, leaves

__all__ = ["Recording", "Source", "record"]

TRIES = 6  # recordings until two of them know the same Values


class Source(NamedTuple):
    """Where an input gets its number.

    Attributes
    ----------
    kind : {"number", "data", "grad"}
        A number among the arguments, or an attribute of a Value.
    of : int or Value
        Which of the numbers; or the Value.
    """

    kind: str
    of: Any


class Result(NamedTuple):
    """One number that a function returned.

    Attributes
    ----------
    kind : {"number", "truth", "node", "constant", "value"}
        A float, a bool, a Value with or without a past; or a Value from
        outside that is returned as it is.
    operand : int, float or Value
        Where its number is; or that Value.
    """

    kind: str
    operand: Any


@dataclass
class Recording:
    """A function as a tape, and what its inputs and results are.

    Attributes
    ----------
    tape : Tape
        Everything that was computed, derivatives behind the rest.
    length : int
        How many lines the function took, its derivatives left out.
    sources : list of Source
        For each input of the tape where its number comes from.
    form : tree
        What the function returned; the results take the places of its
        numbers.
    results : list of Result
        For each number that the function returned what it is.
    gradients : dict from Value to int or float
        If one Value was returned: the operands that hold its derivatives.
    """

    tape: Tape = field(default_factory=Tape)
    length: int = 0
    sources: list[Source] = field(default_factory=list)
    form: Tree = None
    results: list[Result] = field(default_factory=list)
    gradients: dict[Value, Any] = field(default_factory=dict)

    def input(self, kind: str, of: Any) -> Traced:
        """A new input of the tape."""
        which = len(self.sources)
        self.sources.append(Source(kind, of))
        label = getattr(of, "label", f"{of}") or f"value {which // 2}"
        self.tape.names[which] = f"{label} {kind}".removesuffix(" data")
        return incoming(self.tape, which)


class _Stage(StandIns):
    """The Values from outside, and their stand-ins while a function runs."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording

    def numbers(self, x: Value) -> tuple[Traced, Traced]:
        """Two inputs of the tape."""
        input_ = self.recording.input
        return input_("data", x), input_("grad", x)


# --- Recording once ---


def _once(
    fn: Any, tree: Any, taken: Taken, known: Sequence[Value],
    *, walk: bool = True, watched: int | None = None,
) -> tuple[Recording, list[Value]]:  # fmt: skip
    """One recording, and the Values from outside that it met."""
    recording = Recording()
    recording.tape.watched = watched
    stage = _Stage(recording)
    token = state.set(state.get()._replace(witness=stage))
    try:
        stage.meet(known)
        numbers = range(len(taken.numbers))
        inputs = [recording.input("number", i) for i in numbers]
        args, named = put(tree, iter(inputs))
        given = _contents((args, named))
        recording.form = fn(*args, **named)
        if _contents((args, named)) != given:
            raise refusal("a change of what was passed as an argument")
        returned = leaves(recording.form)
        recording.results = [_result(x, stage) for x in returned]
        recording.length = len(recording.tape)
        if walk:
            recording.gradients = _walk_back(returned, stage)
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


def _result(x: Any, stage: _Stage) -> Result:
    """What kind of number was returned."""
    if isinstance(x, Value):
        if x in stage.stands:
            return Result("value", x)
        kind = "node" if x.requires_grad else "constant"
        return Result(kind, operand(x.data))
    if isinstance(x, (Truth, bool)):
        return Result("truth", operand(x))
    if isinstance(x, (Traced, int, float)) or getattr(x, "ndim", 1) == 0:
        return Result("number", operand(x))
    raise NumberError(
        "compile(fn) needs fn to return numbers and Values",
        f"the {type(x).__name__}",
        "return the loss, and compute the rest outside",
    )


def _walk_back(returned: Sequence[Any], stage: _Stage) -> dict[Value, Any]:
    """If one Value was returned, the gradients of those from outside."""
    nodes = [x for x in returned if isinstance(x, Value)]
    if len(nodes) != 1 or nodes[0] in stage.stands:
        return {}
    inputs = [x for x in stage.stands if x.requires_grad]
    with enable_grad():
        grads = derivatives(nodes[0], inputs, record=False)
    return {
        x: operand(g)
        for x, g in zip(inputs, grads, strict=True)
        if isinstance(g, Traced) or g != 0
    }


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
    >>> [source.kind for source in recording.sources]
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
            raise _unlike(again.tape.seen or "its last line")
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
