"""Draw a row of the second table and its transpose, as SVG.

A linear map is applied to letters: where a number of the result is the sum
of two numbers, ``a`` and ``d``, the picture says ``a+d``.  Above, the map
takes ``x`` to ``z``; below, its transpose takes the gradient of ``z`` back.
At the right stands the matrix of each, and one is the other's mirror image.

The operands have the shapes of the example in the row's docstring, so that
a new row is drawn as soon as it has one.  The picture is part of the page
and takes its colours from it.

Notation: ``A`` the matrix of a map, (numbers of z, numbers of x).
"""

from __future__ import annotations

import ast
import doctest
import inspect
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from micrograd.tensors import linear
from micrograd.tensors.linear import Bilinear, Linear
from page_programs.plane import number

__all__ = ["Map", "Traced", "maps", "plot", "sample"]

CELL, GAP, LINE, TOP = 26, 46, 7.4, 24  # sizes in the picture
SMALL = 14  # a cell of a matrix
BLUE, GREEN, ORANGE = "#3a93cc", "#009e73", "#d55e00"
OPERANDS, GRADIENTS = "abcdefghijklmno", "pqrstuvwxyz"
MANY = 24  # more numbers than that are no picture


# --- What is drawn: a map of one operand, on a small array ---


@dataclass
class Map:
    """A row as a map of one operand, or of all of them together.

    Attributes
    ----------
    row : Linear
        The row.
    operands : list of array
        What it is applied to; of a product one varies.
    how : dict
        The settings.
    varies : list of int
        Which operands are ``x``.
    A : array
        The matrix, (numbers of z, numbers of x).
    shape : tuple of int
        The shape of z.
    """

    row: Linear
    operands: list[Any]
    how: dict[str, Any]
    varies: list[int]
    A: Any
    shape: tuple[int, ...]

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of what varies."""
        return [self.operands[i].shape for i in self.varies]

    def back(self, g: Any) -> list[Any]:
        """The transpose: gradients of what varies."""
        shapes = [x.shape for x in self.operands]
        kept = [None, *self.operands]
        return [
            self.row.back(i, g, shapes, *kept, **self.how) for i in self.varies
        ]


def sample(row: Linear) -> tuple[list[Any], dict[str, Any]]:
    """The operands and settings of the example in a row's docstring."""
    text = inspect.getdoc(row.compute) or ""
    known = {**vars(linear), row.name: row.compute}
    for example in doctest.DocTestParser().get_examples(text):
        tree = ast.parse(example.source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) == row.name:
                given = [evaluated(one, known) for one in node.args]
                how = {
                    str(one.arg): evaluated(one.value, known)
                    for one in node.keywords
                }
                return [np.asarray(x) for x in given], how
        exec(compile(tree, row.name, "exec"), known)  # noqa: S102
    raise LookupError(f"the docstring of {row.name} calls it in no example")


