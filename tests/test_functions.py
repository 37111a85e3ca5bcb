"""Functions of whole lists: identities, derivatives, edges and refusals.

PyTorch is asked in ``oracle.py``.  Here expected values are exact
identities, numbers written out, and central differences.
"""

import math
import random

import numpy as np
import pytest

from micrograd import Value, hessian
from micrograd import functions as f
from micrograd.engine import topological_order
from micrograd.errors import NumberError, OptionError, ShapeError

inf, nan = math.inf, math.nan

# A handful of roundings of numbers of size one.
CLOSE = 1e-14
# Central differences of step 1e-5 lose ten of the sixteen digits.
DIFFERENCES = 1e-8

WEIGHTS = [0.5, -1.5, 2.0]
SIGNS = [1, -1, 1]
CHANCES = [0.0, 1.0, 0.25]


def weighed(numbers):
    """One number from several, so that each of them matters."""
    return f.dot(numbers, WEIGHTS)


# Every function of a list, as one number made from three.
SCALARS = {
    "mean": f.mean,
    "dot": weighed,
    "l2": f.l2,
    "logsumexp": f.logsumexp,
    "softmax": lambda x: weighed(f.softmax(x)),
    "log_softmax": lambda x: weighed(f.log_softmax(x)),
    "rms_norm": lambda x: weighed(f.rms_norm(x)),
    "rms_norm weighed": lambda x: f.mean(f.rms_norm(x, WEIGHTS, 0.1)),
    "mse_loss": lambda x: f.mse_loss(x, WEIGHTS),
    "hinge_loss": lambda x: f.hinge_loss(x, SIGNS),
    "binary_cross_entropy_with_logits": (
        lambda x: f.binary_cross_entropy_with_logits(x, CHANCES)
    ),
    "nll_loss": lambda x: f.nll_loss(x, 2),
    "cross_entropy": lambda x: f.cross_entropy(x, 2),
    "cross_entropy smoothed": (
        lambda x: f.cross_entropy(x, 2, label_smoothing=0.1)
    ),
    "cross_entropy of a batch": (
        lambda x: f.cross_entropy([x, x[::-1]], [0, 1])
    ),
}
POINTS = [[0.3, -0.2, 1.1], [2.0, 2.0, 2.0], [30.0, -50.0, 7.0]]

each_function = pytest.mark.parametrize(
    "function", SCALARS.values(), ids=SCALARS.keys()
)
each_point = pytest.mark.parametrize("point", POINTS, ids=str)


def slopes(function, point):
    """Derivatives by backward, one for each element."""
    values = [Value(x) for x in point]
    function(values).backward()
    return [value.grad for value in values]


def differences(function, point, step=1e-5):
    """The same by central differences, on plain numbers."""

    def at(i, shift):
        moved = [x + shift * (i == j) for j, x in enumerate(point)]
        return function(moved)

    return [
        (at(i, step) - at(i, -step)) / (2 * step) for i in range(len(point))
    ]


# --- One definition, several readings ---


@each_function
@each_point
def test_plain_numbers_and_values_give_the_same_bits(function, point):
    number = function(point)
    assert type(number) is float
    assert number == function([Value(x) for x in point]).data


@each_function
def test_integers_tuples_and_arrays_are_lists_too(function):
    expected = function([1.0, 2.0, 4.0])
    assert type(function([1, 2, 4])) is float
    assert expected == function([1, 2, 4])
    assert expected == function((1, 2, 4))
    assert expected == function(np.array([1.0, 2.0, 4.0]))


def test_generators_and_arrays_of_rows_and_classes_are_lists_too():
    assert 2.0 == f.mean(x for x in [1.0, 2.0, 3.0])
    assert f.cross_entropy(np.eye(2), np.array([0, 1])) == f.cross_entropy(
        [[1.0, 0.0], [0.0, 1.0]], [0, 1]
    )


@each_function
@each_point
def test_gradients_agree_with_central_differences(function, point):
    expected = differences(function, point)
    assert expected == pytest.approx(
        slopes(function, point), abs=DIFFERENCES * max(map(abs, point))
    )


