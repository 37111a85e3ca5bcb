"""The search finds what readers type."""

import pytest

SOUGHT = {
    "softmax": "reference/generated/micrograd.functions.softmax.html",
    "topological order": "explanation/why-a-topological-order.html",
    "zero_grad": "reference/generated/micrograd.nn.MLP.html",
    "transpose": "explanation/from-scalars-to-matrices.html",
    "learning rate": "how-to/schedule-the-learning-rate.html",
    "save a model": "how-to/save-and-load-a-model.html",
    "dead relu": "gallery/6_diagnosis/plot_dead_relus.html",
}


@pytest.mark.parametrize("words", SOUGHT)
def test_what_is_sought_is_among_the_first_twenty(page, site, words):
    page.goto(f"{site}search.html?q={words.replace(' ', '+')}")
    results = page.locator("#search-results .search li a")
    page.wait_for_function(
        "document.querySelector('#search-results p.search-summary')"
        "?.textContent.includes('finished')",
        timeout=60_000,
    )
    found = [link.get_attribute("href") for link in results.all()[:20]]
    assert any(SOUGHT[words] in (address or "") for address in found), found