def name_of(call: ast.Call) -> str:
    """What is called, if it is called by a name."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def evaluated(node: ast.expr, known: dict[str, Any]) -> Any:
    """What an expression of an example stands for."""
    return eval(compile(ast.Expression(node), "example", "eval"), known)


def maps(row: Linear) -> list[Map]:
    """A row as maps: of a product one for each factor."""
    operands, how = sample(row)
    if isinstance(row, Bilinear):
        operands = [counted(x.shape) for x in operands]
        groups = [[i] for i in range(len(operands))]
    else:
        operands = [np.zeros(x.shape) for x in operands]
        groups = [[*range(len(operands))]]
    return [one_map(row, operands, how, group) for group in groups]


def one_map(
    row: Linear, operands: list[Any], how: dict[str, Any], varies: list[int]
) -> Map:
    """Find the matrix: a column is what becomes of a single 1."""
    places = [(i, at) for i in varies for at in range(operands[i].size)]
    columns = []
    for i, at in places:
        given = [np.zeros_like(x) if k in varies else x
                 for k, x in enumerate(operands)]  # fmt: skip
        given[i].reshape(-1)[at] = 1.0
        z = row.compute(*given, **how)
        columns.append(z.reshape(-1))
    found = np.stack(columns, axis=1)
    if found.size > MANY * MANY:
        raise LookupError(f"the example of {row.name} is too large to draw")
    made = Map(row, operands, how, varies, found, z.shape)
    check(made)
    return made


def check(made: Map) -> None:
    """End the build if a transpose is not the transpose."""
    rows = []
    for at in range(len(made.A)):
        g = np.zeros(len(made.A))
        g[at] = 1.0
        parts = made.back(g.reshape(made.shape))
        rows.append(np.concatenate([part.reshape(-1) for part in parts]))
    if not np.array_equal(np.stack(rows), made.A):
        raise ArithmeticError(f"{made.row.name}: its transpose is another map")


def counted(shape: tuple[int, ...]) -> Any:
    """The numbers 1, 2, 3 and so on, in a shape."""
    return 1.0 + np.arange(float(np.prod(shape, dtype=int))).reshape(shape)


# --- What the transpose is made of ---


class Traced:
    """An array that writes down which rows read it.

    Parameters
    ----------
    array : array
        The numbers.
    text : str
        The expression that gave them.
    rows : list of str
        The names of all rows so far; shared.
    """

    def __init__(self, array: Any, text: str, rows: list[str]) -> None:
        self.array, self.text, self.rows = array, text, rows
        self.shape, self.dtype = array.shape, array.dtype

    def __linear__(self, row: Linear, operands: Any, how: Any) -> Traced:
        arrays = [getattr(x, "array", x) for x in operands]
        texts = [getattr(x, "text", "y") for x in operands]
        settings = [f"{name}={word(one)}" for name, one in how.items()]
        self.rows.append(row.name)
        return Traced(
            row.compute(*arrays, **how),
            f"{row.name}({', '.join([*texts, *settings])})",
            self.rows,
        )


def transposed(made: Map) -> tuple[list[str], list[str]]:
    """The transpose on the example: as expressions, and the rows in them."""
    rows: list[str] = []
    g = Traced(np.zeros(made.shape), "g", rows)
    names = ["x", "y"] if isinstance(made.row, Bilinear) else []
    kept = [
        Traced(x, name, rows)
        for x, name in zip(made.operands, names, strict=False)
    ]
    shapes = [x.shape for x in made.operands]
    parts = [
        made.row.back(i, g, shapes, None, *kept, **made.how)
        for i in made.varies
    ]
    return [part.text for part in parts], [*dict.fromkeys(rows)]


def word(thing: Any) -> str:
    """A setting as a program writes it."""
    if isinstance(thing, np.ndarray):
        return str(thing.tolist())
    if isinstance(thing, slice):
        bounds = [thing.start, thing.stop, thing.step]
        texts = ["" if one is None else str(one) for one in bounds]
        return ":".join(texts[:2] if thing.step is None else texts)
    if isinstance(thing, tuple) and any(isinstance(x, slice) for x in thing):
        return f"[{', '.join(map(word, thing))}]"
    return getattr(thing, "__name__", repr(thing))


# --- Letters ---


def letters(n: int, known: str) -> list[str]:
    """Names for numbers."""
    return [*known[:n], *(f"{known[0]}{k}" for k in range(len(known), n))]


def sums(matrix: Any, names: list[str]) -> list[str]:
    """What a matrix makes of letters: ``a+2b``, or 0."""
    return [
        "+".join(
            ("" if times == 1 else number(times)) + name
            for times, name in zip(row, names, strict=True)
            if times
        )
        or "0"
        for row in matrix
    ]


# --- From cells to a picture ---


class Block:
    """An array as cells, and where it stands.

    Parameters
    ----------
    texts : list of str
        What is in the cells.
    shapes : list of tuple of int
        Of one array, or of several below each other.
    colour : str
        Of the frames.
    """

    def __init__(
        self, texts: list[str], shapes: list[tuple[int, ...]], colour: str
    ) -> None:
        self.texts, self.colour = texts, colour
        self.shapes = [shape or (1,) for shape in shapes]
        self.cell = max(CELL, 15 + LINE * max(map(len, texts)))
        self.width = self.cell * max(shape[-1] for shape in self.shapes)
        rows = sum(int(np.prod(s[:-1], dtype=int)) for s in self.shapes)
        self.height = CELL * rows + 6 * (len(self.shapes) - 1)

    def svg(self, left: float, top: float) -> str:
        """The cells."""
        parts, texts, y = [], iter(self.texts), top
        for shape in self.shapes:
            for _ in range(int(np.prod(shape[:-1], dtype=int))):
                for column in range(shape[-1]):
                    x = left + column * self.cell
                    parts.append(self.cell_at(x, y, next(texts)))
                y += CELL
            y += 6
        return "".join(parts)

    def cell_at(self, x: float, y: float, text: str) -> str:
        """One cell."""
        faint = ' opacity="0.45"' if text == "0" else ""
        return (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{self.cell:.1f}" '
            f'height="{CELL}" fill="{self.colour}" fill-opacity="0.13" '
            f'stroke="{self.colour}"/><text x="{x + self.cell / 2:.1f}" '
            f'y="{y + 17.5:.1f}" text-anchor="middle"{faint}>'
            f"{escape(text)}</text>"
        )


def grid(matrix: Any, names: list[str], left: float, top: float) -> str:
    """A matrix as small squares, its columns named."""
    parts = []
    for j, name in enumerate(names):
        x = left + SMALL * (j + 0.5)
        parts.append(
            f'<text x="{x:.1f}" y="{top - 4:.1f}" font-size="10" '
            f'text-anchor="middle" opacity="0.7">{name}</text>'
        )
    for i, row in enumerate(matrix):
        for j, times in enumerate(row):
            x, y = left + SMALL * j, top + SMALL * i
            shade = 0.55 if times else 0.0
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{SMALL}" '
                f'height="{SMALL}" fill="currentColor" '
                f'fill-opacity="{shade if times == 1 else shade / 3:.2f}" '
                'stroke="currentColor" stroke-opacity="0.3"/>'
            )
            if times not in (0, 1):
                parts.append(
                    f'<text x="{x + SMALL / 2:.1f}" y="{y + 10.5:.1f}" '
                    f'font-size="9" text-anchor="middle">{number(times)}'
                    "</text>"
                )
    return "".join(parts)


def arrow(left: float, y: float, words: str, *, back: bool) -> str:
    """From one array to the other."""
    right = left + GAP - 14
    start, end, head = (right, left, 5) if back else (left, right, -5)
    return (
        f'<path d="M{start:.1f} {y:.1f}H{end:.1f}m{head} -4l{-head} 4'
        f'l{head} 4" fill="none" stroke="currentColor" stroke-width="1.4"/>'
        f'<text x="{(left + right) / 2:.1f}" y="{y - 7:.1f}" '
        f'font-style="italic" text-anchor="middle">{words}</text>'
    )


def label(x: float, y: float, text: str) -> str:
    """A line above an array."""
    return f'<text x="{x:.1f}" y="{y:.1f}" opacity="0.8">{text}</text>'


def heading(name: str, shapes: list[tuple[int, ...]]) -> str:
    """What an array is, and its shapes."""
    return f"{name} {' '.join(str(shape) for shape in shapes)}"


@dataclass
class Line:
    """One line of a picture: two arrays, an arrow, a matrix."""

    heads: tuple[str, str]
    arrays: tuple[Block, Block]
    matrix: Any
    names: list[str]
    back: bool

    def widths(self) -> tuple[float, float]:
        """How much room the two arrays need, headings included."""
        first, second = (
            max(block.width, 6.9 * len(head))
            for block, head in zip(self.arrays, self.heads, strict=True)
        )
        return first, second

    def svg(self, second: float, third: float, y: float) -> str:
        """The line, its columns at these places."""
        words, top = "Aᵀ" if self.back else "A", y + TOP
        start = second - GAP + 8
        return "".join(
            [
                label(1, y + 16, self.heads[0]),
                label(second, y + 16, self.heads[1]),
                self.arrays[0].svg(1, top),
                self.arrays[1].svg(second, top),
                arrow(start, top + CELL / 2, words, back=self.back),
                grid(self.matrix, self.names, third, top),
            ]
        )

    @property
    def height(self) -> float:
        """From its top to that of the next."""
        tall = [block.height for block in self.arrays]
        return TOP + 14 + max(*tall, SMALL * len(self.matrix))


def lines_of(made: Map) -> list[Line]:
    """The map, and below it the transpose."""
    xs = letters(made.A.shape[1], OPERANDS)
    gs = letters(made.A.shape[0], GRADIENTS)
    ahead, back = sums(made.A, xs), sums(made.A.T, gs)
    x, z = made.shapes, [made.shape]
    return [
        Line(
            (heading("x", x), heading("z", z)),
            (Block(xs, x, BLUE), Block(ahead, z, GREEN)),
            *(made.A, xs, False),
        ),
        Line(
            (heading("x.grad", x), heading("z.grad", z)),
            (Block(back, x, ORANGE), Block(gs, z, ORANGE)),
            *(made.A.T, gs, True),
        ),
    ]


def plot(made: Map) -> str:
    """The picture of a map as an element of a page."""
    lines = lines_of(made)
    first, second = map(
        max, zip(*(one.widths() for one in lines), strict=True)
    )
    start = first + GAP
    third = start + second + 18
    width = third + SMALL * max(made.A.shape) + 2
    drawn, y = [], 0.0
    for line in lines:
        drawn.append(line.svg(start, third, y))
        y += line.height
    return (
        '<svg class="mg-map" role="img" '
        f'style="max-width: {width / 15:.1f}rem" '
        f'viewBox="0 0 {width:.0f} {y:.0f}" font-size="13" '
        f'fill="currentColor" aria-label="{escape(in_words(made))}">'
        f"{''.join(drawn)}</svg>"
    )


def in_words(made: Map) -> str:
    """The picture for those who do not see it."""
    n, m = made.A.shape[1], made.A.shape[0]
    xs, gs = letters(n, OPERANDS), letters(m, GRADIENTS)
    ahead, back = sums(made.A, xs), sums(made.A.T, gs)
    return (
        f"{made.row.name} makes of {', '.join(xs)} the numbers "
        f"{', '.join(ahead)}. Its transpose makes of the gradients "
        f"{', '.join(gs)} the numbers {', '.join(back)}. Beside them the "
        "matrices of both: one is the other, mirrored."
    )
