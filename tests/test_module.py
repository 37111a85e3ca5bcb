"""A module finds its parameters, names them, saves and loads them."""

import json
import math
from dataclasses import dataclass

import pytest

from micrograd import Value
from micrograd.errors import NumberError, StateError
from micrograd.nn import MLP, Layer, Module, Neuron


class Net(Module):
    """Holds its parts."""

    def __init__(self, **parts):
        vars(self).update(parts)


def names(module):
    return [name for name, _ in module.named_parameters()]


def refusal(error):
    """The message without the address at its end."""
    return str(error.value).partition("; see ")[0]


# --- What is found ---


def test_values_are_found_in_lists_tuples_dicts_and_modules():
    net = Net(
        a=Value(1.0),
        b=[Value(2.0), (Value(3.0),)],
        c={"x": Value(4.0), 5: [Value(6.0)]},
        d=Net(e=Value(7.0), f=[Net(g=Value(8.0))]),
        h={"i": Net(j=Value(9.0))},
    )
    assert [
        "a", "b[0]", "b[1][0]", "c['x']", "c[5][0]",
        "d.e", "d.f.0.g", "h['i'].j",
    ] == names(net)  # fmt: skip
    assert [1, 2, 3, 4, 6, 7, 8, 9] == [p.data for p in net.parameters()]


def test_a_network_names_its_parameters_after_the_way_to_them():
    assert [
        "layers.0.neurons.0.w[0]", "layers.0.neurons.0.b",
        "layers.0.neurons.1.w[0]", "layers.0.neurons.1.b",
        "layers.1.neurons.0.w[0]", "layers.1.neurons.0.w[1]",
        "layers.1.neurons.0.b",
    ] == names(MLP(1, [2, 1]))  # fmt: skip


def test_results_constants_and_other_things_are_no_parameters():
    x = Value(1.0)
    net = Net(x=x, y=x * 2, z=x.detach(), n=3, s="text", f=abs)
    assert ["x"] == names(net)


def test_a_shared_parameter_is_counted_once_where_it_is_met_first():
    shared = Value(1.0)
    net = Net(a=Net(w=shared), b=[shared, Value(2.0)], c=shared)
    assert ["a.w", "b[1]"] == names(net)


def test_a_shared_module_is_counted_once():
    layer = Layer(2, 2)
    assert 6 == len(Net(layers=[layer, layer]).parameters())


def test_a_module_that_knows_its_owner_does_not_go_in_circles():
    inner = Net(w=Value(1.0))
    outer = Net(inner=inner)
    inner.owner = outer
    inner.twice = [inner]
    assert ["inner.w"] == names(outer)
    assert ["w"] == names(inner)


def test_parameters_given_later_are_found_too():
    net = Net()
    assert [] == net.parameters()
    net.w = Value(1.0)
    assert ["w"] == names(net)


# --- Labels ---


def test_a_label_grows_when_a_larger_module_names_the_parameter():
    neuron = Neuron(1)
    assert "w[0]" == neuron.w[0].label
    net = Net(first=neuron)
    net.parameters()
    assert "first.w[0]" == neuron.w[0].label
    assert ["w[0]", "b"] == names(neuron)
    assert "first.w[0]" == neuron.w[0].label


def test_a_label_of_ones_own_stays():
    net = Net(w=Value(1.0, label="slope"))
    net.parameters()
    assert "slope" == net.w.label


# --- Gradients ---


def test_zero_grad_reaches_every_parameter():
    model = MLP(2, [3, 1], activation="tanh")
    model([1.0, 2.0]).backward()
    assert all(p.grad != 0 for p in model.parameters())
    model.zero_grad()
    assert {0.0} == {p.grad for p in model.parameters()}


# --- Saving and loading ---


def test_a_state_survives_json_to_the_last_bit():
    model, other = MLP(2, [3, 2]), MLP(2, [3, 2])
    state = json.loads(json.dumps(model.state_dict()))
    other.load_state_dict(state)
    assert model.state_dict() == other.state_dict()
    assert [v.data for v in model([0.1, 0.2])] == [
        v.data for v in other([0.1, 0.2])
    ]


def test_a_state_is_a_copy_of_plain_floats():
    model = Neuron(2)
    state = model.state_dict()
    model.w[0].data += 1.0
    assert state["w[0]"] + 1.0 == model.w[0].data
    assert {float} == set(map(type, state.values()))


def test_names_do_not_collide_for_equal_shapes():
    model = MLP(2, [2, 2, 2])
    assert len(model.parameters()) == len(model.state_dict())


def test_loading_keeps_the_parameters_themselves():
    model = Neuron(1)
    before = model.parameters()
    model.load_state_dict({"w[0]": 2, "b": True})
    assert list(map(id, before)) == list(map(id, model.parameters()))
    assert [2.0, 1.0] == [p.data for p in before]
    assert {float} == {type(p.data) for p in before}


@pytest.mark.parametrize(
    ("state", "given"),
    [
        ({"w[0]": 9.0}, "1 names that lack 'b'"),
        ({"w[0]": 9.0, "b": 9.0, "c": 9.0}, "3 names that have 'c'"),
        ({"w[0]": 9.0, "bias": 9.0}, "2 names that lack 'b'"),
        ({}, "0 names that lack 'w[0]'"),
    ],
    ids=["missing", "too many", "other", "none"],
)
def test_a_state_of_other_names_is_refused_and_changes_nothing(state, given):
    model = Neuron(1)
    before = model.state_dict()
    with pytest.raises(StateError) as error:
        model.load_state_dict(state)
    assert refusal(error) == (
        "Neuron.load_state_dict() expects the names of its 2 parameters but "
        f"got {given}; build the same network first, or pass strict=False"
    )
    assert before == model.state_dict()


