"""Optimisers against numbers of PyTorch 2.13, written down here.

The comparison with PyTorch itself, over more steps, is in oracle.py; these
tests pass without it.
"""

import inspect
import json
import math
import sys

import numpy as np
import pytest
from conftest import SAME_MATHEMATICS, close
from hypothesis import example, given
from hypothesis import strategies as st

from micrograd import Value, primitives
from micrograd.errors import (
    NonFiniteGradientError,
    NumberError,
    OptionError,
    ShapeError,
    StateError,
)
from micrograd.namespaces import IEEE, Arrays, floats, ieee
from micrograd.optim import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Optimizer,
    RMSprop,
    clip_grad_norm_,
    clip_grad_value_,
    cosine,
    linear,
    step,
    warmup,
)
from micrograd.source import Source

KINDS = [SGD, RMSprop, Adagrad, Adam, AdamW]

nan, inf = math.nan, math.inf


def text(caught):
    """The message without the address at its end."""
    return str(caught.value).partition("; see ")[0]


def with_gradients(*grads):
    """Parameters 0, 1, 2, ... with these gradients."""
    parameters = [Value(float(i)) for i in range(len(grads))]
    for p, g in zip(parameters, grads, strict=True):
        p.grad = g
    return parameters


def numbers(parameters):
    return [(p.data, p.grad) for p in parameters]


# --- The updates ---

GRADIENTS = [0.5, -1.25, 0.75, 2.0, -0.125, 0.0, 1.5, -3.0, 0.25, 1.0]

# What PyTorch makes of the parameter 1.0 and these gradients.
PYTORCH = [
    (SGD, {"lr": 0.1}, 0.8375),
    (SGD, {"lr": 0.1, "weight_decay": 0.5}, 0.47882435905),
    (SGD, {"lr": 0.1, "momentum": 0.9}, 0.17772769129999993),
    (
        SGD,
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.5},
        0.4260334556749998,
    ),
    (
        SGD,
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        0.09745492216999976,
    ),
    (RMSprop, {}, 0.8603102964287734),
    (RMSprop, {"alpha": 0.5, "weight_decay": 0.5}, 0.9486928609671677),
    (RMSprop, {"momentum": 0.9}, 0.2305705746422297),
    (RMSprop, {"centered": True, "momentum": 0.5}, 0.7350801171590623),
    (Adagrad, {"lr": 0.1}, 0.8612475448721336),
    (
        Adagrad,
        {
            "lr": 0.1,
            "lr_decay": 0.25,
            "weight_decay": 0.5,
            "initial_accumulator_value": 0.5,
        },
        0.8482442911957442,
    ),
    (Adam, {"lr": 0.1}, 0.7746063137180198),
    (
        Adam,
        {"lr": 0.1, "betas": (0.5, 0.75), "weight_decay": 0.5},
        0.5725440354005012,
    ),
    (
        Adam,
        {"lr": 0.1, "betas": (0.5, 0.75), "amsgrad": True},
        0.8089697194272293,
    ),
    (AdamW, {"lr": 0.1}, 0.7659301250888273),
    (
        AdamW,
        {
            "lr": 0.1,
            "weight_decay": 0.5,
            "betas": (0.5, 0.75),
            "amsgrad": True,
        },
        0.46328936186058856,
    ),
]

# The names under which PyTorch remembers, and their numbers, likewise.
REMEMBERED = [
    (SGD, {"lr": 0.1}, {}),
    (
        SGD,
        {"lr": 0.1, "momentum": 0.9},
        {"momentum_buffer": 0.8919196570000003},
    ),
    (
        RMSprop,
        {"centered": True, "momentum": 0.5},
        {
            "square_avg": 0.1804118222224592,
            "momentum_buffer": 1.6365394913703846,
            "grad_avg": 0.015291118092016637,
        },
    ),
    (Adagrad, {"lr": 0.1}, {"sum": 18.703125}),
    (
        Adam,
        {"lr": 0.1, "betas": (0.5, 0.75), "amsgrad": True},
        {
            "exp_avg": 0.2958984375,
            "exp_avg_sq": 2.006124496459961,
            "max_exp_avg_sq": 3.101165771484375,
        },
    ),
]


