"""What the site does to a page: reading times, what cells run and print."""

from __future__ import annotations

import hashlib
import json
import os
import pydoc
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_tutorials import PATH, cells_of

import micrograd
from micrograd import errors, optim
from micrograd.primitives import PRIMITIVES

DOCS = Path(__file__).parents[1] / "docs"
sys.path.append(str(DOCS / "_ext"))

nodes = pytest.importorskip("docutils.nodes")
chapter = pytest.importorskip(
    "chapter", reason="pages are read by Sphinx: install the docs group"
)
streams = pytest.importorskip("streams", reason="pages run under MyST-NB")
ahead = pytest.importorskip("ahead", reason="pages run under MyST-NB")
kernels = pytest.importorskip("kernels", reason="pages run under MyST-NB")
folded = pytest.importorskip("folded")
found_by = pytest.importorskip("found_by")
primitive_table = pytest.importorskip("primitive_table")
maps = pytest.importorskip("maps", reason="needs NumPy")
linear_table = pytest.importorskip("linear_table")
listed = pytest.importorskip("listed")
pictures = pytest.importorskip("pictures")
speed_tables = pytest.importorskip("speed_tables")
slides = pytest.importorskip("slides")
packs = pytest.importorskip("exercise_packs")
experiments = pytest.importorskip("experiments")

BASE = "https://example.org/"


def page(words: int, lines: int) -> nodes.document:
    """A page of so many words and so many lines of code."""
    from docutils.utils import new_document

    made = new_document("page")
    made += nodes.paragraph("", "word " * words)
    cell = nodes.container(classes=["cell_input"])
    cell += nodes.literal_block("", "\n".join(["x = 1"] * lines))
    made += [cell, nodes.literal_block("", "printed\n" * 1000)]
    return made


def printed(text: str, stream: str = "stdout") -> dict[str, str]:
    """A piece of what a cell printed."""
    return {"output_type": "stream", "name": stream, "text": text}


def test_the_time_of_a_page_counts_words_and_lines_but_no_output() -> None:
    assert 10 == chapter.minutes(page(words=1800, lines=1))
    assert 15 == chapter.minutes(page(words=1800, lines=60))


def test_no_page_takes_less_than_five_minutes() -> None:
    assert 5 == chapter.minutes(page(words=10, lines=1))


def test_the_time_of_a_page_leaves_out_what_is_folded() -> None:
    made = page(words=1800, lines=1)
    fold = nodes.container(design_component="dropdown")
    fold += list(page(words=1800, lines=60))
    made += fold
    assert 10 == chapter.minutes(made)


def test_a_page_that_takes_too_long_fails_the_build(caplog) -> None:
    env = SimpleNamespace(docname="one", metadata={"one": {}})
    chapter.note(SimpleNamespace(env=env), page(words=180 * 45, lines=1))
    assert not caplog.records
    chapter.note(SimpleNamespace(env=env), page(words=180 * 50, lines=1))
    assert "at most 45 minutes but this takes 50" in caplog.text


def told(*terms: str) -> str:
    """What the list of chapters says of one whose box has these terms."""
    items = [
        nodes.definition_list_item(
            "", nodes.term("", term), nodes.definition("", text="something")
        )
        for term in terms
    ]
    made = page(words=10, lines=1)
    box = nodes.container(classes=["mg-chapter"])
    box += nodes.definition_list("", *items)
    made += box
    env = SimpleNamespace(metadata={"one": {}}, docname="one")
    chapter.note(SimpleNamespace(env=env), made)
    said: str = env.metadata["one"]["minutes"]
    return said


def test_the_list_says_which_chapter_may_be_skipped() -> None:
    assert "5 minutes" == told("What you will have")
    skipped = told("What you will have", "May be skipped")
    assert "5 minutes, may be skipped" == skipped


def test_a_list_of_chapters_ends_where_it_is_told() -> None:
    path = ["t/a", "t/b", "t/c"]
    assert path == chapter.part_of(path, {})
    assert path[:2] == chapter.part_of(path, {"to": "b"})
    assert path[1:] == chapter.part_of(path, {"from": "b"})


