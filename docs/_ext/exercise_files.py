"""Reads the exercises of ``docs/exercises``; the pages and the tests use it.

One exercise is one file of Python in cells.  Its docstring is the title and
a few fields; a cell begins with ``# %%`` and its name::

    # %% statement   what is asked, in Markdown behind "# "
    # %% start       what the reader begins with; it runs, and is wrong
    # %% check       stops with a message until the answer is right
    # %% hint        Markdown; one to three of them, the last says most
    # %% solution    what CI runs in place of the start
    # %% remark      optional: what there is to learn from it

An exercise of "find the bug" has the cells ``wrong`` and ``right`` in place
of ``start`` and ``solution``, and its docstring names the parts of
``engine.py`` beside it that it needs.  Its start is these parts, right code
replaced by wrong.  Without such an engine it has a solution of its own, in
which the same is done.

Leaves out: anything that is not in the standard library, so that tests,
pages and packs can read exercises wherever they are.
"""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from textwrap import indent

__all__ = [
    "FOLDER",
    "GROUPS",
    "ON_TENSORS",
    "Exercise",
    "expect",
    "given",
    "group",
    "title",
]

FOLDER = Path(__file__).parents[1] / "exercises"

# In the order of the tutorials that they follow.
GROUPS = [
    "nudging",
    "graphs",
    "engine",
    "package",
    "functions",
    "optimisers",
    "networks",
    "forward-mode",
    "bugs",
    "shapes",
    "transposes",
    "backward",
    "model-bugs",
    "models",
    "tokens",
]
# They need NumPy, which the Python of a page does not have.
ON_TENSORS = ["shapes", "transposes", "backward", "model-bugs", "models"]
FIELDS = {"level", "idea", "follows", "engine"}
CELL = re.compile(r"(?m)^# %% (\w+)\n")


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its file has it.

    Attributes
    ----------
    path : Path
        The file, ``docs/exercises/group/NN_name.py``.
    title : str
        The first line of its docstring, without the full stop.
    fields : dict of str to str
        ``level`` from 1 to 3; ``idea``, a few words; ``follows``, the page
        to read before, from the root of the documentation.
    cells : list of (str, str)
        Name and text of every cell, in order.
    """

    path: Path
    title: str
    fields: dict[str, str]
    cells: list[tuple[str, str]]

    @property
    def name(self) -> str:
        """What pages call it: the file's name without its number."""
        return self.path.stem.partition("_")[2].replace("_", "-")

    @property
    def group(self) -> str:
        """The folder it lies in."""
        return self.path.parent.name

    @property
    def number(self) -> str:
        """Its group and its place there, such as ``1.3``."""
        place = int(self.path.stem.partition("_")[0])
        return f"{GROUPS.index(self.group) + 1}.{place}"

    def all(self, kind: str) -> list[str]:
        """The texts of all cells of one kind; prose without its "#"."""
        found = [text for name, text in self.cells if name == kind]
        prose = kind in {"statement", "hint", "remark"}
        return [uncommented(text) for text in found] if prose else found

    def one(self, kind: str) -> str:
        """The text of the only cell of its kind, or nothing."""
        found = self.all(kind)
        if len(found) > 1:
            raise ValueError(f"{self.path}: more than one cell {kind!r}")
        return found[0] if found else ""

    @cached_property
    def engine(self) -> str:
        """The parts of the engine that a mutant is made of."""
        text = (self.path.parent / "engine.py").read_text("utf-8")
        return parts(text, self.fields["engine"].split())

    @cached_property
    def start(self) -> str:
        """The code that the reader begins with."""
        if not self.one("wrong"):
            return self.one("start")
        right, wrong = self.one("right"), self.one("wrong")
        start, places = self.solution, 0
        for blanks in [" " * n for n in range(0, 16, 4)]:
            before, after = indent(right, blanks), indent(wrong, blanks)
            places += f"\n{start}\n".count(f"\n{before}\n")
            start = f"\n{start}\n".replace(f"\n{before}\n", f"\n{after}\n")
            start = start.strip("\n")
        if places != 1:
            raise ValueError(f"{self.path}: {places} places for:\n{right}")
        return start

    @cached_property
    def solution(self) -> str:
        """The code that passes the check."""
        return self.engine if "engine" in self.fields else self.one("solution")

    @property
    def repair(self) -> str:
        """How start and solution of a bug differ, as in a patch."""
        pair = self.start.splitlines(), self.solution.splitlines()
        lines = list(difflib.unified_diff(*pair, lineterm="", n=2))[2:]
        return "\n".join("" if x.startswith("@@") else x for x in lines)

    @cached_property
    def check(self) -> str:
        """The check with all that it needs."""
        return f"{expect()}\n\n\n{self.one('check')}"


