"""What the playground's page proposes to try does what the page says."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from page_programs.playground import Playground, Settings

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "playground.md"
TEXT = PAGE.read_text("utf-8")
TRIES = re.findall(r'data-try="([^"]*)"', TEXT)
WHOLE = {"n", "batch", "seed"}
SHOWN = {"until", "speed", "levels", "discrete", "lines", "probe", "a"}


def settings_of(fragment):
    """The settings in an address, as the page reads them."""
    found = {}
    for name, text in parse_qsl(html.unescape(fragment)):
        if name == "hidden":
            found[name] = [int(x) for x in text.split("-") if x.isdigit()]
        elif name == "inputs":
            found[name] = text.split("-")
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
    assert play.table()["train"]["accuracy"] > 0


def proposed(name):
    """The settings that a button sets up."""
    (found,) = re.findall(rf'data-try="([^"]*)">{name}<', TEXT)
    return found


def right(fragment, steps):
    return trained(fragment, steps).table()["train"]["accuracy"]


def test_a_line_leaves_half_of_xor_wrong_and_a_layer_does_not():
    line = proposed("A line is not enough")
    assert right(line, 300) < 0.8
    assert right(line.replace("none", "8"), 300) > 0.95


def test_too_large_a_step_overshoots_and_a_tenth_of_it_does_not():
    large = proposed("Too large a step") + "&n=40"
    small = large.replace("lr=10", "lr=1")
    jumps, falls = (
        max(trained(fragment, 60).advance(20)["losses"])
        for fragment in (large, small)
    )
    assert jumps > 2
    assert falls < 1


def test_too_high_a_rate_kills_neurons():
    layers = trained(proposed("Dead ReLUs"), 100).histograms()["layers"]
    assert sum(layer.get("dead", 0) for layer in layers) > 4


def test_no_weight_that_starts_at_zero_moves():
    play = trained(proposed("All zero") + "&n=20", 20)
    assert f"{play.advance(1)['losses'][0]:.3f}" == "0.693"
    moved = [p.label for p in play.parameters if p.data != 0]
    assert all(label.endswith(".b") for label in moved)


def test_circles_need_squares_and_no_layer():
    assert right(proposed("A line on circles"), 300) < 0.75
    squares = proposed("Squares, no layer")
    assert "hidden=none" in squares
    assert right(squares, 300) > 0.95


def test_plain_descent_on_spirals_needs_more_steps_than_adam():
    plain = proposed("Spirals with plain SGD")
    adam = plain.replace("SGD", "Adam").replace("lr=0.1", "lr=0.02")
    losses = [trained(f, 120).advance(1)["losses"][0] for f in (plain, adam)]
    assert losses[0] > 2 * losses[1]


def test_l2_makes_the_fit_worse_and_the_test_better():
    free = trained(proposed("Overfitting"), 400).table()
    held = trained(proposed("Held back by L2"), 400).table()
    assert free["train"]["accuracy"] == 1
    assert held["train"]["loss"] > free["train"]["loss"]
    assert held["test"]["loss"] < 0.5 * free["test"]["loss"]


def test_of_a_rare_class_the_share_that_is_right_says_little():
    play = trained(proposed("Rare squares"), 300)
    assert play.table()["train"]["accuracy"] == pytest.approx(0.95, abs=0.02)
    assert sum(c for *_, c in play.points) == 10


def test_every_experiment_asks_something():
    entries = re.findall(r"(?s)<li>.*?</li>", TEXT)
    assert len(entries) == len(TRIES) >= 6
    for entry in entries:
        question = re.search(r"</button>\s*(.*?)\s*<details>", entry)[1]
        assert question.endswith("?"), entry
