"""Programs on arrays of Values: the numbers and gradients of tensors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ROWS, choices, points
from test_linear import CASES, EVERY_ROW

import micrograd.tensors as mt
from micrograd import Value, no_grad
from micrograd.draw import draw_dot
from micrograd.engine import topological_order
from micrograd.errors import GraphError, ShapeError
from micrograd.live import steps
from micrograd.tensors import explode, nn
from micrograd.tensors.linear import LINEAR
from micrograd.tensors.nn import functional as F  # noqa: N812

# Sums of some dozens of products, added in another order; functions of two
# libraries, rounded differently; and of both what a program amplifies.
CLOSE = 1e-11
rng = np.random.default_rng(0)


def n(*shape):
    return rng.standard_normal(shape)


def total(tree):
    return sum(np.asarray(tree, object).flat, 0.0)


def gradient(values):
    return np.vectorize(lambda v: v.grad, otypes=[float])(values)


def check(f, *arrays):
    """The same values and gradients, each result by every leaf."""
    xs = [mt.Tensor(a.copy(), requires_grad=True) for a in arrays]
    z, leaves = explode(f, *xs)
    expected = f(*xs)
    assert expected.shape == np.shape(z)
    weights = n(*expected.shape)
    numbers = np.vectorize(float, otypes=[float])(z)
    assert np.allclose(expected.array, numbers, CLOSE, CLOSE)
    root = total(z * weights)
    if isinstance(root, Value):
        root.backward()
    if expected.requires_grad:
        expected.backward(mt.Tensor(weights))
    for x, values in zip(xs, leaves.values(), strict=True):
        theirs = np.zeros(x.shape) if x.grad is None else x.grad.array
        assert np.allclose(theirs, gradient(values), CLOSE, CLOSE)


# --- Every row of the two tables ---


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_the_first_table_has_the_numbers_of_tensors(row):
    arrays = [np.array(x) for x in zip(*points(row, 6), strict=True)]
    arrays = [x.reshape(2, 3) for x in arrays]
    check(row, arrays[0], *[x[:1] for x in arrays[1:]])


@EVERY_ROW
@settings(max_examples=10)
@given(data=st.data())
def test_a_row_of_the_second_table_has_the_numbers_of_tensors(name, data):
    shapes, how = data.draw(CASES[name])
    check(lambda *xs: LINEAR[name](*xs, **how), *[n(*s) for s in shapes])


def window(x, row):
    how = {"size": (2,), "stride": (1,), "dilation": (1,)}
    return LINEAR[row](x, **how, **({"to": (2, 3)} if "add" in row else {}))


TWICE = np.array([1, 1])
# A step of a program for each row, from two matrices (2, 2) to one.
MAPS = {
    "sum_to": lambda x, y: LINEAR["sum_to"](x, to=(1, 2)) * y,
    "broadcast_to": lambda x, y: LINEAR["broadcast_to"](x[0], to=(2, 2)),
    "total": lambda x, y: x.sum(1, keepdim=True) - y,
    "scale": lambda x, y: LINEAR["scale"](x, by=0.5),
    "convert": lambda x, y: x.double(),
    "move": lambda x, y: LINEAR["move"](x, to="cpu", back="cpu"),
    "reshape": lambda x, y: x.view(-1).reshape(2, 2),
    "permute": lambda x, y: x.T,
    "take": lambda x, y: x[TWICE],
    "put_add": lambda x, y: LINEAR["put_add"](x, index=TWICE, to=(2, 2)) + y,
    "pad": lambda x, y: F.pad(x, (1, 0))[:, :2],
    "cat": lambda x, y: mt.cat([x, y])[1:3],
    "windows": lambda x, y: window(x, "windows")[:, 0],
    "windows_add": lambda x, y: window(mt.stack([x, y], 1), "windows_add")[
        :, 1:
    ],
    "matmul": lambda x, y: x @ y,
}


@st.composite
def programs(draw):
    """Steps, each a row of either table, on the results of earlier ones."""
    step = st.tuples(st.sampled_from([*ROWS, *MAPS]), choices)
    return draw(st.lists(step, min_size=3, max_size=8))


def into(interval, x):
    low, high = interval
    return (low + high) / 2 + (high - low) / 2 * (x / 2 + 0.3).tanh()


def run(program, *xs):
    known = list(xs)
    for row, choice in program:
        operands = [known[-1 - k % len(known)] for k in choice]
        if isinstance(row, str):
            known.append(MAPS[row](*operands[:2]))
        else:
            pairs = zip(row.domain, operands, strict=False)
            known.append(row(*[into(d, x) for d, x in pairs]))
    return known[-1]


def test_random_programs_have_a_step_for_each_row():
    assert set(LINEAR) == set(MAPS)


@settings(max_examples=60)
@given(program=programs())
def test_a_random_program_has_the_numbers_of_tensors(program):
    check(lambda *xs: run(program, *xs), n(2, 2), n(2, 2))


# --- What people take apart ---


def head(x, K, Q, V):
    wei = (x @ Q) @ (x @ K).transpose(-2, -1) * K.shape[-1] ** -0.5
    tril = mt.tril(mt.ones(3, 3))
    wei = wei.masked_fill(tril == 0, float("-inf"))
    return F.softmax(wei, -1) @ (x @ V)


def changed(x):
    x = x * 1.0
    x[0] = x[1] * 2.0
    x[:, 0] += 1.0
    return x


CLASSES = mt.tensor([1, 0])
PROGRAMS = {
    "a product": (lambda x, W: x @ W, n(2, 2), n(2, 2)),
    "softmax": (lambda x: F.softmax(x, -1), n(2, 3)),
    "an attention head": (head, n(3, 2), n(2, 2), n(2, 2), n(2, 2)),
    "attention": (
        lambda q, k: F.scaled_dot_product_attention(q, k, k, is_causal=True),
        n(2, 2),
        n(2, 2),
    ),
    "log_softmax": (lambda x: F.log_softmax(x, 0), n(2, 3)),
    "cross_entropy": (lambda x: F.cross_entropy(x, CLASSES), n(2, 3)),
    "linear": (lambda x, w, b: F.linear(x, w, b), n(2, 3), n(2, 3), n(2)),
    "layer_norm": (
        lambda x, w, b: F.layer_norm(x, (3,), w, b),
        n(2, 3),
        n(3),
        n(3),
    ),
    "conv2d": (lambda x, w: F.conv2d(x, w), n(1, 1, 3, 3), n(1, 1, 2, 2)),
    "max_pool2d": (lambda x: F.max_pool2d(x, 2), n(1, 1, 4, 4)),
    "max": (lambda x: x.max(1).values * x.max(), n(2, 3)),
    "ties": (lambda x: x.max(), np.ones(3)),
    "var": (lambda x: x.var(0), n(3, 2)),
    "clamp": (lambda x: x.clamp(-0.5, 0.5), n(5)),
    "where": (lambda x: mt.where(x > 0, x * x, -1.0), n(5)),
    "changes in place": (changed, n(2, 3)),
    "numbers around it": (lambda x: 1.0 / (2 - x) ** 2, n(3)),
    "an array on the left": (lambda x: np.ones(3) * x, n(3)),
    "a tensor on the left": (lambda x: mt.ones(2, 3).double() @ x, n(3, 2)),
    "one number": (lambda x: x * x, n()),
    "nothing": (lambda x: x * 2, n(0)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_the_numbers_of_tensors(name):
    check(*PROGRAMS[name])


def test_a_product_of_matrices_is_drawn_number_by_number():
    z, leaves = explode(lambda x, W: x @ W, mt.ones(2, 2), mt.ones(2, 2))
    assert 3 == len([v for v in topological_order(z[0, 0]) if v.op])
    assert {"x[0, 0]", "x[0, 1]", "W[0, 0]", "W[1, 0]"} == {
        v.label for v in topological_order(z[0, 0]) if not v.op
    }
    drawing = draw_dot(z.ravel().tolist(), fold="none")
    assert "12 operations" in repr(drawing)
    assert "W[1, 0]" in drawing.source
    assert "(W[1, 0].data = 1.0)" in str(steps(z[0, 0]))
    assert ["x", "W"] == list(leaves)


def test_a_row_is_one_node_and_what_is_known_beforehand_none():
    z, _ = explode(lambda x: x.sigmoid(), mt.ones(1))
    assert "sigmoid" == z[0].op
    z, _ = explode(head, *map(mt.tensor, PROGRAMS["an attention head"][1:]))
    ops = {v.op for v in topological_order(z[0, 0])}
    assert {"", "+", "*", "-", "/", "exp"} == ops


def test_a_network_is_taken_apart_with_its_parameters():
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    x = mt.ones(2, 2).double()
    z, leaves = explode(net, x)
    expected = net(x)
    total(z).backward()
    expected.sum().backward()
    assert np.allclose(
        expected.tolist(), [[v.data for v in row] for row in z], CLOSE
    )
    names = [name for name, _ in net.named_parameters()]
    assert ["x", *names] == list(leaves)
    assert "0.weight[2, 1]" == leaves["0.weight"][2, 1].label
    for name, p in net.named_parameters():
        found = gradient(leaves[name])
        assert np.allclose(p.grad.array, found, CLOSE, CLOSE)
    assert all(isinstance(p, nn.Parameter) for p in net.parameters())


def test_batch_statistics_move_as_they_do_otherwise():
    one, other = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    x = mt.tensor(n(4, 2))
    one(x)
    explode(other, x)
    assert np.allclose(one.running_mean.array, other.running_mean.array)


def test_a_network_has_its_parameters_back_after_an_error():
    net = nn.Linear(2, 1)
    with pytest.raises(ShapeError):
        explode(net, mt.ones(1, 3))
    assert isinstance(net.weight, nn.Parameter)


def test_arguments_are_trees_and_named_after_their_places():
    def f(params, *more):
        return {"z": params["W"][0] @ params["b"], "more": more[0]}

    params = {"W": [mt.ones(1, 2)], "b": mt.ones(2)}
    z, leaves = explode(f, params, mt.tensor(3.0), 5, mt.tensor([1]))
    assert ["params.W.0", "params.b", "more.0"] == list(leaves)
    assert "params.b[1]" == leaves["params.b"][1].label
    assert "more.0" == leaves["more.0"].label
    assert 3.0 == z["more"].data
    assert (1,) == z["z"].shape


def test_a_result_that_depends_on_nothing_is_made_of_constants():
    z, _ = explode(lambda x: mt.zeros(2), mt.ones(1))
    assert not z[0].requires_grad


def test_values_take_part():
    v = Value(3.0)
    z, leaves = explode(lambda x: x * v, mt.ones(2))
    total(z).backward()
    assert 2.0 == v.grad


def test_nothing_is_recorded_where_nothing_is_wanted():
    with no_grad():
        z, _ = explode(lambda x: x * x, mt.ones(2))
    assert not z[0].requires_grad


def test_a_tensor_that_was_not_passed_is_refused():
    W = mt.tensor([[1.0, 2.0]], requires_grad=True)
    with pytest.raises(GraphError, match="pass it to f as an argument"):
        explode(lambda x: W * x, mt.ones(2))
    with pytest.raises(GraphError, match="pass it to f as an argument"):
        explode(lambda x: W * 2.0, mt.ones(2))


def test_shapes_that_do_not_fit_are_both_named():
    with pytest.raises(ShapeError, match=r"\(2,\) and \(3,\)"):
        explode(lambda x, y: x + y, mt.ones(2), mt.ones(3))
    with pytest.raises(ShapeError, match=r"\(2, 3\) and \(2, 3\)"):
        explode(lambda x, y: x @ y, mt.ones(2, 3), mt.ones(2, 3))


def test_values_are_multiplied_with_numbers_of_any_type():
    x = mt.tensor([[1.0, 2.0]])
    held = mt.tensor([[3.0], [4.0]], dtype=mt.float64)
    assert x.dtype != held.dtype
    z, leaves = explode(lambda x: x @ held, x)
    z[0, 0].backward()
    assert [3.0, 4.0] == [one.grad for one in leaves["x"][0]]