# --- Reading ---


def read(path: Path) -> Exercise:
    """Read the file of an exercise, and refuse one that is incomplete."""
    text = path.read_text("utf-8")
    head = ast.get_docstring(ast.parse(text)) or ""
    title, _, rest = head.partition("\n")
    pairs = [line.partition(": ") for line in rest.split("\n") if line]
    fields = {name: value for name, _, value in pairs}
    _, *split = CELL.split(text)
    cells = [
        (name, code.strip("\n"))
        for name, code in zip(split[::2], split[1::2], strict=True)
    ]
    needed = ["statement", "check", "hint"]
    needed += ["wrong", "right"] if "wrong" in dict(cells) else ["start"]
    needed += [] if "engine" in fields else ["solution"]
    lacking = [one for one in needed if one not in dict(cells)]
    lacking += sorted({"level", "idea", "follows"} - set(fields))
    if lacking or set(fields) - FIELDS:
        raise ValueError(f"{path}: lacks {lacking}; has {sorted(fields)}")
    return Exercise(path, title.rstrip("."), fields, cells)


def group(name: str) -> list[Exercise]:
    """The exercises of a group, in order."""
    paths = sorted((FOLDER / name).glob("[0-9]*.py"))
    return [read_once(path, path.stat().st_mtime_ns) for path in paths]


@cache
def read_once(path: Path, changed: int) -> Exercise:
    """Read a file that was changed at this time."""
    return read(path)


def given(name: str) -> tuple[str, str]:
    """What a group's exercises start from, and the first that needs it.

    The docstring of ``given.py`` may end with a line ``before: name``, so
    that the exercises before that one do not see it.
    """
    path = FOLDER / name / "given.py"
    if not path.exists():
        return "", ""
    head = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    first = head.partition("before: ")[2] or group(name)[0].name
    return code_of(path), first


def title(page: str) -> str:
    """The heading of a page, named from the root of the documentation."""
    text = (FOLDER.parent / f"{page.lstrip('/')}.md").read_text("utf-8")
    heading: str = re.findall(r"(?m)^# (.+)$", text)[0]
    return heading


def expect() -> str:
    """The function by which checks compare."""
    return code_of(FOLDER / "expect.py")


def code_of(path: Path) -> str:
    """A file without its docstring, which speaks to whoever edits it."""
    text = path.read_text("utf-8")
    docstring = ast.parse(text).body[0]
    rest = text.splitlines()[docstring.end_lineno :]
    return "\n".join(rest).strip("\n")


def uncommented(text: str) -> str:
    """Prose without the ``#`` in front of its lines."""
    lines = [line.removeprefix("#") for line in text.splitlines()]
    return "\n".join(line.removeprefix(" ") for line in lines)


# --- The engine of the bugs ---


def parts(text: str, names: list[str]) -> str:
    """The named functions and methods of an engine, and what is not one.

    Classes and imports stay, functions and methods only if they are named;
    those with two underscores on either side are named without.
    """
    lines = text.splitlines()
    body = ast.parse(text).body
    drop = {*range(body[0].end_lineno or 0)}  # the docstring
    for node in [*body, *methods(body)]:
        named = getattr(node, "name", "").strip("_") in ["init", *names]
        if isinstance(node, ast.FunctionDef) and not named:
            drop |= {*range(node.lineno - 1, node.end_lineno or 0)}
    kept = "\n".join(x for i, x in enumerate(lines) if i not in drop)
    if "math." not in kept:
        kept = kept.replace("import math\n", "")
    return re.sub(r"\n{3,}", "\n\n\n", squeezed(kept))


def methods(body: list[ast.stmt]) -> list[ast.stmt]:
    """The methods of all classes."""
    classes = [one for one in body if isinstance(one, ast.ClassDef)]
    return [one for c in classes for one in c.body]


def squeezed(text: str) -> str:
    """One empty line between methods, however many were dropped."""
    return re.sub(r"\n\n+(?= )", "\n\n", text).strip("\n")
