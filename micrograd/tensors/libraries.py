"""What array libraries disagree on, in one file.

Rows are written in the words of the array API standard, which NumPy, CuPy,
JAX and, by way of ``array_api_compat``, PyTorch speak.  What the standard
does not say, or says otherwise than PyTorch, is settled here: where
functions are found, which type a result has, how numbers are added at
repeated indices, who has an error function, and what becomes of memory.

Notation: ``xp`` the functions of a library; a *kind* of type is one of
truths, whole numbers and floats, in this order.

Leaves out: complex numbers.

Sources: the array API standard, 2023.12; PyTorch's page on type promotion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any

import numpy as np

from micrograd.errors import NumberError, OptionError, optional

__all__ = [
    "FLOAT",
    "add_at",
    "astype",
    "calmly",
    "common_type",
    "device_of",
    "erf",
    "exp_in_place",
    "expect",
    "from_numpy_array",
    "full_as",
    "gpu_library",
    "holds",
    "is_array",
    "is_basic",
    "is_frozen",
    "keep_memory",
    "kind",
    "namespace",
    "numpy_type",
    "of_kind",
    "pick",
    "put",
    "share_memory",
    "shown",
    "to_numpy",
    "together",
    "whole",
    "write",
    "zeros_near",
]

Array = Any
float32, float64 = np.dtype("float32"), np.dtype("float64")
int32, int64, truth = map(np.dtype, ("int32", "int64", "bool"))
uint8, int8, int16 = map(np.dtype, ("uint8", "int8", "int16"))
FLOAT = float32  # of numbers that have no type of their own


# --- Where functions are found ---

NAMESPACES: dict[type, Any] = {np.ndarray: np, np.float32: np, np.float64: np}


def namespace(x: Array) -> Any:
    """Find the functions for an array.

    Parameters
    ----------
    x : array
        Of any library that follows the standard.

    Returns
    -------
    module
        The functions.

    Raises
    ------
    MissingPackageError
        If the library needs ``array_api_compat`` and that is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import namespace
    >>> namespace(np.ones(3)) is np
    True
    """
    found = NAMESPACES.get(type(x))
    if found is None:
        found = NAMESPACES[type(x)] = _ask(x)
    return found


def _ask(x: Array) -> Any:
    if isinstance(x, (np.ndarray, np.generic)):
        return np
    if hasattr(x, "__array_namespace__"):
        return x.__array_namespace__()
    asked = f"arrays of {library(x)} need array_api_compat"
    do = "run: pip install array-api-compat"
    return optional("array_api_compat", asked, do).array_namespace(x)


# --- What a recording asks of us ---


class Diverged(Exception):  # noqa: N818 - nothing is wrong
    """A replay met numbers that its recording does not fit."""


def expect(x: Array, found: bool) -> bool:
    """Go on if a condition is what it was when it was recorded.

    Parameters
    ----------
    x : array
        The condition.
    found : bool
        What it was.

    Returns
    -------
    bool
        What it is.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import expect
    >>> expect(np.array(True), True)
    True
    """
    if bool(x) != found:
        raise Diverged
    return found


def holds(x: Array) -> bool:
    """Tell whether a condition holds; recorded, it must hold ever after.

    Parameters
    ----------
    x : array
        The condition.

    Returns
    -------
    bool
        What it is now.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import holds
    >>> holds(np.array([False]))
    False
    """
    ask = getattr(x, "__expect__", None)
    return bool(x) if ask is None else ask()


def shown(x: Array) -> Array:
    """Give the numbers of an array for an error, also while recorded.

    Parameters
    ----------
    x : array
        The array.

    Returns
    -------
    array
        Its numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import shown
    >>> shown(np.ones(1))
    array([1.])
    """
    return x.value if hasattr(x, "__record__") else x


def whole(function: Callable[..., Array]) -> Callable[..., Array]:
    """Have a function of arrays recorded as one operation.

    Parameters
    ----------
    function : callable
        What it gives has a shape that no number decides.

    Returns
    -------
    callable
        The same function.

    Examples
    --------
    >>> from micrograd.tensors.libraries import whole
    >>> whole(abs)(-2.0)
    2.0
    """

    @wraps(function)
    def run(*operands: Any, **how: Any) -> Array:
        for x in operands:
            record = getattr(x, "__record__", None)
            if record is not None:
                return record(function, operands, how)
        return function(*operands, **how)

    return run


def zeros_near(
    shape: tuple[int, ...], dtype: Any, *operands: Array
) -> Array:
    """Make zeros that some operands are to be written into.

    Parameters
    ----------
    shape : tuple of int
        The shape.
    dtype : type
        The type of the numbers.
    *operands : array
        What will be written, and where.

    Returns
    -------
    array
        The zeros.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import zeros_near
    >>> zeros_near((2,), np.float32, np.ones(2))
    array([0., 0.], dtype=float32)
    """
    for x in operands:
        if hasattr(x, "__record__"):
            return namespace(x).zeros(shape, dtype=dtype)
    return np.zeros(shape, dtype)


def library(x: Array) -> str:
    """The name of the library that an array is from."""
    return type(x).__module__.partition(".")[0]


@cache
def erf(xp: Any) -> Callable[[Array], Array]:
    """Find the error function, which no standard has.

    Parameters
    ----------
    xp : module
        The functions of a library.

    Returns
    -------
    callable
        SciPy's for NumPy's arrays; without SciPy the standard library's,
        number by number.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import erf
    >>> erf(np)(np.array([0.0, 1.0])).round(4).tolist()
    [0.0, 0.8427]
    """
    for owner in (xp, getattr(xp, "special", xp)):
        if hasattr(owner, "erf"):
            return owner.erf
    name = xp.__name__.partition(".")[0]
    homes = {"numpy": "scipy.special", "jax": "jax.scipy.special"}
    homes |= {"cupy": "cupyx.scipy.special"}
    try:
        home = __import__(homes[name], fromlist=["erf"])
    except (ImportError, KeyError):
        return whole(lambda x: _each_erf(np if name == "numpy" else xp, x))
    return home.erf


def _each_erf(xp: Any, x: Array) -> Array:
    flat = [math.erf(float(v)) for v in xp.reshape(x, (-1,))]
    return xp.reshape(xp.asarray(flat, dtype=x.dtype), x.shape)


def exp_in_place(x: Array) -> Array:
    """Compute exponentials where the numbers are, if the library can.

    Parameters
    ----------
    x : array
        Nobody else's numbers.

    Returns
    -------
    array
        The exponentials.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import exp_in_place
    >>> exp_in_place(np.zeros(1))
    array([1.])
    """
    if isinstance(x, np.ndarray) and x.ndim:
        return np.exp(x, out=x)
    return namespace(x).exp(x)


def calmly(function: Callable[..., Any], *operands: Any) -> Any:
    """Compute as IEEE 754 does, without NumPy's warnings.

    Parameters
    ----------
    function : callable
        What to call.
    *operands : object
        What to call it with.

    Returns
    -------
    object
        What it gives.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import calmly
    >>> calmly(np.log, np.zeros(1))
    array([-inf])
    """
    if CALM is None:
        with np.errstate(all="ignore"):
            return function(*operands)
    token = SETTING.set(CALM)
    try:
        return function(*operands)
    finally:
        SETTING.reset(token)


CALM: Any = None
try:  # what errstate does, in a tenth of its time, which every node pays
    from numpy._core import umath

    SETTING = umath._extobj_contextvar  # noqa: SLF001
    CALM = umath._make_extobj(all="ignore")  # noqa: SLF001
except (AttributeError, ImportError):
    pass


# --- Types of results ---


@cache
def kind(dtype: Any) -> int:
    """Tell truths, whole numbers and floats apart.

    Parameters
    ----------
    dtype : type of any library
        The type.

    Returns
    -------
    int
        0, 1 or 2.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import kind
    >>> kind(np.dtype("int64"))
    1
    """
    name = str(dtype)
    return 2 if "float" in name else 0 if "bool" in name else 1


CONVERT = (  # what makes truths, whole numbers and floats of others
    "compare, as in mask != 0, or call .bool()",
    "call .long() first",
    "call .float() first",
)


def of_kind(dtype: Any, wanted: int, asked: str) -> None:
    """Refuse numbers of another kind, and say how to convert them.

    Parameters
    ----------
    dtype : type of any library
        What they are.
    wanted : int
        What they should be, as :func:`kind` tells it.
    asked : str
        The same in words, for the error.

    Raises
    ------
    NumberError
        If they are of another kind.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import of_kind
    >>> asked = "mean() takes floats"
    >>> of_kind(np.dtype("int64"), 2, asked)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.NumberError: mean() takes floats but got int64; call ...
    """
    if kind(dtype) != wanted:
        raise NumberError(asked, str(dtype), CONVERT[wanted])


@cache
def _numpy_type(dtype: Any) -> np.dtype[Any]:
    return np.dtype(str(dtype).rpartition(".")[2])


def numpy_type(x: Array) -> np.dtype[Any]:
    """Tell the type of an array in NumPy's words.

    Parameters
    ----------
    x : array
        Of any library.

    Returns
    -------
    NumPy type
        The type of the same name.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import numpy_type
    >>> numpy_type(np.ones(2))
    dtype('float64')
    """
    dtype = x.dtype
    return dtype if type(x) is np.ndarray else _numpy_type(dtype)


def astype(x: Array, dtype: np.dtype[Any]) -> Array:
    """Change the type of the numbers.

    Parameters
    ----------
    x : array
        Of any library.
    dtype : NumPy type
        The new type.

    Returns
    -------
    array
        A copy.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import astype
    >>> astype(np.array([1.5]), np.dtype("int64"))
    array([1])
    """
    if isinstance(x, (np.ndarray, np.generic)):
        return x.astype(dtype)
    xp = namespace(x)
    return xp.astype(x, getattr(xp, np.dtype(dtype).name))


def full_as(number: float, like: Array) -> Array:
    """Make a number an array without axes, of the type of another.

    Parameters
    ----------
    number : float
        The number.
    like : array
        Of any library.

    Returns
    -------
    array
        The number.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import full_as
    >>> full_as(0.5, np.ones(2, np.float32))
    array(0.5, dtype=float32)
    """
    if library(like) == "dask":
        return namespace(like).asarray(number, dtype=like.dtype)
    xp = namespace(like)
    return xp.asarray(number, dtype=like.dtype, device=like.device)


NUMBERS = {bool: truth, int: int64, float: FLOAT}


def common_type(operands: Sequence[Any]) -> np.dtype[Any]:
    """Choose the type of a result as PyTorch does.

    A float beats a whole number and that a truth.  Among the operands of
    the winning kind arrays with axes decide; only without them arrays
    without axes; and only without these Python's numbers.

    Parameters
    ----------
    operands : sequence of array, float, int or bool
        What is computed with.

    Returns
    -------
    NumPy type
        The type; that of a Python float is float32.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import common_type
    >>> common_type([np.ones(2, np.int64), np.ones(2, np.float32)])
    dtype('float32')
    >>> common_type([np.ones(2, np.float32), np.ones(())])
    dtype('float32')
    >>> common_type([np.ones(2, np.int32), 0.5])
    dtype('float32')
    """
    levels: list[list[np.dtype[Any]]] = [[], [], []]
    for x in operands:
        dtype = getattr(x, "dtype", None)
        if dtype is None:
            levels[2].append(NUMBERS[type(x)])
        else:
            levels[x.ndim == 0].append(numpy_type(x))
    best = max(kind(dtype) for level in levels for dtype in level)
    chosen = [[d for d in level if kind(d) == best] for level in levels]
    return np.result_type(*next(filter(None, chosen)))


# --- Numbers added at their places ---

ONE_HOT = 1 << 22  # up to this many numbers a product is quicker


def is_basic(index: Any) -> bool:
    """Tell whether an index picks each place at most once, as slices do.

    Parameters
    ----------
    index : object, or tuple of them
        What stands between the brackets.

    Returns
    -------
    bool
        False if there are lists or arrays in it.

    Examples
    --------
    >>> from micrograd.tensors.libraries import is_basic
    >>> is_basic((0, slice(2), None)), is_basic([0, 0])
    (True, False)
    """
    parts = _parts(index)
    plain = (int, slice, type(None), type(...), np.integer)
    return all(
        isinstance(part, plain) and not isinstance(part, bool)
        for part in parts
    )


def add_at(x: Array, index: Any, shape: tuple[int, ...]) -> Array:
    """Add numbers into zeros, each at its place; places may repeat.

    Parameters
    ----------
    x : array
        The numbers.
    index : object, or tuple of them
        Where they go.
    shape : tuple of int
        The shape of the result.

    Returns
    -------
    array
        The sums.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import add_at
    >>> add_at(np.ones(3), np.array([0, 2, 0]), (4,))
    array([2., 0., 1., 0.])
    """
    name = library(x)
    if name in OTHERS:
        return OTHERS[name](x, index, shape)
    out = zeros_near(shape, x.dtype, x, *_parts(index))
    if is_basic(index):
        out[index] = x
    elif _picks_rows(index, shape):
        out = _add_rows(x.reshape(-1, shape[1]), index.reshape(-1), shape)
    else:
        np.add.at(out, index, x)
    return out


def _parts(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def _picks_rows(index: Any, shape: tuple[int, ...]) -> bool:
    whole = isinstance(index, np.ndarray) and index.dtype.kind in "iu"
    return whole and index.ndim > 0 and len(shape) == 2


def _add_rows(x: Array, rows: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of an embedding: a product, or sums of sorted rows."""
    if x.dtype.kind == "f" and shape[0] * len(rows) <= ONE_HOT:
        hot = zeros_near((shape[0], len(rows)), x.dtype, rows)
        hot[rows, np.arange(len(rows))] = 1
        return hot @ x
    return _add_sorted_rows(x, rows, shape)


