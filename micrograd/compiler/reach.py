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
from collections import ChainMap, deque
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from types import CodeType, FunctionType, ModuleType
from typing import Any
from weakref import ReferenceType

from micrograd.engine import Value

__all__ = ["reachable", "reached"]

ENDS = (int, float, complex, str, bytes, type(None), range, ModuleType)
OURS, COMPILER = "micrograd", "micrograd.compiler"
APART = {OURS, *sys.stdlib_module_names}  # whose code holds no Value


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
    waiting = deque(objects)
    while waiting:
        x = waiting.popleft()
        if isinstance(x, ENDS) or id(x) in seen:
            continue
        seen[id(x)] = x
        if not isinstance(x, end):
            waiting.extend(_held_by(x))
    return list(seen.values())


def _held_by(x: Any) -> list[Any]:
    """What an object leads to in one step."""
    if isinstance(x, FunctionType):
        apart = str(x.__module__).partition(".")[0] in APART
        held = [] if apart else _named(x.__code__, _names(x))
        return [*held, x.__closure__, x.__defaults__, x.__kwdefaults__,
                x.__dict__]  # fmt: skip
    if isinstance(x, type):
        apart = x.__module__.partition(".")[0] in APART
        return [] if apart else [*vars(x).values(), *x.__bases__]
    if isinstance(x, (ReferenceType, ContextVar)):
        return [x.get(None) if isinstance(x, ContextVar) else x()]
    if type(x).__module__.startswith(COMPILER):  # compiled, in its turn
        return [getattr(x, "fn", None)]
    # What a class says: an object may answer anything.
    if hasattr(type(x), "dtype") and getattr(x.dtype, "kind", "") == "O":
        return list(x.ravel().tolist())
    return gc.get_referents(x)


def _names(x: FunctionType) -> Mapping[str, Any]:
    """What the names in a function's code stand for."""
    inner = {}
    cells = x.__closure__ or ()
    for name, cell in zip(x.__code__.co_freevars, cells, strict=True):
        with suppress(ValueError):  # nothing is in it yet
            inner[name] = cell.cell_contents
    return ChainMap(inner, x.__globals__, sys.modules)


def _named(code: CodeType, names: Mapping[str, Any]) -> list[Any]:
    """What a code, and those inside it, name; attributes of modules, too."""
    held = [names.get(name) for name in (*code.co_names, *code.co_freevars)]
    modules = [x for x in held if isinstance(x, ModuleType)]
    for module in modules:  # it grows
        inside = [vars(module).get(name) for name in code.co_names]
        held += inside
        found = [x for x in inside if isinstance(x, ModuleType)]
        modules += [x for x in found if x not in modules]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            held += _named(constant, names)
    return held
