"""What people write by mistake, and the answer they get.

Each entry is a line that somebody could type, after questions and reports
on small autograd libraries.  Wherever an argument is wrong, the error is of
the house: what was asked, what was given, what to do.  Errors that Python
itself explains well (a missing argument, a missing file) stay Python's.
"""

import math
from importlib.util import find_spec

import pytest

from micrograd import (
    Value,
    check,
    compare,
    derivative,
    draw,
    elementwise,
    grad,
    gradcheck,
    hessian,
    interop,
    jacobian,
    jvp,
    maximum,
    nn,
    optim,
    tanh,
    trees,
    value_and_grad,
    vjp,
)
from micrograd import functions as f
from micrograd.errors import MicrogradError, NumberError, StateError

HUGE = 10**400


def model():
    return nn.MLP(2, [3, 1])


def sgd(**options):
    return optim.SGD([Value(1.0)], lr=0.1, **options)


def row(forward, *partials):
    return elementwise(*partials, domain=[(0, 1)], torch="")(forward)


def warm(schedule):
    return optim.warmup(schedule, 2)(0)


SCORES = [[1.0, 2.0], [3.0, 4.0]]

WRITTEN = {
    # A result, or its name, where the function is meant.
    "value_and_grad(5)": lambda: value_and_grad(5),
    "grad('f')": lambda: grad("f"),
    "derivative(5)": lambda: derivative(5),
    "jacobian(None)": lambda: jacobian(None),
    "hessian(5)": lambda: hessian(5)([1.0]),
    "vjp(5, 1.0)": lambda: vjp(5, 1.0),
    "jvp(5, (1.0,), (1.0,))": lambda: jvp(5, (1.0,), (1.0,)),
    "gradcheck(5, [1.0])": lambda: gradcheck(5, [1.0]),
    "numerical_gradient(5, [])": lambda: check.numerical_gradient(5, [1.0]),
    "decision_boundary(5, ...)": lambda: draw.decision_boundary(
        5, [((0.0, 1.0), 1), ((1.0, 1.0), 0)]
    ),
    "set_renderer('dot')": lambda: draw.set_renderer("dot"),
    # One number where a list is meant, and the other way round.
    "gradcheck(tanh, 1.0)": lambda: gradcheck(tanh, 1.0),
    "gradcheck(tolerance='1')": lambda: gradcheck(tanh, [1], tolerance="1"),
    "accuracy(5, [1])": lambda: f.accuracy(5, [1]),
    "accuracy([1.0], 5)": lambda: f.accuracy([1.0], 5),
    "accuracy(['a'], [1])": lambda: f.accuracy(["a"], [1]),
    "accuracy([[]], [1])": lambda: f.accuracy([[]], [1]),
    "accuracy([None], [1])": lambda: f.accuracy([None], [1]),
    "accuracy([1.0], ['a'])": lambda: f.accuracy([1.0], ["a"]),
    "cross_entropy(scores, 0)": lambda: f.cross_entropy(SCORES, 0),
    "cross_entropy(scores, 1.0)": lambda: f.cross_entropy(SCORES[0], 1.0),
    "cross_entropy(scores, [0])": lambda: f.cross_entropy(SCORES, [0]),
    "mse_loss(1.0, 1.0)": lambda: f.mse_loss(1.0, 1.0),
    "mse_loss(x, y, 'avg')": lambda: f.mse_loss([1.0], [1.0], "avg"),
    "l2(model)": lambda: f.l2(model()),
    "mean('12')": lambda: f.mean("12"),
    "compare('dx', 1, 'b')": lambda: compare("dx", 1.0, "b"),
    "rebuild([1, 2], [3])": lambda: trees.rebuild([1, 2], [3]),
    "histogram(5)": lambda: draw.histogram(5),
    "histogram('a')": lambda: draw.histogram("a"),
    "histogram(['a'])": lambda: draw.histogram(["a"]),
    "training_curves(5)": lambda: draw.training_curves(5),
    "training_curves({'loss': ['a']})": lambda: draw.training_curves(
        {"loss": ["a"]}
    ),
    "training_curves({'loss': []})": lambda: draw.training_curves(
        {"loss": []}
    ),
    "decision_boundary(model, 5)": lambda: draw.decision_boundary(model(), 5),
    # Networks.
    "MLP(2, 3)": lambda: nn.MLP(2, 3),
    "MLP(2, [])": lambda: nn.MLP(2, []),
    "MLP(2, [1.5])": lambda: nn.MLP(2, [1.5]),
    "MLP(activation=['relu'])": lambda: nn.MLP(2, [1], activation=["relu"]),
    "MLP(rng=42)": lambda: nn.MLP(2, [1], rng=42),
    "MLP(init=lambda ...: 'x')": lambda: nn.MLP(
        2, [1], init=lambda rng, n, m: "x"
    ),
    "model([1.0])": lambda: model()([1.0]),
    "model(rows)": lambda: model()(SCORES),
    "model([None, 1.0])": lambda: model()([None, 1.0]),
    # Optimisers.
    "SGD(model)": lambda: optim.SGD(model(), lr=0.1),
    "SGD(named_parameters)": lambda: optim.SGD(
        model().named_parameters(), lr=0.1
    ),
    "SGD([{'params': ...}])": lambda: optim.SGD(
        [{"params": model().parameters()}], lr=0.1
    ),
    "SGD(lr='0.1')": lambda: optim.SGD([Value(1.0)], lr="0.1"),
    "SGD(lr=huge)": lambda: optim.SGD([Value(1.0)], lr=HUGE),
    "lr=lambda t: None": lambda: optim.SGD([Value(1.0)], lr=str).step(),
    "Adam(betas=0.9)": lambda: optim.Adam([Value(1.0)], betas=0.9),
    "warmup(lambda t: 'a', 2)": lambda: warm(lambda t: "a"),
    "clip_grad_norm_(model, 1)": lambda: optim.clip_grad_norm_(model(), 1.0),
    # Saved states.
    "model.load_state_dict(huge)": lambda: model().load_state_dict(
        dict.fromkeys(model().state_dict(), HUGE)
    ),
    "optimizer.load_state_dict(huge)": lambda: sgd(
        momentum=0.9
    ).load_state_dict({"steps": 1, "state": [{"momentum_buffer": HUGE}]}),
    "optimizer.load_state_dict(None)": lambda: sgd().load_state_dict(None),
    "load_tensors(model, 5)": lambda: interop.load_tensors(model(), 5),
    "tensors(neuron)": lambda: interop.tensors(nn.Neuron(2)),
    "from_torch(5)": lambda: interop.from_torch(5),
    "from_torch([])": lambda: interop.from_torch([]),
    # Numbers.
    "Value(huge)": lambda: Value(HUGE),
    "Value(1.0) + huge": lambda: Value(1.0) + HUGE,
    "backward('1')": lambda: Value(1.0).backward("1"),
    "tanh(1j)": lambda: tanh(1j),
    "tanh([1.0])": lambda: tanh([1.0]),
    "Value(2.0) < 'a'": lambda: Value(2.0) < "a",
    # Rules of one's own.
    "a rule without partials": lambda: row(lambda xp, x: x),
    "a partial too many": lambda: row(lambda xp, x: x, math.sin, math.cos),
    "a number as partial": lambda: row(lambda xp, x: x, 1.0),
    "a text as rule": lambda: row("x * x", lambda y, x: 1.0),
    "a rule that returns text": lambda: row(
        lambda xp, x: "x", lambda y, x: 1.0
    )(2.0),
    "a partial that returns text": lambda: grad(
        row(lambda xp, x: x, lambda y, x: "a")
    )(2.0),
}


