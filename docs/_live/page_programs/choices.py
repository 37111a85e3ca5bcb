"""What a reader of the playground may choose, and what each choice stands for.

The page writes its settings into the address, so they are few and short; the
tables here turn their names into data sets, inputs, losses and optimisers.

Notation
--------
score
    An output of the network.  One score says class 1 where it is positive;
    three are one logit for each class.
edits
    What the reader did to the generated points, by their positions.

Leaves out: training (:mod:`page_programs.playground`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from micrograd import datasets, functions, optim, sin
from micrograd.errors import OptionError
from micrograd.nn import ACTIVATIONS

__all__ = ["DATA", "HALF", "INITS", "INPUTS", "LOSSES", "OPTIMIZERS",
           "Row", "Settings", "drawn", "inputs_from", "penalty",
           "weights"]  # fmt: skip

Row: TypeAlias = list[float]  # x, y, class
Draw: TypeAlias = Callable[..., list[Any]]

# --- Data ---

DATA: dict[str, tuple[Any, tuple[float, float], float, int]] = {
    # how to draw n points; the middle and half the side of what is shown;
    # how many classes
    "moons": (datasets.moons, (0.5, 0.25), 2.0, 2),
    "circles": (datasets.circles, (0.0, 0.0), 1.6, 2),
    "xor": (datasets.xor, (0.5, 0.5), 1.2, 2),
    "spirals": (datasets.spirals, (0.0, 0.0), 1.4, 2),
    "yin_yang": (datasets.yin_yang, (0.0, 0.0), 2.5, 3),
    "empty": (None, (0.0, 0.0), 2.0, 2),
}
HALF = 0.5  # the share of a class of two, as data sets draw them


def drawn(settings: Settings, rng: Any) -> list[Row]:
    """The points that the settings ask for, before any edits.

    Where the classes are not to be equally frequent, more are drawn, and
    the first of each class are taken in turns that keep the share.

    Parameters
    ----------
    settings : Settings
        Of which `data`, `n`, `noise` and `balance` count.
    rng : XorShift
        Draws them.

    Returns
    -------
    list of [float, float, int]
        `x`, `y` and the class.

    Examples
    --------
    >>> from micrograd.datasets import XorShift
    >>> from page_programs.choices import Settings, drawn
    >>> settings = Settings(data="xor", n=10, balance=0.3)
    >>> [c for x, y, c in drawn(settings, XorShift(7))]
    [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    """
    draw, _, _, classes = DATA[settings.data]
    if draw is None:
        return []
    n, share = settings.n, settings.balance
    noise = [settings.noise] if settings.data != "yin_yang" else []
    if classes != 2 or share == HALF:
        return [[*place, c] for place, c in draw(n, *noise, rng)]
    pool = draw(2 * n, *noise, rng)
    kinds = [iter([p for p in pool if p[1] == c]) for c in (0, 1)]
    turns = [int((i + 1) * share) - int(i * share) for i in range(n)]
    return [[*place, c] for place, c in (next(kinds[k]) for k in turns)]


# --- The network ---

INPUTS = {
    # as the address names it, and in Python
    "x": "x",
    "y": "y",
    "xx": "x * x",
    "yy": "y * y",
    "xy": "x * y",
    "sinx": "sin(x)",
    "siny": "sin(y)",
}
INITS: dict[str, Any] = {
    "kaiming": "kaiming",
    "xavier": "xavier",
    "uniform": "uniform",
    "zeros": lambda rng, nin, nout: 0.0,
}


def inputs_from(names: Iterable[str], sine: Any = sin) -> Callable[..., Any]:
    """A function from `x` and `y` to the inputs of a network.

    Examples
    --------
    >>> from page_programs.choices import inputs_from
    >>> inputs_from(["x", "xy"])(2.0, 3.0)
    [2.0, 6.0]
    """
    text = ", ".join(INPUTS[name] for name in names)
    made: Any = eval(f"lambda x, y: [{text}]", {"sin": sine})  # our own text
    return made  # type: ignore[no-any-return]


def weights(model: Any) -> list[Any]:
    """The weights of a network, without its biases.

    Examples
    --------
    >>> from micrograd.nn import MLP
    >>> from page_programs.choices import weights
    >>> len(weights(MLP(2, [3, 1]))), len(MLP(2, [3, 1]).parameters())
    (9, 13)
    """
    return [w for layer in model.layers for n in layer.neurons for w in n.w]


# --- Losses ---


def _cross_entropy(scores: list[Any], target: list[Any]) -> Any:
    """The surprise at a class; targets are 0 and 1."""
    if len(scores) == 1:
        name = functions.binary_cross_entropy_with_logits
        return name(scores, target, "none")[0]
    return -functions.dot(functions.log_softmax(scores), target)


def _one_by_one(loss: Any, scores: list[Any], target: list[Any]) -> Any:
    """A loss that compares each score with -1 or 1."""
    losses = loss(scores, [2 * t - 1 for t in target], "none")
    return losses[0] if len(losses) == 1 else functions.mean(losses)


LOSSES: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "cross_entropy": _cross_entropy,
    "hinge_loss": partial(_one_by_one, functions.hinge_loss),
    "mse_loss": partial(_one_by_one, functions.mse_loss),
}
PENALTIES: dict[str, Any] = {
    "none": None,
    "l1": lambda weights: sum(abs(w) for w in weights),
    "l2": functions.l2,
}


def penalty(settings: Settings, model: Any) -> Any:
    """What is added to the loss for large weights; 0 if nothing is.

    Examples
    --------
    >>> from micrograd.nn import MLP
    >>> from page_programs.choices import INITS, Settings, penalty
    >>> model = MLP(2, [1], init=lambda rng, nin, nout: -3.0)
    >>> penalty(Settings(penalty="l1", penalty_rate=0.5), model).data
    3.0
    """
    rule = PENALTIES[settings.penalty]
    if rule is None or settings.penalty_rate == 0:
        return 0.0
    return settings.penalty_rate * rule(weights(model))


OPTIMIZERS: dict[str, Any] = {
    "SGD": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "RMSprop": optim.RMSprop,
    "Adagrad": optim.Adagrad,
    "Adam": optim.Adam,
    "AdamW": optim.AdamW,
}


# --- All of it ---


@dataclass
class Settings:
    """What a reader chooses; all of it fits in an address.

    Attributes
    ----------
    data : str
        ``moons``, ``circles``, ``xor``, ``spirals``, ``yin_yang`` or
        ``empty``.
    n : int
        How many points are drawn.
    noise : float
        The standard deviation of their shift; ``yin_yang`` has none.
    balance : float
        The share of class 1 where there are two classes.
    test : float
        The share of the drawn points that are kept for testing.
    seed : int
        Where the generator starts.
    inputs : list of str
        What the network is given: names of ``INPUTS``.
    hidden : list of int
        The widths of the hidden layers.
    activation : str
        The name of a primitive of one number.
    init : str
        How weights are drawn, as :class:`micrograd.nn.Neuron` has it, or
        ``zeros``.
    loss : str
        ``cross_entropy``, ``hinge_loss`` or ``mse_loss``.
    penalty : str
        What is added to it: ``none``, ``l1`` or ``l2`` of the weights.
    penalty_rate : float
        The factor of it.
    optimizer : str
        ``SGD``, ``momentum``, ``RMSprop``, ``Adagrad``, ``Adam`` or
        ``AdamW``.
    lr, weight_decay : float
        The learning rate, and the pull towards 0.
    batch : int
        Points in a batch; 0 for all of them.
    edits : dict
        ``removed`` positions of generated points; ``moved`` ones, as
        ``[position, x, y]``; ``added`` points, as ``[x, y, class]``.

    Examples
    --------
    >>> from page_programs.choices import Settings
    >>> Settings(data="xor", n=4).hidden
    [16, 16]
    """

    data: str = "moons"
    n: int = 100
    noise: float = 0.15
    balance: float = 0.5
    test: float = 0.0
    seed: int = 7
    inputs: list[str] = field(default_factory=lambda: ["x", "y"])
    hidden: list[int] = field(default_factory=lambda: [16, 16])
    activation: str = "tanh"
    init: str = "kaiming"
    loss: str = "cross_entropy"
    penalty: str = "none"
    penalty_rate: float = 0.001
    optimizer: str = "Adam"
    lr: float = 0.02
    weight_decay: float = 0.0
    batch: int = 0
    edits: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, table in (
            ("data", DATA),
            ("activation", ACTIVATIONS),
            ("init", INITS),
            ("loss", LOSSES),
            ("penalty", PENALTIES),
            ("optimizer", OPTIMIZERS),
        ):
            self._check(name, getattr(self, name), table)
        for one in self.inputs or [""]:
            self._check("each of inputs", one, INPUTS)

    def _check(self, name: str, given: str, table: Any) -> None:
        if given not in [*table]:
            asked = f"{name} is one of {', '.join(table)}"
            raise OptionError(asked, repr(given), "choose among them")

    def split(self, rows: list[Any]) -> tuple[list[Any], list[Any]]:
        """Drawn points for training, and those for testing.

        Examples
        --------
        >>> from page_programs.choices import Settings
        >>> Settings(test=0.3).split([*range(10)])
        ([0, 1, 2, 3, 4, 5, 6], [7, 8, 9])
        """
        if self.test <= 0 or round(len(rows) * self.kept) in (0, len(rows)):
            return rows, []
        train, test = datasets.split(rows, [self.kept, self.test])
        return train, test

    @property
    def kept(self) -> float:
        """The share of the drawn points that are trained on."""
        return round(1 - self.test, 6)
