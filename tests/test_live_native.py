"""The playground's worker goes through the numbers of the package."""

import math
from pathlib import Path

import pytest
from conftest import NINE_DIGITS
from test_compiler_wasm import NODE, in_node

from page_programs.playground import LARGEST, Playground, Settings

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "docs/_static/live/playground/native.mjs"
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no node")

SMALL = {"data": "xor", "n": 12, "hidden": [4], "seed": 3}
RUNS = {
    "the default": {"n": 40, "hidden": [6, 6]},
    "relu": {**SMALL, "activation": "relu", "optimizer": "SGD", "lr": 0.1},
    "three classes, batches": {"data": "yin_yang", "n": 30, "hidden": [4],
                               "batch": 7, "loss": "mse_loss"},
    "momentum": {**SMALL, "optimizer": "momentum", "loss": "hinge_loss"},
    "RMSprop": {**SMALL, "optimizer": "RMSprop", "activation": "gelu"},
    "Adagrad": {**SMALL, "optimizer": "Adagrad", "activation": "softplus"},
    "AdamW": {**SMALL, "optimizer": "AdamW", "weight_decay": 0.1},
    "no hidden layer": {**SMALL, "hidden": [], "batch": 5},
    "test points": {**SMALL, "test": 0.3, "batch": 4},
    # Not Adam, which makes steps of rounding errors at a minimum.
    "L1": {**SMALL, "penalty": "l1", "penalty_rate": 0.01, "lr": 0.1,
           "optimizer": "SGD"},
    "L2, inputs": {**SMALL, "penalty": "l2", "penalty_rate": 0.01, "lr": 0.1,
                   "inputs": ["x", "yy", "xy", "siny"], "optimizer": "SGD"},
}  # fmt: skip


def asked(settings, **orders):
    """What the worker is given, and what it is to do."""
    play = Playground(Settings(**settings))
    given = {"network": play.network(), "native": play.native()}
    return {**given, "steps": 1, "size": 8, **orders}


def answered(*questions):
    program = ROOT / "tests" / "playground.mjs"
    return in_node(program, questions, SCRIPT.as_uri())


@pytest.fixture(scope="module")
def runs():
    """Each run in node, after a thousand steps."""
    questions = [asked(settings, steps=1000) for settings in RUNS.values()]
    return dict(zip(RUNS, answered(*questions), strict=True))


@pytest.fixture(scope="module", params=RUNS)
def both(request, runs):
    """The run in Python, and its losses; the run in node."""
    play = Playground(Settings(**RUNS[request.param]))
    return play, play.advance(1000)["losses"], runs[request.param]


def test_a_thousand_losses_are_the_same(both):
    _, losses, native = both
    assert len(losses) == 1000
    assert native["losses"] == pytest.approx(losses, abs=NINE_DIGITS)


def test_all_numbers_are_the_same_after_a_thousand_steps(both):
    play, _, native = both
    numbers = native["numbers"]
    parameters = play.parameters
    state = play.optimizer.state
    expected = {
        "data": [p.data for p in parameters],
        "gradients": [p.grad for p in parameters],
        "before": play.before,
        **{f"{name}": [state[p][name] for p in parameters]
           for name in numbers["state"]},
    }  # fmt: skip
    for name, row in expected.items():
        given = numbers["state"].get(name, numbers.get(name))
        assert given == pytest.approx(row, abs=NINE_DIGITS), name
    counted = numbers["step"], numbers["epoch"], numbers["steps"]
    assert counted == (play.steps, play.epochs, play.optimizer.steps)


def test_what_is_shown_is_the_same(both):
    play, _, native = both
    rows = play.boundary(8)["scores"]
    for row, given in zip(rows, native["boundary"]["rows"], strict=True):
        assert given == pytest.approx(row, rel=1e-3, abs=1e-9)
    rows = play.sums(0, 8)["sums"]
    for row, given in zip(rows, native["sums"]["rows"], strict=True):
        assert given == pytest.approx(row, rel=1e-3, abs=1e-9)
    table = play.table()
    assert native["table"]["predicted"] == table["predicted"]
    for part in "train", "test":
        for name, expected in table[part].items():
            given = native["table"][part][name]
            near = expected and pytest.approx(expected, rel=1e-4)
            assert given == near, (part, name)
    assert native["table"]["surest"] == pytest.approx(
        table["surest"], rel=1e-3
    )


def test_pictures_are_the_same(both):
    play, _, native = both
    expected = play.pictures(8)["outputs"]
    for row, given in zip(expected, native["pictures"], strict=True):
        assert given == pytest.approx(row, rel=1e-3, abs=1e-9)
    data = [p.data for p in play.parameters]
    assert native["parameters"] == pytest.approx(data, abs=NINE_DIGITS)


def test_another_loss_judges_all_points_anew():
    play = Playground(Settings(**SMALL, test=0.25))
    given = {"network": play.network(), "native": play.native()}
    play.change("loss", "hinge_loss")
    renew = play.native(given["native"]["key"])
    (native,) = answered({**given, "steps": 0, "size": 8, "renew": renew})
    for part, judged in play.table().items():
        if part in ("train", "test"):
            told = native["table"][part]["loss"]
            assert told == pytest.approx(judged["loss"], rel=1e-5)
    assert "network" not in play.native(renew["key"])


