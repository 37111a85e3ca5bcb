"""The page on compatibility says what PyTorch has and is missing here."""

import re
from pathlib import Path

import pytest

import micrograd.tensors as mt

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "compatibility.md"


def names_that_the_page_calls_missing():
    _, _, rest = PAGE.read_text("utf-8").partition("is missing here\n")
    modules, layers, *_ = rest.strip().splitlines()
    assert modules.startswith("- Modules")
    assert layers.startswith("- Layers")
    words = r"`(\w+)`(?! is\))"
    return re.findall(words, modules) + re.findall(words, layers)


@pytest.mark.parametrize("name", names_that_the_page_calls_missing())
def test_what_the_page_calls_missing_is_missing(name):
    for home in (mt, mt.nn, mt.optim):
        with pytest.raises(AttributeError):
            getattr(home, name)
