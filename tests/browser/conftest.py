"""A browser on the built site; nothing else can be reached from it.

``site`` is the address of the built pages, ``page`` an empty tab.  A tab
fails its test at the end if anything went wrong in it: an error in the
console, a request that failed, or a request to any other host.  A test that
means to cause trouble clears ``page.trouble`` afterwards.

Where there is no browser, or no built site, all tests here are skipped, and
say what to do.
"""

import functools
import http.server
import os
import shutil
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "docs" / "_build" / "html"
AXE = ROOT / "docs/_live/node_modules/axe-core/axe.min.js"
SCREENSHOTS = ROOT / "docs" / "_build" / "screenshots"

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 900}

CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
# Readers go back to pages that the browser has kept in memory.
UNLIKE_A_READER = ["--disable-back-forward-cache"]
INSTALL = (
    "install one: on Debian and Ubuntu as root with "
    "'apt-get install -y chromium', elsewhere with "
    "'python -m playwright install chromium'"
)
START = "could not be started"

# --- The site ---


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site():
    """Address of the built site, with a slash at its end."""
    if not (HTML / "index.html").exists():
        pytest.skip("the site is not built: run the docs session first")
    serve = functools.partial(Quiet, directory=HTML)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def live(site):
    """The same address, if pages have what their Python is made of."""
    if not (HTML / "_static" / "live" / "pyodide").exists():
        pytest.skip("built without npm: pages have no Run buttons")
    return site


# --- The browser ---


def launch(chromium, profile):
    """Open the first browser there is, or tell why none opened."""
    paths = [os.environ.get("MICROGRAD_BROWSER"), *map(shutil.which, CHROMIUM)]
    own = chromium.executable_path
    ways = [{"executable_path": path} for path in [*paths, own] if path]
    failures = []
    for way in [*ways, {"channel": "chrome"}]:
        try:
            return chromium.launch_persistent_context(
                profile,
                args=ARGUMENTS,
                ignore_default_args=UNLIKE_A_READER,
                viewport=DESK,
                **way,
            )
        except Exception as failure:
            failures.append(f"{way}: {str(failure).splitlines()[0]}")
    raise RuntimeError("; ".join(failures))


@pytest.fixture(scope="session")
def window(site, tmp_path_factory):
    """One browser for all tests: what it has loaded once it keeps."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tools:
        profile = tmp_path_factory.mktemp("profile")
        try:
            context = launch(tools.chromium, profile)
        except RuntimeError as failure:
            message = f"no browser {START}; {INSTALL} ({failure})"
            print(message, file=sys.stderr)
            pytest.skip(message)
        # A limit for what never comes, not for what is slow.
        context.set_default_timeout(120_000)
        yield context
        context.close()


class Trouble(list):
    """What went wrong in a tab."""

    def watch(self, page, site):
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("requestfailed", self.on_failure)
        page.on("response", self.on_response)
        page.route(lambda url: not url.startswith(site), self.on_outside)

    def on_console(self, message):
        if message.type in ("error", "warning"):
            self.append(f"console: {message.text}")

    def on_failure(self, request):
        # Leaving a page ends what it was loading: no fault of the page.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.append(f"failed: {request.url} {request.failure}")

    def on_response(self, response):
        if response.status >= 400:
            self.append(f"{response.status}: {response.url}")

    def on_outside(self, route):
        if route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            self.append(f"outside: {route.request.url}")
            route.abort()


@contextmanager
def new_tab(window, site):
    tab = window.new_page()
    tab.trouble = Trouble()
    tab.trouble.watch(tab, site)
    yield tab
    tab.close()
    assert tab.trouble == []


@pytest.fixture
def page(window, site):
    """An empty tab of the size of a desk; its trouble fails the test."""
    with new_tab(window, site) as tab:
        yield tab


@pytest.fixture(scope="module")
def shared_page(window, site):
    """The same, for all tests of a file: to start Python takes seconds."""
    with new_tab(window, site) as tab:
        yield tab


@pytest.fixture(scope="session")
def eventually():
    """Call until the answer is true: the browser needs its time."""

    def wait(tab, is_true, seconds=120.0):
        end = time.monotonic() + seconds
        while not is_true() and time.monotonic() < end:
            tab.wait_for_timeout(20)
        return is_true()

    return wait


@pytest.fixture
def picture():
    """Save what a tab shows as docs/_build/screenshots/name.png."""

    def save(tab, name, **settings):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        tab.screenshot(path=path, **settings)
        return path

    return save


# --- What several files do with a page ---


def away_and_back(tab, site):
    """Follow a link and go back, to a page that was kept in memory."""
    tab.evaluate(
        """() => addEventListener("pageshow", ({ persisted }) => {
          window.kept = persisted;
        })"""
    )
    tab.goto(f"{site}changelog.html")
    tab.go_back(wait_until="commit")  # a kept page does not load
    tab.wait_for_function("() => window.kept !== undefined")
    assert tab.evaluate("window.kept"), "the page was loaded anew"


def in_theme(tab, theme):
    """Let all pages of a tab open in this theme, as a reader chose it."""
    tab.add_init_script(
        f'localStorage.setItem("mode", "{theme}");'
        f'localStorage.setItem("theme", "{theme}")'
    )


def complaints(tab, of="html", without=()):
    """What axe says against a page or a part of it: rule, element."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm ci --prefix docs/_live")
    tab.add_script_tag(path=AXE)
    found = tab.evaluate(
        "async (what) => (await axe.run(what)).violations",
        {"include": [of], "exclude": list(without)},
    )
    return [
        (one["id"], node["html"][:120])
        for one in found
        for node in one["nodes"]
    ]
