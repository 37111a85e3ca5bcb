"""The program as WebAssembly: a file of bytes that browsers run natively.

``run`` carries the program out.  The module has all that a page needs: the
numbers that the memory begins with, and, in its section ``micrograd``, a
manifest in JSON that says which cells hold what.

Arithmetic, ``sqrt`` and ``abs`` are WebAssembly's and exact to the last bit.
Other functions are those of JavaScript's ``Math``, which the page hands in,
and in V8 within 2 units in the last place of the C library's, as tests see;
``erf``, which ``Math`` lacks, is in the module and as near.

Leaves out: threads; single precision; what an optimiser computes anew for
each step (of Adam, the corrections): the page puts it into its cells.

Sources: the WebAssembly core specification, 2.0, for the form.
"""

from __future__ import annotations

import json
import math
from struct import pack
from typing import Any

from micrograd.compiler.program import Program
from micrograd.compiler.tape import TWO
from micrograd.compiler.wasm_code import (
    count,
    function,
    section_code,
    several,
)
from micrograd.namespaces import FUNCTIONS

__all__ = ["manifest", "wasm_module"]

# What is told of a program, beside title and labels.
TOLD = ("cells", "owned", "data", "gradients", "results", "numbers",
        "coefficients", "state", "given", "guard")  # fmt: skip
TERMS, STEP = 16, 0.125  # of the series of erf; between two of them
PAGE = 65_536  # bytes; memory is counted in them
# C's pow: 1 where Math.pow gives nan, at 1 and, for infinities, -1.
POWER = """#1.0 $x $y call:pow
    $x #1.0 f64.eq  $x #-1.0 f64.eq $y f64.abs #inf f64.eq i32.and
    i32.or select"""
# From one number to one, from two to one, from nothing to nothing and to one.
TYPES = (b"\x60\x01\x7c\x01\x7c", b"\x60\x02\x7c\x7c\x01\x7c",
         b"\x60\x00\x00", b"\x60\x00\x01\x7c")  # fmt: skip

def manifest(program: Program, title: str) -> dict[str, Any]:
    """Say which cells hold what; cells are numbered from 0, in doubles.

    Examples
    --------
    >>> from micrograd import Value, compile
    >>> from micrograd.compiler.wasm import manifest
    >>> w = Value(3.0, label="w")
    >>> f = compile(lambda x: w * x, reader="python")
    >>> y = f(2.0)
    >>> cells = manifest(f.last.program, "product")
    >>> cells["labels"], cells["data"], cells["numbers"]
    (['w'], slice(0, 1, None), slice(3, 4, None))
    """
    labels = [x.label for x in program.values]
    found = {name: getattr(program, name) for name in TOLD}
    if program.coefficients is None:
        del found["coefficients"]
    return {"title": title, "labels": labels, **found}


def _row(row: slice) -> list[int]:
    return [row.start, row.stop]


def wasm_module(program: Program, cells: Any, title: str) -> bytes:
    r"""The module; its memory begins with the numbers of some cells.

    Raises
    ------
    GraphSizeError
        If a loop is longer than engines take.

    Examples
    --------
    >>> from micrograd import compile
    >>> from micrograd.compiler.wasm import wasm_module
    >>> f = compile(lambda x: x * x, reader="python")
    >>> y = f(2.0)
    >>> wasm_module(f.last.program, [0.0, 3.0], "square")[:8]
    b'\x00asm\x01\x00\x00\x00'
    """
    data = pack(f"<{len(cells)}d", *cells)
    names, kinds, bodies = _functions(program, len(data))
    every = (*program.sections, *program.updates)
    if any(x == "erf" for section in every for x, _ in section.lines):
        data += _series()
    last = len(names) + len(bodies) - 1
    said = json.dumps(manifest(program, title), default=_row)
    sections = {
        1: several(TYPES),
        2: several([_import(x) for x in names]),
        3: several(map(count, kinds)),
        5: several([b"\x00" + count(-(-len(data) // PAGE))]),
        7: several([_export("memory", 2, 0),
                    _export("run", 0, last)]),
        10: several(bodies),
        11: several([b"\0\x41\0\x0b" + _sized(data.rstrip(b"\0"))]),  # then 0
        0: _text("micrograd") + said.encode(),
    }  # fmt: skip
    parts = [bytes([i]) + _sized(code) for i, code in sections.items()]
    return b"\0asm\1\0\0\0" + b"".join(parts)


def _functions(
    program: Program, table: int
) -> tuple[list[str], list[int], list[bytes]]:
    """What is imported; of each function of ours the type, and the code."""
    every = [*program.sections, *program.updates]
    used = {x for section in every for x, _ in section.lines}
    names = [x for x in FUNCTIONS if x in used and x not in ("erf", "sqrt")]
    calls = {name: i for i, name in enumerate(names)}
    kinds, bodies = list[int](), list[bytes]()
    if "pow" in used:
        bodies.append(function(POWER, calls, takes="$x $y"))
        calls["pow"], kinds = len(names), [1]
    if "erf" in used:
        calls["erf"], kinds = len(names) + len(bodies), [*kinds, 0]
        text = _error_function(table // 8)
        bodies.append(function(text, calls, takes="$x", integers="$row"))
    for i, section in enumerate(every):
        calls[f"{i}"] = len(names) + len(bodies)
        bodies.append(section_code(section, calls))
    bodies.append(function(_run(program), calls))
    return names, [*kinds, *[2] * len(every), 3], bodies


def _sized(code: bytes) -> bytes:
    return count(len(code)) + code


def _text(text: str) -> bytes:
    return _sized(text.encode())


def _import(name: str) -> bytes:
    return _text("Math") + _text(name) + b"\x00" + count(name in TWO)


def _export(name: str, kind: int, index: int) -> bytes:
    return _text(name) + bytes([kind]) + count(index)


def _run(program: Program) -> str:
    """All sections, the updates if the guard allows; the first result."""
    first = len(program.sections)
    words = [f"call:{i}" for i in range(first)]
    if program.updates:
        words.append(f"i32:0 f64.load:{program.guard} #0.0 f64.eq if")
        words += [f"call:{first + i}" for i in range(len(program.updates))]
        words.append("end")
    return " ".join([*words, f"i32:0 f64.load:{program.results.start}"])


# --- Functions ---


def _error_function(table: int) -> str:
    """Erf by a series about the next number of the table towards zero."""
    begin = f"""$x f64.abs >$a
        $a #6.0 f64.ge if #1.0 $x f64.copysign return end
        $a #{1 / STEP} f64.mul i32.trunc_sat_f64_s >$row
        $a $row f64.convert_i32_s #{STEP} f64.mul f64.sub >$a
        $row cells:{TERMS} i32.mul >$row"""
    first, *rest = [f"$row f64.load:{table + n}" for n in range(TERMS)][::-1]
    parts = [f"$a f64.mul {part} f64.add" for part in rest]
    return " ".join([begin, first, *parts, "$x f64.copysign"])


def _series() -> bytes:
    """The terms of erf(c + h), for each c of the table."""
    every = list[float]()
    for c in (i * STEP for i in range(int(6 / STEP))):
        slopes = [0.0, 1.1283791670955126 * math.exp(-c * c)]
        for n in range(TERMS - 2):
            slopes.append((-2 * c * slopes[-1] - 2 * slopes[-2]) / (n + 1))
        terms = [x / (n + 1) for n, x in enumerate(slopes[1:])]
        every += [math.erf(c), *terms]
    return pack(f"<{len(every)}d", *every)
