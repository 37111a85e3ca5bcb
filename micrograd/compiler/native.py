"""The program as machine code, through LLVM.

Each section becomes one function over the memory.  Several lanes share a
vector register; rows have room for whole vectors, whose last lanes may
compute what nobody reads.

Notation: ``%M`` is the memory, ``%k`` the first lane of the vector; in words,
``<t>`` is the type of numbers, ``<b>`` that of conditions, ``<v>`` the name
of a vector, ``{r}`` the result.

Sources: the LLVM language reference, for the text that is written here.
"""

from __future__ import annotations

import ctypes
from struct import pack, unpack
from typing import Any

from micrograd.compiler.program import Program, Section, spelled
from micrograd.compiler.tape import CONDITIONS, SIGNS, TWO
from micrograd.documentation import documented
from micrograd.namespaces import FUNCTIONS

__all__ = ["Machine"]

W = 4  # lanes in a vector: 256 bits, which most machines have
SMALL = 6_000  # lines of loops up to which LLVM is asked to try
FAR = 6_000_000  # bytes of code; more is fetched before it runs, by copying
BLOCK = 500  # statements in a row; LLVM's time grows with their square

WORDS: dict[str, Any] = {
    **{x: f"{{r}} = call double @{x}(double {{0}})" for x in FUNCTIONS},
    **{x: f"{{r}} = call double @{x}(double {{0}}, double {{1}})"
       for x in TWO},
    **{x: f"{{r}} = {y} <t> {{0}}, {{1}}" for x, (_, y, *_) in SIGNS.items()},
    **{x: f"""{{r}}b = {SIGNS[x][1]} <t> {{0}}, {{1}}
  {{r}} = uitofp <b> {{r}}b to <t>""" for x in CONDITIONS},
    "sqrt": "{r} = call <t> @llvm.sqrt.<v>(<t> {0})",
    "abs": "{r} = call <t> @llvm.fabs.<v>(<t> {0})",
    "neg": "{r} = fneg <t> {0}",
    "where": """{r}b = fcmp une <t> {0}, zeroinitializer
  {r} = select <b> {r}b, <t> {1}, <t> {2}""",
    "cell": """{r}p = getelementptr double, ptr %M, i64 {0}
  {r} = load double, ptr {r}p""",
    "put": """%p{r} = getelementptr double, ptr %M, i64 {1}
  store double {0}, ptr %p{r}""",
    "name": "%v{0}",
    "terms": 2,  # of a sum in one statement
}  # fmt: skip
WORDS["total"] = "", WORDS["put"], ""


def _one_by_one(name: str) -> str:
    """A function of the C library on a vector, for one lane at a time."""
    lines, made = list[str](), "undef"
    for k in range(W):
        one = [f"{{r}}x{i}{k}" for i in range(1 + (name in TWO))]
        for i, x in enumerate(one):
            lines.append(f"{x} = extractelement <t> {{{i}}}, i32 {k}")
        given = ", ".join([f"double {x}" for x in one])
        lines.append(f"{{r}}f{k} = call double @{name}({given})")
        put = f"insertelement <t> {made}, double {{r}}f{k}, i32 {k}"
        made = f"{{r}}m{k}" if k < W - 1 else "{r}"
        lines.append(f"{made} = {put}")
    return "\n  ".join(lines)


# Of a vector; a sum over lanes leaves out those that nobody asked for.
VECTOR = {
    **WORDS,
    **{x: _one_by_one(x) for x in FUNCTIONS if x != "sqrt"},
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
        """%s{r} = alloca <t>
  store <t> zeroinitializer, ptr %s{r}""",
        """%x{r} = select <b> %asked, <t> {0}, <t> zeroinitializer
  %o{r} = load <t>, ptr %s{r}
  %n{r} = fadd <t> %o{r}, %x{r}
  store <t> %n{r}, ptr %s{r}""",
        """%e{r} = load <t>, ptr %s{r}
  %t{r} = call double @llvm.vector.reduce.fadd.<v>(double 0.0, <t> %e{r})
  %p{r} = getelementptr double, ptr %M, i64 {1}
  store double %t{r}, ptr %p{r}""",
    ),
    "loop": (
        """br label %go
go:
  %k = phi i64 [0, %begin], [%j, %go]
  %n = phi <4 x i64> [<i64 0, i64 1, i64 2, i64 3>, %begin], [%m, %go]
  %asked = icmp ult <4 x i64> %n, splat (i64 {0})""",
        "",
        """%j = add i64 %k, 4
  %m = add <4 x i64> %n, splat (i64 4)
  %more = icmp ult i64 %j, {0}
  br i1 %more, label %go, label %end
end:""",
    ),
}
TYPES = {"<t>": "double", "<b>": "i1", "<v>": "f64"}
VECTORS = {"<t>": f"<{W} x double>", "<b>": f"<{W} x i1>", "<v>": f"v{W}f64"}


