"""The playground's numbers are the package's own, and fit into JSON."""

import contextlib
import io
import json
import math

import pytest

from micrograd import functions
from micrograd.errors import (
    GraphSizeError,
    OptionError,
    ShapeError,
    StateError,
)
from micrograd.nn import MLP
from page_programs import playground
from page_programs.playground import Playground, Settings, ask, begin
from page_programs.showing import Forward, chances, graph

ROUNDING = 1e-12  # lanes add gradients up in another order than the engine

SMALL = {"data": "xor", "n": 8, "hidden": [3]}


def small(**more):
    return Playground(Settings(**{**SMALL, **more}))


# --- The same numbers by hand ---

RUNS = {
    "the default": {},
    "batches": {"batch": 7, "n": 24, "activation": "relu"},
    "hinge": {"loss": "hinge_loss", "optimizer": "momentum", "hidden": [4]},
    "three classes": {"data": "yin_yang", "hidden": [4], "n": 30},
    "three, hinge": {**SMALL, "data": "yin_yang", "loss": "hinge_loss"},
    "three, squares": {**SMALL, "data": "yin_yang", "loss": "mse_loss"},
    "AdamW": {**SMALL, "optimizer": "AdamW", "weight_decay": 0.1},
    "RMSprop": {**SMALL, "optimizer": "RMSprop", "init": "xavier"},
    "Adagrad": {**SMALL, "optimizer": "Adagrad", "data": "circles"},
    "no hidden layer": {**SMALL, "hidden": []},
    "seven inputs": {
        **SMALL,
        "inputs": ["x", "y", "xx", "yy", "xy", "sinx", "siny"],
    },
    "L1": {**SMALL, "penalty": "l1", "penalty_rate": 0.02},
    "L2": {**SMALL, "penalty": "l2", "penalty_rate": 0.1, "batch": 3},
    "test points": {**SMALL, "n": 20, "test": 0.3, "batch": 4},
    "one class is rare": {**SMALL, "n": 20, "balance": 0.2},
    "all zero": {**SMALL, "init": "zeros"},
    "all at once": {
        **SMALL,
        "n": 30,
        "test": 0.5,
        "balance": 0.7,
        "penalty": "l2",
        "inputs": ["xy", "sinx"],
        "edits": {"removed": [29]},
    },
    "edited": {
        **SMALL,
        "edits": {
            "removed": [1],
            "moved": [[0, 0.5, 0.25]],
            "added": [[1, 1, 1]],
        },
    },
    "own points": {
        **SMALL,
        "data": "empty",
        "edits": {"added": [[1, 1, 1], [0, 0, 0]]},
    },
}


