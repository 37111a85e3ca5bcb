"""PyTorch's opinion: the one file of the project that imports torch.

Every row, special value, random expression, loss and optimiser is computed
a second time by PyTorch in double precision.  Without PyTorch all of this
is skipped, and says so.

As a command it saves what the pages show of PyTorch and are built without:
its answers at special values, and what the programs in ``docs/twins``
print::

    python tests/oracle.py --save

Notation: *ours* and *theirs*, with floats on both sides; `T` a tensor of
one double.
"""

import contextlib
import datetime
import doctest
import functools
import io
import itertools
import json
import math
import platform
import random
import runpy
import sys
from pathlib import Path

import pytest
from conftest import NINE_DIGITS, SAME_MATHEMATICS, close, same_bits
from hypothesis import given, settings
from strategies import (
    ROWS,
    expressions,
    points,
    random_expression,
    special_points,
)

import micrograd.functions as ours
from micrograd import (
    Value,
    derivative,
    grad,
    hessian,
    interop,
    no_grad,
    optim,
    trees,
)
from micrograd.compiler import compile as compile_
from micrograd.namespaces import IEEE
from micrograd.nn import MLP
from micrograd.primitives import PRIMITIVES, hypot
from micrograd.tensors import networks

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)

F = torch.nn.functional
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

DOCS = Path(__file__).parents[1] / "docs"
SAVED = DOCS / "reference/torch_special_values.json"
PRINTED = DOCS / "twins/printed.json"
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def T(x):  # noqa: N802
    return torch.tensor(float(x), requires_grad=True)


# --- The rows, as PyTorch has them ---

# These take their second operand as a number and give no derivative by it;
# for that derivative the definition is written out.  The inner `where`
# keeps the branch not taken from making nan out of zero times infinity.
BY_SETTING = {
    "leaky_relu": lambda x, s: torch.where(
        x > 0, x, s * torch.where(x > 0, 0.0, x)
    ),
    "elu": lambda x, a: torch.where(
        x <= 0, a * torch.expm1(torch.where(x <= 0, x, 0.0)), x
    ),
}


@functools.cache
def in_torch(row):
    """PyTorch's function of tensors for a row."""
    known = {**vars(torch), "nn": torch.nn, "special": torch.special}
    if "(" in row.torch:
        code = compile(row.torch, row.name, "eval")
        return lambda *xyz: eval(code, known, letters(xyz))
    function = eval(row.torch, known)
    if row.name in BY_SETTING:
        return lambda x, setting: function(x, float(setting.detach()))
    return function


def letters(xyz):
    return dict(zip("xyz", xyz, strict=False))


def as_definition(row):
    """The same, differentiable by every operand."""
    return BY_SETTING.get(row.name) or in_torch(row)


def slopes(output, inputs, *, create_graph=False):
    """Derivatives as tensors; zero by what is not used."""
    if not output.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    return torch.autograd.grad(
        output,
        inputs,
        create_graph=create_graph,
        retain_graph=True,
        allow_unused=True,
        materialize_grads=True,
    )


def value_and_gradient(row, p, sent=1.0):
    """PyTorch's value and gradients of a row at a point, for one sent."""
    value, gradient = sent_back(in_torch(row), p, sent)
    if row.name in BY_SETTING:
        gradient[1] = sent_back(as_definition(row), p, sent)[1][1]
    return value, gradient


def sent_back(function, p, sent):
    """The value, and what each operand receives of a gradient."""
    inputs = [T(x) for x in p]
    value = function(*inputs)
    received = [0.0] * len(p)  # by what is not used
    if value.requires_grad:
        value.backward(torch.tensor(sent))
        received = [0.0 if x.grad is None else x.grad.item() for x in inputs]
    return value.item(), received


def derivative_in_torch(row, by, p):
    """PyTorch's derivative of any order, by one operand after another."""
    inputs = [T(x) for x in p]
    function = as_definition(row) if any(by) else in_torch(row)
    result = function(*inputs)
    for i in by:
        result = slopes(result, inputs, create_graph=True)[i]
    return result.item()


def our_derivative(row, by, p):
    f = row.function
    for i in by:
        f = grad(f, i)
    return f(*p)


def compared(row):
    """The special points at which PyTorch's answer is one."""
    every = special_points(row)
    if row.name in BY_SETTING:  # a setting is a number, not an infinity
        return [p for p in every if math.isfinite(p[1])]
    return every


# --- Rows: value and gradient ---


