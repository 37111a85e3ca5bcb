"""Lets the search find pages by what readers type.

The search of Sphinx ranks a page by its title and its words.  Readers type
other words, such as "pypi" or "relu at 0"; the table below says which page
they mean.  Each of them becomes a main entry of the page in the index,
which the search puts first, and the index of the site lists it.  How pages
with some of the words are ranked, and which words mean the same on any page,
says ``docs/_live/search.js``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.index_entries import split_index_msg

LOGGER = logging.getLogger(__name__)
SEARCH = Path(__file__).parents[1] / "_live" / "search.js"
KEPT = "found_by"  # all entries, in what Sphinx keeps between two builds
SEARCHED = "_index_entries"  # private to Sphinx; tests notice if it goes

THINGS = "reference/generated/micrograd."
TENSORS = f"{THINGS}tensors."  # they have the names of other things

# For each page what readers type who look for it, lower case.
FOUND_BY: dict[str, list[str]] = {
    "contributing": [
        "bug", "citation", "cite", "contribute", "how to cite", "issue",
        "noxfile", "pull request", "report a bug", "report a mistake",
        "run the tests", "tests",
    ],
    "gpt": ["train a gpt"],
    "installation": [
        "colab", "how to install", "install", "installation", "jupyter", "pip",
        "pip install", "pypi", "python version", "version", "wheel", "windows",
    ],
    "playground": ["playground"],
    "sandbox": ["sandbox"],
    "explanation/a-short-history": ["history", "jax", "tinygrad"],
    "explanation/accumulation": [
        "accumulate", "double gradients", "grad adds up", "gradients double",
        "retain_grad", "twice", "zero_grad", "zero_grad()",
    ],
    "explanation/backprop-gradient-descent-optimiser": [
        "backpropagation", "gradient descent", "training loop",
    ],
    "explanation/closures-or-local-gradients": [
        "_backward", "closure", "closures", "local gradient",
    ],
    "explanation/floating-point": ["overflow", "precision", "underflow"],
    "explanation/forward-or-reverse": [
        "dual number", "dual numbers", "forward mode", "reverse mode",
    ],
    "explanation/from-scalars-to-matrices": [
        "batch", "matrix", "matrix multiplication", "scalar", "transpose",
    ],
    "explanation/how-pytorch-does-it": [
        "pytorch", "requires_grad", "retain_graph", "torch",
    ],
    "explanation/kinks-and-conventions": [
        "derivative of relu", "relu at 0", "relu at zero", "subgradient",
    ],
    "explanation/the-life-of-a-graph": ["computation graph", "memory leak"],
    "explanation/two-tables": ["broadcasting", "composition", "jvp"],
    "explanation/what-a-derivative-is-here": [
        "automatic differentiation", "derivative", "gradient",
        "symbolic differentiation",
    ],
    "explanation/what-compiling-buys": [
        "benchmark", "benchmarks", "how fast", "how slow", "performance",
        "slow", "slower than pytorch", "speed",
    ],
    "explanation/where-people-get-stuck": [
        "difference between value and tensor", "faq",
        "frequently asked questions", "gradient of an input", "help",
        "input gradient", "multi-class classification", "multiclass",
        "questions", "saliency", "saliency map", "several classes",
        "three classes", "value or tensor", "which to use",
    ],
    "explanation/where-people-get-stuck-on-tensors": [
        "in-place operation", "keepdim", "no_grad or eval", "train and eval",
    ],
    "explanation/why-a-topological-order": [
        "chain rule", "recursion", "recursionerror", "topological order",
        "topological sort",
    ],
    "explanation/zero-plus-v": ["__radd__", "__rsub__", "radd", "sum"],
    "gallery/3_training/plot_activations_and_initialisation": [
        "kaiming", "xavier",
    ],
    "gallery/3_training/plot_yin_yang": ["three-class classification"],
    "gallery/6_diagnosis/plot_weight_decay": [
        "l2", "regularisation", "regularization", "weight decay",
    ],
    "gallery/8_models/plot_adversaries": [
        "adversarial", "fgsm", "gradient of an image",
    ],
    "gallery/8_models/plot_denoising": ["ddpm", "denoising"],
    "gallery/9_learning/plot_double_descent": ["overparameterised"],
    "gallery/9_learning/plot_grokking": ["modular addition"],
    "gallery/9_learning/plot_landscape": [
        "loss landscape", "residual connection", "resnet",
    ],
    "gallery/9_learning/plot_lora": ["adapter", "lora", "low rank"],
    "gallery/9_learning/plot_lottery": ["lottery ticket", "pruning"],
    "gallery/9_learning/plot_scaling": [
        "power law", "scaling law", "scaling laws",
    ],
    "how-to/add-a-primitive": [
        "custom activation", "custom function", "custom gradient", "mish",
        "new function", "own activation", "own function",
    ],
    "how-to/check-a-gradient": [
        "finite differences", "gradient check", "gradient is wrong",
        "wrong gradient",
    ],
    "how-to/draw-a-graph": [
        "draw graph", "draw_dot", "graphviz", "in jupyter", "visualise",
        "visualize", "visualize graph", "without graphviz",
    ],
    "how-to/find-a-minimum-with-newtons-method": ["newton"],
    "how-to/find-where-a-gradient-vanished-or-exploded": [
        "exploding gradient", "loss is nan", "nan", "vanishing gradient",
    ],
    "how-to/freeze-a-parameter": ["fine-tuning", "freeze", "frozen"],
    "how-to/make-tensors-fast": ["memory", "out of memory", "threads"],
    "how-to/record-and-replay-a-training-step": ["compile", "fast"],
    "how-to/reproduce-a-run": ["random seed", "reproducible", "seed"],
    "how-to/run-a-program-in-a-web-page": [
        "embed", "iframe", "javascript", "live cell", "own web page", "wasm",
        "web page", "webassembly",
    ],
    "how-to/run-the-lectures-notebooks": [
        "jupyter notebook", "nn.module", "notebook", "notebooks",
        "run a pytorch program",
    ],
    "how-to/save-and-load-a-model": [
        "checkpoint", "load", "load model", "save", "save a model",
        "save model", "save weights",
    ],
    "how-to/schedule-the-learning-rate": [
        "learning rate", "learning rate decay", "scheduler",
    ],
    "how-to/see-a-tensor-program-number-by-number": [
        "attention head", "explode", "matmul graph",
    ],
    "how-to/stop-early": [
        "best weights", "early stopping", "overfit", "patience",
    ],
    "how-to/take-higher-derivatives": ["higher order", "second derivative"],
    "how-to/teach-the-course-in-ten-sessions": [
        "curriculum", "lecturer", "lesson plan", "nbconvert", "slides",
        "syllabus",
    ],
    "how-to/train-on-handwritten-digits": ["digits", "mnist"],
    "how-to/train-on-several-machines": [
        "cluster", "data parallel", "distributed", "multiple workers",
    ],
    "how-to/use-a-gpu": ["cuda", "cupy", "device", "gpu"],
    "how-to/use-another-array-library": ["array", "numpy"],
    "how-to/use-it-in-a-course": [
        "course", "download", "licence", "license", "offline", "pdf",
        "teacher",
    ],
    "how-to/write-a-layer": ["custom layer", "dropout"],
    "how-to/write-an-optimiser": ["custom optimizer", "own optimizer"],
    "reference/bibliography": ["cited", "papers", "references"],
    "reference/compatibility": [
        "compatibility", "differences from micrograd", "limits",
        "missing compared to pytorch", "not here", "not supported",
        "original", "what is missing", "when to use pytorch",
    ],
    "reference/generated/micrograd.functions.mse_loss": [
        "mean squared error", "mse",
    ],
    "reference/linear": ["linear map", "linear maps", "vjp"],
    "reference/tensors": ["tensor", "tensors"],
    "tutorials/a-neuron-a-layer-a-network": [
        "count parameters", "hidden layers", "how many parameters",
        "number of parameters",
    ],
    "tutorials/a-number-that-remembers": [
        "first steps", "getting started", "hello world", "quickstart",
    ],
    "tutorials/attention-and-a-gpt": ["how attention works"],
    "tutorials/backpropagation-by-hand": ["by hand"],
    "tutorials/byte-pair-encoding": [
        "bpe", "byte-pair encoding", "token", "tokenizer", "utf-8",
    ],
    "tutorials/from-an-mlp-to-a-gpt": [
        "attention", "bigram", "gpt", "makemore", "microgpt", "transformer",
    ],
    "tutorials/index": [
        "how long", "reading order", "start here", "where do i start",
        "where to start",
    ],
    "tutorials/learning-the-moons": [
        "accuracy", "batch size", "custom loss", "hinge",
        "mini-batches", "shuffle", "svm", "test accuracy", "train",
        "validation", "write a loss",
    ],
    "tutorials/the-course-part-by-part": [
        "lecture 2", "timestamps", "wavenet",
    ],
    "tutorials/the-lecture-minute-by-minute": [
        "karpathy", "lecture", "video", "youtube",
    ],
    "tutorials/three-letters-of-context": ["embedding", "word vector"],
    "tutorials/walking-backwards": [
        "a + a", "accumulate a gradient", "autograd", "autograd engine",
        "backward",
    ],
    "tutorials/what-goes-on-inside": ["batch norm", "batch normalisation"],
    "tutorials/when-it-does-not-learn": [
        "choose a learning rate", "constant output", "does not learn",
        "initialisation", "same output", "same output for every input",
        "initialization", "learning rate too high", "loss does not decrease",
        "weight initialisation", "weight initialization",
    ],
    "tutorials/zero-to-hero": ["nn-zero-to-hero", "zero to hero"],
}  # fmt: skip


class Entries(SphinxTransform):
    """Puts the entries of a page at its beginning."""

    default_priority = 800  # before the index collects them, at 850

    def apply(self, **_: Any) -> None:
        """Add one node with all of them."""
        found = entries_of(self.env.docname)
        if found:
            entries = [("single", one, "", "main", None) for one in found]
            self.document.insert(0, addnodes.index(entries=entries))


def entries_of(page: str) -> list[str]:
    """What readers type who look for a page."""
    found = FOUND_BY.get(page, [])
    if page.startswith(THINGS) and not page.startswith(TENSORS):
        # Else the methods of that name, of every class, come first; and who
        # thinks of the thing types its name in words.
        name = page.rpartition(".")[2]
        return [*dict.fromkeys([name, name.replace("_", " "), *found])]
    return found


# --- A build that writes a few pages anew ---


def outdated(
    app: Sphinx,
    env: BuildEnvironment,
    added: set[str],
    changed: set[str],
    removed: set[str],
) -> list[str]:
    """Pages whose entries are others than when they were last read."""
    before: dict[str, list[str]] = getattr(env, KEPT, {})
    now = {page: entries_of(page) for page in sorted(env.found_docs)}
    setattr(env, KEPT, now)
    return [page for page in now if now[page] != before.get(page, [])]


def keep_entries(app: Sphinx) -> list[Any]:
    """Give the search what the index has of pages that stay as they are.

    Of these Sphinx reads the words back from the last build, and not the
    entries: its search would know only those of the pages written anew.
    """
    known = getattr(getattr(app.builder, "indexer", None), SEARCHED, None)
    if known is not None:
        for page, entries in app.env.domains.index_domain.entries.items():
            known.setdefault(page, sorted(set(split(entries))))
    return []  # no further pages


def split(entries: list[Any]) -> Iterator[tuple[str, str, str]]:
    """What the search keeps of entries: words, place, whether it is main."""
    for kind, words, place, main, _ in entries:
        for part in split_index_msg(kind, words):
            yield part, place or "", main or ""


def keep_map(app: Sphinx, exception: Exception | None) -> None:
    """Let the map for search engines name pages that stay as they are.

    sphinx-sitemap names those that were written anew; the map of the last
    build, which it is about to replace, has the others.
    """
    links = getattr(app, "sitemap_links", None)
    if exception or links is None:
        return
    out = Path(app.outdir)
    found = set(last_map(out, app.config.html_baseurl))
    while not links.empty():
        found.add(links.get()[0])
    for link in sorted(one for one in found if (out / one).exists()):
        links.put((link, None))


def last_map(out: Path, base: str) -> list[str]:
    """The pages in the map of the last build, as links from its root."""
    path = out / "sitemap.xml"
    text = path.read_text("utf-8") if path.exists() else ""
    return re.findall(rf"<loc>{re.escape(base)}(.*?)</loc>", text)


def missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of pages that are not there: renamed, or misspelt."""
    for page in sorted(FOUND_BY.keys() - env.found_docs):
        LOGGER.warning("found_by.py leads to %s, which is not there", page)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_transform(Entries)
    app.connect("env-get-outdated", outdated)
    app.connect("env-check-consistency", missing)
    app.connect("html-collect-pages", keep_entries)
    # Before sphinx-sitemap writes the map, at 500.
    app.connect("build-finished", keep_map, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
