"""More of PyTorch's names, each for a line of what is here already.

Products of matrices by how many axes they have, shapes, picking, and other
spellings of the same: `mul` is `multiply`, too.

Notation: as in :mod:`micrograd.tensors.functions`.

Leaves out: what has no short form in the functions here, such as sparse
tensors and complex numbers.

Sources: PyTorch for names and arguments.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from micrograd.errors import GraphError, OptionError, ShapeError
from micrograd.recording import enable_grad, no_grad, state
from micrograd.tensors import creation, functions, linear, short
from micrograd.tensors.custom import Function
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor, gradients
from micrograd.tensors.functions import axis_of, size_of
from micrograd.tensors.further import FURTHER
from micrograd.tensors.libraries import kind, namespace

__all__ = ["MORE", "OTHERWISE", "autograd", "is_grad_enabled",
           "set_grad_enabled"]  # fmt: skip

# Another name, and the function.
OTHERWISE = {
    "arccos": "acos", "arcsin": "asin", "arctan": "atan", "clip": "clamp",
    "concat": "cat", "concatenate": "cat", "divide": "div",
    "greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le",
    "moveaxis": "movedim", "multiply": "mul", "negative": "neg",
    "not_equal": "ne", "subtract": "sub", "swapaxes": "transpose",
    "swapdims": "transpose", "trapz": "trapezoid", "true_divide": "div",
}  # fmt: skip


def _product(name: str, x: Any, y: Any, *axes: int) -> Any:
    """A product of tensors that have so many axes, and agree."""
    for one, n in zip((x, y), axes, strict=True):
        if len(one.shape) != n:
            asked = f"{name}() takes tensors of {axes[0]} and {axes[1]} axes"
            given = f"the shapes {tuple(x.shape)} and {tuple(y.shape)}"
            raise ShapeError(asked, given, "matmul, or @, takes any")
    if axes[0] == 3 and x.shape[0] != y.shape[0]:
        asked = f"{name}() takes as many matrices on both sides"
        given = f"the shapes {tuple(x.shape)} and {tuple(y.shape)}"
        raise ShapeError(asked, given, "matmul, or @, repeats one for all")
    return x @ y


def _stacked(tensors: Any, least: int, axis: int) -> Any:
    """Tensors joined at an axis, after they have that many axes at least."""
    several = [x if x.shape else x.reshape(1) for x in tensors]
    if least == 2:
        several = [x if x.ndim > 1 else x.unsqueeze(0) for x in several]
    return functions.cat(several, min(axis, several[0].ndim - 1))


def _moved(x: Any, source: Any, destination: Any) -> Any:
    """The axes in another order: each of some goes to its place."""
    of = [axis_of(x, one, "movedim") for one in np.atleast_1d(source)]
    to = [axis_of(x, one, "movedim") for one in np.atleast_1d(destination)]
    if len(of) != len(to) or len({*of}) < len(of) or len({*to}) < len(to):
        asked = "movedim(source, destination) takes each axis once"
        given = f"{source} and {destination}"
        raise ShapeError(asked, given, "name as many places as axes")
    places = dict(zip(to, of, strict=True))
    rest = iter([i for i in range(x.ndim) if i not in of])
    order = [places[i] if i in places else next(rest) for i in range(x.ndim)]
    return linear.permute(x, axes=tuple(order))


def _diagonal(x: Any, offset: int, dim1: int, dim2: int) -> Any:
    """The numbers whose places on two axes differ by an offset."""
    moved = _moved(x, (dim1, dim2), (-2, -1))
    rows, columns = moved.shape[-2:]
    first = np.arange(max(0, min(rows + min(offset, 0),
                                 columns - max(offset, 0))))  # fmt: skip
    at = (..., first - min(offset, 0), first + max(offset, 0))
    return moved[at]


def _products(x: Any, dim: int) -> Any:
    """Products of all numbers up to each place."""
    out = list(functions.unbind(x, axis_of(x, dim, "cumprod")))
    for i in range(1, len(out)):
        out[i] = out[i - 1] * out[i]
    return functions.stack(out, dim)


def _places(x: Any, as_tuple: bool) -> Any:
    """Where the numbers are that are not 0."""
    found = np.nonzero(np.asarray(x.array))
    if as_tuple:
        return tuple(map(x.constant, found))
    return x.constant(np.stack(found, axis=-1))


def _repeated(x: Any, *dims: Any) -> Any:
    """Copies beside each other; the last axes come first."""
    times = size_of(dims)
    return x.repeat((1,) * (x.ndim - len(times)) + times)


def _split_axis(x: Any, dim: int, sizes: Any) -> Any:
    """One axis as several."""
    axis = axis_of(x, dim, "unflatten")
    return x.reshape(*x.shape[:axis], *sizes, *x.shape[axis + 1 :])


def _part(x: Any, dim: int, start: int, length: int) -> Any:
    """A stretch of an axis."""
    axis = axis_of(x, dim, "narrow")
    if not -x.shape[axis] <= start <= x.shape[axis] - length:
        asked = f"narrow() takes a stretch of an axis of {x.shape[axis]}"
        raise ShapeError(asked, f"{length} from {start}", "take less")
    first = start % max(x.shape[axis], 1)
    lead = [slice(None)] * axis
    return x[(*lead, slice(first, first + length))]


def _turned(x: Any, k: int, dims: Any) -> Any:
    """A plane turned by a quarter, several times."""
    first, second = (axis_of(x, one, "rot90") for one in dims)
    if first == second:
        asked = "rot90(dims) takes two different axes"
        raise ShapeError(asked, f"{dims}", "name the axes of the plane")
    if k % 2:
        side = functions.flip(x, (second,) if k % 4 == 1 else (first,))
        return side.transpose(first, second)
    return functions.flip(x, (first, second)) if k % 4 else x.clone()


def _distances(x: Any, y: Any, p: float) -> Any:
    """How far the rows of two matrices are from each other."""
    if not p > 0:
        raise OptionError("cdist(p) takes a power > 0", f"{p}", "choose p=2.0")
    apart = (x.unsqueeze(-2) - y.unsqueeze(-3)).abs()  # (..., rows, rows, n)
    if p == math.inf:
        return apart.amax(-1)
    total = (apart * apart if p == 2 else apart**p).sum(-1)
    return functions.root(total, p)


def _finite(x: Any, nan: float, posinf: Any, neginf: Any) -> Any:
    """Numbers in place of those that are not finite."""
    ends = np.finfo(x.dtype)
    high = float(ends.max) if posinf is None else posinf
    low = float(ends.min) if neginf is None else neginf
    x = functions.where(short.NAMED["isnan"](x), nan, x)
    x = functions.where(x == math.inf, high, x)
    return functions.where(x == -math.inf, low, x)


# Name, function, summary with what its arguments are, arguments of an
# example, and what it prints.
ROWS: tuple[tuple[str, Any, str, str, str], ...] = (
    ("mm", lambda x, y: _product("mm", x, y, 2, 2),
     "Multiply two matrices.",
     "tensor([[1, 2]]), tensor([[3], [4]])", "tensor([[11]])"),
    ("bmm", lambda x, y: _product("bmm", x, y, 3, 3),
     "Multiply matrices, pair by pair.",
     "tensor([[[1, 2]]]), tensor([[[3], [4]]])", "tensor([[[11]]])"),
    ("mv", lambda x, y: _product("mv", x, y, 2, 1),
     "Multiply a matrix by a vector.",
     "tensor([[1, 2]]), tensor([3, 4])", "tensor([11])"),
    ("dot", lambda x, y: _product("dot", x, y, 1, 1),
     "Add up the products of two vectors.",
     "tensor([1, 2]), tensor([3, 4])", "tensor(11)"),
    ("addmm", lambda x, y, z, beta=1, alpha=1:
        x * beta + _product("addmm", y, z, 2, 2) * alpha,
     "Add the product of two matrices.\n\n"
     "beta : number, optional\n    By what to multiply the first.",
     "tensor([[1]]), tensor([[1, 2]]), tensor([[3], [4]])",
     "tensor([[12]])"),
    ("baddbmm", lambda x, y, z, beta=1, alpha=1:
        x * beta + _product("baddbmm", y, z, 3, 3) * alpha,
     "Add products of matrices.\n\n"
     "beta : number, optional\n    By what to multiply the first.",
     "tensor([[[1]]]), tensor([[[1, 2]]]), tensor([[[3], [4]]])",
     "tensor([[[12]]])"),
    ("hstack", lambda tensors: _stacked(tensors, 1, 1),
     "Put one beside the other, by columns.",
     "[tensor([1]), tensor([2])]", "tensor([1, 2])"),
    ("vstack", lambda tensors: _stacked(tensors, 2, 0),
     "Put one below the other, by rows.",
     "[tensor([1]), tensor([2])]",
     "tensor([[1],\n            [2]])"),
    ("movedim", _moved,
     "Move axes to other places.\n\n"
     "source : int, or tuple of int\n    Which.\n"
     "destination : int, or tuple of int\n    Where to.",
     "tensor([[1, 2]]), 0, 1", "tensor([[1],\n            [2]])"),
    ("tile", _repeated,
     "Put copies beside each other.\n\n"
     "dims : int, or one tuple of int\n    How many along the last axes.",
     "tensor([1, 2]), 2", "tensor([1, 2, 1, 2])"),
    ("ravel", lambda x: x.reshape(-1), "Put all numbers into one row.",
     "tensor([[1], [2]])", "tensor([1, 2])"),
    ("unflatten", _split_axis,
     "Make several axes of one.\n\n"
     "dim : int\n    The axis.\nsizes : tuple of int\n    Their lengths.",
     "tensor([1, 2]), 0, (2, 1)", "tensor([[1],\n            [2]])"),
    ("broadcast_to", lambda x, size: x.expand(*size),
     "Copy along axes of length 1 and along new ones in front.\n\n"
     "size : tuple of int\n    The shape.",
     "tensor([1]), (2,)", "tensor([1, 1])"),
    ("narrow", _part,
     "Take a stretch of an axis.\n\n"
     "dim : int\n    The axis.\nstart : int\n    Where it begins.\n"
     "length : int\n    How long it is.",
     "tensor([1, 2, 3]), 0, 1, 2", "tensor([2, 3])"),
    ("select", lambda x, dim, index:
        x[(*[slice(None)] * axis_of(x, dim, "select"), index)],
     "Take one place of an axis.\n\n"
     "dim : int\n    The axis.\nindex : int\n    The place.",
     "tensor([[1, 2]]), 1, 0", "tensor([1])"),
    ("masked_select", lambda x, mask: x.expand(
        np.broadcast_shapes(x.shape, mask.shape))[
            mask.expand(np.broadcast_shapes(x.shape, mask.shape))],
     "Take the numbers where a mask is true, in one row.\n\n"
     "mask : Tensor of truths\n    Which.",
     "tensor([1, 2]), tensor([False, True])", "tensor([2])"),
    ("diagonal", lambda x, offset=0, dim1=0, dim2=1:
        _diagonal(x, offset, dim1, dim2),
     "Take a diagonal.\n\noffset : int, optional\n    Which: 1 is the one "
     "above.\ndim1 : int, optional\n    The axis of rows.\n"
     "dim2 : int, optional\n    The axis of columns.",
     "tensor([[1, 2], [3, 4]])", "tensor([1, 4])"),
    ("trace", lambda x: _diagonal(x, 0, 0, 1).sum(),
     "Add up the diagonal of a matrix.",
     "tensor([[1, 2], [3, 4]])", "tensor(5)"),
    ("cumprod", _products,
     "Multiply all numbers up to each place.\n\ndim : int\n    The axis.",
     "tensor([1, 2, 3]), 0", "tensor([1, 2, 6])"),
    ("scatter", lambda x, dim, index, src:
        x.clone().scatter_(dim, index, src),
     "Put numbers where an index says, along one axis.\n\n"
     "dim : int\n    The axis.\nindex : Tensor of whole numbers\n    Where."
     "\nsrc : Tensor or number\n    What.",
     "tensor([0, 0]), 0, tensor([1]), 5", "tensor([0, 5])"),
    ("scatter_add", lambda x, dim, index, src:
        x.clone().scatter_add_(dim, index, src),
     "Add numbers where an index says, along one axis.\n\n"
     "dim : int\n    The axis.\nindex : Tensor of whole numbers\n    Where."
     "\nsrc : Tensor\n    What.",
     "tensor([1, 1]), 0, tensor([1]), tensor([5])", "tensor([1, 6])"),
    ("index_add", lambda x, dim, index, source, alpha=1:
        x.clone().index_add_(dim, index, source, alpha),
     "Add slices where an index says.\n\n"
     "dim : int\n    The axis.\nindex : Tensor of whole numbers\n    Where."
     "\nsource : Tensor\n    What.",
     "tensor([1, 1]), 0, tensor([1]), tensor([5])", "tensor([1, 6])"),
    ("take_along_dim", lambda x, indices, dim: short.gather(
        x, dim, functions.where(indices < 0, indices + x.shape[dim], indices)),
     "Pick a number for each place of an index, along one axis.\n\n"
     "indices : Tensor of whole numbers\n    Where; from the end, if "
     "negative.\ndim : int\n    The axis.",
     "tensor([1, 2]), tensor([-1]), 0", "tensor([2])"),
    ("fmod", lambda x, y: x - short.NAMED["trunc"](x / y) * y
        if kind((x + y).dtype) == 2 else x.abs() % abs(y) * x.sign(),
     "Compute what a division leaves, with the sign of the number divided.",
     "tensor([-5.0]), 3.0", "tensor([-2.])"),
    ("rot90", lambda x, k=1, dims=(0, 1): _turned(x, k, dims),
     "Turn a plane by quarters.\n\n"
     "k : int, optional\n    How many, from the first axis to the second.\n"
     "dims : tuple of int, optional\n    The axes of the plane.",
     "tensor([[1, 2], [3, 4]])", "tensor([[2, 4],\n            [1, 3]])"),
    ("cdist", lambda x, y, p=2.0: _distances(x, y, p),
     "Compute how far all rows of one are from all rows of another.\n\n"
     "y : Tensor\n    The other.\n"
     "p : float, optional\n    The power, as in `norm`.",
     "tensor([[3.0, 4.0]]), tensor([[0.0, 0.0]])", "tensor([[5.]])"),
    ("frac", lambda x: x - short.NAMED["trunc"](x),
     "Keep what is behind the point.", "tensor([-1.25])",
     "tensor([-0.2500])"),
    ("nan_to_num", lambda x, nan=0.0, posinf=None, neginf=None:
        _finite(x, nan, posinf, neginf),
     "Replace what is not finite.\n\nnan : float, optional\n    What stands "
     "for nan.\nposinf : float, optional\n    For infinity; by default the "
     "largest number.\nneginf : float, optional\n    Likewise.",
     "tensor([1.0, -1.0]).sqrt()", "tensor([1., 0.])"),
    ("var_mean", lambda x, dim=None, correction=1, keepdim=False:
        (x.var(dim, correction=correction, keepdim=keepdim),
         x.mean(dim, keepdim=keepdim)),
     "Compute the variance and the mean.\n\n"
     "returns : tuple of Tensor\n    Both.",
     "tensor([1.0, 3.0])", "(tensor(2.), tensor(2.))"),
    ("std_mean", lambda x, dim=None, correction=1, keepdim=False:
        (x.std(dim, correction=correction, keepdim=keepdim),
         x.mean(dim, keepdim=keepdim)),
     "Compute the standard deviation and the mean.\n\n"
     "returns : tuple of Tensor\n    Both.",
     "tensor([1.0, 1.0])", "(tensor(0.), tensor(1.))"),
    ("nonzero", lambda x, as_tuple=False: _places(x, as_tuple),
     "Find the places of the numbers that are not 0.\n\n"
     "as_tuple : bool, optional\n    Whether as an index, one tensor an "
     "axis.", "tensor([0, 5])", "tensor([[1]])"),
    ("argwhere", lambda x: _places(x, False),
     "Find the places of the numbers that are not 0.",
     "tensor([0, 5])", "tensor([[1]])"),
    ("isin", lambda x, y: x.constant(
        namespace(x.array).asarray(np.isin(np.asarray(x), np.asarray(y)))),
     "Tell which numbers are among others.",
     "tensor([1, 2]), tensor([2, 3])", "tensor([False,  True])"),
    ("searchsorted", lambda x, values, right=False: x.constant(
        np.searchsorted(np.asarray(x), np.asarray(values),
                        "right" if right else "left")),
     "Find where numbers belong in a row that is in order.\n\n"
     "values : Tensor or number\n    The numbers.\n"
     "right : bool, optional\n    Whether behind equal ones.",
     "tensor([1, 3, 5]), tensor([2])", "tensor([1])"),
    *FURTHER,
)  # fmt: skip


def _made(row: tuple[str, Any, str, str, str]) -> Any:
    """A function of the table, with its name and its documentation."""
    name, does, summary, given, shown = row
    does.__name__ = does.__qualname__ = name
    does.__doc__ = f"""{summary}

    >>> from micrograd.tensors import {name}, tensor
    >>> {name}({given})
    {shown}
    """
    return documented(does)


MORE: dict[str, Any] = {row[0]: _made(row) for row in ROWS}
vars().update(MORE)


# --- The same as methods ---


def _new(make: Any) -> Any:
    """A method that makes a tensor beside another: its type, its device."""

    def beside(self: Any, *given: Any, **how: Any) -> Any:
        how.setdefault("dtype", self.dtype)
        how.setdefault("device", self.device)
        return make(*given, **how)

    beside.__doc__ = f"As `{make.__name__}`, with this tensor's type."
    return beside


def _in_place(does: Any) -> Any:
    """The method that puts what a function gives in a tensor's place."""

    def changed(self: Any, *given: Any, **how: Any) -> Any:
        return self._changed(does, *given, **how)

    changed.__doc__ = f"Do as `{does.__name__}` does, in place."
    return changed


