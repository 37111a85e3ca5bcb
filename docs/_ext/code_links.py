"""Leaves in the gallery's code the links that a reader can use.

Sphinx-Gallery links every name it knows, wherever it stands: a variable
``size`` leads to the documentation of ``int``, and a function that is called
ten times is ten stops of the Tab key.  Here variables and what is built into
Python lead nowhere, and of the rest the first mention on a page is a link,
which the style sheet underlines.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

FROM = "sphx-glr-backref-"  # how the classes of such links begin
NOWHERE = {f"{FROM}instance", f"{FROM}module-builtins"}


class FewerLinks(SphinxPostTransform):
    """Puts the bare name in the place of most links in code."""

    default_priority = 6  # Sphinx-Gallery makes its links at 5
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Go through the links of one page, in order."""
        seen = set[str]()
        for link in list(self.document.findall(nodes.reference)):
            if not any(name.startswith(FROM) for name in link["classes"]):
                continue
            target = link.get("reftitle", link.astext())
            if target in seen or NOWHERE & set(link["classes"]):
                link.parent.replace(link, link.children)
            seen.add(target)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_post_transform(FewerLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
