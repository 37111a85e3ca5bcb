"""PyTorch's random numbers: the same numbers from the same seed.

The engine is the Mersenne Twister MT19937, which NumPy has, seeded as its
authors do from the low 32 bits of the seed.  What is PyTorch's own is how
the engine's outputs, words of 32 bits, become numbers:

====================  =================================================
uniform, float32      low 24 bits of a word, times ``2**-24``
uniform, float64      two words, the first one high; low 53 bits, times
                      ``2**-53``
integers              one word (two, if there are ``2**28`` choices or
                      more) modulo the number of choices
normal, up to 15      Box-Muller on float64; the second number of a pair
                      is kept for the next call
normal, 16 or more    Box-Muller on blocks of 8 + 8 numbers; a rest
                      shorter than 16 draws its last 16 numbers anew
bernoulli             a uniform number is smaller than the probability
exponential           ``-log1p(-u) / rate``, with `u` a float64
permutation           swaps from the front, a word modulo what is left
multinomial           the largest of probability / exponential; with
                      replacement, search in the cumulative sum
====================  =================================================

Notation: `u` numbers between 0 and 1; an *fma* is ``a * b + c`` with one
rounding, as processors compute it.

Leaves out: float16; other generators, such as those of PyTorch on a GPU.

PyTorch itself does not give the same numbers on every machine.  These are
the numbers of its builds for x86 with AVX2 or AVX-512.  Without AVX2 the
last bits of float32 normals differ; on Intel processors its builds with MKL
draw `bernoulli`, `exponential` and `multinomial` from another generator.

Sources: [Matsumoto1998]_ for the engine; [Box1958]_ for normal numbers;
[PyTorch]_ for the table above, read in its sources and settled by
experiment; the Cephes library for the polynomials in single precision,
[Moshier1989]_, which PyTorch evaluates with vector instructions.
"""

from __future__ import annotations

import math
import operator
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.tensors.traced import drawn

if TYPE_CHECKING:
    from micrograd.tensors.engine import Tensor

__all__ = [
    "Generator",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "set_rng_state",
]

Array = Any
f32, f64 = np.float32, np.float64
FIRST_SEED = 67280421310721  # of a generator that was given none
WORDS_OF_64 = 2**28  # choices from which on an integer takes two words
# A state in bytes, as PyTorch has it; what is not read here has no name.
STATE = np.dtype([
    ("seed", "<u8"), ("left", "<i4"), ("seeded", "<i4"), ("next", "<u8"),
    ("words", "<u8", 624), ("", "<f8"), ("kept", "<f8"), ("", "<f8"),
    ("has_kept", "<i4"), ("", "<i4", 3),
])  # fmt: skip


