"""Kernels: one loop over arrays as LLVM text, and as machine code.

A loop goes over rows, and along each row once for every reduction that
something later in it needs: a softmax looks for the largest number, then
adds up exponentials, then divides.  What is computed in between stays in
registers.  What took long, such as an exponential, is kept in a buffer of
one row; the rest is computed again.

Notation
--------
full, row, column
    A value for each number, one for each row, and one for each place in a
    row (a sum over rows, which is added up in memory).
level
    How many reductions come before a value.

Leaves out: which lines make up a loop, see :mod:`micrograd.tensors.loops`.

Sources: the LLVM language reference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from micrograd.tensors.elementary import ELEMENTARY, Text, literal

__all__ = ["KINDS", "Access", "Dims", "Loop", "Op", "can", "refined"]

KINDS = {"f4": "float", "f8": "double", "i4": "i32", "i8": "i64", "b1": "i1"}
BYTES = {"float": 4, "double": 8, "i32": 4, "i64": 8, "i1": 1}
COSTLY = {*ELEMENTARY, "divide", "sqrt"}
LONG = 8192  # numbers in a row that is kept in a buffer
Dims = tuple[tuple[int, int], ...]


class Access(NamedTuple):
    """Where the numbers of a loop lie in memory.

    Attributes
    ----------
    base : object
        Whose memory.
    offset : int
        Bytes from its start.
    dims : tuple of tuple of int
        Sizes and strides in bytes, as few as will do.
    kind : str
        The type, as LLVM calls it.
    """

    base: Any
    offset: int
    dims: Dims
    kind: str


class Op(NamedTuple):
    """One operation of a loop.

    Attributes
    ----------
    word : str
        The name of NumPy's function.
    kind : str
        The type that it computes in.
    operands : tuple
        Numbers of operations before it, accesses, and Python's numbers.
    out : Access
        Where its result belongs.
    form : {"full", "row", "fold", "column"}
        What it gives; a fold makes one number of a row.
    """

    word: str
    kind: str
    operands: tuple[Any, ...]
    out: Access
    form: str

    @property
    def result(self) -> str:
        """The type of its result."""
        return "i1" if self.word in TRUTHS else self.kind


# --- Dimensions ---


def _ends(dims: Dims) -> list[int]:
    """How many numbers there are from each dimension on."""
    found, n = [], 1
    for size, _ in reversed(dims):
        n *= size
        found.append(n)
    return found


def refined(every: Sequence[Dims], inner: int) -> list[int] | None:
    """The fewest sizes with which all accesses can be told.

    Parameters
    ----------
    every : sequence of Dims
        The accesses.
    inner : int
        The length of a row, or 0 if it does not matter.

    Returns
    -------
    list of int or None
        The sizes, the longest way to go from one number to the next first;
        None if they do not fit together.

    Examples
    --------
    >>> from micrograd.tensors.kernels import refined
    >>> refined([((12, 4),), ((3, 4), (4, 0))], 0)
    [3, 4]
    >>> refined([((2, 4), (3, 0)), ((3, 4), (2, 0))], 0) is None
    True
    """
    cuts = {1, inner or 1}.union(*map(_ends, every))
    ordered = sorted(cuts)
    if inner and len(ordered) > 1 and ordered[1] != inner:
        return None
    sizes = []
    for a, b in pairwise(ordered):
        if b % a:
            return None
        sizes.append(b // a)
    return sizes[::-1]


def _strides(dims: Dims, sizes: list[int]) -> list[int]:
    """The strides along refined sizes."""
    found, rest = [], list(dims)
    n = 1  # how much of the last dimension has been gone through
    for size in reversed(sizes):
        if not rest:
            found.append(0)
            continue
        whole, stride = rest[-1]
        found.append(stride * n)
        n *= size
        if n == whole:
            rest.pop()
            n = 1
    return found[::-1]


# --- Operations ---

SIMPLE = {
    "add": ("fadd", "add"), "subtract": ("fsub", "sub"),
    "multiply": ("fmul", "mul"), "divide": ("fdiv", ""),
    "equal": ("fcmp oeq", "icmp eq"), "not_equal": ("fcmp une", "icmp ne"),
    "less": ("fcmp olt", "icmp slt"), "greater": ("fcmp ogt", "icmp sgt"),
    "less_equal": ("fcmp ole", "icmp sle"),
    "greater_equal": ("fcmp oge", "icmp sge"),
    "logical_and": ("", "and"), "logical_or": ("", "or"),
    "bitwise_and": ("", "and"), "bitwise_or": ("", "or"),
    "bitwise_xor": ("", "xor"), "logical_xor": ("", "xor"),
}  # fmt: skip
TRUTHS = {
    "equal", "not_equal", "less", "greater", "less_equal", "greater_equal",
    "logical_and", "logical_or", "logical_not", "logical_xor",
}  # fmt: skip
OTHERS = {
    *ELEMENTARY, "negative", "absolute", "sqrt", "square", "maximum",
    "minimum", "invert", "logical_not", "copy", "where",
}  # fmt: skip
FOLDS = {
    "add": "0.0", "maximum": "-inf", "minimum": "inf", "logical_and": "1",
    "logical_or": "0",
}  # fmt: skip


def can(word: str, kind: str) -> bool:
    """Whether a loop can compute a function in a type.

    Examples
    --------
    >>> from micrograd.tensors.kernels import can
    >>> can("exp", "float"), can("exp", "i64"), can("matmul", "float")
    (True, False, False)
    """
    floats = kind in ("float", "double")
    if word in SIMPLE:
        known = bool(SIMPLE[word][not floats])
        truth = word.startswith(("logical", "bitwise", "eq", "not_"))
        return known and (kind != "i1" or truth)
    if word in ("invert", "logical_not"):
        return kind == "i1"
    if word in ("copy", "where"):
        return True
    return word in OTHERS and (floats or (word, kind) == ("negative", "i64"))


def _compute(b: Text, word: str, x: list[Any]) -> str:
    """One operation on registers of the type of the text."""
    floats = b.kind in ("float", "double")
    if word in SIMPLE:
        return b.write(SIMPLE[word][not floats], *x)
    if word in ELEMENTARY:
        return ELEMENTARY[word](b, x[0])
    if word in SHORT:
        return str(SHORT[word](b, *x))
    return b.call({"absolute": "fabs"}.get(word, word), *x)


def _negative(b: Text, x: str) -> str:
    return b.write("sub", 0, x) if b.kind[0] == "i" else b.write("fneg", x)


SHORT: dict[str, Any] = {
    "copy": lambda b, x: x,
    "where": lambda b, c, x, y: b.choose(c, x, y),
    "invert": lambda b, x: b.write("xor", x, True),
    "logical_not": lambda b, x: b.write("xor", x, True),
    "square": lambda b, x: b.write("fmul", x, x),
    "negative": _negative,
}


def converted(b: Text, x: str, old: str, new: str) -> str:
    """A register as another type."""
    floats = ("float", "double")
    if old == new:
        return x
    if new == "i1":
        zero = "0.0" if old in floats else "0"
        word = "fcmp une" if old in floats else "icmp ne"
        return b.line(f"{word} {old} {x}, {zero}")
    if old in floats and new in floats:
        return b.cast("fpext" if new == "double" else "fptrunc", x, old, new)
    if new in floats:
        return b.cast("uitofp" if old == "i1" else "sitofp", x, old, new)
    if old == "i1":
        return b.cast("zext", x, old, new)
    return b.cast("sext" if new == "i64" else "trunc", x, old, new)


# --- Writing a loop ---


class Loop:
    """The text of one loop.

    Parameters
    ----------
    ops : sequence of Op
        The operations, each after what it reads.
    stored : set of int
        Those whose results are wanted in memory.
    inner : int
        The length of a row; 0 without reductions.
    """

    def __init__(
        self, ops: Sequence[Op], stored: set[int], inner: int
    ) -> None:
        self.ops, self.stored = ops, stored
        reads = [
            x for op in ops for x in op.operands if isinstance(x, Access)
        ]
        outs = [ops[i].out for i in sorted(stored)]
        every = list(dict.fromkeys([*reads, *outs]))
        sizes = refined([x.dims for x in every], inner) or [1]
        self.outer, self.inner = sizes[:-1], sizes[-1]
        self.size = " x ".join(map(str, sizes))
        self.strides = {x: _strides(x.dims, sizes) for x in every}
        self.bases = list(dict.fromkeys([x.base for x in every]))
        self.names = {x: f"%p{i}" for i, x in enumerate(every)}
        self.levels: list[int] = []
        for op in ops:
            levels = [self.levels[x] for x in op.operands if type(x) is int]
            self.levels.append(max(levels, default=0) + (op.form == "fold"))
        self.buffered: dict[int, str] = {}
        self.text = Text("float")
        self.registers: dict[Any, str] = {}

    def write(self) -> str:
        """The function, under the name NAME."""
        b = self.text
        given = [f"ptr noalias %a{i}" for i in range(len(self.bases))]
        head = f"define internal void @NAME_({', '.join(given)}) noinline {{"
        self._rows()
        body = b.lines
        b.lines = ["entry:"]
        self._begin()
        lines = [head, *b.lines, *body, "}", self._entrance()]
        return "\n".join(lines) + "\n"

    def _entrance(self) -> str:
        """The function that takes a table of addresses."""
        lines = ["define void @NAME(ptr %T) {"]
        for i in range(len(self.bases)):
            lines.append(f"  %q{i} = getelementptr ptr, ptr %T, i64 {i}")
            lines.append(f"  %a{i} = load ptr, ptr %q{i}")
        every = ", ".join([f"ptr %a{i}" for i in range(len(self.bases))])
        return "\n".join(
            [*lines, f"  call void @NAME_({every})", "  ret void", "}"]
        )

    def _begin(self) -> None:
        """Buffers of a row, and zeros to be added to."""
        b = self.text
        for i, name in self.buffered.items():
            kind = self.ops[i].result
            room = f"[{self.inner} x {kind}]"
            b.lines.append(f"  {name} = alloca {room}, align 64")
        for i in self.stored:
            op = self.ops[i]
            if op.form == "column":
                n = BYTES[op.kind]
                for size, stride in op.out.dims:
                    n *= size if stride else 1
                at = self._at(op.out, str(op.out.offset))
                b.lines.append(
                    f"  call void @llvm.memset.p0.i64(ptr {at}, i8 0, "
                    f"i64 {n}, i1 false)"
                )
        b.lines.append("  br label %h0")

    def _at(self, x: Access, offset: str) -> str:
        base = f"%a{self.bases.index(x.base)}"
        return self.text.line(f"getelementptr i8, ptr {base}, i64 {offset}")

    # --- Rows ---

    def _rows(self) -> None:
        """A nest of loops around what happens along a row."""
        b, last = self.text, len(self.outer)
        for d in range(last):
            before = "%entry" if d == 0 else f"%h{d - 1}"
            old = f"[0, {before}], [%i{d}n, %t{d}]"
            b.lines += [f"h{d}:", f"  %i{d} = phi i64 {old}"]
            b.lines.append(f"  br label %h{d + 1}")
        b.lines.append(f"h{last}:")
        self.block = f"h{last}"
        for x in self.names:
            self._pointer(x)
        self._scalars(0)
        # From the end: what is kept for later passes has to be known.
        levels = range(max(self.levels) + 1)
        wanted = {x: self._wanted(x) for x in reversed(levels)}
        for level in levels:
            self._pass(level, wanted[level])
            self._scalars(level + 1)
        b.lines.append(f"  br label %t{last - 1}" if last else "  ret void")
        for d in reversed(range(last)):
            after = f"%t{d - 1}" if d else "%done"
            b.lines += [
                f"t{d}:",
                f"  %i{d}n = add nuw nsw i64 %i{d}, 1",
                f"  %m{d} = icmp ult i64 %i{d}n, {self.outer[d]}",
                f"  br i1 %m{d}, label %h{d}, label {after}",
            ]
        b.lines += ["done:", "  ret void"] if last else []

    def _pointer(self, x: Access) -> None:
        """Where the row begins; and the number, if it is one for all."""
        b, at = self.text, str(x.offset)
        for d, stride in enumerate(self.strides[x][:-1]):
            if stride:
                step = b.line(f"mul i64 %i{d}, {stride}")
                at = b.line(f"add i64 {at}, {step}")
        b.lines.append(
            f"  {self.names[x]} = getelementptr i8, "
            f"ptr %a{self.bases.index(x.base)}, i64 {at}"
        )
        read = any(x in op.operands for op in self.ops)
        if read and not self._step(x):
            self.registers[x] = self._load(x.kind, self.names[x])

    def _step(self, x: Access) -> int:
        """The stride along a row."""
        return 0 if self.inner == 1 else self.strides[x][-1]

    def _load(self, kind: str, at: str) -> str:
        b = self.text
        if kind == "i1":
            byte = b.line(f"load i8, ptr {at}")
            return b.line(f"icmp ne i8 {byte}, 0")
        return b.line(f"load {kind}, ptr {at}")

    def _store(self, op: Op, x: str, at: str) -> None:
        b = self.text
        x, kind = converted(b, x, op.result, op.out.kind), op.out.kind
        if kind == "i1":
            x, kind = b.cast("zext", x, "i1", "i8"), "i8"
        b.lines.append(f"  store {kind} {x}, ptr {at}")

    def _operation(self, i: int) -> str:
        op, b = self.ops[i], self.text
        b.kind = op.kind
        found: list[Any] = []
        for k, x in enumerate(op.operands):
            kind = "i1" if op.word == "where" and k == 0 else op.kind
            if type(x) is int or isinstance(x, Access):
                found.append(self._read(x, kind))
            else:
                found.append(self._number(float(x), kind))
        return _compute(b, op.word, found)

    def _read(self, x: Any, kind: str) -> str:
        """An operand, which is in a register, as a type."""
        old = self.ops[x].result if type(x) is int else x.kind
        return converted(self.text, self.registers[x], old, kind)

    def _number(self, x: float, kind: str) -> str:
        """A constant; infinities as numbers that LLVM does not know.

        It would put the choice of a mask around the whole of what follows,
        and not look for the largest number in several lanes.
        """
        if abs(x) != math.inf or kind not in ("float", "double"):
            return literal(x, kind)
        sign = "minus" if x < 0 else "plus"
        return self.text.line(f"load {kind}, ptr @{sign}_{kind}")

    def _scalars(self, level: int) -> None:
        """What there is one of for each row."""
        for i, op in enumerate(self.ops):
            if self.levels[i] != level or op.form not in ("row", "fold"):
                continue
            if op.form == "row":
                self.registers[i] = self._operation(i)
            if i in self.stored:
                self._store(op, self.registers[i], self.names[op.out])

    # --- Along a row ---

    def _wanted(self, level: int) -> list[int]:
        """What is computed along a row at a level."""
        waiting = [
            x
            for i, op in enumerate(self.ops)
            if op.form == "fold" and self.levels[i] == level + 1
            for x in op.operands
        ]
        waiting += [
            i
            for i, op in enumerate(self.ops)
            if self.levels[i] == level
            and (
                op.form == "column"
                or (op.form == "full" and i in self.stored)
                or i in self.buffered
            )
        ]
        found: set[int] = set()
        while waiting:
            i = waiting.pop()
            if type(i) is not int or i in found:
                continue
            if self.ops[i].form in ("row", "fold"):
                continue
            found.add(i)
            if self.levels[i] == level or not self._kept(i):
                waiting += self.ops[i].operands
        return sorted(found)

    def _kept(self, i: int) -> bool:
        """Whether a value of an earlier pass is read from memory."""
        if i in self.stored and self.ops[i].out.kind == self.ops[i].result:
            return True
        costly = self.ops[i].word in COSTLY and self.inner <= LONG
        if costly:
            self.buffered.setdefault(i, f"%w{i}")
        return costly

    def _pass(self, level: int, wanted: list[int]) -> None:
        """Once along the row."""
        folds = [
            i
            for i, op in enumerate(self.ops)
            if op.form == "fold" and self.levels[i] == level + 1
        ]
        if not wanted and not folds:
            return
        b, name = self.text, f"l{level}"
        b.lines += [f"  br label %{name}", f"{name}:"]
        more = f"%j{level}n"
        b.lines.append(
            f"  %j{level} = phi i64 [0, %{self.block}], [{more}, %{name}]"
        )
        for i in folds:
            b.lines.append(self._accumulator(i, name))
        outside = dict(self.registers)
        for i in wanted:
            self._along(i, level)
        for i in folds:
            self._fold(i, level)
        b.lines += [
            f"  {more} = add nuw nsw i64 %j{level}, 1",
            f"  %n{level} = icmp ult i64 {more}, {self.inner}",
            f"  br i1 %n{level}, label %{name}, label %e{level}",
            f"e{level}:",
        ]
        self.registers = outside | {i: f"%s{i}n" for i in folds}
        self.block = f"e{level}"

    def _place(self, level: int, start: str, step: int) -> str:
        """The address of a number along a row."""
        b = self.text
        at = b.line(f"mul nuw nsw i64 %j{level}, {step}")
        return b.line(f"getelementptr i8, ptr {start}, i64 {at}")

    def _fetch(self, op: Op, level: int) -> None:
        """Load the operands that are in no register yet."""
        for x in op.operands:
            if isinstance(x, Access) and x not in self.registers:
                at = self._place(level, self.names[x], self._step(x))
                self.registers[x] = self._load(x.kind, at)

    def _along(self, i: int, level: int) -> None:
        """Compute, or read, one value; store it if that is wanted."""
        op, b = self.ops[i], self.text
        if self.levels[i] < level and self._kept(i):
            start = self.buffered.get(i, self.names.get(op.out, ""))
            step = BYTES[op.result]
            if i not in self.buffered:
                step = self._step(op.out)
            at = self._place(level, start, step)
            self.registers[i] = self._load(op.result, at)
            return
        self._fetch(op, level)
        x = self.registers[i] = self._operation(i)
        if self.levels[i] != level:
            return
        if op.form == "column":
            at = self._place(level, self.names[op.out], self._step(op.out))
            old = self._load(op.kind, at)
            self._store(op, b.write("fadd", old, x), at)
        elif i in self.stored:
            at = self._place(level, self.names[op.out], self._step(op.out))
            self._store(op, x, at)
        if i in self.buffered:
            at = self._place(level, self.buffered[i], BYTES[op.result])
            own = op.out._replace(kind=op.result)
            self._store(op._replace(out=own), x, at)

    def _accumulator(self, i: int, name: str) -> str:
        op = self.ops[i]
        first = literal(float(FOLDS[op.word]), op.kind)
        old = f"[{first}, %{self.block}], [%s{i}n, %{name}]"
        return f"  %s{i} = phi {op.kind} {old}"

    def _fold(self, i: int, level: int) -> None:
        """Let one number of a row join."""
        op, b = self.ops[i], self.text
        (x,) = op.operands
        self._fetch(op, level)
        b.kind = op.kind
        y = self._read(x, op.kind)
        if op.word in ("maximum", "minimum"):
            name = f"llvm.{op.word}.{'f32' if b.kind == 'float' else 'f64'}"
            text = f"call {b.kind} @{name}({b.kind} %s{i}, {b.kind} {y})"
        elif op.word == "add":
            text = f"fadd reassoc {b.kind} %s{i}, {y}"
        else:
            text = f"{SIMPLE[op.word][1]} i1 %s{i}, {y}"
        b.lines.append(f"  %s{i}n = {text}")