@each_function
@each_point
def test_second_derivatives_agree_with_differences_of_gradients(
    function, point
):
    ours = hessian(function)(point)
    for i in range(3):

        def slope(x, i=i):
            return slopes(function, x)[i]

        expected = differences(slope, point)
        assert expected == pytest.approx(ours[i], abs=DIFFERENCES)


# --- Sums ---


def test_mean_dot_and_l2_of_small_integers_are_exact():
    assert 2.5 == f.mean([1, 2, 3, 4])
    assert 11.0 == f.dot([1, 2], [3, 4])
    assert 30.0 == f.l2([1, 2, 3, 4])


def test_a_sum_does_not_start_from_a_zero_that_nobody_wrote():
    a, b = Value(1.0), Value(2.0)
    assert [a, b] == [
        v for v in topological_order(f.l2([a, b])) if not v.inputs
    ]


def test_values_of_either_list_of_a_dot_product_get_gradients():
    x, y = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    f.dot(x, y).backward()
    assert [3.0, 4.0] == [v.grad for v in x]
    assert [1.0, 2.0] == [v.grad for v in y]


# --- Softmax and its kin ---


@pytest.mark.parametrize("shift", [-1000.0, 0.0, 1000.0, 1e15])
def test_softmax_does_not_change_when_all_scores_shift(shift):
    scores = [0.0, 1.0, -2.0]
    expected = f.softmax(scores)
    assert expected == f.softmax([x + shift for x in scores])
    assert f.log_softmax(scores) == f.log_softmax([x + shift for x in scores])


def test_softmax_sums_to_one_and_its_logarithm_is_log_softmax():
    rng = random.Random(0)
    scores = [rng.gauss(0, 10) for _ in range(20)]
    probabilities = f.softmax(scores)
    assert sum(probabilities) == pytest.approx(1.0, abs=CLOSE)
    assert list(map(math.exp, f.log_softmax(scores))) == pytest.approx(
        probabilities, rel=1e-13
    )


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1000.0, 1000.0], 1000.0 + math.log(2)),
        ([-1000.0, -1000.0], -1000.0 + math.log(2)),
        ([1000.0, -1000.0], 1000.0),
        ([1e308, 1e308], 1e308),
        ([-inf, 0.0], 0.0),
        ([-inf, -inf], -inf),
        ([inf, 0.0], inf),
        ([5.0], 5.0),
    ],
)
def test_logsumexp_of_large_and_infinite_scores_is_right(scores, expected):
    assert expected == f.logsumexp(scores)
    assert expected == f.logsumexp([Value(x) for x in scores]).data


def test_logsumexp_of_not_a_number_is_not_a_number():
    assert math.isnan(f.logsumexp([0.0, nan]))
    assert math.isnan(f.logsumexp([nan, 0.0]))


def test_softmax_of_large_scores_neither_overflows_nor_vanishes():
    assert [0.5, 0.5, 0.0] == f.softmax([1000.0, 1000.0, -1000.0])
    assert [0.0, -2000.0] == f.log_softmax([1000.0, -1000.0])


def test_a_masked_class_has_probability_zero_and_no_gradient():
    mask, score = Value(-inf), Value(0.0)
    f.softmax([mask, score])[1].backward()
    assert [0.0, 1.0] == f.softmax([-inf, 0.0])
    assert (0.0, 0.0) == (mask.grad, score.grad)


def test_the_gradient_of_logsumexp_is_softmax_also_when_scores_tie():
    for scores in ([1.0, 1.0, 1.0], [0.0, 3.0, -1.0], [1000.0, 999.0, 0.0]):
        expected = f.softmax(scores)
        assert slopes(f.logsumexp, scores) == pytest.approx(
            expected, rel=1e-13
        )


def test_the_subtracted_maximum_takes_no_gradient():
    scores = [Value(1.0), Value(3.0)]
    graph = topological_order(f.logsumexp(scores))
    assert "maximum" not in [v.op for v in graph if v.requires_grad]