def _text(section: Section, name: str) -> str:
    """The LLVM text of a section, as a function."""
    loop = section.lanes > 1
    words, types = (VECTOR, VECTORS) if loop else (WORDS, TYPES)

    def number(x: float) -> str:
        one = f"0x{unpack('Q', pack('d', x))[0]:016X}"
        return f"splat (double {one})" if loop else one

    called = {x for x, _ in section.lines if x in FUNCTIONS} - {"sqrt"}
    lines = [
        f"declare double @{x}({'double, ' * (x in TWO)}double)" for x in called
    ]
    lines += [f"define void @{name}(ptr noalias %M) {{", "begin:"]
    body = spelled(section, words, number)
    for i in range(BLOCK, 0 if loop else len(body), BLOCK):
        body[i] = f"br label %b{i}\nb{i}:\n  {body[i]}"
    text = "\n  ".join([*lines, *body, "ret void\n}"])
    for short, long in types.items():
        text = text.replace(short, long)
    return text


@documented
class Machine:
    """Carries a program out as machine code.

    >>> from micrograd.compiler.program import Program
    >>> Machine(Program())()
    """

    def __init__(self, program: Program) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        every = [*program.sections, *program.updates]
        loops = sum([len(x.lines) for x in every if x.lanes > 1])
        machine, empty = _machine(llvm, 0), llvm.parse_assembly("")
        self.engine = llvm.create_mcjit_compiler(empty, machine)
        sizes = list[int]()
        for i, section in enumerate(every):
            level = int(loops <= SMALL and section.lanes > 1)
            text = _text(section, f"section{i}")
            sizes.append(_add(llvm, self.engine, text, level))
        self.engine.finalize_object()
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
        find = self.engine.get_function_address
        at = [find(f"section{i}") for i in range(len(every))]
        if sum(sizes) < FAR:
            sizes = [0] * len(every)
        self.near = ctypes.create_string_buffer(max(sizes, default=0) + 1)
        self.run = [*zip(map(function, at), at, sizes, strict=True)]
        self.guard, self.first = program.guard, len(program.sections)
        self.memory = program.memory()
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def __call__(self) -> None:
        """Carry the program out once."""
        for run, code, size in self.run[: self.first]:
            if size:
                ctypes.memmove(self.near, code, size)
            run(self.address)
        if self.memory[self.guard] == 0:  # all gradients are finite
            for run, _, _ in self.run[self.first :]:
                run(self.address)


def _machine(llvm: Any, level: int) -> Any:
    """Tell LLVM which processor this is, and how hard to try."""
    cpu = llvm.get_host_cpu_name()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(cpu, features, level)


def _add(llvm: Any, engine: Any, text: str, level: int) -> int:
    """Add machine code, of this size; LLVM forgets the text at once."""
    machine, module = _machine(llvm, level), llvm.parse_assembly(text)
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    builder = llvm.create_pass_builder(machine, options)
    passes = llvm.create_new_module_pass_manager()
    if level:  # sums into registers, comparisons into conditions
        passes.add_sroa_pass()
        passes.add_instruction_combine_pass()
    passes.run(module, builder)
    code = llvm.ObjectFileRef.from_data(machine.emit_object(module))
    size: int = sum([x.size() for x in code.sections() if x.is_text()])
    engine.add_object_file(code)
    return size