@whole
def _add_sorted_rows(x: Array, rows: Array, shape: tuple[int, ...]) -> Array:
    out = np.zeros(shape, x.dtype)
    order = np.argsort(rows % shape[0], kind="stable")
    rows = rows[order] % shape[0]
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    out[rows[starts]] = np.add.reduceat(x[order], starts, axis=0)
    return out


def pick(x: Array, index: Any) -> Array:
    """Pick numbers by what stands between brackets.

    Parameters
    ----------
    x : array
        Of any library.
    index : object, or tuple of them
        Slices, numbers, arrays, as NumPy has them.

    Returns
    -------
    array
        The numbers; not always a view where NumPy's is one.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import pick
    >>> pick(np.array([1.0, 2.0, 3.0]), slice(None, None, -1))
    array([3., 2., 1.])
    """
    name = library(x)
    if name == "torch":
        index = _near(index, x)
    if name != "dask" and not (name == "torch" and _turns(index)):
        return x[index]
    at = _places(index, x.shape)
    return x.reshape(-1)[at.reshape(-1)].reshape(at.shape)


def _near(index: Any, x: Array) -> tuple[Any, ...]:
    """The parts of an index, arrays of NumPy moved to where `x` is."""
    return tuple(
        from_numpy_array(part, x) if isinstance(part, np.ndarray) else part
        for part in _parts(index)
    )


