"""Networks behave as the lecture's, and say what is wrong with their input.

Numbers marked as the lecture's were printed by PyPI's micrograd 0.1.0.
"""

import copy
import random

import numpy as np
import pytest

import micrograd
from micrograd import Value, nn
from micrograd.engine import topological_order
from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.nn import MLP, Layer, Neuron
from micrograd.primitives import PRIMITIVES

# A handful of roundings of numbers of size one.
CLOSE = 1e-15


class Fixed:
    """A generator that returns the same number, and counts."""

    def __init__(self, number=1.0):
        self.number, self.calls = number, 0

    def uniform(self, a, b):
        assert (-1, 1) == (a, b)
        self.calls += 1
        return self.number


def refusal(error):
    """The message without the address at its end."""
    return str(error.value).partition("; see ")[0]


# --- The lecture's programs ---


def test_a_seeded_network_has_the_numbers_of_the_lecture():
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    assert 337 == len(model.parameters())
    assert 0.23550571390294128 == model.parameters()[0].data
    assert -0.6662156889793147 == model([0.5, -1.0]).data


def test_a_training_step_has_the_numbers_of_the_lecture():
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    xs = [[0.5, 1.5], [-1.0, 0.25], [2.0, -0.75], [-0.3, -0.6]]
    ys = [1, -1, 1, -1]
    scores = [model(list(map(Value, x))) for x in xs]
    losses = [(1 + -y * s).relu() for y, s in zip(ys, scores, strict=True)]
    penalty = 1e-4 * sum(p * p for p in model.parameters())
    total = sum(losses) * (1.0 / len(losses)) + penalty
    model.zero_grad()
    total.backward()
    assert [
        -1.1698013939108647, -1.4486783806376302,
        -1.409375347367094, -0.7491821863124911,
    ] == [s.data for s in scores]  # fmt: skip
    assert 1.217091295172867 == pytest.approx(total.data, rel=CLOSE)
    slope = model.layers[0].neurons[3].w[1].grad
    assert 0.011450603828525014 == pytest.approx(slope, rel=CLOSE)
    assert -0.25 == model.layers[2].neurons[0].b.grad
    slopes = sum(p.grad for p in model.parameters())
    assert -0.5683775993692006 == pytest.approx(slopes, rel=1e-13)


def test_two_outputs_have_the_numbers_of_the_lecture():
    random.seed(42)
    model = MLP(3, [4, 2])
    y = model([1.0, -2.0, 3.0])
    assert [-0.175484766510894, 0.5401482178990152] == [v.data for v in y]
    assert 0.8058192518328079 == random.random()  # biases draw nothing


def test_a_neuron_and_a_layer_have_the_numbers_of_the_lecture():
    random.seed(42)
    neuron = Neuron(2)
    assert 2.1788105760251 == neuron([1.0, -2.0]).data
    assert [0.2788535969157675, -0.9499784895546661] == [
        w.data for w in neuron.w
    ]
    assert 0.0 == neuron.b.data
    random.seed(7)
    assert [1.044268833968317, 2.0121237994095367, 0.6090083409630362] == [
        v.data for v in Layer(2, 3)([1.0, -2.0])
    ]


def test_networks_print_as_in_the_lecture():
    assert "ReLUNeuron(2)" == repr(Neuron(2))
    assert "LinearNeuron(2)" == repr(Neuron(2, nonlin=False))
    assert "LinearNeuron(2)" == repr(Neuron(2, False))
    assert "Layer of [ReLUNeuron(2), ReLUNeuron(2)]" == repr(Layer(2, 2))
    assert (
        "MLP of [Layer of [ReLUNeuron(3), ReLUNeuron(3)], "
        "Layer of [LinearNeuron(2)]]"
    ) == repr(MLP(3, [2, 1]))


def test_parameters_come_neuron_by_neuron_weights_before_bias():
    model = MLP(2, [2, 1])
    expected = [
        p for layer in model.layers for n in layer.neurons for p in [*n.w, n.b]
    ]
    assert list(map(id, expected)) == list(map(id, model.parameters()))


def test_the_graph_of_a_neuron_has_nothing_but_the_sum_and_the_bend():
    neuron = Neuron(2)
    graph = topological_order(neuron([Value(1.0), Value(2.0)]))
    assert ["*", "+", "*", "+", "relu"] == [v.op for v in graph if v.op]


def test_names_can_be_imported_as_in_the_lecture():
    assert (Neuron, Layer, MLP) == (nn.Neuron, nn.Layer, nn.MLP)
    model = MLP(2, [3, 1])
    assert 3 == len(model.layers[-1].neurons[0].w)


# --- Shapes ---


def test_one_output_is_returned_by_itself_and_several_as_a_list():
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    outputs = MLP(2, [3, 2])([1.0, 2.0])
    assert [Value, Value] == list(map(type, outputs))


