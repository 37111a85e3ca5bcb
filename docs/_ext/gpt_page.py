"""What the page of the GPT loads, and what it shows before.

While the site is built, Python records the training step and the reading of
a name once and writes both as WebAssembly; the page's own script then trains
on them in Node.js, so that the page has a run to show before *Start*.

The cell of the page calls this; as an extension it puts the files in place.
"""

from __future__ import annotations

import json
import subprocess
import zlib
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.osutil import copyfile

import speeds
from formulas import node
from live import missing
from page_programs.gpt import Model, trained_by
from page_programs.gpt_modules import files
from page_programs.gpt_numbers import Reading
from playground_page import megabytes, size
from speed_tables import GPT

DOCS = Path(__file__).parents[1]
FOLDER = DOCS / "_build" / "gpt"  # what live.py puts beside the scripts
ASK = DOCS / "_live" / "gpt.js"

LONGEST = 9  # letters of a name: all but four have no more
UNSEEN = 68  # names that are kept apart: a tenth
STEPS = 10_000
SHOWN = (0, 100, 300, 1000, 3000)  # steps at which names are made up
NAME = "maria"  # what is read

PAGE = """
<script type="application/json" id="pg-built">{built}</script>
<div id="pg-root"><noscript>
  <p>Training needs scripts; without them, <a
  href="gallery/5_compiled/plot_microgpt.html">the gallery</a> shows such a
  GPT, trained when the site was built.</p>
</noscript></div>
<script>
  if (location.protocol.startsWith("http"))
    import("./_static/live/gpt/main.mjs");
  else
    document.getElementById("pg-root").textContent =
      "This page needs a server: run python3 -m http.server in the " +
      "folder of these pages, and open the address that it prints.";
</script>
"""


def names() -> tuple[list[str], list[str]]:
    """First names to learn from, and some that are kept apart."""
    from faker.providers.person.en_US import Provider

    found = sorted({name.lower() for name in Provider.first_names})
    short = [name for name in found if len(name) <= LONGEST]
    Random(42).shuffle(short)
    return short[UNSEEN:], short[:UNSEEN]


def write() -> None:
    """Record, and write what the page loads; once for each build folder."""
    if (FOLDER / "about.json").exists():  # the last one
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    known, unseen = names()
    (FOLDER / "names.txt").write_text("\n".join(known) + "\n", "utf-8")
    both = {"names": known, "unseen": unseen}
    (FOLDER / "names.json").write_text(json.dumps(both), "utf-8")
    model = Model(Random(42))
    made = files(model, trained_by(model, STEPS), LONGEST, STEPS)
    for name, contents in made.items():
        (FOLDER / name).write_bytes(contents)


def ask(*questions: list[Any]) -> list[Any]:
    """Ask the page's script, outside a page."""
    done = subprocess.run(
        [node(), str(ASK), str(FOLDER)],
        input=json.dumps(questions),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    answers: list[Any] = json.loads(done.stdout)
    return answers


def moment() -> dict[str, Any]:
    """A run up to the last of the steps that are shown."""
    questions: list[list[Any]] = []
    for before, step in pairwise((0, *SHOWN)):
        questions += [["train", step - before], ["test"], ["invent", 6]]
    more = ["look", NAME], ["embeddings"], ["numbers"]
    *answers, look, embeddings, numbers = ask(*questions, *more)
    losses = [loss for part in answers[::3] for loss in part]
    reading = Reading(numbers, NAME)
    return {
        "losses": [round(loss, 3) for loss in losses],
        "tests": answers[1::3],
        "names": answers[2::3],
        "look": look,
        "embeddings": embeddings,
        "position": reading.position(2),
        "numbers": len(reading.values),
    }


def torch() -> dict[str, Any]:
    """What PyTorch took for a step, when and where."""
    facts = speeds.saved()["facts"]
    return {
        "milliseconds": 1000 * speeds.medians(GPT)["PyTorch"],
        "date": facts["date"],
        "processor": facts["processor"],
    }


class Preview:
    """The moment, as the last value of a cell."""

    def _repr_html_(self) -> str:
        write()
        names = sorted(FOLDER.glob("*[!t]"))  # names.txt is no part
        loaded = [path.read_bytes() for path in names]
        much = megabytes(loaded, 1)
        packed = megabytes(map(zlib.compress, loaded), 1)
        built = moment() | {
            "size": f"{much} MB, {packed} packed",
            "python": "" if missing() else size(),
            "torch": torch(),
            "steps": STEPS,
            "longest": LONGEST,
            "parameters": len(Model(Random(1)).parameters()),
        }
        text = json.dumps(built).replace("</", "<\\/")
        return PAGE.replace("{built}", text)


def copy_files(app: Sphinx, exception: Exception | None) -> None:
    """Put what the page loads beside its scripts."""
    if exception or app.builder.format != "html":
        return
    write()
    there = Path(app.outdir) / "_static" / "live" / "gpt"
    there.mkdir(parents=True, exist_ok=True)
    for path in sorted(FOLDER.iterdir()):
        copyfile(path, there / path.name, force=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("build-finished", copy_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
