"""Arguments: the numbers in whatever a function is called with.

Numbers in nested lists, tuples and dictionaries, arrays and buffers are
taken out in one list.  What is left, the *form*, is all that Python code can
see without looking at a number: a tape fits if the form is the same.

Leaves out: numbers in attributes of objects; an object is known by its
identity, so what it holds must not change.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import chain
from numbers import Real
from typing import Any

from micrograd.compiler.traced import CLASS, Traced, Whole
from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.errors import NumberError
from micrograd.namespaces import to_number
from micrograd.operators import Operators
from micrograd.trees import leaves, rebuild

__all__ = ["Foreign", "Same", "Taken", "put"]

ASKED = "a compiled function takes numbers, Values, and lists of them"
PLAIN = {list, tuple, dict}
STATIC = (bool, str, bytes, type(None))
# Numbers in them would be taken for fixed.
REFUSED = complex, set, frozenset, range, deque, bytearray, Iterator, Mapping


class Foreign(Exception):  # noqa: N818 - nothing is wrong
    """There are numbers of another transform among the arguments."""


class Same:
    """An object in a form: equal to itself alone, and kept alive."""

    def __init__(self, it: object) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it

    def __hash__(self) -> int:
        return id(self.it)


@documented
class Taken:
    """The numbers of one call, taken out of its arguments.

    Values are numbered in their order, but for those that are known.

    >>> one, two = Taken([1.0, {"y": 2.0}], {}), Taken([7.0, {"y": 8.0}], {})
    >>> one.numbers.tolist(), one.form == two.form, one.values
    ([1.0, 2.0], True, {})
    """

    def __init__(self, tree: Any, known: Mapping[Value, int]) -> None:
        self.numbers, self.known = array("d"), known
        self.values: dict[Value, int] = {}
        self.form = self._take(tree)

    def _take(self, tree: Any) -> Any:  # noqa: PLR0911
        """Append the numbers of a tree to the list; return its form."""
        kind = type(tree)
        if kind is float:
            return self.numbers.append(tree)
        if isinstance(tree, (list, tuple, dict)):
            return self._take_container(kind, tree)
        if isinstance(tree, Operators):
            if not isinstance(tree, Value):
                raise Foreign
            if tree in self.known:
                return "known", self.known[tree]
            which = self.values.setdefault(tree, len(self.values))
            return "value", which, tree.requires_grad
        if kind in STATIC:
            return kind, tree
        if (hasattr(kind, "ndim") and tree.ndim > 0) or kind is array:
            return self._take_array(kind, tree)
        if _is_number(tree):
            self.numbers.append(to_number(tree, ASKED))
            return kind
        if isinstance(tree, REFUSED):
            do = "pass a list or a dictionary of numbers"
            raise NumberError(ASKED, f"the {kind.__name__} {tree!r}", do)
        return Same(tree)  # a model, perhaps, or self

    def _take_container(self, kind: type, tree: Any) -> Any:
        """Of many floats how many there are; else the forms of all."""
        if kind not in PLAIN and (
            _has_more(kind) or getattr(tree, "__dict__", None)
        ):
            given = f"a {kind.__name__} with more than what is in it"
            raise NumberError(ASKED, given, "pass a plain list, tuple or dict")
        if isinstance(tree, dict):
            form = [kind, *tree, *map(type, tree)]
            return (*form, *map(self._take, tree.values()))
        rows = {list, tuple}.issuperset(map(type, tree))  # of numbers, perhaps
        flat = list(chain.from_iterable(tree)) if rows else tree
        numbers = set(map(type, flat))
        if numbers <= {float} or numbers == {int}:
            with suppress(OverflowError):  # of an integer; explained below
                self.numbers.extend(flat)
                if not rows:
                    return kind, len(tree), *numbers
                return kind, *map(type, tree), *map(len, tree), *numbers
        return kind, *map(self._take, tree)

    def _take_array(self, kind: type, tree: Any) -> Any:
        """The numbers of an array or a buffer; an array may hold Values."""
        if _has_own_arithmetic(kind):
            do = "pass numpy.asarray(it)"
            raise NumberError(ASKED, f"a {kind.__name__}", do)
        with suppress(TypeError, ValueError, BufferError):  # not a buffer
            view = memoryview(tree)
            if view.format == "d":
                self.numbers.frombytes(view.tobytes())
                return kind, view.shape
        flat = tree.tolist()
        return kind, getattr(tree, "shape", len(flat)), self._take(flat)


@documented
def put(tree: Any, numbers: Iterator[Any]) -> Any:
    """The same tree with other numbers; those of traced ones hold objects.

    >>> put(([1.0, "mean"], {"n": 2}), iter("ab"))
    (['a', 'mean'], {'n': 'b'})
    """
    if type(tree) is float:
        return next(numbers)
    if isinstance(tree, (list, tuple, dict)):
        return rebuild(tree, [put(leaf, numbers) for leaf in leaves(tree)])
    if isinstance(tree, (array, memoryview)):
        return put(tree.tolist(), numbers)
    if hasattr(type(tree), "ndim") and tree.ndim > 0:
        import numpy as np  # its arrays add and multiply in their own way

        if not isinstance(tree, np.ndarray):
            tree = np.array(tree.tolist(), object)
        flat = tree.astype(object).ravel()
        flat[:] = made = [put(x, numbers) for x in flat.tolist()]
        if {*map(type, made)} <= {float, int, bool}:
            flat = flat.astype(tree.dtype)
        return flat.reshape(tree.shape)
    x: Any = next(numbers) if _is_number(tree) else None
    if type(tree) is int and type(x) is Traced:
        CLASS.__set__(x, Whole)
    known = type(x) is float and isinstance(tree, Real)
    return type(tree)(x) if known else tree if x is None else x


def _is_number(x: Any) -> bool:
    """Whether it is a number, and not one that can do more, as enums can."""
    scalar = hasattr(type(x), "ndim") and x.ndim == 0  # says its class
    if isinstance(x, (int, float)) and type(x) not in (int, float):
        return scalar  # of NumPy
    return isinstance(x, Real) or (scalar and not isinstance(x, str))


@cache
def _has_more(kind: type) -> bool:
    """Whether a container cannot be made again from what is in it."""
    for base in (list, tuple):
        if issubclass(kind, base) and not hasattr(kind, "_fields"):
            same = kind.__new__ is base.__new__, kind.__init__ is base.__init__
            return same != (True, True)
    return False


@cache
def _has_own_arithmetic(kind: type) -> bool:
    """Whether a kind of NumPy array multiplies in another way."""
    times = [vars(base).get("__mul__") for base in kind.__mro__
             if base.__name__ == "ndarray"]  # fmt: skip
    return times != [] and getattr(kind, "__mul__", None) not in times
