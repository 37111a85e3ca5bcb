"""A directive, ``chapter``: the box that a chapter of the tutorials opens.

Its content is a definition list, "What you need" and "What you will have".
Above it the box says which chapter this is and how long it takes.  Both are
counted while the site is built: the number from the table of contents of
the folder, the time from the words and the lines of code on the page.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

# What a reader does in a minute who thinks along and tries the cells.
WORDS, LINES = 180, 12


class facts(nodes.paragraph):
    """The line that is filled in when all pages have been read."""


class Chapter(SphinxDirective):
    """The box."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build it, with an empty first line."""
        listed = self.env.metadata[self.env.docname]
        listed["chapter"] = "yes"
        box = nodes.container("", facts(), classes=["mg-chapter"])
        box += self.parse_content_to_nodes()
        return [box]


def path_of(env: BuildEnvironment, page: str) -> list[str]:
    """The chapters beside a page, in order."""
    index = str(PurePosixPath(page).parent / "index")
    beside = env.toctree_includes.get(index, [])
    return [one for one in beside if "chapter" in env.metadata[one]]


def minutes(page: nodes.document) -> int:
    """The time to read a page, to the next five minutes."""
    code = [
        block.astext()
        for cell in page.findall(nodes.container)
        if "cell_input" in cell["classes"]
        for block in cell.findall(nodes.literal_block)
    ]
    lines = sum(len(text.split("\n")) for text in code)
    prose = page.findall(nodes.paragraph)
    words = sum(len(one.astext().split()) for one in prose)
    return 5 * max(1, round((words / WORDS + lines / LINES) / 5))


def fill_in(app: Sphinx, page: nodes.document, name: str) -> None:
    """Write the first line of the box."""
    for line in page.findall(facts):
        path = path_of(app.env, name)
        text = f"About {minutes(page)} minutes"
        if name in path:
            where = f"Chapter {path.index(name) + 1} of {len(path)}"
            text = f"{where}, {text.lower()}"
        plain = nodes.paragraph("", text, classes=["mg-facts"])
        line.replace_self(plain)


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write all chapters again when one was added or moved."""
    chapters = [
        page for page, known in env.metadata.items() if "chapter" in known
    ]
    paths = [(page, path_of(env, page)) for page in sorted(chapters)]
    if getattr(env, "mg_chapters", None) == paths:
        return []
    vars(env)["mg_chapters"] = paths
    return chapters


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(facts)
    app.add_directive("chapter", Chapter)
    app.connect("doctree-resolved", fill_in)
    app.connect("env-updated", renumber)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
