"""A transformer's layers, composed of the modules that are here.

Notation: shapes at line ends, ``(batch, ...)``.

Leaves out: encoders and decoders of one's own in `Transformer`.

Sources: [Vaswani2017]_; PyTorch for names, arguments and first numbers.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

from micrograd.errors import OptionError
from micrograd.tensors.creation import full
from micrograd.tensors.nn import functional as F
from micrograd.tensors.nn import init
from micrograd.tensors.nn.modules import (
    Dropout,
    LayerNorm,
    Linear,
    Module,
    ModuleList,
    MultiheadAttention,
)

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


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

    across = False  # whether it also looks at what an encoder gives

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
        n, k, steps = d_model, dim_feedforward, range(1, 3 + self.across)
        heads = (n, nhead, dropout, bias)
        self.self_attn = MultiheadAttention(*heads, batch_first=batch_first)
        if self.across:
            both = MultiheadAttention(*heads, batch_first=batch_first)
            self.multihead_attn = both
        self.linear1, self.dropout = Linear(n, k, bias), Dropout(dropout)
        self.linear2 = Linear(k, n, bias)
        self.norm_first = norm_first
        for i in steps:
            norm = LayerNorm(n, layer_norm_eps, bias=bias)
            self.add_module(f"norm{i}", norm)
        for i in steps:
            self.add_module(f"dropout{i}", Dropout(dropout))
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
        return self._through(
            src, lambda x: _look(self.self_attn, x, x, *masks), self._work
        )

    def _through(self, x: Any, *steps: Callable[[Any], Any]) -> Any:
        """Add to `x` what each step makes of it."""
        parts = vars(self)
        for i, step in enumerate(steps, 1):
            norm, dropout = parts[f"norm{i}"], parts[f"dropout{i}"]
            if self.norm_first:
                x = x + dropout(step(norm(x)))
            else:
                x = norm(x + dropout(step(x)))
        return x

    def _work(self, x: Any) -> Any:
        inside = self.dropout(self.activation(self.linear1(x)))
        return self.linear2(inside)


def _look(
    heads: Any, x: Any, at: Any, mask: Any, padding: Any, causal: bool
) -> Any:
    """What attention of `x` to the places of `at` gives."""
    masks = {"key_padding_mask": padding, "attn_mask": mask}
    z, _ = heads(x, at, at, need_weights=False, is_causal=causal, **masks)
    return z


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
        return self._pass(src, mask, src_key_padding_mask, bool(is_causal))

    def _pass(self, x: Any, *given: Any) -> Any:
        for layer in self.layers:
            x = layer(x, *given)
        return x if self.norm is None else self.norm(x)


class TransformerDecoderLayer(TransformerEncoderLayer):
    """The same with attention to what an encoder gave between the two.

    Parameters
    ----------
    d_model, nhead, dim_feedforward, dropout, activation : object
        As for :class:`TransformerEncoderLayer`.
    layer_norm_eps, batch_first, norm_first, bias : object
        Likewise.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import TransformerDecoderLayer
    >>> layer = TransformerDecoderLayer(8, 2, 16, batch_first=True)
    >>> layer(ones(2, 5, 8), memory=ones(2, 3, 8)).shape
    (2, 5, 8)
    """

    across = True

    def forward(  # type: ignore[override]
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """Look at all places, then at those of the memory, then work.

        Truths in a mask are where *not* to look.
        """
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        its = (memory_mask, memory_key_padding_mask, memory_is_causal)
        return self._through(
            tgt,
            lambda x: _look(self.self_attn, x, x, *own),
            lambda x: _look(self.multihead_attn, x, memory, *its),
            self._work,
        )


class TransformerDecoder(TransformerEncoder):
    """Several such layers, each with the same first numbers.

    Parameters
    ----------
    decoder_layer : TransformerDecoderLayer
        The layer, of which copies are made.
    num_layers : int
        How many.
    norm : Module, optional
        What is applied to the result.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import TransformerDecoder
    >>> from micrograd.tensors.nn import TransformerDecoderLayer
    >>> layer = TransformerDecoderLayer(8, 2, 16)
    >>> decoder = TransformerDecoder(layer, num_layers=2)
    >>> decoder(ones(5, 3, 8), memory=ones(4, 3, 8)).shape
    (5, 3, 8)
    """

    def __init__(
        self, decoder_layer: Module, num_layers: int, norm: Any = None
    ) -> None:
        super().__init__(decoder_layer, num_layers, norm)

    def forward(  # type: ignore[override]
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """Pass the input through all layers, with the memory for each."""
        return self._pass(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask,
            memory_key_padding_mask, bool(tgt_is_causal), memory_is_causal,
        )  # fmt: skip


class Transformer(Module):
    """An encoder, and a decoder that looks at what it gives.

    Parameters
    ----------
    d_model, nhead : int, optional
        The width, and how many heads divide it.
    num_encoder_layers, num_decoder_layers : int, optional
        How many layers each has.
    dim_feedforward, dropout, activation : object, optional
        As for :class:`TransformerEncoderLayer`.
    layer_norm_eps, batch_first, norm_first, bias : object, optional
        Likewise.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Transformer
    >>> model = Transformer(8, 2, 1, 1, 16)
    >>> model(ones(4, 3, 8), ones(5, 3, 8)).shape
    (5, 3, 8)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        *,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
    ) -> None:
        layer = (d_model, nhead, dim_feedforward, dropout, activation,
            layer_norm_eps, batch_first, norm_first, bias)  # fmt: skip
        self.encoder = TransformerEncoder(
            TransformerEncoderLayer(*layer),
            num_encoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias),
        )
        self.decoder = TransformerDecoder(
            TransformerDecoderLayer(*layer),
            num_decoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias),
        )
        self.d_model, self.nhead = d_model, nhead
        self.batch_first = batch_first
        for p in self.parameters():
            if p.dim() > 1:
                init.xavier_uniform_(p)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """Encode the source, and decode the target beside it.

        Truths in a mask are where *not* to look: `tgt_mask`, for example,
        hides from each place of the target those behind it.
        """
        memory = self.encoder(
            src, src_mask, src_key_padding_mask, src_is_causal
        )
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask,
            memory_key_padding_mask, tgt_is_causal, memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int) -> Any:
        """Give the mask that hides what comes later, to be added.

        Examples
        --------
        >>> from micrograd.tensors.nn import Transformer
        >>> Transformer.generate_square_subsequent_mask(2)
        tensor([[0., -inf],
                [0., 0.]])
        """
        return full((sz, sz), -math.inf).triu(1)
