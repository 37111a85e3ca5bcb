"""The steps as a player: a drawing, a line of arithmetic, and buttons.

The drawing is that of :func:`micrograd.draw.draw_dot`, laid out by the same
renderer; a small script writes the numbers into it, step by step.  All of
it is one element of a page that loads nothing: style, numbers and script
are inside.  Without the script it shows the last state and, folded up, the
list of all steps.

Notation: in a drawing ``v3`` is a box, ``o3`` the operation that made it,
``d3`` and ``g3`` the places of its number and its gradient; the arrow from
``o3`` to ``v3`` is called ``3``, that from its first operand ``3.0``.

Leaves out: which steps there are (:mod:`micrograd.live.frames`).
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from micrograd.about import INSTALL
from micrograd.draw.dot import in_words, write_dot
from micrograd.draw.fold import Folding
from micrograd.draw.graph import SHRINK
from micrograd.draw.outline import Outline, short
from micrograd.draw.render import render
from micrograd.engine import Value
from micrograd.errors import MissingPackageError
from micrograd.live.frames import Frame, number, watch

if TYPE_CHECKING:
    from micrograd.live.stepper import Steps

__all__ = ["player"]

HERE = Path(__file__).parent
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ROOM = '  graph [ranksep="0.5"]\n'  # for a number on an arrow


def player(steps: Steps) -> str:
    """The steps as one self-contained element of a page.

    Where there is no Graphviz to lay out a drawing, a table of the values
    stands in its place.
    """
    states = list(_states(steps))
    program = [
        [name, v.op, repr(v.data), *map(steps.values.index, v.inputs)]
        for v, name in steps.names.items()
    ]
    page = (HERE / "stepper.html").read_text(encoding="utf-8")
    parts = {
        "style": (HERE / "stepper.css").read_text(encoding="utf-8"),
        "script": (HERE / "stepper.mjs").read_text(encoding="utf-8"),
        "states": json.dumps(states).replace("</", "<\\/"),
        "program": escape(json.dumps(program)),
        "drawing": _drawing(steps, states),
        "root": escape(steps.names[steps.values[-1]] or "the result"),
        "last": str(len(states) - 1),
        "phase": steps.frames[-1].phase,
        "line": _line(steps.frames[-1], steps),
        "lines": "".join(
            f'<li data-phase="{frame.phase}">{_line(frame, steps)}</li>\n'
            for frame in steps
        ),
    }
    return re.sub("{{(.*?)}}", lambda match: parts[match[1]], page)


# --- What changes at each step ---


def _states(steps: Steps) -> Iterator[dict[str, Any]]:
    """For the script: what each step writes, and what it lights up."""
    place = {value: i for i, value in enumerate(steps.values)}
    spoiled: set[Value | None] = set()
    for frame in steps:
        if frame.fault or frame.node in spoiled:
            spoiled.add(frame.operand)
        wrong = steps.wrong if frame.phase == "result" else spoiled
        yield {
            "cells": dict(_cells(frame, place)),
            "wrong": [f"g{place[v]}" for v in steps.wrong if v in wrong],
            **_lights(frame, place),
        }


def _cells(frame: Frame, place: dict[Value, int]) -> Iterator[tuple[str, str]]:
    """What a step writes, and where."""
    if frame.phase == "given":
        for value, i in place.items():
            if not value.inputs:
                yield f"d{i}", f"data {short(value.data)}"
    elif frame.operand is not None:
        yield f"g{place[frame.operand]}", f"grad {short(frame.gradient)}"
    elif frame.node is not None:
        yield f"d{place[frame.node]}", f"data {short(frame.node.data)}"


def _lights(frame: Frame, place: dict[Value, int]) -> dict[str, Any]:
    """What a step lights up, and the numbers that travel along a way."""
    operand = [] if frame.operand is None else [f"v{place[frame.operand]}"]
    if frame.node is None:
        return {"on": operand, "way": []}
    i = place[frame.node]
    if operand:
        way = [f"{i}", f"{i}.{frame.slot}"]
        pills = [frame.upstream, frame.share]
    else:
        way, pills = [f"{i}"], [frame.node.data]
        operand = [f"{i}.{slot}" for slot in range(len(frame.node.inputs))]
    on = [f"v{i}", f"o{i}", *way, *operand]
    return {"on": on, "way": way, "pill": [*map(number, pills)]}


# --- The drawing ---


class _Roomy(Outline):
    """A graph in which each box has room for the longest of its texts."""

    texts: dict[str, str]

    def numbers(self, i: int) -> list[str]:
        return [self.texts[k] for k in (f"d{i}", f"g{i}") if k in self.texts]


def _drawing(steps: Steps, states: list[dict[str, Any]]) -> str:
    """The graph, its places named, showing the last state."""
    outline = _Roomy(steps.values[-1], steps.parameters)
    copies = watch(steps.values)
    for value, copy in zip(steps.values, copies, strict=True):
        copy.label = steps.names[value]
        copy.grad = steps.gradients.get(value, 0.0)
    outline.values, outline.roots = list(copies), [copies[-1]]
    outline.visited = True
    outline.texts, last = _texts(outline, states)
    folding = Folding(outline)
    head, *rest = write_dot(folding)
    try:
        svg = render("".join([head, ROOM, *rest]), "svg").decode()
    except MissingPackageError:
        return _listing(outline, last)
    return _named(svg, outline, last, in_words(folding))


def _listing(outline: Outline, last: dict[str, str]) -> str:
    """The values as a table, its places named as in a drawing."""
    rows = []
    for i, value in enumerate(outline.values):
        places = [place for place in (f"d{i}", f"g{i}") if place in last]
        cells = [f'<td data-cell="{p}">{last[p]}</td>' for p in places]
        rows.append(
            f'<tr data-part="v{i}"><th>{escape(str(value.label))}</th>'
            f'<td data-part="o{i}">{escape(value.op)}</td>{"".join(cells)}'
        )
    told = f"For a drawing run: {INSTALL.format('graph')}"
    return f"<table>{''.join(rows)}</table><p>{escape(told)}</p>"


def _texts(
    outline: Outline, states: list[dict[str, Any]]
) -> tuple[dict[str, str], dict[str, str]]:
    """For each place the longest text it ever shows, and the last."""
    longest: dict[str, str] = {}
    for i, value in enumerate(outline.values):
        longest[f"d{i}"] = "data -"
        if value.requires_grad:
            longest[f"g{i}"] = "grad -"
    last = dict(longest)
    for state in states:
        for place, text in state["cells"].items():
            last[place] = text
            longest[place] = max(longest[place], text, key=len)
    return longest, last


def _named(svg: str, outline: Outline, last: dict[str, str], alt: str) -> str:
    """The renderer's SVG with names that the script can find."""
    picture = ET.fromstring(svg[max(svg.find("<svg"), 0) :])  # noqa: S314
    arrows = _arrows(outline)
    for element in picture.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib.pop("id", None)
        element.attrib.pop(SPACE, None)
        title = element.find("{*}title")
        if title is not None and title.text:
            element.remove(title)
            found = arrows.get(title.text) or [title.text]
            element.set("data-part", found.pop(0))
            _name_texts(element, last)
    width = float(picture.get("width", "0pt")[:-2])
    picture.set("style", f"min-width: {SHRINK * width:.0f}pt")
    picture.set("role", "img")
    picture.set("aria-label", alt)
    return ET.tostring(picture, encoding="unicode")


