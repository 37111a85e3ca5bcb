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
    if (
        ready.exists()
        and ready.read_text(encoding="utf-8") == NOX
        and python.exists()
    ):
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
    ready.write_text(NOX, encoding="utf-8")
    return str(python)


def hand_over() -> int:
    """Run nox on this file with the arguments of the command line."""
    python = sys.executable if nox_is_here() else private_python()
    command = [python, "-m", "nox", "--noxfile", __file__, *sys.argv[1:]]
    return wait_for(command)


def wait_for(command: list[str]) -> int:
    """Run a program; Ctrl+C is for it, and it ends in its own way."""
    with subprocess.Popen(command) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:
                continue


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
# What a session imports is compiled when it is imported; all of the rest
# would take two thirds of the time of an installation.
os.environ.setdefault("PIP_COMPILE", "0")
# A machine without the oldest Python leaves `minimums` out, and says so.
nox.options.error_on_missing_interpreters = False

PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
SITE = ROOT / "docs" / "_build" / "html"
CI = bool(os.environ.get("CI"))  # there, what is left out is a failure

# Files of tests that need more than the group `tests`, by the session that
# has it; the session `tests` runs all others.
ORACLE = [
    "tests/oracle.py",
    "tests/tensors/oracle_course.py",
    "tests/tensors/oracle_distributions.py",
    "tests/tensors/oracle_files.py",
    "tests/tensors/oracle_lectures.py",
    "tests/tensors/oracle_libraries.py",
    "tests/tensors/oracle_linear.py",
    "tests/tensors/oracle_nn.py",
    "tests/tensors/oracle_pages.py",
    "tests/tensors/oracle_random.py",
    "tests/tensors/oracle_tensors.py",
    "tests/tensors/oracle_transforms.py",
    "tests/test_benchmarks_compiled.py",
]
PAGES = [
    "tests/test_annotated.py",
    "tests/test_formulas.py",
    "tests/test_live_pages.py",
    "tests/test_page_extensions.py",
    "tests/test_site.py",
    "tests/test_standin.py",
    "tests/test_twins.py",
]
# Scripts of the gallery: the build of the site runs them with the packages of
# the session `tests`.  Sessions with others run them without a site.
SCRIPTS = ["tests/test_gallery_runs.py"]
# Where docstrings and pages have examples.
EXAMPLES = ["micrograd", "docs/_live/page_programs", "README.md"]
ELSEWHERE = [f"--ignore={path}" for path in [*ORACLE, *PAGES]]
# Two at a time; files stay together, for what their tests share.
SPREAD = ["-n", "2", "--dist", "loadfile"]


def choose_all_of_pyenv() -> None:
    """Let every Python of pyenv be found, after those that are in use.

    Its `python3.12` lies on the path even where it answers only that
    another version is in use.
    """
    if os.environ.get("PYENV_VERSION") or not shutil.which("pyenv"):
        return
    found = []
    for command in ("pyenv version-name", "pyenv versions --bare"):
        answer = subprocess.run(
            command.split(), capture_output=True, text=True, check=False
        )
        found += answer.stdout.replace(":", " ").split()
    os.environ["PYENV_VERSION"] = ":".join(dict.fromkeys(found))


choose_all_of_pyenv()


def group(name: str) -> list[str]:
    """Requirements of one dependency group of ``pyproject.toml``."""
    return list(nox.project.dependency_groups(PROJECT, name))


# --- JavaScript ---

LIVE = ROOT / "docs" / "_live"
FETCHED = LIVE / "node_modules" / "fetched-for"
PROGRAMS = LIVE / "page_programs"  # the playground and the sandbox


def fetch_scripts(session: nox.Session) -> bool:
    """Have npm bring what pages load and what checks it, once a lock.

    Where npm finds no registry the rest goes on, and says what is left out;
    in continuous checks that is a failure.
    """
    lock = (LIVE / "package-lock.json").read_text("utf-8")
    if FETCHED.exists() and FETCHED.read_text("utf-8") == lock:
        return True
    hasty = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    npm = ["npm", "ci", "--ignore-scripts", f"--prefix={LIVE}"]
    try:
        session.run(*npm, *([] if CI else hasty), external=True)
    except nox.command.CommandFailed:
        if CI:
            session.error("npm failed: nothing is left out in these checks")
        session.warn("npm failed: what needs its packages is left out")
        return False
    FETCHED.write_text(lock, "utf-8")
    return True


# --- Checks ---


@nox.session
def lint(session: nox.Session) -> None:
    """Look for mistakes, and for words that we do not use."""
    session.install(*group("lint"))
    session.run("ruff", "check", *(session.posargs or ["."]))
    session.run("ruff", "format", "--check", *(session.posargs or ["."]))
    session.run("codespell")
    session.run("python", "docs/_ext/words.py")
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
    """Run the tests, except those that need PyTorch or Sphinx."""
    session.install("-e", ".", *group("tests"))
    left_out = [*ELSEWHERE, *(f"--ignore={path}" for path in SCRIPTS)]
    chosen = session.posargs or [*SPREAD, *left_out, "tests"]
    session.run("pytest", *chosen)


