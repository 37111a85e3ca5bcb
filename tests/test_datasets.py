"""Data sets and the generator they come from."""

import math
import random
import statistics

import numpy as np
import pytest

from micrograd.datasets import (
    XorShift,
    batches,
    circles,
    moons,
    spirals,
    split,
    xor,
    yin_yang,
)
from micrograd.errors import NumberError, OptionError, ShapeError
from micrograd.nn import MLP

nan, inf = math.nan, math.inf

# Each with the same signature (n, rng).
SHAPES = {
    "moons": lambda n, rng: moons(n, 0.1, rng),
    "circles": lambda n, rng: circles(n, 0.1, rng),
    "spirals": lambda n, rng: spirals(n, 0.1, rng),
    "three spirals": lambda n, rng: spirals(n, 0.1, rng, classes=3),
    "xor": lambda n, rng: xor(n, 0.1, rng),
    "yin_yang": yin_yang,
}

every_shape = pytest.mark.parametrize("draw", SHAPES.values(), ids=SHAPES)


def text(caught):
    """The message without the address at its end."""
    return str(caught.value).partition("; see ")[0]


# --- The generator ---


def test_the_generator_gives_the_published_numbers():
    """The test of Rosetta Code's page on xorshift star."""
    rng = XorShift(1234567)
    expected = [3540625527, 2750739987, 4037983143, 1993361440, 3809424708]
    assert expected == [rng.random_u32() for _ in range(5)]
    rng = XorShift(987654321)
    rolls = [5 * rng.random_u32() >> 32 for _ in range(100_000)]
    counts = [rolls.count(i) for i in range(5)]
    assert counts == [20103, 19922, 19937, 20031, 20007]


def test_a_float_is_the_top_24_bits():
    ints, floats = XorShift(42), XorShift(42)
    for _ in range(1000):
        number = floats.random()
        assert number == (ints.random_u32() >> 8) / 16777216
        assert number == float(np.float32(number))
        assert 0 <= number < 1


def test_the_same_seed_gives_the_same_numbers():
    first, second = XorShift(7), XorShift(7)
    expected = [first.random_u32() for _ in range(100)]
    assert expected == [second.random_u32() for _ in range(100)]


def test_the_state_stays_within_64_bits_and_is_never_0():
    for seed in (1, 2**63, 2**64 - 1):
        rng = XorShift(seed)
        for _ in range(1000):
            rng.random_u32()
            assert 0 < rng.state < 2**64


def test_uniform_reaches_over_its_interval():
    rng = XorShift(42)
    numbers = [rng.uniform(-3.0, 5.0) for _ in range(10_000)]
    assert -3 <= min(numbers) < -2.99 < 4.99 < max(numbers) < 5
    assert abs(statistics.fmean(numbers) - 1.0) < 0.1


def test_gauss_has_its_mean_and_deviation():
    rng = XorShift(42)
    numbers = [rng.gauss(2.0, 3.0) for _ in range(10_000)]
    assert abs(statistics.fmean(numbers) - 2.0) < 0.1
    assert abs(statistics.stdev(numbers) - 3.0) < 0.1
    within = sum(abs(x - 2.0) < 3.0 for x in numbers) / 10_000
    assert abs(within - 0.6827) < 0.02


