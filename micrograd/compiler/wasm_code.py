"""Code of WebAssembly: words for what a section does, and their bytes.

The words are those of the specification's text format, but for some that
are shorter here: ``$x`` gets a local variable, ``>$x`` sets it; ``#1.0`` is
a number, ``i32:8`` an integer, ``cells:3`` how many bytes three cells have;
``f64.load:3`` is about cell 3, and ``call:exp`` calls a function.

Two lanes share a vector; functions are called for one of them after the
other.  Where a number of lanes is odd, the last pair has one that nobody
asked for: a *mask* leaves it out of sums and keeps what is in its cell.

Notation: ``$k`` is the first of two lanes at hand, in bytes; in words
``<t>`` is the type of numbers.

Sources: the WebAssembly core specification, 2.0, for the codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from struct import pack
from typing import Any

from micrograd.compiler.program import Section, spelled
from micrograd.compiler.tape import CONDITIONS, SIGNS, TWO
from micrograd.errors import GraphSizeError
from micrograd.namespaces import FUNCTIONS

__all__ = ["count", "function", "section_code", "several"]

I32, F64, V128 = 0x7F, 0x7C, 0x7B  # types
END = b"\x0b"  # of a block
LARGEST = 7_654_321  # bytes of one function that engines accept
WORDS: dict[str, Any] = {
    **{x: f"{{0}} call:{x} >{{r}}" for x in FUNCTIONS},
    **{x: f"{{0}} {{1}} call:{x} >{{r}}" for x in TWO},
    **{x: f"{{0}} {{1}} <t>.{x} >{{r}}" for x in SIGNS},
    **{x: f"{{0}} {{1}} <t>.{x} f64.convert_i32_u >{{r}}" for x in CONDITIONS},
    **{x: f"{{0}} <t>.{x} >{{r}}" for x in ("neg", "abs", "sqrt")},
    "where": "{1} {2} {0} #0.0 f64.ne select >{r}",
    "cell": "i32:0 f64.load:{0} >{r}",
    "put": "i32:0 {0} f64.store:{1}",
    "total": ("", "i32:0 #0.0 {0} f64.add f64.store:{1}", ""),
    "name": "${0}",
    "terms": 2,
}
ONE = "f64x2.extract_lane_0"
OTHER = "f64x2.extract_lane_1"
PAIR = {
    **WORDS,
    **{x: f"{{0}} {ONE} call:{x} f64x2.splat {{0}} {OTHER} call:{x} "
          "f64x2.replace_lane_1 >{r}" for x in FUNCTIONS if x != "sqrt"},
    **{x: f"{{0}} {ONE} {{1}} {ONE} call:{x} f64x2.splat {{0}} {OTHER} "
          f"{{1}} {OTHER} call:{x} f64x2.replace_lane_1 >{{r}}" for x in TWO},
    **{x: f"{{0}} {{1}} <t>.{x} #1.0 f64x2.splat v128.and >{{r}}"
       for x in CONDITIONS},
    "where": "{1} {2} {0} #0.0 f64x2.splat f64x2.ne v128.bitselect >{r}",
    "cell": "i32:0 f64.load:{0} f64x2.splat >{r}",
    "lane": "$k v128.load:{0} >{r}",
    "put lane": "$k {0} v128.store:{1}",
    "total": ("", "$s{r} {0} f64x2.add >$s{r}", f"i32:0 $s{{r}} {ONE} "
              f"$s{{r}} {OTHER} f64.add f64.store:{{1}}"),
    "loop": ("loop", "", "$k i32:16 i32.add >$k "
             "$k cells:{0} i32.lt_s br_if end"),
}  # fmt: skip
MASKED = {
    **PAIR,
    "put lane": "$k {0} $k v128.load:{1} $mask v128.bitselect v128.store:{1}",
    "total": ("", "$s{r} {0} $mask v128.and f64x2.add >$s{r}",
              PAIR["total"][2]),
    "loop": ("loop all first $k i32:8 i32.add cells:{0} i32.lt_s select "
             ">$mask", "", PAIR["loop"][2]),
}  # fmt: skip


@cache
def count(n: int) -> bytes:
    r"""A natural number, seven bits in a byte, the lowest first.

    Examples
    --------
    >>> from micrograd.compiler.wasm_code import count
    >>> count(300).hex()
    'ac02'
    """
    low, n = n & 127, n >> 7
    return bytes([low | 128]) + count(n) if n else bytes([low])


CODES = {
    **{f"f64.{x}": bytes([code]) for x, (_, _, code, _) in SIGNS.items()},
    **{f"f64x2.{x}": b"\xfd" + count(code)
       for x, (_, _, _, code) in SIGNS.items()},
    "f64.neg": b"\x9a", "f64x2.neg": b"\xfd\xed\x01",
    "f64.abs": b"\x99", "f64x2.abs": b"\xfd\xec\x01",
    "f64.sqrt": b"\x9f", "f64x2.sqrt": b"\xfd\xef\x01",
    "f64.ge": b"\x66", "f64.copysign": b"\xa6",
    "f64.load": b"\x2b\x03", "v128.load": b"\xfd\x00\x03",
    "f64.store": b"\x39\x03", "v128.store": b"\xfd\x0b\x03",
    "f64x2.splat": b"\xfd\x14", "f64x2.replace_lane_1": b"\xfd\x22\x01",
    ONE: b"\xfd\x21\x00", OTHER: b"\xfd\x21\x01",
    "v128.and": b"\xfd\x4e", "v128.bitselect": b"\xfd\x52",
    "all": b"\xfd\x0c" + pack("<qq", -1, -1),  # masks of two lanes
    "first": b"\xfd\x0c" + pack("<qq", -1, 0),
    "f64.convert_i32_s": b"\xb7", "f64.convert_i32_u": b"\xb8",
    "i32.trunc_sat_f64_s": b"\xfc\x02", "i32.add": b"\x6a", "i32.mul": b"\x6c",
    "i32.lt_s": b"\x48", "i32.and": b"\x71", "i32.or": b"\x72",
    "select": b"\x1b", "return": b"\x0f", "if": b"\x04\x40",
    "loop": b"\x03\x40", "br_if": b"\x0d\x00", "end": END,
}  # fmt: skip


def _code(word: str, calls: Mapping[str, int]) -> bytes:
    """The bytes of one word that is not about a local variable."""
    if word.startswith("#"):
        return b"\x44" + pack("<d", float(word[1:]))
    name, _, number = word.partition(":")
    if name == "call":
        return b"\x10" + count(calls[number])
    if name in ("i32", "cells"):
        n, code = int(number) * (8 if name == "cells" else 1), b"\x41"
        while not -64 <= n < 64:
            code, n = code + bytes([n & 127 | 128]), n >> 7
        return code + bytes([n & 127])
    return CODES[name] + (count(8 * int(number)) if number else b"")


def function(
    text: str, calls: Mapping[str, int], *,
    takes: str = "", integers: str = "", kind: int = F64,
) -> bytes:  # fmt: skip
    """A function in words: what it takes, its variables, and its code.

    Raises
    ------
    GraphSizeError
        If it is longer than engines take.

    Examples
    --------
    >>> from micrograd.compiler.wasm_code import function
    >>> function("$x #1.0 f64.add", {}, takes="$x").hex()
    '0e00200044000000000000f03fa00b'
    """
    words, given, own = text.split(), takes.split(), integers.split()
    places, size = _places(words, [*given, *own])
    kinds = [I32] * len(own) + [kind] * (size - len(given) - len(own))
    parts = [b"\x01%c" % kind for kind in kinds]
    codes = {x: b"\x20" + count(place) for x, place in places.items()}
    codes |= {f">{x}": b"\x21" + count(place) for x, place in places.items()}
    codes |= {x: _code(x, calls) for x in {*words}.difference(codes)}
    code = several(parts) + b"".join(map(codes.__getitem__, words)) + END
    if len(code) > LARGEST:
        asked = f"to_wasm() writes functions of up to {LARGEST:,} bytes"
        do = "compile one pass of the loop, and loop outside"
        raise GraphSizeError(asked, f"{len(code):,}", do)
    return count(len(code)) + code


def _places(words: list[str], kept: list[str]) -> tuple[dict[str, int], int]:
    """Which local each variable has, and how many there are.

    One that is not needed any more leaves its local to another: engines
    take 50,000.  Not so what a loop needs again, and what is to begin as 0.
    """
    places = {name: i for i, name in enumerate(kept)}
    start = words.index("loop") if "loop" in words else 0
    stay = {*kept, *[word.lstrip(">") for word in words[:start]]}
    own = [word for word in words if "$" in word]
    names = [word.lstrip(">") for word in own]
    last = dict(zip(names, range(len(names)), strict=True))
    free, size = list[int](), len(kept)
    for i, name in enumerate(names):
        if name not in places:
            if own[i] == name or not free:
                free.append(size)
                size += 1
            places[name] = free.pop()
        if last[name] == i and name not in stay:
            free.append(places[name])
    return places, size


def several(parts: Iterable[bytes]) -> bytes:
    r"""Parts one after the other, after how many there are.

    Examples
    --------
    >>> from micrograd.compiler.wasm_code import several
    >>> several([b"a", b"bc"])
    b'\x02abc'
    """
    every = [*parts]
    return count(len(every)) + b"".join(every)


def section_code(section: Section, calls: Mapping[str, int]) -> bytes:
    """A section as a function.

    Examples
    --------
    >>> from micrograd.compiler.program import Section
    >>> from micrograd.compiler.wasm_code import section_code
    >>> section = Section()
    >>> section.writes.append(("put", 1.0, 0))
    >>> section_code(section, {}).hex()
    '1201017f410044000000000000f03f3903000b'
    """
    one = section.lanes == 1
    words = WORDS if one else MASKED if section.lanes % 2 else PAIR
    end = "" if one else " f64x2.splat"
    lines = spelled(section, words, lambda x: f"#{x!r}{end}")
    text = " ".join(lines).replace("<t>", "f64" if one else "f64x2")
    kind = F64 if one else V128
    return function(text, calls, integers="$k", kind=kind)
