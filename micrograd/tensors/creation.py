"""Functions that make tensors: from lists, filled, counted, drawn.

Numbers without a type of their own become float32, as in PyTorch, whole
ones int64.

Notation: `size` a shape, as several numbers or as one tuple; `dtype` a type
in NumPy's words, such as ``micrograd.tensors.float64``.

Leaves out: anything with a gradient of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from micrograd.errors import NumberError, OptionError
from micrograd.namespaces import to_choice
from micrograd.recording import state
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.functions import size_of
from micrograd.tensors.libraries import FLOAT, NUMBERS, kind, put
from micrograd.tensors.random import Generator, default_generator

__all__ = [
    "BoolTensor",
    "DoubleTensor",
    "FloatTensor",
    "IntTensor",
    "LongTensor",
    "arange",
    "as_tensor",
    "bernoulli",
    "empty",
    "empty_like",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "get_default_dtype",
    "is_tensor",
    "linspace",
    "logspace",
    "meshgrid",
    "multinomial",
    "normal",
    "ones",
    "ones_like",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "set_default_dtype",
    "tensor",
    "zeros",
    "zeros_like",
]

DType = Any


def _type(dtype: DType) -> np.dtype[Any]:
    return FLOAT if dtype is None else np.dtype(dtype)


def get_default_dtype() -> np.dtype[Any]:
    """Tell the type of floats that have no type of their own.

    Returns
    -------
    type
        ``float32``, unless :func:`set_default_dtype` has set another.

    Examples
    --------
    >>> from micrograd.tensors import get_default_dtype
    >>> get_default_dtype()
    dtype('float32')
    """
    return FLOAT


def set_default_dtype(d: DType) -> None:
    """Set the type of floats that have no type of their own.

    It holds for the process: a program calls it once, at its beginning.

    Parameters
    ----------
    d : type
        ``float32`` or ``float64``.

    Raises
    ------
    OptionError
        If it is another.

    Examples
    --------
    >>> from micrograd.tensors import float32, float64, ones
    >>> from micrograd.tensors import set_default_dtype
    >>> set_default_dtype(float64)
    >>> ones(1).dtype
    dtype('float64')
    >>> set_default_dtype(float32)
    """
    dtype = np.dtype(d)
    if dtype.name not in ("float32", "float64"):
        asked = "set_default_dtype() takes float32 or float64"
        raise OptionError(asked, f"{dtype}", "convert tensors one by one")
    NUMBERS[float] = dtype
    for name, module in list(sys.modules.items()):
        if name.startswith("micrograd.tensors") and hasattr(module, "FLOAT"):
            vars(module)["FLOAT"] = dtype  # read there as often as needed


def _finish(array: Any, requires_grad: bool, device: Any = None) -> Tensor:
    """A new tensor; the last two arguments of all functions here."""
    if not hasattr(array, "__record__"):
        array = np.asarray(array)
        array = array if device is None else put(array, device)
        recorder = getattr(state.get().witness, "recorder", None)
        if recorder is not None:  # the function may change it in place
            array = recorder.fresh(array)
    return Tensor(array, requires_grad=requires_grad)


# --- From numbers ---


@documented
def tensor(
    data: Any,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Make a tensor of numbers in nested lists; they are copied.

    data : number, list, array or Tensor
        The numbers.

    >>> from micrograd.tensors import tensor
    >>> tensor([[1, 2], [3, 4]]), tensor(0.5)
    (tensor([[1, 2],
            [3, 4]]), tensor(0.5000))
    """
    types: set[Any] = set()
    if isinstance(data, (list, tuple)):
        data = _plain(data, types)
    try:
        array = np.array(getattr(data, "array", data), dtype=dtype)
    except ValueError as error:
        asked = "tensor(data) takes lists of equal length"
        raise NumberError(asked, str(error), "pad the short ones") from None
    if array.dtype == object or array.dtype.kind not in "fiub":
        asked = "tensor(data) takes numbers"
        do = "convert words to numbers first"
        raise NumberError(asked, f"the type {array.dtype}", do)
    typed = hasattr(data, "dtype") or dtype is not None
    if kind(array.dtype) == 2 and not typed and DOUBLE not in types:
        array = array.astype(FLOAT)
    return _finish(array, requires_grad, device)