def test_rms_norm_gives_mean_square_one_whatever_the_scale():
    for scale in (1e-3, 1.0, 1e100):
        normal = f.rms_norm([3 * scale, -4 * scale])
        assert 1.0 == pytest.approx(f.l2(normal) / 2, rel=1e-9)


def test_rms_norm_of_zeros_is_zeros_by_default_and_nan_without_eps():
    assert [0.0, 0.0] == f.rms_norm([0.0, 0.0])
    assert all(map(math.isnan, f.rms_norm([0.0, 0.0], eps=0.0)))


def test_rms_norm_multiplies_by_weights():
    plain = f.rms_norm([1.0, 2.0], eps=1.0)
    expected = [plain[0] * 2.0, plain[1] * -1.0]
    assert expected == f.rms_norm([1.0, 2.0], [2.0, -1.0], eps=1.0)


# --- Losses ---

LOSSES = {
    "mse_loss": (f.mse_loss, [1.0, 2.0, 4.0], [1.0, 0.0, 4.0]),
    "hinge_loss": (f.hinge_loss, [0.5, 3.0, -1.0], [1, 1, 1]),
    "binary_cross_entropy_with_logits": (
        f.binary_cross_entropy_with_logits, [0.0, 5.0, -2.0], [0, 1, 0.5],
    ),
    "nll_loss": (f.nll_loss, [[-1.0, -2.0], [-3.0, -0.5]], [0, 1]),
    "cross_entropy": (f.cross_entropy, [[1.0, 2.0], [0.0, 9.0]], [0, 1]),
}  # fmt: skip

each_loss = pytest.mark.parametrize("name", LOSSES)


@each_loss
def test_mean_and_sum_are_those_of_the_separate_losses(name):
    loss, scores, targets = LOSSES[name]
    separate = loss(scores, targets, reduction="none")
    assert len(targets) == len(separate)
    total = math.fsum(separate)
    assert total == pytest.approx(loss(scores, targets, "sum"), abs=CLOSE)
    expected = pytest.approx(total / len(separate), abs=CLOSE)
    assert expected == loss(scores, targets)
    assert expected == loss(scores, targets, reduction="mean")


def test_losses_of_small_integers_are_exact():
    assert [0.0, 4.0] == f.mse_loss([1, 2], [1, 4], "none")
    assert [0.5, 0.0, 2.0] == f.hinge_loss([0.5, 3.0, -1.0], [1, 1, 1], "none")
    assert [1.0, 3.0] == f.nll_loss([[-1, -2], [-4, -3]], [0, 1], "none")


def test_hinge_loss_has_no_slope_at_the_margin():
    assert [0.0] == slopes(lambda x: f.hinge_loss(x, [1]), [1.0])


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_their_number():
    for n in (1, 2, 10):
        assert math.log(n) == pytest.approx(
            f.cross_entropy([7.0] * n, 0), abs=CLOSE
        )


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [(1000.0, -1000.0, 0.0), (-1000.0, 1000.0, 2000.0), (1e308, 0.0, 0.0)],
)
def test_cross_entropy_of_large_scores_does_not_overflow(
    right, wrong, expected
):
    assert expected == f.cross_entropy([right, wrong], 0)
    gain = slopes(lambda x: f.cross_entropy(x, 0), [right, wrong])
    assert gain == ([0.0, 0.0] if expected == 0 else [-1.0, 1.0])


def test_the_gradient_of_cross_entropy_counts_the_mean_and_what_follows():
    rows = [[Value(1.0), Value(2.0)], [Value(0.0), Value(0.0)]]
    (3 * f.cross_entropy(rows, [0, 1])).backward()
    p = f.softmax([1.0, 2.0])
    expected = [1.5 * (p[0] - 1), 1.5 * p[1], 0.75, -0.75]
    assert expected == pytest.approx(
        [v.grad for row in rows for v in row], abs=CLOSE
    )


def test_one_sample_has_one_loss_whatever_the_reduction():
    expected = f.cross_entropy([[1.0, 2.0]], [1])
    for reduction in ("mean", "sum", "none"):
        assert expected == f.cross_entropy([1.0, 2.0], 1, reduction)