def after_ten_steps(kind, options):
    p = Value(1.0)
    optimizer = kind([p], **options)
    for g in GRADIENTS:
        p.grad = g
        optimizer.step()
    return p, optimizer


@pytest.mark.parametrize(("kind", "options", "expected"), PYTORCH)
def test_ten_steps_end_where_pytorch_ends(kind, options, expected):
    p, _ = after_ten_steps(kind, options)
    assert close(expected, p.data, SAME_MATHEMATICS)


@pytest.mark.parametrize(("kind", "options", "expected"), REMEMBERED)
def test_what_is_remembered_has_the_names_and_numbers_of_pytorch(
    kind, options, expected
):
    p, optimizer = after_ten_steps(kind, options)
    state = optimizer.state[p]
    assert expected.keys() == state.keys()
    for name, number in expected.items():
        assert close(number, state[name], SAME_MATHEMATICS)


@pytest.mark.parametrize(
    ("kind", "defaults"),
    [
        (SGD, [1e-3, 0, 0, 0, False]),
        (RMSprop, [1e-2, 0.99, 1e-8, 0, 0, False]),
        (Adagrad, [1e-2, 0, 0, 0, 1e-10]),
        (Adam, [1e-3, (0.9, 0.999), 1e-8, 0, False]),
        (AdamW, [1e-3, (0.9, 0.999), 1e-8, 1e-2, False]),
    ],
)
def test_arguments_have_the_order_and_defaults_of_pytorch(kind, defaults):
    parameters = inspect.signature(kind).parameters.values()
    found = [p.default for p in parameters if p.name != "params"]
    assert defaults == found


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_walks_down_a_bowl(kind):
    w = Value(3.0)
    optimizer = kind([w], lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        (w * w).backward()
        optimizer.step()
    assert abs(w.data) < 3.0 / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_leaves_the_gradients_as_they_are(kind):
    (p,) = with_gradients(0.5)
    kind([p]).step()
    assert p.grad == 0.5


def test_zero_grad_sets_every_gradient_to_zero():
    parameters = with_gradients(0.5, inf)
    SGD(parameters).zero_grad()
    assert [p.grad for p in parameters] == [0.0, 0.0]


def test_a_parameter_given_twice_is_moved_once():
    (p,) = with_gradients(1.0)
    optimizer = SGD([p, p], lr=0.25)
    optimizer.step()
    assert (len(optimizer.parameters), p.data) == (1, -0.25)


def test_parameters_may_come_from_a_generator():
    (p,) = with_gradients(1.0)
    optimizer = SGD((x for x in [p]), lr=0.25)
    optimizer.step()
    optimizer.step()
    assert p.data == -0.5


def test_equal_numbers_are_different_parameters():
    a, b = Value(1.0), Value(1.0)
    assert SGD([a, b]).parameters == [a, b]


def test_parameters_stay_plain_floats():
    for kind in KINDS:
        (p,) = with_gradients(1)  # an int, as upstream's zero_grad leaves it
        kind([p], lr=1).step()
        assert type(p.data) is float


def test_centred_rmsprop_survives_a_long_constant_gradient():
    """PyTorch takes the root of a rounding error below 0, and gives nan."""
    (p,) = with_gradients(0.1)
    optimizer = RMSprop([p], lr=1e-9, centered=True)
    for _ in range(4000):
        optimizer.step()
    assert math.isfinite(p.data)


def test_no_gradient_and_no_eps_gives_nan_as_in_pytorch():
    (p,) = with_gradients(0.0)
    Adam([p], eps=0.0).step()
    assert math.isnan(p.data)


def test_the_square_of_a_huge_gradient_does_not_stop_a_step():
    (p,) = with_gradients(1e200)
    Adam([p], lr=0.1).step()
    assert p.data == 0.0  # g / inf, as in PyTorch


# --- An update read on other things than floats ---


def one_update(kind, xp, p, g, state):
    options = {"betas": (0.5, 0.75)} if issubclass(kind, Adam) else {}
    optimizer = kind([Value(1.0)], lr=0.1, weight_decay=0.5, **options)
    coefficients = optimizer.coefficients(2, 0.1)
    names = optimizer.state_dict()["state"][0]
    state = dict(zip(names, state, strict=False))
    return optimizer.update(xp, p, g, state, coefficients)


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_reads_the_same_on_floats_values_and_ieee_floats(kind):
    operands = (2.0, 0.5, 0.25, 0.75)
    p, g, *state = operands
    expected, remembered = one_update(kind, floats, p, g, state)
    for xp, number in [(ieee, IEEE), (primitives, Value)]:
        p, g, *state = map(number, operands)
        data, new = one_update(kind, xp, p, g, state)
        assert float(data) == expected
        assert remembered == {k: float(v) for k, v in new.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_reads_on_arrays_as_on_each_number(kind):
    columns = np.array([[2.0, -1.0], [0.5, 3.0], [0.25, 0.0], [0.75, 1.0]])
    p, g, *state = columns
    data, _ = one_update(kind, Arrays(np), p, g, state)
    for i, (x, slope, *rest) in enumerate(columns.T.tolist()):
        assert one_update(kind, floats, x, slope, rest)[0] == data[i]


def test_an_update_reads_on_names_as_its_formula():
    optimizer = SGD([Value(1.0)], momentum=0.5, weight_decay=0.25)
    p, g, b, rate = map(Source, ["p", "g", "b", "rate"])
    state = {"momentum_buffer": b}
    new, _ = optimizer.update(primitives, p, g, state, (rate, 1.0))
    assert str(new) == "p - rate * (0.5 * b + 1.0 * (g + 0.25 * p))"


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_changes_nothing_it_is_given(kind):
    optimizer = kind([Value(1.0)])
    state = dict(next(iter(optimizer.state.values())))
    before = dict(state)
    optimizer.update(floats, 1.0, 0.5, state, optimizer.coefficients(0, 0.1))
    assert (state, optimizer.steps) == (before, 0)


def test_only_an_update_is_needed_for_a_new_kind():
    class Halve(Optimizer):
        def update(self, xp, p, g, state, coefficients):
            return p / 2, {"calls": state["calls"] + 1}

    w = Value(8.0)
    optimizer = Halve([w], lr=0.1, calls=0.0)
    optimizer.step()
    optimizer.step()
    assert (w.data, optimizer.state[w]) == (2.0, {"calls": 2.0})


# --- Schedules ---


def test_linear_is_the_decay_of_the_lecture_to_the_last_bit():
    rate = linear(1.0, 0.1, 100)
    expected = [1.0 - 0.9 * k / 100 for k in range(100)]
    assert expected == [rate(k) for k in range(100)]


def test_schedules_stay_where_they_end():
    assert [linear(1.0, 0.5, 3)(t) for t in (3, 4, 100)] == [0.5] * 3
    assert [cosine(1.0, 0.5, 3)(t) for t in (3, 4, 100)] == [0.5] * 3


def test_cosine_starts_and_ends_flat_and_is_halfway_in_the_middle():
    rate = cosine(1.0, 0.0, 100)
    assert (rate(0), rate(50), rate(100)) == (1.0, 0.5, 0.0)
    assert rate(0) - rate(1) < 1 / 100 > rate(99) - rate(100)


def test_step_multiplies_every_so_often():
    rate = step(0.8, 0.1, 3)
    assert [rate(t) for t in (0, 2)] == [0.8, 0.8]
    assert close(0.08, rate(3))
    assert close(0.008, rate(8))


rates = st.floats(0.0, sys.float_info.max)
lengths = st.integers(1, 10_000)


@pytest.mark.parametrize("kind", [linear, cosine])
@given(rates, rates, lengths, st.data())
@example(0.1, 0.0, 3, None)  # ended at -1.4e-17
@example(0.1, 1e-5, 7, None)  # ended beside its end
@example(1e308, 0.0, 10_000, None)
def test_a_schedule_hits_its_ends_and_stays_between(kind, a, b, n, data):
    rate = kind(a, b, n)
    assert (rate(0), rate(n), rate(n + 1), rate(10 * n)) == (a, b, b, b)
    steps = range(min(n, 20)) if data is None else data.draw(st.sets(lengths))
    for t in steps:
        assert min(a, b) <= rate(t) <= max(a, b), t


@given(rates, st.floats(0.0, 2.0), lengths, st.integers(0, 10**6))
def test_a_stepped_rate_is_never_below_zero_nor_an_error(a, factor, n, t):
    rate = step(a, factor, n)
    assert rate(0) == rate(n - 1) == a
    assert 0.0 <= rate(t) <= (a if factor <= 1 else math.inf)


@given(rates, rates, lengths, lengths, st.integers(0, 20_000))
def test_a_warmup_stays_below_what_it_warms_up_to(a, b, n, m, t):
    schedule = linear(a, b, n)
    rate = warmup(schedule, m)
    assert rate(m - 1) == schedule(m - 1)
    assert 0.0 <= rate(t) <= schedule(t)


def test_a_rate_that_grew_to_infinity_is_refused_by_the_step():
    (p,) = with_gradients(1.0)
    optimizer = SGD([p], lr=step(1e-3, 2.0, 1))
    optimizer.steps = 1100
    with pytest.raises(OptionError, match="lr= at step 1100 takes a finite"):
        optimizer.step()
    assert (p.data, step(0.0, 2.0, 1)(1100)) == (0.0, 0.0)


def test_a_straight_line_to_zero_can_be_walked_to_its_end():
    for n in range(1, 200):
        (p,) = with_gradients(1.0)
        optimizer = SGD([p], lr=linear(0.1, 0.0, n))
        for _ in range(n + 1):
            optimizer.step()
        assert optimizer.learning_rate() == 0.0


def test_a_number_of_steps_may_be_numpy_s():
    assert linear(1.0, 0.0, np.int64(4))(1) == 0.75


def test_warmup_scales_a_schedule_or_a_number():
    rate = warmup(linear(1.0, 0.0, 4), 2)
    assert [rate(t) for t in range(4)] == [0.5, 0.75, 0.5, 0.25]
    assert [warmup(0.5, 2)(t) for t in range(3)] == [0.25, 0.5, 0.5]


def test_a_schedule_is_asked_for_the_number_of_the_step_from_0():
    asked = []

    def schedule(t):
        asked.append(t)
        return 0.5

    (p,) = with_gradients(1.0)
    optimizer = SGD([p], lr=schedule)
    for _ in range(3):
        optimizer.step()
    assert (asked, p.data, optimizer.steps) == ([0, 1, 2], -1.5, 3)


def test_the_rate_may_be_assigned_between_steps():
    (p,) = with_gradients(1.0)
    optimizer = SGD([p], lr=1.0)
    optimizer.step()
    optimizer.lr = 0.25
    optimizer.step()
    assert p.data == -1.25


# --- Clipping ---


@pytest.mark.parametrize(
    ("norm_type", "length", "clipped"),
    [  # of 3, -4 and 12 to at most 6.5, from PyTorch
        (1.0, 19.0, [1.0263157354570667, -1.368420980609422]),
        (2.0, 13.0, [1.4999998846153937, -1.9999998461538582]),
        (3.0, 12.207054953820636, [1.5974367672081307, -2.129915689610841]),
        (inf, 12.0, [1.6249998645833448, -2.166666486111126]),
    ],
)
def test_clipping_by_length_is_that_of_pytorch(norm_type, length, clipped):
    parameters = with_gradients(3.0, -4.0, 12.0)
    assert close(length, clip_grad_norm_(parameters, 6.5, norm_type))
    for expected, p in zip(clipped, parameters, strict=False):
        assert close(expected, p.grad)


def test_short_gradients_are_not_clipped():
    parameters = with_gradients(3.0, 4.0)
    assert clip_grad_norm_(parameters, max_norm=5.5) == 5.0
    assert clip_grad_norm_(parameters, max_norm=inf) == 5.0
    assert [p.grad for p in parameters] == [3.0, 4.0]


def test_the_length_of_huge_and_of_no_gradients_is_right():
    assert close(5e200, clip_grad_norm_(with_gradients(3e200, 4e200), inf))
    assert clip_grad_norm_(with_gradients(0.0, 0.0), 1.0) == 0.0


def test_clipping_counts_a_parameter_given_twice_once():
    (p,) = with_gradients(3.0)
    assert clip_grad_norm_([p, p], inf) == 3.0


def test_clipping_by_value_cuts_each_gradient_off():
    parameters = with_gradients(3.0, -0.5, -inf, nan)
    clip_grad_value_(parameters, 1.0)
    assert [p.grad for p in parameters[:3]] == [1.0, -0.5, -1.0]
    assert math.isnan(parameters[3].grad)


def test_clipping_refuses_a_gradient_that_is_not_finite():
    parameters = with_gradients(3.0, nan)
    with pytest.raises(NonFiniteGradientError) as caught:
        clip_grad_norm_(parameters, 1.0)
    assert text(caught) == (
        "clip_grad_norm_() needs finite gradients but got nan for parameter "
        "1; find the cause with find_nonfinite(loss)"
    )
    assert parameters[0].grad == 3.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda p: clip_grad_norm_(p, -1.0),
            "max_norm= takes a number >= 0, or infinity but got -1.0; "
            "choose one in that range",
        ),
        (
            lambda p: clip_grad_norm_(p, nan),
            "max_norm= takes a number >= 0, or infinity but got nan; "
            "choose one in that range",
        ),
        (
            lambda p: clip_grad_norm_(p, 1.0, norm_type=0.5),
            "norm_type= takes a number >= 1, or infinity but got 0.5; "
            "choose one in that range",
        ),
        (
            lambda p: clip_grad_value_(p, nan),
            "clip_value= takes a finite number >= 0 but got nan; "
            "choose one in that range",
        ),
    ],
)
def test_clipping_refuses_a_bound_out_of_range(call, message):
    parameters = with_gradients(3.0)
    with pytest.raises(OptionError) as caught:
        call(parameters)
    assert text(caught) == message
    assert parameters[0].grad == 3.0


