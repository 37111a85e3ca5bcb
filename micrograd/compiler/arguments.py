"""Arguments: the numbers in whatever a function is called with.

Numbers may come in nested lists, tuples and dictionaries, in arrays and in
buffers.  They are taken out in one list; what is left, the *form*, is all
that Python code can see of the arguments without looking at a number.  A
tape that was recorded earlier fits if the form is the same.

Notation: a *form* is hashable.  In it None stands for a float, a pair of
a name and a place for a ``Value``, and anything that is neither a number
nor a container for itself.

Leaves out: numbers in attributes of objects; an object is known by its
identity, so what it holds must not change.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from numbers import Real
from typing import Any

from micrograd.engine import Value
from micrograd.errors import NumberError
from micrograd.namespaces import to_number
from micrograd.operators import Operators
from micrograd.trees import leaves, rebuild

__all__ = ["Foreign", "Taken", "put"]

ASKED = "a compiled function takes numbers, Values, and lists of them"
QUICK, LISTS, BUILTIN = {float}, {list, tuple}, {list, tuple, dict}
STATIC = (bool, str, bytes, type(None))
# Numbers in them would be taken for fixed.
REFUSED = (
    complex, set, frozenset, range, deque, bytearray, Iterator, Mapping
)  # fmt: skip


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


class Taken:
    """The numbers of one call, taken out of its arguments.

    Parameters
    ----------
    tree : tree
        The arguments.
    known : mapping from Value to int
        Values that the function has from elsewhere, and which they are.

    Attributes
    ----------
    numbers : array of float
        All numbers, in order.
    values : list of Value
        The Values among the arguments, each once.
    form : object
        What is left of the arguments.

    Examples
    --------
    >>> from micrograd.compiler.arguments import Taken
    >>> taken = Taken(([1.0, 2.0], {"y": -1.0}), {})
    >>> taken.numbers.tolist()
    [1.0, 2.0, -1.0]
    >>> taken.form == Taken(([7.0, 8.0], {"y": 9.0}), {}).form
    True
    """

    def __init__(self, tree: Any, known: Mapping[Value, int]) -> None:
        self.numbers = array("d")
        self.values: list[Value] = []
        self.known = known
        self.form = self._take(tree)

    def _take(self, tree: Any) -> Any:  # noqa: PLR0911
        """Append the numbers of a tree to the list; return its form."""
        kind = type(tree)
        if kind is float:
            self.numbers.append(tree)
            return None
        if isinstance(tree, (list, tuple, dict)):
            _refuse_more(kind, tree)
        if isinstance(tree, (list, tuple)):
            return self._take_list(kind, tree)
        if isinstance(tree, dict):
            items = tree.items()
            return kind, *[(type(key), key, self._take(x)) for key, x in items]
        if isinstance(tree, Operators):
            return self._take_value(tree)
        if kind in STATIC:
            return kind, tree
        if _ndim(tree) > 0 or isinstance(tree, array):
            return self._take_array(tree)
        if _is_number(tree):
            self.numbers.append(to_number(tree, ASKED))
            return kind
        if isinstance(tree, REFUSED):
            do = "pass a list or a dictionary of numbers"
            raise NumberError(ASKED, f"the {kind.__name__} {tree!r}", do)
        return Same(tree)  # a model, perhaps, or self

    def _take_value(self, x: Any) -> Any:
        """Which Value it is: among those known, or among the arguments."""
        if not isinstance(x, Value):
            raise Foreign
        if x in self.known:
            return "known", self.known[x]
        if x not in self.values:
            self.values.append(x)
        return "value", self.values.index(x), x.requires_grad

    def _take_list(self, kind: type, tree: Any) -> Any:
        """How many there are, if all are floats; else their forms."""
        kinds = set(map(type, tree))
        rows = kinds <= LISTS  # of numbers, perhaps
        flat = list(chain.from_iterable(tree)) if rows else tree
        numbers = set(map(type, flat)) if rows else kinds
        if numbers <= QUICK or numbers == {int}:
            with suppress(OverflowError):  # of an integer; explained below
                self.numbers.extend(flat)
                if not rows or not tree:
                    return kind, len(tree), *numbers
                lengths = set(map(len, tree))
                if len(kinds) == len(lengths) == 1:
                    return kind, len(tree), *kinds, *lengths, *numbers
                each = zip(map(type, tree), map(len, tree), strict=True)
                return kind, tuple(each), *numbers
        return kind, *[self._take(branch) for branch in tree]

    def _take_array(self, tree: Any) -> Any:
        """The numbers of an array or a buffer; an array may hold Values."""
        if _has_own_arithmetic(type(tree)):
            given, do = f"a {type(tree).__name__}", "pass numpy.asarray(it)"
            raise NumberError(ASKED, given, do)
        try:
            view = memoryview(tree)
        except (TypeError, ValueError, BufferError):
            view = None  # not a buffer, or one of dates
        if view is not None and view.format == "d":
            self.numbers.frombytes(view.tobytes())
            return type(tree), view.shape
        flat = tree.tolist() if hasattr(tree, "tolist") else list(tree)
        shape = getattr(tree, "shape", (len(flat),))
        return type(tree), tuple(shape), self._take(flat)


def put(tree: Any, numbers: Iterator[Any]) -> Any:
    """The same tree with other numbers; arrays become arrays of objects.

    Parameters
    ----------
    tree : tree
        Arguments of a function.
    numbers : iterator
        What takes the places of their numbers.

    Returns
    -------
    tree
        A new tree; Values and objects are those of the old one.

    Examples
    --------
    >>> from micrograd.compiler.arguments import put
    >>> put(([1.0, "mean"], {"n": 2}), iter("ab"))
    (['a', 'mean'], {'n': 'b'})
    """
    return rebuild(tree, (_other(leaf, numbers) for leaf in leaves(tree)))


def _other(leaf: Any, numbers: Iterator[Any]) -> Any:
    """What stands in the place of a number, or of an array of them."""
    if _ndim(leaf) > 0:
        return _objects(leaf, numbers)
    if isinstance(leaf, (array, memoryview)):
        return put(leaf.tolist(), numbers)
    if isinstance(leaf, (Operators, *STATIC)):
        return leaf
    return next(numbers) if _is_number(leaf) else leaf


def _ndim(x: Any) -> int:
    """How many dimensions an array has; -1 for all else."""
    known = isinstance(x, memoryview) or hasattr(type(x), "ndim")
    return x.ndim if known else -1


def _refuse_more(kind: type, tree: Any) -> None:
    """A container that cannot be made again from what is in it."""
    if kind in BUILTIN:
        return
    made = isinstance(tree, dict) or hasattr(kind, "_fields") or all(
        getattr(kind, name) in [getattr(x, name) for x in LISTS]
        for name in ("__new__", "__init__")
    )
    if not made or getattr(tree, "__dict__", None):
        given = f"a {kind.__name__} with more than what is in it"
        raise NumberError(ASKED, given, "pass a plain list, tuple or dict")


def _has_own_arithmetic(kind: type) -> bool:
    """Whether a kind of NumPy array multiplies in another way."""
    times = [vars(base).get("__mul__") for base in kind.__mro__
             if base.__name__ == "ndarray"]  # fmt: skip
    return times != [] and getattr(kind, "__mul__", None) not in times


def _is_number(x: Any) -> bool:
    """Whether it is a number, and not one that can do more, as enums can."""
    if isinstance(x, (int, float)) and type(x) not in (int, float):
        return _ndim(x) == 0  # of NumPy
    return isinstance(x, Real) or (_ndim(x) == 0 and not isinstance(x, str))


def _objects(tree: Any, numbers: Iterator[Any]) -> Any:
    """A NumPy array of objects, which adds and multiplies as arrays do."""
    if isinstance(tree, memoryview):
        return put(tree.tolist(), numbers)
    from numpy import array, ndarray

    if not isinstance(tree, ndarray):
        tree = array(tree.tolist(), object)
    flat = tree.astype(object).ravel()
    flat[:] = [_other(x, numbers) for x in flat.tolist()]
    return flat.reshape(tree.shape)
