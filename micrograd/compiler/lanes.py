"""Lanes: find again the loops that recording has unrolled.

A loss over many samples is a sum of many terms that are computed alike: the
same instructions, some on the same number in every term (a parameter), some
on a number of the term's own (a datum).  Such a sum becomes one section
with one *lane* for each term, and machine code then works on several lanes
at once.  What is left over is a section with a single lane.

Notation
--------
column
    The places that stand for each other in the terms, one for each lane.
slot
    A column of leaves: the numbers that differ from lane to lane.
outer
    A number from outside a section, the same in all its lanes.

Leaves out: terms that hand a number on from one to the next; products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from micrograd.compiler.tape import LEAVES, Tape

__all__ = ["Section", "split"]

FEWEST = 4  # lanes worth a loop
BEHIND = 2  # other terms, such as penalties, that are added at the end
WITHIN = 3  # additions within a term that is itself a sum
SMALLEST = 200  # instructions worth a section of their own

Column = tuple[int, ...]


@dataclass
class Section:
    """A piece of a program: instructions for one lane, and the lanes.

    Attributes
    ----------
    tape : Tape
        The instructions.  ``outer`` lines fetch the number of a place of
        the whole tape, ``lane`` lines that of a slot.
    slots : list of tuple of int
        For each slot, its place on the whole tape for each lane.
    lanes : int
        How often the instructions are carried out.
    results : dict from int to int
        The place on the whole tape, and the line here, of what is handed
        on; of several lanes, the sum.
    """

    tape: Tape = field(default_factory=Tape)
    slots: list[Column] = field(default_factory=list)
    lanes: int = 1
    results: dict[int, int] = field(default_factory=dict)


# --- Sums of like terms ---


@dataclass
class Sum:
    """A chain of additions: where it ends, what it adds up, the columns."""

    chain: list[int]  # from the last addition to the first
    terms: Column
    columns: dict[Column, str] = field(default_factory=dict)
    body: set[int] = field(default_factory=set)  # what only this sum needs

    @property
    def place(self) -> int:
        """Where the sum is complete."""
        return self.chain[0]


def _readers(tape: Tape) -> list[list[int]]:
    """For each place, the places that read it."""
    readers: list[list[int]] = [[] for _ in tape]
    for place, (_, operands, _) in enumerate(tape):
        for x in operands:
            readers[x].append(place)
    return readers


def _chains(tape: Tape, readers: list[list[int]]) -> list[Sum]:
    """All chains of additions, the longest first."""
    inside: set[int] = set()
    found = []
    for place in reversed(range(len(tape))):
        if tape[place].kind != "add" or place in inside:
            continue
        chain, terms = [place], []
        while True:
            first, term = tape[chain[-1]].operands
            terms.append(term)
            if tape[first].kind != "add" or len(readers[first]) > 1:
                break
            chain.append(first)
        inside.update(chain)
        if not (tape[first].kind == "constant" and tape[first].content == 0):
            terms.append(first)
        found.append(Sum(chain, tuple(reversed(terms))))
    return sorted(found, key=lambda s: len(s.terms), reverse=True)


def _role(tape: Tape, column: Column) -> str | None:
    """What a column is: outer, lane or local; None if not alike."""
    kind = tape[column[0]].kind
    if all(x == column[0] for x in column):
        return "outer"
    if any(tape[x].kind != kind for x in column):
        return None
    contents = {repr(tape[x].content) for x in column}
    if kind not in LEAVES:
        return "local" if len(contents) == 1 else None
    same = kind == "constant" and len(contents) == 1
    return "outer" if same else "lane"


def _follow(tape: Tape, s: Sum, readers: list[list[int]]) -> bool:
    """Find the columns of a sum; False if its terms are not alike.

    Columns are met from the last to the first, so all that reads one has
    been met before; if anybody else does, it cannot move into the lanes.
    """
    s.columns, s.body, outer = {}, set(s.chain), set()
    waiting = [(-s.terms[0], s.terms)]
    while waiting:
        _, column = heappop(waiting)
        if column in s.columns:
            continue
        role = _role(tape, column)
        if role is None:
            return False
        s.columns[column] = role
        if role == "outer":
            outer.add(column[0])
        elif role == "local":
            if not all(s.body.issuperset(readers[x]) for x in column):
                return False
            s.body.update(column)
            rows = [tape[x].operands for x in column]
            for below in zip(*rows, strict=True):
                heappush(waiting, (-below[0], below))
    return s.columns[s.terms] != "outer" and s.body.isdisjoint(outer)


def _cuts(s: Sum, tape: Tape) -> Iterator[Sum]:
    """A sum; without its last terms; with the first term a sum itself.

    From `(a + b) + (c + d)` alone nobody can tell whether it has two terms
    or three.
    """
    for behind in range(BEHIND + 1):
        chain, terms = s.chain[behind:], s.terms[: -behind or None]
        if len(terms) < FEWEST:
            return
        yield Sum(chain, terms)
        if tape[terms[-1]].kind == "add" and len(terms) > len(chain):
            for within in range(1, min(WITHIN, len(chain) - 1) + 1):
                rest = terms[within + 1 :]
                yield Sum(chain[:-within], (chain[-within], *rest))


def find_sums(tape: Tape) -> list[Sum]:
    """The sums of like terms that can become lanes, none inside another."""
    taken: set[int] = set()
    found = []
    readers = _readers(tape)
    for longest in _chains(tape, readers):
        for s in _cuts(longest, tape):
            if len(s.terms) < FEWEST or s.place in taken:
                continue
            if _follow(tape, s, readers):
                if len(s.body) >= SMALLEST and s.body.isdisjoint(taken):
                    taken |= s.body
                    found.append(s)
                break
    return found


# --- Sections in an order in which they can run ---


def split(
    tape: Tape, wanted: list[int], *, roll: bool = True
) -> list[Section]:
    """Cut a tape into sections, each needing only earlier ones."""
    sums = find_sums(tape) if roll else []
    owner = {place: s for s in sums for place in s.body}
    done: set[int] = set()
    plan: list[list[int] | Sum] = []
    while len(done) < len(tape):
        straight = _ready(tape, done, owner)
        if straight:
            plan.append(straight)
            done.update(straight)
        for s in sums:
            outer = [c[0] for c, role in s.columns.items() if role == "outer"]
            slots = [x for c, r in s.columns.items() if r == "lane" for x in c]
            if s.place not in done and done.issuperset(outer + slots):
                plan.append(s)
                done |= s.body
    read = _read_elsewhere(tape, plan, wanted)
    sections = [
        _loop(tape, piece) if isinstance(piece, Sum)
        else _straight(tape, piece, read)
        for piece in plan
    ]  # fmt: skip
    return [s for s in sections if s.results]


def _ready(tape: Tape, done: set[int], owner: dict[int, Sum]) -> list[int]:
    """What can be computed now, outside of any sum."""
    ready = set(done)
    for place, line in enumerate(tape):
        if place not in owner and ready.issuperset(line.operands):
            ready.add(place)
    return sorted(ready - done)


def _read_elsewhere(
    tape: Tape, plan: list[list[int] | Sum], wanted: list[int]
) -> set[int]:
    """Places that one section computes and another, or the caller, reads."""
    read = set(wanted)
    for piece in plan:
        mine = piece.body if isinstance(piece, Sum) else set(piece)
        for place in mine:
            read.update(x for x in tape[place].operands if x not in mine)
    return read


def _straight(tape: Tape, places: list[int], read: set[int]) -> Section:
    section, new = Section(), dict[int, int]()

    def line(x: int) -> int:
        if x not in new:
            kind, _, content = tape[x]
            constant = kind == "constant"
            new[x] = section.tape.add(
                kind if constant else "outer",
                content=content if constant else x,
            )
        return new[x]

    for place in places:
        kind, operands, content = tape[place]
        if kind not in LEAVES:
            lines = [line(x) for x in operands]
            new[place] = section.tape.add(kind, lines, content)
            if place in read:
                section.results[place] = new[place]
    return section


def _loop(tape: Tape, s: Sum) -> Section:
    section = Section(lanes=len(s.terms))
    new: dict[Column, int] = {}
    for column in sorted(s.columns):  # operands have smaller places
        kind, _, content = tape[column[0]]
        if s.columns[column] == "outer":
            constant = kind == "constant"
            made = section.tape.add(
                kind if constant else "outer",
                content=content if constant else column[0],
            )
        elif s.columns[column] == "lane":
            made = section.tape.add("lane", content=len(section.slots))
            section.slots.append(column)
        else:
            rows = [tape[x].operands for x in column]
            lines = [new[c] for c in zip(*rows, strict=True)]
            made = section.tape.add(kind, lines, content)
        new[column] = made
    section.results[s.place] = new[s.terms]
    if len(section.slots) == 1:  # of parameters, perhaps; so none is copied
        section.slots = [tuple(sorted(section.slots[0]))]
    return section
