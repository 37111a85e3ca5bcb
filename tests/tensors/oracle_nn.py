"""Networks beside PyTorch's: functions, first weights, steps, printing."""

import functools

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd.errors import OptionError, ShapeError
from micrograd.tensors import imports
from micrograd.tensors.fused import FUSED
from micrograd.tensors.nn import functional as mine

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)
from oracle_tensors import check, far, n, p  # noqa: E402

its = torch.nn.functional
# A hundred steps of one formula, added up in another order.
STEPS = 1e-12
# Single precision, sums of some dozens of products.
SINGLE = 2e-6

pytestmark = pytest.mark.usefixtures("single_precision")


# --- Functions ---

CAUSAL = np.tri(4, dtype=bool)
ADDED = np.where(CAUSAL, 0.0, -np.inf)
FUNCTIONS = {
    "relu": (lambda m, F, x: F.relu(x), n(3, 4)),
    "gelu": (lambda m, F, x: F.gelu(x), n(3, 4)),
    "gelu, tanh": (lambda m, F, x: F.gelu(x, approximate="tanh"), n(3, 4)),
    "softmax": (lambda m, F, x: F.softmax(x, dim=-1), n(3, 4)),
    "softmax(0)": (lambda m, F, x: F.softmax(x, 0), n(3, 4)),
    "softmax, masked": (
        lambda m, F, x: F.softmax(x + m.tensor(ADDED), dim=-1),
        n(4, 4),
    ),
    "log_softmax": (lambda m, F, x: F.log_softmax(x, dim=1), n(3, 4)),
    "log_softmax(0)": (lambda m, F, x: F.log_softmax(x, dim=0), n(3, 4, 2)),
    "softmax of a result": (
        lambda m, F, x: F.log_softmax(F.softmax(x * x, -1), -1),
        n(3, 4),
    ),
    "layer_norm of a result": (
        lambda m, F, x, w: F.layer_norm(x * x, (4,), w * w, w + 1),
        n(3, 4),
        n(4),
    ),
    "cross_entropy of a result": (
        lambda m, F, x: F.cross_entropy(x * x, m.tensor([0, 3, 1])),
        n(3, 4),
    ),
    "linear of results": (
        lambda m, F, x, w: F.linear(x * x, w * w, w[:, 0] * 2),
        n(3, 4),
        n(5, 4),
    ),
    "normalize": (lambda m, F, x: F.normalize(x), n(3, 4)),
    "linear": (
        lambda m, F, x, w, b: F.linear(x, w, b),
        n(2, 3, 4),
        n(5, 4),
        n(5),
    ),
    "linear, no bias": (lambda m, F, x, w: F.linear(x, w), n(3, 4), n(5, 4)),
    "linear of a vector": (
        lambda m, F, x, w, b: F.linear(x, w, b),
        n(4),
        n(5, 4),
        n(5),
    ),
    "linear of itself": (lambda m, F, x: F.linear(x, x, x[0]), n(4, 4)),
    "embedding with padding": (
        lambda m, F, w: F.embedding(m.tensor([[0, 2], [2, 1]]), w, -2),
        n(4, 3),
    ),
    "embedding": (
        lambda m, F, w: F.embedding(m.tensor([[0, 2], [2, 1]]), w),
        n(4, 3),
    ),
    "layer_norm": (
        lambda m, F, x, w, b: F.layer_norm(x, (4,), w, b),
        n(2, 3, 4),
        n(4),
        n(4),
    ),
    "layer_norm, plain": (lambda m, F, x: F.layer_norm(x, (3, 4)), n(2, 3, 4)),
    "rms_norm": (lambda m, F, x, w: F.rms_norm(x, (4,), w), n(2, 4), n(4)),
    "group_norm": (
        lambda m, F, x, w, b: F.group_norm(x, 2, w, b),
        n(2, 4, 3),
        n(4),
        n(4),
    ),
    "batch_norm": (
        lambda m, F, x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        n(5, 3, 2),
        n(3),
        n(3),
    ),
    "conv1d": (
        lambda m, F, x, w, b: F.conv1d(x, w, b, stride=2, dilation=2),
        n(2, 3, 9),
        n(4, 3, 3),
        n(4),
    ),
    "conv2d": (
        lambda m, F, x, w, b: F.conv2d(x, w, b, stride=2, padding=1),
        n(2, 3, 7, 6),
        n(4, 3, 3, 2),
        n(4),
    ),
    "conv2d, dilated": (
        lambda m, F, x, w: F.conv2d(x, w, dilation=(2, 1), padding=(0, 1)),
        n(2, 3, 7, 6),
        n(4, 3, 3, 2),
    ),
    "conv2d, in groups": (
        lambda m, F, x, w, b: F.conv2d(x, w, b, 1, 1, 1, 2),
        n(2, 4, 5, 6),
        n(6, 2, 3, 2),
        n(6),
    ),
    "conv2d, a kernel each": (
        lambda m, F, x, w: F.conv2d(x, w, stride=2, groups=3),
        n(2, 3, 5, 6),
        n(3, 1, 3, 2),
    ),
    "conv2d, as many": (
        lambda m, F, x, w: F.conv2d(x, w, padding="same", dilation=(1, 2)),
        n(2, 3, 5, 6),
        n(2, 3, 2, 4),
    ),
    "conv1d, as many": (
        lambda m, F, x, w: F.conv1d(x, w, None, 1, "same", 1, 3),
        n(2, 3, 5),
        n(3, 1, 4),
    ),
    "conv1d, valid": (
        lambda m, F, x, w: F.conv1d(x, w, stride=2, padding="valid"),
        n(2, 3, 5),
        n(2, 3, 2),
    ),
    "conv_transpose2d, in groups": (
        lambda m, F, x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 1, 2, 1),
        n(2, 4, 3, 4),
        n(4, 3, 3, 2),
        n(6),
    ),
    "max_pool2d": (lambda m, F, x: F.max_pool2d(x, 2), n(2, 3, 6, 6)),
    "max_pool2d, padded": (
        lambda m, F, x: F.max_pool2d(x, 3, 1, padding=1, dilation=2),
        n(2, 3, 6, 7),
    ),
    "avg_pool2d": (
        lambda m, F, x: F.avg_pool2d(x, (2, 3), stride=1, padding=1),
        n(2, 3, 5, 6),
    ),
    "max_pool2d, one window more": (
        lambda m, F, x: F.max_pool2d(x, (2, 3), 2, padding=1, ceil_mode=True),
        n(2, 3, 4, 7),
    ),
    "max_pool2d, a window more than none": (
        lambda m, F, x: F.max_pool2d(x, 2, 3, ceil_mode=True),
        n(1, 2, 4, 6),
    ),
    "avg_pool2d, one window more": (
        lambda m, F, x: F.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True),
        n(2, 3, 4, 6),
    ),
    "avg_pool2d of what is inside": (
        lambda m, F, x: F.avg_pool2d(
            x, 3, 2, padding=1, ceil_mode=True, count_include_pad=False
        ),
        n(2, 3, 4, 6),
    ),
    "conv_transpose2d": (
        lambda m, F, x, w, b: F.conv_transpose2d(x, w, b),
        n(2, 3, 4, 5),
        n(3, 2, 3, 2),
        n(2),
    ),
    "conv_transpose2d, wide": (
        lambda m, F, x, w: F.conv_transpose2d(
            x, w, stride=(2, 3), padding=1, output_padding=(1, 2), dilation=2
        ),
        n(2, 3, 4, 5),
        n(3, 2, 3, 2),
    ),
    "bilinear": (
        lambda m, F, x, y, w, b: F.bilinear(x, y, w, b),
        n(5, 2, 3),
        n(5, 2, 4),
        n(6, 3, 4),
        n(6),
    ),
    "cosine_similarity": (
        lambda m, F, x, y: F.cosine_similarity(x, y, dim=-1),
        n(3, 4),
        n(3, 4),
    ),
    **{
        f"{name}{settings or ''}": (
            lambda m, F, x, name=name, settings=settings: getattr(F, name)(
                3 * x, **settings
            ),
            n(3, 4),
        )
        for name, settings in (
            ("relu6", {}),
            ("leaky_relu", {"negative_slope": 0.1}),
            ("elu", {"alpha": 0.5}),
            ("selu", {}),
            ("silu", {}),
            ("mish", {}),
            ("hardtanh", {"min_val": -0.5, "max_val": 2.0}),
            ("softsign", {}),
            ("logsigmoid", {}),
            ("softplus", {"beta": 2.0, "threshold": 3.0}),
        )
    },
    "pad": (lambda m, F, x: F.pad(x, (1, 2, 0, 3)), n(2, 3, 4)),
    "pad with a number": (
        lambda m, F, x: F.pad(x, (1, 1), value=2.0) ** 2,
        n(2, 3),
    ),
    "attention": (
        lambda m, F, q, k, v: F.scaled_dot_product_attention(q, k, v),
        n(2, 4, 3),
        n(2, 5, 3),
        n(2, 5, 2),
    ),
    "attention, causal": (
        lambda m, F, q: F.scaled_dot_product_attention(
            q, q, q, is_causal=True
        ),
        n(2, 4, 3),
    ),
    "attention, masked by truths": (
        lambda m, F, q: F.scaled_dot_product_attention(
            q, q, q, attn_mask=m.tensor(CAUSAL)
        ),
        n(4, 3),
    ),
    "attention, masked by numbers": (
        lambda m, F, q: F.scaled_dot_product_attention(
            q, q, q, attn_mask=m.tensor(ADDED), scale=0.3
        ),
        n(4, 3),
    ),
    "hardswish": (lambda m, F, x: F.hardswish(4 * x), n(3, 4)),
    **{
        f"{name}, at its kinks": (
            lambda m, F, x, name=name: getattr(F, name)(x),
            np.array([-3.0, -1.0, -0.0, 0.0, 1.0, 3.0, 6.0]),
        )
        for name in "relu relu6 leaky_relu elu selu hardtanh "
        "hardswish softsign softplus".split()
    },
    "glu": (lambda m, F, x: F.glu(x, dim=0), n(4, 3)),
    "prelu": (lambda m, F, x, w: F.prelu(x, w), n(2, 3, 4), n(3)),
    "prelu, one": (lambda m, F, x, w: F.prelu(x, w), n(3), n(1)),
    "avg_pool1d": (
        lambda m, F, x: F.avg_pool1d(x, 3, 2, padding=1),
        n(2, 3, 7),
    ),
    "avg_pool1d, settings": (
        lambda m, F, x: F.avg_pool1d(
            x, 3, 2, 1, ceil_mode=True, count_include_pad=False
        ),
        n(2, 3, 8),
    ),
    "max_pool1d": (lambda m, F, x: F.max_pool1d(x, (2,)), n(2, 3, 7)),
    "max_pool1d, settings": (
        lambda m, F, x: F.max_pool1d(x, 2, 3, dilation=2, ceil_mode=True),
        n(2, 3, 8),
    ),
    "adaptive_avg_pool1d": (
        lambda m, F, x: F.adaptive_avg_pool1d(x[0], 3),
        n(2, 3, 5, 4),
    ),
    "adaptive_avg_pool2d": (
        lambda m, F, x: F.adaptive_avg_pool2d(x, (3, 2)),
        n(2, 3, 7, 5),
    ),
    "adaptive_avg_pool2d, one": (
        lambda m, F, x: F.adaptive_avg_pool2d(x, (None, 1)),
        n(2, 3, 4),
    ),
    "interpolate": (
        lambda m, F, x: F.interpolate(x, scale_factor=2),
        n(1, 2, 3, 2),
    ),
    "interpolate to a size": (
        lambda m, F, x: F.interpolate(x, size=(2, 7)),
        n(1, 2, 3, 4),
    ),
    "interpolate, half": (
        lambda m, F, x: F.interpolate(x, scale_factor=(0.5, 1.5)),
        n(1, 2, 5, 4),
    ),
    "interpolate, mixed": (
        lambda m, F, x: F.interpolate(
            x, scale_factor=(1.5, 2.2), mode="bilinear"
        ),
        n(1, 2, 5, 4),
    ),
    "interpolate, smaller": (
        lambda m, F, x: F.interpolate(x, size=(2, 3), mode="bilinear"),
        n(1, 2, 5, 4),
    ),
    "interpolate, with corners": (
        lambda m, F, x: F.interpolate(
            x, size=(3, 7), mode="bilinear", align_corners=True
        ),
        n(1, 2, 5, 4),
    ),
    "interpolate a line": (
        lambda m, F, x: F.interpolate(x, 7, None, "linear", True),
        n(1, 2, 5),
    ),
    "unfold": (
        lambda m, F, x: F.unfold(x, (2, 3), 1, 1, (2, 1)),
        n(2, 3, 5, 4),
    ),
    "pad, of which some is cut": (
        lambda m, F, x: F.pad(x, (-1, 2, 1, -2), value=3.0),
        n(2, 4, 5),
    ),
    "attention that may look nowhere": (
        lambda m, F, q, k: F.scaled_dot_product_attention(
            q, k, k, m.tensor([[True, False], [False, False]])
        ),
        n(2, 2, 3),
        n(2, 2, 3),
    ),
    "attention that may look nowhere, in numbers": (
        lambda m, F, q, k: F.scaled_dot_product_attention(
            q,
            k,
            k,
            m.tensor([[0.0, -np.inf], [-np.inf, -np.inf]], dtype=m.float64),
        ),
        n(2, 2, 3),
        n(2, 2, 3),
    ),
    "pairwise_distance": (
        lambda m, F, x, y: F.pairwise_distance(x, y, p=3, keepdim=True),
        n(3, 4),
        n(3, 4),
    ),
    "triplet_margin_loss": (
        lambda m, F, x, y, z: F.triplet_margin_loss(x, y, z, reduction="sum"),
        n(5, 4),
        n(5, 4),
        n(5, 4),
    ),
}


