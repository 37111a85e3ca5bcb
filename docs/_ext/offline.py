"""Puts the worker into the site that keeps what a reader has opened.

``docs/_live/sw.js`` says what it does.  The build writes three lines above
it: a version, which changes with any page or file of the site; the files that
Python is made of, in folders with a version in their names; and what pages
have in common, with all that running them takes.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from live import loaded, missing

WORKER = Path(__file__).parents[1] / "_live" / "sw.js"
LIVE = "_static/live"
# What pages have in common: scripts, styles, letters, the logo, and the
# archive for Python.  What one page needs alone is kept when it is asked for.
SUFFIXES = {".css", ".js", ".mjs", ".svg", ".woff2", ".zip"}


def version(site: Path) -> str:
    """A few letters that change with any file of the site."""
    digest = hashlib.sha256()
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.name != WORKER.name:
            digest.update(path.relative_to(site).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def fixed() -> list[str]:
    """The files of Python, which stay what they are under their names."""
    return [f"{LIVE}/{name}" for name in loaded().values()]


def parts(site: Path) -> list[str]:
    """What every page needs to be shown, and what it may need to run."""
    found = sorted((site / "_static").rglob("*"))
    names = [
        path.relative_to(site).as_posix()
        for path in found
        if path.suffix in SUFFIXES and path.is_file()
    ]
    kept = {*fixed()}
    return [name for name in names if name not in kept]


def written(site: Path) -> str:
    """The worker of a site."""
    lines = [
        f"const VERSION = {json.dumps(version(site))};",
        f"const FIXED = {json.dumps(fixed())};",
        f"const PARTS = {json.dumps(parts(site))};",
    ]
    return "\n".join([*lines, "", WORKER.read_text("utf-8")])


def write_worker(app: Sphinx, exception: Exception | None) -> None:
    """Write it when all else is there."""
    if exception or app.builder.format != "html" or missing():
        return
    site = Path(app.outdir)
    (site / WORKER.name).write_text(written(site), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, to be called after the others."""
    app.connect("build-finished", write_worker, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
