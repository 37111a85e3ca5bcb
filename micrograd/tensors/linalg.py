r"""Systems of linear equations, matrices taken apart, and lengths.

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

Leaves out: eigenvalues of matrices that are not symmetric.

Sources: PyTorch for names; for derivatives M. Giles, *Collected matrix
derivative results for forward and reverse mode algorithmic
differentiation*, 2008, and Golub and Pereyra, 1973; for those of matrices
taken apart also Murray, arXiv:1602.07527, Walter and Lehmann,
arXiv:1001.1654, and Townsend, *Differentiating the singular value
decomposition*, 2016.
"""

from __future__ import annotations

import math
import operator
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from micrograd.documentation import shared
from micrograd.errors import OptionError, ShapeError
from micrograd.namespaces import to_choice
from micrograd.tensors import functions
from micrograd.tensors.custom import Function
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.libraries import kind, namespace
from micrograd.tensors.short import ShortMethods

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "cholesky_solve",
    "cond",
    "det",
    "eigh",
    "eigvalsh",
    "inv",
    "logdet",
    "lstsq",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
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


def _computed(name: str, *arrays: Any, **how: Any) -> Any:
    """What the library of the arrays computes, or an error of ours."""
    try:
        return getattr(namespace(arrays[0]).linalg, name)(*arrays, **how)
    except np.linalg.LinAlgError:
        if name == "cholesky":
            asked = "linalg.cholesky() needs positive definite matrices"
            do = "add a small multiple of eye(n)"
            raise OptionError(asked, "another", do) from None
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


class Root(Function):
    """Take matrices apart into one triangle and its transpose.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import Root
    >>> Root.apply(tensor([[4.0]]))
    tensor([[2.]])
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Take them apart, and keep the triangles."""
        z = make(_computed("cholesky", a.array))
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Apply Murray's formula, of which the result is symmetric."""
        (z,) = ctx.saved_tensors
        inverse = inv(z)
        inner = _lower(_turned(z) @ g)
        found = _turned(inverse) @ inner @ inverse
        return (found + _turned(found)) / 2


def _lower(x: Any) -> Any:
    """The lower triangle, the diagonal halved."""
    return (functions.tril(x) + functions.tril(x, -1)) / 2


class Eigen(Function):
    """Find eigenvalues, as a first row, and eigenvectors below it.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import Eigen
    >>> Eigen.apply(tensor([[2.0]]))
    tensor([[2.],
            [1.]])
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Find them, and keep them."""
        w, v = _computed("eigh", a.array)
        z = make(namespace(v).concat([w[..., None, :], v], axis=-2))
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Apply Giles's formula."""
        (z,) = ctx.saved_tensors
        w, v = z[..., 0, :], z[..., 1:, :]
        inner = _between(_turned(v) @ g[..., 1:, :], w)
        return v @ (inner + _diagonal(g[..., 0, :])) @ _turned(v)


def _diagonal(x: Any) -> Any:
    """Rows as diagonals."""
    one = namespace(x.array).eye(x.shape[-1], dtype=x.array.dtype)
    return x.unsqueeze(-2) * x.constant(one)


def _between(x: Any, w: Any) -> Any:
    """Quotients by differences of numbers, 0 on the diagonal.

    Where two numbers are equal, what is 0 stays 0, as it is for results
    that do not look at vectors.
    """
    apart = w.unsqueeze(-2) - w.unsqueeze(-1)
    one = namespace(w.array).eye(w.shape[-1], dtype=w.array.dtype)
    own = w.constant(one) != 0
    x = functions.where(own, 0.0, x)
    free = (apart == 0) & (x == 0)
    return functions.where(free, 0.0, x / functions.where(free, 1.0, apart))


