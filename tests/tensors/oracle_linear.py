"""The second table beside PyTorch: every row, every order, both modes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_linear import CASES, EVERY_ROW

import micrograd.tensors as mt
from micrograd.tensors.linear import LINEAR
from micrograd.tensors.transforms import jvp

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)
from oracle_tensors import CLOSE, check, far, n  # noqa: E402


def take(x, index):
    # Slices that go backwards are unknown to PyTorch.
    places = np.arange(x.numel()).reshape(tuple(x.shape))[index]
    return x.reshape(-1)[torch.tensor(places)]


def transposed(f, x, shape):
    """The transpose of a linear map, by PyTorch's own backward pass."""
    y = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    return torch.autograd.grad(f(y), y, x, create_graph=True)[0]


def windows(x, size, stride, dilation):
    lead = x.ndim - len(size)
    each = zip(size, stride, dilation, strict=True)
    for i, (k, s, d) in enumerate(each):
        x = x.unfold(lead + i, d * (k - 1) + 1, s)[..., ::d]
    return x


def pad(x, widths):
    flat = [n for pair in reversed(widths) for n in pair]
    return torch.nn.functional.pad(x, flat)


THEIRS = {
    "sum_to": lambda x, to: x.sum_to_size(to),
    "broadcast_to": lambda x, to: x.expand(to),
    "total": lambda x, axes, keepdims: (
        x.sum(axes, keepdim=keepdims) if axes else x
    ),
    "scale": lambda x, by: x * by,
    "convert": lambda x, to, back: x.to(torch.float64),
    "move": lambda x, to, back: x.to(to),
    "reshape": lambda x, to: x.reshape(to),
    "permute": lambda x, axes: x.permute(axes),
    "take": take,
    "put_add": lambda x, index, to: transposed(
        lambda y: take(y, index), x, to
    ),
    "pad": pad,
    "cat": lambda *xs, axis: torch.cat(xs, axis),
    "windows": windows,
    "windows_add": lambda x, to, **how: transposed(
        lambda y: windows(y, **how), x, to
    ),
    "matmul": torch.matmul,
}


@EVERY_ROW
@settings(max_examples=15)
@given(data=st.data())
def test_a_row_has_pytorch_s_derivatives_in_both_modes(name, data):
    shapes, how = data.draw(CASES[name])
    arrays = [n(*shape) for shape in shapes]
    # A curve behind it, or second derivatives would be 0.
    mine, its = (
        lambda *xs, row=row: row(*xs, **how).tanh()
        for row in (LINEAR[name], THEIRS[name])
    )
    check(mine, its, *arrays)
    rates = [n(*shape) for shape in shapes]
    _, expected = torch.autograd.functional.jvp(
        its, tuple(map(torch.tensor, arrays)), tuple(map(torch.tensor, rates))
    )
    _, found = jvp(
        mine, tuple(map(mt.tensor, arrays)), tuple(map(mt.tensor, rates))
    )
    assert far(expected.numpy(), found.array) <= CLOSE
