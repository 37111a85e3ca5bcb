r"""Functions of functions, on tensors: gradients, products, any order.

As :mod:`micrograd.transforms`, with arguments that are trees of tensors.
All of it is reverse mode.  A rate of change forwards is had from it too:
the gradient :math:`J^\top u` is linear in `u`, so its own derivative by
`u`, in the direction `v`, is :math:`J v`.

Notation: `f` a function of trees of tensors, `J` its Jacobian; `u` and `v`
what it is multiplied by.

Leaves out: whole Jacobians.

Sources: JAX for names and arguments; the double transpose after Townsend,
"A new trick for calculating Jacobian vector products", 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from micrograd.errors import ShapeError
from micrograd.recording import enable_grad
from micrograd.tensors.creation import zeros_like
from micrograd.tensors.engine import Node, Tensor, gradients
from micrograd.trees import Tree, leaves, rebuild

__all__ = ["grad", "hvp", "jvp", "value_and_grad", "vjp"]

Function = Callable[..., Any]


def _fresh(tree: Tree) -> tuple[Tree, list[Tensor]]:
    """The same tensors as leaves; those with a past keep it."""
    new = []
    for x in leaves(tree):
        inside = x.past is not None  # of an outer derivative, say
        new.append(x.clone() if inside else Tensor(x.array, True))
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


def value_and_grad(f: Function, argnums: int = 0) -> Function:
    """Make a function that gives the value and the gradient.

    Parameters
    ----------
    f : callable
        Gives one number.
    argnums : int, optional
        By which argument to differentiate.

    Returns
    -------
    callable
        Takes what `f` takes; gives the value and a tree like the argument.

    Examples
    --------
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


def grad(f: Function, argnums: int = 0) -> Function:
    """Make the gradient of a function, which is a function again.

    Parameters
    ----------
    f : callable
        Gives one number.
    argnums : int, optional
        By which argument to differentiate.

    Returns
    -------
    callable
        Takes what `f` takes; gives a tree like the argument.

    Examples
    --------
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
        seeds = [Tensor(zeros_like(x).array, True) for x in ends]
        back = _by(ends, inputs, seeds, graph=True)
        rates = _by(back, seeds, leaves(tangents), _nested(inputs))
    plain = ends if _nested(inputs) else [x.detach() for x in ends]
    return rebuild(outputs, plain), rebuild(outputs, rates)


def hvp(f: Function, primals: Tree, tangents: Tree) -> Tree:
    """Multiply the second derivatives of a function with a direction.

    Parameters
    ----------
    f : callable
        Gives one number.
    primals : tuple of trees of Tensor
        Where.
    tangents : tuple of trees of Tensor
        The direction.

    Returns
    -------
    tuple of trees of Tensor
        How fast each gradient changes.

    Examples
    --------
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
