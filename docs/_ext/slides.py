"""Slides: every chapter of the tutorials as a notebook, in one zip.

A new slide begins at each heading, and all cells of code are kept; those
that a page hides are no slides, but run.  Directives of Sphinx become a link
to the page.  The directive ``slides`` is a link to the zip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from exercise_files import FOLDER, title
from exercise_packs import LICENCE, WHEEL, jupyter, write_zip
from experiments import PAGE, experiments

DOCS = FOLDER.parent
ARCHIVE = "_downloads/micrograd-slides.zip"
README = """\
# Slides

The chapters of {base}tutorials/ as notebooks, a slide at each heading.
They need Python 3.11 or newer, Jupyter and the package:

    pip install nbconvert ipykernel
    {install}

To show one, with what its cells print, in the folder `slides`:

    jupyter nbconvert --config slides_config.py --to slides --execute \\
        --post serve NAME.ipynb

The page that shows them loads reveal.js from the network; with a copy of it,
add `--SlidesExporter.reveal_url_prefix=reveal.js`.

Text and code are under the MIT licence, in the file LICENSE: use, change
and share them, and keep that file with them.
"""
# How a chapter is shown; without it, figures have their code beside them.
SETTINGS = """\
c = get_config()
c.SlidesExporter.reveal_scroll = True
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_input_tags = {"hide-input", "remove-input"}
"""
CODE = re.compile(r"(?ms)^```\{code-cell\}[^\n]*\n(.*?)^```$")
HEAD = re.compile(r"(?s)\A(?:---\n(.*?)---\n|((?::[^\n]*\n)*))(.*)")
HIDDEN = {"hide-cell", "remove-cell"}


# --- Text, as it can be read in any notebook ---


def plain(text: str, page: str, base: str) -> str:
    """Markdown without what only Sphinx understands."""

    def box(found: re.Match[str]) -> str:
        return re.sub(r"(?m)^(\S.*)\n: ", r"**\1:** ", found[1])

    def gallery(found: re.Match[str]) -> str:
        address = f"{base}gallery/{found[2]}/{found[3]}.html"
        return f"[{found[1] or found[3]}]({address})"

    def link(found: re.Match[str]) -> str:
        target = (DOCS / page).parent / found[2]
        name = target.resolve().relative_to(DOCS).with_suffix("").as_posix()
        words = found[1] or title(name)
        return f"[{words}]({base}{name}.html{found[3] or ''})"

    def play(found: re.Match[str]) -> str:
        setting = experiments()[found[1]]
        return f"[{found[1]}]({base}{PAGE}.html#{setting})"

    here = f"{base}{page}.html"
    text = re.sub(r"(?ms)^:::\{chapter\}\n(.*?)^:::$", box, text)
    shown = f"Shown on [the page]({here})."
    text = re.sub(r"(?ms)^(`{3}|:{3})\{[\w-]+\}.*?^\1$", shown, text)
    label = r"sphx_glr_gallery_(\d_[a-z]+)_(\w+)\.py>?"
    text = re.sub(rf"\{{ref\}}`(?:([^`<]+) <)?{label}`", gallery, text)
    text = re.sub(r"\{play\}`([^`]+)`", play, text)
    text = re.sub(r"\{py:\w+\}`(?:~[\w.]*\.)?([\w.]+)`", r"`\1`", text)
    text = re.sub(r"\]\(#exercise-[\w-]+\)", f"]({base}exercises/)", text)
    text = text.replace("](#", f"]({here}#")
    form = r"\[([^\[\]]*)\]\(([\w./-]+)\.(?:md|rst)(#[\w-]+)?\)"
    return re.sub(form, link, text)


# --- Slides ---


def cells(name: str, base: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The cells of a chapter: kind, text, and what Jupyter is told."""
    text = (DOCS / f"tutorials/{name}.md").read_text("utf-8")
    text = re.sub(r"(?s)\A---\n.*?\n---\n", "", text)
    for i, part in enumerate(CODE.split(text)):
        if i % 2:
            found = HEAD.match(part)
            assert found is not None
            head = re.search(r"tags: \[(.*?)\]", found[1] or found[2] or "")
            tags = head[1].split(", ") if head else []
            kind = "skip" if HIDDEN & {*tags} else "-"
            known = {"slideshow": {"slide_type": kind}, "tags": tags}
            yield "code", found[3].strip("\n"), known
            continue
        prose = plain(part, f"tutorials/{name}", base)
        for piece in re.split(r"(?m)^(?=#{1,3} )", prose):
            kind = "slide" if piece.startswith("#") else "-"
            if piece.strip():
                known = {"slideshow": {"slide_type": kind}}
                yield "markdown", piece.strip("\n"), known


def chapters() -> list[str]:
    """The chapters, in the order of the table of contents."""
    index = (DOCS / "tutorials/index.md").read_text("utf-8")
    names = re.findall(r"(?m)^[\w-]+$", index.partition("{toctree}")[2])
    paths = [DOCS / f"tutorials/{name}.md" for name in names]
    return [one.stem for one in paths if "{chapter}" in one.read_text("utf-8")]


def files(base: str) -> dict[str, str]:
    """What is in the zip, by name."""
    install = WHEEL.format(base=base, extra="[gallery,graph]")
    made = {
        "README.md": README.format(base=base, install=install),
        "LICENSE": LICENCE.read_text("utf-8"),
        "slides/slides_config.py": SETTINGS,
    }
    for number, name in enumerate(chapters(), start=1):
        text = jupyter(name, list(cells(name, base)))
        made[f"slides/{number:02}-{name}.ipynb"] = text
        for path in re.findall(r"\.\./(twins/\w+\.py)", text):
            made[path] = (DOCS / path).read_text("utf-8")
    return made


# --- On pages ---


class Slides(SphinxDirective):
    """A link to the zip."""

    def run(self) -> list[nodes.Node]:
        """Build the paragraph."""
        up = "../" * self.env.docname.count("/")
        words = f"The {len(chapters())} chapters as slides (zip)"
        link = nodes.reference("", words, refuri=up + ARCHIVE, internal=True)
        return [nodes.paragraph("", "", link, classes=["mg-pack"])]


def make_slides(app: Sphinx, exception: Exception | None) -> None:
    """Write the zip beside the pages."""
    if exception is None and app.builder.format == "html":
        archive = Path(app.outdir) / ARCHIVE
        archive.parent.mkdir(parents=True, exist_ok=True)
        write_zip(archive, files(app.config.html_baseurl))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("slides", Slides)
    app.connect("build-finished", make_slides)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
