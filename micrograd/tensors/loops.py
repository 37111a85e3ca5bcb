"""Loops: lines of a program that one pass over the numbers carries out.

NumPy goes over whole arrays once for each line.  Lines that go over the
same numbers, one after the other, are put together here, as far as nothing
between them stands in the way, and become machine code; an array that only
they read is never made.  Sums and extremes along the last axes may be among
them, and sums over the first ones.  Everything else stays with NumPy.

Additions, products and so on give the same bits.  Sums are in another
order, and exp, log, tanh and erf are those of
:mod:`micrograd.tensors.elementary`.

Notation
--------
space
    The numbers that a loop goes over; arrays of other shapes fit into it
    if their strides can be told.
step
    A line of NumPy, or a loop.

Leaves out: what lines mean, see :mod:`micrograd.tensors.meanings`, and
what a loop looks like, see :mod:`micrograd.tensors.kernels`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from micrograd.tensors.kernels import Access, Dims, Loop, Op, refined
from micrograd.tensors.meanings import Meaning, kind_of, meaning
from micrograd.tensors.program import Line, Program
from micrograd.tensors.traced import Traced

__all__ = ["Memory", "Step", "spread", "steps"]

Array = Any
MOST = 24  # arrays of a loop
HEAVY = {"exp", "log", "tanh", "erf"}

# --- Memory ---


def spread(shape: Any, strides: Any, inner: int = 1) -> Dims:
    """Sizes and strides, as few as will do.

    Examples
    --------
    >>> from micrograd.tensors.loops import spread
    >>> spread((2, 3, 4), (48, 16, 4)), spread((2, 3), (4, 0))
    (((24, 4),), ((2, 4), (3, 0)))
    """
    dims: list[tuple[int, int]] = []
    pairs = [*zip(shape, strides, strict=True), (inner, 0)]
    for n, stride in pairs:
        if n == 1:
            continue
        if dims and dims[-1][1] == n * stride:
            dims[-1] = dims[-1][0] * n, stride
        else:
            dims.append((n, stride))
    return tuple(dims)


class Memory:
    """Where the arrays of a program will lie.

    Parameters
    ----------
    program : Program
        The program.

    Attributes
    ----------
    others : dict
        Arrays that no line makes, by the bases of accesses.
    """

    def __init__(self, program: Program) -> None:
        self.program, self.values = program, program.values
        self.others: dict[Any, Array] = {}

    def root(self, place: int) -> int:
        """The root whose memory it is in the end."""
        root = self.program.roots[place]
        target = self.program.instead.get(root)
        return root if target is None else self.program.roots[target]

    def of(self, access: Access) -> Any:
        """The root of an access."""
        base = access.base
        return self.root(base) if type(base) is int else base

    def access(self, x: Any, shape: Any, tail: int) -> Any:
        """An operand over a space: a number, an access; None if unknown."""
        if type(x) is not Traced:
            if not isinstance(x, np.ndarray):
                return float(x)
            base = "constant", id(x)
            self.others[base] = x
            return self._spread(base, 0, x, shape, tail)
        if isinstance(x.value, np.ndarray):
            return self.spread(x.place, x.value, shape, tail)
        if x.place in self.program.constants:
            return float(x.value)
        if not isinstance(x.value, float):
            return None
        return Access(("number", x.place), 0, (), "double")

    def spread(self, place: int, x: Array, shape: Any, tail: int) -> Any:
        """An array of the program over a space."""
        if place in self.program.constants:
            return self._spread(place, 0, x, shape, tail)
        root = self.root(place)
        whole = self.values[root]
        own = self.program.roots[place]
        start = x.ctypes.data - self.values[own].ctypes.data
        if not np.may_share_memory(x, self.values[own]):
            return self._spread(place, 0, x, shape, tail)
        computed = self.program.recorder.calls[root][0] is not None
        if computed and whole.strides != np.empty_like(whole).strides:
            return None
        return self._spread(root, start, x, shape, tail)

    def _spread(
        self, base: Any, start: int, x: Array, shape: Any, tail: int
    ) -> Any:
        kind = kind_of(x.dtype)
        if not kind or not x.flags.aligned:
            return None
        strides = np.broadcast_to(x, shape).strides
        return Access(base, start, spread(shape, strides, tail), kind)


# --- Steps ---


class Step:
    """A line of NumPy, or lines that became a loop.

    Attributes
    ----------
    lines : list of Line
        The lines.
    ops : list of Op
        What a loop computes; nothing for a line of NumPy.
    reads, writes : set
        Roots whose memory it looks at, and changes.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.lines: list[Line] = []
        self.ops: list[Op] = []
        self.reads, self.writes = set[Any](), set[Any]()
        self.size = self.inner = 0
        self.now: dict[Access, int] = {}
        self.dims: set[Dims] = set()
        self.tight = False  # whether it writes over what it reads
        self.loop: Loop | None = None

    def take(self, line: Line) -> None:
        """Add a line to what it reads and writes."""
        self.lines.append(line)
        root = self.memory.root
        self.reads.update(map(root, line.reads))
        self.writes.add(root(line.place))

    def meets(self, line: Line) -> bool:
        """Whether a line has to stay behind this step."""
        root = self.memory.root
        out = root(line.place)
        reads = map(root, line.reads)
        return (
            out in self.reads
            or out in self.writes
            or not self.writes.isdisjoint(reads)
        )

    # --- What may join ---

    def join(self, line: Line, what: Meaning) -> bool:
        """Take a line into the loop, if that can be."""
        size = int(np.prod(what.shape))
        self.size = self.size or size
        form, inner = what.form, what.inner or self.inner
        if form == "full" and inner and size * inner == self.size:
            form = "row"
        elif size != self.size:
            return False
        if inner != self.inner and (self.inner or self.tight):
            return False
        found = self._accesses(what, inner if form == "row" else 1)
        if found is None:
            return False
        operands, out = found
        if not self._writes(operands, out, form, inner):
            return False
        dims = {x.dims for x in (*operands, out) if isinstance(x, Access)}
        dims |= self.dims
        many = len(self.reads | self.writes) > MOST
        if many or refined([*dims], inner) is None:
            return False
        self.inner, self.dims = inner, dims
        self._append(what, line, operands, out, form)
        self.take(line)
        return True

    def _accesses(self, what: Meaning, tail: int) -> Any:
        """Operands as operations, accesses and numbers; and the result."""
        memory, found = self.memory, list[Any]()
        for x in what.operands:
            access = memory.access(x, what.shape, tail)
            known = self.now.get(access)
            if access is None or (known is None and self._made(access)):
                return None
            if known is not None and self.ops[known].form == "column":
                return None
            found.append(access if known is None else known)
        out = memory.spread(*what.out, what.shape, tail)
        return None if out is None else (found, out)

    def _made(self, access: Any) -> bool:
        """Whether it reads, in another way, what is made in the loop."""
        if not isinstance(access, Access):
            return False
        return self.memory.of(access) in self.writes

    def _writes(
        self, operands: Any, out: Access, form: str, inner: int
    ) -> bool:
        """Whether the result may be written where it belongs."""
        root = self.memory.of(out)
        read = [x for op in self.ops for x in op.operands] + operands
        before = {x for x in read if self._is_at(x, root)}
        within = {x for x in self.now if self._is_at(x, root)}
        if before:
            if form != "full" or inner or before != {out}:
                return False
            self.tight = True
        return not within or (
            within == {out} and self.ops[self.now[out]].form == form
        )

    def _is_at(self, x: Any, root: Any) -> bool:
        return isinstance(x, Access) and self.memory.of(x) == root

    def _append(
        self, what: Meaning, line: Line, operands: Any, out: Access,
        form: str,
    ) -> None:  # fmt: skip
        word, kind = what.word, what.kind
        if word == "dot":
            product = Access(("product", line.place), 0, (), kind)
            op = Op("multiply", kind, tuple(operands), product, "full")
            operands, word = [len(self.ops)], "add"
            self.ops.append(op)
            self.now[product] = operands[0]
        self.now[out] = len(self.ops)
        self.ops.append(Op(word, kind, tuple(operands), out, form))

    # --- When all lines are known ---

    def finish(self, needed: set[Any], alone: bool) -> None:
        """Write the loop, or leave its only line to NumPy."""
        heavy = self.inner or any(x.word in HEAVY for x in self.ops)
        if len(self.lines) == 1 and alone and not heavy:
            self.ops = []
            return
        stored = {
            i
            for i, op in enumerate(self.ops)
            if self.memory.of(op.out) in needed and self.now[op.out] == i
        }
        self.loop = Loop(self.ops, stored, self.inner)

    @property
    def dropped(self) -> set[int]:
        """Places whose arrays nobody needs."""
        if self.loop is None:
            return set()
        root = self.memory.root
        kept = {self.memory.of(self.ops[i].out) for i in self.loop.stored}
        return {x.place for x in self.lines if root(x.place) not in kept}