@pytest.mark.parametrize("act", WRITTEN.values(), ids=WRITTEN)
def test_what_people_write_by_mistake_is_answered_in_the_house_form(act):
    with pytest.raises(MicrogradError) as caught:
        act()
    asked, given, do = caught.value.args
    assert asked
    assert given
    assert do


def test_python_names_the_function_that_misses_an_argument():
    with pytest.raises(TypeError, match=r"tanh\(\): missing .* 'x'"):
        tanh()
    with pytest.raises(TypeError, match=r"maximum\(\): too many"):
        maximum(1.0, 2.0, 3.0)


def test_a_value_can_be_formatted_as_a_number():
    assert f"{Value(2.0):.3f}" == "2.000"
    assert f"{Value(2.0)}" == "Value(data=2.0, grad=0.0)"


# --- Other libraries' things ---


class Tensor:
    """Has a shape, and is no array of the standard."""

    ndim = 1


def test_a_tensor_of_pytorch_is_answered_with_what_to_convert_it_to():
    with pytest.raises(NumberError) as caught:
        tanh(Tensor())
    assert str(caught.value).startswith(
        "tanh() takes real numbers, Values or arrays but got a Tensor; "
        "convert it with numpy.asarray(...); see https://"
    )


# With ml_dtypes, which comes with JAX, NumPy has the first.
NEITHER = ["BF16", "F8_E4M3"][find_spec("ml_dtypes") is not None :]


@pytest.mark.parametrize("kind", NEITHER)
def test_a_file_in_bfloat16_says_which_types_are_read(kind, tmp_path):
    safetensors = pytest.importorskip("safetensors")
    path = tmp_path / "half.safetensors"
    one = {"shape": [1, 2], "data_offsets": [0, 4]}
    size = {"BF16": 2, "F8_E4M3": 1}[kind]
    one["data_offsets"][1] = 2 * size
    head = {"0.weight": {"dtype": kind, **one}}
    path.write_bytes(written(head, bytes(2 * size)))
    assert safetensors
    with pytest.raises(StateError) as caught:
        interop.load_safetensors(nn.MLP(2, [1], bias=False), path)
    told = str(caught.value)
    assert "load_file() reads safetensors of types that NumPy has" in told
    assert "half.safetensors" in told
    assert "model.float()" in told


def written(head, numbers):
    """A safetensors file: the length of its head, the head, the numbers."""
    import json

    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def test_a_file_that_is_no_safetensors_says_so(tmp_path):
    pytest.importorskip("safetensors")
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"no such format")
    with pytest.raises(StateError, match="model.safetensors"):
        interop.load_safetensors(model(), path)
    with pytest.raises(FileNotFoundError):
        interop.load_safetensors(model(), tmp_path / "nothing")
