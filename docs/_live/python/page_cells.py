"""What a page of the site asks of its Python: run a cell, call a function.

A page's Python lives in a worker of the browser.  The worker's script
hands cells to :func:`run` and calls to :func:`call`; both answer in plain
text, because only text crosses between the two languages.

A cell is run as a notebook runs it: all of it, and if it ends in an
expression, that one is shown.  One namespace serves all cells of a page.

Leaves out: input from the keyboard, and IPython's ``%magic`` lines, which
are skipped, since they only say where a notebook puts its figures.

Sources: IPython's documentation, "Rich display".
"""

from __future__ import annotations

import ast
import io
import json
import linecache
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from types import TracebackType
from typing import Any

__all__ = ["call", "display", "run"]

Emit = Callable[[str, str], object]  # kind, text

# Methods of a value that shows itself, and what they return.
SHOWN_BY = {"_repr_html_": "html", "_repr_svg_": "svg"}
CELL = "<cell {}>"

namespace: dict[str, Any] = {"__name__": "__main__"}
counted = [0]
running: list[Output] = []  # where the cell that runs has its output


# --- Cells ---


def run(source: str, emit: Emit) -> bool:
    """Run one cell.

    Parameters
    ----------
    source : str
        Its text.
    emit : callable
        Called with the kind and the text of each piece of output, in the
        order in which the cell makes them.  The kinds are ``stdout``,
        ``stderr``, ``html``, ``svg``, ``text`` and ``error``.

    Returns
    -------
    bool
        Whether the cell came to its end.
    """
    counted[0] += 1
    name = CELL.format(counted[0])
    source = _without_magic(source)
    lines = source.splitlines(keepends=True)
    # Where a traceback, and inspect.getsource, look for the lines.
    linecache.cache[name] = (len(source), None, lines, name)
    output = Output(emit)
    try:
        with (
            redirect_stdout(Stream("stdout", output)),
            redirect_stderr(Stream("stderr", output)),
        ):
            running.append(output)
            _execute(source, name)
            _show_figures()
    except BaseException as error:  # a cell may also exit
        output("error", _traceback(error, CELL.partition("{")[0]))
        return False
    finally:
        output.flush()
        running.clear()
    return True


class Output:
    """Sends pieces of output to the page, few and in order.

    A loop that prints would send thousands of short pieces: text of one
    kind is gathered for a twentieth of a second.
    """

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.kind = ""
        self.gathered: list[str] = []
        self.sent = time.monotonic()

    def __call__(self, kind: str, text: str) -> None:
        """Take one piece."""
        if kind != self.kind:
            self.flush()
        self.kind = kind
        self.gathered.append(text)
        streamed = kind in ("stdout", "stderr")
        if not streamed or time.monotonic() - self.sent > 0.05:
            self.flush()

    def flush(self) -> None:
        """Send what is gathered."""
        if self.gathered:
            self.emit(self.kind, "".join(self.gathered))
        self.gathered.clear()
        self.sent = time.monotonic()


class Stream(io.TextIOBase):
    """A file whose text goes to the page."""

    def __init__(self, kind: str, output: Output) -> None:
        self.kind = kind
        self.output = output

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str) -> int:
        """Send the text on."""
        self.output(self.kind, text)
        return len(text)


def _without_magic(source: str) -> str:
    lines = source.split("\n")
    return "\n".join("" if line[:1] == "%" else line for line in lines)


def _execute(source: str, name: str) -> None:
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, name, "exec"), namespace)
    if isinstance(last, ast.Expr):
        code = compile(ast.Expression(last.value), name, "eval")
        value = eval(code, namespace)
        if value is not None and not source.rstrip().endswith(";"):
            namespace["_"] = value
            display(value)


def display(*values: Any) -> None:
    """Show values below the cell that runs, in the richest form they have.

    Parameters
    ----------
    *values : object
        What to show; a cell may call this, as in a notebook.
    """
    for output in running:
        for value in values:
            for method, kind in SHOWN_BY.items():
                if hasattr(type(value), method):
                    output(kind, getattr(value, method)())
                    break
            else:
                output("text", repr(value))


namespace["display"] = display


def _show_figures() -> None:
    """Show figures that the cell made and did not, as a notebook does."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show()


def _traceback(error: BaseException, first: str) -> str:
    """A traceback from the first frame whose file begins like this."""
    frames: TracebackType | None = error.__traceback__
    while frames and not frames.tb_frame.f_code.co_filename.startswith(first):
        frames = frames.tb_next
    lines = traceback.format_exception(type(error), error, frames)
    return "".join(lines)


# --- Calls ---


def call(path: str, arguments: str) -> str:
    """Call a function by its full name.

    Parameters
    ----------
    path : str
        Such as ``micrograd.datasets.moons``.
    arguments : str
        A list, as JSON.

    Returns
    -------
    str
        ``{"value": ...}``, or ``{"error": {"name", "message",
        "traceback"}}``, as JSON.
    """
    try:
        module, _, name = path.rpartition(".")
        function = getattr(import_module(module), name)
        answer = {"value": function(*json.loads(arguments))}
        return json.dumps(answer)
    except Exception as error:
        found = {
            "name": type(error).__name__,
            "message": str(error),
            "traceback": "".join(traceback.format_exception(error)),
        }
        return json.dumps({"error": found})
