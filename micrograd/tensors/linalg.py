r"""Systems of linear equations: solutions, inverses, determinants; lengths.

A matrix enters none of them by a curve of its own.  With :math:`A z = b`
a change of both gives :math:`A\, dz = db - dA\, z`, another system with the
same matrix; a gradient solves one with its transpose.

Notation
--------
a, b
    Matrices, and what their products with solutions are; axes in front
    are those of several systems.
z, g
    A result and its gradient.

Leaves out: eigenvalues, and other ways to take matrices apart.

Sources: PyTorch for names; for derivatives M. Giles, *Collected matrix
derivative results for forward and reverse mode algorithmic
differentiation*, 2008, and Golub and Pereyra, 1973.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from micrograd.documentation import shared
from micrograd.errors import OptionError, ShapeError
from micrograd.tensors import functions
from micrograd.tensors.custom import Function
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.libraries import kind, namespace
from micrograd.tensors.short import ShortMethods

__all__ = [
    "det",
    "inv",
    "logdet",
    "lstsq",
    "norm",
    "pinv",
    "slogdet",
    "solve",
    "vector_norm",
]


def _turned(x: Any) -> Any:
    return x.transpose(-2, -1)


def _along_inverse(a: Any, numbers: Any) -> Any:
    """Transposed inverses, each times a number."""
    return numbers[..., None, None] * _turned(inv(a))


def _checked(x: Any, name: str, square: bool = True) -> Any:
    """Matrices of floats."""
    given = f"the shape {tuple(x.shape)}"
    if x.ndim < 2 or (square and x.shape[-1] != x.shape[-2]):
        asked = f"linalg.{name}() takes {'square ' * square}matrices"
        raise ShapeError(asked, given, "check the last two axes")
    if kind(x.dtype) != 2:
        asked = f"linalg.{name}() takes floats"
        raise OptionError(asked, f"{x.dtype}", "convert them with .float()")
    return x


def _computed(name: str, *arrays: Any) -> Any:
    """What the library of the arrays computes, or an error of ours."""
    try:
        return getattr(namespace(arrays[0]).linalg, name)(*arrays)
    except np.linalg.LinAlgError:
        asked = f"linalg.{name}() needs a matrix that has an inverse"
        do = "use linalg.pinv or lstsq, or add a multiple of eye(n)"
        raise OptionError(asked, "a singular one", do) from None


class Solve(Function):
    """Solve systems of as many equations as unknowns.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import Solve
    >>> Solve.apply(tensor([[2.0]]), tensor([[6.0]]))
    tensor([[3.]])
    """

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        """Solve, and keep the matrices and the solutions."""
        z = make(_computed("solve", a.array, b.array))
        ctx.save_for_backward(a, z)
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Solve with the transposes."""
        a, z = ctx.saved_tensors
        of_b = Solve.apply(_turned(a), g)
        return -(of_b @ _turned(z)), of_b


class Pseudo(Function):
    """Compute pseudoinverses.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import Pseudo
    >>> Pseudo.apply(tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Compute them, and keep them and the matrices."""
        z = make(_computed("pinv", a.array))
        ctx.save_for_backward(a, z)
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Apply the formula for matrices that keep their rank."""
        a, z = ctx.saved_tensors
        zt, gt = _turned(z), _turned(g)
        left = gt @ z @ zt
        right = zt @ z @ gt
        return left - a @ (z @ left) + right - (right @ z) @ a - zt @ g @ zt


class Det(Function):
    """Compute determinants.

    Examples
    --------
    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import Det
    >>> Det.apply(eye(2))
    tensor(1.)
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Compute them, and keep them and the matrices."""
        z = make(namespace(a.array).linalg.det(a.array))
        ctx.save_for_backward(a, z)
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Multiply the transposed inverses."""
        a, z = ctx.saved_tensors
        return _along_inverse(a, g * z)


