"""The program as machine code, through LLVM.

Each section becomes one function over the memory.  Several lanes at once
share a vector register; what does not fill a vector is done one by one.

Notation
--------
W
    The number of lanes in a vector.
%M
    The address of the memory.
%k
    The first lane of the vector at hand.

Leaves out: more than one thread; single precision.

Sources: the LLVM language reference, for the text that is written here.
"""

from __future__ import annotations

import ctypes
from struct import pack, unpack
from typing import Any

from micrograd.compiler.program import Memory, Program, Section
from micrograd.namespaces import FUNCTIONS

__all__ = ["Native"]

W = 4  # lanes in a vector: 256 bits, which most machines have
SMALL = 6_000  # lines of loops up to which LLVM is asked to do its best

# Words of LLVM: {t} the type of numbers, {b} of conditions, then operands.
WORDS = {
    "add": "fadd {t} {}, {}",
    "sub": "fsub {t} {}, {}",
    "mul": "fmul {t} {}, {}",
    "div": "fdiv {t} {}, {}",
    "neg": "fneg {t} {}",
    "lt": "fcmp olt {t} {}, {}",
    "le": "fcmp ole {t} {}, {}",
    "eq": "fcmp oeq {t} {}, {}",
    "ne": "fcmp une {t} {}, {}",
    "and": "and {b} {}, {}",
    "or": "or {b} {}, {}",
    "where": "select {b} {}, {t} {}, {t} {}",
    "abs": "call {t} @llvm.fabs.{v}({t} {})",
    "sqrt": "call {t} @llvm.sqrt.{v}({t} {})",
}


class _Code:
    """The text of one section for numbers of one width."""

    def __init__(self, width: int, prefix: str) -> None:
        self.width, self.prefix = width, prefix
        several = width > 1
        self.type = f"<{width} x double>" if several else "double"
        self.names = {
            "t": self.type,
            "b": f"<{width} x i1>" if several else "i1",
            "v": f"v{width}f64" if several else "f64",
        }
        self.lines: list[str] = []

    def emit(self, text: str) -> str:
        """Add an instruction; return the register of its result."""
        name = f"%{self.prefix}{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def number(self, x: float) -> str:
        """A constant in every lane."""
        (pattern,) = unpack("Q", pack("d", x))
        one = f"0x{pattern:016X}"
        if self.width == 1:
            return one
        return f"<{', '.join([f'double {one}'] * self.width)}>"

    def operate(self, operation: str, operands: list[str]) -> str:
        """One operation of the tape; return the register of its result."""
        if operation in WORDS:
            word = WORDS[operation].format(*operands, **self.names)
            return self.emit(word)
        if operation == "sum":
            total, *terms = operands
            for term in terms:
                total = self.operate("add", [total, term])
            return total
        return self._call(operation, operands)

    def _call(self, name: str, operands: list[str]) -> str:
        """A function of the C library, one lane at a time."""
        if self.width == 1:
            given = ", ".join(f"double {x}" for x in operands)
            return self.emit(f"call double @{name}({given})")
        made, t = "undef", self.type
        for k in range(self.width):
            lane = f"i32 {k}"
            given = ", ".join([
                "double " + self.emit(f"extractelement {t} {x}, {lane}")
                for x in operands
            ])
            one = self.emit(f"call double @{name}({given})")
            made = self.emit(f"insertelement {t} {made}, double {one}, {lane}")
        return made

    def address(self, cell: int, lane: str = "") -> str:
        """Where a cell is, or that of a lane in a row of cells."""
        place = self.emit(f"add i64 {lane}, {cell}") if lane else f"{cell}"
        return self.emit(f"getelementptr double, ptr %M, i64 {place}")

    def load(self, cell: int, lane: str = "") -> str:
        """The numbers of a vector of lanes, or of one cell."""
        where = self.address(cell, lane)
        return self.emit(f"load {self.type}, ptr {where}, align 8")

    def store(self, name: str, cell: int, lane: str = "") -> None:
        """Write a number, or a vector of lanes."""
        where = self.address(cell, lane)
        self.lines.append(f"  store {self.type} {name}, ptr {where}, align 8")

    def spread(self, cell: int) -> str:
        """The number of one cell in every lane."""
        if self.width == 1:
            return self.load(cell)
        where, t = self.address(cell), self.type
        one = self.emit(f"load double, ptr {where}, align 8")
        first = self.emit(f"insertelement {t} undef, double {one}, i32 0")
        mask = f"<{self.width} x i32> zeroinitializer"
        return self.emit(f"shufflevector {t} {first}, {t} undef, {mask}")