def _turns(index: Any) -> bool:
    """Whether a slice goes backwards, which PyTorch has not."""
    parts = _parts(index)
    return any(isinstance(p, slice) and (p.step or 1) < 0 for p in parts)


def _places(index: Any, shape: tuple[int, ...]) -> Any:
    """Where each picked number lies, counted through all numbers."""
    known = tuple(to_numpy(p) if is_array(p) else p for p in _parts(index))
    at = np.arange(math.prod(shape)).reshape(shape)[known]
    return at.copy()  # no strides that go backwards


def _add_at_torch(x: Array, index: Any, shape: tuple[int, ...]) -> Array:
    parts, out = _near(index, x), x.new_zeros(shape)
    if parts and all(map(is_array, parts)):
        return out.index_put_(parts, x, accumulate=True)
    if is_basic(index) and not _turns(index):
        out[index] = x
        return out
    at = from_numpy_array(_places(index, shape).reshape(-1), x)
    flat = out.reshape(-1).index_put_((at,), x.reshape(-1), accumulate=True)
    return flat.reshape(shape)


def _add_at_jax(x: Array, index: Any, shape: tuple[int, ...]) -> Array:
    return namespace(x).zeros(shape, dtype=x.dtype).at[index].add(x)


def _add_at_dask(x: Array, index: Any, shape: tuple[int, ...]) -> Array:
    """By picking alone: as often as the most frequent place occurs."""
    xp, at = namespace(x), _places(index, shape).reshape(-1)
    last = xp.concat([x.reshape(-1), xp.zeros(1, dtype=x.dtype)])
    out = xp.zeros(math.prod(shape), dtype=x.dtype)
    left = np.arange(at.size)
    while left.size:
        found, first = np.unique(at[left], return_index=True)
        where = np.full(math.prod(shape), at.size)
        where[found] = left[first]
        out = out + last[where]
        left = np.delete(left, first)
    return out.reshape(shape)


