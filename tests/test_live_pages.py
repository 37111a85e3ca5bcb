"""What the site's extension gives to pages that run Python."""

import json
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
live = pytest.importorskip("live", reason="Sphinx is not installed")
offline = pytest.importorskip("offline")
playground_page = pytest.importorskip("playground_page")


def lacks(*cells):
    """What each cell of a page lacks, in order."""
    lacking = live.Lacking()
    return [lacking(cell) for cell in cells]


def test_a_cell_lacks_what_it_imports_and_no_page_has():
    assert [""] == lacks("import math\nfrom micrograd import Value")
    assert ["sklearn"] == lacks("from sklearn.datasets import make_moons")
    assert ["numpy"] == lacks("def f():\n    import numpy as np")


def test_a_cell_with_tensors_lacks_numpy():
    assert ["numpy"] == lacks("import micrograd.tensors as torch")
    assert ["numpy"] == lacks("from micrograd.tensors.nn import Linear")
    assert ["numpy"] == lacks("from micrograd import tensors")
    uses = "import micrograd\nx = micrograd.tensors.ones(3)"
    assert ["numpy"] == lacks(uses)


def test_a_cell_lacks_what_a_function_of_ours_needs():
    moves = "from micrograd.interop import load_safetensors, tensors"
    assert ["safetensors"] == lacks(moves)
    assert [""] == lacks("from micrograd.interop import tensors")
    assert [""] == lacks("from micrograd.optim import SGD")


def test_a_cell_that_uses_what_another_could_not_make_lacks_it_too():
    cells = ["import numpy as np", "x = np.ones(3)", "y = 1", "print(x, y)"]
    assert ["numpy", "numpy", "", "numpy"] == lacks(*cells)


def test_a_name_made_anew_lacks_nothing():
    cells = ["import numpy as np\nx = np.pi", "x = 3.14", "print(x)"]
    assert ["numpy", "", ""] == lacks(*cells)


def test_lines_for_notebooks_are_skipped():
    assert ["", ""] == lacks("%matplotlib inline\nimport math", "x = (")


def test_a_cell_that_reads_a_file_of_the_repository_lacks_it():
    cells = ["text = open('../../benchmarks/x.json').read()", "print(text)"]
    assert ["files", "files"] == lacks(*cells)


def page_of(*cells):
    """A page with cells, each given as its code and its classes."""
    page = live.nodes.document(None, None)
    for code, classes in cells:
        block = live.nodes.literal_block(code, code, language="ipython3")
        inner = live.nodes.container("", block, classes=["cell_input"])
        page += live.nodes.container("", inner, classes=["cell", *classes])
    app = SimpleNamespace(env=SimpleNamespace(docname="exercises/shapes"))
    live.mark_cells(app, page)
    frames = page.findall(live.nodes.container)
    return [f["classes"] for f in frames if live.LIVE in f["classes"]]


def test_a_cell_lacks_what_its_class_says_that_it_needs():
    cells = [("x = 1", []), ("y = 2", ["needs-numpy"]), ("z = 3", [])]
    lacking = ["live", "live-needs-numpy"]
    assert [["live"], lacking, ["live"]] == page_of(*cells)


def test_what_a_page_lacks_is_told_once():
    cells = [("x = 1", ["needs-numpy"]), ("y = 2", ["needs-numpy"])]
    assert [["live", "live-needs-numpy"]] == page_of(*cells)


def test_what_takes_minutes_in_a_page_is_not_offered_there():
    assert ["tracemalloc"] == lacks("import tracemalloc")


def test_matplotlib_is_at_hand_as_the_stand_in():
    assert [""] == lacks("import matplotlib.pyplot as plt")
    assert (live.ONLY_IN_PAGES / "matplotlib" / "pyplot.py").exists()


def test_the_archive_holds_the_package_and_is_the_same_each_time(tmp_path):
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    live.write_packages(one)
    live.write_packages(other)
    assert one.read_bytes() == other.read_bytes()
    names = zipfile.ZipFile(one).namelist()
    some = {"micrograd/engine.py", "page_cells.py", "page_programs/sandbox.py"}
    assert some <= set(names)
    assert {Path(name).suffix for name in names} <= live.SHIPPED


def test_the_worker_for_readers_offline_has_a_version_of_the_site(tmp_path):
    static = tmp_path / "_static" / "live"
    static.mkdir(parents=True)
    (static / "cells.mjs").write_text("one", "utf-8")
    (tmp_path / "index.html").write_text("a page", "utf-8")
    first, again = offline.written(tmp_path), offline.written(tmp_path)
    assert first == again
    assert offline.WORKER.read_text("utf-8") in first
    assert ["_static/live/cells.mjs"] == offline.parts(tmp_path)
    (tmp_path / "index.html").write_text("another", "utf-8")
    assert first != offline.written(tmp_path)


def test_what_stays_in_a_cache_has_its_version_in_its_name():
    asked = live.ASKED_OF_NPM
    for name in offline.fixed():
        folder = name.removeprefix("_static/live/").split("/")[0]
        assert folder.rpartition("-")[2] in asked.values()


def test_without_npm_the_build_goes_on_and_says_so(monkeypatch, capsys):
    monkeypatch.setitem(live.LOADED, "pyodide", [live.MODULES / "nothing"])
    said = []
    monkeypatch.setattr(
        live.logger, "info", lambda *words, **_: said.append(words)
    )
    monkeypatch.delenv("CI", raising=False)
    page = SimpleNamespace(builder=SimpleNamespace(format="html"))
    live.say_what_is_missing(page)
    assert "without Run buttons" in said[0][1]


def test_the_lock_names_no_registry():
    for name in ["package.json", "package-lock.json"]:
        text = (ROOT / "docs" / "_live" / name).read_text(encoding="utf-8")
        assert "://registry" not in text


def test_the_page_has_a_moment_of_a_run_before_anything_is_loaded():
    shown = playground_page.Preview()._repr_html_()
    built = json.loads(
        shown.partition('id="pg-built">')[2].split("</script")[0]
    )
    assert built["advance"]["step"] == 60
    assert len(built["advance"]["losses"]) == 60
    assert [one["step"] for one in built["judged"]] == [20, 40, 60]
    assert None not in built["answers"].values()
