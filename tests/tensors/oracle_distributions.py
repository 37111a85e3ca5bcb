"""Distributions beside PyTorch's: draws, probabilities, gradients."""

import functools

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd.errors import NumberError, OptionError

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)
from oracle_tensors import CLOSE, check, far  # noqa: E402

pytestmark = pytest.mark.usefixtures("single_precision")

ROWS = np.array([[0.5, 1.5, -1.0], [2.0, -0.5, 0.25]])
SHARES = np.array([[0.2, 0.3, 0.6], [1.0, 2.5, 0.5]])
# By name: a distribution of a namespace and a tensor, and that tensor.
KINDS = {
    "Normal": (
        lambda m, x: m.distributions.Normal(x, x * x + 0.5),
        ROWS,
    ),
    "Normal, one scale": (lambda m, x: m.distributions.Normal(x, 2), ROWS),
    "Bernoulli by logits": (
        lambda m, x: m.distributions.Bernoulli(logits=x),
        ROWS,
    ),
    "Bernoulli by probs": (
        lambda m, x: m.distributions.Bernoulli(x),
        SHARES[:1],
    ),
    "Categorical by logits": (
        lambda m, x: m.distributions.Categorical(logits=x),
        ROWS,
    ),
    "Categorical by probs": (
        lambda m, x: m.distributions.Categorical(x),
        SHARES,
    ),
    "Independent normal": (
        lambda m, x: m.distributions.Independent(
            m.distributions.Normal(x, x * x + 0.5), 1
        ),
        ROWS,
    ),
    "Independent, all axes": (
        lambda m, x: m.distributions.Independent(
            m.distributions.Bernoulli(logits=x), 2
        ),
        ROWS,
    ),
    "Independent of Independent": (
        lambda m, x: m.distributions.Independent(
            m.distributions.Independent(m.distributions.Normal(x, 2.0), 1), 1
        ),
        ROWS,
    ),
    "one Categorical": (
        lambda m, x: m.distributions.Categorical(probs=x),
        SHARES[0],
    ),
}
SHAPES = [(), (4,), (3, 7)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", KINDS)
def test_draws_are_pytorch_s(name, shape):
    make, x = KINDS[name]
    found = []
    for m in (torch, mt):
        m.manual_seed(5)
        kind = make(m, m.tensor(x, requires_grad=True))
        first, second = kind.sample(shape), kind.sample(shape)
        assert not first.requires_grad
        found.append([np.asarray(first), np.asarray(second)])
    for expected, drawn in zip(*found, strict=True):
        assert expected.shape == drawn.shape
        assert expected.dtype == drawn.dtype
        assert far(expected, drawn) < CLOSE


def about(m, x, name, draws):
    kind = KINDS[name][0](m, x)
    return kind.log_prob(m.tensor(draws)).sum(0) * 0.5 + kind.entropy()


@pytest.mark.parametrize("name", KINDS)
def test_probabilities_have_pytorch_s_derivatives(name):
    make, x = KINDS[name]
    mt.manual_seed(5)
    draws = make(mt, mt.tensor(x)).sample((3,)).array
    f = functools.partial(about, name=name, draws=draws)
    check(functools.partial(f, mt), functools.partial(f, torch), x)


def apart(m, x, name):
    make = KINDS[name][0]
    return m.distributions.kl_divergence(make(m, x), make(m, x.flip(-1) * 0.9))


@pytest.mark.parametrize("name", KINDS)
def test_divergences_have_pytorch_s_derivatives(name):
    f = functools.partial(apart, name=name)
    x = KINDS[name][1]
    check(functools.partial(f, mt), functools.partial(f, torch), x)


@pytest.mark.parametrize("name", [k for k in KINDS if "Cat" not in k])
def test_means_and_spreads_are_pytorch_s(name):
    make, x = KINDS[name]
    theirs, ours = make(torch, torch.tensor(x)), make(mt, mt.tensor(x))
    for one in ("mean", "variance", "stddev"):
        assert far(getattr(theirs, one), getattr(ours, one)) < CLOSE


def test_draws_of_normal_numbers_let_gradients_through():
    def drawn(m, x):
        m.manual_seed(5)
        return m.distributions.Normal(x, x * x + 1).rsample((2,)) ** 2

    check(functools.partial(drawn, mt), functools.partial(drawn, torch), ROWS)


def test_one_draw_from_numbers_is_pytorch_s():
    found = []
    for m in (torch, mt):
        m.manual_seed(5)
        d = m.distributions
        draws = d.Normal(1, 2).sample(), d.Bernoulli(0.5).sample()
        found.append([(float(x), tuple(x.shape)) for x in draws])
    assert found[0] == found[1]


def test_an_event_has_the_shapes_and_gradients_of_pytorch_s():
    found = []
    for m in (torch, mt):
        d = m.distributions
        x = m.tensor(ROWS, requires_grad=True)
        for one, n in (
            (d.Normal(x, x * x + 1.0), 1),
            (d.Categorical(logits=x), 0),
        ):
            event = d.Independent(one, n)
            found += [tuple(event.batch_shape), tuple(event.event_shape)]
        m.manual_seed(5)
        (
            d.Independent(d.Normal(x, 2.0), 1).rsample((2,)) ** 2
        ).sum().backward()
        found.append(x.grad.numpy())
    *expected, its = found[:5]
    *got, ours = found[5:]
    assert expected == got
    assert far(its, ours) < CLOSE


REFUSED = {
    "both": (lambda m, x: m.Bernoulli(x, x), OptionError),
    "none": (lambda m, x: m.Categorical(), OptionError),
    "no classes": (lambda m, x: m.Categorical(x.sum()), OptionError),
    "negative shares": (lambda m, x: m.Categorical(x.cumsum(0) - 1.5),
                        OptionError),
    "more than all": (lambda m, x: m.Bernoulli(x + 1), OptionError),
    "no scale": (lambda m, x: m.Normal(x, 0.0), OptionError),
    "no such class": (lambda m, x: m.Categorical(x).log_prob(x + 3),
                      NumberError),
    "more axes than there are": (
        lambda m, x: m.Independent(m.Normal(x, 1.0), 2), OptionError),
    "half": (lambda m, x: m.Bernoulli(x).log_prob(x / 2), NumberError),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_pytorch_refuses_is_refused(case):
    f, error = REFUSED[case]
    with pytest.raises(ValueError, match="."):
        f(torch.distributions, torch.ones(3))
    with pytest.raises(error):
        f(mt.distributions, mt.ones(3))


def test_kinds_that_differ_are_not_compared():
    d = mt.distributions
    events = [d.Independent(d.Normal(mt.ones(2, 2), 1.0), n) for n in (1, 2)]
    with pytest.raises(OptionError, match="1 and 2"):
        d.kl_divergence(*events)
    with pytest.raises(OptionError, match="one without"):
        d.Independent(d.Bernoulli(mt.ones(2)), 1).rsample()
    with pytest.raises(OptionError, match="Normal and Bernoulli"):
        d.kl_divergence(d.Normal(0, 1), d.Bernoulli(0.5))


MATRIX = np.array([[2.0, 0.5], [0.5, 1.0]])


def mixture(m):
    d = m.distributions
    loc, logits = (
        m.tensor(np.array(x))
        for x in ([[-1.0, 1.0, 2.0]] * 2, [[0.1, 0.5, 0.2]] * 2)
    )
    loc.requires_grad_(True)
    each = d.Normal(loc, loc.detach() ** 2)
    return d.MixtureSameFamily(d.Categorical(logits=logits), each), loc


def dependent(m, how="covariance_matrix"):
    loc = m.tensor(np.array([[1.0, 2.0], [0.0, 1.0]]), requires_grad=True)
    matrix = m.tensor(np.tril(MATRIX) if how == "scale_tril" else MATRIX)
    d = m.distributions.MultivariateNormal(loc, **{how: matrix})
    return d, loc


@pytest.mark.parametrize(
    "make",
    [
        mixture,
        dependent,
        lambda m: dependent(m, "precision_matrix"),
        lambda m: dependent(m, "scale_tril"),
    ],
)
def test_what_is_made_of_several_is_pytorch_s(make):
    found = []
    for m in (torch, mt):
        d, loc = make(m)
        m.manual_seed(1)
        drawn = d.sample((3,))
        density = d.log_prob(drawn)
        density.sum().backward()
        parts = [drawn, density, d.mean, d.variance, loc.grad]
        parts += [d.entropy()] if hasattr(d, "scale_tril") else []
        found.append([x.detach().numpy() for x in parts])
    for a, b in zip(*found, strict=True):
        assert a.shape == b.shape
        assert np.allclose(a, b, rtol=1e-6)


def test_a_mixture_and_a_covariance_have_to_fit():
    d = mt.distributions
    with pytest.raises(mt.MicrogradError, match="2 classes takes as many"):
        d.MixtureSameFamily(d.Categorical(mt.ones(2)), d.Normal(0.0, 1.0))
    with pytest.raises(mt.MicrogradError, match="a covariance, once"):
        d.MultivariateNormal(mt.zeros(2))