class Orthogonal(Function):
    """Take high matrices apart: orthogonal, and a triangle transposed.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import Orthogonal
    >>> Orthogonal.apply(tensor([[2.0]])).abs()
    tensor([[1.],
            [2.]])
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Take them apart, and keep both."""
        q, r = _computed("qr", a.array)
        xp = namespace(q)
        z = make(xp.concat([q, xp.swapaxes(r, -2, -1)], axis=-2))
        ctx.save_for_backward(z)
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Apply the formula of Walter and Lehmann."""
        (z,) = ctx.saved_tensors
        n = z.shape[-1]
        q, rt = z[..., :-n, :], z[..., -n:, :]
        gq, gr = g[..., :-n, :], _turned(g[..., -n:, :])
        m = functions.triu(gr @ rt - _turned(q) @ gq)
        both = _lower(_turned(m))
        both = both + _turned(both)
        return (gq + q @ both) @ inv(rt)


class Singular(Function):
    """Find singular vectors of both sides, their values between them.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import Singular
    >>> Singular.apply(tensor([[2.0]])).abs()
    tensor([[1.],
            [2.],
            [1.]])
    """

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        """Find them, and keep them."""
        u, s, vh = _computed("svd", a.array, full_matrices=False)
        xp = namespace(u)
        rows = [u, s[..., None, :], xp.swapaxes(vh, -2, -1)]
        z = make(xp.concat(rows, axis=-2))
        ctx.save_for_backward(z)
        ctx.rows = a.shape[-2]
        return z

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Apply Townsend's formula."""
        (z,) = ctx.saved_tensors
        m = ctx.rows
        u, s, v = z[..., :m, :], z[..., m, :], z[..., m + 1 :, :]
        gu, gs, gv = g[..., :m, :], g[..., m, :], g[..., m + 1 :, :]
        left, right = _turned(u) @ gu, _turned(v) @ gv
        row = s.unsqueeze(-2)
        inner = _between(left - _turned(left), s * s) * row
        other = _between(right - _turned(right), s * s)
        inner = inner + _turned(row) * other + _diagonal(gs)
        found = u @ inner @ _turned(v)
        if m > s.shape[-1]:
            found = found + ((gu - u @ left) / row) @ _turned(v)
        if v.shape[-2] > s.shape[-1]:
            found = found + (u / row) @ _turned(gv - v @ right)
        return found


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


class Values(NamedTuple):
    """Eigenvalues and eigenvectors.

    Examples
    --------
    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import eigh
    >>> eigh(eye(1)).eigenvalues
    tensor([1.])
    """

    eigenvalues: Tensor
    eigenvectors: Tensor


class Triangle(NamedTuple):
    """An orthogonal matrix and a triangle.

    Examples
    --------
    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import qr
    >>> qr(eye(1)).R.abs()
    tensor([[1.]])
    """

    Q: Tensor
    R: Tensor


class Sides(NamedTuple):
    """Singular vectors of the left, values, vectors of the right in rows.

    Examples
    --------
    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import svd
    >>> svd(eye(1)).S
    tensor([1.])
    """

    U: Tensor
    S: Tensor
    Vh: Tensor


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


# --- Matrices taken apart ---


@documented
def cholesky(a: Tensor, upper: bool = False) -> Tensor:
    """Take matrices apart into a triangle times its transpose.

    a : Tensor, (..., n, n)
        Symmetric, positive definite matrices; their lower triangles count.
    upper : bool, optional
        Whether to give the upper triangle.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import cholesky
    >>> cholesky(tensor([[4.0, 2.0], [2.0, 2.0]]))
    tensor([[2., 0.],
            [1., 1.]])
    """
    z = Root.apply(_checked(a, "cholesky"))
    return _turned(z) if upper else z


@documented
def cholesky_solve(b: Tensor, a: Tensor, upper: bool = False) -> Tensor:
    """Solve systems whose matrices `cholesky` has taken apart.

    b : Tensor, (..., n, k)
        The right-hand sides.
    a : Tensor, (..., n, n)
        The triangles.
    upper : bool, optional
        Whether they are upper ones.

    >>> from micrograd.tensors import cholesky_solve, tensor
    >>> cholesky_solve(tensor([[8.0]]), tensor([[2.0]]))
    tensor([[2.]])
    """
    lower = _turned(a) if upper else a
    half = solve_triangular(lower, b, upper=False)
    return solve_triangular(_turned(lower), half, upper=True)


@documented
def cholesky_inverse(a: Tensor, upper: bool = False) -> Tensor:
    """Invert matrices that `cholesky` has taken apart.

    a : Tensor, (..., n, n)
        The triangles.
    upper : bool, optional
        Whether they are upper ones.

    >>> from micrograd.tensors import cholesky_inverse, tensor
    >>> cholesky_inverse(tensor([[2.0]]))
    tensor([[0.2500]])
    """
    lower = functions.tril(_turned(a) if upper else a)
    inverse = inv(lower)
    return _turned(inverse) @ inverse


@documented
def solve_triangular(
    a: Tensor,
    b: Tensor,
    *,
    upper: bool,
    left: bool = True,
    unitriangular: bool = False,
) -> Tensor:
    """Solve systems with triangles.

    a : Tensor, (..., n, n)
        The matrices, of which the other triangle does not count.
    b : Tensor, (..., n, k)
        The right-hand sides.
    upper : bool
        Whether the upper triangle counts.
    left : bool, optional
        Whether the matrix is on the left of what is sought.
    unitriangular : bool, optional
        Whether the diagonal counts as ones.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import solve_triangular
    >>> a = tensor([[2.0, 0.0], [1.0, 1.0]])
    >>> solve_triangular(a, tensor([[2.0], [4.0]]), upper=False)
    tensor([[1.],
            [3.]])
    """
    _checked(a, "solve_triangular")
    part = functions.triu if upper else functions.tril
    off = (1 if upper else -1) * unitriangular
    z = part(a, off)
    if unitriangular:
        one = namespace(a.array).eye(a.shape[-1], dtype=a.array.dtype)
        z = z + a.constant(one)
    return solve(z, b) if left else _turned(solve(_turned(z), _turned(b)))


