"""The role ``play``: a link to an experiment of the playground, by its name.

The page of the playground lists experiments, each a button with the address
of its setting.  A chapter that links to one names it, so an address stands in
one place; a name that no button has ends the build.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

PAGE = "playground"
SOURCE = Path(__file__).parents[1] / f"{PAGE}.md"
BUTTON = re.compile(r'data-try="([^"]*)">([^<]*)</button>')


def experiments() -> dict[str, str]:
    """The addresses of all settings, by the names of their buttons.

    Examples
    --------
    >>> experiments()["All zero"]
    'init=zeros&until=300'
    """
    found = BUTTON.findall(SOURCE.read_text("utf-8"))
    return {name: html.unescape(setting) for setting, name in found}


class Play(SphinxRole):
    """The link."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Look the name up."""
        known = experiments()
        if self.text not in known:
            raise ExtensionError(
                f"the role play names an experiment of {PAGE}.md but got "
                f"{self.text!r}; choose one of {', '.join(known)}"
            )
        builder = self.env.app.builder
        page = builder.get_relative_uri(self.env.docname, PAGE)
        address = f"{page}#{known[self.text]}"
        link = nodes.reference(
            "", self.text, internal=True, refuri=address, classes=["mg-play"]
        )
        return [link], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_role("play", Play())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
