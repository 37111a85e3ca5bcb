"""The gallery: every script has the house form.

The form is what lets a reader find things at once: a title that says what
is seen, a figure early, short prose, something to take away.  The part of
matplotlib that scripts may use is listed here, so that whoever draws them
in a browser knows what to draw.  Scripts run in `test_gallery_runs.py`, and
while the site is built.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GALLERY = Path(__file__).parent.parent / "gallery"
SCRIPTS = sorted(GALLERY.glob("*/plot_*.py"))
NAMES = [path.stem.removeprefix("plot_") for path in SCRIPTS]

each_script = pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)

# Every script has one of these levels, first, and then what it is about.
LEVELS = ["beginner", "intermediate", "advanced"]
IDEAS = {
    "activation",
    "backward",
    "classification",
    "compiler",
    "derivative",
    "diagnosis",
    "floating point",
    "generation",
    "graph",
    "higher order",
    "history",
    "initialisation",
    "language",
    "learning rate",
    "newton",
    "optimiser",
    "regression",
    "regularisation",
    "scikit-learn",
    "simulation",
    "tensors",
    "transformer",
}

# --- The part of matplotlib that scripts keep to ---

PYPLOT = {
    "show": set(),
    "style": set(),  # only style.use, with a dict
    "subplots": {"figsize"},
}
LINE = {"alpha", "color", "label", "linestyle", "linewidth"}
AXES = {
    "axhline": LINE,
    "contour": {"colors", "levels", "linewidths"},
    "contourf": {"cmap", "levels"},
    "imshow": {"cmap", "vmax", "vmin"},
    "legend": set(),
    "plot": LINE | {"marker", "markersize"},
    "scatter": {"color", "marker", "s", "zorder"},
    "set": {
        *("title", "xlabel", "ylabel", "xlim", "ylim"),
        *("xscale", "yscale", "xticks", "yticks"),
    },
    "text": {"color", "ha", "va"},
}
AN_AXES = r"ax|(figure\.)?axes\[-?\d+\]|left|right|forward|back"


def blocks(path):
    """The comments between ``# %%`` and code, as lists of lines."""
    found, block = [], None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line == "# %%":
            block = []
            found.append(block)
        elif block is not None and line.startswith("#"):
            block.append(line[2:])
        else:
            block = None
    return found


def calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def called(call):
    """The last name of what is called: ``set`` in ``ax.set(...)``."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def keywords(call):
    return {keyword.arg for keyword in call.keywords}


# --- Form ---


def test_the_gallery_is_found():
    assert len(SCRIPTS) >= 25


@each_script
def test_a_script_opens_with_its_title_and_what_you_will_see(path):
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    title, rule, *_ = docstring.splitlines()
    paragraphs = docstring.split("\n\n")
    assert rule == "=" * len(title)
    assert len(paragraphs) == 2
    assert paragraphs[1].startswith("You will see ")
    assert len(paragraphs[1].splitlines()) <= 5


def tags_of(path):
    form = r"(?m)^# sphinx_gallery_tags = (\[.+\])$"
    found = re.search(form, path.read_text("utf-8"))
    return ast.literal_eval(found[1])


@each_script
def test_the_tags_are_a_level_and_then_ideas(path):
    level, *ideas = tags_of(path)
    assert level in LEVELS
    assert ideas
    assert set(ideas) <= IDEAS
    assert len(set(ideas)) == len(ideas)


def test_every_level_and_idea_has_a_script():
    tags = {tag for path in SCRIPTS for tag in tags_of(path)}
    assert tags == {*LEVELS, *IDEAS}


@each_script
def test_a_figure_comes_within_twenty_lines_of_code(path):
    text = path.read_text("utf-8").split('"""', 2)[2]
    shown = re.search(r"(?m)^(plt\.show\(\)|draw_dot\(.*\.show\(\))$", text)
    lines = text[: shown.end()].splitlines()
    code = [line for line in lines if line.strip() and line[0] != "#"]
    assert len(code) <= 20