DOUBLE = np.dtype("float64")


def _plain(data: Any, types: set[Any]) -> Any:
    """Lists without tensors, and the types of what has one.

    A tensor of one number is that number, whatever its shape.
    """
    if isinstance(data, (list, tuple)):
        return [_plain(one, types) for one in data]
    if isinstance(data, (Tensor, np.ndarray, np.generic)):
        types.add(data.dtype)
    if isinstance(data, Tensor):
        return data.item() if data.numel() == 1 else data.tolist()
    return data


def _typed(name: str, dtype: str) -> Callable[..., Tensor]:
    """The old way of naming a type: ``LongTensor([1, 2])``."""

    def function(*data: Any) -> Tensor:
        if not data or isinstance(data[0], int):
            return zeros(data or (0,), dtype=dtype)
        return tensor(data[0], dtype=dtype)

    vars(function)["dtype"] = np.dtype(dtype)  # so that .type() takes it
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""Make a tensor of the type {dtype}.

    data : list, array or Tensor; or int
        The numbers; or lengths of axes, along which there are zeros.

    >>> from micrograd.tensors import {name}
    >>> {name}([0, 1]).dtype.name
    '{dtype}'
    """
    return documented(function)


FloatTensor = _typed("FloatTensor", "float32")
DoubleTensor = _typed("DoubleTensor", "float64")
LongTensor = _typed("LongTensor", "int64")
IntTensor = _typed("IntTensor", "int32")
BoolTensor = _typed("BoolTensor", "bool")


@documented
def as_tensor(data: Any, dtype: DType = None, device: Any = None) -> Tensor:
    """Make a tensor of numbers that shares memory with them if it can.

    data : number, list, array or Tensor
        The numbers.

    >>> from micrograd.tensors import as_tensor
    >>> as_tensor([1.0, 2.0])
    tensor([1., 2.])
    """
    if isinstance(data, np.ndarray):
        data = make(data)
    if isinstance(data, Tensor):
        return data if dtype is None else data.type(dtype)
    return tensor(data, dtype, device)


@documented
def is_tensor(x: Any) -> bool:
    """Tell whether something is a tensor.

    x : object
        Anything.
    returns : bool
        Whether it is.

    >>> from micrograd.tensors import is_tensor, tensor
    >>> is_tensor(tensor(1)), is_tensor(1)
    (True, False)
    """
    return isinstance(x, Tensor)


@documented
def from_numpy(array: Any) -> Tensor:
    """Make a tensor that shares the memory of an array.

    array : array
        The numbers.

    >>> import numpy as np
    >>> from micrograd.tensors import from_numpy
    >>> a = np.zeros(2)
    >>> t = from_numpy(a)
    >>> a[0] = 1.0
    >>> t
    tensor([1., 0.], dtype=torch.float64)
    """
    return make(array)


# --- Filled ---


def _filled(name: str, value: float) -> Callable[..., Tensor]:
    def function(
        *lengths: Any,
        size: Any = None,
        dtype: DType = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        shape = size_of(lengths if size is None else [size])
        array = np.full(shape, value, _type(dtype))
        return _finish(array, requires_grad, device)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""Make a tensor filled with {value:.0f}.

    >>> from micrograd.tensors import {name}
    >>> {name}(2)
    tensor([{value:.0f}., {value:.0f}.])
    """
    return documented(function)


zeros, ones = _filled("zeros", 0.0), _filled("ones", 1.0)
empty = _filled("empty", 0.0)


