"""What a tensor does, without PyTorch to compare it with."""

import copy
import gc
import math
import weakref

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd import errors
from micrograd.tensors import Tensor, tensor

# --- Graphs ---


def test_a_graph_of_any_depth_is_walked_and_dropped():
    x = tensor([1.0], requires_grad=True)
    y = x
    for _ in range(50_000):
        y = y + 1.0
    y.sum().backward()
    assert [1.0] == x.grad.tolist()
    del y
    gc.collect()


def test_a_graph_is_dropped_without_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        x = tensor([1.0, 2.0], requires_grad=True)
        y = (x * x).exp().view(1, 2) @ mt.ones(2, 1)
        y.backward()
        gone = [weakref.ref(x), weakref.ref(y)]
        del x, y
        assert [None, None] == [one() for one in gone]
    finally:
        gc.enable()


def test_arrays_that_no_gradient_reads_are_not_kept():
    x = tensor([1.0], requires_grad=True)
    y = x * 2.0
    kept = weakref.ref(y.array)
    z = y + 1.0
    del y
    assert kept() is None
    z.backward()


def test_backward_forgets_arrays_on_its_way():
    x = tensor([1.0], requires_grad=True)
    y = x.exp()
    array = weakref.ref(y.array)
    z = y * y
    del y
    assert array() is not None
    z.sum().backward()
    assert array() is None
    assert z.requires_grad


def test_leaves_add_up_and_results_keep_nothing_unless_asked():
    x = tensor([2.0], requires_grad=True)
    for expected in (3.0, 6.0):
        y = x * 3.0
        y.backward()
        assert [expected] == x.grad.tolist()
        assert y.grad is None


def test_gradients_of_two_leaves_do_not_share_memory():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = tensor([1.0, 2.0], requires_grad=True)
    seed = mt.ones(2)
    (x + y).backward(seed)
    x.grad *= 5.0
    seed *= 7.0
    assert [1.0, 1.0] == y.grad.tolist()
    assert [5.0, 5.0] == x.grad.tolist()


def test_without_recording_nothing_has_a_past():
    x = tensor([1.0], requires_grad=True)
    with mt.no_grad():
        assert not (x * 2).requires_grad

    @mt.no_grad()
    def f():
        return x * 2

    assert not f().requires_grad
    assert (x * 2).requires_grad


def test_requires_grad_can_be_set_on_leaves_only():
    x = tensor([1.0])
    x.requires_grad = True
    y = x * 2
    with pytest.raises(errors.GraphError, match="leaves"):
        y.requires_grad = False
    assert x.is_leaf
    assert not y.is_leaf


def test_data_is_the_same_memory_without_a_past():
    x = tensor([1.0, 2.0], requires_grad=True)
    x.data += 1.0
    x.data[0] = 7.0
    assert [7.0, 3.0] == x.tolist()
    assert x.requires_grad
    x.data = tensor([5.0])
    assert [5.0] == x.tolist()


def test_a_parameter_stepped_through_data_is_a_change_too():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    x.data += 1.0
    with pytest.raises(errors.GraphError, match="changed in place"):
        y.backward()


def test_an_error_in_the_middle_leaves_gradients_as_they_were():
    x = tensor([1.0, 2.0], requires_grad=True)
    w = tensor([1.0, 2.0], requires_grad=True)
    y = ((x * w).exp() + x).sum()
    with mt.no_grad():
        w += 1.0
    with pytest.raises(errors.GraphError):
        y.backward()
    assert x.grad is None
    assert w.grad is None


def test_of_places_that_repeat_the_last_assignment_counts():
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    h = mt.zeros(2)
    h[[1, 0, 1]] = x
    assert [2.0, 3.0] == h.tolist()
    (h * tensor([10.0, 100.0])).sum().backward()
    assert [0.0, 10.0, 100.0] == x.grad.tolist()


def test_what_was_made_before_a_change_keeps_its_gradient():
    x = tensor([1.0, 2.0], requires_grad=True)
    h = x + 0.0
    y = h + 1.0
    h *= 3.0
    y.sum().backward()
    assert [1.0, 1.0] == x.grad.tolist()


def test_the_last_line_of_a_notebook_cell_shows_the_graph():
    x = tensor([1.0], requires_grad=True)
    assert "tensor([1.], requires_grad=True)" == repr(x)
    assert "tensor([2.], grad_fn=<MulBackward0>)" == repr(x * 2)


# --- As Python and NumPy see it ---


