"""Hooks: functions that are called when a gradient or an output goes by.

A hook sees what the program has no name for, such as the activations
inside a network or the gradient of a result, and may replace it.  Hardly a
tensor has hooks, so none has a place for them: those of a result are kept
beside its node, those of a leaf in a table of their own, from which they
go when the leaf does.

Notation: none.

Leaves out: hooks of modules that see gradients; a hook of their outputs,
:meth:`micrograd.tensors.Tensor.register_hook`, sees the same.

Sources: PyTorch for names and behaviour.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from itertools import count
from typing import Any

from micrograd.errors import NumberError, ShapeError

__all__ = ["RemovableHandle", "Watcher", "hooks_of", "passed"]

next_number = count().__next__
Hooks = dict[int, Callable[..., Any]]
LEAVES: dict[int, Hooks] = {}  # by the id of a leaf that is alive


class RemovableHandle:
    """What a hook is removed with.

    Parameters
    ----------
    hooks : dict
        The hooks among which this one is to be.
    hook : callable
        The hook.

    Examples
    --------
    >>> from micrograd.tensors.hooks import RemovableHandle
    >>> hooks = {}
    >>> handle = RemovableHandle(hooks, print)
    >>> len(hooks)
    1
    >>> handle.remove()
    >>> len(hooks)
    0
    """

    def __init__(self, hooks: Hooks, hook: Callable[..., Any]) -> None:
        self.hooks, self.number = hooks, next_number()
        hooks[self.number] = hook

    def remove(self) -> None:
        """Remove the hook, if it is still there."""
        self.hooks.pop(self.number, None)


class Watcher:
    """Who wants the gradient of a node.

    Attributes
    ----------
    tensor : callable
        Gives the tensor that retains the gradient, or None.
    hooks : dict
        The hooks.

    Examples
    --------
    >>> from micrograd.tensors.hooks import Watcher
    >>> Watcher().tensor() is None
    True
    """

    __slots__ = ("hooks", "tensor")

    def __init__(self) -> None:
        self.hooks: Hooks = {}
        self.tensor: Callable[[], Any] = lambda: None


def hooks_of(leaf: Any) -> Hooks:
    """Give the hooks of a leaf, which may be added to.

    Parameters
    ----------
    leaf : Tensor
        The leaf.

    Returns
    -------
    dict
        Its hooks.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.hooks import hooks_of
    >>> hooks_of(zeros(2, requires_grad=True))
    {}
    """
    key = id(leaf)
    if key not in LEAVES:
        LEAVES[key] = {}
        weakref.finalize(leaf, LEAVES.pop, key, None).atexit = False
    return LEAVES[key]


def passed(hooks: Hooks, g: Any) -> Any:
    """Pass a gradient through hooks, each of which may replace it.

    Parameters
    ----------
    hooks : dict
        The hooks.
    g : Tensor
        The gradient.

    Returns
    -------
    Tensor
        What comes out of the last.

    Raises
    ------
    NumberError
        If a hook gives something else than a tensor.
    ShapeError
        If it gives another shape.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.hooks import passed
    >>> passed({0: lambda g: g * 2, 1: lambda g: None}, ones(2))
    tensor([2., 2.])
    """
    kind = type(g)
    for hook in list(hooks.values()):
        found = hook(g)
        if found is None:
            continue
        if not isinstance(found, kind):
            asked = "a hook gives a gradient as a tensor, or None"
            do = "compute with the gradient that it is called with"
            raise NumberError(asked, f"{found!r}", do)
        if found.shape != g.shape:
            asked = f"a hook gives a gradient of the shape {g.shape}"
            raise ShapeError(asked, f"{found.shape}", "keep the shape")
        g = found
    return g
