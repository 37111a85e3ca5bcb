"""The box of a chapter, the list of all of them, and their times.

``chapter`` is the box that a chapter of the tutorials opens with.  Its
content is a definition list, "What you need" and "What you will have", and
"May be skipped" where that is so.
Above it the box says which chapter this is and how long it takes.

``chapters`` stands on the page that has the chapters in its table of
contents, and lists them with their times and what one will have; with the
options ``from`` and ``to``, those between two of them, both included.

The role ``minutes`` names pages, as links do without ``.md``, and is the
number of minutes that they take together.

Nothing is counted by hand: the number of a chapter comes from the table of
contents, the time from the words and the lines of code on the page.
"""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)

# What a reader does in a minute who thinks along and tries the cells.
WORDS, LINES = 180, 12
LONGEST = 45  # minutes of a page
DROPDOWN = ("design_component", "dropdown")


# --- What stands on a page until all pages have been read ---


class facts(nodes.paragraph):
    """The first line of a box."""


class listing(nodes.General, nodes.Element):
    """The list of chapters."""


class total(nodes.Inline, nodes.Element):
    """The minutes of some pages."""


class Chapter(SphinxDirective):
    """The box."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build it, with an empty first line."""
        box = nodes.container("", facts(), classes=["mg-chapter"])
        box += self.parse_content_to_nodes()
        return [box]


