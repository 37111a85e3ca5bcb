"""Docstrings written in short, and what several of them have in common.

Below a decorator of this module a docstring has a summary, what else there is
to say, and then, without headings, one entry for each argument, for what is
returned and for each kind of error.  They are arranged below numpydoc's
headings, so that ``help`` and the reference show every section.

Functions of one kind take the same arguments and raise the same errors.  A
module states these entries once, and makes a decorator that adds them.

Notation: an *entry* is a line ``name : type`` with a text below it, further
in.  Three names begin sections of their own: ``returns``, ``yields`` and
``raises``.

Leaves out: entries of several paragraphs.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from types import FunctionType

from micrograd.about import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    T = TypeVar("T", bound=Callable[..., Any])

__all__ = ["documented", "shared"]

SECTIONS = ("returns", "yields", "raises")


def documented(thing: T, common: str = "") -> T:
    """Arrange a docstring below headings; of a class its methods' too.

    thing : callable
        What has the docstring.  Entries of a class that are not arguments
        are attributes.  Examples need neither a heading nor an import of
        the thing itself.
    common : str, optional
        Entries of all of its kind.  Those of arguments that it does not
        have are left out, those of its own come first, and errors add up.
    returns : callable
        The same thing.

    >>> from micrograd.documentation import documented
    >>> @documented
    ... def double(x):
    ...     '''Twice a number.
    ...
    ...     x : float
    ...         Any number.
    ...     '''
    ...     return 2 * x
    >>> double.__doc__.splitlines()[2:]
    ['Parameters', '----------', 'x : float', '    Any number.']
    """
    for method in vars(thing).values() if isinstance(thing, type) else ():
        inside = getattr(method, "__module__", "") == thing.__module__
        if inside and isinstance(method, FunctionType):
            documented(method)
    if "\n" not in (thing.__doc__ or "") and not common:
        return thing  # a summary at most
    before, own, after = _parts(thing.__doc__ or thing.__name__)
    _, others, _ = _parts(common)
    told = _arranged(own, others, _names(thing)) if own or others else []
    thing.__doc__ = "\n\n".join([*before, *told, *_shown(after, thing)])
    return thing


def _arranged(
    own: dict[str, str], others: dict[str, str], names: list[str]
) -> list[str]:
    """The sections that entries make."""
    told = {**others, **own} if own else others
    raised = [each["raises"] for each in (own, others) if "raises" in each]
    more = [name for name in own if name not in (*names, *SECTIONS)]
    sections = {
        "Parameters": _listed([name for name in names if name in told], told),
        "Attributes": _listed(more, told),
        "Returns": told.get("returns"),
        "Yields": told.get("yields"),
        "Raises": "\n".join(raised),
    }
    return [
        f"{title}\n{'-' * len(title)}\n{text}"
        for title, text in sections.items()
        if text
    ]


@cache  # what rows have in common is read once
def _parts(text: str) -> tuple[list[str], dict[str, str], list[str]]:
    """The paragraphs before the entries, the entries, and those after."""
    before, entries, after = list[str](), dict[str, str](), list[str]()
    for paragraph in _clean(text).split("\n\n"):
        first, _, below = paragraph.partition("\n")
        if " : " in first and below.startswith(" ") and not after:
            for name, told in _entries(paragraph):
                so_far = f"{entries[name]}\n" if name in entries else ""
                entries[name] = so_far + told
        elif entries or after or first[:4] == ">>> " or below[:3] == "---":
            after.append(paragraph)
        else:
            before.append(paragraph)
    return before, entries, after


def _entries(paragraph: str) -> Iterator[tuple[str, str]]:
    """Names, and what is said of each: a line further in goes on with it."""
    for entry in paragraph.replace("\n ", "\r ").split("\n"):
        names, _, text = entry.replace("\r", "\n").partition(" : ")
        yield from ((name, text) for name in names.split(", "))


def _clean(text: str) -> str:
    """A docstring without its margin, which is that of the second line."""
    below = text.partition("\n")[2].lstrip("\n")
    margin = len(below) - len(below.lstrip(" "))
    return text.replace("\n" + " " * margin, "\n").strip()


def _names(thing: Any) -> list[str]:
    """The names of the arguments; a named tuple has attributes instead."""
    if isinstance(thing, type):
        thing = () if issubclass(thing, tuple) else thing.__init__
    code = getattr(getattr(thing, "__wrapped__", thing), "__code__", None)
    if code is None:
        return []
    count = code.co_argcount + code.co_kwonlyargcount
    # Flags: it takes *args, or **named; their names come last.
    stars = [s for s, flag in (("*", 4), ("**", 8)) if code.co_flags & flag]
    many = map("".join, zip(stars, code.co_varnames[count:], strict=False))
    return [*code.co_varnames[:count], *many]


def _listed(names: list[str], told: dict[str, str]) -> str:
    """Arguments of which the same is said stand together."""
    groups = groupby(names, told.__getitem__)
    return "\n".join(f"{', '.join(group)} : {text}" for text, group in groups)


def _shown(paragraphs: list[str], thing: Any) -> list[str]:
    """What follows the entries; above an example its heading and import."""
    notes, mark, example = "\n\n".join(["", *paragraphs]).partition("\n\n>>> ")
    if not mark or "Examples\n---" in notes:
        return paragraphs
    name = thing.__name__
    used = f"{name}(" in example and f".{name}(" not in example
    known = name in example.replace(",", " ").split()  # as in an import
    own = f">>> from {thing.__module__} import {name}\n"
    own = own if used and not known else ""
    shown = f"Examples\n--------\n{own}>>> {example}"
    return [notes.lstrip(), shown] if notes else [shown]


@documented
def shared(common: str) -> Callable[[T], T]:
    """Make a decorator for functions that have entries in common.

    common : str
        The entries.
    returns : callable
        As :func:`documented`, with these.

    >>> of_numbers = shared('''
    ... x, y : float
    ...     Any number.
    ... ''')
    >>> @of_numbers
    ... def double(x):
    ...     "Twice a number."
    ...     return 2 * x
    >>> double.__doc__.splitlines()[-2:]
    ['x : float', '    Any number.']
    """
    return lambda thing: documented(thing, common)


documented(documented)
