"""The installation page, done as it says, in empty environments.

The commands are read from the built page and run against the built site,
served on this machine; then the first script of the gallery runs.  They
need the network, since extras come from PyPI.
"""

import html
import os
import re
import shlex
import subprocess
import sys
import threading
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "_build" / "html"
PAGE = SITE / "installation.html"
SCRIPT = "plot_a_neuron"  # the first of the gallery

sys.path[:0] = [str(ROOT / "docs" / "_ext"), str(ROOT)]

import serve  # noqa: E402
from micrograd import about  # noqa: E402

pytestmark = pytest.mark.skipif(
    not PAGE.exists(),
    reason="the site is not built: python3 noxfile.py -s docs",
)


@pytest.fixture(scope="module")
def address():
    """Where the site is served, as it might be anywhere."""
    with serve.listen(SITE, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def text_of(page):
    return page.read_text("utf-8")


def home():
    """The canonical address, which the page's script replaces."""
    link = r'rel="canonical" href="(.*?)installation.html"'
    return re.search(link, text_of(PAGE))[1]


def section(name):
    """The commands under one heading of the page, line by line."""
    begin = text_of(PAGE).index(f'id="{name}"')
    part = text_of(PAGE)[begin:].split("<h2>")[1]
    return commands(part)


def commands(text):
    """What the blocks for a shell in a piece of a page say to type."""
    blocks = r'<div class="mg-install.*?<pre>(.*?)</pre>'
    found = "\n".join(re.findall(blocks, text, re.DOTALL))
    plain = html.unescape(re.sub(r"<[^>]+>", "", found))
    return [line.removeprefix("$ ") for line in plain.splitlines() if line]


class Environment:
    """An empty virtual environment, and commands typed into it."""

    def __init__(self, folder, address):
        self.folder = folder
        self.address = address
        home = folder / ".venv"
        venv.create(home, with_pip=True)
        self.bin = home / ("Scripts" if os.name == "nt" else "bin")

    def __call__(self, line):
        """Run one line as a shell would with the environment active."""
        line = line.replace(home(), self.address)
        # A clone of this copy, since the repository may be newer.
        line = line.replace(about.SOURCE, ROOT.as_posix())
        program, *rest = shlex.split(line)
        if program == "cd":
            self.folder /= rest[0]
            return ""
        if program == "pip":
            program, rest = "python", ["-m", "pip", *rest]
        found = str(self.bin / program) if program == "python" else program
        done = subprocess.run(
            [found, *rest],
            cwd=self.folder,
            env=self.variables(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def variables(self):
        """Nothing of the repository, and no screen."""
        hidden = {"PYTHONPATH", "DISPLAY", "WAYLAND_DISPLAY", "VIRTUAL_ENV"}
        kept = {k: v for k, v in os.environ.items() if k not in hidden}
        return kept | {"MPLBACKEND": "agg"}


@pytest.fixture
def environment(tmp_path, address):
    return Environment(tmp_path, address)


def run_the_first_script(environment):
    (script,) = SITE.glob(f"_downloads/*/{SCRIPT}.py")
    copy = environment.folder / script.name
    copy.write_bytes(script.read_bytes())
    printed = environment(f"python {script.name}")
    assert "w1.grad = +1.0000" in printed
    shown = re.findall(r"The drawing is in (.+\.(?:svg|html))", printed)
    assert len(shown) == 2
    assert all("<svg" in text_of(Path(path)) for path in shown)


def test_the_first_script_is_the_first_that_the_gallery_shows():
    gallery = text_of(SITE / "gallery" / "index.html")
    first = re.search(r"1_graphs/(plot_\w+)", gallery)
    assert SCRIPT == first[1]


def test_the_wheel_of_the_site_brings_the_package(environment):
    plain, *_ = section("install-the-wheel")
    environment(plain)
    told = environment("python -m micrograd")
    assert f"{about.__version__}, from {about.DISTRIBUTION}" in told
    assert "NOTE" not in told
    code = "from micrograd import Value; print((Value(2.0) ** 3).data)"
    assert "8.0" == environment(f'python -c "{code}"').strip()


def test_with_extras_the_first_script_of_the_gallery_runs(environment):
    _, extras, later = section("install-the-wheel")
    environment(extras)
    run_the_first_script(environment)
    # An extra is added to what is installed, from wherever it came.
    assert "llvmlite" in environment(later)
    assert re.search(r"fast +llvmlite \d", environment("python -m micrograd"))


def test_a_clone_runs_the_first_script_of_the_gallery(environment):
    for line in section("install-a-clone"):
        environment(line)
    run_the_first_script(environment)


def test_the_command_of_the_landing_page_takes_every_extra(environment):
    (line,) = commands(text_of(SITE / "index.html"))
    assert line.count(" @ ") == 1
    environment(line)
    assert "from micrograd-literate" in environment("python -m micrograd")
    environment(line.replace(" @ ", "[all] @ "))
    told = environment("python -m micrograd")
    assert "; pip install" not in told  # every extra is there


def test_beside_the_original_it_is_noticed_and_can_be_put_right(environment):
    plain, *_ = section("install-the-wheel")
    environment(plain)
    environment("pip install micrograd==0.1.0")
    assert "NOTE: micrograd 0.1.0" in environment("python -m micrograd")
    with pytest.raises(AssertionError, match="the original micrograd"):
        environment("python -m micrograd.draw")
    for line in section("two-micrograds"):
        environment(line)
    assert "NOTE" not in environment("python -m micrograd")