@each_script
def test_code_fits_the_column_of_a_page(path):
    text = path.read_text("utf-8").split('"""', 2)[2]
    code = [line for line in text.splitlines() if line[:1] != "#"]
    assert max(map(len, code)) <= 72


@each_script
def test_a_block_of_prose_has_at_most_five_lines(path):
    assert blocks(path)
    for block in blocks(path)[:-1]:
        assert 1 <= sum(bool(line) for line in block) <= 5, block


@each_script
def test_a_script_ends_with_two_or_three_things_to_take_away(path):
    heading, rule, empty, *rest = blocks(path)[-1]
    assert heading == "What to take away"
    assert rule == "-" * len(heading)
    assert empty == ""
    bullets = [line for line in rest if line.startswith("- ")]
    assert 2 <= len(bullets) <= 3
    assert all(line[:2] in ("- ", "  ") for line in rest)
    last = path.read_text("utf-8").splitlines()[-1]
    assert last == f"# {rest[-1]}"


@each_script
def test_everything_drawn_at_random_has_a_visible_seed(path):
    assert "import random" not in path.read_text("utf-8")
    for call in calls(path):
        name = called(call)
        if name in ("Random", "XorShift"):
            assert call.args, "without a seed"
        if name in ("MLP", "Layer", "Neuron"):
            assert "rng" in keywords(call)
        if name.startswith("make_"):
            assert "random_state" in keywords(call)


@each_script
def test_a_script_imports_no_numpy(path):
    assert "numpy" not in path.read_text("utf-8")


@each_script
def test_a_script_keeps_to_the_listed_part_of_matplotlib(path):
    used = re.findall(r"\bplt\.(\w+)", path.read_text("utf-8"))
    assert set(used) <= set(PYPLOT)
    methods = [c for c in calls(path) if isinstance(c.func, ast.Attribute)]
    for call in methods:
        owner, name = ast.unparse(call.func.value), called(call)
        if owner == "plt":
            assert keywords(call) <= PYPLOT[name]
        elif re.fullmatch(AN_AXES, owner):
            assert keywords(call) <= AXES[name], ast.unparse(call)


def ends_of_cells(path):
    """The last statement of each cell."""
    for cell in re.split(r"(?m)^# %%$", path.read_text("utf-8")):
        body = ast.parse(cell).body
        if body:
            yield body[-1]


DRAWS = {"draw_dot", "steps"}


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@each_script
def test_no_cell_relies_on_a_notebook_to_show_its_last_line(path):
    # Copied and run from a terminal, such a line shows nothing.
    for last in ends_of_cells(path):
        if isinstance(last, ast.Expr) and not is_text(last.value):
            assert isinstance(last.value, ast.Call), ast.unparse(last)
            assert called(last.value) not in DRAWS, ast.unparse(last)


@each_script
def test_every_drawing_is_shown(path):
    every = calls(path)
    shown = {
        id(call.func.value)
        for call in every
        if called(call) in {"show", "save"}
        and isinstance(call.func, ast.Attribute)
    }
    drawn = [call for call in every if called(call) in DRAWS]
    assert all(id(call) in shown for call in drawn)


@pytest.mark.parametrize("name", ["a_neuron"])
def test_a_copied_script_shows_its_drawings_in_a_terminal(name, tmp_path):
    source = next(path for path in SCRIPTS if path.stem == f"plot_{name}")
    copied = Path(shutil.copy(source, tmp_path))
    root = str(GALLERY.parent)
    done = subprocess.run(
        [sys.executable, copied.name],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    told = re.findall(r"The drawing is in (.+)", done.stdout)
    assert len(told) == source.read_text("utf-8").count("draw_dot(")
    for picture in map(Path, told):
        assert picture.read_text("utf-8").startswith("<svg")
        shutil.rmtree(picture.parent)