# PyTorch says that uneven padding takes a copy.
@pytest.mark.filterwarnings("ignore:Using padding=.same")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_pytorch_s_derivatives_of_order_0_1_and_2(name):
    f, *arrays = FUNCTIONS[name]
    check(
        functools.partial(f, mt, mine),
        functools.partial(f, torch, its),
        *arrays,
        tolerance=1e-11,
    )


CLASSES = [[1, 0, 3], [2, -100, 1]]
LOSSES = {
    "mse_loss": (
        lambda m, F, x, r: F.mse_loss(x, m.tensor(n3), reduction=r),
        n(3, 4),
    ),
    "l1_loss": (
        lambda m, F, x, r: F.l1_loss(x, m.tensor(n3), reduction=r),
        n(3, 4),
    ),
    "huber_loss": (
        lambda m, F, x, r: F.huber_loss(
            x, m.tensor(n3), reduction=r, delta=0.7
        ),
        n(3, 4),
    ),
    "smooth_l1_loss": (
        lambda m, F, x, r: F.smooth_l1_loss(
            x, m.tensor(n3), reduction=r, beta=0.7
        ),
        n(3, 4),
    ),
    "kl_div": (
        lambda m, F, x, r: F.kl_div(
            F.log_softmax(x, 1), m.tensor(SHARES), reduction=r
        ),
        n(3, 4),
    ),
    "kl_div of logarithms": (
        lambda m, F, x, r: F.kl_div(
            F.log_softmax(x, 1), m.tensor(n3), reduction=r, log_target=True
        ),
        n(3, 4),
    ),
    "with_logits, weighted": (
        lambda m, F, x, r: F.binary_cross_entropy_with_logits(
            x,
            m.tensor((n3 > 0).astype(float)),
            weight=m.tensor(SHARES),
            pos_weight=m.tensor(SHARES[0] * 3),
            reduction=r,
        ),
        n(3, 4),
    ),
    "with_logits": (
        lambda m, F, x, r: F.binary_cross_entropy_with_logits(
            x, m.tensor((n3 > 0).astype(float)), reduction=r
        ),
        n(3, 4),
    ),
    "binary_cross_entropy": (
        lambda m, F, x, r: F.binary_cross_entropy(
            x.sigmoid(), m.tensor((n3 > 0).astype(float)), reduction=r
        ),
        n(3, 4),
    ),
    "cross_entropy": (
        lambda m, F, x, r: F.cross_entropy(
            x, m.tensor(CLASSES[0]), reduction=r
        ),
        n(3, 4),
    ),
    "cross_entropy, one is ignored": (
        lambda m, F, x, r: F.cross_entropy(
            x, m.tensor(CLASSES[1]), reduction=r
        ),
        n(3, 4),
    ),
    "cross_entropy, weighted and smoothed": (
        lambda m, F, x, r: F.cross_entropy(
            x,
            m.tensor(CLASSES[1]),
            weight=m.tensor([1.0, 2.0, 0.5, 3.0], dtype=m.float64),
            label_smoothing=0.1,
            reduction=r,
        ),
        n(3, 4),
    ),
    "cross_entropy of pictures": (
        lambda m, F, x, r: F.cross_entropy(x, m.tensor(CLASSES), reduction=r),
        n(2, 4, 3),
    ),
    "cross_entropy of one": (
        lambda m, F, x, r: F.cross_entropy(x, m.tensor(2), reduction=r),
        n(4),
    ),
    "cross_entropy of shares": (
        lambda m, F, x, r: F.cross_entropy(
            x,
            m.tensor(n3 * n3),
            weight=m.tensor([1.0, 2.0, 0.5, 3.0], dtype=m.float64),
            reduction=r,
            label_smoothing=0.2,
        ),
        n(3, 4),
    ),
    "nll_loss": (
        lambda m, F, x, r: F.nll_loss(x, m.tensor(CLASSES[1]), reduction=r),
        n(3, 4),
    ),
}
n3 = n(3, 4)
SHARES = np.array([[0.0, 0.25, 0.25, 0.5]] * 3)  # a share of 0 counts 0


def test_a_mean_over_a_batch_is_pytorch_s():
    x, shares = n(3, 4), p(3, 4)
    check(
        lambda x: mine.kl_div(x, mt.tensor(shares), reduction="batchmean"),
        lambda x: its.kl_div(x, torch.tensor(shares), reduction="batchmean"),
        x,
    )


# PyTorch adds 1e-12 to what its second derivative divides by; ours has the
# closed form to the last bits.
ROUGH = {"binary_cross_entropy": 1e-9}


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_has_pytorch_s_derivatives(name, reduction):
    f, x = LOSSES[name]
    check(
        lambda x: f(mt, mine, x, reduction),
        lambda x: f(torch, its, x, reduction),
        x,
        tolerance=ROUGH.get(name, 1e-11),
    )


def test_dropout_drops_what_pytorch_s_drops():
    torch.manual_seed(7)
    mt.manual_seed(7)
    x = torch.ones(20, 30)
    expected = its.dropout(x, 0.2)
    found = mine.dropout(mt.ones(20, 30), 0.2)
    assert (expected.numpy() == found.array).all()


def test_one_hot_is_pytorch_s():
    x = [[0, 2], [1, 1]]
    expected = its.one_hot(torch.tensor(x), num_classes=4)
    assert (
        expected.tolist() == mine.one_hot(mt.tensor(x), num_classes=4).tolist()
    )
    assert (
        its.one_hot(torch.tensor(x)).tolist()
        == mine.one_hot(mt.tensor(x)).tolist()
    )


# --- Fused rows and what they are composed of ---

INPUTS = {
    "softmax": ([n(3, 4)], {"axis": 1}),
    "log_softmax": ([n(3, 4)], {"axis": 0}),
    "cross_entropy": ([n(3, 4)], {"classes": np.array([1, 0, 3])}),
    "var": ([n(3, 4, 2)], {"axes": (0, 2), "keepdims": False, "by": 5.0}),
    "root": ([np.array([0.0, 0.25, 4.0])], {}),
    "linear": ([n(2, 3, 4), n(5, 4), n(5)], {}),
    "layer_norm": ([n(2, 3, 4), n(4), n(4)], {"eps": 1e-5}),
}


@pytest.mark.parametrize("name", FUSED)
def test_a_fused_row_is_its_composition(name):
    arrays, how = INPUTS[name]
    row, found = FUSED[name], []
    for f in (row, row.composed):
        xs = [mt.Tensor(a.copy(), requires_grad=True) for a in arrays]
        z = f(*xs, **how)
        z.backward(mt.Tensor(np.cos(np.arange(z.array.size)).reshape(z.shape)))
        found.append([z.array, *(x.grad.array for x in xs)])
    for a, b in zip(*found, strict=True):
        assert far(a, b) < STEPS


@pytest.mark.parametrize("name", FUSED)
def test_a_fused_row_stays_in_single_precision(name):
    arrays, how = INPUTS[name]
    xs = [mt.Tensor(a.astype(np.float32), requires_grad=True) for a in arrays]
    z = FUSED[name](*xs, **how)
    assert mt.float32 == z.dtype
    z.sum().backward()
    assert {mt.float32} == {x.grad.dtype for x in xs}


