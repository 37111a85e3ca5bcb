"""What the docstrings of several functions have in common, written once.

Functions of one kind take the same arguments and raise the same errors.  A
module states them once, as a docstring without a summary; in those of its
functions stands what is theirs alone.  The decorator adds the rest, so that
``help`` and the reference show every section of every function.

Notation: a *section* is a heading of numpydoc with the text below it.

Leaves out: prose; each function has its own summary and example.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

__all__ = ["shared"]

T = TypeVar("T", bound=Callable[..., Any])

ORDER = "Parameters Attributes Returns Yields Raises Notes Examples".split()
# An argument, or several, and all that is indented below it.
ENTRY = re.compile(r"^(\S.*?)( : .*)?\n((?:(?: .*)?\n)*)", re.MULTILINE)


def shared(text: str = "") -> Callable[[T], T]:
    """Complete the docstrings of functions that have sections in common.

    Parameters
    ----------
    text : str
        The sections.  Arguments that a function does not have are left
        out; what a function says of its own arguments and of what it
        returns comes before what stands here, and errors add up.

    Returns
    -------
    callable
        A decorator, which returns what it is given, with its docstring in
        numpydoc's form.  An example needs no heading, and no import of the
        function itself.

    Examples
    --------
    >>> from micrograd.documentation import shared
    >>> @shared('''Parameters
    ... ----------
    ... x, y : float
    ...     Any number.''')
    ... def double(x):
    ...     "Twice a number."
    ...     return 2 * x
    >>> double.__doc__.splitlines()[-2:]
    ['x : float', '    Any number.']
    """
    common = _sections(inspect.cleandoc(text))

    def complete(thing: T) -> T:
        own = _sections(inspect.getdoc(thing) or "")
        told = _entries(common) | _entries(own)
        names = inspect.signature(thing).parameters
        own["Parameters"] = _listed([told[n] for n in names if n in told])
        own["Raises"] = own.get("Raises", "") + common.get("Raises", "")
        own["Examples"] = _runnable(own.get("Examples", ""), thing)
        sections = {**common, **own}
        thing.__doc__ = sections[""].strip() + "".join(
            f"\n\n{title}\n{'-' * len(title)}\n{sections[title].rstrip()}"
            for title in ORDER
            if sections.get(title, "").strip()
        )
        return thing

    return complete


def _sections(text: str) -> dict[str, str]:
    """The text below each heading; the summary and more under ``""``."""
    if "Examples\n---" not in text:
        text = text.replace("\n>>>", "\nExamples\n---\n>>>", 1)
    first, *parts = re.split(r"^(\w+)\n-+\n", f"{text}\n", flags=re.MULTILINE)
    bodies = [part.strip("\n") + "\n" for part in parts[1::2]]
    return {"": first, **dict(zip(parts[::2], bodies, strict=True))}


def _entries(sections: dict[str, str]) -> dict[str, tuple[str, str]]:
    """For each argument how it is written, and what is said of it."""
    return {
        name.lstrip("*"): (name, f"{kind}\n{text}")
        for names, kind, text in ENTRY.findall(sections.get("Parameters", ""))
        for name in names.split(", ")
    }


def _listed(told: list[tuple[str, str]]) -> str:
    """Arguments of which the same is said stand together."""
    return "".join(
        ", ".join(name for name, _ in group) + text
        for text, group in groupby(told, itemgetter(1))
    )


def _runnable(examples: str, thing: Any) -> str:
    """The examples, with the import that they begin with."""
    if not examples or re.search(rf"import .*\b{thing.__name__}", examples):
        return examples
    return f">>> from {thing.__module__} import {thing.__name__}\n{examples}"
