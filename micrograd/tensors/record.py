"""Recording: run a function of tensors on arrays that are not known yet.

While a function is recorded, every tensor from outside that it can reach,
and every tensor among its arguments, holds a traced array.  The engine
runs as always, backwards too, and an optimiser's update after it; all that
NumPy is asked to do is written down.  It is done *twice*, and the two
tapes must be the same, so that whatever was counted, read from a clock or
drawn without one of our generators is found.

What a function changes in place, or puts under the name of a tensor that
was there before, as ``self.mean = 0.9 * self.mean + 0.1 * m``, is written
into the memory of the old tensor, each time.

Notation: as in :mod:`micrograd.tensors.traced`; an *outside* tensor was
there before.

Leaves out: Python's other effects, such as counters: they happen while a
function is recorded and not again.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from micrograd.compiler.reach import APART, reachable
from micrograd.compiler.tape import Tape, refusal, unlike
from micrograd.errors import NumberError
from micrograd.namespaces import Arrays
from micrograd.recording import state
from micrograd.tensors.engine import LEAF, Tensor, gradients, make
from micrograd.tensors.libraries import namespace
from micrograd.tensors.random import apart
from micrograd.tensors.traced import DO, LOST, Recorder, Traced
from micrograd.trees import leaves, rebuild

__all__ = ["Recording", "World", "record"]

TRIES = 6  # recordings until two of them know the same tensors
Array = Any


class World:
    """What a function can reach: tensors, and names that hold them.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.record import World
    >>> w = tensor([1.0])
    >>> World(lambda x, w=w: w * x).tensors == [w]
    True
    """

    def __init__(self, *objects: Any) -> None:
        tensors, others = reachable(Tensor, *objects)
        self.tensors = [
            x for x in tensors if not hasattr(x.array, "__record__")
        ]
        self.names: list[dict[str, Any]] = []
        self.modes: list[Any] = []
        for x in others:
            if issubclass(type(x), FunctionType):
                if f"{x.__module__}".partition(".")[0] not in APART:
                    self.names.append(x.__globals__)
            elif not issubclass(type(x), (type, ModuleType)):
                # Not asked of the object, which may answer anything.
                with suppress(AttributeError):
                    self.names.append(object.__getattribute__(x, "__dict__"))
                if hasattr(type(x), "training"):
                    self.modes.append(x)
        self.names = list({id(x): x for x in self.names}.values())

    def mode(self) -> tuple[Any, ...]:
        """Which modules are in training."""
        return tuple([x.training for x in self.modes])

    def held(self) -> list[dict[str, Any]]:
        """Which tensors have names at the moment."""
        return [
            {k: x for k, x in names.items() if issubclass(type(x), Tensor)}
            for names in self.names
        ]


def _gone(x: Tensor | None) -> Tensor | None:
    """What stands for the gradient of a tensor from outside."""
    if x is None:
        return None
    apart = Recorder()
    stand = make(apart.incoming(x.array))
    apart.closed = "the gradient of a tensor from outside"
    return stand


@dataclass
class Recording:
    """A function of tensors as a tape.

    Attributes
    ----------
    recorder : Recorder
        The lines.
    given : list of Traced
        The arrays among the arguments.
    outside : dict from Tensor to Traced
        The tensors from outside.
    form : tree
        What the function returned.
    seeds, grads : list
        The gradients of the results that have one, and those of `inputs`.
    inputs : list of Tensor
        Stand-ins for whatever may want a gradient: arguments, then others.
    which : dict from Tensor to int
        For a stand-in of an argument which of the arrays it is.
    state, numbers : list of Traced
        What an optimiser remembers, and its coefficients.
    marks : list of int
        Where backward and update begin, and the end.
    """

    recorder: Recorder
    given: list[Traced] = field(default_factory=list)
    outside: dict[Tensor, Traced] = field(default_factory=dict)
    form: Any = None
    seeds: list[Traced] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)
    which: dict[Tensor, int] = field(default_factory=dict)
    grads: list[Any] = field(default_factory=list)
    state: list[Traced] = field(default_factory=list)
    numbers: list[Traced] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)

    @property
    def tape(self) -> Tape:
        """The lines, as text."""
        return self.recorder.tape

    def mark(self) -> None:
        """Begin another part."""
        self.marks.append(len(self.recorder.calls))


class Stage:
    """The tensors from outside and their stand-ins while a function runs."""

    def __init__(self, recording: Recording) -> None:
        self.recording, self.recorder = recording, recording.recorder
        self.kept: list[tuple[Any, ...]] = []
        self.missed: list[Tensor] = []
        self.streams = {g: deepcopy(at) for g, at in apart.get().items()}

    def stand(self, tensors: Sequence[Tensor]) -> None:
        """Put a traced array into each tensor."""
        for x in tensors:
            past, array = x.past, x.array
            _refuse_others(array)
            owner = array
            while isinstance(owner.base, np.ndarray):
                owner = owner.base
            traced = self.recorder.incoming(array.copy(order="K"), owner)
            grad = _gone(x.grad)
            self.kept.append(
                (x, array, x.grad, x._past, x._view, x.version[0], grad)
            )
            x.array, x._grad, x._view = traced, grad, None
            x._past = None if past is None else LEAF
            self.recording.outside[x] = traced

    def meet(self, operands: Sequence[Any]) -> None:
        """Look for leaves that were not known."""
        for x in operands:
            if not isinstance(x, Tensor):
                if not hasattr(x, "dtype") and not isinstance(x, (int, float)):
                    raise refusal("a Value among tensors")
            elif type(x.array) is not Traced and x.past is not None:
                self.missed.append(x)
                self.recorder.tape.before = None  # it will be done again

    def watch(self, generator: Any) -> None:
        """Let a generator stay where it is: draw from a copy, here alone."""
        if generator not in self.streams:
            self.streams[generator] = deepcopy(generator._stream)

    def clear(self) -> str:
        """Give every tensor back what it held; say what has changed."""
        changed = ""
        for x, array, grad, past, view, version, stand in self.kept:
            if x.array is not self.recording.outside[x]:
                changed = "another array, as x.data = ..., of a tensor"
            if x.grad is not stand:
                changed = "backward(), or a change of a gradient,"
            x.array, x._grad, x._past, x._view = array, grad, past, view
            x.version[0] = version
        return changed

    def put_back(self, held: Sequence[Any], world: World) -> None:
        """Write tensors under old names into those that had them."""
        for names, before in zip(world.names, held, strict=True):
            for key, old in list(before.items()):
                new = names.get(key)
                if new is old or not isinstance(new, Tensor):
                    continue
                if old.past is not None or new.past is not None:
                    del before[key]  # a result of each call, which is gone
                elif old in self.recording.outside:
                    self._write(old, new, key)

    def _write(self, old: Tensor, new: Tensor, key: str) -> None:
        if new.shape != old.shape or new.dtype != old.dtype:
            raise refusal(f"another shape or type of {key}")
        there = self.recording.outside[old]
        args = there, ..., new.array
        self.recorder.write(operator.setitem, args, {}, there)


# --- Recording once ---


def _once(
    fn: Any, tree: Any, world: World, optimizer: Any = None,
    before: Tape | None = None,
) -> tuple[Recording, list[Tensor]]:  # fmt: skip
    """One recording, and leaves that it met without knowing them."""
    recording = Recording(Recorder(before))
    stage = Stage(recording)
    token = state.set(state.get()._replace(witness=stage))
    streams = apart.set(stage.streams)
    held, quiet = world.held(), np.errstate(all="ignore")
    try:
        with quiet:
            stage.stand(world.tensors)
            args, named = _stand_ins(tree, recording)
            recording.form = fn(*args, **named)
            stage.put_back(held, world)
            recording.mark()
            if not stage.missed:
                _go_back(recording)
            recording.mark()
            if optimizer is not None and not stage.missed:
                _update(recording, optimizer)
            recording.mark()
            recording.recorder.tape.end()
    finally:
        state.reset(token)
        apart.reset(streams)
        changed = stage.clear()
        for names, there in zip(world.names, held, strict=True):
            names.update(there)
        recording.recorder.closed = LOST
    if changed:
        raise refusal(f"{changed} from outside")
    return recording, stage.missed


def _stand_ins(tree: Any, recording: Recording) -> Any:
    """The arguments, with traced arrays in place of theirs."""
    found: list[Any] = []
    for x in leaves(tree):
        if isinstance(x, Tensor) and x not in recording.outside:
            stand = make(_incoming(recording, x.array))
            recording.which[stand] = len(recording.given) - 1
            stand._past = None if x.past is None else LEAF
            recording.inputs.append(stand)
            found.append(stand)
        elif type(x) is np.ndarray:
            found.append(_incoming(recording, x))
        else:
            found.append(x)
    return rebuild(tree, found)


def _refuse_others(array: Array) -> None:
    """Only NumPy tells its arrays what is done to them."""
    if not isinstance(array, np.ndarray):
        asked = "compile takes tensors of NumPy's arrays"
        given = f"one of {type(array).__module__}"
        raise NumberError(asked, given, "compile it with that library")


def _incoming(recording: Recording, array: Array) -> Traced:
    _refuse_others(array)
    traced = recording.recorder.incoming(array.copy(order="K"))
    recording.given.append(traced)
    return traced


def results(recording: Recording) -> list[Tensor]:
    """The results that have a gradient, each once.

    Examples
    --------
    >>> from micrograd.tensors.record import Recording, results
    >>> from micrograd.tensors.traced import Recorder
    >>> results(Recording(Recorder()))
    []
    """
    return [
        x
        for x in leaves(recording.form)
        if isinstance(x, Tensor)
        and x not in recording.outside
        and x.past is not None
    ]


def _go_back(recording: Recording) -> None:
    """Record the gradients of all inputs, by the engine's own pass."""
    outputs = results(recording)
    inputs = [*recording.inputs, *recording.outside]
    recording.inputs = [x for x in inputs if x.past is not None]
    if not outputs:
        recording.inputs = []
        return
    for x in outputs:
        seed = recording.recorder.incoming(np.ones(x.shape, x.dtype))
        recording.seeds.append(seed)
    seeds = [make(seed) for seed in recording.seeds]
    found = gradients(outputs, recording.inputs, seeds)
    recording.grads = [g if g is None else g.array for g in found]


