"""What a page of the site asks of its Python: run a cell, call a function.

A page's Python lives in a worker of the browser.  The worker's script
hands cells to :func:`run` and calls to :func:`call`; both answer in plain
text, because only text crosses between the two languages.

A cell is run as a notebook runs it: all of it, and if it ends in an
expression, that one is shown.  One namespace serves all cells of a page.

Whatever a cell does, :func:`run` and :func:`call` return: a page that waits
for an answer that never comes would be dead.

Leaves out: input from the keyboard, packages that no page can load, other
addresses, a shell, and IPython's ``%magic`` lines.  All but the last say so
in a sentence.

Sources: IPython's documentation, "Rich display".
"""

from __future__ import annotations

import ast
import io
import json
import linecache
import math
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from types import TracebackType
from typing import Any

from cell_text import ends_quietly, shell_commands, without_magic

__all__ = ["call", "display", "finite", "run"]

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
    output = Output(emit)
    try:
        with (
            redirect_stdout(Stream("stdout", output)),
            redirect_stderr(Stream("stderr", output)),
            _without_keyboard(),
        ):
            running.append(output)
            for command in shell_commands(source):
                print(
                    f"A page has no shell: skipped {command}", file=sys.stderr
                )
            _execute(_noted(without_magic(source), name), name)
            _show_figures()
    except BaseException as error:  # a cell may also exit
        _explain(error)
        output("error", _traceback(error, CELL.partition("{")[0]))
        return False
    finally:
        output.flush()
        running.clear()
    return True


def _noted(source: str, name: str) -> str:
    """The same; a traceback, and inspect.getsource, find its lines."""
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = (len(source), None, lines, name)
    return source


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
        if not isinstance(text, str):
            given = type(text).__name__
            raise TypeError(f"write() takes a str, not {given}")
        self.output(self.kind, text)
        return len(text)

    @property
    def buffer(self) -> Bytes:
        """Where programs write bytes."""
        return Bytes(self)


class Bytes(io.RawIOBase):
    """The same file for bytes of UTF-8."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, piece: Any) -> int:
        """Send the bytes on as text."""
        self.stream.write(bytes(piece).decode("utf-8", "replace"))
        return len(piece)


class NoKeyboard(io.TextIOBase):
    """What :func:`input` reads from in a page."""

    def readable(self) -> bool:
        """Yes: the error below says more than that it is not."""
        return True

    def readline(self, *_: Any) -> Any:
        """Say what to do instead."""
        raise EOFError(
            "input() reads from a keyboard, and the Python of a page has "
            "none; write the answer into the cell, as in name = 'Ada'"
        )

    read = readline


@contextmanager
def _without_keyboard() -> Iterator[None]:
    before = sys.stdin
    sys.stdin = NoKeyboard()
    try:
        yield
    finally:
        sys.stdin = before


def _execute(source: str, name: str) -> None:
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, name, "exec"), namespace)
    if isinstance(last, ast.Expr):
        code = compile(ast.Expression(last.value), name, "eval")
        value = eval(code, namespace)
        if value is not None and not ends_quietly(source):
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
            output(*_form(value))


def _form(value: Any) -> tuple[str, str]:
    """The richest form that a value has: its kind, its text."""
    for method, kind in SHOWN_BY.items():
        if hasattr(type(value), method):
            shown = getattr(value, method)()
            if isinstance(shown, str):  # None says: not in this form
                return kind, shown
    return "text", repr(value)


namespace["display"] = display


def _show_figures() -> None:
    """Show figures that the cell made and did not, as a notebook does."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show()


# Packages that readers know by another name than the one they import.
PACKAGES = {"faker": "Faker", "numpy": "NumPy", "sklearn": "scikit-learn"}
PACKAGES |= {"sympy": "SymPy", "torch": "PyTorch", "jax": "JAX"}
PACKAGES |= {"scipy": "SciPy", "pandas": "pandas"}
OFFLINE = {"URLError", "gaierror"}  # besides those of connections


def _explain(error: BaseException) -> None:
    """Let an error for want of what no page has say so, and what to do."""
    if isinstance(error, ConnectionError) or type(error).__name__ in OFFLINE:
        error.add_note(
            "The Python of a page reaches no other address: put the data into "
            "the cell, or run this cell on a computer of your own."
        )
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return
    first = error.name.partition(".")[0]
    if first == "matplotlib":
        error.msg = (
            f"{error.name} is no part of what a page draws with: it has the "
            "part of matplotlib that this site uses"
        )
    elif first != "micrograd":
        error.msg = (
            f"No module named {error.name!r}: a page cannot load "
            f"{PACKAGES.get(first, first)}, only micrograd and Python's "
            "standard library; run this cell on a computer of your own"
        )


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
        "traceback"}}``, as JSON.  It knows no infinity and no nan; in
        their place is null.
    """
    try:
        module, _, name = path.rpartition(".")
        function = getattr(import_module(module), name)
        answer = {"value": function(*json.loads(arguments))}
        try:
            return json.dumps(answer, allow_nan=False)
        except ValueError:
            return json.dumps(finite(answer), allow_nan=False)
    except BaseException as error:  # the page waits for an answer
        found = {
            "name": type(error).__name__,
            "message": str(error),
            "traceback": "".join(traceback.format_exception(error)),
        }
        return json.dumps({"error": found})


def finite(answer: Any) -> Any:
    """The same data with None for what JSON has no number for.

    Parameters
    ----------
    answer : object
        Numbers and text, in lists, tuples and dictionaries.

    Returns
    -------
    object
        The same.

    Examples
    --------
    >>> finite({"losses": [0.5, float("inf")]})
    {'losses': [0.5, None]}
    """
    if isinstance(answer, float):
        return answer if math.isfinite(answer) else None
    if isinstance(answer, dict):
        return {key: finite(value) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [finite(one) for one in answer]
    return answer
