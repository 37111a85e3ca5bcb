r"""Modules: layers that hold their parameters, under PyTorch's names.

Same seed, same weights: every layer draws its initial numbers in the order
in which PyTorch draws them.  Names of parameters and buffers are PyTorch's
too, so that a state can be moved there and back.

Notation: shapes at line ends, ``(batch, ...)``.

Leaves out: lazy layers, and layers on several devices.

Sources: PyTorch for names, arguments, initial numbers and printing.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import groupby
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple, Self

import numpy as np

from micrograd import primitives
from micrograd.errors import (
    NumberError,
    OptionError,
    ShapeError,
    StateError,
)
from micrograd.namespaces import to_choice
from micrograd.recording import no_grad
from micrograd.tensors.creation import empty, ones, zeros
from micrograd.tensors.documentation import documented
from micrograd.tensors.engine import Tensor
from micrograd.tensors.functions import (
    cat,
    flatten,
    matmul,
    own,
    split,
    stack,
    unbind,
)
from micrograd.tensors.hooks import RemovableHandle
from micrograd.tensors.libraries import FLOAT
from micrograd.tensors.nn import functional as F
from micrograd.tensors.nn import init
from micrograd.tensors.nn.rnn import PackedSequence

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Bilinear",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout2d",
    "ELU",
    "Embedding",
    "Flatten",
    "GELU",
    "GLU",
    "GRU",
    "GRUCell",
    "GroupNorm",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "HuberLoss",
    "Identity",
    "InstanceNorm2d",
    "KLDivLoss",
    "L1Loss",
    "LSTM",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "PairwiseDistance",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "PixelShuffle",
    "RMSNorm",
    "RNN",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "ReflectionPad2d",
    "SELU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
    "TripletMarginLoss",
    "Unflatten",
    "Unfold",
    "Upsample",
    "ZeroPad2d",
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
        super().__init__(data.array, requires_grad=requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Keys(NamedTuple):
    """Which names of a saved state did not fit.

    Examples
    --------
    >>> from micrograd.tensors.nn import ReLU
    >>> ReLU().load_state_dict({})
    <All keys matched successfully>
    """

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not any(self):
            return "<All keys matched successfully>"
        pairs = zip(self._fields, self, strict=True)
        inside = ", ".join(f"{name}={keys}" for name, keys in pairs)
        return f"_IncompatibleKeys({inside})"


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
    shows = ""  # what is printed between the brackets
    _buffers: Mapping[str, bool] = {}  # by name: whether it is saved
    _forward_pre_hooks: Mapping[int, Any] = {}  # hooks
    _forward_hooks: Mapping[int, Any] = {}
    _hooked = False  # whether there ever was one, of any kind

    def __setattr__(self, name: str, value: Any) -> None:
        """Hold something; a parameter gives way to another or to None."""
        old = vars(self).get(name)
        kind: type = Module if isinstance(old, Module) else Parameter
        fits = isinstance(value, (kind, Parameter)) or value is None
        if isinstance(old, (Parameter, Module)) and not fits:
            asked = f"{type(self).__name__}.{name} takes a {kind.__name__}"
            do = f"wrap it, nn.Parameter(x), or copy numbers: {name}.data = x"
            given = type(value).__name__
            raise NumberError(f"{asked} or None", given, do)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        """Hold it no longer; another of its name is no buffer."""
        object.__delattr__(self, name)
        held = self._buffers.items()
        self._buffers = {k: x for k, x in held if k != name}

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        """Return what :meth:`forward` gives for these inputs; hooks run."""
        if self._hooked:
            return self._call_with_hooks(inputs, named)
        return self.forward(*inputs, **named)

    def _call_with_hooks(self, inputs: Any, named: dict[str, Any]) -> Any:
        for hook in list(self._forward_pre_hooks.values()):
            inputs = _tuple(hook(self, inputs), inputs)
        watch = Passage(self)
        out = self.forward(*watch.into(inputs), **named)
        for hook in list(self._forward_hooks.values()):
            found = hook(self, inputs, out)
            out = out if found is None else found
        return watch.out_of(out)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """Compute the outputs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def register_buffer(
        self, name: str, tensor: Tensor | None, persistent: bool = True
    ) -> None:
        """Hold a tensor that is not learned; saved if it is persistent."""
        self._buffers = {**self._buffers, name: persistent}
        setattr(self, name, tensor)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Hold a parameter under a name."""
        setattr(self, name, param)

    def add_module(self, name: str, module: Any) -> None:
        """Hold a module under a name, without a dot."""
        if not isinstance(module, Module | None) or "." in name:
            asked = f"{type(self).__name__} holds modules, under names"
            given = f"{type(module).__name__} as {name!r}"
            do = "make a function a module, such as nn.ReLU() of relu"
            raise NumberError(asked, given, do)
        setattr(self, name, module)

    register_module = add_module

    # --- Who else is called ---

    def _add_hook(self, kind: str, hook: Any) -> RemovableHandle:
        object.__setattr__(self, "_hooked", True)
        return RemovableHandle(vars(self).setdefault(kind, {}), hook)

    def register_forward_pre_hook(
        self, hook: Callable[[Module, Any], Any]
    ) -> RemovableHandle:
        """Call a function of the module and its inputs, a tuple, first.

        What it gives, unless that is None, takes the place of the inputs.
        """
        return self._add_hook("_forward_pre_hooks", hook)

    def register_forward_hook(
        self, hook: Callable[[Module, Any, Any], Any]
    ) -> RemovableHandle:
        """Call a function of the module, its inputs and its output.

        What it gives, unless that is None, takes the place of the output.

        Examples
        --------
        >>> from micrograd.tensors import tensor
        >>> from micrograd.tensors.nn import ReLU
        >>> relu, seen = ReLU(), []
        >>> handle = relu.register_forward_hook(
        ...     lambda module, inputs, output: seen.append(output)
        ... )
        >>> out = relu(tensor([-1.0, 1.0]))
        >>> seen
        [tensor([0., 1.])]
        >>> handle.remove()
        """
        return self._add_hook("_forward_hooks", hook)

    def register_full_backward_pre_hook(
        self, hook: Callable[[Module, Any], Any]
    ) -> RemovableHandle:
        """Call a function of the module and the gradients of its outputs.

        What it gives, unless that is None, takes the place of these.
        """
        return self._add_hook("_backward_pre_hooks", hook)

    def register_full_backward_hook(
        self, hook: Callable[[Module, Any, Any], Any]
    ) -> RemovableHandle:
        """Call a function of the module, gradients of inputs and of outputs.

        What it gives, unless that is None, takes the place of those of
        inputs.

        Examples
        --------
        >>> from micrograd.tensors import tensor
        >>> from micrograd.tensors.nn import ReLU
        >>> relu, seen = ReLU(), []
        >>> handle = relu.register_full_backward_hook(
        ...     lambda module, of_inputs, of_outputs: seen.append(of_inputs)
        ... )
        >>> relu(tensor([-1.0, 1.0], requires_grad=True)).sum().backward()
        >>> seen
        [(tensor([0., 1.]),)]
        """
        return self._add_hook("_backward_hooks", hook)

    # --- What is in it ---

    def get_submodule(self, target: str) -> Module:
        """Give the module with a name, such as ``"layers.0"``."""
        return dict(self._named())[target]

    def get_parameter(self, target: str) -> Parameter:
        """Give the parameter with a name, such as ``"layers.0.weight"``."""
        return dict(self.named_parameters())[target]

    @property
    def _modules(self) -> Mapping[str, Any]:
        """The modules held by this one, as often as they have names.

        A list of modules may have None in places.
        """
        return MappingProxyType(
            {
                name: x
                for name, x in vars(self).items()
                if isinstance(x, Module) or (x is None and name.isdecimal())
            }
        )

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Give the modules held by this one, each once, with their names."""
        held = self._modules.items()
        return _once((k, x) for k, x in held if x is not None)

    def children(self) -> Iterator[Module]:
        """Give the modules held by this one, each once."""
        return (child for _, child in self.named_children())

    def _named(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Give this module and all in it, with all of their names."""
        stack: list[tuple[str, Module]] = [(prefix, self)]
        while stack:
            name, module = stack.pop()
            yield name, module
            dot = f"{name}." if name else ""
            held = [*module._modules.items()][::-1]  # noqa: SLF001
            stack += [(dot + k, x) for k, x in held if x is not None]

    def named_modules(
        self, memo: Any = None, prefix: str = ""
    ) -> Iterator[tuple[str, Module]]:
        """Give this module and all in it, each once, with their names."""
        return _once(self._named(prefix))

    def modules(self) -> Iterator[Module]:
        """Give this module and all in it, each once."""
        return (module for _, module in self.named_modules())

    def _tensors(
        self,
        kept: Callable[[Module, str, Tensor], bool],
        prefix: str = "",
        recurse: bool = True,
    ) -> Any:
        """Tensors, each as often as it has names; parameters come first."""
        named = self._named(prefix) if recurse else [(prefix, self)]
        for before, module in named:
            held = vars(module).items()
            found = [(k, x) for k, x in held if isinstance(x, Tensor)]
            found.sort(key=lambda pair: not isinstance(pair[1], Parameter))
            for key, x in found:
                if kept(module, key, x):
                    yield f"{before}.{key}" if before else key, x

    def named_parameters(
        self, prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Give the parameters of all modules, each once, with names."""
        return _once(
            self._tensors(
                lambda m, key, x: isinstance(x, Parameter), prefix, recurse
            )
        )

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Give the parameters of all modules, each once."""
        return (p for _, p in self.named_parameters("", recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Give the buffers of all modules, with their names."""
        return _once(
            self._tensors(
                lambda m, key, x: key in m._buffers,  # noqa: SLF001
                prefix,
                recurse,
            )
        )

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Give the buffers of all modules."""
        return (x for _, x in self.named_buffers("", recurse))

    # --- What is done to all of it ---

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call a function on every module, the innermost first."""
        for child in self.children():
            child.apply(fn)
        fn(self)
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
        for _, x in _once(self._tensors(lambda m, key, x: True)):
            only = where if x.dtype.kind == "f" else devices
            x.array = x.detach().to(*only).array
            if x.grad is not None:
                x.grad = x.grad.to(*only)
        return self

    def cuda(self) -> Self:
        """Move everything to the GPU."""
        return self.to("cuda")

    def cpu(self) -> Self:
        """Move everything to the processor."""
        return self.to("cpu")

    def double(self) -> Self:
        """Convert all floats to float64."""
        return self.to(np.dtype("float64"))

    def float(self) -> Self:
        """Convert all floats to float32."""
        return self.to(np.dtype("float32"))

    # --- Saving and loading ---

    def _state(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Parameters, and buffers that are saved."""
        found: Iterator[tuple[str, Tensor]] = self._tensors(
            lambda m, key, x: isinstance(x, Parameter)
            or m._buffers.get(key, False),  # noqa: SLF001
            prefix,
        )
        return found

    def state_dict(self, *, prefix: str = "") -> dict[str, Tensor]:
        """Give all parameters and buffers by their names."""
        return {prefix + name: x.data for name, x in self._state()}

    def load_state_dict(
        self, state_dict: Mapping[str, Tensor], strict: bool = True
    ) -> Keys:
        """Take over numbers that :meth:`state_dict` gave.

        Gives the names that were missing, and those that were unexpected;
        without `strict` there may be such.

        Raises
        ------
        StateError
            If names or shapes differ; then nothing has changed.
        """
        mine = dict(self._state())
        missing = [name for name in mine if name not in state_dict]
        unexpected = [name for name in state_dict if name not in mine]
        asked = f"{type(self).__name__}.load_state_dict() expects"
        if strict and (missing or unexpected):
            which = "lack" if missing else "have"
            name = (missing or unexpected)[0]
            given = f"{len(state_dict)} names that {which} {name!r}"
            do = "build the same network first, or pass strict=False"
            raise StateError(f"{asked} {len(mine)} names", given, do)
        both = [(k, mine[k], x) for k, x in state_dict.items() if k in mine]
        for name, x, new in both:
            if x.shape != tuple(new.shape) and not _waits(x):
                asked = f"{asked} the shape {x.shape}"
                given = f"{tuple(new.shape)} for {name!r}"
                raise StateError(asked, given, "build the same network")
        for _, x, new in both:
            if _waits(x):
                x.array = np.empty(new.shape, x.dtype)
            x.data.copy_(np.asarray(new))
        return Keys(missing, unexpected)

    # --- How it prints ---

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        held = vars(self)
        has = {"affine": "weight", "biased": "bias"}
        known = {k: held.get(name) is not None for k, name in has.items()}
        return self.shows.format(**{**held, **known})

    def _lines(self) -> list[str]:
        """What is printed of the modules in it."""
        pairs = self._modules.items()
        return [f"({name}): {child!r}" for name, child in pairs]

    def __repr__(self) -> str:
        lines = [one.replace("\n", "\n  ") for one in self._lines()]
        name, extra = type(self).__name__, self.extra_repr()
        if not lines:
            return f"{name}({extra})"
        inside = "\n  ".join([extra, *lines] if extra else lines)
        return f"{name}(\n  {inside}\n)"


class Passage:
    """One call of a module whose hooks see gradients.

    Those inputs that have gradients become parts of one tensor, and those
    outputs; a hook of each sees all the gradients together.

    Parameters
    ----------
    module : Module
        The module.

    Examples
    --------
    >>> from micrograd.tensors.nn import ReLU
    >>> from micrograd.tensors.nn.modules import Passage
    >>> Passage(ReLU()).into((5,))
    (5,)
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.before = vars(module).get("_backward_pre_hooks")
        self.after = vars(module).get("_backward_hooks")
        self.inside: Any = ()
        self.by_outputs: Any = None

    def into(self, inputs: Any) -> Any:
        """Give the inputs, of which backward hooks are told."""
        self.inside = inputs
        return self._told(inputs, self._by_inputs) if self.after else inputs

    def out_of(self, out: Any) -> Any:
        """Give the outputs, likewise."""
        if not (self.before or self.after):
            return out
        if isinstance(out, tuple):
            return self._told(out, self._by_outputs)
        return self._told((out,), self._by_outputs)[0]

    def _by_outputs(self, grads: Any) -> Any:
        for hook in (self.before or {}).values():
            grads = _tuple(hook(self.module, grads), grads)
        self.by_outputs = grads
        if self.after and not any(map(_led, self.inside)):
            self._by_inputs((None,) * len(self.inside))
        return grads

    def _by_inputs(self, grads: Any) -> Any:
        if any(map(_led, self.inside)):  # PyTorch has 0, too, where none leads
            pairs = [*zip(grads, self.inside, strict=True)]
            there = [isinstance(x, Tensor) and g is None for g, x in pairs]
            grads = tuple(
                x.detach() * 0 if idle else g
                for idle, (g, x) in zip(there, pairs, strict=True)
            )
        for hook in (self.after or {}).values():
            grads = _tuple(hook(self.module, grads, self.by_outputs), grads)
        return grads

    @staticmethod
    def _told(tensors: Any, see: Callable[[Any], Any]) -> Any:
        """Tensors of whose gradients a function is told, and may change."""
        at = [i for i, x in enumerate(tensors) if _led(x)]
        if not at:
            return tensors
        shapes = [tensors[i].shape for i in at]
        sizes = [math.prod(shape) for shape in shapes]
        whole = cat([tensors[i].reshape(-1) for i in at])

        def put(parts: Tensor, into: Any) -> Any:
            for i, part, shape in zip(at, split(parts, sizes), shapes,
                                      strict=True):  # fmt: skip
                into[i] = part.reshape(*shape)
            return tuple(into)

        def look(g: Tensor) -> Tensor:
            grads = see(put(g, [None] * len(tensors)))
            return cat([grads[i].reshape(-1) for i in at])

        whole.register_hook(look)
        return put(whole, list(tensors))


def _waits(x: Tensor) -> bool:
    """Tell whether a lazy layer has not given it numbers yet."""
    return x.shape == (0,)


def _led(x: Any) -> bool:
    """Tell whether it is a tensor to which a gradient leads."""
    return isinstance(x, Tensor) and x.requires_grad


def _tuple(found: Any, instead: Any) -> Any:
    """What a hook gave, as a tuple; if nothing, what there was."""
    if found is None:
        return instead
    return found if isinstance(found, tuple) else (found,)


def _once(found: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Leave out what was there already under another name."""
    seen: set[int] = set()
    for name, x in found:
        if id(x) not in seen:
            seen.add(id(x))
            yield name, x


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
        self.extend(modules)

    def append(self, module: Module) -> Self:
        """Put a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def _lines(self) -> list[str]:
        """What is printed: modules that print alike together."""
        lines, place = [], 0
        for text, same in groupby(map(repr, self)):
            n = len(list(same))
            many = f"({place}-{place + n - 1}): {n} x {text}"
            lines.append(f"({place}): {text}" if n == 1 else many)
            place += n
        return lines

    def __getitem__(self, index: Any) -> Any:
        found = [*self][index]
        return self._like(found) if isinstance(index, slice) else found

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module([*self._modules][index], module)

    def __delitem__(self, index: Any) -> None:
        self._edit(lambda modules: modules.__delitem__(index))

    def _edit(self, change: Callable[[list[Module]], Any]) -> Any:
        """Change the modules as a list, and number them anew."""
        modules = [*self]
        found = change(modules)
        for name in [*self._modules]:
            delattr(self, name)
        self.extend(modules)
        return found

    def insert(self, index: int, module: Module) -> None:
        """Put a module before another."""
        self._edit(lambda modules: modules.insert(index, module))

    def pop(self, index: int = -1) -> Module:
        """Take a module out."""
        found: Module = self._edit(lambda modules: modules.pop(index))
        return found

    def __add__(self, modules: Iterable[Module]) -> Self:
        return self._like([*self, *modules])

    def _like(self, modules: list[Module]) -> Self:
        """Other modules in an object of the same class."""
        return type(self)(modules)

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put modules at the end."""
        for module in modules:
            self.append(module)
        return self

    __iadd__ = extend


class ModuleDict(Module):
    """Modules under names.

    Parameters
    ----------
    modules : mapping of str to Module, optional
        The modules.

    Examples
    --------
    >>> from micrograd.tensors.nn import Linear, ModuleDict
    >>> ModuleDict({"head": Linear(2, 3)})["head"]
    Linear(in_features=2, out_features=3, bias=True)
    """

    def __init__(self, modules: Any = None) -> None:
        self.update(modules or {})

    def update(self, modules: Any) -> None:
        """Take more modules, of a mapping or of pairs."""
        for name, module in dict(modules).items():
            self[name] = module

    def __setitem__(self, name: str, module: Module) -> None:
        self.add_module(name, module)

    def __getitem__(self, name: str) -> Module:
        return self._modules[name]

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def pop(self, name: str) -> Module:
        """Take a module out."""
        found = self[name]
        delattr(self, name)
        return found

    def keys(self) -> Any:
        """Give the names."""
        return self._modules.keys()

    def values(self) -> Any:
        """Give the modules."""
        return self._modules.values()

    def items(self) -> Any:
        """Give the modules with their names."""
        return self._modules.items()


class ParameterList(Module):
    """Parameters in a list.

    Parameters
    ----------
    values : iterable of Tensor, optional
        The parameters.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import ParameterList
    >>> [p.shape for p in ParameterList([ones(2), ones(3)])]
    [(2,), (3,)]
    """

    def __init__(self, values: Iterable[Tensor] = ()) -> None:
        for value in values:
            self.append(value)

    def append(self, value: Tensor) -> Self:
        """Put a parameter at the end."""
        self._put(str(len(self)), value)
        return self

    def _put(self, name: str, value: Tensor) -> None:
        same = isinstance(value, Parameter)
        setattr(self, name, value if same else Parameter(value))

    def _lines(self) -> list[str]:
        """What is printed of the parameters."""
        pairs = self.named_parameters(recurse=False)
        return [
            f"({k}): Parameter containing: [{p.dtype} of size "
            f"{'x'.join(map(str, p.shape))}]"
            for k, p in pairs
        ]

    def __len__(self) -> int:
        return sum(1 for _ in self.parameters(recurse=False))

    def __iter__(self) -> Iterator[Any]:
        return self.parameters(recurse=False)

    def __getitem__(self, index: int) -> Parameter:
        return [*self.parameters(recurse=False)][index]


class ParameterDict(ParameterList):
    """Parameters under names.

    Parameters
    ----------
    values : mapping of str to Tensor, optional
        The parameters.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import ParameterDict
    >>> ParameterDict({"slope": ones(2)})["slope"].shape
    (2,)
    """

    def __init__(self, values: Mapping[str, Tensor] | None = None) -> None:
        for name, value in (values or {}).items():
            self[name] = value

    def __setitem__(self, name: str, value: Tensor) -> None:
        self._put(name, value)

    def __getitem__(self, name: Any) -> Parameter:
        return dict(self.items())[name]

    def __contains__(self, name: str) -> bool:
        return name in dict(self.items())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> Any:
        """Give the names."""
        return dict(self.items()).keys()

    def values(self) -> Iterator[Parameter]:
        """Give the parameters."""
        return self.parameters(recurse=False)

    def items(self) -> Iterator[tuple[str, Parameter]]:
        """Give the parameters with their names."""
        return self.named_parameters(recurse=False)


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

    def __init__(self, *modules: Any) -> None:
        named = modules[0] if len(modules) == 1 else None
        if isinstance(named, Mapping):  # names in place of numbers
            for name, module in named.items():
                self.add_module(name, module)
        else:
            super().__init__(modules)

    _lines = Module._lines  # noqa: SLF001

    def _like(self, modules: list[Module]) -> Self:
        return type(self)(*modules)

    def forward(self, x: Any) -> Any:
        """Pass the input through."""
        for module in self._modules.values():
            x = module(x)
        return x


# --- Functions as modules ---


UNSAID = ("size", "scale_factor", "align_corners")  # if they are not given


def _bend(name: str, function: Callable[..., Any], **defaults: Any) -> Any:
    """A module of a function with settings.

    As in PyTorch the last may be `inplace`, which changes nothing here.
    """
    order = vars(function).get("order", ())
    known = [x for x in order if x in (*defaults, *F.SWITCHES)] or [*defaults]
    if "inplace" in inspect.signature(function).parameters:
        known.append("inplace")

    def __init__(self: Any, *settings: Any, **named: Any) -> None:
        given = dict(zip(known, settings, strict=False)) | named
        if given.keys() - known or len(settings) > len(known):
            asked = f"{name}() takes the settings {known}"
            raise OptionError(asked, f"{settings} {named}", "leave them out")
        if not given.get("inplace"):
            given.pop("inplace", None)
        self.settings = defaults | F.with_reduction(given)

    def forward(self: Any, *inputs: Any) -> Any:
        """Apply the function."""
        return function(*inputs, **self.settings)

    def extra_repr(self: Any) -> str:
        """Give the settings, for printing."""
        pairs = {} if name.endswith("Loss") else self.settings
        pairs = {k: x for k, x in pairs.items() if k not in UNSAID or x}
        return ", ".join(f"{key}={value!r}" for key, value in pairs.items())

    text = f"""The function {function.__name__} as a module.

    >>> from micrograd.tensors.nn import {name}
    >>> {name}()
    {name}({extra_repr(SimpleNamespace(settings=defaults))})
    """
    body = {"__init__": __init__, "forward": forward, "__doc__": text}
    body |= {"extra_repr": extra_repr, "__module__": __name__}
    return documented(type(name, (Module,), body))


ReLU, ReLU6 = _bend("ReLU", F.relu), _bend("ReLU6", F.relu6)
Tanh, Sigmoid = _bend("Tanh", F.tanh), _bend("Sigmoid", F.sigmoid)
SiLU, SELU = _bend("SiLU", F.silu), _bend("SELU", F.selu)
Mish, Softsign = _bend("Mish", F.mish), _bend("Softsign", F.softsign)
LogSigmoid = _bend("LogSigmoid", F.logsigmoid)
Hardswish = _bend("Hardswish", F.hardswish)
Hardsigmoid = _bend("Hardsigmoid", F.hardsigmoid)
GLU = _bend("GLU", F.glu, dim=-1)
GELU = _bend("GELU", F.gelu, approximate="none")
ELU = _bend("ELU", F.elu, alpha=1.0)
LeakyReLU = _bend("LeakyReLU", F.leaky_relu, negative_slope=0.01)
Hardtanh = _bend("Hardtanh", F.hardtanh, min_val=-1.0, max_val=1.0)
Softplus = _bend("Softplus", F.softplus, beta=1.0, threshold=20.0)
Softmax = _bend("Softmax", F.softmax, dim=None)
LogSoftmax = _bend("LogSoftmax", F.log_softmax, dim=None)
CosineSimilarity = _bend(
    "CosineSimilarity", F.cosine_similarity, dim=1, eps=1e-8
)

PairwiseDistance = _bend(
    "PairwiseDistance", F.pairwise_distance, p=2.0, eps=1e-6, keepdim=False
)
Upsample = _bend(
    "Upsample",
    F.interpolate,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
)
Unfold = _bend(
    "Unfold", F.unfold, kernel_size=None, dilation=1, padding=0, stride=1
)
PixelShuffle = _bend("PixelShuffle", F.pixel_shuffle, upscale_factor=None)
AdaptiveAvgPool1d = _bend(
    "AdaptiveAvgPool1d", F.adaptive_avg_pool1d, output_size=None
)
AdaptiveAvgPool2d = _bend(
    "AdaptiveAvgPool2d", F.adaptive_avg_pool2d, output_size=None
)

TripletMarginLoss = _bend(
    "TripletMarginLoss",
    F.triplet_margin_loss,
    margin=1.0,
    p=2.0,
    reduction="mean",
)
MSELoss = _bend("MSELoss", F.mse_loss, reduction="mean")
L1Loss = _bend("L1Loss", F.l1_loss, reduction="mean")
HuberLoss = _bend("HuberLoss", F.huber_loss, reduction="mean", delta=1.0)
SmoothL1Loss = _bend(
    "SmoothL1Loss", F.smooth_l1_loss, reduction="mean", beta=1.0
)
KLDivLoss = _bend(
    "KLDivLoss", F.kl_div, reduction="mean", log_target=False
)
BCELoss = _bend(
    "BCELoss", F.binary_cross_entropy, weight=None, reduction="mean"
)
BCEWithLogitsLoss = _bend(
    "BCEWithLogitsLoss",
    F.binary_cross_entropy_with_logits,
    weight=None,
    reduction="mean",
    pos_weight=None,
)
NLLLoss = _bend(
    "NLLLoss", F.nll_loss, weight=None, ignore_index=-100, reduction="mean"
)
CrossEntropyLoss = _bend(
    "CrossEntropyLoss",
    F.cross_entropy,
    weight=None,
    ignore_index=-100,
    reduction="mean",
    label_smoothing=0.0,
)


@documented
class Identity(Module):
    """A module that gives back what it takes, whatever its settings.

    settings : object
        Anything.
    named : object
        Anything.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import Identity
    >>> Identity()(tensor(1.0))
    tensor(1.)
    """

    def __init__(self, *settings: Any, **named: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        """Give the input back."""
        return x


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

    shows = "start_dim={start_dim}, end_dim={end_dim}"

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        """Join the axes."""
        return flatten(x, self.start_dim, self.end_dim)


@documented
class Dropout(Module):
    """Zeros in random places, in training.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Dropout
    >>> Dropout(0.9).eval()(ones(2))
    tensor([1., 1.])
    """

    shows = "p={p}, inplace={inplace}"

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        self.p, self.inplace = F.share(p), inplace

    def forward(self, x: Any) -> Any:
        """Drop some of the numbers."""
        return F.dropout(x, self.p, self.training)


class Dropout2d(Dropout):
    """Zeros in whole channels, in training.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Dropout2d
    >>> Dropout2d(0.9).eval()(ones(1, 1, 1, 2)).flatten()
    tensor([1., 1.])
    """

    def forward(self, x: Any) -> Any:
        """Drop some of the channels."""
        return F.dropout2d(x, self.p, self.training)


@documented
class PReLU(Module):
    """A relu that learns how much of negative numbers to keep.

    num_parameters : int, optional
        One factor, or one for each channel.
    init : float, optional
        The first factor.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import PReLU
    >>> PReLU()(tensor([-1.0, 2.0])).detach()
    tensor([-0.2500,  2.0000])
    """

    shows = "num_parameters={num_parameters}"

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        self.num_parameters = num_parameters
        self.weight = Parameter(ones(num_parameters) * init)

    def forward(self, x: Any) -> Any:
        """Shrink negative numbers."""
        return F.prelu(x, self.weight)


@documented
class Unflatten(Module):
    """One axis as several.

    dim : int
        The axis.
    unflattened_size : tuple of int
        Their lengths.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Unflatten
    >>> Unflatten(1, (2, 3))(ones(5, 6)).shape
    (5, 2, 3)
    """

    shows = "dim={dim}, unflattened_size={unflattened_size}"

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, x: Any) -> Any:
        """Give the axes."""
        return x.unflatten(self.dim, self.unflattened_size)


@documented
class ZeroPad2d(Module):
    """Zeros around images.

    padding : int, or tuple of four
        How many; left, right, above and below.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import ZeroPad2d
    >>> ZeroPad2d(1)(ones(1, 1, 2, 2)).shape
    (1, 1, 4, 4)
    """

    shows, mode = "{padding}", "constant"

    def __init__(self, padding: Any) -> None:
        one = isinstance(padding, int)
        self.padding = (padding,) * 4 if one else tuple(padding)

    def forward(self, x: Any) -> Any:
        """Put them there."""
        return F.pad(x, self.padding, self.mode)


class ReflectionPad2d(ZeroPad2d):
    """Around images the numbers inside, as a mirror shows them.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import ReflectionPad2d
    >>> ReflectionPad2d(1)(ones(1, 1, 2, 2)).shape
    (1, 1, 4, 4)
    """

    mode = "reflect"


class Pool(Module):
    """What pooling layers share.

    Parameters
    ----------
    kernel_size, stride, padding : int or pair
        The windows: how large, how far apart, how many zeros around.
    **more : int or bool
        What else the function takes.

    Examples
    --------
    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import MaxPool2d
    >>> MaxPool2d(2)(arange(4.0).view(1, 1, 2, 2)).item()
    3.0
    """

    function: Callable[..., Any]
    shown: dict[str, Any] = {}

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
        text += f"padding={self.padding}"
        for name, usual in self.shown.items():
            text += f", {name}={self.more.get(name, usual)}"
        return text


@documented
class MaxPool2d(Pool):
    """The largest number of each window.

    more : int or bool
        ``dilation`` and ``ceil_mode``.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import MaxPool2d
    >>> MaxPool2d(2)(arange(4.0).view(1, 1, 2, 2)).item()
    3.0
    """

    function = F.max_pool2d
    shown = {"dilation": 1, "ceil_mode": False}


@documented
class AvgPool2d(Pool):
    """The mean of each window.

    more : bool
        ``ceil_mode`` and ``count_include_pad``.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import AvgPool2d
    >>> AvgPool2d(2)(arange(4.0).view(1, 1, 2, 2)).item()
    1.5
    """

    function = F.avg_pool2d


@documented
class MaxPool1d(Pool):
    """The largest number of each window of one axis.

    more : int or bool
        ``dilation`` and ``ceil_mode``.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import MaxPool1d
    >>> MaxPool1d(4)(arange(4.0).view(1, 1, 4)).item()
    3.0
    """

    function = F.max_pool1d
    shown = {"dilation": 1, "ceil_mode": False}


@documented
class AvgPool1d(Pool):
    """The mean of each window of one axis.

    more : bool
        ``ceil_mode`` and ``count_include_pad``.

    >>> from micrograd.tensors import arange
    >>> from micrograd.tensors.nn import AvgPool1d
    >>> AvgPool1d(4)(arange(4.0).view(1, 1, 4)).item()
    1.5
    """

    function = F.avg_pool1d

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        **more: Any,
    ) -> None:
        stride = kernel_size if stride is None else stride
        given = (kernel_size, stride, padding)
        sizes = [(x,) if isinstance(x, int) else x for x in given]
        super().__init__(*sizes, **more)


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

    shows = (
        "in_features={in_features}, out_features={out_features}, "
        "bias={biased}"
    )

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


@documented
class Bilinear(Module):
    """Every output a sum over pairs of the inputs of two kinds.

    in1_features : int
        How many inputs of the first kind.
    in2_features : int
        How many of the second.
    bias : bool, optional
        Whether to add a bias.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import Bilinear
    >>> Bilinear(2, 3, 4)(ones(5, 2), ones(5, 3)).shape
    (5, 4)
    """

    shows = ("in1_features={in1_features}, in2_features={in2_features}, "
        "out_features={out_features}, bias={biased}")

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
    ) -> None:
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features, size = out_features, (in1_features, in2_features)
        bound = 1 / math.sqrt(in1_features)
        self.weight = _weights(out_features, *size, bound=bound)
        self.bias = _weights(out_features, bound=bound) if bias else None

    def forward(self, x: Any, y: Any) -> Any:
        """Multiply and add."""
        return F.bilinear(x, y, self.weight, self.bias)


@documented
class Embedding(Module):
    """A table, of which rows are picked by number.

    num_embeddings : int
        How many rows.
    embedding_dim : int
        How long they are.
    padding_idx : int, optional
        A row that starts at 0 and gets no gradient.
    sparse : bool, optional
        As in PyTorch; it changes nothing.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import Embedding
    >>> Embedding(10, 3)(tensor([[1, 2], [2, 2]])).shape
    (2, 2, 3)
    """

    shows = "{num_embeddings}, {embedding_dim}"

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        sparse: bool = False,
    ) -> None:
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.weight = Parameter(empty(num_embeddings, embedding_dim))
        init.normal_(self.weight)
        self.padding_idx = padding_idx
        if padding_idx is not None:
            self.padding_idx = F.row_of(padding_idx, num_embeddings)
            with no_grad():
                self.weight[self.padding_idx].fill_(0.0)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
    ) -> Self:
        """Make a table of rows that are known already.

        Parameters
        ----------
        embeddings : Tensor, (rows, length)
            The rows, which the table shares.
        freeze : bool, optional
            Whether they stay as they are in training.
        padding_idx : int, optional
            A row that gets no gradient.

        Returns
        -------
        Embedding
            The table.

        Raises
        ------
        ShapeError
            If the rows are not a matrix.

        Examples
        --------
        >>> from micrograd.tensors import eye, tensor
        >>> from micrograd.tensors.nn import Embedding
        >>> Embedding.from_pretrained(eye(2))(tensor([1]))
        tensor([[0., 1.]])
        """
        if len(embeddings.shape) != 2:
            asked = "Embedding.from_pretrained() takes a matrix"
            given = f"the shape {tuple(embeddings.shape)}"
            raise ShapeError(asked, given, "give each word one row")
        made = cls.__new__(cls)
        made.num_embeddings, made.embedding_dim = embeddings.shape
        made.weight = Parameter(embeddings, requires_grad=not freeze)
        made.padding_idx = padding_idx
        if padding_idx is not None:
            made.padding_idx = F.row_of(padding_idx, made.num_embeddings)
        return made

    def forward(self, x: Any) -> Any:
        """Pick the rows."""
        return F.embedding(x, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = super().extra_repr()
        row = self.padding_idx
        return text if row is None else f"{text}, padding_idx={row}"


class Conv(Module):
    """What convolutions share.

    Parameters
    ----------
    in_channels, out_channels : int
        How many channels come in and go out.
    kernel_size, stride, padding, dilation : int or tuple
        The windows; `padding` may be "same" or "valid", too.
    groups : int, optional
        In how many groups the channels lie; each has kernels of its own.
    bias : bool, optional
        Whether to add a bias.

    Raises
    ------
    OptionError
        If the groups do not divide the channels.

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
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        self.how = {
            "stride": stride, "padding": padding, "dilation": dilation,
            "groups": groups,
        }  # fmt: skip
        widths = (out_channels, in_channels)
        self._build(widths, kernel_size, out_channels if bias else None)

    def _build(
        self, widths: tuple[int, int], kernel_size: Any, biases: int | None
    ) -> None:
        """Draw weights, of which a group has its share, and biases."""
        (n, m), groups = widths, self.how["groups"]
        if n % groups or m % groups:
            name = type(self).__name__
            asked = f"{name}() takes groups that divide the channels"
            given = f"groups={groups} for channels {n} and {m}"
            raise OptionError(asked, given, "change one of them")
        one = isinstance(kernel_size, int)
        size = (kernel_size,) * self.axes if one else tuple(kernel_size)
        self.weight = _weights(n, m // groups, *size)
        bound = 1 / math.sqrt(math.prod(self.weight.shape[1:]))
        self.bias = _weights(biases, bound=bound) if biases else None

    def forward(self, x: Any) -> Any:
        """Slide the kernels."""
        return type(self).function(x, self.weight, self.bias, **self.how)

    def channels(self) -> tuple[int, int]:
        """How many channels come in and go out."""
        return self.weight.shape[1] * self.how["groups"], self.weight.shape[0]

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = "{}, {}, ".format(*self.channels())
        text += f"kernel_size={self.weight.shape[2:]}"
        usual = {"padding": 0, "dilation": 1, "output_padding": 0, "groups": 1}
        for name in ("stride", *usual):
            x, same = self.how.get(name), usual.get(name)
            if x is not None and x not in (same, (same,) * self.axes):
                each = isinstance(x, int) and name != "groups"
                text += f", {name}={(x,) * self.axes if each else x}"
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


@documented
class ConvTranspose2d(Conv):
    """Kernels that are added up where a convolution would look.

    output_padding : int or pair, optional
        How many rows and columns more come out, below and on the right.
    bias : bool, optional
        Whether to add a bias.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import ConvTranspose2d
    >>> ConvTranspose2d(2, 4, 2, stride=2)(ones(1, 2, 5, 5)).shape
    (1, 4, 10, 10)
    """

    axes = 2
    function = F.conv_transpose2d

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
    ) -> None:
        self.how = {
            "stride": stride, "padding": padding, "dilation": dilation,
            "output_padding": output_padding, "groups": groups,
        }  # fmt: skip
        widths = (in_channels, out_channels)
        self._build(widths, kernel_size, out_channels if bias else None)

    def channels(self) -> tuple[int, int]:
        """How many channels come in and go out."""
        return self.weight.shape[0], self.weight.shape[1] * self.how["groups"]


# --- Norms ---


@documented
class LayerNorm(Module):
    """The last axes of each example, brought to mean 0 and variance 1.

    normalized_shape : int or sequence of int
        The lengths of these axes.
    elementwise_affine : bool, optional
        Whether to scale and shift afterwards.
    bias : bool, optional
        Whether to shift.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import LayerNorm
    >>> LayerNorm(2)(tensor([1.0, 3.0])).detach()
    tensor([-1.0000,  1.0000])
    """

    shows = ("{normalized_shape}, eps={eps}, elementwise_affine={affine}, "
        "bias={biased}")

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        one = isinstance(normalized_shape, int)
        shape = (normalized_shape,) if one else tuple(normalized_shape)
        self.normalized_shape, self.eps = shape, eps
        affine, both = elementwise_affine, elementwise_affine and bias
        self.weight = Parameter(ones(shape)) if affine else None
        self.bias = Parameter(zeros(shape)) if both else None

    def forward(self, x: Any) -> Any:
        """Normalise, scale and shift."""
        how = (self.normalized_shape, self.weight, self.bias, self.eps)
        return F.layer_norm(x, *how)


@documented
class RMSNorm(Module):
    """The last axes of each example, divided by their root mean square.

    normalized_shape : int or sequence of int
        The lengths of these axes.
    elementwise_affine : bool, optional
        Whether to scale afterwards.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import RMSNorm
    >>> RMSNorm(2)(tensor([3.0, -3.0])).detach()
    tensor([ 1., -1.])
    """

    shows = "{normalized_shape}, eps={eps}, elementwise_affine={affine}"

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
    ) -> None:
        one = isinstance(normalized_shape, int)
        shape = (normalized_shape,) if one else tuple(normalized_shape)
        self.normalized_shape, self.eps = shape, eps
        self.weight = Parameter(ones(shape)) if elementwise_affine else None

    def forward(self, x: Any) -> Any:
        """Normalise and scale."""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)


@documented
class GroupNorm(Module):
    """Groups of channels, brought to mean 0 and variance 1.

    num_groups : int
        How many groups.
    num_channels : int
        How many channels.
    bias : bool, optional
        Whether to shift.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import GroupNorm
    >>> GroupNorm(2, 4)(ones(3, 4, 5)).shape
    (3, 4, 5)
    """

    shows = ("{num_groups}, {num_channels}, eps={eps}, affine={affine}, "
        "bias={biased}")

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        bias: bool = True,
    ) -> None:
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, both = eps, affine and bias
        self.weight = Parameter(ones(num_channels)) if affine else None
        self.bias = Parameter(zeros(num_channels)) if both else None

    def forward(self, x: Any) -> Any:
        """Normalise, scale and shift."""
        groups = self.num_groups
        return F.group_norm(x, groups, self.weight, self.bias, self.eps)


