"""Programs beside their twins in PyTorch, as far as PyTorch is not needed.

What PyTorch prints is checked by ``oracle.py``; here its saved words are
compared with what our programs print.
"""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs/_ext"))
twins = pytest.importorskip("twins", reason="the directive needs Sphinx")

NAMES = sorted(
    path.stem.removesuffix("_micrograd")
    for path in twins.FOLDER.glob("*_micrograd.py")
)
EVERY_PAIR = pytest.mark.parametrize("name", NAMES)
COLUMN = 45  # characters that fit beside each other

# What the two say differently, as their pages tell.
DIFFERENT = {
    "graph",  # numbers there are, operations here
    "phrase_anomaly",  # in words
    "phrase_grad_fn",  # in names
    "phrase_in_place",  # PyTorch refuses
    "phrase_leaf",  # 0 and None
    "phrase_no_grad",  # () and None
    "phrase_retain_grad",  # the middle is replaced here
    "phrase_retain_graph",  # PyTorch refuses the third time
    "phrase_state_dict",  # one number a name here
    "phrase_vector",  # PyTorch refuses without weights
    "phrase_zero_grad",  # 0 and None
    "precision",  # PyTorch has three ways
    "single",  # half the digits
}


def program(name, kind):
    return twins.FOLDER / f"{name}_{kind}.py"


def test_no_program_is_without_its_twin():
    theirs = twins.FOLDER.glob("*_torch.py")
    assert NAMES == sorted(p.stem.removesuffix("_torch") for p in theirs)


def test_the_saved_words_say_where_they_come_from():
    about = twins.saved()["about"]
    assert {"command", "date", "machine", "torch"} == set(about)
    assert all(about.values())


@EVERY_PAIR
def test_twins_print_the_same_where_their_page_says_so(name):
    same = twins.printed(program(name, "micrograd")) == twins.saved()[name]
    assert (name not in DIFFERENT) == same


@pytest.mark.parametrize("kind", ["micrograd", "torch"])
@EVERY_PAIR
def test_a_program_fits_into_its_column(name, kind):
    text = program(name, kind).read_text("utf-8")
    code = twins.part_of(text, None)
    assert not [line for line in code.splitlines() if len(line) > COLUMN]


def test_a_part_is_what_stands_between_two_marks():
    code = '"""Title."""\n\n# --- a ---\nx = 1\n\n# --- b ---\ny = 2\n'
    assert "y = 2" == twins.part_of(code, "b")
    assert "x = 1\n\ny = 2" == twins.part_of(code, None)


def test_the_twins_of_a_chapter_have_the_same_parts():
    marks = [
        re.findall(
            r"# --- (.*) ---", program("moons", kind).read_text("utf-8")
        )
        for kind in ("micrograd", "torch")
    ]
    assert ["data", "network", "loss", "training", "asking"] == marks[0]
    assert marks[0] == marks[1]


def test_a_part_shows_the_lines_that_it_prints():
    path = program("moons", "micrograd")
    assert (0, 5) == twins.lines_of(path, "training")
    assert (5, 6) == twins.lines_of(path, "asking")
    assert "b\nc\n" == twins.cut("a\nb\nc\nd\n", slice(1, 3))


def shown_on(page):
    """The programs, or their parts, whose code a page shows."""
    pattern = r":::\{twins\} (\w+)\n(?::part: (\w+)\n)?(:printed:\n)?"
    for name, part, only_printed in re.findall(pattern, page):
        if part or not only_printed:
            yield name, part or None


def test_what_a_page_shows_runs_where_it_is_typed():
    found = {
        one
        for path in (ROOT / "docs").rglob("*.md")
        for one in shown_on(path.read_text("utf-8"))
    }
    assert {("squeeze", "wrong"), ("graph", "count")} <= found
    for name, part in found:
        for kind in ("micrograd", "torch"):
            text = program(name, kind).read_text("utf-8")
            assert "__file__" not in twins.part_of(text, part), name
