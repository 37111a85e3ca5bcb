"""Tensors beside PyTorch's: rows, programs, changes in place, printing."""

import functools
import math

import numpy as np
import pytest
from strategies import ROWS, points

import micrograd.tensors as mt
from micrograd.tensors.engine import gradients

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
    "deep": (lambda m, x: ((x.tanh().exp() + 1).log() / x).sigmoid(), p(3, 4)),
}


@pytest.mark.parametrize("name", BOTH)
def test_a_program_has_pytorch_s_derivatives_of_order_0_1_and_2(name):
    f, *arrays = BOTH[name]
    check(functools.partial(f, mt), functools.partial(f, torch), *arrays)


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