class LogDet(Function):
    """Compute logarithms of absolute determinants.

    Examples
    --------
    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import LogDet
    >>> LogDet.apply(eye(2))
    tensor(0.)
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Compute them, and keep the matrices."""
        ctx.save_for_backward(a)
        return make(namespace(a.array).linalg.slogdet(a.array)[1])

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Multiply the transposed inverses."""
        (a,) = ctx.saved_tensors
        return _along_inverse(a, g)


class Sign(NamedTuple):
    """A determinant as a sign and the logarithm of its size.

    Examples
    --------
    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import slogdet
    >>> slogdet(-eye(3)).sign
    tensor(-1.)
    """

    sign: Tensor
    logabsdet: Tensor


class Least(NamedTuple):
    """The nearest solutions, and what PyTorch gives beside them.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import lstsq
    >>> a = tensor([[1.0], [1.0]])
    >>> lstsq(a, tensor([[1.0], [3.0]])).rank
    tensor(1)
    """

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


@documented
def solve(a: Tensor, b: Tensor) -> Tensor:
    """Solve systems of as many equations as unknowns.

    a : Tensor, (..., n, n)
        The matrices.
    b : Tensor, (..., n) or (..., n, k)
        The right-hand sides.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import solve
    >>> solve(tensor([[2.0, 0.0], [1.0, 1.0]]), tensor([2.0, 4.0]))
    tensor([1., 3.])
    """
    _checked(a, "solve")
    alone = b.ndim == 1 or tuple(b.shape) == tuple(a.shape[:-1])
    column = b.unsqueeze(-1) if alone else b
    if column.shape[-2] != a.shape[-1]:
        asked = f"linalg.solve() takes {a.shape[-1]} numbers on the right"
        given = f"the shape {tuple(b.shape)}"
        raise ShapeError(asked, given, "pass one for each row of the matrix")
    lead = np.broadcast_shapes(a.shape[:-2], column.shape[:-2])
    a = a.expand(*lead, *a.shape[-2:])
    z = Solve.apply(a, column.expand(*lead, *column.shape[-2:]))
    return z.squeeze(-1) if alone else z


@documented
def inv(a: Tensor) -> Tensor:
    """Invert matrices.

    a : Tensor, (..., n, n)
        The matrices.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import inv
    >>> inv(tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    n = _checked(a, "inv").shape[-1]
    one = namespace(a.array).eye(n, dtype=a.array.dtype)
    return solve(a, a.constant(one))


@documented
def pinv(a: Tensor) -> Tensor:
    """Compute the pseudoinverses of matrices.

    a : Tensor, (..., m, n)
        The matrices.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import pinv
    >>> pinv(tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return Pseudo.apply(_checked(a, "pinv", square=False))


@documented
def slogdet(a: Tensor) -> Sign:
    """Compute the sign of determinants, and the logarithm of their size.

    a : Tensor, (..., n, n)
        The matrices.
    returns : tuple of Tensor
        Both.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import slogdet
    >>> sign, size = slogdet(tensor([[0.0, 1.0], [1.0, 0.0]]))
    >>> sign, size
    (tensor(-1.), tensor(0.))
    """
    array = _checked(a, "slogdet").array
    sign = namespace(array).linalg.slogdet(array)[0]
    return Sign(a.constant(sign), LogDet.apply(a))


@documented
def det(a: Tensor) -> Tensor:
    """Compute determinants.

    a : Tensor, (..., n, n)
        The matrices; for a gradient they need inverses.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import det
    >>> det(tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor(8.)
    """
    return Det.apply(_checked(a, "det"))


@documented
def logdet(a: Tensor) -> Tensor:
    """Compute logarithms of determinants; of negative ones, nan.

    a : Tensor, (..., n, n)
        The matrices.

    >>> from micrograd.tensors import eye, logdet
    >>> logdet(eye(2))
    tensor(0.)
    """
    sign, size = slogdet(a)
    return functions.where(sign < 0, math.nan, size)


@documented
def lstsq(a: Tensor, b: Tensor) -> Least:
    """Find the solutions of systems that miss by the least.

    For matrices that lack a rank it is the shortest of these.

    a : Tensor, (..., m, n)
        The matrices.
    b : Tensor, (..., m, k)
        The right-hand sides.
    returns : tuple of Tensor
        The solutions, nothing, the ranks of the matrices, and nothing, as
        PyTorch gives unless it is told another way to compute.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import lstsq
    >>> a = tensor([[1.0], [1.0]])
    >>> lstsq(a, tensor([[1.0], [3.0]])).solution
    tensor([[2.0000]])
    """
    z = pinv(a) @ b
    rank = np.linalg.matrix_rank(np.asarray(a.array))
    none = z.detach().reshape(-1)[:0]
    return Least(z, none, a.constant(np.asarray(rank)), none)


# --- Lengths ---

length = shared("""
x : Tensor
    What to compute with.
dim : int, or tuple of int, optional
    Along which axes; by default all.
keepdim : bool, optional
    Whether those axes stay, with length 1.
returns : Tensor
    The result.
""")


@length
def vector_norm(
    x: Any, ord: float = 2.0, dim: Any = None, keepdim: bool = False
) -> Any:
    """Compute the length of vectors.

    ord : float, optional
        The power; infinity for the largest absolute number.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import vector_norm
    >>> vector_norm(tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    return functions.norm(x, ord, dim, keepdim)


@length
def norm(
    x: Any, ord: Any = None, dim: Any = None, keepdim: bool = False
) -> Any:
    """Compute the length of vectors, or of all numbers of a matrix.

    ord : float, optional
        The power, for vectors.
    raises : OptionError
        If a norm of matrices is asked for.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import norm
    >>> norm(tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    axes = x.ndim if dim is None else np.size(dim)
    if isinstance(ord, str) or (ord is not None and axes > 1):
        asked = "linalg.norm(ord) takes a power for vectors alone"
        do = "leave out ord, or name one axis as dim"
        raise OptionError(asked, f"{ord!r} for {axes} axes", do)
    return vector_norm(x, 2.0 if ord is None else ord, dim, keepdim)


METHODS = {
    "det": det,
    "inverse": inv,
    "logdet": logdet,
    "pinverse": pinv,
    "slogdet": slogdet,
}
for _name, _does in METHODS.items():
    setattr(ShortMethods, _name, _does)
