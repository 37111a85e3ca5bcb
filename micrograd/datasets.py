r"""Data sets: points of the plane in classes, from a portable generator.

Every function returns a list of ``((x, y), class)``, classes counted from
0.  Classes take turns, and each point is drawn on its own, so any first
part of a list is a fair sample with balanced classes.

The numbers come from :class:`XorShift`, a generator of five lines that a
program in C or JavaScript can repeat to the last bit; any object with a
method ``uniform(a, b)``, such as ``random.Random(42)``, will do too.

Notation: `n` how many points; `rng` the random number generator, nothing here
has one of its own; `noise` the standard deviation of a normal shift of each
coordinate.

Beside them are the readers of :mod:`micrograd.tensors.datasets`, for pictures
of digits, names and texts, which are imported when they are asked for.

Leaves out: downloads.

Sources: [Vigna2016]_ for the generator; docstrings name those of the shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, pairwise
from operator import index
from typing import Any, Protocol, TypeAlias, TypeVar

from micrograd.documentation import documented, shared
from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.namespaces import (
    to_count,
    to_generator,
    to_items,
    to_number,
    to_setting,
)

__all__ = [
    "XorShift",
    "moons",
    "circles",
    "spirals",
    "xor",
    "yin_yang",
    "digits",
    "read_idx",
    "names",
    "text",
    "split",
    "batches",
]

Position: TypeAlias = tuple[float, float]
Data: TypeAlias = list[tuple[Position, int]]
T = TypeVar("T")


class Uniform(Protocol):
    """Anything with ``uniform(a, b)``, such as ``random.Random(42)``."""

    def uniform(self, a: float, b: float, /) -> float:
        """Draw a number between `a` and `b`."""


def __getattr__(name: str) -> Any:
    """Import a reader of files when it is first asked for."""
    if name in ("digits", "read_idx", "names", "text"):
        from importlib import import_module

        return getattr(import_module("micrograd.tensors.datasets"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# --- The generator ---

BITS_32, BITS_64 = 2**32 - 1, 2**64 - 1


@documented
class XorShift:
    """Random numbers that any language can repeat: xorshift64*.

    The state is 64 bits.  Each number shifts it by 12 to the right, 25 to
    the left and 27 to the right, combining by exclusive or, and returns
    the high half of the product with a constant.  The period is
    :math:`2^{64} - 1`; [Vigna2016]_.  From the same seed these are the
    numbers of EurekaLabsAI's micrograd.  The first number is nearly in
    proportion to a small seed, so for independent runs take seeds that
    differ by more than 1, 2, 3.

    seed : int
        The first state, from 1 to :math:`2^{64} - 1`.
    state : int
        The state, from 1 to :math:`2^{64} - 1`; it never becomes 0.
    raises : NumberError, OptionError
        If the seed is not a whole number, or outside its range.  From 0
        every number would be 0.

    >>> rng = XorShift(42)
    >>> rng.random_u32(), rng.random_u32()
    (1456360119, 3359763283)
    >>> rng.uniform(-1.0, 1.0), rng.random()
    (0.5802739858627319, 0.9440426230430603)
    >>> items = [1, 2, 3, 4, 5]
    >>> rng.shuffle(items)
    >>> items, rng.choice("abc"), [rng.randrange(6) for _ in range(4)]
    ([2, 3, 1, 5, 4], 'a', [4, 2, 2, 5])
    """

    def __init__(self, seed: int) -> None:
        asked = "XorShift(seed) takes a whole number from 1 to 2**64 - 1"
        do = "pass a seed such as 42"
        try:
            self.state = index(seed)
        except TypeError:
            raise NumberError(asked, repr(seed), do) from None
        if not 1 <= self.state <= BITS_64:
            raise OptionError(asked, repr(seed), do)

    def random_u32(self) -> int:
        """Draw a whole number from 0 to 2**32 - 1."""
        state = self.state
        state ^= state >> 12
        state ^= (state << 25) & BITS_64  # C drops what leaves 64 bits
        state ^= state >> 27
        self.state = state
        return (state * 0x2545F4914F6CDD1D >> 32) & BITS_32

    def random(self) -> float:
        """Draw a number from 0 up to, but not including, 1.

        It is a multiple of 2**-24, so it is exact in single precision too.
        """
        return (self.random_u32() >> 8) / 2**24

    def uniform(self, a: float = 0.0, b: float = 1.0) -> float:
        """Draw a number from `a` up to, but not including, `b`.

        raises : OptionError
            If they are not numbers with a finite distance.
        """
        if type(a) is not float or type(b) is not float:
            a = to_number(a, "uniform(a, b) takes real numbers")
            b = to_number(b, "uniform(a, b) takes real numbers")
        if not math.isfinite(b - a):
            asked = "uniform(a, b) takes finite numbers, less than 1e308 apart"
            raise OptionError(asked, f"{a!r} and {b!r}", "choose them closer")
        x = a + (b - a) * self.random()
        # Rounding may lead to b, where the two are next to each other.
        return x if x != b or a == b else math.nextafter(b, a)

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """Draw from the normal distribution."""
        asked = "gauss(mu, sigma) takes real numbers"
        mu, sigma = to_number(mu, asked), to_number(sigma, asked)
        return mu + _normal_pair(self, sigma)[0]

    def randrange(self, n: int) -> int:
        """Draw a whole number from 0 to ``n - 1``.

        Takes 32 bits, or as many times 32 as `n` needs.
        """
        n = to_count(n, "randrange(n)")
        drawn, bits = self.random_u32(), 32
        while n > 2**bits:
            drawn, bits = drawn << 32 | self.random_u32(), bits + 32
        return drawn * n >> bits

    def choice(self, items: Sequence[T]) -> T:
        """Draw one item of a sequence."""
        if not hasattr(items, "__getitem__") or not len(items):
            asked = "choice(items) takes a sequence of at least one item"
            raise ShapeError(asked, repr(items), "pass a list with items")
        return items[self.randrange(len(items))]

    def shuffle(self, items: list[T]) -> None:
        """Bring a list into random order, in place."""
        if not hasattr(items, "__setitem__"):
            asked = "shuffle(items) changes a list in place"
            raise ShapeError(asked, repr(items), "pass list(items)")
        for i in range(len(items) - 1, 0, -1):
            j = self.randrange(i + 1)
            items[i], items[j] = items[j], items[i]


def _normal_pair(rng: Uniform, sigma: float) -> Position:
    """Two independent normal numbers from two uniform ones.

    Box and Muller 1958: a normal point of the plane has a uniform angle,
    and a squared distance that is exponentially distributed.
    """
    radius = sigma * math.sqrt(-2.0 * math.log(1.0 - rng.uniform(0.0, 1.0)))
    angle = rng.uniform(0.0, 2.0 * math.pi)
    return radius * math.cos(angle), radius * math.sin(angle)


# --- The shapes ---

of_points = shared("""
n : int >= 1
    How many points.
