"""Lowered: a program in memory, as the text of Python functions.

With loops, lines of this text are calls of machine code; comments say of
which lines of NumPy.

Notation: ``v7`` is the array of place 7 on the tape, ``c0`` something that
does not change.

Leaves out: what is computed, see :mod:`micrograd.tensors.program`.
"""

from __future__ import annotations

import math
import operator
import re
from itertools import groupby
from typing import Any

import numpy as np

from micrograd.tensors.libraries import calmly, expect
from micrograd.tensors.loops import Memory, Step, steps
from micrograd.tensors.program import Line, Program, form, is_elementwise
from micrograd.tensors.runs import Runs
from micrograd.tensors.traced import Traced, each

__all__ = ["PARTS", "Lowered"]

Array = Any
METHOD = np.ndarray
REDUCE = {
    np.sum: "np.add", METHOD.sum: "np.add",
    np.max: "np.maximum", METHOD.max: "np.maximum",
    np.min: "np.minimum", METHOD.min: "np.minimum",
    np.all: "np.logical_and", METHOD.all: "np.logical_and",
    np.any: "np.logical_or", METHOD.any: "np.logical_or",
}  # fmt: skip
WITH_OUT = {
    np.concatenate, np.einsum, np.dot, np.argmax, np.argmin, np.cumsum,
    np.clip, np.prod, METHOD.argmax, METHOD.argmin, METHOD.dot,
}  # fmt: skip
COPIES = {np.copy, METHOD.copy, METHOD.astype, METHOD.flatten, METHOD.ravel}
RESHAPES = {np.reshape, METHOD.reshape, *COPIES}
MEANS = {np.mean, METHOD.mean}
PARTS = "forward", "backward", "update"