@documented
def full(
    size: Any,
    fill_value: float,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Make a tensor filled with a number, whose type it has.

    fill_value : float
        The number.

    >>> from micrograd.tensors import full
    >>> full((2,), 0.5)
    tensor([0.5000, 0.5000])
    """
    array = np.full(size, fill_value, dtype)
    if dtype is None and kind(array.dtype) == 2:
        array = array.astype(FLOAT)
    return _finish(array, requires_grad, device)


def _like(name: str, make_one: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def function(
        like: Tensor,
        dtype: DType = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        return make_one(
            like.shape,
            dtype=like.dtype if dtype is None else dtype,
            device=like.device if device is None else device,
            requires_grad=requires_grad,
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""Make one as ``{name[:-5]}``, of the same shape.

    >>> from micrograd.tensors import ones, {name}
    >>> {name}(ones(2, 3)).shape
    (2, 3)
    """
    return documented(function)


zeros_like, ones_like = _like("zeros_like", zeros), _like("ones_like", ones)
empty_like = _like("empty_like", empty)


@documented
def full_like(
    like: Tensor,
    fill_value: float,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Make one as ``full``, of a known shape and type.

    fill_value : float
        The number.

    >>> from micrograd.tensors import full_like, ones
    >>> full_like(ones(2), 3)
    tensor([3., 3.])
    """
    dtype = like.dtype if dtype is None else dtype
    device = like.device if device is None else device
    return full(like.shape, fill_value, dtype, device, requires_grad)


@documented
def eye(
    n: int,
    m: int | None = None,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Make a matrix with 1 on its diagonal and 0 elsewhere.

    n : int
        How many rows.
    m : int, optional
        How many columns; by default as many.

    >>> from micrograd.tensors import eye
    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _finish(np.eye(n, m, dtype=_type(dtype)), requires_grad, device)


# --- Counted ---


@documented
def arange(
    *limits: float,
    start: float = 0,
    end: float | None = None,
    step: float = 1,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Count, as ``range`` does, also in fractions.

    limits : float
        Where to stop; or start and stop; or start, stop and step.
    start : float, optional
        Where to start, by name.
    end : float, optional
        Where to stop, by name.
    step : float, optional
        How far apart, by name.

    >>> from micrograd.tensors import arange
    >>> arange(3), arange(0.0, 1.0, 0.5)
    (tensor([0, 1, 2]), tensor([0.0000, 0.5000]))
    """
    if len(limits) < 2:
        last = () if end is None else (end,)
        first = () if limits and last else (start,)
        limits = (*first, *limits, *last)
    given = (*limits, step)[:3]
    array = np.arange(*(getattr(x, "array", x) for x in given))
    if dtype is None:
        dtype = FLOAT if kind(array.dtype) == 2 else np.int64
    return _finish(array.astype(dtype), requires_grad, device)


@documented
def linspace(
    start: float,
    end: float,
    steps: int,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Divide an interval evenly, both ends included.

    start : float
        The first number.
    end : float
        The last.
    steps : int
        How many numbers.

    >>> from micrograd.tensors import linspace
    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    numbers = np.linspace(start, end, steps).astype(_type(dtype))
    return _finish(numbers, requires_grad, device)


@documented
def logspace(
    start: float,
    end: float,
    steps: int,
    base: float = 10.0,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Divide an interval of exponents evenly, and raise a base to them.

    start : float
        The first exponent.
    end : float
        The last.
    steps : int
        How many numbers.
    base : float, optional
        The base.

    >>> from micrograd.tensors import logspace
    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    numbers = np.logspace(start, end, steps, base=base).astype(_type(dtype))
    return _finish(numbers, requires_grad, device)


@documented
def meshgrid(*tensors: Tensor, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Spread the coordinates of a grid over all its points.

    tensors : Tensor
        The coordinates along each axis.
    indexing : {'ij', 'xy'}, optional
        Whether the first axis comes first, or the second.
    returns : tuple of Tensor
        One for each axis, with the number of each point along it.

    >>> from micrograd.tensors import arange, meshgrid
    >>> meshgrid(arange(2), arange(2))[0]
    tensor([[0, 0],
            [1, 1]])
    """
    to_choice(indexing, "meshgrid(indexing=) takes", ("ij", "xy"), " or ")
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    n = len(tensors)
    places = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else range(n)
    lengths = [x.numel() for x in tensors]
    shape = [lengths[i] for i in places]
    rows = (
        x.reshape([-1 if i == j else 1 for j in places])
        for i, x in enumerate(tensors)
    )
    return tuple(x.expand(shape).clone() for x in rows)


# --- Drawn ---


def _drawn(
    name: str, method: Callable[..., Any], what: str
) -> Callable[..., Tensor]:
    def function(
        *lengths: Any,
        size: Any = None,
        generator: Generator | None = None,
        dtype: DType = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        source = generator or default_generator
        shape = size_of(lengths if size is None else [size])
        array = method(source, shape, dtype=_type(dtype))
        return _finish(array, requires_grad, device)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""Draw {what}.

    >>> from micrograd.tensors import Generator, {name}
    >>> {name}(2, 3, generator=Generator().manual_seed(0)).shape
    (2, 3)
    """
    return documented(function)


rand = _drawn("rand", Generator.uniform, "numbers from 0 to 1, without 1")
randn = _drawn("randn", Generator.normal, "normal numbers")
rand_like, randn_like = _like("rand_like", rand), _like("randn_like", randn)


@documented
def randint(
    *limits: Any,
    low: int = 0,
    high: int | None = None,
    size: Any = None,
    generator: Generator | None = None,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Draw whole numbers.

    limits : int, and a tuple of int
        Below what; or from what and below what; then the shape.
    low : int, optional
        The smallest, by name.
    high : int, optional
        Below what, by name.

    >>> from micrograd.tensors import Generator, randint
    >>> randint(0, 10, (5,), generator=Generator().manual_seed(0))
    tensor([4, 9, 3, 0, 3])
    """
    given = [*limits, *(x for x in (high, size) if x is not None)]
    first, last, shape = given if len(given) == 3 else (low, *given)
    array = (generator or default_generator).integers(first, last, shape)
    if dtype is not None:
        array = array.astype(dtype)
    return _finish(array, requires_grad, device)


@documented
def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    generator: Generator | None = None,
    dtype: DType = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Draw normal numbers around a mean.

    mean : float or Tensor, optional
        The mean, or that of each number.
    std : float or Tensor, optional
        The standard deviation, likewise.
    size : int, or tuple of int, optional
        The shape; by default that of these.

    >>> from micrograd.tensors import normal
    >>> normal(3.0, 0.0, (2,))
    tensor([3., 3.])
    """
    draw = (generator or default_generator).normal
    if size is None:
        like = mean if isinstance(mean, Tensor) else std
        return mean + make(draw(like.shape, 0.0, 1.0, like.dtype)) * std
    numbers = draw(size_of([size]), mean, std, _type(dtype))
    return _finish(numbers, requires_grad, device)


@documented
def randperm(
    n: int, generator: Generator | None = None, device: Any = None
) -> Tensor:
    """Draw an order of the numbers below `n`.

    n : int
        How many.

    >>> from micrograd.tensors import Generator, randperm
    >>> randperm(5, generator=Generator().manual_seed(0))
    tensor([4, 0, 1, 3, 2])
    """
    numbers = (generator or default_generator).permutation(n)
    return _finish(numbers, False, device)


@documented
def multinomial(
    x: Tensor,
    num_samples: int,
    replacement: bool = False,
    generator: Generator | None = None,
) -> Tensor:
    """Draw the numbers of columns by their weights.

    x : Tensor
        The weights, one row or several.
    num_samples : int
        How many draws from each row.
    replacement : bool, optional
        Whether a column can be drawn again.

    >>> from micrograd.tensors import Generator, multinomial, tensor
    >>> p, g = tensor([0.6, 0.3, 0.1]), Generator().manual_seed(2147483647)
    >>> multinomial(p, 5, replacement=True, generator=g)
    tensor([1, 1, 1, 0, 0])
    """
    source = generator or default_generator
    return make(source.multinomial(x.array, num_samples, replacement))


@documented
def bernoulli(x: Tensor, generator: Generator | None = None) -> Tensor:
    """Draw 1 with a probability, otherwise 0.

    x : Tensor
        The probabilities.

    >>> from micrograd.tensors import bernoulli, tensor
    >>> bernoulli(tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    drawn = (generator or default_generator).bernoulli(x.array)
    return make(drawn.astype(x.dtype))