def test_a_state_with_something_that_is_no_number_changes_nothing():
    model = Neuron(1)
    before = model.state_dict()
    with pytest.raises(NumberError) as error:
        model.load_state_dict({"w[0]": 9.0, "b": "9"})
    assert refusal(error) == (
        "Neuron.load_state_dict() expects a number for 'b' but got "
        "the str '9'; convert text with float(...)"
    )
    assert before == model.state_dict()


def test_a_state_that_is_no_dict_is_refused():
    with pytest.raises(StateError) as error:
        Neuron(1).load_state_dict([1.0, 2.0])
    assert refusal(error) == (
        "Neuron.load_state_dict() expects a dict but got [1.0, 2.0]; "
        "pass what state_dict() returned"
    )


def test_without_strict_the_names_that_match_are_loaded():
    model = Neuron(1)
    weight = model.w[0].data
    model.load_state_dict({"b": 5.0, "c": 6.0}, strict=False)
    assert (weight, 5.0) == (model.w[0].data, model.b.data)


def test_a_number_that_is_not_finite_can_be_loaded():
    model = Neuron(1)
    model.load_state_dict({"w[0]": math.inf, "b": math.nan})
    assert math.inf == model.w[0].data


# --- Training and use ---


def test_train_and_eval_reach_every_module_and_return_the_first():
    model = MLP(2, [3, 1])
    parts = [model, model.layers[1], model.layers[0].neurons[2]]
    assert [True] * 3 == [part.training for part in parts]
    assert model is model.eval()
    assert [False] * 3 == [part.training for part in parts]
    assert model is model.train()
    assert [True] * 3 == [part.training for part in parts]
    model.layers[0].train(False)
    assert [True, True, False] == [part.training for part in parts]


def test_the_mode_of_one_module_is_not_that_of_another():
    Neuron(1).eval()
    assert Neuron(1).training


class Clash(Module):
    def __init__(self):
        self.w = [Value(1.0)]
        setattr(self, "w[0]", Value(2.0))


def test_two_parameters_under_one_name_are_not_saved_as_one():
    for act in (lambda: Clash().state_dict(), load_into_clash):
        with pytest.raises(StateError) as caught:
            act()
        assert str(caught.value).startswith(
            "the state of Clash needs a name for each parameter but got two "
            "called 'w[0]'; rename an attribute, or a key of a dict; see "
        )


def load_into_clash():
    Clash().load_state_dict({"w[0]": 3.0})


# --- A module that lists its parameters itself ---


class Listing(Module):
    def __init__(self):
        self.learned, self.fixed = [Value(1.0), Value(2.0)], Value(3.0)
        self.inner = Net(w=Value(4.0), b=Value(5.0))

    def parameters(self):
        return [*self.learned, self.inner.w]


def test_a_module_with_its_own_list_of_parameters_is_asked():
    module = Listing()
    expected = ["learned[0]", "learned[1]", "inner.w"]
    assert expected == names(module)
    assert expected == [*module.state_dict()]
    module.fixed.grad = module.inner.w.grad = 5.0
    module.zero_grad()
    assert (5.0, 0.0) == (module.fixed.grad, module.inner.w.grad)


def test_a_child_with_its_own_list_of_parameters_is_asked():
    class Parent(Module):
        def __init__(self):
            self.child, self.rest = Listing(), Value(0.0)

    expected = ["child.learned[0]", "child.learned[1]", "child.inner.w"]
    assert [*expected, "rest"] == names(Parent())
    assert 4 == len(Parent().parameters())


def test_a_list_of_parameters_may_build_on_that_of_the_parent():
    class Frozen(Net):
        def parameters(self):
            return [p for p in super().parameters() if p is not self.w]

    assert ["b"] == names(Frozen(w=Value(1.0), b=Value(2.0)))


def test_a_listed_parameter_that_no_attribute_holds_has_a_name():
    elsewhere = Value(1.0)

    class Borrowing(Module):
        def parameters(self):
            return [elsewhere]

    assert [("parameters[0]", elsewhere)] == Borrowing().named_parameters()


def test_modules_within_one_that_lists_its_parameters_are_trained():
    module = Listing()
    module.eval()
    assert (False, False) == (module.training, module.inner.training)


def test_values_in_an_array_are_found_and_named():
    np = pytest.importorskip("numpy")

    class Grid(Module):
        def __init__(self):
            self.w = np.array([[Value(1.0), Value(2.0)]])
            self.mean = np.zeros(2)

    expected = {"w[0][0]": 1.0, "w[0][1]": 2.0}
    assert expected == Grid().state_dict()


def test_a_state_holds_floats_whatever_was_assigned():
    module = Neuron(1)
    module.w[0].data, module.b.data = 2, Value(3.0) * 2
    assert '{"w[0]": 2.0, "b": 6.0}' == json.dumps(module.state_dict())


def test_values_in_slots_are_found_and_named():
    @dataclass(slots=True)
    class Line(Module):
        slope: Value
        offset: Value

    line = Line(Value(2.0), Value(1.0))
    line.extra = Value(3.0)
    assert {"extra", "slope", "offset"} == line.state_dict().keys()
    line.load_state_dict({"slope": 4.0}, strict=False)
    assert 4.0 == line.slope.data
    assert not line.eval().training
