"""Models in other forms; what PyTorch makes of them, the oracle asks."""

import random

import pytest

from micrograd import Value
from micrograd.errors import OptionError, ShapeError
from micrograd.interop import (
    from_torch,
    load_safetensors,
    load_tensors,
    save_safetensors,
    tensors,
    to_torch,
)
from micrograd.nn import MLP, Layer


def network(seed=0, **options):
    return MLP(2, [3, 1], rng=random.Random(seed), **options)


# --- Matrices ---


def test_a_matrix_has_one_row_for_each_neuron():
    model = network()
    found = tensors(model)
    assert ["0.weight", "0.bias", "2.weight", "2.bias"] == list(found)
    assert model.layers[0].neurons[2].w[1].data == found["0.weight"][2][1]


def test_a_network_without_biases_has_none_in_matrices():
    assert ["0.weight", "2.weight"] == list(tensors(network(bias=False)))


def test_matrices_of_one_network_make_another_the_same():
    model, other = network(0), network(1)
    load_tensors(other, tensors(model))
    assert model.state_dict() == other.state_dict()


def test_arrays_are_taken_as_lists_are():
    numpy = pytest.importorskip("numpy")
    model, other = network(0), network(1)
    arrays = {k: numpy.array(v) for k, v in tensors(model).items()}
    load_tensors(other, arrays)
    assert model.state_dict() == other.state_dict()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("2.bias"),
        lambda d: d.update({"4.weight": [[1.0]]}),
        lambda d: d["0.weight"].pop(),
        lambda d: d["2.weight"][0].append(1.0),
    ],
    ids=["missing", "too many", "a row less", "a column more"],
)
def test_matrices_that_do_not_fit_change_nothing(change):
    model = network()
    before = model.state_dict()
    numbers = tensors(network(1))
    change(numbers)
    with pytest.raises(ShapeError, match="widths of the saved one"):
        load_tensors(model, numbers)
    assert before == model.state_dict()


def test_rows_of_different_lengths_change_nothing():
    model = network()
    before = model.state_dict()
    numbers = tensors(network(1))
    numbers["0.weight"][2].append(1.0)
    with pytest.raises(ShapeError):
        load_tensors(model, numbers)
    assert before == model.state_dict()


def test_only_networks_have_matrices():
    with pytest.raises(OptionError, match="state_dict"):
        tensors(Layer(2, 2))


# --- Files ---


def test_a_saved_network_is_loaded_to_the_last_bit(tmp_path):
    pytest.importorskip("safetensors")
    model, other = network(0), network(1)
    save_safetensors(model, tmp_path / "model.safetensors")
    load_safetensors(other, tmp_path / "model.safetensors")
    assert model.state_dict() == other.state_dict()


def test_a_file_of_another_network_is_refused(tmp_path):
    pytest.importorskip("safetensors")
    save_safetensors(network(), tmp_path / "model.safetensors")
    other = MLP(2, [4, 1])
    before = other.state_dict()
    with pytest.raises(ShapeError, match="0.weight"):
        load_safetensors(other, tmp_path / "model.safetensors")
    assert before == other.state_dict()


# --- Without PyTorch ---


class Linear:
    """As much of PyTorch's class as reading one needs."""

    def __init__(self, rows, bias):
        self.rows, self.bias = rows, bias
        self.in_features, self.out_features = len(rows[0]), len(rows)

    def __repr__(self):
        return "Linear()"


class Tanh:
    def __repr__(self):
        return "Tanh()"


class GELU:
    def __init__(self, approximate="none"):
        self.approximate = approximate

    def __repr__(self):
        return f"GELU({self.approximate})"


class Sequential(list):
    def state_dict(self):
        found = {}
        for i, one in enumerate(self):
            if isinstance(one, Linear):
                found |= {f"{i}.weight": one.rows, f"{i}.bias": one.bias}
        return found


FIRST, LAST = (
    Linear([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]),
    Linear([[1.0, -1.0]], [0.5]),
)


def test_a_sequential_becomes_an_mlp():
    model = from_torch(Sequential([FIRST, Tanh(), LAST]))
    a, b = Value(5.0).tanh().data, Value(6.0).tanh().data
    assert a - b + 0.5 == pytest.approx(model([0.0, 0.0]).data, abs=1e-15)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [Tanh()],
        [FIRST, Tanh()],
        [FIRST, LAST],
        [FIRST, GELU("tanh"), LAST],
        [FIRST, Tanh(), FIRST, GELU(), LAST],
    ],
    ids=["none", "no layer", "bent end", "nothing between", "odd", "two"],
)
def test_what_no_mlp_computes_is_refused(parts):
    with pytest.raises(OptionError, match="one activation between"):
        from_torch(Sequential(parts))


def test_pytorch_is_asked_for_by_name_when_it_is_missing(monkeypatch):
    from micrograd.errors import MissingPackageError

    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingPackageError, match="pip install torch"):
        to_torch(network())
