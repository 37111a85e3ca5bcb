"""The GPT as files of WebAssembly, for a page that trains it.

Two functions of :mod:`page_programs.gpt` are recorded, each once for all
names: a training step, and the reading of a name.  So that a page need not
wait for the recording, it is made when the site is built.

Leaves out: the names, which the page brings along.
"""

from __future__ import annotations

import json
from array import array
from itertools import chain
from typing import Any

from micrograd.compiler.arguments import Taken
from micrograd.compiler.layout import lay_out
from micrograd.compiler.program import Program
from micrograd.compiler.record import record
from micrograd.compiler.wasm import wasm_module
from micrograd.functions import softmax
from page_programs.gpt import (
    HEADS,
    LETTERS,
    WIDTH,
    Model,
    loss_of,
    read,
    rows_of,
)
from page_programs.samples import settle

__all__ = ["files", "reading", "training"]


def training(model: Model, optimizer: Any, longest: int) -> Program:
    """A step on a name of at most so many letters.

    Parameters
    ----------
    model : Model
        What is trained.
    optimizer : Optimizer
        Of its parameters.
    longest : int
        Letters of the longest name, from 1 to 15.

    Returns
    -------
    Program
        Of the rows of a name, and the number of its letters and the dot.

    Examples
    --------
    >>> from random import Random
    >>> from page_programs.gpt import Model, trained_by
    >>> from page_programs.gpt_modules import training
    >>> model = Model(Random(1))
    >>> program = training(model, trained_by(model, 10), 1)
    >>> program.owned, program.numbers.stop - program.numbers.start
    (4192, 82)
    """
    return lay_out(
        _recorded(
            lambda rows, count: loss_of(model, rows, count),
            (rows_of("", longest + 2), 1.0),
            model,
        ),
        optimizer,
    )


def reading(model: Model, longest: int) -> Program:
    """What the model makes of a name.

    Parameters
    ----------
    model : Model
        What reads.
    longest : int
        Letters of the longest name, from 1 to 15.

    Returns
    -------
    Program
        Of the rows of a name; for each position the probabilities of the
        next letter, and then the weights of each head.

    Examples
    --------
    >>> from random import Random
    >>> from page_programs.gpt import Model
    >>> from page_programs.gpt_modules import reading
    >>> program = reading(Model(Random(1)), 1)
    >>> program.results.stop - program.results.start
    66
    """

    def look(rows: list[Any]) -> list[Any]:
        positions = read(model, rows)
        return [[softmax(p.scores), p.weights] for p in positions]

    return lay_out(_recorded(look, (rows_of("", longest + 1),), model))


def _recorded(function: Any, arguments: tuple[Any, ...], model: Model) -> Any:
    tree = arguments, dict[str, Any]()
    return record(function, tree, Taken(tree, {}), model.parameters())


def files(
    model: Model, optimizer: Any, longest: int, steps: int
) -> dict[str, bytes]:
    """All that a page needs, by the name of a file.

    Parameters
    ----------
    model : Model
        As training begins.
    optimizer : Optimizer
        Of its parameters.
    longest : int
        Letters of the longest name, from 1 to 15.
    steps : int
        For how many the coefficients of the optimiser are written.

    Returns
    -------
    dict
        ``step.wasm`` and ``look.wasm``; ``coefficients.bin``, a row of
        doubles for each step; ``about.json``, what is where.

    Examples
    --------
    >>> from random import Random
    >>> from page_programs.gpt import Model, trained_by
    >>> from page_programs.gpt_modules import files
    >>> model = Model(Random(1))
    >>> written = files(model, trained_by(model, 10), 1, 10)
    >>> len(written["coefficients.bin"])
    240
    """
    step, look = training(model, optimizer, longest), reading(model, longest)
    cells = step.memory()
    settle(cells, step, optimizer)
    rates = map(optimizer.lr, range(steps))
    rows = [optimizer.coefficients(t, rate) for t, rate in enumerate(rates)]
    place = {p: i for i, p in enumerate(model.parameters())}
    about = {
        "letters": LETTERS,
        "heads": HEADS,
        "width": WIDTH,
        "positions": longest + 1,
        "steps": steps,
        "read": [place[p] for p in look.values],
    }
    return {
        "step.wasm": wasm_module(step, cells, "a training step"),
        "look.wasm": wasm_module(look, look.memory(), "a name, read"),
        "coefficients.bin": array("d", chain(*rows)).tobytes(),
        "about.json": json.dumps(about).encode(),
    }