def test_randrange_and_choice_reach_every_item_about_as_often():
    rng = XorShift(42)
    rolls = [rng.randrange(6) for _ in range(6000)]
    assert {rolls.count(i) // 150 for i in range(6)} <= {6, 7}
    assert {rng.choice("abc") for _ in range(100)} == set("abc")


def test_shuffle_keeps_every_item_and_moves_each_anywhere():
    rng = XorShift(42)
    places = set()
    for _ in range(200):
        items = [0, 1, 2, 3]
        rng.shuffle(items)
        assert sorted(items) == [0, 1, 2, 3]
        places |= set(enumerate(items))
    assert len(places) == 16


def test_the_generator_serves_a_network():
    first = MLP(2, [3, 1], rng=XorShift(42)).state_dict()
    assert first == MLP(2, [3, 1], rng=XorShift(42)).state_dict()
    assert first != MLP(2, [3, 1], rng=XorShift(43)).state_dict()


@pytest.mark.parametrize("seed", [0, -1, 2**64])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(OptionError) as caught:
        XorShift(seed)
    assert text(caught) == (
        "XorShift(seed) takes a whole number from 1 to 2**64 - 1 but got "
        f"{seed}; pass a seed such as 42"
    )


@pytest.mark.parametrize("seed", [1.5, "42", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(NumberError) as caught:
        XorShift(seed)
    assert text(caught).endswith(f"but got {seed!r}; pass a seed such as 42")


# --- What all shapes have in common ---


@every_shape
def test_classes_take_turns(draw):
    labels = [label for _, label in draw(31, XorShift(42))]
    classes = max(labels) + 1
    assert labels == [i % classes for i in range(31)]


@every_shape
def test_points_are_pairs_of_floats_and_a_class(draw):
    for (x, y), label in draw(12, XorShift(42)):
        assert (type(x), type(y), type(label)) == (float, float, int)


@every_shape
def test_a_longer_draw_starts_like_a_shorter_one(draw):
    assert draw(50, XorShift(42))[:20] == draw(20, XorShift(42))


@every_shape
def test_another_seed_gives_other_points(draw):
    assert draw(20, XorShift(42)) != draw(20, XorShift(43))


@every_shape
def test_a_second_draw_goes_on_where_the_first_stopped(draw):
    rng = XorShift(42)
    assert draw(12, rng) + draw(12, rng) == draw(24, XorShift(42))


@every_shape
def test_any_generator_with_uniform_will_do(draw):
    assert len(draw(12, random.Random(42))) == 12
    assert len(draw(12, np.random.default_rng(42))) == 12


@every_shape
def test_no_points_are_refused(draw):
    with pytest.raises(OptionError) as caught:
        draw(0, XorShift(42))
    assert "(n) takes a whole number of at least 1 but got 0; choose" in (
        text(caught)
    )


@every_shape
def test_half_a_point_is_refused(draw):
    with pytest.raises(NumberError) as caught:
        draw(2.5, XorShift(42))
    assert "(n) takes a whole number of at least 1 but got the float 2.5" in (
        text(caught)
    )


@pytest.mark.parametrize("shape", [moons, circles, spirals, xor])
def test_noise_shifts_each_coordinate_by_its_deviation(shape):
    exact = shape(2000, 0.0, XorShift(42))
    noisy = shape(2000, 0.3, XorShift(42))
    shifts = [
        (b[0] - a[0], b[1] - a[1])
        for (a, _), (b, _) in zip(exact, noisy, strict=True)
    ]
    for one in zip(*shifts, strict=True):
        assert abs(statistics.fmean(one)) < 0.03
        assert abs(statistics.stdev(one) - 0.3) < 0.03
    assert abs(statistics.correlation(*zip(*shifts, strict=True))) < 0.05


@pytest.mark.parametrize("shape", [moons, circles, spirals, xor])
@pytest.mark.parametrize("noise", [-0.1, nan, inf])
def test_noise_out_of_range_is_refused(shape, noise):
    with pytest.raises(OptionError) as caught:
        shape(10, noise, XorShift(42))
    assert text(caught) == (
        f"{shape.__name__}(noise=) takes a finite number >= 0 but got "
        f"{noise}; choose one in that range"
    )


# --- Each shape ---


def test_moons_lie_on_two_half_circles():
    for (x, y), label in moons(200, 0.0, XorShift(42)):
        if label == 0:
            assert abs(math.hypot(x, y) - 1) < 1e-12
            assert y >= 0
        else:
            assert abs(math.hypot(x - 1, y - 0.5) - 1) < 1e-12
            assert y <= 0.5


def test_circles_lie_inside_each_other():
    for (x, y), label in circles(200, 0.0, XorShift(42), factor=0.25):
        assert abs(math.hypot(x, y) - [1, 0.25][label]) < 1e-12


def test_spirals_are_turned_against_each_other():
    for (x, y), label in spirals(200, 0.0, XorShift(42), 3, turns=1.5):
        radius = math.hypot(x, y)
        angle = 2 * math.pi * (1.5 * radius + label / 3)
        assert abs(x - radius * math.cos(angle)) < 1e-12
        assert abs(y - radius * math.sin(angle)) < 1e-12
        assert radius < 1


def test_xor_without_noise_is_the_truth_table():
    table = {(0.0, 0.0): 0, (1.0, 0.0): 1, (1.0, 1.0): 0, (0.0, 1.0): 1}
    assert table == dict(xor(4, 0.0, XorShift(42)))


@pytest.mark.parametrize("factor", [0.0, 1.0, nan])
def test_a_factor_out_of_range_is_refused(factor):
    with pytest.raises(OptionError) as caught:
        circles(10, 0.0, XorShift(42), factor)
    assert text(caught) == (
        "circles(factor=) takes a number above 0 and below 1 but got "
        f"{factor}; choose one in that range"
    )


def test_spirals_need_a_class():
    with pytest.raises(OptionError) as caught:
        spirals(10, 0.0, XorShift(42), classes=0)
    assert text(caught).startswith("spirals(classes=) takes a whole number")


# --- Yin-yang ---


# The first points of EurekaLabs' gen_data_yinyang(RNG(42)).
EUREKA = [
    ((-0.6436591148376465, 1.1290233135223389), 0),
    ((1.502126693725586, -1.2461860179901123), 1),
    ((1.0598013401031494, 0.09119725227355957), 2),
    ((0.07363224029541016, 0.7329816818237305), 0),
    ((1.586822509765625, -0.6736078262329102), 1),
    ((0.9507186412811279, -0.17505598068237305), 2),
]


def test_yin_yang_repeats_the_points_of_eurekalabs():
    assert yin_yang(6, XorShift(42)) == EUREKA


def test_yin_yang_stays_on_its_disc():
    for (x, y), _ in yin_yang(500, XorShift(42)):
        assert math.hypot(x, y) <= 2


def test_yin_yang_has_its_dots_in_the_opposite_halves():
    """In the drawn square both dots have radius 0.4, at (-1, 0), (1, 0)."""
    for (x, y), label in yin_yang(500, XorShift(42)):
        left, right = math.hypot(x + 1, y), math.hypot(x - 1, y)
        assert (label == 2) == (min(left, right) < 0.4)
        if label < 2 and left < 1:
            assert label == 0
        if label < 2 and right < 1:
            assert label == 1


def test_yin_is_above_and_yang_below():
    points = yin_yang(600, XorShift(42))
    assert {label for (_, y), label in points if y > 1} == {0}
    assert {label for (_, y), label in points if y < -1} == {1}


# --- Parts of a data set ---


def test_a_split_loses_nothing_and_keeps_the_order():
    for n in (10, 11, 99, 100, 101):
        parts = split(range(n), [0.8, 0.1, 0.1])
        assert [i for part in parts for i in part] == list(range(n))


def test_a_hundred_points_are_split_as_in_eurekalabs():
    parts = split(range(100), [0.8, 0.1, 0.1])
    assert [len(part) for part in parts] == [80, 10, 10]


def test_ten_shares_of_a_tenth_add_up():
    assert len(split(range(10), [0.1] * 10)) == 10


def test_a_split_shuffles_a_copy():
    data = list(range(20))
    for rng in (XorShift(42), random.Random(42), np.random.default_rng(42)):
        first, second = split(data, [0.5, 0.5], rng)
        assert sorted(first + second) == data == list(range(20))
        assert first + second != data


@pytest.mark.parametrize(
    "fractions", [[0.5, 0.4], [1.2, -0.2], [1.0, 0.0], [], [nan, 1.0]]
)
def test_fractions_must_be_positive_and_add_up_to_1(fractions):
    rng = XorShift(42)
    with pytest.raises(OptionError) as caught:
        split(range(10), fractions, rng)
    assert text(caught) == (
        "split(fractions=) takes numbers above 0 that add up to 1 but got "
        f"{fractions}; pass shares such as [0.8, 0.2]"
    )
    assert rng.state == 42


@pytest.mark.parametrize("n", [0, 3])
def test_an_empty_part_is_refused(n):
    rng = XorShift(42)
    with pytest.raises(ShapeError) as caught:
        split(range(n), [0.9, 0.1], rng)
    assert text(caught) == (
        "split() into [0.9, 0.1] needs an item for each part but got "
        f"{n} items; draw more of them, or make fewer parts"
    )
    assert rng.state == 42


def test_batches_go_through_the_data_once():
    assert list(batches(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches(range(2), 5)) == [[0, 1]]


def test_batches_shuffle_anew_for_every_epoch():
    rng, data = XorShift(42), list(range(10))
    first, second = list(batches(data, 4, rng)), list(batches(data, 4, rng))
    assert first != second
    for epoch in (first, second):
        assert [len(batch) for batch in epoch] == [4, 4, 2]
        assert sorted(i for batch in epoch for i in batch) == data
    assert data == list(range(10))


@pytest.mark.parametrize(
    ("data", "size", "error", "message"),
    [
        (
            [1, 2],
            0,
            OptionError,
            "batches(size=) takes a whole number of at least 1 but got 0; "
            "choose one in that range",
        ),
        (
            [1, 2],
            1.5,
            NumberError,
            "batches(size=) takes a whole number of at least 1 but got the "
            "float 1.5; pass an int",
        ),
        (
            [],
            2,
            ShapeError,
            "batches(data) needs at least one item but got none; "
            "check where the data come from",
        ),
    ],
)
def test_batches_refuse_at_once_and_not_at_the_first_batch(
    data, size, error, message
):
    with pytest.raises(error) as caught:
        batches(data, size)
    assert text(caught) == message


# --- Misuse is answered at the door ---

MISUSE = [
    (lambda: moons(3, 0.1, 42), OptionError, "moons(rng=) takes a generator"),
    (lambda: circles(3, 0.1, None), OptionError, "circles(rng=) takes a"),
    (lambda: spirals(3, 0.1, "rng"), OptionError, "spirals(rng=) takes a"),
    (lambda: xor(3, 0.1, 1.5), OptionError, "xor(rng=) takes a generator"),
    (lambda: yin_yang(3, 42), OptionError, "yin_yang(rng=) takes a"),
    (lambda: moons(XorShift(1), 3, 0.1), NumberError, "moons(n) takes a"),
    (lambda: moons(3, XorShift(1), 0.1), OptionError, "moons(rng=) takes a"),
    (lambda: moons(3, None, XorShift(1)), NumberError, "moons(noise=) takes"),
    (lambda: moons(2.5, 0.1, XorShift(1)), NumberError, "moons(n) takes a"),
    (lambda: yin_yang(2.5, XorShift(1)), NumberError, "yin_yang(n) takes a"),
    (lambda: split([1, 2], 0.5), NumberError, "split() takes a sequence"),
    (lambda: split(5, [0.5, 0.5]), NumberError, "split(data) takes a"),
    (lambda: split([1, 2], []), OptionError, "split(fractions=) takes"),
    (lambda: split([1, 2], [nan, 1]), OptionError, "split(fractions=) takes"),
    (lambda: split([1, 2], [0.5] * 2, 42), OptionError, "split(rng=) takes"),
    (lambda: batches(5, 2), NumberError, "batches(data) takes a sequence"),
    (lambda: batches([1, 2], 1, 42), OptionError, "batches(rng=) takes a"),
    (lambda: batches([1, 2], 1.5), NumberError, "batches(size=) takes a"),
    (lambda: XorShift(42).choice([]), ShapeError, "choice(items) takes a"),
    (lambda: XorShift(42).choice(5), ShapeError, "choice(items) takes a"),
    (lambda: XorShift(42).uniform(0, inf), OptionError, "uniform(a, b) takes"),
    (lambda: XorShift(42).uniform(nan), OptionError, "uniform(a, b) takes"),
    (
        lambda: XorShift(42).uniform(-1e308, 1e308),
        OptionError,
        "uniform(a, b) takes finite numbers, less than 1e308 apart",
    ),
    *[
        (
            lambda turns=turns: spirals(3, 0.1, XorShift(1), turns=turns),
            OptionError,
            "spirals(turns=) takes a finite number",
        )
        for turns in (inf, -inf, nan)
    ],
    *[
        (
            lambda draw=draw, noise=noise: draw(3, noise, XorShift(1)),
            OptionError,
            f"{draw.__name__}(noise=) takes a finite number",
        )
        for draw in (moons, circles, spirals, xor)
        for noise in (inf, -0.1, nan)
    ],
]


@pytest.mark.parametrize(("act", "error", "told"), MISUSE, ids=lambda x: "")
def test_a_seed_in_place_of_a_generator_is_answered(act, error, told):
    with pytest.raises(error) as caught:
        act()
    assert text(caught).startswith(told)


# --- The ends of ranges ---


def test_uniform_never_gives_its_upper_end():
    for a, b in [(1.0, 1.0 + 2**-52), (1e9, math.nextafter(1e9, inf))]:
        rng = XorShift(42)
        assert {a} == {rng.uniform(a, b) for _ in range(100)}
        assert {b} == {rng.uniform(b, a) for _ in range(100)}
    assert XorShift(42).uniform(3.0, 3.0) == 3.0


def test_large_ranges_are_reached_whole():
    rng = XorShift(42)
    drawn = [rng.randrange(2**40) for _ in range(1000)]
    assert len({x % 256 for x in drawn}) > 200
    assert 0 <= min(drawn) <= max(drawn) < 2**40
    assert max(drawn) > 2**39
    large = 2**100 + 1
    assert 2**99 < max(XorShift(i).randrange(large) for i in range(1, 99))


def test_small_ranges_take_one_draw_as_before():
    one, other = XorShift(42), XorShift(42)
    for n in (1, 6, 1000, 2**32 - 1, 2**32):
        assert one.randrange(n) == other.random_u32() * n >> 32
