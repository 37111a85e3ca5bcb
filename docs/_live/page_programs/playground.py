"""What the playground page asks for: a network in training, in numbers.

A :class:`Playground` holds points, a network, an optimiser and a compiled
step.  The page asks it to train, to change, and to show, and draws the
dictionaries of plain numbers that come back.  Nothing here knows of a
page, so all of it runs and is tested as ordinary Python.

A page that can trains by itself: :meth:`Playground.native` gives it the step
as WebAssembly, and :meth:`Playground.take` takes the numbers back.

One generator, made from the seed, draws the points, then the weights, then
the batches.  So a dozen lines that use the package by hand, which
:meth:`Playground.script` writes, go through the same numbers.

Leaves out: drawing; anything that looks at time but to keep it short.
"""

from __future__ import annotations

import math
from array import array
from time import perf_counter
from typing import Any, TypeAlias

from micrograd import datasets
from micrograd.compiler.layout import lay_out
from micrograd.compiler.program import Program
from micrograd.compiler.source import Machine
from micrograd.engine import Value
from micrograd.errors import (
    GraphSizeError,
    OptionError,
    ShapeError,
    StateError,
)
from micrograd.nn import MLP
from page_programs.byhand import script
from page_programs.choices import (
    DATA,
    INITS,
    LOSSES,
    OPTIMIZERS,
    Row,
    Settings,
    drawn,
    inputs_from,
    penalty,
)
from page_programs.samples import (
    add_penalty,
    in_base64,
    recorded,
    settle,
    take_back,
    widened,
)
from page_programs.showing import (
    Forward,
    brief,
    chances,
    graph,
    grid,
    histograms,
)

__all__ = ["Playground", "Settings", "ask", "begin"]

Answer: TypeAlias = dict[str, Any]  # what JSON can write
ROOM = 10  # samples; steps are compiled for a multiple of so many
LARGEST = 400  # points; beyond it the page is no longer quick
HEAVIEST = 100_000  # parameters times points: a second for a step in Python
TILE = 256  # points that the network is shown at once, as WebAssembly
AHEAD = 1_000  # steps whose coefficients a page is given at first
AT_LAST = 10**9  # a step so late that the coefficients change no more
GOING_ON = ("lr", "weight_decay", "batch", "loss", "optimizer", "penalty",
            "penalty_rate")  # fmt: skip


