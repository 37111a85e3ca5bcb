"""Runs: loops as machine code, which those that follow one another share.

Nothing is compiled twice: layers of the same shape have the same loops,
and a library keeps them by their text.

Notation: as in :mod:`micrograd.tensors.loops`.

Leaves out: how loops are written, see :mod:`micrograd.tensors.kernels`.
"""

from __future__ import annotations

import ctypes
import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from micrograd.compiler.native import _add, _machine
from micrograd.tensors.elementary import literal
from micrograd.tensors.loops import Memory, Step
from micrograd.tensors.program import Line

__all__ = ["LIBRARY", "Library", "Runs", "engine_of"]

Array = Any


# --- Machine code ---

DECLARED = "".join([
    f"declare {t} @llvm.{name}.{w}({', '.join([t] * arity)})\n"
    for t, w in (("float", "f32"), ("double", "f64"))
    for name, arity in (
        ("fabs", 1), ("sqrt", 1), ("copysign", 2), ("fmuladd", 3),
        ("maximum", 2), ("minimum", 2),
    )
]) + "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)\n"  # fmt: skip
DECLARED += "".join([
    f"@{sign}_{kind} = global {kind} {literal(x, kind)}\n"
    for sign, x in (("plus", math.inf), ("minus", -math.inf))
    for kind in ("float", "double")
])  # fmt: skip
# Carries out the loops of a list, each with its table of addresses.
ALL = """
define void @all(ptr %L) {
entry:
  %n = load i64, ptr %L
  br label %go
go:
  %i = phi i64 [1, %entry], [%k, %go]
  %p = getelementptr ptr, ptr %L, i64 %i
  %f = load ptr, ptr %p
  %j = add i64 %i, 1
  %q = getelementptr ptr, ptr %L, i64 %j
  %t = load ptr, ptr %q
  call void %f(ptr %t)
  %k = add i64 %i, 2
  %more = icmp ult i64 %k, %n
  br i1 %more, label %go, label %end
end:
  ret void
}
"""


def engine_of(text: str) -> Any:
    """Machine code of a text, as fast as LLVM makes it.

    Examples
    --------
    >>> from micrograd.tensors.runs import engine_of
    >>> engine = engine_of("define void @f() { ret void }")
    >>> engine.get_function_address("f") > 0
    True
    """
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    empty = llvm.parse_assembly("")
    engine = llvm.create_mcjit_compiler(empty, _machine(llvm, 0))
    _add(llvm, engine, text, 3)
    engine.finalize_object()
    return engine


class Library:
    """Loops that have been compiled, by their text.

    Examples
    --------
    >>> from micrograd.tensors.runs import LIBRARY, Library
    >>> isinstance(LIBRARY, Library)
    True
    """

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.engines: list[Any] = []
        self.lock = threading.Lock()
        self.run: Any = None

    def load(self, texts: Sequence[str]) -> list[int]:
        """The addresses of loops; what is new is compiled."""
        with self.lock:
            new = [x for x in dict.fromkeys(texts) if x not in self.known]
            if new or self.run is None:
                self._add(new)
            return [self.known[x] for x in texts]

    def _add(self, new: list[str]) -> None:
        first = self.run is None
        parts = [x.replace("NAME", f"f{i}") for i, x in enumerate(new)]
        engine = engine_of(DECLARED + "".join(parts) + (ALL if first else ""))
        self.engines.append(engine)
        for i, x in enumerate(new):
            self.known[x] = engine.get_function_address(f"f{i}")
        if first:
            kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
            self.run = kind(engine.get_function_address("all"))


LIBRARY = Library()


# --- Runs ---


class Runs:
    """The loops of a program, compiled.

    Parameters
    ----------
    memory : Memory
        Where the arrays of the program lie.

    Attributes
    ----------
    runs : list of list of Step
        Loops that follow one another.
    numbers : dict from int to int
        For places of Python's numbers their number among the cells.

    Examples
    --------
    >>> from micrograd.tensors.runs import Runs
    >>> Runs(None).runs
    []
    """

    def __init__(self, memory: Memory | None) -> None:
        self.memory = memory
        self.runs: list[list[Step]] = []
        self.numbers: dict[int, int] = {}
        self.tables: list[Array] = []  # whose addresses loops hold

    def text(
        self, run: Sequence[Step], numpy: Callable[[Line], list[str]]
    ) -> list[str]:
        """The call of a run, with what it stands for."""
        first, lines = list[str](), list[str]()
        for step in run:
            assert step.loop is not None
            lines.append(f"# loop over {step.loop.size}:")
            for line in step.lines:
                lines += [f"#     {x}" for x in numpy(line)]
            for base in step.loop.bases:
                if type(base) is tuple and base[0] == "number":
                    known = len(self.numbers)
                    if base[1] not in self.numbers:
                        self.numbers[base[1]] = known
                        first.append(f"cells[{known}] = v{base[1]}")
        self.runs.append(list(run))
        return [*first, *lines, f"run{len(self.runs) - 1}()"]

    def compile(self) -> None:
        """Make machine code of all loops that are new."""
        start = time.perf_counter()
        loops = [step.loop for run in self.runs for step in run]
        texts = [x.write() for x in loops if x is not None]
        self.kinds = len(set(texts))
        self.addresses = LIBRARY.load(texts)
        self.seconds = time.perf_counter() - start

    def summary(self) -> str:
        """How many lines became how many loops."""
        every = [step for run in self.runs for step in run]
        lines = sum([len(step.lines) for step in every])
        several = "s" * (len(every) > 1), "s" * (self.kinds > 1)
        loops = f"{len(every)} loop{several[0]}"
        return f"{lines} lines in {loops} of {self.kinds} kind{several[1]}"

    def bind(self, arrays: dict[int, Array]) -> dict[str, Any]:
        """The runs as functions, on this memory."""
        cells = np.zeros(len(self.numbers) + 1)
        space: dict[str, Any] = {"cells": cells}
        self.tables = [cells]
        addresses = iter(self.addresses)
        for i, run in enumerate(self.runs):
            whole = [2 * len(run) + 1]
            for step in run:
                table = self._table(step, arrays, cells)
                self.tables.append(table)
                whole += [next(addresses), table.ctypes.data]
            listed = np.array(whole, np.int64)
            self.tables.append(listed)
            call: Any = partial(LIBRARY.run, listed.ctypes.data)
            call.holds = self.tables, arrays  # memory that it points to
            space[f"run{i}"] = call
        return space

    def _table(self, step: Step, arrays: Any, cells: Array) -> Array:
        """Where the arrays of a loop are."""
        assert step.loop is not None
        assert self.memory is not None
        found = []
        for base in step.loop.bases:
            if type(base) is int:
                found.append(arrays[base].ctypes.data)
            elif base[0] == "number":
                at = 8 * self.numbers[base[1]]
                found.append(cells.ctypes.data + at)
            else:
                found.append(self.memory.others[base].ctypes.data)
        return np.array(found, np.int64)