def test_minutes_of_pages_are_added_up_and_follow_a_change() -> None:
    known = {"t/a": {"reading": 10}, "t/b": {"reading": 25}, "how": {}}
    known["how"] = {"reading": 5, "sums": [["t/a", "t/b"]]}
    env = SimpleNamespace(metadata=known, toctree_includes={})
    assert 35 == chapter.together(env, ["t/a", "t/b"])
    assert ["how"] == chapter.renew(None, env)
    assert [] == chapter.renew(None, env)
    known["t/b"]["reading"] = 30
    assert ["how"] == chapter.renew(None, env)
    with pytest.raises(chapter.ExtensionError, match=r"got \['t/c'\]"):
        chapter.together(env, ["t/a", "t/c"])


def test_a_chapter_is_written_again_only_if_its_box_says_something_else():
    def known(minutes: str, words: int) -> dict[str, Any]:
        had = {"chapter": "something", "minutes": minutes, "reading": 5}
        return {**had, "wordcount": words, "sums": []}

    names = ["t/a", "t/b"]
    env = SimpleNamespace(
        metadata={name: known("5 minutes", 400) for name in names},
        toctree_includes={"t/index": names},
        titles={name: nodes.title("", name) for name in names},
    )
    assert {"t/a", "t/b", "t/index"} == set(chapter.renew(None, env))
    env.metadata["t/a"] = known("5 minutes", 401)
    assert [] == chapter.renew(None, env)
    env.metadata["t/a"] = known("10 minutes", 900)
    assert ["t/index"] == chapter.renew(None, env)
    env.titles["t/b"] = nodes.title("", "another title")
    assert ["t/index"] == chapter.renew(None, env)
    env.toctree_includes = {"t/index": ["t/b", "t/a"]}
    assert {"t/a", "t/b", "t/index"} == set(chapter.renew(None, env))


def test_a_line_that_was_cut_on_its_way_is_shown_whole() -> None:
    pieces = [printed("0.5"), printed(" -2.5\n"), printed("next\n")]
    (shown,) = streams.whole(pieces)
    assert "0.5 -2.5\nnext\n" == shown["text"]


def test_what_comes_between_two_streams_stays_where_it_was() -> None:
    result = {"output_type": "execute_result", "data": {}}
    kinds = [printed("one\n"), result, printed("two\n", "stderr")]
    assert [printed("one\n"), result, printed("two\n", "stderr")] == (
        streams.whole(kinds)
    )


# --- Kernels ---


def client(*cells: str) -> Any:
    """What runs these cells."""
    from nbclient import NotebookClient
    from nbformat import v4

    made = v4.new_notebook(cells=[*map(v4.new_code_cell, cells)])
    return NotebookClient(made, **kernels.patient.keywords)


def test_a_page_is_never_built_without_what_its_cells_print() -> None:
    # nbclient's own answer to a busy machine: a minute to start, then an
    # error; four seconds for the output, then a page without it.
    waiting = client()
    assert waiting.startup_timeout >= 3600
    assert waiting.iopub_timeout >= 3600
    assert waiting.raise_on_iopub_timeout


@pytest.mark.skipif(os.name != "posix", reason="there are no such files")
@pytest.mark.filterwarnings("default")  # the kernel's libraries have some
def test_nobody_can_take_the_port_of_a_kernel_that_starts() -> None:
    asked = "from ipykernel.connect import get_connection_info\n"
    running = client(asked + "print(get_connection_info())")
    found = running.execute().cells[0].outputs[0].text
    assert '"transport": "ipc"' in found
    folder = re.search(r'"ip": "(.*)/at"', found)
    assert folder is not None
    assert not Path(folder[1]).exists()


@pytest.mark.filterwarnings("default")  # the kernel's libraries have some
def test_a_figure_is_a_vector_graphic_with_the_same_bytes_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("MPLBACKEND", "agg")  # as the gallery needs
    drawing = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    cells = client(drawing, drawing).execute().cells
    first, second = [cell.outputs[0].data for cell in cells]
    assert "image/svg+xml" in first
    assert first == second


PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Page

