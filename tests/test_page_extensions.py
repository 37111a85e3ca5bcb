"""What the site does to a page: reading times, what cells run and print."""

from __future__ import annotations

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
kernels = pytest.importorskip("kernels", reason="pages run under MyST-NB")
found_by = pytest.importorskip("found_by")
primitive_table = pytest.importorskip("primitive_table")
maps = pytest.importorskip("maps", reason="needs NumPy")
linear_table = pytest.importorskip("linear_table")


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


# --- The reference of tensors ---

TENSORS = """
micrograd.tensors micrograd.tensors.cuda micrograd.tensors.linear
micrograd.tensors.nn micrograd.tensors.nn.functional
micrograd.tensors.nn.init micrograd.tensors.optim
micrograd.tensors.optim.lr_scheduler micrograd.tensors.transforms
""".split()


def listed() -> set[str]:
    """The addresses that lists of the reference name."""
    found = set()
    for path in (DOCS / "reference").glob("*.md"):
        module = ""
        for line in path.read_text("utf-8").splitlines():
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
    nothing = thing.__qualname__ == "_nothing"
    return nothing or hasattr(optim, name) or hasattr(thing, "_is_protocol")


@pytest.mark.parametrize("address", TENSORS)
def test_every_public_name_of_tensors_is_listed_in_the_reference(
    address: str,
) -> None:
    module = import_module(address)
    known = listed()
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
