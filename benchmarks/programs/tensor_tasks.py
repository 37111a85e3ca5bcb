"""Steps on tensors, written once for PyTorch and for ours.

Each function takes the module, ``torch`` or ``micrograd.tensors``, and
gives the loss as a function of one batch, the parameters and the batches.
All numbers come from one generator of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

RATE = 0.01
BATCH, INPUTS, HIDDEN, CLASSES = 128, 784, 512, 10
WIDTH, HEADS, BLOCK, ROWS, TOKENS, LAYERS = 64, 4, 64, 16, 65, 2
NAMES = {"batch": 32, "embedding": 10, "hidden": 200, "block": 3}
BATCHES = 4


class Task(NamedTuple):
    """One thing to train."""

    loss: Callable[..., Any]
    parameters: list[Any]
    batches: list[Any]


def rng() -> np.random.Generator:
    """The same numbers for everybody."""
    return np.random.default_rng(42)


def normal(draw: np.random.Generator, *shape: int, size: float = 1.0) -> Any:
    """Normal numbers in single precision."""
    return (draw.standard_normal(shape) * size).astype(np.float32)


def mlp_arrays() -> tuple[list[Any], list[Any]]:
    """Weights as PyTorch arranges them, and batches."""
    draw = rng()
    p = [
        normal(draw, HIDDEN, INPUTS, size=INPUTS**-0.5),
        np.zeros(HIDDEN, np.float32),
        normal(draw, CLASSES, HIDDEN, size=HIDDEN**-0.5),
        np.zeros(CLASSES, np.float32),
    ]
    batches = [
        (normal(draw, BATCH, INPUTS), draw.integers(0, CLASSES, BATCH))
        for _ in range(BATCHES)
    ]
    return p, batches


def makemore_arrays() -> tuple[list[Any], list[Any]]:
    """The embedding, two layers and the batch norm of lecture 4."""
    draw = rng()
    n, h = NAMES["embedding"], NAMES["hidden"]
    fan = NAMES["block"] * n
    p = [
        normal(draw, 27, n),
        normal(draw, fan, h, size=5 / 3 * fan**-0.5),
        normal(draw, h, 27, size=0.01),
        np.zeros(27, np.float32),
        np.ones((1, h), np.float32),
        np.zeros((1, h), np.float32),
    ]
    batches = [
        (
            draw.integers(0, 27, (NAMES["batch"], NAMES["block"])),
            draw.integers(0, 27, NAMES["batch"]),
        )
        for _ in range(BATCHES)
    ]
    return p, batches


def decoder_arrays() -> tuple[list[Any], list[Any]]:
    """Embeddings, blocks of sixteen arrays, the last norm and the head."""
    draw = rng()

    def weights(out: int, inputs: int) -> list[Any]:
        size = inputs**-0.5
        return [
            normal(draw, out, inputs, size=size), np.zeros(out, np.float32)
        ]  # fmt: skip

    def norm() -> list[Any]:
        return [np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)]

    p = [
        normal(draw, TOKENS, WIDTH, size=0.1),
        normal(draw, BLOCK, WIDTH, size=0.1),
    ]
    for _ in range(LAYERS):
        p += norm()
        for _ in range(4):  # queries, keys, values; and out
            p += weights(WIDTH, WIDTH)
        p += norm()
        p += weights(4 * WIDTH, WIDTH)
        p += weights(WIDTH, 4 * WIDTH)
    p += norm()
    p += weights(TOKENS, WIDTH)
    batches = [
        tuple(draw.integers(0, TOKENS, (2, ROWS, BLOCK)))
        for _ in range(BATCHES)
    ]
    return p, batches


def made(torch: Any, arrays: tuple[list[Any], list[Any]]) -> Any:
    """Parameters and batches as tensors."""
    p = [torch.tensor(a) for a in arrays[0]]
    for one in p:
        one.requires_grad = True
    return p, [tuple(map(torch.tensor, batch)) for batch in arrays[1]]


def mlp(torch: Any) -> Task:
    """784 inputs, 512 of them hidden, 10 classes, 128 at a time."""
    f = torch.nn.functional
    p, batches = made(torch, mlp_arrays())
    w1, b1, w2, b2 = p

    def loss(x: Any, y: Any) -> Any:
        h = f.relu(f.linear(x, w1, b1))
        return f.cross_entropy(f.linear(h, w2, b2), y)

    return Task(loss, p, batches)


def makemore(torch: Any) -> Task:
    """The step of lecture 4's notebook, with its batch norm."""
    f = torch.nn.functional
    p, batches = made(torch, makemore_arrays())
    c, w1, w2, b2, gain, bias = p
    mean_running = torch.zeros((1, NAMES["hidden"]))
    std_running = torch.ones((1, NAMES["hidden"]))

    def loss(x: Any, y: Any) -> Any:
        emb = c[x]
        embcat = emb.view(emb.shape[0], -1)
        hpreact = embcat @ w1
        mean = hpreact.mean(0, keepdim=True)
        std = hpreact.std(0, keepdim=True)
        hpreact = gain * (hpreact - mean) / std + bias
        with torch.no_grad():
            mean_running.copy_(0.999 * mean_running + 0.001 * mean)
            std_running.copy_(0.999 * std_running + 0.001 * std)
        logits = torch.tanh(hpreact) @ w2 + b2
        return f.cross_entropy(logits, y)

    return Task(loss, p, batches)


