"""Tensors beside PyTorch's: rows, programs, changes in place, printing."""

import functools
import gc
import math
import weakref

import numpy as np
import pytest
from strategies import ROWS, points

import micrograd.tensors as mt
from micrograd.tensors.engine import gradients
from micrograd.tensors.hooks import LEAVES

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)
from oracle import as_definition  # noqa: E402

# The same mathematics, added in another order; second derivatives of
# quotients amplify it.
CLOSE = 1e-12
rng = np.random.default_rng(0)

pytestmark = pytest.mark.usefixtures("single_precision")


def far(expected, computed):
    """The largest difference, relative to numbers above 1."""
    a, b = np.asarray(expected), np.asarray(computed)
    assert a.shape == b.shape
    if not a.size:
        return 0.0
    return float((np.abs(a - b) / np.maximum(1, np.abs(a))).max())


# --- Every program, every order ---


def ours(f, arrays, weight, directions):
    """Value, gradients, and gradients of gradients along directions."""
    xs = [mt.Tensor(a.copy(), requires_grad=True) for a in arrays]
    z = f(*xs)
    total = (z * mt.Tensor(weight(z.shape))).sum()
    found = gradients([total], xs, create_graph=True)
    pairs = zip(found, xs, strict=True)
    first = [mt.zeros_like(x) if g is None else g for g, x in pairs]
    along = sum(
        (g * mt.Tensor(v)).sum()
        for g, v in zip(first, directions, strict=True)
    )
    second = (
        gradients([along], xs) if along.requires_grad else [None] * len(xs)
    )
    total.backward()
    plain = [x.grad for x in xs]
    return [
        z,
        *[
            np.zeros(x.shape) if g is None else g
            for x, g in zip(xs, plain, strict=True)
        ],
        *[g.detach() for g in first],
        *[
            np.zeros(x.shape) if g is None else g
            for x, g in zip(xs, second, strict=True)
        ],
    ]


def theirs(f, arrays, weight, directions):
    xs = [torch.tensor(a, requires_grad=True) for a in arrays]
    z = f(*xs)
    total = (z * torch.tensor(weight(tuple(z.shape)))).sum()
    by = functools.partial(
        torch.autograd.grad,
        inputs=xs,
        allow_unused=True,
        materialize_grads=True,
    )
    first = by(total, create_graph=True)
    along = sum(
        (g * torch.tensor(v)).sum()
        for g, v in zip(first, directions, strict=True)
    )
    second = (
        by(along) if along.requires_grad else [torch.zeros_like(x) for x in xs]
    )
    found = [z, *first, *first, *second]
    return [one.detach().numpy(force=True) for one in found]


