"""A transformer's layers, composed of the modules that are here.

Notation: shapes at line ends, ``(batch, ...)``.

Leaves out: decoders that look at an encoder, padding at the beginning.

Sources: [Vaswani2017]_; PyTorch for names, arguments and first numbers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from micrograd.errors import OptionError
from micrograd.tensors.nn import functional as F
from micrograd.tensors.nn.modules import (
    Dropout,
    LayerNorm,
    Linear,
    Module,
    ModuleList,
    MultiheadAttention,
)

__all__ = ["TransformerEncoder", "TransformerEncoderLayer"]


class TransformerEncoderLayer(Module):
    """Attention and two layers, each added to what it was given.

    Parameters
    ----------
    d_model : int
        The width.
    nhead : int
        How many heads; they divide the width.
    dim_feedforward : int, optional
        The width between the two layers.
    dropout : float, optional
        The share that is dropped in training, of weights and of results.
    activation : {"relu", "gelu"} or callable, optional
        What stands between the two layers.
    layer_norm_eps : float, optional
        What keeps the quotients of the norms finite.
    batch_first : bool, optional
        Whether the first axis is the batch, and not the sequence.
    norm_first : bool, optional
        Whether to normalise before attention and layers, and not after the
        sums.
    bias : bool, optional
        Whether to add biases.

    Raises
    ------
    OptionError
        If the heads do not divide the width, or `activation` has another
        name.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import TransformerEncoderLayer
    >>> layer = TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> layer(ones(2, 5, 8)).shape
    (2, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
    ) -> None:
        n, k = d_model, dim_feedforward
        self.self_attn = MultiheadAttention(
            n, nhead, dropout, bias, batch_first=batch_first
        )
        self.linear1, self.dropout = Linear(n, k, bias), Dropout(dropout)
        self.linear2 = Linear(k, n, bias)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(n, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(n, layer_norm_eps, bias=bias)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = _activation(activation)

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """Look at all places, then work on each.

        Truths in a mask are where *not* to look.  With `is_causal` the
        mask must be given, too, as in PyTorch.
        """
        masks = (src_mask, src_key_padding_mask, is_causal)
        x = src
        if self.norm_first:
            x = x + self._attended(self.norm1(x), *masks)
            return x + self._worked(self.norm2(x))
        x = self.norm1(x + self._attended(x, *masks))
        return self.norm2(x + self._worked(x))

    def _attended(self, x: Any, mask: Any, padding: Any, causal: bool) -> Any:
        z, _ = self.self_attn(
            x, x, x, key_padding_mask=padding, attn_mask=mask,
            need_weights=False, is_causal=causal,
        )  # fmt: skip
        return self.dropout1(z)

    def _worked(self, x: Any) -> Any:
        inside = self.dropout(self.activation(self.linear1(x)))
        return self.dropout2(self.linear2(inside))


def _activation(given: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function, given by its name or as itself."""
    known = {"relu": F.relu, "gelu": F.gelu}
    if not isinstance(given, str):
        return given
    if given not in known:
        asked = "activation= takes relu, gelu or a function"
        raise OptionError(asked, repr(given), "pass the function itself")
    return known[given]


class TransformerEncoder(Module):
    """Several such layers, each with the same first numbers.

    Parameters
    ----------
    encoder_layer : TransformerEncoderLayer
        The layer, of which copies are made.
    num_layers : int
        How many.
    norm : Module, optional
        What is applied to the result.
    enable_nested_tensor, mask_check : bool, optional
        As in PyTorch; they change nothing here.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import TransformerEncoder
    >>> from micrograd.tensors.nn import TransformerEncoderLayer
    >>> layer = TransformerEncoderLayer(8, 2, 16)
    >>> TransformerEncoder(layer, num_layers=2)(ones(5, 3, 8)).shape
    (5, 3, 8)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        copies = [copy.deepcopy(encoder_layer) for _ in range(num_layers)]
        self.layers = ModuleList(copies)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        src: Any,
        mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool | None = None,
    ) -> Any:
        """Pass the input through all layers."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)
