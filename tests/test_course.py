"""The last chapters of the tutorials, on the lecture's data.

The cells run up to a heading, with the data read from the folder that
`MICROGRAD_DATA` names; the number that they print must be on the page.
"""

import os
import random
import re
from pathlib import Path

import pytest
from test_tutorials import cells_of, text_of

DATA = os.environ.get("MICROGRAD_DATA", "")
IMPORT = "import micrograd.tensors as torch"

pytestmark = pytest.mark.skipif(
    not DATA, reason="MICROGRAD_DATA names no folder of data"
)


def lecture():
    """The lecture's data, by the names that cells give them."""
    words = Path(DATA, "names.txt").read_text("utf-8").split()
    text = Path(DATA, "input.txt").read_text("utf-8")
    return {"words": words, "text": text, "random": random}


def names_after(page, heading, library=IMPORT):
    """What the cells before a heading define, under a library.

    Those that gather data are left to the lecture's, if these are there.
    """
    pytest.importorskip("numpy")
    end, names = text_of(page).index(heading), {}
    before = [x for x in cells_of(page) if x.start < end and not x.tags]
    assert sum(x.code.count(IMPORT) for x in before) == 1
    for cell in before:
        if DATA and ("faker" in cell.code or "__file__" in cell.code):
            names |= lecture()
        else:
            exec(cell.code.replace(IMPORT, library), names)
    return names


def first_loss_of_the_tree(names):
    """The loss of the flat model, before it has learned."""
    torch, X, Y = names["torch"], names["Xtr"], names["Ytr"]
    torch.manual_seed(42)
    model = names["ready"](names["flat"]())
    ix = torch.randint(0, X.shape[0], (32,))
    return names["F"].cross_entropy(model(X[ix]), Y[ix])


def first_losses_of_bigrams(names):
    """The loss of the untrained table, without the penalty and with it."""
    torch, X, Y = names["torch"], names["X"], names["Y"]
    g = torch.Generator().manual_seed(2147483647)
    W = torch.randn((27, 27), generator=g)
    loss = names["F"].cross_entropy(W[X], Y)
    return loss.item(), (loss + 0.01 * (W**2).mean()).item()


def first_losses_of_three_letters(names):
    """Of the first five names, and of all, before training."""
    torch, dataset = names["torch"], names["dataset"]
    g = torch.Generator().manual_seed(2147483647)
    parameters = names["network"](2, 100, g)
    losses = []
    for some in (names["words"][:5], names["words"]):
        X, Y = dataset(some)
        logits = names["scores"](parameters, X)
        losses.append(names["F"].cross_entropy(logits, Y).item())
    return losses


def first_losses_inside(names):
    """Of the network as it was, and with a small last layer."""
    losses = []
    for last in (1.0, 0.01):
        parameters, g = names["weights"](last=last)
        X, Y = names["Xtr"], names["Ytr"]
        ix = names["torch"].randint(0, X.shape[0], (32,), generator=g)
        logits = names["scores"](parameters, X[ix])
        losses.append(names["F"].cross_entropy(logits, Y[ix]).item())
    return losses


def neuron_of_the_lecture(names):
    """Its output, and the gradients that the lecture prints."""
    slopes = [names[name].grad.item() for name in ("x2", "w2", "x1", "w1")]
    return [names["o"].item(), *slopes]


def said(page):
    return text_of(page).partition("## On the lecture's data")[2]


def test_the_neuron_on_tensors_gives_the_lectures_digits():
    names = names_after("from-numbers-to-tensors", "## Check")
    printed = (
        "0.7071066904050358 0.5000001283844369 0.0 "
        "-1.5000003851533106 1.0000002567688737"
    )
    assert printed == " ".join(map(str, neuron_of_the_lecture(names)))


def test_the_bigrams_of_the_lectures_names_are_as_said():
    names = names_after("counting-letters", "## By gradient")
    told = said("counting-letters")
    assert f"{len(names['words']):,} names" in told
    assert f"{len(names['X']):,} pairs" in told
    for table in ("P", "smooth"):
        assert f"{names['loss_of'](names[table]).item():.5f}" in told
    made = names["names"](names["smooth"], 5)
    assert f"{', '.join(made[:4])} and {made[4]}," in told