def check(mine, its, *arrays, tolerance=CLOSE):
    seed = np.random.default_rng(1)
    weight = functools.cache(lambda shape: seed.standard_normal(shape))
    directions = [seed.standard_normal(a.shape) for a in arrays]
    expected = theirs(its, arrays, weight, directions)
    computed = ours(mine, arrays, weight, directions)
    names = "value gradient again second".split()
    for i, (a, b) in enumerate(zip(expected, computed, strict=True)):
        kind = names[0 if i == 0 else 1 + (i - 1) // len(arrays)]
        assert far(a, b) <= tolerance, kind


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_tensors_has_pytorch_s_derivatives(row):
    if row.name == "where":
        return  # below: its condition is no number
    many = [np.array(x) for x in zip(*points(row, 12), strict=True)]
    # Operands that broadcast, the first along the second.
    arrays = [x.reshape(3, 4) for x in many]
    if len(arrays) > 1:
        arrays[1] = arrays[1][:, :1]
    check(row, as_definition(row), *arrays, tolerance=1e-10)


def stream(m):
    """Five numbers, one after another."""

    class Numbers(m.utils.data.IterableDataset):
        def __iter__(self):
            return iter(range(5))

    return Numbers()


def n(*shape):
    return rng.standard_normal(shape)


def p(*shape):
    return rng.random(shape) + 0.5


BOTH = {
    "x * y, broadcast": (lambda m, x, y: x * y, n(3, 4), n(4)),
    "x / y, broadcast": (lambda m, x, y: x / y, n(2, 3, 1), p(1, 4)),
    "1.0 / x": (lambda m, x: 1.0 / x, p(3)),
    "10 ** x": (lambda m, x: 10**x, p(3)),
    **{
        f"x ** {k}": (lambda m, x, k=k: x**k, p(3, 4))
        for k in (2, 3, 0.5, -0.5, -1, -1.5, -2, 0, 1)
    },
    "x ** y": (lambda m, x, y: x**y, p(3, 4), n(4)),
    "abs": (lambda m, x: abs(x), n(5)),
    "where": (lambda m, x, y: m.where(x > y, x, y * 2), n(3, 4), n(4)),
    "where, number": (lambda m, x: m.where(x > 0, x, -1.0), n(3, 4)),
    "maximum": (lambda m, x, y: m.maximum(x, y), n(5, 4), n(4)),
    "clamp": (lambda m, x: m.clamp(x, -0.5, 0.5), n(5, 4)),
    "sum": (lambda m, x: x.sum(), n(3, 4)),
    "sum(0)": (lambda m, x: x.sum(0), n(3, 4)),
    "sum((0, 2), keepdim)": (lambda m, x: x.sum((0, 2), True), n(3, 4, 2)),
    "sum(keepdims)": (lambda m, x: x.sum(1, keepdims=True) * x, n(3, 4)),
    "mean": (lambda m, x: x.mean() * x, n(3, 4)),
    "mean((0, 1))": (
        lambda m, x: x.mean((0, 1), keepdim=True) * x,
        n(3, 4, 2),
    ),
    "var": (lambda m, x: x.var(0, keepdim=True) * x, n(3, 4)),
    "var, biased": (lambda m, x: x.var(0, unbiased=False), n(3, 4)),
    "std": (lambda m, x: x.std(), n(3, 4)),
    "std(1)": (lambda m, x: x.std(1, keepdim=True), n(3, 4)),
    "norm": (lambda m, x: x.norm(), n(3, 4)),
    "norm(3, 1)": (lambda m, x: x.norm(3, 1), n(3, 4)),
    "max": (lambda m, x: x.max(), n(3, 4)),
    "max(1)": (lambda m, x: x.max(1).values, n(3, 4)),
    "max(0, keepdim)": (lambda m, x: x.max(0, keepdim=True)[0] * x, n(3, 4)),
    "min(-1)": (lambda m, x: x.min(-1).values, n(3, 4, 2)),
    "amax, ties": (
        lambda m, x: m.amax(x, 1),
        np.array([[1.0, 1, 0], [2, 3, 3]]),
    ),
    "max, ties": (lambda m, x: x.max(), np.array([1.0, 1, 0])),
    "logsumexp": (lambda m, x: x.logsumexp(1), n(3, 4)),
    "logsumexp, all": (lambda m, x: x.logsumexp((0, 1), True), n(3, 4)),
    "view": (lambda m, x: x.view(2, -1), n(3, 4)),
    "T": (lambda m, x: x.T @ x, n(3, 4)),
    "permute": (lambda m, x: x.permute(2, 0, 1), n(4, 3, 2)),
    "transpose": (lambda m, x: x.transpose(-2, -1), n(4, 3, 2)),
    "squeeze": (lambda m, x: x.unsqueeze(1).squeeze(), n(4, 3)),
    "flatten": (lambda m, x: x.flatten(1), n(4, 3, 2)),
    "expand": (lambda m, x: x.expand(2, 4, 3), n(4, 1)),
    "flip": (lambda m, x: m.flip(x, (0,)) * x, n(4, 3)),
    "roll of two axes": (
        lambda m, x: m.roll(x, (1, -2), (0, 1)) * x.roll((1,), (1,)),
        n(4, 3),
    ),
    "roll of an axis twice": (
        lambda m, x: x.roll((1, 1), dims=(0, 0)) * x,
        n(4, 3),
    ),
    "tril": (lambda m, x: m.tril(x), n(4, 4)),
    "triu(1)": (lambda m, x: m.triu(x, diagonal=1), n(4, 3)),
    "cat": (lambda m, x, y: m.cat([x, y], 1), n(4, 3), n(4, 2)),
    "stack": (lambda m, x, y: m.stack([x, y, x], dim=-1), n(4, 3), n(4, 3)),
    "split": (lambda m, x: m.cat(m.split(x, 2)[::-1]), n(5, 3)),
    "chunk": (lambda m, x: x.chunk(2, dim=1)[1], n(5, 3)),
    "x[1]": (lambda m, x: x[1] * x[0, 1], n(4, 3)),
    "x[:, 1:]": (lambda m, x: x[:, 1:] * 2, n(4, 3)),
    "x[:, -1, :]": (lambda m, x: x[:, -1, :], n(4, 3, 2)),
    "x[None, ..., 0]": (lambda m, x: x[None, ..., 0], n(4, 3, 2)),
    "x[[7]]": (lambda m, x: x[[1, 1, 0]], n(4, 3)),
    "x[rows]": (lambda m, x: x[m.tensor([[0, 2], [2, 1]])], n(4, 3)),
    "x[range, rows]": (lambda m, x: x[range(3), m.tensor([1, 1, 0])], n(3, 2)),
    "x[mask]": (lambda m, x: x[m.tensor([True, False, True])], n(3, 2)),
    "masked_fill": (
        lambda m, x: x.masked_fill(m.tensor([True, False]), -1.0),
        n(3, 2),
    ),
    "matmul 2 2": (lambda m, x, y: x @ y, n(3, 4), n(4, 5)),
    "matmul 3 2": (lambda m, x, y: x @ y, n(2, 3, 4), n(4, 5)),
    "matmul 4 4": (lambda m, x, y: x @ y, n(2, 3, 4, 5), n(2, 3, 5, 4)),
    "matmul 4 3": (lambda m, x, y: x @ y, n(2, 3, 4, 5), n(3, 5, 4)),
    "matmul 2 1": (lambda m, x, y: x @ y, n(3, 4), n(4)),
    "matmul 1 2": (lambda m, x, y: x @ y, n(3), n(3, 4)),
    "matmul 1 1": (lambda m, x, y: x @ y, n(3), n(3)),
    "matmul 3 1": (lambda m, x, y: x @ y, n(2, 3, 4), n(4)),
    "matmul 1 3": (lambda m, x, y: x @ y, n(3), n(2, 3, 4)),
    "mm": (lambda m, x, y: m.mm(x, y) + x.mm(y), n(3, 4), n(4, 5)),
    "bmm": (lambda m, x, y: m.bmm(x, y), n(2, 3, 4), n(2, 4, 5)),
    "mv, dot": (lambda m, x, y: m.dot(x.mv(y), x.mv(y)), n(3, 4), n(4)),
    "addmm": (
        lambda m, x, y, z: m.addmm(x, y, z, beta=2, alpha=0.5),
        n(5),
        n(3, 4),
        n(4, 5),
    ),
    "baddbmm": (
        lambda m, x, y, z: m.baddbmm(x, y, z, alpha=3.0),
        n(2, 1, 5),
        n(2, 3, 4),
        n(2, 4, 5),
    ),
    "hstack": (lambda m, x, y: m.hstack([x, y]), n(3, 2), n(3, 1)),
    "hstack, rows": (lambda m, x, y: m.hstack((x, y)), n(3), n(2)),
    "vstack": (lambda m, x, y: m.vstack([x, y]), n(3), n(2, 3)),
    "movedim": (lambda m, x: x.movedim(0, -1), n(2, 3, 4)),
    "movedim, two": (lambda m, x: m.movedim(x, (0, 2), (1, 0)), n(2, 3, 4)),
    "tile": (lambda m, x: x.tile(2), n(2, 3)),
    "tile, two": (lambda m, x: m.tile(x, (2, 1)), n(3)),
    "ravel": (lambda m, x: x.ravel(), n(2, 3)),
    "unflatten": (lambda m, x: x.unflatten(-1, (2, -1)), n(3, 4)),
    "broadcast_to": (lambda m, x: m.broadcast_to(x, (2, 3, 4)), n(3, 1)),
    **{
        f"rot90, {k}": (
            lambda m, x, k=k: m.rot90(x, k, (0, 2)) * x.rot90(1 - k).sum(),
            np.arange(12.0).reshape(2, 3, 2),
        )
        for k in range(-1, 5)
    },
    "linalg.norm": (
        lambda m, x: (
            m.linalg.norm(x)
            + m.linalg.norm(x, dim=1, keepdim=True)
            + m.linalg.norm(x, 3, 0)
            + m.linalg.vector_norm(x, 1.0)
        ),
        np.arange(1.0, 7.0).reshape(2, 3),
    ),
    "linalg.solve": (
        lambda m, x, y: m.linalg.solve(x, y),
        n(2, 3, 3),
        n(3, 4),
    ),
    "linalg.solve, one right-hand side": (
        lambda m, x, y: m.linalg.solve(x, y),
        n(3, 3),
        n(3),
    ),
    "linalg.solve, one for each": (
        lambda m, x, y: m.linalg.solve(x, y),
        n(2, 3, 3),
        n(2, 3),
    ),
    "linalg.inv": (
        lambda m, x: m.linalg.inv(x) * x.mT.inverse() * x.det().sum(),
        n(2, 3, 3),
    ),
    "linalg.det": (
        lambda m, x: m.linalg.det(x) * m.det(x[0]),
        n(2, 3, 3),
    ),
    "linalg.slogdet": (
        lambda m, x: m.linalg.slogdet(x).logabsdet * m.slogdet(x)[0],
        n(2, 3, 3),
    ),
    "logdet": (lambda m, x: m.logdet(x @ x.mT), n(2, 3, 3)),
    "diag, beside": (
        lambda m, x, y: m.diag(x, 1).sum() * m.diag(y, -1) + m.diag(y, 1) ** 2,
        n(2, 4),
        n(3),
    ),
    "meshgrid": (
        lambda m, x, y: (
            m.meshgrid(x, y, indexing="ij")[0] ** 2
            + m.meshgrid([x, y], indexing="xy")[1].T
            + m.meshgrid(x, y, y, indexing="xy")[2].sum() ** 2
        ),
        n(2),
        n(3),
    ),
    "quantile": (
        lambda m, x: (
            x.quantile(0.3)
            + m.quantile(x, m.tensor([0.25, 1.0]).double(), 1, True).sum(0)
            + m.quantile(x, 0.4, dim=0, interpolation="midpoint")
            + m.quantile(x, 0.4, dim=0, interpolation="lower")
            + m.quantile(x, 0.4, keepdim=True, interpolation="higher")
            + m.quantile(x, 0.4, dim=0, interpolation="nearest")
        ),
        n(3, 4),
    ),
    "cummax and cummin": (
        lambda m, x: (
            (m.cummax(x, 1).values + m.cummin(x, dim=0)[0]) * x
            + m.cummax(x, 1).indices
            + m.cummin(x * 0, 1).indices
        ),
        n(3, 4),
    ),
    "diff": (
        lambda m, x: (
            m.diff(x, 2, 0).sum()
            + m.diff(x, prepend=x[:, :1], append=x[:, :2]) ** 2
        ),
        n(3, 4),
    ),
    "kthvalue": (
        lambda m, x: m.kthvalue(x, 2, 0)[0] + x.kthvalue(3, keepdim=True)[0],
        n(3, 4),
    ),
    "cov and corrcoef": (
        lambda m, x: m.cov(x) * m.corrcoef(x).sin() + m.cov(x[0]),
        n(3, 5),
    ),
    "nansum and nanmean": (
        lambda m, x: m.nansum(x.log(), 0) + m.nanmean(x, 1, True),
        p(3, 4),
    ),
    "trapezoid": (
        lambda m, x, y: (
            m.trapezoid(x, dim=0)
            + m.trapz(x, dx=0.5).sum()
            + m.trapezoid(x, y)[0]
        ),
        n(3, 4),
        n(4),
    ),
    "tensordot": (
        lambda m, x, y: (
            m.tensordot(x, y, 1)
            + m.tensordot(x, x, ([0, 2], [2, 0])).sum()
            + m.tensordot(x, x).sum()
        ),
        n(3, 3, 3),
        n(3, 2),
    ),
    "kron": (
        lambda m, x, y: m.kron(x, y).sum(0) * m.kron(y, x[0, 0])[0, 0],
        n(2, 3, 2),
        n(2, 3),
    ),
    "inner, cross and dist": (
        lambda m, x, y: (
            m.inner(x, y) + m.linalg.norm(m.cross(x, y, dim=0)) + m.dist(x, y)
        ),
        n(3, 3),
        n(3, 3),
    ),
    "put together": (
        lambda m, x, y: (
            m.block_diag(x, y, x[0]).sum(0)[:2]
            + m.column_stack([x[0], y]).sum(0)[:2]
            + m.dstack([x, x]).sum(-1)
            + m.fliplr(x) * m.flipud(x) * m.atleast_2d(x[0])
            + m.broadcast_tensors(x[0], x)[0]
            + m.cartesian_prod(x[0], x[1]).sum(0)
            + m.combinations(x[0]).sum()
        ),
        n(2, 2),
        n(2, 3),
    ),
    "put in places": (
        lambda m, x, y: (
            x.index_fill(1, m.tensor([0, 2]), 3.0)
            * x.index_copy(0, m.tensor([1]), y[:1])
            + m.index_put(
                x, (m.tensor([0, 0]), m.tensor([1, 1])), y[0, :2] * 0
            )
            + m.index_put(
                x, (m.tensor([0, 0]), m.tensor([1, 1])), y[0, :2], True
            )
            + m.take(x, m.tensor([[0], [5]]))
            + x.clone().index_put_((m.tensor([1]),), y[1]) ** 2
        ),
        n(2, 4),
        n(2, 4),
    ),
    **{
        f"scatter_reduce, {how}, {own}": (
            lambda m, x, y, how=how, own=own: (
                m.scatter_reduce(
                    x,
                    1,
                    m.tensor([[0, 1, 1], [2, 2, 2]]),
                    y,
                    how,
                    include_self=own,
                )
                * x
            ),
            n(2, 4),
            n(2, 3),
        )
        for how in ("sum", "mean", "amax", "amin")
        for own in (True, False)
    },
    "logit, xlogy": (
        lambda m, x: m.logit(x / 2) + m.xlogy(x, x),
        p(3, 4),
    ),
    "xlogy at 0": (lambda m, x, y: m.xlogy(x, y), np.zeros(3), p(3)),
    "linalg.cholesky": (
        lambda m, x: (
            m.linalg.cholesky(x @ x.mT + 2)
            + m.linalg.cholesky(x @ x.mT + 1, upper=True)
        ),
        n(2, 3, 3),
    ),
    "cholesky_solve": (
        lambda m, x, y: (
            m.cholesky_solve(y, x.exp().tril() + m.eye(3).double())
            + m.cholesky_inverse(x.exp().tril() + m.eye(3).double())
        ),
        n(3, 3),
        n(3, 3),
    ),
    "linalg.solve_triangular": (
        lambda m, x, y: (
            m.linalg.solve_triangular(x.exp(), y, upper=False)
            + m.linalg.solve_triangular(
                x, y, upper=True, left=False, unitriangular=True
            )
        ),
        n(2, 3, 3),
        n(2, 3, 3),
    ),
    "linalg.eigh": (
        lambda m, x: (
            m.linalg.eigh((x + x.mT) / 8).eigenvectors ** 2
            * m.linalg.eigvalsh(x + x.mT).unsqueeze(-2)
        ),
        n(2, 3, 3),
    ),
    **{
        f"linalg.qr, {k} by {j}": (
            lambda m, x: (
                m.linalg.qr(x).Q.abs().exp().sum() * m.linalg.qr(x)[1].abs()
            ),
            n(k, j),
        )
        for k, j in ((4, 3), (3, 3), (3, 4))
    },
    **{
        f"linalg.svd, {k} by {j}": (
            lambda m, x: (
                (m.linalg.svd(x, full_matrices=False)[0] ** 2).sum(-2)
                * m.svd(x)[1]
                * (m.linalg.svd(x).Vh[:3] ** 3 * m.linalg.svd(x).Vh[:3]).sum(
                    -1
                )
                * (m.svd(x)[0] ** 4).sum(-2)
            ),
            n(k, j),
        )
        for k, j in ((4, 3), (3, 3), (3, 5))
    },
    "linalg.matrix_power": (
        lambda m, x: m.linalg.matrix_power(x, 3) + m.matrix_power(x, -1),
        n(2, 3, 3),
    ),
    "linalg.matrix_exp": (lambda m, x: m.matrix_exp(x), n(2, 3, 3)),
    "linalg.multi_dot": (
        lambda m, x, y: m.linalg.multi_dot([x, y, x]),
        n(3, 2),
        n(2, 3),
    ),
    "linalg.cond": (
        lambda m, x: m.linalg.cond(x) + m.linalg.cond(x, -2),
        n(2, 3, 3),
    ),
    **{
        f"linalg.matrix_norm, {ord}": (
            lambda m, x, ord=ord: (
                m.linalg.norm(x, ord, (0, 2)).sum()
                * m.linalg.matrix_norm(x, ord)
                + m.linalg.matrix_norm(x, ord, keepdim=True).sum()
            ),
            n(3, 3, 4),
        )
        for ord in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)
    },
    "linalg.pinv, high": (lambda m, x: m.linalg.pinv(x), n(2, 4, 3)),
    "linalg.pinv, wide": (lambda m, x: m.pinverse(x), n(3, 4)),
    "linalg.lstsq": (
        lambda m, x, y: m.linalg.lstsq(x, y).solution,
        n(5, 3),
        n(5, 2),
    ),
    "narrow": (lambda m, x: x.narrow(1, 1, 2), n(3, 4)),
    "narrow, from behind": (lambda m, x: x.narrow(0, -2, 2), n(3, 4)),
    "select": (lambda m, x: x.select(1, -1), n(3, 4)),
    "masked_select": (
        lambda m, x: x.masked_select(m.tensor([True, False, True, True])),
        n(3, 4),
    ),
    "diagonal": (lambda m, x: x.diagonal(), n(3, 4)),
    "diagonal above": (lambda m, x: m.diagonal(x, 1, 1, 2), n(2, 3, 4)),
    "diagonal below": (lambda m, x: m.diagonal(x, -1, -1, 0), n(4, 2, 3)),
    "trace": (lambda m, x: x.trace() * x, n(3, 4)),
    "cumprod": (lambda m, x: x.cumprod(1), n(3, 4)),
    "scatter": (
        lambda m, x, y: x.scatter(1, m.tensor([[0, 2], [1, 0]]), y),
        n(3, 4),
        n(2, 2),
    ),
    "scatter, number": (
        lambda m, x: m.scatter(x, 1, m.tensor([[3], [1]]), 1.5),
        n(3, 4),
    ),
    "scatter_add": (
        lambda m, x, y: x.scatter_add(0, m.tensor([[1, 0], [1, 2]]), y),
        n(3, 4),
        n(2, 2),
    ),
    "index_add": (
        lambda m, x, y: x.index_add(0, m.tensor([1, 1]), y, alpha=2),
        n(3, 4),
        n(2, 4),
    ),
    "fmod": (lambda m, x: m.fmod(5 * x, 1.5) * x, n(3, 4)),
    "frac": (lambda m, x: m.frac(3 * x), n(3, 4)),
    "nan_to_num": (
        lambda m, x: x.nan_to_num(2.0, posinf=3.0, neginf=-1.0),
        np.array([1.0, np.nan, np.inf, -np.inf]),
    ),
    "var_mean": (lambda m, x: sum(m.var_mean(x, 1)), n(3, 4)),
    "std_mean": (
        lambda m, x: sum(m.std_mean(x, 0, keepdim=True, correction=0)),
        n(3, 4),
    ),
    "nonzero": (lambda m, x: x[(x > 0).nonzero(as_tuple=True)], n(3, 4)),
    "other names": (
        lambda m, x: (
            m.clip(x, 0.1, 1.5)
            .multiply(2)
            .swapaxes(0, 1)
            .subtract(m.negative(x).T)
            .divide(3)
        ),
        n(3, 4),
    ),
    "beside": (
        lambda m, x: (
            x
            + x.new_ones(4)
            + x.new_tensor([2.0])
            - x.new_full((3, 1), 3.0) * x.new_zeros(4)
        ),
        n(3, 4),
    ),
    "deep": (lambda m, x: ((x.tanh().exp() + 1).log() / x).sigmoid(), p(3, 4)),
}


