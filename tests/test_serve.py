"""The server of the README's first command."""

import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).parents[1] / "docs" / "_ext"
if not EXTENSIONS.exists():
    pytest.skip("a copy without docs", allow_module_level=True)
sys.path.append(str(EXTENSIONS))

import serve  # noqa: E402


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").write_text("<p>home</p>", encoding="utf-8")
    lost = '<link href="/en/latest/_static/a.css"><a href="/en/latest/b.html">'
    (tmp_path / "404.html").write_text(f"{lost}nothing here", encoding="utf-8")
    for end in ("mjs", "wasm", "svg", "whl", "css", "js"):
        (tmp_path / f"a.{end}").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def address(site):
    with serve.listen(site, 0) as server:
        run = server.serve_forever
        threading.Thread(target=run, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("mjs", "text/javascript"),  # else no browser loads a module
        ("js", "text/javascript"),
        ("wasm", "application/wasm"),  # else it is compiled only at its end
        ("svg", "image/svg+xml"),
        ("css", "text/css"),
        ("whl", "application/zip"),
    ],
)
def test_a_file_has_the_type_that_browsers_insist_on(address, end, kind):
    with urllib.request.urlopen(f"{address}a.{end}") as answer:
        assert kind == answer.headers.get_content_type()


def test_a_page_that_is_not_there_is_the_sites_own(address):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{address}nowhere/at-all.html")
    with caught.value as answer:
        assert 404 == answer.code
        # Its links begin where the real site does; here that is the root.
        home = b'<link href="/_static/a.css"><a href="/b.html">nothing here'
        assert home == answer.read()


def test_a_port_that_is_taken_is_no_obstacle(site):
    with (
        serve.listen(site, 0) as first,
        serve.listen(site, first.server_port) as second,
    ):
        assert first.server_port != second.server_port


SCREENS = {"CI", "DISPLAY", "WAYLAND_DISPLAY"}


def begin(site, *options, **environment):
    """The command, as from a terminal without a screen."""
    terminal = None
    if sys.platform == "linux":
        import pty

        terminal = pty.openpty()[1]
    script = EXTENSIONS / "serve.py"
    return subprocess.Popen(
        [sys.executable, str(script), *options, str(site)],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={k: v for k, v in os.environ.items() if k not in SCREENS}
        | environment,
    )


on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere there is always a screen"
)


@on_linux
def test_it_serves_until_ctrl_c_and_then_ends_without_a_traceback(site):
    with begin(site, "--port", "0", "--if-watched") as program:
        line = program.stdout.readline()
        address = next(word for word in line.split() if "http" in word)
        with urllib.request.urlopen(address) as answer:
            assert b"<p>home</p>" == answer.read()
        program.send_signal(signal.SIGINT)
        printed, errors = program.communicate()
        assert (0, "\nEnded.\n", "") == (program.returncode, printed, errors)


@on_linux
def test_under_ci_it_ends_at_once(site):
    with begin(site, "--if-watched", CI="true") as program:
        printed, _ = program.communicate()
        assert printed.startswith("The site is built; to serve it: python3 ")


def test_without_a_site_it_says_how_to_build_one(tmp_path):
    with begin(tmp_path) as program:
        _, errors = program.communicate()
        assert 1 == program.returncode
        assert "python3 noxfile.py -s site builds it" in errors
