"""A network in numbers: what panels draw while it is trained.

Thousands of points of the plane, and all the data, go through the network
several times a second.  A graph for each would be far too slow, so the
network is written out once as straight lines of Python, each sum in the
order of :class:`micrograd.nn.Neuron`: the results are equal to the bit.

Notation: *sums* go into the activations of neurons, *outputs* come out.

Leaves out: colours, curves, and all else that is a page's affair.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TypeAlias

from micrograd.draw.fold import Folding, fold_graph
from micrograd.draw.outline import Outline
from micrograd.engine import Value
from micrograd.errors import StateError
from micrograd.functions import softmax
from micrograd.nn import MLP
from micrograd.primitives import PRIMITIVES
from page_programs.choices import INPUTS

__all__ = ["Forward", "brief", "chances", "graph", "grid", "histograms"]

Answer: TypeAlias = dict[str, Any]  # what JSON can write
Rows: TypeAlias = list[tuple[float, ...]]

FLAT = 0.05  # the slope below which an activation counts as saturated
BINS = 24
sine = PRIMITIVES["sin"].compute


# --- A network without a graph ---


class Forward:
    """A network as functions of its numbers and of points.

    Parameters
    ----------
    model : MLP
        The network.
    activation : str
        The name of its activation.
    inputs : list of str, optional
        What it is given of a point: names of ``choices.INPUTS``.

    Examples
    --------
    >>> from page_programs.showing import Forward
    >>> from micrograd.nn import MLP
    >>> model = MLP(2, [3, 1], activation="tanh")
    >>> forward = Forward(model, "tanh")
    >>> forward("scores", [(0.5, 2.0)])[0][0] == model([0.5, 2.0]).data
    True
    """

    def __init__(
        self, model: MLP, activation: str, inputs: Iterable[str] = ("x", "y")
    ) -> None:
        self.model = model
        self.inputs = [INPUTS[name] for name in inputs]
        self.activation = PRIMITIVES[activation]
        self.parameters = model.parameters()
        self.made: dict[str, Any] = {}

    def __call__(self, wanted: str, points: Iterable[Any]) -> Rows:
        """A row for each point.

        `wanted` is ``scores``; ``sums`` and the number of a layer; or
        ``all``: the inputs, and for each layer its sums and its outputs.
        """
        if wanted not in self.made:
            names: dict[str, Any] = {"f": self.activation.compute, "sin": sine}
            exec(self.source(wanted), names)  # our own text
            self.made[wanted] = names["forward"]
        numbers = [p.data for p in self.parameters]
        try:
            rows: Rows = self.made[wanted](numbers, points)
        except (OverflowError, ValueError) as failure:
            asked = "the network is shown while its numbers are finite"
            do = "reset, and take a lower learning rate"
            raise StateError(asked, str(failure), do) from None
        return rows

    def source(self, wanted: str) -> str:
        """The function as text."""
        names = [f"p{i}" for i in range(len(self.parameters))]
        lines, layers = self._lines(names)
        results = layers[-1][1]
        if wanted.startswith("sums"):
            results = layers[int(wanted[5:])][0]
        elif wanted == "all":
            results = [*self._given, *chain(*chain(*layers))]
        body = "".join(f"        {line}\n" for line in lines)
        return (
            "def forward(parameters, points):\n"
            f"    ({', '.join(names)},) = parameters\n"
            "    rows = []\n"
            "    for x, y in points:\n"
            f"{body}        rows.append(({', '.join(results)},))\n"
            "    return rows\n"
        )

    @property
    def _given(self) -> list[str]:
        """The names of the inputs."""
        return [f"i{k}" for k in range(len(self.inputs))]

    def _lines(self, names: list[str]) -> tuple[list[str], list[Any]]:
        """A line for each number, and the names of sums and outputs."""
        inputs = self._given
        lines = [f"{a} = {text}" for a, text in zip(inputs, self.inputs)]
        layers = list[Any]()
        left = iter(names)  # as Module.parameters() has them: w, then b
        last = len(self.model.layers) - 1
        for i, layer in enumerate(self.model.layers):
            sums = [f"s{i}_{j}" for j in range(len(layer.neurons))]
            for name in sums:
                products = [f"{next(left)} * {x}" for x in inputs]
                text = " + ".join([next(left), *products])
                lines.append(f"{name} = {text}")
            inputs = sums
            if i < last:
                inputs = [f"a{name[1:]}" for name in sums]
                lines += [f"a{name[1:]} = f({name})" for name in sums]
            layers.append((sums, inputs))
        return lines, layers


def grid(
    middle: tuple[float, float], half: float, size: int
) -> list[tuple[float, float]]:
    """Points of a square, row by row from the top left.

    Parameters
    ----------
    middle : (float, float)
        The middle of the square.
    half : float
        Half its side.
    size : int
        How many points along each side.

    Returns
    -------
    list of (float, float)
        The points.

    Examples
    --------
    >>> from page_programs.showing import grid
    >>> grid((0.0, 0.0), 1.0, 2)
    [(-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
    """
    x, y = middle
    ticks = [half * (2 * i / (size - 1) - 1) for i in range(size)]
    return [(x + dx, y - dy) for dy in ticks for dx in ticks]


# --- Numbers for a page ---


def brief(x: float | None, digits: int = 6) -> float | None:
    """A number in few digits; None if JSON has no way to write it.

    Parameters
    ----------
    x : float or None
        Any number, or none.
    digits : int, optional
        How many digits count.

    Returns
    -------
    float or None
        The number.

    Examples
    --------
    >>> from page_programs.showing import brief
    >>> brief(1 / 3, 3), brief(float("inf"))
    (0.333, None)
    """
    if x is None or not math.isfinite(x):
        return None
    return float(f"{x:.{digits}g}")


def chances(scores: Sequence[float]) -> list[float]:
    """The probability of each class.

    Parameters
    ----------
    scores : sequence of float
        One, which is that of class 1 over class 0, or one for each class.

    Returns
    -------
    list of float
        They sum to 1.

    Examples
    --------
    >>> from page_programs.showing import chances
    >>> chances([0.0])
    [0.5, 0.5]
    """
    return softmax([0.0, *scores] if len(scores) == 1 else scores)


# --- Histograms ---


def histograms(forward: Forward, points: Iterable[Any]) -> list[Answer]:
    """For each layer its outputs on all points, and its gradients.

    Parameters
    ----------
    forward : Forward
        The network.
    points : iterable of (float, float)
        The data.

    Returns
    -------
    list of dict
        ``outputs`` and ``gradients``; of hidden layers also the share of
        outputs that are ``saturated``, where the activation has a slope
        below 0.05, and the number of neurons that are so for all points.

    Examples
    --------
    >>> from page_programs.showing import Forward, histograms
    >>> from micrograd.nn import MLP
    >>> forward = Forward(MLP(2, [3, 1], activation="relu"), "relu")
    >>> hidden, last = histograms(forward, [(0.0, 0.0)])
    >>> hidden["saturated"], hidden["dead"], sum(hidden["outputs"]["counts"])
    (1.0, 3, 3)
    """
    columns = list(zip(*forward("all", points), strict=True))
    layers, start = [], len(forward.inputs)
    for layer in forward.model.layers:
        middle = start + len(layer.neurons)
        end = middle + len(layer.neurons)
        sums, outputs = columns[start:middle], columns[middle:end]
        start = end
        answer: Answer = {
            "outputs": _histogram(list(chain(*outputs))),
            "gradients": _histogram([p.grad for p in layer.parameters()]),
        }
        if layer is not forward.model.layers[-1]:
            answer |= _saturation(forward.activation, sums, outputs)
        layers.append(answer)
    return layers


def _histogram(numbers: Sequence[float]) -> Answer:
    """Counts between the least and the greatest of some numbers."""
    if not numbers or not all(map(math.isfinite, numbers)):
        return {"counts": []}
    low, high = min(numbers), max(numbers)
    width = (high - low) / BINS or 1.0
    counts = [0] * BINS
    for x in numbers:
        counts[min(int((x - low) / width), BINS - 1)] += 1
    mean = sum(numbers) / len(numbers)
    square = sum((x - mean) * (x - mean) for x in numbers) / len(numbers)
    return {
        "low": brief(low),
        "high": brief(high),
        "counts": counts,
        "mean": brief(mean),
        "spread": brief(math.sqrt(square)),
    }


def _saturation(activation: Any, sums: Any, outputs: Any) -> Answer:
    """How many outputs hardly move, and how many neurons never do."""
    flat = [
        [
            abs(activation.derivative(0, y, x)) < FLAT
            for x, y in zip(column, results, strict=True)
        ]
        for column, results in zip(sums, outputs, strict=True)
    ]
    total = sum(map(len, flat))
    share = sum(map(sum, flat)) / total if total else None
    return {"saturated": share, "dead": sum(map(all, flat)) if total else 0}


# --- The graph of one loss ---


def graph(loss: Value, model: MLP) -> Answer:
    """The graph of a number, folded by neuron, with all its numbers.

    Parameters
    ----------
    loss : Value
        What was differentiated.
    model : MLP
        Whose neurons become boxes.

    Returns
    -------
    dict
        ``boxes``, each with its ``level`` from the left, and ``wires``:
        the positions of two boxes and, where there is a weight, its
        number and gradient.

    Examples
    --------
    >>> from micrograd import Value
    >>> from page_programs.showing import graph
    >>> from micrograd.nn import MLP
    >>> model = MLP(1, [1])
    >>> loss = model([Value(2.0, label="x")]) ** 2
    >>> found = graph(loss, model)
    >>> [(box["title"], box["level"]) for box in found["boxes"]]
    [('x', 0), ('layers.0.neurons.0', 1), ('', 1), ('', 2)]
    """
    folding = fold_graph(Outline(loss), "neuron")
    neurons = {n.b.label[:-2]: n for la in model.layers for n in la.neurons}
    boxes: list[Answer] = []
    wires: list[list[Any]] = []
    places: dict[int, int] = {}
    for i, sources in folding.sources().items():
        neuron = neurons.get(folding.titles.get(i, ""))
        places[i] = len(boxes)
        levels = [boxes[places[j]]["level"] for j in sources]
        level = 1 + max(levels, default=-1)
        for j in sources:  # a constant stands beside what it goes with
            if folding.outline.roles[j] == "constant":
                boxes[places[j]]["level"] = level - 1
        boxes.append({"level": level, **_box(folding, i, neuron)})
        weights = neuron.w if neuron else [None] * len(sources)
        for j, w in zip(sources, weights, strict=True):
            pair = _numbers(w) if neuron else []
            wires.append([places[j], places[i], *pair])
    return {"boxes": boxes, "wires": wires}


def _numbers(value: Any) -> list[float | None]:
    return [brief(value.data), brief(value.grad)]


def _box(folding: Folding, i: int, neuron: Any) -> Answer:
    """One box of a graph, without its place."""
    value = folding.outline.values[i]
    data, grad = _numbers(value)
    box = {
        "title": folding.titles.get(i) or value.label,
        "op": "" if neuron else value.op,
        "role": folding.outline.roles[i],
        "data": data,
        "grad": grad,
    }
    return box | ({"bias": _numbers(neuron.b)} if neuron else {})
