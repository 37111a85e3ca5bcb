"""Cells of a page: run, edited, stopped, reset, shared, checked."""

import gzip
import re

import pytest
from conftest import away_and_back

TUTORIAL = "tutorials/backpropagation-by-hand.html"
NUMBERS = "tutorials/a-number-that-remembers.html"
WRONG_ORDERS = "explanation/why-a-topological-order.html"
GALLERY = "gallery/2_derivatives/plot_taylor.html"

# Bytes of script, packed as hosts send it, before anybody asks for Python.
BAR = 150_000
OURS = 20_000


class Cell:
    """The n-th cell of a page, from 0."""

    def __init__(self, page, number):
        self.page = page
        self.block = page.locator(".live").nth(number)
        self.frame = page.locator(
            ".live:not(.cell .live), .cell:has(.live)"
        ).nth(number)
        self.output = page.locator(
            f"[aria-label='Output of cell {number + 1}']"
        )
        self.status = self.block.locator(".live-status")

    def press(self, name):
        self.block.get_by_role("button", name=name, exact=True).click()

    def wait(self, words):
        """Until the status says so."""
        asked = self.status.filter(has_text=re.compile(words))
        asked.wait_for()

    def run(self, words="ran in"):
        self.press("Run")
        self.wait(words)

    def type(self, text):
        self.press("Edit")
        self.block.locator("textarea").fill(text)

    def text(self):
        return self.block.locator("pre").first.text_content().rstrip("\n")


def opened(page, site, name=TUTORIAL):
    page.goto(site + name)
    page.locator(".live-bar").first.wait_for()
    return page


@pytest.fixture(scope="module")
def tutorial(shared_page, live):
    """One tab, whose Python the first test starts."""
    page = opened(shared_page, live)
    bars = page.locator(".live-bar")
    open_ones = [bars.nth(i).is_visible() for i in range(3)]
    assert all(open_ones), "a cell that the tests use is folded on this page"
    return page


def outputs(page):
    """For each cell what the built page shows: text, or None for others."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".live")].map((block) => {
          const cell = block.closest(".cell");
          const text = cell?.querySelectorAll(":scope > .cell_output pre");
          return [...(text ?? [])].map((pre) => pre.textContent.trim());
        })"""
    )


# --- Before anybody asks ---


def test_a_page_asks_for_no_python_and_little_script(page, live):
    fetched = {}

    def note(response):
        if response.request.resource_type in ("script", "fetch"):
            fetched[response.url] = len(gzip.compress(response.body()))

    page.on("response", note)
    opened(page, live)
    page.wait_for_load_state("networkidle")
    ours = sum(n for url, n in fetched.items() if "/live/" in url)
    total = sum(fetched.values())
    print(f"packed script: {total} bytes, {ours} for cells")
    assert not [url for url in fetched if "pyodide" in url]
    assert not [url for url in fetched if "search" in url]
    assert ours <= OURS
    assert total <= BAR
    assert page.workers == []


def test_nothing_moves_when_the_script_comes(page, live):
    page.trouble.excuse("cells.mjs")
    page.route("**/cells.mjs*", lambda route: route.abort())
    page.goto(live + TUTORIAL)
    without = page.evaluate("document.body.scrollHeight")
    page.unroute("**/cells.mjs*")
    opened(page, live)
    assert without == page.evaluate("document.body.scrollHeight")


# --- Running ---


def test_a_cell_runs_after_those_above_it(tutorial):
    built = outputs(tutorial)
    last = max(i for i, texts in enumerate(built[:5]) if len(texts) == 1)
    assert last > 0
    cell = Cell(tutorial, last)
    cell.run()
    assert built[last][0] == cell.output.text_content().strip()


def test_a_cell_shows_what_it_prints(tutorial):
    cell = Cell(tutorial, 0)
    cell.type("print(6 * 7)\n'last'")
    cell.block.locator("textarea").press("Control+Enter")
    cell.wait("ran in")
    assert ["42\n", "'last'"] == cell.output.locator("pre").all_text_contents()


