"""Steps on arrays in plain NumPy, the derivatives by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np
from programs import tensor_tasks as tasks

Step = Callable[[], float]


def entropy(logits: Any, y: Any) -> tuple[float, Any]:
    """Cross-entropy of classes, and its gradient."""
    n = len(y)
    z = logits - logits.max(1, keepdims=True)
    e = np.exp(z)
    total = e.sum(1, keepdims=True)
    rows = np.arange(n)
    loss = (np.log(total).sum() - z[rows, y].sum()) / n
    e /= total
    e[rows, y] -= 1
    e /= n
    return float(loss), e


def moved(p: list[Any], g: list[Any]) -> None:
    """Gradient descent."""
    for a, slope in zip(p, g, strict=True):
        a -= tasks.RATE * slope


def mlp() -> Step:
    """Two layers and ReLU."""
    p, batches = tasks.mlp_arrays()
    turns = cycle(batches)

    def step() -> float:
        x, y = next(turns)
        a = x @ p[0].T
        a += p[1]
        h = np.maximum(a, 0)
        logits = h @ p[2].T
        logits += p[3]
        loss, d = entropy(logits, y)
        da = d @ p[2]
        da *= a > 0
        ones = np.ones(len(x), np.float32)
        moved(p, [da.T @ x, ones @ da, d.T @ h, ones @ d])
        return loss

    return step


def makemore() -> Step:
    """Embedding, linear, batch norm, tanh, linear."""
    p, batches = tasks.makemore_arrays()
    c, w1, w2, b2, gain, bias = p
    n, turns = tasks.NAMES["batch"], cycle(batches)
    mean_running, std_running = np.zeros_like(gain), np.ones_like(gain)
    rows = np.arange(n * tasks.NAMES["block"])

    def step() -> float:
        x, y = next(turns)
        e = c[x].reshape(n, -1)
        pre = e @ w1
        mean = pre.mean(0, keepdims=True)
        pre -= mean
        std = np.sqrt(np.einsum("ij,ij->j", pre, pre) / (n - 1))[None]
        mean_running[...] = 0.999 * mean_running + 0.001 * mean
        std_running[...] = 0.999 * std_running + 0.001 * std
        pre /= std
        h = np.tanh(gain * pre + bias)
        loss, d = entropy(h @ w2 + b2, y)
        dh = d @ w2.T
        dh *= 1 - h * h
        dn = dh * gain
        along = np.einsum("ij,ij->j", dn, pre) / (n - 1)
        dpre = (dn - dn.mean(0) - pre * along) / std
        hot = np.zeros((27, len(rows)), np.float32)
        hot[x.ravel(), rows] = 1
        de = hot @ (dpre @ w1.T).reshape(len(rows), -1)
        dgain = np.einsum("ij,ij->j", dh, pre)[None]
        moved(p, [de, e.T @ dpre, h.T @ d, d.sum(0), dgain,
                  dh.sum(0, keepdims=True)])  # fmt: skip
        return loss

    return step


# --- The decoder ---


def linear(x: Any, w: Any, b: Any) -> Any:
    """A layer on rows."""
    z = x @ w.T
    z += b
    return z


def linear_back(g: Any, x: Any, w: Any) -> tuple[Any, Any, Any]:
    """The gradients of a layer."""
    return g @ w, g.T @ x, np.ones(len(g), g.dtype) @ g


def norm(x: Any, w: Any, b: Any) -> tuple[Any, Any]:
    """A layer norm, and what its gradient needs."""
    h = x - x.mean(1, keepdims=True)
    square = np.einsum("ij,ij->i", h, h)[:, None] / x.shape[1]
    scale = 1 / np.sqrt(square + 1e-5)
    h *= scale
    z = h * w
    z += b
    return z, (h, scale)


def norm_back(g: Any, w: Any, kept: Any) -> tuple[Any, Any, Any]:
    """The gradients of a layer norm."""
    h, scale = kept
    ones = np.ones(len(g), g.dtype)
    d = g * w
    along = np.einsum("ij,ij->i", d, h)[:, None] / h.shape[1]
    d -= d.mean(1, keepdims=True)
    d -= h * along
    d *= scale
    return d, ones @ (g * h), ones @ g


def decoder() -> Step:
    """Two blocks; activations as rows, (batch * block, width)."""
    p, batches = tasks.decoder_arrays()
    turns = cycle(batches)
    b, t, heads = tasks.ROWS, tasks.BLOCK, tasks.HEADS
    size, rows = tasks.WIDTH // heads, b * t
    mask = np.where(np.tri(t, dtype=bool), 0, -np.inf).astype(np.float32)
    by = np.float32(size**-0.5)

    def split(x: Any) -> Any:
        return x.reshape(b, t, heads, size).swapaxes(1, 2)

    def join(x: Any) -> Any:
        return x.swapaxes(1, 2).reshape(rows, -1)

    def attend(n: Any, w: list[Any]) -> tuple[Any, Any]:
        q, k, v = [split(linear(n, *w[i : i + 2])) for i in (0, 2, 4)]
        a = q @ k.swapaxes(2, 3)
        a *= by
        a += mask
        a -= a.max(3, keepdims=True)
        np.exp(a, out=a)
        a /= a.sum(3, keepdims=True)
        return join(a @ v), (q, k, v, a)

    def attend_back(g: Any, n: Any, w: list[Any], kept: Any) -> Any:
        q, k, v, a = kept
        g = split(g)
        dv = join(a.swapaxes(2, 3) @ g)
        da = g @ v.swapaxes(2, 3)
        da -= np.einsum("...i,...i->...", da, a)[..., None]
        da *= a
        da *= by
        parts = join(da @ k), join(da.swapaxes(2, 3) @ q), dv
        found = [
            linear_back(d, n, one)
            for d, one in zip(parts, w[::2], strict=True)
        ]
        whole = found[0][0] + found[1][0] + found[2][0]
        return whole, [x for one in found for x in one[1:]]

    def forward(x: Any) -> tuple[Any, list[Any]]:
        h = (p[0][x] + p[1]).reshape(rows, -1)
        kept = []
        for i in range(tasks.LAYERS):
            w1, b1, *wa, wo, bo, w2, b2, w3, b3, w4, b4 = p[
                2 + 16 * i : 18 + 16 * i
            ]
            n1, k1 = norm(h, w1, b1)
            a, ka = attend(n1, wa)
            h = h + linear(a, wo, bo)
            n2, k2 = norm(h, w2, b2)
            u = linear(n2, w3, b3)
            r = np.maximum(u, 0)
            h = h + linear(r, w4, b4)
            kept.append((n1, k1, a, ka, n2, k2, u, r))
        return norm(h, p[-4], p[-3]), kept

    def step() -> float:
        x, y = next(turns)
        (n, kn), kept = forward(x)
        loss, d = entropy(linear(n, p[-2], p[-1]), y.ravel())
        g, *head = linear_back(d, n, p[-2])
        g, *last = norm_back(g, p[-4], kn)
        grads = [*last, *head]
        for i in reversed(range(tasks.LAYERS)):
            w1, _, *wa, wo, _, w2, _, wu, _, wd, _ = p[
                2 + 16 * i : 18 + 16 * i
            ]
            n1, k1, a, ka, n2, k2, u, r = kept[i]
            du, *down = linear_back(g, r, wd)
            du *= u > 0
            d, *up = linear_back(du, n2, wu)
            d, *norm2 = norm_back(d, w2, k2)
            g = g + d
            d, *out = linear_back(g, a, wo)
            d, every = attend_back(d, n1, wa, ka)
            d, *norm1 = norm_back(d, w1, k1)
            g = g + d
            grads = [*norm1, *every, *out, *norm2, *up, *down, *grads]
        hot = np.zeros((len(p[0]), rows), np.float32)
        hot[x.ravel(), np.arange(rows)] = 1
        places = g.reshape(b, t, -1).sum(0)
        moved(p, [hot @ g, places, *grads])
        return loss

    return step