@pytest.mark.parametrize("name", BOTH)
def test_a_program_has_pytorch_s_derivatives_of_order_0_1_and_2(name):
    f, *arrays = BOTH[name]
    check(functools.partial(f, mt), functools.partial(f, torch), *arrays)


def distances_and_gradients(m, x, y, p):
    x, y = m.tensor(x, requires_grad=True), m.tensor(y, requires_grad=True)
    z = m.cdist(x, y, p=p)
    (z * z + z).sum().backward()
    return z.detach(), x.grad, y.grad


@pytest.mark.parametrize("p", [1.0, 1.5, 2.0, math.inf])
def test_distances_are_pytorch_s_also_where_they_are_0(p):
    x = np.random.default_rng(3).standard_normal((2, 5, 3))
    y = np.concatenate([x[:, :2], -x[:, 1:]], 1)  # (2, 6, 3)
    expected = distances_and_gradients(torch, x, y, p)
    for a, b in zip(expected, distances_and_gradients(mt, x, y, p), strict=1):
        assert far(a, b) < CLOSE


SEQUENCES = {
    "one after the other": ([(3, 2), (1, 2), (2, 2)], {}),
    "batch first": ([(3,), (1,)], {"batch_first": True}),
    "from the left": (
        [(2, 1), (4, 1)],
        {"padding_side": "left", "padding_value": -1.5},
    ),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences_are_padded_as_pytorch_s(name):
    shapes, how = SEQUENCES[name]
    arrays = [np.arange(1.0, 1 + math.prod(s)).reshape(s) for s in shapes]
    check(
        lambda *xs: mt.nn.utils.rnn.pad_sequence([x * x for x in xs], **how),
        lambda *xs: torch.nn.utils.rnn.pad_sequence(
            [x * x for x in xs], **how
        ),
        *arrays,
    )


WHERE = {
    "argwhere": lambda m, x: m.argwhere(x > 0),
    "nonzero": lambda m, x: m.nonzero(x.tril()),
    "isin": lambda m, x: m.isin(x, x[0]),
    "searchsorted": lambda m, x: m.searchsorted(x[0].sort()[0], x, right=True),
    "searchsorted, one": lambda m, x: m.searchsorted(x[0].sort()[0], x[0, 1]),
    "limits": lambda m, x: x.fill_(m.finfo(x.dtype).max / m.inf * m.pi),
    "type_as": lambda m, x: m.ones(2, dtype=m.int64).type_as(x),
    "reshape_as": lambda m, x: x.reshape_as(x.T),
}


@pytest.mark.parametrize("name", WHERE)
def test_places_and_constants_are_pytorch_s(name):
    f, x = WHERE[name], n(3, 4)
    expected, found = f(torch, torch.tensor(x)), f(mt, mt.tensor(x))
    assert found.tolist() == expected.tolist()
    assert f"torch.{found.dtype}" == str(expected.dtype)


@pytest.mark.parametrize(
    "case",
    [
        lambda m, x: m.mm(x, x[0]),
        lambda m, x: m.bmm(x, x),
        lambda m, x: m.bmm(x.view(3, 1, 4), x.view(1, 4, 3)),
        lambda m, x: x.movedim((0, 1), (1, 1)),
        lambda m, x: x.narrow(0, 2, 2),
        lambda m, x: x.rot90(1, (1, 1)),
        lambda m, x: m.cdist(x, x, p=-1.0),
        lambda m, x: m.nn.utils.rnn.pad_sequence([x, x[:, 0]]),
        lambda m, x: m.autograd.grad(x, x),
        lambda m, x: m.autograd.grad(x.sum(), m.ones(2, requires_grad=True)),
    ],
)
def test_what_these_names_refuse_in_pytorch_is_refused(case):
    for m, error in (
        (torch, (RuntimeError, IndexError)),
        (mt, mt.MicrogradError),
    ):
        with pytest.raises(error):
            case(m, m.ones(3, 4, requires_grad=True))


def test_autograd_grad_gives_pytorch_s_gradients():
    def penalty(m):
        x = m.tensor([1.0, 2.0], requires_grad=True)
        y = m.tensor([3.0, 4.0], requires_grad=True)
        z = (x**2 * y).sum()
        a, b = m.autograd.grad(z, (x, y), create_graph=True)
        (c,) = m.autograd.grad(
            [a, b], x, grad_outputs=[m.ones(2), 2 * m.ones(2)],
            retain_graph=True,
        )  # fmt: skip
        unused = m.autograd.grad(a.sum(), [y, m.ones(1, requires_grad=True)],
                                 allow_unused=True)  # fmt: skip
        with m.set_grad_enabled(False):
            assert not m.is_grad_enabled()
            assert not (x * y).requires_grad
        assert m.is_grad_enabled()
        assert unused[1] is None
        return [g.tolist() for g in (a, b, c, unused[0])]

    assert penalty(mt) == penalty(torch)


def derivatives(m, f, x):
    """Those of order 0 to 3, one after the other."""
    x = m.tensor(x, requires_grad=True)
    found = [getattr(m.nn.functional, f)(x)]
    for _ in range(3):
        found += m.autograd.grad(found[-1].sum(), x, create_graph=True)
    return [one.detach() for one in found]


@pytest.mark.parametrize(
    "f", ["sigmoid", "softplus", "silu", "logsigmoid", "mish", "gelu", "tanh"]
)
def test_smooth_functions_are_smooth_at_0(f):
    x = np.array([-1.5, -0.0, 0.0, 2.0])
    pairs = zip(derivatives(torch, f, x), derivatives(mt, f, x), strict=True)
    for expected, found in pairs:
        assert far(expected, found) < CLOSE


@pytest.mark.parametrize("ord", [3, "large"])
def test_other_norms_of_matrices_are_refused(ord):
    with pytest.raises(mt.MicrogradError, match="'fro', 'nuc'"):
        mt.linalg.norm(mt.ones(2, 3), ord)


# --- Functions with gradients of their own ---


@functools.cache
def functions(m):
    """By name, functions with gradients written by hand, and arrays."""

    class Exp(m.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            z = x.exp()
            ctx.save_for_backward(z)
            return z

        @staticmethod
        def backward(ctx, g):
            (z,) = ctx.saved_tensors
            return g * z

    class Product(m.autograd.Function):
        @staticmethod
        def forward(ctx, x, by, y, _):
            ctx.save_for_backward(x, None, y)
            ctx.by = by
            return x * y * by

        @staticmethod
        def backward(ctx, g):
            x, _, y = ctx.saved_tensors
            x_g = g * y * ctx.by if ctx.needs_input_grad[0] else None
            return x_g, None, g * x * ctx.by, None

    class Reversal(m.autograd.Function):
        @staticmethod
        def forward(x, _):
            return x

        @staticmethod
        def setup_context(ctx, inputs, _):
            ctx.by = inputs[1]

        @staticmethod
        def backward(ctx, g):
            return -ctx.by * g, None

    class Straight(m.autograd.Function):
        @staticmethod
        def forward(_, x):
            return x.sign()

        @staticmethod
        def backward(_, g):
            return g.clamp(-1, 1), None

    return Exp, Product, Reversal, Straight


OWN = {
    "of a saved result": lambda m, x, y: functions(m)[0].apply(x * y),
    "of two": lambda m, x, y: functions(m)[1].apply(x, 3.0, y * y, None),
    "of one of two": lambda m, x, y: (
        functions(m)[1].apply(x.detach(), 3.0, y, None) * x
    ),
    "that turns round": lambda m, x, y: (
        functions(m)[2].apply(x * x, 2.0) * y
    ).tanh(),
    "straight through": lambda m, x, y: functions(m)[3].apply(x * y) * x,
    "of each other": lambda m, x, y: functions(m)[0].apply(
        functions(m)[1].apply(functions(m)[0].apply(x), 0.1, y, None)
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_a_gradient_written_by_hand_has_pytorch_s_derivatives(name):
    rng = np.random.default_rng(3)
    arrays = rng.standard_normal((2, 3)), rng.standard_normal((2, 3))
    one, other = (functools.partial(OWN[name], m) for m in (mt, torch))
    check(one, other, *arrays)


def test_a_function_with_a_gradient_of_its_own_prints_as_in_pytorch():
    x = [m.ones(2, requires_grad=True) for m in (torch, mt)]
    expected, found = (
        functions(m)[3].apply(one) for m, one in zip((torch, mt), x, strict=1)
    )
    assert repr(expected) == repr(found)


def test_what_was_saved_is_freed_without_the_garbage_collector():
    x = mt.ones(2, requires_grad=True)
    z = functions(mt)[0].apply(x)
    gone = weakref.ref(z.grad_fn.how["ctx"])
    gc.disable()
    try:
        gradients([(z * z).sum()], [x], create_graph=True)
        del z
        assert gone() is None
    finally:
        gc.enable()


def own(backward, forward=lambda ctx, x: x * 2):
    """A function made of two."""
    body = {"forward": forward, "backward": backward}
    made = {key: staticmethod(f) for key, f in body.items()}
    return type("Own", (mt.autograd.Function,), made).apply


def twice(f):
    """Differentiate the square of a function two times."""
    x = mt.ones(2, requires_grad=True)
    (g,) = gradients([(f(x) ** 2).sum()], [x], create_graph=True)
    return gradients([g.sum()], [x])


def once(f):
    f(mt.ones(2, requires_grad=True)).sum().backward()


def changed():
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * 2

    x = mt.ones(2, requires_grad=True) * 1
    z = own(lambda ctx, g: ctx.saved_tensors[0] * g, forward)(x)
    x += 1
    z.sum().backward()


OWN_REFUSED = {
    "no graph for a second derivative": (
        lambda: twice(own(lambda ctx, g: g.detach() * 2)),
        "needs its graph",
    ),
    "no tensor": (
        lambda: once(own(None, lambda ctx, x: (x, x))),
        "forward() gives one tensor",
    ),
    "a number as a gradient": (lambda: once(own(lambda ctx, g: 2.0)), "float"),
    "another shape": (
        lambda: once(own(lambda ctx, g: g.sum())),
        "of shape (2,) but got ()",
    ),
    "too many": (
        lambda: once(own(lambda ctx, g: (g, g))),
        "gives 1 gradients but got 2",
    ),
    "a change in place": (changed, "changed in place"),
}


@pytest.mark.parametrize("case", OWN_REFUSED)
def test_a_function_that_is_refused_says_why(case):
    call, words = OWN_REFUSED[case]
    with pytest.raises(mt.MicrogradError) as caught:
        call()
    assert words in str(caught.value)


# --- Hooks ---


def of_a_result(m, x):
    y = x * x
    z = y.exp()  # made before the hook, and seen by it all the same
    y.register_hook(lambda g: g * g)
    return z + y


def of_a_leaf(m, x):
    x.register_hook(lambda g: 3 * g)
    x.register_hook(lambda g: g.sin())
    return x**3


def of_a_view(m, x):
    row = (x * 1)[0]
    row.register_hook(lambda g: -g)
    return row * row


def that_only_looks(m, x):
    y = x.tanh()
    y.register_hook(lambda g: None)
    y.register_hook(lambda g: g * 5).remove()
    return y


HOOKS = [of_a_result, of_a_leaf, of_a_view, that_only_looks]


@pytest.mark.parametrize("f", HOOKS)
def test_hooks_have_pytorch_s_derivatives(f):
    one, other = functools.partial(f, mt), functools.partial(f, torch)
    check(one, other, np.random.default_rng(3).standard_normal((2, 3)))


def test_a_hook_sees_the_gradient_before_it_is_retained():
    found = []
    for lib in (mt, torch):
        x = lib.ones(2, requires_grad=True)
        y, seen = x * 3, []
        y.retain_grad()
        y.register_hook(seen.append)
        y.register_hook(lambda g: g * 10)
        handle = x.register_hook(seen.append)
        (y * y).sum().backward()
        handle.remove()
        (x * 2).sum().backward()
        found.append([one.tolist() for one in (*seen, y.grad, x.grad)])
    assert found[0] == found[1]


def test_what_a_hook_kept_is_not_the_gradient_itself():
    x, seen = mt.ones(2, requires_grad=True), []
    x.register_hook(seen.append)
    x.register_hook(lambda g: seen[0])
    (x * 2).sum().backward()
    x.grad.zero_()
    assert [2.0, 2.0] == seen[0].tolist()


def test_hooks_go_when_their_leaf_goes():
    before = dict(LEAVES)
    x = mt.ones(2, requires_grad=True)
    x.register_hook(print)
    assert len(LEAVES) == len(before) + 1
    del x
    assert before == LEAVES


# --- Changes in place ---


def rows_replaced(m, x, y):
    h = x * 2
    h[0] = y
    h[1] *= 3.0
    return h * h


def view_changed(m, x, y):
    h = x * 1
    v = h[1]
    v *= y
    w = v.tanh()
    return h * h + w


def view_of_a_view(m, x, y):
    h = x * 1
    h.view(4, 3)[2][1:] += y[0]
    return h * h


def sibling_sees_it(m, x, y):
    h = x * 1
    before, after = h[0], h.view(-1)
    after[2:6] *= y.sum()
    return (before * before).sum() + h.sum()


def grown_from_zeros(m, x, y):
    out = m.zeros(3, dtype=m.float64)
    for i in range(3):
        out[i] = (x[i] * y).sum()
    return out * out


def by_columns(m, x, y):
    h = x * 2
    h[:, m.tensor([2, 0])] = y[:2] * 3
    return h * h


def arithmetic(m, x, y):
    h = x * 1
    h += y
    h *= x
    h -= 1
    h /= y * y + 1
    return h


IN_PLACE = [
    rows_replaced,
    view_changed,
    view_of_a_view,
    sibling_sees_it,
    grown_from_zeros,
    by_columns,
    arithmetic,
]


@pytest.mark.parametrize("f", IN_PLACE, ids=lambda f: f.__name__)
def test_changes_in_place_have_pytorch_s_derivatives(f):
    mine, its = functools.partial(f, mt), functools.partial(f, torch)
    check(mine, its, n(3, 4), n(4))


def refused(m, case):  # noqa: C901
    x = m.tensor([1.0, 2.0], requires_grad=True)
    if case == "a leaf":
        x += 1
    if case == "a view of a leaf":
        x[0] = 1.0
    if case == "a result that is read":
        y = x.exp()
        y += 1
        y.sum().backward()
    if case == "an operand that is read":
        w = m.tensor([3.0, 4.0])
        y = (x * w).sum()
        w *= 2
        y.backward()
    if case == "a part of an operand that is read":
        w = m.tensor([3.0, 4.0])
        y = (x * w).sum()
        w[0] = 2.0
        y.backward()
    if case == "a parameter between forward and backward":
        y = (x * x).sum()
        with m.no_grad():
            x -= 0.1
        y.backward()
    if case == "a second walk":
        y = (x * x).sum()
        y.backward()
        y.backward()
    if case == "a constant":
        (x.detach() * 2).sum().backward()
    if case == "no number":
        (x * 2).backward()
    if case == "floats into whole numbers":
        w = m.tensor([1, 2])
        w += 0.5
    if case == "a gradient of whole numbers":
        m.tensor([1, 2], requires_grad=True)


@pytest.mark.parametrize(
    "case",
    [
        "a leaf",
        "a view of a leaf",
        "a result that is read",
        "an operand that is read",
        "a part of an operand that is read",
        "a parameter between forward and backward",
        "a second walk",
        "a constant",
        "no number",
        "floats into whole numbers",
        "a gradient of whole numbers",
    ],
)
def test_what_pytorch_refuses_is_refused(case):
    with pytest.raises(RuntimeError):
        refused(torch, case)
    with pytest.raises(mt.MicrogradError):
        refused(mt, case)


REFUSED = {
    # A type that would be computed with, or change, without a word.
    "one_hot times floats": lambda m: (
        m.nn.functional.one_hot(m.tensor([1]), 3) @ m.ones(3, 2)
    ),
    "floats of two sizes": lambda m: m.ones(2, 2) @ m.ones(2, 2).double(),
    "a layer of doubles": lambda m: m.nn.Linear(2, 3)(m.ones(1, 2).double()),
    "a layer of whole numbers": lambda m: m.nn.Linear(2, 3)(m.tensor([1, 2])),
    "a convolution of doubles": lambda m: m.nn.Conv2d(1, 1, 2)(
        m.ones(1, 1, 3, 3).double()
    ),
    "places as floats": lambda m: m.nn.Embedding(3, 2)(m.tensor([1.0])),
    "places of one_hot as floats": lambda m: m.nn.functional.one_hot(
        m.tensor([1.0])
    ),
    "places of gather as floats": lambda m: m.ones(3).gather(
        0, m.tensor([0.0])
    ),
    "a softmax of whole numbers": lambda m: m.softmax(m.tensor([1, 2]), 0),
    "a length of whole numbers": lambda m: m.tensor([3, 4]).norm(),
    "classes as truths": lambda m: m.nn.functional.cross_entropy(
        m.ones(2, 3), m.tensor([True, False])
    ),
    "yes or no as whole numbers": lambda m: (
        m.nn.functional.binary_cross_entropy(m.ones(1) / 2, m.tensor([1]))
    ),
    "log-odds of whole numbers": lambda m: (
        m.nn.functional.binary_cross_entropy_with_logits(
            m.ones(1), m.tensor([1])
        )
    ),
    "a mask of whole numbers": lambda m: m.ones(2).masked_fill(
        m.tensor([1, 0]), 0.0
    ),
    "a condition of whole numbers": lambda m: m.where(
        m.tensor([1, 0]), 1.0, 2.0
    ),
    "infinity among whole numbers": lambda m: m.tensor([1, 2]).masked_fill(
        m.tensor([True, False]), float("-inf")
    ),
    # Numbers out of range.
    "a row below the first": lambda m: m.nn.functional.embedding(
        m.tensor([-1]), m.ones(3, 2)
    ),
    "a place below the first": lambda m: m.ones(3).gather(0, m.tensor([-1])),
    "a slice below the first": lambda m: m.ones(3).index_select(
        0, m.tensor([-1])
    ),
    "a place to put below the first": lambda m: m.zeros(3).scatter_(
        0, m.tensor([-1]), 1.0
    ),
    "an index beyond the last": lambda m: m.ones(2)[2],
    "an axis beyond the last": lambda m: m.ones(2).sum(1),
    "a class beyond the last": lambda m: m.nn.functional.cross_entropy(
        m.ones(2, 3), m.tensor([0, 3])
    ),
    "odds that are no probability": lambda m: (
        m.nn.functional.binary_cross_entropy(m.ones(1) * 1.5, m.ones(1))
    ),
    "a share above 1": lambda m: m.nn.Dropout(1.5),
    "more than there are": lambda m: m.ones(2).topk(3),
    "parts that do not add up": lambda m: m.ones(5).split([2, 2]),
    "no part": lambda m: m.ones(2).chunk(0),
    "neither end": lambda m: m.ones(2).clamp(),
    "the largest of nothing": lambda m: m.ones(0).max(),
    "the place of nothing": lambda m: m.ones(0).argmax(),
    "the largest along no numbers": lambda m: m.ones(0, 3).max(0),
    "few copies": lambda m: m.ones(2, 2).repeat(2),
    # Shapes that would broadcast, or be copied.
    "a view of columns": lambda m: m.ones(2, 3).t().view(6),
    "a view of a part": lambda m: m.ones(3, 4)[:, :2].view(6),
    "a view of copies": lambda m: m.ones(3, 1).expand(3, 2).view(6),
    "a product of matrices as vectors": lambda m: m.outer(
        m.ones(2, 2), m.ones(2)
    ),
    "a state for one example": lambda m: m.nn.GRU(3, 2)(
        m.ones(4, 2, 3), m.zeros(1, 1, 2)
    ),
    "a state without layers": lambda m: m.nn.GRU(3, 2)(
        m.ones(4, 2, 3), m.zeros(2, 2)
    ),
    "a state of more layers": lambda m: m.nn.GRU(3, 2)(
        m.ones(4, 2, 3), m.zeros(2, 2, 2)
    ),
    "half a state": lambda m: m.nn.LSTM(3, 2)(
        m.ones(4, 2, 3), m.zeros(1, 2, 2)
    ),
    "images as vectors": lambda m: m.nn.BatchNorm2d(3)(m.ones(2, 3)),
    "vectors as images": lambda m: m.nn.BatchNorm1d(3)(m.ones(2, 3, 4, 4)),
    "a mirror that is too short": lambda m: m.nn.functional.pad(
        m.ones(1, 1, 2), (2, 0), mode="reflect"
    ),
    "no examples to draw from": lambda m: list(
        m.utils.data.DataLoader([], shuffle=True)
    ),
    "an order and another": lambda m: m.utils.data.DataLoader(
        [1], shuffle=True, sampler=[0]
    ),
    "a word that is none": lambda m: m.utils.data.DataLoader([1], order=True),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_misuse_is_refused_as_in_pytorch(name):
    with pytest.raises(Exception) as theirs:
        REFUSED[name](torch)
    with pytest.raises(mt.MicrogradError) as ours:
        REFUSED[name](mt)
    if "beyond" in name:
        assert theirs.type is IndexError
        assert isinstance(ours.value, IndexError)


def changed_behind(m, x):
    x.flip(0).zero_()  # PyTorch copies
    return x


ANSWERS = {
    "the largest of whole numbers": lambda m, x: x.long().max(),
    "the smallest along an axis": lambda m, x: x.long().amin(1),
    "copies of all numbers": lambda m, x: x.repeat_interleave(2),
    "copies by a tensor": lambda m, x: x.repeat_interleave(
        m.tensor([2, 0, 1]), 0
    ),
    "softmax of no axis": lambda m, x: m.nn.Softmax()(x[None]),
    "log_softmax of no axis": lambda m, x: m.nn.functional.log_softmax(x),
    "joined types": lambda m, x: m.cat([x.float(), m.tensor([[1, 2]])]),
    "joined with nothing": lambda m, x: m.cat([m.tensor([]), x.float()]),
    "a flip that copies": changed_behind,
    "a view of what was laid out": lambda m, x: (
        x.transpose(0, 1).contiguous().view(6)
    ),
    "a view of a convolution": lambda m, x: m.nn.functional.conv2d(
        x[None, None], m.ones(2, 1, 2, 1, dtype=m.float64)
    ).view(1, -1),
    "one image": lambda m, x: m.nn.functional.conv2d(
        x[None], m.ones(2, 1, 2, 1, dtype=m.float64)
    ),
    "a view of sums so far": lambda m, x: x.cumsum(0).view(6),
    "lengths of axes": lambda m, x: m.tensor([*m.FloatTensor(3, 4).shape]),
    "the largest of each of no rows": lambda m, x: m.tensor(
        [*m.ones(0, 3).amax(1).shape, *m.ones(0, 3).argmax(1).shape]
    ),
    "an old type": lambda m, x: x.type(m.LongTensor),
    "a place from the end": lambda m, x: x.take_along_dim(
        m.tensor([[-1], [0], [1]]), 1
    ),
    "drawn again and again": lambda m, x: m.tensor(
        list(
            m.utils.data.RandomSampler(
                range(50),
                replacement=True,
                num_samples=70,
                generator=m.Generator().manual_seed(3),
            )
        )
    ),
    "drawn once, and a part once more": lambda m, x: m.tensor(
        list(
            m.utils.data.RandomSampler(
                range(5),
                num_samples=12,
                generator=m.Generator().manual_seed(3),
            )
        )
    ),
    "drawn by weights": lambda m, x: m.tensor(
        list(
            m.utils.data.WeightedRandomSampler(
                x.sum(1), 70, generator=m.Generator().manual_seed(3)
            )
        )
    ),
    "drawn by weights, once": lambda m, x: m.tensor(
        list(
            m.utils.data.WeightedRandomSampler(
                [0.1, 2.0, 0.5, 1.0],
                3,
                replacement=False,
                generator=m.Generator().manual_seed(3),
            )
        )
    ),
    "data sets behind each other": lambda m, x: m.stack(
        [
            *(m.utils.data.TensorDataset(x) + m.utils.data.TensorDataset(-x))[
                -2
            ],
            *m.utils.data.ConcatDataset([x[:1], x[1:]]),
        ]
    ),
    "batches of a sampler": lambda m, x: m.stack(
        list(m.utils.data.DataLoader(x, sampler=[2, 0, 1, 1], batch_size=2))
    ),
    "examples that come by themselves": lambda m, x: m.stack(
        list(m.utils.data.DataLoader(x, batch_size=None, sampler=[2, 0]))
    ),
    "batches of a stream": lambda m, x: m.cat(
        list(m.utils.data.DataLoader(stream(m), 2, drop_last=True))
    ),
    "examples of a stream": lambda m, x: m.tensor(
        list(m.utils.data.DataLoader(stream(m), batch_size=None))
    ),
    "normal numbers around others": lambda m, x: m.normal(
        x, x / 2, generator=m.Generator().manual_seed(3)
    ),
    "around the end": lambda m, x: m.nn.functional.pad(
        x[None], (1, 1), mode="circular"
    ),
    "the last again": lambda m, x: m.nn.functional.pad(
        x[None], (2, 1), mode="replicate"
    ),
}


@pytest.mark.parametrize(
    "order",
    [{"shuffle": True}, {"sampler": [0]}, {"batch_sampler": [[0]]}],
)
@pytest.mark.parametrize("m", [torch, mt], ids=["torch", "here"])
def test_a_stream_has_an_order_of_its_own(m, order):
    with pytest.raises(ValueError, match="sampler|shuffle"):
        m.utils.data.DataLoader(stream(m), **order)
    with pytest.raises(TypeError, match="len"):
        len(m.utils.data.DataLoader(stream(m), 2))


NO_AXIS = {
    "cumsum": lambda x: x.cumsum((0, 1)),
    "softmax": lambda x: x.softmax("rows"),
    "log_softmax": lambda x: x.log_softmax((0, 1)),
    "unbind": lambda x: x.unbind([0]),
    "sort": lambda x: x.sort(dim=(1,)),
    "roll": lambda x: x.roll(1, "0"),
}


@pytest.mark.parametrize("name", NO_AXIS)
def test_what_is_no_axis_is_refused_in_three_parts(name):
    with pytest.raises(mt.MicrogradError, match="name one axis"):
        NO_AXIS[name](mt.ones(2, 3))


def test_a_roll_takes_as_many_shifts_as_axes():
    with pytest.raises(mt.MicrogradError, match="2 for 1"):
        mt.ones(2, 3).roll((1, 1), (0,))


def test_what_linalg_refuses_names_what_to_do():
    square = "inv det slogdet solve logdet cholesky eigh matrix_exp"
    for name in square.split():
        more = [mt.ones(2)] * (name == "solve")
        place = mt if name == "logdet" else mt.linalg
        with pytest.raises(mt.MicrogradError, match="square matrices"):
            getattr(place, name)(mt.ones(2, 3), *more)
        with pytest.raises(mt.MicrogradError, match="float"):
            getattr(place, name)(mt.ones(2, 2, dtype=mt.int64), *more)
    with pytest.raises(mt.MicrogradError, match="positive definite"):
        mt.linalg.cholesky(-mt.eye(2))
    with pytest.raises(mt.MicrogradError, match="reduced or complete"):
        mt.linalg.qr(mt.eye(2), "thin")
    with pytest.raises(mt.MicrogradError, match="pinv or lstsq"):
        mt.inverse(mt.ones(2, 2))
    with pytest.raises(mt.MicrogradError, match="2 numbers on the right"):
        mt.linalg.solve(mt.eye(2), mt.ones(3, 1))
    x = mt.ones(2, 2, requires_grad=True)
    assert mt.det(x).item() == 0.0
    with pytest.raises(mt.MicrogradError, match="has an inverse"):
        mt.det(x).backward()
    assert mt.logdet(-mt.eye(1)).isnan()


def test_matrices_taken_apart_have_pytorch_s_shapes_and_numbers():
    high, wide = n(4, 2), n(2, 4)
    for x in (high, wide):
        for name, how in (
            ("qr", {}),
            ("qr", {"mode": "complete"}),
            ("svd", {}),
            ("svd", {"full_matrices": False}),
            ("matrix_rank", {}),
        ):
            theirs, ours = (
                getattr(m.linalg, name)(m.tensor(x), **how)
                for m in (torch, mt)
            )
            if not isinstance(ours, tuple):
                theirs, ours = (theirs,), (ours,)
            for a, b in zip(theirs, ours, strict=True):
                assert far(a.abs().numpy(), b.abs().array) < CLOSE


@pytest.mark.parametrize("m", [torch, mt])
def test_gradients_are_switched_off_by_a_statement(m):
    x = m.ones(2, requires_grad=True)
    m.set_grad_enabled(False)
    try:
        assert not (x * x).requires_grad
        with m.enable_grad():
            assert (x * x).requires_grad
        assert not (x * x).requires_grad
    finally:
        m.set_grad_enabled(True)
    assert (x * x).requires_grad

    @m.set_grad_enabled(False)
    def square(x):
        return x * x

    assert (x * x).requires_grad
    assert not square(x).requires_grad


@pytest.mark.parametrize("m", [torch, mt])
def test_floats_have_another_type_when_it_is_set(m):
    before = m.get_default_dtype()
    m.set_default_dtype(m.float64)
    try:
        assert m.get_default_dtype() == m.float64
        made = (
            m.tensor([1.0]), m.zeros(1), m.arange(2.0), m.rand(1),
            m.full((1,), 0.5), m.linspace(0, 1, 2), m.arange(2) / 2,
            m.arange(2) * 0.5, m.eye(1), m.nn.Linear(1, 1).weight,
            m.arange(2).float().double(), m.Tensor([1.0]),
        )  # fmt: skip
        assert {str(x.dtype).split(".")[-1] for x in made} == {"float64"}
        assert repr(m.ones(1)) == "tensor([1.])"
        assert "torch.float32" in repr(m.ones(1).float())
    finally:
        m.set_default_dtype(before)
    assert m.zeros(1).dtype == m.float32
    if m is mt:
        with pytest.raises(mt.MicrogradError, match="float32 or float64"):
            mt.set_default_dtype(mt.int64)


@pytest.mark.parametrize("name", ["uint8", "int8", "int16"])
def test_short_whole_numbers_are_pytorch_s(name):
    found = []
    for m in (torch, mt):
        x = m.tensor([3, 100, 120], dtype=getattr(m, name))
        parts = [x + 100, x * 2, x // 2, x / 2, x.sum(), x == 3, -x + x]
        parts += [x.float().mean(), x.max(), x.long().type(x.dtype)]
        found.append(
            [(str(p.dtype).split(".")[-1], p.tolist()) for p in parts]
        )
        found[-1].append(repr(x))
    assert found[0] == found[1]


def test_a_condition_by_sums_is_pytorch_s():
    x = n(3, 3)
    a, b = (m.linalg.cond(m.tensor(x), 1) for m in (torch, mt))
    assert far(a.numpy(), b.array) < CLOSE


def test_equal_eigenvalues_have_gradients_and_their_vectors_have_none():
    x = mt.eye(2).requires_grad_(True)
    mt.linalg.eigvalsh(x).sum().backward()
    assert x.grad.tolist() == [[1, 0], [0, 1]]
    _, vectors = mt.linalg.eigh(x)
    (g,) = mt.autograd.grad((vectors * mt.tensor([[1.0], [2.0]])).sum(), x)
    assert not g.isfinite().all()


def test_nearest_solutions_come_with_what_pytorch_gives_beside():
    a, b = n(5, 3), n(5, 2)
    theirs, ours = (
        m.linalg.lstsq(m.tensor(a), m.tensor(b)) for m in (torch, mt)
    )
    for x, y in zip(theirs, ours, strict=True):
        assert tuple(x.shape) == tuple(y.shape)
        assert far(x.numpy(), y.array) < CLOSE


@pytest.mark.filterwarnings("ignore:Implicit dimension choice:UserWarning")
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_pytorch_s(name):
    x = np.array([[1.0, 5.0], [3.0, 2.0], [4.0, 0.0]])
    expected, found = (ANSWERS[name](m, m.tensor(x)) for m in (torch, mt))
    assert f"torch.{found.dtype}" == str(expected.dtype)
    assert far(expected.numpy(), found.array) < 1e-6
    if not found.is_floating_point():
        assert found.tolist() == expected.tolist()


EDGES = {
    "the length of zeros": (lambda m, x: x.norm(), [0.0, 0.0]),
    "another length of zeros": (lambda m, x: x.norm(3), [0.0, 0.0]),
    "lengths, of zeros too": (
        lambda m, x: x.view(2, 2).norm(dim=1).sum(),
        [0.0, 0.0, 3.0, 4.0],
    ),
    "how equal numbers differ": (lambda m, x: x.std(), [2.0, 2.0]),
    "the direction of zeros": (
        lambda m, x: m.nn.functional.normalize(x, dim=0).sum(),
        [0.0, 0.0],
    ),
    "relu6 at its ends": (
        lambda m, x: m.nn.functional.relu6(x).sum(),
        [0.0, 6.0, 3.0],
    ),
    "hardtanh at its ends": (
        lambda m, x: m.nn.functional.hardtanh(x).sum(),
        [-1.0, 1.0, 0.5],
    ),
    "hardsigmoid at its ends": (
        lambda m, x: m.nn.functional.hardsigmoid(x).sum(),
        [-3.0, 3.0, 0.5],
    ),
    "the middle of equal ones": (lambda m, x: x.median(), [1.0, 1.0, 1.0]),
}


@pytest.mark.parametrize("name", EDGES)
def test_a_gradient_at_an_edge_is_pytorch_s(name):
    f, numbers = EDGES[name]
    found = []
    for m in (torch, mt):
        x = m.tensor(numbers, requires_grad=True)
        f(m, x).backward()
        found.append(x.grad.tolist())
    assert far(*found) < 1e-6


def allowed(m, case):
    x = m.tensor([1.0, 2.0], requires_grad=True)
    if case == "an operand that is not read":
        w = m.tensor([3.0, 4.0])
        y = (x + w).sum()
        w *= 2
    if case == "another part":
        w = m.tensor([3.0, 4.0])
        y = (x * w.clone()).sum()
        w[0] = 2.0
    if case == "a second walk through a kept graph":
        y = (x * x).sum()
        y.backward(retain_graph=True)
    if case == "a second walk where nothing is remembered":
        y = (x + x).sum()
        y.backward()
    if case == "the gradient itself, afterwards":
        y = (x + 1).sum() + (x * 1).sum()
        y.backward()
        x.grad *= 0.5
        y = x.sum()
    y.backward()
    return x.grad.tolist()


@pytest.mark.parametrize(
    "case",
    [
        "an operand that is not read",
        "another part",
        "a second walk through a kept graph",
        "a second walk where nothing is remembered",
        "the gradient itself, afterwards",
    ],
)
def test_what_pytorch_allows_is_allowed(case):
    assert allowed(torch, case) == allowed(mt, case)


# --- Types ---

TYPES = ["float32", "float64", "int64", "int32", "bool"]


@pytest.mark.parametrize(
    "shapes", [((2,), (2,)), ((2,), ()), ((), (2,)), ((), ())]
)
@pytest.mark.parametrize("right", TYPES)
@pytest.mark.parametrize("left", TYPES)
def test_results_have_pytorch_s_types(left, right, shapes):
    found = {}
    for m in (torch, mt):
        x = (
            m.ones(*shapes[0], dtype=getattr(m, left))
            if shapes[0]
            else m.tensor(1, dtype=getattr(m, left))
        )
        y = (
            m.ones(*shapes[1], dtype=getattr(m, right))
            if shapes[1]
            else m.tensor(1, dtype=getattr(m, right))
        )
        results = [x + y, x * y, x / y, m.where(x > 0, x, y), x == y]
        if "bool" not in (left, right):
            results += [x - y, x**y]
        found[m] = [str(z.dtype).rpartition(".")[2] for z in results]
    assert found[torch] == found[mt]


@pytest.mark.parametrize("number", [2, 0.5, True])
@pytest.mark.parametrize("left", TYPES)
def test_numbers_do_not_change_the_type_of_floats(left, number):
    found = {}
    for m in (torch, mt):
        x = m.ones(2, dtype=getattr(m, left))
        results = [
            x + number,
            number * x,
            x / number,
            x > number,
            x.sum(),
            x.exp(),
        ]
        found[m] = [str(z.dtype).rpartition(".")[2] for z in results]
    assert found[torch] == found[mt]


# --- Printing ---

PRINTED = {
    "whole": [1.0, 2.0, -3.0],
    "fractions": [0.1, -2.55555, 100.0],
    "tiny": [1e-5, 1.0],
    "far apart": [0.5, 1234.5],
    "large": [1e9, 2e9],
    "large and whole": [123456.0, 1.0],
    "odd": [math.nan, 1.0, math.inf, -math.inf],
    "odd fractions": [math.nan, 1.5, math.inf],
    "only odd": [math.nan, math.inf],
    "zeros": [0.0, -0.0],
    "int": [1, -20, 300],
    "bool": [True, False],
    "a number": 3.14159,
    "a whole number": 3.0,
    "an int": 3,
    "a truth": True,
    "nothing": [],
    "a matrix": [[1.0, 2.5], [3.0, -4.0]],
    "three axes": np.arange(24.0).reshape(2, 3, 4).tolist(),
    "four axes": (np.arange(16.0) / 7).reshape(2, 2, 2, 2).tolist(),
    "a long row": (np.arange(40.0) / 3).tolist(),
    "a wide matrix": (np.arange(60.0) / 3).reshape(2, 30).tolist(),
    "a column": (np.arange(5.0) / 3).reshape(5, 1).tolist(),
    "more than a thousand": np.arange(1500).tolist(),
    "a large matrix": (np.arange(3000.0) / 11).reshape(60, 50).tolist(),
    "many axes": (np.arange(2400.0) / 7).reshape(2, 20, 6, 10).tolist(),
}


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("dtype", [None, "float64", "int32"])
@pytest.mark.parametrize("case", PRINTED)
def test_a_tensor_prints_as_in_pytorch(case, dtype, requires_grad):
    texts = []
    for m in (torch, mt):
        data = PRINTED[case]
        odd = (
            isinstance(data, list)
            and np.size(data)
            and not np.isfinite(data).all()
        )
        if dtype == "int32" and odd:
            return
        t = m.tensor(data, dtype=None if dtype is None else getattr(m, dtype))
        if requires_grad:
            if "float" not in str(t.dtype):
                return
            t.requires_grad = True
        texts.append(repr(t))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
def test_an_empty_tensor_prints_as_in_pytorch(shape):
    assert repr(torch.zeros(shape)) == repr(mt.zeros(shape))
    for dtype in ("int64", "float64"):
        texts = [
            repr(m.zeros(shape, dtype=getattr(m, dtype))) for m in (torch, mt)
        ]
        assert texts[0] == texts[1]


def test_random_matrices_print_as_in_pytorch():
    seeds = np.random.default_rng(5)
    for _ in range(200):
        shape = seeds.integers(1, 9, seeds.integers(1, 4))
        x = seeds.standard_normal(shape) * 10.0 ** seeds.integers(-3, 4)
        x = np.where(seeds.random(shape) < 0.2, np.rint(x), x)
        texts = [repr(m.tensor(x.astype(np.float32))) for m in (torch, mt)]
        assert texts[0] == texts[1]


def test_a_result_names_its_operation_as_pytorch_does():
    for m in (torch, mt):
        x = m.tensor([1.0, 2.0], requires_grad=True)
        text = "tensor([0.7616, 0.9640], grad_fn=<TanhBackward0>)"
        assert text == repr(x.tanh())
        assert "grad_fn=<MulBackward0>" in repr(x * 2)
        assert "grad_fn=<AddBackward0>" in repr(x + x)
        assert "grad_fn=<PowBackward0>" in repr(x**2)


def test_a_number_is_formatted_as_in_pytorch():
    for m in (torch, mt):
        x = m.tensor(1.0) / 3
        assert "0.3333" == f"{x:.4f}"
        assert "0.3333333432674408" == f"{x}"
        assert "0.333333" == "%f" % x  # noqa: UP031
        assert "tensor([1, 2])" == f"{m.tensor([1, 2])}"


# --- What PyTorch refuses, or finds with nan ---

NAN = float("nan")
FORBIDDEN = {
    "// 0": lambda m, x: m.tensor([4, 3]) // 0,
    "// of some 0": lambda m, x: m.tensor([4, 3]) // m.tensor([1, 0]),
    "% 0": lambda m, x: m.tensor([4, 3]) % 0,
    "0 below": lambda m, x: 5 % m.tensor([1, 0]),
    "fmod(0)": lambda m, x: m.tensor([4, 3]).fmod(0),
    "a gradient of another shape": lambda m, x: setattr(x, "grad", x[1:]),
    "of another type": lambda m, x: setattr(x, "grad", x.detach().double()),
    "a number for a gradient": lambda m, x: setattr(x, "grad", 1.0),
    "a device that nobody knows": lambda m, x: m.device("banana"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_has_no_answer_in_pytorch_has_none_here(name):
    for m, kinds in ((torch, (RuntimeError, TypeError)), (mt, MISTAKES)):
        x = m.ones(3, requires_grad=True)
        with pytest.raises(kinds):
            FORBIDDEN[name](m, x)
        assert x.grad is None


MISTAKES = mt.MicrogradError
MIDDLES = {
    "some": [[1.0, NAN, NAN, 2.0], [3.0, 1.0, 2.0, 0.0]],
    "all": [[NAN, NAN]],
    "none": [[2.0, 4.0, 1.0]],
}


@pytest.mark.parametrize("f", ["median", "nanmedian"])
@pytest.mark.parametrize("name", MIDDLES)
def test_the_middle_of_numbers_and_nan_is_pytorch_s(f, name):
    found = []
    for m in (torch, mt):
        x = m.tensor(MIDDLES[name], requires_grad=True)
        whole, (along, at) = getattr(x, f)(), getattr(x, f)(1)
        kept = getattr(x, f)(1, keepdim=True).values
        assert (len(x), 1) == tuple(kept.shape)
        (whole * 2 + along.sum()).backward()
        at = None if name == "all" else at.tolist()
        found.append([whole.tolist(), along.tolist(), at, x.grad.tolist()])
    for expected, ours in zip(*found, strict=True):
        np.testing.assert_equal(ours, expected)


def test_what_a_division_of_whole_numbers_leaves_is_whole():
    for y in (3, -3):
        found = [m.tensor([5, -5, 6]).fmod(y) for m in (torch, mt)]
        assert found[0].tolist() == found[1].tolist()
        assert mt.int64 == found[1].dtype


@pytest.mark.parametrize("name", ["sign", "relu", "abs", "neg", "square"])
def test_functions_that_need_no_fraction_keep_whole_numbers_whole(name):
    for kind in ("int64", "int32"):
        given = [m.tensor([5, -5, 0], dtype=getattr(m, kind))
                 for m in (torch, mt)]  # fmt: skip
        expected, found = (getattr(x, name)() for x in given)
        assert kind == found.dtype.name
        assert expected.tolist() == found.tolist()


LISTS = {
    "of a tensor of one number": lambda m: [m.tensor([1.0]), 2.0],
    "of lists of them": lambda m: [[m.tensor([1.0])], [m.tensor([[2.0]])]],
    "of one in double precision": lambda m: [m.tensor(1.0).double(), 2],
    "of NumPy's numbers": lambda m: [1.0, np.float64(2.0)],
    "of NumPy's, single": lambda m: [1.0, np.float32(2.0)],
    "of NumPy's arrays": lambda m: [np.array([1.0, 2.0])],
}


@pytest.mark.filterwarnings("ignore:Creating a tensor from a list")
@pytest.mark.parametrize("name", LISTS)
def test_a_tensor_of_a_list_has_pytorch_s_shape_and_type(name):
    expected, found = (m.tensor(LISTS[name](m)) for m in (torch, mt))
    assert f"{expected.dtype}" == f"torch.{found.dtype}"
    assert (tuple(expected.shape), expected.tolist()) == (
        found.shape,
        found.tolist(),
    )


@pytest.mark.parametrize("m", [torch, mt])
def test_a_step_of_mixed_precision_on_a_cpu_is_a_step(m):
    w = m.tensor([1.0], requires_grad=True)
    optimizer = m.optim.SGD([w], lr=0.5)
    scaler = m.amp.GradScaler("cpu", enabled=False)
    with m.autocast("cpu", enabled=False):
        loss = (w * w).sum()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    assert w.tolist() == [0.0]
    assert scaler.state_dict() == {}


KEPT = {
    name: (lambda m, x, name=name: getattr(x, name)())
    for name in "clone contiguous detach flatten t squeeze ravel".split()
} | {
    "repeat": lambda m, x: x.repeat(2, 1),
    "scatter": lambda m, x: x.scatter(1, m.tensor([[1, 0]] * 2), x),
    "roll": lambda m, x: x.roll(1, 0),
    "flip": lambda m, x: x.flip(0),
    "gather": lambda m, x: x.gather(1, m.tensor([[1, 0]] * 2)),
    "cat": lambda m, x: m.cat([x, x]),
    "tril": lambda m, x: x.tril(),
    "repeat_interleave": lambda m, x: x.repeat_interleave(2, 0),
}


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int32"])
@pytest.mark.parametrize("name", KEPT)
def test_what_moves_numbers_keeps_their_type(name, dtype):
    found = []
    for m in (torch, mt):
        x = m.tensor([[1, 0], [1, 1]]).type(getattr(m, dtype))
        z = KEPT[name](m, x)
        found.append((str(z.dtype).split(".")[-1], z.tolist()))
    assert found[0] == found[1]


@pytest.mark.parametrize("value", [0, 1, 2.5, [0, 3, 1]])
def test_numbers_put_among_truths_become_truths(value):
    found = []
    for m in (torch, mt):
        x = m.ones(2, 3) > m.tensor([0.0, 2.0, 0.0])
        x[0] = m.tensor(value) if isinstance(value, list) else value
        x[..., 0] = 0
        found.append(x.tolist())
    assert found[0] == found[1]
