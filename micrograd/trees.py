"""Trees: numbers in nested lists, tuples and dictionaries.

A function of a model takes its parameters as they come, say
``{"w": [1.0, 2.0], "b": 3.0}``.  Whatever wants to look at the numbers
takes them out in one list, and puts others back in their places.

Notation: a *tree* is a number, or a list, tuple or dictionary of trees.

Leaves out: sets, which have no order; classes of the user's.

Sources: JAX's ``tree_flatten`` and ``tree_unflatten``.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from micrograd.documentation import shared
from micrograd.errors import ShapeError

__all__ = ["Tree", "form", "leaves", "leaves_like", "rebuild"]

Tree = Any

of_trees = shared("""
tree : tree
    The tree; dictionaries in their own order.
""")


@of_trees
def leaves(tree: Tree) -> list[Any]:
    """The numbers of a tree, from left to right.

    returns : list
        What is in it and is not a list, tuple or dictionary.

    >>> leaves({"w": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [tree]


@of_trees
def leaves_like(tree: Tree, other: Tree) -> list[Any]:
    """The numbers of another tree, in the order of this one.

    other : tree
        A tree of the same :func:`form`.
    returns : list
        The numbers of `other`, those of dictionaries found by their keys.

    >>> leaves_like({"w": 1.0, "b": 2.0}, {"b": 4.0, "w": 3.0})
    [3.0, 4.0]
    """
    if isinstance(tree, dict):
        tree, other = [*tree.values()], [other[key] for key in tree]
    if isinstance(tree, (list, tuple)):
        pairs = zip(tree, other, strict=True)
        return [leaf for pair in pairs for leaf in leaves_like(*pair)]
    return [other]


@of_trees
def rebuild(tree: Tree, numbers: Iterable[Any]) -> Tree:
    """A tree of the same form with other numbers.

    numbers : iterable
        The numbers, from left to right.
    returns : tree
        A new tree; an iterator of numbers is used up only as far as needed.

    >>> rebuild({"w": [1.0, 2.0], "b": 3.0}, [4.0, 5.0, 6.0])
    {'w': [4.0, 5.0], 'b': 6.0}
    """
    numbers = iter(numbers)
    if isinstance(tree, dict):
        same = {} if type(tree) is dict else copy(tree)
        for key, branch in tree.items():
            same[key] = rebuild(branch, numbers)
        return same
    if not isinstance(tree, (list, tuple)):
        for number in numbers:
            return number
        asked = "rebuild(tree, numbers) takes a number for each in the tree"
        raise ShapeError(asked, "fewer", "pass as many as leaves(tree) gives")
    branches = [rebuild(branch, numbers) for branch in tree]
    if hasattr(tree, "_fields"):  # a named tuple
        return type(tree)(*branches)
    return type(tree)(branches)


@of_trees
def form(tree: Tree) -> Tree:
    """What two trees must share to be taken number by number.

    returns : tree
        The same nesting and keys, None for every number, lists for tuples.

    >>> form(({"w": 1.0}, 2.0))
    [{'w': None}, None]
    """
    if isinstance(tree, dict):
        return {key: form(branch) for key, branch in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [form(branch) for branch in tree]
    return None
