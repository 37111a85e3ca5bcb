"""Models on their way to other libraries and back.

A network here is lists of neurons; elsewhere a layer is a matrix of
weights, one row for each neuron, and a vector of biases.  Everything in
this module is the step between the two: once the numbers are in matrices
under PyTorch's names, PyTorch and the file format safetensors take them as
they are.

Notation: layer `i` of an ``MLP`` is entry `2 i` of a ``Sequential``, since
the activation between two layers is an entry of its own there.

Leaves out: networks other than ``MLP``, whose numbers ``state_dict`` gives
by name; and single precision, which would lose digits.

Sources: ``torch.nn.Linear`` for the layout; the safetensors format, 0.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from micrograd.about import INSTALL
from micrograd.errors import OptionError, ShapeError, StateError, optional
from micrograd.nn import ACTIVATIONS, MLP, SPELLED

__all__ = [
    "from_torch",
    "load_safetensors",
    "load_tensors",
    "save_safetensors",
    "tensors",
    "to_torch",
]

Tensors = dict[str, Any]  # matrices and vectors, as nested lists

# --- Matrices under PyTorch's names ---


def tensors(model: MLP) -> Tensors:
    """Arrange the numbers of a network as PyTorch arranges them.

    Parameters
    ----------
    model : MLP
        The network.

    Returns
    -------
    dict of str to list
        For each layer `i` the weights under ``"{2 i}.weight"``, of shape
        (neurons, inputs), and the biases, if there are any, under
        ``"{2 i}.bias"``, of shape (neurons,).

    Raises
    ------
    OptionError
        If `model` is not an MLP.

    Examples
    --------
    >>> from micrograd.interop import tensors
    >>> from micrograd.nn import MLP
    >>> model = MLP(2, [2, 1], init=lambda rng, nin, nout: 0.5)
    >>> for name, numbers in tensors(model).items():
    ...     print(name, numbers)
    0.weight [[0.5, 0.5], [0.5, 0.5]]
    0.bias [0.0, 0.0]
    2.weight [[0.5, 0.5]]
    2.bias [0.0]
    """
    _check_model(model)
    found: Tensors = {}
    for i, layer in enumerate(model.layers):
        rows = [[w.data for w in neuron.w] for neuron in layer.neurons]
        found[f"{2 * i}.weight"] = rows
        if layer.neurons[0].b.requires_grad:
            found[f"{2 * i}.bias"] = [n.b.data for n in layer.neurons]
    return found


def load_tensors(model: MLP, numbers: Mapping[str, Any]) -> None:
    """Put matrices under PyTorch's names into a network.

    Parameters
    ----------
    model : MLP
        The network, of the widths that the matrices have.
    numbers : mapping of str to list or array
        What :func:`tensors` gives; values may have a method ``tolist``.

    Raises
    ------
    ShapeError
        If a name is missing or too many, or a shape is another.  Then no
        parameter has changed.

    Examples
    --------
    >>> from micrograd.interop import load_tensors
    >>> from micrograd.nn import MLP
    >>> model = MLP(2, [1])
    >>> load_tensors(model, {"0.weight": [[1.0, 2.0]], "0.bias": [3.0]})
    >>> model([10.0, 100.0]).data
    213.0
    """
    if not isinstance(numbers, Mapping):
        asked = "load_tensors(model, numbers) takes matrices by name"
        raise OptionError(asked, repr(numbers), "pass what tensors() gives")
    given = {
        name: getattr(one, "tolist", lambda one=one: one)()
        for name, one in numbers.items()
    }
    known = {name: _shape(one) for name, one in tensors(model).items()}
    shapes = {name: _shape(one) for name, one in given.items()}
    for name in known | shapes:
        if known.get(name) != shapes.get(name):
            asked = f"load_tensors() takes {name} of shape {known.get(name)}"
            do = "build the network with the widths of the saved one"
            raise ShapeError(asked, f"{shapes.get(name)}", do)
    state = {}
    for name in known:
        place, _, kind = name.partition(".")
        for j, row in enumerate(given[name]):
            neuron = f"layers.{int(place) // 2}.neurons.{j}"
            if kind == "bias":
                state[f"{neuron}.b"] = row
            else:
                state |= {f"{neuron}.w[{k}]": w for k, w in enumerate(row)}
    model.load_state_dict(state)


def _shape(numbers: Any) -> tuple[int, ...]:
    """Rows and columns; of uneven rows all lengths, which fits nothing."""
    if not isinstance(numbers, list):
        return ()
    widths = {len(row) for row in numbers if isinstance(row, list)}
    return (len(numbers), *sorted(widths))


def _check_model(model: Any) -> None:
    if not isinstance(model, MLP):
        asked = "micrograd.interop moves networks of the class MLP"
        do = "for other modules use state_dict(), numbers by name"
        raise OptionError(asked, f"the {type(model).__name__} {model!r}", do)


# --- PyTorch ---


def to_torch(model: MLP) -> Any:
    """Make the same network in PyTorch, in double precision.

    Parameters
    ----------
    model : MLP
        The network; its activation must be one that PyTorch has a class
        for.

    Returns
    -------
    torch.nn.Sequential
        Linear layers with the activation between them.  It shares nothing
        with the original; outputs and gradients are equal to rounding.

    Raises
    ------
    OptionError
        If PyTorch has no such activation.
    MissingPackageError
        If PyTorch is not installed.

    Examples
    --------
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


