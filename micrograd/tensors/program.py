"""The program: a tape of array operations as straight-line NumPy.

Every array has its place in memory once and for all.  Views are made
beforehand and cost nothing; every other line writes into the memory of its
result.  Lines that nobody needs go, equal lines are carried out once, what
depends on no input is computed beforehand, and memory serves again when
nobody reads it any more.  None of this changes a bit of any result: it is
the same functions of NumPy, on the same numbers, in the same order.

Notation: as in :mod:`micrograd.tensors.traced`; a place is *kept* if its
memory must not be used for anything else.

Leaves out: anything that changes a result by rounding,
see :mod:`micrograd.tensors.loops`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from micrograd.tensors.libraries import expect
from micrograd.tensors.traced import Recorder, Traced, each

__all__ = ["Line", "Program", "form", "is_elementwise"]

Array = Any


class Line(NamedTuple):
    """One operation of a program, on places.

    Attributes
    ----------
    place : int
        Its place on the tape, and that of its result.
    call : tuple
        The function, its arguments and its named arguments.
    into : int or None
        The place whose memory it changes.
    reads : tuple of int
        The places that it reads.
    """

    place: int
    call: tuple[Any, Any, Any]
    into: int | None
    reads: tuple[int, ...]


class Program:
    """A recording without what nobody needs, ready to be bound to memory.

    Parameters
    ----------
    recorder : Recorder
        The lines.
    marks : list of int
        Where parts of the program end.
    kept : iterable of Traced
        What is read from outside when the program has run.
    lasting : iterable of Traced
        Memory from outside: whatever is written there is wanted.

    Attributes
    ----------
    lines : list of Line
        What is left.
    constants : dict from int to array
        Places that depend on no input.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.program import Program
    >>> from micrograd.tensors.traced import Recorder
    >>> recorder = Recorder()
    >>> x = recorder.incoming(np.ones(2))
    >>> y = np.exp(x) + np.exp(x)
    >>> program = Program(recorder, [len(recorder.calls)], [y], [])
    >>> len(program.lines)
    2
    """

    def __init__(
        self, recorder: Recorder, marks: list[int], kept: Iterable[Traced],
        lasting: Iterable[Traced],
    ) -> None:  # fmt: skip
        self.recorder, self.marks = recorder, marks
        self.roots, self.values = [*recorder.roots], recorder.values
        self.kept = [x.place for x in kept]
        self.lasting = {self.roots[x.place] for x in lasting}
        self.same = list(range(len(recorder.calls)))
        self.constants: dict[int, Array] = {}
        self.views: list[Line] = []
        written = {self.roots[x] for x in recorder.writes.values()}
        lines = self._shared(written)
        self.kept = [self.same[x] for x in self.kept]
        self.lines = self._needed(lines)
        self.instead = self._forwarded()
        self._checks_first()

    # --- Equal lines, and constants ---

    def _shared(self, written: set[int]) -> list[Line]:
        """All lines but those that are equal to an earlier one."""
        known: dict[Any, int] = {}
        times = dict.fromkeys(written, 0)  # of memory that is written into
        lines = []
        for place, call in enumerate(self.recorder.calls):
            if call[0] is None:
                continue
            line = self._line(place, call)
            self.roots[place] = self.same[self.roots[place]]
            if line.into is not None:
                times[self.roots[place]] += 1
            elif place not in self.recorder.fixed:
                key = self._key(line, times)
                root = self.roots[place]
                if root in written and root == place:
                    key = place
                self.same[place] = known.setdefault(key, place)
                self.roots[place] = self.same[root]
                if self.same[place] != place:
                    continue
                if root not in written and all(
                    x in self.constants for x in line.reads
                ):
                    self.constants[place] = self.values[place]
                    continue
            lines.append(line)
        return lines

    def _line(self, place: int, call: Any) -> Line:
        """A line in terms of places that are the first of their kind."""
        reads: list[int] = []

        def known(x: Traced) -> Traced:
            one = self.same[x.place]
            reads.append(one)
            if one == x.place:
                return x
            stand = Traced()
            stand.place, stand.value = one, self.values[one]
            stand.recorder = self.recorder
            return stand

        into = self.recorder.writes.get(place)
        call = call[0], each(call[1], known), each(call[2], known)
        into = None if into is None else self.same[into]
        return Line(place, call, into, tuple(reads))

    def _key(self, line: Line, times: dict[int, int]) -> Any:
        operation = self.recorder.tape.operations[line.place]
        operands = _renamed(
            self.recorder.tape.operands[line.place], self.same
        )
        ages = [times.get(self.roots[x], 0) for x in line.reads]
        return operation, line.call[0], operands, tuple(ages)

    # --- Lines that somebody needs ---

    def _needed(self, lines: list[Line]) -> list[Line]:
        places = set(self.kept)
        roots = {self.roots[x] for x in places} | self.lasting
        found: list[Line] = []
        for line in reversed(lines):
            place, root = line.place, self.roots[line.place]
            if line.into is not None:
                wanted = root in roots
            elif place == root:
                wanted = place in places or root in roots
            else:
                wanted = place in places
            if wanted or place in self.recorder.fixed:
                more = line.reads if line.into is None else (
                    *line.reads, line.into
                )  # fmt: skip
                places.update(more)
                roots.update(self.roots[x] for x in more)
                view = line.into is None and place != root
                (self.views if view else found).append(line)
        self.views.reverse()
        return found[::-1]

    # --- Results that can be computed where they are to be stored ---

    def _forwarded(self) -> dict[int, int]:
        """Results whose memory is that of another place from the start."""
        found: dict[int, int] = {}
        ends = {line.place: i for i, line in enumerate(self.lines)}
        stores = [line for line in self.lines if _is_store(line)]
        for store in stores:
            assert store.into is not None
            source, root = store.reads[-1], self.roots[store.into]
            if source not in ends or {source} & {*found, *self.kept}:
                continue
            begin, end = ends[source], ends[store.place]
            if self._fits(self.lines[begin], store.into) and not any(
                root in self._touched(line, i > end)
                for i, line in enumerate(self.lines[begin + 1 :], begin + 1)
                if i != end
            ):
                found[source] = store.into
        gone = {
            line.place for line in stores if found.get(line.reads[-1])
            == line.into and line.into is not None
        }  # fmt: skip
        self.lines = [x for x in self.lines if x.place not in gone]
        return found

    def _touched(self, line: Line, late: bool) -> set[int]:
        """The memory that a line reads or, if it is late, changes."""
        into = () if line.into is None else (line.into,)
        places = into if late else (*line.reads, *into)
        return {self.roots[x] for x in places}

    def _fits(self, line: Line, into: int) -> bool:
        """Whether an elementwise line can write over what it reads."""
        target = self.values[self.roots[into]]
        if not is_elementwise(line) or into in self.recorder.fixed:
            return False
        alike = [self.values[line.place]] + [
            self.values[x]
            for x in line.reads
            if self.roots[x] == self.roots[into]
        ]
        return self.values[into] is target and all(
            form(x) == form(target) for x in alike
        )

    # --- What is checked ---

    def _checks_first(self) -> None:
        """Move conditions to the front, if nothing is changed before."""
        where = {line.place: i for i, line in enumerate(self.lines)}
        changed = {
            self.roots[x.into] for x in self.lines if x.into is not None
        }
        first: set[int] = set()
        for line in self.lines:
            if line.call[0] is not expect:
                continue
            needed, waiting = set[int](), [line.place]
            while waiting:
                i = where.get(waiting.pop())
                if i is not None and i not in needed:
                    needed.add(i)
                    waiting += [self.roots[x] for x in self.lines[i].reads]
            if all(self._is_early(self.lines[i], changed) for i in needed):
                first |= needed
        rest = [i for i in range(len(self.lines)) if i not in first]
        self.lines = [self.lines[i] for i in (*sorted(first), *rest)]

    def forget(self) -> None:
        """Let go of the examples, when there is memory for all arrays."""

        def without(x: Traced) -> Traced:
            x.value = None
            return x

        lines = [x.call for x in (*self.lines, *self.views)]
        for call in (*self.recorder.calls, *lines):
            each(call[1:], without)
        self.values.clear()

    def _is_early(self, line: Line, changed: set[int]) -> bool:
        touched = {self.roots[x] for x in (line.place, *line.reads)}
        drawn = line.place in self.recorder.fixed
        return not touched & changed and (
            line.call[0] is expect or not drawn
        )


def _renamed(operands: Any, same: list[int]) -> Any:
    if isinstance(operands, tuple):
        return tuple([_renamed(x, same) for x in operands])
    return same[operands] if type(operands) is int else operands


def is_elementwise(line: Line) -> bool:
    """Whether each number comes from those at its place.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.program import Line, is_elementwise
    >>> is_elementwise(Line(0, (np.matmul, (), {}), None, ()))
    False
    """
    function = line.call[0]
    return (
        line.into is None
        and isinstance(function, np.ufunc)
        and function.signature is None
    )


def form(x: Array) -> Any:
    """Shape, type and layout.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.program import form
    >>> form(np.ones((2, 3)))
    ((2, 3), dtype('float64'), (24, 8))
    """
    return x.shape, x.dtype, x.strides


def _is_store(line: Line) -> bool:
    """Whether it fills an array with another of the same form."""
    function, args, _ = line.call
    return (
        function is operator.setitem
        and args[1] is ...
        and type(args[2]) is Traced
        and isinstance(args[2].value, np.ndarray)
        and args[2].value.shape == args[0].value.shape
    )

