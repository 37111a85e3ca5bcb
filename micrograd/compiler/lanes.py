"""Lanes: find again the loops that recording has unrolled.

A loss is computed alike for each of many samples, forward and backward, on
parameters that they share and numbers of their own.  What belongs to one
sample is a *lane*.  Lanes meet in sums alone: in the loss, and in the
gradient of each parameter.

To find them takes one such sum.  What only one of its terms is computed
from belongs to the lane of that term, and so does all that is computed
from a single lane further on.  If lanes turn out to be the same operations
in the same order, they become one loop.

Leaves out: terms that hand a number on from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from micrograd.compiler.tape import Tape

__all__ = ["Graph", "Row", "pieces"]

Row: TypeAlias = tuple[int, ...]  # places that do the same, one in each lane
Lanes: TypeAlias = list[list[int]]  # for each its places, in order
FEWEST = 4  # lanes worth a loop
SMALLEST = 200  # operations worth a loop
TRIES = 12  # sums that are tried, no two with as many terms
LONGEST = 4_000  # lines of straight code in one piece
NOBODY, SEVERAL = -1, -2  # whose a place is, if not one lane's


class Graph:
    """What is needed of a tape, with sums of many terms as such.

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
        self.operations = operations = list(tape.operations)
        self.operands = list(tape.operands)
        # Of what is needed the operands that are places.
        self.reads: list[list[int]] = [[]] * len(operations)
        self.uses = uses = [0] * len(operations)
        for x in wanted:
            if type(x) is int:
                uses[x] += 1
        backwards = range(len(uses) - 1, -1, -1)
        for place in backwards:
            if uses[place] and operations[place] != "input":
                reads = [x for x in self.operands[place] if type(x) is int]
                self.reads[place] = reads
                for x in reads:
                    uses[x] += 1
        for place in backwards:
            if uses[place] and operations[place] == "add":
                self._join(place)
        needed = [place for place, count in enumerate(uses) if count]
        self.places = [x for x in needed if operations[x] != "input"]
        self.inputs = [x for x in needed if operations[x] == "input"]

    def _join(self, place: int) -> None:
        """Write a chain of additions as one sum; the order is the same."""
        terms = [*self.operands[place]][::-1]
        while type(first := terms[-1]) is int and self.uses[first] == 1:
            if self.operations[first] != "add":
                break
            self.uses[first] = 0
            terms[-1:] = self.operands[first][::-1]
        if len(terms) > 2:
            self.operations[place] = "sum"
            self.operands[place] = tuple(terms[::-1])
            self.reads[place] = [x for x in terms if type(x) is int]


def pieces(graph: Graph, *, roll: bool = True) -> list[list[Row]]:
    """Loops and the straight code between them, in the order of computing.

    Straight code is a loop of one lane.

    Examples
    --------
    >>> from micrograd import compile
    >>> from micrograd.compiler.lanes import Graph, pieces
    >>> f = compile(lambda x: sum([v.exp() ** 2 for v in x]), reader="python")
    >>> y = f([0.1] * 100)
    >>> graph = Graph(f.tape, [len(f.tape) - 1])
    >>> [(len(rows), len(rows[0])) for rows in pieces(graph)]
    [(2, 100), (1, 1)]
    """
    loops = _loops(graph) if roll and "sum" in graph.operations else []
    order = [(0, 0, place) for place in graph.places]
    if loops:
        order = _in_stages(graph, loops)
    rows = {x[0]: x for loop in loops for x in zip(*loop, strict=True)}
    found = []
    for (_, side), items in groupby(order, itemgetter(0, 1)):
        piece = [rows.get(place, (place,)) for _, _, place in items]
        size = len(piece) if side else LONGEST
        found += [piece[i : i + size] for i in range(0, len(piece), size)]
    return found


def _loops(graph: Graph) -> list[Lanes]:
    """Lanes that do the same, loop by loop; no place is in two of them."""
    free = bytearray(len(graph.operations))
    for place in graph.places:
        free[place] = 1
    tried: set[int] = set()
    loops: list[Lanes] = []
    for place in reversed(graph.places):
        if graph.operations[place] != "sum":
            continue
        terms = dict.fromkeys([x for x in graph.reads[place] if free[x]])
        if not FEWEST <= len(terms) not in tried or len(tried) >= TRIES:
            continue
        found = _alike(graph, _lanes(graph, [*terms], free))
        loops += found
        if not found:
            tried.add(len(terms))
        for x in (x for loop in found for lane in loop for x in lane):
            free[x] = 0
    return loops


def _lanes(graph: Graph, terms: list[int], free: Any) -> Lanes:
    """For each term the places that belong to it alone, in order."""
    owner, lanes = _owners(graph, terms, free), [list[int]() for _ in terms]
    for place in graph.places:  # up: what is made of it
        mine = owner[place]
        for x in graph.reads[place] if mine == NOBODY and free[place] else ():
            if owner[x] >= 0 and owner[x] != mine:
                mine = owner[x] if mine == NOBODY else SEVERAL
        owner[place] = mine
        if mine >= 0:
            lanes[mine].append(place)
    return lanes


def _owners(graph: Graph, terms: list[int], free: Any) -> list[int]:
    """Of each place the term that alone is made of it."""
    owner = [NOBODY] * len(graph.operations)
    for lane, place in enumerate(terms):
        owner[place] = lane
    for place in reversed(graph.places):
        if (mine := owner[place]) == NOBODY:
            continue
        for x in graph.reads[place]:
            if free[x] and owner[x] != mine:
                owner[x] = mine if owner[x] == NOBODY else SEVERAL
    return owner


def _alike(graph: Graph, lanes: Lanes) -> list[Lanes]:
    """Loops of those lanes that do the same with what is their own."""
    alike: dict[Any, Lanes] = {}
    for lane in sorted(lanes):  # as they were recorded
        line = {place: i for i, place in enumerate(lane)}
        form = [
            line.get(x) if type(x) is int else x if type(x) is str else None
            for place in lane
            for x in (graph.operations[place], *graph.operands[place])
        ]
        alike.setdefault(tuple(form), []).append(lane)
    return [
        same for same in alike.values()
        if len(same) >= FEWEST and len(same) * len(same[0]) >= SMALLEST
    ]  # fmt: skip


def _in_stages(graph: Graph, loops: list[Lanes]) -> list[tuple[int, int, int]]:
    """What is computed before what, if straight code and loops take turns.

    A loop may need what is computed before it, and what comes behind it may
    need its sums.  So each place gets a stage, as late as it can; they come
    with it, and with which loop it is in, or 0, in the order of computing.
    Of loops that need each other one is taken out of the list.
    """
    rows: dict[int, Row] = {x: (x,) for x in graph.places}
    side = dict.fromkeys(graph.places, 0)
    first = [*range(len(graph.operations))]  # of its row, for each place
    for i, loop in enumerate(loops, 1):
        for row in zip(*loop, strict=True):
            rows[row[0]], side[row[0]] = row, i
            for x in row:
                first[x] = row[0]
    needs, inputs = {}, set(graph.inputs)
    for one, row in rows.items():
        if first[one] == one:
            read = {first[x] for place in row for x in graph.reads[place]}
            needs[one] = read - inputs
    try:
        order = [*TopologicalSorter(needs).static_order()]
    except CycleError:
        loops.pop()
        return _in_stages(graph, loops)
    stage = dict.fromkeys(order, 0)
    for one in reversed(order):
        for other in needs[one]:
            late = stage[one] - (side[one] != side[other])
            stage[other] = min(stage[other], late)
    return sorted((late, side[x], x) for x, late in stage.items())