def test_a_number_by_itself_stands_for_a_list_of_one():
    model = MLP(1, [3, 1])
    expected = model([0.5]).data
    assert expected == model(0.5).data
    assert expected == model(Value(0.5)).data
    assert expected == model(np.float64(0.5)).data


def test_a_network_may_be_one_wide_in_the_middle():
    assert 2 == len(MLP(2, [1, 3, 1, 2])([1.0, 2.0]))


@pytest.mark.parametrize(
    "sample",
    [
        (0.5, -1.0),
        np.array([0.5, -1.0]),
        np.array([0.5, -1.0], dtype=np.float32),
        [np.float64(0.5), np.int64(-1)],
        [Value(0.5), -1],
        iter([0.5, -1.0]),
        {0.5: "a", -1.0: "b"}.keys(),
    ],
    ids=lambda sample: type(sample).__name__,
)
def test_inputs_may_be_anything_that_lists_numbers(sample):
    model = MLP(2, [4, 1], rng=random.Random(0))
    assert model([0.5, -1.0]).data == model(sample).data


def test_gradients_reach_inputs_that_are_values():
    x = [Value(1.0), Value(2.0)]
    neuron = Neuron(2, nonlin=False)
    neuron(x).backward()
    assert [w.data for w in neuron.w] == [v.grad for v in x]


def test_widths_may_be_a_tuple_and_numpy_integers():
    model = MLP(np.int64(2), (np.int64(3), 1))
    assert 3 * 2 + 3 + 3 + 1 == len(model.parameters())


# --- Activations ---


UNARY = [name for name, row in PRIMITIVES.items() if row.arity == 1]


@pytest.mark.parametrize("name", [*UNARY, "leaky_relu", "elu"])
def test_every_primitive_of_one_number_is_an_activation(name):
    neuron = Neuron(2, activation=name, init=lambda *_: 0.25)
    expected = PRIMITIVES[name].function(0.75)  # nan for acosh
    assert repr(expected) == repr(neuron([1.0, 2.0]).data)


def test_any_function_of_a_value_is_an_activation():
    neuron = Neuron(1, activation=lambda v: v * 10, init=lambda *_: 2.0)
    assert 60.0 == neuron([3.0]).data
    assert "LambdaNeuron(1)" == repr(neuron)
    assert "TanhNeuron(1)" == repr(Neuron(1, activation=micrograd.tanh))


def test_the_activation_names_the_neuron():
    expected = {
        "tanh": "TanhNeuron(2)",
        "sigmoid": "SigmoidNeuron(2)",
        "leaky_relu": "LeakyReLUNeuron(2)",
        "gelu": "GELUNeuron(2)",
        "silu": "SiLUNeuron(2)",
        "elu": "ELUNeuron(2)",
    }
    assert expected == {n: repr(Neuron(2, activation=n)) for n in expected}


def test_the_last_layer_of_a_network_is_linear_whatever_the_activation():
    model = MLP(2, [3, 1], activation="tanh")
    assert "TanhNeuron(2)" == repr(model.layers[0].neurons[0])
    assert "LinearNeuron(3)" == repr(model.layers[1].neurons[0])


def test_an_activation_with_parameters_is_learned_too_and_counted_once():
    class Slope(nn.Module):
        def __init__(self):
            self.a = Value(0.5)

        def __call__(self, v):
            return v.maximum(self.a * v)

    layer = Layer(1, 2, activation=Slope(), bias=False)
    assert [
        "neurons.0.w[0]",
        "neurons.0.activation.a",
        "neurons.1.w[0]",
    ] == [name for name, _ in layer.named_parameters()]


# --- Initial weights ---


@pytest.mark.parametrize(
    ("init", "activation", "expected"),
    [
        ("uniform", "relu", 1.0),
        ("fan_in_uniform", "relu", 0.5),
        ("xavier_uniform", "tanh", 6**0.5 / 10**0.5),
        ("xavier", "relu", 6**0.5 / 10**0.5),
        ("kaiming_uniform", "relu", 2**0.5 * 3**0.5 / 2),
        ("kaiming", "tanh", 5 / 3 * 3**0.5 / 2),
        ("kaiming", "leaky_relu", (2 / 1.0001) ** 0.5 * 3**0.5 / 2),
        ("kaiming", "sigmoid", 3**0.5 / 2),
    ],
)
def test_weights_are_drawn_from_the_interval_of_the_paper(
    init, activation, expected
):
    layer = Layer(4, 6, init=init, activation=activation, rng=Fixed(1.0))
    weights = [w.data for n in layer.neurons for w in n.w]
    assert [expected] * 24 == pytest.approx(weights, rel=CLOSE)


def test_a_linear_layer_has_gain_one():
    layer = Layer(4, 6, nonlin=False, init="kaiming", rng=Fixed(1.0))
    assert 3**0.5 / 2 == layer.neurons[0].w[0].data


