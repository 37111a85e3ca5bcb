"""Arguments: the numbers in whatever a function is called with.

Numbers may come in nested lists, tuples and dictionaries, in arrays and in
buffers.  They are taken out in one list; what is left, the *form*, says
whether a tape that was recorded earlier fits.

Notation: a *form* is hashable; None stands for a number, True for a
``Value``.

Leaves out: objects with attributes; pass their numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from micrograd.engine import Value
from micrograd.namespaces import to_number

__all__ = ["take", "put"]

ASKED = "a compiled function takes numbers, Values, and lists of them"


def take(tree: Any, numbers: list[Any]) -> Any:  # noqa: PLR0911
    """Append the numbers of a tree to a list; return its form.

    Examples
    --------
    >>> from micrograd.compiler.arguments import take
    >>> numbers = []
    >>> take(([1, 2.0], {"y": -1}), numbers), numbers
    (((None, None), (('y', None),)), [1, 2.0, -1])
    """
    kind = type(tree)
    if kind is float or kind is int:
        numbers.append(tree)
        return None
    if kind is list or kind is tuple:
        return tuple([take(branch, numbers) for branch in tree])
    if kind is dict:
        items = tree.items()
        return tuple([(key, take(branch, numbers)) for key, branch in items])
    if isinstance(tree, Value):
        numbers.append(tree if tree.requires_grad else tree.data)
        return tree.requires_grad or None
    if getattr(tree, "ndim", 0) > 0 and hasattr(tree, "ravel"):
        numbers += tree.ravel().tolist()
        return tree.shape, None
    if isinstance(tree, (array, memoryview)):
        numbers += tree.tolist()
        return (len(tree),), None
    numbers.append(to_number(tree, ASKED))
    return None


def put(tree: Any, numbers: Iterator[Any]) -> Any:
    """The same tree with other numbers; arrays become arrays of objects."""
    if isinstance(tree, (list, tuple)):
        return type(tree)([put(branch, numbers) for branch in tree])
    if isinstance(tree, dict):
        return {key: put(branch, numbers) for key, branch in tree.items()}
    if getattr(tree, "ndim", 0) > 0 and hasattr(tree, "ravel"):
        return _objects(tree, numbers)
    if isinstance(tree, (array, memoryview)):
        return [next(numbers) for _ in tree]
    return next(numbers)


def _objects(tree: Any, numbers: Iterator[Any]) -> Any:
    flat = tree.astype(object).ravel()
    for i in range(len(flat)):
        flat[i] = next(numbers)
    return flat.reshape(tree.shape)
