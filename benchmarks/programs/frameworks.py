"""The tasks on arrays: our tensors, PyTorch, JAX and NumPy by hand.

Each is written as a user of that system would write it: the whole batch at
once, the positions of a name at once, in double precision.  All start from
the numbers of our model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from programs import microgpt
from programs.stepping import keep_to_one_core, rounds

Step = Callable[[], float]


def layers(model: Any) -> list[Any]:
    """Weights and biases of an MLP as arrays (inputs, outputs), (outputs,)."""
    import numpy as np

    found = []
    for layer in model.layers:
        weights = [[w.data for w in n.w] for n in layer.neurons]
        found.append(np.array(weights).T.copy())
        found.append(np.array([n.b.data for n in layer.neurons]))
    return found


def matrices(model: Any) -> list[Any]:
    """The matrices of the small GPT."""
    import numpy as np

    return [
        np.array([[p.data for p in row] for row in matrix])
        for matrix in model.matrices.values()
    ]


def batch(task: Any) -> tuple[Any, Any]:
    """The one batch of a task as two arrays."""
    import numpy as np

    x, y = task.arguments[0]
    return np.array(x), np.array(y, dtype=float)


# --- PyTorch ---


def torch_moons(task: Any) -> Step:
    """Eager, with the SGD of the framework."""
    import torch
    from programs.tasks import moons_rate

    x, y = map(torch.from_numpy, batch(task))
    p = [torch.from_numpy(a).requires_grad_() for a in layers(task.model)]
    optimizer = torch.optim.SGD(p, lr=1.0)
    schedule = iter(range(10**9))

    def step() -> float:
        optimizer.param_groups[0]["lr"] = moons_rate(next(schedule))
        h = torch.relu(torch.addmm(p[1], x, p[0]))
        h = torch.relu(torch.addmm(p[3], h, p[2]))
        score = torch.addmm(p[5], h, p[4])[:, 0]
        loss = torch.relu(1 - y * score).mean()
        loss = loss + 1e-4 * sum((a * a).sum() for a in p)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def torch_yin_yang(task: Any) -> Step:
    """Eager, with the AdamW of the framework."""
    import torch
    from programs.tasks import ADAMW

    x, right = map(torch.from_numpy, batch(task))
    y = right.argmax(1)
    p = [torch.from_numpy(a).requires_grad_() for a in layers(task.model)]
    optimizer = torch.optim.AdamW(p, **ADAMW)

    def step() -> float:
        h = torch.tanh(torch.addmm(p[1], x, p[0]))
        logits = torch.addmm(p[3], h, p[2])
        loss = torch.nn.functional.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def torch_microgpt(task: Any) -> Step:
    """Eager, all positions of a name at once, with the framework's Adam."""
    import torch
    from programs.tasks import BETAS, gpt_rate
    from torch.nn import functional as f

    p = [torch.from_numpy(a).requires_grad_() for a in matrices(task.model)]
    token, position, query, key, value, join, up, down, head = p
    names = cycle([torch.tensor(microgpt.tokens(n)) for n in microgpt.NAMES])
    optimizer = torch.optim.Adam(p, lr=1.0, betas=BETAS)
    schedule = iter(range(10**9))

    def norm(x: Any) -> Any:
        return f.rms_norm(x, (microgpt.WIDTH,), eps=microgpt.EPSILON)

    def heads(x: Any) -> Any:
        return x.view(len(x), microgpt.HEADS, -1).transpose(0, 1)

    def step() -> float:
        optimizer.param_groups[0]["lr"] = gpt_rate(next(schedule))
        t = next(names)
        n = len(t) - 1
        x = norm(token[t[:-1]] + position[:n])
        z = norm(x)
        seen = f.scaled_dot_product_attention(
            heads(z @ query.T),
            heads(z @ key.T),
            heads(z @ value.T),
            is_causal=True,
        )
        x = x + seen.transpose(0, 1).reshape(n, -1) @ join.T
        x = x + torch.relu(norm(x) @ up.T) @ down.T
        loss = f.cross_entropy(x @ head.T, t[1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


# --- Our tensors, in the same words ---


def tensors_moons(task: Any) -> Step:
    """Eager, the lecture's network on arrays."""
    from programs.tasks import moons_rate

    from micrograd.tensors import Tensor, optim, relu

    x, y = map(Tensor, batch(task))
    p = [Tensor(a, requires_grad=True) for a in layers(task.model)]
    optimizer = optim.SGD(p, lr=moons_rate)

    def step() -> float:
        h = relu(x @ p[0] + p[1])
        h = relu(h @ p[2] + p[3])
        score = (h @ p[4] + p[5])[:, 0]
        loss = relu(1 - y * score).mean()
        loss = loss + 1e-4 * sum((a * a).sum() for a in p)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss)

    return step


def tensors_yin_yang(task: Any) -> Step:
    """Eager, with our AdamW."""
    from programs.tasks import ADAMW

    from micrograd.tensors import Tensor, optim, tanh
    from micrograd.tensors.nn.functional import cross_entropy

    x, right = map(Tensor, batch(task))
    y = right.argmax(1)
    p = [Tensor(a, requires_grad=True) for a in layers(task.model)]
    optimizer = optim.AdamW(p, **ADAMW)

    def step() -> float:
        loss = cross_entropy(tanh(x @ p[0] + p[1]) @ p[2] + p[3], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss)

    return step


# --- JAX: the whole step is one compiled function ---


def jax_step(
    loss: Any, update: Any, p: Any, arguments: Any, rate: Any
) -> Step:
    """A step that keeps parameters and the optimiser's memory."""
    import jax
    import jax.numpy as jnp

    p = [jnp.asarray(a) for a in p]
    held = {"p": p, "m": [0 * a for a in p], "v": [0 * a for a in p], "t": 0}

    @jax.jit
    def whole(p: Any, m: Any, v: Any, lr: Any, t: Any, *data: Any) -> Any:
        value, g = jax.value_and_grad(loss)(p, *data)
        moved = [update(*one, lr, t) for one in zip(p, g, m, v, strict=True)]
        return value, *map(list, zip(*moved, strict=True))

    def step() -> float:
        t, data = held["t"], next(arguments)
        p, m, v = held["p"], held["m"], held["v"]
        value, *rest = whole(p, m, v, rate(t), float(t + 1), *data)
        held.update(p=rest[0], m=rest[1], v=rest[2], t=t + 1)
        return float(value)

    return step


def adam(betas: tuple[float, float], decay: float = 0.0) -> Any:
    """Adam's update of one array, with decoupled decay."""

    def update(p, g, m, v, lr, t):
        import jax.numpy as jnp

        p = p * (1 - lr * decay)
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g * g
        scale = jnp.sqrt(v / (1 - betas[1] ** t)) + 1e-8
        return p - lr * (m / (1 - betas[0] ** t)) / scale, m, v

    return update


def jax_moons(task: Any) -> Step:
    """Plain SGD inside the compiled step."""
    import jax
    import jax.numpy as jnp
    from programs.tasks import moons_rate

    def loss(p, x, y):
        h = jax.nn.relu(x @ p[0] + p[1])
        h = jax.nn.relu(h @ p[2] + p[3])
        score = (h @ p[4] + p[5])[:, 0]
        hinge = jax.nn.relu(1 - y * score).mean()
        return hinge + 1e-4 * sum(jnp.sum(a * a) for a in p)

    def update(p, g, m, v, lr, t):
        return p - lr * g, m, v

    data = cycle([batch(task)])
    return jax_step(loss, update, layers(task.model), data, moons_rate)


def jax_yin_yang(task: Any) -> Step:
    """AdamW inside the compiled step."""
    import jax
    import jax.numpy as jnp
    from programs.tasks import ADAMW

    def loss(p, x, right):
        logits = jnp.tanh(x @ p[0] + p[1]) @ p[2] + p[3]
        return -(right * jax.nn.log_softmax(logits)).sum(1).mean()

    return jax_step(
        loss,
        adam(ADAMW["betas"], ADAMW["weight_decay"]),
        layers(task.model),
        cycle([batch(task)]),
        lambda t: ADAMW["lr"],
    )


def jax_microgpt(task: Any) -> Step:
    """Adam inside the compiled step; one compilation for each length."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    from programs.tasks import BETAS, gpt_rate

    def norm(x):
        square = (x * x).mean(-1, keepdims=True)
        return x / jnp.sqrt(square + microgpt.EPSILON)

    def heads(x):
        return x.reshape(len(x), microgpt.HEADS, -1).transpose(1, 0, 2)

    def loss(p, t):
        token, position, query, key, value, join, up, down, head = p
        n = len(t) - 1
        x = norm(token[t[:-1]] + position[:n])
        z = norm(x)
        q, k, v = (heads(z @ one.T) for one in (query, key, value))
        scores = q @ k.transpose(0, 2, 1) * q.shape[-1] ** -0.5
        past = jnp.tril(jnp.ones((n, n), dtype=bool))
        seen = jax.nn.softmax(jnp.where(past, scores, -jnp.inf)) @ v
        x = x + seen.transpose(1, 0, 2).reshape(n, -1) @ join.T
        x = x + jax.nn.relu(norm(x) @ up.T) @ down.T
        logs = jax.nn.log_softmax(x @ head.T)
        return -logs[jnp.arange(n), t[1:]].mean()

    names = cycle([(np.array(microgpt.tokens(n)),) for n in microgpt.NAMES])
    start = matrices(task.model)
    return jax_step(loss, adam(BETAS), start, names, gpt_rate)


# --- NumPy, the derivatives by hand ---


def numpy_moons(task: Any) -> Step:
    """What one writes after deriving it on paper."""
    import numpy as np
    from programs.tasks import moons_rate

    (x, y), p = batch(task), layers(task.model)
    n = len(x)
    held = {"t": 0}

    def step() -> float:
        lr = moons_rate(held["t"])
        held["t"] += 1
        a = x @ p[0] + p[1]
        h = np.maximum(a, 0)
        b = h @ p[2] + p[3]
        k = np.maximum(b, 0)
        margin = 1 - y * (k @ p[4] + p[5])[:, 0]
        squares = sum(np.vdot(one, one) for one in p)
        loss = np.maximum(margin, 0).sum() / n + 1e-4 * squares
        ds = np.where(margin > 0, -y / n, 0)[:, None]
        db = (ds @ p[4].T) * (b > 0)
        da = (db @ p[2].T) * (a > 0)
        pairs = ((x, da), (h, db), (k, ds))
        g = [e for i, d in pairs for e in (i.T @ d, d.sum(0))]
        for one, slope in zip(p, g, strict=True):
            one -= lr * (slope + 2e-4 * one)
        return float(loss)

    return step


def numpy_yin_yang(task: Any) -> Step:
    """The same for tanh, cross-entropy and AdamW."""
    import numpy as np
    from programs.tasks import ADAMW

    (x, right), p = batch(task), layers(task.model)
    m, v = [0 * a for a in p], [0 * a for a in p]
    (b1, b2), lr, n = ADAMW["betas"], ADAMW["lr"], len(x)
    held = {"t": 0}

    def step() -> float:
        held["t"] = t = held["t"] + 1
        h = np.tanh(x @ p[0] + p[1])
        z = h @ p[2] + p[3]
        z -= z.max(1, keepdims=True)
        e = np.exp(z)
        total = e.sum(1, keepdims=True)
        loss = (np.log(total)[:, 0] - (right * z).sum(1)).sum() / n
        dz = (e / total - right) / n
        dh = (dz @ p[2].T) * (1 - h * h)
        g = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        for i, slope in enumerate(g):
            p[i] *= 1 - lr * ADAMW["weight_decay"]
            m[i] = b1 * m[i] + (1 - b1) * slope
            v[i] = b2 * v[i] + (1 - b2) * slope * slope
            scale = np.sqrt(v[i] / (1 - b2**t)) + 1e-8
            p[i] -= lr * (m[i] / (1 - b1**t)) / scale
        return float(loss)

    return step


STEPS = {
    ("Tensors", "moons"): tensors_moons,
    ("Tensors", "yin_yang"): tensors_yin_yang,
    ("PyTorch", "moons"): torch_moons,
    ("PyTorch", "yin_yang"): torch_yin_yang,
    ("PyTorch", "microgpt"): torch_microgpt,
    ("JAX", "moons"): jax_moons,
    ("JAX", "yin_yang"): jax_yin_yang,
    ("JAX", "microgpt"): jax_microgpt,
    ("NumPy", "moons"): numpy_moons,
    ("NumPy", "yin_yang"): numpy_yin_yang,
}


def measure(
    system: str, task: str, steps: int, check: int
) -> Iterator[dict[str, Any]]:
    """Train; a round is some steps of it.

    Parameters
    ----------
    system, task : str
        A key of :data:`STEPS`.
    steps, check : int
        As in :func:`programs.stepping.rounds`.
    """
    keep_to_one_core()
    if system == "PyTorch":
        import torch

        torch.set_num_threads(1)
    if system == "JAX":
        import jax

        jax.config.update("jax_enable_x64", True)
    from programs.tasks import TASKS

    yield from rounds(STEPS[system, task](TASKS[task]()), steps, check)
