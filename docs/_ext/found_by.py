"""Lets the search find pages by what readers type.

The search of Sphinx ranks a page by its title and its words.  Readers type
other words, such as "pypi" or "relu at 0"; the table below says which page
they mean.  Each of them becomes a main entry of the page in the index,
which the search puts first, and the index of the site lists it.
"""

from __future__ import annotations

from typing import Any

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)

FUNCTIONS = "reference/generated/micrograd.primitives."

# For each page what readers type who look for it, lower case.
FOUND_BY: dict[str, list[str]] = {
    "installation": ["install", "installation", "pip", "pip install", "pypi"],
    "playground": ["playground"],
    "sandbox": ["sandbox"],
    "explanation/accumulation": [
        "accumulate", "retain_grad", "twice", "zero_grad", "zero_grad()",
    ],
    "explanation/backprop-gradient-descent-optimiser": [
        "backpropagation", "gradient descent", "training loop",
    ],
    "explanation/closures-or-local-gradients": [
        "_backward", "closure", "closures", "local gradient",
    ],
    "explanation/floating-point": ["overflow", "precision", "underflow"],
    "explanation/forward-or-reverse": ["forward mode", "reverse mode"],
    "explanation/from-scalars-to-matrices": [
        "batch", "matrix", "transpose",
    ],
    "explanation/how-pytorch-does-it": [
        "pytorch", "requires_grad", "retain_graph", "torch",
    ],
    "explanation/kinks-and-conventions": [
        "derivative of relu", "relu at 0", "relu at zero", "subgradient",
    ],
    "explanation/related-projects": ["jax", "tinygrad"],
    "explanation/the-life-of-a-graph": ["computation graph", "memory leak"],
    "explanation/two-tables": ["broadcasting", "composition", "jvp"],
    "explanation/what-a-derivative-is-here": [
        "automatic differentiation", "symbolic differentiation",
    ],
    "explanation/what-compiling-buys": [
        "benchmark", "benchmarks", "performance", "slow", "speed",
    ],
    "explanation/where-people-get-stuck": [
        "faq", "frequently asked questions", "help", "questions",
    ],
    "explanation/why-a-topological-order": [
        "recursion", "recursionerror", "topological order",
        "topological sort",
    ],
    "explanation/why-scalars-first": ["scalar"],
    "tutorials/zero-to-hero": ["nn-zero-to-hero", "zero to hero"],
    "explanation/zero-plus-v": ["__radd__", "__rsub__", "radd", "sum"],
    "how-to/add-a-primitive": [
        "custom function", "custom gradient", "new function", "own function",
    ],
    "how-to/check-a-gradient": ["finite differences", "gradient check"],
    "how-to/draw-a-graph": ["draw_dot", "graphviz", "visualize"],
    "how-to/find-where-a-gradient-vanished-or-exploded": [
        "exploding gradient", "nan", "vanishing gradient",
    ],
    "how-to/freeze-a-parameter": ["fine-tuning", "freeze", "frozen"],
    "how-to/make-tensors-fast": ["memory", "out of memory", "threads"],
    "how-to/record-and-replay-a-training-step": ["compile", "fast"],
    "how-to/reproduce-a-run": ["random seed", "reproducible", "seed"],
    "how-to/run-the-lectures-notebooks": ["notebook", "notebooks"],
    "how-to/save-and-load-a-model": [
        "checkpoint", "load", "save", "save a model",
    ],
    "how-to/schedule-the-learning-rate": [
        "learning rate", "learning rate decay", "scheduler",
    ],
    "how-to/train-on-handwritten-digits": ["digits", "mnist"],
    "how-to/use-a-gpu": ["cuda", "gpu"],
    "how-to/use-another-array-library": ["array", "numpy"],
    "how-to/use-it-in-a-course": [
        "course", "download", "license", "offline", "pdf", "teacher",
    ],
    "how-to/write-a-layer": ["custom layer", "dropout"],
    "reference/linear": ["linear map", "linear maps", "vjp"],
    "reference/tensors": ["tensor", "tensors"],
    "reference/compatibility": [
        "compatibility", "differences from micrograd", "original",
    ],
    "tutorials/from-an-mlp-to-a-gpt": [
        "attention", "bigram", "gpt", "makemore", "microgpt", "transformer",
    ],
    "tutorials/the-lecture-minute-by-minute": [
        "karpathy", "lecture", "video", "youtube",
    ],
    "tutorials/when-it-does-not-learn": [
        "does not learn", "initialisation", "loss does not decrease",
    ],
}  # fmt: skip


class Entries(SphinxTransform):
    """Puts the entries of a page at its beginning."""

    default_priority = 800  # before the index collects them, at 850

    def apply(self, **_: Any) -> None:
        """Add one node with all of them."""
        found = FOUND_BY.get(self.env.docname, [])
        if self.env.docname.startswith(FUNCTIONS):
            # Else the methods of that name, of every class, come first.
            found = [self.env.docname.removeprefix(FUNCTIONS)]
        if found:
            entries = [("single", one, "", "main", None) for one in found]
            self.document.insert(0, addnodes.index(entries=entries))


def missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of pages that are not there: renamed, or misspelt."""
    for page in sorted(FOUND_BY.keys() - env.found_docs):
        LOGGER.warning("found_by.py leads to %s, which is not there", page)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_transform(Entries)
    app.connect("env-check-consistency", missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
