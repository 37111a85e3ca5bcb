"""Functions of functions: gradients, Jacobians, Hessians, of any order.

*Reverse mode* runs a function on ``Value`` objects and its graph backwards:
one pass gives the derivatives with respect to all inputs.  *Forward mode*
runs it on dual numbers: one run gives the derivative of every output in
one direction.  Both read the same partials of the same table, and since
partials are ordinary arithmetic, either can be read on the other: that is
all there is to second derivatives.

Notation: `f` a function of trees of numbers, see :mod:`micrograd.trees`; a
*variable* is a fresh ``Value`` that stands for one number of an argument.

Leaves out: arrays as arguments; sparsity.

Sources: [Griewank2008]_, chapters 3 and 5; JAX for names and arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from itertools import count
from operator import index
from typing import Any

from micrograd.documentation import shared
from micrograd.dual import Dual, split
from micrograd.engine import Value
from micrograd.errors import OptionError, ShapeError
from micrograd.namespaces import to_choice, to_count, to_function, to_number
from micrograd.operators import Ground, Operators, ground
from micrograd.recording import depth, enable_grad
from micrograd.reverse import derivatives, gradients
from micrograd.trees import Tree, form, leaves, leaves_like, rebuild

__all__ = [
    "derivative",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]

Function = Callable[..., Any]

next_tag = count(1).__next__


# --- Running a function on variables of its own ---


@contextmanager
def _inside() -> Iterator[None]:
    """Inside a transform graphs are recorded, whatever goes on outside."""
    token = depth.set(depth.get() + 1)
    try:
        with enable_grad():
            yield
    finally:
        depth.reset(token)


class _Run:
    """One call of `f` with fresh variables in chosen arguments."""

    def __init__(
        self, f: Function, args: Any, named: Any, chosen: Any
    ) -> None:
        self.variables: list[Value] = []
        self.trees = [args[n] for n in chosen]
        # Whether the results must be differentiable in turn.
        self.nested = depth.get() > 0 or _differentiable(self.trees)
        with _inside():
            fresh = rebuild(self.trees, map(self.fresh, leaves(self.trees)))
            replaced = dict(zip(chosen, fresh, strict=True))
            args = [replaced.get(n, x) for n, x in enumerate(args)]
            self.output = f(*args, **named)

    def fresh(self, x: Any) -> Any:
        """A variable with this number, linked to it where it has a past."""
        if isinstance(x, Dual):
            return Dual(x.tag, self.fresh(x.primal), x.tangent)
        # Times one is a node of our own that leads to x.
        variable = x * 1.0 if isinstance(x, Value) else Value(x)
        self.variables.append(variable)
        return variable

    def derivatives(self, output: Any) -> tuple[Tree, ...]:
        """One tree of derivatives for each chosen argument."""
        grads = derivatives(output, self.variables, record=self.nested)
        return self.plain(tuple(rebuild(self.trees, grads)))  # type: ignore[no-any-return]

    def plain(self, tree: Tree) -> Tree:
        """Numbers for callers outside, differentiable ones for those in."""
        return tree if self.nested else _plain(tree)


def _plain(tree: Tree) -> Tree:
    return rebuild(tree, map(ground, leaves(tree)))


def _differentiable(tree: Tree) -> bool:
    readers = [x for x in leaves(tree) if isinstance(x, Operators)]
    return not all(isinstance(x, Ground) for x in readers)


def _checked(output: Tree, name: str, *, one: bool = False) -> Tree:
    """What `f` returned: one number, or a tree of numbers."""
    for x in [output] if one else leaves(output):
        if not isinstance(x, Operators):
            several = not isinstance(x, str) and hasattr(x, "__iter__")
            do = "for several outputs use jacobian" if several else ""
            what = "one number" if one else "numbers"
            to_number(x, f"{name} needs f to return {what}", do)
    return output


def _chosen(argnums: Any, args: Sequence[Any]) -> list[int]:
    """The places of the chosen arguments, counted from 0."""
    several = hasattr(argnums, "__iter__")
    try:
        chosen = [index(n) for n in (argnums if several else [argnums])]
    except TypeError:
        asked = "argnums= takes an int or some of them"
        raise OptionError(asked, repr(argnums), "count from 0") from None
    places = [n + len(args) if n < 0 else n for n in chosen]
    if not set(places) <= set(range(len(args))):
        asked = f"argnums={argnums} counts arguments from 0"
        given = f"a call with {len(args)}"
        raise ShapeError(asked, given, "pass them by position")
    if len(set(places)) < len(places):
        asked = "argnums names each argument once"
        raise ShapeError(asked, f"{argnums}", "leave out the second")
    return places


# --- The transforms ---

of_functions = shared("""
f : callable
    Takes trees of numbers and returns one; one number, where what is
    asked for is a gradient or has one in it.
argnums : int, optional
    The argument to differentiate by, counted from 0.
primals : sequence of trees of float
    The arguments.
