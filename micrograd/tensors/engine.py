"""Tensor: an array that remembers how it was made.

The second type of number that this package differentiates.  Arithmetic on
tensors computes with arrays and notes, for each result, a *node*: the row
of one of the two tables, the nodes of its operands, and those arrays that
the gradient will need.  :meth:`micrograd.tensors.Tensor.backward` visits the
nodes from the latest to the earliest, as :meth:`micrograd.Value.backward`
does.

A tensor is not itself the node, because a tensor can be changed in place.
Its array is then written to and it gets another node; what was made from
it before still has the old one.

Notation
--------
past
    Where a tensor comes from: None for a constant, ``LEAF``, or the
    node that made it.
version
    How often an array, and whatever looks at the same memory, was changed.
z, g
    A result, and the gradient of a result.

Leaves out: named functions (:mod:`micrograd.tensors.functions`).

Sources: PyTorch for the behaviour; [Griewank2008]_, chapter 3.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from copy import copy
from itertools import count
from operator import attrgetter
from types import ModuleType
from typing import Any, NamedTuple, Self

import numpy as np

from micrograd.compiler.arguments import Foreign
from micrograd.errors import (
    GraphError,
    NumberError,
    OutOfRangeError,
    ShapeError,
)
from micrograd.operators import COMPARE, Operators
from micrograd.primitives import PRIMITIVES
from micrograd.recording import enable_grad, no_grad, state
from micrograd.rules import Primitive
from micrograd.tensors.arrays import WORDS, Code, code
from micrograd.tensors.conversions import Conversions
from micrograd.tensors.hooks import (
    LEAVES,
    RemovableHandle,
    Watcher,
    hooks_of,
    passed,
)
from micrograd.tensors.libraries import (
    FLOAT,
    astype,
    calmly,
    common_type,
    from_numpy_array,
    full_as,
    is_array,
    is_basic,
    is_frozen,
    kind,
    namespace,
    numpy_type,
    of_kind,
    share_memory,
    to_numpy,
    together,
    write,
    zeros_near,
)
from micrograd.tensors.linear import (
    LINEAR,
    Linear,
    broadcast_to,
    convert,
    put_add,
    reshape,
    sum_to,
    take,
)
from micrograd.tensors.printing import text
from micrograd.tensors.short import ShortMethods, places, places_along

__all__ = ["LEAF", "Node", "Tensor", "gradients", "record"]

Array = Any
next_serial, new = count().__next__, object.__new__
POWER, WHERE = PRIMITIVES["power"], PRIMITIVES["where"]
NUMBERS = (int, float)  # and bool
ARRAY = np.ndarray
IN_PLACE = {
    PRIMITIVES[name]: getattr(np, name)
    for name in "add subtract multiply divide power".split()
}
SUM_TO = LINEAR["sum_to"].compute
NOTHING: dict[str, Any] = {}  # the settings of a row that has none
# Rows that have whole numbers for whole numbers, as in PyTorch.
EXACT = {
    PRIMITIVES[name]
    for name in (
        "add subtract multiply power negative absolute sign maximum minimum "
        "where relu"
    ).split()
}
FLOATS = {PRIMITIVES["sign"], PRIMITIVES["relu"]}  # of these, with 0.0 in them


# Rows whose names PyTorch shortens.
LABELS = {
    "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow",
    "negative": "Neg", "absolute": "Abs", "matmul": "Mm", "total": "Sum",
    "reshape": "View", "take": "Index", "broadcast_to": "Expand",
    "convert": "ToCopy", "cross_entropy": "NllLoss", "linear": "Addmm",
    "log_softmax": "LogSoftmax", "layer_norm": "NativeLayerNorm",
    "leaky_relu": "LeakyRelu", "windows": "Unfold", "scale": "Mul",
}  # fmt: skip


class LEAF:
    """Marks a tensor in which gradients collect."""


# --- Where a result comes from ---


class Node:
    """One operation of a graph: a row, its operands, what it remembers.

    Parameters
    ----------
    row : Code or Linear
        What was done.
    operands : sequence of Tensor, array or number
        What it was done to.
    z : Tensor
        The result.
    how : dict
        Settings of the row, such as axes.

    Attributes
    ----------
    inputs : list of Node, Tensor or None
        Where a gradient goes: for each operand the node that made it, the
        leaf that it is, or nothing.
    kept : list
        The result and the operands; None for those that the gradients do
        not read.
    """

    __slots__ = (
        "_kept",
        "how",
        "inputs",
        "row",
        "serial",
        "shapes",
        "versions",
        "watcher",
    )

    def __init__(
        self,
        row: Any,
        operands: Sequence[Any],
        z: Tensor,
        how: dict[str, Any],
        extra: Sequence[Array] = (),
    ) -> None:
        self.row, self.how, self.serial = row, how, next_serial()
        self.watcher: Watcher | None = None
        inputs: list[Any] = []
        shapes: list[Any] = []
        wanted, bit = 0, 1  # operands that a gradient goes to, as bits
        for x in operands:
            if isinstance(x, Tensor):
                past = x._past if x._view is None else x.past
                if past is not None:
                    wanted |= bit
                inputs.append(x if past is LEAF else past)
                shapes.append(x.array.shape)
            else:
                inputs.append(None)
                shapes.append(getattr(x, "shape", ()))
            bit += bit
        kept: list[Any] = [None] * (1 + len(inputs))
        versions: list[Any] = []
        plan = PLANS.get((row, wanted))
        for at in _plan(row, wanted, len(inputs)) if plan is None else plan:
            x = operands[at - 1] if at else z
            if isinstance(x, Tensor):
                versions.append((x.version, x.version[0]))
                x = x.array
            kept[at] = x
        if extra:
            kept += extra
        self.inputs, self.shapes, self.versions = inputs, shapes, versions
        self._kept: list[Any] | None = kept

    @property
    def kept(self) -> list[Any]:
        """What it remembers, if that is there and unchanged."""
        if self._kept is None:
            given = "a graph that was used already"
            do = "call the first backward(retain_graph=True)"
            raise GraphError(f"backward() through {self}", given, do)
        for version, number in self.versions:
            if version[0] != number:
                given = "an array that was changed in place since"
                do = "change a copy, x.clone(), or wait for backward()"
                raise GraphError(f"backward() through {self}", given, do)
        return self._kept

    @property
    def label(self) -> str:
        """What PyTorch calls such a node."""
        if hasattr(self.row, "label"):  # a function that a program defines
            return f"{self.row.label}"
        name = LABELS.get(self.row.name, self.row.name.title())
        index = self.how.get("index")
        if name == "Index" and is_basic(index):
            parts = index if isinstance(index, tuple) else (index,)
            picks = any(isinstance(part, int) for part in parts)
            name = "Select" if picks else "Slice"
        return f"{name}Backward0"

    def __repr__(self) -> str:
        return f"<{self.label}>"

    def free(self) -> None:
        """Forget the arrays, if there are any."""
        if self.versions:
            self._kept = None

    def pull(self, i: int, g: Array) -> Array:
        """Give the gradient of operand `i`, as an array."""
        row, kept, shapes = self.row, self._kept, self.shapes
        for version, number in self.versions:
            if version[0] != number:
                kept = None
        if kept is None:
            kept = self.kept  # which says what is wrong
        if type(row) is not Code:
            return row.back(i, g, shapes, *kept, **self.how)
        known = row.pulls.get(i)
        part = (row.pull(i) if known is None else known[1])(g, *kept)
        shape = shapes[i]
        return part if part.shape == shape else SUM_TO(part, shape)

    def pull_recorded(self, i: int, g: Tensor) -> Tensor:
        """Give the same as a tensor with a graph of its own."""
        kept: list[Any] = list(self.kept)
        for at, past in enumerate((self, *self.inputs)):
            if isinstance(past, Tensor):
                kept[at] = past
            elif is_array(kept[at]):
                kept[at] = make(kept[at], past)
        if isinstance(self.row, Code):
            again = code(self.row.row, RECORDED, self.row.numbers)
            part = again.pull(i)(g, *kept)
            same = part.shape == self.shapes[i]
            return part if same else sum_to(part, to=self.shapes[i])
        back = getattr(self.row, "back_recorded", self.row.back)
        return back(i, g, self.shapes, *kept, **self.how)


PLANS: dict[tuple[Any, int], list[int]] = {}


def _plan(row: Any, wanted: int, count: int) -> list[int]:
    """Which of z and the operands a node keeps: numbers, and what is read."""
    reads = [row.reads(i) for i in range(count) if wanted >> i & 1]
    numbers = [False, *(x is not False for x in getattr(row, "numbers", ()))]
    found = PLANS[row, wanted] = [
        at
        for at in range(1 + count)
        if any(one[at] for one in (numbers, *reads) if len(one) > at)
    ]
    return found


def order(*roots: Any) -> list[Node]:
    """Give the nodes that roots came from, the latest first."""
    found, seen = [x for x in roots if isinstance(x, Node)], {None, *roots}
    for node in found:  # which grows
        for x in node.inputs:
            if x not in seen:
                seen.add(x)
                if isinstance(x, Node):
                    found.append(x)
    found.sort(key=attrgetter("serial"), reverse=True)
    return found


def backpropagate(
    nodes: Sequence[Node],
    grads: dict[Any, Any],
    pull: Callable[[Node, int, Any], Any],
    done: Callable[[Node, Any], None],
    wanted: Any = None,
) -> None:
    """Send the gradient of each node on to where it came from.

    `grads` has the gradients of the roots; those of leaves are added, and
    those of nodes taken out and told to `done`.  `pull` is one of the two
    methods of :class:`Node`; `wanted`, if given, are those that lead
    anywhere.

    Not :func:`micrograd.engine.chain_rule`, which has neither nodes without
    a gradient nor operands without a past.
    """
    for node in nodes:
        g = grads.pop(node, None)
        if g is None:
            continue
        if node.watcher is not None and node.watcher.hooks:
            g = _hooked(node.watcher.hooks, g)
        for i, x in enumerate(node.inputs):
            if x is not None and (wanted is None or x in wanted):
                part, before = pull(node, i, g), grads.get(x)
                grads[x] = part if before is None else before + part
        done(node, g)
    for x in [x for x in grads if id(x) in LEAVES] if LEAVES else ():
        grads[x] = _hooked(LEAVES[id(x)], grads[x])


# --- The tensor ---


class View(NamedTuple):
    """What a tensor that looks at another's memory knows of it."""

    base: Tensor
    row: Linear
    how: dict[str, Any]
    past: Any  # of the base, when the view's own past was found
    seen: int  # the version of the memory at that time


