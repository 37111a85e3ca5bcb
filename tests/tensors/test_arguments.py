"""Arguments of another kind are refused in three parts."""

import inspect
from contextlib import suppress

import numpy as np
import pytest

from micrograd import Value, tensors
from micrograd.errors import MicrogradError, NumberError
from micrograd.tensors.documentation import KINDS
from micrograd.tensors.nn import functional

OF_TENSORS = {
    f"{module.__name__}.{name}": function
    for module in (tensors, functional)
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and "\ninput : Tensor\n" in (function.__doc__ or "")
}
OTHERS = {
    "Value": Value(1.0),
    "list": [1.0, 2.0],
    "str": "abc",
    "nothing": None,
}


def call(function, first):
    """Call with as many arguments as it needs, the first of them given."""
    needed = [
        one
        for one in inspect.signature(function).parameters.values()
        if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    ]
    rest = [tensors.ones(2, 2)] * (len(needed) - 1)
    return function(first, *rest)


def test_most_functions_are_tried():
    assert len(OF_TENSORS) > 100


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", OF_TENSORS)
def test_what_is_no_tensor_is_taken_or_refused(name, other):
    # Some are arithmetic alone, which other numbers have, too.
    with suppress(MicrogradError, ValueError):
        call(OF_TENSORS[name], OTHERS[other])


def test_a_function_of_values_is_pointed_out():
    with pytest.raises(NumberError, match=r"micrograd\.functions"):
        functional.huber_loss(Value(1.0), Value(2.0))


@pytest.mark.parametrize("given", ["a", 1.5, None, [1.0]])
def test_a_whole_number_is_needed(given):
    with pytest.raises(NumberError, match="whole number"):
        tensors.ones(2, 2).cumsum(given)
    if given in ("a", None):
        with pytest.raises(NumberError, match="whole number"):
            tensors.triu(tensors.ones(2, 2), given)


@pytest.mark.parametrize("given", [2.5, 2.0, "a"])
def test_a_length_is_a_whole_number(given):
    with pytest.raises(NumberError, match="whole numbers"):
        tensors.zeros(given, 2)
    with pytest.raises(NumberError, match="whole numbers"):
        tensors.zeros(2, 2).view(given)


WRONG = {
    "an axis": (lambda x: x.sum("a"), "whole number"),
    "axes": (lambda x: x.amax((0, "a")), "whole number"),
    "keepdim": (lambda x: x.sum(0, keepdim="a"), "True or False"),
    "a type": (lambda x: tensors.zeros(2, dtype=7), "type such as float32"),
    "a type's name": (
        lambda x: tensors.ones(2, dtype="floaty"),
        "type such as float32",
    ),
    "like": (lambda x: tensors.ones_like(x, dtype=7), "type such as float32"),
    "a size": (lambda x: tensors.rand("a"), "whole numbers"),
    "sizes": (lambda x: tensors.full(("a", 2), 1.0), "whole numbers"),
    "a number": (lambda x: tensors.logit(x, "a"), "a number"),
    "a window": (lambda x: functional.max_pool2d(x, "a"), "whole numbers"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_option_of_another_kind_is_refused(name):
    act, match = WRONG[name]
    with pytest.raises(MicrogradError, match=match):
        act(tensors.ones(2, 3))


def test_whole_numbers_of_numpy_and_tensors_are_taken():
    two = tensors.tensor(2)
    assert (2, 2) == tensors.zeros(np.int64(2), two).shape
    assert (2,) == tensors.zeros(2, 3).sum(np.int64(1)).shape


def test_a_list_of_tensors_is_needed():
    for given in (3, [1.0, 2.0], "abc"):
        with pytest.raises(NumberError, match="a list of tensors"):
            tensors.cat(given)


def test_every_kind_is_a_word_of_the_documentation():
    both = [*vars(tensors).values(), *vars(functional).values()]
    texts = [one.__doc__ or "" for one in both]
    for kind in KINDS:
        assert any(f" : {kind}" in text for text in texts)
