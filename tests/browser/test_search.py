"""The search finds what readers type, among the first three."""

from urllib.parse import quote_plus

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
    "exercises": "exercises/index.html",
    "export svg": "how-to/draw-a-graph.html",
    "load weights from torch": "how-to/move-a-model-to-pytorch-and-back.html",
    "same prediction for all inputs": "tutorials/when-it-does-not-learn.html",
    "what is missing": "reference/compatibility.html",
    "write my own loss": "explanation/where-people-get-stuck.html",
    "report a bug": "contributing.html",
    "save weights": "how-to/save-and-load-a-model.html",
    "svm": "tutorials/learning-the-moons.html",
    "Value": "generated/micrograd.Value.html",
    "visualize graph": "how-to/draw-a-graph.html",
    "webassembly": "how-to/run-a-program-in-a-web-page.html",
    "weight decay": "gallery/6_diagnosis/plot_weight_decay.html",
    # Words that are not all on one page, or on none.
    "accumulate gradient a + a +=": "tutorials/walking-backwards.html",
    "batch normalisation eval": "where-people-get-stuck-on-tensors.html",
    "batch normalization eval": "where-people-get-stuck-on-tensors.html",
    "choose learning rate too high": "tutorials/when-it-does-not-learn.html",
    "custom activation mish": "how-to/add-a-primitive.html",
    "draw graph windows without graphviz": "how-to/draw-a-graph.html",
    "embed live cell on my web page": "run-a-program-in-a-web-page.html",
    "forget eval": "where-people-get-stuck-on-tensors.html",
    "gradient with respect to the input": "where-people-get-stuck.html",
    "how much slower than PyTorch": "explanation/what-compiling-buys.html",
    "iframe": "how-to/run-a-program-in-a-web-page.html",
    "lesson plan slides licence": "teach-the-course-in-ten-sessions.html",
    "multi-class classification": "explanation/where-people-get-stuck.html",
    "multiclass": "explanation/where-people-get-stuck.html",
    "pip install wrong package": "installation.html",
    "recursion error RecursionError deep graph": "topological-order.html",
    "report a bug run tests": "contributing.html",
    "run nn.Module program": "how-to/run-the-lectures-notebooks.html",
    "saliency": "explanation/where-people-get-stuck.html",
    "syllabus for a term": "how-to/teach-the-course-in-ten-sessions.html",
    "three classes": "explanation/where-people-get-stuck.html",
    "visualise graph jupyter": "how-to/draw-a-graph.html",
    "write my own optimizer": "how-to/write-an-optimiser.html",
    # The exact name of what has a page of its own.
    "BatchNorm1d": "generated/micrograd.tensors.nn.BatchNorm1d.html",
    "numerical_gradient": "micrograd.differences.numerical_gradient.html",
}

# What the search says where no page has all that is typed.
NOTE = "No page has all of these words. These pages have most of them:"


def search(page, site, words):
    """Type words, and wait until all that is found, if any, is listed."""
    page.goto(f"{site}search.html?q={quote_plus(words)}")
    page.wait_for_function(
        "document.querySelector('#search-results p.search-summary')"
        "?.textContent"
    )


def pages_found(page, site, words):
    """The addresses of the results, in order, each page once."""
    search(page, site, words)
    results = page.locator("#search-results .search > li")
    links = [one.locator("a").first for one in results.all()[:20]]
    found = [link.get_attribute("href").partition("?")[0] for link in links]
    return list(dict.fromkeys(one.partition("#")[0] for one in found))


@pytest.mark.parametrize("words", SOUGHT)
def test_what_is_sought_is_among_the_first_three(page, site, words):
    found = pages_found(page, site, words)[:FIRST]
    assert any(one.endswith(SOUGHT[words]) for one in found), found


def test_what_is_on_no_page_as_a_whole_is_said_to_be_in_parts(page, site):
    search(page, site, "xyzzy learning rate")
    assert page.locator("#search-results").get_by_text(NOTE).is_visible()
    search(page, site, "learning rate")
    assert not page.locator("#search-results").get_by_text(NOTE).count()


@pytest.mark.parametrize(
    "words", ["too high learning rate", "batch normalisation eval"]
)
def test_pages_that_teach_come_before_source_and_exercises(page, site, words):
    found = pages_found(page, site, words)
    last = ["source/", "exercises/", "generated/micrograd.tensors"]
    late = [any(one in each for one in last) for each in found[:FIRST]]
    assert not any(late), found


def titles_found(page, site, words):
    search(page, site, words)
    links = page.locator("#search-results .search > li > a:first-child")
    return links.all_inner_texts()


def test_the_name_of_a_class_does_not_list_its_methods(page, site):
    found = titles_found(page, site, "huber loss")
    assert {"functional.huber_loss", "HuberLoss"} < {
        one.removeprefix("micrograd.tensors.nn.") for one in found[:3]
    }
    assert not any("HuberLoss." in one for one in found)
    found = titles_found(page, site, "HuberLoss.forward")
    assert "micrograd.tensors.nn.HuberLoss.forward" in found


def test_a_method_is_listed_where_it_is_inherited_from(page, site):
    found = titles_found(page, site, "eval")
    assert {
        "micrograd.nn.Module.eval",
        "micrograd.tensors.nn.Module.eval",
    } == {one for one in found if one.endswith(".eval")}
    found = titles_found(page, site, "Linear.eval")
    assert "micrograd.tensors.nn.Linear.eval" in found


def test_pages_of_one_name_are_told_apart_and_listed_once(page, site):
    found = titles_found(page, site, "linear")
    assert {"micrograd.tensors.linear.linear", "micrograd.optim.linear"} < {
        *found
    }
    assert len(found) == len({*found})


def test_the_last_of_many_results_wait_until_asked_for(page, site, eventually):
    first = 30
    assert first == len(titles_found(page, site, "parameters"))
    page.click("text=/Show \\d+ more/")
    results = page.locator("#search-results .search > li")
    assert eventually(page, lambda: results.count() > first)
    assert not page.locator("text=/Show \\d+ more/").count()


def test_an_excerpt_has_spaces_between_what_stands_apart(page, site):
    page.goto(f"{site}search.html")
    html = "<article><p>one</p><p>t<b>w</b>o</p><svg>three</svg></article>"
    assert "one two " == page.evaluate("Search.htmlToText", html)