class Stream:
    """Numbers that belong to a seed, and how many were drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.engine: Any = None  # made when the first number is drawn
        self.kept: float | None = None  # the second of a pair of normals

    @property
    def words(self) -> Any:
        """The engine."""
        engine: Any = self.engine
        if engine is None:
            start = np.random.RandomState(self.seed & 0xFFFFFFFF)
            engine = np.random.MT19937()
            engine.state = start.get_state(legacy=False)
            self.engine = engine  # whole: other threads may look
        return engine


# What generators draw from in this thread alone, in place of their own.
NOTHING: Mapping[Any, Stream] = MappingProxyType({})
apart = ContextVar("apart", default=NOTHING)


@contextmanager
def seeded(generator: Generator, seed: int) -> Iterator[None]:
    """Let a generator start from a seed inside, for this thread alone."""
    token = apart.set({**apart.get(), generator: Stream(seed)})
    try:
        yield
    finally:
        apart.reset(token)


class Generator:
    """A source of random numbers, the same as PyTorch's on a CPU.

    Parameters
    ----------
    device : str, optional
        Only ``"cpu"``: numbers are drawn there, wherever they go.

    Raises
    ------
    OptionError
        If `device` is another one.

    Notes
    -----
    Draws are NumPy arrays.  Each takes its numbers from one stream, so
    their order matters.

    Examples
    --------
    >>> from micrograd.tensors import Generator
    >>> g = Generator().manual_seed(2147483647)
    >>> g.uniform(3).tolist()
    [0.7081288695335388, 0.3542391061782837, 0.10543233156204224]
    """

    def __init__(self, device: str = "cpu") -> None:
        if str(device) != "cpu":
            asked = "Generator(device) draws on the CPU"
            raise OptionError(asked, f"{device}", "leave device out")
        self.device = "cpu"
        self._own = Stream(FIRST_SEED)

    @property
    def _stream(self) -> Stream:
        return apart.get().get(self, self._own)

    # --- Where the stream starts ---

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream that belongs to a seed.

        Parameters
        ----------
        seed : int
            From ``-2**63`` to ``2**64 - 1``; the low 32 bits count.

        Returns
        -------
        Generator
            This one, so that it can be made and seeded in one line.

        Raises
        ------
        NumberError
            If `seed` is not a whole number.
        OptionError
            If it is outside the range.
        """
        asked = "manual_seed(seed) takes a whole number"
        if isinstance(seed, bool) or not hasattr(seed, "__index__"):
            raise NumberError(asked, repr(seed), "pass an int")
        number = operator.index(seed)
        if not -(2**63) <= number < 2**64:
            asked += " from -2**63 to 2**64 - 1"
            raise OptionError(asked, f"{number}", "choose one in that range")
        stream = self._stream
        stream.seed = number % 2**64
        stream.engine = stream.kept = None
        return self

    def seed(self) -> int:
        """Start a stream that nobody can foresee; give its seed."""
        return self.manual_seed(secrets.randbits(53)).initial_seed()

    def initial_seed(self) -> int:
        """Give the seed that the stream started from."""
        return self._stream.seed

    def get_state(self) -> Tensor:
        """Give what :meth:`set_state` needs to go on from here.

        Returns
        -------
        Tensor
            5,056 bytes, which PyTorch's generators take, too.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> g = Generator()
        >>> state = g.get_state()
        >>> first = g.normal(2)
        >>> g.set_state(state)
        >>> (g.normal(2) == first).all()
        np.True_
        """
        from micrograd.tensors.engine import make

        stream, state = self._stream, np.zeros(1, STATE)
        engine = stream.words.state["state"]
        state["seed"], state["words"] = stream.seed, engine["key"]
        state["left"], state["next"] = 625 - engine["pos"], engine["pos"]
        state["seeded"] = 1
        if stream.kept is not None:
            state["kept"], state["has_kept"] = stream.kept, 1
        return make(state.view(np.uint8))

    def set_state(self, new_state: Tensor) -> None:
        """Go on from where a state was taken, here or by PyTorch.

        Parameters
        ----------
        new_state : Tensor
            What :meth:`get_state` has given.

        Raises
        ------
        OptionError
            If it is anything else.
        """
        state: Any = np.asarray(new_state)
        if state.shape != (STATE.itemsize,) or state.dtype != np.uint8:
            asked = "set_state(new_state) takes what get_state() gives"
            given = f"{state.dtype} of shape {state.shape}"
            raise OptionError(asked, given, "keep it as it is")
        (state,) = np.ascontiguousarray(state).view(STATE)
        stream, left = self._stream, int(state["left"])
        engine = {"key": state["words"].astype(np.uint32), "pos": 625 - left}
        stream.words.state = {"bit_generator": "MT19937", "state": engine}
        stream.seed = int(state["seed"])
        stream.kept = float(state["kept"]) if state["has_kept"] else None

    # --- Bits ---

    def _bits(self, n: int, size: int = 32) -> Array:
        """`n` numbers of 32 or 64 bits."""
        if size == 32:
            return self._stream.words.random_raw(n)
        pairs = self._stream.words.random_raw(2 * n).reshape(n, 2)
        return (pairs[:, 0] << np.uint64(32)) | pairs[:, 1]

    def _unit(self, n: int, dtype: Any = f64) -> Array:
        """`n` numbers from 0 to 1, without 1."""
        if dtype == f64:
            return (self._bits(n, 64) & np.uint64(2**53 - 1)) * 2.0**-53
        bits = self._bits(n) & np.uint64(2**24 - 1)
        return bits.astype(f32) * f32(2.0**-24)

    # --- Numbers ---

    @drawn
    def uniform(
        self,
        shape: int | Sequence[int],
        low: float = 0.0,
        high: float = 1.0,
        dtype: Any = f32,
    ) -> Array:
        """Draw numbers from `low` to `high`, as ``rand`` and ``uniform_``.

        Parameters
        ----------
        shape : int or sequence of int
            How many.
        low, high : float, optional
            The ends; `high` itself is met by rounding only.
        dtype : NumPy type, optional
            float32 or float64.

        Returns
        -------
        array
            The numbers.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> Generator().manual_seed(0).uniform(2, -1.0, 1.0).tolist()
        [-0.007486820220947266, 0.5364435911178589]
        """
        shape, dtype = _size(shape), _float(dtype)
        if not low <= high or math.isinf(high - low):
            asked = "uniform(low, high) takes finite numbers, low <= high"
            raise OptionError(asked, f"{low} and {high}", "swap them")
        u = self._unit(math.prod(shape), dtype)
        if (low, high) != (0, 1):
            start, end = dtype(low), dtype(high)
            u = _fma(u, end - start, start)
        return u.reshape(shape)

    @drawn
    def integers(
        self, low: int, high: int, shape: int | Sequence[int]
    ) -> Array:
        """Draw whole numbers, ``low <= x < high``, as ``randint``.

        Parameters
        ----------
        low, high : int
            The ends; `high` is left out.
        shape : int or sequence of int
            How many.

        Returns
        -------
        array of int64
            The numbers.

        Raises
        ------
        OptionError
            If there is no number to choose.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> Generator().manual_seed(0).integers(0, 10, 5).tolist()
        [4, 9, 3, 0, 3]
        """
        shape, low, high = _size(shape), int(low), int(high)
        if not -(2**63) <= low < high <= 2**63:
            asked = "randint(low, high) takes whole numbers, low < high"
            do = "choose low < high within 64 bits"
            raise OptionError(asked, f"{low} and {high}", do)
        size = 64 if high - low >= WORDS_OF_64 else 32
        bits = self._bits(math.prod(shape), size)
        found = (bits % np.uint64(high - low)).astype(np.int64) + low
        return found.reshape(shape)

    @drawn
    def normal(
        self,
        shape: int | Sequence[int],
        mean: float = 0.0,
        std: float = 1.0,
        dtype: Any = f32,
    ) -> Array:
        """Draw normal numbers, as ``randn`` and ``normal_``.

        Parameters
        ----------
        shape : int or sequence of int
            How many.
        mean, std : float, optional
            Their mean and standard deviation, >= 0.
        dtype : NumPy type, optional
            float32 or float64.

        Returns
        -------
        array
            The numbers.

        Raises
        ------
        OptionError
            If `std` is negative.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> g = Generator().manual_seed(2147483647)
        >>> g.normal(2).tolist()
        [-0.9800073504447937, -1.6578478813171387]
        """
        shape, dtype = _size(shape), _float(dtype)
        if not std >= 0:
            asked = "normal(mean, std) takes std >= 0"
            raise OptionError(asked, f"{std}", "choose one in that range")
        n = math.prod(shape)
        if n < 16:
            x = np.array([self._one_normal() for _ in range(n)], f64)
            found = _fma(x, f64(std), f64(mean)).astype(dtype)
            return found.reshape(shape)
        u = self._unit(n, dtype)
        whole = n - n % 16
        u[:whole] = _box_muller(u[:whole], mean, std)
        if whole < n:
            u[-16:] = _box_muller(self._unit(16, dtype), mean, std)
        return u.reshape(shape)

    def _one_normal(self) -> float:
        """One number; its twin is kept for the next call."""
        stream = self._stream
        if (x := stream.kept) is not None:
            stream.kept = None
            return x
        u, v = self._unit(2).tolist()
        radius, angle = math.sqrt(-2 * math.log1p(-v)), 2 * math.pi * u
        stream.kept = radius * math.sin(angle)
        return radius * math.cos(angle)

    @drawn
    def exponential(
        self, shape: int | Sequence[int], rate: float = 1.0, dtype: Any = f32
    ) -> Array:
        """Draw waiting times, as ``exponential_``.

        Parameters
        ----------
        shape : int or sequence of int
            How many.
        rate : float > 0, optional
            One over their mean.
        dtype : NumPy type, optional
            float32 or float64.

        Returns
        -------
        array
            The numbers.

        Raises
        ------
        OptionError
            If `rate` is not positive.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> Generator().manual_seed(0).exponential(2).tolist()
        [3.508326292037964, 1.2303847074508667]
        """
        shape, dtype = _size(shape), _float(dtype)
        if not rate > 0:
            asked = "exponential(rate) takes a rate > 0"
            raise OptionError(asked, f"{rate}", "choose one in that range")
        logs = _each(math.log1p, -self._unit(math.prod(shape)))
        return (-1 / rate * logs).astype(dtype).reshape(shape)

    # --- Choices ---

    @drawn
    def bernoulli(
        self, p: float | Array, shape: int | Sequence[int] | None = None
    ) -> Array:
        """Draw True with probability `p`, as ``bernoulli_`` and dropout.

        Parameters
        ----------
        p : float or array
            The probability, or one for each draw.
        shape : int or sequence of int, optional
            How many, if `p` is a number.

        Returns
        -------
        array of bool
            The draws.

        Raises
        ------
        OptionError
            If a probability is not from 0 to 1.

        Notes
        -----
        An array of float32 takes one word of the stream for each draw; a
        number takes two.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> Generator().manual_seed(0).bernoulli(0.5, 4).tolist()
        [False, False, True, False]
        """
        p = np.asarray(p, None if hasattr(p, "dtype") else f64)
        if not ((p >= 0) & (p <= 1)).all():
            asked = "bernoulli(p) takes probabilities from 0 to 1"
            do = "pass sigmoid(x), for example, in place of x"
            raise OptionError(asked, f"{p.min()} to {p.max()}", do)
        size = p.shape if shape is None else _size(shape)
        u = self._unit(math.prod(size), f32 if p.dtype == f32 else f64)
        return u.reshape(size) < p

    @drawn
    def permutation(self, n: int) -> Array:
        """Draw an order of the numbers below `n`, as ``randperm``.

        Parameters
        ----------
        n : int
            How many numbers, below ``2**28``.

        Returns
        -------
        array of int64
            Each number once.

        Raises
        ------
        OptionError
            If `n` is outside the range.

        Examples
        --------
        >>> from micrograd.tensors import Generator
        >>> Generator().manual_seed(0).permutation(5).tolist()
        [4, 0, 1, 3, 2]
        """
        if not 0 <= n < 2**28:
            asked = "randperm(n) takes a whole number from 0 to 2**28"
            raise OptionError(asked, f"{n}", "choose one in that range")
        order = list(range(n))
        for i, word in enumerate(self._bits(max(n - 1, 0)).tolist()):
            j = i + word % (n - i)
            order[i], order[j] = order[j], order[i]
        return np.array(order, np.int64)

    @drawn
    def multinomial(
        self, p: Array, num_samples: int, replacement: bool = False
    ) -> Array:
        """Draw the numbers of columns, as ``multinomial``.

        Parameters
        ----------
        p : array, (columns) or (rows, columns)
            How likely each column is; need not add up to 1.
        num_samples : int >= 1
            How many draws from each row.
        replacement : bool, optional
            Whether a column can be drawn again.

        Returns
        -------
        array of int64, (num_samples) or (rows, num_samples)
            The columns.

        Raises
        ------
        OptionError
            If a row has negative or infinite numbers or only zeros, or too
            few columns to be drawn without replacement.
        ShapeError
            If `p` has other than one or two axes.

        Examples
        --------
        >>> import numpy as np
        >>> from micrograd.tensors import Generator
        >>> p = np.array([0.6, 0.3, 0.1], np.float32)
        >>> g = Generator().manual_seed(2147483647)
        >>> g.multinomial(p, 8, replacement=True).tolist()
        [1, 1, 1, 0, 0, 2, 2, 0]
        """
        p = np.asarray(p)
        _check_probabilities(p, num_samples, replacement)
        rows = np.atleast_2d(p)
        if replacement and num_samples > 1:
            draws = [self._search(row, num_samples) for row in rows]
            found = np.stack(draws)
        else:
            q = rows / self.exponential(rows.shape, dtype=rows.dtype)
            found = np.argsort(-q, axis=-1, kind="stable")[:, :num_samples]
        return found.reshape((*p.shape[:-1], num_samples))

    def _search(self, row: Array, n: int) -> Array:
        total = np.cumsum(row, dtype=row.dtype)
        total /= total[-1]
        total[-1] = 1
        return np.searchsorted(total.astype(f64), self._unit(n))


