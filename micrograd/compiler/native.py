"""The program as machine code, through LLVM.

Each step becomes one function over the memory.  The rules of the table, read
on registers, emit the code of its lines; several lanes at once share a
vector register, and what does not fill a vector is done one by one.

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
from operator import and_, ge, gt, le, lt
from typing import Any

from micrograd.compiler.memory import Memory
from micrograd.compiler.program import Program, Step
from micrograd.compiler.registers import INSTRUCTIONS, Code, Number
from micrograd.compiler.tape import row
from micrograd.primitives import PRIMITIVES

__all__ = ["Native"]

W = 4  # lanes in a vector: 256 bits, which most machines have
SMALL = 6_000  # lines of loops up to which LLVM is asked to do its best


# --- Steps ---

QUICK = {primitive.name: text for primitive, text in INSTRUCTIONS.items()}
METHODS = {"lt": lt, "le": le, "gt": gt, "ge": ge, "both": and_}


def _results(step: Step, code: Code, lane: str) -> list[str]:
    """Emit the instructions for a vector of lanes; the results to write."""
    values: list[Any] = []
    for line in step.tape:
        kind, operands, content = line
        x = [values[place] for place in operands]
        if kind == "constant":
            made: Any = Number(code, code.number(content))
        elif kind == "outer":
            made = Number(code, f"%{'o' if code.width == 1 else 'w'}{content}")
        elif kind == "lane":
            made = Number(code, code.load(content, lane))
        elif kind == "detach":
            made = x[0]
        elif kind in QUICK and content is None:
            made = code.operate(QUICK[kind], *x)
        elif kind in METHODS:
            made = METHODS[kind](*x)
        else:
            made = row(line)(*x)
        values.append(made)
    return [code.number(values[line]) for _, line, _ in step.writes]


def _loop(step: Step, code: Code, start: int, stop: int) -> list[str]:
    """A loop over the lanes from `start` to `stop`, a vector at a time."""
    n, t = code.prefix, code.type
    # -0.0 + x is x to the last bit; a sum of many starts from Python's 0.
    zero = code.number(0.0 if step.lanes > 1 else -0.0)
    sums = [i for i, w in enumerate(step.writes) if w[0] in ("sum", "add")]
    head = [f"{n}in:", f"  br label %{n}go", f"{n}go:"]
    head.append(f"  %k{n} = phi i64 [{start}, %{n}in], [%j{n}, %{n}go]")
    for i in sums:
        old, new = f"[{zero}, %{n}in]", f"[%n{n}{i}, %{n}go]"
        head.append(f"  %s{n}{i} = phi {t} {old}, {new}")
    for i, result in enumerate(_results(step, code, f"%k{n}")):
        how, _, cell = step.writes[i]
        if i in sums:
            code.lines.append(f"  %n{n}{i} = fadd {t} %s{n}{i}, {result}")
        elif how == "spread":
            old = code.load(cell, f"%k{n}")
            total = code.emit(f"fadd {t} {old}, {result}")
            code.store(total, cell, f"%k{n}")
        else:
            code.store(result, cell, f"%k{n}")
    tail = [f"  %j{n} = add i64 %k{n}, {code.width}"]
    tail.append(f"  %m{n} = icmp slt i64 %j{n}, {stop}")
    return [*head, *code.lines, *tail]


def _function(step: Step, name: str) -> str:
    """The LLVM text of one step."""
    lines = [f"define void @{name}(ptr noalias %M) {{", "begin:"]
    outer = sorted({x.content for x in step.tape if x.kind == "outer"})
    full = step.lanes - step.lanes % W
    for cell in outer:
        lines.append(f"  %a{cell} = getelementptr double, ptr %M, i64 {cell}")
        lines.append(f"  %o{cell} = load double, ptr %a{cell}, align 8")
        if full:
            wide = Code(W, f"x{cell}_")
            last = wide.spread(f"%o{cell}")
            lines += [x.replace(last, f"%w{cell}") for x in wide.lines]
    loops = [(Code(W, "v"), 0, full)] if full else []
    if full < step.lanes:
        loops.append((Code(1, "r"), full, step.lanes))
    lines.append(f"  br label %{loops[0][0].prefix}in")
    following = [code.prefix + "in" for code, _, _ in loops[1:]] + ["end"]
    for (code, start, stop), after in zip(loops, following, strict=True):
        n = code.prefix
        lines += _loop(step, code, start, stop)
        lines.append(f"  br i1 %m{n}, label %{n}go, label %{after}")
    tail = _totals(step, [code for code, _, _ in loops])
    return "\n".join([*lines, "end:", *tail, "  ret void", "}"])


def _totals(step: Step, loops: list[Code]) -> list[str]:
    """Add up the lanes of each sum, and write it."""
    tail = Code(1, "e")
    for i, (how, _, cell) in enumerate(step.writes):
        if how not in ("sum", "add"):
            continue
        parts = [tail.load(cell)] if how == "add" else []
        for code in loops:
            name = f"%n{code.prefix}{i}"
            if code.width == 1:
                parts.append(name)
                continue
            for k in range(code.width):
                lane = f"extractelement {code.type} {name}, i32 {k}"
                parts.append(tail.emit(lane))
        total = parts[0]
        for part in parts[1:]:
            total = tail.emit(f"fadd double {total}, {part}")
        tail.store(total, cell)
    return tail.lines


# --- The program ---


def _run(program: Program) -> str:
    """The function that carries out every step."""
    first, size = len(program.steps), program.size
    names = [f"void @step{i}" for i in range(first + len(program.updates))]
    calls = [f"  call {name}(ptr %M)" for name in names]
    declared = "\n".join([f"declare {name}(ptr)" for name in names])
    return f"""{declared}
define void @run(ptr %M) {{
  %G = getelementptr double, ptr %M, i64 {size}
  call void @llvm.memset.p0.i64(ptr %G, i8 0, i64 {8 * size}, i1 0)
  %R = getelementptr double, ptr %M, i64 {size + program.root}
  store double 1.0, ptr %R
{chr(10).join(calls[:first])}
  %C = getelementptr double, ptr %M, i64 {program.guard}
  %c = load double, ptr %C
  %finite = fcmp oeq double %c, 0.0
  br i1 %finite, label %update, label %end
update:
{chr(10).join(calls[first:])}
  br label %end
end:
  ret void
}}"""


def _declarations() -> list[str]:
    lines = ["declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"]
    for name, rule in PRIMITIVES.items():
        spelled = {"power": "pow"}.get(name, name)
        doubles = ", ".join(["double"] * rule.arity)
        lines.append(f"declare double @{spelled}({doubles})")
    for kind, t in (("f64", "double"), (f"v{W}f64", f"<{W} x double>")):
        lines += [
            f"declare {t} @llvm.{name}.{kind}({t})"
            for name in ("sqrt", "fabs")
        ]
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
    """

    def __init__(self, program: Program, level: int | None = None) -> None:
        import llvmlite.binding as llvm

        self.memory = Memory(program)
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        steps = [*program.steps, *program.updates]
        loops = sum(len(step.tape) for step in steps if step.lanes > 1)
        best = 3 if loops <= SMALL else 0
        empty = llvm.parse_assembly("")
        self.engine = llvm.create_mcjit_compiler(empty, _machine(llvm, 0))
        for i, step in enumerate(steps):
            hard = level if level is not None else best * (step.lanes > 1)
            made = _lowered(llvm, _function(step, f"step{i}"), hard)
            self.engine.add_object_file(made)
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
