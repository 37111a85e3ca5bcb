"""Level lines and bands of a function known on a grid.

Each cell of the grid is cut into two triangles; on a triangle the function
is taken to be flat, so a level line is straight there.  A band, the places
between two levels, is a part of each triangle; sides that two parts share
are left out, and the rest is chained into outlines.

Notation: `xs`, `ys` the places along the sides; `z[j][i]` the height at
``(xs[i], ys[j])``; a corner is ``(x, y, height)``.

Sources: the method is that of marching triangles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["band", "line"]

Corner = tuple[float, float, float]
Point = tuple[float, float]
Heights = Sequence[Sequence[float]]


def triangles(
    xs: Sequence[float], ys: Sequence[float], z: Heights
) -> Iterator[tuple[Corner, Corner, Corner]]:
    """Two triangles for each cell of the grid, in one sense of rotation."""
    for j in range(len(ys) - 1):
        for i in range(len(xs) - 1):
            a = (xs[i], ys[j], z[j][i])
            b = (xs[i + 1], ys[j], z[j][i + 1])
            c = (xs[i + 1], ys[j + 1], z[j + 1][i + 1])
            d = (xs[i], ys[j + 1], z[j + 1][i])
            yield from (
                ((a, b, c), (a, c, d))
                if (i + j) % 2
                else (
                    (a, b, d),
                    (b, c, d),
                )
            )


def crossing(one: Corner, other: Corner, level: float) -> Corner:
    """Where the side between two corners has this height.

    The same side gives the same point from both of its triangles.
    """
    low, high = sorted((one, other))
    share = (level - low[2]) / (high[2] - low[2])
    x = low[0] + share * (high[0] - low[0])
    y = low[1] + share * (high[1] - low[1])
    return x, y, level


def line(
    xs: Sequence[float], ys: Sequence[float], z: Heights, level: float
) -> list[list[Point]]:
    """The places of one height, as chains of points.

    Examples
    --------
    >>> line([0.0, 1.0], [0.0, 1.0], [[0.0, 1.0], [0.0, 1.0]], 0.5)
    [[(0.5, 1.0), (0.5, 0.5), (0.5, 0.0)]]
    """
    pieces = []
    for corners in triangles(xs, ys, z):
        ends = []
        for one, other in zip(corners, (*corners[1:], corners[0])):
            if (one[2] < level) != (other[2] < level):
                x, y, _ = crossing(one, other, level)
                ends.append((x, y, one[2] < level))
        if len(ends) == 2:
            # Uphill first, so that neighbours run in the same sense.
            ends.sort(key=lambda end: end[2])
            pieces.append((ends[0][:2], ends[1][:2]))
    return chained(pieces)


def band(
    xs: Sequence[float],
    ys: Sequence[float],
    z: Heights,
    low: float,
    high: float,
) -> list[list[Point]]:
    """The outlines of where the height is from `low` to `high`.

    Examples
    --------
    >>> square = [0.0, 1.0], [0.0, 1.0], [[0.0, 1.0], [0.0, 1.0]]
    >>> sorted(set(band(*square, 0.5, 2.0)[0]))
    [(0.5, 0.0), (0.5, 0.5), (0.5, 1.0), (1.0, 0.0), (1.0, 1.0)]
    """
    sides: dict[tuple[Point, Point], None] = {}
    for corners in triangles(xs, ys, z):
        part = _above(corners, low)
        part = _above([(x, y, -h) for x, y, h in part], -high)
        points = [(x, y) for x, y, _ in part]
        for one, other in zip(points, points[1:] + points[:1]):
            if (other, one) in sides:
                del sides[other, one]
            elif one != other:
                sides[one, other] = None
    return chained(sides)


def _above(corners: Iterable[Corner], level: float) -> list[Corner]:
    """The part of a polygon that is not below a height."""
    corners = list(corners)
    part: list[Corner] = []
    for one, other in zip(corners, corners[1:] + corners[:1]):
        if one[2] >= level:
            part.append(one)
        if (one[2] < level) != (other[2] < level):
            part.append(crossing(one, other, level))
    return part


def chained(pieces: Iterable[tuple[Point, Point]]) -> list[list[Point]]:
    """Directed pieces put together, end to beginning."""
    after: dict[Point, list[Point]] = {}
    ends: dict[Point, int] = {}
    for one, other in pieces:
        after.setdefault(one, []).append(other)
        ends[other] = ends.get(other, 0) + 1
    # Open chains begin where nothing ends; what is left then is closed.
    open_first = sorted(after, key=lambda point: point in ends)
    return list(_walks(after, open_first))


def _walks(
    after: dict[Point, list[Point]], starts: Iterable[Point]
) -> Iterator[list[Point]]:
    for start in starts:
        while after.get(start):
            chain = [start]
            while after.get(chain[-1]):
                chain.append(after[chain[-1]].pop())
            yield chain