# --- What a caller may ask for ---


def _size(shape: int | Sequence[int]) -> tuple[int, ...]:
    """A shape as a tuple."""
    size = (shape,) if isinstance(shape, int) else tuple(map(int, shape))
    if min(size, default=0) < 0:
        asked = "a shape takes whole numbers >= 0"
        raise ShapeError(asked, f"{size}", "count the axes again")
    return size


def _float(dtype: Any) -> Any:
    """A floating-point type."""
    found = np.dtype(dtype).type
    if found in (f32, f64):
        return found
    asked = "random numbers are drawn as float32 or float64"
    raise OptionError(asked, f"{np.dtype(dtype)}", "convert them afterwards")


def _check_probabilities(p: Array, n: int, replacement: bool) -> None:
    asked = "multinomial(p, num_samples)"
    if p.ndim not in (1, 2) or p.dtype.type not in (f32, f64):
        asked += " takes a row, or rows, of floats"
        given = f"the shape {p.shape} and the type {p.dtype}"
        raise ShapeError(asked, given, "reshape or convert it")
    proper = np.isfinite(p).all() and (p >= 0).all()
    likely = np.count_nonzero(p, axis=-1).min(initial=p.shape[-1])
    if not proper or not likely:
        asked += " takes finite weights >= 0, not all of them 0"
        do = "pass softmax(x), for example, in place of x"
        raise OptionError(asked, f"{p.min()} to {p.max()}", do)
    if n < 1 or (n > likely and not replacement):
        asked += f" has {likely} columns to draw"
        do = "draw at least one, or set replacement=True"
        raise OptionError(asked, f"num_samples={n}", do)