noise : float >= 0
    Standard deviation of the shift of each coordinate.
rng : object with ``uniform(a, b)``
    Draws three numbers for each point: its place, and two of noise.
returns : list of ((float, float), int)
    Without noise both coordinates are in [-1, 1].
raises : NumberError, OptionError
    If an argument is no number, or out of range, or `rng` cannot draw.
""")


def _scattered(
    name: str,
    n: int,
    noise: float,
    rng: Uniform,
    shape: Callable[[int], Position],
    classes: int = 2,
) -> Data:
    """Points of a shape, classes in turn, each shifted by the noise."""
    n = to_count(n, f"{name}(n)")
    to_generator(rng, f"{name}(rng=)", "uniform")
    asked = f"{name}(noise=) takes a finite number >= 0"
    noise = to_setting(noise, asked, lambda x: 0 <= x < math.inf)
    data = []
    for i in range(n):
        x, y = shape(i % classes)
        dx, dy = _normal_pair(rng, noise)  # drawn even if it is 0 times it
        data.append(((x + dx, y + dy), i % classes))
    return data


@of_points
def moons(n: int, noise: float, rng: Uniform) -> Data:
    """Draw two half circles, each with its end inside the other.

    Class 0 is the upper half of the circle of radius 1 around (0, 0);
    class 1 the lower half of the one around (1, 0.5).  As in
    scikit-learn's ``make_moons``, but at random angles.

    returns : list of ((float, float), int)
        Without noise `x` is in [-1, 2] and `y` in [-0.5, 1].

    >>> from micrograd.datasets import XorShift, moons
    >>> for (x, y), label in moons(3, 0.0, XorShift(42)):
    ...     print(f"{x:.4f} {y:.4f} {label}")
    0.4843 0.8749 0
    1.9846 0.3251 1
    0.8012 0.5985 0
    """

    def shape(label: int) -> Position:
        angle = rng.uniform(0.0, math.pi)
        x, y = math.cos(angle), math.sin(angle)
        return (x, y) if label == 0 else (1.0 - x, 0.5 - y)

    return _scattered("moons", n, noise, rng, shape)


@of_points
def circles(n: int, noise: float, rng: Uniform, factor: float = 0.5) -> Data:
    """Draw a circle inside another.

    Class 0 is the circle of radius 1 around (0, 0), class 1 that
    of radius `factor`.  As scikit-learn's ``make_circles``, at random angles.

    factor : float in (0, 1), optional
        Radius of the inner circle.

    >>> from micrograd.datasets import XorShift, circles
    >>> for (x, y), label in circles(3, 0.0, XorShift(42)):
    ...     print(f"{x:.4f} {y:.4f} {label}")
    -0.5310 0.8474 0
    0.4694 -0.1722 1
    0.2837 0.9589 0
    """
    asked = "circles(factor=) takes a number above 0 and below 1"
    factor = to_setting(factor, asked, lambda x: 0 < x < 1)

    def shape(label: int) -> Position:
        angle = rng.uniform(0.0, 2.0 * math.pi)
        radius = 1.0 if label == 0 else factor
        return radius * math.cos(angle), radius * math.sin(angle)

    return _scattered("circles", n, noise, rng, shape)


@of_points
def spirals(
    n: int,
    noise: float,
    rng: Uniform,
    classes: int = 2,
    turns: float = 1.0,
) -> Data:
    r"""Draw spirals wound around each other, one for each class.

    At the fraction `r` of its length a spiral has the distance `r` from
    (0, 0) and the angle :math:`2 \pi r` times `turns`; those of the other
    classes are turned against it by equal angles.  After the two spirals
    of [Lang1988]_.

    classes : int >= 1, optional
        How many spirals.
    turns : float, optional
        How often each goes round; the more, the harder.

    >>> from micrograd.datasets import XorShift, spirals
    >>> for (x, y), label in spirals(3, 0.0, XorShift(42), classes=3):
    ...     print(f"{x:.4f} {y:.4f} {label}")
    -0.1800 0.2873 0
    -0.1616 0.9301 1
    0.1406 -0.1481 2
    """
    classes = to_count(classes, "spirals(classes=)")
    asked = "spirals(turns=) takes a finite number"
    turns = to_setting(turns, asked, math.isfinite)

    def shape(label: int) -> Position:
        radius = rng.uniform(0.0, 1.0)
        angle = 2.0 * math.pi * (turns * radius + label / classes)
        return radius * math.cos(angle), radius * math.sin(angle)

    return _scattered("spirals", n, noise, rng, shape, classes)


@of_points
def xor(n: int, noise: float, rng: Uniform) -> Data:
    """Draw the truth table of exclusive or, with noise around its corners.

    The corners of the unit square take turns in the order (0, 0), (1, 0),
    (1, 1), (0, 1); the class is 1 where exactly one coordinate is.  No
    straight line parts the classes; [Minsky1969]_.

    n : int >= 1
        How many points; 4 without noise are the truth table.
    rng : object with ``uniform(a, b)``
        Draws two numbers for each point, for the noise.
    returns : list of ((float, float), int)
        Without noise every coordinate is 0 or 1.

    >>> from micrograd.datasets import XorShift, xor
    >>> xor(4, 0.0, XorShift(42))
    [((0.0, 0.0), 0), ((1.0, 0.0), 1), ((1.0, 1.0), 0), ((0.0, 1.0), 1)]
    """
    corners = cycle([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    return _scattered("xor", n, noise, rng, lambda _: next(corners))


# --- Yin-yang ---

BIG, SMALL = 0.5, 0.1  # the radius of the disc, and of its two dots


@of_points
def yin_yang(n: int, rng: Uniform) -> Data:
    """Draw the yin-yang symbol: two interlocked halves and their dots.

    Points are drawn from the square around a disc of radius 0.5, until
    one falls on the class whose turn it is: 0 for yin, 1 for yang, 2 for
    the dots, of radius 0.1.  Then the square is stretched to [-2, 2].
    Classes are named in the order of [Kriener2021]_, whose program gives
    yin the number 1; points are those of EurekaLabsAI's micrograd, to the
    last bit.

    rng : object with ``uniform(a, b)``
        Draws two numbers for each try.
    returns : list of ((float, float), int)
        Positions within a distance of 2 from (0, 0); classes 0, 1, 2, 0...

    >>> from micrograd.datasets import XorShift, yin_yang
    >>> for (x, y), label in yin_yang(3, XorShift(42)):
    ...     print(f"{x:.4f} {y:.4f} {label}")
    -0.6437 1.1290 0
    1.5021 -1.2462 1
    1.0598 0.0912 2
    """
    data: Data = []
    to_generator(rng, "yin_yang(rng=)", "uniform")
    for i in range(to_count(n, "yin_yang(n)")):
        x, y = rng.uniform(0.0, 2 * BIG), rng.uniform(0.0, 2 * BIG)
        while _part(x, y) != i % 3:
            x, y = rng.uniform(0.0, 2 * BIG), rng.uniform(0.0, 2 * BIG)
        data.append((((x / BIG - 1) * 2, (y / BIG - 1) * 2), i % 3))
    return data


def _part(x: float, y: float) -> int | None:
    """The class at a position, None outside the disc."""
    if math.hypot(x - BIG, y - BIG) > BIG:
        return None
    left = math.hypot(x - 0.5 * BIG, y - BIG)  # distances from the dots
    right = math.hypot(x - 1.5 * BIG, y - BIG)
    if min(left, right) < SMALL:
        return 2
    upper = y > BIG and right > 0.5 * BIG
    return 0 if upper or left <= 0.5 * BIG else 1


# --- Parts of a data set ---

of_items = shared("""
data : sequence
    What to take items from.