def test_the_bigrams_learned_from_the_lectures_names_are_as_said():
    names = names_after("counting-letters", "## A penalty")
    told = " ".join(said("counting-letters").split())
    first, penalised = first_losses_of_bigrams(names)
    assert f"begins with {first:.4f};" in told
    assert f"that is the {penalised:.4f} of" in told
    far = (names["learned"] - names["smooth"]).abs().max().item()
    assert f"largest difference of a probability is {far:.2f}," in told


def test_the_first_losses_of_three_letters_are_as_said():
    names = names_after("three-letters-of-context", "## A few examples")
    told = said("three-letters-of-context")
    few, every = first_losses_of_three_letters(names)
    assert f"{len(names['X'])} examples, for which" in told
    assert f"of {names['size'](names['parameters']):,} parameters" in told
    assert f"loss of {few:.4f} before" in told
    assert f"it is {every:.4f}." in told
    larger = names["network"](10, 200, names["g"])
    assert f"has {names['size'](larger):,} parameters" in told


def test_the_first_losses_inside_are_as_said():
    names = names_after("what-goes-on-inside", "## The first loss")
    first, small = first_losses_inside(names)
    told = said("what-goes-on-inside")
    assert f"a loss of {first:.4f}, and" in told
    assert f"layer of {small:.4f}." in told


def test_the_splits_of_the_lectures_names_are_as_said():
    page = "three-letters-of-context"
    names = names_after(page, "## A few examples") | {"random": random}
    split = next(c for c in cells_of(page) if "Xte, Yte = " in c.code)
    exec(split.code, names)
    sizes = [f"{len(names[x]):,}" for x in ("Xtr", "Xdev", "Xte")]
    assert f"{sizes[0]}, {sizes[1]} and {sizes[2]} examples" in said(page)


def test_the_loss_of_backward_by_hand_on_the_lectures_names_is_as_said():
    names = names_after("backward-by-hand", "## From the loss")
    assert f"{names['loss'].item():.4f}" in said("backward-by-hand")
    assert f"{len(names['words']):,} names" in said("backward-by-hand")


def test_the_first_loss_of_the_tree_on_the_lectures_names_is_as_said():
    names = names_after("a-tree-of-letters", "## Two by two")
    loss = first_loss_of_the_tree(names).item()
    assert f"{loss:.4f}" in said("a-tree-of-letters")
    sizes = f"{len(names['Xtr']):,} and {len(names['Xdev']):,} examples"
    assert sizes in said("a-tree-of-letters")


def test_the_first_loss_of_the_gpt_on_the_lectures_text_is_as_said(capsys):
    names = names_after("attention-and-a-gpt", "## Training")
    loss = re.search(r"(\S+), a guess", capsys.readouterr().out)[1]
    assert f"loss of {loss}," in said("attention-and-a-gpt")
    sizes = f"{len(names['text']):,} characters, {len(names['chars'])} "
    assert sizes in said("attention-and-a-gpt")


def test_the_tokens_of_the_lectures_text_are_as_said():
    page = "byte-pair-encoding"
    file = Path(DATA, "taylorswift.txt")
    if not file.exists():
        pytest.skip("MICROGRAD_DATA has no taylorswift.txt, minbpe's text")
    text = file.read_text("utf-8")
    names = {"text": text, "ids": list(text.encode())}
    for cell in cells_of(page):
        if re.match(r"def (merge|train)\(|from collections", cell.code):
            exec(cell.code.partition("\n\n\nfirst, ")[0], names)
    merges = names["train"](names["ids"], 20)
    tokens = names["encode"](text, merges)
    told = said(page)
    assert f"{len(names['ids']):,} bytes" in told
    assert f"{len(tokens):,} tokens after twenty merges" in told
    assert names["decode"](tokens, merges) == text
