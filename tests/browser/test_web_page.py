"""The page of the how-to about WebAssembly, made and opened as it says."""

import re
import shutil

import pytest
from conftest import HTML, ROOT, new_tab, served

HOW_TO = ROOT / "docs" / "how-to" / "run-a-program-in-a-web-page.md"
CELL = re.compile(r"^```\{code-cell\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INCLUDED = re.compile(r"^```\{literalinclude\} (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder():
    """What the cells write, and beside it the files that the page shows."""
    text, names = HOW_TO.read_text("utf-8"), {}
    for cell in CELL.findall(text):
        exec(cell, names)
    for name in INCLUDED.findall(text):
        shutil.copy(HOW_TO.parent / name, names["folder"])
    yield names["folder"]
    shutil.rmtree(names["folder"])


# The same points in every run, and every loss that was shown.
WATCH = """
let state = 1;
Math.random = () => (state = (16807 * state) % 2147483647) / 2147483647;
window.seen = [];
new MutationObserver(() => {
  const shown = document.getElementById("loss")?.textContent;
  if (shown) window.seen.push(Number(shown));
}).observe(document, { childList: true, subtree: true });"""


def test_the_loss_falls_while_a_reader_looks_at_it(window, folder, eventually):
    with served(folder) as address, new_tab(window, address) as tab:
        tab.add_init_script(WATCH)
        tab.goto(address)
        steps = tab.locator("#steps")
        assert eventually(tab, lambda: steps.text_content() == "20000")
        first, *_, last = tab.evaluate("window.seen")
        assert 0 < last < first / 10


def test_a_live_cell_runs_draws_and_shows_errors_on_a_page_of_ones_own(
    window, live, tmp_path
):
    shutil.copy(HOW_TO.parent / "web_page" / "cell.html", tmp_path)
    shutil.copytree(HTML / "_static" / "live", tmp_path / "live")
    with served(tmp_path) as address, new_tab(window, address) as tab:
        tab.goto(f"{address}cell.html")
        output = tab.locator(".live-output")
        tab.click("#run")
        output.locator("svg").wait_for()
        tab.fill("#code", "print(x.grad)\n1 / 0")
        tab.click("#run")
        output.get_by_text("ZeroDivisionError").wait_for()
        assert "6.0" in output.inner_text()
