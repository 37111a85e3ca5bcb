"""A training step for many samples, from the recording of one.

To record a loss over a hundred samples takes seconds, and then the compiler
finds again that all of them are treated alike.  Here that is known: one
sample is recorded and laid out, and its program is widened.  Each number
that belongs to a sample gets a row of cells, one for each lane; the loss
and the gradients, in which samples meet, are summed over the lanes.

Notation
--------
lanes
    Samples side by side; a *row* has a cell for each, and cells to spare.
share, count
    1 for a sample, 0 for one that only fills a lane; how many have 1.

Leaves out: networks whose samples know of each other.
"""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any, TypeAlias

from micrograd.compiler.arguments import Taken
from micrograd.compiler.lanes import Graph
from micrograd.compiler.layout import build
from micrograd.compiler.program import LINE, Program, Section
from micrograd.compiler.record import Recording, record
from micrograd.compiler.wasm import wasm_module
from micrograd.engine import Value

__all__ = ["add_penalty", "in_base64", "recorded", "settle", "take_back",
           "widened"]  # fmt: skip

Rule: TypeAlias = Callable[[list[Any], list[Any]], Any]


def recorded(
    network: Callable[..., Any], rule: Rule, outputs: int, parameters: Any
) -> tuple[Recording, Recording]:
    """Record one sample, to train on it and to show it.

    Parameters
    ----------
    network : callable
        From `x` and `y` to a list of scores, and all that is shown of them.
    rule : callable
        The loss of one sample, from a list of scores and one of targets.
    outputs : int
        How many scores and targets there are.
    parameters : list of Value
        Those of the network.

    Returns
    -------
    step : Recording
        Of a function of the inputs, the targets, the share and the count,
        which gives what this sample adds to the loss.
    shown : Recording
        Of the same function, which gives what is shown, and the loss of
        this sample; without gradients.

    Examples
    --------
    >>> from micrograd.nn import MLP
    >>> from page_programs.samples import recorded
    >>> model = MLP(2, [1])
    >>> network = lambda x, y: ([model([x, y])], [x, y])
    >>> rule = lambda scores, target: scores[0] - target[0]
    >>> step, shown = recorded(network, rule, 1, model.parameters())
    >>> step.count, len(step.results), len(shown.results)
    (5, 1, 3)
    """

    def sample(x: Any, target: Any, share: Any, count: Any) -> Any:
        scores, shown = network(*x)
        loss = rule(scores, target)
        return [share * loss / count, *map(_number, [*shown, loss])]

    tree = ([0.0, 0.0], [0.0] * outputs, 1.0, 1.0), dict[str, Any]()
    step = record(sample, tree, Taken(tree, {}), parameters)
    shown = copy(step)
    shown.results, shown.gradients = step.results[1:], {}
    step.results = step.results[:1]
    return step, shown


def _number(x: Any) -> Any:
    """What a Value holds."""
    return x.data if isinstance(x, Value) else x


def widened(sample: Program, lanes: int, *, total: bool = True) -> Program:
    """The program of one sample, for many side by side.

    Parameters
    ----------
    sample : Program
        In sections without loops.
    lanes : int >= 2
        How many samples.
    total : bool, optional
        Whether results are summed over the samples, as gradients are;
        otherwise each result gets a row.

    Returns
    -------
    Program
        In the cells from `numbers` on, a row for each number of a sample;
        and if they are not summed, from `results` on one for each result.

    Examples
    --------
    >>> from micrograd import compile
    >>> from micrograd.compiler.source import Machine
    >>> from page_programs.samples import widened
    >>> f = compile(lambda x: x * x, reader="python")
    >>> y = f(2.0)
    >>> machine = Machine(widened(f.last.program, 3))
    >>> machine.memory[machine.program.numbers.start] = 3.0
    >>> machine.memory[machine.program.numbers.start + 2] = 4.0
    >>> machine()
    >>> machine.memory[machine.program.results.start]
    25.0
    """
    wide = replace(sample, sections=[], constants={**sample.constants})
    rows: dict[int, int] = {}
    wide.numbers = _rows(wide, sample.numbers, lanes, rows)
    if not total:
        wide.results = _rows(wide, sample.results, lanes, rows)
    meeting = {*_cells(sample.results), *_cells(sample.gradients)} - {*rows}
    own = sample.sections[:-1] if sample.updates else sample.sections
    for section in own:
        wide.sections.append(_widened(wide, section, lanes, rows, meeting))
    for cell in meeting & {*wide.constants}:
        number = wide.constants.pop(cell)
        wide.sections[-1].writes.append(("sum", number, cell))
    wide.sections += sample.sections[len(own) :]  # the guard
    return wide


def _cells(row: slice) -> range:
    return range(row.start, row.stop)


