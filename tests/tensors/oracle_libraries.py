"""Tensors over the arrays of other libraries: the numbers of NumPy's.

Both tables, the functions and losses, and some steps of training a network
are run over PyTorch's, JAX's and Dask's arrays, and over those of a GPU
where there is one.  The result must be an array of that library, too: a
function of NumPy that is called by mistake converts silently.
"""

import doctest
import functools
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ROWS, points
from test_linear import CASES, EVERY_ROW

import micrograd.tensors as mt
from micrograd.errors import NumberError, OptionError
from micrograd.tensors import functions, nn, short
from micrograd.tensors.engine import gradients
from micrograd.tensors.linear import LINEAR
from micrograd.tensors.nn import functional as F  # noqa: N812

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)
from oracle_nn import FUNCTIONS, LOSSES  # noqa: E402
from oracle_tensors import BOTH, IN_PLACE, far, n  # noqa: E402

# Sums that another library adds up in another order, and its functions.
CLOSE = 1e-11


def over_torch():
    return torch.tensor, torch.Tensor


def over_cuda():
    if not torch.cuda.is_available():
        pytest.skip("there is no GPU that PyTorch can use")
    return functools.partial(torch.tensor, device="cuda"), torch.Tensor


def over_cupy():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    return cupy.asarray, cupy.ndarray


def over_jax():
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    jax.config.update("jax_enable_x64", True)
    return jax.numpy.asarray, jax.Array


def over_dask():
    reason = "Dask is not installed"
    dask = pytest.importorskip("dask.array", reason=reason)
    return functools.partial(dask.from_array, chunks=-1), dask.Array


OVER = {"torch": over_torch, "jax": over_jax, "dask": over_dask}
if os.environ.get("MICROGRAD_GPU"):  # set by the session `gpu`
    OVER = {"cuda": over_cuda, "cupy": over_cupy}


@pytest.fixture(params=OVER, scope="module")
def library(request):
    return OVER[request.param]()


def orders(f, arrays, to, twice):
    """Value, gradient and, if asked, a product with second derivatives."""
    xs = [mt.Tensor(to(a.copy()), requires_grad=True) for a in arrays]
    z = f(*xs)
    weight = np.cos(np.arange(float(np.prod(z.shape)))).reshape(z.shape)
    total = (z * mt.Tensor(to(weight))).sum()
    first = gradients([total], xs, create_graph=twice)
    ends = [g for g in first if g is not None and g.requires_grad]
    along = sum(((g * g).sum() for g in ends), mt.tensor(0.0).double())
    second = gradients([along], xs) if ends else []
    total.backward()
    return [z.detach(), *(x.grad for x in xs), *first, *second]


def check(f, arrays, library):
    to, kind = library
    # JAX compiles every operation anew for every shape, and Dask plans it.
    twice = kind is torch.Tensor
    expected = orders(f, arrays, np.asarray, twice)
    found = orders(f, arrays, to, twice)
    for a, b in zip(expected, found, strict=True):
        if a is not None or b is not None:
            assert isinstance(b.array, kind)
            assert a.dtype == b.dtype
            assert far(a.detach().numpy(), b.detach().numpy()) <= CLOSE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_the_first_table(row, library):
    arrays = [np.array(x) for x in zip(*points(row, 12), strict=True)]
    arrays = [x.reshape(3, 4) for x in arrays]
    check(row, [arrays[0], *[x[:1] for x in arrays[1:]]], library)


@EVERY_ROW
@settings(max_examples=5)
@given(data=st.data())
def test_a_row_of_the_second_table(name, library, data):
    shapes, how = data.draw(CASES[name])
    arrays = [n(*shape) for shape in shapes]
    if name != "move":  # below
        check(lambda *xs: LINEAR[name](*xs, **how), arrays, library)


def test_a_move_there_and_back(library):
    to, kind = library
    there = mt.Tensor(to(n(2))).device
    x = mt.Tensor(n(2), requires_grad=True)
    y = (x * 2).to(there)
    assert isinstance(y.array, kind)
    z = (y * y).to("cpu")
    assert isinstance(z.array, np.ndarray)
    z.sum().backward()
    assert isinstance(x.grad.array, np.ndarray)
    assert far(8 * x.array, x.grad.array) <= CLOSE


PROGRAMS = {
    **{k: (functools.partial(f, mt), *a) for k, (f, *a) in BOTH.items()},
    **{
        f"F.{k}": (functools.partial(f, mt, F), *a)
        for k, (f, *a) in FUNCTIONS.items()
    },
    **{
        f"F.{k}": (lambda x, f=f: f(mt, F, x, "mean"), x)
        for k, (f, x) in LOSSES.items()
    },
}


BACKWARDS = {
    "a vector": (lambda x: x[::-1] * x, n(4)),
    "a matrix": (lambda x: x[1, ::-2], n(3, 4)),
    "by an array": (lambda x: x[np.array([0, 2, 2])[::-1]], n(3, 4)),
    "by two arrays": (lambda x: x[range(3), np.arange(3)[::-1]], n(3, 4)),
}
PROGRAMS |= {f"F.backwards, {k}": v for k, v in BACKWARDS.items()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name, library):
    f, *arrays = PROGRAMS[name]
    if library[1] is torch.Tensor or name.startswith("F."):
        check(f, arrays, library)


# --- Examples ---