# --- What is refused at the door ---


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        (
            [],
            ShapeError,
            "Adam(params) needs at least one parameter but got none; "
            "pass model.parameters() or a list of Values",
        ),
        (
            Value(1.0),
            NumberError,
            "Adam(params) takes a list of Values but got "
            "Value(data=1.0, grad=0.0); "
            "pass model.parameters() or a list of Values",
        ),
        (
            [Value(1.0), 2.0],
            NumberError,
            "Adam(params) takes a list of Values but got 2.0 in it; "
            "pass model.parameters() or a list of Values",
        ),
        (
            [[Value(1.0)]],  # unhashable
            NumberError,
            "Adam(params) takes a list of Values but got "
            "[Value(data=1.0, grad=0.0)] in it; "
            "pass model.parameters() or a list of Values",
        ),
        (
            [Value(1.0) * 2.0],
            OptionError,
            "Adam(params) takes leaves, which gradients collect in but got "
            "the result of * Value(data=2.0, grad=0.0); "
            "pass the Values it was made from, or a new Value",
        ),
        (
            [Value(1.0).detach()],
            OptionError,
            "Adam(params) takes leaves, which gradients collect in but got "
            "the constant Value(data=1.0, grad=0.0); "
            "pass the Values it was made from, or a new Value",
        ),
    ],
)
def test_parameters_must_be_leaves(params, error, message):
    with pytest.raises(error) as caught:
        Adam(params)
    assert text(caught) == message


