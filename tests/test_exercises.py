"""The exercises: what is right passes its check, what is not does not.

A page has one namespace for all of its blocks, and a notebook, too.  So
exercises are also run one after the other, the unsolved ones first.
"""

import ast
import io
import json
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from test_tutorials import PATH

sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "_ext"))
files = pytest.importorskip("exercise_files")
packs = pytest.importorskip("exercise_packs")

DOCS = files.FOLDER.parent
EVERY = [one for name in files.GROUPS for one in files.group(name)]
BUGS = [one for one in EVERY if one.one("wrong")]
BASE = "https://example.org/"

each = pytest.mark.parametrize(
    "one", EVERY, ids=lambda one: f"{one.group}-{one.name}"
)
each_group = pytest.mark.parametrize("name", files.GROUPS)


def begin(one):
    """The names that a page knows before an exercise."""
    known = {}
    names = [e.name for e in files.group(one.group)]
    code, first = files.given(one.group)
    if code and names.index(one.name) >= names.index(first):
        exec(code, known)
    return known


def run(code, known):
    """Run code; return what it prints."""
    out = io.StringIO()
    with redirect_stdout(out):
        exec(code, known)
    return out.getvalue()


# --- Every exercise ---


def test_there_are_thirty_exercises_of_each_half_and_ten_bugs():
    on_tensors = [one for one in EVERY if one.group in files.ON_TENSORS]
    for half in (on_tensors, [x for x in EVERY if x not in on_tensors]):
        assert len(half) >= 30
        assert len([one for one in half if one in BUGS]) >= 10


@each
def test_a_solution_passes_its_check(one):
    known = begin(one)
    run(one.solution, known)
    assert run(one.check, known).startswith(("Right", "Found"))


@each
def test_a_start_runs_and_fails_its_check_with_a_message(one):
    known = begin(one)
    run(one.start, known)
    with pytest.raises(AssertionError) as failure:
        run(one.check, known)
    what, expected, given, nudge = str(failure.value).split("\n")
    assert what
    assert expected.startswith("  expected: ")
    assert given.startswith("  given:    ")
    assert expected.split(":", 1)[1].strip() != given.split(":", 1)[1].strip()
    assert nudge[-1] in ".?"
    assert len(nudge) <= 79


@each
def test_an_exercise_says_where_it_belongs(one):
    assert one.fields["level"] in {"1", "2", "3"}
    assert len(one.fields["idea"]) <= 60
    assert (DOCS / f"{one.fields['follows'].lstrip('/')}.md").exists()
    assert 1 <= len(one.all("hint")) <= 3


@each
def test_an_exercise_fits_its_column(one):
    for code, width in [(one.start, 72), (one.solution, 72), (one.check, 79)]:
        assert max(map(len, code.split("\n"))) <= width


def imported(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)


@each
def test_an_exercise_needs_micrograd_and_the_standard_library_only(one):
    """Those on tensors need NumPy besides, and never name it."""
    at_hand = {"micrograd", *sys.stdlib_module_names}
    for code in [one.start, one.check, one.solution]:
        assert set(imported(code)) <= at_hand


@each
def test_prose_reads_the_same_on_a_page_and_in_a_notebook(one):
    prose = [one.one("statement"), *one.all("hint"), one.one("remark")]
    for text in prose:
        assert not re.search(r"\{[\w:-]+\}`|^:::|^```", text, re.MULTILINE)
        assert "](" not in text.replace("](/", "")


# --- Bugs ---


@pytest.mark.parametrize(
    "one", BUGS, ids=lambda one: f"{one.group}-{one.name}"
)
def test_a_bug_is_a_small_difference_in_a_whole_program(one):
    assert one.start != one.solution
    lines = one.repair.split("\n")
    assert all(x[:1] in {"", " ", "+", "-"} for x in lines)
    changed = [x for x in lines if x[:1] in {"+", "-"}]
    assert 1 <= len(changed) <= 8
    assert len(one.start.split("\n")) <= 75


def test_a_bug_that_is_nowhere_in_the_engine_is_refused(tmp_path):
    path = tmp_path / "01_lost.py"
    text = BUGS[0].path.read_text("utf-8")
    text = text.replace("self.grad += out.grad\n", "lost = 1\n")
    path.write_text(text, "utf-8")
    engine = (BUGS[0].path.parent / "engine.py").read_text("utf-8")
    (tmp_path / "engine.py").write_text(engine, "utf-8")
    with pytest.raises(ValueError, match="0 places"):
        _ = files.read(path).start


def test_an_exercise_that_lacks_a_cell_is_refused(tmp_path):
    path = tmp_path / "1_half.py"
    text = EVERY[0].path.read_text("utf-8")
    text = text.replace("# %% check\n", "# %% checks\n")
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="check"):
        files.read(path)