# --- From uniform to normal ---

CHUNK = 1 << 14  # numbers at a time, so that temporaries stay in the cache


def _box_muller(u: Array, mean: float, std: float) -> Array:
    """Blocks of 16 uniform numbers to normal ones."""
    found = np.empty_like(u)
    for start in range(0, len(u), CHUNK):
        blocks = u[start : start + CHUNK].reshape(-1, 2, 8)
        radius, angle = 1 - blocks[:, 0], blocks[:, 1]
        if u.dtype == f32:
            radius = np.sqrt(f32(-2) * _log(radius))
            sin, cos = _sincos(f32(2 * math.pi) * angle)
        else:
            radius = np.sqrt(-2 * _each(math.log, radius))
            angle = 2 * math.pi * angle
            sin, cos = _each(math.sin, angle), _each(math.cos, angle)
        pairs = np.stack([radius * cos, radius * sin], 1).reshape(-1)
        scaled = _fma(pairs, u.dtype.type(std), u.dtype.type(mean))
        found[start : start + CHUNK] = scaled
    return found


def _each(function: Callable[[float], float], x: Array) -> Array:
    """A function of the C library, number by number: to the last bit."""
    found = map(function, x.ravel().tolist())
    return np.fromiter(found, f64, x.size).reshape(x.shape)


