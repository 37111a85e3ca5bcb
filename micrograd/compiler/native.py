"""The program as machine code, through LLVM.

Each section becomes one function over the memory.  Several lanes share a
vector register; lanes that are too many for what is there compute what
nobody reads, since rows have room for whole vectors.

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
from functools import cache
from struct import pack, unpack
from typing import Any

from micrograd.compiler.program import Program, Section
from micrograd.compiler.python import TWO, body
from micrograd.namespaces import FUNCTIONS

__all__ = ["Native"]

W = 4  # lanes in a vector: 256 bits, which most machines have
SMALL = 6_000  # lines of loops up to which LLVM is asked to do its best

# <t> is the type of numbers, <b> that of conditions, {r} the result.
WORDS = {
    "add": "{r} = fadd <t> {0}, {1}",
    "sub": "{r} = fsub <t> {0}, {1}",
    "mul": "{r} = fmul <t> {0}, {1}",
    "div": "{r} = fdiv <t> {0}, {1}",
    "neg": "{r} = fneg <t> {0}",
    "lt": "{r} = fcmp olt <t> {0}, {1}",
    "le": "{r} = fcmp ole <t> {0}, {1}",
    "eq": "{r} = fcmp oeq <t> {0}, {1}",
    "ne": "{r} = fcmp une <t> {0}, {1}",
    "and": "{r} = and <b> {0}, {1}",
    "or": "{r} = or <b> {0}, {1}",
    "where": "{r} = select <b> {0}, <t> {1}, <t> {2}",
    "abs": "{r} = call <t> @llvm.fabs.<v>(<t> {0})",
    "sqrt": "{r} = call <t> @llvm.sqrt.<v>(<t> {0})",
    "cell": """{r}p = getelementptr double, ptr %M, i64 {0}
  {r} = load double, ptr {r}p""",
    "lane": """{r}k = add i64 %k, {0}
  {r}p = getelementptr double, ptr %M, i64 {r}k
  {r} = load <t>, ptr {r}p, align 8""",
    "put": """%p{r} = getelementptr double, ptr %M, i64 {1}
  store <t> {0}, ptr %p{r}, align 8""",
    "put lane": """%k{r} = add i64 %k, {1}
  %p{r} = getelementptr double, ptr %M, i64 %k{r}
  store <t> {0}, ptr %p{r}, align 8""",
    "name": "%v{0}",
    "terms": 2,  # of a sum in one statement
}
DECLARED = [
    *[f"declare double @{x}(double{', double' * (x in TWO)})"
      for x in FUNCTIONS],
    *[f"declare {t} @llvm.{x}.{v}({t})" for x in ("sqrt", "fabs")
      for t, v in (("double", "f64"), (f"<{W} x double>", f"v{W}f64"))],
    f"declare double @llvm.vector.reduce.fadd.v{W}f64(double, <{W} x double>)",
]  # fmt: skip
# In a vector: one number in every lane, a function for one lane after the
# other, and a sum over lanes, of which %live tells those that count.
SPREAD = """{r}p = getelementptr double, ptr %M, i64 {0}
  {r}x = load double, ptr {r}p
  {r}i = insertelement <t> undef, double {r}x, i32 0
  {r} = shufflevector <t> {r}i, <t> undef, <4 x i32> zeroinitializer"""
TOTAL = (
    "",
    """%x{r} = select <b> %live, <t> {0}, <t> zeroinitializer
  %n{r} = fadd <t> %s{r}, %x{r}""",
    """%t{r} = call double @llvm.vector.reduce.fadd.<v>(double 0.0, <t> %n{r})
  %p{r} = getelementptr double, ptr %M, i64 {1}
  store double %t{r}, ptr %p{r}""",
)
ALL = "%live = icmp eq <4 x i64> zeroinitializer, zeroinitializer"
LIVE = """%a = insertelement <4 x i64> undef, i64 %k, i32 0
  %b = shufflevector <4 x i64> %a, <4 x i64> undef, <4 x i32> zeroinitializer
  %c = add <4 x i64> %b, <i64 0, i64 1, i64 2, i64 3>
  %live = icmp ult <4 x i64> %c, <i64 {0}, i64 {0}, i64 {0}, i64 {0}>"""
NEXT = """%j = add i64 %k, 4
  %more = icmp ult i64 %j, {0}
  br i1 %more, label %go, label %end