@pytest.mark.parametrize("name", BY_SETTING)
def test_a_definition_written_out_is_pytorch_s_function(name):
    row = PRIMITIVES[name]
    for p in [*points(row), *compared(row)]:
        expected = sent_back(in_torch(row), p, 1.0)
        computed = sent_back(BY_SETTING[name], p, 1.0)
        assert close(expected[0], computed[0]), p
        assert close(expected[1][0], computed[1][0]), p


@EVERY_ROW
def test_value_and_gradient_are_pytorch_s(row):
    for p in [*points(row), *compared(row)]:
        values = [Value(x) for x in p]
        result = row(*values)
        result.backward()
        value, gradient = value_and_gradient(row, p)
        if row.name == "atan2" and squares_lose_it(*p):
            gradient = angle_by_hand(*p)
        assert close(value, result.data), (p, value, result.data)
        for expected, v in zip(gradient, values, strict=True):
            assert close(expected, v.grad), (p, gradient, values)


# Where the sign of a zero may be another than PyTorch's, and why: the value
# has place 0, the derivatives follow.
SIGN_LEFT_OPEN = {
    ("relu", 0): "IEEE 754 does not say which zero is the larger one",
    ("maximum", 0): "the same",
    ("minimum", 0): "the same",
    ("power", 1): "PyTorch puts a plain zero where the exponent is 0",
    ("elu", 2): "PyTorch has no derivative by the setting",
}


@EVERY_ROW
def test_a_zero_has_the_sign_that_it_has_in_pytorch(row):
    for p in compared(row):
        values = [Value(x) for x in p]
        result = row(*values)
        # NB: backward adds to the 0.0 that a leaf has; PyTorch's has none.
        returned = [g.data for g in grad(result, values)]
        value, gradient = value_and_gradient(row, p)
        pairs = zip([value, *gradient], [result.data, *returned], strict=True)
        for place, (expected, computed) in enumerate(pairs):
            if expected == 0 and (row.name, place) not in SIGN_LEFT_OPEN:
                lost = row.name == "atan2" and squares_lose_it(*p)
                assert lost or same_bits(expected, computed), (p, place)