tangents : sequence of trees of float
    The direction: one number for each number of the arguments.
raises : NumberError
    If `f` returns anything but numbers, or but the one number.
raises : ShapeError
    If an argument is not passed by position, or two trees differ.
raises : OptionError
    If `f` is no function, or an option is outside its range.
""")


@of_functions
def value_and_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Turn `f` into a function that returns its value and its gradient.

    argnums : int or sequence of int, optional
        The arguments to differentiate by, counted from 0.
    returns : callable
        Takes what `f` takes; returns the value and, in the form of the
        chosen argument (for a sequence: a tuple), the gradient.  Plain
        floats, with no way back to Values that `f` uses, unless called on
        Values or inside another transform.

    >>> from micrograd import value_and_grad
    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    @wraps(to_function(f, "value_and_grad"))
    def transformed(*args: Any, **named: Any) -> tuple[Any, Any]:
        run = _Run(f, args, named, _chosen(argnums, args))
        output = _checked(run.output, "a gradient", one=True)
        grads = run.derivatives(output)
        gradient = grads if hasattr(argnums, "__iter__") else grads[0]
        return run.plain(output), gradient

    return transformed


@of_functions
def grad(
    f: Function | Value | Sequence[Value],
    argnums: Any = 0,
    *,
    create_graph: bool = False,
) -> Any:
    """Turn `f` into its gradient; or differentiate Values, as PyTorch does.

    f : callable, or Value, or sequence of Value
        A function of trees of numbers that returns one number.  Or
        outputs, whose sum is differentiated.
    argnums : int or sequence of int, or Value or sequence of Value
        The arguments to differentiate by, counted from 0.  Or the inputs.
    create_graph : bool, optional
        Only for outputs and inputs: whether the results carry a graph, so
        that they can be differentiated in turn.
    returns : callable, or tuple of Value
        The gradient as a function, see :func:`value_and_grad`.  Or the
        derivatives with respect to each input; unlike ``backward`` this
        leaves every ``grad`` as it is.  What does not depend on an input
        has derivative 0, where PyTorch raises.

    >>> from micrograd import Value, grad, tanh
    >>> grad(tanh)(0.0), grad(grad(grad(tanh)))(0.0)
    (1.0, -2.0)
    >>> grad(lambda model, x: model["w"] * x)({"w": 2.0}, 3.0)
    {'w': 3.0}

    On Values:

    >>> x = Value(3.0)
    >>> (slope,) = grad(x * x * x, x, create_graph=True)
    >>> slope.backward()
    >>> slope.data, x.grad
    (27.0, 18.0)
    """
    if not callable(f):
        return gradients(f, argnums, create_graph=create_graph)
    both = value_and_grad(f, argnums)

    @wraps(f)
    def transformed(*args: Any, **named: Any) -> Any:
        return both(*args, **named)[1]

    return transformed


@of_functions
def vjp(f: Function, *args: Tree) -> tuple[Tree, Function]:
    """Run `f`, and return a function that pulls gradients back through it.

    *args : tree of float
        Where to run it.
    returns : output : tree of float
        What `f` returns.
    returns : pull : callable
        Takes a tree of gradients in the form of the output; returns a
        tuple of gradients, one for each argument.  One pass over the
        graph, however many arguments there are.

    >>> from micrograd import vjp
    >>> output, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> output, pull([1.0, 0.0]), pull([0.0, 1.0])
    ([6.0, 5.0], (3.0, 2.0), (1.0, 1.0))
    """
    run = _Run(to_function(f, "vjp"), args, {}, range(len(args)))
    _checked(run.output, "vjp")

    def pull(gradients: Tree) -> tuple[Tree, ...]:
        outputs, seeds = _matching(run.output, gradients, "pull(gradients)")
        with _inside():
            products = [y * g for y, g in zip(outputs, seeds, strict=True)]
            total = sum(products)
        return run.derivatives(total)

    return run.plain(run.output), pull


@of_functions
def jvp(f: Function, primals: Tree, tangents: Tree) -> tuple[Tree, Tree]:
    """Run `f` and the rate at which it changes in one direction.

    returns : output, rate : tree of float
        What `f` returns, and its derivative in that direction: one run
        of `f` on dual numbers, however many outputs there are.

    >>> from micrograd import jvp, sin
    >>> jvp(lambda x, y: [x * y, sin(x)], (0.0, 3.0), (1.0, 0.0))
    ([0.0, 0.0], [3.0, 1.0])
    """
    asked = "jvp(f, primals, tangents)"
    numbers, rates = _matching(_arguments(primals, asked), tangents, asked)
    tag = next_tag()
    with _inside():
        pairs = zip(numbers, rates, strict=True)
        args = rebuild(primals, [Dual(tag, x, rate) for x, rate in pairs])
        output = _checked(to_function(f, "jvp")(*args), "jvp")
    halves = [split(x, tag) for x in leaves(output)]
    first = rebuild(output, [x for x, _ in halves])
    second = rebuild(output, [rate for _, rate in halves])
    if depth.get() > 0 or _differentiable([primals, tangents]):
        return first, second
    return _plain(first), _plain(second)


def _matching(tree: Tree, other: Tree, asked: str) -> tuple[Any, Any]:
    """The numbers of two trees of one form, those of the first in order."""
    count, others = len(leaves(tree)), len(_numbers(leaves(other), asked))
    if form(tree) != form(other):
        expected = f"{asked} needs two trees of {count} numbers"
        do = "give the second the form of the first"
        raise ShapeError(expected, f"{others} in another form", do)
    numbers = _numbers(leaves(tree), asked)
    return numbers, _numbers(leaves_like(tree, other), asked)


def _numbers(half: list[Any], asked: str) -> list[Any]:
    return [
        x if isinstance(x, Operators) else to_number(x, asked) for x in half
    ]


def _arguments(args: Any, asked: str) -> Any:
    """All arguments of a function, in a list or a tuple."""
    if isinstance(args, (list, tuple)):
        return args
    do = "put it into a tuple, as in (x,)"
    raise ShapeError(f"{asked} takes all arguments", f"{args!r}", do)


@of_functions
def hvp(f: Function, primals: Tree, tangents: Tree) -> Tree:
    """The Hessian of `f` times a vector, without making the Hessian.

    Forward mode over reverse mode: the rate of change of the gradient in
    one direction costs a few runs of `f`, however many inputs there are.

    returns : tuple of trees of float
        The product, in the form of the arguments.

    >>> from micrograd import hvp
    >>> hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 4.0)
    """
    asked = "hvp(f, primals, tangents)"
    gradient = grad(f, range(len(_arguments(primals, asked))))
    _matching(primals, tangents, asked)
    return jvp(gradient, primals, tangents)[1]


@of_functions
def jacobian(
    f: Function, argnums: int = 0, *, mode: str = "reverse"
) -> Function:
    """Turn `f` into the function of all derivatives of all its outputs.

    mode : {"reverse", "forward"}, optional
        Reverse mode visits the graph once for each output, forward mode
        runs `f` once for each input; the default suits few outputs.
    returns : callable
        Returns a tree in the form of the output, with a tree in the form
        of the argument for each of its numbers.

    >>> from micrograd import jacobian
    >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    modes = {"reverse": _rows, "forward": _columns}
    to_choice(mode, "jacobian(mode=...) is one of", modes)

    @wraps(to_function(f, "jacobian"))
    def transformed(*args: Any, **named: Any) -> Tree:
        n, *more = _chosen(argnums, args)
        if more:
            asked = "jacobian(argnums=) takes one int"
            raise OptionError(asked, repr(argnums), "call it for each")

        def g(x: Any) -> Any:
            return f(*args[:n], x, *args[n + 1 :], **named)

        return modes[mode](g, args[n])

    return transformed