```{{code-cell}}
{0}
```
"""


# How the session `docs` builds the site: pages are read by copies of the
# process that ran them.
AS_THE_SITE = ["--jobs=3"] if sys.platform == "linux" else []


def test_pages_run_before_they_are_read_and_only_once(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    memory = tmp_path / "memory"
    (source / "conf.py").write_text(
        'extensions = ["myst_nb", "kernels", "ahead"]\n'
        'nb_execution_mode = "cache"\n'
        f"nb_execution_cache_path = {str(memory)!r}\n",
        "utf-8",
    )
    for name, cell in (
        ("index", "print(6 * 7); open('one', 'a').write('1')"),
        ("other", "print(6 * 8); open('two', 'a').write('1')"),
        ("broken", "1 / 0"),
    ):
        (source / f"{name}.md").write_text(PAGE.format(cell), "utf-8")
    (source / "plain.md").write_text("# No cells\n", "utf-8")
    build = subprocess.run(
        [sys.executable, "-m", "sphinx", *AS_THE_SITE, str(source), str(out)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(DOCS / "_ext")},
        check=True,
    )
    for page, shown in (("index", "42"), ("other", "48")):
        assert f"{page}.md: ran in" in build.stdout
        assert shown in (out / f"{page}.html").read_text("utf-8")
    assert "broken.md: an error, so it will run again" in build.stdout
    assert "broken.md: WARNING: Executing notebook fa" in build.stderr
    assert "1" == (source / "one").read_text("utf-8")
    assert "1" == (source / "two").read_text("utf-8")


def test_a_script_of_the_gallery_has_run_until_it_is_changed(
    tmp_path: Path,
) -> None:
    script, made = tmp_path / "plot_one.py", tmp_path / "made"
    made.mkdir()
    script.write_text("print(1)\n", "utf-8")
    assert not ahead.has_run(script, made)
    stamp = hashlib.md5(script.read_bytes()).hexdigest()
    (made / "plot_one.py.md5").write_text(stamp, "utf-8")
    assert ahead.has_run(script, made)
    script.write_text("print(2)\n", "utf-8")
    assert not ahead.has_run(script, made)


@pytest.mark.parametrize(("changed", "processes"), [(False, 0), (True, 2)])
def test_processes_are_started_only_for_scripts_that_have_changed(
    changed: bool, processes: int, tmp_path: Path
) -> None:
    script = tmp_path / "gallery" / "1_group" / "plot_one.py"
    made = tmp_path / "docs" / "made" / "1_group"
    for folder in (script.parent, made):
        folder.mkdir(parents=True)
    script.write_text("print(1)\n", "utf-8")
    stamp = hashlib.md5(script.read_bytes()).hexdigest()
    (made / "plot_one.py.md5").write_text("" if changed else stamp, "utf-8")
    conf: dict[str, Any] = {"examples_dirs": "../gallery", "parallel": 2}
    conf["gallery_dirs"] = "made"
    config = SimpleNamespace(sphinx_gallery_conf=conf)
    app = SimpleNamespace(srcdir=tmp_path / "docs", config=config)
    ahead.start_no_processes(app)
    assert processes == int(conf["parallel"])


# --- What is folded away ---


def hidden(mode: str, said: str = "") -> nodes.container:
    """A folded cell, as MyST-NB hands it over."""
    prompts = {"prompt_show": said, "prompt_hide": said}
    return nodes.container(hide_mode=mode, **prompts)


def test_a_folded_cell_is_named_after_what_it_hides() -> None:
    cells = [hidden("all"), hidden("input"), hidden("input", "A measurement")]
    made = page(1, 1)
    made += cells
    folded.name(None, made)
    names = [cell["prompt_show"] for cell in cells]
    assert ["The answer", "How it is drawn", "A measurement"] == names
    assert names == [cell["prompt_hide"] for cell in cells]


def test_how_a_figure_is_drawn_stands_below_it() -> None:
    cells = [hidden("input"), hidden("all"), hidden("input")]
    for cell in cells[:2]:
        cell += [nodes.paragraph("", "code"), nodes.paragraph("", "figure")]
    cells[2] += nodes.paragraph("", "code")  # draws nothing
    made = page(1, 1)
    made += cells
    folded.put_below(None, made, "")
    found = [[part.astext() for part in cell] for cell in cells]
    assert [["figure", "code"], ["code", "figure"], ["code"]] == found


@pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
def test_the_page_of_a_function_shows_its_derivative(row):
    text = primitive_table.derivative(row)
    for name, slope in zip(
        primitive_table.letters(row), primitive_table.slopes(row), strict=True
    ):
        assert f"{name}}} &= {slope}" in text
    assert ("<svg" in text) == (row.name != "where")
    assert f"<primitive-{row.name}>" in text


def test_what_is_typed_leads_to_one_page_only():
    typed = [one for each in found_by.FOUND_BY.values() for one in each]
    assert sorted(set(typed)) == sorted(typed)
    assert all(one == one.lower() for one in typed)


def test_the_pages_that_a_search_leads_to_are_there():
    for name in found_by.FOUND_BY:
        if name.startswith(found_by.THINGS):  # a page made from code
            path = name.removeprefix("reference/generated/")
            assert pydoc.locate(path), name
        else:
            script = DOCS.parent / f"{name}.py"  # of the gallery
            assert script.exists() or (DOCS / f"{name}.md").exists(), name


# A site of two pages whose table is in a file of its own.
CONF = """
import json, sys
sys.path.append({folder!r})
import found_by
found_by.FOUND_BY = json.load(open("table.json"))
extensions = ["found_by"]
"""


def built(folder: Path, **table: list[str]) -> dict[str, list[str]]:
    """The site built, again or anew: what its search has for each page."""
    (folder / "table.json").write_text(json.dumps(table), "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", ".", "out"]
    subprocess.run(command, cwd=folder, check=True)
    text = (folder / "out" / "searchindex.js").read_text("utf-8")
    index = json.loads(text.partition("(")[2].removesuffix(")"))
    found: dict[str, list[str]] = {}
    for typed, places in index["indexentries"].items():
        for number, _, _ in places:
            found.setdefault(index["docnames"][number], []).append(typed)
    return found


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """The pages of a site, not yet built."""
    settings = CONF.format(folder=str(DOCS / "_ext"))
    (tmp_path / "conf.py").write_text(settings, "utf-8")
    for name in ("index", "one", "two"):
        text = f":orphan:\n\n{name}\n=====\n"
        (tmp_path / f"{name}.rst").write_text(text, "utf-8")
    return tmp_path


def test_a_page_that_stays_is_found_after_another_was_changed(
    small_site: Path,
) -> None:
    table = {"one": ["uno"], "two": ["due"]}
    assert table == built(small_site, **table)
    with (small_site / "two.rst").open("a", encoding="utf-8") as page_of_two:
        page_of_two.write("\nNew words.\n")
    assert table == built(small_site, **table)


def test_a_page_is_found_by_a_word_that_is_new_in_the_table(
    small_site: Path,
) -> None:
    built(small_site, one=["uno"], two=["due"])
    table = {"one": ["eins"], "two": ["due"]}
    assert table == built(small_site, **table)


def built_map(folder: Path, text: str) -> str:
    """The map for search engines after the page `two` has this text."""
    conf = folder / "conf.py"
    if "sitemap" not in (settings := conf.read_text("utf-8")):
        settings = settings.replace(
            '["found_by"]', '["found_by", "sphinx_sitemap"]'
        )
        base = f'html_baseurl = "{BASE}"\nsitemap_url_scheme = "{{link}}"\n'
        conf.write_text(settings + base, "utf-8")
    (folder / "two.rst").write_text(f":orphan:\n\ntwo\n===\n{text}", "utf-8")
    built(folder, one=["uno"])
    return (folder / "out" / "sitemap.xml").read_text("utf-8")


def test_the_map_names_every_page_after_one_was_changed(
    small_site: Path,
) -> None:
    pytest.importorskip("sphinx_sitemap")
    whole = built_map(small_site, "")
    for name in ("index", "one", "two"):
        assert f"<loc>{BASE}{name}.html</loc>" in whole
    assert whole == built_map(small_site, "\nNew words.\n")


def test_the_map_forgets_a_page_that_is_gone(small_site: Path) -> None:
    pytest.importorskip("sphinx_sitemap")
    assert "one.html" in built_map(small_site, "")
    (small_site / "one.rst").unlink()
    (small_site / "out" / "one.html").unlink()
    assert "one.html" not in built_map(small_site, "\nNew words.\n")


# --- The second table ---

MAPS = [pytest.param(row, id=row.name) for row in maps.linear.LINEAR.values()]


@pytest.mark.parametrize("row", MAPS)
def test_every_linear_map_has_a_card_with_both_pictures(row):
    text = linear_table.card(row)
    assert f"(linear-{row.name})=" in text
    assert f'aria-label="{row.name} makes of a' in text
    assert f"def {row.name}(" in text
    for name in linear_table.needed(row):
        assert name in maps.linear.LINEAR


@pytest.mark.parametrize("row", MAPS)
def test_the_reference_lists_every_linear_map(row):
    page = (DOCS / "reference" / "linear.md").read_text("utf-8")
    assert f"\n   {row.name}\n" in page


@pytest.mark.parametrize("row", MAPS)
def test_the_two_products_on_a_card_are_equal(row):
    for made in maps.maps(row):
        left, right = linear_table.products(made)
        assert left == right


def backwards(x):
    """Turn the order.

    >>> import numpy as np
    >>> backwards(np.ones(3))
    array([1., 1., 1.])
    """
    return x[::-1]


def test_a_new_linear_map_is_drawn_from_its_docstring():
    again = maps.linear.linear(lambda g, shape: again(g))(backwards)
    (made,) = maps.maps(again.row)
    assert "the numbers c, b, a. " in maps.in_words(made)
    assert maps.transposed(made) == (["backwards(g)"], ["backwards"])
    assert maps.plot(made).count("<rect") == 4 * 3 + 2 * 9


def test_a_wrong_transpose_ends_the_build():
    wrong = maps.linear.linear(lambda g, shape: 2 * g)(backwards)
    with pytest.raises(ArithmeticError, match="backwards: its transpose"):
        maps.maps(wrong.row)


def test_a_linear_map_without_an_example_is_named():
    bare = maps.linear.Linear(lambda x: x, lambda g, shape: g)
    with pytest.raises(LookupError, match="calls it in no example"):
        maps.sample(bare)


# --- The lists of the reference ---

LIST = """```{opening} micrograd.trees
```

