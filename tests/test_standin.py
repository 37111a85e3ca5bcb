"""The stand-in for matplotlib, with which pages draw.

It takes matplotlib's name, so whatever uses it runs in a Python of its own.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_gallery import AXES, NAMES, PYPLOT, SCRIPTS

ROOT = Path(__file__).parents[1]
IN_PAGES = ROOT / "docs" / "_live" / "python"
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
live = pytest.importorskip("live", reason="Sphinx is not installed")

# Each script as one cell of a page; what it shows, one line a piece.
PROGRAM = """
import sys
import page_cells
text = open(sys.argv[1], encoding="utf-8").read()
outside = sys.stdout
page_cells.run(text, lambda *piece: print("--- %s\\n%s" % piece, file=outside))
"""


def in_a_page(source):
    paths = os.pathsep.join([str(ROOT), str(IN_PAGES)])
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", *source],
        env=os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def can_run(path):
    return not live.Lacking()(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_a_script_of_the_gallery_is_drawn_without_matplotlib(path):
    if not can_run(path):
        pytest.skip("needs a package that pages lack")
    result = in_a_page([PROGRAM, str(path)])
    assert "--- error" not in result.stdout
    assert "--- " in result.stdout
    pictures = re.findall(r"(?m)^--- svg\n(.*)$", result.stdout)
    for picture in pictures:
        drawn = ElementTree.fromstring(picture)
        assert drawn.get("aria-label").startswith("Plot: ")
        for mark in drawn.iter():
            assert "nan" not in mark.get("d", "")
    shows = re.findall(r"(?m)^plt\.show\(\)", path.read_text("utf-8"))
    assert len(shows) <= len(pictures)


def test_examples_of_the_standin_and_of_our_plots_are_right():
    command = "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))"
    names = [IN_PAGES / "matplotlib", ROOT / "micrograd" / "draw"]
    names = [str(name) for name in names]
    asked = ["-q", "--doctest-modules", "-p", "no:cacheprovider"]
    result = in_a_page([command, *asked, *names])
    assert 0 == result.returncode, result.stdout


def test_what_scripts_may_use_is_there():
    program = """
from matplotlib import pyplot
ax = pyplot.subplots()[1]
for name in {axes!r}:
    getattr(ax, name)
for name in {pyplot!r}:
    getattr(pyplot, name)
for setting in {settings!r}:
    getattr(ax, "set_" + setting)
"""
    program = program.format(
        axes=list(AXES), pyplot=list(PYPLOT), settings=list(AXES["set"])
    )
    assert "" == in_a_page([program]).stderr


MISSING = {
    "pyplot.gca().pie([1, 2])": "plots of a page have no ax.pie",
    "pyplot.pie([1, 2])": "have no plt.pie",
    "pyplot.figure().add_axes([0, 0, 1, 1])": "have no figure.add_axes",
    "pyplot.figure().add_subplot(2, 1, 1)": "no second figure.add_subplot",
    "pyplot.plot([1])[0].set_data([1], [2])": "have no .set_data",
}


@pytest.mark.parametrize("asked", MISSING)
def test_what_is_not_there_says_so(asked):
    error = in_a_page([f"from matplotlib import pyplot\n{asked}"]).stderr
    assert MISSING[asked] in error
    assert "elsewhere matplotlib draws all" in error


LEGEND = """
from matplotlib import pyplot
figure, axes = pyplot.subplots(1, 2)
for ax in axes:
    ax.plot([1, 2, 3], label="a line")
known = axes[0].get_legend_handles_labels()
figure.legend(*known, loc="outside right upper")
print(figure._repr_svg_())
"""


def test_a_legend_of_all_plots_stands_beside_them():
    drawn = ElementTree.fromstring(in_a_page([LEGEND]).stdout)
    words = [one for one in drawn.iter() if one.text == "a line"]
    assert 1 == len(words)
    width = float(drawn.get("viewBox").split()[2])
    ends = [
        float(plot.get("x")) + float(plot.get("width"))
        for plot in drawn
        if plot.tag.endswith("svg")
    ]
    assert max(ends) < float(words[0].get("x")) < width


TABLE = """
from matplotlib import pyplot
from matplotlib.colors import LinearSegmentedColormap
ink = LinearSegmentedColormap.from_list("ink", ["#0072b200", "#0072b2"])
figure, ax = pyplot.subplots()
ax.pcolormesh([[0, 1], [1, 0]], cmap=ink, vmin=0, vmax=1)
print(ax.get_ylim(), figure._repr_svg_())
"""


def test_a_table_of_colours_may_have_a_map_of_its_own():
    result = in_a_page([TABLE])
    assert result.stdout.startswith("(0.0, 2.0)"), result.stderr
    assert "rgb(0 114 178 / 0)" in result.stdout
    assert "rgb(0 114 178)" in result.stdout


def test_a_figure_without_plots_may_be_given_one():
    program = (
        "from matplotlib import pyplot\n"
        "ax = pyplot.figure().add_subplot(111)\n"
        "ax.plot([1, 2])\n"
        "print(ax.figure._repr_svg_())"
    )
    assert "<svg" in in_a_page([program]).stdout


def test_no_module_of_the_standin_is_in_the_package():
    for path in (ROOT / "micrograd").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert "page_cells" not in live.imported(tree)
