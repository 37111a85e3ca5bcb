r"""Modules: layers that hold their parameters, under PyTorch's names.

Same seed, same weights: every layer draws its initial numbers in the order
in which PyTorch draws them.  Names of parameters and buffers are PyTorch's
too, so that a state can be moved there and back.

Notation: shapes at line ends, ``(batch, ...)``.

Leaves out: hooks, lazy layers, layers on several devices.

Sources: PyTorch for names, arguments, initial numbers and printing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import numpy as np

from micrograd import primitives
from micrograd.errors import OptionError, StateError
from micrograd.tensors.creation import empty, ones, zeros
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor
from micrograd.tensors.functions import flatten, matmul
from micrograd.tensors.nn import functional as F
from micrograd.tensors.nn import init

__all__ = [
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "Dropout",
    "ELU",
    "Embedding",
    "Flatten",
    "GELU",
    "GRUCell",
    "GroupNorm",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "Module",
    "ModuleList",
    "MultiheadAttention",
    "Parameter",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


class Parameter(Tensor):
    """A tensor that a module learns.

    Parameters
    ----------
    data : Tensor
        The first numbers.
    requires_grad : bool, optional
        Whether gradients collect here.

    Examples
    --------
    >>> from micrograd.tensors import zeros
    >>> from micrograd.tensors.nn import Parameter
    >>> Parameter(zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Tensor, requires_grad: bool = True) -> None:
        super().__init__(data.array, requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


# --- What holds parameters ---


class Module:
    """What holds parameters, buffers and other modules as its attributes.

    Attributes
    ----------
    training : bool
        True until :meth:`eval`.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import Module, Parameter
    >>> class Line(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.slope = Parameter(tensor([2.0]))
    ...     def forward(self, x):
    ...         return self.slope * x
    >>> line = Line()
    >>> line(tensor([3.0])), [name for name, _ in line.named_parameters()]
    (tensor([6.], grad_fn=<MulBackward0>), ['slope'])
    """

    training: bool = True
    _buffers: frozenset[str] = frozenset()

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        return self.forward(*inputs, **named)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """Compute the outputs."""
        raise NotImplementedError

    def register_buffer(self, name: str, x: Tensor | None) -> None:
        """Hold a tensor that is saved but not learned."""
        self._buffers = self._buffers | {name}
        setattr(self, name, x)

    def register_parameter(self, name: str, x: Parameter | None) -> None:
        """Hold a parameter under a name."""
        setattr(self, name, x)

    # --- What is in it ---

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Give the modules held by this one, with their names."""
        for name, thing in vars(self).items():
            if isinstance(thing, Module):
                yield name, thing

    def children(self) -> Iterator[Module]:
        """Give the modules held by this one."""
        return (child for _, child in self.named_children())

    def named_modules(self) -> list[tuple[str, Module]]:
        """Give this module and all in it, each once, with their names."""
        found: dict[int, tuple[str, Module]] = {}
        stack: list[tuple[str, Module]] = [("", self)]
        while stack:
            name, module = stack.pop()
            if id(module) not in found:
                found[id(module)] = name, module
                inside = [
                    (f"{name}.{key}" if name else key, child)
                    for key, child in module.named_children()
                ]
                stack += reversed(inside)
        return list(found.values())

    def modules(self) -> Iterator[Module]:
        """Give this module and all in it, each once."""
        return (module for _, module in self.named_modules())

    def _tensors(self, kept: Callable[[Module, str, Tensor], bool]) -> Any:
        """Tensors with their names, each once."""
        seen: set[int] = set()
        for prefix, module in self.named_modules():
            for key, x in vars(module).items():
                fits = isinstance(x, Tensor) and kept(module, key, x)
                if fits and id(x) not in seen:
                    seen.add(id(x))
                    yield f"{prefix}.{key}" if prefix else key, x

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Give the parameters of all modules, each once, with names."""
        yield from self._tensors(lambda m, key, x: isinstance(x, Parameter))

    def parameters(self) -> Iterator[Parameter]:
        """Give the parameters of all modules, each once."""
        return (p for _, p in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """Give the buffers of all modules, with their names."""
        yield from self._tensors(lambda m, key, x: key in m._buffers)  # noqa: SLF001

    def buffers(self) -> Iterator[Tensor]:
        """Give the buffers of all modules."""
        return (x for _, x in self.named_buffers())

    # --- What is done to all of it ---

    def apply(self, function: Callable[[Module], Any]) -> Self:
        """Call a function on every module, the innermost first."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Tell all modules whether they are being trained."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Tell all modules that training is over."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients."""
        for p in self.parameters():
            p.grad = None

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Say of all parameters whether gradients collect there."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def to(self, *where: Any) -> Self:
        """Convert all floats to a type; move everything to a device."""
        devices = [one for one in where if isinstance(one, str)]
        for _, x in self._tensors(lambda m, key, x: True):
            only = where if x.dtype.kind == "f" else devices
            x.array = x.detach().to(*only).array
        return self

    def double(self) -> Self:
        """Convert all floats to float64."""
        return self.to(np.dtype("float64"))

    def float(self) -> Self:
        """Convert all floats to float32."""
        return self.to(np.dtype("float32"))

    # --- Saving and loading ---

    def state_dict(self) -> dict[str, Tensor]:
        """Give all parameters and buffers by their names."""
        kept = self._tensors(
            lambda m, key, x: isinstance(x, Parameter) or key in m._buffers  # noqa: SLF001
        )
        return {name: x.data for name, x in kept}

    def load_state_dict(
        self, state: dict[str, Tensor], strict: bool = True
    ) -> None:
        """Take over numbers that :meth:`state_dict` gave.

        Raises
        ------
        StateError
            If names or shapes differ; then nothing has changed.
        """
        mine = self.state_dict()
        asked = f"{type(self).__name__}.load_state_dict() expects"
        odd = sorted(mine.keys() ^ state.keys())
        if strict and odd:
            which = "lack" if odd[0] in mine else "have"
            given = f"{len(state)} names that {which} {odd[0]!r}"
            do = "build the same network first, or pass strict=False"
            raise StateError(f"{asked} {len(mine)} names", given, do)
        both = [name for name in mine if name in state]
        for name in both:
            shape = tuple(state[name].shape)
            if mine[name].shape != shape:
                given = f"{shape} for {name!r}"
                asked = f"{asked} the shape {mine[name].shape}"
                raise StateError(asked, given, "build the same network")
        for name in both:
            mine[name].copy_(np.asarray(state[name]))

    # --- How it prints ---

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        return ""

    def __repr__(self) -> str:
        lines = [
            f"({name}): {child!r}".replace("\n", "\n  ")
            for name, child in self.named_children()
        ]
        name, extra = type(self).__name__, self.extra_repr()
        if not lines:
            return f"{name}({extra})"
        inside = "\n  ".join([extra, *lines] if extra else lines)
        return f"{name}(\n  {inside}\n)"


# --- Several in a row ---


class ModuleList(Module):
    """Modules in a list.

    Parameters
    ----------
    modules : iterable of Module, optional
        The modules.

    Examples
    --------
    >>> from micrograd.tensors.nn import Linear, ModuleList
    >>> len(ModuleList([Linear(2, 3), Linear(3, 1)]))
    2
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> Self:
        """Put a module at the end."""
        setattr(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    def __getitem__(self, index: int) -> Module:
        return list(self.children())[index]


class Sequential(ModuleList):
    """Modules, each of which takes what the one before it gives.

    Parameters
    ----------
    *modules : Module
        The modules, in order.

    Examples
    --------
    >>> from micrograd.tensors.nn import Linear, ReLU, Sequential
    >>> Sequential(Linear(2, 3), ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *modules: Module) -> None:
        super().__init__(modules)

    def forward(self, x: Any) -> Any:
        """Pass the input through."""
        for module in self.children():
            x = module(x)
        return x


# --- Functions as modules ---


def _bend(name: str, function: Callable[..., Any], **defaults: Any) -> Any:
    """A module of an elementwise function with settings."""

    def __init__(self: Any, *settings: Any, **named: Any) -> None:
        named.pop("inplace", None)
        given = dict(zip(defaults, settings, strict=False)) | named
        odd = given.keys() - defaults
        if odd or len(settings) > len(defaults):
            asked = f"{name}() takes the settings {list(defaults)}"
            raise OptionError(asked, f"{settings} {named}", "leave them out")
        self.settings = defaults | given

    def forward(self: Any, x: Any) -> Any:
        """Apply the function."""
        return function(x, **self.settings)

    def extra_repr(self: Any) -> str:
        """Give the settings, for printing."""
        pairs = self.settings.items()
        return ", ".join(f"{key}={value!r}" for key, value in pairs)

    text = f"""The function {function.__name__} as a module.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import {name}
    >>> {name}()(tensor([0.0, 1.0])).shape
    (2,)
    """
    body = {"__init__": __init__, "forward": forward, "__doc__": text}
    body |= {"extra_repr": extra_repr, "__module__": __name__}
    return documented(type(name, (Module,), body))


ReLU, Tanh = _bend("ReLU", F.relu), _bend("Tanh", primitives.tanh)
Sigmoid = _bend("Sigmoid", primitives.sigmoid)
SiLU = _bend("SiLU", primitives.silu)
GELU = _bend("GELU", F.gelu, approximate="none")
ELU = _bend("ELU", primitives.elu, alpha=1.0)
LeakyReLU = _bend("LeakyReLU", primitives.leaky_relu, negative_slope=0.01)
Softplus = _bend("Softplus", primitives.softplus)
Softmax = _bend("Softmax", F.softmax, dim=-1)


@documented
class Flatten(Module):
    """All axes but the first, joined to one.

    start_dim : int, optional
        The first axis that is joined.
    end_dim : int, optional
        The last.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Flatten
    >>> Flatten()(ones(2, 3, 4)).shape
    (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        """Join the axes."""
        return flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


@documented
class Dropout(Module):
    """Zeros in random places, in training.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Dropout
    >>> Dropout(0.9).eval()(ones(2))
    tensor([1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        self.p, self.inplace = p, inplace

    def forward(self, x: Any) -> Any:
        """Drop some of the numbers."""
        return F.dropout(x, self.p, self.training)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        return f"p={self.p}, inplace={self.inplace}"


class Pool(Module):
    """What pooling layers share.

    Parameters
    ----------
    kernel_size, stride, padding : int or pair
        The windows: how large, how far apart, how many zeros around.
    **more : int
        What else the function takes.

    Examples
    --------
    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import functional
    >>> from micrograd.tensors.nn.modules import Pool
    >>> class Largest(Pool):
    ...     function = functional.max_pool2d
    >>> Largest(2)(arange(4.0).view(1, 1, 2, 2)).item()
    3.0
    """

    function: Callable[..., Any]

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        **more: Any,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.more = padding, more

    def forward(self, x: Any) -> Any:
        """Look through the windows."""
        how = (self.kernel_size, self.stride, self.padding)
        return type(self).function(x, *how, **self.more)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"kernel_size={self.kernel_size}, stride={self.stride}, "
        return text + f"padding={self.padding}"


@documented
class MaxPool2d(Pool):
    """The largest number of each window.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import MaxPool2d
    >>> MaxPool2d(2)(arange(4.0).view(1, 1, 2, 2)).item()
    3.0
    """

    function = F.max_pool2d

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"{super().extra_repr()}, "
        text += f"dilation={self.more.get('dilation', 1)}"
        return f"{text}, ceil_mode=False"


@documented
class AvgPool2d(Pool):
    """The mean of each window.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import AvgPool2d
    >>> AvgPool2d(2)(arange(4.0).view(1, 1, 2, 2)).item()
    1.5
    """

    function = F.avg_pool2d


# --- Products ---


def _weights(*size: int, bound: float | None = None) -> Parameter:
    """Weights as PyTorch draws them; or evenly up to a bound."""
    weight = Parameter(empty(*size))
    if bound is None:
        init.kaiming_uniform_(weight, a=math.sqrt(5))
    else:
        init.uniform_(weight, -bound, bound)
    return weight


@documented
class Linear(Module):
    """Every output a weighted sum of all inputs, and a bias.

    bias : bool, optional
        Whether to add a bias.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Linear
    >>> Linear(2, 3)(ones(5, 2)).shape
    (5, 3)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        self.weight = _weights(out_features, in_features)
        bound = 1 / math.sqrt(in_features) if in_features else 0.0
        self.bias = _weights(out_features, bound=bound) if bias else None

    def forward(self, x: Any) -> Any:
        """Multiply and add."""
        return F.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"in_features={self.in_features}, "
        text += f"out_features={self.out_features}, "
        return text + f"bias={self.bias is not None}"


@documented
class Embedding(Module):
    """A table, of which rows are picked by number.

    num_embeddings : int
        How many rows.
    embedding_dim : int
        How long they are.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import Embedding
    >>> Embedding(10, 3)(tensor([[1, 2], [2, 2]])).shape
    (2, 2, 3)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int) -> None:
        self.weight = Parameter(empty(num_embeddings, embedding_dim))
        init.normal_(self.weight)

    def forward(self, x: Any) -> Any:
        """Pick the rows."""
        return F.embedding(x, self.weight)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        return "{}, {}".format(*self.weight.shape)


class Conv(Module):
    """What convolutions share.

    Parameters
    ----------
    in_channels, out_channels : int
        How many channels come in and go out.
    kernel_size, stride, padding, dilation : int or tuple
        The windows.
    bias : bool, optional
        Whether to add a bias.

    Examples
    --------
    >>> from micrograd.tensors.nn import Conv2d
    >>> Conv2d(2, 4, 3)
    Conv2d(2, 4, kernel_size=(3, 3), stride=(1, 1))
    """

    axes: int
    function: Callable[..., Any]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        bias: bool = True,
    ) -> None:
        one = isinstance(kernel_size, int)
        size = (kernel_size,) * self.axes if one else tuple(kernel_size)
        self.how = (stride, padding, dilation)
        self.weight = _weights(out_channels, in_channels, *size)
        bound = 1 / math.sqrt(in_channels * math.prod(size))
        self.bias = _weights(out_channels, bound=bound) if bias else None

    def forward(self, x: Any) -> Any:
        """Slide the kernels."""
        return type(self).function(x, self.weight, self.bias, *self.how)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        out, channels, *size = self.weight.shape
        stride, padding, dilation = (
            (x,) * self.axes if isinstance(x, int) else x for x in self.how
        )
        text = f"{channels}, {out}, kernel_size={tuple(size)}, "
        text += f"stride={stride}"
        text += f", padding={padding}" if any(padding) else ""
        text += f", dilation={dilation}" if max(dilation) > 1 else ""
        return text + (", bias=False" if self.bias is None else "")


@documented
class Conv1d(Conv):
    """Kernels that slide along sequences.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Conv1d
    >>> Conv1d(2, 4, 3)(ones(1, 2, 5)).shape
    (1, 4, 3)
    """

    axes = 1
    function = F.conv1d


@documented
class Conv2d(Conv):
    """Kernels that slide over images.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Conv2d
    >>> Conv2d(2, 4, 3, padding=1)(ones(1, 2, 5, 5)).shape
    (1, 4, 5, 5)
    """

    axes = 2
    function = F.conv2d


# --- Norms ---


@documented
class LayerNorm(Module):
    """The last axes of each example, brought to mean 0 and variance 1.

    normalized_shape : int or sequence of int
        The lengths of these axes.
    elementwise_affine : bool, optional
        Whether to scale and shift afterwards.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import LayerNorm
    >>> LayerNorm(2)(tensor([1.0, 3.0])).detach()
    tensor([-1.0000,  1.0000])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
    ) -> None:
        one = isinstance(normalized_shape, int)
        shape = (normalized_shape,) if one else tuple(normalized_shape)
        self.normalized_shape, self.eps = shape, eps
        self.weight = self.bias = None
        if elementwise_affine:
            self.weight = Parameter(ones(shape))
            self.bias = Parameter(zeros(shape))

    def forward(self, x: Any) -> Any:
        """Normalise, scale and shift."""
        how = (self.normalized_shape, self.weight, self.bias, self.eps)
        return F.layer_norm(x, *how)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text, affine = f"{self.normalized_shape}, ", self.weight is not None
        text += f"eps={self.eps}, elementwise_affine={affine}"
        return text + f", bias={affine}"


@documented
class RMSNorm(Module):
    """The last axes of each example, divided by their root mean square.

    normalized_shape : int or sequence of int
        The lengths of these axes.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import RMSNorm
    >>> RMSNorm(2)(tensor([3.0, -3.0])).detach()
    tensor([ 1., -1.])
    """

    def __init__(
        self, normalized_shape: Any, eps: float | None = None
    ) -> None:
        one = isinstance(normalized_shape, int)
        shape = (normalized_shape,) if one else tuple(normalized_shape)
        self.normalized_shape, self.eps = shape, eps
        self.weight = Parameter(ones(shape))

    def forward(self, x: Any) -> Any:
        """Normalise and scale."""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"{self.normalized_shape}, eps={self.eps}, "
        return text + "elementwise_affine=True"


@documented
class GroupNorm(Module):
    """Groups of channels, brought to mean 0 and variance 1.

    num_groups : int
        How many groups.
    num_channels : int
        How many channels.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import GroupNorm
    >>> GroupNorm(2, 4)(ones(3, 4, 5)).shape
    (3, 4, 5)
    """

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5
    ) -> None:
        self.num_groups, self.eps = num_groups, eps
        self.weight = Parameter(ones(num_channels))
        self.bias = Parameter(zeros(num_channels))

    def forward(self, x: Any) -> Any:
        """Normalise, scale and shift."""
        groups = self.num_groups
        return F.group_norm(x, groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"{self.num_groups}, {self.weight.shape[0]}, eps={self.eps}, "
        return text + "affine=True, bias=True"


@documented
class BatchNorm1d(Module):
    """Each channel, brought to mean 0 and variance 1 over the batch.

    momentum : float, optional
        How far the means in use move towards those of a batch.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import BatchNorm1d
    >>> norm = BatchNorm1d(1)
    >>> norm(tensor([[1.0], [3.0]])).detach(), norm.running_mean
    (tensor([[-1.0000],
            [ 1.0000]]), tensor([0.2000]))
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
    ) -> None:
        self.num_features, self.eps, self.momentum = (
            num_features,
            eps,
            momentum,
        )
        self.weight = Parameter(ones(num_features)) if affine else None
        self.bias = Parameter(zeros(num_features)) if affine else None
        self.register_buffer("running_mean", zeros(num_features))
        self.register_buffer("running_var", ones(num_features))
        counter = zeros((), dtype="int64")
        self.register_buffer("num_batches_tracked", counter)

    def forward(self, x: Any) -> Any:
        """Normalise, scale and shift; in training, move the means."""
        running: Any = vars(self)
        if self.training:
            running["num_batches_tracked"] += 1
        return F.batch_norm(
            x,
            running["running_mean"],
            running["running_var"],
            self.weight,
            self.bias,
            self.training,
            self.momentum,
            self.eps,
        )

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"{self.num_features}, eps={self.eps}, "
        affine = self.weight is not None
        text += f"momentum={self.momentum}, affine={affine}, bias={affine}"
        return text + ", track_running_stats=True"


class BatchNorm2d(BatchNorm1d):
    """The same for images, (batch, channels, height, width).

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import BatchNorm2d
    >>> BatchNorm2d(3)(ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """


# --- Attention ---


@documented
class MultiheadAttention(Module):
    """Several heads that attend side by side, each to a part of the width.

    embed_dim : int
        The width of queries and of what comes out.
    num_heads : int
        How many heads; they divide the width.
    dropout : float, optional
        The share of the weights that is dropped in training.
    bias : bool, optional
        Whether the products have biases.
    kdim : int, optional
        The width of keys; by default the same.
    vdim : int, optional
        The width of values; by default the same.
    batch_first : bool, optional
        Whether the first axis is the batch, and not the sequence.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import MultiheadAttention
    >>> x = ones(2, 5, 8)
    >>> y, weights = MultiheadAttention(8, 2, batch_first=True)(x, x, x)
    >>> y.shape, weights.shape
    ((2, 5, 8), (2, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
    ) -> None:
        if embed_dim % num_heads:
            asked = "MultiheadAttention() needs heads that divide the width"
            given = f"num_heads={num_heads} and embed_dim={embed_dim}"
            raise OptionError(asked, given, "change one of them")
        n, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.batch_first = batch_first
        widths = (kdim or n, vdim or n)
        self.in_proj_bias = Parameter(zeros(3 * n)) if bias else None
        self.out_proj = Linear(n, n, bias)
        self.in_proj_weight: Any = None
        if widths == (n, n):
            weight = Parameter(empty(3 * n, n))
            self.in_proj_weight = init.xavier_uniform_(weight)
        else:
            for name, m in zip("qkv", (n, *widths), strict=True):
                weight = Parameter(empty(n, m))
                init.xavier_uniform_(weight)
                self.register_parameter(f"{name}_proj_weight", weight)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def _projected(self, inputs: Any) -> Any:
        """Queries, keys and values, (batch, heads, length, width)."""
        n, own = self.out_proj.weight.shape[0], vars(self)
        for i, (name, x) in enumerate(zip("qkv", inputs, strict=True)):
            part = slice(i * n, (i + 1) * n)
            whole = self.in_proj_weight
            weight = (
                own[f"{name}_proj_weight"] if whole is None else whole[part]
            )
            bias = self.in_proj_bias
            z = F.linear(x, weight, None if bias is None else bias[part])
            z = z.view(*z.shape[:2], self.num_heads, -1)
            yield z.transpose(1, 2)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        attn_mask: Any = None,
        need_weights: bool = True,
    ) -> Any:
        """Give the outputs, and the weights averaged over the heads.

        Truths in `attn_mask` are where *not* to look, as in PyTorch.
        """
        turned = not self.batch_first and len(query.shape) == 3
        inputs = [query, key, value]
        if turned:
            inputs = [x.transpose(0, 1) for x in inputs]
        q, k, v = self._projected(inputs)
        scores = matmul(q, k.mT) * q.shape[-1] ** -0.5
        if attn_mask is not None and attn_mask.dtype == bool:
            scores = scores.masked_fill(attn_mask, -math.inf)
        elif attn_mask is not None:
            scores = scores + attn_mask
        weights = F.softmax(scores, -1)
        z = matmul(F.dropout(weights, self.dropout, self.training), v)
        z = z.transpose(1, 2)
        z = self.out_proj(z.reshape(*z.shape[:2], -1))
        z = z.transpose(0, 1) if turned else z
        return z, weights.mean(1) if need_weights else None


# --- Cells, one step through time each ---


class Cell(Module):
    """What recurrent cells share; `gates` times the state is computed.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers come in, and how many the state has.
    bias : bool, optional
        Whether to add biases.

    Examples
    --------
    >>> from micrograd.tensors.nn import GRUCell
    >>> GRUCell(2, 3).weight_hh.shape
    (9, 3)
    """

    gates = 1

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True
    ) -> None:
        self.input_size, self.hidden_size = input_size, hidden_size
        n, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
        self.weight_ih = _weights(n, input_size, bound=bound)
        self.weight_hh = _weights(n, hidden_size, bound=bound)
        self.bias_ih = _weights(n, bound=bound) if bias else None
        self.bias_hh = _weights(n, bound=bound) if bias else None

    def _sums(self, x: Any, h: Any) -> tuple[Any, Any]:
        """From the input and from the state, (batch, gates * state)."""
        if h is None:
            h = zeros(*x.shape[:-1], self.hidden_size, dtype=x.dtype)
        first = F.linear(x, self.weight_ih, self.bias_ih)
        return first, F.linear(h, self.weight_hh, self.bias_hh)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        return f"{self.input_size}, {self.hidden_size}"


@documented
class RNNCell(Cell):
    """A state that is mixed with the input, through a tanh.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import RNNCell
    >>> RNNCell(2, 3)(ones(5, 2)).shape
    (5, 3)
    """

    def forward(self, x: Any, h: Any = None) -> Any:
        """Give the next state."""
        first, second = self._sums(x, h)
        return primitives.tanh(first + second)


@documented
class GRUCell(Cell):
    """A state of which gates decide how much stays.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import GRUCell
    >>> GRUCell(2, 3)(ones(5, 2)).shape
    (5, 3)
    """

    gates = 3

    def forward(self, x: Any, h: Any = None) -> Any:
        """Give the next state."""
        if h is None:
            h = zeros(*x.shape[:-1], self.hidden_size, dtype=x.dtype)
        (a, b, c), (d, e, f) = (s.chunk(3, -1) for s in self._sums(x, h))
        reset, keep = primitives.sigmoid(a + d), primitives.sigmoid(b + e)
        new = primitives.tanh(c + reset * f)
        return (1 - keep) * new + keep * h


@documented
class LSTMCell(Cell):
    """A state with a memory beside it, both behind gates.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import LSTMCell
    >>> h, c = LSTMCell(2, 3)(ones(5, 2))
    >>> h.shape, c.shape
    ((5, 3), (5, 3))
    """

    gates = 4

    def forward(self, x: Any, state: Any = None) -> Any:
        """Give the next state and the next memory."""
        h, c = (None, None) if state is None else state
        first, second = self._sums(x, h)
        i, f, g, o = (first + second).chunk(4, -1)
        new = primitives.sigmoid(i) * primitives.tanh(g)
        c = new if c is None else primitives.sigmoid(f) * c + new
        return primitives.sigmoid(o) * primitives.tanh(c), c
