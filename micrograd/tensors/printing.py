"""How a tensor prints: as PyTorch prints it, to the letter.

All numbers get one width, found from the largest and smallest among them:
whole numbers as ``3.``, others with four digits behind the point, and all
with an exponent where they are very large, very small or very different.
More than a thousand numbers are cut to three at either end of an axis.

Notation: a *format* is the width, and how one number is written.

Sources: PyTorch's ``_tensor_str.py`` for the rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from micrograd.errors import OptionError
from micrograd.tensors.libraries import FLOAT, kind

__all__ = ["set_printoptions", "text"]

Array = Any
Write = Callable[[Any], str]

INDENT = len("tensor(")
OPTIONS: dict[str, Any] = {
    "precision": 4,  # digits behind the point
    "threshold": 1000,  # numbers that are all printed
    "edgeitems": 3,  # numbers at either end of an axis of more
    "linewidth": 80,  # letters in a line
    "sci_mode": None,  # whether with exponents; None where it is shorter
}


def set_printoptions(
    precision: int | None = None, **options: Any
) -> None:
    """Choose how tensors print.

    Parameters
    ----------
    precision : int, optional
        How many digits stand behind the point.
    **options : int or bool
        ``threshold``, ``edgeitems``, ``linewidth`` and ``sci_mode``, as in
        PyTorch; the others stay as they are.

    Raises
    ------
    OptionError
        If there is no such option.

    Examples
    --------
    >>> from micrograd.tensors import set_printoptions, tensor
    >>> set_printoptions(2)
    >>> print(tensor([0.125]))
    tensor([0.12])
    >>> set_printoptions(precision=4)
    """
    if precision is not None:
        options["precision"] = precision
    odd = options.keys() - OPTIONS.keys()
    if odd:
        asked = f"set_printoptions() takes {', '.join(OPTIONS)}"
        raise OptionError(asked, f"{min(odd)}", "leave it out")
    OPTIONS.update(options)


def text(array: Array, suffix: str = "") -> str:
    """Write an array as PyTorch writes a tensor.

    Parameters
    ----------
    array : array
        The numbers.
    suffix : str, optional
        What else to say of the tensor.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.printing import text
    >>> print(text(np.array([1.0, 2.5], np.float32)))
    tensor([1.0000, 2.5000])
    """
    a = np.asarray(array)
    short = a.size > OPTIONS["threshold"]
    suffixes = [suffix] if suffix else []
    usual = (FLOAT.name, "int64", "bool") if a.size else (FLOAT.name,)
    if a.dtype.name not in usual:
        suffixes.insert(0, f"dtype=torch.{a.dtype}")
    if a.size == 0 and a.ndim != 1:
        suffixes.insert(0, f"size={a.shape}")
    inside = "[]"
    if a.size:
        write = writer(_ends(a) if short else a)
        inside = _nested(a, INDENT, write, short)
    return _joined(f"tensor({inside}", suffixes)


def _joined(body: str, suffixes: list[str]) -> str:
    """The text and what follows it, on the same line if there is room."""
    length = len(body) - body.rfind("\n") + 1  # as PyTorch counts
    for suffix in suffixes:
        if length + len(suffix) + 2 > OPTIONS["linewidth"]:
            body += ",\n" + " " * INDENT + suffix
            length = INDENT + len(suffix)
        else:
            body += ", " + suffix
            length += len(suffix) + 2
    return body + ")"


# --- One number ---


def writer(a: Array) -> Write:
    """Find how each number of an array is written."""
    if kind(a.dtype) < 2:
        width = max(len(str(x)) for x in a.ravel().tolist())
        return lambda x: f"{x!s:>{width}}"
    numbers = a[np.isfinite(a) & (a != 0)].astype(np.float64)
    write = _float_writer(numbers)
    width = max([len(write(x)) for x in numbers.tolist()], default=1)
    return lambda x: f"{write(x):>{width}}"


def _float_writer(numbers: Array) -> Write:
    """Whole, with digits, or with an exponent."""
    sizes = np.abs(numbers) if numbers.size else np.ones(1)
    low, high = sizes.min(), sizes.max()
    digits, exponents = OPTIONS["precision"], OPTIONS["sci_mode"]
    if exponents is None:
        exponents = high / low > 1000 or high > 1e8 or low < 1e-4
    if exponents:
        return lambda x: f"{x:.{digits}e}"
    if (numbers == np.ceil(numbers)).all():
        return lambda x: f"{x:.0f}." if math.isfinite(x) else f"{x:.0f}"
    return lambda x: f"{x:.{digits}f}"


# --- All of them ---


def _ends(a: Array) -> Array:
    """The numbers that are printed of a long array."""
    edge = OPTIONS["edgeitems"]
    for axis in range(a.ndim):
        if a.shape[axis] > 2 * edge:
            n = a.shape[axis]
            kept = [*range(edge), *range(n - edge, n)]
            a = np.take(a, kept, axis=axis)
    return a


def _parts(a: Array, short: bool) -> Iterator[Any]:
    """What stands between one pair of brackets; None for what is cut."""
    edge = OPTIONS["edgeitems"]
    if short and len(a) > 2 * edge:
        yield from a[:edge]
        yield None
        yield from a[-edge:]
    else:
        yield from a


def _nested(a: Array, indent: int, write: Write, short: bool) -> str:
    if a.ndim == 0:
        return write(a.item())
    if a.ndim == 1:
        return _line(a, indent, write, short)
    parts = [
        "..." if one is None else _nested(one, indent + 1, write, short)
        for one in _parts(a, short)
    ]
    gap: str = "," + "\n" * (a.ndim - 1) + " " * (indent + 1)
    return "[" + gap.join(parts) + "]"


def _line(a: Array, indent: int, write: Write, short: bool) -> str:
    """One row of numbers, broken where the line is full."""
    words = [
        " ..." if x is None else write(x.item()) for x in _parts(a, short)
    ]
    width = len(write(a[0].item()))
    room = max(1, math.floor((OPTIONS["linewidth"] - indent) / (width + 2)))
    lines = [words[i : i + room] for i in range(0, len(words), room)]
    gap = ",\n" + " " * (indent + 1)
    return "[" + gap.join(", ".join(line) for line in lines) + "]"
