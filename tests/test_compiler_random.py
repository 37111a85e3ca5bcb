"""Random programs: compiled and eager must never give another number.

Programs are made of arithmetic, functions, choices, blocks of ``no_grad``
and ``enable_grad``, ``detach``, numbers read from Values, and rows of a
reader's own, whose names, symbols and factories are drawn at random, those
of built-in rows and of the tape's operations among them.
"""

import random

import pytest
from conftest import READERS, all_close, tries

import micrograd
from micrograd import (
    Value,
    elementwise,
    enable_grad,
    no_grad,
    value_and_grad,
    where,
)
from micrograd.trees import leaves

PROGRAMS, BATCH = tries(1_000), 20
UNARY = (
    "tanh sin cos sigmoid relu softplus gelu silu abs atan asinh erf".split()
)
NAMES = (
    "tanh add absolute where lane cell sum outer constant input f g".split()
)
SYMBOLS = ["+", "*", "tanh", "where", "sum", "f", "", "compiled"]


def row(rng):
    """A rule of one's own; two with the same name need not be the same."""
    k = rng.choice([0.5, 1.5, -2.0])

    def forward(xp, x, y):
        return xp.where(x > y, k * x, xp.exp(-abs(y))) + x * y

    forward.__name__ = rng.choice(NAMES)
    return elementwise(
        lambda z, x, y: where(x > y, k, 0.0) + y,
        lambda z, x, y: x - where(x > y, 0.0, k) * y,
        domain=[(-2, 2), (-2, 2)],
        torch="",
        symbol=rng.choice(SYMBOLS),
    )(forward)


def steps(rng):
    """What a program does, one step after the other."""
    own = [row(rng) for _ in range(3)]
    for _ in range(rng.randint(4, 14)):
        kind = rng.choice(KINDS)
        yield kind, [rng.random() for _ in range(3)], rng.choice(own)


def unary(a, b, c, name):
    return getattr(a, name)()


def unrecorded(a, b, c, f):
    with no_grad():
        s = a * b
    return s * c


def recorded(a, b, c, f):
    with no_grad():
        s = a * b
        with enable_grad():
            t = s * c + a
    return t


@no_grad
def constant(a, b):
    return a * 0.5 - b


KINDS = [
    lambda a, b, c, f: a * b - c,
    lambda a, b, c, f: a / (b * b + 1.5),
    lambda a, b, c, f: -a + 2 * b * b,
    lambda a, b, c, f: (a * a + 0.5) ** 1.5,
    lambda a, b, c, f: (a - b) ** 2 + 0.0 * c,
    lambda a, b, c, f: where(a > b, c, a * b),
    lambda a, b, c, f: where((a <= b) & (b < c), a, b),
    lambda a, b, c, f: a.maximum(b).minimum(c + 1),
    lambda a, b, c, f: a * b.detach() + c,
    lambda a, b, c, f: a * b.data + c,
    lambda a, b, c, f: Value(0.5) * a + constant(b, c),
    lambda a, b, c, f: sum([a, b * c, a * 0.25, b]),
    lambda a, b, c, f: micrograd.functions.softmax([a, b, c])[1],
    lambda a, b, c, f: f(a.tanh(), b.tanh()),
    lambda a, b, c, f: f(c.sin(), 0.25),
    unrecorded,
    recorded,
    *[lambda a, b, c, f, name=name: unary(a, b, c, name) for name in UNARY],
]


class Program:
    """A function of a few numbers, the same whenever it is called."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.weights = [Value(rng.uniform(-1, 1)) for _ in range(3)]
        self.steps = list(steps(rng))
        self.point = [rng.uniform(-1, 1) for _ in range(2)]

    def __call__(self, x):
        values = [w * 1.0 for w in self.weights]
        values += [w * v for w, v in zip(self.weights, x, strict=False)]
        for step, draws, f in self.steps:
            operands = [values[int(d * len(values))] for d in draws]
            # What grows without bound is no use to anybody.
            values.append(step(*operands, f).tanh())
        return sum(values[-3:])


def gradients(program, result):
    for w in program.weights:
        w.grad = 0.0
    result.backward()
    return [result.data, *[w.grad for w in program.weights]]


@pytest.mark.parametrize("batch", range(PROGRAMS // BATCH))
def test_random_programs_are_eager_ones(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        program = Program(seed)
        compiled = micrograd.compile(program, reader="python", roll=False)
        for _ in range(2):
            expected = gradients(program, program(program.point))
            assert expected == gradients(program, compiled(program.point))
            for w in program.weights:
                w.data += 0.25
        assert 1 == len(compiled.replays)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("batch", range(PROGRAMS // BATCH // 5))
def test_random_programs_have_their_gradients_in_any_reader(batch, reader):
    seeds = range(batch * BATCH * 5, (batch + 1) * BATCH * 5, 5)
    programs = [Program(seed) for seed in seeds]

    def every(points):
        pairs = zip(programs, points, strict=True)
        return [value_and_grad(program)(x) for program, x in pairs]

    points = [program.point for program in programs]
    compiled = micrograd.compile(every, reader=reader)
    for _ in range(2):
        expected, computed = leaves(every(points)), leaves(compiled(points))
        # 1 ulp of a function, amplified by what comes after it.
        assert all_close(expected, computed, 1e-11)
        points = [[a + 0.5, b - 0.25] for a, b in points]
