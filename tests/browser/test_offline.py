"""What a reader has opened opens again without a network.

Most tests here have a host of their own, which can lie in a folder, change
its files, and go away.
"""

import re
from contextlib import contextmanager

import pytest
from conftest import (
    HTML,
    Quiet,
    away_and_back,
    new_tab,
    opened_window,
    served,
)

CHAPTER = "tutorials/backpropagation-by-hand.html"
ANOTHER = "tutorials/a-number-that-remembers.html"
READ = "changelog.html"

WORKERS = """navigator.serviceWorker.getRegistrations().then((all) =>
  all.map(({ scope }) => scope))"""
# An active worker may still keep what is open; then it is "activated".
ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  while (active.state !== "activated")
    await new Promise((done) => setTimeout(done, 20));
}"""
CACHES = "caches.keys()"


class Host(Quiet):
    """A host whose files can be others than the folder's, or out of reach."""

    down = False
    instead: dict[str, str] = {}
    below = "/"
    asked: list[str] = []

    def do_GET(self):  # noqa: N802, the name that Python calls
        name = self.path.partition("?")[0].removeprefix(self.below)
        self.asked.append(name)
        if self.down:
            self.close_connection = True  # without an answer
        elif name in self.instead:
            self.answer(self.instead[name], name)
        else:
            self.path = f"/{name}"
            super().do_GET()

    def end_headers(self):
        # What is not kept is asked for again.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def answer(self, text, name):
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(name))
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture(params=["/"])
def host(request, live):
    """A host of this test alone, as a class whose attributes it changes."""
    own = {"below": request.param, "instead": {}, "asked": [], "down": False}
    handler = type("OwnHost", (Host,), own)
    with served(HTML, handler) as address:
        handler.address = address.removesuffix("/") + handler.below
        yield handler


@pytest.fixture(scope="module")
def window(site, chromium, tmp_path_factory):
    """A browser in which the site's service worker is kept."""
    profile = tmp_path_factory.mktemp("offline")
    with opened_window(chromium, profile) as context:
        yield context


@contextmanager
def forgetful_tab(window, address):
    """A tab; what it keeps for readers without a network, no other meets."""
    with new_tab(window, address) as tab:
        yield tab
        kept = {
            "origin": address,
            "storageTypes": "service_workers,cache_storage",
        }
        window.new_cdp_session(tab).send("Storage.clearDataForOrigin", kept)


@pytest.fixture
def tab(window, host):
    """A tab that meets no other host."""
    with forgetful_tab(window, host.address) as tab:
        yield tab


@pytest.fixture
def page(window, live):
    """A tab at the host of the other tests."""
    with forgetful_tab(window, live) as tab:
        yield tab


def run(tab):
    """Run the first cell of a page that offers it."""
    tab.locator(".live-run").first.click()
    status = tab.locator(".live-status")
    status.filter(has_text=re.compile("ran in")).first.wait_for()


def kept(tab, address):
    """Open a page, run a cell, and wait until the page is kept."""
    tab.goto(address)
    run(tab)
    tab.evaluate(ACTIVE)


def test_reading_registers_nothing(page, live):
    page.goto(live + CHAPTER)
    page.locator(".live-bar").first.wait_for()
    page.goto(live + READ)
    assert [] == page.evaluate(WORKERS)
    assert [] == page.evaluate(CACHES)


def test_a_page_whose_cells_ran_opens_and_runs_without_a_network(page, live):
    kept(page, live + CHAPTER)
    assert [live] == page.evaluate(WORKERS)
    page.context.set_offline(True)
    try:
        page.reload()
        run(page)
    finally:
        page.context.set_offline(False)


@pytest.mark.parametrize("host", ["/", "/a/folder/"], indirect=True)
def test_a_page_visited_afterwards_opens_and_runs_too(tab, host):
    kept(tab, host.address + CHAPTER)
    tab.goto(host.address + ANOTHER)
    tab.goto(host.address + READ)
    tab.wait_for_load_state("networkidle")
    host.down = True
    tab.goto(host.address + ANOTHER)
    run(tab)
    tab.goto(host.address + READ)
    assert "Changelog" in tab.inner_text("h1")
    shown = "[...document.images].every(({ naturalWidth }) => naturalWidth)"
    assert tab.evaluate(shown)
    # And a link with a place in it, or a question.
    tab.goto(f"{host.address}{ANOTHER}?from=mail#cell-1")
    run(tab)


def test_the_gpt_trains_without_a_network(tab, host):
    tab.goto(f"{host.address}gpt.html")
    tab.click("[data-do=step]")
    trained = tab.locator(".gpt-started [data-show=step]")
    trained.filter(has_text=re.compile("^1$")).wait_for()
    tab.evaluate(ACTIVE)
    tab.wait_for_function(
        "async () => await caches.match('_static/live/gpt/step.wasm')"
    )
    host.down = True
    tab.reload()
    tab.click("[data-do=step]")
    trained.filter(has_text=re.compile("^1$")).wait_for()


