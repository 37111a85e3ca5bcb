"""Lets readers run the Python of a page in the page.

The scripts of ``docs/_static/live`` start a Python in the reader's browser
when asked to.  This extension gives them what they load: Pyodide and
Graphviz as WebAssembly, from the packages that npm has put into
``docs/_live/node_modules``, and one archive with micrograd and the few
modules that only a page needs.

Without those packages the site is built all the same: its pages read as
before and have no buttons, and the build says so.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = ROOT / "docs" / "_live" / "node_modules"
ONLY_IN_PAGES = ROOT / "docs" / "_live" / "python"

# What a page loads, by the folder it is put into, from npm's folders.
PYODIDE = [
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
]
LOADED = {
    "pyodide": [MODULES / "pyodide" / name for name in PYODIDE],
    "graphviz": [MODULES / "@hpcc-js/wasm-graphviz/dist/index.js"],
}
PACKED = {".py", ".css", ".html", ".mjs"}  # the player brings its script
NPM = "npm ci --ignore-scripts --prefix docs/_live"

logger = logging.getLogger(__name__)


# --- Files ---


def missing() -> list[Path]:
    """Files that npm should have brought and has not."""
    every = [path for paths in LOADED.values() for path in paths]
    return [path for path in every if not path.exists()]


def write_packages(archive: Path) -> None:
    """Put micrograd, and what only pages need, into one archive.

    The same sources give the same bytes: times are left out.
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for root, under in [(ROOT, "micrograd"), (ONLY_IN_PAGES, ".")]:
            for path in sorted((root / under).rglob("*.*")):
                if path.suffix not in PACKED:
                    continue
                info = zipfile.ZipInfo(path.relative_to(root).as_posix())
                info.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(info, path.read_bytes())


def copy_files(app: Sphinx, exception: Exception | None) -> None:
    """Put all that pages load beside their scripts."""
    if exception or app.builder.format != "html" or missing():
        return
    live = Path(app.outdir) / "_static" / "live"
    for folder, paths in LOADED.items():
        (live / folder).mkdir(parents=True, exist_ok=True)
        for path in paths:
            copy_if_newer(path, live / folder / path.name)
    write_packages(live / "packages.zip")


def copy_if_newer(source: Path, target: Path) -> None:
    """Copy a file unless an equal one is there."""
    one = source.stat()
    if target.exists():
        other = target.stat()
        if (one.st_size, one.st_mtime_ns) == (
            other.st_size,
            other.st_mtime_ns,
        ):
            return
    shutil.copy2(source, target)


# --- Sphinx ---


def say_what_is_missing(app: Sphinx) -> None:
    """Tell whoever builds that pages will have no buttons, and why."""
    if missing():
        logger.info(
            "NOTE: pages are built without Run buttons: %s is missing; "
            "for them, run: %s",
            missing()[0].relative_to(ROOT),
            NPM,
            color="yellow",
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", say_what_is_missing)
    app.connect("build-finished", copy_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
