"""Neurons, layers and multi-layer perceptrons.

A *neuron* multiplies each input by a weight, adds them up with a bias, and
applies an activation.  A *layer* is neurons that see the same inputs; an *MLP*
(multi-layer perceptron) is layers that each see the outputs of the one
before.  All three are a :class:`Module`, so that their parameters are
found, named, saved and loaded.

A network takes one sample, a list of numbers or Values.  One number by
itself stands for a list of one; a layer with one output returns it alone.

Notation: `x` the inputs of one sample; `w, b` the weights and the bias of a
neuron; `nin, nout` how many inputs and how many outputs.

Leaves out: batches, here a list comprehension; convolutions and attention.

Sources: [Karpathy2020]_ for the classes; [Glorot2010]_ and [He2015]_ for
initial weights.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from math import sqrt
from numbers import Real
from typing import Any, TypeAlias

from micrograd.documentation import shared
from micrograd.engine import Value
from micrograd.errors import ShapeError
from micrograd.functions import to_list
from micrograd.module import Module
from micrograd.namespaces import to_choice, to_count, to_generator
from micrograd.operators import total
from micrograd.primitives import PRIMITIVES

__all__ = ["Value", "Module", "Neuron", "Layer", "MLP"]


class Activation:
    """A method of `Value` by its name, looked up whenever it is called.

    So a neuron sees that somebody has replaced ``Value.relu``.
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, x: Any) -> Any:
        return getattr(x, self.__name__)()


# --- Networks ---

of_widths = shared("""
nin : int
    How many inputs, at least one.
nout : int
    How many neurons, at least one.
**options : object
    ``activation``, ``init``, ``bias``, ``rng`` and, of a layer, ``nonlin``,
    as for :class:`Neuron`.
raises : NumberError, OptionError
    If a width is not a positive int, a name is unknown, or `rng` has no
    method ``uniform``.
""")

Outputs: TypeAlias = Any  # a list of Values; one Value if the width is 1
Initialiser: TypeAlias = Callable[[Any, int, int], float]


@of_widths
class Neuron(Module):
    r"""An activation of a weighted sum: :math:`f(\sum_i w_i x_i + b)`.

    The square roots in `init` are equation 16 of [Glorot2010]_ and equation
    10 of [He2015]_, whose standard deviation is the half width over
    :math:`\sqrt 3`.  Gains are those of ``torch.nn.init.calculate_gain``, and
    1 for activations that it does not know.

    nonlin : bool, optional
        Whether to apply `f`; without it the neuron is linear.
    activation : str or callable, optional
        `f`: the name of a primitive of one number, such as ``"tanh"``, or
        any function of a Value.
    init : str or callable, optional
        How weights are drawn: evenly between -1 and 1, times 1
        (``"uniform"``), :math:`n^{-1/2}` (``"fan_in_uniform"``),
        :math:`\sqrt{6 / (n + m)}` (``"xavier_uniform"``, ``"xavier"``) or
        :math:`g \sqrt{3 / n}` (``"kaiming_uniform"``, ``"kaiming"``), for
        :math:`n` inputs, :math:`m` outputs and the gain :math:`g` of `f`;
        or a function ``(rng, nin, nout)`` that returns a weight.
    bias : bool, optional
        Whether there is a bias; it starts at 0.
    rng : object with a method ``uniform(a, b)``, optional
        Where weights come from, such as ``random.Random(42)``.  The
        default is the module :mod:`random`.
    nout : int, optional
        How many neurons share the inputs, this one included.
    w : list of Value
        The weights, one for each input.
    b : Value
        The bias, or a constant 0.

    >>> neuron = Neuron(2, activation="tanh")
    >>> neuron
    TanhNeuron(2)
    >>> neuron.w[0].data, neuron.w[1].data = 1.0, -1.0
    >>> neuron([3.0, 3.0]).data
    0.0
    """

    _learned = ("w", "b", "activation")
    nonlin: bool = True
    activation: Callable[..., Any] = Activation("relu")

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str | Callable[..., Any] = "relu",
        init: str | Initialiser = "uniform",
        bias: bool = True,
        rng: Any = None,
        nout: int = 1,
    ) -> None:
        self._title = _check_widths(f"Neuron({nin})", nin)
        bend = _chosen("activation", activation, ACTIVATIONS)
        gain = GAINS.get(_spoken(bend), 1.0) if nonlin else 1.0
        draw = _chosen("init", init, _initialisers(gain))
        rng = random if rng is None else rng
        to_generator(rng, "rng=", "uniform")
        self.w = [Value(draw(rng, nin, nout)) for _ in range(nin)]
        self.b = Value(0.0) if bias else Value(0.0).detach()
        self.nonlin, self.activation = nonlin, bend
        # Labels them.  A subclass's own `parameters` may not work yet.
        Module.parameters(self)

    def __call__(self, x: Any) -> Any:
        """Take a list of `nin` numbers or Values, return one Value."""
        x = _sample(self, x)
        products = (wi * xi for wi, xi in zip(self.w, x, strict=True))
        act = total(chain([self.b], products))
        return self.activation(act) if self.nonlin else act

    def __repr__(self) -> str:
        kind = _spoken(self.activation) if self.nonlin else "linear"
        return f"{SPELLED.get(kind, kind.title())}Neuron({len(self.w)})"