# --- Modules ---


def Paired(layer, nn):  # noqa: N802
    """A layer of two inputs as one of a single input."""

    class Same(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = layer

        def forward(self, x):
            return self.layer(x, x * x)

    return Same()


MODULES = {
    "Linear": (lambda nn: nn.Linear(4, 3), (5, 4)),
    "Linear, no bias": (lambda nn: nn.Linear(4, 3, bias=False), (5, 4)),
    "Conv1d": (lambda nn: nn.Conv1d(2, 3, 3, padding=1), (5, 2, 6)),
    "Conv2d, a kernel each": (
        lambda nn: nn.Conv2d(4, 8, 3, 1, "same", 1, 4, False),
        (5, 4, 6, 5),
    ),
    "ConvTranspose2d, in groups": (
        lambda nn: nn.ConvTranspose2d(4, 6, 2, 2, 0, 0, 2, False, 1),
        (5, 4, 3, 4),
    ),
    "Conv2d": (
        lambda nn: nn.Conv2d(2, 3, (3, 2), stride=2, dilation=2, bias=False),
        (5, 2, 7, 6),
    ),
    "LayerNorm": (lambda nn: nn.LayerNorm(4), (5, 4)),
    "RMSNorm": (lambda nn: nn.RMSNorm(4), (5, 4)),
    "GroupNorm": (lambda nn: nn.GroupNorm(2, 4), (5, 4, 3)),
    "BatchNorm1d": (lambda nn: nn.BatchNorm1d(4), (5, 4)),
    "BatchNorm2d": (lambda nn: nn.BatchNorm2d(4, momentum=0.3), (5, 4, 2, 3)),
    "MaxPool2d": (lambda nn: nn.MaxPool2d(2), (5, 4, 4, 6)),
    "AvgPool2d": (lambda nn: nn.AvgPool2d(2, stride=1), (5, 4, 4, 6)),
    "Flatten": (lambda nn: nn.Flatten(), (5, 4, 3)),
    "bends": (
        lambda nn: nn.Sequential(
            nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.SiLU(), nn.GELU()
        ),
        (5, 4),
    ),
    "bends with settings": (
        lambda nn: nn.Sequential(
            nn.LeakyReLU(0.1, True),
            nn.ELU(alpha=0.5, inplace=False),
            nn.ReLU6(True),
            nn.SiLU(inplace=True),
            nn.Softmax(dim=1),
        ),
        (5, 4),
    ),
    "a network": (
        lambda nn: nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16, 8),
            nn.Dropout(0.5),
            nn.Linear(8, 2),
        ),
        (5, 1, 4, 4),
    ),
    "Bilinear": (
        lambda nn: Paired(nn.Bilinear(4, 4, 3), nn),
        (5, 4),
    ),
    "ConvTranspose2d": (
        lambda nn: nn.ConvTranspose2d(2, 3, (3, 2), 2, 1, output_padding=1),
        (5, 2, 4, 3),
    ),
    "MaxPool2d, one window more": (
        lambda nn: nn.MaxPool2d(2, ceil_mode=True),
        (5, 4, 5, 7),
    ),
    "BatchNorm1d, no means in use": (
        lambda nn: nn.BatchNorm1d(4, affine=False, track_running_stats=False),
        (5, 4, 3),
    ),
    "LayerNorm, no bias": (lambda nn: nn.LayerNorm(4, bias=False), (5, 4)),
    "RMSNorm, plain": (
        lambda nn: nn.RMSNorm(4, elementwise_affine=False),
        (5, 4),
    ),
    "GroupNorm, plain": (
        lambda nn: nn.GroupNorm(2, 4, affine=False),
        (5, 4, 3),
    ),
    "more bends": (
        lambda nn: nn.Sequential(
            nn.ReLU6(),
            nn.SELU(),
            nn.Mish(),
            nn.Softsign(),
            nn.LogSigmoid(),
            nn.Hardtanh(-0.5, 2.0),
            nn.LogSoftmax(dim=1),
            nn.Identity(),
        ),
        (5, 4),
    ),
    "bends for images": (
        lambda nn: nn.Sequential(
            nn.ZeroPad2d((1, 0, 1, 2)),
            nn.PReLU(2),
            nn.Dropout2d(0.4),
            nn.Hardswish(),
            nn.Hardsigmoid(),
            nn.AdaptiveAvgPool2d((2, 2)),
            nn.Flatten(),
            nn.GLU(dim=1),
            nn.Unflatten(1, (2, -1)),
            nn.MaxPool1d(2),
            nn.AvgPool1d(1),
        ),
        (5, 2, 4, 3),
    ),
    "TransformerEncoderLayer": (
        lambda nn: nn.TransformerEncoderLayer(8, 2, 16, 0.0),
        (5, 3, 8),
    ),
    "TransformerEncoder": (
        lambda nn: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(
                8, 2, 16, 0.0, "gelu", norm_first=True, batch_first=True
            ),
            2,
            nn.LayerNorm(8),
            enable_nested_tensor=False,
        ),
        (5, 3, 8),
    ),
    "TransformerDecoder": (
        lambda nn: Paired(
            nn.TransformerDecoder(
                nn.TransformerDecoderLayer(8, 2, 16, 0.0, batch_first=True),
                2,
                nn.LayerNorm(8),
            ),
            nn,
        ),
        (5, 3, 8),
    ),
    "TransformerDecoderLayer, norms first": (
        lambda nn: Paired(
            nn.TransformerDecoderLayer(8, 2, 16, 0.0, norm_first=True), nn
        ),
        (5, 3, 8),
    ),
    "Transformer, with dropout of Encoder and decoder": (
        lambda nn: Paired(nn.Transformer(8, 2, 2, 1, 16, 0.2, "gelu"), nn),
        (5, 3, 8),
    ),
    "InstanceNorm2d": (
        lambda nn: nn.InstanceNorm2d(3, affine=True),
        (5, 3, 4, 2),
    ),
    "PixelShuffle": (lambda nn: nn.PixelShuffle(2), (2, 8, 3, 2)),
    "ReflectionPad2d": (
        lambda nn: nn.ReflectionPad2d((1, 2, 0, 1)),
        (1, 2, 3, 4),
    ),
    "RNN, relu": (lambda nn: nn.RNN(4, 3, 2, "relu"), (6, 5, 4)),
    "RNNCell, relu": (
        lambda nn: nn.RNNCell(4, 3, nonlinearity="relu"),
        (5, 4),
    ),
    "RNN": (lambda nn: nn.RNN(4, 3, 2), (6, 5, 4)),
    "GRU": (lambda nn: nn.GRU(4, 3, batch_first=True), (5, 6, 4)),
    "LSTM": (lambda nn: nn.LSTM(4, 3, 2, bias=False), (6, 5, 4)),
    "RNNCell": (lambda nn: nn.RNNCell(4, 3), (5, 4)),
    "GRUCell": (lambda nn: nn.GRUCell(4, 3), (5, 4)),
    "LSTMCell": (lambda nn: nn.LSTMCell(4, 3), (5, 4)),
}

BOTH_WAYS = {
    "RNN, both ways": (
        lambda nn: nn.RNN(4, 3, batch_first=True, bidirectional=True),
        (5, 6, 4),
    ),
    "GRU, both ways, of one sequence": (
        lambda nn: nn.GRU(4, 3, 2, bidirectional=True, batch_first=True),
        (6, 4),
    ),
    "LSTM, both ways, with dropout": (
        lambda nn: nn.LSTM(4, 3, 2, dropout=0.3, bidirectional=True),
        (4, 2, 4),
    ),
}


def drawn(*shape):
    """Normal numbers, the same ones whatever else is tested."""
    return np.random.default_rng(3).standard_normal(shape)


def both(make):
    """The same module twice, from the same seed."""
    torch.manual_seed(3)
    mt.manual_seed(3)
    return make(torch.nn), make(mt.nn)


def single(outputs):
    """The outputs of a layer as one, so that each has a share in it."""
    if not isinstance(outputs, tuple):
        return outputs
    first, *rest = outputs
    for one in rest:
        first = first * (single(one).sum() + 1)
    return first


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_pytorch_s_weights_outputs_and_gradients(name):
    make, shape = MODULES[name]
    agrees(make, n(*shape))


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_layer_both_ways_is_pytorch_s(name):
    make, shape = BOTH_WAYS[name]
    agrees(make, drawn(*shape))
    theirs, ours = both(make)
    assert repr(theirs) == repr(ours)


def agrees(make, array):
    """A module has PyTorch's weights, outputs and gradients."""
    theirs, ours = both(make)
    expected, found = theirs.state_dict(), ours.state_dict()
    assert list(expected) == list(found)
    for key, x in expected.items():
        assert (x.numpy() == found[key].array).all(), key
    x = array.astype(np.float32)
    z, y = theirs(torch.tensor(x)), ours(mt.tensor(x))
    z, y = single(z), single(y)
    assert far(z.detach().numpy(), y.array) < SINGLE
    if y.requires_grad:
        (z * z).sum().backward()
        (y * y).sum().backward()
    grads = {k: w.grad.numpy() for k, w in theirs.named_parameters()}
    for key, w in ours.named_parameters():
        assert far(grads[key], w.grad.array) < 20 * SINGLE, key
    for key, x in theirs.state_dict().items():  # running statistics
        assert far(x.numpy(), ours.state_dict()[key].array) < SINGLE


@pytest.mark.parametrize("name", ["GRU", "LSTM"])
def test_layers_both_ways_begin_from_pytorch_s_states(name):
    theirs, ours = both(
        lambda nn: getattr(nn, name)(4, 3, 2, bidirectional=True)
    )
    x, h, c = (
        drawn(*s).astype(np.float32) for s in [(6, 5, 4)] + [(4, 5, 3)] * 2
    )
    found = []
    for m, lib in ((theirs, torch), (ours, mt)):
        first = lib.tensor(h), lib.tensor(c)
        states, last = m(lib.tensor(x), first if name == "LSTM" else first[0])
        last = last[0] if name == "LSTM" else last
        found.append([np.asarray(one.detach()) for one in (states, last)])
    for a, b in zip(*found, strict=True):
        assert far(a, b) < SINGLE


PLACED = {
    "by position": lambda m: m.nn.Linear(2, 3, True, None, m.float32),
    "by name": lambda m: m.nn.Conv2d(1, 2, 3, device=m.device("cpu")),
    "with all settings": lambda m: m.nn.RNN(
        2, 3, 1, "relu", True, True, 0.0, False, device="cpu"
    ),
}


