r"""Functions of functions, on tensors: gradients, products, any order.

As :mod:`micrograd.transforms`, with arguments that are trees of tensors.
All of it is reverse mode.  A rate of change forwards is had from it too:
the gradient :math:`J^\top u` is linear in `u`, so its own derivative by
`u`, in the direction `v`, is :math:`J v`.

Notation: `f` a function of trees of tensors, `J` its Jacobian; `u` and `v`
what it is multiplied by.

Leaves out: derivatives with respect to whole numbers.

Sources: JAX for names and arguments; the double transpose after Townsend,
"A new trick for calculating Jacobian vector products", 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from micrograd.errors import (
    GradcheckError,
    GraphError,
    NumberError,
    ShapeError,
)
from micrograd.namespaces import to_choice
from micrograd.recording import enable_grad
from micrograd.tensors.creation import zeros_like
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Node, Tensor, gradients, make, order
from micrograd.tensors.functions import stack
from micrograd.tensors.fused import Fused
from micrograd.tensors.libraries import calmly
from micrograd.trees import Tree, leaves, rebuild

__all__ = [
    "NonFinite",
    "find_nonfinite",
    "grad",
    "gradcheck",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]

Function = Callable[..., Any]


def _fresh(tree: Tree) -> tuple[Tree, list[Tensor]]:
    """The same tensors as leaves; those with a past keep it."""
    new = []
    for x in leaves(tree):
        inside = x.past is not None  # of an outer derivative, say
        leaf = Tensor(x.array, requires_grad=True)
        new.append(x.clone() if inside else leaf)
    return rebuild(tree, new), new


def _by(
    outputs: list[Tensor], inputs: list[Tensor], seeds: Any, graph: bool
) -> list[Tensor]:
    """Gradients, zero where nothing depends on an input."""
    found = gradients(outputs, inputs, seeds, create_graph=graph)
    return [
        zeros_like(x) if g is None else g
        for g, x in zip(found, inputs, strict=True)
    ]


def _nested(inputs: list[Tensor]) -> bool:
    """Whether the result will be differentiated again."""
    return any(isinstance(x.past, Node) for x in inputs)


@documented
def value_and_grad(f: Function, argnums: int = 0) -> Function:
    """Make a function that gives the value and the gradient.

    f : callable
        Gives one number.
    returns : callable
        Takes what `f` takes; gives the value and a tree like the argument.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import value_and_grad
    >>> value_and_grad(lambda w: (w * w).sum())(tensor([1.0, 2.0]))
    (tensor(5.), tensor([2., 4.]))
    """

    def transformed(*args: Tree, **named: Any) -> tuple[Tensor, Tree]:
        with enable_grad():
            tree, inputs = _fresh(args[argnums])
            value = f(*args[:argnums], tree, *args[argnums + 1 :], **named)
        if value.shape != ():
            asked = "grad(f) differentiates one number"
            do = "call .sum() at the end of f"
            raise ShapeError(asked, f"the shape {value.shape}", do)
        graph = _nested(inputs)
        found = _by([value], inputs, None, graph)
        value = value if graph else value.detach()
        return value, rebuild(args[argnums], found)

    return transformed


@documented
def grad(f: Function, argnums: int = 0) -> Function:
    """Make the gradient of a function, which is a function again.

    f : callable
        Gives one number.
    returns : callable
        Takes what `f` takes; gives a tree like the argument.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import grad
    >>> cube = lambda x: (x * x * x).sum()
    >>> grad(lambda x: grad(cube)(x).sum())(tensor([1.0, 2.0]))
    tensor([ 6., 12.])
    """
    both = value_and_grad(f, argnums)

    def transformed(*args: Tree, **named: Any) -> Tree:
        return both(*args, **named)[1]

    return transformed


def vjp(f: Function, *args: Tree) -> tuple[Tree, Function]:
    """Compute a function, and make the one that takes gradients back.

    Parameters
    ----------
    f : callable
        Gives a tree of tensors.
    *args : tree of Tensor
        What to call it with.

    Returns
    -------
    outputs : tree of Tensor
        What `f` gives.
    pull : callable
        Takes gradients of the outputs; gives those of the arguments.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import vjp
    >>> y, pull = vjp(lambda x: x * x, tensor([1.0, 2.0]))
    >>> y, pull(tensor([1.0, 10.0]))
    (tensor([1., 4.]), (tensor([ 2., 40.]),))
    """
    with enable_grad():
        trees, inputs = _fresh(args)
        outputs = f(*trees)
    graph, ends = _nested(inputs), leaves(outputs)

    def pull(seeds: Tree) -> tuple[Tree, ...]:
        found = _by(ends, inputs, leaves(seeds), graph)
        together: tuple[Tree, ...] = rebuild(args, found)
        return together

    plain = ends if graph else [x.detach() for x in ends]
    return rebuild(outputs, plain), pull


def jvp(f: Function, primals: Tree, tangents: Tree) -> tuple[Tree, Tree]:
    """Compute a function, and its rate of change in one direction.

    Parameters
    ----------
    f : callable
        Gives a tree of tensors.
    primals : tuple of trees of Tensor
        What to call it with.
    tangents : tuple of trees of Tensor
        The direction: how fast each of them changes.

    Returns
    -------
    outputs : tree of Tensor
        What `f` gives.
    rates : tree of Tensor
        How fast that changes.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import jvp
    >>> x, v = tensor([1.0, 2.0]), tensor([1.0, 10.0])
    >>> jvp(lambda x: x * x, (x,), (v,))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        trees, inputs = _fresh(primals)
        outputs = f(*trees)
        ends = leaves(outputs)
        seeds = [zeros_like(x, requires_grad=True) for x in ends]
        back = _by(ends, inputs, seeds, graph=True)
        rates = _by(back, seeds, leaves(tangents), _nested(inputs))
    plain = ends if _nested(inputs) else [x.detach() for x in ends]
    return rebuild(outputs, plain), rebuild(outputs, rates)


