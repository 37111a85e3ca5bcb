"""Names what is folded away on a page: an answer, or how a figure is drawn.

A cell with the tag ``hide-cell`` is the answer to a question, one with
``hide-input`` the program of a figure, which is put below the figure.  The
name that a page or a cell gives, with MyST-NB's ``code_prompt_show`` and
``code_prompt_hide``, is kept.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

NAMES = {"all": "The answer", "input": "How it is drawn"}


def name(app: Sphinx, page: nodes.document) -> None:
    """Give the folded cells of a page their names."""
    for cell in page.findall(nodes.container):
        usual = NAMES.get(cell.get("hide_mode", ""))
        for prompt in ("prompt_show", "prompt_hide"):
            if usual and not cell[prompt]:
                cell[prompt] = usual


def put_below(app: Sphinx, page: nodes.document, _: str) -> None:
    """Move the program of each figure to the end of its cell."""
    for cell in page.findall(nodes.container):
        if cell.get("hide_mode") == "input":
            cell.append(cell.pop(0))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("doctree-read", name)
    # By now MyST-NB has folded the program.
    app.connect("doctree-resolved", put_below)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