# --- One after the other ---


def code_of(notebook):
    cells = json.loads(notebook)["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]


@each_group
def test_the_notebook_of_solutions_runs_from_top_to_bottom(name):
    known = {}
    cells = code_of(packs.notebook(name, BASE, solved=True))
    printed = "".join(run(code, known) for code in cells)
    passed = len(re.findall(r"^(?:Right|Found)\b", printed, re.MULTILINE))
    assert passed == len(files.group(name))


@each_group
def test_an_exercise_can_be_left_out(name):
    """All starts first, each with its failing check; then the solutions."""
    known = {}
    for code in code_of(packs.notebook(name, BASE, solved=False)):
        try:
            run(code, known)
        except AssertionError:
            continue
    code, first = files.given(name)
    for one in files.group(name):
        run(code if one.name == first else "", known)
        run(one.solution, known)
        assert run(one.check, known).startswith(("Right", "Found"))


# --- Pages and packs ---


@each_group
def test_a_page_has_every_exercise_of_its_group_once_and_in_order(name):
    text = (files.FOLDER / f"{name}.md").read_text("utf-8")
    found = re.findall(r"```\{exercise\} (\S+)", text)
    assert found == [f"{name}/{one.name}" for one in files.group(name)]
    code, first = files.given(name)
    assert text.count("{exercise-given}") == bool(code)
    if code:
        before = text.index("{exercise-given}")
        assert before < text.index(f"{{exercise}} {name}/{first}")
    assert f"{{exercise-pack}} {name}\n" in text


def test_the_index_has_a_table_for_every_group():
    text = (files.FOLDER / "index.md").read_text("utf-8")
    assert re.findall(r"\{exercise-table\} (\S+)", text) == files.GROUPS
    folders = {path.parent.name for path in files.FOLDER.glob("*/*.py")}
    assert folders - {"__pycache__"} == set(files.GROUPS)


@each_group
def test_a_pack_has_a_licence_and_every_exercise(name):
    found = packs.pack(name, BASE)
    assert set(found) == {
        "README.md",
        "LICENSE",
        f"{name}.ipynb",
        f"{name}-solutions.ipynb",
        f"{name}.py",
    }
    assert "MIT License" in found["LICENSE"]
    ast.parse(found[f"{name}.py"])
    for one in files.group(name):
        for path in (f"{name}.ipynb", f"{name}.py"):
            assert f"{one.number} {one.title}" in found[path]
        assert one.start in found[f"{name}.py"]


@each_group
def test_page_and_pack_say_whether_numpy_is_needed(name):
    found = packs.pack(name, BASE)
    needed = "import micrograd.tensors" in found[f"{name}.py"]
    assert needed == (name in files.ON_TENSORS)
    page = (files.FOLDER / f"{name}.md").read_text("utf-8")
    assert needed == ("need NumPy" in page)
    assert needed == ("the package and NumPy:" in found["README.md"])
    assert needed == ("micrograd and NumPy;" in found[f"{name}.py"])
    assert needed == ("[arrays] @" in found["README.md"])


def test_a_notebook_has_the_form_that_jupyter_asks_for():
    nbformat = pytest.importorskip("nbformat")
    for name in files.GROUPS:
        text = packs.notebook(name, BASE, solved=False)
        read = nbformat.reads(text, as_version=4)
        assert nbformat.validate(read) is None  # it raises


def test_the_same_files_give_the_same_zip(tmp_path):
    for folder in ("one", "other"):
        packs.write_packs(tmp_path / folder, BASE)
    for name in files.GROUPS:
        one, other = [
            (tmp_path / folder / f"{name}.zip").read_bytes()
            for folder in ("one", "other")
        ]
        assert one == other


# --- The syllabus ---


def test_the_syllabus_has_ten_sessions_of_what_is_there():
    name = "how-to/teach-the-course-in-ten-sessions.md"
    text = (DOCS / name).read_text("utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \|(.*)\|$", text)
    assert [str(i) for i in range(1, 11)] == [number for number, _ in rows]
    there = {one.number for one in EVERY}
    buttons = re.findall(r"data-try[^>]*>([^<]+)<", playground())
    for _, row in rows:
        pages, minutes, *rest, end = [one.strip() for one in row.split("|")]
        linked = re.findall(r"\(\.\./tutorials/([\w-]+)\.md\)", pages)
        assert linked
        assert set(linked) <= set(PATH)
        asked = " ".join(f"../tutorials/{one}" for one in linked)
        assert f"{{minutes}}`{asked}`" == minutes
        assert set(re.findall(r"\d+\.\d+", " ".join(rest))) <= there
        assert set(re.findall(r"\*([^*]+)\*", end)) <= set(buttons)


def playground():
    """The source of the playground's page."""
    return (DOCS / "playground.md").read_text("utf-8")
