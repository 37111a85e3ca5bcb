"""Lanes: find again the loops that recording has unrolled.

A loss over many samples is computed alike for each of them, forward and
backward: the same operations, some on a number that all share (a
parameter), some on numbers of the sample's own.  What belongs to one sample
is a *lane*.  The lanes meet in sums alone: in the loss, and in the
gradient of each parameter.

To find them takes one such sum.  What only one of its terms is computed
from belongs to the lane of that term, and so does all that is computed
from a single lane further on.  If lanes turn out to be the same operations
in the same order, they become one loop.

Notation
--------
line
    One operation of a lane, the same in all lanes of a loop.
column
    The operands at one position of a line, one for each lane.

Leaves out: terms that hand a number on from one to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.tape import Tape

__all__ = ["Graph", "Loop", "find_loops"]

FEWEST = 4  # lanes worth a loop
SMALLEST = 200  # operations worth a loop
TRIES = 6  # sums that are tried, no two with as many terms
NOBODY, SEVERAL = -1, -2  # whose a place is, if not one lane's


class Graph:
    """What is needed of a tape, with sums of many terms as such.

    Parameters
    ----------
    tape : Tape
        What was recorded.
    wanted : sequence of int or float
        The operands whose numbers somebody reads.

    Attributes
    ----------
    operations, operands : list
        As those of a tape.
    places : list of int
        The places that are needed, inputs left out, in order.
    read : set of int
        The inputs that are needed.

    Examples
    --------
    >>> from micrograd.compiler.lanes import Graph
    >>> from micrograd.compiler.tape import Tape
    >>> from micrograd.compiler.traced import incoming
    >>> tape = Tape()
    >>> x = incoming(tape, 0)
    >>> y = x + x * x + 1
    >>> graph = Graph(tape, [y.place])
    >>> [(graph.operations[i], graph.operands[i]) for i in graph.places]
    [('mul', (0, 0)), ('sum', (0, 1, 1.0))]
    """

    def __init__(self, tape: Tape, wanted: Sequence[Any]) -> None:
        self.operations = list(tape.operations)
        self.operands = list(tape.operands)
        uses = self._uses(wanted)
        self._join_sums(uses)
        needed = [place for place, count in enumerate(uses) if count]
        inputs = [x for x in needed if self.operations[x] == "input"]
        self.read = {self.operands[x][0] for x in inputs}
        self.places = [x for x in needed if self.operations[x] != "input"]

    def _uses(self, wanted: Sequence[Any]) -> list[int]:
        """How often each place is read; what nobody needs reads nothing."""
        operations, operands = self.operations, self.operands
        uses = [0] * len(operations)
        for x in wanted:
            if type(x) is int:
                uses[x] += 1
        for place in range(len(operations) - 1, -1, -1):
            if uses[place] and operations[place] != "input":
                for x in operands[place]:
                    if type(x) is int:
                        uses[x] += 1
        return uses

    def _join_sums(self, uses: list[int]) -> None:
        """Write a chain of additions as one sum; the order is the same."""
        for place in range(len(uses) - 1, -1, -1):
            if not uses[place] or self.operations[place] != "add":
                continue
            first, term = self.operands[place]
            terms = [term]
            while type(first) is int and uses[first] == 1:
                if self.operations[first] != "add":
                    break
                uses[first] = 0
                first, term = self.operands[first]
                terms.append(term)
            if len(terms) > 1:
                self.operations[place] = "sum"
                self.operands[place] = (first, *reversed(terms))


@dataclass
class Loop:
    """Lanes that do the same.

    Attributes
    ----------
    lanes : list of list of int
        For each lane its places; those of one line stand at one index.
    columns : list of list
        For each line its columns: an int for a line of the same lane, or
        a tuple of operands from outside, one for each lane.
    """

    lanes: list[list[int]]
    columns: list[list[Any]] = field(default_factory=list)


def find_loops(graph: Graph) -> list[Loop]:
    """All loops of a graph; none of its places is in two of them.

    Parameters
    ----------
    graph : Graph
        What is to be computed.

    Returns
    -------
    list of Loop
        The largest first, as a rule.
    """
    taken: set[int] = set()
    tried: set[int] = set()
    loops: list[Loop] = []
    for place in reversed(graph.places):
        if graph.operations[place] != "sum" or len(tried) >= TRIES:
            continue
        terms = _terms(graph, place, taken)
        if len(terms) < FEWEST or len(terms) in tried:
            continue
        found = _loops_of(graph, terms, taken)
        if not found:
            tried.add(len(terms))
        for loop in found:
            loops.append(loop)
            taken.update(x for lane in loop.lanes for x in lane)
    return loops


def _terms(graph: Graph, place: int, taken: set[int]) -> list[int]:
    """The terms of a sum that are computed, each once."""
    places = [x for x in graph.operands[place] if type(x) is int]
    return [
        x
        for x in dict.fromkeys(places)
        if graph.operations[x] != "input" and x not in taken
    ]


def _loops_of(graph: Graph, terms: list[int], taken: set[int]) -> list[Loop]:
    """The lanes of the terms of a sum, those that are alike in one loop."""
    lanes = _members(graph, _owners(graph, terms, taken), len(terms))
    alike = defaultdict(list)
    sizes = [len(lane) for lane in lanes]
    for lane in lanes:
        if sizes.count(len(lane)) >= FEWEST:
            alike[_signature(graph, lane)].append(lane)
    return [
        Loop(same, _columns(graph, same))
        for same in alike.values()
        if len(same) >= FEWEST and len(same) * len(same[0]) >= SMALLEST
    ]


def _owners(graph: Graph, terms: list[int], taken: set[int]) -> list[int]:
    """For each place the lane that it belongs to, if it is one alone."""
    owner = [NOBODY] * len(graph.operations)
    free = bytearray(len(owner))
    for place in graph.places:
        free[place] = place not in taken
    for lane, place in enumerate(terms):
        owner[place] = lane
    _down(graph.operands, owner, free, max(terms))
    _up(graph, owner, free)
    return owner


def _down(operands: Any, owner: list[int], free: Any, last: int) -> None:
    """Give the lanes what only one of the terms is made of."""
    for place in range(last, -1, -1):
        mine = owner[place]
        if mine == NOBODY:
            continue
        for x in operands[place]:
            if type(x) is int and free[x] and owner[x] != mine:
                owner[x] = mine if owner[x] == NOBODY else SEVERAL


def _up(graph: Graph, owner: list[int], free: Any) -> None:
    """Give the lanes what is made of one of them alone."""
    for place in graph.places:
        if owner[place] == NOBODY and free[place]:
            mine = NOBODY
            for x in graph.operands[place]:
                if type(x) is int and owner[x] >= 0 and owner[x] != mine:
                    mine = owner[x] if mine == NOBODY else SEVERAL
            if mine >= 0:
                owner[place] = mine


def _members(graph: Graph, owner: list[int], count: int) -> list[list[int]]:
    lanes: list[list[int]] = [[] for _ in range(count)]
    for place in graph.places:
        if owner[place] >= 0:
            lanes[owner[place]].append(place)
    return sorted(filter(None, lanes))  # as they were recorded


def _signature(graph: Graph, lane: list[int]) -> tuple[Any, ...]:
    """What two lanes must share: operations, and what they read of it."""
    line = {place: i for i, place in enumerate(lane)}
    operands = graph.operands
    return tuple([
        (
            graph.operations[place],
            tuple([
                line.get(x, "outside") if type(x) is int else "outside"
                for x in operands[place]
            ]),
        )
        for place in lane
    ])


def _columns(graph: Graph, lanes: list[list[int]]) -> list[list[Any]]:
    """For each line what it reads, in the first lane and in all others."""
    line = {place: i for i, place in enumerate(lanes[0])}
    columns = []
    for row in zip(*lanes, strict=True):
        operands = zip(*[graph.operands[x] for x in row], strict=True)
        columns.append([
            line[column[0]]
            if type(column[0]) is int and column[0] in line
            else column
            for column in operands
        ])
    return columns