POSITIVE = "takes a finite number >= 0"
SHARE = "takes a finite number >= 0 and < 1"


@pytest.mark.parametrize(
    ("kind", "options", "start"),
    [
        (SGD, {"lr": nan}, f"lr= {POSITIVE} but got nan"),
        (SGD, {"lr": -0.1}, f"lr= {POSITIVE} but got -0.1"),
        (SGD, {"lr": inf}, f"lr= {POSITIVE} but got inf"),
        (SGD, {"momentum": -1}, f"momentum= {POSITIVE} but got -1.0"),
        (SGD, {"dampening": nan}, f"dampening= {POSITIVE} but got nan"),
        (SGD, {"weight_decay": -1}, f"weight_decay= {POSITIVE} but got"),
        (SGD, {"nesterov": True}, "nesterov=True needs momentum and no"),
        (
            SGD,
            {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
            "nesterov=True needs momentum and no dampening but got "
            "momentum=0.9 and dampening=0.1; set momentum=0.9",
        ),
        (RMSprop, {"alpha": 1.0}, f"alpha= {SHARE} but got 1.0"),
        (RMSprop, {"eps": -1e-8}, f"eps= {POSITIVE} but got -1e-08"),
        (RMSprop, {"momentum": nan}, f"momentum= {POSITIVE} but got nan"),
        (RMSprop, {"weight_decay": nan}, f"weight_decay= {POSITIVE}"),
        (Adagrad, {"lr_decay": -1}, f"lr_decay= {POSITIVE} but got -1.0"),
        (Adagrad, {"eps": nan}, f"eps= {POSITIVE} but got nan"),
        (Adagrad, {"weight_decay": nan}, f"weight_decay= {POSITIVE}"),
        (
            Adagrad,
            {"initial_accumulator_value": -1},
            f"initial_accumulator_value= {POSITIVE} but got -1.0",
        ),
        (Adam, {"betas": (0.9, 1.0)}, f"betas= {SHARE} but got 1.0"),
        (Adam, {"betas": (-0.1, 0.9)}, f"betas= {SHARE} but got -0.1"),
        (Adam, {"betas": (nan, 0.9)}, f"betas= {SHARE} but got nan"),
        (Adam, {"betas": (0.9,)}, "betas= takes two numbers but got (0.9,)"),
        (Adam, {"betas": 0.9}, "betas= takes two numbers but got 0.9"),
        (Adam, {"eps": -1.0}, f"eps= {POSITIVE} but got -1.0"),
        (AdamW, {"weight_decay": nan}, f"weight_decay= {POSITIVE} but got"),
    ],
)
def test_a_setting_out_of_range_is_refused(kind, options, start):
    with pytest.raises(OptionError) as caught:
        kind([Value(1.0)], **options)
    assert text(caught).startswith(start)


def test_a_rate_that_is_not_a_number_is_refused():
    with pytest.raises(NumberError) as caught:
        SGD([Value(1.0)], lr="0.1")
    assert text(caught) == (
        "lr= takes a finite number >= 0 but got the str '0.1'; "
        "convert text with float(...)"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: linear(nan, 0.1, 10),
            "start= takes a finite number >= 0 but got nan; "
            "choose one in that range",
        ),
        (
            lambda: cosine(1.0, -0.1, 10),
            "end= takes a finite number >= 0 but got -0.1; "
            "choose one in that range",
        ),
        (
            lambda: linear(1.0, 0.1, 0),
            "steps= takes a whole number of at least 1 but got 0; "
            "choose one in that range",
        ),
        (
            lambda: step(1.0, inf, 2),
            "factor= takes a finite number >= 0 but got inf; "
            "choose one in that range",
        ),
        (
            lambda: warmup(nan, 2),
            "schedule= takes a finite number >= 0 but got nan; "
            "choose one in that range",
        ),
        (
            lambda: warmup(1.0, -2),
            "steps= takes a whole number of at least 1 but got -2; "
            "choose one in that range",
        ),
    ],
)
def test_a_schedule_out_of_range_is_refused(call, message):
    with pytest.raises(OptionError) as caught:
        call()
    assert text(caught) == message