def _add_at_cupy(x: Array, index: Any, shape: tuple[int, ...]) -> Array:
    import cupyx

    out = namespace(x).zeros(shape, dtype=x.dtype)
    cupyx.scatter_add(out, index, x)
    return out


OTHERS = {
    "cupy": _add_at_cupy,
    "torch": _add_at_torch,
    "jax": _add_at_jax,
    "jaxlib": _add_at_jax,
    "dask": _add_at_dask,
}


# --- From one library to another ---

GPU = ("cupy", "torch")  # who is asked for one, in this order


def is_array(x: Any) -> bool:
    """Tell arrays of any library, and numbers of NumPy, from all else.

    Parameters
    ----------
    x : object
        Anything.

    Returns
    -------
    bool
        Whether it has a shape and numbers of one type.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import is_array
    >>> is_array(np.ones(2)), is_array(2.0)
    (True, False)
    """
    if _of_numpy(x):
        return True
    typed = hasattr(x, "dtype") and hasattr(x, "ndim")
    return typed and not hasattr(x, "__primitive__")


def to_numpy(x: Array) -> Any:
    """Give the same numbers as an array of NumPy, or one being recorded.

    Parameters
    ----------
    x : array
        Of any library, on any device.

    Returns
    -------
    array
        It shares memory with `x` where that can be.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import to_numpy
    >>> to_numpy(np.ones(2))
    array([1., 1.])
    """
    if isinstance(x, np.ndarray):
        return x
    if library(x) == "torch":
        return x.numpy(force=True)
    return x.get() if library(x) == "cupy" else np.asarray(x)


