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

from collections.abc import Callable, Sequence

from micrograd.compiler.tape import COMPARISONS, Instruction, Tape
from micrograd.primitives import PRIMITIVES

__all__ = ["PASSES", "drop", "fold", "share", "simplify"]

Wanted = Sequence[int]


def fold(tape: Tape, wanted: Wanted) -> tuple[Tape, list[int]]:
    """Compute at once what depends on constants only; drop factors of 1."""
    out, new = Tape(), list[int]()
    for kind, operands, content in tape:
        places = [new[x] for x in operands]
        lines = [out[x] for x in places]
        numbers = [line.content for line in lines if line.kind == "constant"]
        same = _unchanged(kind, lines)
        if kind in PRIMITIVES and len(numbers) == len(lines):
            number = PRIMITIVES[kind].on_numbers(*numbers)
            new.append(out.leaf("constant", number).place)
        elif same is not None:
            new.append(places[same])
        else:
            new.append(out.write(kind, places, content).place)
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
        key = (kind, places, repr(content))  # 0.0 and -0.0 are not equal
        if key not in known:
            known[key] = out.write(kind, places, content).place
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
        new[place] = out.write(kind, places, content).place
    return out, [new[x] for x in wanted]


PASSES: dict[str, Callable[[Tape, Wanted], tuple[Tape, list[int]]]] = {
    "fold": fold,
    "share": share,
    "drop": drop,
}


def simplify(
    tape: Tape, wanted: Wanted, passes: Sequence[str] = tuple(PASSES)
) -> tuple[Tape, list[int]]:
    """Run passes one after the other."""
    for name in passes:
        tape, wanted = PASSES[name](tape, wanted)
    return tape, list(wanted)


assert not set(COMPARISONS) & set(PRIMITIVES)