rng : object with ``shuffle(list)``, optional
    Shuffles a copy first; use the same one for every epoch.
raises : NumberError, OptionError
    If `data` is no sequence, another argument is not of its type or
    outside its range, or `rng` cannot shuffle.
""")

ROUNDING = 1e-9  # what ten shares of 0.1 may be off by, and more


@of_items
def split(
    data: Sequence[T], fractions: Sequence[float], rng: Any = None
) -> list[list[T]]:
    """Cut data into parts, such as for training and for testing.

    fractions : sequence of float > 0
        The share of each part; together 1.  Rounding loses no item.
    returns : list of list
        The parts.  Without `rng` they keep the order, which is good enough
        for the data sets of this module.
    raises : OptionError
        If a fraction is not positive, or they do not add up to 1.
    raises : ShapeError
        If a part would be empty.

    >>> from micrograd.datasets import XorShift, split
    >>> split(range(10), [0.8, 0.1, 0.1])
    [[0, 1, 2, 3, 4, 5, 6, 7], [8], [9]]
    >>> train, test = split(range(10), [0.8, 0.2], XorShift(42))
    >>> test
    [7, 3]
    """
    asked = "split(fractions=) takes numbers above 0 that add up to 1"
    given = to_items(fractions, "split() takes a sequence")
    shares = [to_number(x, asked) for x in given]
    if not abs(math.fsum(shares) - 1.0) < ROUNDING or min(shares) <= 0:
        do = "pass shares such as [0.8, 0.2]"
        raise OptionError(asked, f"{fractions}", do)
    items = to_items(data, "split(data) takes a sequence")
    ends = [math.fsum(shares[:i]) for i in range(len(shares) + 1)]
    cuts = [round(len(items) * end) for end in ends]
    if not all(a < b for a, b in pairwise(cuts)):
        asked = f"split() into {fractions} needs an item for each part"
        do = "draw more of them, or make fewer parts"
        raise ShapeError(asked, f"{len(items)} items", do)
    _shuffle("split(rng=)", items, rng)
    return [items[a:b] for a, b in pairwise(cuts)]


@of_items
def batches(
    data: Sequence[T], size: int, rng: Any = None
) -> Iterator[list[T]]:
    """Go through data once, some items at a time: one epoch.

    size : int >= 1
        Items in a batch; the last has what is left over.
    yields : list
        A batch.
    raises : ShapeError
        If there are no data.

    >>> list(batches("abcdefgh", 3))
    [['a', 'b', 'c'], ['d', 'e', 'f'], ['g', 'h']]
    """
    size = to_count(size, "batches(size=)")
    items = to_items(data, "batches(data) takes a sequence")
    if not items:
        asked = "batches(data) needs at least one item"
        raise ShapeError(asked, "none", "check where the data come from")
    _shuffle("batches(rng=)", items, rng)
    return (items[i : i + size] for i in range(0, len(items), size))


def _shuffle(asked: str, items: list[T], rng: Any) -> None:
    if rng is not None:
        to_generator(rng, asked, "shuffle").shuffle(items)