# --- Sections ---


def _compute(section: Section, code: _Code, shared: dict[int, str]) -> Any:
    """Emit the lines for a vector of lanes; the operands to be written."""
    lane = f"%k{code.prefix}" if section.lanes > 1 else ""
    names: list[str] = []
    for operation, operands in section.lines:
        if operation == "cell":
            names.append(shared[operands[0]])
        elif operation == "lane":
            names.append(code.load(operands[0], lane))
        else:
            given = [
                names[x] if type(x) is int else code.number(x)
                for x in operands
            ]
            names.append(code.operate(operation, given))
    return [
        names[x] if type(x) is int else code.number(x)
        for _, x, _ in section.writes
    ]


def _straight(section: Section, name: str) -> str:
    """The LLVM text of a section that is carried out once."""
    code = _Code(1, "r")
    cells = _cells(section)
    shared = {cell: code.load(cell) for cell in cells}
    results = _compute(section, code, shared)
    for result, (_, _, cell) in zip(results, section.writes, strict=True):
        code.store(result, cell)
    head = f"define void @{name}(ptr noalias %M) {{"
    return "\n".join([head, *code.lines, "  ret void", "}"])


def _cells(section: Section) -> list[int]:
    return [x[0] for operation, x in section.lines if operation == "cell"]


def _loop(section: Section, code: _Code, start: int, stop: int) -> list[str]:
    """A loop over the lanes from `start` to `stop`, a vector at a time."""
    n, t = code.prefix, code.type
    before = _Code(code.width, f"{n}o")
    shared = {cell: before.spread(cell) for cell in _cells(section)}
    sums = [i for i, write in enumerate(section.writes) if write[0] == "sum"]
    head = [f"{n}in:", *before.lines, f"  br label %{n}go", f"{n}go:"]
    head.append(f"  %k{n} = phi i64 [{start}, %{n}in], [%j{n}, %{n}go]")
    zero = code.number(0.0)
    for i in sums:
        old, new = f"[{zero}, %{n}in]", f"[%n{n}{i}, %{n}go]"
        head.append(f"  %s{n}{i} = phi {t} {old}, {new}")
    for i, result in enumerate(_compute(section, code, shared)):
        if i in sums:
            code.lines.append(f"  %n{n}{i} = fadd {t} %s{n}{i}, {result}")
        else:
            code.store(result, section.writes[i][2], f"%k{n}")
    tail = [f"  %j{n} = add i64 %k{n}, {code.width}"]
    tail.append(f"  %m{n} = icmp slt i64 %j{n}, {stop}")
    return [*head, *code.lines, *tail]


def _looped(section: Section, name: str) -> str:
    """The LLVM text of a section with several lanes."""
    full = section.lanes - section.lanes % W
    loops = [(_Code(W, "v"), 0, full)] if full else []
    if full < section.lanes:
        loops.append((_Code(1, "r"), full, section.lanes))
    lines = [f"define void @{name}(ptr noalias %M) {{", "begin:"]
    lines.append(f"  br label %{loops[0][0].prefix}in")
    following = [code.prefix + "in" for code, _, _ in loops[1:]] + ["end"]
    for (code, start, stop), after in zip(loops, following, strict=True):
        n = code.prefix
        lines += _loop(section, code, start, stop)
        lines.append(f"  br i1 %m{n}, label %{n}go, label %{after}")
    tail = _totals(section, [code for code, _, _ in loops])
    return "\n".join([*lines, "end:", *tail, "  ret void", "}"])