def test_shift_and_enter_run_a_cell_too(tutorial):
    cell = Cell(tutorial, 0)
    cell.block.locator("textarea").fill("'shifted'")
    cell.block.locator("textarea").press("Shift+Enter")
    tutorial.get_by_text("'shifted'", exact=True).last.wait_for()


def test_an_error_is_shown_and_named(tutorial):
    cell = Cell(tutorial, 0)
    cell.block.locator("textarea").fill("1 / 0")
    cell.run("ZeroDivisionError: division by zero")
    assert "Traceback" in cell.output.text_content()


def test_reset_brings_back_code_and_output(tutorial):
    cell = Cell(tutorial, 0)
    cell.press("Reset")
    assert cell.text().startswith("from micrograd import Value")
    assert 0 == cell.output.count()
    assert 0 == cell.block.locator("textarea").count()


def test_an_endless_loop_can_be_stopped(tutorial, eventually):
    cell = Cell(tutorial, 0)
    cell.type(
        "while True:\n"
        "    print('begun')\n"
        "    for _ in range(100_000):\n"
        "        pass"
    )
    cell.press("Run")
    cell.output.get_by_text("begun").wait_for()
    cell.press("Stop")
    cell.wait("stopped")
    assert eventually(tutorial, lambda: tutorial.workers == [])
    cell.press("Reset")
    cell.run()


def test_a_stopped_cell_is_not_run_again_by_itself(tutorial):
    cell, below = Cell(tutorial, 0), Cell(tutorial, 1)
    cell.type("while True:\n    pass")
    cell.press("Run")
    cell.wait("running")
    cell.press("Stop")
    cell.wait("stopped")
    below.type("6 * 7")
    below.run("ran in .* without cell 1, which was stopped")
    cell.block.locator("textarea").fill("answer = 43")
    below.block.locator("textarea").fill("answer")
    below.run("ran in [^,]*$")
    assert "43" == below.output.text_content()
    for one in [cell, below]:
        one.press("Reset")


def test_a_cell_that_breaks_python_says_so_and_the_next_one_runs(tutorial):
    cell, below = Cell(tutorial, 0), Cell(tutorial, 1)
    cell.type("print('of an earlier run')")
    cell.run("ran in")
    cell.block.locator("textarea").fill("import os\nos._exit(3)")
    cell.run("Python broke down")
    assert not tutorial.get_by_text("of an earlier run").count()
    below.type("6 * 7")
    below.run("ran in")
    for one in [cell, below]:
        one.press("Reset")


def test_a_page_tells_what_the_first_run_loads(page, live):
    opened(page, live)
    told = re.compile(r"the first run loads Python, \d+ MB")
    Cell(page, 0).status.filter(has_text=told).wait_for()
    title = page.locator(".live-run").first.get_attribute("title")
    assert told.search(title)


def test_cells_run_after_going_back(page, live):
    opened(page, live)
    cell = Cell(page, 2)
    cell.run()
    away_and_back(page, live)
    cell.run()


def test_a_file_that_does_not_come_is_told_and_tried_again(page, live):
    wasm = "**/pyodide.asm.wasm"
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=503)

    page.trouble.excuse("pyodide.asm.wasm", "pyodide.mjs")
    page.context.route(wasm, refuse)
    opened(page, live)
    cell = Cell(page, 0)
    cell.run("could not be started: .*pyodide.asm.wasm did not come")
    page.context.unroute(wasm)
    assert 3 == len(asked)
    cell.run()


def test_enter_keeps_the_indentation(tutorial):
    cell = Cell(tutorial, 1)
    cell.type("")
    tutorial.keyboard.type("def f():\nreturn 1")
    assert "def f():\n    return 1" == cell.text()
    cell.press("Reset")


def test_a_drawing_is_drawn(tutorial):
    cell = Cell(tutorial, 0)
    cell.type(
        "from micrograd import Value, draw_dot\n"
        "draw_dot(Value(2.0) * Value(3.0, label='right'))"
    )
    cell.press("Run")
    cell.output.locator("svg").wait_for()
    assert "right" in cell.output.text_content()
    cell.press("Reset")


