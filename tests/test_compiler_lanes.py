"""Lanes: found where terms are alike, and nowhere else."""

from itertools import pairwise

import pytest
from conftest import READERS, all_close, close

import micrograd
from micrograd import Value, functions, where
from micrograd.compiler.lanes import FEWEST

W = [Value(0.1 * i + 0.05) for i in range(6)]
MANY = 80  # terms, enough for a section of their own


def long(x, k=0.0):
    """A term of a dozen operations."""
    y = (W[0] * x + W[1]).tanh()
    for p in W[2:]:
        y = y * p + x * k
    return y


def alike(rows):
    return sum([long(x) for x in rows])


def one_differs(rows):
    return sum([long(x) for x in rows[:-1]], rows[-1].sin())


def used_elsewhere(rows):
    terms = [long(x) for x in rows]
    return sum(terms) * terms[0]


def too_few(rows):
    return sum([long(x) for x in rows[: FEWEST - 1]])


def constants(rows):
    return sum([long(x, k=0.25 * i) for i, x in enumerate(rows)])


def shared_term(rows):
    """Every term needs the inside of the first."""
    parts = [long(x) for x in rows]
    return sum([part * parts[0] for part in parts])


def shared_node(rows):
    scale = (W[0] * W[1]).exp()
    return sum([long(x) * scale for x in rows])


def nested(rows):
    terms = [sum([(W[i] * x).tanh() for i in range(6)]) for x in rows]
    return sum([t * t for t in terms])


def two_sums(rows):
    mean = sum([long(x) for x in rows]) / len(rows)
    return sum([(long(x) - mean) ** 2 for x in rows])


def neighbours(rows):
    parts = [long(x) for x in rows]
    return sum([(a - b) ** 2 for a, b in pairwise(parts)])


def chosen(rows):
    return sum([where(x > 1, long(x), x * W[0]) for x in rows])


def repeated_inputs(rows):
    return sum([long(rows[i // 2]) for i in range(len(rows))])


def other_order(rows):
    return alike(rows) + sum([p * p for p in reversed(W)])


def penalty(rows):
    many = [w for w in W for _ in range(20)]
    return alike(rows) + functions.l2(many)


def detached(rows):
    return sum([long(x) * long(x).detach() for x in rows])


def first_is_last(rows):
    return W[5] + sum([long(x) for x in rows], W[0])


def sums_of_sums(rows):
    """The first addition belongs to the first term, the second does not."""
    return functions.mean([(1 - x) * long(x) + x for x in rows])


def three_in_each(rows):
    return functions.mean([long(x) + x + x * x for x in rows])


SHAPES = {
    alike: [MANY], one_differs: None, used_elsewhere: None, too_few: [],
    constants: [MANY], shared_term: None, shared_node: [MANY],
    nested: [MANY], two_sums: None, neighbours: None, chosen: [MANY],
    repeated_inputs: [MANY], other_order: [MANY], penalty: None,
    detached: [MANY], first_is_last: None,
    sums_of_sums: [MANY], three_in_each: [MANY],
}  # fmt: skip


def run(f, rows):
    for p in W:
        p.grad = 0.0
    y = f(rows)
    y.backward()
    return [y.data, *[p.grad for p in W]]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("fn", SHAPES, ids=lambda fn: fn.__name__)
def test_lanes_change_nothing_but_the_order_of_sums(fn, reader):
    rows = [0.03 * i for i in range(MANY)]
    expected = run(lambda rows: fn([Value(x) for x in rows]), rows)
    f = micrograd.compile(fn, reader=reader)
    for _ in range(2):
        computed = run(f, rows)
        # A sum of n numbers in another order: n roundings of its size.
        assert all(
            close(a, b, MANY * 1e-15, 1.0)
            for a, b in zip(expected, computed, strict=True)
        )
    lanes = {s.lanes for s in f.last.program.sections} - {1}
    if SHAPES[fn] is not None:
        assert set(SHAPES[fn]) == lanes


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("count", range(FEWEST * 17, FEWEST * 17 + 6))
def test_lanes_that_fill_no_vector_count_too(reader, count):
    rows = [0.03 * i for i in range(count)]
    expected = run(lambda rows: alike([Value(x) for x in rows]), rows)
    f = micrograd.compile(alike, reader=reader)
    assert all_close(expected, run(f, rows))
    assert count in [s.lanes for s in f.last.program.sections]


@pytest.mark.parametrize("reader", READERS)
def test_gradients_of_the_lanes_own_values_are_right(reader):
    rows = [Value(0.03 * i) for i in range(MANY)]
    alike(rows).backward()
    others = [Value(x.data) for x in rows]
    micrograd.compile(alike, reader=reader)(others).backward()
    for x, y in zip(rows, others, strict=True):
        assert close(x.grad, y.grad)


@pytest.mark.parametrize("reader", READERS)
def test_in_training_copies_bring_their_gradients_back(reader):
    rows = [0.03 * i for i in range(MANY)]
    many = [Value(0.01 * i) for i in range(120)]

    def loss(rows):
        terms = [(many[0] * x).tanh() for x in rows]
        return sum(terms) + sum([p * p * p for p in reversed(many)])

    loss([Value(x) for x in rows]).backward()
    expected = [p.grad for p in many]
    step = micrograd.compile(
        loss, micrograd.optim.SGD(many, lr=0.0), reader=reader
    )
    step(rows)
    assert all_close(expected, [p.grad for p in many])
    assert 120 in [s.lanes for s in step.last.program.sections]
