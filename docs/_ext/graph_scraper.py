"""Gives a gallery script that draws graphs a picture for its card.

Sphinx-gallery makes cards from images.  A drawn graph is no image but an
element of the page, so that it follows the light and the dark theme.  This
scraper puts there what a script shows, and writes the graph a second time,
as an SVG file, for the card alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

from micrograd.draw import Graph
from micrograd.draw.render import viewers

WIDTH, HEIGHT, MARGIN = 400, 280, 16  # the size of a card's picture
# Neither black nor white: a card has one picture for both themes.
INK = "#6b7a90"


def card(svg: str) -> str:
    """Fit a drawing into the frame of a card."""
    head, body = svg[svg.index("<svg") :].split(">", 1)
    found = re.search(r'viewBox="([^"]+)"', head)
    view = f'viewBox="{found[1]}"' if found else ""
    inner = f'width="{WIDTH - 2 * MARGIN}" height="{HEIGHT - 2 * MARGIN}"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" color="{INK}">'
        f'<svg x="{MARGIN}" y="{MARGIN}" {inner} {view}>{body}</svg>'
    )


class GraphScraper:
    """Write the graphs that a block of code has shown."""

    def __repr__(self) -> str:  # part of the settings Sphinx compares
        return "GraphScraper"

    def __call__(
        self,
        block: tuple[str, str, int],
        block_vars: dict[str, Any],
        gallery_conf: dict[str, Any],
    ) -> str:
        """Write the pictures for cards; return what the page shows."""
        paths: Iterator[str] = block_vars["image_path_iterator"]
        shown = []
        for graph in SHOWN:
            path = Path(next(paths)).with_suffix(".svg")
            path.write_text(card(graph.svg()), encoding="utf-8")
            html = indent(graph._repr_html_(), "    ")
            shown.append(f".. raw:: html\n\n{html}\n\n")
        SHOWN.clear()
        return "\n".join(shown)


SHOWN: list[Graph] = []  # since the last block
scraper = GraphScraper()


def start_afresh(gallery_conf: dict[str, Any], file: str) -> None:
    """Give every script the same random numbers, and catch its graphs."""
    random.seed(0)
    SHOWN.clear()
    viewers[:] = [SHOWN.append]
