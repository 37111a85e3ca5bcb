"""Replay: a recorded function of tensors, run again on other numbers.

What :func:`micrograd.compile` does where there are tensors among the
arguments of a function or among what it can reach.  The arrays of the
arguments are copied into the program's memory, the program runs, and
copies of its results come out.  A result that has a gradient gets a node,
whose rule is the other half of the program.  With an optimiser a call is a
whole training step.

Numbers of Python among the arguments are part of their form: for each
number there is a recording.  What changes in every call is to be a tensor.

Notation: as in :mod:`micrograd.tensors.program`.

Leaves out: arrays of other libraries than NumPy.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from itertools import pairwise
from typing import Any

import numpy as np

from micrograd.compiler.arguments import Same
from micrograd.compiler.compiled import KEPT
from micrograd.compiler.reach import reachable
from micrograd.engine import Value
from micrograd.errors import GraphError, NumberError
from micrograd.operators import Operators
from micrograd.recording import enable_grad, state
from micrograd.tensors.engine import Node, Tensor, gradients, make
from micrograd.tensors.libraries import Diverged, calmly
from micrograd.tensors.lowered import PARTS, Lowered
from micrograd.tensors.optim.optimizer import refuse_nonfinite
from micrograd.tensors.program import Program, form
from micrograd.tensors.record import Recording, World, record, results
from micrograd.tensors.traced import Traced
from micrograd.trees import leaves, rebuild

__all__ = ["Replay", "Replays", "taken_over"]

Array = Any
STATIC = (int, float, str, bytes, type(None), type(...), np.generic)


def taken_over(compiled: Any, tree: Any, made: bool) -> Any:
    """What replays a function in the place of the compiler of numbers.

    Parameters
    ----------
    compiled : Compiled
        The function.
    tree : tree
        Its arguments.
    made : bool
        Whether it makes tensors itself.

    Returns
    -------
    Replays or False
        False if there are no tensors.

    Examples
    --------
    >>> import micrograd
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.replay import taken_over
    >>> f = micrograd.compile(abs, reader="python")
    >>> taken_over(f, (1.0,), made=False)
    False
    >>> type(taken_over(f, tensor([1.0]), made=False)).__name__
    'Replays'
    """
    fn, optimizer = compiled.fn, compiled.optimizer
    native = compiled.reader == "native"
    given = [*leaves(tree), *getattr(optimizer, "parameters", ())]
    if made or any(isinstance(x, Tensor) for x in given):
        return Replays(fn, optimizer, native)
    tensors, others = reachable(Tensor, fn)
    if any(issubclass(type(x), Value) for x in (*given, *others)):
        return False  # unless it meets a tensor, which it says
    return Replays(fn, optimizer, native) if tensors else False


class Replays:
    """A function of tensors, recorded once for each form of its arguments.

    Parameters
    ----------
    fn : callable
        The function.
    optimizer : Optimizer, optional
        For a training step.
    native : bool, optional
        Whether to make loops of machine code.

    Examples
    --------
    >>> import micrograd
    >>> from micrograd.tensors import tensor
    >>> f = micrograd.compile(lambda x: (x * 2).exp(), reader="python")
    >>> f(tensor([0.0, 0.5]))
    tensor([1.0000, 2.7183])
    >>> print(f.source(), end="")
    def forward():
        np.multiply(v0, 2, out=v1)
        np.exp(v1, out=v2)
    """

    def __init__(
        self, fn: Any, optimizer: Any = None, native: bool = False
    ) -> None:
        self.fn, self.optimizer, self.native = fn, optimizer, native
        self.world = World(fn, optimizer)
        self.known = _numbered(self.world.tensors)
        self.replays: OrderedDict[Any, Replay] = OrderedDict()

    def __call__(self, args: Any, named: Any) -> Any:
        """Replay the function on these arguments, or record it first."""
        tree = args, named
        given: list[Any] = []
        world = self.world
        key = (
            _form(tree, given, self.known),
            state.get().graph,
            world.mode(),
            tuple([x.past is None for x in world.tensors]),
            self._settings(),
        )
        replay = self.replays.get(key)
        if replay is None or not replay.fits():
            known = len(world.tensors)
            settings = self.optimizer, self.native
            replay = Replay(self.fn, tree, world, *settings)
            if len(world.tensors) > known:  # so the key is another one
                self.known = _numbered(world.tensors)
                return self(args, named)
            self.replays[key] = replay
            if len(self.replays) > KEPT:
                self.replays.popitem(last=False)
        self.replays.move_to_end(key)
        return replay.run(tree, given)

    def _settings(self) -> Any:
        """What an optimiser's update depends on, but for the numbers."""
        if self.optimizer is None:
            return None
        return tuple([
            (key, len(x) if key == "params" else x)
            for group in self.optimizer.param_groups
            for key, x in group.items()
            if key != "lr"
        ])