def from_numpy_array(x: Any, like: Array) -> Array:
    """Give the same numbers as an array of another library.

    Parameters
    ----------
    x : array
        Of NumPy.
    like : array
        Of the library, and on the device.

    Returns
    -------
    array
        The numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import from_numpy_array
    >>> from_numpy_array(np.ones(2), like=np.zeros(1))
    array([1., 1.])
    """
    if isinstance(like, (np.ndarray, np.generic)):
        return x
    x = np.ascontiguousarray(x) if x.ndim else x  # no negative strides
    if library(like) == "dask":
        return namespace(like).asarray(x, chunks=-1)
    return namespace(like).asarray(x, device=like.device)


def together(arrays: Sequence[Any], fixed: Sequence[bool]) -> list[Any]:
    """Bring constants of NumPy to the library that the others are of.

    Parameters
    ----------
    arrays : sequence of array or number
        What is computed with.
    fixed : sequence of bool
        Which of them cannot be moved, since a gradient flows there.

    Returns
    -------
    list of array or number
        All of one library.

    Raises
    ------
    OptionError
        If they are of several.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import together
    >>> together([np.ones(2), 1.0], [True, False])
    [array([1., 1.]), 1.0]
    """
    others = [x for x in arrays if is_array(x) and not _of_numpy(x)]
    if not others:
        return list(arrays)
    found = []
    for x, stays in zip(arrays, fixed, strict=True):
        strange = is_array(x) and library(x) != library(others[0])
        if strange and (stays or not _of_numpy(x)):
            asked = "an operation takes arrays of one library"
            given = f"one of {library(x)} beside one of {library(others[0])}"
            raise OptionError(asked, given, "move it with .to(other.device)")
        found.append(from_numpy_array(x, others[0]) if strange else x)
    return found


