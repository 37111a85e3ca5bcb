"""Whether an operation is remembered, and by whom.

By default every result remembers its operands.  Inside :func:`no_grad` it
does not.  And a compiler can set a *recorder* of its own, which is then
asked what to make of each operation.

Leaves out: what is remembered, see :mod:`micrograd.engine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["enable_grad", "no_grad", "recorder", "recording"]

# True: results remember.  False: they do not.  Else: a recorder.
recording: ContextVar[Any] = ContextVar("recording", default=True)


def recorder() -> Any:
    """Give the recorder that is at work, if any.

    Returns
    -------
    object or None
        It has the methods ``node``, ``register``, ``detach``, ``knows`` and
        ``refuse``.

    Examples
    --------
    >>> from micrograd.recording import recorder
    >>> recorder() is None
    True
    """
    setting = recording.get()
    return None if type(setting) is bool else setting


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording a graph.

    Results inside are constants.  The setting holds for the current thread
    and asynchronous task, and is restored when the block ends, also by an
    exception.

    Examples
    --------
    >>> from micrograd import Value, no_grad
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.inputs, (x * x).inputs == (x, x)
    ((), True)
    """
    token = recording.set(False)
    try:
        yield
    finally:
        recording.reset(token)


@contextmanager
def enable_grad() -> Iterator[None]:
    """Record a graph, also inside :func:`no_grad`.

    Examples
    --------
    >>> from micrograd import Value, no_grad
    >>> from micrograd.recording import enable_grad
    >>> x = Value(2.0)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.inputs == (x, x)
    True
    """
    token = recording.set(True)
    try:
        yield
    finally:
        recording.reset(token)
