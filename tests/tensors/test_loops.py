"""Loops of machine code give what NumPy gives, line by line."""

import math
import random

import numpy as np
import pytest
from conftest import tries
from scipy import special

import micrograd
import micrograd.tensors as mt
from micrograd.tensors import nn, optim
from micrograd.tensors.elementary import ELEMENTARY
from micrograd.tensors.kernels import Access, Loop, Op
from micrograd.tensors.runs import LIBRARY

F = nn.functional
ULPS = 6  # of exp, log, tanh and erf, as the module promises
ODD = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e-30, 3e38]


def compiled(fn, optimizer=None):
    return micrograd.compile(fn, optimizer, reader="native")


def loops(f):
    """How many loops there are in the program."""
    return f.source().count("# loop over")


# --- Functions ---


def applied(word, x):
    """A function of one array, as a loop by itself."""
    kind = {"float32": "float", "float64": "double"}[x.dtype.name]
    here, there = (Access(i, 0, ((x.size, x.itemsize),), kind) for i in (0, 1))
    op = Op(word, kind, (here,), there, "full")
    (address,) = LIBRARY.load([Loop([op], {0}, 0).write()])
    y = np.empty_like(x)
    table = np.array([x.ctypes.data, y.ctypes.data])
    LIBRARY.run(np.array([3, address, table.ctypes.data]).ctypes.data)
    return y


EXACT = {"exp": np.exp, "log": np.log, "tanh": np.tanh, "erf": special.erf}


def arguments(dtype):
    """Numbers of all sizes, those that are odd among them."""
    draw = np.random.default_rng(5)
    most = 80 if dtype == np.float32 else 700
    sizes = [1e-3, 1.0, 10.0, most]
    parts = [draw.normal(0, size, 4000) for size in sizes]
    parts += [1 + draw.normal(0, 0.01, 4000), np.exp(draw.normal(0, 9, 4000))]
    low = {np.float32: [-88, -103, -104], np.float64: [-709, -745, -746]}
    return np.concatenate([*parts, ODD, low[dtype]]).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("word", EXACT)
def test_functions_are_within_their_units_in_the_last_place(word, dtype):
    x = arguments(dtype)
    with np.errstate(all="ignore"):
        # Twice as many digits where they are to be had; NumPy's own else.
        wide = x.astype(np.longdouble if word != "erf" else np.float64)
        if dtype is np.float32:
            wide = x.astype(np.float64)
        exact = EXACT[word](wide)
        found = applied(word, x)
        rounded = exact.astype(dtype)
        apart = np.abs(found - exact) / np.spacing(np.abs(rounded))
    finite = np.isfinite(rounded)
    assert apart[finite].max() <= ULPS
    np.testing.assert_array_equal(rounded[~finite], found[~finite])
    assert {*EXACT} == {*ELEMENTARY}


def test_zero_keeps_its_sign():
    for word in ("tanh", "erf"):
        assert np.signbit(applied(word, np.array([0.0, -0.0]))).tolist() == [
            False, True,
        ]  # fmt: skip


# --- Random programs ---

SHAPES = [(), (1,), (5,), (3, 5), (1, 5), (3, 1), (2, 3, 5), (0, 5), (2, 0),
          (64, 3), (2, 1, 5)]  # fmt: skip
STEPS = [
    lambda x, y: x + y,
    lambda x, y: x - y * 2,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: -x,
    lambda x, y: x.abs() + 1,
    lambda x, y: x.abs().sqrt(),
    lambda x, y: x.maximum(y),
    lambda x, y: x.minimum(y),
    lambda x, y: mt.where(x > y, x, y),
    lambda x, y: mt.where(x == y, x, 0.5),
    lambda x, y: (x < y) * x,
    lambda x, y: (x >= 0).float() - y,
    lambda x, y: x.relu() * y,
    lambda x, y: x.clamp(-1, 1) + y,
    lambda x, y: x.long() * 2 if x.dtype == mt.int64 else x.double(),
    lambda x, y: x.masked_fill(x != x, 2.0),
    lambda x, y: x.flip(-1) if x.ndim else x,
    lambda x, y: x.transpose(0, -1) if x.ndim > 1 else x,
    lambda x, y: x.reshape(-1) if x.ndim else x,
    lambda x, y: x[..., ::2] if x.ndim else x,
    lambda x, y: x[1:] if x.ndim and len(x) > 1 else x,
    lambda x, y: x - x.amax(-1, keepdim=True) if x.numel() else x,
    lambda x, y: x.amin(-1) if x.ndim and x.numel() else x,
    lambda x, y: x * 0.5 + (y == y.clone()),
    lambda x, y: changed(x, y),
]
LAST = [
    lambda x: x.exp(),
    lambda x: x.abs().log(),
    lambda x: x.tanh(),
    lambda x: x.erf(),
    lambda x: x.sum(),
    lambda x: x.sum(-1) if x.ndim else x,
    lambda x: x.sum(0) if x.ndim else x,
    lambda x: x.sum(-1, keepdim=True) if x.ndim else x,
]


def changed(x, y):
    """Arithmetic in place, on a tensor that the program made."""
    out = x + 0.0
    if x.is_floating_point() and x.ndim:
        out *= 2
        out[...] = out - 1
        out += x
    return out


