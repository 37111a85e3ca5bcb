"""Every task of the project, one function each; ``nox --list`` names them.

Two ways in, the same sessions behind both::

    python3 noxfile.py     with nothing but Python: makes itself a nox first
    nox                    with nox installed

Without ``-s`` they run what the continuous checks run.  Whatever follows
``--`` reaches the tool: ``python3 noxfile.py -s tests -- -k moons``.

Each session makes its own virtual environment in ``.nox`` and keeps it.
What it installs is listed in ``pyproject.toml``, in the dependency group of
the same name.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
import webbrowser
from pathlib import Path

ROOT = Path(__file__).parent
NOX = "nox>=2025.10.16"  # the floor of `needs_version` below

# --- python3 noxfile.py ---


def nox_is_here() -> bool:
    """Tell whether the running Python has a nox that is new enough."""
    if importlib.util.find_spec("nox") is None:
        return False
    return numbers(importlib.metadata.version("nox")) >= numbers(NOX)


def numbers(version: str) -> list[int]:
    """The numbers in a version, to compare it with another."""
    return [int(part) for part in re.findall(r"\d+", version)]


def private_python() -> str:
    """Make a virtual environment that has nox; return its interpreter."""
    home = ROOT / ".nox" / "bootstrap"
    windows = os.name == "nt"
    python = home / ("Scripts/python.exe" if windows else "bin/python")
    ready = home / "ready"
    # The last file written: without it, an earlier try was interrupted.
    if ready.exists() and ready.read_text() == NOX and python.exists():
        return str(python)
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "noxfile.py needs a Python that can make a virtual environment "
            "but this one has no ensurepip; install it (on Debian and "
            "Ubuntu the package python3-venv) and run the command again"
        )
    print(f"Installing {NOX} into {home} ...", flush=True)
    venv.create(home, clear=True, with_pip=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", NOX], check=True)
    ready.write_text(NOX)
    return str(python)


def hand_over() -> int:
    """Run nox on this file with the arguments of the command line."""
    python = sys.executable if nox_is_here() else private_python()
    command = [python, "-m", "nox", "--noxfile", __file__, *sys.argv[1:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("micrograd needs Python 3.11 or newer; run this file with it")
    sys.exit(hand_over())

import nox

nox.needs_version = NOX.removeprefix("nox")
nox.options.reuse_venv = "yes"
# pip, because it honours the machine's own settings: its mirrors, its
# certificates, and a folder with a CPU build of PyTorch.
nox.options.default_venv_backend = "virtualenv"
# A machine without the oldest Python leaves `minimums` out, and says so.
nox.options.error_on_missing_interpreters = False

PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
SITE = ROOT / "docs" / "_build" / "html"


def group(name: str) -> list[str]:
    """Requirements of one dependency group of ``pyproject.toml``."""
    return list(nox.project.dependency_groups(PROJECT, name))


# --- JavaScript ---

LIVE = ROOT / "docs" / "_live"


def fetch_scripts(session: nox.Session) -> bool:
    """Have npm bring what pages load and what checks it, once a lock.

    Where npm finds no registry the rest goes on, and says what is left out.
    """
    lock = (LIVE / "package-lock.json").read_text("utf-8")
    fetched = LIVE / "node_modules" / "fetched-for"
    if fetched.exists() and fetched.read_text("utf-8") == lock:
        return True
    patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    npm = ["npm", "ci", "--ignore-scripts", *patience, f"--prefix={LIVE}"]
    try:
        session.run(*npm, external=True)
    except nox.command.CommandFailed:
        session.warn("npm failed: what needs its packages is left out")
        return False
    fetched.write_text(lock, "utf-8")
    return True


# --- Checks ---


@nox.session
def lint(session: nox.Session) -> None:
    """Look for mistakes and breaks of style (ruff, eslint, prettier)."""
    session.install(*group("lint"))
    session.run("ruff", "check", *(session.posargs or ["."]))
    if fetch_scripts(session):
        run = ["npm", f"--prefix={LIVE}", "run"]
        session.run(*run, "lint", external=True)


@nox.session
def types(session: nox.Session) -> None:
    """Check every type (mypy, strict)."""
    session.install("-e", ".", *group("types"))
    session.run("mypy", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; those that need PyTorch are skipped and say so."""
    session.install("-e", ".", *group("tests"))
    session.run("pytest", *(session.posargs or ["tests"]))


@nox.session
def doctest(session: nox.Session) -> None:
    """Run every example in the docstrings and in the README."""
    session.install("-e", ".", *group("tests"))
    files = session.posargs or ["micrograd", "README.md"]
    session.run("pytest", "--doctest-glob=*.md", *files)


@nox.session
def oracle(session: nox.Session) -> None:
    """Compare with PyTorch, number by number."""
    session.install("-e", ".", *group("tests"), *group("oracle"))
    found = sorted(ROOT.glob("tests/**/oracle*.py"))
    files = [str(path.relative_to(ROOT)) for path in found]
    session.run("pytest", *(session.posargs or files))


