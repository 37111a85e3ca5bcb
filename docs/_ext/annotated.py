"""A directive, ``beside``: prose on the left, the code it speaks of right.

    ```{beside} engine: Value.backward, chain_rule
    What these do, and why so.
    ```

The code is read from the package while the site is built, so no page can
show what is not there.  Of a docstring only the first line is shown; the
rest of it is in the reference.  A name is one of

- a function, a variable, or a class with its methods,
- a method, ``Value.backward``,
- ``class Value``: a class down to its first method.

A module alone, as in ``{beside} trees``, stands for all that it defines and
no block above on the page has shown.

Below the prose stand links to the reference, for what it describes.

The site's own programs, in ``docs/_live/page_programs``, are read the same
way, as ``page_programs.sandbox: evaluate``.

When every page has been read, a function, class, method or variable of the
package or of a program that stands on none of them is a warning, and so ends
the build.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import reference

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "micrograd"
PROGRAMS = ROOT / "docs" / "_live" / "page_programs"
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITION = (*FUNCTION, ast.ClassDef)
# Listings and imports, which the reader of a page does not miss.
UNTOLD = {"__all__", "__version__"}

log = logging.getLogger(__name__)


# --- What a module holds ---


def path_of(module: str) -> Path:
    """The file of a module: ``draw.dot``, ``page_programs.sandbox``."""
    parts = module.split(".")
    root = PROGRAMS.parent if parts[0] == PROGRAMS.name else PACKAGE
    return root.joinpath(*parts).with_suffix(".py")


def full_name(module: str) -> str:
    """What a program imports to have the module."""
    inside = module.startswith(f"{PROGRAMS.name}.")
    return module if inside else f"micrograd.{module}"


def parsed(module: str) -> tuple[ast.Module, list[str]]:
    """The tree and the lines of a module."""
    path = path_of(module)
    return parsed_once(path, path.stat().st_mtime_ns)


@cache
def parsed_once(path: Path, changed: int) -> tuple[ast.Module, list[str]]:
    """The same of a file that was changed at this time."""
    text = path.read_text(encoding="utf-8")
    return ast.parse(text), text.splitlines()


def names_of(statement: ast.stmt) -> list[str]:
    """The names that a statement gives a meaning."""
    if isinstance(statement, DEFINITION):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return []
    inside = (node for target in targets for node in ast.walk(target))
    return [
        node.id
        for node in inside
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def things(module: str) -> dict[str, ast.stmt]:
    """All that a module defines, by the name used on pages."""
    found: dict[str, ast.stmt] = {}
    for statement in parsed(module)[0].body:
        found |= dict.fromkeys(names_of(statement), statement)
        if isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, FUNCTION):
                    found[f"{statement.name}.{inner.name}"] = inner
    return {name: one for name, one in found.items() if name not in UNTOLD}


def parts(module: str, name: str) -> list[str]:
    """What is told when a name is: of a class, its methods too."""
    if name.startswith("class "):
        return [name.removeprefix("class ")]
    found = things(module)
    inside = [one for one in found if one.startswith(f"{name}.")]
    beside = names_of(found[name]) if name in found else []  # in a, b = 1, 2
    return [name, *(one for one in beside if one != name), *inside]


def rest(module: str, told: set[str]) -> list[str]:
    """What a module defines and is not told yet, in its order."""
    left = [one for one in things(module) if f"{module}:{one}" not in told]
    found, seen = list[str](), set[str]()
    for name in left:
        if name not in seen:
            is_whole = "." in name or set(parts(module, name)) <= set(left)
            found.append(name if is_whole else f"class {name}")
            seen.update(parts(module, found[-1]))
    return found


def asked(argument: str, told: set[str]) -> tuple[str, list[str]]:
    """The module and the names that a block is to show."""
    module, colon, names = argument.partition(":")
    module = module.strip()
    if not colon:
        return module, rest(module, told)
    return module, [name.strip() for name in names.split(",")]


# --- Its lines ---


def first_line(statement: ast.stmt, lines: list[str]) -> int:
    """Where a statement begins: with its decorators and its comment."""
    decorators = getattr(statement, "decorator_list", [])
    start: int = min([statement.lineno, *(one.lineno for one in decorators)])
    while (above := lines[start - 2].strip()).startswith("#"):
        if above.startswith("# ---") or start < 3:
            break
        start -= 1
    return start


def folded(statement: ast.AST) -> Iterator[tuple[int, int, str]]:
    """Docstrings of several lines: first line, last line, what to show."""
    for node in ast.walk(statement):
        if not isinstance(node, DEFINITION):
            continue
        text = ast.get_docstring(node)
        string = node.body[0]
        if text and string.end_lineno != string.lineno:
            summary = text.partition("\n\n")[0].replace("\n", " ")
            indent = " " * string.col_offset
            mark = "r" if "\\" in summary else ""
            quoted = f'{indent}{mark}"""{summary}"""'
            yield string.lineno, string.end_lineno or 0, quoted


def code(module: str, name: str) -> str:
    """The source of one thing, docstrings cut to their first line."""
    lines = parsed(module)[1]
    is_head = name.startswith("class ")
    statement = things(module)[name.removeprefix("class ")]
    start = first_line(statement, lines)
    end = statement.end_lineno or start
    if is_head and isinstance(statement, ast.ClassDef):
        methods = [s for s in statement.body if isinstance(s, FUNCTION)]
        end = first_line(methods[0], lines) - 1 if methods else end
    shown = {number: lines[number - 1] for number in range(start, end + 1)}
    for first, last, text in folded(statement):
        if first in shown:
            shown[first] = text
            for number in range(first + 1, last + 1):
                shown.pop(number, None)
    return "\n".join(_without_chapter(list(shown.values())))


def _without_chapter(lines: list[str]) -> list[str]:
    """Cut what follows the last shown line: blanks, a chapter's title."""
    while lines and (not lines[-1].strip() or "# --- " in lines[-1]):
        lines.pop()
    return lines