def test_initial_weights_may_be_a_function_of_generator_and_widths():
    asked = []

    def init(rng, nin, nout):
        asked.append((rng, nin, nout))
        return 0.5

    rng = Fixed()
    MLP(2, [3, 1], init=init, rng=rng)
    assert [(rng, 2, 3)] * 6 + [(rng, 3, 1)] * 3 == asked


def test_a_generator_of_ones_own_leaves_the_global_one_alone():
    random.seed(5)
    expected = random.random()
    random.seed(5)
    models = [MLP(2, [3, 1], rng=random.Random(1)) for _ in range(2)]
    assert models[0].state_dict() == models[1].state_dict()
    assert expected == random.random()


def test_biases_start_at_zero_and_draw_nothing():
    rng = Fixed()
    model = MLP(2, [3, 1], rng=rng)
    assert 2 * 3 + 3 == rng.calls
    biases = [n.b.data for layer in model.layers for n in layer.neurons]
    assert [0.0] * 4 == biases


def test_without_a_bias_there_is_no_parameter_for_it():
    model = MLP(2, [3, 1], bias=False)
    assert 2 * 3 + 3 == len(model.parameters())
    assert not any("b" in name for name in model.state_dict())
    assert 0.0 == model([0.0, 0.0]).data
    model([1.0, 2.0]).backward()


# --- Labels ---


def test_parameters_are_labelled_with_their_names_from_the_start():
    neuron = Neuron(2)
    assert ["w[0]", "w[1]", "b"] == [v.label for v in (*neuron.w, neuron.b)]
    assert "neurons.1.b" == Layer(2, 2).neurons[1].b.label
    model = MLP(2, [4, 1])
    assert "layers.0.neurons.3.w[1]" == model.layers[0].neurons[3].w[1].label
    assert "layers.1.neurons.0.b" == model.layers[1].neurons[0].b.label


# --- Copies ---


def test_a_copied_network_learns_by_itself():
    model = MLP(2, [3, 1], activation="tanh", bias=False)
    twin = copy.deepcopy(model)
    expected = model([0.5, -1.0]).data
    twin.layers[0].neurons[0].w[0].data += 1.0
    assert expected == model([0.5, -1.0]).data
    assert expected != twin([0.5, -1.0]).data
    assert len(model.parameters()) == len(twin.parameters())


# --- Refusals ---


def test_the_wrong_number_of_inputs_is_refused_with_both_numbers():
    with pytest.raises(ShapeError) as error:
        MLP(2, [16, 1])([1.0, 2.0, 3.0])
    assert refusal(error) == (
        "MLP(2, [16, 1]) expects 2 inputs but got 3; "
        "check the width of the data or the first argument"
    )
    with pytest.raises(ShapeError, match=r"^Layer\(3, 2\) expects 3 .* got 2"):
        Layer(3, 2)((1.0, 2.0))
    with pytest.raises(ShapeError, match=r"^Neuron\(1\) expects 1 input but"):
        Neuron(1)([])


def test_a_number_is_too_few_for_a_network_of_two_inputs():
    with pytest.raises(ShapeError, match="expects 2 inputs but got 1;"):
        MLP(2, [1])(3.0)


@pytest.mark.parametrize(
    ("sample", "error", "given"),
    [
        ("ab", NumberError, "the str 'a'; convert text with float"),
        (["1", "2"], NumberError, "the str '1'; convert text with float(...)"),
        ([1.0, None], NumberError, "the NoneType None; pass an int or a"),
        (None, NumberError, "None; pass a list"),
        (
            np.ones((2, 3)),
            ShapeError,
            "an array of shape (2, 3); call it once for each row",
        ),
        (
            [[1.0, 2.0], [3.0, 4.0]],
            ShapeError,
            "a list of lists; call it once for each of them",
        ),
        (
            list(np.ones((2, 2))),
            ShapeError,
            "a list of lists; call it once for each of them",
        ),
    ],
    ids=["text", "texts", "none inside", "none", "2-D", "batch", "rows"],
)
@pytest.mark.parametrize(
    ("module", "title"),
    [
        (MLP(2, [3, 1]), "MLP(2, [3, 1])"),
        (Layer(2, 3), "Layer(2, 3)"),
        (Neuron(2), "Neuron(2)"),
    ],
    ids=["MLP", "Layer", "Neuron"],
)
def test_inputs_that_are_no_numbers_are_refused(
    module, title, sample, error, given
):
    with pytest.raises(error) as caught:
        module(sample)
    assert refusal(caught).startswith(f"{title} expects 2 inputs but got ")
    assert given in refusal(caught)


