"""The search finds what readers type, among the first three."""

import pytest

FIRST = 3

# What is typed, and the page that should be there: the end of its address.
SOUGHT = {
    "install": "installation.html",
    "pypi": "installation.html",
    "offline": "how-to/use-it-in-a-course.html",
    "faq": "explanation/where-people-get-stuck.html",
    "makemore": "tutorials/from-an-mlp-to-a-gpt.html",
    "gpt": "tutorials/from-an-mlp-to-a-gpt.html",
    "lecture": "tutorials/the-lecture-minute-by-minute.html",
    "custom function": "how-to/add-a-primitive.html",
    "freeze": "how-to/freeze-a-parameter.html",
    "save model": "how-to/save-and-load-a-model.html",
    "save a model": "how-to/save-and-load-a-model.html",
    "learning rate": "how-to/schedule-the-learning-rate.html",
    "dropout": "how-to/write-a-layer.html",
    "nan": "how-to/find-where-a-gradient-vanished-or-exploded.html",
    "numpy": "how-to/use-another-array-library.html",
    "seed": "how-to/reproduce-a-run.html",
    "graphviz": "how-to/draw-a-graph.html",
    "finite differences": "how-to/check-a-gradient.html",
    "closure": "explanation/closures-or-local-gradients.html",
    "zero_grad": "explanation/accumulation.html",
    "relu at 0": "explanation/kinks-and-conventions.html",
    "topological order": "explanation/why-a-topological-order.html",
    "RecursionError": "explanation/why-a-topological-order.html",
    "transpose": "explanation/from-scalars-to-matrices.html",
    "retain_graph": "explanation/how-pytorch-does-it.html",
    "memory leak": "explanation/the-life-of-a-graph.html",
    "overflow": "explanation/floating-point.html",
    "forward mode": "explanation/forward-or-reverse.html",
    "__radd__": "explanation/zero-plus-v.html",
    "speed": "explanation/what-compiling-buys.html",
    "glossary": "reference/glossary.html",
    "compatibility": "reference/compatibility.html",
    "sigmoid": "generated/micrograd.primitives.sigmoid.html",
    "softmax": "generated/micrograd.functions.softmax.html",
    "hessian": "generated/micrograd.hessian.html",
    "MLP": "generated/micrograd.nn.MLP.html",
    "Adam": "generated/micrograd.optim.Adam.html",
    "dead relu": "gallery/6_diagnosis/plot_dead_relus.html",
    "autograd": "tutorials/walking-backwards.html",
    "chain rule": "explanation/why-a-topological-order.html",
    "cite": "contributing.html",
    "citation": "contributing.html",
    "colab": "installation.html",
    "cross entropy": "generated/micrograd.functions.cross_entropy.html",
    "decision boundary": "generated/micrograd.draw.decision_boundary.html",
    "early stopping": "how-to/stop-early.html",
    "gpu": "how-to/use-a-gpu.html",
    "licence": "how-to/use-it-in-a-course.html",
    "derivative": "explanation/what-a-derivative-is-here.html",
    "getting started": "tutorials/a-number-that-remembers.html",
    "gradient is wrong": "how-to/check-a-gradient.html",
    "how to install": "installation.html",
    "jupyter": "installation.html",
    "in jupyter": "how-to/draw-a-graph.html",
    "kaiming": "plot_activations_and_initialisation.html",
    "loss is nan": "how-to/find-where-a-gradient-vanished-or-exploded.html",
    "matrix multiplication": "explanation/from-scalars-to-matrices.html",
    "mean squared error": "generated/micrograd.functions.mse_loss.html",
    "neural network": "tutorials/a-neuron-a-layer-a-network.html",
    "overfitting": "tutorials/when-it-does-not-learn.html",
    "report a bug": "contributing.html",
    "save weights": "how-to/save-and-load-a-model.html",
    "svm": "tutorials/learning-the-moons.html",
    "Value": "generated/micrograd.Value.html",
    "visualize graph": "how-to/draw-a-graph.html",
    "webassembly": "how-to/run-a-program-in-a-web-page.html",
    "weight decay": "gallery/6_diagnosis/plot_weight_decay.html",
}


def pages_found(page, site, words):
    """The addresses of the results, in order, each page once."""
    # Where the excerpt of a result has no section of its own; told or not as
    # the excerpts come before the end of the test or after.
    page.trouble.excuse("Anchored content block not found")
    page.goto(f"{site}search.html?q={words.replace(' ', '+')}")
    page.wait_for_function(
        "document.querySelector('#search-results p.search-summary')"
        "?.textContent.includes('finished')"
    )
    results = page.locator("#search-results .search > li")
    links = [one.locator("a").first for one in results.all()[:20]]
    found = [link.get_attribute("href").partition("?")[0] for link in links]
    return list(dict.fromkeys(one.partition("#")[0] for one in found))


@pytest.mark.parametrize("words", SOUGHT)
def test_what_is_sought_is_among_the_first_three(page, site, words):
    found = pages_found(page, site, words)[:FIRST]
    assert any(one.endswith(SOUGHT[words]) for one in found), found
