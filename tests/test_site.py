"""The built site: every link leads somewhere, nothing comes from elsewhere.

These tests read the pages that ``python3 noxfile.py -s docs`` has written
and are skipped where there are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

ROOT = Path(__file__).parents[1]
SITE = ROOT / "docs" / "_build" / "html"
INDEX = SITE / "index.html"

pytestmark = pytest.mark.skipif(
    not INDEX.exists(),
    reason="the site is not built: python3 noxfile.py -s docs",
)

# What a browser fetches by itself, by element; a link is not fetched.
LOADS = {
    ("img", "src"),
    ("img", "srcset"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("video", "src"),
    ("audio", "src"),
    ("embed", "src"),
    ("object", "data"),
    ("use", "href"),
    ("image", "href"),
    ("image", "xlink:href"),
}
LOADING_RELATIONS = {
    "stylesheet",
    "icon",
    "shortcut",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
}


# --- Reading a page ---


@dataclass
class Page(HTMLParser):
    """What one page links to, loads, names and shows."""

    path: Path
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    textless: list[str] = field(default_factory=list)
    problems: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        """Note what an element points at."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[key] for key in ("id", "name") if key in given}
        self.problems += "problematic" in given.get("class", "").split()
        self.problems += "system-message" in given.get("class", "").split()
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and LOADING_RELATIONS & set(given["rel"].split()):
            self.loads.append(given["href"])
        for name in LOADS & {(tag, name) for name in given}:
            self.loads += addresses(given[name[1]], name[1])
        self.note_picture(tag, given)

    def note_picture(self, tag: str, given: dict[str, str]) -> None:
        """Note a picture without a text for those who do not see it."""
        # An empty alt says that the picture is decoration.
        if tag == "img" and "alt" not in given:
            self.textless.append(given.get("src", "img"))
        if "mg-graph" in given.get("class", "").split():
            self.textless.append("graph")  # until its svg has a label
        hidden = given.get("aria-hidden") == "true"
        if tag == "svg" and given.get("role") == "img" and not hidden:
            if not given.get("aria-label"):
                self.textless.append("svg")
            elif self.textless and self.textless[-1] == "graph":
                self.textless.pop()


def addresses(value: str, attribute: str) -> list[str]:
    """The addresses in an attribute; a srcset has several."""
    if attribute != "srcset":
        return [value]
    return [one.split()[0] for one in value.split(",") if one.strip()]


@cache
def page(path: Path) -> Page:
    """Read a page once."""
    return Page(path)


def pages() -> list[Page]:
    """Every page, without the theme's own templates."""
    found = sorted(SITE.rglob("*.html"))
    return [page(path) for path in found if "_static" not in path.parts]


def is_elsewhere(address: str) -> bool:
    """Whether an address lies on another host."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https", "ftp"}


def broken(source: Page, address: str) -> bool:
    """Whether a local address leads to no file or to no anchor in it."""
    if is_elsewhere(address) or urlsplit(address).scheme:
        return False  # another host, mailto:, data:, javascript:
    file, anchor = urldefrag(address)
    file = unquote(file).partition("?")[0]
    target = (source.path.parent / file).resolve() if file else source.path
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return True
    if not anchor or target.suffix != ".html":
        return False
    return unquote(anchor) not in page(target).anchors


def listed(complaints: list[str]) -> str:
    """Complaints, one to a line, the first twenty."""
    return "\n".join(sorted(set(complaints))[:20])


# --- The tests ---


def test_there_are_pages_of_every_kind() -> None:
    kinds = {one.path.relative_to(SITE).parts[0] for one in pages()}
    expected = {"tutorials", "gallery", "reference", "decisions"}
    assert not expected - kinds


def test_every_local_link_leads_somewhere() -> None:
    complaints = [
        f"{one.path.relative_to(SITE)}: {link}"
        for one in pages()
        for link in one.links + one.loads
        if broken(one, link)
    ]
    assert not complaints, listed(complaints)


def test_no_page_loads_anything_from_another_host() -> None:
    complaints = [
        f"{one.path.relative_to(SITE)}: {address}"
        for one in pages()
        for address in one.loads
        if is_elsewhere(address)
    ]
    assert not complaints, listed(complaints)


def test_no_style_sheet_loads_anything_from_another_host() -> None:
    fetched = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)")
    complaints = [
        f"{path.relative_to(SITE)}: {address}"
        for path in SITE.rglob("*.css")
        for address in fetched.findall(path.read_text("utf-8"))
    ]
    assert not complaints, listed(complaints)


def test_no_page_shows_a_problem_that_sphinx_met() -> None:
    complaints = [
        str(one.path.relative_to(SITE)) for one in pages() if one.problems
    ]
    assert not complaints, listed(complaints)


def test_every_picture_has_a_text() -> None:
    complaints = [
        f"{one.path.relative_to(SITE)}: {picture}"
        for one in pages()
        for picture in one.textless
    ]
    assert not complaints, listed(complaints)


def test_no_formula_is_left_unset() -> None:
    complaints = [
        str(one.path.relative_to(SITE))
        for one in pages()
        if re.search(
            r'class="math[^"]*">\s*\\[(\[]|katex-error',
            one.path.read_text("utf-8"),
        )
    ]
    assert not complaints, listed(complaints)


def test_no_page_names_a_folder_of_the_machine_that_built_it() -> None:
    complaints = [
        str(one.path.relative_to(SITE))
        for one in pages()
        if str(ROOT) in one.path.read_text("utf-8")
    ]
    assert not complaints, listed(complaints)