# What a row may be sent by the nodes above it.
SENT = [1.0, -2.0, 0.0, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("sent", SENT)
@EVERY_ROW
def test_a_gradient_of_any_size_is_handed_on_as_in_pytorch(row, sent):
    for p in [*points(row), *compared(row)]:
        _, received = value_and_gradient(row, p, sent)
        if row.name == "atan2" and squares_lose_it(*p):
            received = [sent * x for x in angle_by_hand(*p)]
        if row.name == "hypot" and 1e-300 in p and 1e300 in p:
            # NB: PyTorch divides last, and an infinity outlives x / z = 0.
            received = [sent * (x / 1e300) for x in p]
        if row.name == "elu" and p[0] == 0 and not math.isfinite(sent):
            received[1] = 0.0  # PyTorch has no opinion; alpha is not used
        values = [Value(x) for x in p]
        row(*values).backward(sent)
        for expected, v in zip(received, values, strict=True):
            assert close(expected, v.grad), (p, received, values)


def squares_lose_it(y, x):
    """Whether y * y + x * x, by which PyTorch divides, is 0 or infinite."""
    square = IEEE(y) * y + IEEE(x) * x
    return hypot(x, y) not in (0, math.inf) and square in (0, math.inf)


def angle_by_hand(y, x):
    h = hypot(x, y)
    return [x / h / h, -(y / h / h)]


# --- Rows: higher orders ---


def by_operands(order):
    return [
        pytest.param(row, by, id=f"{row.name}-{''.join(map(str, by))}")
        for row in ROWS
        for by in itertools.combinations_with_replacement(
            range(row.arity), order
        )
    ]


@pytest.mark.parametrize(("row", "by"), by_operands(2) + by_operands(3))
def test_higher_derivatives_on_the_domain_are_pytorch_s(row, by):
    for p in points(row):
        expected = derivative_in_torch(row, by, p)
        computed = our_derivative(row, by, p)
        assert close(expected, computed, scale=1.0), (p, expected, computed)


# Where PyTorch's formula for its own derivative divides infinities or zeros
# and says nan, and ours has the number.  For each such row the reason, and
# the number worked out by hand; nan where there is no derivative at all.
BY_HAND = {
    "logaddexp": (
        "exp(x) / (exp(x) + exp(y)) squared, with infinite exponentials",
        lambda by, p: 0.0,
    ),
    "softplus": (
        "it is the logaddexp of x and zero there",
        lambda by, p: 0.0,
    ),
    "gelu": (
        "x * x overflows before exp(-x * x / 2) makes it nothing",
        lambda by, p: 0.0,
    ),
    "power": (
        "0 to the p is 1 at p = 0 and 0 beside it",
        lambda by, p: 0.0 if by == (0, 0) else math.nan,
    ),
    "atan2": (
        "the square of the radius is 0, at the origin or by underflow",
        lambda by, p: bend_by_hand(by, *p),
    ),
}


def bend_by_hand(by, y, x):
    h = hypot(x, y)
    by_y_twice = -2 * IEEE(y / h) * (x / h) / h / h
    mixed = ((y / h) ** 2 - (x / h) ** 2) / IEEE(h) / h
    return [by_y_twice, mixed, -by_y_twice][sum(by)]


@EVERY_ROW
def test_higher_derivatives_at_special_values_are_pytorch_s(row):
    orders = [*itertools.product(range(row.arity), repeat=2)]
    if row.arity == 1:
        orders.append((0, 0, 0))
    for p in compared(row):
        computed = {by: our_derivative(row, by, p) for by in orders}
        for by in orders:
            expected = expected_bend(row, by, p, computed[by])
            # The mixed one is a difference: next to nothing where x = y.
            scale = abs(computed[0, 0]) if row.name == "atan2" else 0.0
            given = (by, p, expected, computed[by])
            assert close(expected, computed[by], scale=scale), given


def expected_bend(row, by, p, computed):
    """PyTorch's derivative, or the one by hand where it has none."""
    expected = derivative_in_torch(row, by, p)
    if row.name == "power" and by == (0, 1) and p[1] == 0 != abs(p[0]):
        # PyTorch sets d/dx to 0 at the exponent 0, and so loses that it
        # changes with the exponent there: by 1 / x for a positive x; a
        # negative one has no other powers near, and an infinite no slope.
        return 1 / p[0] if 0 < p[0] < math.inf else math.nan
    if math.isnan(computed):
        return expected
    if row.name == "atan2" and squares_lose_it(*p):
        return bend_by_hand(by, *p)
    if math.isnan(expected):
        _, by_hand = BY_HAND[row.name]
        return by_hand(by, p)
    return expected


POWERS = {
    "x**p": lambda x, p: x**p,
    "x**p + x": lambda x, p: x**p + x,
    "x * x**p": lambda x, p: x * x**p,
    "(3 * x)**p + x**2": lambda x, p: (3 * x) ** p + x**2,
}


@pytest.mark.parametrize(
    "p", [0, 1, 2, 3, 4, 5, -1, -2, -3, 0.5, 1.5, 2.5, 3.5, -0.5]
)
@pytest.mark.parametrize("f", POWERS.values(), ids=POWERS)
def test_higher_derivatives_of_powers_at_zero_are_pytorch_s(f, p):
    for x, order in itertools.product((0.0, -0.0, 1.0, -2.0), range(1, 5)):
        if str(x) == "-0.0" and p % 1:
            continue  # PyTorch's (-0.0)**-0.5 is -inf, that of IEEE 754 inf
        result = t = T(x)
        result = f(t, p)
        for _ in range(order):
            (result,) = slopes(result, [t], create_graph=True)
        every = list(itertools.product((grad, derivative), repeat=order))
        for modes in every if order < 4 else [every[0], every[-1]]:
            computed = functools.partial(f, p=p)
            for mode in modes:
                computed = mode(computed)
            names = [mode.__name__ for mode in modes]
            given = (x, names, result.item(), computed(x))
            assert close(result.item(), computed(x), NINE_DIGITS), given


# --- Random expressions ---


def read_by_torch(row):
    return as_definition(row)


def hessian_in_torch(f, point):
    """Value, gradient and Hessian of an expression."""
    inputs = [T(x) for x in point]
    value = f(*inputs, read=read_by_torch)
    gradient = slopes(value, inputs, create_graph=True)
    rows = [[h.item() for h in slopes(g, inputs)] for g in gradient]
    return value.item(), [g.item() for g in gradient], rows


def compare(f, tolerance):
    value, gradient, rows = hessian_in_torch(f, f.point)
    assert close(value, f(*f.point), tolerance, scale=1.0)
    inputs = [Value(x) for x in f.point]
    f(*inputs).backward()
    computed = hessian(lambda v: f(*v))(list(f.point))
    size = max([1.0, *map(abs, gradient)])
    for i, v in enumerate(inputs):
        assert close(gradient[i], v.grad, tolerance, size)
    size = max(size, *(abs(h) for row in rows for h in row))
    for expected, row in zip(rows, computed, strict=True):
        for x, y in zip(expected, row, strict=True):
            assert close(x, y, tolerance, size)


@settings(max_examples=1_000)
@given(expressions())
def test_random_expressions_agree_to_second_order(f):
    compare(f, SAME_MATHEMATICS)


@pytest.mark.parametrize("seed", range(20))
def test_the_hessian_of_fifty_nodes_agrees_to_nine_digits(seed):
    compare(random_expression(seed, inputs=5, steps=50), NINE_DIGITS)


def test_the_fifth_derivative_of_tanh_agrees_to_nine_digits():
    for x in (-2.0, -0.7, 0.0, 0.3, 1.0, 2.5):
        result = t = T(x)
        result = torch.tanh(t)
        for _ in range(5):
            (result,) = slopes(result, [t], create_graph=True)
        computed = derivative(PRIMITIVES["tanh"].function, 5)(x)
        assert close(result.item(), computed, NINE_DIGITS)


# --- Programs ---


def readme(a, b, relu):
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def neuron(x1, x2, w1, w2, b, tanh):
    return tanh(x1 * w1 + x2 * w2 + b)


PROGRAMS = [
    (readme, (-4.0, 2.0), Value.relu, torch.relu),
    (
        neuron,
        (2.0, 0.0, -3.0, 1.0, 6.8813735870195432),
        Value.tanh,
        torch.tanh,
    ),
]


@pytest.mark.parametrize(("program", "point", "mine", "its"), PROGRAMS)
def test_the_programs_of_the_lecture(program, point, mine, its):
    values, tensors = [Value(x) for x in point], [T(x) for x in point]
    result, expected = program(*values, mine), program(*tensors, its)
    result.backward()
    expected.backward()
    assert close(expected.item(), result.data)
    for t, v in zip(tensors, values, strict=True):
        assert close(t.grad.item(), v.grad)


# --- What accumulates, and what is recorded ---


def cube(x):
    return x * x * x


def test_repeated_backward_adds_up_in_leaves_as_in_pytorch():
    for number in (3.0, -1.5):
        v, t = Value(number), T(number)
        mine, its = cube(v), cube(t)
        for _ in range(3):
            mine.backward()
            its.backward(retain_graph=True)
            assert v.grad == t.grad.item()
        v.grad, t.grad = 0.0, None
        mine.backward()
        its.backward()
        assert v.grad == t.grad.item()


def test_several_roots_add_up_in_shared_leaves():
    v, t = Value(2.0), T(2.0)
    for x in (v, t):
        (x * 3.0).backward()
        (x * x).backward()
        x.backward()
    assert v.grad == t.grad.item() == 8.0


def test_the_gradient_of_the_root_is_chosen_as_in_pytorch():
    v, t = Value(2.0), T(2.0)
    cube(v).backward(gradient=-0.5)
    cube(t).backward(gradient=torch.tensor(-0.5))
    assert v.grad == t.grad.item()


def test_detach_and_no_grad_cut_as_in_pytorch():
    v, t = Value(3.0), T(3.0)
    with no_grad():
        mine = v * v
    with torch.no_grad():
        its = t * t
    assert mine.requires_grad is its.requires_grad is False
    (mine * v + v.detach() * v * v).backward()
    (its * t + t.detach() * t * t).backward()
    assert v.grad == t.grad.item()


def test_grad_of_values_is_grad_of_tensors():
    v, t = [Value(2.0), Value(3.0)], [T(2.0), T(3.0)]
    mine = [v[0] * v[1] ** 2, v[0].exp()]
    its = [t[0] * t[1] ** 2, t[0].exp()]
    first = grad(mine, v, create_graph=True)
    its_first = torch.autograd.grad(its, t, create_graph=True)
    for a, b in zip(its_first, first, strict=True):
        assert close(a.item(), b.data)
    second = grad(first[0] * first[1], v)
    its_second = torch.autograd.grad(its_first[0] * its_first[1], t)
    for a, b in zip(its_second, second, strict=True):
        assert close(a.item(), b.data)


# --- Functions of lists ---

SCORES = [
    [0.5, -1.0, 2.0],
    [1000.0, 0.0, -1000.0],
    [3.0, 3.0, 3.0],
    [-800.0, -801.0, -805.0],
    [1e-9, -1e-9, 0.0],
    [0.3],
]
REDUCTIONS = ["mean", "sum", "none"]

# What we compute, what PyTorch does, and at which lists.
LISTS = {
    "softmax": (ours.softmax, lambda x: F.softmax(x, -1), SCORES),
    "log_softmax": (ours.log_softmax, lambda x: F.log_softmax(x, -1), SCORES),
    "logsumexp": (ours.logsumexp, lambda x: torch.logsumexp(x, -1), SCORES),
    "mean": (ours.mean, torch.mean, SCORES),
    "rms_norm": (
        ours.rms_norm,
        lambda x: F.rms_norm(x, (len(x),)),
        [x for x in SCORES if max(map(abs, x)) < 100],
    ),
    "rms_norm with eps and weights": (
        lambda x: ours.rms_norm(x, weight=[2.0, -1.0, 0.5], eps=0.1),
        lambda x: F.rms_norm(
            x, (3,), weight=torch.tensor([2.0, -1.0, 0.5]), eps=0.1
        ),
        [x for x in SCORES if len(x) == 3],
    ),
    "dot": (
        lambda x: ours.dot(x, x[::-1]),
        lambda x: torch.dot(x, x.flip(0)),
        SCORES,
    ),
    "l2": (ours.l2, lambda x: (x * x).sum(), SCORES),
}


def listed(result):
    return result if isinstance(result, (list, tuple)) else [result]


def check_list(mine, its, numbers):
    """Each output and all its first and second derivatives."""
    n = len(listed(mine([Value(x) for x in numbers])))
    for k in range(n):

        def output(v, k=k):
            return listed(mine(v))[k]

        tensor = torch.tensor(numbers, requires_grad=True)
        result = its(tensor).reshape(-1)[k]
        (gradient,) = slopes(result, [tensor], create_graph=True)
        rows = [slopes(g, [tensor])[0].tolist() for g in gradient]
        values = [Value(x) for x in numbers]
        computed = output(values)
        assert close(result.item(), computed.data, scale=1.0)
        computed.backward()
        for expected, v in zip(gradient.tolist(), values, strict=True):
            assert close(expected, v.grad, scale=1.0)
        for expected, row in zip(rows, hessian(output)(numbers), strict=True):
            for x, y in zip(expected, row, strict=True):
                assert close(x, y, scale=1.0)


@pytest.mark.parametrize("name", LISTS)
def test_functions_of_lists_are_pytorch_s(name):
    mine, its, lists = LISTS[name]
    for numbers in lists:
        check_list(mine, its, numbers)


TARGETS = [0.0, 1.0, 0.25]
SIDES = [-1.0, 1.0, 1.0]


def margin(x, y, reduction):
    """Hinge loss under the name that PyTorch has for it."""
    return F.margin_ranking_loss(
        x, torch.zeros_like(x), y, margin=1.0, reduction=reduction
    )


LOSSES = {
    "mse_loss": (ours.mse_loss, F.mse_loss, TARGETS),
    "hinge_loss": (ours.hinge_loss, margin, SIDES),
    "binary_cross_entropy_with_logits": (
        ours.binary_cross_entropy_with_logits,
        F.binary_cross_entropy_with_logits,
        TARGETS,
    ),
}


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", LOSSES)
def test_losses_of_numbers_are_pytorch_s(name, reduction):
    mine, its, targets = LOSSES[name]
    for numbers in [x for x in SCORES if len(x) == 3]:
        check_list(
            lambda x: mine(x, targets, reduction=reduction),
            lambda x: its(x, torch.tensor(targets), reduction=reduction),
            numbers,
        )


BY_CLASS = {
    "nll_loss": (
        lambda x, c, r: ours.nll_loss(x, c, reduction=r),
        lambda x, c, r: F.nll_loss(x, c, reduction=r),
    ),
    "cross_entropy": (
        lambda x, c, r: ours.cross_entropy(x, c, reduction=r),
        lambda x, c, r: F.cross_entropy(x, c, reduction=r),
    ),
    "cross_entropy, smoothed": (
        lambda x, c, r: ours.cross_entropy(
            x, c, reduction=r, label_smoothing=0.2
        ),
        lambda x, c, r: F.cross_entropy(
            x, c, reduction=r, label_smoothing=0.2
        ),
    ),
}


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", BY_CLASS)
def test_losses_by_class_are_pytorch_s(name, reduction):
    mine, its = BY_CLASS[name]
    for numbers in [x for x in SCORES if len(x) == 3]:
        for c in range(3):  # one sample
            check_list(
                lambda x, c=c: mine(x, c, reduction),
                lambda x, c=c: its(x, torch.tensor(c), reduction),
                numbers,
            )
        check_list(  # two samples in a row of six numbers
            lambda x: mine([x[:3], x[3:]], [2, 0], reduction),
            lambda x: its(x.reshape(2, 3), torch.tensor([2, 0]), reduction),
            numbers + numbers[::-1],
        )


# --- Optimisers, step for step ---

STEPS = 150

# For each class every option, alone and with those it works together with.
OPTIONS = {
    "SGD": [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.3},
        {"momentum": 0.9, "nesterov": True},
        {"weight_decay": 0.1},
        {"momentum": 0.5, "nesterov": True, "weight_decay": 0.01},
    ],
    "RMSprop": [
        {},
        {"alpha": 0.5},
        {"eps": 0.1},
        {"momentum": 0.9},
        {"centered": True},
        {"weight_decay": 0.1},
        {"momentum": 0.5, "centered": True, "weight_decay": 0.01},
    ],
    "Adagrad": [
        {},
        {"lr_decay": 0.1},
        {"initial_accumulator_value": 0.5},
        {"eps": 0.1},
        {"weight_decay": 0.1},
    ],
    "Adam": [
        {},
        {"betas": (0.8, 0.95)},
        {"eps": 0.1},
        {"amsgrad": True},
        {"weight_decay": 0.1},
        {"weight_decay": 0.1, "amsgrad": True, "betas": (0.8, 0.9)},
    ],
    "AdamW": [
        {},
        {"betas": (0.8, 0.95)},
        {"eps": 0.1},
        {"amsgrad": True},
        {"weight_decay": 0.0},
        {"weight_decay": 0.5, "amsgrad": True},
    ],
}
CASES = [
    pytest.param(name, options, id=f"{name}-{'-'.join(options) or 'plain'}")
    for name, cases in OPTIONS.items()
    for options in cases
]
START = (1.5, -0.7, 0.2)