def test_the_worker_goes_on_with_a_number_that_was_assigned():
    play = Playground(Settings(**SMALL))
    given = {"network": play.network(), "native": play.native()}
    play.assign(2, 0.75)
    renew = play.native(given["native"]["key"])
    (native,) = answered({**given, "steps": 20, "size": 8, "renew": renew})
    own = Playground(Settings(**SMALL))
    own.assign(2, 0.75)
    expected = own.advance(20)["losses"]
    assert native["later"] == pytest.approx(expected, abs=NINE_DIGITS)


def test_a_number_is_assigned_where_no_step_can_be_made():
    play = Playground(Settings(data="empty", hidden=[2]))
    given = {"network": play.network(), "native": play.native()}
    play.assign(2, 0.75)
    renew = play.native(given["native"]["key"])
    (native,) = answered({**given, "steps": 0, "size": 8, "renew": renew})
    assert native["parameters"][2] == 0.75


def test_python_goes_on_from_the_numbers_of_the_worker():
    (native,) = answered(asked(SMALL, steps=20))
    play = Playground(Settings(**SMALL))
    play.take(native["numbers"])
    own = Playground(Settings(**SMALL))
    own.advance(20)
    expected = own.advance(20)["losses"]
    answer = play.advance(20)
    assert answer["step"] == 40
    assert answer["losses"] == pytest.approx(expected, abs=NINE_DIGITS)
    assert play.memory(0) == own.memory(0)


def test_the_worker_goes_on_from_the_numbers_of_python():
    play, own = (Playground(Settings(**SMALL)) for _ in range(2))
    for one in play, own:
        one.advance(20)
        one.change("optimizer", "RMSprop")
    given = {"network": play.network(), "native": play.native()}
    (native,) = answered({**given, "steps": 20, "size": 8})
    expected = own.advance(20)["losses"]
    assert native["losses"] == pytest.approx(expected, abs=NINE_DIGITS)


def test_points_that_are_moved_reach_the_next_step():
    play = Playground(Settings(**SMALL))
    given = {"network": play.network(), "native": play.native()}
    play.advance(5)
    play.edit({"moved": [[0, 2.0, -1.0]], "removed": [3]})
    renew = play.native(given["native"]["key"])
    assert "step" not in renew
    (native,) = answered({**given, "steps": 5, "size": 8, "renew": renew})
    expected = play.advance(5)["losses"]
    assert native["later"] == pytest.approx(expected, abs=NINE_DIGITS)


@pytest.mark.parametrize("room", [LARGEST, 10])
def test_large_networks_are_recorded_in_several_sections(room):
    settings = {"hidden": [32, 32, 32], "n": room, "batch": 10}
    play = Playground(Settings(**settings))
    (native,) = answered(asked(settings, steps=3))
    assert len(play._program().sections) > 2
    expected = play.advance(3)["losses"]
    assert native["losses"] == pytest.approx(expected, abs=NINE_DIGITS)


def test_a_step_taken_back_is_made_again():
    orders = {"steps": 30, "back": 12}
    (native,) = answered(asked({**SMALL, "batch": 5}, **orders))
    assert native["numbers"]["step"] == 18
    assert native["again"] == native["losses"][18:]


def test_no_more_than_fifty_steps_are_taken_back():
    (native,) = answered(asked(SMALL, steps=60, back=55))
    assert native["numbers"]["step"] == 10


def test_a_run_that_diverges_goes_back_to_where_its_loss_was_a_number():
    settings = {**SMALL, "loss": "mse_loss", "activation": "relu",
                "optimizer": "SGD", "lr": 10.0}  # fmt: skip
    (native,) = answered(asked(settings, steps=500))
    own = Playground(Settings(**settings))
    losses = own.advance(500)["losses"]
    given = native["losses"][: len(losses) + 1]
    assert given[:-1] == pytest.approx(losses, rel=1e-9)
    assert given[-1] is None  # not a number
    assert all(map(math.isfinite, native["numbers"]["data"]))


def test_a_hundred_thousand_steps_take_no_more_memory():
    small = {**SMALL, "hidden": [2], "n": 4, "batch": 2, "optimizer": "SGD"}
    few, many = (
        answered(asked(small, steps=steps, count=True))[0]
        for steps in (10_000, 100_000)
    )
    assert many["numbers"]["step"] == 100_000
    assert many["cells"] == few["cells"]
    assert many["heap"] <= few["heap"] + 1_000_000


# --- What the worker is given ---


def test_a_step_that_is_known_is_not_given_again():
    play = Playground(Settings(**SMALL))
    first = play.native()
    again = play.native(first["key"])
    assert "step" in first
    assert "step" not in again
    play.change("lr", 0.5)
    assert "step" not in play.native(first["key"])
    play.change("optimizer", "SGD")
    assert "step" in play.native(first["key"])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data": "empty"}, "add some"),
        ({"hidden": [32, 32, 32, 32]}, "smaller batches"),
    ],
)
def test_what_cannot_be_trained_is_told_as_an_error(settings, words):
    answer = Playground(Settings(**settings)).native()
    assert words in answer["error"]
    assert "step" not in answer


def test_coefficients_go_on_until_they_change_no_more():
    play = Playground(Settings(**SMALL))
    answer = play.coefficients(7, 5)
    expected = [play.optimizer.coefficients(t, 0.02) for t in range(7, 12)]
    assert answer["coefficients"] == expected
    assert not answer["complete"]
    late = play.coefficients(60_000)
    assert late["complete"]
    assert len(late["coefficients"]) == 1
    play.change("optimizer", "SGD")
    assert play.coefficients(0)["coefficients"] == [(0.02, 1.0)]
