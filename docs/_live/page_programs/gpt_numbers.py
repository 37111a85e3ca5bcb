"""Every number of the GPT reading a name, and where its gradient comes from.

The name is read by :mod:`page_programs.gpt` on the engine, with parameters
that the page has trained, and the backward pass is made.  Then each number
can be asked what made it and what uses it; what its users send adds up to
its gradient.

Notation: a number is named by its place in the order of creation.

Leaves out: training; what a page looks like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

from micrograd.engine import Value, topological_order
from micrograd.errors import ShapeError, StateError
from page_programs.gpt import Model, read, rows_of, surprise
from page_programs.showing import brief

__all__ = ["Reading", "ask", "begin"]

Answer: TypeAlias = dict[str, Any]  # what JSON can write

# The rows of a position in the order in which they are computed.
ROWS = (
    "embedded",
    "normed",
    "query",
    "key",
    "value",
    "weights",
    "seen",
    "wide",
    "found",
    "scores",
)
MOST = 80  # operands or users that are listed


class Reading:
    """A name, read, with all gradients.

    Parameters
    ----------
    numbers : list of float
        The parameters, in the order of ``Model.parameters``.
    name : str
        From 1 to 15 letters.

    Examples
    --------
    >>> from random import Random
    >>> from page_programs.gpt import Model
    >>> from page_programs.gpt_numbers import Reading
    >>> numbers = [p.data for p in Model(Random(1)).parameters()]
    >>> reading = Reading(numbers, "al")
    >>> name, row = reading.position(1)["rows"][2]
    >>> name, len(row)
    ('query', 16)
    >>> place, data, grad = row[0]
    >>> found = reading.number(place)
    >>> found["title"], found["op"], len(found["operands"])
    ('query 0 at a', '+', 16)
    >>> abs(sum(sent for *_, sent in found["users"]) - grad) < 1e-6
    True
    """

    def __init__(self, numbers: list[float], name: str) -> None:
        model = Model(_Nothing())
        for p, x in zip(model.parameters(), numbers, strict=True):
            p.data = x
        self.name = name
        rows = rows_of(name, len(name) + 2)
        self.positions = read(model, rows[:-1])
        self.loss = surprise(self.positions, rows[1:]) / len(rows[1:])
        self.loss.backward()
        self.values = topological_order(self.loss)
        self.places = {value: i for i, value in enumerate(self.values)}
        self.users = defaultdict[Value, list[tuple[Value, int]]](list)
        for user in self.values:
            for slot, operand in enumerate(user.inputs):
                self.users[operand].append((user, slot))
        self.titles = {self.loss: "the loss"}
        self.titles.update(_parameters(model))
        for i in range(len(self.positions)):
            for row, j, value in self._numbers(i):
                self.titles[value] = f"{row} {j} at {f'.{name}'[i]}"

    def _numbers(self, i: int) -> Iterator[tuple[str, int, Value]]:
        """The numbers of a position: their row, their place, themselves."""
        for row in ROWS:
            numbers = getattr(self.positions[i], row)
            if row == "weights":
                numbers = [x for head in numbers for x in head]
            for j, value in enumerate(numbers):
                yield row, j, value

    def position(self, i: int) -> Answer:
        """All rows of one position, each number with its gradient."""
        rows = dict[str, list[Any]]()
        for row, _, value in self._numbers(i):
            place = self.places[value]
            rows.setdefault(row, []).append([place, *_pair(value)])
        return {"position": i, "name": self.name, "rows": [*rows.items()]}

    def number(self, place: int) -> Answer:
        """What made a number, and what its users send back to it.

        A sum is one step, although it is made of two numbers at a time.
        """
        value = self.values[place]
        made = [
            self._link(x, user, slot) for x, user, slot in self._terms(value)
        ]
        used = [
            self._link(self._whole(user), user, slot)
            for user, slot in self.users[value]
        ]
        return {
            "place": place,
            "title": self.title(value),
            "op": value.op,
            "data": brief(value.data),
            "grad": brief(value.grad),
            "operands": made[:MOST],
            "users": used[:MOST],
            "more": [max(0, len(one) - MOST) for one in (made, used)],
        }

    def title(self, value: Value) -> str:
        """What a number is called: by its row, or by what made it."""
        if value in self.titles:
            return self.titles[value]
        if not value.requires_grad:
            return f"{value.data:.4g}"
        names = [
            self.titles.get(x, "…") if x.requires_grad else self.title(x)
            for x in value.inputs
        ]
        if len(names) == 2:
            return f" {value.op.replace('*', '×')} ".join(names)
        return f"{value.op}({', '.join(names[:3])})"

    def _terms(self, value: Value) -> Iterator[tuple[Value, Value, int]]:
        """Operands of a number, of a sum all terms; of whom, and which."""
        for slot, x in enumerate(value.inputs):
            if value.op == "+" and self._is_inner(x):
                yield from self._terms(x)
            else:
                yield x, value, slot

    def _is_inner(self, value: Value) -> bool:
        """Whether it is part of a longer sum, and nothing else."""
        users = self.users[value]
        alone = value not in self.titles and len(users) == 1
        return alone and value.op == "+" and users[0][0].op == "+"

    def _whole(self, value: Value) -> Value:
        """The sum that a number is part of, or itself."""
        while self._is_inner(value):
            value = self.users[value][0][0]
        return value

    def _link(self, shown: Value, user: Value, slot: int) -> list[Any]:
        """Another number, and what `user` sends to its operand `slot`."""
        x = user.inputs[slot]
        title, numbers = self.title(shown), _pair(shown)
        if not x.requires_grad:
            return [None, title, *numbers, None, None]
        operands = [other.data for other in user.inputs]
        local = user._rule.derivative(slot, user.data, *operands)
        sent = brief(local), brief(local * user.grad)
        return [self.places[shown], title, *numbers, *sent]


class _Nothing:
    """Draws zeros, where parameters are to come from elsewhere."""

    def gauss(self, *_: float) -> float:
        return 0.0


def _pair(value: Value) -> list[float | None]:
    return [brief(value.data), brief(value.grad)]


def _parameters(model: Model) -> Iterator[tuple[Value, str]]:
    """Each parameter, and what it is called."""
    for name, matrix in model.matrices.items():
        for i, row in enumerate(matrix):
            for j, value in enumerate(row):
                yield value, f"{name}[{i}][{j}]"


# --- What the page calls ---

current: list[Reading] = []  # the one of this page


def begin(numbers: list[float], name: str) -> int:
    """Read a name; how many numbers that takes.

    Raises
    ------
    ShapeError
        If the name has no letter, or more than 15.

    Examples
    --------
    >>> from page_programs.gpt_numbers import begin
    >>> begin([0.0] * 4192, "al") > 10_000
    True
    """
    if not 1 <= len(name) <= 15:
        asked = "begin(numbers, name) reads from 1 to 15 letters"
        raise ShapeError(asked, repr(name), "shorten the name")
    current[:] = [Reading(numbers, name)]
    return len(current[0].values)


def ask(name: str, number: int) -> Answer:
    """Ask the reading of this page for a ``position`` or a ``number``.

    Raises
    ------
    StateError
        If there is none yet.

    Examples
    --------
    >>> from page_programs.gpt_numbers import ask, begin
    >>> _ = begin([0.0] * 4192, "al")
    >>> ask("position", 0)["rows"][0][0]
    'embedded'
    """
    if not current:
        asked = "ask() needs a name that was read"
        raise StateError(asked, "none", "call begin() first")
    answer: Answer = getattr(current[0], name)(number)
    return answer
