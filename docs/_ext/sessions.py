"""A directive, ``nox-sessions``: a table of the sessions of the noxfile.

Names and descriptions are read from the source, so the page cannot name a
session that is not there.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

NOXFILE = Path(__file__).parents[2] / "noxfile.py"


def options(function: ast.FunctionDef) -> dict[str, Any] | None:
    """What ``@nox.session(...)`` was given, or None without it."""
    for decorator in function.decorator_list:
        name, keywords = decorator, list[ast.keyword]()
        if isinstance(decorator, ast.Call):
            name, keywords = decorator.func, decorator.keywords
        if ast.unparse(name) == "nox.session":
            return {str(k.arg): ast.literal_eval(k.value) for k in keywords}
    return None


def sessions() -> list[tuple[str, str, bool]]:
    """Name, first line and whether it runs by default, in order."""
    found = []
    for one in ast.parse(NOXFILE.read_text("utf-8")).body:
        if not isinstance(one, ast.FunctionDef):
            continue
        given = options(one)
        if given is not None:
            line = (ast.get_docstring(one) or "").partition("\n")[0]
            name = given.get("name", one.name)
            found.append((name, line, given.get("default", True)))
    return found


class Sessions(SphinxDirective):
    """The table."""

    def run(self) -> list[nodes.Node]:
        """Build it."""
        self.env.note_dependency(str(NOXFILE))
        rows = [
            ":header-rows: 1",
            ":class: mg-plain",
            "",
            "* - Session",
            "  - What it does",
            "  - In the checks",
        ]
        for name, line, default in sessions():
            mark = "yes" if default else ""
            rows += [f"* - ``{name}``", f"  - {line}", f"  - {mark}"]
        text = "\n".join(
            [".. list-table::", "   :widths: 18 68 14"]
            + [f"   {row}" for row in rows]
        )
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("nox-sessions", Sessions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
