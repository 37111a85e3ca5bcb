"""A training run written out as a program that uses the package by hand.

What a page trains can be had outside of it: these lines draw the same
points, the same weights and the same batches from the same seed, and go
through the same losses.

Leaves out: speed; nothing is compiled, so that every line can be changed.
"""

from __future__ import annotations

from typing import Any

__all__ = ["script"]

NAMED = {"cross_entropy": "binary_cross_entropy_with_logits"}


def script(settings: Any, points: list[Any], classes: int, steps: int) -> str:
    """Write the program.

    Parameters
    ----------
    settings : Settings
        What was chosen.
    points : list of [float, float, int]
        The data, as edited.
    classes : int
        How many classes there are.
    steps : int
        How many steps to make.

    Returns
    -------
    str
        Python source that leaves ``losses`` and prints the last of them.

    Examples
    --------
    >>> from page_programs.byhand import script
    >>> from page_programs.playground import Settings
    >>> text = script(Settings(data="xor", n=4), [], 2, 20)
    >>> print(text.splitlines()[4])
    data = datasets.xor(4, 0.15, rng)
    """
    s = settings
    lines = [
        "from micrograd import datasets, functions, nn, optim",
        "",
        f"steps = {steps}",
        f"rng = datasets.XorShift({s.seed})",
        *_data(s, points),
        "model = nn.MLP(",
        f"    2, {[*s.hidden, 1 if classes == 2 else classes]},",
        f'    activation="{s.activation}", init="{s.init}", rng=rng,',
        ")",
        _optimizer(s),
        "",
        "losses = []",
        "while len(losses) < steps:",
        f"    for batch in {_batches(s.batch, len(points))}:",
        "        scores = [model([x, y]) for (x, y), _ in batch]",
        "        targets = [c for _, c in batch]",
        *_loss(s.loss, classes),
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        optimizer.step()",
        "        losses.append(loss.data)",
        "print(losses[steps - 1])",
    ]
    return "\n".join(lines) + "\n"


def _data(s: Any, points: list[Any]) -> list[str]:
    lines = []
    if s.data != "empty":
        noise = f", {s.noise}" if s.data != "yin_yang" else ""
        lines = [f"data = datasets.{s.data}({s.n}{noise}, rng)"]
    if any(s.edits.values()) or not lines:
        rows = [f"    (({x!r}, {y!r}), {c})," for x, y, c in points]
        lines += ["data = [", *rows, "]"]
    return lines


def _optimizer(s: Any) -> str:
    name, more = s.optimizer, f", weight_decay={s.weight_decay}"
    if name == "momentum":
        name, more = "SGD", f"{more}, momentum=0.9"
    return f"optimizer = optim.{name}(model.parameters(), lr={s.lr}{more})"


def _batches(size: int, count: int) -> str:
    if not 0 < size < count:
        return "[data]"
    return f"datasets.batches(data, {size}, rng)"


def _loss(name: str, classes: int) -> list[str]:
    """The lines that compute the loss of a batch."""
    if classes == 2:
        targets = "[2 * c - 1 for c in targets]"
        if name in NAMED:
            name, targets = NAMED[name], "targets"
        return [f"        loss = functions.{name}(scores, {targets})"]
    if name in NAMED:
        return ["        loss = functions.cross_entropy(scores, targets)"]
    return [
        f"        signs = [[2 * (c == k) - 1 for k in range({classes})]",
        "                 for c in targets]",
        f"        each = [functions.{name}(row, own)",
        "                for row, own in zip(scores, signs)]",
        "        loss = functions.mean(each)",
    ]