def by_hand(play, steps):
    """The names that the program leaves which the page offers."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(play.script(steps)["script"], names)
    last, *tested = map(float, printed.getvalue().split())
    assert last == names["losses"][steps - 1]
    assert len(tested) == bool(play.test)
    names["tested"] = tested
    return names


@pytest.mark.parametrize("name", RUNS)
def test_a_program_by_hand_goes_through_the_same_losses(name):
    steps = 3 if name == "the default" else 20  # without compiling, slow
    play = Playground(Settings(**RUNS[name]))
    losses = play.advance(steps)["losses"]
    names = by_hand(play, steps)
    assert names["losses"] == pytest.approx(losses, rel=ROUNDING)
    shown = play.table()["test"]["loss"]
    assert names["tested"] == ([] if shown is None else [approx(shown)])


def approx(shown):
    """What is shown has six digits."""
    return pytest.approx(shown, rel=1e-5)


def test_the_room_in_a_batch_changes_nothing():
    one = small(n=8, batch=8).advance(5)["losses"]
    two = small(n=8, batch=0).advance(5)["losses"]
    assert one == two
    expected = by_hand(small(n=8), 5)["losses"]
    assert expected == pytest.approx(one, rel=ROUNDING)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "softplus"])
def test_the_network_without_a_graph_is_equal_to_the_bit(activation):
    model = MLP(2, [5, 4, 3], activation=activation)
    points = [(0.3, -1.2), (2.0, 0.1)]
    rows = Forward(model, activation)("scores", points)
    expected = [tuple(s.data for s in model([*p])) for p in points]
    assert rows == expected


# --- Training ---


def test_training_counts_steps_and_epochs():
    play = small(n=8, batch=3)
    assert play.advance(2)["epoch"] == 0
    answer = play.advance(2)
    assert answer["step"] == 4
    assert answer["epoch"] == 1


def test_training_stops_when_the_time_is_up_but_makes_a_step():
    answer = small().advance(1000, 0.0)
    assert answer["step"] == len(answer["losses"]) == 1


def test_another_learning_rate_does_not_compile_again():
    play = small()
    play.advance(1)
    step = play.step
    play.change("lr", 0.5)
    assert play.step is step
    assert play.optimizer.lr == 0.5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("optimizer", "SGD"),
        ("loss", "mse_loss"),
        ("weight_decay", 0.1),
        ("penalty", "l1"),
        ("penalty_rate", 0.5),
    ],
)
def test_a_change_of_training_keeps_the_weights(name, value):
    play = small()
    play.advance(3)
    before = [p.data for p in play.parameters]
    play.change(name, value)
    assert [p.data for p in play.parameters] == before
    assert play.advance(1)["step"] == 4


@pytest.mark.parametrize(
    ("kind", "slope"),
    [("l1", lambda w: math.copysign(1, w)), ("l2", lambda w: 2 * w)],
)
def test_a_penalty_pulls_at_weights_and_not_at_biases(kind, slope):
    plain, play = (small(optimizer="SGD", loss="hinge_loss") for _ in "ab")
    for one in [*plain.parameters, *play.parameters]:
        if one.label.endswith(".b"):
            one.data = 0.5
    play.change("penalty_rate", 0.25)
    play.change("penalty", kind)
    start = {p.label: p.data for p in plain.parameters}
    losses = [one.advance(1)["losses"][0] for one in (plain, play)]
    assert losses[1] > losses[0]
    for one, two in zip(plain.parameters, play.parameters, strict=True):
        pull = 0.0 if one.label.endswith(".b") else slope(start[one.label])
        assert two.grad - one.grad == pytest.approx(0.25 * pull, abs=1e-12)


def test_without_a_penalty_the_rate_of_it_changes_nothing():
    one, two = small(), small(penalty_rate=0.7)
    assert one.advance(5)["losses"] == two.advance(5)["losses"]


def test_weight_decay_reaches_the_next_step():
    play = small(optimizer="SGD", lr=0.1)
    play.change("weight_decay", 1.0)
    before = [p.data for p in play.parameters]
    play.advance(1)
    for p, old in zip(play.parameters, before, strict=True):
        assert p.data == pytest.approx(old - 0.1 * (p.grad + old))


def test_a_gradient_that_is_not_finite_ends_training_with_the_reason():
    play = small(loss="mse_loss", activation="relu", optimizer="SGD", lr=10.0)
    answer = play.advance(500)
    step = answer["step"]
    assert step == len(answer["losses"]) < 500
    assert f"diverged at step {step + 1}:" in answer["error"]
    assert "smaller learning rate" in answer["error"]
    for panel in ["table", "histograms"]:  # all that is shown is finite
        json.dumps(getattr(play, panel)(), allow_nan=False)
    json.dumps(play.boundary(8), allow_nan=False)


def test_too_large_a_step_is_refused_with_advice():
    play = Playground(Settings(hidden=[32, 32, 32], n=100))
    with pytest.raises(GraphSizeError, match="smaller batches"):
        play.advance(1)


# --- Points ---


def test_test_points_are_the_last_ones_that_were_drawn():
    play = small(n=10, test=0.3)
    answer = play.edit({"removed": [8], "added": [[0, 0, 1]]})
    assert answer["test"] == [7, 8]  # of what is left, numbers 7 and 9
    assert play.test == [play.drawn[7], play.drawn[9]]
    assert len(play.train) == 8
    assert play.train[-1] == [0.0, 0.0, 1]


def test_training_does_not_see_test_points():
    one, two = small(n=10, test=0.3), small(n=10, test=0.3)
    two.edit({"moved": [[9, 5.0, 5.0]]})
    assert one.advance(5)["losses"] == two.advance(5)["losses"]
    assert one.table()["train"] == two.table()["train"]
    assert one.table()["test"] != two.table()["test"]


@pytest.mark.parametrize("settings", [{"data": "empty"}, {"n": 1}])
def test_too_few_points_are_all_trained_on(settings):
    play = small(test=0.5, **settings)
    play.edit({"added": [[0, 0, 1]]})
    assert play.test == []
    assert play.table()["test"] == {"loss": None, "accuracy": None}


@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.9])
@pytest.mark.parametrize("data", ["moons", "circles", "xor", "spirals"])
def test_a_class_has_the_share_that_was_asked_for(data, share):
    points = Playground(Settings(data=data, n=40, balance=share)).points
    for part in (points, points[:20], points[20:]):
        ones = sum(c for *_, c in part)
        assert ones == pytest.approx(share * len(part), abs=1)


def test_edits_are_done_to_the_generated_points():
    play = small(n=4)
    first, second, third, fourth = play.points
    edits = {"removed": [1], "moved": [[2, 0.5, 0.25]], "added": [[9, 8, 1]]}
    answer = play.edit(edits)
    moved = [0.5, 0.25, third[2]]
    assert answer["points"] == [first, moved, fourth, [9.0, 8.0, 1]]
    assert answer["origins"] == [0, 2, 3, -1]
    assert play.edit({})["points"] == [first, second, third, fourth]


def test_a_link_to_points_that_are_not_there_still_opens():
    edits = {"removed": [99], "moved": [[99, 0, 0]], "added": [[0, 0, 7]]}
    play = small(n=4, edits=edits)
    assert len(play.points) == 5
    assert play.points[-1][2] == 1  # the highest class there is


def test_training_without_points_says_so():
    play = Playground(Settings(data="empty", hidden=[2]))
    with pytest.raises(ShapeError, match="add some"):
        play.advance(1)


def test_more_points_than_the_page_can_bear_are_refused():
    with pytest.raises(ShapeError, match="up to 400"):
        small(n=401)


# --- Showing ---


def test_the_table_counts_what_is_right():
    play = small(data="moons", n=20)
    play.advance(30)
    answer = play.table()
    scores = [play.model(row[:2]).data for row in play.points]
    classes = [row[2] for row in play.points]
    right = functions.accuracy(scores, classes)
    assert answer["train"]["accuracy"] == right
    assert answer["predicted"] == [int(s > 0) for s in scores]


def test_the_table_tells_the_loss_without_the_penalty():
    play = small(data="moons", n=20, test=0.4, penalty="l2", penalty_rate=1)
    play.advance(5)
    answer = play.table()
    for name, rows in ("train", play.train), ("test", play.test):
        scores = [play.model(row[:2]) for row in rows]
        classes = [row[2] for row in rows]
        loss = functions.binary_cross_entropy_with_logits(scores, classes)
        expected = loss.data
        assert answer[name]["loss"] == pytest.approx(expected, rel=1e-5)


def test_pictures_are_of_inputs_and_of_what_neurons_put_out():
    play = small(hidden=[3, 2], inputs=["x", "xx", "siny"])
    (x, y), half = play.middle, play.half
    answer = play.pictures(2)
    corner = [x - half, (x - half) ** 2, math.sin(y + half)]
    first = play.model.layers[0](corner)
    second = play.model.layers[1](first)
    score = play.model(corner).data
    expected = [*corner, *[v.data for v in [*first, *second]], score]
    corners = [row[0] for row in answer["outputs"]]
    assert corners == pytest.approx(expected, rel=1e-3)
    numbers = [p.data for p in play.parameters]
    assert answer["parameters"] == pytest.approx(numbers, rel=1e-5)
    neuron = play.neuron(1, 2, 2)
    assert neuron["output"] == answer["outputs"][3 + 2]


def test_the_graph_of_a_point_begins_with_x_and_y_themselves():
    play = small(inputs=["xx", "sinx"])
    boxes = play.probe(1, 2, 1)["boxes"]
    titles = [box["title"] or box["op"] for box in boxes]
    assert "x" in titles
    assert {"*", "sin"} <= {*titles}


def test_the_grid_starts_at_the_top_left():
    play = small()
    (x, y), half = play.middle, play.half
    answer = play.boundary(5)
    corner = play.model([x - half, y + half]).data
    below = play.model([x - half, y]).data
    (scores,) = answer["scores"]
    assert scores[0] == pytest.approx(corner, rel=1e-3)
    assert scores[10] == pytest.approx(below, rel=1e-3)
    assert len(scores) == 25


def test_sums_of_a_layer_are_what_its_neurons_bend():
    play = small(hidden=[3, 2])
    (x, y), half = play.middle, play.half
    first = play.model.layers[0]([x - half, y + half])
    second = play.model.layers[1].neurons[1]
    expected = sum(w * v for w, v in zip(second.w, first, strict=True))
    sums = play.sums(1, 2)["sums"]
    assert sums[1][0] == pytest.approx((expected + second.b).data, rel=1e-3)


def test_the_probe_shows_the_loss_and_leaves_training_alone():
    play = small(data="yin_yang", n=9)
    play.advance(3)
    before = [p.grad for p in play.parameters]
    answer = play.probe(0.5, -0.25, 2)
    assert [p.grad for p in play.parameters] == before
    scores = play.model([0.5, -0.25])
    loss = functions.cross_entropy(scores, 2)
    last = answer["boxes"][-1]
    assert last["title"] == "loss"
    assert last["data"] == pytest.approx(loss.data, rel=1e-5)


def test_a_wire_carries_its_weight_and_the_gradient_of_it():
    model = MLP(2, [2, 1], activation="tanh")
    loss = model([0.5, -1.0]) ** 2
    loss.backward()
    found = graph(loss, model)
    weights = [w for n in model.layers[0].neurons for w in n.w]
    wires = [wire[2:] for wire in found["wires"][:4]]
    for wire, w in zip(wires, weights, strict=True):
        assert wire == pytest.approx([w.data, w.grad], rel=1e-5)


def test_boxes_stand_in_columns_from_left_to_right():
    play = Playground(Settings(hidden=[4, 3], n=10))
    found = play.probe(0.0, 0.0, 1)
    level = [box["level"] for box in found["boxes"]]
    assert all(level[a] < level[b] for a, b, *_ in found["wires"])
    neurons = [box["level"] for box in found["boxes"] if "bias" in box]
    assert neurons == [1] * 4 + [2] * 3 + [3]


def test_the_memory_is_that_of_the_optimiser():
    play = small()
    play.advance(4)
    before = [p.data for p in play.parameters]
    play.advance(1)
    rows = play.memory(0)["rows"]
    p = play.parameters[0]
    own = play.optimizer.state[p]
    root = own["exp_avg_sq"] ** 0.5
    numbers = [p.data, p.grad, own["exp_avg"], root, p.data - before[0]]
    assert rows[0][0] == "layers.0.neurons.0.w[0]"
    assert rows[0][1:] == pytest.approx(numbers, rel=1e-5)
    assert len(rows) == 9


def test_plain_descent_remembers_nothing():
    rows = small(optimizer="SGD").memory(1)["rows"]
    assert [row[3:5] for row in rows] == [[None, None]] * 4


def test_histograms_count_every_output_and_every_gradient():
    play = small(n=8)
    play.advance(1)
    hidden, last = play.histograms()["layers"]
    assert sum(hidden["outputs"]["counts"]) == 3 * 8
    assert sum(hidden["gradients"]["counts"]) == 9
    assert sum(last["outputs"]["counts"]) == 8
    assert "saturated" not in last


def test_dead_neurons_are_counted():
    play = small(activation="relu")
    for neuron in play.model.layers[0].neurons[:2]:
        neuron.b.data = -100.0
    hidden, _ = play.histograms()["layers"]
    assert hidden["dead"] == 2
    assert hidden["saturated"] >= 2 / 3


def test_an_output_is_saturated_where_its_slope_is_below_a_twentieth():
    play = small(activation="tanh")
    layer = play.model.layers[0]
    # Each neuron hands on its bias: tanh' is 0.04, 0.06 and 1 there.
    for neuron, slope in zip(layer.neurons, (0.04, 0.06, 1.0), strict=True):
        for w in neuron.w:
            w.data = 0.0
        neuron.b.data = math.atanh(math.sqrt(1 - slope))
    hidden, _ = play.histograms()["layers"]
    assert (1 / 3, 1) == (hidden["saturated"], hidden["dead"])


def test_one_score_is_a_chance_of_two_classes():
    assert chances([0.0]) == [0.5, 0.5]
    assert chances([800.0]) == [0.0, 1.0]


# --- What the page calls ---


def test_answers_can_be_written_as_json_even_when_all_overflows():
    begin({**SMALL, "activation": "relu"})
    for p in playground.current[0].parameters:
        p.data = 1e200
    questions = [
        ["boundary", 3],
        ["sums", 0, 3],
        ["table"],
        ["memory", 0],
        ["histograms"],
        ["probe", 1.0, 1.0, 1],
        ["describe"],
    ]
    text = json.dumps(ask(*questions), allow_nan=False)
    assert "null" in text


def test_a_new_beginning_forgets_the_last_one():
    assert begin(SMALL)["parameters"] == 13
    ask(["advance", 3])
    assert begin({**SMALL, "hidden": []})["parameters"] == 3
    assert ask(["advance", 1])[0]["step"] == 1


def test_asking_before_the_beginning_is_an_error():
    playground.current.clear()
    with pytest.raises(StateError, match="call begin"):
        ask(["table"])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("data", "suns"),
        ("loss", "l1"),
        ("optimizer", "LBFGS"),
        ("penalty", "l3"),
        ("init", "ones"),
    ],
)
def test_an_unknown_name_is_told_the_known_ones(name, given):
    with pytest.raises(OptionError, match=f"{name} is one of"):
        Settings(**{name: given})


@pytest.mark.parametrize("given", [[], ["z"]])
def test_inputs_are_some_of_the_known_ones(given):
    with pytest.raises(OptionError, match="each of inputs is one of x, y"):
        Settings(inputs=given)


def test_a_change_that_needs_new_weights_is_refused():
    with pytest.raises(OptionError, match="begin again"):
        small().change("hidden", [2])