class Lowered:
    """A program with memory for its arrays, as functions without arguments.

    Parameters
    ----------
    program : Program
        The program.
    lasting : set of int
        Roots whose memory nobody else gets.
    native : bool, optional
        Whether to make loops of lines that allow it.

    Attributes
    ----------
    arrays : dict from int to array
        The memory of places.
    source : str
        The text of the functions.
    size : int
        How many bytes of memory were needed.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.lowered import Lowered
    >>> from micrograd.tensors.program import Program
    >>> from micrograd.tensors.traced import Recorder
    >>> recorder = Recorder()
    >>> x = recorder.incoming(np.ones(2))
    >>> y = x * 3 - 1
    >>> marks = [len(recorder.calls)] * 3
    >>> lowered = Lowered(Program(recorder, marks, [y], []), set())
    >>> print(lowered.source, end="")
    def forward():
        np.multiply(v0, 3, out=v1)
        np.subtract(v1, 1, out=v2)
    >>> run = lowered.bind({x.place: np.array([1.0, 2.0])})
    >>> run["forward"]()
    >>> lowered.arrays[y.place].tolist()
    [2.0, 5.0]
    """

    def __init__(
        self, program: Program, lasting: set[int], native: bool = False
    ) -> None:
        self.program, self.roots = program, program.roots
        self.values = program.values
        self.arrays: dict[int, Array] = dict(program.constants)
        self.space: dict[str, Any] = {"np": np, "math": math}
        self.space |= {"inf": math.inf, "nan": math.nan, "expect": expect}
        self.reshaped: dict[str, tuple[int, Any]] = {}
        self.size = 0
        kept = {self.roots[x] for x in program.kept}
        lasting = kept | lasting | program.lasting
        memory = Memory(program)
        self.steps = steps(program, memory, lasting, native)
        self.dropped = {
            x for part in self.steps for one in part for x in one.dropped
        }
        self.runs = Runs(memory)
        self._allot(lasting)
        self.source = "\n".join(self._parts())
        if self.runs.runs:
            self.runs.compile()

    # --- Memory ---

    def _allot(self, lasting: set[int]) -> None:
        """Memory for every result, used again when nobody reads it."""
        every = [one for part in self.steps for one in part]
        last: dict[int, Any] = {}
        touched = []
        for i, step in enumerate(every):
            roots = {self.roots[x] for line in step.lines for x in (
                *line.reads, *(() if line.into is None else (line.into,)),
                line.place,
            )}  # fmt: skip
            last.update(dict.fromkeys(roots, i))
            touched.append(roots)
        last.update(dict.fromkeys(lasting, None))
        blocks: dict[int, Array] = {}
        free: list[Array] = []
        for i, step in enumerate(every):
            dying = {x for x in touched[i] if last[x] == i}
            for line in step.lines:
                if self._needs_memory(line):
                    self._allot_line(line, step, dying, blocks, free)
            free += [blocks.pop(x) for x in dying if x in blocks]

    def _needs_memory(self, line: Line) -> bool:
        return (
            line.into is None
            and type(self.values[line.place]) is np.ndarray
            and line.place not in self.program.instead
            and line.place not in self.dropped
        )

    def _allot_line(
        self, line: Line, step: Step, dying: set[int],
        blocks: dict[int, Array], free: list[Array],
    ) -> None:  # fmt: skip
        """Memory for the result of one line."""
        value = self.values[line.place]
        heir = step.loop is None
        other = self._heir(line, dying & set(blocks)) if heir else None
        if other is None:
            block = self._block(value.nbytes, free)
        else:
            block = blocks.pop(other)
        blocks[line.place] = block
        self.arrays[line.place] = _inside(block, value)

    def _heir(self, line: Line, dying: set[int]) -> int | None:
        """An operand in whose memory the result can be."""
        like = form(self.values[line.place])
        for x in line.reads if is_elementwise(line) else ():
            root = self.roots[x]
            if root in dying and all(
                form(self.values[y]) == like
                and self.values[y] is self.values[root]
                for y in line.reads
                if self.roots[y] == root
            ):
                return root
        return None

    def _block(self, size: int, free: list[Array]) -> Array:
        fitting = [b for b in free if size <= b.size <= 2 * size + 4096]
        if fitting:
            block = min(fitting, key=len)
            free[:] = [b for b in free if b is not block]
            return block
        self.size += size
        block = np.empty(size + 64, np.uint8)
        start = -block.ctypes.data % 64
        return block[start : start + max(size, 1)]

    def bind(self, outside: dict[int, Array]) -> dict[str, Any]:
        """The functions, on this memory from outside."""
        self.arrays.update(outside)
        for source, place in self.program.instead.items():
            self.arrays[source] = self.arrays[place]
        for line in self.program.views:
            if self.roots[line.place] in self.dropped:
                continue
            function, args, named = each(line.call, self._array)
            self.arrays[line.place] = calmly(
                lambda f=function, a=args, n=named: f(*a, **n)
            )
        space = self.space | {
            f"v{place}": array for place, array in self.arrays.items()
        }
        if self.runs.runs:
            space |= self.runs.bind(self.arrays)
        for name, (place, shape) in self.reshaped.items():
            if place not in self.dropped:
                space[name] = self.arrays[place].reshape(shape)
        exec(self._code(space), space)  # noqa: S102 - the text is our own
        return {part: space[part] for part in PARTS if part in space}

    def _array(self, x: Traced) -> Array:
        return self.arrays[x.place]

    def _code(self, space: dict[str, Any]) -> Any:
        """The text, its names bound as defaults, which are found quicker."""
        text = re.sub(r"\bnp\.(\w+(?:\.\w+)?)\(", _short, self.source)
        for short in set(re.findall(r"\bnp__\w+", text)):
            space[short] = operator.attrgetter(
                short[4:].replace("__", ".")
            )(np)
        parts = []
        function = r"(?m)^def (\w+\(\w*)\):\n((?: .*\n)+)"
        for head, body in re.findall(function, text):
            names = sorted(set(re.findall(r"\w+", body)) & set(space))
            defaults = ", ".join(f"{x}={x}" for x in names)
            comma = "" if head.endswith("(") else ", "
            parts.append(f"def {head}{comma}{defaults}):\n{body}")
        return compile("".join(parts), "<micrograd.compile>", "exec")

    # --- Text ---

    def _parts(self) -> list[str]:
        """The text of each part of the program."""
        found = []
        for name, part in zip(PARTS, self.steps, strict=False):
            if part or name == "forward":
                body = self._body(part)
                head = "numbers" if name == "update" else ""
                body = (self._numbers() if head else []) + body
                rows = [f"def {name}({head}):", *(body or ["pass"])]
                found.append("\n    ".join(rows) + "\n")
        return found

    def _body(self, part: list[Step]) -> list[str]:
        """The text of some steps."""
        found: list[str] = []
        for loops, run in groupby(part, lambda one: one.loop is not None):
            if loops:
                found += self.runs.text(list(run), self._statement)
            else:
                for one in run:
                    found += self._statement(one.lines[0])
        return found

    def _numbers(self) -> list[str]:
        """The coefficients of an optimiser, one after the other."""
        calls = self.program.recorder.calls
        places = [
            i for i, call in enumerate(calls)
            if call[0] is None and isinstance(self.values[i], float)
        ]  # fmt: skip
        names = "".join(f"v{i}, " for i in places)
        return [f"{names}= numbers"] if places else []

    def _statement(self, line: Line) -> list[str]:
        """One line as Python."""
        function, args, named = line.call
        word, v = self._word(function), f"v{line.place}"
        texts = [self._text(x) for x in args]
        more = [f"{key}={self._text(x)}" for key, x in named.items()]
        every = ", ".join([*texts, *more])
        value = self.values[line.place]
        special = self._special(line, v, texts, more)
        if function is operator.setitem:
            special = [f"{texts[0]}[{texts[1]}] = {texts[2]}"]
        elif function is expect or word.endswith(".at"):
            special = [f"{word}({every})"]
        elif line.into is not None:
            special = [f"{word}({every}, out=v{line.into})"]
        elif not isinstance(value, np.ndarray):
            special = [f"{v} = {word}({every}).item()"]
        if special:
            return special
        takes_out = function in WITH_OUT or isinstance(
            getattr(function, "__self__", function), np.ufunc
        )
        return [
            f"{word}({every}, out={v})"
            if takes_out
            else f"{v}[...] = {word}({every})"
        ]

    def _special(
        self, line: Line, v: str, texts: list[str], more: list[str]
    ) -> list[str]:
        """Functions that can be said without a copy of the result."""
        function, args, _ = line.call
        if function is operator.getitem:
            return [f"{v}[...] = {texts[0]}[{texts[1]}]"]
        if function in RESHAPES:
            x = args[0].value if type(args[0]) is Traced else args[0]
            if x.shape != self.values[line.place].shape:
                self.reshaped[f"{v}_"] = line.place, x.shape
                v = f"{v}_"
            return [f"np.copyto({v}, {texts[0]}, casting='unsafe')"]
        if function is np.where and len(texts) == 3:
            return [
                f"np.copyto({v}, {texts[2]})",
                f"np.copyto({v}, {texts[1]}, where={texts[0]})",
            ]
        if function in REDUCE or function in MEANS:
            return self._reduced(line, v, texts, more)
        return []

    def _reduced(
        self, line: Line, v: str, texts: list[str], more: list[str]
    ) -> list[str]:
        """Sums, means and extremes by the ufunc that they come from."""
        function, (x, *_), _ = line.call
        if len(texts) == 1 and not any("axis=" in one for one in more):
            more = ["axis=None", *more]
        word = REDUCE.get(function, "np.add")
        every = ", ".join([*texts, *more])
        lines = [f"{word}.reduce({every}, out={v})"]
        if function in MEANS:
            n = x.value.size // self.values[line.place].size
            many = self._text(np.intp(n))
            lines.append(f"np.divide({v}, {many}, out={v}, casting='unsafe')")
        return lines

    def _word(self, function: Any) -> str:
        """How a function is called in the text."""
        name = getattr(function, "__name__", "f")
        owner = getattr(function, "__self__", None)
        if isinstance(owner, np.ufunc):
            return f"np.{owner.__name__}.{name}"
        if getattr(np, name, None) is function:
            return f"np.{name}"
        if function is expect:
            return "expect"
        return self._named("f", function)

    def _named(self, letter: str, thing: Any) -> str:
        """A name for something that has none."""
        for name, known in self.space.items():
            if known is thing:
                return name
        name = f"{letter}{len(self.space)}"
        self.space[name] = thing
        return name

    def _text(self, x: Any) -> str:
        """An argument as text."""
        if isinstance(x, (tuple, list)):
            inner = ", ".join(map(self._text, x))
            comma = "," if len(x) == 1 else ""
            whole = f"[{inner}]" if isinstance(x, list) else None
            return whole or f"({inner}{comma})"
        if type(x) is Traced:
            return f"v{x.place}"
        if isinstance(x, np.dtype):
            return f"np.{x.name}"
        if type(x) in (int, float, bool, str, slice, type(None)):
            return repr(x)
        return "..." if x is ... else self._named("c", x)


def _short(found: Any) -> str:
    return f"np__{found.group(1).replace('.', '__')}("


def _inside(block: Array, like: Array) -> Array:
    """An array of the form of another, in a block of memory."""
    strides = np.empty_like(like).strides
    return np.ndarray(like.shape, like.dtype, block, 0, strides)