def _of_numpy(x: Any) -> bool:
    return isinstance(x, (np.ndarray, np.generic))


def device_of(x: Array) -> str:
    """Where an array is: what :func:`put` takes.

    Parameters
    ----------
    x : array
        Of any library.

    Returns
    -------
    str
        ``"cpu"`` for NumPy, ``"cuda:0"`` for a GPU; a library that has its
        own arrays beside these goes before it, ``"jax:cpu"``.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import device_of
    >>> device_of(np.ones(2))
    'cpu'
    """
    name = library(x)
    if _of_numpy(x):
        return "cpu"
    if name == "cupy":
        return f"cuda:{x.device.id}"
    if name in ("jaxlib", "jax"):
        (one,) = x.devices()
        return f"jax:{one.platform}:{one.id}"
    if name == "torch" and x.device.type != "cpu":
        return str(x.device)
    return f"{name}:cpu"


def put(x: Array, device: Any) -> Array:
    """Move an array to a device, or to another library.

    Parameters
    ----------
    x : array
        Of any library.
    device : str
        ``"cpu"`` or ``"cuda"``, with a number after a colon if there are
        several; or a library, with a device of its own after a colon:
        ``"torch"``, ``"jax"``, ``"dask"``, ``"cupy"``.

    Returns
    -------
    array
        The numbers; `x` itself if it is there.

    Raises
    ------
    OptionError
        If there is no such device.
    MissingPackageError
        If the library is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import put
    >>> x = np.ones(2)
    >>> put(x, "cpu") is x
    True
    """
    device = str(device)
    if device == device_of(x):
        return x
    name, _, rest = device.partition(":")
    if name in ("cpu", "numpy"):
        return to_numpy(x)
    if name == "cuda":
        name, rest = gpu_library() or _no_device(device), device
    if name not in PUT:
        _no_device(device)
    asked = f'device="{device}" needs the package {name}'
    do = f"install {name}, or leave device= out"
    return PUT[name](optional(name, asked, do), to_numpy(x), rest)


def _no_device(device: str) -> Any:
    asked = "device= takes a device that is there"
    raise OptionError(asked, f"{device!r}", "leave it out for the CPU")


@cache
def gpu_library() -> str | None:
    """Find the library whose arrays live on a GPU, if there is one.

    Returns
    -------
    str or None
        CuPy if it is installed and finds a GPU, else PyTorch if it does.

    Examples
    --------
    >>> from micrograd.tensors.libraries import gpu_library
    >>> gpu_library() in ("cupy", "torch", None)
    True
    """
    for name in GPU:
        try:
            if __import__(name).cuda.is_available():
                return name
        except ImportError:
            continue
    return None


