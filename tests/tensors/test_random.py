"""The generator without PyTorch: its laws, its numbers, its refusals."""

import copy
import io
import math
import threading

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd import compile, errors
from micrograd.tensors import (
    Generator,
    default_generator,
    manual_seed,
    nn,
    optim,
)
from micrograd.tensors.parallel import Replica
from micrograd.tensors.random import _fma

# Drawn by PyTorch 2.13 from the seed 2147483647, which the course uses.
FROM_PYTORCH = {
    "uniform": [0.7081288695335388, 0.3542391061782837, 0.10543233156204224],
    "normal": [-0.9800073504447937, -1.6578478813171387, -0.05716622993350029],
}


def seeded(seed=2147483647):
    return Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", FROM_PYTORCH)
def test_the_course_s_seed_gives_pytorch_s_numbers(kind):
    assert FROM_PYTORCH[kind] == getattr(seeded(), kind)(3).tolist()


def test_the_global_stream_starts_where_it_is_told():
    assert manual_seed(3) is default_generator
    first = default_generator.uniform(4)
    manual_seed(3)
    assert (first == default_generator.uniform(4)).all()
    assert 3 == default_generator.initial_seed()


def test_a_seed_may_come_from_another_thread_at_any_time(monkeypatch):
    g = Generator()

    class Late(np.random.RandomState):
        def get_state(self, legacy=True):
            g.manual_seed(1)  # as if it came just now
            return super().get_state(legacy)

    monkeypatch.setattr(np.random, "RandomState", Late)
    assert g.uniform(2).shape == (2,)


def test_a_generator_without_a_seed_starts_where_pytorch_s_does():
    assert 67280421310721 == Generator().initial_seed()
    assert (Generator().uniform(3) == seeded(67280421310721).uniform(3)).all()


def test_only_the_low_32_bits_of_a_seed_count():
    assert (seeded(5).uniform(3) == seeded(5 + 2**32).uniform(3)).all()
    assert 2**64 - 1 == seeded(-1).initial_seed()


def test_a_seed_from_entropy_can_be_used_again():
    g = Generator()
    seed = g.seed()
    assert seed == g.initial_seed()
    assert (g.uniform(3) == seeded(seed).uniform(3)).all()


@pytest.mark.parametrize("shape", [0, 1, 15, 16, 17, 100, (2, 3), (0, 4), ()])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", ["uniform", "normal", "exponential"])
def test_a_draw_has_the_shape_and_type_asked_for(kind, dtype, shape):
    x = getattr(seeded(), kind)(shape, dtype=dtype)
    assert dtype == x.dtype
    assert ((shape,) if isinstance(shape, int) else shape) == x.shape
    assert np.isfinite(x).all()


def test_a_state_is_the_place_in_the_stream():
    g = seeded()
    g.normal(3)  # an odd number: a twin is kept
    state = g.get_state()
    expected = g.normal(3), g.uniform(5), g.integers(0, 9, 4)
    again = Generator()
    again.set_state(state)
    found = again.normal(3), again.uniform(5), again.integers(0, 9, 4)
    for one, other in zip(expected, found, strict=True):
        assert (one == other).all()


def test_a_state_is_kept_beside_a_model():
    file = io.BytesIO()
    mt.save({"rng": mt.get_rng_state()}, file)
    expected = default_generator.normal(3)
    file.seek(0)
    mt.set_rng_state(mt.load(file)["rng"])
    assert (default_generator.normal(3) == expected).all()


@pytest.mark.parametrize("state", [None, mt.ones(3), mt.ones(5056), "state"])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(errors.OptionError, match="takes what get_state"):
        Generator().set_state(state)


def test_a_copy_of_a_generator_draws_the_same_numbers():
    g = seeded()
    g.normal(5)
    other = copy.deepcopy(g)
    assert (g.normal(40) == other.normal(40)).all()


def test_the_numbers_are_distributed_as_they_should():
    n = 200_000
    g = seeded(1)
    error = 6 / math.sqrt(n)  # six standard deviations of a mean
    x = g.normal(n, 1.0, 2.0, np.float64)
    assert abs(x.mean() - 1) < 2 * error
    assert abs(x.std() - 2) < 2 * error
    assert abs(g.uniform(n, -1.0, 3.0).mean() - 1) < 2 * error
    assert abs(g.exponential(n, 4.0).mean() - 0.25) < error
    assert abs(g.bernoulli(0.3, n).mean() - 0.3) < error
    assert abs(g.integers(-5, 5, n).mean() + 0.5) < 3 * error
    counts = np.bincount(g.multinomial([0.2, 0.0, 0.8], n, True)) / n
    assert abs(counts - [0.2, 0.0, 0.8]).max() < error


def test_a_permutation_has_every_number_once():
    for n in (0, 1, 2, 100):
        assert list(range(n)) == sorted(seeded().permutation(n).tolist())


def test_without_replacement_no_column_comes_twice():
    p = np.full((50, 6), 0.1, np.float32)
    rows = seeded().multinomial(p, 6)
    assert (np.sort(rows, axis=1) == np.arange(6)).all()


# --- One rounding ---


def test_single_precision_is_rounded_once():
    # 1 + 2**-24 + 2**-60 is nearest to 1 + 2**-23; in float64 the last
    # term is rounded off, and then the tie goes to 1.
    a, b = np.float32([2.0**-30]), np.float32(2.0**-30)
    c = np.float64(1 + 2.0**-24)
    assert 1 + 2.0**-23 == _fma(a, b, c)[0]
    assert 1 == _fma(-a, b, c)[0]
    assert 1 == _fma(np.float32([0.0]), b, c)[0]  # a tie goes to even


