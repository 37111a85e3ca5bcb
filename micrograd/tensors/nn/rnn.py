"""Sequences of different lengths, under the names of `nn.utils.rnn`.

Notation: none.

Leaves out: packed sequences; a padded batch needs no type of its own.

Sources: PyTorch for names and arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.errors import ShapeError
from micrograd.namespaces import to_choice
from micrograd.tensors.creation import full
from micrograd.tensors.engine import Tensor
from micrograd.tensors.functions import cat, stack

__all__ = ["pad_sequence"]


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