class Chapters(SphinxDirective):
    """The list."""

    option_spec: ClassVar = {
        "from": directives.unchanged_required,
        "to": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Leave room for it."""
        return [listing("", ends=dict(self.options))]


class Minutes(SphinxRole):
    """The minutes that some pages take together."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave room for the number."""
        here = posixpath.dirname(self.env.docname)
        pages = [
            posixpath.normpath(posixpath.join(here, name))
            for name in self.text.split()
        ]
        return [total("", pages=pages)], []


# --- What is known of a chapter ---


def folded(node: nodes.Node | None) -> bool:
    """Whether this is inside a part that a reader has to open."""
    while node := node and node.parent:
        if isinstance(node, nodes.Element) and DROPDOWN in node.attlist():
            return True
    return False


def minutes(page: nodes.document) -> int:
    """The time to read a page, without what is folded, to five minutes."""
    code = [
        block.astext()
        for cell in page.findall(nodes.container)
        if "cell_input" in cell["classes"] and not folded(cell)
        for block in cell.findall(nodes.literal_block)
    ]
    lines = sum(len(text.split("\n")) for text in code)
    prose = [one for one in page.findall(nodes.paragraph) if not folded(one)]
    words = sum(len(one.astext().split()) for one in prose)
    return 5 * max(1, round((words / WORDS + lines / LINES) / 5))


def note(app: Sphinx, page: nodes.document) -> None:
    """Keep how long a page takes, and what the list says of a chapter."""
    known = app.env.metadata[app.env.docname]
    known["reading"] = minutes(page)
    if known["reading"] > LONGEST:
        logger.warning(
            "a page is read in at most %s minutes but this takes %s; "
            "make it two",
            LONGEST,
            known["reading"],
            location=page,
        )
    known["sums"] = [place["pages"] for place in page.findall(total)]
    for box in page.findall(nodes.container):
        if "mg-chapter" in box["classes"]:
            items = list(box.findall(nodes.definition_list_item))
            told = {item[0].astext(): item[-1].astext() for item in items}
            known["chapter"] = told["What you will have"]
            known["minutes"] = f"{known['reading']} minutes"
            if "May be skipped" in told:
                known["minutes"] += ", may be skipped"


def path_of(env: BuildEnvironment, index: str) -> list[str]:
    """The chapters in a table of contents, in order."""
    listed = env.toctree_includes.get(index, [])
    return [one for one in listed if "chapter" in env.metadata[one]]


def part_of(path: list[str], ends: dict[str, str]) -> list[str]:
    """The chapters of a path from one to another, by their last names.

    Examples
    --------
    >>> part_of(["t/a", "t/b", "t/c"], {"to": "b"})
    ['t/a', 't/b']
    """
    names = [PurePosixPath(one).name for one in path]
    first = names.index(ends["from"]) if "from" in ends else 0
    last = names.index(ends["to"]) if "to" in ends else len(path) - 1
    return path[first : last + 1]


def together(env: BuildEnvironment, pages: list[str]) -> int:
    """The minutes of some pages, one after the other."""
    known = {one: env.metadata.get(one, {}) for one in pages}
    lacking = [one for one in pages if "reading" not in known[one]]
    if lacking:
        raise ExtensionError(
            f"the role minutes adds up pages of the site but got {lacking}; "
            "name each as a link from this page would, without .md"
        )
    return sum(known[one]["reading"] for one in pages)


# --- Filling in ---


def fill_in(app: Sphinx, page: nodes.document, name: str) -> None:
    """Write first lines and lists."""
    path = path_of(app.env, str(PurePosixPath(name).parent / "index"))
    for line in page.findall(facts):
        text = f"About {app.env.metadata[name]['minutes']}"
        if name in path:
            where = f"Chapter {path.index(name) + 1} of {len(path)}"
            text = f"{where}, {text.lower()}"
        plain = nodes.paragraph("", text, classes=["mg-facts"])
        line.replace_self(plain)
    for place in page.findall(listing):
        part = part_of(path, place["ends"])
        chapters = [entry(app, name, one) for one in part]
        whole = nodes.definition_list("", *chapters, classes=["mg-path"])
        place.replace_self(whole)
    for number in list(page.findall(total)):
        sum_of = together(app.env, number["pages"])
        number.replace_self(nodes.Text(str(sum_of)))


def entry(app: Sphinx, index: str, chapter: str) -> nodes.Node:
    """A chapter in the list."""
    known = app.env.metadata[chapter]
    uri = app.builder.get_relative_uri(index, chapter)
    title = app.env.titles[chapter].astext()
    link = nodes.reference("", title, internal=True, refuri=uri)
    time = nodes.inline("", known["minutes"])
    time["classes"].append("mg-facts")
    term = nodes.term("", "", link, nodes.Text(" "), time)
    text = nodes.paragraph("", known["chapter"])
    return nodes.definition_list_item("", term, nodes.definition("", text))


def said(env: BuildEnvironment) -> dict[str, list[Any]]:
    """What is filled in, by the page that it stands on."""
    found: dict[str, list[Any]] = {}
    every = sorted(env.metadata.items())
    chapters = [page for page, known in every if "chapter" in known]
    indices = {str(PurePosixPath(one).parent / "index") for one in chapters}
    for index in sorted(indices):
        path = path_of(env, index)
        for number, one in enumerate(path, start=1):
            found[one] = [number, len(path)]
        found[index] = [
            (env.titles[one].astext(), known["minutes"], known["chapter"])
            for one in path
            for known in [env.metadata[one]]
        ]
    for page, known in every:
        if known.get("sums"):
            sums = [together(env, pages) for pages in known["sums"]]
            found.setdefault(page, []).extend(sums)
    return found


def renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the pages again on which something else is filled in now."""
    before, now = getattr(env, "mg_chapters", {}), said(env)
    vars(env)["mg_chapters"] = now
    return [page for page in now if now[page] != before.get(page)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(facts)
    app.add_node(listing)
    app.add_node(total)
    app.add_directive("chapter", Chapter)
    app.add_directive("chapters", Chapters)
    app.add_role("minutes", Minutes())
    app.connect("doctree-read", note)
    app.connect("doctree-resolved", fill_in)
    app.connect("env-updated", renew)
    # Pages read by an earlier version of this are read again.
    safe = {"parallel_read_safe": True, "parallel_write_safe": True}
    return {"env_version": 6, **safe}