def _update(recording: Recording, optimizer: Any) -> None:
    """Record what an optimiser does to its parameters."""
    found = dict(zip(recording.inputs, recording.grads, strict=True))
    for one, params in optimizer.parts():
        numbers = [
            recording.recorder.incoming(float(x))
            for x in one.coefficients(0, 1.0)
        ]
        recording.numbers += numbers
        for p in params:
            if found.get(p) is not None:
                _move(recording, one, p, found[p], tuple(numbers))


def _move(
    recording: Recording, one: Any, p: Tensor, g: Traced, numbers: Any
) -> None:
    """Record what becomes of one parameter."""
    now, there = recording.recorder, recording.outside[p]
    old = {
        key: now.incoming(np.full(p.shape, value, p.dtype))
        for key, value in one.first.items()
    }
    recording.state += old.values()
    xp = Arrays(namespace(there))
    array, new = one.update(xp, there, g, old, numbers)
    for at, x in [(there, array), *((old[key], new[key]) for key in new)]:
        now.write(operator.setitem, (at, ..., x), {}, at)


# --- Recording twice ---


def record(
    fn: Any, tree: Any, world: World, optimizer: Any = None
) -> Recording:
    """Record a function of tensors until two recordings agree.

    Parameters
    ----------
    fn : callable
        The function.
    tree : (tuple, dict)
        Its arguments and its named arguments.
    world : World
        What it can reach; more is added if more is met.
    optimizer : Optimizer, optional
        Whose update comes after the gradients.

    Returns
    -------
    Recording
        The second recording.

    Raises
    ------
    RecordingError
        If the function looks at a number, or two recordings differ.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.record import World, record
    >>> w, x = tensor([3.0]), tensor([2.0])
    >>> f = lambda x, w=w: w * x
    >>> print(record(f, ((x,), {}), World(f)).recorder.tape)
    0  input 0
    1  input 1
    2  multiply %0 %1
    """
    last: Any = None
    for _ in range(TRIES):
        before, static = last or (None, None)
        now, missed = _once(fn, tree, world, optimizer, before)
        if missed:
            world.tensors += dict.fromkeys(missed)
            last = None
            continue
        tape, returned = now.recorder.tape, _static(now.form)
        if last is not None:
            if returned != static:
                raise unlike("what it returned", DO)
            return now
        last = tape, returned
        del now  # and with it all arrays of the first recording
    raise unlike("tensors from outside, new ones in every call", DO)


def _static(form: Any) -> list[Any]:
    """What a function returned, but for tensors."""
    return [
        x.shape if isinstance(x, (Tensor, Traced)) else repr(x)
        for x in leaves(form)
    ]
