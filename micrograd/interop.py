"""Models on their way to other libraries and back.

A network here is lists of neurons; elsewhere a layer is a matrix of
weights, one row for each neuron, and a vector of biases.  This module is
the step between the two.  What goes on to PyTorch and to files from there is
in :mod:`micrograd.tensors.networks`, and imported when it is asked for.

Notation: layer `i` of an ``MLP`` is entry `2 i` of a ``Sequential``, since
the activation between two layers is an entry of its own there.

Leaves out: networks other than ``MLP``: ``state_dict`` gives their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from micrograd.documentation import shared
from micrograd.errors import OptionError, ShapeError
from micrograd.namespaces import to_number
from micrograd.nn import MLP
from micrograd.trees import leaves, leaves_like, rebuild

__all__ = [
    "from_torch",
    "load_safetensors",
    "load_tensors",
    "save_safetensors",
    "tensors",
    "to_torch",
]

Tensors = dict[str, Any]  # matrices and vectors, as nested lists

of_networks = shared("""
model : MLP
    The network, of the widths of what it is loaded with.
path : path
    The file.
raises : OptionError
    If `model` is not an MLP.
raises : MissingPackageError
    If a package is not installed that the way there or back needs.
""")


def __getattr__(name: str) -> Any:
    """Import what needs other packages when it is first asked for."""
    if name in __all__:
        from importlib import import_module

        return getattr(import_module("micrograd.tensors.networks"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# --- Matrices under PyTorch's names ---


@of_networks
def tensors(model: MLP) -> Tensors:
    """Arrange the numbers of a network as PyTorch arranges them.

    returns : dict of str to list
        For each layer `i` the weights under ``"{2 i}.weight"``, of shape
        (neurons, inputs), and the biases, if there are any, under
        ``"{2 i}.bias"``, of shape (neurons,).

    >>> from micrograd.nn import MLP
    >>> model = MLP(2, [2, 1], init=lambda rng, nin, nout: 0.5)
    >>> tensors(model)["0.weight"], tensors(model)["2.bias"]
    ([[0.5, 0.5], [0.5, 0.5]], [0.0])
    """
    places = _places(model)
    return rebuild(places, [x.data for x in leaves(places)])  # type: ignore[no-any-return]


def _places(model: MLP) -> Tensors:
    """The parameters of a network in the places of their numbers."""
    if not isinstance(model, MLP):
        asked = "micrograd.interop moves networks of the class MLP"
        do = "for other modules use state_dict(), numbers by name"
        raise OptionError(asked, f"the {type(model).__name__} {model!r}", do)
    found: Tensors = {}
    for i, layer in enumerate(model.layers):
        found[f"{2 * i}.weight"] = [neuron.w for neuron in layer.neurons]
        if layer.neurons[0].b.requires_grad:
            found[f"{2 * i}.bias"] = [neuron.b for neuron in layer.neurons]
    return found


@of_networks
def load_tensors(model: MLP, numbers: Mapping[str, Any]) -> None:
    """Put matrices under PyTorch's names into a network.

    numbers : mapping of str to list or array
        What :func:`tensors` gives; values may have a method ``tolist``.
    raises : ShapeError
        If a name is missing or too many, or a shape is another.  Then no
        parameter has changed.

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
    places = _places(model)
    known = {name: _shape(one) for name, one in places.items()}
    shapes = {name: _shape(one) for name, one in given.items()}
    for name in known | shapes:
        if known.get(name) != shapes.get(name):
            asked = f"load_tensors() takes {name} of shape {known.get(name)}"
            do = "build the network with the widths of the saved one"
            raise ShapeError(asked, f"{shapes.get(name)}", do)
    asked = "load_tensors() takes numbers"
    loaded = [to_number(x, asked) for x in leaves_like(places, given)]
    for parameter, number in zip(leaves(places), loaded, strict=True):
        parameter.data = number


def _shape(numbers: Any) -> tuple[int, ...]:
    """Rows and columns; of uneven rows all lengths, which fits nothing."""
    if not isinstance(numbers, list):
        return ()
    widths = {len(row) for row in numbers if isinstance(row, list)}
    return (len(numbers), *sorted(widths))
