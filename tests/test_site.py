"""The built site: every link leads somewhere, nothing comes from elsewhere.

These tests read the pages that ``python3 noxfile.py -s docs`` has written
and are skipped where there are none.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
import zlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from test_gallery import NAMES
from test_gallery_runs import PRINTED

import micrograd
from micrograd import about, errors
from micrograd.primitives import PRIMITIVES

ROOT = Path(__file__).parents[1]
SITE = ROOT / "docs" / "_build" / "html"
INDEX = SITE / "index.html"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]

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


@cache
def home() -> str:
    """The address at which the built site will be read."""
    link = r'rel="canonical" href="(.*?)index.html"'
    found = re.search(link, INDEX.read_text("utf-8"))
    assert found is not None
    return found[1]


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
    # The page for addresses where nothing is links from the root.
    file = re.sub(f"^{re.escape(urlsplit(home()).path)}", f"{SITE}/", file)
    target = (source.path.parent / file).resolve() if file else source.path
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return True
    if not anchor or target.suffix != ".html":
        return False
    if target.name == "playground.html" and "=" in anchor:
        return False  # a setting, which the page reads by itself
    return unquote(anchor) not in page(target).anchors


# --- The reference ---


def described() -> dict[str, Path]:
    """Every Python name that the site describes, and its page."""
    # Four lines of text, then lines "name domain:type priority uri title".
    packed = (SITE / "objects.inv").read_bytes().split(b"\n", 4)[4]
    found = {}
    for line in zlib.decompress(packed).decode().splitlines():
        name, kind, _, uri = line.split()[:4]
        if kind.startswith("py:") and kind != "py:module":
            found[name] = SITE / uri.partition("#")[0]
    return found


@cache
def public() -> dict[str, Any]:
    """Every public class and function, by one of its addresses."""
    found = {}
    for one in iter_modules(micrograd.__path__):
        module = import_module(f"micrograd.{one.name}")
        names = getattr(module, "__all__", vars(module))
        for name in names:
            thing = getattr(module, name)
            if name.startswith("_") or not hasattr(thing, "__qualname__"):
                continue
            if inspect.getmodule(thing).__name__.startswith("micrograd"):
                found[f"{module.__name__}.{name}"] = thing
    return found


def pages_of(address: str, thing: Any) -> set[Path]:
    """The pages that describe a thing, under whichever address."""
    name = thing.__name__
    under = [address, f"{thing.__module__}.{name}", f"micrograd.{name}"]
    # `datasets` has those of `files`, too, and that is where they are told.
    under += [other for other, same in public().items() if same is thing]
    site = described()
    return {site[one] for one in under if one in site}


def imported(script: Path) -> dict[str, Any]:
    """What a script imports from micrograd, by address."""
    found = {}
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if not node.module.startswith("micrograd"):
                continue
            module = import_module(node.module)
            for name in node.names:
                thing = getattr(module, name.name)
                if hasattr(thing, "__qualname__"):
                    found[f"{node.module}.{name.name}"] = thing
    return found


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
        if broken(one, whole(one, link))
    ]
    assert not complaints, listed(complaints)


def whole(one: Page, link: str) -> str:
    """A link; of viewcode's ways back only the page, not the place on it.

    A member that a class inherits, and a class under two names, are told on
    several pages, and viewcode takes the last page with the first name.
    """
    back = one.path.relative_to(SITE).parts[0] == "_modules"
    return urldefrag(link).url if back and "generated" in link else link


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


def test_code_of_the_gallery_has_each_link_once() -> None:
    link = re.compile(r'class="(sphx-glr-backref[^"]*)"[^>]*title="([^"]*)"')
    complaints = []
    for one in pages():
        found = link.findall(one.path.read_text("utf-8"))
        names = [title for _, title in found]
        twice = {name for name in names if names.count(name) > 1}
        twice |= {
            name
            for classes, name in found
            if "instance" in classes or "module-builtins" in classes
        }
        complaints += [f"{one.path.name}: {name}" for name in twice]
    assert not complaints, listed(complaints)


def printed_by(name: str) -> str:
    """What a script of the gallery printed when the site was built."""
    (path,) = SITE.glob(f"gallery/*/plot_{name}.html")
    form = r'(?s)<div class="sphx-glr-script-out.*?<pre>(.*?)</pre>'
    blocks = re.findall(form, path.read_text("utf-8"))
    return unescape(re.sub(r"<[^>]*>", "", "\n".join(blocks)))


@pytest.mark.parametrize("name", NAMES)
def test_a_script_of_the_gallery_keeps_its_word(name: str) -> None:
    printed = printed_by(name)
    for expected in PRINTED.get(name, []):
        assert expected in printed
    assert "Warning:" not in printed


def test_what_a_page_lacks_is_said_once() -> None:
    complaints = [
        f"{one.path.relative_to(SITE)}: {lacks}"
        for one in pages()
        for lacks, count in Counter(
            re.findall(r"live-needs-(\w+)", one.path.read_text("utf-8"))
        ).items()
        if count > 1
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
    if not (SITE / "_static" / "katex").exists():
        pytest.skip("npm has brought no KaTeX")
    complaints = [
        str(one.path.relative_to(SITE))
        for one in pages()
        if re.search(
            r'class="math[^"]*">\s*(\\[(\[]|<code>)|katex-error',
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


def test_the_page_of_every_row_has_the_curve_of_its_derivative() -> None:
    folder = SITE / "reference" / "generated"
    for name in PRIMITIVES.keys() - {"where"}:
        text = (folder / f"micrograd.primitives.{name}.html").read_text(
            encoding="utf-8"
        )
        assert 'id="derivative"' in text, name
        assert 'class="mg-curve"' in text, name
        assert 'class="katex-display"' in text, name


def test_every_public_name_has_its_place_in_the_reference() -> None:
    complaints = [
        address
        for address, thing in public().items()
        if not pages_of(address, thing)
    ]
    assert not complaints, listed(complaints)


def test_every_error_has_the_section_that_its_message_names() -> None:
    there = page(SITE / "reference" / "errors.html").anchors
    missing = {name for name in errors.__all__ if name.lower() not in there}
    assert not missing


def test_a_name_links_to_the_gallery_scripts_that_use_it() -> None:
    complaints = [
        f"{address}: {script.name}"
        for script in ROOT.glob("gallery/*/plot_*.py")
        for address, thing in imported(script).items()
        if not any(
            f"/{script.stem}.html" in link
            for path in pages_of(address, thing)
            for link in page(path).links
        )
    ]
    assert not complaints, listed(complaints)


def test_a_page_that_is_read_leads_to_every_public_name() -> None:
    read = {"tutorials", "how-to", "explanation", "source", "gallery"}
    told = {
        (one.path.parent / unquote(urldefrag(link).url)).resolve()
        for one in pages()
        if one.path.relative_to(SITE).parts[0] in read
        for link in one.links
        if not is_elsewhere(link)
    }
    complaints = [
        address
        for address, thing in public().items()
        if not pages_of(address, thing) & told
    ]
    assert not complaints, listed(complaints)


# --- How it is found ---


def test_the_list_of_versions_has_this_one() -> None:
    text = (SITE / "_static/versions.json").read_text("utf-8")
    assert about.__version__ in [one["version"] for one in json.loads(text)]


def test_the_map_for_search_engines_names_pages_that_are_there() -> None:
    text = (SITE / "sitemap.xml").read_text("utf-8")
    found = re.findall(r"<loc>(.*?)</loc>", text)
    files = [SITE / address.removeprefix(home()) for address in found]
    missing = [str(file) for file in files if not file.exists()]
    assert len(found) > 100  # also after a build of a few changed pages
    assert not missing, listed(missing)


def test_an_old_address_leads_to_a_page() -> None:
    for name in ("api", "examples", "install", "tutorial"):
        text = (SITE / f"{name}.html").read_text("utf-8")
        target = re.search(r'url=([^"#]+)', text)
        assert target is not None
        assert (SITE / target[1]).exists()


def test_a_link_to_a_page_shows_a_card_of_its_own() -> None:
    text = (SITE / "tutorials/index.html").read_text("utf-8")
    card = re.search(r'og:image" content="[^"]*/(_images/[^"]+)"', text)
    assert card is not None
    assert (SITE / card[1]).stat().st_size > 5_000


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Value", "One real number"),
        ("functions.softmax", "Probabilities from"),
    ],
)
def test_a_link_to_the_reference_shows_the_logo_and_the_first_sentence(
    name: str, begins: str
) -> None:
    page = SITE / "reference" / "generated" / f"micrograd.{name}.html"
    found = re.findall(
        r'<meta property="og:(image|description)" content="([^"]*)"',
        page.read_text("utf-8"),
    )
    shown = dict(found)
    assert shown["image"] == f"{home()}_static/card.png"
    assert shown["description"].startswith(begins)


def test_every_picture_has_a_source() -> None:
    empty = [
        str(path.relative_to(SITE))
        for path in SITE.rglob("*.html")
        if re.search(r'<img[^>]*\ssrc=""', path.read_text("utf-8"))
    ]
    assert not empty, listed(empty)


def test_every_picture_is_small() -> None:
    """A palette, that of `docs/_ext/pictures.py`, is not left out."""
    drawn = list(SITE.glob("_images/**/*.png"))
    kinds = {path.name: path.read_bytes()[25] for path in drawn}
    large = [name for name, kind in kinds.items() if kind != 3]
    assert drawn
    assert not large, listed(large)


def test_the_site_without_the_tensors_is_small() -> None:
    files = [path for path in SITE.rglob("*") if path.is_file()]
    others = [path for path in files if "tensors" not in f"{path}"]
    assert sum(path.stat().st_size for path in others) <= 80_000_000
