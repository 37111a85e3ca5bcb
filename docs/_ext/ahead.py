"""Runs pages two at a time, before Sphinx reads them one after another.

MyST-NB runs a page when it reads it.  Here the pages that are about to be
read and are not remembered run first, and what comes out goes into its own
memory, jupyter-cache, where it then finds them.  A page that fails is left
to MyST-NB, which runs it again and says what is wrong.

Sphinx-Gallery runs scripts two at a time by itself.  It starts the processes
for that even if no script has changed; here it is told when it need not.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import create_nb_reader
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx_gallery.utils import get_md5sum

AT_ONCE = 2  # as many as the gallery's scripts
logger = logging.getLogger(__name__)


# --- Pages ---


class Page(NamedTuple):
    """A page with cells: where it is, and its cells as a notebook."""

    path: Path
    notebook: Any


def pages(env: BuildEnvironment, names: list[str]) -> Iterator[Page]:
    """Read those that have cells, as MyST-NB does."""
    known: Any = env  # what MyST-NB keeps there
    for name in names:
        path = Path(env.doc2path(name))
        if path.suffix != ".md":
            continue
        text = path.read_text("utf-8")
        asked = (str(path), known.myst_config, known.mystnb_config, text)
        if reader := create_nb_reader(*asked):
            yield Page(path, reader.read(text))


def run_ahead(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Run what is not remembered, and remember it."""
    cache = get_cache(app.config.nb_execution_cache_path)

    def is_new(page: Page) -> bool:
        try:
            cache.match_cache_notebook(page.notebook)
        except KeyError:
            return True
        return False

    def run(page: Page) -> ExecutionResult:
        return single_nb_execution(
            page.notebook,
            cwd=str(page.path.parent),
            timeout=app.config.nb_execution_timeout,
            allow_errors=False,
        )

    found = [page for page in pages(env, names) if is_new(page)]
    # The memory is a file of SQLite, which is for one thread alone.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for page, result in zip(found, pool.map(run, found), strict=True):
            short = page.path.relative_to(app.srcdir)
            if result.err is not None:
                logger.info("%s: an error, so it will run again", short)
                continue
            took = {"execution_seconds": result.time}
            cache.cache_notebook_bundle(
                CacheBundleIn(result.nb, str(page.path), data=took),
                check_validity=False,
                overwrite=True,
            )
            logger.info("%s: ran in %.1f seconds", short, result.time)


# --- Scripts ---


def has_run(script: Path, made: Path) -> bool:
    """Whether a script is as it was when Sphinx-Gallery last ran it."""
    stamp = made / f"{script.name}.md5"
    if not stamp.exists():
        return False
    now: str = get_md5sum(str(script), mode="t")
    return now == stamp.read_text("utf-8")


def start_no_processes(app: Sphinx) -> None:
    """Let Sphinx-Gallery stay alone if there is nothing to run."""
    conf = app.config.sphinx_gallery_conf
    scripts = Path(app.srcdir, conf["examples_dirs"]).glob("*/plot_*.py")
    made = Path(app.srcdir, conf["gallery_dirs"])
    if all(has_run(one, made / one.parent.name) for one in scripts):
        conf["parallel"] = False


# --- Sphinx ---


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, after MyST-NB."""
    app.setup_extension("myst_nb")
    if "sphinx_gallery.gen_gallery" in app.extensions:
        # Before Sphinx-Gallery begins, at 500.
        app.connect("builder-inited", start_no_processes, priority=400)
    app.connect("env-before-read-docs", run_ahead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