# --- Single precision as a vector unit computes it ---

# Cephes, single precision: logf, sinf, cosf.
LOG = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
    1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1,
    3.3333331174e-1,
)  # fmt: skip
SIN = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
COS = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
# Together -pi / 4 and log 2; the first parts have few digits.
PI_4 = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
LOG_2 = (0.693359375, -2.12194440e-4)


def _log(x: Array) -> Array:
    x, e = np.frexp(x)
    small = x < f32(math.sqrt(0.5))
    e = (e - small).astype(f32)
    x = np.where(small, (x - f32(1)) + x, x - f32(1))
    z = x * x
    y = _fma(_polynomial(x, LOG) * x, z, e * f32(LOG_2[1]))
    y = _fma(-z, f32(0.5), y)
    return _fma(e, f32(LOG_2[0]), x + y)


def _sincos(x: Array) -> tuple[Array, Array]:
    octant = ((x * f32(4 / math.pi)).astype(np.int32) + 1) & ~1
    for part in PI_4:
        x = _fma(octant.astype(f32), f32(part), x)
    z = x * x
    cos = _fma(_polynomial(z, COS) * z, z, z * f32(-0.5)) + f32(1)
    sin = _fma(_polynomial(z, SIN) * z, x, x)
    swap = (octant & 2) != 0
    sin, cos = np.where(swap, cos, sin), np.where(swap, sin, cos)
    sin = np.where(octant & 4, -sin, sin)
    return sin, np.where((octant + 2) & 4, -cos, cos)