BESIDE = {
    f"new_{name}": _new(getattr(creation, name))
    for name in ("empty", "full", "ones", "tensor", "zeros")
}
ALONE = {
    "atleast_1d", "atleast_2d", "block_diag", "broadcast_tensors", "bucketize",
    "cartesian_prod", "cdist", "column_stack", "combinations", "dstack",
    "hstack", "is_floating_point", "tril_indices", "triu_indices", "vstack",
}  # fmt: skip
CHANGING = ("index_copy", "index_fill", "index_put", "scatter_reduce")

for name, does in {**MORE, **BESIDE}.items():
    if name not in ALONE:
        setattr(short.ShortMethods, name, does)
for name in CHANGING:
    setattr(short.ShortMethods, f"{name}_", _in_place(MORE[name]))
for name, same in OTHERWISE.items():
    if hasattr(Tensor, same):
        setattr(short.ShortMethods, name, getattr(Tensor, same))


# --- Gradients by PyTorch's names ---


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool = False,
) -> tuple[Any, ...]:
    """Differentiate tensors with respect to others, and give that back.

    Parameters
    ----------
    outputs : Tensor, or sequence of Tensor
        What to differentiate; of several, the sum.
    inputs : Tensor, or sequence of Tensor
        With respect to what.
    grad_outputs : Tensor, or sequence of Tensor, optional
        The gradients of the outputs; needed unless each is one number.
    retain_graph : bool, optional
        As in PyTorch; the graph always stays.
    create_graph : bool, optional
        Whether the gradients can be differentiated again.
    only_inputs : bool, optional
        As in PyTorch, where it has no effect either.
    allow_unused : bool, optional
        Whether None may stand where nothing depends on an input.

    Returns
    -------
    tuple of Tensor
        A gradient for each input.

    Raises
    ------
    ShapeError
        If `grad_outputs` are missing.
    GraphError
        If nothing depends on an input.

    Examples
    --------
    >>> import micrograd.tensors as torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> (g,) = torch.autograd.grad(x**3, x, create_graph=True)
    >>> torch.autograd.grad(g, x)
    (tensor(18.),)
    """
    outputs, inputs, seeds = map(_listed, (outputs, inputs, grad_outputs))
    for x in outputs if grad_outputs is None else ():
        if math.prod(x.shape) != 1:
            asked = "autograd.grad() of more than one number needs a direction"
            do = "pass grad_outputs, or take the sum"
            raise ShapeError(asked, f"the shape {tuple(x.shape)}", do)
    found = gradients(outputs, inputs, seeds or None, create_graph)
    if any(g is None for g in found) and not allow_unused:
        asked = "autograd.grad() needs outputs that depend on every input"
        i = [g is None for g in found].index(True)
        do = "leave it out, or pass allow_unused=True"
        raise GraphError(asked, f"input {i}, on which none depends", do)
    return tuple(found)


