r"""Weights that are computed anew at each call: of a length, or bounded.

A layer keeps other parameters in place of a weight, and a function that is
called before it makes the weight of them.

Notation: `g` a length and `v` a direction; `u` and `v` the singular vectors
of a matrix, near enough.

Leaves out: ``nn.utils.parametrizations``, the same under other names.

Sources: Salimans and Kingma, 2016, arXiv:1602.07868; Miyato and others,
2018, arXiv:1802.05957; PyTorch for names and for what is drawn.
"""

from __future__ import annotations

from typing import Any

from micrograd.documentation import shared
from micrograd.errors import OptionError
from micrograd.recording import no_grad
from micrograd.tensors.creation import randn
from micrograd.tensors.functions import axis_of, matmul
from micrograd.tensors.nn.functional import normalize
from micrograd.tensors.nn.modules import ConvTranspose2d, Module, Parameter

__all__ = [
    "remove_spectral_norm",
    "remove_weight_norm",
    "spectral_norm",
    "weight_norm",
]


class Recipe:
    """What makes a weight, before each call of its layer."""

    kind: str
    parts: tuple[str, ...]  # endings of the names it is made of

    def __init__(self, module: Module, name: str) -> None:
        weight = vars(module).get(name)
        if not isinstance(weight, Parameter):
            asked = f"{self.kind}(name) takes a parameter of the module"
            has = ", ".join(k for k, _ in module.named_parameters("", False))
            raise OptionError(asked, repr(name), f"choose one of {has}")
        self.name = name
        delattr(module, name)
        self.begin(module, weight)
        self.handle = module.register_forward_pre_hook(self)

    def begin(self, module: Module, weight: Any) -> None:
        """Keep in the module what the weight is made of."""
        raise NotImplementedError

    def weight(self, module: Module) -> Any:
        """Make the weight."""
        raise NotImplementedError

    def get(self, module: Module) -> Any:
        """Give what is kept."""
        return [getattr(module, f"{self.name}_{end}") for end in self.parts]

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.weight(module))

    def end(self, module: Module) -> Module:
        """Keep the weight itself again."""
        with no_grad():
            weight = self.weight(module)
        self.handle.remove()
        for name in (self.name, *(f"{self.name}_{x}" for x in self.parts)):
            delattr(module, name)
        setattr(module, self.name, Parameter(weight))
        return module


class Length(Recipe):
    """A direction times a length."""

    kind, parts = "weight_norm", ("g", "v")

    def __init__(self, module: Module, name: str, dim: int | None) -> None:
        self.dim = None if dim == -1 else dim  # as in PyTorch
        super().__init__(module, name)

    def length(self, v: Any) -> Any:
        """Compute one length for each place on the axis, or for all."""
        if self.dim is None:
            return v.norm()
        axes = {*range(v.ndim)} - {axis_of(v, self.dim, "weight_norm")}
        return v.norm(2, tuple(sorted(axes)), keepdim=True)

    def begin(self, module: Module, weight: Any) -> None:
        """Keep the length and the direction."""
        with no_grad():
            length = self.length(weight)
        module.register_parameter(f"{self.name}_g", Parameter(length))
        module.register_parameter(f"{self.name}_v", Parameter(weight.data))
        self(module, ())

    def weight(self, module: Module) -> Any:
        """Give the direction that length."""
        g, v = self.get(module)
        return v * (g / self.length(v))


class Bound(Recipe):
    """A matrix over its largest singular value."""

    kind, parts = "spectral_norm", ("orig", "u", "v")

    def __init__(
        self, module: Module, name: str, steps: int, eps: float, dim: int
    ) -> None:
        self.steps, self.eps, self.dim = steps, eps, dim
        super().__init__(module, name)

    def matrix(self, weight: Any) -> Any:
        """Lay the weight out, a row for each place on the axis."""
        axis = self.dim
        return weight.transpose(0, axis).reshape(weight.shape[axis], -1)

    def begin(self, module: Module, weight: Any) -> None:
        """Keep the matrix, and draw two vectors."""
        module.register_parameter(f"{self.name}_orig", weight)
        setattr(module, self.name, weight.data)
        rows = self.matrix(weight.data)
        for end, n in zip("uv", rows.shape, strict=True):
            drawn = randn(n, dtype=weight.dtype)
            vector = normalize(drawn, dim=0, eps=self.eps)
            module.register_buffer(f"{self.name}_{end}", vector)

    def weight(self, module: Module) -> Any:
        """Bring the vectors nearer, in training, and divide."""
        weight, u, v = self.get(module)
        rows = self.matrix(weight)
        for _ in range(self.steps if module.training else 0):
            with no_grad():
                v.copy_(normalize(matmul(rows.t(), u), dim=0, eps=self.eps))
                u.copy_(normalize(matmul(rows, v), dim=0, eps=self.eps))
        u, v = u.clone(), v.clone()  # the graph outlives the next step
        return weight / matmul(u, matmul(rows, v))


def _ended(kind: type[Recipe], module: Module, name: str) -> Module:
    for hook in [*module._forward_pre_hooks.values()]:  # noqa: SLF001
        if isinstance(hook, kind) and hook.name == name:
            return hook.end(module)
    asked = f"remove_{kind.kind}() takes what {kind.kind}() was given"
    given = f"a {type(module).__name__} without it for {name!r}"
    raise OptionError(asked, given, "check the module and the name")


of_layers = shared("""
module : Module
    The layer, which is changed.
name : str, optional
    The weight.
returns : Module
    The layer.
raises : OptionError
    If its weight is not what is asked for.
""")


@of_layers
def weight_norm(
    module: Any, name: str = "weight", dim: int | None = 0
) -> Any:
    r"""Learn the length of a weight apart from its direction.

    .. math:: w = g \frac{v}{\lVert v \rVert}

    dim : int or None, optional
        The axis with a length for each place; None, or -1, for one length
        of all.

    >>> from micrograd.tensors.nn import Linear, utils
    >>> layer = utils.weight_norm(Linear(2, 3))
    >>> {name: tuple(p.shape) for name, p in layer.named_parameters()}
    {'bias': (3,), 'weight_g': (3, 1), 'weight_v': (3, 2)}
    """
    Length(module, name, dim)
    return module


@of_layers
def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    """Make one parameter of length and direction again.

    >>> from micrograd.tensors.nn import Linear, utils
    >>> layer = utils.remove_weight_norm(utils.weight_norm(Linear(2, 3)))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    return _ended(Length, module, name)


@of_layers
def spectral_norm(
    module: Any,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Any:
    """Divide a weight by its largest singular value.

    That is found step by step, with each call in training.

    n_power_iterations : int, optional
        How many steps a call takes.
    eps : float, optional
        What keeps quotients finite.
    dim : int, optional
        The axis of outputs; by default the first, of transposed
        convolutions the second.

    >>> from micrograd.tensors import eye, tensor
    >>> from micrograd.tensors.nn import Linear, utils
    >>> layer = Linear(2, 2, bias=False)
    >>> layer.weight.data = eye(2) * 4.0
    >>> utils.spectral_norm(layer)(tensor([3.0, 5.0])).round().tolist()
    [3.0, 5.0]
    """
    if dim is None:
        dim = int(isinstance(module, ConvTranspose2d))
    Bound(module, name, n_power_iterations, eps, dim)
    return module


@of_layers
def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Make the quotient the parameter again.

    >>> from micrograd.tensors.nn import Linear, utils
    >>> layer = utils.remove_spectral_norm(utils.spectral_norm(Linear(2, 3)))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    return _ended(Bound, module, name)