def steps(
    program: Program, memory: Memory, lasting: set[int], native: bool = True
) -> list[list[Step]]:
    """The lines of a program put together.

    Parameters
    ----------
    program : Program
        The program.
    memory : Memory
        Where its arrays lie.
    lasting : set of int
        Roots that are read later.
    native : bool, optional
        Whether to make loops at all.

    Returns
    -------
    list of list of Step
        For each part of the program its steps.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.loops import Memory, steps
    >>> from micrograd.tensors.program import Program
    >>> from micrograd.tensors.traced import Recorder
    >>> recorder = Recorder()
    >>> x = recorder.incoming(np.ones((2, 3)))
    >>> y = np.exp(x - x.max(axis=1, keepdims=True))
    >>> program = Program(recorder, [len(recorder.calls)], [y], [])
    >>> ((loop,),) = steps(program, Memory(program), {y.place})
    >>> [op.form for op in loop.ops], loop.inner
    (['fold', 'full', 'full'], 3)
    """
    begin, parts = 0, []
    for end in program.marks:
        found: list[Step] = []
        for line in program.lines:
            if begin <= line.place < end:
                _place(found, line, memory, native)
        parts.append(found)
        begin = end
    every = [x for found in parts for x in found]
    changed = {
        memory.root(x.place)
        for x in program.lines
        if x.into is not None or x.place in program.instead
    }
    for found in parts:
        loops = [False, *[bool(x.ops) for x in found], False]
        for i, one in enumerate(found):
            if one.ops:
                read = [x.reads for x in every if x is not one]
                alone = not loops[i] and not loops[i + 2]
                one.finish(lasting.union(changed, *read), alone)
    return parts


def _place(
    found: list[Step], line: Line, memory: Memory, native: bool
) -> None:
    """Put a line into a loop that is there, or behind all others."""
    what = meaning(line, memory.values) if native else None
    new, end = Step(memory), len(found) - 1
    if what is not None:
        last = end
        while last >= 0 and not found[last].meets(line):
            last -= 1
        # What changes memory from outside stays behind all others.
        stays = line.into is not None or line.place in memory.program.instead
        for i in dict.fromkeys((end,) if stays else (last, end)):
            if i >= 0 and found[i].ops and found[i].join(line, what):
                return
        if new.join(line, what):
            found.append(new)
            return
        new = Step(memory)
    new.take(line)
    found.append(new)