def _rows(wide: Program, cells: slice, lanes: int, rows: Any) -> slice:
    """A row for each of some cells, one after the other."""
    stride = -(-lanes // LINE) * LINE
    found: slice = wide.row(max(2, stride * len(_cells(cells))))
    rows.update(zip(_cells(cells), range(found.start, found.stop, stride)))
    return found


def _widened(
    wide: Program, section: Section, lanes: int, rows: Any, meeting: set[int]
) -> Section:
    """A section with lanes; what it hands to another one gets a row."""
    new = Section(lanes)
    for operation, operands in section.lines:
        if operation == "cell" and operands[0] in rows:
            new.lines.append(("lane", (rows[operands[0]],)))
        else:
            new.lines.append((operation, operands))
    for _, x, cell in section.writes:
        if cell in meeting:
            new.writes.append(("sum", x, cell))
            continue
        if cell not in rows:
            rows[cell] = wide.row(lanes).start
        new.writes.append(("put", x, rows[cell]))
    return new


# --- What does not depend on samples ---


def add_penalty(program: Program, penalty: Callable[[], Any]) -> None:
    """Add a penalty to the loss, and its gradient to those of the samples.

    Parameters
    ----------
    program : Program
        A step for many samples, of which the last section is the guard.
    penalty : callable
        Computes the penalty from parameters of the program.

    Examples
    --------
    >>> from micrograd import Value, optim
    >>> from micrograd.compiler.arguments import Taken
    >>> from micrograd.compiler.layout import lay_out
    >>> from micrograd.compiler.source import Machine
    >>> from micrograd.compiler.record import record
    >>> from page_programs.samples import add_penalty, settle, widened
    >>> w, tree = Value(3.0), ((0.0,), {})
    >>> optimizer = optim.SGD([w], lr=0.5)
    >>> recording = record(lambda x: w * x, tree, Taken(tree, {}), [w])
    >>> program = widened(lay_out(recording, optimizer, roll=False), 2)
    >>> add_penalty(program, lambda: 0.5 * w * w)
    >>> machine = Machine(program)
    >>> settle(machine.memory, program, optimizer)
    >>> machine()
    >>> machine.memory[program.results.start]
    4.5
    """
    tree = (), dict[str, Any]()
    recording = record(penalty, tree, Taken(tree, {}))
    grads, values = recording.gradients, program.values
    wanted = [recording.results[0][1], *grads.values()]
    graph = Graph(recording, wanted)
    own: Any = program.row(len(wanted))
    guard = program.sections.pop()
    build(program, graph, zip(_cells(own), wanted, strict=True))
    places = [program.gradients.start + values.index(w) for w in grads]
    total = Section()
    for cell, more in zip(
        [program.results.start, *places], _cells(own), strict=True
    ):
        terms = total.append("cell", (cell,)), total.append("cell", (more,))
        total.writes.append(("put", total.append("add", terms), cell))
    program.sections += [total, guard]


# --- Numbers of parameters, and of what the optimiser remembers ---


def settle(cells: Any, program: Program, optimizer: Any) -> None:
    """Put what the next step begins with into its cells.

    Examples
    --------
    See :func:`take_back`.
    """
    values, state = optimizer.parameters, optimizer.state
    cells[program.data] = array("d", [x.data for x in program.values])
    cells[program.gradients] = array("d", [x.grad for x in program.values])
    for name, row in program.state.items():
        cells[row] = array("d", [state[p][name] for p in values])
    shared = optimizer.coefficients(optimizer.steps, optimizer.learning_rate())
    cells[program.coefficients] = array("d", shared)


def take_back(cells: Any, program: Program, optimizer: Any) -> None:
    """Take parameters, gradients and state out of their cells.

    Examples
    --------
    >>> from micrograd import Value, optim
    >>> from micrograd.compiler.arguments import Taken
    >>> from micrograd.compiler.layout import lay_out
    >>> from micrograd.compiler.source import Machine
    >>> from micrograd.compiler.record import record
    >>> from page_programs.samples import settle, take_back, widened
    >>> w, tree = Value(1.0), ((0.0,), {})
    >>> optimizer = optim.SGD([w], lr=0.5)
    >>> recording = record(lambda x: w * x, tree, Taken(tree, {}), [w])
    >>> program = widened(lay_out(recording, optimizer, roll=False), 2)
    >>> machine = Machine(program)
    >>> settle(machine.memory, program, optimizer)
    >>> machine.memory[program.numbers.start] = 3.0
    >>> machine()
    >>> take_back(machine.memory, program, optimizer)
    >>> w.grad, w.data
    (3.0, -0.5)
    """
    rows = [program.data, program.gradients, *program.state.values()]
    columns = zip(*[cells[row].tolist() for row in rows], strict=True)
    for p, (data, grad, *state) in zip(
        optimizer.parameters, columns, strict=True
    ):
        p.data, p.grad = data, grad
        if program.state:
            optimizer.state[p] = dict(zip(program.state, state, strict=True))


def in_base64(program: Program, cells: Any, title: str) -> str:
    """A program as a WebAssembly module, in letters that JSON can carry.

    Examples
    --------
    >>> from micrograd import compile
    >>> from page_programs.samples import in_base64
    >>> f = compile(lambda x: x * x, reader="python")
    >>> y = f(2.0)
    >>> in_base64(f.last.program, [0.0, 3.0], "square")[:10]
    'AGFzbQEAAA'
    """
    return b64encode(wasm_module(program, cells, title)).decode()
