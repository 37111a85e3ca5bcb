"""An expression typed into a page: its value, gradients, curve and steps.

:func:`evaluate` answers the page's script with text and pictures that it
only has to put in place; the example that is there before Python is loaded
comes from the same function, while the site is built.

Leaves out: what an expression may say (:mod:`page_programs.expression`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from typing import Any, TypeAlias

from micrograd.engine import Value, topological_order
from micrograd.errors import MicrogradError, NumberError
from micrograd.live.frames import forward_text, number
from micrograd.live.stepper import Steps, steps
from micrograd.namespaces import to_number
from page_programs.curve import curve
from page_programs.expression import Expression

__all__ = ["Sandbox", "evaluate"]

Answer: TypeAlias = dict[str, Any]  # what JSON can write

RESULTS = "fyzw"  # what the result is called, if it has no name
FIRST = 1.0  # what an input is until somebody says otherwise


def evaluate(
    text: str,
    inputs: Mapping[str, float] | None = None,
    along: str = "",
    ends: Sequence[float] | None = None,
    brief: bool = False,
) -> Answer:
    """Compute an expression, and everything that is shown of it.

    Parameters
    ----------
    text : str
        The expression.
    inputs : dict of str to float, optional
        The numbers to compute it at; those left out are 1.
    along : str
        The input that the curve is drawn along; by default the first.
    ends : sequence of float, optional
        From where to where.
    brief : bool
        Leave out the steps, which take longer than all the rest.

    Returns
    -------
    dict
        ``inputs``, by name; ``along``; ``value`` and ``gradients`` as
        text; ``result``, ``table``, ``curve`` and ``steps`` as HTML.  Of a
        text that is wrong only ``error``: its message, the line, and from
        where to where it is wrong.

    Examples
    --------
    >>> from page_programs.sandbox import evaluate
    >>> answer = evaluate("(a * b).tanh()", {"a": 0.0, "b": 2.0}, brief=True)
    >>> answer["value"], answer["gradients"]
    ('0.0', {'a': '2.0', 'b': '0.0'})
    >>> evaluate("a * / b")["error"]["from"]
    4
    """
    expression = Expression(text)
    given = inputs or {}
    try:
        numbers = {
            name: _input(name, given.get(name, FIRST))
            for name in expression.inputs
        }
        return _answer(expression, numbers, along, ends, brief)
    except MicrogradError as fault:
        return {"error": _told(fault, expression)}


def _input(name: str, given: Any) -> float:
    """What the reader typed beside a name."""
    asked, do = f"the input {name} is a finite number", "type one beside it"
    if given is None:  # of an empty field
        raise NumberError(asked, "nothing", do)
    x = to_number(given, asked, do)
    if not isfinite(x):
        raise NumberError(asked, f"{x}", do)
    return x


def _answer(
    expression: Expression,
    numbers: dict[str, float],
    along: str,
    ends: Sequence[float] | None,
    brief: bool,
) -> Answer:
    values = {name: Value(x, label=name) for name, x in numbers.items()}
    root = expression(**values)
    if not isinstance(root, Value):
        root = Value(root)
    if not root.label:
        taken = {value.label for value in topological_order(root)} | {*numbers}
        root.label = next((one for one in RESULTS if one not in taken), "")
    watched = steps(root)
    slopes = {
        name: watched.gradients.get(value, 0.0)
        for name, value in values.items()
    }
    along = along if along in numbers else next(iter(numbers), "")
    return {
        "inputs": numbers,
        "along": along,
        "value": number(root.data),
        "result": f"{escape(watched.names[root])} = {number(root.data)}",
        "gradients": {name: number(slope) for name, slope in slopes.items()},
        "table": _table(watched),
        "curve": _curve(expression, numbers, along, watched, ends),
        "steps": "" if brief else watched._repr_html_(),
    }


def _told(fault: MicrogradError, expression: Expression) -> Answer:
    """An error for a page, which can underline the place."""
    asked, given, do = fault.args
    line, start, end = expression.where()
    return {
        "message": f"{asked} but got {given}; {do}",
        "line": line,
        "from": start,
        "to": end,
    }


def _curve(
    expression: Expression,
    numbers: dict[str, float],
    along: str,
    watched: Steps,
    ends: Sequence[float] | None,
) -> str:
    """The expression along one of its inputs, and its tangent."""
    if not along:
        return ""

    def f(t: float) -> float:
        return float(expression(**{**numbers, along: t}))

    root = watched.values[-1]
    found = {watched.names[v]: g for v, g in watched.gradients.items()}
    names = (along, watched.names[root])
    return curve(f, numbers[along], found.get(along, 0.0), names, ends)


def _table(watched: Steps) -> str:
    """Every named value, and the derivative of the result there."""
    rows = []
    for value, name in watched.names.items():
        if not name:
            continue
        made = "input"
        if value.inputs:
            made = forward_text(value, watched.names, numbers=False)
        slope = number(watched.gradients.get(value, 0.0))
        cells = [f"<code>{escape(made)}</code>", number(value.data), slope]
        rows.append(
            f"<tr><th scope=row>{escape(name)}</th>"
            + "".join(f"<td>{cell}</td>" for cell in cells)
        )
    head = "<tr><th>name<th>from<th>data<th>grad"
    return f"<table><thead>{head}<tbody>{''.join(rows)}</table>"


class Sandbox:
    """An answer as part of a page, for the time before Python is there.

    Parameters
    ----------
    text : str
        The expression.
    inputs : dict of str to float
        The numbers to compute it at.

    Examples
    --------
    >>> from page_programs.sandbox import Sandbox
    >>> Sandbox("a * a", {"a": 3.0})._repr_html_()[:25]
    '<div class="mg-answer" da'
    """

    def __init__(self, text: str, inputs: Mapping[str, float]) -> None:
        self.text = text
        self.answer = evaluate(text, inputs)

    def _repr_html_(self) -> str:
        answer = self.answer
        state = {"text": self.text, "inputs": answer["inputs"]}
        state["along"] = answer["along"]
        pieces = "".join(
            f'<div data-piece="{piece}">{answer[piece]}</div>'
            for piece in ("result", "table", "curve", "steps")
        )
        data = escape(json.dumps(state))
        return f'<div class="mg-answer" data-state="{data}">{pieces}</div>'