def _polynomial(x: Array, coefficients: Sequence[float]) -> Array:
    """The highest power first."""
    y = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y = _fma(y, x, f32(c))
    return y


def _fma(a: Array, b: Array, c: Array) -> Array:
    """``a * b + c`` with one rounding."""
    if a.dtype == f64:
        return _fma_double(a, b, c)
    product = np.multiply(a, b, dtype=f64)  # exact
    total = product + c
    # In the middle between two of float32 it matters what was rounded off.
    middle = (total.view(np.int64) & 0x1FFFFFFF) == 0x10000000
    if middle.any():
        rest = _rest(product, c, total)
        away = np.nextafter(total, np.copysign(np.inf, rest))
        total = np.where(middle & (rest != 0), away, total)
    return total.astype(f32)


def _fma_double(a: Array, b: Array, c: Array) -> Array:
    """The same: a product in two parts, after Dekker."""
    product = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    rest = a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2
    total = product + c
    return total + (_rest(product, c, total) + rest)


def _rest(x: Array, y: Array, total: Array) -> Array:
    """What ``x + y`` lost by rounding, after Knuth."""
    back = total - x
    return (x - (total - back)) + (y - back)


def _halves(x: Array) -> tuple[Array, Array]:
    """Two numbers of half the digits, of which `x` is the sum."""
    big = x * 134217729.0  # 2**27 + 1
    high = big - (big - x)
    return high, x - high


# --- The one that is used where none is named ---

default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the stream that is used where no generator is named.

    Parameters
    ----------
    seed : int
        As for :meth:`Generator.manual_seed`.

    Returns
    -------
    Generator
        The generator.

    Examples
    --------
    >>> from micrograd.tensors import manual_seed
    >>> manual_seed(42).integers(0, 100, 3).tolist()
    [42, 67, 76]
    """
    return default_generator.manual_seed(seed)


def initial_seed() -> int:
    """Give the seed from which that stream was started.

    Returns
    -------
    int
        The seed.

    Examples
    --------
    >>> from micrograd.tensors import initial_seed, manual_seed
    >>> _ = manual_seed(42)
    >>> initial_seed()
    42
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Give the state of that stream, to be kept beside a model.

    Returns
    -------
    Tensor
        As of :meth:`Generator.get_state`.

    Examples
    --------
    >>> from micrograd.tensors import get_rng_state, rand, set_rng_state
    >>> state = get_rng_state()
    >>> x = rand(1)
    >>> set_rng_state(state)
    >>> rand(1) == x
    tensor([True])
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Let that stream go on from where a state was taken.

    Parameters
    ----------
    new_state : Tensor
        What :func:`get_rng_state` has given.

    Raises
    ------
    OptionError
        If it is anything else.

    Examples
    --------
    >>> from micrograd.tensors import get_rng_state, set_rng_state
    >>> set_rng_state(get_rng_state())
    """
    default_generator.set_state(new_state)
