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

Notation: a *line* is one operation of a lane, the same in all lanes, and
known by its place in the first; a *column* are the operands at one position
of a line, one for each lane.

Leaves out: terms that hand a number on from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias

from micrograd.compiler.tape import Tape

__all__ = ["Graph", "find_loops", "in_stages"]

Lanes: TypeAlias = list[list[int]]  # for each its places, in order
FEWEST = 4  # lanes worth a loop
SMALLEST = 200  # operations worth a loop
TRIES = 6  # sums that are tried, no two with as many terms
NOBODY, SEVERAL = -1, -2  # whose a place is, if not one lane's


class Graph:
    """What is needed of a tape, with sums of many terms as such.

    Attributes
    ----------
    operations, operands, reads : list
        As those of a tape; and the operands that are places.
    uses : list of int
        How often each place is read.
    places, inputs : list of int
        What is needed, computed and not, in order.

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
        self.reads = [
            [x for x in operands if type(x) is int and operation != "input"]
            for operation, operands in zip(
                operations, tape.operands, strict=True
            )
        ]
        self.uses = uses = [0] * len(operations)
        for x in wanted:
            if type(x) is int:
                uses[x] += 1
        for place in range(len(uses) - 1, -1, -1):
            for x in self.reads[place] if uses[place] else ():
                uses[x] += 1
        for place in range(len(uses) - 1, -1, -1):
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


def find_loops(graph: Graph) -> list[Lanes]:
    """Lanes that do the same, loop by loop; no place is in two of them.

    Examples
    --------
    >>> from micrograd import compile
    >>> from micrograd.compiler.lanes import Graph, find_loops
    >>> f = compile(lambda x: sum([v.exp() ** 2 for v in x]), reader="python")
    >>> y = f([0.1] * 100)
    >>> graph = Graph(f.tape, [len(f.tape) - 1])
    >>> [(len(loop), len(loop[0])) for loop in find_loops(graph)]
    [(100, 2)]
    """
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
    owner = [NOBODY] * len(graph.operations)
    for lane, place in enumerate(terms):
        owner[place] = lane
    for place in range(max(terms), -1, -1):  # down: what it is made of
        if (mine := owner[place]) == NOBODY:
            continue
        for x in graph.reads[place]:
            if free[x] and owner[x] != mine:
                owner[x] = mine if owner[x] == NOBODY else SEVERAL
    lanes: Lanes = [[] for _ in terms]
    for place in graph.places:  # up: what is made of it
        if owner[place] == NOBODY and free[place]:
            found = {owner[x] for x in graph.reads[place] if owner[x] >= 0}
            owner[place] = found.pop() if len(found) == 1 else NOBODY
        if owner[place] >= 0:
            lanes[owner[place]].append(place)
    return lanes


def _alike(graph: Graph, lanes: Lanes) -> list[Lanes]:
    """Loops of those lanes that do the same with what is their own."""
    alike: dict[Any, Lanes] = {}
    for lane in sorted(lanes):  # as they were recorded
        line = {place: i for i, place in enumerate(lane)}
        form = [
            (graph.operations[place],
             *[line.get(x) if type(x) is int else None
               for x in graph.operands[place]])
            for place in lane
        ]  # fmt: skip
        alike.setdefault(tuple(form), []).append(lane)
    return [
        same for form, same in alike.items()
        if len(same) >= FEWEST and len(same) * len(form) >= SMALLEST
    ]  # fmt: skip


def in_stages(graph: Graph, loops: list[Lanes]) -> list[tuple[int, int, int]]:
    """What is computed before what, if straight code and loops take turns.

    A loop may need what is computed before it, and what comes behind it may
    need its sums.  So each place gets a stage, as late as it can; they come
    with it, and with which loop it is in, or 0, in the order of computing.
    Of loops that need each other one is taken out of the list.
    """
    item = {
        x: (side, row[0])
        for side, loop in enumerate(loops, 1)
        for row in zip(*loop, strict=True)
        for x in row
    }
    needs: dict[tuple[int, int], set[Any]] = {}
    for place in graph.places:
        mine = needs.setdefault(item.get(place, (0, place)), set())
        for x in graph.reads[place]:
            if graph.operations[x] != "input":
                mine.add(item.get(x, (0, x)))
    try:
        order = [*TopologicalSorter(needs).static_order()]
    except CycleError:
        loops.pop()
        return in_stages(graph, loops)
    stage = dict.fromkeys(order, 0)
    for one in reversed(order):
        for other in needs[one]:
            late = stage[one] - (one[0] != other[0])
            stage[other] = min(stage[other], late)
    return sorted((late, *one) for one, late in stage.items())
