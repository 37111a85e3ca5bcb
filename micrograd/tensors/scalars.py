"""A program on arrays, read on single numbers: every scalar has its node.

A product of two matrices is many products and sums of numbers, a softmax
many exponentials and quotients.  The functions of this package are composed
of rows of the two tables, and rows can be read on anything.  Here they are
read on arrays whose items are :class:`~micrograd.Value` objects, and the
graph that comes out is one of scalars: it can be drawn, watched step by
step, and sent through the backward pass of the first lecture.

Notation
--------
values
    An array of NumPy whose items are Values; what is known beforehand, such
    as a mask, stays a plain number.

Leaves out: speed; single precision, since a Value is a Python float.

Sources: Karpathy's micrograd, which takes a network apart like this.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from micrograd.engine import Value
from micrograd.errors import GraphError
from micrograd.operators import COMPARE, Operators
from micrograd.primitives import PRIMITIVES
from micrograd.rules import Primitive
from micrograd.tensors.conversions import Conversions
from micrograd.tensors.engine import Tensor, make, mismatch, plain_index
from micrograd.tensors.functions import Methods
from micrograd.tensors.libraries import kind
from micrograd.tensors.linear import Linear, take
from micrograd.tensors.nn.modules import Module, Parameter
from micrograd.trees import Tree, leaves, rebuild

__all__ = ["Scalars", "explode"]

Array = Any


class Items(np.ndarray):
    """An array of objects, for which rows take no short cuts."""


class Scalars(Conversions, Methods, Operators):
    """An array of Values that reads the rows of both tables.

    Parameters
    ----------
    values : array of objects
        Values, or numbers that are known beforehand.

    Attributes
    ----------
    values : array of objects
        The same.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd import Value
    >>> from micrograd.tensors.scalars import Scalars
    >>> x = Scalars(np.array([Value(1.0), Value(2.0)]))
    >>> (x * x).sum().values.item()
    Value(data=5.0, grad=0.0)
    """

    __slots__ = ("values",)
    mixes = True  # a Value has one type
    __hash__ = object.__hash__  # although == is by element
    __array_ufunc__ = None  # an array on the left leaves it to us

    def __init__(self, values: Array) -> None:
        self.values = np.asarray(values, object).view(Items)

    @property
    def array(self) -> Array:
        """The numbers alone."""
        items = self.values.flat
        flat = [x.data if isinstance(x, Value) else x for x in items]
        return np.array(flat).reshape(self.values.shape)

    def constant(self, array: Array) -> Tensor:
        """Make numbers that are known beforehand: a tensor without a past."""
        return make(array)

    def detach(self) -> Tensor:
        """Give the numbers alone, as a tensor."""
        return make(self.array)

    def __repr__(self) -> str:
        return f"Scalars({self.array!r})"

    # --- The two tables ---

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        """Read an elementwise row on each item."""
        arrays = [_items(x) for x in operands]
        read = _choose if primitive is PRIMITIVES["where"] else primitive
        try:
            return Scalars(np.frompyfunc(read, len(arrays), 1)(*arrays))
        except ValueError:
            raise mismatch(primitive.name, operands) from None

    def __linear__(self, row: Linear, operands: Any, how: Any) -> Any:
        """Read a row of the second table: move the items, and add them."""
        arrays = [_items(x) for x in operands]
        if row.name in ("convert", "move"):
            return Scalars(arrays[0])  # a Value has one type and one place
        if how.get("by") == 1:
            return Scalars(arrays[0].copy())
        try:
            return Scalars(row.compute(*arrays, **how))
        except ValueError:
            raise mismatch(row.name, operands) from None

    def __compare__(self, symbol: str, other: Any) -> Tensor:
        return make(COMPARE[symbol](self.array, _numbers(other)))

    def __eq__(self, other: object) -> Any:
        return make(self.array == _numbers(other))

    def __ne__(self, other: object) -> Any:
        return make(self.array != _numbers(other))

    def __getitem__(self, index: Any) -> Scalars:
        return take(self, index=plain_index(index))

    def __setitem__(self, index: Any, x: Any) -> None:
        self.values[plain_index(index)] = _items(x)


def _numbers(x: Any) -> Any:
    return x.array if isinstance(x, (Scalars, Tensor)) else x


def _items(x: Any) -> Items:
    """The items of an operand, whatever it is."""
    if isinstance(x, Scalars):
        return x.values
    if isinstance(x, Tensor) and x.requires_grad:
        asked = "explode(f, *args) takes all that a gradient is wanted of"
        given = f"a tensor of the shape {x.shape} that f found elsewhere"
        raise GraphError(asked, given, "pass it to f as an argument")
    return np.asarray(_numbers(x), object).view(Items)


def _choose(condition: Any, x: Any, y: Any) -> Any:
    """A choice that is known beforehand needs no node."""
    return x if condition else y


# --- Taking a program apart ---


def explode(
    f: Callable[..., Any], *args: Tree
) -> tuple[Tree, dict[str, Any]]:
    """Run a function of tensors on single numbers, one Value for each.

    Parameters
    ----------
    f : callable or Module
        The function, or a network, whose parameters are taken apart too.
    *args : tree of Tensor
        What to call it with.  Of tensors of floats every number becomes a
        leaf; whole numbers and truths stay as they are.

    Returns
    -------
    outputs : tree of arrays of Value
        What `f` gives.  The items of an array are picked as in NumPy,
        ``z[0, 1]``; of one number it is the Value itself.
    leaves : dict of str to array of Value
        The arguments and parameters by name.  A leaf is labelled after its
        place, ``W[0, 1]``.

    Raises
    ------
    GraphError
        If `f` computes with another tensor that requires a gradient.

    Examples
    --------
    >>> from micrograd.tensors import explode, tensor
    >>> x, W = tensor([[1.0, 2.0]]), tensor([[3.0], [4.0]])
    >>> z, leaves = explode(lambda x, W: (x @ W).tanh(), x, W)
    >>> z[0, 0].backward()
    >>> z[0, 0].op, leaves["W"][1, 0].label, leaves["x"].shape
    ('tanh', 'W[1, 0]', (1, 2))
    """
    forward = f.forward if isinstance(f, Module) else f
    call = inspect.signature(forward).bind(*args)
    found: dict[str, Scalars] = {}
    inputs = [_leaves(*one, found) for one in _named("", call.arguments)]
    call.arguments.update(rebuild(call.arguments, inputs))
    for name, x in f.named_parameters() if isinstance(f, Module) else ():
        _leaves(name, x, found)
    with _in_place_of_parameters(f, found):
        outputs = f(*call.args, **call.kwargs)
    ends = [_result(x) for x in leaves(outputs)]
    return rebuild(outputs, ends), {k: _result(x) for k, x in found.items()}


def _named(name: str, tree: Tree) -> Iterator[tuple[str, Any]]:
    """The leaves of a tree with the way to each."""
    if isinstance(tree, (list, tuple)):
        tree = dict(enumerate(tree))
    if not isinstance(tree, dict):
        yield name, tree
        return
    for key, branch in tree.items():
        yield from _named(f"{name}.{key}" if name else str(key), branch)


def _leaves(name: str, x: Any, found: dict[str, Scalars]) -> Any:
    """A tensor as labelled leaves; anything else as it is."""
    if not isinstance(x, Tensor) or kind(x.dtype) < 2:
        return x
    values = np.empty(x.shape, object)
    for index, number in np.ndenumerate(np.asarray(x.array)):
        place = str(list(index)) if index else ""
        values[index] = Value(number, label=name + place)
    found[name] = Scalars(values)
    return found[name]


@contextmanager
def _in_place_of_parameters(
    f: Any, found: dict[str, Scalars]
) -> Iterator[None]:
    """Let a network find its parameters taken apart."""
    held = []
    if isinstance(f, Module):
        by_tensor = {id(p): found[name] for name, p in f.named_parameters()}
        held = [
            (vars(module), key, x)
            for module in f.modules()
            for key, x in vars(module).items()
            if isinstance(x, Parameter)
        ]
    try:
        for place, key, x in held:
            place[key] = by_tensor[id(x)]
        yield
    finally:
        for place, key, x in held:
            place[key] = x


def _result(x: Any) -> Any:
    """An array in which every item is a Value, or that Value."""
    if not isinstance(x, (Scalars, Tensor)):
        return x
    return np.frompyfunc(_as_value, 1, 1)(np.asarray(_items(x)))


def _as_value(x: Any) -> Value:
    return x if isinstance(x, Value) else Value(x).detach()