def test_the_address_of_the_site_is_its_first_page(tab, host):
    kept(tab, host.address + CHAPTER)
    tab.goto(host.address)
    tab.wait_for_load_state("networkidle")
    host.down = True
    title = tab.title()
    tab.goto(f"{host.address}index.html")
    assert title == tab.title()


def test_a_page_that_was_never_opened_says_that_it_is_not_kept(tab, host):
    tab.trouble.excuse("503")
    kept(tab, host.address + CHAPTER)
    title = tab.inner_text("h1").strip("#")
    host.down = True
    answer = tab.goto(host.address + READ)
    assert 503 == answer.status
    assert "This page is not kept offline" == tab.inner_text("h1")
    tab.get_by_role("link", name="Try again").click()
    assert "This page is not kept offline" == tab.inner_text("h1")
    tab.get_by_role("link", name=title).click()
    run(tab)
    host.down = False
    tab.goto(host.address + READ)
    assert "Changelog" in tab.inner_text("h1")


def test_python_is_loaded_once_for_a_version(tab, host):
    kept(tab, host.address + CHAPTER)
    host.asked.clear()
    tab.goto(host.address + ANOTHER)
    run(tab)
    python = [x for x in host.asked if re.search("pyodide|graphviz", x)]
    assert [] == python
    assert "_static/live/packages.zip" in host.asked


def changed(host, name):
    """Publish another text of a page, in a new version of the site."""
    page = (HTML / name).read_text("utf-8").replace("<h1>", "<h1>Newer: ")
    worker = (HTML / "sw.js").read_text("utf-8")
    host.instead[name] = page
    host.instead["sw.js"] = re.sub(
        'VERSION = "[^"]*"', 'VERSION = "another"', worker
    )


UPDATED = """async () => {
  const worker = await navigator.serviceWorker.ready;
  await worker.update();
  while (worker.installing || worker.waiting)
    await new Promise((done) => setTimeout(done, 20));
}"""


def test_an_old_page_is_not_shown_while_there_is_a_network(tab, host):
    kept(tab, host.address + CHAPTER)
    changed(host, CHAPTER)
    tab.reload()
    assert tab.inner_text("h1").startswith("Newer: ")


def test_a_new_version_drops_what_was_kept_and_keeps_what_is_open(tab, host):
    tab.trouble.excuse("503")
    kept(tab, host.address + CHAPTER)
    tab.goto(host.address + ANOTHER)
    tab.wait_for_load_state("networkidle")
    before = tab.evaluate(CACHES)
    changed(host, ANOTHER)
    tab.reload()
    tab.evaluate(UPDATED)
    tab.evaluate(ACTIVE)
    after = tab.evaluate(CACHES)
    fixed = [name for name in before if name.endswith(" fixed")]
    assert fixed == [name for name in before if name in after]
    assert 2 == len(before) == len(after)
    host.down = True
    tab.reload()
    assert tab.inner_text("h1").startswith("Newer: ")
    run(tab)
    tab.goto(host.address + CHAPTER)
    assert "This page is not kept offline" == tab.inner_text("h1")


def test_an_empty_worker_ends_it(tab, host, eventually):
    kept(tab, host.address + CHAPTER)
    host.instead["sw.js"] = ""
    tab.goto(host.address + READ)
    tab.evaluate(
        """navigator.serviceWorker.getRegistration()
          .then((worker) => worker?.update())"""
    )
    assert eventually(tab, lambda: [] == tab.evaluate(WORKERS))
    assert eventually(tab, lambda: [] == tab.evaluate(CACHES))
    tab.goto(host.address + ANOTHER)
    run(tab)


BROKEN = {
    "no script": "this is no script (",
    "one that fails": 'throw new Error("broken");',
    "one that fails to answer": """
        addEventListener("fetch", () => { throw new Error("broken"); });""",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_worker_does_not_block_the_site(tab, host, text):
    tab.trouble.excuse("broken", "sw.js")
    host.instead["sw.js"] = text
    tab.goto(host.address + CHAPTER)
    run(tab)
    tab.goto(host.address + READ)
    tab.goto(host.address + ANOTHER)
    run(tab)


def test_a_cache_that_fails_does_not_block_the_site(tab, host):
    worker = (HTML / "sw.js").read_text("utf-8")
    failing = """
      const fail = async () => { throw new Error("no room"); };
      for (const name of ["add", "addAll", "put", "match", "keys"])
        if (broken) Cache.prototype[name] = fail;"""
    later = "addEventListener('message', () => { broken = true; %s });"
    host.instead["sw.js"] = f"let broken;{later % failing}{worker}"
    kept(tab, host.address + CHAPTER)
    tab.goto(host.address + ANOTHER)
    tab.evaluate("navigator.serviceWorker.controller.postMessage(0)")
    tab.goto(host.address + READ)
    assert "Changelog" in tab.inner_text("h1")
    tab.goto(host.address + ANOTHER)
    run(tab)


def test_a_page_is_kept_for_back_while_the_worker_comes(tab, host):
    tab.goto(host.address + CHAPTER)
    run(tab)
    away_and_back(tab, host.address)
    tab.evaluate(ACTIVE)
    run(tab)
