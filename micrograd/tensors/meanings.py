"""Meanings: what a line of NumPy does, in the words of loops.

NumPy says most things in several ways: a sum is ``np.sum``, a method, a
``reduce``, an ``einsum`` or a product with ones.  Here all of them become
one word, a type, and operands over a common shape.  What is not
understood has no meaning, and stays with NumPy.

Notation
--------
where
    The place of a result, and an example of it.

Leaves out: powers, indices, searches, products of matrices.
"""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np

from micrograd.tensors.kernels import KINDS, can
from micrograd.tensors.program import Line
from micrograd.tensors.traced import Traced

__all__ = ["Meaning", "kind_of", "meaning"]

Array = Any
METHOD = np.ndarray
FOLDED = {
    np.sum: "add", METHOD.sum: "add", np.add.reduce: "add",
    np.max: "maximum", METHOD.max: "maximum", np.maximum.reduce: "maximum",
    np.min: "minimum", METHOD.min: "minimum", np.minimum.reduce: "minimum",
    np.all: "logical_and", METHOD.all: "logical_and",
    np.logical_and.reduce: "logical_and",
    np.any: "logical_or", METHOD.any: "logical_or",
    np.logical_or.reduce: "logical_or",
}  # fmt: skip
COPIED = {
    np.copy, METHOD.copy, METHOD.astype, METHOD.flatten, METHOD.ravel,
    np.reshape, METHOD.reshape,
}  # fmt: skip
DOT = "...i,...i->..."
LONGEST = 16_384  # numbers that are added up in one go
WHOLE = 2**31  # Python's integers up to here are constants of loops


class Meaning(NamedTuple):
    """What a line does.

    Attributes
    ----------
    word, kind : str
        The function, and the type that it computes in.
    operands : tuple
        Arrays, traced ones, and numbers.
    shape : tuple of int
        The space of the operands.
    out : tuple
        The place of the result, and its array as spread over the space.
    form : {"full", "fold", "column"}
        What it gives, see :mod:`micrograd.tensors.kernels`.
    inner : int
        How many numbers a fold makes one of.
    """

    word: str
    kind: str
    operands: tuple[Any, ...]
    shape: tuple[int, ...]
    out: tuple[int, Array]
    form: str = "full"
    inner: int = 0


def meaning(line: Line, values: list[Any]) -> Meaning | None:
    """What a line does, if a loop can do it.

    Parameters
    ----------
    line : Line
        The line.
    values : list
        Examples of all results.

    Returns
    -------
    Meaning or None

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.meanings import meaning
    >>> from micrograd.tensors.program import Program
    >>> from micrograd.tensors.traced import Recorder
    >>> recorder = Recorder()
    >>> x = recorder.incoming(np.ones((2, 3)))
    >>> y = x.sum(axis=1)
    >>> (line,) = Program(recorder, [2], [y], []).lines
    >>> found = meaning(line, recorder.values)
    >>> found.word, found.form, found.inner
    ('add', 'fold', 3)
    """
    place = line.place if line.into is None else line.into
    out = values[place]
    if type(out) is not np.ndarray or not out.size or not kind_of(out.dtype):
        return None
    function, args, named = line.call
    read = READINGS.get(function)
    if read is None and isinstance(function, np.ufunc):
        read = _elementwise
    if getattr(function, "__name__", "") == "erf":  # SciPy's, or ours
        read = _error_function
    if read is None or (line.into is not None and read not in WRITING):
        return None
    found: Meaning | None = read(function, args, named, (place, out))
    return None if found is None or 0 in found.shape else found


def kind_of(dtype: Any) -> str:
    """A type as LLVM calls it; nothing if loops do not know it.

    Examples
    --------
    >>> from micrograd.tensors.meanings import kind_of
    >>> kind_of("float32"), kind_of("bool"), kind_of("complex64")
    ('float', 'i1', '')
    """
    dtype = np.dtype(dtype)
    return KINDS.get(dtype.str[1:], "") if dtype.isnative else ""


def _array(x: Any) -> Any:
    return x.value if type(x) is Traced else x


# --- Each number from those at its place ---