def test_a_link_carries_code_that_does_not_get_shorter(page, live):
    page.goto(live + TUTORIAL)
    there_and_back = """async (script) => {
      const { pack, unpack } = await import(script);
      const some = () => crypto.getRandomValues(new Uint16Array(30_000));
      const numbers = [...some(), ...some()];
      const text = numbers.map((n) => n.toString(36)).join(" ");
      return [text.length, (await unpack(await pack(text))) === text];
    }"""
    script = f"{live}_static/live/share.mjs"
    letters, same = page.evaluate(there_and_back, script)
    assert same
    assert letters > 200_000


def test_a_link_carries_the_code(tutorial, page, live):
    tutorial.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = Cell(tutorial, 2)
    code = "# é, 漢 and \"quotes\"\nprint('from a link')"
    cell.type(code)
    cell.press("Copy link")
    cell.wait("link copied")
    link = tutorial.evaluate("navigator.clipboard.readText()")
    cell.press("Reset")
    assert link.startswith(live + TUTORIAL + "#cell-3=")
    page.goto(link)
    Cell(page, 2).wait("code from the link")
    assert code == Cell(page, 2).text()
    assert page.workers == [], "a link must not run anything"
    page.goto(f"{live}{TUTORIAL}#top")
    page.reload()
    page.goto(link)  # on the page itself, which is not loaded anew
    Cell(page, 2).wait("code from the link")
    assert code == Cell(page, 2).text()


def test_the_keyboard_reaches_everything(tutorial):
    cell = Cell(tutorial, 1)
    cell.block.get_by_role("button", name="Run", exact=True).focus()
    for name in ["Edit", "Copy link"]:
        tutorial.keyboard.press("Tab")
        focused = tutorial.evaluate("document.activeElement.textContent")
        assert name == focused


# --- Pages ---


def run_all(page):
    """Run the last cell, which runs the others; every status, in order."""
    page.evaluate(
        """() => {
          for (const button of document.querySelectorAll(".live-run"))
            button.click();
        }"""
    )
    page.wait_for_function("""() => !document.querySelector(".live-busy")""")
    return page.locator(".live-status").all_text_contents()


@pytest.mark.parametrize("name", [NUMBERS, WRONG_ORDERS])
def test_cells_print_what_the_built_page_prints(page, live, name):
    opened(page, live, name)
    built = outputs(page)
    run_all(page)
    for i, texts in enumerate(built):
        cell = Cell(page, i)
        if cell.block.locator(".live-run").count() == 0:
            continue
        found = cell.output.locator("pre").all_text_contents()
        # A built page has what is printed and what is shown in one block;
        # of an error it has the message, and the cell the way to it, too.
        shown = "\n".join(map(str.strip, found))
        if "Traceback" in shown:
            assert shown.endswith(texts[-1])
        elif texts:
            assert "\n".join(texts) == shown


def test_a_script_of_the_gallery_runs_in_its_page(page, live):
    opened(page, live, GALLERY)
    assert all(status.startswith("ran in") for status in run_all(page))
    assert page.locator(".live-output svg").count() >= 2
    # What the page came with has made room.
    assert not page.locator(".sphx-glr-single-img").first.is_visible()


def test_what_a_page_cannot_run_says_so(page, live):
    opened(page, live, "gallery/3_training/plot_moons.html")
    first = page.locator(".live-bar").first
    assert "Needs scikit-learn" in first.text_content()
    assert 0 == page.locator(".live-run").count()
    assert 1 == page.locator(".live-bar").count()


def test_cells_follow_the_theme(page, live, picture):
    for theme in ["light", "dark"]:
        page.emulate_media(color_scheme=theme)
        opened(page, live, GALLERY)
        Cell(page, 0).run()
        picture(page, f"cell-{theme}")
        ink = page.locator(".live-output svg text").first.evaluate(
            "(text) => getComputedStyle(text).fill"
        )
        bright = sum(map(int, re.findall(r"\d+", ink)[:3])) > 3 * 128
        assert bright == (theme == "dark")