@documented
def hvp(f: Function, primals: Tree, tangents: Tree) -> Tree:
    """Multiply the second derivatives of a function with a direction.

    f : callable
        Gives one number.
    returns : tuple of trees of Tensor
        How fast each gradient changes.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import hvp
    >>> x, v = tensor([1.0, 2.0]), tensor([1.0, 10.0])
    >>> hvp(lambda x: (x * x * x).sum(), (x,), (v,))
    (tensor([  6., 120.]),)
    """
    with enable_grad():
        trees, inputs = _fresh(primals)
        first = _by([f(*trees)], inputs, None, graph=True)
        second = _by(first, inputs, leaves(tangents), _nested(inputs))
    return rebuild(primals, second)


# --- Whole matrices of derivatives ---


def _units(x: Tensor) -> list[Tensor]:
    """For each number of a tensor, 1 in its place and 0 elsewhere."""
    n = x.array.size
    ones = np.eye(n, dtype=x.dtype).reshape(n, *x.shape)
    return [make(one) for one in ones]


@documented
def jacobian(
    f: Function, argnums: int = 0, *, mode: str = "reverse"
) -> Function:
    """Make the function of all derivatives of all outputs.

    mode : {'reverse', 'forward'}, optional
        Whether to go through the graph once for each output, or for each
        input; the default suits few outputs.
    returns : callable
        Takes what `f` takes; gives a tree in the form of the output, with a
        tree in the form of the argument for each tensor, whose axes are
        those of the output and then those of the argument.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import jacobian
    >>> jacobian(lambda x: x * x)(tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    modes = {"reverse": _by_outputs, "forward": _by_inputs}
    to_choice(mode, "jacobian(mode=) is one of", modes)

    def transformed(*args: Tree, **named: Any) -> Tree:
        def g(x: Tree) -> Tree:
            return f(*args[:argnums], x, *args[argnums + 1 :], **named)

        return modes[mode](g, args[argnums])

    return transformed


def _by_outputs(f: Function, x: Tree) -> Tree:
    outputs, pull = vjp(f, x)
    ends, found = leaves(outputs), []
    for i, end in enumerate(ends):
        rows = []
        for unit in _units(end):
            seeds = [zeros_like(other) for other in ends]
            seeds[i] = unit
            (row,) = pull(rebuild(outputs, seeds))
            rows.append(leaves(row))
        whole = [
            stack(numbers).reshape(*end.shape, *inside.shape)
            for numbers, inside in zip(
                zip(*rows, strict=True), leaves(x), strict=True
            )
        ]
        found.append(rebuild(x, whole))
    return rebuild(outputs, found)


def _by_inputs(f: Function, x: Tree) -> Tree:
    starts, columns, outputs = leaves(x), [], None
    for i, start in enumerate(starts):
        rates = []
        for unit in _units(start):
            tangents = [zeros_like(other) for other in starts]
            tangents[i] = unit
            outputs, rate = jvp(f, (x,), (rebuild(x, tangents),))
            rates.append(leaves(rate))
        columns.append([stack(one, -1) for one in zip(*rates, strict=True)])
    found = [
        rebuild(
            x,
            [
                one.reshape(*one.shape[:-1], *start.shape)
                for one, start in zip(row, starts, strict=True)
            ],
        )
        for row in zip(*columns, strict=True)
    ]
    return rebuild(outputs, found)


@documented
def hessian(f: Function, argnums: int = 0) -> Function:
    """Make the function of all second derivatives.

    f : callable
        Gives one number.
    returns : callable
        Takes what `f` takes; gives a tree in the form of the argument, with
        such a tree for each tensor.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import hessian
    >>> hessian(lambda x: (x * x * x).sum())(tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacobian(grad(f, argnums), argnums)


# --- Looking for faults ---


@documented
def gradcheck(
    f: Function,
    *args: Tree,
    step: float = 1e-6,
    tolerance: float = 1e-5,
) -> bool:
    """Compare derivatives in both modes with differences of the values.

    f : callable
        Gives a tree of tensors; smooth there.
    args : tree of Tensor
        Where; float64, or the differences have too few digits.
    step : float, optional
        By how much a number is moved to both sides.
    tolerance : float, optional
        The largest error, relative where numbers exceed 1.
    returns : bool
        True, if there is no error.

    >>> from micrograd.tensors import float64, tensor
    >>> from micrograd.tensors.transforms import gradcheck
    >>> gradcheck(lambda x: x.tanh().sum(), tensor([0.5, -1.0], dtype=float64))
    True
    """
    inputs = leaves(args)
    if any(x.dtype != np.float64 for x in inputs):
        asked = "gradcheck(f, *args) takes tensors of float64"
        raise NumberError(asked, f"{inputs[0].dtype}", "call .double()")
    call = lambda tree: f(*tree)  # noqa: E731
    given = [leaves(jacobian(call, mode=mode)(args)) for mode in MODES]
    for k, (i, start, numeric) in enumerate(_differences(call, args, step)):
        for mode, found in zip(MODES, given, strict=True):
            analytic = found[k].array
            error = np.abs(analytic - numeric) / np.maximum(1, np.abs(numeric))
            if not (error <= tolerance).all():
                at = np.unravel_index(np.argmax(error), error.shape)
                _wrong(mode, i, start, at, numeric[at], analytic[at])
    return True


MODES = ("reverse", "forward")


def _differences(f: Function, tree: Tree, step: float) -> Any:
    """For each output and argument the numbers of a Jacobian."""
    inputs, columns = leaves(tree), []
    for i, x in enumerate(inputs):
        moved = []
        for unit in _units(x):
            ends = []
            for h in (step, -step):
                new = [*inputs]
                new[i] = make(x.array + h * unit.array)
                ends.append(leaves(f(rebuild(tree, new))))
            pairs = zip(*ends, strict=True)
            moved.append([(a - b).array / (2 * step) for a, b in pairs])
        columns.append([np.stack(d, -1) for d in zip(*moved, strict=True)])
    for row in zip(*columns, strict=True):
        for i, (x, d) in enumerate(zip(inputs, row, strict=True)):
            yield i, x, d.reshape(*d.shape[:-1], *x.shape)


def _wrong(
    mode: str, i: int, x: Tensor, at: Any, numeric: float, analytic: float
) -> None:
    place = tuple(map(int, at[len(at) - x.ndim :]))
    asked = f"gradcheck() found that differences give {numeric:.8g} as"
    asked += f" derivative with respect to {place} of input {i}"
    do = "correct the partials it uses, or move away from a kink"
    raise GradcheckError(asked, f"{analytic:.8g} in {mode} mode", do)


class NonFinite(NamedTuple):
    """Where the numbers of a graph stopped being finite.

    Attributes
    ----------
    row : str
        The name of the operation.
    shape : tuple of int
        The shape of what it gave.
    at : tuple of int
        The first place there that is not finite.
    number : float
        What stands there.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import find_nonfinite
    >>> x = tensor([1.0, 0.0], requires_grad=True)
    >>> print(find_nonfinite((x.log() * 2.0).sum()))
    log gave -inf at (1,) of (2,)
    """

    row: str
    shape: tuple[int, ...]
    at: tuple[int, ...]
    number: float

    def __str__(self) -> str:
        return f"{self.row} gave {self.number} at {self.at} of {self.shape}"


@documented
def find_nonfinite(root: Tensor) -> NonFinite | None:
    """Find the first operation of a graph whose result is not finite.

    What the graph remembers for its gradients is looked at, and what can be
    had from it again; so before ``backward()``, which forgets it.  Of sums
    and of products with a number nothing is remembered: they are seen where
    their result is used.

    root : Tensor
        The result to look behind, such as a loss.
    returns : NonFinite or None
        The operation; None if everything is finite.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.transforms import find_nonfinite
    >>> find_nonfinite(tensor([1.0], requires_grad=True).exp()) is None
    True
    """
    if not isinstance(root.past, Node):
        asked = "find_nonfinite(root) looks at what was computed"
        raise GraphError(asked, "a tensor without a graph", "pass the loss")
    for node in reversed(order(root.past)):
        z, *operands = node.kept[: 1 + len(node.inputs)]
        for x, past in zip(operands, node.inputs, strict=True):
            name = past.row.name if isinstance(past, Node) else "an input"
            found = None if x is None else _nonfinite(name, x)
            if found is not None:
                return found
        if z is None and not any(x is None for x in operands):
            z = _again(node, operands)
        found = None if z is None else _nonfinite(node.row.name, z)
        if found is not None:
            return found
    return _nonfinite(root.past.row.name, root.array)


def _again(node: Node, operands: list[Any]) -> Any:
    """What an operation gave, computed once more."""
    row: Any = node.row
    forward = getattr(row, "forward", None)
    if forward is not None:
        return calmly(forward, *operands)
    if isinstance(row, Fused):
        return calmly(row.compute, operands, node.how)[0]
    return row.compute(*operands, **node.how)


def _nonfinite(name: str, x: Any) -> NonFinite | None:
    array = np.asarray(x)
    wrong = ~np.isfinite(array) if array.dtype.kind == "f" else np.zeros(1)
    if not wrong.any():
        return None
    at = np.unravel_index(np.argmax(wrong), array.shape)
    number = float(array[at])
    return NonFinite(name, array.shape, tuple(map(int, at)), number)