@pytest.mark.parametrize("width", [0, -1, 1.5, "3", None])
@pytest.mark.parametrize(
    ("make", "title"),
    [
        (lambda w: Neuron(w), "Neuron({})"),
        (lambda w: Layer(w, 2), "Layer({}, 2)"),
        (lambda w: Layer(2, w), "Layer(2, {})"),
        (lambda w: MLP(w, [1]), "MLP({}, [1])"),
        (lambda w: MLP(2, [w, 1]), "MLP(2, [{!r}, 1])"),
    ],
    ids=["Neuron", "Layer in", "Layer out", "MLP in", "MLP hidden"],
)
def test_impossible_widths_are_refused_before_anything_is_drawn(
    make, title, width
):
    random.seed(3)
    with pytest.raises((NumberError, OptionError)) as error:
        make(width)
    whole = isinstance(width, int)
    given = f"{width}" if whole else f"the {type(width).__name__} {width!r}"
    do = "choose one in that range" if whole else "pass an int"
    assert refusal(error) == (
        f"each width of {title.format(width)} takes a whole number of at "
        f"least 1 but got {given}; {do}"
    )
    drawn = random.random()
    random.seed(3)
    assert random.random() == drawn


@pytest.mark.parametrize("nouts", [[], (), 3, "16", None])
def test_a_network_without_a_list_of_widths_is_refused(nouts):
    with pytest.raises(ShapeError) as error:
        MLP(2, nouts)
    assert refusal(error) == (
        f"MLP(2, {nouts}) takes a list of at least one width but got "
        f"{nouts!r}; name the width of each layer, as in MLP(2, [16, 1])"
    )


def test_an_unknown_activation_is_refused_with_those_that_exist():
    with pytest.raises(OptionError) as error:
        MLP(2, [4, 1], activation="rely")
    message = refusal(error)
    assert message.startswith("activation= takes a function or one of ")
    assert message.endswith(" but got 'rely'; check the spelling")
    assert all(f" {name}" in message for name in UNARY)
    assert " maximum" not in message


@pytest.mark.parametrize("init", ["he", None, 3, ["uniform"]])
def test_an_unknown_initialiser_is_refused_with_those_that_exist(init):
    with pytest.raises(OptionError) as error:
        Neuron(2, init=init)
    assert refusal(error) == (
        "init= takes a function or one of uniform, fan_in_uniform, "
        "xavier_uniform, xavier, kaiming_uniform, kaiming but got "
        f"{init!r}; check the spelling"
    )


def test_a_seed_in_place_of_a_generator_is_refused():
    with pytest.raises(OptionError) as error:
        MLP(2, [1], rng=42)
    assert refusal(error) == (
        "rng= takes a generator with a method uniform but got 42; "
        "for a seed write random.Random(seed)"
    )


def test_a_keyword_nobody_knows_is_refused():
    with pytest.raises(TypeError, match="activaton"):
        MLP(2, [1], activaton="tanh")


# --- Classes of one's own ---


class OwnNeuron(Neuron):
    def __init__(self, nin):
        self.w, self.b = [Value(1.0) for _ in range(nin)], Value(-1.0)


class OwnLayer(Layer):
    def __init__(self, nin, nout):
        self.neurons = [OwnNeuron(nin) for _ in range(nout)]


class OwnMLP(MLP):
    def __init__(self, nin, hidden):
        self.layers = [OwnLayer(nin, hidden), OwnLayer(hidden, 1)]


def test_a_subclass_may_leave_out_the_constructor_of_its_parent():
    model = OwnMLP(2, 3)
    assert 5.0 == model([1.0, 2.0]).data  # 3 (1 + 2 - 1) - 1
    assert 3 * 3 + 4 == len(model.parameters())
    assert "ReLUNeuron(2)" == repr(OwnNeuron(2))


def test_a_subclass_without_that_constructor_is_called_by_its_name():
    for model in (OwnNeuron(2), OwnLayer(2, 3), OwnMLP(2, 3)):
        with pytest.raises(ShapeError) as error:
            model([1.0, 2.0, 3.0])
        assert "OwnNeuron expects 2 inputs but got 3" in refusal(error)


def test_an_input_that_a_neuron_keeps_is_no_parameter():
    class Remembering(Neuron):
        def __call__(self, x):
            self.x = x
            self.out = super().__call__(x)
            return self.out

    neuron = Remembering(2)
    neuron([Value(1.0), Value(2.0)])
    assert ["w[0]", "w[1]", "b"] == [n for n, _ in neuron.named_parameters()]


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_a_function_put_in_the_place_of_an_activation_is_used(
    name, monkeypatch
):
    neuron = Neuron(1, activation=name)
    monkeypatch.setattr(Value, name, lambda self: self * 100.0)
    assert 100.0 * neuron.w[0].data == neuron([1.0]).data


def test_a_star_brings_the_value_along():
    brought = {}
    exec("from micrograd.nn import *", brought)
    assert brought["Value"] is Value
