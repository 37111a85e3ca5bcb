"""The second table: that each transpose is the transpose, on any shape."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd.errors import ShapeError
from micrograd.tensors import Tensor, tensor
from micrograd.tensors import linear as maps
from micrograd.tensors.linear import LINEAR, Bilinear, linear

# Sums of some hundred products of numbers near 1, added in another order.
ROUNDING = 1e-12
lengths = st.integers(1, 4)
shapes = st.lists(lengths, min_size=1, max_size=4).map(tuple)


@st.composite
def sum_to(draw):
    shape = draw(shapes)
    skip = draw(st.integers(0, len(shape)))
    to = tuple(n if draw(st.booleans()) else 1 for n in shape[skip:])
    return [shape], {"to": to}


@st.composite
def broadcast_to(draw):
    shape = tuple(n if draw(st.booleans()) else 1 for n in draw(shapes))
    lead = draw(st.lists(lengths, max_size=2))
    to = [n if n > 1 else draw(lengths) for n in shape]
    return [shape], {"to": (*lead, *to)}


@st.composite
def total(draw):
    shape = draw(shapes)
    axes = draw(st.sets(st.sampled_from(range(len(shape)))))
    return [shape], {"axes": tuple(sorted(axes)), "keepdims": draw(BOOLEANS)}


BOOLEANS = st.booleans()


@st.composite
def reshape(draw):
    shape = draw(shapes)
    to = draw(st.permutations([*shape, 1]))
    return [shape], {"to": (to[0] * to[1], *to[2:])}


@st.composite
def permute(draw):
    shape = draw(shapes)
    return [shape], {"axes": tuple(draw(st.permutations(range(len(shape)))))}


@st.composite
def indices(draw, shape):
    """Slices, numbers, new axes, masks, lists that repeat."""
    kind = draw(st.sampled_from(["basic", "rows", "pairs", "mask"]))
    if kind == "basic":
        parts = [draw(basic(n)) for n in shape[: draw(st.integers(0, 4))]]
        return (*parts, *draw(st.sampled_from([(), (...,), (None,)])))
    if kind == "rows":
        size = draw(st.lists(lengths, min_size=1, max_size=2))
        rows = st.integers(-shape[0], shape[0] - 1)
        n = math.prod(size)
        found = draw(st.lists(rows, min_size=n, max_size=n))
        return np.array(found).reshape(size)
    if kind == "pairs":
        n = draw(lengths)
        return tuple(
            np.array([draw(st.integers(0, k - 1)) for _ in range(n)])
            for k in shape[:2]
        )
    n = shape[0]
    return np.array(draw(st.lists(BOOLEANS, min_size=n, max_size=n)))


@st.composite
def basic(draw, n):
    if draw(BOOLEANS):
        return draw(st.integers(-n, n - 1))
    a, b = draw(st.integers(-n, n)), draw(st.integers(-n, n))
    return slice(a, b, draw(st.sampled_from([1, 2, -1])))


@st.composite
def take(draw):
    shape = draw(shapes)
    return [shape], {"index": draw(indices(shape))}


@st.composite
def put_add(draw):
    shape = draw(shapes)
    index = draw(indices(shape))
    taken = np.ones(shape)[index]
    return [taken.shape], {"index": index, "to": shape}


@st.composite
def pad(draw):
    shape = draw(shapes)
    width = st.tuples(st.integers(0, 2), st.integers(0, 2))
    return [shape], {"widths": [draw(width) for _ in shape]}


@st.composite
def cat(draw):
    shape = draw(shapes)
    axis = draw(st.sampled_from(range(len(shape))))
    each = [draw(lengths) for _ in range(draw(lengths))]
    parts = [(*shape[:axis], n, *shape[axis + 1 :]) for n in each]
    return parts, {"axis": axis}


@st.composite
def windows(draw):
    lead = draw(st.lists(lengths, max_size=2))
    n = draw(st.sampled_from([1, 2]))
    size, stride, dilation = (
        tuple(draw(st.integers(1, 3)) for _ in range(n)) for _ in range(3)
    )
    last = [
        d * (k - 1) + 1 + draw(st.integers(0, 4))
        for k, d in zip(size, dilation, strict=True)
    ]
    how = {"size": size, "stride": stride, "dilation": dilation}
    return [(*lead, *last)], how


@st.composite
def windows_add(draw):
    (shape,), how = draw(windows())
    seen = LINEAR["windows"].compute(np.ones(shape), **how)
    return [seen.shape], {**how, "to": shape}


@st.composite
def matmul(draw):
    n, k, m = draw(lengths), draw(lengths), draw(lengths)
    batch = draw(st.lists(lengths, max_size=2))
    left, right = (
        [b if draw(BOOLEANS) else 1 for b in batch[draw(st.integers(0, 2)) :]]
        for _ in range(2)
    )
    return [(*left, n, k), (*right, k, m)], {}


CASES = {
    "sum_to": sum_to(),
    "broadcast_to": broadcast_to(),
    "total": total(),
    "scale": shapes.map(lambda s: ([s], {"by": -2.5})),
    "convert": shapes.map(
        lambda s: (
            [s],
            {"to": np.dtype("float64"), "back": np.dtype("float64")},
        )
    ),
    "move": shapes.map(lambda s: ([s], {"to": "cpu", "back": "cpu"})),
    "reshape": reshape(),
    "permute": permute(),
    "take": take(),
    "put_add": put_add(),
    "pad": pad(),
    "cat": cat(),
    "windows": windows(),
    "windows_add": windows_add(),
    "matmul": matmul(),
}
EVERY_ROW = pytest.mark.parametrize("name", LINEAR)
rng = np.random.default_rng(0)


def draw_arrays(shapes):
    return [rng.standard_normal(shape) for shape in shapes]


def inner(x, y):
    return float(np.sum(np.asarray(x) * np.asarray(y)))


def test_every_row_has_cases():
    assert set(LINEAR) == set(CASES)


@EVERY_ROW
@settings(max_examples=25)
@given(data=st.data())
def test_the_transpose_is_the_transpose(name, data):
    row = LINEAR[name]
    shapes, how = data.draw(CASES[name])
    xs = draw_arrays(shapes)
    z = row(*xs, **how)
    g = rng.standard_normal(np.shape(z))
    backs = [
        np.asarray(row.back(i, g, shapes, None, *xs, **how))
        for i in range(len(xs))
    ]
    assert [x.shape for x in xs] == [b.shape for b in backs]
    if isinstance(row, Bilinear):  # in each operand by itself
        for x, b in zip(xs, backs, strict=True):
            assert inner(z, g) == pytest.approx(inner(x, b), abs=ROUNDING)
    else:
        found = sum(inner(x, b) for x, b in zip(xs, backs, strict=True))
        assert inner(z, g) == pytest.approx(found, abs=ROUNDING)


@EVERY_ROW
@settings(max_examples=25)
@given(data=st.data())
def test_the_map_is_linear(name, data):
    row = LINEAR[name]
    shapes, how = data.draw(CASES[name])
    xs, ys = draw_arrays(shapes), draw_arrays(shapes)
    if isinstance(row, Bilinear):
        ys[1] = xs[1]
        both = [2 * xs[0] + 3 * ys[0], xs[1]]
    else:
        both = [2 * x + 3 * y for x, y in zip(xs, ys, strict=True)]
    expected = 2 * row(*xs, **how) + 3 * row(*ys, **how)
    assert np.allclose(expected, row(*both, **how), ROUNDING, ROUNDING)


@EVERY_ROW
@settings(max_examples=25)
@given(data=st.data())
def test_a_tensor_has_the_transpose_for_a_gradient(name, data):
    row = LINEAR[name]
    shapes, how = data.draw(CASES[name])
    xs = [Tensor(x, requires_grad=True) for x in draw_arrays(shapes)]
    z = row(*xs, **how)
    g = rng.standard_normal(z.shape)
    z.backward(Tensor(g))
    for i, x in enumerate(xs):
        arrays = [x.array for x in xs]
        expected = row.back(i, g, shapes, None, *arrays, **how)
        assert np.allclose(expected, x.grad.array, ROUNDING, ROUNDING)


@EVERY_ROW
def test_single_precision_stays_single(name):
    row = LINEAR[name]
    shapes, how = {
        "sum_to": ([(2, 3)], {"to": (3,)}),
        "broadcast_to": ([(3,)], {"to": (2, 3)}),
        "total": ([(2, 3)], {"axes": (0,), "keepdims": False}),
        "scale": ([(2,)], {"by": 0.1}),
        "convert": ([(2,)], {"to": np.float32, "back": np.float32}),
        "move": ([(2,)], {"to": "cpu", "back": "cpu"}),
        "reshape": ([(2, 3)], {"to": (6,)}),
        "permute": ([(2, 3)], {"axes": (1, 0)}),
        "take": ([(3,)], {"index": np.array([0, 0])}),
        "put_add": ([(2,)], {"index": np.array([0, 0]), "to": (3,)}),
        "pad": ([(2,)], {"widths": [(1, 1)]}),
        "cat": ([(2,), (3,)], {"axis": 0}),
        "windows": ([(5,)], {"size": (2,), "stride": (1,), "dilation": (2,)}),
        "windows_add": (
            [(3, 2)],
            {"size": (2,), "stride": (1,), "dilation": (2,), "to": (5,)},
        ),
        "matmul": ([(2, 3), (3, 2)], {}),
    }[name]
    xs = [np.ones(shape, np.float32) for shape in shapes]
    z = row(*xs, **how)
    assert np.float32 == z.dtype
    for i in range(len(xs)):
        back = row.back(i, z, shapes, None, *xs, **how)
        assert np.float32 == back.dtype


@EVERY_ROW
def test_a_row_is_documented_and_shows_itself(name):
    text = inspect.getdoc(LINEAR[name].compute)
    assert ">>> " in text
    assert text.partition("\n")[0].endswith(".")
    assert name in repr(LINEAR[name])


def test_a_row_of_the_reader_s_own_is_differentiated():
    @linear(lambda g, shape: twice_backwards(g))
    def twice_backwards(x):
        return 2 * x[::-1]

    x = tensor([1.0, 2.0], requires_grad=True)
    (twice_backwards(x) * tensor([1.0, 10.0])).sum().backward()
    assert [20.0, 2.0] == x.grad.tolist()


def test_gradients_of_repeated_indices_add_up():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    x[[0, 2, 0, 0]].sum().backward()
    assert [3.0, 0.0, 1.0] == x.grad.tolist()


@pytest.mark.parametrize("rows", [40, 5000])  # a product, and sorted sums
def test_gradients_of_an_embedding_add_up(rows):
    table = tensor(np.zeros((rows, 3)), requires_grad=True)
    index = rng.integers(0, rows, (64, 32))
    table[index].sum().backward()
    counts = np.bincount(index.ravel(), minlength=rows)
    assert (table.grad.array == counts[:, None]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: x @ x, "(2, 3) and (2, 3)"),
        (lambda x: x.view(4, 2), "6, of the shape (2, 3)"),
        (lambda x: x.sum(2), "dim=2"),
        (lambda x: x.permute(0, 0), "each of the 2 axes once"),
        (lambda x: x.expand(3, 3), "(2, 3)"),
        (lambda x: x[2], "the shape (2, 3)"),
        (lambda x: x + tensor([1.0, 2.0]), "(2, 3) and (2,)"),
    ],
)
def test_shapes_that_do_not_fit_are_both_named(call, words):
    with pytest.raises(ShapeError) as caught:
        call(tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    assert words in str(caught.value)


@pytest.mark.parametrize("shape", [(2**18, 2), (2**9, 2**9, 2), (70_001, 3)])
def test_many_rows_in_single_precision_add_up_to_six_digits(shape):
    x = np.full(shape, 0.1, np.float32)
    axes = tuple(range(len(shape) - 1))
    exact = np.float64(np.float32(0.1)) * math.prod(shape[:-1])
    for found in (
        LINEAR["total"](x, axes=axes, keepdims=False),
        LINEAR["sum_to"](x, to=shape[-1:]),
    ):
        assert found.shape == shape[-1:]
        assert np.abs(found / exact - 1).max() < 2e-6
    kept = LINEAR["total"](x, axes=axes, keepdims=True)
    assert kept.shape == (*[1] * len(axes), shape[-1])


def test_each_part_of_a_gradient_is_cut_once(monkeypatch):
    cut = []
    monkeypatch.setattr(
        maps, "pick", lambda x, index: cut.append(index) or x[index]
    )
    parts = [Tensor(np.ones(n), requires_grad=True) for n in (1, 2)]
    joined = maps.cat(*parts, axis=0)
    joined.backward(Tensor(np.array([1.0, 2.0, 3.0])))
    assert 2 == len(cut)
    assert [[1.0], [2.0, 3.0]] == [x.grad.tolist() for x in parts]


def test_a_gradient_without_numbers_is_empty():
    x, bias = (
        Tensor(np.ones(shape), requires_grad=True) for shape in ((3, 0), (0,))
    )
    (x + bias).sum().backward()
    assert ((3, 0), (0,)) == (x.grad.shape, bias.grad.shape)


def test_sums_of_none_and_of_whole_numbers_are_as_they_were():
    assert [0.0, 0.0] == LINEAR["total"](
        np.zeros((0, 2)), axes=(0,), keepdims=False
    ).tolist()
    many = np.ones((2000, 2), np.int64)
    found = LINEAR["total"](many, axes=(0,), keepdims=False)
    assert (np.int64, [2000, 2000]) == (found.dtype, found.tolist())
    assert (2000, 0) == np.ones((2000, 0)).shape
    assert (
        []
        == LINEAR["total"](
            np.ones((2000, 0)), axes=(0,), keepdims=False
        ).tolist()
    )
