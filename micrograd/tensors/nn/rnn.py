"""Sequences of different lengths, under the names of `nn.utils.rnn`.

Padded they are one tensor, shorter ones filled up.  Packed they are one
row of examples, step by step, without what would be filled up; recurrent
layers take either.

Notation: none.

Leaves out: nothing that a recurrent layer takes.

Sources: PyTorch for names and arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from micrograd.errors import OptionError, ShapeError
from micrograd.namespaces import to_choice
from micrograd.tensors import linear
from micrograd.tensors.creation import full
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.functions import cat, stack, transpose, where

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
]


def pad_sequence(
    sequences: Sequence[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Put sequences into one tensor, the shorter ones filled up.

    Parameters
    ----------
    sequences : sequence of Tensor, (length, ...)
        The sequences; all but their lengths is equal.
    batch_first : bool, optional
        Whether the first axis is the batch, and not the length.
    padding_value : float, optional
        What they are filled up with.
    padding_side : {'right', 'left'}, optional
        At which end.

    Returns
    -------
    Tensor, (length, batch, ...)
        All of them.

    Raises
    ------
    ShapeError
        If there is none, or they differ in more than their lengths.
    OptionError
        If there is no such end.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.rnn import pad_sequence
    >>> pad_sequence([tensor([1, 2]), tensor([3])], batch_first=True)
    tensor([[1, 2],
            [3, 0]])
    """
    asked = "pad_sequence(padding_side=) takes"
    to_choice(padding_side, asked, ("right", "left"), " or ")
    if len({x.shape[1:] for x in sequences if x.ndim}) != 1:
        asked = "pad_sequence() takes tensors that differ in length alone"
        given = f"the shapes {[tuple(x.shape) for x in sequences]}"
        raise ShapeError(asked, given, "reshape them")
    length = max(len(x) for x in sequences)
    rows = []
    for x in sequences:
        size = (length - len(x), *x.shape[1:])
        rest = full(size, padding_value, dtype=x.dtype)
        both = [x, rest] if padding_side == "right" else [rest, x]
        rows.append(cat(both))
    return stack(rows, 0 if batch_first else 1)


class PackedSequence(NamedTuple):
    """The steps of sequences, one behind the other; made by the functions.

    Attributes
    ----------
    data : Tensor, (sum of all lengths, ...)
        The first step of all sequences, the longest first, then the second
        of those that have one, and so on.
    batch_sizes : Tensor of int64, (longest length,)
        How many sequences have each step.
    sorted_indices, unsorted_indices : Tensor or None
        Which sequence is the longest and so on; and the way back.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.rnn import pack_sequence
    >>> pack_sequence([tensor([1, 2, 3]), tensor([4])]).data
    tensor([1, 4, 2, 3])
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def pack_padded_sequence(
    input: Tensor,
    lengths: Any,
    batch_first: bool = False,
    enforce_sorted: bool = True,
) -> PackedSequence:
    """Leave out what sequences were filled up with.

    Parameters
    ----------
    input : Tensor, (length, batch, ...)
        The sequences.
    lengths : sequence of int, or Tensor
        How long each is.
    batch_first : bool, optional
        Whether the first axis is the batch, and not the length.
    enforce_sorted : bool, optional
        Whether to refuse sequences of which the longest is not first, and
        not to sort them.

    Returns
    -------
    PackedSequence
        For recurrent layers.

    Raises
    ------
    ShapeError
        If there are not as many lengths as sequences.
    OptionError
        If a length is not from 1 to that of the tensor, or not in order.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.rnn import pack_padded_sequence
    >>> x = tensor([[1, 2, 3], [4, 0, 0]])
    >>> pack_padded_sequence(x, [3, 1], batch_first=True).batch_sizes
    tensor([2, 1, 1])
    """
    x: Any = transpose(input, 0, 1) if batch_first else input
    n = np.asarray(lengths)
    if n.shape != x.shape[1:2]:
        asked = f"pack_padded_sequence() takes {x.shape[1]} lengths"
        raise ShapeError(asked, f"the shape {n.shape}", "pass one for each")
    if n.min() < 1 or n.max() > len(x):
        asked = f"pack_padded_sequence() takes lengths from 1 to {len(x)}"
        raise OptionError(asked, f"{n.tolist()}", "check the lengths")
    by: Any = None
    back: Any = None
    if enforce_sorted and (np.diff(n) > 0).any():
        asked = "pack_padded_sequence() takes the longest sequence first"
        do = "sort them, or pass enforce_sorted=False"
        raise OptionError(asked, f"the lengths {n.tolist()}", do)
    if not enforce_sorted:
        order = np.argsort(-n, kind="stable")
        by, back, n = make(order), make(np.argsort(order)), n[order]
        x = x[:, by]
    there = np.arange(n.max())[:, None] < n  # (length, batch)
    data = x[np.nonzero(there)]
    return PackedSequence(data, make(there.sum(1)), by, back)


def pack_sequence(
    sequences: Sequence[Tensor], enforce_sorted: bool = True
) -> PackedSequence:
    """Pack sequences of different lengths.

    Parameters
    ----------
    sequences : sequence of Tensor, (length, ...)
        The sequences.
    enforce_sorted : bool, optional
        As for :func:`pack_padded_sequence`.

    Returns
    -------
    PackedSequence
        For recurrent layers.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.rnn import pack_sequence
    >>> pack_sequence([tensor([1]), tensor([2, 3])], enforce_sorted=False)[0]
    tensor([2, 1, 3])
    """
    lengths = list(map(len, sequences))
    padded = pad_sequence(sequences)
    return pack_padded_sequence(padded, lengths, enforce_sorted=enforce_sorted)


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Fill sequences up again, so that they are one tensor.

    Parameters
    ----------
    sequence : PackedSequence
        The sequences.
    batch_first : bool, optional
        Whether the first axis is the batch, and not the length.
    padding_value : float, optional
        What they are filled up with.
    total_length : int, optional
        How long the tensor is; by default as the longest.

    Returns
    -------
    tuple of Tensor
        The sequences, (length, batch, ...), and how long each is.

    Raises
    ------
    OptionError
        If `total_length` is shorter than the longest.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn.rnn import pack_sequence
    >>> from micrograd.tensors.nn.rnn import pad_packed_sequence
    >>> packed = pack_sequence([tensor([1, 2, 3]), tensor([4])])
    >>> pad_packed_sequence(packed, batch_first=True)
    (tensor([[1, 2, 3],
            [4, 0, 0]]), tensor([3, 1]))
    """
    sizes = np.asarray(sequence.batch_sizes)
    n = len(sizes) if total_length is None else total_length
    if n < len(sizes):
        asked = f"total_length= takes a length from {len(sizes)} on"
        raise OptionError(asked, f"{n}", "leave it out")
    there = np.zeros((n, sizes[0]), bool)
    there[: len(sizes)] = np.arange(sizes[0]) < sizes[:, None]
    data, back = sequence.data, sequence.unsorted_indices
    to = (*there.shape, *data.shape[1:])
    x: Any = linear.put_add(data, index=np.nonzero(there), to=to)
    if padding_value:
        mask = there.reshape(*there.shape, *[1] * (len(to) - 2))
        x = where(make(mask), x, padding_value)
    lengths = make(there.sum(0))
    if back is not None:
        x, lengths = x[:, back], lengths[back]
    return transpose(x, 0, 1) if batch_first else x, lengths