def _listed(x: Any) -> list[Any]:
    """One tensor, or several, as a list."""
    if x is None:
        return []
    return [x] if isinstance(x, Tensor) else list(x)


def _variable(data: Any, requires_grad: bool = False) -> Any:
    """A leaf with these numbers: what tensors with gradients once were."""
    return data.detach().requires_grad_(requires_grad)


autograd = SimpleNamespace(grad=grad, Function=Function, Variable=_variable)


def is_grad_enabled() -> bool:
    """Tell whether a graph is recorded.

    Returns
    -------
    bool
        False inside `no_grad`.

    Examples
    --------
    >>> from micrograd.tensors import is_grad_enabled, no_grad
    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    return bool(state.get().graph)


class set_grad_enabled:
    """Record a graph from now on, or do not; as a block, only inside it.

    Parameters
    ----------
    mode : bool
        Whether.

    Examples
    --------
    >>> from micrograd.tensors import is_grad_enabled, set_grad_enabled
    >>> with set_grad_enabled(False):
    ...     is_grad_enabled()
    False
    >>> is_grad_enabled()
    True
    """

    def __init__(self, mode: bool) -> None:
        self.before = is_grad_enabled()
        self.mode = bool(mode)
        self._set(self.mode)

    def _set(self, mode: bool) -> None:
        now = state.get()
        state.set(now._replace(graph=mode))

    def __enter__(self) -> None:
        self._set(self.mode)

    def __exit__(self, *problem: object) -> None:
        self._set(self.before)

    def __call__(self, function: Any) -> Any:
        """Decorate a function: each call of it runs in such a block."""
        self._set(self.before)
        block = enable_grad if self.mode else no_grad
        return block()(function)
