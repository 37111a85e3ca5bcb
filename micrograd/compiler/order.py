"""Order: in which sections the operations of a graph are carried out.

Straight code and the lanes of loops take turns: a loop may need what is
computed before it, and what comes behind it may need its sums.  So each
*item* gets a stage, as late as it can, and what is on one side in one stage
becomes a section.  That way a loop is cut in two only where it has to be.

Notation
--------
item
    A place of the graph, or a line of a loop: what has to be put in order.
side
    Where an item is computed: 0 for straight code, else which loop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from micrograd.compiler.lanes import Graph, Loop
from micrograd.compiler.tape import CONDITIONS

__all__ = ["Order"]

LONGEST = 4_000  # lines of straight code in one section


class Order:
    """Items in an order in which each finds what it needs, in stages.

    Attributes
    ----------
    item, lane : dict from int to int
        Of a place in a loop: its item, and which lane it is in.
    line : dict from int to (int, int)
        Of an item in a loop: which loop, and which of its lines.
    circular : bool
        Whether there is no such order: lanes need each other.
    """

    def __init__(self, graph: Graph, loops: list[Loop]) -> None:
        self.graph, self.loops = graph, loops
        self.item: dict[int, int] = {}
        self.lane: dict[int, int] = {}
        self.line: dict[int, tuple[int, int]] = {}
        free = len(graph.operations)
        for number, loop in enumerate(loops):
            for lane, places in enumerate(loop.lanes):
                self.lane.update(dict.fromkeys(places, lane))
            for i, row in enumerate(zip(*loop.lanes, strict=True)):
                self.line[free] = number, i
                self.item.update(dict.fromkeys(row, free))
                free += 1
        self.needs = {
            item: self._needs(item)
            for item in (*graph.places, *self.line)
            if item not in self.item
        }
        order = self._sorted()
        self.circular = len(order) < len(self.needs)
        self.stages = {} if self.circular else self._late(order)

    def side(self, item: int) -> int:
        """Where an item is computed."""
        return self.line[item][0] + 1 if item in self.line else 0

    def loop(self, item: int) -> Loop:
        """The loop that an item is in."""
        return self.loops[self.line[item][0]]

    def operation(self, item: int) -> str:
        """What an item does."""
        if item in self.line:
            item = self.loop(item).lanes[0][self.line[item][1]]
        return self.graph.operations[item]

    def is_condition(self, x: Any) -> bool:
        """Whether an operand is a comparison, not a number."""
        return type(x) is int and self.operation(x) in CONDITIONS

    def _needs(self, item: int) -> set[int]:
        """The items that an item reads."""
        if item not in self.line:
            return self._items(self.graph.operands[item])
        number, i = self.line[item]
        needs, first = set[int](), item - i
        for column in self.loops[number].columns[i]:
            if type(column) is int:
                needs.add(first + column)
            else:
                needs |= self._items(column)
        return needs

    def _items(self, operands: Sequence[Any]) -> set[int]:
        return {
            self.item.get(x, x)
            for x in operands
            if type(x) is int and self.graph.operations[x] != "input"
        }

    def _sorted(self) -> list[int]:
        """Items, each behind those it needs; fewer, if they run in circles."""
        users: dict[int, list[int]] = defaultdict(list)
        missing = {}
        for item, needs in self.needs.items():
            missing[item] = len(needs)
            for x in needs:
                users[x].append(item)
        order = [item for item, count in missing.items() if count == 0]
        for item in order:  # it grows
            for user in users[item]:
                missing[user] -= 1
                if missing[user] == 0:
                    order.append(user)
        return order

    def _late(self, order: list[int]) -> dict[int, int]:
        """For each item the last stage in which it can be."""
        early: dict[int, int] = {}
        for item in order:
            side = self.side(item)
            needs = self.needs[item]
            early[item] = max(
                (early[x] + (self.side(x) != side) for x in needs), default=0
            )
        end = max(early.values(), default=0)
        late = dict.fromkeys(order, end)
        for item in reversed(order):
            side, stage = self.side(item), late[item]
            for x in self.needs[item]:
                late[x] = min(late[x], stage - (self.side(x) != side))
        return late

    def sections(self) -> Iterator[tuple[int, list[int]]]:
        """Sides, and the items that are computed there, in order."""
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for item in self.needs:
            groups[self.stages[item], self.side(item)].append(item)
        for (_, side), items in sorted(groups.items()):
            items.sort()
            step = len(items) if side else LONGEST
            for start in range(0, len(items), step):
                yield side, items[start : start + step]
