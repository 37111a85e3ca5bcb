"""A training run written out as a program that uses the package by hand.

What a page trains can be had outside of it: these lines draw the same
points, the same weights and the same batches from the same seed, and go
through the same losses.

Leaves out: speed; nothing is compiled, so that every line can be changed.
"""

from __future__ import annotations

from typing import Any

from page_programs.choices import DATA, HALF, INPUTS

__all__ = ["script"]

NAMED = {"cross_entropy": "binary_cross_entropy_with_logits"}
PENALTIES = {"l1": "sum(abs(w) for w in weights)",
             "l2": "functions.l2(weights)"}  # fmt: skip


def script(
    settings: Any, train: list[Any], test: list[Any], steps: int
) -> str:
    """Write the program.

    Parameters
    ----------
    settings : Settings
        What was chosen.
    train, test : list of [float, float, int]
        The data, as edited.
    steps : int
        How many steps to make.

    Returns
    -------
    str
        Python source that leaves ``losses``, and prints the last of them
        and, if there are test points, the loss of those.

    Examples
    --------
    >>> from page_programs.byhand import script
    >>> from page_programs.choices import Settings
    >>> text = script(Settings(data="xor", n=4), [], [], 20)
    >>> print(text.splitlines()[4])
    data = datasets.xor(4, 0.15, rng)
    """
    s = settings
    classes = DATA[s.data][3]
    sine = any("sin" in name for name in s.inputs)
    init = "lambda rng, nin, nout: 0.0" if s.init == "zeros" else f'"{s.init}"'
    lines = [
        "from micrograd import datasets, functions, nn, optim"
        + (", sin" if sine else ""),
        "",
        f"steps = {steps}",
        f"rng = datasets.XorShift({s.seed})",
        *_data(s, train, test),
        "model = nn.MLP(",
        f"    {len(s.inputs)}, {[*s.hidden, 1 if classes == 2 else classes]},",
        f'    activation="{s.activation}", init={init}, rng=rng,',
        ")",
        _optimizer(s),
        *_weights(s),
        "",
        "",
        "def loss_of(points):",
        f"    scores = [model({_inputs(s)}) for (x, y), _ in points]",
        "    targets = [c for _, c in points]",
        *_loss(s.loss, classes),
        "",
        "",
        "losses = []",
        "while len(losses) < steps:",
        f"    for batch in {_batches(s, len(train), len(test))}:",
        f"        loss = loss_of(batch){_penalty(s)}",
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        optimizer.step()",
        "        losses.append(loss.data)",
        "        if len(losses) == steps:",
        "            break",
        "print(losses[-1])",
    ]
    if test:
        lines.append("print(loss_of(test).data)")
    return "\n".join(lines) + "\n"


def _data(s: Any, train: list[Any], test: list[Any]) -> list[str]:
    lines = _drawn(s)
    if s.data != "empty" and not any(s.edits.values()):
        cut = f"train, test = datasets.split(data, {[s.kept, s.test]})"
        return [*lines, cut] if test else lines
    parts = {"train": train, "test": test} if test else {"data": train}
    for name, points in parts.items():
        rows = [f"    (({x!r}, {y!r}), {c})," for x, y, c in points]
        lines += [f"{name} = [", *rows, "]"]
    return lines


def _drawn(s: Any) -> list[str]:
    """The lines that draw the points, and leave the generator after them."""
    if s.data == "empty":
        return []
    noise = f", {s.noise}" if s.data != "yin_yang" else ""
    if s.balance == HALF or DATA[s.data][3] != 2:
        return [f"data = datasets.{s.data}({s.n}{noise}, rng)"]
    b = s.balance
    return [
        f"pool = datasets.{s.data}({2 * s.n}{noise}, rng)",
        "kinds = [iter([p for p in pool if p[1] == c]) for c in (0, 1)]",
        "data = [",
        f"    next(kinds[int((i + 1) * {b}) - int(i * {b})])",
        f"    for i in range({s.n})",
        "]",
    ]


def _inputs(s: Any) -> str:
    return f"[{', '.join(INPUTS[name] for name in s.inputs)}]"


def _optimizer(s: Any) -> str:
    name, more = s.optimizer, f", weight_decay={s.weight_decay}"
    if name == "momentum":
        name, more = "SGD", f"{more}, momentum=0.9"
    return f"optimizer = optim.{name}(model.parameters(), lr={s.lr}{more})"


def _weights(s: Any) -> list[str]:
    """The line that the penalty needs."""
    if not _penalty(s):
        return []
    every = "for layer in model.layers for n in layer.neurons for w in n.w"
    return ["weights = [", f"    w {every}", "]"]


def _penalty(s: Any) -> str:
    if s.penalty == "none" or s.penalty_rate == 0:
        return ""
    return f" + {s.penalty_rate} * {PENALTIES[s.penalty]}"


def _batches(s: Any, train: int, test: int) -> str:
    data = "train" if test else "data"
    if not 0 < s.batch < train:
        return f"[{data}]"
    return f"datasets.batches({data}, {s.batch}, rng)"


def _loss(name: str, classes: int) -> list[str]:
    """The lines that compute the loss of some points."""
    if classes == 2:
        targets = "[2 * c - 1 for c in targets]"
        if name in NAMED:
            name, targets = NAMED[name], "targets"
        return [f"    return functions.{name}(scores, {targets})"]
    if name in NAMED:
        return ["    return functions.cross_entropy(scores, targets)"]
    return [
        f"    signs = [[2 * (c == k) - 1 for k in range({classes})]",
        "             for c in targets]",
        f"    each = [functions.{name}(row, own)",
        "            for row, own in zip(scores, signs)]",
        "    return functions.mean(each)",
    ]
