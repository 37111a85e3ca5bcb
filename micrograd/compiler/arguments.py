"""Arguments: the numbers in whatever a function is called with.

Numbers may come in nested lists, tuples and dictionaries, in arrays and in
buffers.  They are taken out in one list; what is left, the *form*, says
whether a tape that was recorded earlier fits.

Notation: a *form* is hashable; None stands for a number, an integer for so
many of them, and for a ``Value`` there is a pair that says which of the
optimiser's parameters it is, if any.

Leaves out: objects with attributes; pass their numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from micrograd.engine import Value
from micrograd.namespaces import to_number
from micrograd.operators import Operators
from micrograd.trees import leaves, rebuild

__all__ = ["Foreign", "Taker", "put"]

ASKED = "a compiled function takes numbers, Values, and lists of them"
QUICK, LISTS = {float, int}, {list, tuple}


class Foreign(Exception):  # noqa: N818 - nothing is wrong
    """There are numbers of another transform among the arguments."""


class Taker:
    """Takes numbers out of arguments.

    Parameters
    ----------
    owned : mapping from Value to int
        The optimiser's parameters, and which they are.

    Attributes
    ----------
    numbers : array of float
        All numbers, in order; zeros where there are Values.
    values : dict from int to Value
        The Values that gradients flow to, and where they were.

    Examples
    --------
    >>> from micrograd.compiler.arguments import Taker
    >>> taker = Taker({})
    >>> taker.take(([1, 2.0], {"y": -1})), taker.numbers.tolist()
    ((2, (<class 'dict'>, ('y', None))), [1.0, 2.0, -1.0])
    """

    def __init__(self, owned: Mapping[Value, int]) -> None:
        self.numbers = array("d")
        self.values: dict[int, Value] = {}
        self.owned = owned

    def take(self, tree: Any) -> Any:  # noqa: PLR0911
        """Append the numbers of a tree to the list; return its form."""
        kind = type(tree)
        if kind is float:
            self.numbers.append(tree)
            return None
        if isinstance(tree, (list, tuple)):
            return self._take_list(tree)
        if isinstance(tree, dict):
            items = tree.items()
            return kind, *[(key, self.take(x)) for key, x in items]
        if isinstance(tree, Value) and tree.requires_grad:
            self.values[len(self.numbers)] = tree
            self.numbers.append(0.0)
            return "parameter", self.owned.get(tree)
        if isinstance(tree, Operators):
            if not isinstance(tree, Value):
                raise Foreign
            self.numbers.append(tree.data)
            return None
        if getattr(tree, "ndim", 0) > 0 or isinstance(tree, array):
            return self._take_array(tree)
        self.numbers.append(to_number(tree, ASKED))
        return None

    def _take_list(self, tree: Any) -> Any:
        """How many there are, if all are numbers; else their forms."""
        rows = set(map(type, tree)) <= LISTS  # of numbers, perhaps
        flat = list(chain.from_iterable(tree)) if rows else tree
        if set(map(type, flat)) <= QUICK:
            with suppress(OverflowError):  # of an integer; explained below
                self.numbers.extend(flat)
                return tuple(map(len, tree)) if rows and tree else len(tree)
        forms = [self.take(branch) for branch in tree]
        return len(forms) if forms.count(None) == len(forms) else tuple(forms)

    def _take_array(self, tree: Any) -> Any:
        """The numbers of an array or a buffer; an array may hold Values."""
        try:
            view = memoryview(tree)
        except (TypeError, ValueError):  # not a buffer, or one of dates
            view = None
        if view is not None and view.format == "d":
            self.numbers.frombytes(view.tobytes())
            return "array", view.shape, view.nbytes // view.itemsize
        flat = tree.ravel() if hasattr(tree, "ravel") else tree
        shape = getattr(tree, "shape", (len(flat),))
        return "array", shape, self.take(flat.tolist())


def put(tree: Any, numbers: Iterator[Any]) -> Any:
    """The same tree with other numbers; arrays become arrays of objects."""
    return rebuild(tree, (_other(leaf, numbers) for leaf in leaves(tree)))


def _other(leaf: Any, numbers: Iterator[Any]) -> Any:
    """What stands in the place of a number, or of an array of them."""
    if getattr(leaf, "ndim", 0) > 0 and hasattr(leaf, "ravel"):
        return _objects(leaf, numbers)
    if isinstance(leaf, (array, memoryview)):
        return put(leaf.tolist(), numbers)
    return next(numbers)


def _objects(tree: Any, numbers: Iterator[Any]) -> Any:
    flat = tree.astype(object).ravel()
    for i in range(len(flat)):
        flat[i] = next(numbers)
    return flat.reshape(tree.shape)