def test_half_a_step_is_refused():
    with pytest.raises(NumberError) as caught:
        step(1.0, 0.1, 2.5)
    assert text(caught) == (
        "every= takes a whole number of at least 1 but got the float 2.5; "
        "pass an int"
    )


# --- A step is all or nothing ---


@pytest.mark.parametrize("rate", [nan, inf, -0.1])
def test_a_schedule_that_goes_wrong_changes_nothing(rate):
    parameters = with_gradients(1.0, 2.0)
    optimizer = Adam(parameters, lr=lambda t: [0.1, rate][t])
    optimizer.step()
    before = numbers(parameters), optimizer.state_dict()
    with pytest.raises(OptionError) as caught:
        optimizer.step()
    assert text(caught) == (
        f"lr= at step 1 takes a finite number >= 0 but got {rate}; "
        "choose one in that range"
    )
    assert before == (numbers(parameters), optimizer.state_dict())


def test_a_rate_that_was_assigned_is_checked_at_the_step():
    parameters = with_gradients(1.0)
    optimizer = SGD(parameters)
    optimizer.lr = nan
    with pytest.raises(OptionError):
        optimizer.step()
    assert parameters[0].data == 0.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_a_gradient_that_is_not_finite_changes_nothing(kind, bad):
    parameters = with_gradients(1.0, 2.0, 3.0)
    optimizer = kind(parameters, lr=0.1)
    optimizer.step()
    parameters[2].grad = bad
    before = str((numbers(parameters), optimizer.state_dict()))
    with pytest.raises(NonFiniteGradientError) as caught:
        optimizer.step()
    assert text(caught) == (
        f"{kind.__name__}.step() needs finite gradients but got {bad} for "
        "parameter 2; call step(loss) to learn which node went wrong first"
    )
    assert before == str((numbers(parameters), optimizer.state_dict()))