class Playground:
    """A network in training that answers with plain numbers.

    Parameters
    ----------
    settings : Settings
        What to train on what.

    Attributes
    ----------
    settings : Settings
        As given, with the changes since.
    points : list of [float, float, int]
        The data: two coordinates and a class.
    train, test : list of [float, float, int]
        Those that are trained on, and those that are kept for testing.
    held : list of int
        The positions of the latter among the points.
    model : MLP
        The network.
    optimizer : Optimizer
        It is replaced if another one is chosen.
    epochs : int
        How often all the data have been gone through.

    Raises
    ------
    MicrogradError
        As what it is made of raises it.

    Examples
    --------
    >>> from page_programs.playground import Playground, Settings
    >>> play = Playground(Settings(data="xor", n=8, hidden=[3]))
    >>> answer = play.advance(20)
    >>> answer["step"], len(answer["losses"])
    (20, 20)
    >>> answer["losses"][0] > answer["losses"][-1]
    True
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rng = datasets.XorShift(settings.seed)
        _, self.middle, self.half, self.classes = DATA[settings.data]
        self.drawn = drawn(settings, self.rng)
        self.inputs = inputs_from(settings.inputs)
        outputs = 1 if self.classes == 2 else self.classes
        self.model = MLP(
            len(settings.inputs),
            [*settings.hidden, outputs],
            activation=settings.activation,
            init=INITS[settings.init],
            rng=self.rng,
        )
        self.parameters = self.model.parameters()
        self.forward = Forward(
            self.model, settings.activation, settings.inputs
        )
        self.optimizer: Any = None
        self.recording: Any = None
        self.steps = self.epochs = self.version = 0
        # The loss in the network that a page has; none that is of use.
        self.judged_by: str | None = ""
        self._renew_optimizer()
        self.edit(settings.edits)

    # --- Points ---

    def edit(self, edits: dict[str, list[Any]]) -> Answer:
        """Take the generated points, and do to them what the reader did."""
        rows: dict[int, Row] = dict(enumerate(map(list, self.drawn)))
        for i, x, y in edits.get("moved", []):
            if i in rows:
                rows[i][:2] = float(x), float(y)
        for i in edits.get("removed", []):
            rows.pop(i, None)
        added = [
            [float(x), float(y), min(max(int(c), 0), self.classes - 1)]
            for x, y, c in edits.get("added", [])
        ]
        if len(rows) + len(added) > LARGEST:
            asked = f"the playground takes up to {LARGEST} points"
            do = "remove some"
            raise ShapeError(asked, f"{len(rows) + len(added)}", do)
        self.settings.edits = edits
        self.points = [*rows.values(), *added]
        self.waiting: list[list[Row]] = []  # batches of this epoch
        origins = [*rows, *[-1 for _ in added]]
        kept = {*self.settings.split([*range(len(self.drawn))])[1]}
        self.held = [i for i, origin in enumerate(origins) if origin in kept]
        held = {*self.held}
        self.test = [self.points[i] for i in self.held]
        self.train = [x for i, x in enumerate(self.points) if i not in held]
        return {"points": self.points, "origins": origins, "test": self.held}

    def _target(self, c: float) -> Row:
        """A class as the losses want it: 0 and 1, one for each score."""
        if self.classes == 2:
            return [float(c)]
        return [float(c == k) for k in range(self.classes)]

    # --- Training ---

    def change(self, name: str, value: Any) -> Answer:
        """Change a setting that leaves the weights as they are."""
        if name not in GOING_ON:
            asked = f"change() takes {', '.join(GOING_ON)}"
            raise OptionError(asked, repr(name), "begin again with it")
        before = vars(self.settings)
        self.settings = Settings(**{**before, name: value})
        if name == "optimizer":
            self._renew_optimizer()
        elif name in ("lr", "weight_decay"):
            setattr(self.optimizer, name, float(value))
        if name == "batch":
            self.waiting = []
        if name == "loss":
            self._renew_step()
        elif name in ("weight_decay", "penalty", "penalty_rate"):
            self._renew_step(self.recording)
        return {}

    def assign(self, parameter: int, number: float) -> Answer:
        """Give a parameter another number; the run goes on from it."""
        self.parameters[parameter].data = float(number)
        self.version, self.judged_by = self.version + 1, None
        return {}

    def _renew_optimizer(self) -> None:
        s = self.settings
        kind = OPTIMIZERS[s.optimizer]
        self.optimizer = kind(
            self.parameters, lr=s.lr, weight_decay=s.weight_decay
        )
        self.before: list[float] = []
        self._renew_step(self.recording)

    def _renew_step(self, recording: Any = None) -> None:
        """Forget what was compiled, and what was recorded unless given."""
        self.recording = recording
        self.sample: Program | None = None
        self._renew_room(0)

    def _renew_room(self, room: int) -> None:
        self.room, self.version = room, self.version + 1
        self.program: Program | None = None
        self.step: Machine | None = None

    def _program(self) -> Program:
        """The step for a batch, which is recorded if it is not yet."""
        if not self.train:
            asked = "training needs points"
            raise ShapeError(asked, "none", "add some, of two classes")
        room = math.ceil(self._size() / ROOM) * ROOM
        if room != self.room:
            self._check_size(room)
            self._renew_room(room)
        if self.sample is None:
            step, _ = self._recorded()
            self.sample = lay_out(step, self.optimizer, roll=False)
        if self.program is None:
            self.program = widened(self.sample, room)
            if isinstance(self._penalty(), Value):
                add_penalty(self.program, self._penalty)
        return self.program

    def _recorded(self) -> Any:
        """The step for one point, and what is shown of it."""
        if self.recording is None:
            rule = LOSSES[self.settings.loss]
            outputs = len(self._target(0))
            self.recording = recorded(
                self._shown, rule, outputs, self.parameters
            )
        return self.recording

    def _shown(self, x: Any, y: Any) -> tuple[list[Any], list[Any]]:
        """The scores of one point, as a graph; and all that is shown of it.

        These are its inputs, and for each layer its sums and its outputs.
        """
        row = self.inputs(x, y)
        shown = [*row]
        for layer in self.model.layers:
            row = _several(layer(row))
            last = layer is self.model.layers[-1]
            sums = row if last else [output.inputs[0] for output in row]
            shown += [*sums, *row]
        return row, shown

    def _penalty(self) -> Any:
        """What is added to the loss, whatever the samples are."""
        return penalty(self.settings, self.model)

    def _size(self) -> int:
        """How many points a batch has."""
        return min(self.settings.batch or LARGEST, len(self.train))

    def _check_size(self, room: int) -> None:
        """Refuse what would take a browser seconds for each step."""
        count = len(self.parameters)
        if count * room > HEAVIEST:
            raise GraphSizeError(
                f"a step here is up to {HEAVIEST:,} parameters times points",
                f"{count:,} times {room}",
                "choose smaller batches, or fewer neurons",
            )

    def _batch(self) -> list[Row]:
        """The next batch, as the rows of numbers of a step."""
        size = self._size()
        if not self.waiting:
            rng = None if size == len(self.train) else self.rng
            batches = datasets.batches(self.train, size, rng)
            self.waiting = list(batches)[::-1]
        rows = self.waiting.pop()
        # A sample that only fills the room has the share 0, all others 1:
        # so the sum is to the bit that of the others.
        spare = self.room - len(rows)
        samples = [
            [x, y, *self._target(c), 1.0, float(len(rows))] for x, y, c in rows
        ]
        filler = [*samples[0][:-2], 0.0, float(len(rows))]
        columns = zip(*samples, *[filler] * spare, strict=True)
        return [list(column) for column in columns]

    def _make_step(self) -> float:
        """Make one step in Python; the loss, or nan if none was made."""
        program = self._program()
        if self.step is None:
            self.step = Machine(program)
        cells, batch = self.step.memory, self._batch()
        stride = (program.numbers.stop - program.numbers.start) // len(batch)
        for i, row in enumerate(batch):
            start = program.numbers.start + i * stride
            cells[start : start + self.room] = array("d", row)
        settle(cells, program, self.optimizer)
        self.step()
        take_back(cells, program, self.optimizer)
        if cells[program.guard] != 0:
            return math.nan
        self.optimizer.steps += 1
        return float(cells[program.results.start])

    def advance(self, steps: int, seconds: float = math.inf) -> Answer:
        """Make so many steps, or as many as there is time for; at least one.

        Returns
        -------
        dict
            ``losses``, one for each step made; ``step`` and ``epoch``
            after them; ``error``, the reason why it ended early, if any.
        """
        losses: list[float] = []
        error = ""
        end = perf_counter() + seconds
        while len(losses) < steps and (not losses or perf_counter() < end):
            before = [p.data for p in self.parameters]
            loss = self._make_step()
            if not math.isfinite(loss):
                error = self._diverged()
                break
            losses.append(loss)
            self.before = before
            self.steps += 1
            self.epochs += not self.waiting
        state = {"step": self.steps, "epoch": self.epochs, "error": error}
        return {"losses": losses, **state}

    def _diverged(self) -> str:
        """Go back to where the loss was a number; tell what to do."""
        for p, old in zip(self.parameters, self.before, strict=False):
            p.data = old
        return (
            f"Training diverged at step {self.steps + 1:,}: the loss is no "
            "finite number. Choose a smaller learning rate, then Reset."
        )

    # --- A page that trains by itself ---

    def native(self, known: str = "") -> Answer:
        """What a page needs to make steps without Python.

        Parameters
        ----------
        known : str, optional
            The ``key`` of the step that it has already.

        Returns
        -------
        dict
            ``key`` and, unless it is known, ``step``, a module that begins
            with the numbers of now; ``samples``, a row of inputs and targets
            for each point, and ``test``, the positions of those that are
            only tested on; the size of a ``batch``; ``coefficients``; what
            :meth:`network` gives, if the loss has changed since; and if no
            step can be made, ``error``.
        """
        answer = self.coefficients(self.optimizer.steps) | {"error": ""}
        answer["samples"] = [
            [x, y, *self._target(c)] for x, y, c in self.points
        ]
        if self.judged_by not in ("", self.settings.loss):
            answer |= self.network()
        answer["test"] = self.held
        answer["batch"] = self._size()
        try:
            program = self._program()
        except (GraphSizeError, ShapeError) as refused:
            return answer | {"key": "", "error": str(refused)}
        answer["key"] = str(self.version)
        if answer["key"] != known:
            cells = program.memory()
            settle(cells, program, self.optimizer)
            answer["step"] = in_base64(program, cells, "a training step")
        return answer

    def network(self) -> Answer:
        """The network as a module, and where the batches begin to be drawn.

        Returns
        -------
        dict
            ``network``, whose results are the inputs, for each layer its
            sums and then its outputs, and the loss, each of them a row for
            TILE points; ``widths``, of the inputs and of the layers; the
            number of ``targets``; ``random``, the state of the generator;
            and the square that is shown.
        """
        self.judged_by = self.settings.loss
        _, shown = self._recorded()
        program = widened(lay_out(shown, roll=False), TILE, total=False)
        cells = program.memory()
        cells[program.data] = array("d", [p.data for p in program.values])
        return {
            "network": in_base64(program, cells, "a network"),
            "widths": self.widths,
            "targets": len(self._target(0)),
            "random": str(self.rng.state),
            "middle": self.middle,
            "half": self.half,
        }

    def coefficients(self, first: int, count: int = AHEAD) -> Answer:
        """What the optimiser computes for each step, from one step on.

        Returns
        -------
        dict
            ``first``; ``coefficients``, a row for each of the next steps;
            and whether the last row holds for all that come after it.
        """
        rate, rows = self.optimizer.lr, list[tuple[float, ...]]()
        last = self.optimizer.coefficients(AT_LAST, rate)
        for t in range(first, first + count):
            rows.append(self.optimizer.coefficients(t, rate))
            if rows[-1] == last:
                break
        last_row = rows[-1] == last
        return {"first": first, "coefficients": rows, "complete": last_row}

    def take(self, numbers: Answer) -> Answer:
        """Go on from where a page has come to by itself.

        Parameters
        ----------
        numbers : dict
            ``data`` and ``gradients`` of the parameters, their ``state`` by
            name, and what they were ``before`` the last step; ``steps`` of
            the optimiser; ``step`` and ``epoch``.
        """
        parameters, state = self.parameters, self.optimizer.state
        for p, x in zip(parameters, _floats(numbers["data"]), strict=True):
            p.data = x
        for p, x in zip(
            parameters, _floats(numbers["gradients"]), strict=True
        ):
            p.grad = x
        for name, row in numbers["state"].items():
            for p, x in zip(parameters, _floats(row), strict=True):
                state[p][name] = x
        self.before = _floats(numbers["before"])
        self.optimizer.steps = numbers["steps"]
        self.steps, self.epochs = numbers["step"], numbers["epoch"]
        return {}

    # --- Showing ---

    @property
    def widths(self) -> list[int]:
        """How many inputs there are, and neurons in each layer."""
        layers = [len(layer.neurons) for layer in self.model.layers]
        return [len(self.settings.inputs), *layers]

    def describe(self) -> Answer:
        """What stays the same until the next beginning."""
        return {
            "middle": self.middle,
            "half": self.half,
            "classes": self.classes,
            "layers": [len(x.parameters()) for x in self.model.layers],
            "widths": self.widths,
            "parameters": len(self.parameters),
        }

    def boundary(self, size: int) -> Answer:
        """The scores on a grid, for each output row by row from the top."""
        rows = self.forward("scores", grid(self.middle, self.half, size))
        return {"size": size, "scores": _columns(rows)}

    def sums(self, layer: int, size: int) -> Answer:
        """The sum in each neuron of a layer, on a grid."""
        points = grid(self.middle, self.half, size)
        rows = self.forward(f"sums {layer}", points)
        return {"size": size, "sums": _columns(rows)}

    def pictures(self, size: int) -> Answer:
        """Each input and the output of each neuron, on a grid; parameters."""
        rows = self.forward("all", grid(self.middle, self.half, size))
        columns, found, start = _columns(rows), list[Any](), 0
        for i, width in enumerate(self.widths):
            start += width if i else 0  # the sums
            found += columns[start : start + width]
            start += width
        numbers = [brief(p.data) for p in self.parameters]
        return {"size": size, "outputs": found, "parameters": numbers}

    def neuron(self, column: int, row: int, size: int) -> Answer:
        """What one neuron puts out, or what one input is, on a grid."""
        before = sum(self.widths[:column])
        output = self.pictures(size)["outputs"][before + row]
        return {"size": size, "output": output, "column": column, "row": row}

    def table(self) -> Answer:
        """For each point what is predicted; how good that is.

        Returns
        -------
        dict
            ``predicted`` and ``surest`` for each point; and ``train`` and
            ``test``, with the ``loss``, without a penalty, and the
            ``accuracy``, or None where there are no points.
        """
        rows = self.forward("scores", [row[:2] for row in self.points])
        each = [chances(row) for row in rows]
        answer: Answer = {
            "predicted": [p.index(max(p)) for p in each],
            "surest": [brief(max(p), 4) for p in each],
        }
        rule, held = LOSSES[self.settings.loss], {*self.held}
        judged: dict[str, list[Any]] = {"train": [], "test": []}
        for i, (_, _, c) in enumerate(self.points):
            loss = rule(list(rows[i]), self._target(c))
            right = answer["predicted"][i] == c
            judged["test" if i in held else "train"].append((loss, right))
        return answer | {name: _mean(pairs) for name, pairs in judged.items()}

    def memory(self, layer: int) -> Answer:
        """Value, gradient, m, root of v and last change of parameters."""
        state, rows = self.optimizer.state, []
        before = self.before or [p.data for p in self.parameters]
        for p, old in zip(self.parameters, before, strict=True):
            if p.label.startswith(f"layers.{layer}."):
                own = state[p]
                m = next((own[name] for name in MEANS if name in own), None)
                v = next((own[name] for name in SQUARES if name in own), None)
                root = None if v is None else math.sqrt(v)
                numbers = p.data, p.grad, m, root, p.data - old
                rows.append([p.label, *map(brief, numbers)])
        return {"rows": rows}

    def histograms(self) -> Answer:
        """For each layer its outputs and gradients, and what is saturated."""
        points = [row[:2] for row in self.points]
        return {"layers": histograms(self.forward, points)}

    def probe(self, x: float, y: float, c: int) -> Answer:
        """The graph of the loss of one point, with all its numbers."""
        kept = [p.grad for p in self.parameters]
        self.model.zero_grad()
        inputs = [Value(float(x), label="x"), Value(float(y), label="y")]
        scores, _ = self._shown(*inputs)
        loss = LOSSES[self.settings.loss](scores, self._target(c))
        loss.label = "loss"
        loss.backward()
        try:
            return graph(loss, self.model)
        finally:
            for p, grad in zip(self.parameters, kept, strict=True):
                p.grad = grad

    def script(self, steps: int) -> Answer:
        """A program that goes through the same losses by hand."""
        made = script(self.settings, self.train, self.test, steps)
        return {"script": made}


MEANS = "exp_avg", "momentum_buffer", "grad_avg"
SQUARES = "exp_avg_sq", "square_avg", "sum"


def _floats(numbers: list[float | None]) -> list[float]:
    """Numbers as they were before JSON, which has no word for nan."""
    return [math.nan if x is None else x for x in numbers]


def _mean(pairs: list[Any]) -> Answer:
    """The mean loss and the share that is right."""
    if not pairs:
        return {"loss": None, "accuracy": None}
    losses, right = zip(*pairs, strict=True)
    mean = brief(sum(losses) / len(losses))
    return {"loss": mean, "accuracy": sum(right) / len(right)}


def _several(scores: Any) -> list[Any]:
    """The outputs of a network, also if there is only one."""
    return scores if isinstance(scores, list) else [scores]


def _columns(rows: Any) -> list[list[float | None]]:
    return [[brief(x, 4) for x in c] for c in zip(*rows, strict=True)]


# --- What the page calls ---

current: list[Playground] = []  # the one of this page


def begin(settings: Answer) -> Answer:
    """Make the playground of this page, in the place of an earlier one.

    Parameters
    ----------
    settings : dict
        As for :class:`Settings`.

    Returns
    -------
    dict
        What :meth:`Playground.describe` says, and the points.

    Examples
    --------
    >>> from page_programs.playground import begin
    >>> begin({"data": "xor", "n": 4, "hidden": [2]})["parameters"]
    9
    """
    current[:] = [Playground(Settings(**settings))]
    made = current[0]
    return made.describe() | made.edit(made.settings.edits)


def ask(*questions: list[Any]) -> list[Answer]:
    """Call methods of the playground of this page, one after the other.

    Parameters
    ----------
    *questions : list
        The name of a method, and its arguments.

    Returns
    -------
    list of dict
        What each gave, and the ``seconds`` it took.

    Raises
    ------
    StateError
        If there is none yet.

    Examples
    --------
    >>> from page_programs.playground import ask, begin
    >>> _ = begin({"data": "xor", "n": 4, "hidden": [2]})
    >>> [answer["step"] for answer in ask(["advance", 3], ["advance", 4])]
    [3, 7]
    """
    if not current:
        asked = "ask() needs a playground"
        raise StateError(asked, "none", "call begin() first")
    answers = []
    for name, *arguments in questions:
        start = perf_counter()
        answer = getattr(current[0], name)(*arguments)
        answers.append({**answer, "seconds": perf_counter() - start})
    return answers