def operand(choose):
    """A tensor: of odd shape, perhaps strided, with odd numbers in it."""
    shape = choose.choice(SHAPES)
    draw = np.random.default_rng(choose.randrange(1 << 30))
    kind = choose.choice(["f4", "f4", "f8", "i8", "?"])
    x = draw.normal(0, 2, shape)
    if kind[0] == "f" and choose.random() < 0.3:
        x = np.where(draw.random(shape) < 0.2, draw.choice(ODD, shape), x)
    array = np.asarray(x).astype(kind) if kind != "?" else np.asarray(x > 0)
    if choose.random() < 0.3 and array.ndim > 1:
        array = np.asfortranarray(array)
    return mt.from_numpy(array)


def program(seed):
    """Operands, and a random function of them with several results."""
    choose = random.Random(seed)
    given = [operand(choose) for _ in range(3)]
    steps = [
        (choose.choice(STEPS), choose.random(), choose.random())
        for _ in range(choose.randrange(2, 14))
    ]
    shown, last = choose.random(), choose.choice([*LAST, None])

    def run(*given):
        known = list(given)
        for step, a, b in steps:
            x, y = known[int(a * len(known))], known[int(b * len(known))]
            if fits(x, y):
                known.append(step(x, y))
        made = known[3:]
        if not made:
            return given[0] + 1
        out = made[-1]
        more = made[int(shown * len(made))]
        return out, more, out if last is None else last(out * 1.0)

    return given, run


def fits(x, y):
    """Whether an operation can be asked of them."""
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return False
    return bool not in (x.array.dtype, y.array.dtype)


@pytest.mark.parametrize("seed", range(tries(200)))
def test_random_programs_agree_with_numpy(seed):
    given, run = program(seed)
    given = [x.float() if x.dtype == mt.bool else x for x in given]
    with np.errstate(all="ignore"):
        plain = run(*given)
    found = compiled(run)(*given)
    if isinstance(plain, tuple):
        (*plain, a), (*found, b) = plain, found
        near(a, b, plain[0])
    else:
        plain, found = [plain], [found]
    for x, y in zip(plain, found, strict=True):
        assert x.dtype == y.dtype
        np.testing.assert_array_equal(x.array, y.array)


def near(x, y, operand):
    """A function within some units, a sum within those of all summands."""
    assert (x.dtype, x.shape) == (y.dtype, y.shape)
    size = np.abs(operand.array.astype(np.float64))
    whole = not x.is_floating_point()
    eps = 0 if whole else np.finfo(x.array.dtype).eps
    with np.errstate(all="ignore"):
        room = eps * np.where(np.isfinite(size), size, 0).sum()
    room = min(float(room), 1e30)
    np.testing.assert_allclose(x.array, y.array, 2 * ULPS * eps, room)


# --- What becomes of known functions ---


def drawn(*shape):
    return mt.randn(*shape, generator=mt.Generator().manual_seed(3))


ONE = {
    "softmax": (lambda x: F.softmax(x, -1), 1),
    "log_softmax": (lambda x: F.log_softmax(x, -1), 1),
    "gelu": (lambda x: F.gelu(x), 1),
    "layer_norm": (lambda x: F.layer_norm(x, (6,), x[0], x[1]), 1),
    "masked softmax": (
        lambda x: F.softmax(x.masked_fill(x < 0, -math.inf) * 0.5, -1), 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_known_functions_become_one_loop(name):
    function, count = ONE[name]
    f = compiled(function)
    x = drawn(5, 6)
    np.testing.assert_allclose(
        function(x).array, f(x).array, rtol=1e-5, atol=1e-6
    )
    assert count == loops(f)
    lines = f.source().splitlines()
    assert not [x for x in lines if x.strip().startswith("np.")]


def test_an_array_that_only_a_loop_reads_is_not_made():
    f = compiled(lambda x: ((x * 2 + 1).tanh() * x).exp())
    f(drawn(1000))
    g = micrograd.compile(lambda x: ((x * 2 + 1).tanh() * x).exp().sin(),
                          reader="python")  # fmt: skip
    g(drawn(1000))
    assert f.last.lowered.size <= g.last.lowered.size
    assert 4 == len(f.last.lowered.dropped)


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam, optim.AdamW])
def test_an_update_is_one_call_of_machine_code(kind):
    w = mt.tensor([1.0, 2.0, 3.0], requires_grad=True)
    v = mt.tensor([[1.0, 2.0]], requires_grad=True)
    step = compiled(lambda: (w * w).sum() + v.sum(), kind([w, v], lr=0.1))
    step()
    text = step.source()
    update = text[text.index("def update") :].splitlines()
    code = [x for x in update[1:] if not x.strip().startswith("#")]
    assert 1 == sum("run" in x for x in code)
    assert not [x for x in code if "np." in x and ".item()" not in x]


def test_layers_of_one_shape_share_machine_code():
    f = compiled(lambda x: F.softmax(F.softmax(x @ x, -1) @ x, -1))
    before = len(LIBRARY.known)
    f(drawn(7, 7))
    assert 2 == loops(f)
    assert 1 == len(LIBRARY.known) - before
    assert "2 loops of 1 kind" in f.report()


def test_arrays_of_no_numbers_are_left_to_numpy():
    f = compiled(lambda x: (x * 2).exp().sum())
    f(mt.zeros(0, 3))
    assert 0 == loops(f)


def test_a_parameter_that_is_moved_elsewhere_is_found():
    w = drawn(4, 4)
    f = compiled(lambda x: (w * x).tanh() + 1)
    x = drawn(4)
    for data in (w * 2, (w * 3).T, w[::2].repeat(2, 1).view(4, 4)):
        w.data = data
        np.testing.assert_allclose(
            ((w * x).tanh() + 1).array, f(x).array, rtol=1e-5
        )
