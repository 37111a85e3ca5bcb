"""Functions that are one loop each, ours and PyTorch's.

Ours are the compiled program alone: a call would also copy arguments in
and results out, which a program of which they are a part does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

import numpy as np
from programs.stepping import keep_to_one_core

ROWS, WIDTH, HIDDEN, NUMBERS = 4096, 64, 256, 109_505
FUNCTIONS = ("softmax", "layer_norm", "gelu", "AdamW")


def arrays(tiny: bool) -> dict[str, Any]:
    """What each function is given."""
    draw, part = np.random.default_rng(42), 64 if tiny else 1
    shapes: dict[str, tuple[int, ...]] = {
        "softmax": (ROWS // part, WIDTH), "layer_norm": (1024 // part, WIDTH),
        "gelu": (1024 // part, HIDDEN), "AdamW": (NUMBERS // part,),
    }  # fmt: skip
    return {
        name: draw.standard_normal(shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def functions(torch: Any) -> dict[str, Callable[[Any], Any]]:
    """The functions, as both libraries write them."""
    f = torch.nn.functional
    w, b = torch.ones(WIDTH), torch.zeros(WIDTH)
    return {
        "softmax": lambda x: f.softmax(x, -1),
        "layer_norm": lambda x: f.layer_norm(x, (WIDTH,), w, b),
        "gelu": f.gelu,
    }


def parameter(torch: Any, array: Any) -> tuple[Any, Any]:
    """One parameter, and its AdamW."""
    p = torch.tensor(array)
    p.requires_grad = True
    return p, torch.optim.AdamW([p], lr=0.01)


def ours(tiny: bool) -> dict[str, Callable[[], Any]]:
    """Our loops, without the copies around them."""
    import micrograd
    from micrograd import tensors

    given, found = arrays(tiny), dict[str, Callable[[], Any]]()
    for name, function in functions(tensors).items():
        call = micrograd.compile(function, reader="native")
        call(tensors.from_numpy(given[name]))
        found[name] = call.last.parts[0]
    p, optimizer = parameter(tensors, given["AdamW"])
    step = micrograd.compile(p.sum, optimizer, reader="native")
    step()
    update = step.last.parts[2]
    numbers = optimizer.coefficients(1, 0.01)
    found["AdamW"] = lambda: update(numbers)
    return found


def theirs(tiny: bool) -> dict[str, Callable[[], Any]]:
    """PyTorch's, eagerly and without a graph."""
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    given, found = arrays(tiny), dict[str, Callable[[], Any]]()
    for name, function in functions(torch).items():
        x = torch.tensor(given[name])
        found[name] = lambda f=function, x=x: f(x)
    p, optimizer = parameter(torch, given["AdamW"])
    p.grad = torch.ones_like(p)
    found["AdamW"] = optimizer.step
    return found


def measure(system: str, times: int, tiny: bool) -> Iterator[dict[str, Any]]:
    """Compute each function some times; a round is the mean.

    Parameters
    ----------
    system : {"loops", "PyTorch"}
        Whose functions.
    times : int
        How many times in a round.
    tiny : bool
        Whether to take small arrays.
    """
    keep_to_one_core()
    made = (ours if system == "loops" else theirs)(tiny)
    for function in made.values():
        for _ in range(3):
            function()
    while True:
        found = {}
        for name, function in made.items():
            start = process_time()
            for _ in range(times):
                function()
            found[name] = (process_time() - start) / times
        yield found