@pytest.mark.parametrize("name", PLACED)
def test_a_layer_can_be_told_where_to_be(name):
    theirs, ours = PLACED[name](torch), PLACED[name](mt)
    assert repr(theirs) == repr(ours)
    assert {str(x.device) for x in ours.parameters()} == {"cpu"}


def test_a_layer_draws_its_weights_in_single_precision():
    with pytest.raises(OptionError, match="call .double"):
        mt.nn.Linear(2, 3, dtype=mt.float64)


def lazy(nn):
    """Layers that learn how many inputs they have."""
    return nn.Sequential(
        nn.LazyConv2d(3, kernel_size=2),
        nn.LazyBatchNorm2d(),
        nn.LazyConvTranspose2d(2, 2),
        nn.Flatten(),
        nn.LazyLinear(4, bias=False, device="cpu"),
        nn.LazyBatchNorm1d(),
    )


@pytest.mark.filterwarnings("ignore:Lazy modules are a new:UserWarning")
def test_layers_learn_how_many_inputs_they_have():
    x = drawn(5, 2, 4, 3).astype(np.float32)

    def seen(lib):
        lib.manual_seed(3)
        model = lazy(lib.nn)
        optimizer = lib.optim.SGD(model.parameters(), lr=0.1)
        model(lib.tensor(x)).square().sum().backward()
        optimizer.step()
        return model

    theirs, ours = seen(torch), seen(mt)
    assert repr(theirs) == repr(ours)
    for key, w in theirs.state_dict().items():
        assert far(w.numpy(), ours.state_dict()[key].array) < SINGLE
    assert isinstance(lazy(mt.nn)[0], mt.nn.Conv2d)


PACKED = {
    "in order": ("GRU", [4, 2, 1], {}, {}),
    "both ways": ("GRU", [4, 4, 2], {}, {"bidirectional": True}),
    "sorted here": ("LSTM", [2, 4, 1], {"enforce_sorted": False}, {}),
    "with dropout": (
        "LSTM",
        [1, 3, 2],
        {"enforce_sorted": False, "batch_first": True},
        {"num_layers": 2, "dropout": 0.4, "bidirectional": True},
    ),
    "from a state": ("RNN", [2, 4, 3], {"enforce_sorted": False}, {}),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed_sequences_are_pytorch_s(name):
    kind, lengths, how, more = PACKED[name]
    found = []
    for lib, layer in zip(
        (torch, mt),
        both(lambda nn: getattr(nn, kind)(2, 3, **more)),
        strict=True,
    ):
        rnn = lib.nn.utils.rnn
        x = lib.tensor(drawn(5, 3, 2).astype(np.float32), requires_grad=True)
        y = x.transpose(0, 1) if how.get("batch_first") else x
        packed = rnn.pack_padded_sequence(y, lengths, **how)
        first = lib.ones(1, 3, 3) / 2 if "state" in name else None
        out, last = layer(packed, first)
        filled = (name == "with dropout", -1.5, 6)
        whole, n = rnn.pad_packed_sequence(out, *filled)
        last = last if isinstance(last, tuple) else (last,)
        ((whole * whole).sum() + sum((h * h).sum() for h in last)).backward()
        found.append(
            [
                np.asarray(one.detach())
                for one in (*packed, *out, whole, n, *last, x.grad)
                if one is not None
            ]
        )
    assert len(found[0]) == len(found[1])
    for a, b in zip(*found, strict=True):
        assert a.shape == b.shape
        assert far(a, b) < 10 * SINGLE


@pytest.mark.parametrize("lengths", [[1, 2], [2, 0], [2, 9], [1, 1, 1]])
def test_packing_refuses_what_pytorch_refuses(lengths):
    for lib, error in ((torch, RuntimeError), (mt, mt.MicrogradError)):
        with pytest.raises(error):
            lib.nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), lengths)


def test_sequences_are_packed_as_pytorch_packs_them():
    found = []
    for lib in (torch, mt):
        several = [lib.arange(n) + 10 * n for n in (2, 4, 1)]
        pack = lib.nn.utils.rnn.pack_sequence
        packed = pack(several, enforce_sorted=False)
        found.append([part.tolist() for part in packed])
    assert found[0] == found[1]


def test_a_share_of_dropout_above_1_is_refused():
    with pytest.raises(OptionError, match=r"GRU\(dropout=\) takes a share"):
        mt.nn.GRU(2, 3, 2, dropout=1.5)


def run_with_hooks(lib, m):
    """What hooks see of a layer, and what it gives with and without one."""
    net, seen = lib.nn.Sequential(m, lib.nn.ReLU()), []
    m.register_forward_pre_hook(lambda m, inputs: inputs[0] * 2)
    m.register_forward_pre_hook(lambda m, inputs: seen.append(inputs[0]))
    m.register_forward_hook(lambda m, inputs, out: out + inputs[0].sum())
    m.register_forward_hook(lambda m, inputs, out: seen.append(out))
    last = net.register_forward_hook(lambda m, inputs, out: -out)
    x = lib.tensor(np.ones((2, 3), np.float32))
    seen.append(net(x))
    last.remove()
    return [a.tolist() for a in [*seen, net(x)]]


def test_hooks_of_modules_are_called_as_in_pytorch():
    theirs, ours = both(lambda nn: nn.Linear(3, 3))
    expected, computed = (
        run_with_hooks(torch, theirs),
        run_with_hooks(mt, ours),
    )
    assert len(expected) == 4
    assert far(expected, computed) < SINGLE


# Of attention PyTorch prints a class of its own for quantised networks.
PRINTED_ALIKE = [m for m in MODULES if m != "bends" and "Transformer" not in m]


@pytest.mark.parametrize("name", PRINTED_ALIKE)
def test_a_module_prints_as_in_pytorch(name):
    theirs, ours = both(MODULES[name][0])
    assert repr(theirs) == repr(ours)


@pytest.mark.parametrize(
    "options", [{}, {"kdim": 5, "vdim": 3}, {"bias": False}]
)
def test_attention_with_heads_is_pytorch_s(options):
    theirs, ours = both(
        lambda nn: nn.MultiheadAttention(8, 2, batch_first=True, **options)
    )
    for key, x in theirs.state_dict().items():
        assert (x.numpy() == ours.state_dict()[key].array).all(), key
    q = n(3, 4, 8).astype(np.float32)
    k = n(3, 6, options.get("kdim", 8)).astype(np.float32)
    v = n(3, 6, options.get("vdim", 8)).astype(np.float32)
    mask = np.triu(np.ones((4, 6), bool), 2)
    a, b = theirs(*map(torch.tensor, (q, k, v)), attn_mask=torch.tensor(mask))
    c, d = ours(*map(mt.tensor, (q, k, v)), attn_mask=mt.tensor(mask))
    assert far(a.detach().numpy(), c.array) < SINGLE
    assert far(b.detach().numpy(), d.array) < SINGLE


def test_attention_takes_the_masks_of_pytorch():
    theirs, ours = both(
        lambda nn: nn.MultiheadAttention(8, 2, batch_first=True)
    )
    x = n(3, 5, 8).astype(np.float32)
    padding = np.arange(5) >= np.array([[5], [3], [4]])
    added = n(6, 5, 5).astype(np.float32)  # one for each example and head
    for options in (
        {"key_padding_mask": padding, "average_attn_weights": False},
        {"key_padding_mask": padding, "attn_mask": np.triu(CAUSAL5, 1)},
        {"attn_mask": added, "need_weights": False},
    ):
        a, b = theirs(*[torch.tensor(x)] * 3, **handed(options, torch.tensor))
        c, d = ours(*[mt.tensor(x)] * 3, **handed(options, mt.tensor))
        assert far(a.detach().numpy(), c.array) < SINGLE
        assert (b is None) == (d is None)
        if b is not None:
            assert far(b.detach().numpy(), d.array) < SINGLE


CAUSAL5 = np.ones((5, 5), bool)


def handed(options, tensor):
    return {
        key: tensor(x) if isinstance(x, np.ndarray) else x
        for key, x in options.items()
    }


def test_a_transformer_takes_the_masks_of_pytorch():
    theirs, ours = both(
        lambda nn: nn.TransformerEncoderLayer(8, 2, 16, 0, batch_first=True)
    )
    x = n(3, 5, 8).astype(np.float32)
    padding = np.arange(5) >= np.array([[5], [3], [4]])
    causal = np.triu(CAUSAL5, 1)
    a = theirs(*map(torch.tensor, (x, causal, padding)))
    b = ours(*map(mt.tensor, (x, causal, padding)))
    assert far(a.detach().numpy(), b.array) < SINGLE


def test_a_causal_hint_without_its_mask_is_refused():
    theirs, ours = both(lambda nn: nn.MultiheadAttention(8, 2, 0.1))
    with pytest.raises(RuntimeError):
        theirs(*[torch.ones(5, 3, 8)] * 3, is_causal=True)
    with pytest.raises(OptionError, match="attn_mask"):
        ours(*[mt.ones(5, 3, 8)] * 3, is_causal=True)
    layer = mt.nn.TransformerEncoderLayer(8, 2, 16)
    for net in (layer, mt.nn.TransformerEncoder(layer, 2)):
        with pytest.raises(OptionError, match="attn_mask"):
            net(mt.ones(5, 3, 8), is_causal=True)
        net(mt.ones(5, 3, 8), mt.tensor(np.triu(CAUSAL5, 1)), is_causal=True)


def test_padding_starts_at_zero_and_stays_there():
    theirs, ours = both(lambda nn: nn.Embedding(4, 3, padding_idx=-3))
    assert repr(theirs) == repr(ours)
    for m, net in ((torch, theirs), (mt, ours)):
        (net(m.tensor([[0, 1], [1, 2]])) ** 2).sum().backward()
    assert (theirs.weight.detach().numpy() == ours.weight.array).all()
    assert (theirs.weight.grad.numpy() == ours.weight.grad.array).all()
    assert not ours.weight[1].any()
    for refused in (4, -5):
        with pytest.raises(OptionError, match="a table of 4"):
            mt.nn.Embedding(4, 3, padding_idx=refused)