def valley(x, y, z):
    """Curved and skewed, but not so steep that roundings are amplified."""
    return (1 - x) ** 2 + (y - x * x / 2) ** 2 + (x * y - z) ** 2 / 2 + z


def descend(mine, its, values, tensors):
    """Make steps side by side and compare after each."""
    for t in range(STEPS):
        for optimizer, x in ((mine, values), (its, tensors)):
            optimizer.zero_grad()
            valley(*x).backward()
        mine.step()
        its.step()
        for expected, v in zip(tensors, values, strict=True):
            # Relative to the size of the parameters, which is about 1.
            assert close(expected.item(), v.data, scale=1.0), (t, expected)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_an_optimiser_goes_where_pytorch_s_goes(name, options):
    for lr in (0.001, 0.02):
        values, tensors = map(Value, START), map(T, START)
        values, tensors = list(values), list(tensors)
        mine = getattr(optim, name)(values, lr=lr, **options)
        its = getattr(torch.optim, name)(tensors, lr=lr, **options)
        descend(mine, its, values, tensors)


@pytest.mark.parametrize("name", OPTIONS)
def test_an_optimiser_s_defaults_are_pytorch_s(name):
    values, tensors = list(map(Value, START)), list(map(T, START))
    mine = getattr(optim, name)(values)
    its = getattr(torch.optim, name)(tensors)
    descend(mine, its, values, tensors)


