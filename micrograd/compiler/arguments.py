"""Arguments: the numbers in whatever a function is called with.

Numbers may come in nested lists, tuples and dictionaries, in arrays and in
buffers.  They are taken out in one list; what is left, the *form*, says
whether a tape that was recorded earlier fits.

Notation: a *form* is hashable; None stands for a number, and for a
``Value`` a pair that says which of the optimiser's parameters it is, if any.

Leaves out: objects with attributes; pass their numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from micrograd.engine import Value
from micrograd.namespaces import to_number
from micrograd.operators import Operators

__all__ = ["Foreign", "put", "take"]

ASKED = "a compiled function takes numbers, Values, and lists of them"
LARGE = 2**53  # integers up to here are floats


class Foreign(Exception):  # noqa: N818 - nothing is wrong
    """There are numbers of another transform among the arguments."""


def take(  # noqa: PLR0911
    tree: Any, numbers: list[Any], owned: Mapping[Value, int]
) -> Any:
    """Append the numbers of a tree to a list; return its form.

    Examples
    --------
    >>> from micrograd.compiler.arguments import take
    >>> numbers = []
    >>> take(([1, 2.0], {"y": -1}), numbers, {}), numbers
    (((None, None), (('y', None),)), [1.0, 2.0, -1.0])
    """
    kind = type(tree)
    if kind is float or (kind is int and -LARGE < tree < LARGE):
        numbers.append(float(tree))
        return None
    if isinstance(tree, (list, tuple)):
        return tuple([take(branch, numbers, owned) for branch in tree])
    if isinstance(tree, dict):
        items = tree.items()
        return tuple([(key, take(x, numbers, owned)) for key, x in items])
    if isinstance(tree, Value) and tree.requires_grad:
        numbers.append(tree)
        return "parameter", owned.get(tree)
    if isinstance(tree, Operators):
        if not isinstance(tree, Value):
            raise Foreign
        numbers.append(tree.data)
        return None
    if getattr(tree, "ndim", 0) > 0 or isinstance(tree, array):
        return _take_array(tree, numbers, owned)
    numbers.append(to_number(tree, ASKED))
    return None


def _take_array(tree: Any, numbers: list[Any], owned: Any) -> Any:
    """The numbers of an array or a buffer; an array may hold Values."""
    flat = tree.ravel() if hasattr(tree, "ravel") else tree
    if getattr(getattr(tree, "dtype", None), "kind", "O") in "fiub":
        numbers += flat.tolist()
        return tree.shape, None
    shape = getattr(tree, "shape", None)
    return shape, take(flat.tolist(), numbers, owned)


def put(tree: Any, numbers: Iterator[Any]) -> Any:
    """The same tree with other numbers; arrays become arrays of objects."""
    if isinstance(tree, (list, tuple)):
        branches = [put(branch, numbers) for branch in tree]
        named = hasattr(tree, "_fields")
        return type(tree)(*branches) if named else type(tree)(branches)
    if isinstance(tree, dict):
        return {key: put(branch, numbers) for key, branch in tree.items()}
    if getattr(tree, "ndim", 0) > 0 and hasattr(tree, "ravel"):
        return _objects(tree, numbers)
    if isinstance(tree, (array, memoryview)):
        return put(tree.tolist(), numbers)
    return next(numbers)


def _objects(tree: Any, numbers: Iterator[Any]) -> Any:
    flat = tree.astype(object).ravel()
    for i in range(len(flat)):
        flat[i] = next(numbers)
    return flat.reshape(tree.shape)