def _put_jax(jax: Any, x: Any, rest: str) -> Array:
    kind, _, number = rest.partition(":")
    place = jax.devices(kind or None)[int(number or 0)]
    return jax.device_put(jax.numpy.asarray(x), place)


def _put_cupy(cupy: Any, x: Any, rest: str) -> Array:
    with cupy.cuda.Device(int(rest.partition(":")[2] or 0)):
        return cupy.asarray(x)


def _put_dask(dask: Any, x: Any, rest: str) -> Array:
    home = __import__("dask.array", fromlist=["from_array"])
    return home.from_array(x, chunks=-1)


PUT: dict[str, Callable[[Any, Any, str], Array]] = {
    "torch": lambda torch, x, rest: torch.tensor(x, device=rest or "cpu"),
    "jax": _put_jax,
    "cupy": _put_cupy,
    "dask": _put_dask,
}


# --- Memory ---


def share_memory(z: Array, x: Array) -> bool:
    """Tell whether a result looks at the memory of an operand.

    Parameters
    ----------
    z, x : array
        Of one library.

    Returns
    -------
    bool
        If so, a change to one changes the other.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import share_memory
    >>> x = np.ones(3)
    >>> share_memory(x[1:], x), share_memory(x + 1, x)
    (True, False)
    """
    if z is x:
        return not is_frozen(x)
    if hasattr(z, "__record__"):  # both of them traced
        z, x = z.value, x.value
    if type(z) is np.ndarray is type(x):
        if z.base is None:
            return False
        return z.base is x or z.base is x.base or np.may_share_memory(z, x)
    name = library(z)
    if name == "torch" == library(x):
        ours, theirs = z.untyped_storage(), x.untyped_storage()
        return bool(ours.data_ptr() == theirs.data_ptr() != 0)
    both = name == "cupy" == library(x)
    return both and namespace(z).may_share_memory(z, x)


def is_frozen(x: Array) -> bool:
    """Tell whether an array cannot be changed in place.

    Parameters
    ----------
    x : array
        Of any library.

    Returns
    -------
    bool
        True of JAX and of Dask.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import is_frozen
    >>> is_frozen(np.ones(2))
    False
    """
    return library(x) in ("dask", "jax", "jaxlib")


def write(x: Array, index: Any, numbers: Array) -> Array:
    """Put numbers into an array; give the array that has them.

    Parameters
    ----------
    x : array
        Of any library.
    index : object, or tuple of them
        Where; an ellipsis for all places.
    numbers : array
        What to put there.

    Returns
    -------
    array
        The same array, or, of JAX and Dask, another one.

    Raises
    ------
    NumberError
        If only a part of an array of those libraries should change.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.libraries import write
    >>> write(np.zeros(2), 1, np.ones(()))
    array([0., 1.])
    """
    if library(numbers) != library(x):
        numbers = from_numpy_array(to_numpy(numbers), x)
    if not is_frozen(x):
        x[index] = numbers
        return x
    if index is not ...:
        asked = f"arrays of {library(x)} cannot be changed in part"
        do = "compute a new tensor, with where() or cat()"
        raise NumberError(asked, "an assignment to some places", do)
    return namespace(x).broadcast_to(astype(numbers, numpy_type(x)), x.shape)


def keep_memory() -> None:
    """Have the C library keep what arrays give back, on Linux.

    The C library of GNU returns a large array to the system as soon as it
    is dropped, and asks for it again page by page.  In the steps of a
    training loop that takes as long as the arithmetic.  It stops doing so
    once a block of almost 32 MiB was dropped; elsewhere nothing happens.

    Examples
    --------
    >>> from micrograd.tensors.libraries import keep_memory
    >>> keep_memory()
    """
    block = np.empty((32 << 20) - (1 << 16), np.uint8)
    del block