@pytest.mark.parametrize("name", OPTIONS)
def test_the_state_has_pytorch_s_names_and_numbers(name):
    options = OPTIONS[name][-1]
    values, tensors = list(map(Value, START)), list(map(T, START))
    mine = getattr(optim, name)(values, lr=0.01, **options)
    its = getattr(torch.optim, name)(tensors, lr=0.01, **options)
    descend(mine, its, values, tensors)
    for v, t in zip(values, tensors, strict=True):
        theirs = {k: x for k, x in its.state[t].items() if k != "step"}
        assert mine.state[v].keys() == theirs.keys()
        for key, x in theirs.items():
            assert close(x.item(), mine.state[v][key]), key


SCHEDULES = {
    "linear": (
        optim.linear(0.02, 0.005, 40),
        lambda o: torch.optim.lr_scheduler.LinearLR(
            o, start_factor=1.0, end_factor=0.25, total_iters=40
        ),
    ),
    "step": (
        optim.step(0.02, 0.5, 30),
        lambda o: torch.optim.lr_scheduler.StepLR(o, 30, gamma=0.5),
    ),
    "cosine": (
        optim.cosine(0.02, 0.001, STEPS),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(
            o, STEPS, eta_min=0.001
        ),
    ),
}


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_goes_where_pytorch_s_goes(name, schedule):
    rate, make = SCHEDULES[schedule]
    values, tensors = list(map(Value, START)), list(map(T, START))
    mine = getattr(optim, name)(values, lr=rate)
    its = getattr(torch.optim, name)(tensors, lr=0.02)
    scheduler = make(its)

    for t in range(STEPS):
        assert close(its.param_groups[0]["lr"], mine.learning_rate()), t
        for optimizer, x in ((mine, values), (its, tensors)):
            optimizer.zero_grad()
            valley(*x).backward()
            optimizer.step()
        scheduler.step()
    for expected, v in zip(tensors, values, strict=True):
        assert close(expected.item(), v.data, scale=1.0)


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, math.inf])
@pytest.mark.parametrize("bound", [0.01, 1.0, 1e6])
def test_clipping_is_pytorch_s(bound, norm_type):
    values, tensors = list(map(Value, START)), list(map(T, START))
    for x in (values, tensors):
        valley(*x).backward()
    clip = torch.nn.utils.clip_grad_norm_
    expected = clip(tensors, bound, norm_type=norm_type)
    computed = optim.clip_grad_norm_(values, bound, norm_type=norm_type)
    assert close(expected.item(), computed)
    torch.nn.utils.clip_grad_value_(tensors, 0.5)
    optim.clip_grad_value_(values, 0.5)
    for t, v in zip(tensors, values, strict=True):
        assert close(t.grad.item(), v.grad)