def from_torch(network: Any) -> MLP:
    """Make a network of PyTorch again here.

    Parameters
    ----------
    network : torch.nn.Sequential
        Linear layers with the same activation after each but the last,
        with PyTorch's default settings.

    Returns
    -------
    MLP
        The same network; numbers in single precision are exact in ours.

    Raises
    ------
    OptionError
        If anything else is in it.

    Examples
    --------
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


def save_safetensors(model: MLP, path: str | PathLike[str]) -> None:
    """Write a network as a file of the format safetensors.

    Parameters
    ----------
    model : MLP
        The network.
    path : path
        The file.  It has the names and shapes of :func:`tensors`, in
        double precision, so PyTorch can load it as it is.

    Raises
    ------
    MissingPackageError
        If the package safetensors is not installed.

    Examples
    --------
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
    files = _package("safetensors.numpy", INSTALL.format("tensors"))
    numpy = _package("numpy", INSTALL.format("tensors"))
    matrices = {
        name: numpy.array(numbers, dtype="float64")
        for name, numbers in tensors(model).items()
    }
    files.save_file(matrices, path)


def load_safetensors(model: MLP, path: str | PathLike[str]) -> None:
    """Read a network from a file of the format safetensors.

    Parameters
    ----------
    model : MLP
        Where to, of the widths of the saved one.
    path : path
        The file, with the names of :func:`tensors`; PyTorch writes such a
        file from the ``state_dict`` of a ``Sequential``.

    Raises
    ------
    ShapeError
        If names or shapes differ.  Then no parameter has changed.
    StateError
        If it is no such file, or its numbers are of a type that NumPy does
        not have, such as bfloat16.
    MissingPackageError
        If the package safetensors is not installed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.interop import load_safetensors, save_safetensors
    >>> from micrograd.nn import MLP
    >>> model, other = MLP(1, [1]), MLP(1, [1])
    >>> model.load_state_dict(
    ...     {"layers.0.neurons.0.w[0]": 2.0, "layers.0.neurons.0.b": 1.0}
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     save_safetensors(model, f"{folder}/model.safetensors")
    ...     load_safetensors(other, f"{folder}/model.safetensors")
    >>> other([10.0]).data
    21.0
    """
    files = _package("safetensors.numpy", INSTALL.format("tensors"))
    try:
        numbers = files.load_file(path)
    except OSError:  # no such file
        raise
    except Exception as fault:  # a type unknown to NumPy, or no such format
        asked = "load_safetensors() reads float64, float32 and float16"
        do = "save the model in one of these, as with model.float()"
        raise StateError(asked, f"{path} ({fault})", do) from None
    load_tensors(model, numbers)


def _package(name: str, install: str) -> Any:
    asked = f"moving a model needs the package {name.partition('.')[0]}"
    return optional(name, asked, f"run: {install}")