def decoder(torch: Any) -> Task:
    """A small GPT on random text."""
    f = torch.nn.functional
    p, batches = made(torch, decoder_arrays())
    keep = torch.tril(torch.ones(BLOCK, BLOCK)) == 0
    size = WIDTH // HEADS

    def attention(x: Any, rest: Any) -> Any:
        q, k, v = [
            f.linear(x, next(rest), next(rest))
            .view(ROWS, BLOCK, HEADS, size)
            .transpose(1, 2)
            for _ in range(3)
        ]
        scores = (q @ k.transpose(-2, -1)) * size**-0.5
        weights = f.softmax(scores.masked_fill(keep, float("-inf")), -1)
        return (weights @ v).transpose(1, 2).reshape(ROWS, BLOCK, WIDTH)

    def loss(x: Any, y: Any) -> Any:
        rest = iter(p[2:])
        h = p[0][x] + p[1]
        for _ in range(LAYERS):
            n = f.layer_norm(h, (WIDTH,), next(rest), next(rest))
            a = attention(n, rest)
            h = h + f.linear(a, next(rest), next(rest))
            n = f.layer_norm(h, (WIDTH,), next(rest), next(rest))
            u = f.relu(f.linear(n, next(rest), next(rest)))
            h = h + f.linear(u, next(rest), next(rest))
        n = f.layer_norm(h, (WIDTH,), next(rest), next(rest))
        logits = f.linear(n, next(rest), next(rest))
        return f.cross_entropy(logits.view(-1, TOKENS), y.view(-1))

    return Task(loss, p, batches)


def conv(torch: Any) -> Task:
    """64 images of 16 channels, 14 x 14, times 32 kernels of 3 x 3."""
    f, draw = torch.nn.functional, rng()
    arrays = [
        normal(draw, 64, 16, 14, 14), normal(draw, 32, 16, 3, 3, size=0.1)
    ]  # fmt: skip
    p, _ = made(torch, (arrays, []))
    x, w = p

    def loss() -> Any:
        return f.conv2d(x, w, padding=1).mean()

    return Task(loss, p, [()])


def node(torch: Any) -> Task:
    """A hundred operations on 8 x 8 arrays."""
    draw = rng()
    arrays = [normal(draw, 8, 8), normal(draw, 8, 8, size=0.1)]
    arrays.append(normal(draw, 8))
    p, _ = made(torch, (arrays, []))
    x, c, bias = p

    def loss() -> Any:
        y = x
        for _ in range(20):
            y = torch.tanh(y * 1.01 + bias) @ c
            y = y + x
        return y.sum()

    return Task(loss, p, [()])


TASKS = {
    "mlp": mlp, "makemore": makemore, "decoder": decoder, "conv": conv,
    "node": node,
}  # fmt: skip