@of_widths
class Layer(Module):
    """Neurons side by side: each sees all inputs and gives one output.

    neurons : list of Neuron
        One for each output.

    >>> from micrograd.nn import Layer
    >>> layer = Layer(2, 3, nonlin=False)
    >>> layer
    Layer of [LinearNeuron(2), LinearNeuron(2), LinearNeuron(2)]
    >>> len(layer([1.0, -1.0]))
    3
    """

    _learned = ("neurons",)

    def __init__(self, nin: int, nout: int, **options: Any) -> None:
        self._title = _check_widths(f"Layer({nin}, {nout})", nin, nout)
        self.nin = nin
        self.neurons = [Neuron(nin, nout=nout, **options) for _ in range(nout)]
        Module.parameters(self)  # labels them

    def __call__(self, x: Any) -> Outputs:
        """Take `nin` numbers or Values, return `nout` Values.

        In a list, or the Value itself if there is only one.
        """
        x = _sample(self, x)
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


@of_widths
class MLP(Module):
    """A multi-layer perceptron: layers one after the other.

    All layers but the last apply the activation; the last is linear.

    nouts : list of int
        The width of each layer; the last is the number of outputs.
    raises : ShapeError
        If `nouts` is not a list of at least one width.
    layers : list of Layer
        In the order in which they are applied.

    >>> import random
    >>> from micrograd.nn import MLP
    >>> model = MLP(2, [2, 1], activation="tanh", rng=random.Random(42))
    >>> model
    MLP of [Layer of [TanhNeuron(2), TanhNeuron(2)], Layer of \
[LinearNeuron(2)]]
    >>> round(model([1.0, -1.0]).data, 4)
    0.4348
    """

    _learned = ("layers",)

    def __init__(self, nin: int, nouts: Sequence[int], **options: Any) -> None:
        title = f"MLP({nin}, {nouts})"
        if not isinstance(nouts, list | tuple) or not nouts:
            do = "name the width of each layer, as in MLP(2, [16, 1])"
            asked = f"{title} takes a list of at least one width"
            raise ShapeError(asked, f"{nouts!r}", do)
        self._title = _check_widths(title, nin, *nouts)
        self.nin, sizes = nin, [nin, *nouts]
        self.layers = [
            Layer(a, b, nonlin=i < len(nouts), **options)
            for i, (a, b) in enumerate(pairwise(sizes), start=1)
        ]
        Module.parameters(self)  # labels them

    def __call__(self, x: Any) -> Outputs:
        """Take `nin` numbers or Values, return `nouts[-1]` Values.

        In a list, or the Value itself if there is only one.
        """
        x = _sample(self, x)
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


# --- Where weights start ---


def _initialisers(gain: float) -> dict[str, Initialiser]:
    def within(bound: Callable[[int, int], float]) -> Initialiser:
        return lambda rng, n, m: rng.uniform(-1, 1) * bound(n, m)

    glorot = within(lambda n, m: sqrt(6 / (n + m)))
    he = within(lambda n, _: gain * sqrt(3 / n))
    return {
        "uniform": within(lambda *_: 1.0),
        "fan_in_uniform": within(lambda n, _: n**-0.5),
        "xavier_uniform": glorot, "xavier": glorot,
        "kaiming_uniform": he, "kaiming": he,
    }  # fmt: skip


GAINS = {"relu": sqrt(2), "leaky_relu": sqrt(2 / 1.0001), "tanh": 5 / 3}


# --- Checks of arguments ---


ACTIVATIONS = {
    name: Activation(name) if hasattr(Value, name) else row.function
    for name, row in PRIMITIVES.items()
    if row.arity - len(row.forward.__defaults__ or ()) == 1
}

# As PyTorch spells the classes of its activations.
SPELLED = {
    "relu": "ReLU", "leaky_relu": "LeakyReLU",
    "elu": "ELU", "silu": "SiLU", "gelu": "GELU",
}  # fmt: skip


def _spoken(function: Any) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return str(name).strip("<>")  # a lambda's name is <lambda>


def _chosen(keyword: str, choice: Any, table: dict[str, Any]) -> Any:
    """A function as it is, or the one that a name stands for."""
    if callable(choice):
        return choice
    to_choice(choice, f"{keyword}= takes a function or one of", table)
    return table[choice]


def _check_widths(title: str, *widths: Any) -> str:
    """Refuse impossible widths; return how messages call the module."""
    for width in widths:
        to_count(width, f"each width of {title}")
    return title


def _sample(module: Any, x: Any) -> list[Any]:
    """The inputs as a list of `nin` floats and Values, or an error."""
    # A subclass with a constructor of its own may know neither.
    nin = len(module.w) if hasattr(module, "w") else vars(module).get("nin")
    if type(x) is list and len(x) == nin and PLAIN.issuperset(map(type, x)):
        return x
    title = getattr(module, "_title", type(module).__name__)
    asked = f"{title} expects {nin or 'some'} input{'s' * (nin != 1)}"
    sample = to_list([x] if isinstance(x, Value | Real) else x, asked)
    if nin is not None and len(sample) != nin:
        do = "check the width of the data or the first argument"
        raise ShapeError(asked, f"{len(sample)}", do)
    return sample


PLAIN = {Value, float, int}  # the usual types of inputs