# --- A network, trained ---


def twin(model):
    """The same network of tensors, with the same numbers."""
    layers = []
    for layer in model.layers:
        weights = [[w.data for w in neuron.w] for neuron in layer.neurons]
        linear = torch.nn.Linear(len(weights[0]), len(weights))
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights))
            linear.bias.copy_(
                torch.tensor([neuron.b.data for neuron in layer.neurons])
            )
        layers += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def test_a_network_is_trained_step_for_step_as_in_pytorch():
    rng = random.Random(7)
    xs = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(12)]
    classes = [int(x * y > 0) + int(x > 0.5) for x, y in xs]
    model = MLP(2, [5, 3], activation="tanh", rng=rng)
    copy = twin(model)
    mine = optim.AdamW(model.parameters(), lr=0.05)
    its = torch.optim.AdamW(copy.parameters(), lr=0.05)
    for _ in range(100):
        loss = ours.cross_entropy([model(x) for x in xs], classes)
        expected = F.cross_entropy(
            copy(torch.tensor(xs)), torch.tensor(classes)
        )
        assert close(expected.item(), loss.data)
        for optimizer, root in ((mine, loss), (its, expected)):
            optimizer.zero_grad()
            root.backward()
            optimizer.step()


# --- Models moved there and back ---

MOVABLE = "relu tanh sigmoid elu silu gelu leaky_relu softplus".split()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", MOVABLE)
def test_a_model_moved_to_pytorch_has_equal_outputs_and_gradients(
    activation, bias
):
    options = {"activation": activation, "bias": bias}
    model = MLP(3, [4, 4, 2], rng=random.Random(0), **options)
    network = interop.to_torch(model)
    x = [0.1, -2.0, 3.0]
    mine, its = model(x), network(torch.tensor(x, dtype=torch.float64))
    (mine[0] * mine[1]).backward()
    (its[0] * its[1]).backward()
    for expected, y in zip(its.tolist(), mine, strict=True):
        assert close(expected, y.data)
    grads = {k: p.grad.tolist() for k, p in network.named_parameters()}
    for p in model.parameters():
        p.data = p.grad  # so that they are arranged as the weights are
    found = trees.leaves(interop.tensors(model))
    for expected, gradient in zip(trees.leaves(grads), found, strict=True):
        assert close(expected, gradient)


