"""A directive, ``twins``: a program in micrograd beside one in PyTorch.

``docs/twins`` holds both, as ``NAME_micrograd.py`` and ``NAME_torch.py``.
Ours runs while the site is built.  What PyTorch's prints is read from
``docs/twins/printed.json``, because the site is built without PyTorch; the
first entry of that file says which command, version, date and machine.
``tests/oracle.py`` writes it, and checks that it is still so.

``:part: NAME`` shows only what follows the line ``# --- NAME ---``, and
nothing that is printed; ``:printed:`` shows only what is printed; both
together show a part and what that part prints.  Where both programs print
the same it stands there once.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import runpy
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).parents[1] / "twins"
SAVED = FOLDER / "printed.json"
KINDS = {"micrograd": "micrograd", "torch": "PyTorch"}


def saved() -> dict[str, Any]:
    """What PyTorch's programs printed, by name; ``about`` says where."""
    found: dict[str, Any] = json.loads(SAVED.read_text(encoding="utf-8"))
    return found


@cache
def printed(path: Path) -> str:
    """Run a program and return what it prints."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        runpy.run_path(str(path))
    return text.getvalue()


@cache
def lines_of(path: Path, part: str) -> tuple[int, int]:
    """Which lines of the whole that a program prints one part prints."""
    names: dict[str, Any] = {"__file__": str(path)}
    text = io.StringIO()
    first = 0
    parts = re.split(r"# --- (.*) ---\n", path.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(text):
        for name, code in zip(["", *parts[1::2]], parts[::2], strict=True):
            first = text.getvalue().count("\n")
            exec(code, names)  # noqa: S102
            if name == part:
                break
    return first, text.getvalue().count("\n")


def part_of(code: str, name: str | None) -> str:
    """The lines of one part, or all lines without those that name parts."""
    if name is None:
        code = code.partition('"""\n')[2] if code[:3] == '"""' else code
        return re.sub(r"# --- .* ---\n", "", code).strip("\n")
    parts = re.split(r"# --- (.*) ---\n", code)
    by_name = dict(zip(parts[1::2], parts[2::2], strict=True))
    return by_name[name].strip("\n")


class Twins(SphinxDirective):
    """Two programs side by side, and what they print."""

    required_arguments = 1
    option_spec = {
        "part": directives.unchanged,
        "printed": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Build two columns, or one where there is but one text."""
        self.env.note_dependency(str(SAVED))
        paths = [FOLDER / f"{self.arguments[0]}_{kind}.py" for kind in KINDS]
        columns = [nodes.container(classes=["mg-twin"]) for _ in KINDS]
        box = nodes.container("", *columns, classes=["mg-twins"])
        part = self.options.get("part")
        if part or "printed" not in self.options:
            for column, path, kind in zip(
                columns, paths, KINDS.values(), strict=True
            ):
                column += self.code(path, kind)
        if not part or "printed" in self.options:
            self.add_results(box, columns, paths[0])
        return [box]

    def code(self, path: Path, kind: str) -> list[nodes.Node]:
        """The name of the library and the lines in it."""
        self.env.note_dependency(str(path))
        text = path.read_text(encoding="utf-8")
        text = part_of(text, self.options.get("part"))
        name = nodes.paragraph("", kind, classes=["mg-twin-name"])
        return [name, block(text, "python")]

    def add_results(
        self, box: nodes.Element, columns: list[Any], path: Path
    ) -> None:
        """What is printed: below both if it is the same, else below each."""
        ours, theirs = printed(path), saved()[self.arguments[0]]
        part = self.options.get("part")
        if part:
            lines = slice(*lines_of(path, part))
            ours, theirs = (cut(text, lines) for text in (ours, theirs))
        alone = "printed" in self.options and not part
        if ours == theirs:
            if alone:
                box.clear()
            both = nodes.container(classes=["mg-twin-both"])
            note = nodes.paragraph("", "Both print", classes=["mg-twin-name"])
            both += [note, result(ours)]
            box += both
            return
        for column, text, kind in zip(
            columns, (ours, theirs), KINDS.values(), strict=True
        ):
            if alone:
                name = f"{kind} prints"
                column += nodes.paragraph("", name, classes=["mg-twin-name"])
            column += result(text)


def cut(text: str, lines: slice) -> str:
    """Some lines of a text."""
    return "".join(text.splitlines(keepends=True)[lines])


def block(text: str, language: str) -> nodes.literal_block:
    """Text in its colours."""
    return nodes.literal_block(text, text, language=language)


def result(text: str) -> nodes.Node:
    """What was printed, as below a cell."""
    return nodes.container(
        "", block(text.rstrip("\n"), "none"), classes=["mg-printed"]
    )


class AboutTwins(SphinxDirective):
    """Where the numbers of PyTorch come from, in a sentence."""

    def run(self) -> list[nodes.Node]:
        """Build the paragraph."""
        self.env.note_dependency(str(SAVED))
        about = saved()["about"]
        text = (
            f"PyTorch {about['torch']} on {about['machine']}, "
            f"{about['date']}, by "
        )
        line = nodes.paragraph("", text, classes=["mg-caption"])
        line += nodes.literal(text=about["command"])
        return [line]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("twins", Twins)
    app.add_directive("about-twins", AboutTwins)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