What is lost:

```{names}
leaves
rebuild
```
"""


def test_a_list_of_names_is_written_out_for_autosummary() -> None:
    found = listed.expanded(LIST)
    assert ".. automodule:: micrograd.trees\n   :no-members:\n" in found
    assert "   :toctree: generated\n" in found
    assert "\n   leaves\n   rebuild\n" in found
    assert "```" not in found


def test_autosummary_finds_the_names_of_such_a_list() -> None:
    from sphinx.ext.autosummary import generate

    find = listed.looks_through(generate.find_autosummary_in_lines)
    found = [entry.name for entry in find(LIST.split("\n"))]
    assert found == ["micrograd.trees.leaves", "micrograd.trees.rebuild"]


def test_pages_of_single_things_are_written_only_when_something_changed(
    tmp_path: Path,
) -> None:
    page, made = tmp_path / "page.md", tmp_path / "made.rst"
    (tmp_path / "conf.py").write_text("", "utf-8")
    written = []

    def write(pages: list[str], app: Any) -> list[Path]:
        written.append(pages)
        made.write_text("", "utf-8")
        return [made]

    def asked(names: str, prose: str) -> int:
        text = f"{prose}\n\n```{{names}}\n{names}\n```\n"
        page.write_text(listed.expanded(text), "utf-8")
        listed.only_when_changed(write)(["page.md"], app=app)
        return len(written)

    app = SimpleNamespace(srcdir=tmp_path, doctreedir=tmp_path / "trees")
    assert 1 == asked("leaves", "Some words.")
    assert 1 == asked("leaves", "Other words.")
    assert 2 == asked("leaves\nrebuild", "Other words.")
    made.unlink()
    assert 3 == asked("leaves\nrebuild", "Other words.")


def test_the_page_of_a_name_that_is_gone_goes_with_it(tmp_path: Path) -> None:
    kept, gone = tmp_path / "kept.rst", tmp_path / "gone.rst"
    for path in (kept, gone):
        path.write_text("", "utf-8")
    listed.drop_others([kept])
    assert [kept] == [*tmp_path.iterdir()]


def test_a_picture_with_a_palette_looks_the_same(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "slope.png"
    full = image.linear_gradient("L").resize((64, 64)).convert("RGBA")
    full.putalpha(128)
    full.save(path)
    pictures.make_all_small(tmp_path)
    assert pictures.is_small(path)
    small = image.open(path).convert("RGBA").tobytes()
    pairs = zip(full.tobytes(), small, strict=True)
    assert max(abs(one - other) for one, other in pairs) < 8
    before = path.stat().st_mtime_ns
    pictures.make_all_small(tmp_path)
    assert before == path.stat().st_mtime_ns


# --- Tables of speeds ---


def test_every_table_of_speeds_that_a_page_asks_for_can_be_written():
    page = (DOCS / "explanation/what-compiling-buys.md").read_text("utf-8")
    asked = re.findall(r"(?m)^```\{speeds\} (.+)$", page)
    assert set(speed_tables.TABLES) < set(asked)
    for title in set(asked) - set(speed_tables.TABLES):
        assert "| compiled |" in speed_tables.compared(title)
    assert all(write() for write in speed_tables.TABLES.values())


def test_a_page_with_speeds_is_read_again_only_if_it_has_changed(
    tmp_path: Path,
) -> None:
    folder = str(DOCS / "_ext")
    settings = f"import sys; sys.path.append({folder!r})\n"
    settings += 'extensions = ["speeds"]\n'
    (tmp_path / "conf.py").write_text(settings, "utf-8")
    (tmp_path / "index.rst").write_text("A\n=\n\n:speed:`eager`\n", "utf-8")
    command = [sys.executable, "-m", "sphinx", ".", "out"]
    first, second = [
        subprocess.check_output(command, cwd=tmp_path, text=True)
        for _ in range(2)
    ]
    assert "1 added, 0 changed" in first
    assert "0 added, 0 changed" in second


def test_the_ladder_leads_down_to_machine_code():
    rungs = re.findall(r"\| ([\d.]+) \| [\d,]+ \|", speed_tables.ladder())
    assert sorted(map(float, rungs), reverse=True) == list(map(float, rungs))
    assert len(rungs) > 8


# --- The reference of tensors ---

TENSORS = """
micrograd.tensors micrograd.tensors.cuda micrograd.tensors.linear
micrograd.tensors.nn micrograd.tensors.nn.functional
micrograd.tensors.nn.init micrograd.tensors.optim
micrograd.tensors.optim.lr_scheduler micrograd.tensors.transforms
""".split()


def names_listed() -> set[str]:
    """The addresses that lists of the reference name."""
    found = set()
    for path in (DOCS / "reference").glob("*.md"):
        module = ""
        text = listed.expanded(path.read_text("utf-8"))
        for line in text.splitlines():
            head, mark, name = line.partition("currentmodule:: ")
            if mark and head == ".. ":
                module = name
            elif re.fullmatch(r" {3}\w+", line):
                found.add(f"{module}.{line.strip()}")
    return found


def is_told_elsewhere(name: str, thing: Any) -> bool:
    """Whether a name is one of the package's own, or does nothing."""
    ours = [vars(micrograd), vars(errors), vars(optim)]
    if any(thing is one for each in ours for one in each.values()):
        return True
    if name != thing.__name__:  # the page says so in a sentence
        text = (DOCS / "reference" / "tensors.md").read_text("utf-8")
        return f"`{name}`" in text
    nothing = thing.__qualname__ == "_nothing"
    return nothing or hasattr(optim, name) or hasattr(thing, "_is_protocol")


