"""What the playground's page proposes to try does what the page says."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from page_programs.playground import Playground, Settings

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "playground.md"
TRIES = re.findall(r'data-try="([^"]*)"', PAGE.read_text("utf-8"))
WHOLE = {"n", "batch", "seed"}
SHOWN = {"until", "speed", "levels", "lines", "probe"}


def settings_of(fragment):
    """The settings in an address, as the page reads them."""
    found = {}
    for name, text in parse_qsl(html.unescape(fragment)):
        if name == "hidden":
            found[name] = [int(x) for x in text.split("-") if x.isdigit()]
        elif name not in SHOWN:
            number = isinstance(getattr(Settings(), name), int | float)
            kind = int if name in WHOLE else float if number else str
            found[name] = kind(text)
    return Settings(**found)


def trained(fragment, steps):
    play = Playground(settings_of(fragment))
    play.advance(steps)
    return play


@pytest.mark.parametrize("fragment", TRIES)
def test_what_the_page_proposes_to_try_can_be_trained(fragment):
    play = trained(fragment, 1)
    assert play.steps == 1
    assert play.table()["accuracy"] > 0


def proposed(word):
    (found,) = [text for text in TRIES if word in text]
    return found


def test_a_line_leaves_half_of_xor_wrong_and_a_layer_does_not():
    assert trained(proposed("hidden=none"), 300).table()["accuracy"] < 0.8
    with_a_layer = proposed("hidden=none").replace("none", "8")
    assert trained(with_a_layer, 300).table()["accuracy"] > 0.95


def test_too_high_a_rate_kills_neurons():
    layers = trained(proposed("relu"), 100).histograms()["layers"]
    assert sum(layer.get("dead", 0) for layer in layers) > 4


def test_plain_descent_on_spirals_needs_more_steps_than_adam():
    plain = proposed("spirals")
    adam = plain.replace("SGD", "Adam").replace("lr=0.1", "lr=0.02")
    losses = [trained(f, 120).advance(1)["losses"][0] for f in (plain, adam)]
    assert losses[0] > 2 * losses[1]


def test_weight_decay_forgets_what_was_learnt_by_heart():
    noisy = proposed("noise=0.35") + "&n=40"
    by_heart = trained(noisy, 500).table()["accuracy"]
    decayed = trained(f"{noisy}&weight_decay=0.02", 500).table()["accuracy"]
    assert by_heart == 1
    assert decayed < 0.95