@documented
def eigh(a: Tensor, UPLO: str = "L") -> Values:
    """Find the eigenvalues and eigenvectors of symmetric matrices.

    Values rise; vectors are columns, whose signs are free, so that only
    what does not depend on them has a gradient to be relied on.  Where
    values are equal, vectors have none.

    a : Tensor, (..., n, n)
        The matrices.
    UPLO : {'L', 'U'}, optional
        Which triangle counts.
    returns : tuple of Tensor
        The values, (..., n), and the vectors, (..., n, n).

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import eigh
    >>> eigh(tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    a = _checked(a, "eigh")
    z = Eigen.apply(_turned(a) if UPLO == "U" else a)
    return Values(z[..., 0, :], z[..., 1:, :])


@documented
def eigvalsh(a: Tensor, UPLO: str = "L") -> Tensor:
    """Find the eigenvalues of symmetric matrices, in rising order.

    a : Tensor, (..., n, n)
        The matrices.
    UPLO : {'L', 'U'}, optional
        Which triangle counts.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import eigvalsh
    >>> eigvalsh(tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([1., 2.])
    """
    return eigh(a, UPLO).eigenvalues


@documented
def qr(a: Tensor, mode: str = "reduced") -> Triangle:
    """Take matrices apart: orthogonal columns, and an upper triangle.

    a : Tensor, (..., m, n)
        The matrices.
    mode : {'reduced', 'complete'}, optional
        Whether there are no more columns than needed, or m of them; then
        high matrices have no gradient.
    returns : tuple of Tensor
        The columns, (..., m, k), and the triangles, (..., k, n).

    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import qr
    >>> q, r = qr(eye(2) * 2)
    >>> q @ r
    tensor([[2., 0.],
            [0., 2.]])
    """
    to_choice(mode, "linalg.qr(mode=) takes", ("reduced", "complete"), " or ")
    m, n = _checked(a, "qr", square=False).shape[-2:]
    if mode == "complete" and m > n:
        q, r = _computed("qr", a.array, mode="complete")
        return Triangle(a.constant(q), a.constant(r))
    z = Orthogonal.apply(a[..., :m])
    k = min(m, n)
    q, r = z[..., :-k, :], _turned(z[..., -k:, :])
    if n > m:
        r = functions.cat([r, _turned(q) @ a[..., m:]], -1)
    return Triangle(q, r)


@documented
def svd(a: Tensor, full_matrices: bool = True) -> Sides:
    """Find the singular values and singular vectors of matrices.

    Values fall; the signs of vectors are free, as in `eigh`.

    a : Tensor, (..., m, n)
        The matrices.
    full_matrices : bool, optional
        Whether vectors without a value are there as well; they have no
        gradient.
    returns : tuple of Tensor
        Vectors in columns, (..., m, k), values, (..., k), with k the less
        of both, and vectors in rows, (..., k, n).

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import svd
    >>> svd(tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    m, n = _checked(a, "svd", square=False).shape[-2:]
    z, k = Singular.apply(a), min(m, n)
    u, s, vh = z[..., :m, :], z[..., m, :], _turned(z[..., m + 1 :, :])
    if full_matrices and m != n:
        more, _, rows = _computed("svd", a.array, full_matrices=True)
        u = functions.cat([u, a.constant(more[..., :, k:])], -1)
        vh = functions.cat([vh, a.constant(rows[..., k:, :])], -2)
    return Sides(u, s, vh)


@documented
def svdvals(a: Tensor) -> Tensor:
    """Find the singular values of matrices, in falling order.

    a : Tensor, (..., m, n)
        The matrices.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import svdvals
    >>> svdvals(tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return svd(a, full_matrices=False).S


# --- Powers, and sizes ---


@documented
def matrix_power(a: Tensor, n: int) -> Tensor:
    """Multiply matrices by themselves.

    a : Tensor, (..., n, n)
        The matrices.
    n : int
        How often they stand in the product; of negative ones, inverses.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import matrix_power
    >>> matrix_power(tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    a = inv(a) if n < 0 else a
    one = namespace(a.array).eye(a.shape[-1], dtype=a.array.dtype)
    z: Any = a.constant(one).expand(*a.shape)
    for digit in f"{abs(n):b}":
        z = z @ z @ a if digit == "1" else z @ z
    return z


@documented
def matrix_exp(a: Tensor) -> Tensor:
    """Compute the exponential series of matrices.

    It is the series of a share that is small, squared again and again.

    a : Tensor, (..., n, n)
        The matrices.

    >>> from micrograd.tensors import matrix_exp, zeros
    >>> matrix_exp(zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    size = np.abs(np.asarray(_checked(a, "matrix_exp").array)).sum(-1)
    times = max(0, math.frexp(float(size.max(initial=0.0)))[1] + 1)
    x: Any = a / 2**times
    one = namespace(a.array).eye(a.shape[-1], dtype=a.array.dtype)
    z: Any = a.constant(one)
    for i in range(TERMS, 0, -1):
        z = a.constant(one) + x @ z / i
    for _ in range(times):
        z = z @ z
    return z


TERMS = 16  # 0.5**17 / 17! is less than what float64 can tell


@documented
def matrix_rank(
    a: Tensor, tol: float | None = None, hermitian: bool = False
) -> Tensor:
    """Count the singular values of matrices that are not 0.

    a : Tensor, (..., m, n)
        The matrices.
    tol : float, optional
        Up to where a value counts as 0.
    hermitian : bool, optional
        As in PyTorch; it changes nothing.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.linalg import matrix_rank
    >>> matrix_rank(ones(2, 2))
    tensor(1)
    """
    s = svdvals(a).detach()
    if tol is None:
        most = s.amax(-1, keepdim=True) if s.shape[-1] else 0.0
        tol = most * (max(a.shape[-2:]) * float(np.finfo(a.dtype).eps))
    return (s > tol).sum(-1)


@documented
def multi_dot(tensors: Any) -> Tensor:
    """Multiply several matrices, in the order in which they stand.

    tensors : sequence of Tensor
        The matrices; the first and the last may be vectors.

    >>> from micrograd.tensors import eye
    >>> from micrograd.tensors.linalg import multi_dot
    >>> multi_dot([eye(1), eye(1) * 2, eye(1) * 3])
    tensor([[6.]])
    """
    return reduce(operator.matmul, tensors)


@documented
def cond(a: Tensor, p: Any = None) -> Tensor:
    """Compute how much matrices can enlarge errors.

    a : Tensor, (..., m, n)
        The matrices.
    p : object, optional
        The norm, as for `matrix_norm`; by default 2.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import cond
    >>> cond(tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    if p in (None, 2, -2):
        s = svdvals(a)
        few, many = s[..., -1], s[..., 0]
        return few / many if p == -2 else many / few
    return matrix_norm(a, p) * matrix_norm(inv(a), p)


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
def matrix_norm(
    x: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False
) -> Any:
    """Compute the size of matrices.

    ord : {'fro', 'nuc', inf, -inf, 1, -1, 2, -2}, optional
        The root of all squares, the sum of singular values, the largest
        or smallest sum of a row, or of a column, or singular value.
    raises : OptionError
        If there is no such norm.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import matrix_norm
    >>> x = tensor([[3.0, 0.0], [0.0, 4.0]])
    >>> matrix_norm(x), matrix_norm(x, "nuc")
    (tensor(5.), tensor(7.))
    """
    if ord not in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
        asked = "linalg.matrix_norm(ord) takes 'fro', 'nuc', 1, 2 or inf"
        raise OptionError(asked, f"{ord!r}", "or leave out ord")
    if ord == "fro":
        return vector_norm(x, 2.0, dim, keepdim)
    first, second = (one % x.ndim for one in dim)
    rest = [i for i in range(x.ndim) if i not in (first, second)]
    x = x.permute(*rest, first, second)
    if ord == "nuc":
        found = svdvals(x).sum(-1)
    elif abs(ord) == 2:
        found = svdvals(x)[..., 0 if ord > 0 else -1]
    else:
        sums = x.abs().sum(-2 if abs(ord) == 1 else -1)
        found = sums.amax(-1) if ord > 0 else sums.amin(-1)
    for i in sorted((first, second)) if keepdim else ():
        found = found.unsqueeze(i)
    return found


@length
def norm(
    x: Any, ord: Any = None, dim: Any = None, keepdim: bool = False
) -> Any:
    """Compute the length of vectors, or the size of matrices.

    ord : float, or str, optional
        The power, for vectors; for matrices as for `matrix_norm`.  By
        default the root of all squares.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.linalg import norm
    >>> norm(tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    axes = x.ndim if dim is None else np.size(dim)
    if isinstance(ord, str) or (ord is not None and axes == 2):
        pair = (-2, -1) if dim is None else dim
        return matrix_norm(x, ord, pair, keepdim)
    return vector_norm(x, 2.0 if ord is None else ord, dim, keepdim)


METHODS = {
    "cholesky": cholesky,
    "det": det,
    "inverse": inv,
    "logdet": logdet,
    "matrix_exp": matrix_exp,
    "matrix_power": matrix_power,
    "pinverse": pinv,
    "qr": qr,
    "slogdet": slogdet,
}
for _name, _does in METHODS.items():
    setattr(ShortMethods, _name, _does)