def test_label_smoothing_mixes_in_the_mean_over_all_classes():
    scores, share = [1.0, -2.0, 0.5], 0.3
    logs = f.log_softmax(scores)
    expected = (1 - share) * -logs[1] + share * -f.mean(logs)
    assert expected == pytest.approx(
        f.cross_entropy(scores, 1, label_smoothing=share), abs=CLOSE
    )


def test_a_masked_class_does_not_spoil_cross_entropy():
    assert 0.0 == f.cross_entropy([-inf, 0.0], 1)
    assert inf == f.cross_entropy([-inf, 0.0], 0)


def test_binary_cross_entropy_is_cross_entropy_against_a_zero():
    for x in (-40.0, -1.0, 0.0, 2.0, 40.0, 1000.0):
        for y in (0, 1):
            expected = f.cross_entropy([0.0, x], y)
            got = f.binary_cross_entropy_with_logits([x], [y])
            assert expected == pytest.approx(got, rel=1e-12, abs=1e-17)


def test_binary_cross_entropy_keeps_digits_when_nearly_certain():
    got = f.binary_cross_entropy_with_logits([40.0], [1])
    assert math.exp(-40.0) == pytest.approx(got, rel=1e-15, abs=0.0)


# --- Accuracy ---


def test_accuracy_counts_signs_and_largest_scores():
    assert 0.75 == f.accuracy([1, -1, 1, 1], [1, -1, -1, 1])
    assert 0.75 == f.accuracy([1, -1, 1, 1], [1, 0, 0, 1])
    assert 0.5 == f.accuracy([[1, 5, 2], [7, 1, 1]], [1, 2])
    assert 1.0 == f.accuracy([[Value(1.0), Value(2.0)]], [1])
    assert 1.0 == f.accuracy([Value(-3.0)], [-1])


def test_accuracy_of_one_output_takes_zero_as_the_negative_class():
    assert 1.0 == f.accuracy([0.0], [0])


# --- Refusals ---

LISTS = {
    "mean": lambda x: f.mean(x),
    "dot": lambda x: f.dot(x, x),
    "l2": lambda x: f.l2(x),
    "logsumexp": lambda x: f.logsumexp(x),
    "softmax": lambda x: f.softmax(x),
    "log_softmax": lambda x: f.log_softmax(x),
    "rms_norm": lambda x: f.rms_norm(x),
    "mse_loss": lambda x: f.mse_loss(x, x),
    "hinge_loss": lambda x: f.hinge_loss(x, x),
    "binary_cross_entropy_with_logits": (
        lambda x: f.binary_cross_entropy_with_logits(x, x)
    ),
    "nll_loss": lambda x: f.nll_loss(x, 0),
    "cross_entropy": lambda x: f.cross_entropy(x, 0),
}

each_list = pytest.mark.parametrize("name", LISTS)


def refusal(error):
    """The message without the address at its end."""
    return str(error.value).partition("; see ")[0]


@each_list
def test_an_empty_list_is_refused(name):
    with pytest.raises(ShapeError) as error:
        LISTS[name]([])
    assert refusal(error) == (
        f"{name}() takes a list of numbers or Values but got an empty list; "
        "check where it was filled"
    )


@each_list
def test_a_number_in_place_of_a_list_is_refused(name):
    with pytest.raises(NumberError) as error:
        LISTS[name](3.0)
    assert refusal(error) == (
        f"{name}() takes a list of numbers or Values but got the float 3.0; "
        "pass a list"
    )


@each_list
def test_text_is_refused(name):
    for text in ("ab", ["a"]):
        with pytest.raises(NumberError, match=rf"^{name}\(\) .* str 'a'; "):
            LISTS[name](text)


@each_list
def test_a_list_of_lists_is_refused(name):
    advice = "but got a list of lists; call it once for each of them"
    with pytest.raises(ShapeError, match=advice):
        LISTS[name]([[1.0], [2.0]])
    advice = r"but got an array of shape \(2, 1\); call it once for each row"
    with pytest.raises(ShapeError, match=advice):
        LISTS[name](np.ones((2, 1)))


