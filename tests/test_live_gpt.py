"""The GPT of the page: as a program, in node, and number by number."""

import json
import math
import os
import subprocess
import sys
from array import array
from pathlib import Path
from random import Random

import pytest
from conftest import NINE_DIGITS
from test_compiler_wasm import NODE, in_node

import micrograd
from micrograd import no_grad
from micrograd.functions import softmax
from page_programs.gpt import Model, invent, loss_of, read, rows_of, trained_by
from page_programs.gpt_modules import files
from page_programs.gpt_numbers import ROWS, Reading

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "docs/_live/page_programs/gpt.py"
NAMES = ["al", "bo", "eve", "ida"]
LONGEST, STEPS = 3, 1000
needs_node = pytest.mark.skipif(NODE is None, reason="there is no node")


def test_the_program_runs_unchanged_and_learns(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("al\nbo\ned", "utf-8")
    command = [sys.executable, "-W", "ignore", PROGRAM, path, "60"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == 10
    losses = [float(line.split()[3]) for line in lines]
    assert losses[-1] < losses[0] / 2
    assert lines[-1].startswith("step 60: loss")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a page loads, for few and short names."""
    folder = tmp_path_factory.mktemp("gpt")
    model = Model(Random(42))
    made = files(model, trained_by(model, STEPS), LONGEST, STEPS)
    names = {"names": NAMES, "unseen": ["lea", "ada"]}
    made["names.json"] = json.dumps(names).encode()
    for name, contents in made.items():
        (folder / name).write_bytes(contents)
    return folder


def answers(folder, *questions):
    return in_node(ROOT / "docs/_live/gpt.js", questions, folder)


@pytest.fixture(scope="module")
def both(folder):
    """The model after training in Python, and its losses; node's answers."""
    model = Model(Random(42))
    step = micrograd.compile(
        lambda rows, count: loss_of(model, rows, count),
        trained_by(model, STEPS),
    )
    names = [NAMES[k % len(NAMES)] for k in range(STEPS)]
    losses = [step(rows_of(x, LONGEST + 2), len(x) + 1.0) for x in names]
    asked = ["train", STEPS], ["numbers"], ["look", "eva"], ["progress"]
    return model, losses, answers(folder, *asked)


@needs_node
def test_a_thousand_losses_are_those_of_python(both):
    _, losses, (given, *_) = both
    assert given == pytest.approx(losses, abs=NINE_DIGITS)
    assert losses[-1] < losses[0] / 4


@needs_node
def test_all_parameters_are_those_of_python(both):
    model, _, (_, numbers, *_) = both
    expected = [p.data for p in model.parameters()]
    assert numbers == pytest.approx(expected, abs=NINE_DIGITS)


@needs_node
def test_what_it_sees_in_a_name_is_what_python_sees(both):
    model, _, (_, _, look, _) = both
    with no_grad():
        positions = read(model, rows_of("eva", 5)[:-1])
    for given, own in zip(look["positions"], positions, strict=True):
        chances = [p.data for p in softmax(own.scores)]
        assert given["chances"] == pytest.approx(chances, abs=NINE_DIGITS)
        for row, weights in zip(given["weights"], own.weights, strict=True):
            expected = [w.data for w in weights]
            assert row == pytest.approx(expected, abs=NINE_DIGITS)


@needs_node
def test_letters_are_counted(both):
    *_, (*_, progress) = both
    expected = sum(len(x) + 1 for x in NAMES) * STEPS // len(NAMES)
    assert progress["letters"] == expected


@needs_node
def test_a_reset_begins_the_same_run_again(folder):
    few = ["train", 5]
    first, made, _, second, again = answers(
        folder, few, ["invent", 4], ["reset"], few, ["invent", 4]
    )
    assert first == second
    assert made == again


@needs_node
def test_it_makes_up_names_of_its_letters(folder):
    (_, made) = answers(folder, ["train", STEPS], ["invent", 20])
    assert made["step"] == STEPS
    known = {name for name, is_known in made["names"] if is_known}
    assert known & {*NAMES}  # of four names it learns some by heart
    for name, _ in made["names"]:
        assert len(name) <= LONGEST
        assert name.isalpha()


@needs_node
def test_many_steps_take_no_more_memory(folder):
    few, _, many = answers(
        folder, ["progress"], ["train", STEPS], ["progress"]
    )
    assert few["bytes"] == many["bytes"]


def test_rows_of_zeros_change_nothing():
    model = Model(Random(1))
    short, long = (
        loss_of(model, rows_of("ann", size), 4.0) for size in (5, 9)
    )
    assert short.data == pytest.approx(long.data, rel=1e-15)


def test_a_name_that_is_made_up_ends():
    model = Model(Random(1))
    with no_grad():
        names = [invent(model, Random(k), 5) for k in range(5)]
    assert all(len(name) <= 5 for name in names)


def test_coefficients_are_those_of_the_optimiser(folder):
    optimizer = trained_by(Model(Random(42)), STEPS)
    expected = [
        x for t in range(STEPS)
        for x in optimizer.coefficients(t, optimizer.lr(t))
    ]  # fmt: skip
    contents = (folder / "coefficients.bin").read_bytes()
    assert array("d", contents).tolist() == expected


# --- Number by number ---


@pytest.fixture(scope="module")
def reading():
    model = Model(Random(3))
    return Reading([p.data for p in model.parameters()], "eva")


def test_every_number_of_a_position_has_its_gradient(reading):
    model = Model(Random(3))
    loss_of(model, rows_of("eva", 5), 4.0).backward()
    answer = reading.position(1)
    assert [name for name, _ in answer["rows"]] == [*ROWS]
    sizes = [len(row) for _, row in answer["rows"]]
    assert sizes == [16, 16, 16, 16, 16, 4 * 2, 16, 64, 16, 27]
    title = "query[2][3]"
    (place,) = [i for i, v in enumerate(reading.values)
                if reading.title(v) == title]  # fmt: skip
    own = model.matrices["query"][2][3]
    found = reading.number(place)
    assert found["grad"] == pytest.approx(own.grad, rel=1e-5)


def test_what_users_send_adds_up_to_the_gradient(reading):
    for _, row in reading.position(2)["rows"]:
        for place, _, grad in row:
            sent = [sent for *_, sent in reading.number(place)["users"]]
            size = max(map(abs, sent))
            assert grad == pytest.approx(sum(sent), abs=1e-4 * size)


def test_a_sum_is_told_as_one_step(reading):
    rows = dict(reading.position(1)["rows"])
    place, data, _ = rows["query"][0]
    found = reading.number(place)
    assert len(found["operands"]) == 16
    total = sum(data for _, _, data, *_ in found["operands"])
    assert data == pytest.approx(total, abs=1e-5)
    assert found["operands"][0][1] == "query[0][0] × normed 0 at e"


def test_the_page_and_the_program_have_the_same_heat():
    script = ROOT / "docs/_static/live/gpt/run.mjs"
    (line,) = [x for x in script.read_text("utf-8").splitlines()
               if x.startswith("const HEAT")]  # fmt: skip
    assert invent.__defaults__ == (float(line.split()[3].strip(";")),)


def test_probabilities_sum_to_one():
    model = Model(Random(1))
    with no_grad():
        position, _ = read(model, rows_of("", 2))
    total = sum(p.data for p in softmax(position.scores))
    assert math.isclose(total, 1.0)
