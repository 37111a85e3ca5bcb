"""Which Values a function can get at, and so must not be taken for fixed.

A number can be read in ways that no operation shows, such as ``w.data``.  So
before a function is recorded, the Values that it can reach are looked up: in
its closure, its defaults, the globals that its code names, the object it is
a method of, and whatever these hold.  Objects are asked for their type only:
a weak proxy whose object is gone answers all else with an error.

Leaves out: what is reached through text, as in ``globals()["w"]``, and other
attributes of modules than the code names; operations on it are seen.
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

from micrograd.documentation import documented

__all__ = ["reachable"]

ENDS = (int, float, complex, str, bytes, type(None), range, ModuleType)
APART = {"micrograd", *sys.stdlib_module_names}  # whose code holds no Value


@documented
def reachable(kind: type, *objects: Any) -> tuple[list[Any], list[Any]]:
    """What some objects lead to: all that is of a kind; and the rest.

    What is behind an object of the kind is left out.

    >>> from micrograd import Value
    >>> w, b = Value(2.0, label="w"), Value(1.0, label="b")
    >>> reachable(Value, {"weights": [w], "biases": [b]})[0] == [w, b]
    True
    """
    seen = set[int]()
    waiting, found, rest = [*objects], list[Any](), list[Any]()
    for x in waiting:  # it grows
        if issubclass(type(x), ENDS) or id(x) in seen:
            continue
        seen.add(id(x))
        if issubclass(type(x), kind):
            found.append(x)
        else:
            rest.append(x)
            waiting += _held_by(x)
    return found, rest


def _held_by(x: Any) -> list[Any]:
    """What an object leads to in one step."""
    kind = type(x)
    if issubclass(kind, (FunctionType, type)):
        apart = f"{x.__module__}".partition(".")[0] in APART
        if isinstance(x, type):
            return [] if apart else [*vars(x).values(), *x.__bases__]
        named = [] if apart else _named(x)
        return [*named, x.__closure__, x.__defaults__, x.__kwdefaults__,
                x.__dict__]  # fmt: skip
    if issubclass(kind, (ReferenceType, ContextVar)):
        return [x.get(None) if isinstance(x, ContextVar) else x()]
    if f"{kind.__module__}".startswith("micrograd.compiler"):
        return [getattr(x, "fn", None)]  # compiled, in its turn
    if "numpy" in sys.modules:  # whose arrays hide what they hold
        np = sys.modules["numpy"]
        if issubclass(kind, np.ndarray) and x.dtype.hasobject:
            return list(np.asarray(x).ravel().tolist())
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
