"""Lanes: find again the loops that recording has unrolled.

A loss is computed alike for each of many samples, on parameters that they
share and numbers of their own.  What belongs to one sample is a *lane*.
Lanes meet in sums alone: the loss, and the gradient of each parameter.

To find them takes one such sum.  What only one of its terms is computed
from belongs to the lane of that term, and so does what is computed from a
single lane further on.  Lanes of the same operations become one loop.

Leaves out: terms that hand a number on from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from micrograd.compiler.record import Recording
from micrograd.documentation import documented

__all__ = ["Graph", "Row", "pieces"]

Row: TypeAlias = tuple[int, ...]  # places that do the same, one in each lane
Lanes: TypeAlias = list[list[int]]  # for each its places, in order
FEWEST = 8  # lanes worth a loop
SMALLEST = 200  # operations worth a loop
TRIES = 3  # sums that are tried in vain, no two with as many terms
LONGEST = 4_000  # lines in one piece
NOBODY, SEVERAL = -1, -2  # whose a place is, if not one lane's


@documented
class Graph:
    """What is needed of a recording, with sums of many terms as such.

    >>> from micrograd.compiler.record import Recording
    >>> recording = Recording(1)
    >>> x = recording.input("number", 0)
    >>> y = x + x * x + 1
    >>> graph = Graph(recording, [y.place])
    >>> [(graph.operations[i], graph.operands[i]) for i in graph.places]
    [('mul', (0, 0)), ('sum', (0, 1, 1.0))]
    """

    def __init__(self, recording: Recording, wanted: Sequence[Any]) -> None:
        tape = recording.tape
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
        self.inputs = {  # and their sources, as the recording has them
            x: recording.sources[self.operands[x][0]]
            for x in needed if operations[x] == "input"
        }  # fmt: skip

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


@documented
def pieces(graph: Graph, *, roll: bool = True) -> list[list[Row]]:
    """Loops and the straight code between them, in the order of computing.

    Straight code is a loop of one lane, depth first from its results, which
    keeps numbers near.  It and the loops take turns, as far as they can.

    >>> from micrograd import compile
    >>> from micrograd.compiler.lanes import Graph, pieces
    >>> f = compile(lambda x: sum([v.exp() ** 2 for v in x]), reader="python")
    >>> y = f([0.1] * 100)
    >>> graph = Graph(f.last.recording, [len(f.tape) - 1])
    >>> [(len(rows), len(rows[0])) for rows in pieces(graph)]
    [(2, 100), (1, 1)]
    """
    free = bytearray(len(graph.operations))
    for x in graph.places:
        free[x] = 1
    missing = bytearray(free)
    loops = _loops(graph, free) if roll else []
    sides = [_depth_first(graph, free), *loops]
    found: list[list[Row]] = []
    while any(sides):
        before = len(found)
        for i, rows in enumerate(sides):
            now, sides[i] = _computable(graph, rows, missing)
            starts = range(0, len(now), LONGEST)
            found += [now[k : k + LONGEST] for k in starts]
        if len(found) == before:  # loops need each other: undo the last
            apart = [(x,) for row in sides.pop() for x in row]
            sides[0] = sorted([*sides[0], *apart])
    return found


def _computable(
    graph: Graph, rows: list[Row], missing: bytearray
) -> tuple[list[Row], list[Row]]:
    """What can be computed now, and what has to wait for something."""
    now, later = list[Row](), list[Row]()
    for row in rows:
        reads = [x for place in row for x in graph.reads[place]]
        if any(map(missing.__getitem__, reads)):
            later.append(row)
            continue
        now.append(row)
        for x in row:
            missing[x] = 0
    return now, later


def _depth_first(graph: Graph, free: bytearray) -> list[Row]:
    """Straight code: what is in no loop, after what it is computed from."""
    found, waiting = list[Row](), [x for x in graph.places if free[x]]
    while waiting:
        place = waiting.pop()
        if place < 0:  # all that it reads is there
            found.append((~place,))
        elif free[place]:
            free[place] = 0
            waiting += ~place, *reversed(graph.reads[place])
    return found


def _loops(graph: Graph, free: bytearray) -> list[list[Row]]:
    """The rows of each loop; no place is in two, or free any more."""
    tried: set[int] = set()
    loops: list[list[Row]] = []
    for place in reversed(graph.places):
        if graph.operations[place] != "sum" or len(tried) == TRIES:
            continue
        terms = dict.fromkeys([x for x in graph.reads[place] if free[x]])
        if not FEWEST <= len(terms) not in tried:
            continue
        found = _alike(graph, _lanes(graph, [*terms], free))
        if not found:
            tried.add(len(terms))
        for x in (x for loop in found for row in loop for x in row):
            free[x] = 0
        loops += found
    return loops


def _lanes(graph: Graph, terms: list[int], free: bytearray) -> Lanes:
    """For each term the places that belong to it alone, in order."""
    owner = [NOBODY] * len(graph.operations)
    lanes: Lanes = [[] for _ in terms]
    for lane, place in enumerate(terms):
        owner[place] = lane
    for place in reversed(graph.places):  # down: what it is made of
        mine = owner[place]
        for x in graph.reads[place] if mine != NOBODY else ():
            if free[x] and owner[x] != mine:
                owner[x] = mine if owner[x] == NOBODY else SEVERAL
    for place in graph.places:  # up: what is made of it
        mine = owner[place]
        for x in graph.reads[place] if mine == NOBODY and free[place] else ():
            if owner[x] >= 0 and owner[x] != mine:
                mine = owner[x] if mine == NOBODY else SEVERAL
        owner[place] = mine
        if mine >= 0:
            lanes[mine].append(place)
    return lanes


def _alike(graph: Graph, lanes: Lanes) -> list[list[Row]]:
    """Loops of those lanes that do the same with what is their own."""
    alike: dict[Any, Lanes] = {}
    for lane in sorted(lanes):  # as they were recorded
        line = {place: i for i, place in enumerate(lane)}
        form = [line.get(x) if type(x) is int else x if type(x) is str else 0
                for place in lane
                for x in (graph.operations[place], *graph.operands[place])
                ]  # fmt: skip
        alike.setdefault(tuple(form), []).append(lane)
    return [
        [*zip(*same, strict=True)] for same in alike.values()
        if len(same) >= FEWEST and len(same) * len(same[0]) >= SMALLEST
        and len(same[0]) > 1  # to gather operands costs as much
    ]  # fmt: skip
