"""Which Values a function can get at, and so must not be taken for fixed.

A function may read the number of a ``Value`` in ways that no operation
shows, such as ``w.data``.  So before it is recorded, the Values that it can
reach are looked up: in its closure, its defaults, the globals that its code
names, the object it is a method of, and whatever these hold.

Leaves out: what is reached through text, as ``globals()["w"]`` does, and
attributes of modules other than those that the code names.  An operation on
such a Value is seen all the same.
"""

from __future__ import annotations

import gc
import sys
from collections import ChainMap
from contextlib import suppress
from contextvars import ContextVar
from types import CodeType, FunctionType, ModuleType
from typing import Any
from weakref import ReferenceType

from micrograd.engine import Value

__all__ = ["reachable", "reached"]

ENDS = (int, float, complex, str, bytes, type(None), range, ModuleType)
APART = {"micrograd", *sys.stdlib_module_names}  # whose code holds no Value


def reachable(*objects: Any) -> list[Value]:
    """The Values that some objects lead to, each once.

    Examples
    --------
    >>> from micrograd import Value
    >>> from micrograd.compiler.reach import reachable
    >>> w, b = Value(2.0), Value(1.0)
    >>> model = {"weights": [w], "biases": [b]}
    >>> reachable(model) == [w, b]
    True
    """
    return [x for x in reached(Value, *objects) if isinstance(x, Value)]


def reached(end: type, *objects: Any) -> list[Any]:
    """All that some objects lead to; not what is behind one of a kind.

    Examples
    --------
    >>> from micrograd.compiler.reach import reached
    >>> reached(list, {"w": [[1.0]]})
    [{'w': [[1.0]]}, [[1.0]]]
    """
    seen: dict[int, Any] = {}
    waiting = list(objects)
    for x in waiting:  # it grows
        if not isinstance(x, ENDS) and id(x) not in seen:
            seen[id(x)] = x
            if not isinstance(x, end):
                waiting += _held_by(x)
    return list(seen.values())


def _held_by(x: Any) -> list[Any]:
    """What an object leads to in one step."""
    if isinstance(x, (FunctionType, type)):
        apart = f"{x.__module__}".partition(".")[0] in APART
        if isinstance(x, type):
            return [] if apart else [*vars(x).values(), *x.__bases__]
        named = [] if apart else _named(x)
        return [*named, x.__closure__, x.__defaults__, x.__kwdefaults__,
                x.__dict__]  # fmt: skip
    if isinstance(x, (ReferenceType, ContextVar)):
        return [x.get(None) if isinstance(x, ContextVar) else x()]
    if type(x).__module__.startswith("micrograd.compiler"):
        return [getattr(x, "fn", None)]  # compiled, in its turn
    # What a class says: an object may answer anything.
    if hasattr(type(x), "dtype") and getattr(x.dtype, "kind", "") == "O":
        return list(x.ravel().tolist())
    return gc.get_referents(x)


def _named(function: FunctionType) -> list[Any]:
    """What the names in a function's code stand for, also in modules."""
    names = ChainMap[str, Any]({}, function.__globals__, sys.modules)
    cells = function.__closure__ or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
        with suppress(ValueError):  # nothing is in it yet
            names[name] = cell.cell_contents
    held: list[Any] = []
    codes = [function.__code__]
    for code in codes:  # it grows, by those inside
        codes += [x for x in code.co_consts if isinstance(x, CodeType)]
        found = [names.get(x) for x in (*code.co_names, *code.co_freevars)]
        modules = [x for x in found if isinstance(x, ModuleType)]
        for module in modules:  # it grows, by attributes that are modules
            inside = [vars(module).get(name) for name in code.co_names]
            found += inside
            modules += [x for x in inside if isinstance(x, ModuleType)
                        and x not in modules]  # fmt: skip
        held += found
    return held
