"""Loss and gradients of the two moons alone, no update: ours, and in C.

The C is what one would write by hand: matrices in arrays, loops over rows
and columns, one sample after the other.  In the *vectors* variant the same
text works on four samples at a time, which is what the compiler makes of
the recorded graph.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from programs.stepping import keep_to_one_core, timed

FLAGS = ["-O3", "-march=native", "-shared", "-fPIC"]
SOURCE = r"""
#define H 16
#define S 100
typedef double number%(lanes)s;
typedef long long bits%(lanes)s;
static double sum(number x) { %(sum)s }
static number load(const double *x) { %(load)s }
static number relu(number x) { %(relu)s }
static number step(number x, number g) { %(step)s }

/* weights: first[H][2] with biases behind each row, and so on: the order of
   parameters() */
double run(const double *p, double *g, const double *x0, const double *x1,
           const double *y)
{
  const double *a = p, *b = a + 3 * H, *c = b + (H + 1) * H;
  const int count = 3 * H + (H + 1) * H + H + 1;
  number G[3 * H + (H + 1) * H + H + 1] = {0};
  number *ga = G, *gb = ga + 3 * H, *gc = gb + (H + 1) * H;
  number loss = {0};
  for (int s = 0; s < S; s += %(width)d) {
    number u = load(x0 + s), v = load(x1 + s), t = load(y + s);
    number h1[H], h2[H], d1[H], score = c[H] + (number){0};
    for (int i = 0; i < H; i++)
      h1[i] = relu(a[3 * i] * u + a[3 * i + 1] * v + a[3 * i + 2]);
    for (int i = 0; i < H; i++) {
      const double *w = b + (H + 1) * i;
      number z = w[H] + (number){0};
      for (int j = 0; j < H; j++) z += w[j] * h1[j];
      h2[i] = relu(z);
    }
    for (int i = 0; i < H; i++) score += c[i] * h2[i];
    number margin = relu(1 - t * score);
    loss += margin * (1.0 / S);
    number ds = step(margin, -t * (1.0 / S));
    gc[H] += ds;
    for (int j = 0; j < H; j++) d1[j] = (number){0};
    for (int i = 0; i < H; i++) {
      const double *w = b + (H + 1) * i;
      number *gw = gb + (H + 1) * i;
      gc[i] += ds * h2[i];
      number d = step(h2[i], ds * c[i]);
      gw[H] += d;
      for (int j = 0; j < H; j++) gw[j] += d * h1[j];
      for (int j = 0; j < H; j++) d1[j] += d * w[j];
    }
    for (int i = 0; i < H; i++) {
      number d = step(h1[i], d1[i]);
      ga[3 * i] += d * u;
      ga[3 * i + 1] += d * v;
      ga[3 * i + 2] += d;
    }
  }
  double total = sum(loss), squares = 0;
  for (int i = 0; i < count; i++) {
    squares += p[i] * p[i];
    g[i] = sum(G[i]) + 2e-4 * p[i];
  }
  return total + 1e-4 * squares;
}
"""
PLAIN = {
    "lanes": "",
    "width": 1,
    "sum": "return x;",
    "load": "return *x;",
    "relu": "return x > 0 ? x : 0;",
    "step": "return x > 0 ? g : 0;",
}
VECTORS = {
    "lanes": " __attribute__((vector_size(32), aligned(32)))",
    "width": 4,
    "sum": "return x[0] + x[1] + x[2] + x[3];",
    "load": "number n = {x[0], x[1], x[2], x[3]}; return n;",
    "relu": "return (number)((x > (number){0}) & (bits)x);",
    "step": "return (number)((x > (number){0}) & (bits)g);",
}


def library(variant: dict[str, Any]) -> ctypes.CDLL:
    """Compile the C; the file is gone when it has been loaded."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "moons.c")
        source.write_text(SOURCE % variant, "ascii")
        out = Path(folder, "moons.so")
        command = ["cc", *FLAGS, str(source), "-o", str(out)]
        subprocess.run(command, check=True)
        return ctypes.CDLL(str(out))


def in_c(task: Any, variant: dict[str, Any]) -> tuple[Any, Any]:
    """A function that runs the C, and one that tells loss and gradients."""
    run = library(variant).run
    run.restype = ctypes.c_double
    run.argtypes = [ctypes.c_void_p] * 5
    points, classes = task.arguments[0]
    parameters = [p.data for p in task.model.parameters()]
    columns = [*zip(*points, strict=True), classes]
    held = [
        (ctypes.c_double * len(row))(*row)
        for row in (parameters, [0.0] * len(parameters), *columns)
    ]
    addresses = list(map(ctypes.addressof, held))

    def call() -> float:
        return float(run(*addresses))

    return call, lambda: (call(), list(held[1]))


def of_ours(task: Any) -> tuple[Any, Any]:
    """The same two for the compiled graph."""
    import micrograd

    compiled = micrograd.compile(task.loss, reader="native")
    result = compiled(*task.arguments[0])
    result.backward()
    gradients = [p.grad for p in task.model.parameters()]
    machine = compiled.last.machine
    return machine, lambda: (result.data, gradients)


def measure(how: str, repeats: int) -> Iterator[dict[str, Any]]:
    """Compute loss and gradients; a round is many times.

    Parameters
    ----------
    how : {"ours", "plain", "vectors"}
        The compiled graph, or one of the two in C.
    repeats : int
        Runs in a round.

    Yields
    ------
    dict
        Seconds, and sums that tell whether the answers are the same.
    """
    keep_to_one_core()
    from programs.tasks import two_moons

    task = two_moons()
    if how == "ours":
        call, answer = of_ours(task)
    else:
        call, answer = in_c(task, {"plain": PLAIN, "vectors": VECTORS}[how])
    loss, gradients = answer()
    size = sum(abs(g) for g in gradients)
    while True:
        yield {"seconds": timed(call, repeats), "loss": loss, "size": size}
