"""Which Values a function can get at: what a recording must not take for fixed.

A function may read the number of a ``Value`` in ways that no operation
shows, such as ``w.data``.  So before it is recorded, the Values that it can
reach are looked up: through its closure, its defaults, the globals that its
code names, the object it is a method of, and whatever these hold.

Notation: an *object* is anything that Python can hold.

Leaves out: what a function reaches through text, as ``eval`` and
``globals()["w"]`` do; and modules, but for the names that code takes from
them.  An operation on such a Value is seen all the same.
"""

from __future__ import annotations

import functools
from collections import deque
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from micrograd.engine import Value

__all__ = ["reachable"]

PLAIN = (int, float, complex, str, bytes, bytearray, type(None), type, range)
LISTS = (list, tuple, set, frozenset, deque)
OURS = __name__.partition(".")[0]


def reachable(*objects: Any) -> list[Value]:
    """The Values that some objects lead to.

    Parameters
    ----------
    *objects : object
        Functions, mostly, and what they are called with.

    Returns
    -------
    list of Value
        Each once, in the order in which they are found.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.compiler.reach import reachable
    >>> w, b = Value(2.0), Value(1.0)
    >>> model = {"weights": [w], "bias": b}
    >>> reachable(lambda x: model["weights"][0] * x) == [w, b]
    True
    """
    found: list[Value] = []
    seen: set[int] = set()
    waiting = deque(objects)
    held: list[Any] = []  # so that no address is used twice
    while waiting:
        x = waiting.popleft()
        if isinstance(x, PLAIN) or id(x) in seen:
            continue
        seen.add(id(x))
        held.append(x)
        if isinstance(x, Value):
            found.append(x)
        else:
            waiting.extend(_held_by(x))
    return found


def _held_by(x: Any) -> list[Any]:
    """What an object leads to in one step."""
    if isinstance(x, dict):
        return [*x, *x.values()]
    if isinstance(x, LISTS):
        return list(x)
    if isinstance(x, FunctionType):
        return _of_function(x)
    if isinstance(x, MethodType):
        return [x.__self__, x.__func__]
    if isinstance(x, functools.partial):
        return [x.func, x.args, x.keywords]
    if isinstance(x, ModuleType):
        return []
    if getattr(getattr(x, "dtype", None), "kind", "") == "O":
        return list(x.ravel().tolist())
    return _of_instance(x)


def _of_instance(x: Any) -> list[Any]:
    """What its attributes hold, and what its class's functions name."""
    kinds = [c for c in type(x).__mro__ if c.__module__ != "builtins"]
    slots = [s for c in kinds for s in getattr(c, "__slots__", ())]
    held = [getattr(x, s, None) for s in slots if not s.startswith("__")]
    held += list(getattr(x, "__dict__", {}).values())
    for kind in kinds:
        if kind.__module__.partition(".")[0] != OURS:
            functions = vars(kind).values()
            held += [f for f in functions if isinstance(f, FunctionType)]
    return held


def _of_function(f: Any) -> list[Any]:
    """Its closure, its defaults, and the globals that its code names."""
    if f.__module__ and f.__module__.partition(".")[0] == OURS:
        held: list[Any] = []
    else:
        held = _named(f.__code__, f.__globals__)
    for cell in f.__closure__ or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # not set yet
            continue
    return [*held, f.__defaults__, f.__kwdefaults__, vars(f)]


def _named(code: CodeType, names: dict[str, Any]) -> list[Any]:
    """The globals that a code and those inside it name."""
    held: list[Any] = []
    for name in code.co_names:
        x = names.get(name)
        if isinstance(x, ModuleType):
            inside = vars(x)
            held += [inside[n] for n in code.co_names if n in inside]
        else:
            held.append(x)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            held += _named(constant, names)
    return held
