"""Every cell that offers Run, on every page, runs in the browser.

A page a test.  Its cells run in order, as for a reader who presses Run on
each; an error is right only where the page announces one, and an exercise
only has to be checked: its answer is the reader's.
"""

import re
import time

import pytest
from conftest import HTML, PATIENCE, SCREENSHOTS

CELL = re.compile(r'class="[^"]*\blive\b[^"]*docutils container')
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if CELL.search(path.read_text(encoding="utf-8"))
)

RUN = """() => {
  for (const button of document.querySelectorAll(".live-run")) button.click();
}"""
IDLE = """() => !document.querySelector(".live-busy")"""
STATES = """() => [...document.querySelectorAll(".live")]
  .map((block, i) => {
    const frame = block.closest(".cell") ?? block;
    const has = (tag) => frame.classList.contains(`tag_${tag}`);
    return {
      cell: i + 1,
      offered: block.querySelector(".live-run") !== null,
      may: has("raises-exception"),
      exercise: has("exercise"),
      status: block.querySelector(".live-status")?.textContent ?? "",
    };
  })
  .filter(({ offered }) => offered)"""


def wrong(state):
    """Whether a cell did not do what its page offers."""
    if state["exercise"]:
        return not re.match("right|not yet", state["status"])
    return not state["may"] and not state["status"].startswith("ran in")


@pytest.mark.parametrize("name", PAGES)
def test_every_cell_that_offers_run_runs(page, live, name):
    page.goto(live + name)
    # The first may be in a block that is folded.
    page.locator(".live-bar").first.wait_for(state="attached")
    before = time.monotonic()
    page.evaluate(RUN)
    # A page may train a network.
    page.wait_for_function(IDLE, timeout=3 * 1000 * PATIENCE)
    seconds = time.monotonic() - before
    states = page.evaluate(STATES)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with (SCREENSHOTS / "cells.txt").open("a", encoding="utf-8") as file:
        file.write(f"{name}: {len(states)} cells in {seconds:.1f} s\n")
    assert [] == [state for state in states if wrong(state)]