MAKERS = "tensor ones zeros arange full eye linspace".split()
EXAMPLES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in (functions, short, F)
    for name, function in {
        **{name: getattr(module, name) for name in module.__all__},
        **getattr(module, "NAMED", {}),
    }.items()
    if callable(function)
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_function_prints_the_same(name, monkeypatch):
    to, _ = next(iter(OVER.values()))()  # the others take minutes
    for maker in MAKERS:
        made = getattr(mt, maker)
        there = functools.partial(made_there, made, to)
        monkeypatch.setattr(mt, maker, there)
    runner = doctest.DocTestRunner(verbose=False)
    finder = doctest.DocTestFinder(recurse=False)
    for example in finder.find(EXAMPLES[name], name, globs={}):
        runner.run(example)
    assert runner.tries
    assert not runner.failures


def made_there(make, to, *args, **named):
    return mt.Tensor(to(make(*args, **named).array))


# --- Training ---


def network():
    mt.manual_seed(3)
    layers = [nn.Linear(3, 8), nn.Tanh(), nn.LayerNorm(8), nn.Linear(8, 2)]
    return nn.Sequential(*layers).double()


def losses_of(steps, device, make_optimizer):
    net = network().to(device)
    x = mt.tensor(np.cos(np.arange(36.0)).reshape(12, 3), device=device)
    y = mt.tensor(np.arange(12) % 2, device=device)
    optimizer = make_optimizer(net.parameters())
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        mt.optim.clip_grad_norm_(net.parameters(), 0.5)
        optimizer.step()
        losses.append(loss.item())
    return losses, net


OPTIMIZERS = {
    "SGD": lambda ps: mt.optim.SGD(ps, lr=0.3, momentum=0.9),
    "AdamW": lambda ps: mt.optim.AdamW(ps, lr=0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_of_a_network(name, library):
    to, kind = library
    device = mt.Tensor(to(n(1))).device
    # Dask computes each loss from the first parameters on: a hundred times
    # the work for ten times the steps.
    steps = 3 if "dask" in kind.__module__ else 10
    expected, _ = losses_of(steps, "cpu", OPTIMIZERS[name])
    found, net = losses_of(steps, device, OPTIMIZERS[name])
    assert np.allclose(expected, found, CLOSE, CLOSE)
    assert all(isinstance(p.array, kind) for p in net.parameters())
    state = net.state_dict()
    back = network()
    back.load_state_dict(state)
    assert isinstance(back[0].weight.array, np.ndarray)
    assert device == net.to("cpu").to(device)[0].weight.device


# --- Who meets whom ---


def test_a_constant_of_numpy_goes_where_the_others_are(library):
    to, kind = library
    x = mt.Tensor(to(n(2, 2)), requires_grad=True)
    w = mt.ones(2, 2).double()
    for z in (
        x * w,
        w - x,
        x @ w,
        w @ x,
        mt.cat([w, x]),
        mt.where(w > 0, x, w),
    ):
        assert isinstance(z.array, kind)
        z.sum().backward()
    assert isinstance(x.grad.array, kind)
    assert isinstance((x == w).array, kind)


def test_two_tensors_with_gradients_must_be_of_one_library(library):
    to, _ = library
    x = mt.Tensor(to(n(2, 2)), requires_grad=True)
    w = mt.ones(2, 2, dtype=mt.float64, requires_grad=True)
    for f in (lambda: x * w, lambda: w @ x, lambda: mt.cat([w, x])):
        with pytest.raises(OptionError, match=r"\.to\(other\.device\)"):
            f()
    z = x * w.to(x.device)
    z.sum().backward()
    assert isinstance(w.grad.array, np.ndarray)


def test_a_tensor_is_made_where_it_is_wanted(library):
    to, kind = library
    device = mt.Tensor(to(n(1))).device
    for x in (
        mt.zeros(2, device=device),
        mt.tensor([1, 2], device=device),
        mt.randn(3, device=device),
        mt.arange(3, device=device),
        mt.zeros_like(mt.Tensor(to(n(2)))),
    ):
        assert isinstance(x.array, kind)
    assert device == x.device
    assert device.type in repr(device)
    assert [1, 2] == mt.tensor([1, 2], device=device).tolist()
    assert 3.0 == float(mt.tensor(3.0, device=device))
    assert "tensor([1, 2])" == repr(mt.tensor([1, 2], device=device))


def test_cpu_moves_to_numpy_and_gradients_flow_back(library):
    to, kind = library
    x = mt.Tensor(to(n(2, 3)), requires_grad=True)
    y = x.cpu()
    assert isinstance(y.array, np.ndarray)
    (3 * y).sum().backward()
    assert isinstance(x.grad.array, kind)
    assert 18.0 == float(x.grad.sum())


@pytest.mark.parametrize("f", IN_PLACE, ids=lambda f: f.__name__)
def test_changes_in_place(f, library):
    if library[1] is torch.Tensor:
        check(functools.partial(f, mt), [n(3, 4), n(4)], library)


def test_arrays_that_cannot_change_in_part_say_so(library):
    to, kind = library
    x = mt.Tensor(to(np.zeros(2)))
    if kind is torch.Tensor:
        x[0] = 1.0
        assert [1.0, 0.0] == x.tolist()
        return
    with pytest.raises(NumberError, match="cannot be changed in part"):
        x[0] = 1.0
    x += 1.0
    assert [1.0, 1.0] == x.tolist()
    x.data.copy_(mt.tensor([2.0, 3.0]))
    assert [2.0, 3.0] == x.tolist()
    assert isinstance(x.array, kind)


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(OptionError, match="takes a device that is there"):
        mt.zeros(2, device="tpu")
    if not mt.cuda.is_available():
        with pytest.raises(OptionError, match="takes a device that is there"):
            mt.zeros(2).to("cuda")