def test_double_precision_is_rounded_once():
    from fractions import Fraction

    g = seeded()
    a, b, c = (g.normal(300, dtype=np.float64) for _ in range(3))
    for x, y, z, found in zip(a, b, c, _fma(a, b, c), strict=True):
        exact = Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))
        assert float(exact) == found


# --- Refusals ---

REFUSED = {
    "a device": (lambda: Generator("cuda"), errors.OptionError, "CPU"),
    "a seed that is a float": (
        lambda: seeded(1.5),
        errors.NumberError,
        "whole number",
    ),
    "a seed that is a truth": (
        lambda: seeded(True),
        errors.NumberError,
        "True",
    ),
    "a seed of 65 bits": (
        lambda: seeded(2**64),
        errors.OptionError,
        "-2**63 to 2**64 - 1",
    ),
    "swapped ends": (
        lambda: seeded().uniform(2, 1.0, 0.0),
        errors.OptionError,
        "low <= high but got 1.0 and 0.0; swap them",
    ),
    "ends that are no numbers": (
        lambda: seeded().uniform(2, math.nan, 0.0),
        errors.OptionError,
        "finite",
    ),
    "nothing to choose": (
        lambda: seeded().integers(3, 3, 2),
        errors.OptionError,
        "low < high but got 3 and 3",
    ),
    "a negative deviation": (
        lambda: seeded().normal(2, 0.0, -1.0),
        errors.OptionError,
        "std >= 0 but got -1.0",
    ),
    "a rate of zero": (
        lambda: seeded().exponential(2, 0.0),
        errors.OptionError,
        "rate > 0",
    ),
    "a negative length": (
        lambda: seeded().uniform((2, -1)),
        errors.ShapeError,
        "(2, -1)",
    ),
    "whole numbers that are normal": (
        lambda: seeded().normal(2, dtype=np.int64),
        errors.OptionError,
        "float32 or float64 but got int64",
    ),
    "more than certain": (
        lambda: seeded().bernoulli(np.float32([0.5, 1.5])),
        errors.OptionError,
        "0.5 to 1.5",
    ),
    "a negative permutation": (
        lambda: seeded().permutation(-1),
        errors.OptionError,
        "-1",
    ),
    "weights of three axes": (
        lambda: seeded().multinomial(np.ones((1, 1, 1)), 1),
        errors.ShapeError,
        "(1, 1, 1)",
    ),
    "whole weights": (
        lambda: seeded().multinomial(np.array([1, 2]), 1),
        errors.ShapeError,
        "int64",
    ),
    "negative weights": (
        lambda: seeded().multinomial(np.array([1.0, -2.0]), 1),
        errors.OptionError,
        "-2.0 to 1.0",
    ),
    "a row of zeros": (
        lambda: seeded().multinomial(np.zeros((2, 3)), 1),
        errors.OptionError,
        "not all of them 0",
    ),
    "more columns than there are": (
        lambda: seeded().multinomial(np.array([1.0, 0.0, 2.0]), 3),
        errors.OptionError,
        "has 2 columns to draw but got num_samples=3",
    ),
    "no draw": (
        lambda: seeded().multinomial(np.array([1.0]), 0),
        errors.OptionError,
        "num_samples=0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_and_told_what_to_do(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)


def elsewhere(draw):
    """What another thread draws."""
    found = []
    thread = threading.Thread(target=lambda: found.append(draw()))
    thread.start()
    thread.join()
    return found[0]


def five():
    return default_generator.normal(5)  # an odd number: a twin is kept


def test_a_worker_s_step_leaves_the_stream_to_other_threads():
    manual_seed(3)
    expected = [five(), five(), five()]
    manual_seed(3)
    met = [five()]
    x = np.ones((4, 3))
    net = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5)).double()
    manual_seed(3)
    five()

    def loss(net, x):
        met.append(elsewhere(five))
        return net(x).sum()

    sums = Replica((net, optim.SGD(net.parameters()), loss), 0)
    sums.hold(0, [x])
    first = sums.sums(0, 0)
    met.append(five())
    assert np.array_equal(expected, met)
    assert str(first) == str(sums.sums(0, 0))


def test_a_lazy_layer_that_was_loaded_leaves_the_stream_to_others(monkeypatch):
    manual_seed(3)
    expected = [five(), five()]
    state = nn.Linear(3, 2).state_dict()
    layer = nn.LazyLinear(2)
    layer.load_state_dict(state)
    manual_seed(3)
    met = []
    start = nn.Linear.__init__

    def begun(*settings, **named):
        met.append(elsewhere(five))
        start(*settings, **named)

    monkeypatch.setattr(nn.Linear, "__init__", begun)
    layer(mt.ones(1, 3))
    met.append(five())
    assert np.array_equal(expected, met)
    assert (layer.weight == state["weight"]).all()


def test_a_recording_leaves_the_stream_to_other_threads():
    met = []

    def noisy(x):
        drawn = mt.rand(2)
        met.append(elsewhere(five))
        return x * drawn

    manual_seed(3)
    found = compile(noisy)(mt.ones(2))
    manual_seed(3)
    assert np.array_equal([five() for _ in met], met)
    assert (mt.rand(2) == found).all()
