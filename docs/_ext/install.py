"""Serves the package itself from the site, and tells how to install it.

The build packs the wheel and puts it into the folder ``wheels`` of the
site, so every copy of the site can install the version that it describes.
The directive ``install`` writes commands, in which ``{name}`` is our name
for pip, ``{wheel}`` the address of the wheel and ``{source}`` that of the
repository.  They name the canonical host; a few lines of ``micrograd.js``
put the one in its place from which the page was loaded.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from micrograd import about

ROOT = Path(__file__).parents[2]
COMMANDS = "mg-install"  # the class that the page's script looks for


def commands(text: str, base: str) -> str:
    """The names and addresses put into lines for a shell."""
    facts = {
        "name": about.DISTRIBUTION,
        "wheel": f"{base}{about.WHEEL}",
        "source": about.SOURCE,
    }
    return text.format(**facts)


class Install(SphinxDirective):
    """Commands for a shell, one to a line."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Write them as a block that can be copied."""
        base = self.config.html_baseurl
        lines = [f"$ {commands(line, base)}" for line in self.content]
        block = nodes.literal_block(text="\n".join(lines), language="console")
        block["language"] = "console"
        frame = nodes.container(classes=[COMMANDS])
        frame += block
        return [frame]


def write_wheel(folder: Path) -> None:
    """Pack the package as a release does, under the same name."""
    shutil.rmtree(folder, ignore_errors=True)
    pack = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(
        [*pack, "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def copy_wheel(app: Sphinx, exception: Exception | None) -> None:
    """Put the wheel where the commands of the pages look for it."""
    if exception or app.builder.format != "html":
        return
    wheel = Path(app.outdir) / about.WHEEL
    write_wheel(wheel.parent)
    if not wheel.exists():
        raise ExtensionError(f"pages name {about.WHEEL}, which is not there")


def check_tools(app: Sphinx) -> None:
    """Stop before the pages are read if the wheel cannot be packed."""
    if find_spec("hatchling") is None:
        raise ExtensionError("packing the wheel needs hatchling; install it")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("install", Install)
    app.connect("builder-inited", check_tools)
    app.connect("build-finished", copy_wheel)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