REFUSED_BY_CONVOLUTIONS = {
    "groups of inputs": lambda m: m.nn.Conv2d(3, 4, 3, groups=2),
    "groups of outputs": lambda m: m.nn.Conv1d(4, 3, 3, groups=2),
    "groups of what is transposed": lambda m: m.nn.ConvTranspose2d(
        4, 3, 3, groups=2
    ),
    "groups of a function": lambda m: m.nn.functional.conv1d(
        m.ones(1, 4, 5), m.ones(3, 2, 2), groups=2
    ),
    "as many, at a stride": lambda m: m.nn.functional.conv1d(
        m.ones(1, 4, 5), m.ones(3, 4, 2), padding="same", stride=2
    ),
    "a word": lambda m: m.nn.functional.conv1d(
        m.ones(1, 4, 5), m.ones(3, 4, 2), padding="full"
    ),
}


@pytest.mark.parametrize("name", REFUSED_BY_CONVOLUTIONS)
def test_a_convolution_refuses_what_pytorch_refuses(name):
    make_one = REFUSED_BY_CONVOLUTIONS[name]
    with pytest.raises((RuntimeError, ValueError)):
        make_one(torch)
    with pytest.raises(OptionError, match="groups|padding"):
        make_one(mt)


@pytest.mark.parametrize("shape", [(2, 5, 4), (3, 1), (3, 1, 5), (1, 4), (4,)])
def test_a_batch_norm_refuses_what_pytorch_refuses(shape):
    theirs, ours = both(lambda nn: nn.BatchNorm1d(4))
    with pytest.raises((RuntimeError, ValueError)):
        theirs(torch.ones(*shape))
    with pytest.raises(ShapeError, match="(?i)batch_?norm"):
        ours(mt.ones(*shape))


def test_a_class_is_drawn_as_pytorch_draws_it():
    x = n(5, 4).astype(np.float32)
    found = []
    for m in (torch, mt):
        m.manual_seed(7)
        logits = m.tensor(x, requires_grad=True)
        F = m.nn.functional
        soft = F.gumbel_softmax(logits, tau=0.5)
        hard = F.gumbel_softmax(logits, hard=True)
        (soft * hard * m.tensor(x)).sum().backward()
        found.append([soft.tolist(), hard.tolist(), logits.grad.tolist()])
    for a, b in zip(*found, strict=True):
        assert far(a, b) < 1e-5


def test_modules_and_parameters_are_added_and_found_by_name():
    def build(nn):
        net = nn.Module()
        net.add_module("body", nn.Sequential(nn.Linear(2, 3), nn.ReLU()))
        made = torch if nn is torch.nn else mt
        net.scales = nn.ParameterList([made.ones(2), made.zeros(1)])
        return net

    theirs, ours = both(build)
    assert list(theirs.state_dict()) == list(ours.state_dict())
    for net in (theirs, ours):
        assert net.get_submodule("body.0") is net.body[0]
        assert len(net.scales) == 2
        assert net.scales[1].tolist() == [0.0]
        assert net.cpu() is net


LOSS_MODULES = {
    "TripletMarginLoss": {"margin": 0.5},
    "MSELoss": {},
    "L1Loss": {"reduction": "sum"},
    "HuberLoss": {"delta": 0.5},
    "SmoothL1Loss": {"beta": 0.5},
    "KLDivLoss": {"reduction": "batchmean", "log_target": True},
    "BCEWithLogitsLoss": {"pos_weight": p(4)},
    "CrossEntropyLoss": {"label_smoothing": 0.1},
}


@pytest.mark.parametrize("name", LOSS_MODULES)
def test_a_loss_as_a_module_is_pytorch_s(name):
    options, x, y = LOSS_MODULES[name], n(3, 4), p(3, 4)
    theirs = getattr(torch.nn, name)(**handed(options, torch.tensor))
    ours = getattr(mt.nn, name)(**handed(options, mt.tensor))
    assert "Triplet" in name or repr(theirs) == repr(ours)
    arrays = [x, y, x * y] if "Triplet" in name else [x, y]
    found = ours(*map(mt.tensor, arrays)).item()
    assert far(theirs(*map(torch.tensor, arrays)).item(), found) < STEPS


def test_modules_are_held_under_names_and_cut_as_in_pytorch():
    def build(nn):
        return nn.ModuleDict(
            {
                "body": nn.Sequential(nn.Linear(2, 3), nn.ReLU()),
                "heads": nn.ModuleList([nn.Linear(3, 1)] * 2),
            }
        )

    theirs, ours = both(build)
    assert repr(theirs) == repr(ours)
    assert list(theirs.state_dict()) == list(ours.state_dict())
    assert list(theirs) == list(ours)
    assert repr(theirs["body"][:1]) == repr(ours["body"][:1])
    assert repr(theirs["heads"][-1:]) == repr(ours["heads"][-1:])


def test_a_weight_that_layers_share_is_saved_under_each_name():
    def build(nn):
        model = nn.Sequential(nn.Embedding(3, 2), nn.Linear(2, 3, bias=False))
        model[1].weight = model[0].weight
        return model

    theirs, ours = both(build)
    assert list(theirs.state_dict()) == list(ours.state_dict())
    assert len(list(ours.parameters())) == 1
    ours.load_state_dict(ours.state_dict())


INITIALISERS = {
    "uniform_": {"a": -1.0, "b": 2.0},
    "normal_": {"mean": 1.0, "std": 0.1},
    "constant_": {"val": 3.0},
    "eye_": {},
    "xavier_uniform_": {"gain": 2.0},
    "xavier_normal_": {},
    "kaiming_uniform_": {"a": 0.2, "mode": "fan_out"},
    "kaiming_normal_": {"nonlinearity": "relu"},
    "sparse_": {"sparsity": 0.4},
    "trunc_normal_": {"std": 0.5, "b": 1.0},
}


@pytest.mark.parametrize("name", INITIALISERS)
def test_an_initialiser_draws_pytorch_s_numbers(name):
    torch.manual_seed(5)
    mt.manual_seed(5)
    options = INITIALISERS[name]
    expected = getattr(torch.nn.init, name)(torch.empty(6, 7), **options)
    found = getattr(mt.nn.init, name)(mt.empty(6, 7), **options)
    assert (expected.numpy() == found.array).all()


def initialised(T, name, shape, **options):
    T.manual_seed(5)
    return getattr(T.nn.init, name)(T.empty(*shape), **options)


@pytest.mark.parametrize("shape", [(4, 7), (7, 4), (5, 2, 3, 3)])
def test_orthogonal_weights_are_pytorch_s(shape):
    expected = initialised(torch, "orthogonal_", shape, gain=2.0)
    found = initialised(mt, "orthogonal_", shape, gain=2.0)
    assert np.allclose(expected.numpy(), found.array, atol=1e-5)


@pytest.mark.parametrize("shape", [(4, 2, 3), (6, 3, 5, 4), (2, 4, 3, 3, 3)])
@pytest.mark.parametrize("groups", [1, 2])
def test_a_convolution_that_changes_nothing_is_pytorch_s(shape, groups):
    expected = initialised(torch, "dirac_", shape, groups=groups)
    assert (
        expected.numpy()
        == initialised(mt, "dirac_", shape, groups=groups).array
    ).all()


@pytest.mark.filterwarnings("ignore:mean is more than 2 std")
@pytest.mark.parametrize("band", [(1.5, 4.0), (-9.0, -2.5), (-0.1, 0.1)])
def test_a_narrow_band_of_normal_numbers_is_pytorch_s(band):
    a, b = band
    expected = initialised(torch, "trunc_normal_", (50,), a=a, b=b)
    found = initialised(mt, "trunc_normal_", (50,), a=a, b=b)
    assert np.allclose(expected.numpy(), found.array, atol=1e-6)


