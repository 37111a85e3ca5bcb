"""Networks of neurons on their way to PyTorch and to files, and back.

:mod:`micrograd.interop` arranges the numbers of an ``MLP`` as matrices under
PyTorch's names, and these PyTorch and the format safetensors take as they
are.

Notation: layer `i` of an ``MLP`` is entry `2 i` of a ``Sequential``.  The
public names are those of :mod:`micrograd.interop`.

Leaves out: networks other than ``MLP``; single precision, which would lose
digits.

Sources: ``torch.nn.Linear`` for the layout; the safetensors format, 0.4.
"""

from __future__ import annotations

from os import PathLike
from typing import Any

from micrograd.errors import OptionError
from micrograd.interop import load_tensors, of_networks, tensors
from micrograd.nn import ACTIVATIONS, MLP, SPELLED
from micrograd.tensors.files import _package, load_file, save_file

__all__ = ["from_torch", "load_safetensors", "save_safetensors", "to_torch"]

# --- PyTorch ---


@of_networks
def to_torch(model: MLP) -> Any:
    """Make the same network in PyTorch, in double precision.

    returns : torch.nn.Sequential
        Linear layers with the activation between them.  It shares nothing
        with the original; outputs and gradients are equal to rounding.
    raises : OptionError
        If PyTorch has no class for its activation.

    >>> from micrograd.interop import to_torch
    >>> from micrograd.nn import MLP
    >>> to_torch(MLP(2, [3, 1], activation="tanh"))  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """
    torch = _package("torch", "pip install torch")
    matrices = {
        name: torch.tensor(numbers, dtype=torch.float64)
        for name, numbers in tensors(model).items()
    }
    parts: list[Any] = []
    for i, layer in enumerate(model.layers):
        neuron = layer.neurons[0]
        bias = f"{2 * i}.bias" in matrices
        sizes = len(neuron.w), len(layer.neurons)
        parts.append(torch.nn.Linear(*sizes, bias, dtype=torch.float64))
        if neuron.nonlin:
            parts.append(_class(torch, neuron.activation)())
    network = torch.nn.Sequential(*parts)
    network.load_state_dict(matrices)
    return network


def _class(torch: Any, activation: Any) -> Any:
    name = getattr(activation, "__name__", "")
    found = getattr(torch.nn, SPELLED.get(name, name.title()), None)
    if found is None:
        asked = "to_torch() takes an activation that torch.nn has a class for"
        do = "use relu, tanh, sigmoid, elu, silu, gelu or softplus"
        raise OptionError(asked, repr(name or activation), do)
    return found


@of_networks
def from_torch(network: Any) -> MLP:
    """Make a network of PyTorch again here.

    network : torch.nn.Sequential
        Linear layers with the same activation after each but the last,
        with PyTorch's default settings.
    returns : MLP
        The same network; numbers in single precision are exact in ours.
    raises : OptionError
        If anything else is in it.

    >>> import torch  # doctest: +SKIP
    >>> from micrograd.interop import from_torch
    >>> from_torch(torch.nn.Sequential(  # doctest: +SKIP
    ...     torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)))
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], \
Layer of [LinearNeuron(3)]]
    """
    if not hasattr(network, "__iter__") or not hasattr(network, "state_dict"):
        asked = "from_torch() takes a torch.nn.Sequential"
        do = "wrap a layer, as in torch.nn.Sequential(layer)"
        raise OptionError(asked, repr(network), do)
    linear, activation = _taken_apart(list(network))
    model = MLP(
        linear[0].in_features,
        [one.out_features for one in linear],
        activation=activation,
        bias=linear[0].bias is not None,
    )
    load_tensors(model, network.state_dict())
    return model


def _taken_apart(parts: list[Any]) -> tuple[list[Any], str]:
    """The linear layers, and the activation between any two of them."""
    names = {SPELLED.get(n, n.title()): n for n in ACTIVATIONS}
    linear, bends = parts[::2], {repr(one): one for one in parts[1::2]}
    usual = (
        ["relu"]
        if not bends
        else [
            names[type(one).__name__]
            for text, one in bends.items()
            if type(one).__name__ in names and text == repr(type(one)())
        ]
    )
    kinds = {type(one).__name__ for one in linear}
    if kinds != {"Linear"} or len(parts) % 2 == 0 or len(bends) > 1:
        usual = []
    if not usual:
        asked = "from_torch() takes Linear layers, one activation between"
        given = ", ".join(map(repr, parts)) or "nothing"
        do = "leave out other parts, and what follows the last layer"
        raise OptionError(asked, given, do)
    return linear, usual[0]


# --- Files ---


@of_networks
def save_safetensors(model: MLP, path: str | PathLike[str]) -> None:
    """Write a network as a file of the format safetensors.

    It has the names and shapes of :func:`tensors`, in double precision, so
    PyTorch can load it as it is.

    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.interop import load_safetensors, save_safetensors
    >>> from micrograd.nn import MLP
    >>> model, other = MLP(2, [3, 1]), MLP(2, [3, 1])
    >>> with TemporaryDirectory() as folder:
    ...     save_safetensors(model, f"{folder}/model.safetensors")
    ...     load_safetensors(other, f"{folder}/model.safetensors")
    >>> other.state_dict() == model.state_dict()
    True
    """
    save_file(tensors(model), path)


@of_networks
def load_safetensors(model: MLP, path: str | PathLike[str]) -> None:
    """Read a network from a file of the format safetensors.

    The names in it are those of :func:`tensors`; PyTorch writes such a file
    from the ``state_dict`` of a ``Sequential``.

    raises : ShapeError
        If names or shapes differ.  Then no parameter has changed.
    raises : StateError
        If it is no such file, or has a type that NumPy has not.

    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.interop import load_safetensors, save_safetensors
    >>> from micrograd.nn import MLP
    >>> model = MLP(1, [1])
    >>> with TemporaryDirectory() as folder:
    ...     save_safetensors(model, f"{folder}/model.safetensors")
    ...     load_safetensors(model, f"{folder}/model.safetensors")
    """
    load_tensors(model, load_file(path))
