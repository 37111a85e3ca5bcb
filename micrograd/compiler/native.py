"""The program as machine code, through LLVM.

Each section becomes one function over the memory.  Several lanes share a
vector register; lanes that are too many for what is there compute what
nobody reads, since rows have room for whole vectors.

Notation: ``%M`` is the address of the memory, ``%k`` the first lane of the
vector at hand; in words, ``<t>`` is the type of numbers, ``<b>`` that of
conditions, ``<v>`` the name of a vector, ``{r}`` the result.

Leaves out: more than one thread; single precision.

Sources: the LLVM language reference, for the text that is written here.
"""

from __future__ import annotations

import ctypes
from struct import pack, unpack
from typing import Any

from micrograd.compiler.program import Program
from micrograd.compiler.python import TWO, body
from micrograd.compiler.tape import Section
from micrograd.namespaces import FUNCTIONS

__all__ = ["Native"]

W = 4  # lanes in a vector: 256 bits, which most machines have
SMALL = 6_000  # lines of loops up to which LLVM is asked to do its best

WORDS: dict[str, Any] = {
    **{x: f"{{r}} = call <t> @{x}<s>(<t> {{0}})" for x in FUNCTIONS},
    **{x: f"{{r}} = call <t> @{x}<s>(<t> {{0}}, <t> {{1}})" for x in TWO},
    "sqrt": "{r} = call <t> @llvm.sqrt.<v>(<t> {0})",
    "abs": "{r} = call <t> @llvm.fabs.<v>(<t> {0})",
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
    "cell": """{r}p = getelementptr double, ptr %M, i64 {0}
  {r} = load double, ptr {r}p""",
    "put": """%p{r} = getelementptr double, ptr %M, i64 {1}
  store double {0}, ptr %p{r}""",
    "name": "%v{0}",
    "terms": 2,  # of a sum in one statement
}
WORDS["total"] = "", WORDS["put"], ""
# Of a vector; a sum over lanes leaves out those that nobody asked for.
VECTOR = {
    **WORDS,
    "cell": """{r}p = getelementptr double, ptr %M, i64 {0}
  {r}x = load double, ptr {r}p
  {r}i = insertelement <t> undef, double {r}x, i32 0
  {r} = shufflevector <t> {r}i, <t> undef, <4 x i32> zeroinitializer""",
    "lane": """{r}k = add i64 %k, {0}
  {r}p = getelementptr double, ptr %M, i64 {r}k
  {r} = load <t>, ptr {r}p, align 8""",
    "put lane": """%k{r} = add i64 %k, {1}
  %p{r} = getelementptr double, ptr %M, i64 %k{r}
  store <t> {0}, ptr %p{r}, align 8""",
    "total": (
        "",
        """%x{r} = select <b> %asked, <t> {0}, <t> zeroinitializer
  %n{r} = fadd <t> %s{r}, %x{r}""",
        """%t{r} = call double @llvm.vector.reduce.fadd.<v>(
    double 0.0, <t> %n{r})
  %p{r} = getelementptr double, ptr %M, i64 {1}
  store double %t{r}, ptr %p{r}""",
    ),
}
TYPES = {"<t>": "double", "<b>": "i1", "<v>": "f64", "<s>": ""}
VECTORS = {"<t>": f"<{W} x double>", "<b>": f"<{W} x i1>"}
VECTORS |= {"<v>": f"v{W}f64", "<s>": f".{W}"}
NEXT = """%j = add i64 %k, 4
  %more = icmp ult i64 %j, {0}
  br i1 %more, label %go, label %end
end:"""
ASKED = """%a = insertelement <4 x i64> undef, i64 %k, i32 0
  %b = shufflevector <4 x i64> %a, <4 x i64> undef, <4 x i32> zeroinitializer
  %c = add <4 x i64> %b, <i64 0, i64 1, i64 2, i64 3>
  %asked = icmp ult <4 x i64> %c, <i64 {0}, i64 {0}, i64 {0}, i64 {0}>"""
ALL = "%asked = icmp eq <4 x i64> zeroinitializer, zeroinitializer"