@documented
class InstanceNorm2d(GroupNorm):
    """Each channel of each image, brought to mean 0 and variance 1.

    num_features : int
        How many channels.
    affine : bool, optional
        Whether to scale and shift.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import InstanceNorm2d
    >>> InstanceNorm2d(3)(ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    shows = ("{num_channels}, eps={eps}, momentum=0.1, affine={affine}, "
        "bias={biased}, track_running_stats=False")

    def __init__(
        self, num_features: int, eps: float = 1e-5, affine: bool = False
    ) -> None:
        super().__init__(num_features, num_features, eps, affine)


@documented
class BatchNorm1d(Module):
    """Each channel, brought to mean 0 and variance 1 over the batch.

    momentum : float, optional
        How far the means in use move towards those of a batch.
    track_running_stats : bool, optional
        Whether there are means in use; otherwise those of a batch always
        are.
    bias : bool, optional
        Whether to shift.

    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.nn import BatchNorm1d
    >>> norm = BatchNorm1d(1)
    >>> norm(tensor([[1.0], [3.0]])).detach(), norm.running_mean
    (tensor([[-1.0000],
            [ 1.0000]]), tensor([0.2000]))
    """

    shows = ("{num_features}, eps={eps}, momentum={momentum}, "
        "affine={affine}, bias={biased}, "
        "track_running_stats={track_running_stats}")
    axes: tuple[int, ...] = (2, 3)  # how many the input may have

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        bias: bool = True,
    ) -> None:
        self.num_features, self.eps = num_features, eps
        self.momentum = momentum
        self.track_running_stats = track_running_stats
        self.weight = Parameter(ones(num_features)) if affine else None
        self.bias = Parameter(zeros(num_features)) if affine and bias else None
        kept = [zeros(num_features), ones(num_features)]
        kept += [zeros((), dtype="int64")]
        names = ("running_mean", "running_var", "num_batches_tracked")
        for name, x in zip(names, kept, strict=True):
            self.register_buffer(name, x if track_running_stats else None)

    def forward(self, x: Any) -> Any:
        """Normalise, scale and shift; in training, move the means."""
        if len(x.shape) not in self.axes:
            some = " or ".join(map(str, self.axes))
            asked = f"{type(self).__name__} takes an input of {some} axes"
            do = "there are such layers for other numbers of axes"
            raise ShapeError(asked, f"the shape {tuple(x.shape)}", do)
        own: Any = vars(self)
        running = (own["running_mean"], own["running_var"])
        if self.training and running[0] is not None:
            own["num_batches_tracked"] += 1
        training = self.training or running[0] is None
        how: Any = (self.weight, self.bias)
        how += (training, self.momentum, self.eps)
        return F.batch_norm(x, *running, *how)


class BatchNorm2d(BatchNorm1d):
    """The same for images, (batch, channels, height, width).

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import BatchNorm2d
    >>> BatchNorm2d(3)(ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    axes = (4,)


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
        self.in_proj_weight: Any = None  # before the bias, as in PyTorch
        for name in "qkv":
            self.register_parameter(f"{name}_proj_weight", None)
        self.in_proj_bias = Parameter(zeros(3 * n)) if bias else None
        self.out_proj = Linear(n, n, bias)
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
            z = z.reshape(*z.shape[:2], self.num_heads, -1)
            yield z.transpose(1, 2)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> Any:
        """Give the outputs, and the weights averaged over the heads.

        Truths in a mask are where *not* to look, as in PyTorch: of
        `attn_mask`, (queries, keys), for all examples; of
        `key_padding_mask`, (batch, keys), for all queries of one.
        `is_causal` only says of `attn_mask` that it hides what comes later;
        without that mask it is an error.
        """
        if is_causal and attn_mask is None:
            asked = "is_causal=True says what kind of mask attn_mask= is"
            do = "pass torch.ones(n, n, dtype=torch.bool).triu(1), too"
            raise OptionError(asked, "no attn_mask", do)
        if len(query.shape) == 2:  # one example
            masks = (key_padding_mask, need_weights, attn_mask,
                average_attn_weights, is_causal)  # fmt: skip
            return self._alone((query, key, value), *masks)
        turned = not self.batch_first
        inputs = [query, key, value]
        if turned:
            inputs = [x.transpose(0, 1) for x in inputs]
        q, k, v = self._projected(inputs)
        if attn_mask is not None and len(attn_mask.shape) == 3:
            heads = (*q.shape[:2], *attn_mask.shape[1:])
            attn_mask = attn_mask.reshape(heads)  # one for each head
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask[:, None, None, :]
        mask = _both(attn_mask, key_padding_mask)
        p = self.dropout if self.training else 0.0
        if need_weights:
            scores = _masked(matmul(q, k.mT) * q.shape[-1] ** -0.5, mask)
            weights = F.softmax(scores, -1)
            z = matmul(F.dropout(weights, p), v)
            weights = weights.mean(1) if average_attn_weights else weights
        else:  # where a query that may look nowhere gets 0, and not nan
            if mask is not None and mask.dtype == bool:
                mask = ~mask
            z = F.scaled_dot_product_attention(q, k, v, mask, p)
            weights = None
        z = z.permute(2, 0, 1, 3)  # (length, batch, heads, size)
        z = self.out_proj(z.reshape(*z.shape[:2], -1))
        # NB: laid out as PyTorch's, for what draws numbers in that order.
        return z if turned else own(z.transpose(0, 1)), weights

    def _alone(self, inputs: Any, padding: Any, *rest: Any) -> Any:
        """The same for one example, without an axis for others."""
        axis = 0 if self.batch_first else 1
        batch = [x.unsqueeze(axis) for x in inputs]
        padding = None if padding is None else padding.unsqueeze(0)
        z, weights = self(*batch, padding, *rest)
        seen = None if weights is None else weights.squeeze(0)
        return z.squeeze(axis), seen


def _both(first: Any, second: Any) -> Any:
    """Two masks as one; numbers, unless both are truths."""
    if first is None or second is None:
        return second if first is None else first
    if first.dtype == second.dtype == bool:
        return first | second
    if first.dtype == bool:
        first, second = second, first
    return _masked(first, second)


def _masked(scores: Any, mask: Any) -> Any:
    """Scores where a mask has truths, or plus its numbers."""
    if mask is None:
        return scores
    if mask.dtype == bool:
        return scores.masked_fill(mask, -math.inf)
    return scores + mask


# --- Cells, one step through time each ---

MIXED = {"tanh": primitives.tanh, "relu": primitives.relu}


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
        text = f"{self.input_size}, {self.hidden_size}"
        return text + ("" if self.bias_ih is not None else ", bias=False")


@documented
class RNNCell(Cell):
    """A state that is mixed with the input, through an activation.

    nonlinearity : {'tanh', 'relu'}, optional
        The activation.

    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import RNNCell
    >>> RNNCell(2, 3)(ones(5, 2)).shape
    (5, 3)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
    ) -> None:
        to_choice(nonlinearity, "nonlinearity= takes", MIXED, " or ")
        super().__init__(input_size, hidden_size, bias)
        self.nonlinearity = nonlinearity

    def forward(self, x: Any, h: Any = None) -> Any:
        """Give the next state."""
        first, second = self._sums(x, h)
        return MIXED[self.nonlinearity](first + second)

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        name = self.nonlinearity
        text = "" if name == "tanh" else f", nonlinearity={name}"
        return super().extra_repr() + text


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


# --- Layers of cells, all steps through time ---


class Recurrent(Module):
    """What recurrent layers share: a cell for each layer, step by step.

    Parameters
    ----------
    input_size, hidden_size : int
        How many numbers come in, and how many the state has.
    num_layers : int, optional
        How many layers; each takes the states of the one below.
    bias, batch_first : bool, optional
        Whether to add biases; whether the first axis is the batch.
    dropout : float, optional
        The share of the states between layers that training drops.
    bidirectional : bool, optional
        Whether each layer has a second cell, which reads from the end.

    Raises
    ------
    OptionError
        If `dropout` is not a share from 0 to 1.

    Examples
    --------
    >>> from micrograd.tensors.nn import GRU
    >>> GRU(2, 3, num_layers=2)
    GRU(2, 3, num_layers=2)
    """

    cell: type[Cell]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
    ) -> None:
        who = f"{type(self).__name__}(dropout=)"
        self.dropout, self.bidirectional = F.share(dropout, who), bidirectional
        self.input_size, self.hidden_size = input_size, hidden_size
        self.num_layers, self.batch_first = num_layers, batch_first
        for i, suffixes in enumerate(self._suffixes()):
            above = hidden_size * len(suffixes)
            for suffix in suffixes:
                cell = self.cell(above if i else input_size, hidden_size, bias)
                for name, x in vars(cell).items():
                    if isinstance(x, Parameter):
                        self.register_parameter(name + suffix, x)

    def _suffixes(self) -> list[list[str]]:
        """Of each layer, how the names of its cells' weights end."""
        ways = ["", "_reverse"] if self.bidirectional else [""]
        return [[f"_l{i}{w}" for w in ways] for i in range(self.num_layers)]

    def _cell(self, suffix: str) -> Cell:
        """One of the cells, with the weights that are here now."""
        cell = self.cell.__new__(self.cell)
        cell.hidden_size = self.hidden_size
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            setattr(cell, name, vars(self).get(name + suffix))
        return cell

    def flatten_parameters(self) -> None:
        """Do nothing: what programs say to a GPU in case there is one."""

    def forward(self, x: Any, state: Any = None) -> Any:
        """Give the states of the last layer, and the last of all layers.

        The input is a tensor, or a
        :class:`~micrograd.tensors.nn.rnn.PackedSequence`, and so are the
        states of the last layer.
        """
        if isinstance(x, PackedSequence):
            return self._packed(x, state)
        axis = 1 if self.batch_first and len(x.shape) == 3 else 0
        batch = tuple(n for i, n in enumerate(x.shape[:-1]) if i != axis)
        self._check(state, batch)
        how = (stack, unbind, _along)
        steps, last = self._layers(list(unbind(x, axis)), state, *how)
        out = stack(steps)  # laid out as PyTorch's, as in attention
        out = own(out.transpose(0, 1)) if axis else out
        return out, _stacked(last)

    def _shape(self, batch: tuple[int, ...]) -> tuple[int, ...]:
        """That of a state: one row for each cell."""
        cells = self.num_layers * (1 + self.bidirectional)
        return (cells, *batch, self.hidden_size)

    def _check(self, state: Any, batch: tuple[int, ...]) -> None:
        """Refuse a state that would broadcast."""
        if state is None:
            return
        pair, name = isinstance(state, (tuple, list)), type(self).__name__
        if pair != (self.cell is LSTMCell):
            asked = f"{name} takes a state of {1 + (not pair)} tensors"
            do = "an LSTM has a pair, (h, c), the others have one"
            raise ShapeError(asked, f"{1 + pair}", do)
        to = self._shape(batch)
        for one in state if pair else [state]:
            if tuple(one.shape) != to:
                asked = f"{name} takes a state of the shape {to}"
                do = "the axes are (layers and ways, batch, hidden_size)"
                raise ShapeError(asked, f"{tuple(one.shape)}", do)

    def _packed(self, x: PackedSequence, state: Any) -> Any:
        """The same of sequences of which the longest come first."""
        sizes = x.batch_sizes.tolist()
        self._check(state, (sizes[0],))
        steps = list(x.data.split(sizes))
        if state is None:  # so that those that end first are kept
            state = zeros(self._shape((sizes[0],)), dtype=x.data.dtype)
            state = (state, state) if self.cell is LSTMCell else state
        elif x.sorted_indices is not None:
            state = _each(lambda s: s[:, x.sorted_indices], state)
        how = (cat, lambda s: s.split(sizes), _along_some)
        steps, last = self._layers(steps, state, *how)
        ends = _stacked(last)
        if x.unsorted_indices is not None:
            ends = _each(lambda s: s[:, x.unsorted_indices], ends)
        return x._replace(data=cat(steps)), ends

    def _layers(
        self, steps: list[Any], state: Any, join: Any, part: Any, along: Any
    ) -> tuple[list[Any], list[Any]]:
        """The states of the last layer, and the last of each cell."""
        last: list[Any] = []
        for i, suffixes in enumerate(self._suffixes()):
            if i and self.dropout and self.training:
                steps = list(part(F.dropout(join(steps), self.dropout)))
            ways = []
            for suffix in suffixes:
                order = -1 if suffix.endswith("reverse") else 1
                h = _each(lambda s: s[len(last)], state)
                states, h = along(self._cell(suffix), steps[::order], h)
                ways.append(states[::order])
                last.append(h)
            pairs = zip(*ways, strict=True)
            steps = ways[0] if len(ways) == 1 else [cat(w, -1) for w in pairs]
        return steps, last

    def extra_repr(self) -> str:
        """Give the settings, for printing."""
        text = f"{self.input_size}, {self.hidden_size}"
        if self.num_layers != 1:
            text += f", num_layers={self.num_layers}"
        if "bias_ih_l0" not in vars(self):
            text += ", bias=False"
        text += ", batch_first=True" if self.batch_first else ""
        text += f", dropout={self.dropout}" if self.dropout else ""
        return text + (", bidirectional=True" if self.bidirectional else "")


def _each(function: Callable[[Any], Any], state: Any) -> Any:
    """A function of a state; of an LSTM's, of both of it."""
    if isinstance(state, (tuple, list)):
        return tuple(map(function, state))
    return None if state is None else function(state)


def _stacked(states: list[Any]) -> Any:
    """States as one, with an axis in front; those of an LSTM as a pair."""
    if isinstance(states[0], tuple):
        return tuple(map(stack, zip(*states, strict=True)))
    return stack(states)


def _along(cell: Cell, steps: list[Any], h: Any) -> tuple[list[Any], Any]:
    """The states of a cell after each step, and all of the last."""
    states = []
    for one in steps:
        h = cell(one, h)
        states.append(h[0] if isinstance(h, tuple) else h)
    return states, h


def _along_some(
    cell: Cell, steps: list[Any], h: Any
) -> tuple[list[Any], Any]:
    """The same where steps may have fewer examples than the state.

    The others have ended or, read from the end, have not begun: they stay.
    """
    states = []
    for one in steps:
        n = len(one)
        new = cell(one, _each(lambda s: s[:n], h))  # noqa: B023
        if isinstance(new, tuple):
            states.append(new[0])
            pairs = zip(new, h, strict=True)
            h = tuple(cat([a, b[n:]]) for a, b in pairs)
        else:
            states.append(new)
            h = cat([new, h[n:]])
    return states, h


def _recurrent(name: str, cell: type[Cell], what: str) -> Any:
    text = f"""{what}, for all steps of sequences, in layers.

    Parameters are those of
    :class:`~micrograd.tensors.nn.modules.Recurrent`.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import {name}
    >>> states, last = {name}(2, 3, batch_first=True)(ones(5, 4, 2))
    >>> states.shape
    (5, 4, 3)
    """
    body = {"cell": cell, "__doc__": text, "__module__": __name__}
    return type(name, (Recurrent,), body)


class RNN(Recurrent):
    """A state that is mixed with the input, for all steps, in layers.

    Parameters
    ----------
    input_size, hidden_size, num_layers : int
        As for :class:`~micrograd.tensors.nn.LSTM`.
    nonlinearity : {"tanh", "relu"}, optional
        The activation of each new state.
    *settings, **named : object
        The others of :class:`~micrograd.tensors.nn.LSTM`, from `bias` on.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.nn import RNN
    >>> states, last = RNN(2, 3, 1, "relu", batch_first=True)(ones(5, 4, 2))
    >>> states.shape
    (5, 4, 3)
    """

    cell = RNNCell

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        *settings: Any,
        **named: Any,
    ) -> None:
        to_choice(nonlinearity, "nonlinearity= takes", MIXED, " or ")
        widths = (input_size, hidden_size, num_layers)
        super().__init__(*widths, *settings, **named)
        self.nonlinearity = nonlinearity

    def _cell(self, suffix: str) -> Any:
        cell: Any = super()._cell(suffix)
        cell.nonlinearity = self.nonlinearity
        return cell