def _arrows(outline: Outline) -> dict[str, list[str]]:
    """The names of arrows, by what Graphviz calls them; several for a + a."""
    names: dict[str, list[str]] = {}
    for i, operands in enumerate(outline.inputs):
        names[f"o{i}->v{i}"] = [f"{i}"]
        for slot, j in enumerate(operands):
            names.setdefault(f"v{j}->o{i}", []).append(f"{i}.{slot}")
    return names


def _name_texts(box: ET.Element, last: dict[str, str]) -> None:
    """Name the texts of a box that change: those at its end."""
    name = box.get("data-part", "")
    places = [p for p in (f"d{name[1:]}", f"g{name[1:]}") if p in last]
    if name[0] == "v" and places:
        texts = box.findall("{*}text")[-len(places) :]
        for text, place in zip(texts, places, strict=True):
            text.set("data-cell", place)
            text.text = last[place]


# --- The line of arithmetic ---


def _line(frame: Frame, steps: Steps) -> str:
    """The line of a step; below each of its factors what it is."""
    fault = f"<em>{escape(frame.fault)}</em>" if frame.fault else ""
    if frame.node is None or frame.operand is None:
        return f"<span>{escape(frame.line)}</span>{fault}"
    ends = frame.node, frame.operand, steps.values[-1]
    node, operand, root = (escape(steps.names[value]) for value in ends)
    to, local, upstream, share, so_far = map(escape, frame.parts)
    so_far = f"; so far {so_far}" if so_far else ""
    return (
        f'<span><b class="to">{to}</b> += </span>'
        f'<span class="local"><span>{local}</span>'
        f"<small>∂{node}/∂{operand}</small></span>"
        f'<span> × </span><span class="up"><span>{upstream}</span>'
        f"<small>∂{root}/∂{node}</small></span>"
        f'<span> = <b class="share">{share}</b>{so_far}</span>{fault}'
    )
