"""Random losses over many samples: loops change nothing but rounding.

A loss is drawn in two halves: what is computed of one sample, and how the
samples meet (a sum, a mean, a variance, neighbours, a chain, the largest,
sums in sums, samples that differ).  Weights, numbers of the sample, numbers
that all samples share and constants of each sample's own occur in both.
"""

import random
from itertools import pairwise

import pytest
from conftest import READERS, close

import micrograd
from micrograd import Value, where
from micrograd.functions import mean, softmax

PROGRAMS, BATCH = 120, 20
FUNCTIONS = ["tanh", "sin", "sigmoid", "relu", "exp", "abs", "softplus"]


class Loss:
    """A function of rows of two numbers; what it does is drawn once."""

    def __init__(self, seed):
        self.rng = rng = random.Random(seed)
        self.weights = [Value(rng.uniform(-1, 1)) for _ in range(5)]
        self.steps = [self.step() for _ in range(rng.randint(3, 14))]
        self.meet = rng.choice(MEETINGS)
        self.odd = rng.randint(0, 50)  # a sample that may differ
        count = rng.choice([3, 5, 8, 13, 40])
        self.rows = [
            [rng.uniform(-1, 1) for _ in range(2)] for _ in range(count)
        ]

    def step(self):
        rng = self.rng
        kind = rng.choice(STEPS)
        return kind, rng.random(), rng.random(), rng.choice(FUNCTIONS)

    def sample(self, row, i, shared):
        """What is computed of sample `i`."""
        values = [*self.weights, *row, shared]
        for kind, a, b, name in self.steps:
            a, b = (values[int(share * len(values))] for share in (a, b))
            # What grows without bound is no use to anybody.
            values.append((kind(a, b, i, name) * 1.0).tanh())
        return values[-1] * values[-2] + self.weights[0] * row[0]

    def __call__(self, rows):
        shared = (self.weights[0] * self.weights[1]).exp()
        rows = [[Value(1.0) * x for x in row] for row in rows]
        each = [self.sample(row, i, shared) for i, row in enumerate(rows)]
        return self.meet(each, rows, self) * self.weights[2] + shared


STEPS = [
    lambda a, b, i, name: a * b,
    lambda a, b, i, name: a + b,
    lambda a, b, i, name: a - 2.0 * b,
    lambda a, b, i, name: a / (b * b + 1.0),
    lambda a, b, i, name: getattr(1.0 * a, name)(),
    lambda a, b, i, name: where(a < b, a, b * b),
    lambda a, b, i, name: a * (0.1 * i),
    lambda a, b, i, name: a * b if i % 2 else a * (b + 0.5),
    lambda a, b, i, name: a + sum([a * b, b, a]),
]


def total(each, rows, loss):
    return sum(each)


def average(each, rows, loss):
    return mean(each)


def variance(each, rows, loss):
    middle = sum(each) / len(each)
    return sum([(x - middle) ** 2 for x in each])


def neighbours(each, rows, loss):
    return sum([(a - b) ** 2 for a, b in pairwise(each)])


def chain(each, rows, loss):
    state = loss.weights[3]
    for x in each:
        state = (state * loss.weights[4] + x).tanh()
    return state


def running(each, rows, loss):
    """Every partial sum is used again."""
    state, sums = 0.0 * loss.weights[3], []
    for x in each:
        state = state + x
        sums.append(state * state)
    return sum(sums)


def largest(each, rows, loss):
    top = each[0]
    for x in each[1:]:
        top = top.maximum(x)
    return sum([(x - top).exp() for x in each]).log()


def products(each, rows, loss):
    """Each with each: a sum in a sum."""
    return sum([sum([x * y for y in each[:4]]) for x in each])


def one_is_odd(each, rows, loss):
    i = loss.odd % len(each)
    return sum([*each[:i], each[i].sin() * loss.weights[4], *each[i + 1 :]])


def halves(each, rows, loss):
    n = len(each) // 2
    return sum(each[:n]) * sum(each[n:]) + sum(reversed(each))


def used_again(each, rows, loss):
    return sum(each) * each[loss.odd % len(each)] + rows[0][0]


def shares(each, rows, loss):
    pairs = zip(softmax(each), rows, strict=True)
    return sum([p * row[1] for p, row in pairs])


def penalised(each, rows, loss):
    return mean(each) + 0.1 * sum([w * w for w in loss.weights * 12])


def unseen(each, rows, loss):
    return sum([x * x.detach() for x in each]) + 2.0 * each[-1].detach()


MEETINGS = [
    total, average, variance, neighbours, chain, running, largest, products,
    one_is_odd, halves, used_again, shares, penalised, unseen,
]  # fmt: skip


def numbers(loss, result):
    for w in loss.weights:
        w.grad = 0.0
    result.backward()
    return [result.data, *[w.grad for w in loss.weights]]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("batch", range(PROGRAMS // BATCH))
def test_losses_over_samples_are_the_eager_ones(batch, reader, monkeypatch):
    # Loops that would not pay are wanted here all the same.
    monkeypatch.setattr(micrograd.compiler.lanes, "SMALLEST", 20)
    monkeypatch.setattr(micrograd.compiler.lanes, "FEWEST", 2)
    rolled = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        loss = Loss(seed)
        f = micrograd.compile(loss, reader=reader)
        rows = loss.rows
        for _ in range(2):
            expected = numbers(loss, loss(rows))
            computed = numbers(loss, f(rows))
            scale = max(map(abs, expected))
            assert all(
                close(a, b, 1e-11, scale)  # sums in another order
                for a, b in zip(expected, computed, strict=True)
            ), (seed, loss.meet.__name__)
            rows = [[a + 0.5, b - 0.25] for a, b in rows]
        rolled += any(s.lanes > 1 for s in f.last.program.sections)
    assert rolled > BATCH // 3