@pytest.mark.parametrize("address", TENSORS)
def test_every_public_name_of_tensors_is_listed_in_the_reference(
    address: str,
) -> None:
    module = import_module(address)
    known = names_listed()
    missing = [
        name
        for name in getattr(module, "__all__", vars(module))
        if not name.startswith("_")
        and hasattr(thing := getattr(module, name), "__qualname__")
        and thing.__module__.startswith("micrograd")
        and not {f"{address}.{name}", f"{thing.__module__}.{name}"} & known
        and not is_told_elsewhere(name, thing)
    ]
    assert not missing, "list them in docs/reference/tensors.md"


# --- Chapters as slides ---

each_chapter = pytest.mark.parametrize("name", slides.chapters())


def test_every_chapter_is_a_notebook_of_the_slides_in_its_place() -> None:
    assert PATH == slides.chapters()
    found = [x for x in slides.files(BASE) if x.endswith(".ipynb")]
    numbered = [f"{i:02}-{name}" for i, name in enumerate(PATH, start=1)]
    assert [f"slides/{one}.ipynb" for one in numbered] == found


@each_chapter
def test_slides_have_every_cell_of_a_chapter_once_and_in_order(
    name: str,
) -> None:
    found = [one for one in slides.cells(name, BASE) if one[0] == "code"]
    shown = cells_of(name)
    assert [one.code.strip("\n") for one in shown] == [x[1] for x in found]
    for one, (_, _, known) in zip(shown, found, strict=True):
        assert one.tags == set(known["tags"])
        hidden = known["slideshow"]["slide_type"] == "skip"
        assert hidden == bool(one.tags & {"hide-cell", "remove-cell"})


