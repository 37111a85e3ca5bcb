"""Shows what a cell prints as it was printed.

A kernel sends text in pieces, cut wherever a clock says.  MyST-NB puts a
line break between them, so that now and then a printed line falls apart, on
a busy machine more often.  This extension puts the pieces together first.
"""

from __future__ import annotations

from typing import Any

from myst_nb.core import render
from sphinx.application import Sphinx

merge = render.coalesce_streams


def whole(outputs: list[Any]) -> list[Any]:
    """The outputs of a cell, with the pieces of a stream put together."""
    joined: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        name = output.get("name") if output["output_type"] == "stream" else ""
        if name in streams:
            streams[name]["text"] += output["text"]
        else:
            joined.append(output)
            if name:
                streams[name] = output
    return merge(joined)  # type: ignore[no-any-return]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, after MyST-NB."""
    app.setup_extension("myst_nb")
    render.coalesce_streams = whole
    return {"parallel_read_safe": True, "parallel_write_safe": True}
