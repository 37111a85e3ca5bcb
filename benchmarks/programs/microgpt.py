"""A small GPT in scalar arithmetic, one name a step.

One layer, embeddings of 16 numbers, 4 heads, at most 16 positions,
root-mean-square norm, an MLP four times as wide with ReLU, no biases: 4,192
parameters.  A letter enters as a row that is 1 at its number, so that the
recording of one name serves all names of its length.

Sources: [Karpathy2026]_, for the model.
"""

from __future__ import annotations

from typing import Any

from micrograd import Value
from micrograd.functions import dot, log_softmax, mean, rms_norm, softmax

Row = list[Any]
WIDTH, HEADS, BLOCK, TOKENS = 16, 4, 16, 27
EPSILON = 1e-5
SHAPES = {
    "token": (TOKENS, WIDTH),
    "position": (BLOCK, WIDTH),
    "query": (WIDTH, WIDTH),
    "key": (WIDTH, WIDTH),
    "value": (WIDTH, WIDTH),
    "join": (WIDTH, WIDTH),
    "up": (4 * WIDTH, WIDTH),
    "down": (WIDTH, 4 * WIDTH),
    "head": (TOKENS, WIDTH),
}
NAMES = ("albert", "daniel", "sophia", "yvonne")


def tokens(name: str) -> list[int]:
    """The numbers of the letters, with a 0 at either end."""
    return [0, *(ord(letter) - ord("a") + 1 for letter in name), 0]


def one_hot(name: str) -> list[list[float]]:
    """For each letter a row that is 1 at its number."""
    return [[float(k == t) for k in range(TOKENS)] for t in tokens(name)]


def linear(matrix: list[Row], x: Row) -> Row:
    """A matrix times a vector."""
    return [dot(row, x) for row in matrix]


def norm(x: Row) -> Row:
    """A vector of mean square 1."""
    return rms_norm(x, eps=EPSILON)


def add(x: Row, y: Row) -> Row:
    """A sum of vectors."""
    return [a + b for a, b in zip(x, y, strict=True)]


class Model:
    """The matrices, drawn from a bell curve."""

    def __init__(self, rng: Any) -> None:
        self.matrices = {
            name: [
                [Value(rng.gauss(0.0, 0.08)) for _ in range(columns)]
                for _ in range(rows)
            ]
            for name, (rows, columns) in SHAPES.items()
        }

    def parameters(self) -> list[Any]:
        """All numbers of all matrices."""
        matrices = self.matrices.values()
        return [p for matrix in matrices for row in matrix for p in row]

    def attention(self, x: Row, keys: list[Row], values: list[Row]) -> Row:
        """Each head looks back at the positions so far."""
        m, size = self.matrices, WIDTH // HEADS
        query = linear(m["query"], x)
        keys.append(linear(m["key"], x))
        values.append(linear(m["value"], x))
        seen = []
        for head in range(HEADS):
            s = slice(head * size, (head + 1) * size)
            scores = [dot(query[s], key[s]) * size**-0.5 for key in keys]
            weights = softmax(scores)
            columns = zip(*(value[s] for value in values), strict=True)
            seen += [dot(weights, column) for column in columns]
        return linear(m["join"], seen)

    def logits(
        self, token: Row, i: int, keys: list[Row], values: list[Row]
    ) -> Row:
        """A score for each letter that may come next."""
        m = self.matrices
        embedded = linear(list(zip(*m["token"], strict=True)), token)
        x = norm(add(embedded, m["position"][i]))
        x = add(x, self.attention(norm(x), keys, values))
        wide = [z.relu() for z in linear(m["up"], norm(x))]
        return linear(m["head"], add(x, linear(m["down"], wide)))

    def loss(self, rows: list[Row]) -> Any:
        """Mean surprise over the letters of one name."""
        keys: list[Row] = []
        values: list[Row] = []
        surprises = []
        for i in range(len(rows) - 1):
            logits = self.logits(rows[i], i, keys, values)
            surprises.append(-dot(rows[i + 1], log_softmax(logits)))
        return mean(surprises)
