"""What the page of the playground shows before *Start* is pressed.

A moment of a run is computed while the site is built and put into the page,
so that there is something to see; beside it stands how much *Start* loads.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

import live
from page_programs.playground import ask, begin

PAGE = """
<script type="application/json" id="pg-built">{built}</script>
<div id="pg-root"><noscript>
  <p>The playground needs scripts; without them, the
  <a href="gallery/index.html">gallery</a> shows networks that were trained
  when the site was built.</p>
</noscript></div>
<script>
  if (location.search.slice(1) === "embed")
    document.documentElement.classList.add("pg-embed");
  if (location.protocol.startsWith("http"))
    import("./_static/live/playground/main.mjs");
  else
    document.getElementById("pg-root").textContent =
      "The playground needs a server: run python3 -m http.server in the " +
      "folder of these pages, and open the address that it prints.";
</script>
"""


def megabytes(pieces: Iterable[bytes], digits: int = 0) -> str:
    """How much several files are together, with so many decimals."""
    return f"{sum(map(len, pieces)) / 1e6:.{digits}f}"


def size() -> str:
    """What Start loads, in words; nothing where it has not been fetched."""
    if live.missing():
        return ""
    files = [p.read_bytes() for paths in live.LOADED.values() for p in paths]
    packed = megabytes(map(zlib.compress, files))
    return f"{megabytes(files)} MB, {packed} MB from servers that compress"


def moment() -> dict[str, Any]:
    """A run after sixty steps, and what the panels of the page ask of it."""
    made: Any = begin({})
    moments: Any = [ask(["advance", 20], ["table"]) for _ in range(3)]
    losses = [loss for advance, _ in moments for loss in advance["losses"]]
    questions: dict[str, list[Any]] = {
        "boundary": [64],
        "pictures": [12],
        "table": [],
        "probe": [*made["middle"], 1],
        "memory": [0],
        "histograms": [],
    }
    asked = [[name, *given] for name, given in questions.items()]
    judged = [
        {"step": advance["step"], **{x: table[x] for x in ("train", "test")}}
        for advance, table in moments
    ]
    return {
        "made": made,
        "advance": moments[-1][0] | {"losses": losses},
        "judged": judged,
        "answers": dict(zip(questions, ask(*asked), strict=True)),
    }


class Preview:
    """The moment, as the last value of a cell."""

    def _repr_html_(self) -> str:
        built = json.dumps(moment() | {"size": size()})
        return PAGE.replace("{built}", built)
