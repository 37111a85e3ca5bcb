"""Random numbers and random expressions for tests.

An expression is a list of steps, each a row of the table and where its
operands come from: an input or an earlier step.  It can be read by anything
that knows what each row is: by floats, Values and dual numbers through the
rows themselves, by PyTorch through a table of its own.

Notation: `x` a number on its way into a row.
"""

import random
from dataclasses import dataclass

from hypothesis import strategies as st

from micrograd.primitives import PRIMITIVES

ROWS = list(PRIMITIVES.values())


def points(row, number=5):
    """Points of a row's domain, the same in every run."""
    rng = random.Random(row.name)
    return [
        tuple(rng.uniform(*interval) for interval in row.domain)
        for _ in range(number)
    ]


# --- Special values ---

# What every row is asked, beyond the points that it lists by itself.
SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 1000.0, -1000.0, 1e-300, -1e-300, 1e300,
    float("inf"), float("-inf"), float("nan"),
]  # fmt: skip
# Of two operands all pairs, so fewer of each; 2.5 and 3.0 are the exponents
# that are no integer and odd.
PAIRED = [
    0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 3.0, 1000.0, 1e-300, 1e300,
    float("inf"), float("-inf"), float("nan"),
]  # fmt: skip


def special_points(row):
    """The special values of a row: those of all rows, then its own."""
    every = {
        1: [(x,) for x in SPECIAL],
        2: [(x, y) for x in PAIRED for y in PAIRED],
    }
    own = [tuple(map(float, point)) for point in row.special]
    kinks = [(float(x),) for x in row.kinks if row.arity == 1]
    three = [(x, 2.0, 3.0) for x in SPECIAL]
    three += [(c, x, -2.0) for c in (0.0, 1.0) for x in SPECIAL]
    both = [*every.get(row.arity, three), *own, *kinks]
    return list({repr(point): point for point in both}.values())


# --- Expressions ---


@dataclass(frozen=True)
class Expression:
    """A random composition of rows, and a point to evaluate it at."""

    steps: tuple  # of (row, three choices of operands)
    point: tuple

    def __call__(self, *inputs, read=lambda row: row):
        """The value of the last step, each row as `read` has it."""
        squash = read(PRIMITIVES["tanh"])
        known = list(inputs)
        for row, choices in self.steps:
            operands = [
                _into(interval, known[-1 - choice % len(known)], squash)
                for interval, choice in zip(row.domain, choices, strict=False)
            ]
            known.append(read(row)(*operands))
        return known[-1]

    def __repr__(self):
        steps = [f"{row.name}{c[: row.arity]}" for row, c in self.steps]
        return f"Expression({' '.join(steps)} at {self.point})"


def _into(interval, x, squash):
    """A number of the row's domain, whatever `x` is."""
    low, high = interval
    # 0.3, so that zero, the favourite of Hypothesis, goes to no kink.
    return (low + high) / 2 + (high - low) / 2 * squash(x / 2 + 0.3)


numbers = st.floats(-2, 2, allow_subnormal=False)
choices = st.tuples(*[st.integers(0, 11)] * 3)


@st.composite
def expressions(draw, inputs=3, steps=8):
    """Expressions of some inputs, with up to so many steps."""
    step = st.tuples(st.sampled_from(ROWS), choices)
    return Expression(
        tuple(draw(st.lists(step, min_size=1, max_size=steps))),
        tuple(draw(numbers) for _ in range(inputs)),
    )


def random_expression(seed, inputs, steps):
    """An expression of exactly so many steps, drawn from a seed."""
    rng = random.Random(seed)
    return Expression(
        tuple(
            (rng.choice(ROWS), tuple(rng.randrange(12) for _ in range(3)))
            for _ in range(steps)
        ),
        tuple(rng.uniform(-2, 2) for _ in range(inputs)),
    )
