"""Transforms of functions of tensors beside PyTorch's, in both modes."""

import functools

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd.tensors.nn import functional as mine
from micrograd.tensors.transforms import grad, hvp, jvp, value_and_grad, vjp

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
