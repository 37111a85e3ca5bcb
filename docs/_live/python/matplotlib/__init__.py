"""The part of matplotlib that the site's scripts use, drawn as SVG.

No browser can load matplotlib itself from this site: it is not in any
package registry in the form that a page needs.  This stand-in has the same
names, so that a script of the gallery runs in its page unchanged.  It is
given to pages alone; whoever installs micrograd plots with matplotlib.

Text and axes take the colours of the page around them, light or dark.

Leaves out: everything that no script, page or function of micrograd uses;
``tests/test_standin.py`` runs them all.

Sources: matplotlib's documentation of the functions of the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

__all__ = ["rcParams", "rc_context", "use"]

DEFAULTS: dict[str, Any] = {
    "axes.grid": False,
    "axes.prop_cycle": "",
    "axes.spines.right": True,
    "axes.spines.top": True,
    "figure.figsize": (6.4, 4.8),
    "legend.frameon": True,
}
rcParams: dict[str, Any] = dict(DEFAULTS)


@contextmanager
def rc_context(settings: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Draw with these settings until the end of the block.

    Parameters
    ----------
    settings : dict, optional
        By the names of ``rcParams``.

    Examples
    --------
    >>> with rc_context({"axes.grid": True}):
    ...     rcParams["axes.grid"]
    True
    """
    before = dict(rcParams)
    rcParams.update(settings or {})
    try:
        yield
    finally:
        rcParams.clear()
        rcParams.update(before)


def use(backend: str) -> None:
    """Do nothing: a page has one way to draw."""
