"""Random numbers beside PyTorch's, bit for bit, in long mixed sequences.

As a command, 2.6 million numbers::

    python tests/tensors/oracle_random.py
"""

import sys

import numpy as np
import pytest

import micrograd.tensors
from micrograd.tensors import Generator, default_generator, manual_seed

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)

# Short and long of every path, and of every rest modulo 16.
SIZES = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 100, 255, 256, 1000]
TYPES = {torch.float32: np.float32, torch.float64: np.float64}


def filled(method):
    """A draw in place, such as ``normal_``, on n numbers."""
    return lambda n, g, dtype: method(torch.empty(n, dtype=dtype), g)


def weights(n, dtype):
    """Something to draw from, the same for both."""
    found = np.arange(1, n + 1) % 7 / 3
    return found.astype(TYPES[dtype])


# For each draw: PyTorch's, and ours, of n numbers.
DRAWS = {
    "rand": (
        lambda n, g, t: torch.rand(n, generator=g, dtype=t),
        lambda n, g, t: g.uniform(n, dtype=t),
    ),
    "uniform_": (
        filled(lambda x, g: x.uniform_(-0.3, 1.7, generator=g)),
        lambda n, g, t: g.uniform(n, -0.3, 1.7, t),
    ),
    "randn": (
        lambda n, g, t: torch.randn(n, generator=g, dtype=t),
        lambda n, g, t: g.normal(n, dtype=t),
    ),
    "normal_": (
        filled(lambda x, g: x.normal_(0.7, 0.02, generator=g)),
        lambda n, g, t: g.normal(n, 0.7, 0.02, t),
    ),
    "exponential_": (
        filled(lambda x, g: x.exponential_(generator=g)),
        lambda n, g, t: g.exponential(n, dtype=t),
    ),
    "exponential_ with a rate": (
        filled(lambda x, g: x.exponential_(2.5, generator=g)),
        lambda n, g, t: g.exponential(n, 2.5, t),
    ),
    "bernoulli_": (
        filled(lambda x, g: x.bernoulli_(0.2, generator=g)),
        lambda n, g, t: g.bernoulli(0.2, n),
    ),
    "bernoulli": (
        lambda n, g, t: torch.bernoulli(
            torch.linspace(0, 1, n, dtype=t), generator=g
        ),
        lambda n, g, t: g.bernoulli(
            torch.linspace(
                0, 1, n, dtype={v: k for k, v in TYPES.items()}[t]
            ).numpy()
        ),
    ),
    "randint": (
        lambda n, g, t: torch.randint(-3, 27, (n,), generator=g),
        lambda n, g, t: g.integers(-3, 27, n),
    ),
    "randint, the most choices in one word": (
        lambda n, g, t: torch.randint(0, 2**28 - 1, (n,), generator=g),
        lambda n, g, t: g.integers(0, 2**28 - 1, n),
    ),
    "randint, the fewest choices in two": (
        lambda n, g, t: torch.randint(5, 2**28 + 5, (n,), generator=g),
        lambda n, g, t: g.integers(5, 2**28 + 5, n),
    ),
    "randint, many choices": (
        lambda n, g, t: torch.randint(-(2**62), 2**62, (n,), generator=g),
        lambda n, g, t: g.integers(-(2**62), 2**62, n),
    ),
    "randperm": (
        lambda n, g, t: torch.randperm(n, generator=g),
        lambda n, g, t: g.permutation(n),
    ),
}
CHOICES = {
    "one": (1, False),
    "one, with replacement": (1, True),
    "many": (5, False),
    "many, with replacement": (50, True),
}


def mismatches(draw, n, dtype, theirs, ours):
    """How many numbers of one draw differ, of how many."""
    its, mine = DRAWS[draw]
    expected = its(n, theirs, dtype).numpy()
    found = np.asarray(mine(n, ours, TYPES[dtype]))
    assert expected.shape == found.shape
    return int((expected != found).sum()), n


def chosen(choice, n, dtype, theirs, ours):
    """The same for choices of columns, in a row and in four rows."""
    samples, replacement = CHOICES[choice]
    wrong = total = 0
    for p in (weights(n, dtype), weights(4 * n, dtype).reshape(4, n)):
        expected = torch.multinomial(
            torch.tensor(p), samples, replacement, generator=theirs
        )
        found = ours.multinomial(p, samples, replacement)
        wrong += int((expected.numpy() != found).sum())
        total += found.size
    return wrong, total


def sequence(seed, sizes):
    """All draws of all sizes and types, one after the other."""
    theirs = torch.Generator().manual_seed(seed)
    ours = Generator().manual_seed(seed)
    order = np.random.default_rng(seed)  # of the draws, not the numbers
    cases = [
        (mismatches, draw, n, dtype)
        for draw in DRAWS
        for n in sizes
        for dtype in TYPES
    ] + [
        (chosen, choice, max(n, 10), dtype)
        for choice in CHOICES
        for n in sizes[:12]
        for dtype in TYPES
    ]
    for i in order.permutation(len(cases)):
        count, *case = cases[i]
        wrong, total = count(*case, theirs, ours)
        yield case, wrong, total


@pytest.mark.parametrize("seed", [0, 42, 2147483647, 2**40 + 1])
def test_a_long_mixed_sequence_has_pytorch_s_numbers(seed):
    wrong = [case for case, n, _ in sequence(seed, SIZES) if n]
    assert not wrong


@pytest.mark.parametrize("drawn", [0, 1, 623, 624, 625])
@pytest.mark.parametrize("normal", [0, 3])
def test_states_are_exchanged_with_pytorch(drawn, normal):
    ours, theirs = Generator(), torch.Generator()
    for g in (ours.manual_seed(7), theirs.manual_seed(7)):
        m = torch if g is theirs else micrograd.tensors
        m.rand(drawn, generator=g, dtype=m.float32)
        m.randn(normal, generator=g, dtype=m.float64)  # may keep a number
    states = ours.get_state().tolist(), theirs.get_state().tolist()
    if drawn + normal:
        assert states[0] == states[1]
    after, here = torch.Generator(), Generator()
    after.set_state(torch.tensor(states[0], dtype=torch.uint8))
    here.set_state(theirs.get_state())
    expected = torch.randn(5, generator=theirs, dtype=torch.float64).tolist()
    found = torch.randn(5, generator=after, dtype=torch.float64).tolist()
    assert expected == found == here.normal(5, dtype=np.float64).tolist()


def test_the_global_stream_is_pytorch_s():
    manual_seed(1337)
    torch.manual_seed(1337)
    expected = torch.randn(3, 5, dtype=torch.float32).numpy()
    assert (expected == default_generator.normal((3, 5))).all()


def test_dropout_keeps_what_pytorch_s_keeps():
    torch.manual_seed(7)
    ours = Generator().manual_seed(7)
    x = torch.ones(20, 30)
    expected = torch.nn.functional.dropout(x, 0.2, training=True).numpy() > 0
    assert (expected == ours.bernoulli(0.8, (20, 30))).all()


def test_a_million_normal_numbers_of_single_precision_are_the_same():
    expected = torch.randn(
        1 << 20,
        generator=torch.Generator().manual_seed(1),
        dtype=torch.float32,
    )
    found = Generator().manual_seed(1).normal(1 << 20)
    assert not (expected.numpy() != found).sum()


def main():
    wrong = total = 0
    for seed in range(8):
        for case, n, m in sequence(seed, [*SIZES, 1024, 4099, 9000]):
            wrong, total = wrong + n, total + m
            if n:
                print(seed, case, f"{n} of {m} differ")
    print(f"{total:,} numbers, {wrong} differ")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
