"""Draws the README's picture: ``python3 noxfile.py -s picture``.

The file is kept in the tree, because a README is read where nothing can be
drawn; it holds its own colours for light and dark pages.
"""

from __future__ import annotations

from pathlib import Path

from micrograd import Value
from micrograd.draw import Graph, draw_dot

PICTURE = Path(__file__).parents[1] / "_static" / "readme.svg"


def neuron() -> Graph:
    """A neuron with one input, after its backward pass."""
    x = Value(2.0, label="x")
    w = Value(-0.5, label="w")
    b = Value(1.5, label="b")
    y = (w * x + b).tanh()
    y.label = "y"
    y.backward()
    return draw_dot(y, parameters=[w, b])


if __name__ == "__main__":
    neuron().save(PICTURE)