@each_chapter
def test_a_slide_begins_at_each_heading_and_the_first_has_the_title(
    name: str,
) -> None:
    found = list(slides.cells(name, BASE))
    title = slides.title(f"tutorials/{name}")
    assert "markdown" == found[0][0]
    assert found[0][1].startswith(f"# {title}\n")
    for kind, text, known in found:
        heads = re.findall(r"(?m)^#+ ", re.sub(r"(?s)```.*?```", "", text))
        count = len(heads) if kind == "markdown" else 0
        begins = known["slideshow"]["slide_type"] == "slide"
        assert int(begins) == count


@each_chapter
def test_slides_are_free_of_what_only_sphinx_understands(name: str) -> None:
    found = [x[1] for x in slides.cells(name, BASE) if x[0] == "markdown"]
    text = re.sub(r"(?s)```.*?```", "", "\n".join(found))
    left = r"\{[a-z:-]+\}`|\.(?:md|rst)[)#]|^:::|^: |\]\(#|\[\]\("
    assert not re.findall(left, text, re.MULTILINE)
    for page in re.findall(rf"\]\({BASE}([\w/-]+)\.html", text):
        if not page.startswith("gallery/"):
            assert (DOCS / f"{page}.md").exists(), page


@each_chapter
def test_a_notebook_of_slides_has_the_form_that_jupyter_asks_for(
    name: str,
) -> None:
    nbformat = pytest.importorskip("nbformat")
    text = packs.jupyter(name, list(slides.cells(name, BASE)))
    assert nbformat.validate(nbformat.reads(text, as_version=4)) is None


