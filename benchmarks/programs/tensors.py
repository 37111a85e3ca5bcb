"""Steps on tensors: ours, PyTorch, JAX, and NumPy by hand.

Seconds are those of the process, which other programs on the machine
disturb less than those of a clock.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from itertools import cycle
from time import process_time
from typing import Any

from programs.stepping import keep_to_one_core

Step = Callable[[], Any]


def ours(task: str, how: str) -> Step:
    """Our step: eager, or compiled to NumPy."""
    from programs.tensor_tasks import RATE, TASKS

    import micrograd
    from micrograd import tensors

    tensors.libraries.keep_memory()
    made = TASKS[task](tensors)
    if how == "eager":
        return plain(made)
    batches = cycle(made.batches)
    optimizer = tensors.optim.SGD(made.parameters, lr=RATE)
    reader = {"replay": "python", "loops": "native"}[how]
    step = micrograd.compile(made.loss, optimizer, reader=reader)
    return lambda: step(*next(batches))


def theirs(task: str) -> Step:
    """PyTorch's eager step."""
    import torch
    from programs.tensor_tasks import TASKS

    torch.set_num_threads(1)
    return plain(TASKS[task](torch))


def plain(task: Any) -> Step:
    """A step as the course writes it."""
    from programs.tensor_tasks import RATE

    batches = cycle(task.batches)

    def step() -> float:
        loss = task.loss(*next(batches))
        for p in task.parameters:
            p.grad = None
        loss.backward()
        for p in task.parameters:
            p.data += -RATE * p.grad
        return loss.item()

    return step


# --- JAX ---


def jax(task: str) -> Step:
    """The whole step as one compiled function."""
    import jax
    import jax.numpy as jnp
    from programs import tensor_tasks as tasks

    loss, made = {
        "mlp": (_mlp_jax, tasks.mlp_arrays),
        "makemore": (_makemore_jax, tasks.makemore_arrays),
        "decoder": (_decoder_jax, tasks.decoder_arrays),
    }[task]
    p, batches = made()
    held = {"p": [jnp.asarray(a) for a in p], "more": jnp.zeros(())}
    if task == "makemore":
        hidden = tasks.NAMES["hidden"]
        held["more"] = jnp.zeros((2, 1, hidden)).at[1].set(1.0)

    @jax.jit
    def whole(p: Any, more: Any, x: Any, y: Any) -> Any:
        found = jax.value_and_grad(loss, has_aux=True)(p, more, x, y)
        (value, more), g = found
        moved = [a - tasks.RATE * b for a, b in zip(p, g, strict=True)]
        return value, moved, more

    turns = cycle(batches)

    def step() -> float:
        value, held["p"], held["more"] = whole(
            held["p"], held["more"], *next(turns)
        )
        return float(value)

    return step


def _entropy_jax(logits: Any, y: Any) -> Any:
    import jax
    import jax.numpy as jnp

    logs = jax.nn.log_softmax(logits)
    return -logs[jnp.arange(len(y)), y].mean()


def _mlp_jax(p: Any, more: Any, x: Any, y: Any) -> Any:
    import jax

    h = jax.nn.relu(x @ p[0].T + p[1])
    return _entropy_jax(h @ p[2].T + p[3], y), more


def _makemore_jax(p: Any, more: Any, x: Any, y: Any) -> Any:
    import jax.numpy as jnp
    from jax.lax import stop_gradient

    h = p[0][x].reshape(len(x), -1) @ p[1]
    mean, std = h.mean(0, keepdims=True), h.std(0, keepdims=True, ddof=1)
    new = 0.999 * more + 0.001 * stop_gradient(jnp.stack([mean, std]))
    h = jnp.tanh(p[4] * (h - mean) / std + p[5])
    return _entropy_jax(h @ p[2] + p[3], y), new


def _norm_jax(x: Any, w: Any, b: Any) -> Any:
    import jax.numpy as jnp

    d = x - x.mean(-1, keepdims=True)
    return d / jnp.sqrt((d * d).mean(-1, keepdims=True) + 1e-5) * w + b


def _decoder_jax(p: Any, more: Any, x: Any, y: Any) -> Any:
    import jax
    import jax.numpy as jnp
    from programs.tensor_tasks import BLOCK, HEADS, LAYERS, ROWS, WIDTH

    size, rest = WIDTH // HEADS, iter(p[2:])
    past = jnp.tril(jnp.ones((BLOCK, BLOCK), bool))
    h = p[0][x] + p[1]
    for _ in range(LAYERS):
        n = _norm_jax(h, next(rest), next(rest))
        q, k, v = [
            (n @ next(rest).T + next(rest))
            .reshape(ROWS, BLOCK, HEADS, size)
            .swapaxes(1, 2)
            for _ in range(3)
        ]
        scores = q @ k.swapaxes(-2, -1) * size**-0.5
        weights = jax.nn.softmax(jnp.where(past, scores, -jnp.inf))
        a = (weights @ v).swapaxes(1, 2).reshape(ROWS, BLOCK, WIDTH)
        h = h + a @ next(rest).T + next(rest)
        n = _norm_jax(h, next(rest), next(rest))
        u = jax.nn.relu(n @ next(rest).T + next(rest))
        h = h + u @ next(rest).T + next(rest)
    n = _norm_jax(h, next(rest), next(rest))
    logits = n @ next(rest).T + next(rest)
    return _entropy_jax(logits.reshape(-1, p[0].shape[0]), y.ravel()), more


# --- NumPy by hand ---


def by_hand(task: str) -> Step:
    """What one writes after deriving it on paper."""
    from programs import tensors_by_hand

    from micrograd import tensors

    tensors.libraries.keep_memory()
    step: Step = getattr(tensors_by_hand, task)()
    return step


def measure(
    system: str, task: str, steps: int, check: int
) -> Iterator[dict[str, Any]]:
    """Train; a round is some steps of it.

    Parameters
    ----------
    system : {"eager", "replay", "loops", "PyTorch", "JAX", "NumPy"}
        Whose step.
    task : str
        One of :data:`programs.tensor_tasks.TASKS`.
    steps : int
        Steps in a round.
    check : int
        The step whose loss is compared, counted from 1.
    """
    keep_to_one_core()
    makers: dict[str, Callable[[str], Step]] = {
        "PyTorch": theirs, "JAX": jax, "NumPy": by_hand,
    }  # fmt: skip
    make = makers.get(system, lambda task: ours(task, system))
    step = make(task)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loss = [float(step()) for _ in range(check)][-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    while True:
        start = process_time()
        for _ in range(steps):
            step()
        seconds = (process_time() - start) / steps
        yield {"seconds": seconds, "loss": loss, "peak": peak / 1024}