@nox.session(python="3.11")
def minimums(session: nox.Session) -> None:
    """Run the tests on the oldest Python and packages we promise."""
    oldest = [one.replace(">=", "==") for one in group("tests")]
    session.install("-e", ".", *oldest)
    # An old package may use what a newer one has come to warn of.
    tolerant = ["-W", "default::DeprecationWarning"]
    session.run("pytest", *tolerant, *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed and memory against other systems, side by side."""
    session.install("-e", ".", *group("bench"))
    session.run("python", "benchmarks/run.py", *session.posargs)


# --- The site ---


def source_hash() -> str:
    """Fingerprint of all that executed pages import or read."""
    folders = [ROOT / "micrograd", ROOT / "benchmarks" / "results"]
    found = sorted(path for one in folders for path in one.rglob("*.*"))
    sources = [path for path in found if path.suffix != ".pyc"]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def drop_stale_results() -> None:
    """Forget executed pages and scripts if the package has changed.

    Both caches compare a page with itself and do not see what it imports.
    """
    build = ROOT / "docs" / "_build"
    stamp = build / "source_hash"
    if stamp.exists() and stamp.read_text() == source_hash():
        return
    for stale in [build, ROOT / "docs" / "gallery"]:
        shutil.rmtree(stale, ignore_errors=True)
    build.mkdir(parents=True)
    stamp.write_text(source_hash())


def site_environment() -> dict[str, str]:
    """Environment in which two builds of one commit give the same bytes."""
    git = ["git", "log", "-1", "--format=%ct"]
    try:
        found = subprocess.run(
            git, cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return {}  # a copy without its history
    return {"SOURCE_DATE_EPOCH": found.stdout.strip()}


STRICT = ["--fail-on-warning", "--keep-going", "--nitpicky"]


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site, warnings being errors, and test the built pages."""
    session.install("-e", ".", *group("docs"))
    fetch_scripts(session)
    drop_stale_results()
    session.run(
        "sphinx-build",
        *STRICT,
        *session.posargs,
        "docs",
        str(SITE),
        env=site_environment(),
    )
    # Without the tests' own conftest, which imports what only they need.
    checks = ["tests/test_site.py", "tests/test_annotated.py"]
    session.run("pytest", "--noconftest", *checks)


@nox.session(requires=["docs"])
def browser(session: nox.Session) -> None:
    """Use the built pages in a real browser; skipped where there is none."""
    session.install("-e", ".", *group("tests"), *group("browser"))
    fetch_scripts(session)
    session.run("pytest", *(session.posargs or ["tests/browser"]))


@nox.session(requires=["docs"], default=False, venv_backend="none")
def site(session: nox.Session) -> None:
    """Build the site and open it in a browser."""
    page = SITE / "index.html"
    session.log(f"The site is at {page}")
    headless = sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if not (os.environ.get("CI") or headless):
        webbrowser.open(page.as_uri())


@nox.session(name="docs-live", default=False)
def docs_live(session: nox.Session) -> None:
    """Serve the site and rebuild it whenever a file is saved."""
    session.install("-e", ".", *group("live"))
    fetch_scripts(session)
    drop_stale_results()
    made = ["gallery", "generated", "reference/generated", "_build"]
    session.run(
        "sphinx-autobuild",
        "--open-browser",
        *(f"--watch={ROOT / folder}" for folder in ("micrograd", "gallery")),
        *(f"--ignore={ROOT / 'docs' / folder}/*" for folder in made),
        *session.posargs,
        "docs",
        str(SITE),
    )


@nox.session(requires=["docs"], default=False)
def release(session: nox.Session) -> None:
    """Pack what is published into dist: the package, and the site."""
    session.install(*group("release"))
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(dist))
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))
    name = f"micrograd-{PROJECT['project']['version']}-site"
    shutil.make_archive(str(dist / name), "zip", SITE)
    for path in sorted(dist.iterdir()):
        session.log(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


@nox.session(default=False)
def gallery(session: nox.Session) -> None:
    """Run the gallery's scripts on their own; name some to run only those."""
    session.install("-e", ".", *group("gallery"))
    scripts = sorted(ROOT.glob("gallery/*/plot_*.py"))
    names = [str(path.relative_to(ROOT)) for path in scripts]
    for script in session.posargs or names:
        session.run(
            "python", "-W", "error", script, env={"MPLBACKEND": "agg"}
        )


@nox.session(default=False)
def linkcheck(session: nox.Session) -> None:
    """Follow every link to other sites; needs the network."""
    session.install("-e", ".", *group("docs"))
    drop_stale_results()
    out = ROOT / "docs" / "_build" / "linkcheck"
    session.run(
        "sphinx-build", "-b", "linkcheck", *session.posargs, "docs", str(out)
    )


@nox.session(default=False)
def picture(session: nox.Session) -> None:
    """Draw the README's picture again."""
    session.install("-e", ".[graph]")
    session.run("python", "docs/_ext/readme_picture.py", *session.posargs)