def _numbered(tensors: list[Tensor]) -> dict[Tensor, int]:
    return {x: i for i, x in enumerate(tensors)}


def _form(tree: Any, given: list[Any], known: dict[Tensor, int]) -> Any:
    """What is left of arguments without their arrays, which are taken."""
    kind = type(tree)
    if isinstance(tree, (list, tuple)):
        return kind, *[_form(x, given, known) for x in tree]
    if isinstance(tree, dict):
        return kind, *[(k, _form(x, given, known)) for k, x in tree.items()]
    if isinstance(tree, Tensor):
        place = known.get(tree)
        if place is not None:
            return "known", place
        given.append(tree)
        return kind, tree.array.shape, tree.array.dtype, tree.past is None
    if kind is np.ndarray:
        given.append(tree)
        return kind, tree.shape, tree.dtype
    if isinstance(tree, Operators):
        asked = "compile takes tensors or Values, not both"
        raise NumberError(asked, f"a {kind.__name__}", "pass one kind")
    static = isinstance(tree, STATIC)
    return (kind, repr(tree)) if static else Same(tree)


class Replay:
    """A recorded function in memory, for one form of its arguments.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.record import World
    >>> from micrograd.tensors.replay import Replay
    >>> x = tensor([1.0, 2.0])
    >>> replay = Replay(lambda x: x * x, ((x,), {}), World())
    >>> replay.run(((x,), {}), [x])
    tensor([1., 4.])
    """

    def __init__(
        self, fn: Any, tree: Any, world: World, optimizer: Any = None,
        native: bool = False,
    ) -> None:  # fmt: skip
        self.fn, self.optimizer = fn, optimizer
        clock = [time.perf_counter()]
        self.recording = now = record(fn, tree, world, optimizer)
        clock.append(time.perf_counter())
        self.returned = leaves(now.form)
        self._check_step()
        self.program = self._simplified(now)
        clock.append(time.perf_counter())
        plain = all(
            x.array.strides == t.value.strides for x, t in now.outside.items()
        )
        lasting = self._lasting(now)
        self.lowered = Lowered(self.program, lasting, native and plain)
        self.arrays = self.lowered.arrays
        for x in (*now.given, *now.seeds):
            self.arrays[x.place] = x.value
        self.given = [x.value for x in now.given]
        self.seeds = [x.value for x in now.seeds]
        self.forms = {x: form(t.value) for x, t in now.outside.items()}
        self.bind()
        clock.append(time.perf_counter())
        pairs = pairwise(clock)
        self.times = [end - start for start, end in pairs]
        self.program.forget()
        self.serial = 0
        self.rows = {x: _Row(self, j) for j, x in enumerate(results(now))}

    def _simplified(self, now: Recording) -> Program:
        """The program, and which tensors from outside it changes."""
        kept: list[Any] = [
            getattr(x, "array", x)
            for x in self.returned
            if isinstance(x, (Tensor, Traced))
        ]
        kept += [g for g in now.grads if type(g) is Traced]
        outside = [*now.outside.values(), *now.state]
        program = Program(now.recorder, now.marks, kept, outside)
        roots = program.roots
        changed = {roots[x.into] for x in program.lines if x.into is not None}
        changed |= {roots[x] for x in program.instead.values()}
        self.changed = [
            x for x, t in now.outside.items() if roots[t.place] in changed
        ]
        fixed = {x.place for x in program.lines} & now.recorder.fixed
        calls = now.recorder.calls
        drawn = any(calls[i][0].__name__ != "expect" for i in fixed)
        self.pure = not self.changed and not drawn
        return program

    def _lasting(self, now: Recording) -> set[int]:
        """What a backward pass, perhaps a second one, will read."""
        begin = now.marks[0]
        roots = self.program.roots
        read = {
            roots[x]
            for line in self.program.lines
            if line.place >= begin
            for x in line.reads
        }
        self.read = [
            x.version for x, t in now.outside.items() if t.place in read
        ]
        return set() if self.optimizer else {x for x in read if x < begin}

    # --- Memory from outside ---

    def fits(self) -> bool:
        """Whether the tensors from outside are as they were recorded."""
        outside = self.recording.outside.items()
        if all(x.array is self.arrays[t.place] for x, t in outside) and all(
            self.optimizer.state[p][key] is a for p, key, a in self.state
        ):
            return True
        for x, _ in outside:
            if type(x.array) is not np.ndarray:
                return False
            if form(x.array) != self.forms[x]:
                return False
        self.bind()
        return True

    def bind(self) -> None:
        """Make the functions anew, on the memory that is there now."""
        outside = {t.place: x.array for x, t in self.recording.outside.items()}
        self.state = self._state()
        outside |= {
            t.place: array
            for t, (_, _, array) in zip(
                self.recording.state, self.state, strict=True
            )
        }
        run = self.lowered.bind(outside)
        nothing = {part: lambda *_: None for part in PARTS}
        self.parts = [(nothing | run)[part] for part in PARTS]
        self.grads = [self._found(g) for g in self.recording.grads]
        pairs = zip(self.recording.inputs, self.grads, strict=True)
        self.moved = [
            (p, make(g), g)
            for p, g in pairs
            if self.optimizer and g is not None and p in self.optimizer.state
        ]
        self.others = len(self.moved) < len(self.grads)
        moved = {p for p, _, _ in self.moved}
        every = self.optimizer.parameters if self.optimizer else ()
        self.still = [p for p in every if p not in moved]
        self.results = [
            self._found(x.array if isinstance(x, Tensor) else x)
            for x in self.returned
        ]

    def _found(self, x: Any) -> Any:
        if type(x) is not Traced:
            return x
        return self.arrays[self.program.same[x.place]]

    def _state(self) -> list[tuple[Tensor, str, Array]]:
        """Where an optimiser keeps what it remembers, as arrays."""
        if self.optimizer is None:
            return []
        now, found = self.recording, []
        grads = dict(zip(now.inputs, now.grads, strict=True))
        for p in self.optimizer.parameters:
            names = self.optimizer.state[p]
            for key, x in names.items() if grads.get(p) is not None else ():
                new = np.full(p.shape, x, p.dtype)
                # NB: what is loaded may be one number for all, and what the
                # user puts there anything; the code knows one form.
                if not isinstance(x, np.ndarray) or form(x) != form(new):
                    names[key] = new
                found.append((p, key, names[key]))
        return found

    # --- Running ---

    def run(self, tree: Any, given: list[Any]) -> Any:
        """Run once on these arguments; what the function returns."""
        for there, x in zip(self.given, given, strict=True):
            np.copyto(there, x.array if isinstance(x, Tensor) else x)
        self.serial += 1
        forward, backward, update = self.parts
        try:
            calmly(forward)
        except Diverged:
            return self._otherwise(tree)
        if self.optimizer is not None:
            calmly(backward)
            return self._step(given, update)
        for x in self.changed:
            x.version[0] += 1
        call = _Call(self.serial, tree, given, [v[0] for v in self.read])
        made = [
            self._made(x, a, call)
            for x, a in zip(self.returned, self.results, strict=True)
        ]
        return rebuild(self.recording.form, made)

    def _otherwise(self, tree: Any) -> Any:
        """The function itself, where the recording does not fit."""
        if self.changed and self.optimizer is None:
            asked = "a compiled function repeats the checks of its arguments"
            given = "numbers for which they come out otherwise"
            raise GraphError(asked, given, "run the function uncompiled")
        args, named = tree
        if self.optimizer is None:
            return self.fn(*args, **named)
        loss = self.fn(*args, **named)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step(loss)
        return loss.item()

    # --- Results, and their gradients ---

    def _made(self, x: Any, array: Any, call: _Call) -> Any:
        """One result: a copy, with a node if it has a gradient."""
        if type(x) is Traced:
            return array.copy()
        if not isinstance(x, Tensor) or x in self.recording.outside:
            return x
        out = make(array.copy())
        row = self.rows.get(x)
        if row is not None:
            found = self._operands(call.given)
            operands = call.operands = [t for t, g in found if g is not None]
            if any(t.past is not None for t in operands):
                out._past = Node(row, operands, out, {"call": call})
        return out

    def _operands(self, given: list[Any]) -> list[tuple[Tensor, Any]]:
        """The tensors behind the inputs, and the memory of gradients."""
        which = self.recording.which
        real = [
            given[which[x]] if x in which else x for x in self.recording.inputs
        ]
        return list(zip(real, self.grads, strict=True))

    def pull(self, j: int, g: Array, call: _Call) -> list[Array]:
        """The gradients of all operands, from that of result `j`."""
        if call.versions != [v[0] for v in self.read] or (
            call.serial != self.serial and not self.pure
        ):
            given = "what was changed since, by another call perhaps"
            do = "call backward() before the function runs again"
            raise GraphError("backward() through a compiled call", given, do)
        if call.serial != self.serial:
            for there, x in zip(self.given, call.given, strict=True):
                np.copyto(there, x.array if isinstance(x, Tensor) else x)
            self.parts[0]()
            self.serial = call.serial
        for k, seed in enumerate(self.seeds):
            np.copyto(seed, g if k == j else 0)
        self.parts[1]()
        return [g.copy() for g in self.grads if g is not None]

    # --- A training step ---

    def _check_step(self) -> None:
        """With an optimiser there is one result, and it is one number."""
        if self.optimizer is None:
            return
        (x, *more) = self.returned or [None]
        if more or not isinstance(x, Tensor) or x.array.size != 1:
            raise NumberError(
                "compile(fn, optimizer) needs fn to return one number",
                f"{len(self.returned)} results" if more else repr(x),
                "return the loss alone",
            )
        if not results(self.recording):
            asked = "compile(fn, optimizer) needs a loss to differentiate"
            do = "set requires_grad=True on the parameters"
            raise GraphError(asked, "a constant", do)

    def _step(self, given: list[Any], update: Any) -> float:
        """The end of a training step: gradients out, parameters moved."""
        optimizer = self.optimizer
        for p in self.still:  # as zero_grad() leaves it
            p.grad = None
        for p, g, _ in self.moved:
            p.grad = g
            g.version[0] += 1
        for x, g in self._operands(given) if self.others else ():
            if g is not None and x not in optimizer.state:
                x.grad = make(g.copy() if x.grad is None else x.grad.array + g)
        if not math.isfinite(calmly(self._size)):
            for i, (p, _, _) in enumerate(self.moved):
                refuse_nonfinite(p, "a compiled step", i)
        numbers = [
            x
            for one, _ in optimizer.parts()
            for x in one.coefficients(optimizer.steps, one.learning_rate())
        ]
        calmly(update, numbers)
        for x in self.changed:
            x.version[0] += 1
        optimizer.steps += 1
        loss: float = self.results[0].item()
        return loss

    def _size(self) -> float:
        """The squares of all gradients together; perhaps infinite."""
        return float(sum([np.vdot(x, x) for _, _, x in self.moved]))

    # --- To be looked at ---

    def source(self) -> str:
        """The program as Python source."""
        return self.lowered.source

    def report(self) -> str:
        """What came out of each part of compiling, as a table."""
        lines = len(self.recording.recorder.calls)
        rows = [
            f"recorded {lines:,} lines, twice",
            f"left over {len(self.program.lines):,}",
            f"put into {self.lowered.size / 1e6:,.1f} MB of memory",
        ]
        times, runs = list(self.times), self.lowered.runs
        if runs.runs:
            rows.append(runs.summary())
            times.append(runs.seconds)
            times[2] -= runs.seconds
        return "\n".join(
            f"{row:<40}{seconds:>8.3f} s"
            for row, seconds in zip(rows, times, strict=True)
        )


