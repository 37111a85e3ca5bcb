"""The last chapters of the tutorials, the same under PyTorch as here.

Their cells run up to where training begins, once with the import that they
have and once with PyTorch's.  The names and the text are the lectures' if
`MICROGRAD_DATA` names the folder they lie in, and otherwise the page's own.
"""

import pytest
from test_course import (
    IMPORT,
    first_loss_of_the_tree,
    first_losses_of_bigrams,
    first_losses_of_three_letters,
    names_after,
    neuron_of_the_lecture,
)

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)

pytestmark = pytest.mark.usefixtures("single_precision")


def loss_of_the_step(names):
    return names["loss"]


def first_loss_of_the_gpt(names):
    return names["loss_of"](names["model"], names["x"], names["y"])


@pytest.mark.parametrize(
    ("page", "heading", "loss"),
    [
        ("backward-by-hand", "## From the loss", loss_of_the_step),
        ("a-tree-of-letters", "## Two by two", first_loss_of_the_tree),
        ("attention-and-a-gpt", "## Training", first_loss_of_the_gpt),
    ],
)
def test_the_first_loss_of_a_chapter_is_that_under_pytorch(
    page, heading, loss
):
    ours = loss(names_after(page, heading, IMPORT)).item()
    theirs = loss(names_after(page, heading, "import torch")).item()
    assert f"{ours:.4f}" == f"{theirs:.4f}"


@pytest.mark.filterwarnings("ignore:The .grad attribute")  # the page's point
def test_the_lectures_neuron_gives_the_digits_of_pytorch():
    page, end = "from-numbers-to-tensors", "## Check"
    ours = neuron_of_the_lecture(names_after(page, end, IMPORT))
    theirs = neuron_of_the_lecture(names_after(page, end, "import torch"))
    assert ours == theirs


def test_view_refuses_a_transpose_in_pytorch_and_here():
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        torch.arange(6).view(2, 3).T.view(6)
    names = names_after("from-numbers-to-tensors", "## Changes in place")
    with pytest.raises(RuntimeError, match="use reshape"):
        names["v"].T.view(6)


def test_names_and_losses_of_bigrams_are_those_under_pytorch():
    page, end = "counting-letters", "## By gradient"
    ours = names_after(page, end, IMPORT)
    theirs = names_after(page, end, "import torch")
    for table in ("P", "smooth"):
        assert ours["names"](ours[table]) == theirs["names"](theirs[table])
        losses = [x["loss_of"](x[table]).item() for x in (ours, theirs)]
        assert losses[0] == pytest.approx(losses[1], abs=1e-6)
    first = first_losses_of_bigrams(ours)
    assert first == pytest.approx(first_losses_of_bigrams(theirs), abs=1e-5)


def test_first_losses_of_three_letters_are_those_under_pytorch():
    page, end = "three-letters-of-context", "## A few examples"
    ours = names_after(page, end, IMPORT)
    theirs = names_after(page, end, "import torch")
    losses = first_losses_of_three_letters(ours)
    expected = first_losses_of_three_letters(theirs)
    assert losses == pytest.approx(expected, abs=2e-5)
