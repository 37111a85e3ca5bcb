"""Transforms of functions of tensors beside PyTorch's, in both modes."""

import functools

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd.tensors.linear import linear
from micrograd.tensors.nn import functional as mine
from micrograd.tensors.transforms import (
    find_nonfinite,
    grad,
    gradcheck,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)
from oracle_nn import FUNCTIONS  # noqa: E402
from oracle_tensors import BOTH, CLOSE, far  # noqa: E402

its = torch.nn.functional
rng = np.random.default_rng(2)
PROGRAMS = {
    **{
        name: (lambda m, F, *xs, f=f: f(m, *xs), *arrays)
        for name, (f, *arrays) in BOTH.items()
    },
    **{f"F.{name}": case for name, case in FUNCTIONS.items()},
}


@pytest.mark.filterwarnings("ignore:Using padding=.same")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_rate_of_change_is_pytorch_s(name):
    f, *arrays = PROGRAMS[name]
    rates = [rng.standard_normal(a.shape) for a in arrays]
    _, expected = torch.autograd.functional.jvp(
        functools.partial(f, torch, its),
        tuple(map(torch.tensor, arrays)),
        tuple(map(torch.tensor, rates)),
    )
    _, found = jvp(
        functools.partial(f, mt, mine),
        tuple(map(mt.tensor, arrays)),
        tuple(map(mt.tensor, rates)),
    )
    assert far(expected.numpy(), found.array) <= 10 * CLOSE


def wavy(m, w):
    return (w["a"] @ w["b"]).tanh().sum() + (w["b"] ** 3).sum()


def tree(m):
    r = np.random.default_rng(3)
    return {
        "a": m.tensor(r.standard_normal((3, 4))),
        "b": m.tensor(r.standard_normal((4, 2))),
    }


def test_gradients_of_a_tree_are_a_tree():
    value, found = value_and_grad(lambda w: wavy(mt, w))(tree(mt))
    w = {k: x.requires_grad_() for k, x in tree(torch).items()}
    wavy(torch, w).backward()
    assert far(wavy(torch, w).item(), value.item()) <= CLOSE
    assert w.keys() == found.keys()
    for key, x in w.items():
        assert far(x.grad.numpy(), found[key].array) <= CLOSE
        assert not found[key].requires_grad


def test_a_product_with_second_derivatives_is_pytorch_s():
    names, (a, b) = "ab", tree(torch).values()
    v = {k: x + 1 for k, x in tree(mt).items()}
    (found,) = hvp(lambda w: wavy(mt, w), (tree(mt),), (v,))
    _, expected = torch.autograd.functional.hvp(
        lambda a, b: wavy(torch, {"a": a, "b": b}), (a, b), (a + 1, b + 1)
    )
    for key, x in zip(names, expected, strict=True):
        assert far(x.numpy(), found[key].array) <= 10 * CLOSE


def test_third_derivatives_nest():
    f = lambda x: (x**5).sum()  # noqa: E731
    for _ in range(2):
        f = functools.partial(lambda g, x: g(x).sum(), grad(f))
    x = mt.tensor([1.0, 2.0], dtype=mt.float64)
    assert [60.0, 240.0] == grad(f)(x).tolist()


def test_pulling_back_twice_is_no_trouble():
    y, pull = vjp(lambda x: x * x, mt.tensor([3.0, 4.0]))
    assert [9.0, 16.0] == y.tolist()
    for _ in range(2):
        assert [6.0, 80.0] == pull(mt.tensor([1.0, 10.0]))[0].tolist()


# --- Whole matrices ---

MATRICES = {
    "of a product": (lambda m, a, b: (a @ b).tanh(), (2, 3), (3, 2)),
    "of a row": (lambda m, x: m.cat([x.exp(), x * x]), (3,)),
    "of a number": (lambda m, x: (x**3).sum(), (2, 2)),
    "of what does not depend": (lambda m, a, b: a * 2, (2,), (3,)),
}


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("name", MATRICES)
def test_a_jacobian_is_pytorch_s(name, mode):
    f, *shapes = MATRICES[name]
    arrays = [rng.standard_normal(shape) for shape in shapes]
    expected = torch.autograd.functional.jacobian(
        functools.partial(f, torch), tuple(map(torch.tensor, arrays))
    )
    for i, one in enumerate(expected):
        found = jacobian(functools.partial(f, mt), argnums=i, mode=mode)(
            *map(mt.tensor, arrays)
        )
        assert tuple(one.shape) == found.shape
        assert far(one.numpy(), found.array) <= CLOSE


def test_a_hessian_of_a_tree_is_pytorch_s():
    names, (a, b) = "ab", tree(torch).values()
    expected = torch.autograd.functional.hessian(
        lambda a, b: wavy(torch, {"a": a, "b": b}), (a, b)
    )
    found = hessian(lambda w: wavy(mt, w))(tree(mt))
    for i, k in enumerate(names):
        for j, other in enumerate(names):
            one = expected[i][j].numpy()
            assert far(one, found[k][other].array) <= 10 * CLOSE


def test_a_jacobian_of_a_tree_has_the_forms_of_both():
    def f(w):
        return {"sum": w["a"].sum(), "all": [w["b"] * w["a"][0, 0]]}

    for mode in ("reverse", "forward"):
        found = jacobian(f, mode=mode)(tree(mt))
        assert (3, 4) == found["sum"]["a"].shape
        assert (4, 2, 3, 4) == found["all"][0]["a"].shape
        assert (4, 2, 4, 2) == found["all"][0]["b"].shape


# --- Looking for faults ---


def test_gradcheck_agrees_with_right_derivatives_in_trees():
    assert gradcheck(lambda w: [wavy(mt, w), w["a"] @ w["b"]], tree(mt))


def test_gradcheck_finds_a_wrong_transpose():
    wrong = linear(lambda g, shape: g)(lambda x: x * 3.0)
    x = mt.tensor([1.0, 2.0], dtype=mt.float64)
    with pytest.raises(mt.MicrogradError, match="differences give 3"):
        gradcheck(wrong, x)
    with pytest.raises(mt.MicrogradError, match="double"):
        gradcheck(lambda x: x * x, mt.tensor([1.0]))


FAULTS = {
    "log": lambda x: ((x - 1.0).log() * 2.0).tanh().sum(),
    "divide": lambda x: mine.softmax((x / (x - x)).view(1, -1), 1).sum(),
    "exp": lambda x: (x * 1000.0).exp().sum(),
    "sqrt": lambda x: (-x).sqrt().mean(),
    "linear": lambda x: mine.linear(x.view(1, 3) * 1e38, x.view(1, 3), x[:1]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_first_that_is_not_finite_is_found(name):
    x = mt.tensor([1.0, 2.0, 3.0], requires_grad=True)
    found = find_nonfinite(FAULTS[name](x))
    assert name == found.row
    assert name in str(found)


def test_what_came_in_and_what_is_finite_are_told_apart():
    x = mt.tensor([1.0, float("nan")], requires_grad=True)
    assert "an input" == find_nonfinite((x * x).sum()).row
    y = mt.tensor([1.0, 2.0], requires_grad=True)
    assert find_nonfinite((y * y).sum()) is None
    with pytest.raises(mt.MicrogradError, match="without a graph"):
        find_nonfinite(y)