end:"""


@cache
def _words(width: int) -> dict[str, Any]:
    """How operations on one number, or on a vector of them, are spelled."""
    words: dict[str, Any] = {**WORDS, "total": ("", WORDS["put"], "")}
    for name in FUNCTIONS:
        given = ", ".join(["double {0}", "double {1}"][: 1 + (name in TWO)])
        words.setdefault(name, f"{{r}} = call double @{name}({given})")
    if width > 1:
        words.update(cell=SPREAD, total=TOTAL)
        for name in set(FUNCTIONS) - set(WORDS):
            words[name] = _one_by_one(name, width)
    return words


def _one_by_one(name: str, width: int) -> str:
    """A function of the C library, for one lane of a vector at a time."""
    lines, made = list[str](), "undef"
    for k in range(width):
        given = []
        for i in range(1 + (name in TWO)):
            given.append(f"double {{r}}x{i}{k}")
            one = f"extractelement <t> {{{i}}}, i32 {k}"
            lines.append(f"{{r}}x{i}{k} = {one}")
        lines.append(f"{{r}}y{k} = call double @{name}({', '.join(given)})")
        put = f"insertelement <t> {made}, double {{r}}y{k}, i32 {k}"
        made = "{r}" if k == width - 1 else f"{{r}}z{k}"
        lines.append(f"{made} = {put}")
    return "\n  ".join(lines)


def _text(section: Section, name: str) -> str:
    """The LLVM text of a section, as a function."""
    width = W if section.lanes > 1 else 1

    def number(x: float) -> str:
        one = f"0x{unpack('Q', pack('d', x))[0]:016X}"
        vector = ", ".join([f"double {one}"] * width)
        return f"<{vector}>" if width > 1 else one

    before, inside, after = body(section, _words(width), number)
    lines = [f"define void @{name}(ptr noalias %M) {{", "begin:", *before]
    if width > 1:
        lines += ["br label %go", "go:", "%k = phi i64 [0, %begin], [%j, %go]"]
        lines += [
            f"%s{i} = phi <t> [zeroinitializer, %begin], [%n{i}, %go]"
            for i, (how, *_) in enumerate(section.writes) if how == "sum"
        ]  # fmt: skip
        lines.append(LIVE.format(section.lanes) if section.lanes % W else ALL)
        inside.append(NEXT.format(section.lanes))
    text = "\n  ".join([*lines, *inside, *after, "ret void\n}"])
    t, b, v = f"<{W} x double>", f"<{W} x i1>", f"v{W}f64"
    if width == 1:
        t, b, v = "double", "i1", "f64"
    return text.replace("<t>", t).replace("<b>", b).replace("<v>", v)


# --- The program ---


def _run(program: Program) -> str:
    """The function that carries out every section."""
    first = len(program.sections)
    names = [f"@section{i}" for i in range(first + len(program.updates))]
    declared = [f"declare void {name}(ptr)" for name in names]
    calls = [f"call void {name}(ptr %M)" for name in names]
    end = f"""%C = getelementptr double, ptr %M, i64 {program.guard}
  %c = load double, ptr %C
  %finite = fcmp oeq double %c, 0.0
  br i1 %finite, label %update, label %end
update:"""
    if program.updates:
        calls[first:first] = [end]
        calls.append("br label %end\nend:")
    lines = ["define void @run(ptr %M) {", *calls, "ret void\n}"]
    return "\n".join([*declared, "\n  ".join(lines)])


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

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        every = [*program.sections, *program.updates]
        loops = sum(len(x.lines) for x in every if x.lanes > 1)
        best = 3 if loops <= SMALL else 0
        machine = _machine(llvm, 0)
        empty = llvm.parse_assembly("")
        self.engine = llvm.create_mcjit_compiler(empty, machine)
        for i, section in enumerate(every):
            hard = level if level is not None else best * (section.lanes > 1)
            text = _text(section, f"section{i}")
            self.engine.add_object_file(_lowered(llvm, text, hard))
        self.engine.add_object_file(_lowered(llvm, _run(program), 0))
        self.engine.finalize_object()
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
        self.run = function(self.engine.get_function_address("run"))
        self.memory = program.memory()
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def __call__(self) -> None:
        """Carry the program out once."""
        self.run(self.address)


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
    module = llvm.parse_assembly("\n".join([*DECLARED, text]))
    if level:
        options = llvm.create_pipeline_tuning_options(speed_level=level)
        passes = llvm.create_pass_builder(machine, options)
        passes.getModulePassManager().run(module, passes)
    return llvm.ObjectFileRef.from_data(machine.emit_object(module))