@nox.session
def doctest(session: nox.Session) -> None:
    """Run every example in the docstrings and in the README."""
    session.install("-e", ".", *group("tests"))
    files = session.posargs or EXAMPLES
    session.run("pytest", "--doctest-glob=*.md", *files)


@nox.session
def oracle(session: nox.Session) -> None:
    """Compare with PyTorch, number by number."""
    session.install("-e", ".", *group("tests"), *group("oracle"))
    # No file has all that takes long, and few tests share anything.
    spread = ["-n", "2", "--dist", "worksteal"]
    session.run("pytest", *(session.posargs or [*spread, *ORACLE]))


@nox.session(default=False)
def gpu(session: nox.Session) -> None:
    """Run the tests over array libraries on a GPU, or say why not."""
    session.install("-e", ".", *group("tests"), *group("oracle"))
    chosen = session.posargs or ["tests/tensors/oracle_libraries.py"]
    session.run("pytest", *chosen, env={"MICROGRAD_GPU": "1"})


# Apart, since before Python 3.14 counting makes the tests 2.5 times slower.
@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Run the tests and show which lines and branches they leave out."""
    session.install("-e", ".", *group("coverage"))
    session.run("pytest", "--cov", *(session.posargs or ["tests"]))


@nox.session(default=False)
def sdist(session: nox.Session) -> None:
    """Pack the source, unpack it elsewhere, and run its tests there."""
    session.install(*group("release"), *group("tests"))
    folder = Path(session.create_tmp()) / "packed"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--sdist", "--outdir", str(folder))
    (packed,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(packed, folder)
    session.chdir(folder / packed.name.removesuffix(".tar.gz"))
    session.install(".")
    session.run("pytest", *(session.posargs or ["tests"]))


# What is broken on purpose, and the tests that should notice.  Each mutant
# runs them anew, so they are the quickest that can.
MUTANTS = {
    "rules": "rules user_rules namespaces primitives",
    "primitives": "primitives symbolic",
    "namespaces": "namespaces rules primitives",
    "operators": "operators engine",
    "recording": "engine transforms",
    "engine": "engine operators heritage",
    "dual": "transforms check",
    "reverse": "transforms check engine",
    "transforms": "transforms check",
    "differences": "check",
    "check": "check",
    "nonfinite": "check",
    "trees": "transforms module",
}


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Break one thing at a time; list what no test noticed (hours)."""
    session.install(*group("mutants"))
    # Two versions of a file within a second must not share their bytecode.
    session.env["PYTHONDONTWRITEBYTECODE"] = "1"
    copy = Path(session.create_tmp()) / "copy"  # the files are changed
    left_out = shutil.ignore_patterns(".*", "_build", "node_modules")
    for name in session.posargs or MUTANTS:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(ROOT, copy, ignore=left_out)
        (copy / "mutants.toml").write_text(mutants_of(name), "utf-8")
        with session.chdir(copy):
            asked, found = "mutants.toml", "mutants.sqlite"
            session.run("cosmic-ray", "init", asked, found)
            session.run("cr-filter-operators", found, asked)
            session.run("cosmic-ray", "baseline", asked)
            session.run("cosmic-ray", "exec", asked, found)
            session.run("cr-report", "--surviving-only", "--show-diff", found)


def mutants_of(name: str) -> str:
    """What cosmic-ray is asked about one module."""
    noticing = [f"tests/test_{one}.py" for one in MUTANTS[name].split()]
    files = " ".join([f"micrograd/{name}.py", *noticing])  # and its examples
    command = f"python -m pytest -x -q -p no:cacheprovider {files}"
    return f"""\
[cosmic-ray]
module-path = "micrograd/{name}.py"
timeout = 900.0  # an endless loop, not a slow machine
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"

# Changes that no slip of a pen makes; annotations are full of `|`.
[cosmic-ray.filters.operators-filter]
exclude-operators = [
  "core/ReplaceBinaryOperator_.*_(BitAnd|BitOr|BitXor|LShift|RShift|Mod)",
  "core/ReplaceBinaryOperator_.*_(FloorDiv|Pow)",
  "core/ReplaceBinaryOperator_BitOr_.*",
  "core/ReplaceComparisonOperator_.*_(Is|IsNot)",
]
"""


@nox.session(python="3.11")
def minimums(session: nox.Session) -> None:
    """Run the tests on the oldest Python and packages we promise."""
    oldest = [one.replace(">=", "==") for one in group("tests")]
    session.install("-e", ".", *oldest)
    # An old package may use what a newer one has come to warn of.
    tolerant = ["-W", "default::DeprecationWarning"]
    chosen = session.posargs or [*SPREAD, *ELSEWHERE]
    fewer = {"MICROGRAD_TRY_ONE_IN": "10"}  # of the random programs
    session.run("pytest", *tolerant, *chosen, env=fewer)