def test_the_error_names_the_parameter_and_the_first_node_that_went_wrong():
    w = Value(0.0, label="w")
    loss = (w.log() * 2.0 + 1.0).tanh()
    loss.backward()
    with pytest.raises(NonFiniteGradientError) as caught:
        SGD([w]).step(loss)
    assert text(caught) == (
        "SGD.step() needs finite gradients but got nan for w; "
        "the first to go wrong is log(0.0) = -inf"
    )
    assert w.data == 0.0


def test_the_error_tells_a_slope_that_is_infinite_where_no_value_is():
    w = Value(0.0, label="w")
    loss = w.sqrt() + 1.0
    loss.backward()
    with pytest.raises(NonFiniteGradientError) as caught:
        SGD([w]).step(loss)
    assert text(caught).endswith(
        "the first to go wrong is grad = inf in w, sent back by sqrt(0.0)"
    )


def test_a_loss_that_is_not_to_blame_is_cleared():
    w = Value(0.0, label="w")
    w.log().backward()
    other = Value(1.0) * 2.0
    with pytest.raises(NonFiniteGradientError) as caught:
        SGD([w]).step(other)
    assert text(caught).endswith(
        "the graph of this loss is finite, so look at the others"
    )


def test_step_accepts_the_loss_when_all_is_well():
    w = Value(3.0)
    loss = w * w
    loss.backward()
    SGD([w], lr=0.25).step(loss)
    assert w.data == 1.5