def _elementwise(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    if named or len(args) != function.nin or function.signature is not None:
        return None
    given = [
        type(a) if isinstance(a, (bool, int, float)) else a.dtype
        for a in map(_array, args)
    ]
    try:
        *types, _ = function.resolve_dtypes((*given, None))
    except TypeError:
        return None
    word, kind = function.__name__, kind_of(types[0])
    if len(set(types)) > 1:
        return None
    if word.startswith(("logical", "bitwise")) and kind != "i1":
        return None
    return _made(word, kind, args, where)


def _made(word: str, kind: str, args: Any, where: Any) -> Meaning | None:
    """A meaning, if the operands fit."""
    if not kind or not can(word, kind):
        return None
    if any(type(x) is int and not -WHOLE <= x < WHOLE for x in args):
        return None
    shape = np.broadcast_shapes(*[np.shape(_array(x)) for x in args])
    if shape != where[1].shape:
        return None
    return Meaning(word, kind, tuple(args), shape, where)


def _error_function(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    same = len(args) == 1 and _array(args[0]).dtype == where[1].dtype
    kind = kind_of(where[1].dtype)
    return _made("erf", kind, args, where) if same and not named else None


def _chosen(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    """``np.where`` of three operands."""
    if len(args) != 3 or named or _array(args[0]).dtype != bool:
        return None
    if not all(_converts(x, where[1]) for x in args[1:]):
        return None
    return _made("where", kind_of(where[1].dtype), args, where)


def _stored(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    """``x[...] = y``."""
    _, index, x = args
    out, kind = where[1], kind_of(where[1].dtype)
    fits = np.ndim(_array(x)) <= out.ndim and _converts(x, out)
    if index is not ... or not fits:
        return None
    return Meaning("copy", kind, (x,), out.shape, where)


def _converts(x: Any, out: Array) -> bool:
    """Whether numbers can become those of another type, as NumPy does it."""
    x = _array(x)
    if isinstance(x, (bool, int, float)):
        return out.dtype.kind == "f" or type(x) is bool
    known = kind_of(x.dtype)
    return bool(known) and (out.dtype.kind in "fb" or x.dtype.kind != "f")


def _copied(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    """A copy, perhaps of another type or shape."""
    a, (place, out) = _array(args[0]), where
    if not isinstance(a, np.ndarray) or not _converts(a, out):
        return None
    ordered = named.get("order", "C") in ("C", "K")
    if a.size != out.size or not out.flags.c_contiguous or not ordered:
        return None
    there = place, out.reshape(a.shape)
    return Meaning("copy", kind_of(out.dtype), args[:1], a.shape, there)


# --- One number from many ---


def _folded(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    """Sums and extremes over the last axes, and sums over the first."""
    word, (x, *rest) = FOLDED[function], args
    a, out = _array(x), where[1]
    axis = named.get("axis", rest[0] if rest else None)
    dtype = named.get("dtype", rest[1] if len(rest) > 1 else None)
    odd = set(named) - {"axis", "keepdims", "dtype"} or len(rest) > 2
    if odd or not isinstance(a, np.ndarray) or a.dtype != out.dtype:
        return None
    if dtype is not None and np.dtype(dtype) != a.dtype:
        return None
    if function.__name__ == "reduce" and not rest and "axis" not in named:
        axis = 0
    every = range(a.ndim) if axis is None else np.atleast_1d(axis)
    axes = {int(i) % max(a.ndim, 1) for i in every}
    if word.startswith("logical") != (a.dtype == bool) or not axes:
        return None
    if axes == set(range(a.ndim - len(axes), a.ndim)):
        return _fold(word, (x,), len(axes), where)
    return _column(x, tuple(axes), where) if word == "add" else None


def _dotted(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    """Sums of products along the last axis."""
    if named or args[0] != DOT:
        return None
    return _fold("dot", tuple(args[1:]), 1, where)


def _fold(word: str, args: Any, axes: int, where: Any) -> Meaning | None:
    """One number for each row."""
    place, out = where
    shape, kind = _array(args[0]).shape, kind_of(out.dtype)
    rows = shape[: len(shape) - axes]
    inner = int(np.prod(shape[len(rows) :]))
    if not 1 < inner <= LONGEST or kind not in ("float", "double", "i1"):
        return None
    for x in map(_array, args):
        if x.dtype != out.dtype or x.shape != shape:
            return None
    over = np.broadcast_to(out.reshape(*rows, *[1] * axes), shape)
    return Meaning(word, kind, args, shape, (place, over), "fold", inner)


def _rows_added(
    function: Any, args: Any, named: Any, where: Any
) -> Meaning | None:
    """A product with ones, which is how the engine adds rows up."""
    ones, x = args
    a = _array(x)
    if type(ones) is not np.ndarray or ones.ndim != 1 or a.ndim < 2:
        return None
    if named or a.dtype != ones.dtype or not (ones == 1).all():
        return None
    return _column(x, (a.ndim - 2,), where)


def _column(x: Any, axes: Any, where: Any) -> Meaning | None:
    """One number for each place in a row."""
    (place, out), a = where, _array(x)
    if a.dtype.kind != "f" or a.ndim - 1 in axes or a.shape[-1] == 1:
        return None
    shape = [1 if i in axes else n for i, n in enumerate(a.shape)]
    over = np.broadcast_to(out.reshape(shape), a.shape)
    kind = kind_of(out.dtype)
    return Meaning("copy", kind, (x,), a.shape, (place, over), "column")


READINGS: dict[Any, Any] = {
    operator.setitem: _stored, np.where: _chosen, np.einsum: _dotted,
    np.matmul: _rows_added, **dict.fromkeys(COPIED, _copied),
    **dict.fromkeys(FOLDED, _folded),
}  # fmt: skip
WRITING = {_stored, _elementwise}  # which may change memory that is there
