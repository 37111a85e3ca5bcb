"""Names what is folded away on a page: an answer, or how a figure is drawn.

A cell with the tag ``hide-cell`` is the answer to a question, one with
``hide-input`` the program of a figure.  A page or a cell that says something
else, with MyST-NB's ``code_prompt_show`` and ``code_prompt_hide``, is left
as it is.
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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("doctree-read", name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