def with_buffers(T):
    class Both(T.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_parameter(name="w", param=None)
            self.register_buffer(name="saved", tensor=T.zeros(2))
            self.register_buffer("made", T.ones(2), persistent=False)

    net = T.nn.Sequential(Both()).apply(fn=lambda module: None)
    state = net.state_dict()
    net.load_state_dict(state_dict=state)
    return list(state), [name for name, _ in net.named_buffers()]


def test_a_buffer_that_is_not_persistent_is_not_saved():
    assert with_buffers(torch) == with_buffers(mt)


def test_a_state_is_loaded_whole_or_not_at_all():
    model, other = mt.nn.Linear(3, 2), mt.nn.Linear(3, 2)
    other.load_state_dict(model.state_dict())
    assert (other.weight == model.weight).all()
    before = other.weight.tolist()
    state = {"weight": mt.zeros(2, 3), "bias": mt.zeros(5)}
    with pytest.raises(mt.MicrogradError, match="shape"):
        other.load_state_dict(state)
    assert before == other.weight.tolist()
    with pytest.raises(mt.MicrogradError, match="bias"):
        other.load_state_dict({"weight": mt.zeros(2, 3)})


@pytest.mark.parametrize("freeze", [True, False])
def test_a_table_of_known_rows_is_pytorch_s(freeze):
    rows, found = n(4, 3), []
    for m in (torch, mt):
        given = m.tensor(rows)
        table = m.nn.Embedding.from_pretrained(given, freeze, padding_idx=-1)
        given[0] = 7.0  # the table shares it
        out = table(m.tensor([0, 3, 1])) ** 2
        found += [(repr(table), table.weight.requires_grad, out)]
        if not freeze:
            out.sum().backward()
            found[-1] += (table.weight.grad,)
    for expected, got in zip(*found, strict=True):
        if hasattr(got, "array"):
            assert far(expected.detach().numpy(), got.array) < STEPS
        else:
            assert expected == got
    for m, error in ((torch, AssertionError), (mt, mt.MicrogradError)):
        with pytest.raises(error):
            m.nn.Embedding.from_pretrained(m.ones(3))


def test_a_batch_is_not_divided_by_a_deviation_of_0():
    for m in (torch, mt):
        layer = m.nn.BatchNorm1d(2, eps=0.0)
        with pytest.raises(ValueError, match="eps"):
            layer(m.ones(3, 2))
        assert layer.eval()(m.ones(3, 2)).tolist() == [[1.0, 1.0]] * 3


def test_what_is_deleted_is_no_buffer_any_more():
    for m in (torch, mt):
        net = m.nn.BatchNorm1d(2)
        del net.running_mean
        net.running_mean = m.zeros(2)
        assert "running_mean" not in net.state_dict()
        assert "running_var" in net.state_dict()


DROPPED = {
    "what was transposed": lambda m, x: x.transpose(0, 1),
    "what was permuted": lambda m, x: x.permute(2, 0, 1),
    "attention": lambda m, x: m.nn.MultiheadAttention(4, 2)(x, x, x)[0],
    "attention, batch first": lambda m, x: m.nn.MultiheadAttention(
        4, 2, dropout=0.3, batch_first=True
    )(x, x, x)[0],
    "a layer": lambda m, x: m.nn.TransformerEncoderLayer(4, 2, 8)(x),
    "a layer, batch first": lambda m, x: m.nn.TransformerEncoderLayer(
        4, 2, 8, batch_first=True
    )(x),
    "a layer, norms first": lambda m, x: m.nn.TransformerEncoderLayer(
        4, 2, 8, batch_first=True, norm_first=True
    )(x),
    "a decoder, batch first": lambda m, x: m.nn.TransformerDecoderLayer(
        4, 2, 8, batch_first=True
    )(x, x),
    "LSTM": lambda m, x: m.nn.LSTM(4, 3)(x)[0],
    "LSTM, batch first": lambda m, x: m.nn.LSTM(
        4, 3, 2, batch_first=True, dropout=0.2, bidirectional=True
    )(x)[0],
    "GRU, batch first": lambda m, x: m.nn.GRU(4, 3, batch_first=True)(x)[0],
}


@pytest.mark.parametrize("name", DROPPED)
def test_what_is_dropped_is_what_pytorch_drops(name, single_precision):
    x, found = n(3, 5, 4), []
    for m in (torch, mt):
        m.manual_seed(4)
        given = m.tensor(x).float().requires_grad_()
        out = m.nn.functional.dropout(DROPPED[name](m, given), 0.3)
        found.append(np.asarray(out.detach()))
    assert far(*found) < 1e-5  # of float32


NORMED = {
    "weight_norm": ["", "dim=1", "dim=-1", "dim=None"],
    "spectral_norm": ["", "n_power_iterations=3", "dim=1", "eps=0.5"],
}
LAYERS = {
    "Linear": ("m.nn.Linear(4, 3)", (5, 4)),
    "Conv2d": ("m.nn.Conv2d(2, 3, 2)", (5, 2, 3, 3)),
    "ConvTranspose2d": ("m.nn.ConvTranspose2d(2, 3, 2)", (5, 2, 3, 3)),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("how", [(k, x) for k in NORMED for x in NORMED[k]])
def test_a_normed_layer_learns_as_pytorch_s(layer, how, single_precision):
    (text, shape), (kind, option), found = LAYERS[layer], how, []
    x, call = n(*shape), f"m.nn.utils.{kind}({text}, {option})"
    for m in (torch, mt):
        m.manual_seed(2)
        net = eval(call, {"m": m})
        optimizer = m.optim.SGD(net.parameters(), lr=0.1)
        seen = [net.state_dict()[name].clone() for name in net.state_dict()]
        for _ in range(3):
            optimizer.zero_grad()
            out = net(m.tensor(x).float())
            (out**2).mean().backward()
            optimizer.step()
        seen += [out, net.eval()(m.tensor(x).float()), *net.buffers()]
        seen += [p.grad for p in net.parameters()]
        names = sorted(net.state_dict())
        getattr(m.nn.utils, f"remove_{kind}")(net)
        seen += [net.weight, net(m.tensor(x).float())]
        found.append((names, sorted(net.state_dict()), repr(net), seen))
    (*expected, its), (*got, ours) = found
    assert expected == got
    assert len(its) == len(ours)
    for a, b in zip(its, ours, strict=True):
        assert far(a.detach().numpy(), b.array) < 1e-5  # of float32


def test_norms_of_what_is_no_weight_are_refused():
    utils, layer = mt.nn.utils, mt.nn.Linear(2, 3)
    for norm in (utils.weight_norm, utils.spectral_norm):
        with pytest.raises(OptionError, match="choose one of weight, bias"):
            norm(layer, "kernel")
    with pytest.raises(OptionError, match="Linear without it"):
        utils.remove_weight_norm(utils.spectral_norm(layer))


# --- Where PyTorch keeps them ---

PLACES = "nn nn.functional nn.init nn.modules nn.utils optim distributions"


def test_what_is_here_is_found_where_pytorch_defines_it():
    known = {x for row in imports.MODULES.values() for x in row.split()}
    for place in PLACES.split():
        theirs, ours = torch, mt
        for name in place.split("."):
            theirs, ours = getattr(theirs, name), getattr(ours, name)
        for name in {*dir(theirs)} & {*dir(ours)} - {"__path__"}:
            where = getattr(getattr(theirs, name), "__module__", None) or ""
            if where.startswith("torch.") and "._" not in where:
                assert where.removeprefix("torch.") in known, (where, name)


# --- Optimisers ---

OPTIMISERS = {
    "Adadelta": [{}, {"rho": 0.8, "eps": 1e-3, "weight_decay": 0.1}],
    "SGD": [{}, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}],
    "RMSprop": [{}, {"momentum": 0.5, "centered": True}],
    "Adagrad": [{}, {"lr_decay": 0.1}],
    "Adam": [{}, {"amsgrad": True, "weight_decay": 0.1}],
    "NAdam": [
        {"weight_decay": 0.1},
        {"momentum_decay": 0.1, "decoupled_weight_decay": True},
    ],
    "Adamax": [{}, {"betas": (0.8, 0.9), "weight_decay": 0.1}],
    "Rprop": [{}, {"etas": (0.3, 1.5), "step_sizes": (0.001, 0.1)}],
    "RAdam": [
        {"weight_decay": 0.1},
        {"betas": (0.8, 0.9), "decoupled_weight_decay": True},
    ],
    "AdamW": [{}, {"betas": (0.8, 0.9)}],
}


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_hundred_steps_are_pytorch_s(name, which):
    options = OPTIMISERS[name][which]
    start, goal = n(4, 3), n(5, 3)
    x = p(5, 4)
    a = torch.tensor(start, requires_grad=True)
    b = mt.Tensor(start.copy(), requires_grad=True)
    theirs = getattr(torch.optim, name)([a], lr=0.003, **options)
    ours = getattr(mt.optim, name)([b], lr=0.003, **options)
    for _ in range(100):
        for m, w, optimizer in ((torch, a, theirs), (mt, b, ours)):
            loss = ((m.tensor(x) @ w).tanh() - m.tensor(goal)) ** 2
            optimizer.zero_grad()
            loss.mean().backward()
            optimizer.step()
        assert far(a.detach().numpy(), b.array) < STEPS


def twins(*shapes):
    """The same parameters twice, and the same gradients for both."""
    arrays = [n(*shape) for shape in shapes]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    ours = [mt.Tensor(a.copy(), requires_grad=True) for a in arrays]
    return theirs, ours


def pull(theirs, ours, t):
    for i, (a, b) in enumerate(zip(theirs, ours, strict=True)):
        g = np.cos(np.arange(a.numel()) + t + i).reshape(a.shape)
        a.grad, b.grad = torch.tensor(g), mt.tensor(g)


def test_groups_have_settings_of_their_own():
    theirs, ours = twins((4, 3), (3,), (5,))
    optimizers = []
    for lib, (w, b, v) in ((torch, theirs), (mt, ours)):
        groups = [
            {"params": [w], "weight_decay": 0.5, "lr": 0.01},
            {"params": b, "betas": (0.8, 0.9)},
        ]
        optimizer = lib.optim.AdamW(groups, lr=0.02, weight_decay=0.0)
        optimizer.add_param_group({"params": [v], "lr": 0.3})
        optimizers.append(optimizer)
    for t in range(100):
        pull(theirs, ours, t)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] *= 0.99
            optimizer.step()
    for a, b in zip(theirs, ours, strict=True):
        assert far(a.detach().numpy(), b.array) < STEPS
    with pytest.raises(mt.MicrogradError, match="weight_deca"):
        mt.optim.SGD([{"params": ours, "weight_deca": 0.1}], lr=0.1)
    with pytest.raises(mt.MicrogradError, match="momentum"):
        mt.optim.SGD([{"params": ours, "momentum": -1.0}], lr=0.1)


@pytest.mark.parametrize("nesterov", [True, False])
def test_a_hundred_steps_of_muon_are_pytorch_s(monkeypatch, nesterov):
    # PyTorch's rounds to 8 bits on the way; here it must not.
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    theirs, ours = twins((4, 3), (3, 5))
    a = torch.optim.Muon(theirs, lr=0.01, nesterov=nesterov)
    b = mt.optim.Muon(ours, lr=0.01, nesterov=nesterov)
    for t in range(100):
        pull(theirs, ours, t)
        a.step()
        b.step()
    for x, y in zip(theirs, ours, strict=True):
        assert far(x.detach().numpy(), y.array) < 1e-10


def test_a_hundred_steps_of_lamb_are_its_paper_s():
    _, (w,) = twins((4, 3))
    p, m, v = w.array.copy(), 0.0, 0.0
    optimizer = mt.optim.LAMB([w], lr=0.01, weight_decay=0.1)
    for t in range(100):
        g = np.cos(np.arange(12.0) + t).reshape(4, 3)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        r = m / (1 - 0.9 ** (t + 1))
        r = r / (np.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8) + 0.1 * p
        p = p - 0.01 * np.linalg.norm(p) / np.linalg.norm(r) * r
        w.grad = mt.tensor(g)
        optimizer.step()
    assert far(p, w.array) < STEPS


SCHEDULES = {
    "LambdaLR": {"lr_lambda": lambda t: 1 / (1 + t)},
    "StepLR": {"step_size": 7, "gamma": 0.5},
    "MultiStepLR": {"milestones": [30, 10]},
    "ExponentialLR": {"gamma": 0.97},
    "ConstantLR": {"factor": 0.5, "total_iters": 9},
    "LinearLR": {"start_factor": 0.1, "total_iters": 40},
    "PolynomialLR": {"total_iters": 50, "power": 2.0},
    "CosineAnnealingLR": {"T_max": 30, "eta_min": 0.01},
    "CosineAnnealingWarmRestarts": {"T_0": 10, "T_mult": 2},
}


@pytest.mark.filterwarnings("ignore:.*lr_scheduler.step.*before:UserWarning")
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_hundred_rates_are_pytorch_s(name):
    theirs, ours = twins((2,), (3,))
    found = []
    for lib, (a, b) in ((torch, theirs), (mt, ours)):
        groups = [{"params": [a]}, {"params": [b], "lr": 0.3}]
        optimizer = lib.optim.SGD(groups, lr=0.1)
        make = getattr(lib.optim.lr_scheduler, name)
        scheduler, rates = make(optimizer, **SCHEDULES[name]), []
        for _ in range(100):
            rates += [group["lr"] for group in optimizer.param_groups]
            scheduler.step()
        found.append(rates)
    assert far(*map(np.array, found)) < STEPS


