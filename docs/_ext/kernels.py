"""Waits for the kernel of a page as long as it takes.

nbclient gives a kernel a minute to start, and what a cell prints four
seconds to arrive; after those it goes on without the output and only
writes so into a log.  A busy machine can take longer, so that here only
what hangs for good is given up, and no output is left out.

A kernel listens at ports that its parent found free a moment before, and
that anybody may have taken since.  Files in a folder of its own, in place
of ports, belong to one kernel alone.  Windows has no such files.

Figures are vector graphics, shown by the kernel itself, and the same
program draws the same bytes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_cache.executors import utils
from jupyter_client.manager import AsyncKernelManager
from nbclient.client import execute
from sphinx.application import Sphinx
from traitlets import default

FOR_GOOD = 3600  # seconds; a kernel that dies is noticed at once


class Kernels(AsyncKernelManager):
    """Starts a kernel that listens at files of its own."""

    @default("transport")
    def _transport_default(self) -> str:
        return "ipc" if os.name == "posix" else "tcp"

    @default("ip")
    def _ip_default(self) -> str:
        """Where to listen: with `ipc`, what the names of files begin with."""
        if self.transport != "ipc":
            return super()._ip_default()
        # Short: the name of a socket may have a hundred letters.
        return str(Path(tempfile.mkdtemp(prefix="kernel-")) / "at")

    # The class of both kinds of manager gives it one type, which fits one.
    async def start_kernel(  # type: ignore[override]
        self, **named: Any
    ) -> None:
        """Start it with a backend of its own, not that of the gallery."""
        env = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
        await super().start_kernel(**{"env": env, **named})

    def cleanup_ipc_files(self) -> None:
        """Remove the files, and their folder with them."""
        super().cleanup_ipc_files()
        if self.transport == "ipc":
            shutil.rmtree(Path(self.ip).parent, ignore_errors=True)


FIGURES = [
    "--InlineBackend.figure_formats={'svg'}",
    "--InlineBackend.rc={'svg.hashsalt': 'micrograd'}",  # else by chance
    "--InlineBackend.print_figure_kwargs="
    "{'bbox_inches': 'tight', 'metadata': {'Date': None}}",
]
patient = partial(
    execute,
    startup_timeout=FOR_GOOD,
    iopub_timeout=FOR_GOOD,
    raise_on_iopub_timeout=True,
    extra_arguments=FIGURES,
    kernel_manager_class=Kernels,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; MyST-NB runs pages by way of jupyter-cache."""
    utils.executenb = patient
    return {"parallel_read_safe": True, "parallel_write_safe": True}