def _totals(section: Section, loops: list[_Code]) -> list[str]:
    """Add up the lanes of each sum, and write it."""
    tail = _Code(1, "e")
    for i, (how, _, cell) in enumerate(section.writes):
        if how != "sum":
            continue
        parts = list[str]()
        for code in loops:
            name = f"%n{code.prefix}{i}"
            lanes = [f"extractelement {code.type} {name}, i32 {k}"
                     for k in range(code.width)]  # fmt: skip
            parts += map(tail.emit, lanes) if code.width > 1 else [name]
        tail.store(tail.operate("sum", parts), cell)
    return tail.lines


# --- The program ---


def _run(program: Program) -> str:
    """The function that carries out every section."""
    first = len(program.sections)
    names = [f"@section{i}" for i in range(first + len(program.updates))]
    declared = "\n".join([f"declare void {name}(ptr)" for name in names])
    calls = [f"  call void {name}(ptr %M)" for name in names]
    end = "  ret void"
    if program.updates:
        end = f"""  %C = getelementptr double, ptr %M, i64 {program.guard}
  %c = load double, ptr %C
  %finite = fcmp oeq double %c, 0.0
  br i1 %finite, label %update, label %end
update:
{chr(10).join(calls[first:])}
  br label %end
end:
  ret void"""
    body = "\n".join([*calls[:first], end])
    return f"{declared}\ndefine void @run(ptr %M) {{\n{body}\n}}"


def _declarations() -> list[str]:
    two = {"pow", "atan2", "hypot"}
    lines = [
        f"declare double @{name}(double{', double' * (name in two)})"
        for name in FUNCTIONS
    ]
    for code in (_Code(1, ""), _Code(W, "")):
        t, v = code.type, code.names["v"]
        lines += [f"declare {t} @llvm.{x}.{v}({t})" for x in ("sqrt", "fabs")]
    return lines


class Native:
    """Carries a program out as machine code.

    Parameters
    ----------
    program : Program
        What to carry out.
    level : int, optional
        How hard LLVM tries, from 0 to 3.  By default 3 for short loops; the
        time it takes grows faster than the code, so 0 for all else.

    Examples
    --------
    >>> from micrograd.compiler.native import Native
    >>> from micrograd.compiler.program import Program
    >>> Native(Program())()
    """

    def __init__(self, program: Program, level: int | None = None) -> None:
        import llvmlite.binding as llvm

        self.memory = Memory(program)
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        every = [*program.sections, *program.updates]
        loops = sum(len(x.lines) for x in every if x.lanes > 1)
        best = 3 if loops <= SMALL else 0
        empty = llvm.parse_assembly("")
        self.engine = llvm.create_mcjit_compiler(empty, _machine(llvm, 0))
        for i, section in enumerate(every):
            several = section.lanes > 1
            text = (_looped if several else _straight)(section, f"section{i}")
            hard = level if level is not None else best * several
            self.engine.add_object_file(_lowered(llvm, text, hard))
        self.engine.add_object_file(_lowered(llvm, _run(program), 0))
        self.engine.finalize_object()
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
        self.run = function(self.engine.get_function_address("run"))

    def __call__(self) -> None:
        """Carry the program out once."""
        self.run(self.memory.address)


def _machine(llvm: Any, level: int) -> Any:
    """Tell LLVM which processor this is, and how hard to try."""
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=level,
    )


def _lowered(llvm: Any, text: str, level: int) -> Any:
    """Machine code; LLVM forgets the text before the next one comes."""
    machine = _machine(llvm, level)
    module = llvm.parse_assembly("\n".join([*_declarations(), text]))
    if level:
        options = llvm.create_pipeline_tuning_options(speed_level=level)
        passes = llvm.create_pass_builder(machine, options)
        passes.getModulePassManager().run(module, passes)
    return llvm.ObjectFileRef.from_data(machine.emit_object(module))
