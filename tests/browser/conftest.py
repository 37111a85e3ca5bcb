"""A browser on the built site; nothing else can be reached from it.

``site`` is the address of the built pages, ``page`` an empty tab.  A tab
fails its test at the end if anything went wrong in it: an error in the
console, a request that failed, or a request to any other host.  A test that
means to cause trouble says so beforehand, with ``page.trouble.excuse``: when
the browser tells of it is not known.

No test waits for a number of seconds and hopes: it waits until something is
there, and ``PATIENCE`` only ends what hangs.

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

# Seconds until what has not come is taken to hang.  A machine that is slow
# and busy may need a minute for what takes a second elsewhere.
PATIENCE = 300.0

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 900}

CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # a container may have little of it
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
    # Nor can it be asked what it must not ask; a test is told of the request.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
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


@contextmanager
def served(folder, handler=Quiet):
    """Serve a folder; its address, with a slash at its end."""
    serve = functools.partial(handler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def site():
    """Address of the built site, with a slash at its end."""
    if not (HTML / "index.html").exists():
        pytest.skip("the site is not built: run the docs session first")
    with served(HTML) as address:
        yield address


@pytest.fixture(scope="session")
def live(site):
    """The same address, if pages have what their Python is made of."""
    if not (HTML / "_static" / "live" / "packages.zip").exists():
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
def chromium():
    """What starts a browser."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tools:
        yield tools.chromium


@contextmanager
def opened_window(chromium, profile):
    """A browser of its own; what it has loaded once it keeps."""
    try:
        context = launch(chromium, profile)
    except RuntimeError as failure:
        message = f"no browser {START}; {INSTALL} ({failure})"
        print(message, file=sys.stderr)
        pytest.skip(message)
    context.set_default_timeout(1000 * PATIENCE)
    yield context
    context.close()


# The site's service worker would come with Python in whichever test first
# asks for it, and then fetch past the routes of later tests.  Playwright, too,
# waits for ever when it sets a route and a worker that it knows is stopped.
NO_WORKER = """if (window.ServiceWorkerContainer)
  ServiceWorkerContainer.prototype.register = () => new Promise(() => {});"""


@pytest.fixture(scope="session")
def window(site, chromium, tmp_path_factory):
    """One browser for all tests but those of the service worker."""
    profile = tmp_path_factory.mktemp("profile")
    with opened_window(chromium, profile) as context:
        context.add_init_script(NO_WORKER)
        yield context


class Trouble(list):
    """What went wrong in a tab."""

    # NB: not with `page.route`: it takes the browser's cache away, and each
    # page would load and compile its Python anew.
    def watch(self, page, site):
        self.site, self.excused = site, []
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("request", self.on_request)
        page.on("requestfailed", self.on_failure)
        page.on("response", self.on_response)

    def excuse(self, *words):
        """Let pass, from the beginning, what has one of these in it."""
        self.excused += words

    def left(self):
        """What nobody has excused."""
        return [
            one
            for one in self
            if not any(word in one for word in self.excused)
        ]

    def on_console(self, message):
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self.append(f"console: {message.text} {place}")

    def on_request(self, request):
        inside = (self.site, "about:", "blob:", "data:")
        if not request.url.startswith(inside):
            self.append(f"outside: {request.url}")

    def on_failure(self, request):
        # Leaving a page ends what it was loading: no fault of the page.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.append(f"failed: {request.url} {request.failure}")

    def on_response(self, response):
        if response.status >= 400:
            self.append(f"{response.status}: {response.url}")


# A theme that one tab has chosen is kept for the tabs of later tests.
FORGET = """if (location.protocol.startsWith("http")) {
  localStorage.removeItem("mode");
  localStorage.removeItem("theme");
}"""


@contextmanager
def new_tab(window, site):
    """A tab; what goes wrong in it fails the test."""
    tab = window.new_page()
    tab.add_init_script(FORGET)
    tab.trouble = Trouble()
    tab.trouble.watch(tab, site)
    yield tab
    tab.close()
    assert [] == tab.trouble.left()


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

    def wait(tab, is_true):
        end = time.monotonic() + PATIENCE
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


def live_files(tab):
    """The address and size of each file that a live page has loaded."""
    return tab.evaluate(
        """performance.getEntriesByType("resource")
          .filter(({ name }) => name.includes("/live/"))
          .map(({ name, decodedBodySize }) => [name, decodedBodySize])"""
    )


def in_theme(tab, theme):
    """Let all pages of a tab open in this theme, as a reader chose it."""
    tab.add_init_script(
        f'localStorage.setItem("mode", "{theme}");'
        f'localStorage.setItem("theme", "{theme}")'
    )


LOOK = """async (what) => {
  await document.fonts.ready;
  const ends = ({ effect }) => isFinite(effect.getComputedTiming().endTime);
  const fading = document.getAnimations().filter(ends);
  await Promise.allSettled(fading.map(({ finished }) => finished));
  await new Promise((done) => setTimeout(done, 500));
  await new Promise((done) => requestIdleCallback(done, { timeout: 5000 }));
  const { violations } = await axe.run(what);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => [id, html.slice(0, 120)]));
}"""


def complaints(tab, of="html", without=()):
    """What axe says against a page or a part of it: rule, element."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm ci --prefix docs/_live")
    tab.add_script_tag(path=AXE)
    what = {"include": [of], "exclude": list(without)}
    # A page that is still being laid out, or fades, may be found wanting
    # once: what counts is found again when the browser has nothing to do.
    found = tab.evaluate(LOOK, what)
    while found and found != (again := tab.evaluate(LOOK, what)):
        found = again
    return found