def test_a_tensor_is_a_sequence_a_number_and_an_array():
    x = tensor([[1.0, 2.0], [3.0, 4.0]])
    assert 2 == len(x)
    assert [[1.0, 2.0], [3.0, 4.0]] == [row.tolist() for row in x]
    a, b = x[0]
    assert 3.0 == float(a + b)
    assert "1.50" == f"{tensor(1.5):.2f}"
    assert [10, 20, 30][tensor(1)] == 20
    assert (np.asarray(x) == [[1, 2], [3, 4]]).all()
    assert (np.from_dlpack(x) == x.array).all()
    assert 4 == x.numel() == x.nelement()
    assert (2, 2) == x.shape == x.size()
    assert 2 == x.dim() == x.ndim == x.size(1)
    assert bool(tensor(1.0))


def test_equality_is_by_element_and_hash_by_identity():
    x, y = tensor([1.0, 2.0]), tensor([1.0, 3.0])
    assert [True, False] == (x == y).tolist()
    assert [False, True] == (x != y).tolist()
    assert x in {x}
    assert {x: 1}[x] == 1
    assert (x == None) is False  # noqa: E711
    assert [True, False] == (x == 1).tolist()


def test_numbers_stand_on_either_side():
    x = tensor([2.0, 4.0])
    assert [0.5, 0.25] == (1.0 / x).tolist()
    assert [-1.0, -3.0] == (1 - x).tolist()
    assert [4.0, 16.0] == (2**x).tolist()
    assert [3.0, 6.0] == (np.array([1.0, 2.0]) + x).tolist()
    assert [4.0, 8.0] == (np.float64(2.0) * x).tolist()


def test_an_array_on_the_left_does_not_cut_the_graph():
    x = tensor([1.0, 2.0], requires_grad=True)
    z = np.array([3.0, 4.0], np.float32) * x
    z.sum().backward()
    assert [3.0, 4.0] == x.grad.tolist()


def test_a_tensor_of_no_data_type_is_single_precision():
    assert mt.float32 == tensor([1.0]).dtype
    assert mt.int64 == tensor([1]).dtype
    assert mt.bool == tensor([True]).dtype
    assert mt.float64 == tensor(np.ones(1)).dtype
    assert mt.float32 == tensor([tensor(1.0), 2.0]).dtype


def test_conversions_carry_gradients_of_the_other_type():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x.double() * tensor([3.0, 4.0], dtype=mt.float64)
    y.sum().backward()
    assert mt.float32 == x.grad.dtype
    assert [3.0, 4.0] == x.grad.tolist()


def test_a_float_and_a_truth_make_no_double():
    x = tensor([1.0, 2.0], requires_grad=True)
    (x * (tensor([1, 0]) == 1)).sum().backward()
    assert mt.float32 == x.grad.dtype
    assert [1.0, 0.0] == x.grad.tolist()


def test_nothing_warns_at_the_edge():
    x = tensor([0.0, -1.0, 1000.0], requires_grad=True)
    y = x.log() + x.exp() + 1 / x
    y.sum().backward()
    assert not math.isfinite(y[0].item())


def test_creation_takes_a_seed_s_numbers():
    mt.manual_seed(3)
    a = mt.randn(2, 3)
    mt.manual_seed(3)
    assert (a == mt.empty(2, 3).normal_()).all()
    assert (2, 3) == mt.rand((2, 3)).shape
    assert [0, 1, 2] == sorted(mt.randperm(3).tolist())


def test_a_tensor_can_be_copied():
    x = tensor([1.0, 2.0])
    y = copy.deepcopy(x)
    y[0] = 5.0
    assert [1.0, 2.0] == x.tolist()


# --- Refusals ---


def _hooked(hook):
    x = mt.ones(2, requires_grad=True)
    x.register_hook(hook)
    (x * 2).sum().backward()


