"""The site in Firefox: pages load, each kind is accessible and works.

The other files here use Chromium, whose tools see more; this one asks
whether a reader with another browser meets the same pages.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import LOOK, PATIENCE, ROOT
from test_pages import KINDS, NOT_OURS, PAGES

PROGRAM = ROOT / "tests" / "firefox.mjs"
MODULES = ROOT / "docs" / "_live" / "package.json"
# Where installers put it, if not on the PATH.
PLACES = [
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "C:/Program Files/Mozilla Firefox/firefox.exe",
]
INSTALL = (
    "no Firefox was found; install one (on Debian as root with 'apt-get "
    "install -y firefox-esr'), or name it in MICROGRAD_FIREFOX"
)


def firefox():
    """The path of a Firefox, or None."""
    named = os.environ.get("MICROGRAD_FIREFOX")
    found = [shutil.which(name) for name in ("firefox", "firefox-esr")]
    there = [path for path in PLACES if Path(path).exists()]
    return next(filter(None, [named, *found, *there]), None)


@pytest.fixture(scope="module")
def visits(live):
    """Visit pages in one Firefox; what each visit tells."""
    if firefox() is None:
        pytest.skip(INSTALL)

    def visit(*asked):
        plain = {"width": 1400, "theme": "light", "steps": []}
        done = subprocess.run(
            [shutil.which("node"), str(PROGRAM)],
            input=json.dumps(
                {
                    "firefox": firefox(),
                    "patience": PATIENCE,
                    "site": live,
                    "modules": str(MODULES),
                    "look": LOOK,
                    "visits": [plain | one for one in asked],
                }
            ),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert [] == [one for one in told if one["troubles"]]
        return told

    return visit


# The address of a page that is wider than the screen, else nothing.
TOO_WIDE = """document.documentElement.scrollWidth > innerWidth
  ? location.pathname : null"""


# Pages that are made of the docstring of one name, or of the text of one
# module, come from the same template; Chromium visits all of them.
MADE = ("reference/generated/", "_modules/")
READ = [name for name in PAGES if not name.startswith(MADE)]


def test_pages_load_and_fit_a_phone(visits):
    steps = [
        step for name in READ for step in (["go", name], ["tell", TOO_WIDE])
    ]
    (told,) = visits({"name": "", "width": 390, "steps": steps})
    assert {None} == set(told["values"])


def test_axe_finds_nothing_to_complain_of(visits):
    part = {"include": ["html"], "exclude": NOT_OURS}
    told = visits(
        *(
            {"name": name, "theme": theme, "width": width, "axe": part}
            for name in KINDS.values()
            for theme, width in [
                ("light", 1400),
                ("dark", 1400),
                ("dark", 390),
            ]
        )
    )
    assert [] == [one for one in told if one["complaints"]]


# --- Pages that are used ---


def cell(number):
    """What leads to the n-th cell of a page, from 1."""
    return f"[...document.querySelectorAll('.live')][{number - 1}]"


def run(number):
    """Press Run on a cell and wait for the end."""
    block = cell(number)
    ran = f"{block}.querySelector('.live-status').textContent"
    return [
        ["until", f"{block}?.querySelector('.live-run')"],
        ["tell", f"{block}.querySelector('.live-run').click()"],
        ["until", f"{ran}.startsWith('ran in')"],
    ]


def test_cells_run_and_go_on_after_back(visits):
    name = "tutorials/a-number-that-remembers.html"
    away = [["go", "changelog.html"], ["back", ""]]
    back = ["until", f"location.href.includes('{name}') && {cell(2)}"]
    visits({"name": name, "steps": [*run(1), *away, back, *run(2)]})


STEP = "Number(document.querySelector('[data-show=step]').textContent"
STEP += ".replaceAll(',', ''))"


def learn():
    """Start a network anew and let it make some hundred steps."""
    return [
        ["until", "document.querySelector('.pg-play')"],
        ["click", "[data-do=reset]"],
        ["until", f"{STEP} === 0"],
        ["click", ".pg-play"],
        ["until", f"{STEP} > 300"],
    ]


def test_the_playground_learns_and_goes_on_after_back(visits):
    away = [["go", "changelog.html"], ["back", ""]]
    name = "playground.html#data=xor&n=12&hidden=3&seed=3"
    visits({"name": name, "steps": [*learn(), *away, *learn()]})