@nox.session(python=["3.12", "3.13", "3.14"], default=False)
def pythons(session: nox.Session) -> None:
    """Run tests and examples on each newer Python that is here."""
    session.install("-e", ".", *group("tests"))
    files = ["tests", *EXAMPLES]
    chosen = session.posargs or [*SPREAD, *ELSEWHERE, *files]
    session.run("pytest", "--doctest-glob=*.md", *chosen)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed and memory against other systems, side by side."""
    session.install("-e", ".", *group("bench"))
    session.run("python", "benchmarks/run.py", *session.posargs)


# --- The site ---


def source_hash() -> str:
    """Fingerprint of all that executed pages import or read."""
    folders = [ROOT / "micrograd", ROOT / "benchmarks" / "results", PROGRAMS]
    found = sorted(path for one in folders for path in one.rglob("*.*"))
    sources = [path for path in found if path.suffix != ".pyc"]
    for name in ["exercise_files.py", "gpt_page.py", "playground_page.py"]:
        sources.append(ROOT / "docs" / "_ext" / name)
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
    if stamp.exists() and stamp.read_text(encoding="utf-8") == source_hash():
        return
    for stale in [build, ROOT / "docs" / "gallery"]:
        shutil.rmtree(stale, ignore_errors=True)
    build.mkdir(parents=True)
    stamp.write_text(source_hash(), encoding="utf-8")


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


TESTED = ROOT / "docs" / "_build" / "tested"


def site_state() -> str:
    """Fingerprint of all that the site is built from, and of its pages.

    Empty in a copy without its history: nobody can say what belongs to it.
    """
    given: list[object] = [site_environment()]
    if given == [{}]:
        return ""
    given += map(os.environ.get, ["CI", "DOCS_URL", "READTHEDOCS_VERSION"])
    digest = hashlib.sha256(repr(given).encode())
    git = "git ls-files -z --cached --others --exclude-standard"
    found = subprocess.run(
        git.split(), cwd=ROOT, capture_output=True, check=True
    )
    digest.update(found.stdout)
    names = [os.fsdecode(name) for name in found.stdout.split(b"\0")[:-1]]
    for path in [*(ROOT / name for name in names), FETCHED]:
        digest.update(path.read_bytes() if path.is_file() else b"none")
    for path in sorted(SITE.rglob("*")):
        made = path.stat()
        digest.update(f"{path} {made.st_size} {made.st_mtime_ns}".encode())
    return digest.hexdigest()


def is_tested() -> bool:
    """Tell whether the pages are those whose tests have passed."""
    return TESTED.exists() and TESTED.read_text("utf-8") == site_state() != ""


STRICT = ["--fail-on-warning", "--keep-going", "--nitpicky"]
# What Sphinx remembers is of no use to those who read the site.
TREES = ["--doctree-dir", str(ROOT / "docs" / "_build" / "doctrees")]


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site, warnings being errors, and test the built pages."""
    if not session.posargs and is_tested():
        session.log("nothing has changed since the tests of the pages passed")
        return
    session.install("-e", ".", *group("docs"), *group("tests"))
    fetch_scripts(session)
    drop_stale_results()
    session.run(
        "sphinx-build",
        *STRICT,
        *TREES,
        *session.posargs,
        "docs",
        str(SITE),
        env=site_environment(),
    )
    session.run("pytest", *SPREAD, *PAGES)
    TESTED.write_text(site_state(), "utf-8")


@nox.session(requires=["docs"])
def browser(session: nox.Session) -> None:
    """Use the built pages in a real browser; skipped where there is none."""
    session.install("-e", ".", *group("tests"), *group("browser"))
    fetch_scripts(session)
    # What hangs takes minutes to be found: a few are enough to be told of.
    told = ["--verbose", "--maxfail=3", "--durations=10"]
    # A test gives up after five minutes; what cannot even do that is ended.
    ended = ["faulthandler_timeout=1200", "faulthandler_exit_on_timeout=true"]
    session.run(
        "pytest",
        *(f"--override-ini={setting}" for setting in ended),
        *(session.posargs or [*told, *SPREAD, "tests/browser"]),
    )


@nox.session(requires=["docs"])
def install(session: nox.Session) -> None:
    """Install as the pages say, in empty environments, and try it."""
    session.install(*group("pytest"))
    check = session.posargs or ["tests/install"]
    session.run("pytest", "--noconftest", *check)


@nox.session(requires=["docs"], default=False, venv_backend="none")
def site(session: nox.Session) -> None:
    """Build the site, serve it and open it; Ctrl+C ends it."""
    serve = ["docs/_ext/serve.py", "--if-watched", str(SITE)]
    wait_for([sys.executable, *serve])


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
        *TREES,
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
    packed = next(dist.glob("*.whl")).name
    name = packed.replace("-py3-none-any.whl", "-site")
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
        session.run("python", "-W", "error", script, env={"MPLBACKEND": "agg"})


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
