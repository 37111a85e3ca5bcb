"""Makes pictures small, and has the gallery's thumbnails fetched when seen.

Matplotlib writes 32 bits for each dot, in figures and in the cards that a
link to a page shows.  A palette of 256 colours, of which
some let the page show through, takes a quarter of the room, and a plot looks
the same.  A picture that has its palette is left as it is, so a build makes
small only what it has drawn.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx

KIND = 25  # the place of the byte that says how colours are written
PALETTE = 3
AFTERWARDS = 900  # Sphinx-Gallery draws at 500


def is_small(path: Path) -> bool:
    """Tell whether a picture, of the kind PNG, has a palette."""
    with path.open("rb") as file:
        return file.read(KIND + 1)[KIND] == PALETTE


def make_small(path: Path) -> None:
    """Write a picture anew, with a palette."""
    with Image.open(path) as picture:
        full = picture.convert("RGBA")
    small = full.quantize(
        method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    unfinished = path.with_suffix(".new")
    small.save(unfinished, "PNG", optimize=True)
    unfinished.replace(path)


def make_all_small(folder: Path) -> None:
    """Give a palette to all pictures in a folder."""
    large = [x for x in sorted(folder.rglob("*.png")) if not is_small(x)]
    with ProcessPoolExecutor(2) as both:
        list(both.map(make_small, large))


def make_figures_small(app: Sphinx) -> None:
    """After Sphinx-Gallery has drawn them."""
    make_all_small(Path(app.srcdir, "gallery"))


def make_cards_small(app: Sphinx, problem: Exception | None) -> None:
    """After all pages have one."""
    if problem is None:
        make_all_small(Path(app.outdir, "_images", "social_previews"))


def fetch_late(app: Sphinx, page: nodes.document, _: str) -> None:
    """Let the browser fetch thumbnails as they come into sight."""
    for picture in page.findall(nodes.image):
        if "_thumb." in picture["uri"]:
            picture["loading"] = "lazy"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", make_figures_small, priority=AFTERWARDS)
    app.connect("build-finished", make_cards_small)
    app.connect("doctree-resolved", fetch_late)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
