"""The graph of a computation, as a thing that shows and saves itself.

:func:`draw_dot` writes the text of a drawing and hands it over as a
:class:`Graph`.  Only when the graph is shown or saved is a renderer looked
for, so the text can be had anywhere.

Leaves out: animation, and graphs too big to read, which are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from os import PathLike
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from micrograd.documentation import documented
from micrograd.draw.dot import PORTS, exactly, in_words, write_dot
from micrograd.draw.fold import FOLDS, fold_graph
from micrograd.draw.outline import Outline
from micrograd.draw.render import open_picture, present, render, tidy
from micrograd.engine import Value
from micrograd.errors import GraphSizeError, optional
from micrograd.namespaces import to_choice

__all__ = ["Graph", "draw_dot"]

FORMATS = ("svg", "png", "pdf", "dot")

SHRINK = 0.65  # a wide picture shrinks to fit, down to this, then scrolls

# A picture in a file of its own has no page to take its colour from.
COLOURS = """<style>svg { color: #1f2328 }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3 } }</style>"""


@documented
def draw_dot(
    root: Value | Sequence[Value],
    format: str = "svg",
    rankdir: str = "LR",
    *,
    parameters: Iterable[Value] | None = None,
    fold: str = "auto",
    max_nodes: int = 2000,
) -> Graph:
    """Draw the graph that a number was computed by.

    Each value is a box with its label, its data and its gradient, coloured
    by its role; ``-`` stands for a gradient that no backward pass has
    computed.  Each operation is an oval between its operands and result.

    root : Value or list of Value
        The result, or results, to draw.
    format : {"svg", "png", "pdf", "dot"}
        What :meth:`Graph.save` writes to a path without a suffix.
    rankdir : {"LR", "TB", "RL", "BT"}
        The direction of the arrows; ``LR`` is left to right.
    parameters : iterable of Value, optional
        The leaves to colour as parameters.  By default they are known by
        the labels that modules write.
    fold : {"auto", "neuron", "layer", "none"}
        Whether a neuron, or a layer of them, is drawn as one box.  By
        default they are as soon as the graph has more than 60 values.
    max_nodes : int
        How many boxes are drawn at most.  Two thousand are past reading
        and take seconds to lay out.
    returns : Graph
        Shows itself in a notebook.
    raises : NumberError, OptionError, GraphSizeError
        If `root` is not a ``Value``, an option is not one of the above, or
        more than `max_nodes` boxes would have to be drawn.

    >>> from micrograd import Value, draw_dot
    >>> a = Value(2.0, label="a")
    >>> graph = draw_dot(a + a)
    >>> graph
    Graph(2 boxes, 1 operation)
    >>> graph.source.splitlines()[-4:]
    ['  v0 -> o1', '  v0 -> o1', '  o1 -> v1', '}']
    """
    to_choice(format, "draw_dot(format=...) knows", FORMATS)
    to_choice(rankdir, "draw_dot(rankdir=...) knows", PORTS)
    to_choice(fold, "draw_dot(fold=...) knows", FOLDS)
    folding = fold_graph(Outline(root, parameters), fold)
    nodes, boxes = len(folding.home), len(folding.boxes())
    if boxes > max_nodes:
        folded = "" if boxes == nodes else f", {boxes:,} boxes after folding"
        asked = f"draw_dot({max_nodes=}) draws at most {max_nodes:,} boxes"
        given = f"a graph of {nodes:,} values{folded}"
        do = "draw a smaller part, such as the loss of one row of the data, "
        raise GraphSizeError(asked, given, do + "or raise max_nodes")
    return Graph(
        "".join(write_dot(folding, rankdir)),
        format,
        alt=in_words(folding),
        titles={f"v{i}": exactly(folding, i) for i in folding.boxes()},
    )


@documented
@dataclass(eq=False, repr=False)
class Graph:
    """A drawing: DOT text, and the pictures a renderer makes of it.

    What makes or writes a picture raises ``MissingPackageError`` if
    there is no Graphviz to render it, or none for its format, and
    ``OptionError`` for other formats; then nothing is written.

    source : str
        DOT text.
    format : {"svg", "png", "pdf", "dot"}
        What is saved to a path without a suffix.
    alt : str
        The picture in words.
    titles : dict of str to str, optional
        For each node of `source` what to show on hovering.

    >>> import tempfile
    >>> from micrograd import Value, draw_dot
    >>> graph = draw_dot(Value(2.0, label="a") * 3.0)
    >>> graph.alt
    'Graph of the result 6.0000: 1 operation (1 *), 1 constant, 1 input \
(a = 2.0000).'
    >>> graph.pipe("dot")[:9]
    b'digraph {'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(graph.save(f"{folder}/one.dot").name)
    ...     print(graph.render("gout", folder).removeprefix(folder)[1:])
    one.dot
    gout.svg
    """

    source: str
    format: str = "svg"
    _: KW_ONLY
    alt: str = ""
    titles: dict[str, str] | None = None

    def __repr__(self) -> str:
        ops = self.source.count('class="mg-operation"')
        boxes = self.source.count('class="mg-') - ops
        return (
            f"Graph({boxes} box{'' if boxes == 1 else 'es'}, "
            f"{ops} operation{'' if ops == 1 else 's'})"
        )

    def svg(self) -> str:
        """The picture as SVG text that takes its colours from the page."""
        svg = render(self.source, "svg").decode()
        return tidy(svg, self.alt, self.titles or {})

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        svg = self.svg()
        width = re.search(r'^<svg[^>]* width="([\d.]+)pt"', svg)
        least = SHRINK * float(width[1]) if width else 0
        style = f"max-width: 100%; min-width: {least:.0f}pt"
        svg = svg.replace("<svg", f'<svg style="{style}; height: auto"', 1)
        return f'<div class="mg-graph" style="overflow-x: auto">{svg}</div>'

    def show(self) -> None:
        """Show the picture: in a notebook or page there, else in a browser.

        A notebook shows a graph that ends a cell by itself; a script needs
        this call.  From a terminal the picture goes to a temporary file,
        whose path is printed, and to the browser where there is a screen.
        """
        present(self)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file, or leave everything as it was.

        path : str or path-like
            Where to; its suffix says which of ``.svg``, ``.png``, ``.pdf``
            and ``.dot``, and without one `format` does.
        returns : pathlib.Path
            The file written.
        """
        target = Path(path)
        if not target.suffix:
            target = target.with_name(f"{target.name}.{self.format}")
        picture = self.pipe(target.suffix[1:].lower())
        part = target.with_name(target.name + ".part")
        try:
            part.write_bytes(picture)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    # --- As the graphviz package has it ---

    def pipe(self, format: str | None = None) -> bytes:
        """The picture as bytes, as ``graphviz.Digraph`` gives it.

        Without a format it is that of this graph.
        """
        format = format or self.format
        to_choice(format, "draw_dot(format=...) knows", FORMATS)
        if format == "dot":
            return self.source.encode()
        if format == "svg":
            head, end, body = self.svg().partition(">")
            return f"{head}{end}{COLOURS}{body}\n".encode()
        # Black text needs a ground: viewers differ in what they put there.
        white = 'bgcolor="white"'
        source = self.source.replace('bgcolor="transparent"', white, 1)
        return render(source, format)

    def render(
        self,
        filename: str | PathLike[str] = "graph",
        directory: str | PathLike[str] = "",
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
    ) -> str:
        """Write text and picture to files, as ``graphviz.Digraph`` does.

        filename : str or path-like
            Where the text goes; the picture's name is this and a suffix.
        directory : str or path-like
            The folder of both, made if it is not there.
        view : bool
            Whether to open the picture, as :meth:`view` does.
        cleanup : bool
            Whether to remove the text again.
        format : {"svg", "png", "pdf", "dot"}, optional
            Otherwise the `format` of this graph.
        returns : str
            The path of the picture.
        """
        text = Path(directory) / filename
        picture = self.pipe(format)
        text.parent.mkdir(parents=True, exist_ok=True)
        target = text.with_name(f"{text.name}.{format or self.format}")
        target.write_bytes(picture)
        if not cleanup:
            text.write_text(self.source, encoding="utf-8")
        if view:
            open_picture(target)
        return str(target)

    def view(
        self,
        filename: str | PathLike[str] = "graph",
        directory: str | PathLike[str] | None = None,
        cleanup: bool = False,
    ) -> str:
        """Write text and picture to files as :meth:`render` does, and open it.

        The path is printed, too; where there is no screen, that is all.
        Without a directory it is a new one among the temporary files.
        """
        if directory is None:
            directory = mkdtemp(prefix="micrograd-")
        return self.render(filename, directory, view=True, cleanup=cleanup)

    def to_graphviz(self) -> Any:
        """Hand the text over to the ``graphviz`` package.

        returns : graphviz.Source
            That package's own object, which renders with the ``dot`` program
            only.  Without it a ``MissingPackageError`` is raised.
        """
        graphviz = optional(
            "graphviz",
            "to_graphviz() needs the package graphviz",
            "run: pip install graphviz",
        )
        return graphviz.Source(self.source, format=self.format)