@pytest.mark.parametrize(
    "name",
    ["dot", "mse_loss", "hinge_loss", "binary_cross_entropy_with_logits"],
)
def test_lists_of_different_lengths_are_refused(name):
    with pytest.raises(ShapeError) as error:
        getattr(f, name)([1, 2, 3], [1, 1])
    assert refusal(error) == (
        f"{name}() takes two lists of the same length but got 3 and 2; "
        "check that each element has its partner"
    )


def test_rms_norm_refuses_other_lengths_and_an_eps_of_text():
    with pytest.raises(ShapeError, match="same length but got 2 and 1"):
        f.rms_norm([1.0, 2.0], [1.0])
    with pytest.raises(NumberError, match=r"rms_norm\(eps\) takes one number"):
        f.rms_norm([1.0, 2.0], eps="small")


@each_loss
def test_an_unknown_reduction_is_refused(name):
    loss, scores, targets = LOSSES[name]
    with pytest.raises(OptionError) as error:
        loss(scores, targets, reduction="average")
    assert refusal(error) == (
        f"{name}(reduction) is one of mean, sum, none but got 'average'; "
        "check the spelling"
    )


def test_hinge_loss_refuses_classes_written_as_zero_and_one():
    with pytest.raises(OptionError) as error:
        f.hinge_loss([1.0, 2.0], [1, 0])
    assert refusal(error) == (
        "hinge_loss() takes targets of -1 or 1 but got 0; "
        "write -1 for the negative class, as in 2 * y - 1"
    )


CLASSIFIERS = ["nll_loss", "cross_entropy"]


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("index", [-1, 3])
def test_a_class_out_of_range_is_refused(name, index):
    expected = (
        f"{name}() takes a class index from 0 to 2 but got {index}; "
        "number the classes from 0, one score for each"
    )
    with pytest.raises(OptionError) as error:
        getattr(f, name)([1.0, 2.0, 3.0], index)
    assert expected == refusal(error)
    with pytest.raises(OptionError) as error:
        getattr(f, name)([[1.0, 2.0, 3.0]], [index])
    assert expected == refusal(error)


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("index", [1.0, None, Value(1.0)], ids=repr)
def test_a_class_that_is_not_an_int_is_refused(name, index):
    with pytest.raises(NumberError) as error:
        getattr(f, name)([1.0, 2.0], index)
    assert refusal(error) == (
        f"{name}() takes a class index from 0 to 1 but got {index!r}; "
        "convert the classes with int(...)"
    )


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_batch_of_another_length_or_uneven_is_refused(name):
    loss = getattr(f, name)
    with pytest.raises(ShapeError, match="same length but got 1 and 2"):
        loss([[1.0, 2.0]], [0, 1])
    with pytest.raises(ShapeError, match="same length but got 2 and 3"):
        loss([[1.0, 2.0], [1.0, 2.0, 3.0]], [0, 1])
    with pytest.raises(ShapeError, match=rf"^{name}\(\) .* an empty list; "):
        loss([], [])
    with pytest.raises(NumberError, match=r"got the float 1\.0; pass a"):
        loss([1.0, 2.0], [0, 1])
    with pytest.raises(NumberError, match=r"got the float 1\.0; pass a"):
        loss(1.0, [0])


@pytest.mark.parametrize("share", [-0.1, 1.5, nan])
def test_label_smoothing_out_of_range_is_refused(share):
    with pytest.raises(OptionError) as error:
        f.cross_entropy([1.0, 2.0], 0, label_smoothing=share)
    assert refusal(error) == (
        "cross_entropy(label_smoothing) takes a number from 0 to 1 but got "
        f"{share}; 0.1 is usual"
    )


def test_accuracy_refuses_no_samples_and_other_lengths():
    with pytest.raises(ShapeError, match=r"accuracy\(\) .* an empty list"):
        f.accuracy([], [])
    with pytest.raises(ShapeError, match="same length but got 2 and 1"):
        f.accuracy([1.0, 2.0], [1])
