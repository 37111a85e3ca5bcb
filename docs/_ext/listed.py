"""Directives for pages of the reference: a module, names of it, an error.

``opening`` gives what the docstring of a module says, and makes it the
module that names are looked up in; ``names`` lists things of that module,
each with a page of its own::

    ```{opening} micrograd.trees
    ```

    ```{names}
    leaves
    rebuild
    ```

``raises`` with an error describes it, and shows the scripts of the gallery
that meet it.

All are written out in the words of autodoc and its relatives, for pages and
for what autosummary reads in them to write the pages of single things.
Those are written again only if the names, the package or the way of writing
them have changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from itertools import chain
from pathlib import Path
from textwrap import indent
from typing import Any

import sphinx
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.autosummary import generate
from sphinx.util.docutils import SphinxDirective

import micrograd

BLOCK = re.compile(
    r"^```\{(?P<kind>opening|names|raises)\} ?(?P<module>[\w.]*)\n"
    r"(?P<names>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def written_out(kind: str, module: str, names: str) -> str:
    """The same in reStructuredText.

    Examples
    --------
    >>> print(written_out("opening", "micrograd.trees", ""))
    .. automodule:: micrograd.trees
       :no-members:
    <BLANKLINE>
    .. currentmodule:: micrograd.trees
    """
    if kind == "opening":
        head = f".. automodule:: {module}\n   :no-members:\n\n"
        return f"{head}.. currentmodule:: {module}"
    if kind == "raises":
        head = f".. autoexception:: {module}\n   :show-inheritance:\n\n"
        return f"{head}.. minigallery:: {module}"
    head = ".. autosummary::\n   :toctree: generated\n   :nosignatures:\n\n"
    return head + indent(names.strip(), "   ")


def expanded(text: str) -> str:
    """A page with all of its blocks written out."""

    def one(block: re.Match[str]) -> str:
        return written_out(**block.groupdict()) + "\n"

    return BLOCK.sub(one, text)


class Listed(SphinxDirective):
    """All of them: they differ in what they are written out as."""

    optional_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Parse what it stands for."""
        module = "".join(self.arguments)
        text = written_out(self.name, module, "\n".join(self.content))
        return self.parse_text_to_nodes(f"```{{eval-rst}}\n{text}\n```")


def looks_through(find: Callable[..., Any]) -> Callable[..., Any]:
    """Have autosummary find the names in pages with such blocks."""

    def found(lines: list[str], *given: Any, **named: Any) -> Any:
        return find(expanded("\n".join(lines)).split("\n"), *given, **named)

    return found


# --- The pages of single things ---


def state(folder: Path, pages: list[str]) -> str:
    """Fingerprint of all that the pages of single things are made from."""
    names = generate.find_autosummary_in_files([folder / x for x in pages])
    digest = sha256(repr(sorted(set(names), key=str)).encode())
    digest.update(sphinx.__version__.encode())
    sources = [Path(micrograd.__file__).parent.rglob("*.py")]
    sources += [(folder / "_templates" / "autosummary").glob("*")]
    for path in [folder / "conf.py", *sorted(chain(*sources))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def drop_others(made: list[Path]) -> None:
    """Remove the pages of names that there are no more."""
    for folder in {path.parent for path in made}:
        for gone in {*folder.glob("*.rst")}.difference(made):
            gone.unlink()


def only_when_changed(write: Callable[..., Any]) -> Callable[..., Any]:
    """Have autosummary leave its pages alone if they would be the same."""

    def written(
        pages: list[str], *given: Any, app: Sphinx, **named: Any
    ) -> Any:
        now = state(Path(app.srcdir), pages)
        stamp = Path(app.doctreedir) / "autosummary"
        before = stamp.read_text("utf-8") if stamp.exists() else ""
        last, *files = before.splitlines() or [""]
        if now == last and all(Path(one).exists() for one in files):
            return [*map(Path, files)]
        made: list[Path] = write(pages, *given, app=app, **named)
        drop_others(made)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text("\n".join([now, *map(str, made)]), "utf-8")
        return made

    return written


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    for name in ("opening", "names", "raises"):
        app.add_directive(name, Listed)
    generate.find_autosummary_in_lines = looks_through(
        generate.find_autosummary_in_lines
    )
    generate.generate_autosummary_docs = only_when_changed(
        generate.generate_autosummary_docs
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