def listing(module: str, names: list[str]) -> str:
    """The source of several things; methods stand under their class."""
    blocks, owner = list[str](), ""
    for name in names:
        block = code(module, name)
        before = name.rpartition(".")[0]
        if before and before != owner:
            block = f"class {before}:\n{block}"
        gap = "" if before and before == owner else "\n"
        lines = [*blocks[-1:], block]
        if blocks and any("\n" in one for one in lines):
            blocks.append(gap)
        blocks.append(block)
        owner = before or name.removeprefix("class ")
    return "\n".join(blocks)


def described(module: str, names: list[str]) -> str:
    """Links to where the reference describes those that are public."""
    plain = [name.removeprefix("class ") for name in names]
    full = {name: f"{full_name(module)}.{name}" for name in plain}
    public = reference.addresses()
    links = [
        f"{{py:obj}}`{name} <{address}>`"
        for name, address in full.items()
        if address in public
    ]
    return "Reference: " + ", ".join(links) if links else ""


# --- The directive ---


class Beside(SphinxDirective):
    """Prose, and the code it speaks of."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build the pair."""
        told = self.env.metadata[self.env.docname].setdefault("told", [])
        module = self.arguments[0].partition(":")[0].strip()
        self.env.note_dependency(str(path_of(module)))
        try:
            _, wanted = asked(self.arguments[0], set(told))
            text = listing(module, wanted)
        except (KeyError, OSError) as fault:
            text = f"{full_name(module)} has no {fault}"
            raise self.error(text) from fault
        told += [
            f"{module}:{part}"
            for name in wanted
            for part in parts(module, name)
        ]
        return [self.pair(text, described(module, wanted))]

    def pair(self, text: str, described: str) -> nodes.Node:
        """The two columns, and below the left one the way out."""
        block = nodes.literal_block(text, text, language="python")
        right = nodes.container("", block, classes=["mg-right"])
        left = nodes.container(
            "",
            *self.parse_content_to_nodes(),
            *self.parse_text_to_nodes(described),
            classes=["mg-left"],
        )
        return nodes.container("", left, right, classes=["mg-beside"])


# --- Nothing is left out ---


def modules() -> list[str]:
    """All modules that are told; an ``__init__`` only re-exports."""
    relative = [
        path.relative_to(root).with_suffix("")
        for root, folder in [(PACKAGE, "."), (PROGRAMS.parent, PROGRAMS.name)]
        for path in sorted((root / folder).rglob("*.py"))
    ]
    return [".".join(one.parts) for one in relative if one.name != "__init__"]


def untold(told: set[str]) -> list[str]:
    """What stands on no page."""
    return [
        f"{full_name(module)}.{name}"
        for module in modules()
        for name in things(module)
        if f"{module}:{name}" not in told
    ]


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of what stands on no page."""
    pages = env.metadata.values()
    told = {one for metadata in pages for one in metadata.get("told", [])}
    for name in untold(told):
        text = "%s stands on no page of docs/source"
        log.warning(text, name, type="annotated")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("beside", Beside)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