def test_the_slides_bring_what_their_cells_read() -> None:
    found = slides.files(BASE)
    for path, text in found.items():
        for needed in re.findall(r"\.\./([\w/]+\.py)", text):
            if path.endswith(".ipynb"):
                assert needed in found
    assert "MIT License" in found["LICENSE"]
    compile(found["slides/slides_config.py"], "config", "exec")


# --- Links to experiments of the playground ---

PLAYED = re.compile(r"\{play\}`([^`]*)`")


def test_chapters_link_to_experiments_that_there_are():
    known = experiments.experiments()
    pages = [path.read_text("utf-8") for path in DOCS.glob("*/*.md")]
    named = {name for text in pages for name in PLAYED.findall(text)}
    assert len(named) >= 4
    assert named <= set(known)


def played(name, docname):
    """What the role makes of a name, on a page."""

    def to(_, page):
        return f"../{page}.html"

    builder = SimpleNamespace(get_relative_uri=to)
    role = experiments.Play()
    role.text = name
    env = SimpleNamespace(
        docname=docname, app=SimpleNamespace(builder=builder)
    )
    settings = SimpleNamespace(env=env)
    document = SimpleNamespace(settings=settings)
    role.inliner = SimpleNamespace(document=document)
    (link,), messages = role.run()
    assert messages == []
    return link


def test_a_link_to_an_experiment_has_the_address_of_its_setting():
    link = played("All zero", "tutorials/when-it-does-not-learn")
    assert link["refuri"] == "../playground.html#init=zeros&until=300"
    assert link.astext() == "All zero"


def test_an_experiment_that_is_not_there_ends_the_build():
    with pytest.raises(Exception, match="choose one of A line is not enough"):
        played("Suns", "tutorials/index")
