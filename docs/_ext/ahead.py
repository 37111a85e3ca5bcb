"""Runs pages two at a time, before Sphinx reads them one after another.

MyST-NB runs a page when it reads it.  Here the pages that are about to be
read and are not remembered run first, and what comes out goes into its own
memory, jupyter-cache, where it then finds them.  A page that fails is left
to MyST-NB, which runs it again and says what is wrong.
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

AT_ONCE = 2  # as many as the gallery's scripts
logger = logging.getLogger(__name__)


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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, after MyST-NB."""
    app.setup_extension("myst_nb")
    app.connect("env-before-read-docs", run_ahead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