def test_an_update_that_raises_halfway_changes_nothing():
    class Fails(Optimizer):
        def update(self, xp, p, g, state, coefficients):
            if p == 1.0:
                raise RuntimeError
            return p + 1.0, state

    parameters = with_gradients(1.0, 1.0)
    optimizer = Fails(parameters, lr=0.1)
    with pytest.raises(RuntimeError):
        optimizer.step()
    assert ([p.data for p in parameters], optimizer.steps) == ([0.0, 1.0], 0)


# --- Saving and loading ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_saved_as_json_and_loaded_goes_on_to_the_last_bit(kind):
    def run(optimizer, p, grads):
        for g in grads:
            p.grad = g
            optimizer.step()

    p = Value(1.0)
    optimizer = kind([p], lr=linear(0.1, 0.01, 10))
    run(optimizer, p, GRADIENTS[:4])
    saved = json.loads(json.dumps(optimizer.state_dict()))
    copy = Value(p.data)
    other = kind([copy], lr=linear(0.1, 0.01, 10))
    other.load_state_dict(saved)
    run(optimizer, p, GRADIENTS[4:])
    run(other, copy, GRADIENTS[4:])
    assert p.data == copy.data


def test_a_saved_state_does_not_change_with_the_optimiser():
    p, optimizer = after_ten_steps(SGD, {"momentum": 0.9})
    saved = optimizer.state_dict()
    before = json.dumps(saved)
    optimizer.step()
    assert json.dumps(saved) == before
    optimizer.state_dict()["state"][0]["momentum_buffer"] = 0.0
    assert optimizer.state[p]["momentum_buffer"] != 0.0