def _one_by_one(name: str) -> str:
    """A function of the C library on a vector, for one lane at a time."""
    takes = ["%x", "%y"][: 1 + (name in TWO)]
    given = ", ".join([f"<t> {x}" for x in takes])
    lines = [f"define internal <t> @{name}<s>({given}) alwaysinline {{"]
    made = "undef"
    for k in range(W):
        lines += [f"{x}{k} = extractelement <t> {x}, i32 {k}" for x in takes]
        given = ", ".join([f"double {x}{k}" for x in takes])
        lines.append(f"%f{k} = call double @{name}({given})")
        put = f"insertelement <t> {made}, double %f{k}, i32 {k}"
        lines.append(f"%r{k} = {put}")
        made = f"%r{k}"
    return "\n  ".join([*lines, f"ret <t> {made}\n}}\n"])


def _text(section: Section, name: str) -> str:
    """The LLVM text of a section, as a function."""
    several, count = section.lanes > 1, section.lanes

    def number(x: float) -> str:
        one = f"0x{unpack('Q', pack('d', x))[0]:016X}"
        return f"<{', '.join([f'double {one}'] * W)}>" if several else one

    words = VECTOR if several else WORDS
    before, inside, after = body(section, words, number)
    lines = []
    for x in {x for x, _ in section.lines if x in FUNCTIONS and x != "sqrt"}:
        lines.append(f"declare double @{x}({'double, ' * (x in TWO)}double)")
        lines += [_one_by_one(x)] if several else []
    lines += [f"define void @{name}(ptr noalias %M) {{", "begin:", *before]
    if several:
        lines += ["br label %go", "go:", "%k = phi i64 [0, %begin], [%j, %go]"]
        for i, (how, *_) in enumerate(section.writes):
            if how == "sum":
                old = f"[zeroinitializer, %begin], [%n{i}, %go]"
                lines.append(f"%s{i} = phi <t> {old}")
        lines.append(ASKED.format(count) if count % W else ALL)
        inside.append(NEXT.format(count))
    text = "\n  ".join([*lines, *inside, *after, "ret void\n}"])
    for short, long in (VECTORS if several else TYPES).items():
        text = text.replace(short, long)
    return text


class Native:
    """Carries a program out as machine code.

    By default LLVM tries its best for loops that are short; the time that
    takes grows faster than the code.

    Examples
    --------
    >>> from micrograd.compiler.native import Native
    >>> from micrograd.compiler.program import Program
    >>> Native(Program())()
    """

    def __init__(self, program: Program) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        every = [*program.sections, *program.updates]
        loops = sum([len(x.lines) for x in every if x.lanes > 1])
        machine, empty = _machine(llvm, 0), llvm.parse_assembly("")
        self.engine = llvm.create_mcjit_compiler(empty, machine)
        for i, section in enumerate(every):
            level = 3 if loops <= SMALL and section.lanes > 1 else 0
            _add(llvm, self.engine, _text(section, f"section{i}"), level)
        self.engine.finalize_object()
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
        self.run = [
            function(self.engine.get_function_address(f"section{i}"))
            for i in range(len(every))
        ]
        self.guard, self.first = program.guard, len(program.sections)
        self.memory = program.memory()
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def __call__(self) -> None:
        """Carry the program out once."""
        for run in self.run[: self.first]:
            run(self.address)
        if self.memory[self.guard] == 0:  # all gradients are finite
            for run in self.run[self.first :]:
                run(self.address)


def _machine(llvm: Any, level: int) -> Any:
    """Tell LLVM which processor this is, and how hard to try."""
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=level,
    )


def _add(llvm: Any, engine: Any, text: str, level: int) -> None:
    """Add machine code; LLVM forgets the text before the next one comes."""
    machine, module = _machine(llvm, level), llvm.parse_assembly(text)
    if level:
        options = llvm.create_pipeline_tuning_options(speed_level=level)
        passes = llvm.create_pass_builder(machine, options)
        passes.getModulePassManager().run(module, passes)
    code = machine.emit_object(module)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