class Tensor(Conversions, ShortMethods, Operators):
    """An array, its gradient, and where it came from.

    Parameters
    ----------
    *array : array, or list of numbers, or int
        The numbers.  An array is not copied; a list becomes float32.  To
        copy, or to choose a type, take :func:`micrograd.tensors.tensor`.
        Whole numbers are lengths of axes, as in PyTorch; what is there is
        0.
    requires_grad : bool, optional
        Whether gradients collect here.

    Attributes
    ----------
    array : array
        The numbers, of NumPy or another library.
    grad : Tensor or None
        The gradient, after :meth:`backward`.

    Raises
    ------
    NumberError
        If gradients are asked of anything but floats.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors import Tensor
    >>> w = Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    >>> (w * w).sum().backward()
    >>> w.grad.tolist()
    [2.0, 4.0, 6.0]
    """

    __slots__ = (
        "__weakref__",
        "_grad",
        "_owner",  # of what `data` gave, where arrays cannot change
        "_past",
        "_view",
        "array",
        "version",
    )
    _owner: Tensor
    __hash__ = object.__hash__  # although == is by element
    __array_priority__ = 1000  # an array on the left leaves it to us

    def __init__(self, *array: Array, requires_grad: bool = False) -> None:
        first = array[0] if array else 0
        if isinstance(first, int):
            self.array = np.zeros(array, FLOAT)
        elif isinstance(first, Tensor):
            self.array = first.array
        else:
            listed = isinstance(first, (list, tuple))
            self.array = np.asarray(first, FLOAT) if listed else first
        self._grad: Tensor | None = None
        self._past: Any = None
        self._view: Any = None
        self.version = [0]
        if requires_grad:
            self.requires_grad = True

    # --- What it is ---

    @property
    def past(self) -> Any:
        """Where it comes from; of a view, after changes of what it views."""
        if self._view is None or self._view.seen == self.version[0]:
            return self._past
        base, row, how, past, _ = view = self._view
        if base.past is not past and base.past is not None:
            with enable_grad():
                self._past = row(make(base.array, base.past), **how).past
        self._view = view._replace(past=base.past, seen=self.version[0])
        return self._past

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow here; may be assigned to a leaf."""
        return self.past is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if isinstance(self.past, Node):
            asked = "requires_grad can be assigned to leaves"
            given = f"the result of {self.past.row.name}"
            raise GraphError(asked, given, "use .detach() for a constant")
        if wanted:
            asked = "requires_grad=True takes a tensor of floats"
            of_kind(self.dtype, 2, asked)
        self._past = LEAF if wanted else None

    @property
    def grad(self) -> Tensor | None:
        """The gradient; what is assigned has the same shape and type."""
        return self._grad

    @grad.setter
    def grad(self, g: Tensor | None) -> None:
        if g is not None:
            mine, given = (self.shape, self.dtype), type(g).__name__
            if isinstance(g, Tensor):
                if (g.shape, g.dtype) == mine:
                    self._grad = g
                    return
                given = f"{g.dtype} of the shape {g.shape}"
            asked = f"grad takes {mine[1]} of the shape {mine[0]}, or None"
            raise ShapeError(asked, given, "compute it from the tensor")
        self._grad = None

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made it, or none that is remembered."""
        return not isinstance(self.past, Node)

    @property
    def grad_fn(self) -> Node | None:
        """The operation that made it, if that is remembered."""
        return self.past if isinstance(self.past, Node) else None

    def constant(self, array: Array) -> Tensor:
        """Make a constant beside this tensor."""
        return make(array)

    def __repr__(self) -> str:
        if isinstance(self.past, Node):
            return text(self.array, f"grad_fn=<{self.past.label}>")
        return text(self.array, "requires_grad=True" * self.requires_grad)

    # --- The two tables ---

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        """Read an elementwise row: compute, and note a node."""
        arrays: list[Any] = []
        kinds: list[Any] = [primitive]
        for x in operands:
            a = x.array if isinstance(x, Tensor) else x
            arrays.append(a)
            if type(a) is ARRAY:
                kinds.append(a.dtype if a.ndim else a.dtype.char)
            else:
                kinds.append(type(a))
        found = QUICK.get(tuple(kinds))
        if found is None:
            found, operands, arrays = self._slowly(primitive, operands, kinds)
            if found is None:
                return NotImplemented
        try:
            z = calmly(found.forward, *arrays)
        except ValueError:
            raise mismatch(primitive.name, operands) from None
        return record(z, found, operands, NOTHING)

    __binary__: Any = __primitive__  # one call less for each operator

    @staticmethod
    def _slowly(primitive: Primitive, operands: Any, kinds: Any) -> Any:
        """The code for operands of any types, and these in its type."""
        alike = _alike(primitive, operands)
        if alike is NotImplemented:
            return None, operands, ()
        if any(x is not y for x, y in zip(operands, alike, strict=True)):
            kinds = ()
        arrays = [x.array if isinstance(x, Tensor) else x for x in alike]
        return _code(primitive, arrays, tuple(kinds)), alike, arrays

    def __linear__(self, row: Linear, operands: Any, how: Any) -> Any:
        """Read a row of the second table: compute, and note a node."""
        if len(operands) > 1 and not _all_of_numpy(operands):
            operands = _of_one_library(operands)
            if operands is NotImplemented:
                return NotImplemented
        arrays = [x.array if isinstance(x, Tensor) else x for x in operands]
        try:
            z = row.compute(*arrays, **how)
        except ShapeError:
            raise
        except ValueError:
            raise mismatch(row.name, operands) from None
        except IndexError as error:
            raise _out_of_range(self, error) from None
        out = record(z, row, operands, how)
        if len(operands) == 1 and share_memory(out.array, arrays[0]):
            out.version = self.version
            past = self._past if self._view is None else self.past
            out._view = View(self, row, how, past, self.version[0])
        return out

    def __fused__(self, row: Any, operands: Any, how: Any) -> Tensor:
        """Read a row that is several in one, see the fused rows."""
        arrays = [x.array for x in operands]
        try:
            z, extra = calmly(row.compute, arrays, how)
        except ValueError:
            raise mismatch(row.name, operands) from None
        return record(z, row, operands, how, extra)

    def __compare__(self, symbol: str, other: Any) -> Tensor:
        truths: Tensor = self._truths(COMPARE[symbol], other)
        return truths

    def __eq__(self, other: object) -> Any:
        return self._truths(lambda x, y: x == y, other)

    def __ne__(self, other: object) -> Any:
        return self._truths(lambda x, y: x != y, other)

    def _truths(self, compare: Callable[[Any, Any], Any], other: Any) -> Any:
        if not (isinstance(other, (Tensor, *NUMBERS)) or is_array(other)):
            return NotImplemented
        pair = _alike(PRIMITIVES["add"], (self, other))
        x, y = [x.array if isinstance(x, Tensor) else x for x in pair]
        try:
            return make(compare(x, y))
        except ValueError:
            raise mismatch("a comparison", pair) from None

    def __invert__(self) -> Tensor:
        return make(~self.array)

    def __and__(self, other: Any) -> Tensor:
        return make(self.array & getattr(other, "array", other))

    def __or__(self, other: Any) -> Tensor:
        return make(self.array | getattr(other, "array", other))

    def __xor__(self, other: Any) -> Tensor:
        return make(self.array ^ getattr(other, "array", other))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    # --- Backpropagation ---

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool = False,
    ) -> None:
        """Compute the derivative with respect to every leaf.

        Gradients of leaves *add up* over several calls, until they are set
        to None.  The arrays that the graph remembers are dropped on the
        way, so that a graph serves once.

        Parameters
        ----------
        gradient : Tensor, optional
            The gradient of this tensor itself; needed unless it is one
            number, of which it is 1.
        retain_graph : bool, optional
            Whether to keep the arrays for another pass.

        Raises
        ------
        GraphError
            If nothing here depends on a leaf, or the graph was used
            already, or an array that it remembers was changed since.
        ShapeError
            If `gradient` has another shape, or is missing.

        Examples
        --------
        >>> import numpy as np
        >>> from micrograd.tensors import Tensor
        >>> x = Tensor(np.array([1.0, 2.0]), requires_grad=True)
        >>> (x * x).backward(Tensor(np.array([1.0, 10.0])))
        >>> x.grad.tolist()
        [2.0, 40.0]
        """
        root, seed = key_of(self), _seed(self, gradient)
        taken = {id(seed)}  # arrays that somebody has already
        grads = {root: seed}

        def done(node: Node, g: Array) -> None:
            if node.watcher is not None:
                who = node.watcher.tensor()
                if who is not None:
                    _collect(who, g, taken)
            if not retain_graph and node.versions:
                node._kept = None

        calmly(backpropagate, order(root), grads, Node.pull, done)
        for leaf, g in grads.items():
            if isinstance(leaf, Tensor):
                _collect(leaf, g, taken)

    def retain_grad(self) -> None:
        """Have :meth:`backward` leave the gradient of a result in `grad`.

        Examples
        --------
        >>> import numpy as np
        >>> from micrograd.tensors import Tensor
        >>> x = Tensor(np.array([3.0]), requires_grad=True)
        >>> y = x * x
        >>> y.retain_grad()
        >>> (2.0 * y).backward()
        >>> y.grad.tolist()
        [2.0]
        """
        watcher = self._watcher("retain_grad()")
        if watcher is not None:
            watcher.tensor = weakref.ref(self)

    def _watcher(self, who: str) -> Watcher | None:
        """Who watches this result; of a leaf, nobody."""
        if self.past is None:
            asked = f"{who} needs a tensor with a gradient"
            raise GraphError(asked, "a constant", "set requires_grad=True")
        if not isinstance(self.past, Node):
            return None
        if self.past.watcher is None:
            self.past.watcher = Watcher()
        return self.past.watcher

    def register_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Have a function called with the gradient of this tensor.

        It is called whenever a backward pass has computed that gradient,
        and what it gives, unless that is None, takes the gradient's place.

        Parameters
        ----------
        hook : callable
            From the gradient to another one, or None.

        Returns
        -------
        RemovableHandle
            Whose `remove` removes the hook.

        Raises
        ------
        GraphError
            If this tensor is a constant.

        Examples
        --------
        >>> import numpy as np
        >>> from micrograd.tensors import Tensor
        >>> x = Tensor(np.array([3.0]), requires_grad=True)
        >>> y = x * x
        >>> handle = y.register_hook(lambda g: g * 10)
        >>> y.backward()
        >>> x.grad.tolist()
        [60.0]
        """
        watcher = self._watcher("register_hook()")
        hooks = hooks_of(self) if watcher is None else watcher.hooks
        return RemovableHandle(hooks, hook)

    def detach(self) -> Tensor:
        """Look at the same numbers as a constant.

        Examples
        --------
        >>> import numpy as np
        >>> from micrograd.tensors import Tensor
        >>> x = Tensor(np.array([3.0]), requires_grad=True)
        >>> (x * x.detach()).backward()
        >>> x.grad.tolist()
        [3.0]
        """
        out = make(self.array)
        out.version = self.version
        return out

    @property
    def data(self) -> Tensor:
        """The same numbers as a constant; may be assigned."""
        out = self.detach()
        if is_frozen(self.array):
            out._owner = self
        return out

    @data.setter
    def data(self, x: Tensor) -> None:
        self.array = x.array
        self.version[0] += 1

    # --- Parts ---

    def __getitem__(self, index: Any) -> Tensor:
        return take(self, index=plain_index(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        index = plain_index(index)
        if isinstance(value, Tensor) and value._is_part_of(self, index):
            return  # as after t[i] += 1, which has written it already
        v = value if isinstance(value, Tensor) else _constant(value, self)
        if kind(self.dtype) == 0 and kind(v.dtype) > 0:  # mask[0] = 1
            v = v != 0
        self._follow(v)
        if not self._is_tracked(v):
            self._write(index, v)
        elif is_basic(index):
            self[index]._assign(v)
        else:
            self._assign(self._with(index, v))

    def _is_part_of(self, whole: Tensor, index: Any) -> bool:
        """Whether this looks at that place of a tensor."""
        view, array = self._view, self.array
        if view is None or view.base is not whole or not is_basic(index):
            return False
        if type(array) is not np.ndarray or view.how.get("index") != index:
            return False
        return array.base is not None and array.base is (
            whole.array if whole.array.base is None else whole.array.base
        )

    def _with(self, index: Any, v: Tensor) -> Tensor:
        """The same numbers, but for some places, which may repeat."""
        near = index if isinstance(index, tuple) else (index,)
        place = zeros_near(self.shape, np.int64, *near) - 1
        shape = place[index].shape
        turn = np.arange(place[index].size).reshape(shape)
        place[index] = turn  # of equal places the last one stays
        last = make((place[index] == turn).astype(self.dtype))
        part = put_add(v * last, index=index, to=self.shape)
        chosen: Tensor = WHERE(make(place >= 0), part, self)
        return chosen

    # --- Changes in place ---

    def _is_tracked(self, v: Tensor) -> bool:
        """Whether a change to `v` belongs to a graph."""
        changes = v.past is not None or self.past is not None
        return state.get().graph and changes

    def _assign(self, v: Tensor) -> None:
        """Write numbers into the array, and take over their past."""
        tracked = self._is_tracked(v)
        if tracked:
            self._refuse_leaf()
        self._write(..., v)
        if tracked:
            n = max(v.ndim - self.ndim, 0)  # axes of length 1 in front
            v = v if n == 0 else reshape(v, to=v.shape[n:])
            same = v.shape == self.shape
            self._come_from(v if same else broadcast_to(v, to=self.shape))

    def _write(self, index: Any, v: Tensor) -> None:
        """Write numbers into the array."""
        if kind(v.dtype) > kind(self.dtype):
            asked = f"a change in place keeps the type {self.dtype}"
            do = "compute a new tensor, or convert this one first"
            raise NumberError(asked, f"numbers of type {v.dtype}", do)
        try:
            array = write(self.array, index, v.array)
        except ValueError:
            raise mismatch("a change in place", (self, v)) from None
        except IndexError as error:
            raise _out_of_range(self, error) from None
        x: Tensor | None = self
        while x is not None and x.array is not array:  # of JAX, or Dask
            x.array, x = array, getattr(x, "_owner", None)
        self.version[0] += 1

    def _follow(self, v: Tensor) -> None:
        """Move to the library of numbers whose past is taken over."""
        if v.past is not None and type(v.array) is not type(self.array):
            stays = self.past is not None or self._view is not None
            arrays = self.array, v.array
            self.array = together(arrays, [stays, True])[0]

    def _refuse_leaf(self) -> None:
        x = self
        while x._view is not None:
            x = x._view.base
        if x.past is LEAF:
            asked = "a leaf that requires a gradient cannot change in place"
            do = "change it inside no_grad(), or compute a new tensor"
            raise GraphError(asked, "a change that is recorded", do)

    def _come_from(self, v: Tensor) -> None:
        """Have the past of `v`; where this is a view, so has the whole."""
        if self._view is None:
            self._past = v.past
            return
        base, row, how, *_ = self._view
        chosen = row.back(0, np.ones(self.shape, bool), [base.shape], **how)
        part = row.back(0, v, [base.shape], **how)
        base._come_from(WHERE(make(chosen), part, base))
        self._view = View(base, row, how, None, -1)  # to be read anew

    def __iadd__(self, other: Any) -> Self:
        return self._changed(PRIMITIVES["add"], other)

    def __isub__(self, other: Any) -> Self:
        return self._changed(PRIMITIVES["subtract"], other)

    def __imul__(self, other: Any) -> Self:
        return self._changed(PRIMITIVES["multiply"], other)

    def __itruediv__(self, other: Any) -> Self:
        return self._changed(PRIMITIVES["divide"], other)

    def __ipow__(self, other: Any) -> Self:
        return self._changed(POWER, other)

    def _changed(self, function: Any, *others: Any, **how: Any) -> Self:
        """Put what a function makes of the numbers in their place."""
        x: Tensor = self
        graph = state.get().graph
        if self.past is not None and graph:
            self._refuse_leaf()
            copy = astype(self.array, self.dtype)  # gradients may read it
            x = make(copy, self.past)
        elif function in IN_PLACE and self._is_simple(others[0], graph):
            change = IN_PLACE[function]
            calmly(change, self.array, others[0].array, self.array)
            self.version[0] += 1
            return self
        self._assign(function(x, *others, **how))
        return self

    def _is_simple(self, other: Any, graph: bool) -> bool:
        """Whether NumPy can change this array by another one."""
        return (
            isinstance(other, Tensor)
            and type(self.array) is type(other.array) is ARRAY
            and self.array.dtype == other.array.dtype
            and kind(self.array.dtype) == 2
            and self.array.shape == other.array.shape
            and not (graph and other.past is not None)
        )

    def index_add_(
        self, dim: int, index: Tensor, source: Tensor, alpha: float = 1
    ) -> Self:
        """Add slices where an index says, which may repeat places."""
        places(index, self.shape[dim], "index_add_()")
        at = (*[slice(None)] * (dim % self.ndim), index.array)
        added = put_add(source * alpha, index=at, to=self.shape)
        return self._changed(PRIMITIVES["add"], added)

    def scatter_(self, dim: int, index: Tensor, src: Any) -> Self:
        """Put numbers where an index says, along one axis."""
        places(index, self.shape[dim], "scatter_()")
        at = places_along(index.array, dim % self.ndim)
        whole = isinstance(src, Tensor) and src.shape != index.shape
        self[at] = src[tuple(map(slice, index.shape))] if whole else src
        return self

    def scatter_add_(self, dim: int, index: Tensor, src: Tensor) -> Self:
        """Add numbers where an index says, along one axis."""
        places(index, self.shape[dim], "scatter_add_()")
        at = places_along(index.array, dim % self.ndim)
        part = src[tuple(map(slice, index.shape))]
        added = put_add(part, index=at, to=self.shape)
        return self._changed(PRIMITIVES["add"], added)


def _in_place(name: str) -> Any:
    """The method of a name that ends in _, which changes the tensor."""
    function = getattr(Tensor, name)

    def changed(self: Tensor, *others: Any, **how: Any) -> Tensor:
        return self._changed(function, *others, **how)

    changed.__name__, changed.__qualname__ = f"{name}_", f"Tensor.{name}_"
    changed.__doc__ = f"Do as :meth:`{name}` does, in place."
    return changed


for name in (
    "add sub mul div pow neg exp log sqrt rsqrt reciprocal square abs clamp "
    "tanh sigmoid relu floor ceil round lerp addcmul addcdiv masked_fill "
    "tril triu"
).split():
    setattr(Tensor, f"{name}_", _in_place(name))


# --- Making them ---


def make(array: Array, past: Any = None) -> Tensor:
    """Make a tensor quickly."""
    out: Tensor = new(Tensor)
    if type(array) is not ARRAY and isinstance(array, np.generic):
        array = np.asarray(array)
    out.array, out._grad, out._past, out._view = array, None, past, None
    out.version = [0]
    return out


def record(
    z: Array,
    row: Any,
    operands: Sequence[Any],
    how: dict[str, Any],
    extra: Sequence[Array] = (),
) -> Tensor:
    """Make a result, with a node if an operand has a past.

    Parameters
    ----------
    z : array
        The numbers.
    row : Code or Linear
        What was done.
    operands : sequence of Tensor, array or number
        What it was done to.
    how : dict
        Settings of the row.
    extra : sequence of array, optional
        What else a gradient will read.

    Returns
    -------
    Tensor
        The result.

    Examples
    --------
    >>> from micrograd.tensors.linear import LINEAR
    >>> from micrograd.tensors.engine import Tensor, record
    >>> import numpy as np
    >>> x = Tensor(np.ones(2), requires_grad=True)
    >>> z = record(np.ones(2), LINEAR["scale"], [x], {"by": 1.0})
    >>> z.past.inputs == [x]
    True
    """
    out = make(z)
    now = state.get()
    if now.witness is not None:
        if not hasattr(now.witness, "recorder"):  # of numbers, not tensors
            raise Foreign(out)
        now.witness.meet(operands)
    if now.graph:
        for x in operands:
            if isinstance(x, Tensor) and (
                x._past if x._view is None else x.past
            ) is not None:  # fmt: skip
                out._past = Node(row, operands, out, how, extra)
                break
    return out


def _constant(x: Any, like: Tensor) -> Tensor:
    """A number or an array as a tensor of the same library and type."""
    if isinstance(x, NUMBERS) and kind(like.dtype) == 2:
        return make(full_as(x, like.array))
    array = x if is_array(x) else np.asarray(x)
    return make(from_numpy_array(to_numpy(array), like.array))


PLAIN = {int, slice, type(None), type(...)}  # what needs no replacing


def plain_index(index: Any) -> Any:
    """Replace tensors, lists and ranges in an index by arrays."""
    if type(index) in PLAIN:
        return index
    if type(index) is tuple and PLAIN.issuperset(map(type, index)):
        return index
    if isinstance(index, list) and any(map(_is_part, index)):
        index = tuple(index)  # as PyTorch has it
    if isinstance(index, tuple):
        return tuple(map(plain_index, index))
    if isinstance(index, Tensor):
        if kind(index.dtype) == 2:
            asked = "an index takes whole numbers or truths"
            raise NumberError(asked, str(index.dtype), "call .long() first")
        scalar = index.ndim == 0 and kind(index.dtype) == 1
        known = scalar and not hasattr(index.array, "__record__")
        return int(index.array) if known else index.array
    return np.asarray(index) if isinstance(index, (list, range)) else index


def _is_part(x: Any) -> bool:
    """Whether this makes a list a tuple of indices, one for each axis."""
    return isinstance(x, (Tensor, list, tuple, slice, type(...), type(None)))


# --- Operands of one type ---

# The code of a row, run on tensors, records what it computes.
RECORDED = ModuleType("recorded")
vars(RECORDED).update(
    {word: PRIMITIVES[name].function for name, word in WORDS.items()},
    full_as=lambda number, like: make(full_as(number, like.array)),
)
QUICK: dict[tuple[Any, ...], Code] = {}  # for operands of one type


def _code(primitive: Primitive, arrays: Sequence[Any], kinds: Any) -> Code:
    """The code for these operands; quickly found again if it can be."""
    numbers: list[Any] = [not hasattr(a, "dtype") for a in arrays]
    xp = namespace(next(a for a in arrays if hasattr(a, "dtype")))
    by_number = primitive is POWER and numbers[1]
    if by_number:
        numbers[1] = float(arrays[1])
    found = code(primitive, xp, tuple(numbers))
    if primitive in FLOATS and kind(numpy_type(arrays[0])) < 2:
        found = _whole(found)
    known = all(
        isinstance(one, (str, np.dtype)) or one in NUMBERS
        for one in kinds[1:]
    )
    if kinds and known and not by_number:
        QUICK[kinds] = found
    return found


def _whole(found: Code) -> Code:
    """The code whose result has the type of whole numbers it is given.

    The numbers in a rule, such as the 0.0 of a relu, are floats.
    """
    plain, found = found.forward, copy(found)
    found.forward = lambda *x: astype(plain(*x), numpy_type(x[0]))
    return found


def _alike(primitive: Primitive, operands: Sequence[Any]) -> Any:
    """The operands in the type of the result, numbers as they are."""
    operands = _of_one_library(operands)
    if operands is NotImplemented:
        return NotImplemented
    head = operands[:1] if primitive is WHERE else ()
    rest = operands[len(head) :]
    dtype = common_type([getattr(x, "array", x) for x in rest])
    if kind(dtype) < 2 and primitive not in EXACT:
        dtype = FLOAT
    bare = all(isinstance(x, NUMBERS) for x in rest)
    found = [x if _is_truth(x) else x != 0 for x in head]
    for x in rest:
        if isinstance(x, NUMBERS) and not bare:
            found.append(x)
            continue
        t = x if isinstance(x, Tensor) else _constant(x, *head)
        same = numpy_type(t.array) == dtype
        found.append(t if same else convert(t, to=dtype, back=t.dtype))
    return found


def _is_truth(x: Any) -> bool:
    return isinstance(x, bool) or (hasattr(x, "dtype") and kind(x.dtype) == 0)


def _all_of_numpy(operands: Sequence[Any]) -> bool:
    for x in operands:
        if not isinstance(x, Tensor) or type(x.array) is not ARRAY:
            return False
    return True


def _of_one_library(operands: Sequence[Any]) -> Any:
    """Tensors of one library; constants of NumPy go where the others are."""
    if _all_of_numpy(operands):
        return operands
    found = [make(x) if is_array(x) else x for x in operands]
    tensors = [x for x in found if isinstance(x, Tensor)]
    if not all(isinstance(x, (Tensor, *NUMBERS)) for x in found):
        return NotImplemented
    if len({type(x.array) for x in tensors}) == 1:
        return found
    fixed = [x.past is not None for x in tensors]
    moved = iter(together([x.array for x in tensors], fixed))
    for i, x in enumerate(found):
        if isinstance(x, Tensor) and (array := next(moved)) is not x.array:
            found[i] = make(array)
    return found


# --- Gradients ---


def key_of(x: Tensor) -> Any:
    """What stands for a tensor in a graph: the leaf itself, or its node."""
    past = x.past
    return x if past is LEAF else past


def _seed(root: Tensor, gradient: Tensor | None) -> Array:
    """The gradient of a root, checked."""
    if root.past is None:
        asked = "backward() needs something that depends on a leaf"
        do = "set requires_grad=True on what to differentiate by"
        raise GraphError(asked, "a constant", do)
    if gradient is None:
        if root.shape != () and root.array.size != 1:
            asked = "backward() without a gradient needs one number"
            do = "call .sum() first, or pass gradient="
            raise ShapeError(asked, f"the shape {root.shape}", do)
        return namespace(root.array).ones_like(root.array)
    if gradient.shape != root.shape:
        asked = f"backward(gradient) takes the shape {root.shape}"
        raise ShapeError(asked, f"{gradient.shape}", "reshape it")
    return gradient.array


def _collect(x: Tensor, g: Array, taken: set[int]) -> None:
    """Add a gradient to those of a leaf, in memory of its own."""
    if x.grad is not None:
        x.grad = make(x.grad.array + g)
        return
    shared = getattr(g, "base", None) is not None or id(g) in taken
    g = namespace(g).asarray(g, copy=True) if shared else g
    x.grad = make(g)
    taken.add(id(x.grad.array))


def _hooked(hooks: dict[int, Any], g: Any) -> Any:
    """What hooks make of a gradient: an array, or a tensor with a graph."""
    if isinstance(g, Tensor):
        return passed(hooks, g)
    xp = namespace(g)  # a hook may keep what it sees, or give what it kept
    with no_grad():
        out = passed(hooks, make(xp.asarray(g, copy=True)))
    return xp.asarray(out.array, copy=True)


def gradients(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    seeds: Sequence[Tensor] | None = None,
    create_graph: bool = False,
) -> list[Tensor | None]:
    """Differentiate with respect to tensors, and give the gradients back.

    Parameters
    ----------
    outputs : sequence of Tensor
        What to differentiate; of several, the sum.
    inputs : sequence of Tensor
        What to differentiate by, leaves or not.
    seeds : sequence of Tensor, optional
        The gradients of the outputs; by default ones.
    create_graph : bool, optional
        Whether the results can be differentiated again.

    Returns
    -------
    list of Tensor or None
        One for each input; None where nothing depends on it.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors import Tensor
    >>> from micrograd.tensors.engine import gradients
    >>> x = Tensor(np.array([1.0, 2.0]), requires_grad=True)
    >>> (g,) = gradients([x * x * x], [x], create_graph=True)
    >>> (h,) = gradients([g], [x])
    >>> g.tolist(), h.tolist()
    ([3.0, 12.0], [6.0, 12.0])
    """
    grads: dict[Any, Any] = {}
    for i, x in enumerate(outputs):
        root, seed = key_of(x), None if seeds is None else seeds[i]
        if seed is None:
            seed = make(namespace(x.array).ones_like(x.array))
        if root is not None:
            part = seed if create_graph else seed.array
            grads[root] = grads[root] + part if root in grads else part
    wanted = {key_of(x) for x in inputs} - {None}
    nodes = order(*grads)
    for node in reversed(nodes):
        if wanted.intersection(node.inputs):
            wanted.add(node)
    pull = Node.pull_recorded if create_graph else Node.pull
    found: dict[Any, Any] = {}
    with enable_grad():
        calmly(backpropagate, nodes, grads, pull, found.__setitem__, wanted)
    grads |= found
    parts = [grads.get(key_of(x)) for x in inputs]
    return [g if g is None or create_graph else make(g) for g in parts]


# --- Errors ---


def mismatch(name: str, operands: Sequence[Any]) -> ShapeError:
    shapes = [str(x.shape) for x in operands if hasattr(x, "shape")]
    do = "compare the axes from the last to the first: equal, or one is 1"
    if name == "matmul":
        do = "the last axis of the first must be as long as the last but "
        do += "one of the second"
    return ShapeError(
        f"{name} needs shapes that fit", " and ".join(shapes), do
    )


def _out_of_range(x: Tensor, error: Exception) -> OutOfRangeError:
    asked = f"an index into the shape {x.shape} must lie inside"
    do = "count from 0, or from -1 backwards"
    return OutOfRangeError(asked, str(error), do)