class _Call:
    """One call, for when its results are differentiated."""

    def __init__(
        self, serial: int, tree: Any, given: list[Any], versions: list[int]
    ) -> None:
        self.serial, self.tree, self.given = serial, tree, given
        self.versions = versions
        self.operands: list[Tensor] = []
        self.pulled: Any = (None, [])


class _Row:
    """The rule of a result: the second half of the program."""

    def __init__(self, replay: Replay, j: int) -> None:
        self.replay, self.j, self.name = replay, j, "compiled"

    def reads(self, i: int) -> tuple[bool, ...]:
        return ()

    def back(
        self, i: int, g: Array, shapes: Any, *_: Any, call: _Call
    ) -> Array:
        if call.pulled[0] is not g:
            call.pulled = g, self.replay.pull(self.j, g, call)
        return call.pulled[1][i]

    def back_recorded(
        self, i: int, g: Tensor, shapes: Any, *_: Any, call: _Call
    ) -> Any:
        """The same as a tensor, by the function itself on the engine."""
        if not self.replay.pure:
            asked = "a second derivative runs a compiled function again"
            given = "one that draws numbers or changes tensors"
            raise GraphError(asked, given, "differentiate it uncompiled")
        args, named = call.tree
        with enable_grad():
            found = leaves(self.replay.fn(*args, **named))
            mine = results(self.replay.recording)[self.j]
            which = [x is mine for x in self.replay.returned]
            z = found[which.index(True)]
            operand = call.operands[i]
            (part,) = gradients([z], [operand], [g], create_graph=True)
        return part