@pytest.mark.filterwarnings("ignore:.*lr_scheduler.step.*before:UserWarning")
@pytest.mark.parametrize("second", [None, *SCHEDULES])
@pytest.mark.parametrize("first", SCHEDULES)
def test_two_schedules_of_one_optimiser_multiply_as_pytorch_s(first, second):
    theirs, ours = twins((2,))
    found = []
    for lib, params in ((torch, theirs), (mt, ours)):
        optimizer = lib.optim.SGD(params, lr=0.1)
        (group,) = optimizer.param_groups
        both, rates = [x for x in (first, second) if x], []
        make = lib.optim.lr_scheduler
        each = [getattr(make, x)(optimizer, **SCHEDULES[x]) for x in both]
        for t in range(60):
            rates.append(group["lr"])
            if second is None and t in (3, 35):
                group["lr"] *= 0.5  # by hand
            for scheduler in each:
                scheduler.step()
        found.append(rates)
    assert far(*map(np.array, found)) < STEPS


def warm_then_cosine(lib, optimizer):
    rates = lib.optim.lr_scheduler
    parts = [
        rates.LinearLR(optimizer, 0.1, 1.0, 5),
        rates.CosineAnnealingLR(optimizer, 20),
        rates.StepLR(optimizer, 3),
    ]
    return rates.SequentialLR(optimizer, parts, [5, 25])


CYCLES = {
    "a cycle": {"total_steps": 40},
    "a cycle by epochs": {"epochs": 5, "steps_per_epoch": 8},
    "a cycle in lines": {
        "total_steps": 40,
        "anneal_strategy": "linear",
        "three_phase": True,
        "base_momentum": 0.5,
    },
    "a cycle of rates alone": {
        "total_steps": 40,
        "pct_start": 0.5,
        "div_factor": 10.0,
        "final_div_factor": 50.0,
        "cycle_momentum": False,
    },
    "cycles": {"step_size_up": 5},
    "lower cycles": {
        "step_size_up": 3,
        "step_size_down": 6,
        "mode": "triangular2",
    },
    "cycles that fade": {
        "step_size_up": 4,
        "mode": "exp_range",
        "gamma": 0.9,
        "cycle_momentum": False,
    },
}


def longer(name, lib, optimizer):
    if name not in CYCLES:
        return warm_then_cosine(lib, optimizer)
    if "step_size_up" in CYCLES[name]:
        make = lib.optim.lr_scheduler.CyclicLR
        return make(optimizer, 0.001, 0.03, **CYCLES[name])
    make = lib.optim.lr_scheduler.OneCycleLR
    return make(optimizer, [0.01, 0.03], **CYCLES[name])


@pytest.mark.filterwarnings("ignore:.*lr_scheduler.step.*before:UserWarning")
@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@pytest.mark.parametrize("kind", ["SGD", "RMSprop", "AdamW"])
@pytest.mark.parametrize("name", ["one after another", *CYCLES])
def test_forty_steps_of_a_longer_schedule_are_pytorch_s(name, kind):
    first, found = np.arange(3.0), []
    for lib in (torch, mt):
        a, b = (lib.tensor(first + i, requires_grad=True) for i in range(2))
        groups = [{"params": [a]}, {"params": [b], "lr": 0.03}]
        optimizer = getattr(lib.optim, kind)(groups, lr=0.01)
        scheduler, rates = longer(name, lib, optimizer), []
        for _ in range(40):
            optimizer.zero_grad()
            ((a * a).sum() + b.sin().sum()).backward()
            optimizer.step()
            rates += scheduler.get_last_lr()
            scheduler.step()
        found.append([*rates, *a.tolist(), *b.tolist()])
    assert far(*map(np.array, found)) < STEPS


SCHEDULES_REFUSED = {
    "too few milestones": (
        lambda s, o: s.SequentialLR(o, [s.ConstantLR(o), s.StepLR(o, 2)], []),
        "got 0 for 2",
    ),
    "a measure among steps": (
        lambda s, o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []),
        "waits for a measure",
    ),
    "a cycle without an end": (lambda s, o: s.OneCycleLR(o, 1.0), "1 step"),
    "a cycle for fewer groups": (
        lambda s, o: s.OneCycleLR(o, [1.0, 2.0], 10),
        "for 1 groups",
    ),
    "a cycle of another kind": (
        lambda s, o: s.OneCycleLR(o, 1.0, 10, anneal_strategy="sine"),
        "cos or linear",
    ),
    "a cycle without momentum": (
        lambda s, o: s.OneCycleLR(o, 1.0, 10),
        "needs a momentum",
    ),
    "a cycle that is over": (
        lambda s, o: s.OneCycleLR(o, 1.0, 1, cycle_momentum=False),
        "ends after 1 steps",
    ),
}


@pytest.mark.parametrize("case", SCHEDULES_REFUSED)
def test_a_schedule_that_is_refused_says_why(case):
    make, words = SCHEDULES_REFUSED[case]
    optimizer = mt.optim.Adagrad([mt.zeros(1, requires_grad=True)])
    with pytest.raises(mt.MicrogradError, match=words):
        steps_twice(make(mt.optim.lr_scheduler, optimizer))


def steps_twice(scheduler):
    scheduler.step()
    scheduler.step()


PLATEAUS = {
    "less is better": {},
    "more is better": {"mode": "max", "threshold": 0.2},
    "by a difference": {"threshold_mode": "abs", "threshold": 0.3},
    "with rests": {"cooldown": 4, "min_lr": 0.02, "eps": 1e-3},
}


@pytest.mark.parametrize("name", PLATEAUS)
def test_a_rate_falls_when_pytorch_s_does(name):
    theirs, ours = twins((2,))
    measures = [*np.linspace(3, 1, 10), *np.ones(30), 0.5, *np.ones(20), -1, 0]
    found = []
    for lib, params in ((torch, theirs), (mt, ours)):
        optimizer = lib.optim.SGD(params, lr=0.1)
        make = lib.optim.lr_scheduler.ReduceLROnPlateau
        how = {"patience": 3, "factor": 0.5, **PLATEAUS[name]}
        scheduler, rates = make(optimizer, **how), []
        for x in measures:
            scheduler.step(x)
            rates.append(optimizer.param_groups[0]["lr"])
        found.append(rates)
    assert found[0] == found[1]
    assert found[0][-1] < 0.1


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adagrad", "AdamW"])
def test_the_state_of_pytorch_s_optimiser_goes_on_here(name):
    theirs, ours = twins((4, 3), (3,))
    options = {"momentum": 0.9} if name in {"SGD", "RMSprop"} else {}
    a = getattr(torch.optim, name)(theirs, lr=0.01, **options)
    for t in range(5):
        pull(theirs, ours, t)
        a.step()
    for x, y in zip(theirs, ours, strict=True):
        y.array[:] = x.detach().numpy()
    b = getattr(mt.optim, name)(ours, lr=0.5, **options)
    b.load_state_dict(a.state_dict())
    for t in range(5, 10):
        pull(theirs, ours, t)
        a.step()
        b.step()
    for x, y in zip(theirs, ours, strict=True):
        assert far(x.detach().numpy(), y.array) < STEPS
    mine, its = b.state_dict(), a.state_dict()
    assert its["state"].keys() == mine["state"].keys()
    for key, x in its["state"][0].items():
        if name != "SGD" or key != "step":
            assert far(x.numpy(), mine["state"][0][key].array) < STEPS, key


VALLEYS = {
    "a few steps": (1.0, {"max_iter": 4}),
    "a short memory": (0.3, {"history_size": 2, "max_eval": 7}),
    "until it is flat": (1.0, {"tolerance_change": 1e-2}),
}


@pytest.mark.parametrize("name", VALLEYS)
def test_steps_of_lbfgs_are_pytorch_s(name):
    lr, how = VALLEYS[name]
    found = []
    for lib in (torch, mt):
        w = lib.tensor([-0.5, 1.5], dtype=lib.float64, requires_grad=True)
        b = lib.tensor(0.3, dtype=lib.float64, requires_grad=True)
        idle = lib.ones(2, dtype=lib.float64, requires_grad=True)
        optimizer, seen = lib.optim.LBFGS([w, idle, b], lr=lr, **how), []

        def closure(w=w, b=b, optimizer=optimizer, seen=seen):
            optimizer.zero_grad()
            loss = (1 - w[0]) ** 2 + 5 * (w[1] - w[0] ** 2) ** 2
            loss = loss + (b - w[1]) ** 2
            loss.backward()
            seen.append(loss.item())
            return loss

        first = [optimizer.step(closure).item() for _ in range(3)]
        found.append([*first, *seen, *w.tolist(), b.item()])
    assert len(found[0]) == len(found[1])
    assert far(*found) < 1e-9


@pytest.mark.parametrize(
    "case",
    [
        lambda w: mt.optim.LBFGS([w]).step(),
        lambda w: mt.optim.LBFGS([w], line_search_fn="strong_wolfe"),
        lambda w: mt.optim.LBFGS([{"params": [w]}, {"params": [w * 1]}]),
    ],
)
def test_lbfgs_says_what_it_does_not_do(case):
    with pytest.raises(OptionError):
        case(mt.ones(2, requires_grad=True))


def test_a_parameter_without_a_gradient_is_left_alone():
    w = mt.tensor([1.0], requires_grad=True)
    mt.optim.AdamW([w], lr=0.1).step()
    assert [1.0] == w.tolist()


def test_a_gradient_that_is_not_finite_stops_the_step():
    w = mt.tensor([0.0, 1.0], requires_grad=True)
    w.log().sum().backward()
    with pytest.raises(mt.MicrogradError, match="finite"):
        mt.optim.SGD([w], lr=0.1).step()
    assert [0.0, 1.0] == w.tolist()


@pytest.mark.parametrize("norm_type", [1.0, 2.0, float("inf")])
def test_clipping_is_pytorch_s(norm_type):
    grads = [n(3, 4), n(5)]
    theirs = [torch.zeros(g.shape, dtype=torch.float64) for g in grads]
    ours = [mt.zeros(g.shape, dtype=mt.float64) for g in grads]
    for a, b, g in zip(theirs, ours, grads, strict=True):
        a.grad, b.grad = torch.tensor(g), mt.tensor(g)
    clip = torch.nn.utils.clip_grad_norm_
    expected = clip(theirs, 1.0, norm_type=norm_type)
    found = mt.optim.clip_grad_norm_(ours, 1.0, norm_type=norm_type)
    assert far(expected.item(), found.item()) < 1e-6
    for a, b in zip(theirs, ours, strict=True):
        assert far(a.grad.numpy(), b.grad.array) < STEPS


