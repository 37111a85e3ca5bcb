"""Layers that learn how many inputs they have when they first see them.

Each of them becomes the layer it is named after when it is called, with
its first weights.  The parameters are there before, without numbers, so
that an optimiser can be given them.

Notation: none.

Leaves out: nothing that the layers have.

Sources: PyTorch for names and arguments.
"""

from __future__ import annotations

import inspect
from contextlib import nullcontext
from typing import Any

from micrograd.tensors.creation import tensor, zeros
from micrograd.tensors.engine import Tensor
from micrograd.tensors.nn import modules
from micrograd.tensors.nn.modules import Module, Parameter
from micrograd.tensors.random import default_generator, seeded

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConvTranspose2d",
    "LazyLinear",
]


PLACED = ("device", "dtype")  # what each layer takes beside its settings


class _Lazy(Module):
    """What such layers share; `kind` is the layer that it becomes.

    Parameters
    ----------
    *settings, **named : object
        Those of the layer, without the number of its inputs.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import LazyLinear
    >>> layer = LazyLinear(4)
    >>> y = layer(ones(2, 3))
    >>> layer
    Linear(in_features=3, out_features=4, bias=True)
    """

    kind: type[Module]
    axis = 1  # which tells how many inputs there are

    def __init__(self, *settings: Any, **named: Any) -> None:
        self.settings = settings, named
        rest = {k: x for k, x in named.items() if k not in PLACED}
        known = inspect.signature(self.kind).bind(1, *settings, **rest)
        known.apply_defaults()
        weight = known.arguments.get("affine", True)
        bias = weight and known.arguments["bias"]
        for name, there in (("weight", weight), ("bias", bias)):
            held = Parameter(zeros(0)) if there else None
            self.register_parameter(name, held)
        if known.arguments.get("track_running_stats"):
            for name in ("running_mean", "running_var"):
                self.register_buffer(name, zeros(0))
            self.register_buffer("num_batches_tracked", tensor(0))

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        """Become the layer that fits these inputs, and apply it."""
        own, n = vars(self), inputs[0].shape[self.axis]
        settings, given = own.pop("settings")
        kind: Any = self.kind
        before = {k: x for k, x in own.items() if isinstance(x, Tensor)}
        loaded = any(x.shape != (0,) for x in before.values())
        self.__class__ = kind
        # Numbers that were loaded take the place of those that are drawn.
        with seeded(default_generator, 0) if loaded else nullcontext():
            kind.__init__(self, n, *settings, **given)
        for name, x in before.items():
            if x.shape == (0,):  # others may hold it, such as an optimiser
                x.array = own[name].array
            own[name] = x
        return self(*inputs, **named)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        settings, named = self.settings
        pairs = [f"{name}={x!r}" for name, x in named.items()]
        return ", ".join([*map(repr, settings), *pairs])


def _lazy(name: str, axis: int = 1) -> Any:
    text = f"""{name} for as many inputs as the first call has.

    Parameters are those of :class:`~micrograd.tensors.nn.{name}`, from the
    second on.

    Examples
    --------
    >>> from micrograd.tensors.nn import Lazy{name}
    >>> Lazy{name}
    <class 'micrograd.tensors.nn.lazy.Lazy{name}'>
    """
    body = {"kind": getattr(modules, name), "axis": axis, "__doc__": text}
    parents = (_Lazy, getattr(modules, name))
    return type(f"Lazy{name}", parents, {**body, "__module__": __name__})


LazyLinear = _lazy("Linear", -1)
LazyConv1d, LazyConv2d = _lazy("Conv1d"), _lazy("Conv2d")
LazyConvTranspose2d = _lazy("ConvTranspose2d")
LazyBatchNorm1d = _lazy("BatchNorm1d")
LazyBatchNorm2d = _lazy("BatchNorm2d")