@pytest.mark.parametrize("activation", MOVABLE)
def test_a_model_comes_back_from_pytorch_to_the_last_bit(activation):
    model = MLP(3, [4, 2], activation=activation, rng=random.Random(0))
    back = interop.from_torch(interop.to_torch(model))
    assert model.state_dict() == back.state_dict()
    assert repr(model) == repr(back)


def test_a_model_of_pytorch_in_single_precision_is_taken_exactly():
    parts = [torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)]
    network = torch.nn.Sequential(*parts)
    model = interop.from_torch(network)
    double = network.double()(torch.tensor([1.0, -2.0]).double())
    assert close(double.item(), model([1.0, -2.0]).data)


def test_a_bend_with_other_settings_is_refused():
    parts = [
        torch.nn.Linear(2, 3),
        torch.nn.GELU(approximate="tanh"),
        torch.nn.Linear(3, 1),
    ]
    with pytest.raises(interop.OptionError, match="approximate"):
        interop.from_torch(torch.nn.Sequential(*parts))


def test_pytorch_loads_the_file_that_we_write(tmp_path):
    files = pytest.importorskip("safetensors.torch")
    model = MLP(2, [3, 1], activation="tanh", rng=random.Random(0))
    interop.save_safetensors(model, tmp_path / "model.safetensors")
    network = interop.to_torch(MLP(2, [3, 1], activation="tanh"))
    network.load_state_dict(files.load_file(tmp_path / "model.safetensors"))
    its = network(torch.tensor([1.0, 2.0], dtype=torch.float64))
    assert close(its.item(), model([1.0, 2.0]).data)


