"""Big graphs by module: one box for a neuron, or for a whole layer.

A neuron of two inputs is ten values.  Drawn one by one, a small network is
soup; drawn a neuron to a box, it is the picture everybody knows.  Modules
leave no trace in a graph but the labels of their parameters, such as
``layers.0.neurons.3.w[1]``, so a neuron is found by these: a product with
one of its weights opens a sum, the sum grows by products and the bias, and
when every parameter of the neuron is in it, it is the neuron's output.  An
activation function that follows belongs to it too.

Notation: ``i, j`` positions in the outline; *home* is the position of the
box that a value is drawn in, ``HIDDEN`` for a parameter drawn nowhere.

Leaves out: penalties such as ``w * w`` and modules of other shapes, which
are drawn as what they are.
"""

from __future__ import annotations

from micrograd.documentation import documented
from micrograd.draw.outline import Outline

__all__ = ["FOLDS", "HIDDEN", "Folding", "fold_graph"]

FOLDS = ("auto", "neuron", "layer", "none")
READABLE = 60  # boxes: about as many as fit a page and can be followed
HIDDEN = -1
ACTIVATIONS = {"relu", "leaky_relu", "elu", "silu", "gelu", "softplus"}
ACTIVATIONS |= {"tanh", "sigmoid"}

Part = tuple[str, int]  # the neuron, and which parameters are in the sum


@documented
class Folding:
    """A graph, and which box each of its values is drawn in.

    outline : Outline
        The graph.
    home : list of int
        For each value the position of its box; at first its own.
    titles : dict of int to str
        For each folded box the name of its module.
    sizes : dict of int to int
        For each layer the number of its neurons; neurons have no entry.
    """

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.home = list(range(len(outline.values)))
        self.titles: dict[int, str] = {}
        self.sizes: dict[int, int] = {}

    def boxes(self) -> list[int]:
        """The positions that are drawn, in order."""
        return [i for i, home in enumerate(self.home) if i == home]

    def sources(self) -> dict[int, list[int]]:
        """For each box the boxes it takes operands from, in order.

        Duplicates are kept in values, where ``a + a`` has two arrows, and
        dropped in layers, where every neuron takes every input.
        """
        found: dict[int, list[int]] = {i: [] for i in self.boxes()}
        for i, operands in enumerate(self.outline.inputs):
            box = self.home[i]
            homes = [self.home[j] for j in operands]
            if box != HIDDEN:
                found[box] += [h for h in homes if h not in (box, HIDDEN)]
        for i in self.sizes:
            found[i] = list(dict.fromkeys(found[i]))
        return found


def fold_graph(outline: Outline, fold: str = "auto") -> Folding:
    """Decide which values share a box.

    By default neurons do, if the graph has more than 60 values, and
    layers, if that still leaves more than 60 boxes.  Nothing is folded if
    no module is recognised.

    >>> from micrograd import Value
    >>> w, b = Value(2.0, label="out.w[0]"), Value(0.5, label="out.b")
    >>> y = Value(1.0, label="x") * w + b
    >>> folding = fold_graph(Outline(y), "neuron")
    >>> folding.boxes(), folding.titles
    ([2, 4], {4: 'out'})
    """
    folding = Folding(outline)
    small = len(outline.values) <= READABLE
    if fold == "none" or (fold == "auto" and small):
        return folding
    _merge_neurons(folding)
    many = len(folding.boxes()) > READABLE
    if fold == "layer" or (fold == "auto" and many):
        _merge_layers(folding)
    return folding


# --- Neurons ---


def _merge_neurons(folding: Folding) -> None:
    """Give every neuron one box, at the position of its output."""
    outline = folding.outline
    consumers = outline.consumers()
    parameters, whole = _parameters(outline)
    parts: dict[int, Part] = {}
    for i in range(len(outline.values)):
        part = _part(outline, i, parameters, parts)
        if part is None:
            continue
        title, bits = part
        if bits != whole[title]:
            parts[i] = part
            continue
        output = _activated(outline, i, consumers)
        folding.titles[output] = title
        for member in _members(outline, i, parts, title):
            folding.home[member] = output
    _fold_leaves(folding, consumers)