REFUSED = {
    "words": (lambda: tensor(["a"]), errors.NumberError, "numbers"),
    "ragged lists": (
        lambda: tensor([[1.0], [1.0, 2.0]]),
        errors.NumberError,
        "equal length",
    ),
    "a device": (
        lambda: mt.zeros(2, device="cuda"),
        errors.OptionError,
        "cuda",
    ),
    "gradients of whole numbers": (
        lambda: tensor([1], requires_grad=True),
        errors.NumberError,
        "int64",
    ),
    "a mean of whole numbers": (
        lambda: tensor([1, 2]).mean(),
        errors.NumberError,
        ".float()",
    ),
    "a number of many": (
        lambda: float(tensor([1.0, 2.0])),
        errors.ShapeError,
        "(2,)",
    ),
    "the length of a number": (
        lambda: len(tensor(1.0)),
        errors.NumberError,
        "an axis",
    ),
    "an index of floats": (
        lambda: tensor([1.0])[tensor([0.0])],
        errors.NumberError,
        ".long()",
    ),
    "NumPy on a graph": (
        lambda: tensor([1.0], requires_grad=True).numpy(),
        errors.GraphError,
        "detach",
    ),
    "a gradient of another shape": (
        lambda: (tensor([1.0], requires_grad=True) * 2).backward(mt.ones(2)),
        errors.ShapeError,
        "(1,) but got (2,)",
    ),
    "a gradient of a constant, kept": (
        lambda: tensor([1.0]).retain_grad(),
        errors.GraphError,
        "constant",
    ),
    "a hook of a constant": (
        lambda: tensor([1.0]).register_hook(print),
        errors.GraphError,
        "constant",
    ),
    "a hook that gives another shape": (
        lambda: _hooked(lambda g: g.sum()),
        errors.ShapeError,
        "of the shape (2,) but got ()",
    ),
    "a hook that gives a number": (
        lambda: _hooked(lambda g: 1.0),
        errors.NumberError,
        "as a tensor",
    ),
    "a window that is too long": (
        lambda: mt.arange(3).unfold(0, 5, 5),
        errors.ShapeError,
        "at least as long but got the shape (3,)",
    ),
    "a kernel that is too large": (
        lambda: mt.nn.functional.conv2d(
            mt.ones(1, 1, 2, 2), mt.ones(1, 1, 3, 3), stride=2
        ),
        errors.ShapeError,
        "smaller window",
    ),
    "parts of none": (lambda: mt.cat([]), errors.ShapeError, "at least one"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_and_told_what_to_do(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)


def test_a_tensor_and_a_value_do_not_mix():
    from micrograd import Value

    with pytest.raises(TypeError):
        Tensor(np.ones(2)) * Value(1.0)


def test_a_part_that_is_changed_in_place_is_written_once():
    x = mt.zeros(3, 2)
    x[1, 0] += 2
    x[1:] *= 3
    x[0] = x[0] + 5
    assert [[5.0, 5.0], [6.0, 0.0], [0.0, 0.0]] == x.tolist()
    part = x[0]
    x.data = mt.ones(3, 2)  # the part still looks at the old numbers
    x[0] = part
    assert [5.0, 5.0] == x[0].tolist()
    x[1] = part  # another place
    assert [5.0, 5.0] == x[1].tolist()


def test_a_part_with_a_graph_that_is_changed_in_place_keeps_it():
    w = tensor([2.0], requires_grad=True)
    x = mt.zeros(2) * w
    x[0] += w[0] * 3
    x[0] *= w[0]
    x.sum().backward()
    assert [12.0] == w.grad.tolist()


def test_operands_have_the_names_that_pytorch_gives_them():
    x = mt.ones(2, 3)
    F = mt.nn.functional
    assert [2.0] * 3 == mt.sum(input=x, dim=0).tolist()
    assert 6.0 == mt.matmul(input=x, other=x.T).sum().item() / 2
    assert [1 / 3] * 3 == pytest.approx(F.softmax(input=x, dim=1)[0].tolist())
    assert 0.0 == F.mse_loss(input=x, target=x).item()
    assert (2, 1) == mt.multinomial(input=x, num_samples=1).shape
    assert mt.where(condition=x > 0, input=x, other=0.0).equal(x)
    assert mt.zeros_like(input=x).shape == x.shape == mt.Size([2, 3])


def test_a_name_that_is_missing_leads_to_those_that_are_there():
    with pytest.raises(AttributeError, match="reference/tensors"):
        _ = mt.fft
    assert not hasattr(mt, "jit")


def test_a_single_number_has_no_length_and_is_no_list():
    x = mt.tensor(3.0)
    for ask in (len, iter, list):
        with pytest.raises(errors.NumberError, match=r"use \.item\(\)"):
            ask(x)
    # As Matplotlib asks before it draws at a place.
    assert not np.iterable(x)
    assert np.iterable(mt.ones(1))


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
def test_the_extreme_of_what_is_no_number_is_none_either(name, recwarn):
    x = tensor([math.nan, 1.0])
    assert math.isnan(float(getattr(x, name)()))
    assert not list(recwarn)


def test_the_middle_of_what_is_no_number_is_none_either(recwarn):
    assert math.isnan(tensor([math.nan, math.nan]).median().item())
    assert not list(recwarn)
