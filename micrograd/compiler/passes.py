"""Passes: shorter tapes with the same results.

Each pass takes a tape and the places that are wanted, and returns a tape
and the new places.  Run one after the other they leave out what a person
would not have written by hand.

Notation: *wanted* are the places whose numbers somebody reads later.

Leaves out: anything that changes a result by rounding, such as sums in
another order, and anything that hides an infinity: ``0 * x`` stays.

Sources: [Aho2006]_, section 8.5, for all three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from micrograd.compiler.tape import Instruction, Tape, row
from micrograd.primitives import PRIMITIVES

__all__ = ["PASSES", "drop", "fold", "share", "simplify"]

Wanted = Sequence[int]


def fold(tape: Tape, wanted: Wanted) -> tuple[Tape, list[int]]:
    """Compute at once what depends on constants only; drop factors of 1."""
    out, new = Tape(), list[int]()
    for line in tape:
        kind, operands, content = line
        places = tuple([new[x] for x in operands])
        lines = [out[x] for x in places]
        numbers = [x.content for x in lines if x.kind == "constant"]
        if not numbers and places == operands:
            new.append(len(out))
            out.append(line)
        elif kind in PRIMITIVES and len(numbers) == len(lines):
            rule = row(Instruction(kind, operands, content))
            number = rule.on_numbers(*numbers)
            new.append(out.add("constant", (), number))
        elif (same := _unchanged(kind, lines)) is not None and not content:
            new.append(places[same])
        else:
            new.append(out.add(kind, places, content))
    return out, [new[x] for x in wanted]


ONE = {("multiply", 0): 1, ("multiply", 1): 0, ("divide", 1): 0}


def _unchanged(kind: str, lines: list[Instruction]) -> int | None:
    """Which operand the result is, if another is one, or a choice made."""
    for i, line in enumerate(lines):
        if line.kind == "constant":
            if line.content == 1 and (kind, i) in ONE:
                return ONE[kind, i]
            if kind == "where" and i == 0:
                return 1 if line.content else 2
    return None


def share(tape: Tape, wanted: Wanted) -> tuple[Tape, list[int]]:
    """Write equal instructions once."""
    out, new = Tape(), list[int]()
    known: dict[tuple[object, ...], int] = {}
    for kind, operands, content in tape:
        places = tuple(new[x] for x in operands)
        plain = kind != "constant"  # of which 0.0 and -0.0 are not equal
        key = (kind, places, content if plain else repr(content))
        if key not in known:
            known[key] = out.add(kind, places, content)
        new.append(known[key])
    return out, [new[x] for x in wanted]


def drop(tape: Tape, wanted: Wanted) -> tuple[Tape, list[int]]:
    """Leave out what nobody reads."""
    needed = set(wanted)
    for place in reversed(range(len(tape))):
        if place in needed:
            needed.update(tape[place].operands)
    out, new = Tape(), dict[int, int]()
    for place in sorted(needed):
        kind, operands, content = tape[place]
        places = [new[x] for x in operands]
        new[place] = out.add(kind, places, content)
    return out, [new[x] for x in wanted]


PASSES: dict[str, Callable[[Tape, Wanted], tuple[Tape, list[int]]]] = {
    "fold": fold,
    "share": share,
    "drop": drop,
}


def simplify(
    tape: Tape,
    wanted: Wanted,
    passes: Sequence[str] = tuple(PASSES),
    counts: Counter[str] | None = None,
) -> tuple[Tape, list[int]]:
    """Run passes one after the other; count the lines each takes away."""
    for name in passes:
        before = len(tape)
        tape, wanted = PASSES[name](tape, wanted)
        if counts is not None:
            counts[name] += before - len(tape)
    return tape, list(wanted)