BUFFER = {"momentum_buffer": 1.0}
WHOLE = "SGD.load_state_dict() takes a dict of steps and state but got "
FIT = "; load what state_dict() of an optimiser like this one gave"


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (None, WHOLE + "None" + FIT),
        ({}, WHOLE + "{}" + FIT),
        (
            {"steps": 1.5, "state": []},
            WHOLE + "{'state': [], 'steps': 1.5}" + FIT,
        ),
        (
            {"steps": 1, "state": [1.0, 2.0]},
            WHOLE + "{'state': [1.0, 2.0], 'steps': 1}" + FIT,
        ),
        (
            {"steps": 1, "state": [BUFFER]},
            "SGD.load_state_dict() expects the state of 2 parameters "
            "but got 1" + FIT,
        ),
        (
            {"steps": 1, "state": [BUFFER, {"exp_avg": 1.0}]},
            "SGD.load_state_dict() expects the state of parameter 1 to be "
            "['momentum_buffer'] but got ['exp_avg']" + FIT,
        ),
        (
            {"steps": 1, "state": [BUFFER, {"momentum_buffer": "much"}]},
            WHOLE + "{'state': [{'momentum_buffer': 1.0}, "
            "{'momentum_buffer': 'much'}], 'steps': 1}" + FIT,
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(saved, message):
    optimizer = SGD([Value(1.0), Value(2.0)], momentum=0.5)
    before = optimizer.state_dict()
    with pytest.raises(StateError) as caught:
        optimizer.load_state_dict(saved)
    assert text(caught) == message
    assert before == optimizer.state_dict()


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_a_gradient_of_none_counts_as_zero(kind):
    for act in (
        lambda ps: kind(ps).step(),
        lambda ps: clip_grad_norm_(ps, 1.0),
        lambda ps: clip_grad_value_(ps, 1.0),
    ):
        w = Value(1.0)
        w.grad = None
        act([w])
        assert [(1.0, 0.0)] == numbers([w])


def test_a_closure_is_not_taken_for_a_loss():
    w = Value(1.0)
    optimizer = SGD([w])
    w.grad = 1.0
    with pytest.raises(NumberError) as caught:
        optimizer.step(lambda: w * w)
    assert "SGD.step() takes the loss but got <function" in str(caught.value)
    assert [(1.0, 1.0)] == numbers([w])
