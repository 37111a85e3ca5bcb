"""A GPT on single numbers learns first names: python gpt.py names.txt.

At each position the model has seen the letters so far, and says how probable
each letter is to come next.  Everything is sums, products and a few functions
of numbers, so the engine can differentiate it, and the compiler record it.

Sources: [Karpathy2026]_, for the model; [Vaswani2017]_, for attention.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import micrograd
from micrograd import Value, no_grad
from micrograd.functions import dot, log_softmax, rms_norm, softmax
from micrograd.optim import Adam, linear

Row: TypeAlias = list[Any]  # of numbers or Values

# --- Names as numbers ---

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # the dot begins and ends a name


def one_hot(letter: str) -> Row:
    """A row for each letter: 1 at its place, else 0."""
    return [float(letter == other) for other in LETTERS]


def rows_of(name: str, size: int) -> list[Row]:
    """A name between dots; then rows of zeros, which are no letter.

    One recording has so many positions, and serves all names.
    """
    rows = [one_hot(letter) for letter in f".{name}."]
    return rows + [one_hot("")] * (size - len(rows))


# --- The model ---

WIDTH, HEADS, WINDOW = 16, 4, 16  # numbers of a letter; heads; positions
SIZE = WIDTH // HEADS  # of a head
SHAPES = {
    "token": (len(LETTERS), WIDTH),
    "position": (WINDOW, WIDTH),
    "query": (WIDTH, WIDTH),
    "key": (WIDTH, WIDTH),
    "value": (WIDTH, WIDTH),
    "join": (WIDTH, WIDTH),
    "up": (4 * WIDTH, WIDTH),
    "down": (WIDTH, 4 * WIDTH),
    "last": (len(LETTERS), WIDTH),
}


class Model:
    """Nine matrices of parameters, drawn from a bell curve."""

    def __init__(self, rng: Any) -> None:
        self.matrices = {
            name: [
                [Value(rng.gauss(0.0, 0.08)) for _ in range(columns)]
                for _ in range(rows)
            ]
            for name, (rows, columns) in SHAPES.items()
        }

    def parameters(self) -> list[Value]:
        """All numbers of all matrices."""
        matrices = self.matrices.values()
        return [p for matrix in matrices for row in matrix for p in row]


def times(matrix: list[Row], x: Row) -> Row:
    """A matrix times a vector."""
    return [dot(row, x) for row in matrix]


def plus(x: Row, y: Row) -> Row:
    """A sum of vectors."""
    return [a + b for a, b in zip(x, y)]


def norm(x: Row) -> Row:
    """A vector of mean square 1."""
    return rms_norm(x, eps=1e-5)


class Position:
    """One letter, read with the letters before it: all that is computed."""

    def __init__(self, model: Model, letter: Row, before: list[Any]) -> None:
        m, i = model.matrices, len(before)
        embedded = times([list(x) for x in zip(*m["token"])], letter)
        self.embedded = plus(embedded, m["position"][i])
        x = norm(self.embedded)
        self.normed = norm(x)
        self.query = times(m["query"], self.normed)
        self.key = times(m["key"], self.normed)
        self.value = times(m["value"], self.normed)
        self.weights: list[Row] = []  # of each head, for each position
        self.seen = self.attention([*before, self])
        x = plus(x, times(m["join"], self.seen))
        self.wide = [z.relu() for z in times(m["up"], norm(x))]
        self.found = plus(x, times(m["down"], self.wide))
        self.scores = times(m["last"], self.found)

    def attention(self, positions: list[Any]) -> Row:
        """Each head looks back at the positions so far."""
        seen: Row = []
        for start in range(0, WIDTH, SIZE):
            s = slice(start, start + SIZE)
            scores = [dot(self.query[s], p.key[s]) for p in positions]
            weights = softmax([x / SIZE**0.5 for x in scores])
            columns = zip(*[p.value[s] for p in positions])
            seen += [dot(weights, column) for column in columns]
            self.weights.append(weights)
        return seen


def read(model: Model, letters: list[Row]) -> list[Position]:
    """All positions, from the first to the last."""
    positions: list[Position] = []
    for letter in letters:
        positions.append(Position(model, letter, positions))
    return positions


# --- Learning ---


def surprise(positions: list[Position], letters: list[Row]) -> Any:
    """Minus log p of each letter that came; rows of zeros add nothing."""
    pairs = zip(positions, letters)
    return -sum(dot(x, log_softmax(p.scores)) for p, x in pairs)


def loss_of(model: Model, rows: list[Row], count: Any) -> Any:
    """Mean surprise at the `count` letters of a name."""
    return surprise(read(model, rows[:-1]), rows[1:]) / count


def trained_by(model: Model, steps: int) -> Adam:
    """An optimiser whose learning rate falls to 0."""
    falling = linear(0.01, 0.0, steps)
    return Adam(model.parameters(), lr=falling, betas=(0.85, 0.99))


def invent(model: Model, rng: Any, longest: int, heat: float = 0.6) -> str:
    """Draw letters by their probability until the dot; less heat is safer."""
    positions: list[Position] = []
    name, letter = "", "."
    while len(name) < longest:
        positions.append(Position(model, one_hot(letter), positions))
        chances = softmax([z.data / heat for z in positions[-1].scores])
        (letter,) = rng.choices(LETTERS, chances)
        if letter == ".":
            break
        name += letter
    return name


def main(path: str, steps: int = 5000) -> None:
    """Train on a list of names, one a line, and make some up."""
    names = Path(path).read_text("utf-8").split()
    longest = max(map(len, names))
    rng = Random(42)
    model = Model(rng)
    step = micrograd.compile(
        lambda rows, count: loss_of(model, rows, count),
        trained_by(model, steps),
    )
    for k in range(steps):
        name = names[k % len(names)]
        loss = step(rows_of(name, longest + 2), len(name) + 1.0)
        if (k + 1) % (steps // 10) == 0:
            with no_grad():
                made = [invent(model, rng, longest) for _ in range(6)]
            print(f"step {k + 1}: loss {loss:.3f}", *made)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