# --- Examples that need PyTorch ---


def skipped_examples():
    """The examples of functions that other sessions leave out."""
    found = doctest.DocTestFinder().find(networks)
    return [
        pytest.param(one, id=one.name)
        for one in found
        if any(doctest.SKIP in e.options for e in one.examples)
    ]


@pytest.mark.parametrize("example", skipped_examples())
def test_an_example_that_needs_pytorch_holds(example):
    for one in example.examples:
        one.options.pop(doctest.SKIP, None)
    said = []
    runner = doctest.DocTestRunner(verbose=False)
    torch.set_default_dtype(torch.float32)  # as a reader has it
    try:
        runner.run(example, out=said.append)
    finally:
        torch.set_default_dtype(torch.float64)
    assert runner.summarize(verbose=False).attempted > 1
    assert not said, "".join(said)


# --- PyTorch's answers for the reference pages ---


def answers():
    """For each row and special point the value and the derivatives."""
    saved = {}
    for row in ROWS:
        saved[row.name] = {
            ", ".join(map(repr, p)): [repr(value), *map(repr, gradient)]
            for p in special_points(row)
            for value, gradient in [value_and_gradient(row, p)]
        }
    return saved


def printed(path):
    """What a program prints, with the type that PyTorch starts with."""
    text = io.StringIO()
    torch.set_default_dtype(torch.float32)
    try:
        with contextlib.redirect_stdout(text):
            runpy.run_path(str(path))
    finally:
        torch.set_default_dtype(torch.float64)
    return text.getvalue()


TWINS = {
    path.stem.removesuffix("_torch"): path
    for path in sorted((DOCS / "twins").glob("*_torch.py"))
}


def save():
    about = {
        "command": "python tests/oracle.py --save",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "torch": torch.__version__,
    }
    text = json.dumps({"about": about, **answers()}, indent=1)
    SAVED.write_text(text + "\n", encoding="utf-8")
    about["machine"] = f"{platform.system()} {platform.machine()}"
    texts = {name: printed(path) for name, path in TWINS.items()}
    text = json.dumps({"about": about, **texts}, indent=1)
    PRINTED.write_text(text + "\n", encoding="utf-8")


def test_the_saved_answers_are_still_pytorch_s():
    saved = json.loads(SAVED.read_text(encoding="utf-8"))
    del saved["about"]
    again = answers()
    assert saved.keys() == again.keys(), "run python tests/oracle.py --save"
    for name, points_of_row in again.items():
        assert saved[name].keys() == points_of_row.keys(), name
        for point, numbers in points_of_row.items():
            pairs = zip(saved[name][point], numbers, strict=True)
            assert all(close(float(x), float(y)) for x, y in pairs), point


# torch.func imports parts of PyTorch that PyTorch warns of.
@pytest.mark.filterwarnings("default::DeprecationWarning")
@pytest.mark.parametrize("name", TWINS)
def test_a_program_prints_what_its_page_shows(name):
    saved = json.loads(PRINTED.read_text(encoding="utf-8"))[name]
    again = printed(TWINS[name])
    if name == "single":  # whose last digits depend on the processor
        pairs = list(zip(saved.split(), again.split(), strict=True))
        assert all(close(float(x), float(y), 1e-5) for x, y in pairs)
        return
    assert saved == again, "run python tests/oracle.py --save"


def test_a_network_and_its_twin_learn_the_moons_alike():
    with contextlib.redirect_stdout(io.StringIO()):
        mine, its = (
            runpy.run_path(str(DOCS / f"twins/moons_{kind}.py"))
            for kind in ("micrograd", "torch")
        )
    assert len(its["history"]) == 101
    pairs = zip(its["history"], mine["history"], strict=True)
    assert max(abs(x - y) for x, y in pairs) <= 1e-12


# --- Tensors as arguments ---


def test_a_tensor_times_two_was_a_list_twice_as_long():
    f = compile_(lambda t: (t * 2)[1] + t.tolist()[0], reader="python")
    for numbers, expected in (([1.0, 2.0], 5.0), ([3.0, 4.0], 11.0)):
        for wants in (False, True):
            assert expected == f(torch.tensor(numbers, requires_grad=wants))


if __name__ == "__main__":
    if sys.argv[1:] != ["--save"]:
        sys.exit("python tests/oracle.py --save writes two files of docs/")
    save()
