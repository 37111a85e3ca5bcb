"""Showing a drawing where the program runs: page, notebook or terminal.

A notebook shows the value of a cell's last line; a script shows nothing of
itself.  What is shown on purpose is seen in both.

Leaves out: windows of our own.  In a terminal the browser opens the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Viewer", "open_picture", "present", "viewers"]

Viewer = Callable[[Any], object]  # is given a micrograd.draw.Graph

viewers: list[Viewer] = []  # the last one is asked before all others


def present(graph: Any) -> None:
    """Hand a drawing to what can show it here.

    Parameters
    ----------
    graph : micrograd.draw.Graph
        What to show.
    """
    viewer = viewers[-1] if viewers else _of_the_surroundings()
    viewer(graph)


def _of_the_surroundings() -> Viewer:
    """The display of a page or a notebook, or else a file."""
    import sys

    page = sys.modules.get("page_cells")  # a page of the site
    if page is not None:
        return page.display  # type: ignore[no-any-return]
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if getattr(shell, "kernel", None) is not None:
        from importlib import import_module

        return import_module("IPython.display").display  # type: ignore[no-any-return]
    return _open


def _open(graph: Any) -> None:
    """Write the picture to a new file, and open that."""
    from tempfile import mkdtemp

    open_picture(graph.save(f"{mkdtemp(prefix='micrograd-')}/graph.svg"))


def open_picture(path: Path) -> None:
    """Name the file of a picture, and open it where there is a screen.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    """
    import webbrowser

    print(f"The drawing is in {path}", flush=True)
    if _has_screen():
        webbrowser.open(path.absolute().as_uri())


def _has_screen() -> bool:
    import os
    import sys

    # If matplotlib is told to open no windows, ours are not wanted.
    if os.environ.get("MPLBACKEND", "").lower() == "agg":
        return False
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