def _parameters(outline: Outline) -> tuple[dict[int, Part], dict[str, int]]:
    """Each parameter as one bit of its neuron, and all bits of each."""
    parameters: dict[int, Part] = {}
    whole: dict[str, int] = {}
    for i, role in enumerate(outline.roles):
        if role == "parameter":
            title = str(outline.values[i].label).rpartition(".")[0]
            bits = whole.get(title, 0)
            parameters[i] = title, bits + 1
            whole[title] = 2 * bits + 1
    return parameters, whole


def _part(
    outline: Outline,
    i: int,
    parameters: dict[int, Part],
    parts: dict[int, Part],
) -> Part | None:
    """What a value is part of, if it is a product or a sum of a neuron."""
    op = outline.values[i].op
    operands = outline.inputs[i]
    if op == "*":
        weights = [parameters[j] for j in operands if j in parameters]
        return weights[0] if len(weights) == 1 else None
    if op != "+":
        return None
    terms = [
        parts.get(j) or parameters.get(j)
        for j in operands
        if outline.roles[j] != "constant"
    ]
    titles = {term[0] if term else None for term in terms}
    if len(titles) != 1 or not any(j in parts for j in operands):
        return None
    bits = 0
    for term in terms:
        bits |= term[1] if term else 0
    return titles.pop() or "", bits


def _members(
    outline: Outline, output: int, parts: dict[int, Part], title: str
) -> list[int]:
    """The sums and products that lead to the output, and the output."""
    members, stack = [], [output]
    while stack:
        i = stack.pop()
        members.append(i)
        operands = outline.inputs[i]
        stack += [j for j in operands if parts.get(j, ("",))[0] == title]
    return members


def _activated(outline: Outline, i: int, consumers: list[list[int]]) -> int:
    """The position after the activation function, if one follows."""
    followers = set(consumers[i])
    follower = followers.pop() if len(followers) == 1 else i
    return follower if outline.values[follower].op in ACTIVATIONS else i


def _fold_leaves(folding: Folding, consumers: list[list[int]]) -> None:
    """Take leaves off the picture that neurons alone make use of.

    A parameter that something else uses too, such as a penalty, stays.
    """
    home, outline = folding.home, folding.outline
    first: dict[tuple[str, str, float], int] = {}
    for i, role in enumerate(outline.roles):
        users = {folding.titles.get(home[j]) for j in consumers[i]}
        if not users or None in users:
            continue
        if role == "parameter":
            home[i] = HIDDEN
        elif role == "constant" and len(users) == 1:
            key = _read_by(outline, i, consumers[i][0])
            home[i] = first.setdefault(key, i) if key else HIDDEN


def _read_by(
    outline: Outline, i: int, product: int
) -> tuple[str, str, float] | None:
    """Which weight a constant is multiplied by, if any, and the constant.

    A network fed with plain numbers makes a constant of each number for
    each neuron.  To a reader they are one: the same input of one layer.
    """
    if outline.values[product].op != "*":
        return None
    for j in outline.inputs[product]:
        if outline.roles[j] == "parameter":
            title, _, weight = str(outline.values[j].label).rpartition(".")
            return _layer(title), weight, outline.values[i].data
    return None


# --- Layers ---


def _merge_layers(folding: Folding) -> None:
    """Give the neurons of one layer that read the same inputs one box."""
    layers: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    sources = folding.sources()
    for box, title in folding.titles.items():
        key = _layer(title), tuple(sources[box])
        layers.setdefault(key, []).append(box)
    merged = {}
    for (title, _), boxes in layers.items():
        merged.update(dict.fromkeys(boxes, boxes[-1]))
        folding.sizes[boxes[-1]] = len(boxes)
        folding.titles[boxes[-1]] = title
    folding.home = [merged.get(home, home) for home in folding.home]
    folding.titles = {box: folding.titles[box] for box in folding.sizes}


def _layer(title: str) -> str:
    """``layers.0.neurons.3`` is a part of ``layers.0``."""
    parent, _, last = title.rpartition(".")
    return parent.rpartition(".")[0] if last.isdigit() else parent