def test_clipping_of_one_tensor_refuses_what_is_not_finite_if_asked():
    w = mt.zeros(2, requires_grad=True)
    w.grad = mt.tensor([3.0, 4.0])
    assert 5.0 == mt.optim.clip_grad_norm_(w, 10.0).item()
    w.grad = mt.tensor([3.0, float("inf")])
    with pytest.raises(mt.MicrogradError, match="finite length"):
        mt.optim.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)
    assert [3.0, float("inf")] == w.grad.tolist()


# --- What programs of others do with modules ---


def net(m):
    """A network that holds its parts in an order that is not PyTorch's."""

    class Net(m.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", m.zeros(1))
            self.first = m.nn.Linear(2, 2)
            self.slope = m.nn.Parameter(m.ones(1))
            self.again = self.first
            self.more = m.nn.ModuleList([m.nn.ReLU(), None, self.first])

        def forward(self, x, y):
            return self.first(x) * self.slope + y, y * 3

    return Net()


ASKED = {
    "state_dict": lambda x: list(x.state_dict()),
    "state_dict(prefix)": lambda x: list(x.state_dict(prefix="a.")),
    "named_modules": lambda x: [k for k, _ in x.named_modules(prefix="a")],
    "named_children": lambda x: [k for k, _ in x.named_children()],
    "named_parameters": lambda x: [k for k, _ in x.named_parameters("a")],
    "its own": lambda x: [k for k, _ in x.named_parameters(recurse=False)],
    "named_buffers": lambda x: [k for k, _ in x.named_buffers("a")],
    "the list": lambda x: [one is None for one in x.more],
    "its text": repr,
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_in_a_module_is_told_in_pytorch_s_order(name):
    assert ASKED[name](net(torch)) == ASKED[name](net(mt))


EDITS = {
    "item": lambda nn, x: x.__setitem__(1, nn.GELU()),
    "insert": lambda nn, x: x.insert(1, nn.GELU()),
    "del": lambda nn, x: x.__delitem__(0),
    "pop": lambda nn, x: x.pop(-1),
    "extend": lambda nn, x: x.extend([nn.GELU()]),
    "+=": lambda nn, x: x.__iadd__(nn.Sequential(nn.GELU())),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_list_of_modules_is_edited_as_in_pytorch(name):
    found = []
    for nn in (torch.nn, mt.nn):
        for kind in (nn.Sequential, lambda *x, nn=nn: nn.ModuleList(x)):
            modules = kind(nn.Linear(1, 2), nn.ReLU(), nn.Tanh())
            EDITS[name](nn, modules)
            found.append(repr(modules))
    assert found[:2] == found[2:]


FORBIDDEN = {
    "a tensor as a parameter": lambda m: setattr(
        m.nn.Linear(2, 2), "weight", m.ones(2, 2)
    ),
    "a number as a module": lambda m: setattr(
        m.nn.Sequential(m.nn.ReLU()), "0", 5
    ),
    "a function in a row": lambda m: m.nn.Sequential(m.relu),
    "a name with a dot": lambda m: m.nn.Module().add_module("a.b", None),
    "a bias for other weights": lambda m: m.nn.functional.linear(
        m.ones(3), m.ones(1, 3), m.ones(2)
    ),
    "two masks": lambda m: m.nn.functional.scaled_dot_product_attention(
        *[m.ones(1, 2, 2)] * 3, attn_mask=m.eye(2), is_causal=True
    ),
    "a lazy layer's other state": lambda m: m.nn.LazyLinear(2).load_state_dict(
        {"weight": m.ones(2, 3)}
    ),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_pytorch_refuses_of_modules_is_refused(name):
    with pytest.raises((TypeError, KeyError, RuntimeError, ValueError)):
        FORBIDDEN[name](torch)
    with pytest.raises(mt.MicrogradError):
        FORBIDDEN[name](mt)


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("leads", [(True, True), (True, False)])
def test_backward_hooks_of_modules_see_pytorch_s_gradients(leads, changes):
    found = []
    start = n(3, 2)
    for m in (torch, mt):
        model, seen, change = net(m), [], changes
        model.first.load_state_dict(
            {"weight": m.eye(2) * 3, "bias": m.ones(2)}
        )

        def before(module, by_outputs, seen=seen, change=change):
            seen.extend(by_outputs)
            if change:
                return tuple(g if g is None else g * 2 for g in by_outputs)
            return None

        def after(module, by_inputs, by_outputs, seen=seen, change=change):
            seen.extend([*by_inputs[:1], *by_outputs])
            return tuple(g * 5 for g in by_inputs) if change else None

        handles = [
            model.register_full_backward_pre_hook(before),
            model.register_full_backward_hook(after),
        ]
        x, y = (m.tensor(start, dtype=m.float32) for _ in "xy")
        x.requires_grad, y.requires_grad = leads
        for handle in (None, *handles):
            if handle is not None:
                handle.remove()
            a, b = model(x, y)
            (a.sum() + (b * a.detach()).sum()).backward()
        seen += [x.grad, model.slope.grad]
        found.append([np.asarray(g.detach()) for g in seen if g is not None])
    assert len(found[0]) == len(found[1])
    for expected, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_a_backward_hook_without_gradients_by_inputs_sees_none():
    seen = []
    layer = mt.nn.Linear(2, 1)
    layer.register_full_backward_hook(
        lambda module, by_inputs, by_outputs: seen.append(by_inputs)
    )
    layer(mt.ones(2)).sum().backward()
    assert [(None,)] == seen


def test_a_lazy_network_takes_a_state_and_draws_nothing():
    texts, numbers = [], []
    for m in (torch, mt):
        nn = m.nn
        full = nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3))
        lazy = nn.Sequential(nn.LazyConv2d(3, 2), nn.LazyBatchNorm2d())
        x = m.arange(36.0).reshape(2, 2, 3, 3).sin()
        full(x)
        texts.append([repr(lazy.load_state_dict(full.state_dict()))])
        m.manual_seed(3)
        assert bool((lazy(x) == full(x)).all())
        assert lazy[1].running_mean.tolist() == full[1].running_mean.tolist()
        numbers.append(m.rand(1).item())
    assert texts[0] == texts[1]
    assert numbers[0] == numbers[1]


def test_the_keys_of_a_state_that_does_not_fit_are_pytorch_s():
    keys = {"x": 1, "weight": 1, "a": 1}
    texts = [
        repr(m.nn.Linear(1, 1).load_state_dict(
            {k: m.ones(1, 1) for k in keys}, strict=False
        ))
        for m in (torch, mt)
    ]  # fmt: skip
    assert texts[0] == texts[1]


OLD = {"size_average": [True, False, None], "reduce": [True, False, None]}
OLD_LOSSES = ["MSELoss", "NLLLoss", "CrossEntropyLoss", "KLDivLoss"]


@pytest.mark.filterwarnings("ignore:size_average", "ignore:reduction")
@pytest.mark.parametrize("name", OLD_LOSSES)
@pytest.mark.parametrize("average", OLD["size_average"])
@pytest.mark.parametrize("reduced", OLD["reduce"])
def test_the_old_switches_of_losses_are_pytorch_s(name, average, reduced):
    found = []
    for m in (torch, mt):
        x = m.arange(6.0).reshape(2, 3).sin()
        y = m.tensor([0, 2]) if name in OLD_LOSSES[1:3] else x.cos()
        given = {"size_average": average, "reduce": reduced}
        found.append(getattr(m.nn, name)(**given)(x, y).tolist())
    assert far(np.array(found[0]), np.array(found[1])) < SINGLE


@pytest.mark.filterwarnings("ignore:size_average")
def test_an_old_switch_is_found_at_its_place_and_warned_of():
    x, y = mt.eye(2), mt.tensor([0, 1])
    with pytest.warns(UserWarning, match="say reduction='sum'"):
        assert -2.0 == mine.nll_loss(x, y, None, False).item()
    assert -2.0 == mt.nn.NLLLoss(None, False)(x, y).item()


def test_attention_without_weights_gives_0_where_pytorch_does():
    found = []
    for m in (torch, mt):
        m.manual_seed(0)
        heads = m.nn.MultiheadAttention(4, 2)
        x = m.arange(12.0).reshape(3, 1, 4).sin()
        padding = m.tensor([[True, False, False]])
        causal = m.ones(3, 3).triu(1).bool()
        z, none = heads(x, x, x, padding, False, causal)
        assert none is None
        z.sum().backward()
        found.append([z.tolist(), heads.in_proj_weight.grad.tolist()])
    for expected, ours in zip(*found, strict=True):
        assert far(np.array(expected), np.array(ours)) < SINGLE


def test_parameters_become_a_vector_and_come_back():
    layer = mt.nn.Linear(2, 1)
    vector = mt.nn.utils.parameters_to_vector(layer.parameters())
    mt.nn.utils.vector_to_parameters(vector * 0 + 7, layer.parameters())
    assert [[7.0, 7.0]] == layer.weight.tolist()
    with pytest.raises(ShapeError, match="3 numbers"):
        mt.nn.utils.vector_to_parameters(vector[1:], layer.parameters())


def test_parameters_in_a_list_and_a_dict_print_and_iterate():
    shown = [mt.zeros(2), mt.zeros(3, 1)]
    many = mt.nn.ParameterList(shown)
    assert "(1): Parameter containing: [float32 of size 3x1]" in repr(many)
    named = mt.nn.ParameterDict({"a": shown[0], "b": shown[1]})
    assert ["a", "b"] == list(named) == [k for k, _ in named.items()]
    assert (2, 2, True) == (len(named), len([*named.values()]), "a" in named)
    assert (3, 1) == named["b"].shape


def test_initial_numbers_are_drawn_into_parameters_too():
    for a, b in ((-2.0, 2.0), (1.0, 2.0)):
        layer = mt.nn.Linear(3, 3)
        mt.nn.init.trunc_normal_(layer.weight, a=a, b=b)
        assert layer.weight.requires_grad
        assert layer.weight.min() >= a


def test_gradients_move_with_their_parameters():
    layer = mt.nn.Linear(2, 1)
    layer(mt.ones(2)).sum().backward()
    assert mt.float64 == layer.double().weight.grad.dtype