GRU = _recurrent("GRU", GRUCell, "A state of which gates decide what stays")
LSTM = _recurrent("LSTM", LSTMCell, "A state with a memory beside it")


# --- Where their numbers are ---


MANY = 99


def _placed(kind: type[Module]) -> None:
    """Have a layer take `device` and `dtype`, its last settings in PyTorch."""
    begin: Any = kind.__init__
    known = inspect.signature(begin).parameters
    n = MANY if "settings" in known else len(known) - 1  # without self

    @wraps(begin)
    def __init__(
        self: Any,
        *given: Any,
        device: Any = None,
        dtype: Any = None,
        **named: Any,
    ) -> None:
        device, dtype = (*given[n:], device, dtype)[:2]
        if dtype is not None and np.dtype(dtype) != FLOAT:
            asked = f"{kind.__name__}(dtype=) draws weights in {FLOAT}"
            do = "leave it out, and call .double() on the layer"
            raise OptionError(asked, f"{np.dtype(dtype)}", do)
        begin(self, *given[:n], **named)
        if device is not None:
            self.to(device)

    vars_of: Any = kind
    vars_of.__init__ = __init__


for one in (
    Linear, Bilinear, Embedding, Conv1d, Conv2d, ConvTranspose2d, LayerNorm,
    RMSNorm, GroupNorm, BatchNorm1d, MultiheadAttention, RNNCell, GRUCell,
    LSTMCell, RNN, GRU, LSTM,
):  # fmt: skip
    _placed(one)