def _rows(f: Function, x: Tree) -> Tree:
    run = _Run(f, (x,), {}, [0])
    outputs = leaves(_checked(run.output, "jacobian"))
    return rebuild(run.output, [run.derivatives(y)[0] for y in outputs])


def units(n: int) -> list[list[float]]:
    """The directions along each of `n` axes."""
    return [[float(i == j) for j in range(n)] for i in range(n)]


def _columns(f: Function, x: Tree) -> Tree:
    n = len(leaves(x))
    if n == 0:
        return _rows(f, x)
    runs = [jvp(f, (x,), (rebuild(x, unit),)) for unit in units(n)]
    columns = [leaves(rate) for _, rate in runs]
    rows = [rebuild(x, row) for row in zip(*columns, strict=True)]
    return rebuild(runs[0][0], rows)


@of_functions
def hessian(f: Function, argnums: int = 0) -> Function:
    """Turn `f` into the function of all its second derivatives.

    returns : callable
        Returns a tree in the form of the argument, with such a tree for
        each of its numbers: for a list, a symmetric list of lists.

    >>> from micrograd import hessian
    >>> hessian(lambda v: v[0] * v[0] * v[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums, mode="forward")


@of_functions
def derivative(f: Function, n: int = 1) -> Function:
    """Turn a function of one number into its `n`-th derivative.

    n : int >= 0, optional
        How often; each takes about three times as long as the one before.
    returns : callable
        The derivative.

    >>> from micrograd import derivative, exp
    >>> derivative(lambda x: x**4, 3)(1.0), derivative(exp, 10)(0.0)
    (24.0, 1.0)
    """
    for _ in range(to_count(n, "derivative(f, n)", 0)):
        f = _slope(f)
    return f


def _slope(f: Function) -> Function:
    @wraps(to_function(f, "derivative"))
    def slope(x: Any) -> Any:
        def g(x: Any) -> Any:
            return _checked(f(x), "derivative", one=True)

        return jvp(g, (x,), (1.0,))[1]

    return slope
