"""Programs from the lecture and its descendants, and their known faults.

The programs are those that readers arrive with: from the first micrograd's
README, tests and demo, and from the lecture's notebook.  They run here as
they stand, with the numbers they print there.

The faults are what other engines of the family get wrong.  Each has a test
named after what a reader saw; the table at the end of this module says
where those of other modules are.
"""

import math
import random
import re
import sys
from pathlib import Path

import pytest
from conftest import ROUNDING, close

from micrograd import draw_dot, functions, nn, no_grad, optim
from micrograd import topological_order as order
from micrograd.engine import Value
from micrograd.nn import MLP, Layer, Neuron
from micrograd.primitives import PRIMITIVES

ROOT = Path(__file__).parents[1]

# --- The README's example, word for word ---


def test_the_readme_prints_its_three_numbers(capsys):
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    print(f"{g.data:.4f}")  # prints 24.7041
    g.backward()
    print(f"{a.grad:.4f}")  # prints 138.8338
    print(f"{b.grad:.4f}")  # prints 645.5773
    assert capsys.readouterr().out == "24.7041\n138.8338\n645.5773\n"


def test_the_readme_s_network_has_its_shape_and_repr(capsys):
    n = nn.Neuron(2)
    x = [Value(1.0), Value(-2.0)]
    y = n(x)
    assert isinstance(y, Value)
    assert repr(n) == "ReLUNeuron(2)"
    assert repr(Layer(2, 2)) == "Layer of [ReLUNeuron(2), ReLUNeuron(2)]"
    assert repr(Neuron(3, nonlin=False)) == "LinearNeuron(3)"
    assert repr(MLP(2, [1])) == "MLP of [Layer of [LinearNeuron(2)]]"


# --- Its two tests, with PyTorch's numbers written out ---


def test_sanity_check():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_more_ops():
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert close(24.70408163265306, g.data, ROUNDING)
    assert close(138.8338192419825, a.grad, ROUNDING)
    assert close(645.5772594752186, b.grad, ROUNDING)


# --- Its demo: a network on points in the plane ---

PLANE = [
    (0.5, -1.0), (1.5, 0.25), (-0.75, 0.5),
    (2.0, -0.5), (0.0, 1.0), (-1.0, -0.25),
]  # fmt: skip
SIDES = [1, -1, 1, 1, -1, -1]
# What the first micrograd, version 0.1.0, computes at these steps.
LOSSES = {
    0: 1.1016904724673668,
    5: 0.2252638456064266,
    10: 0.2466536437178003,
    19: 0.011122396610132725,
}


def test_the_demo_s_training_goes_through_the_same_losses():
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    assert len(model.parameters()) == 337

    def loss():
        inputs = [list(map(Value, row)) for row in PLANE]
        scores = list(map(model, inputs))
        losses = [
            (1 + -yi * scorei).relu()
            for yi, scorei in zip(SIDES, scores, strict=True)
        ]
        data_loss = sum(losses) * (1.0 / len(losses))
        alpha = 1e-4
        reg_loss = alpha * sum(p * p for p in model.parameters())
        return data_loss + reg_loss

    for k in range(20):
        total_loss = loss()
        model.zero_grad()
        total_loss.backward()
        learning_rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= learning_rate * p.grad
        if k in LOSSES:
            # Twenty steps amplify the roundings of another order of sums.
            assert close(LOSSES[k], total_loss.data, 1e-10), k


def test_labels_from_numpy_multiply_from_the_left():
    np = pytest.importorskip("numpy")
    score = Value(0.25)
    for yi in np.array([1, -1]), np.array([1.0, -1.0]):
        losses = [(1 + -side * score).relu() for side in yi]
        assert [v.data for v in losses] == [0.75, 1.25]


# --- The lecture's neuron ---

BIAS = 6.8813735870195432


def lecture_neuron():
    x1 = Value(2.0, label="x1")
    x2 = Value(0.0, label="x2")
    w1 = Value(-3.0, label="w1")
    w2 = Value(1.0, label="w2")
    b = Value(BIAS, label="b")
    x1w1 = x1 * w1
    x1w1.label = "x1*w1"
    x2w2 = x2 * w2
    x2w2.label = "x2*w2"
    n = x1w1 + x2w2 + b
    n.label = "n"
    return n, (x1, x2, w1, w2)


@pytest.mark.parametrize("spelled_out", [False, True])
def test_the_lecture_s_neuron_has_the_lecture_s_gradients(spelled_out):
    n, inputs = lecture_neuron()
    if spelled_out:
        e = (2 * n).exp()
        o = (e - 1) / (e + 1)
    else:
        o = n.tanh()
    o.label = "o"
    o.backward()
    assert round(o.data, 4) == 0.7071
    assert round(n.grad, 4) == 0.5
    assert [round(v.grad, 4) for v in inputs] == [-1.5, 0.5, 1.0, 0.0]


def test_the_lecture_s_backward_by_hand_meets_backward():
    n, (x1, x2, w1, w2) = lecture_neuron()
    o = n.tanh()
    o.backward()
    by_hand = 1 - o.data**2
    assert n.grad == by_hand
    assert [v.grad for v in n._prev] == [by_hand, by_hand]
    assert x1.grad == w1.data * by_hand
    assert w2.grad == x2.data * by_hand


def test_the_lecture_s_bug_with_a_used_twice():
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    b.backward()
    assert a.grad == 2.0

    a, b = Value(-2.0, label="a"), Value(3.0, label="b")
    d = a * b
    e = a + b
    f = d * e
    f.backward()
    assert (a.grad, b.grad) == (-3.0, -8.0)


# The functions as they stand in the lecture's notebook.


def trace(root):
    # builds a set of all nodes and edges in a graph
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def notebook_draw_dot(root, Digraph):
    dot = Digraph(format="svg", graph_attr={"rankdir": "LR"})

    nodes, edges = trace(root)
    for n in nodes:
        uid = str(id(n))
        dot.node(
            name=uid,
            label="{ %s | data %.4f | grad %.4f }"  # noqa: UP031
            % (n.label, n.data, n.grad),
            shape="record",
        )
        if n._op:
            dot.node(name=uid + n._op, label=n._op)
            dot.edge(uid + n._op, uid)

    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)

    return dot


def test_the_lecture_s_drawing_code_runs_unchanged():
    graphviz = pytest.importorskip("graphviz")
    n, _ = lecture_neuron()
    o = n.tanh()
    o.backward()
    source = notebook_draw_dot(o, graphviz.Digraph).source
    assert source.count("shape=record") == len(order(o)) == 10
    assert source.count("->") == 5 + 9  # from operations, to operations
    assert "{ x1 | data 2.0000 | grad -1.5000 }" in source


def test_the_lecture_s_four_points_are_learned():
    random.seed(1)
    n = MLP(3, [4, 4, 1], activation="tanh")
    assert len(n.parameters()) == 41
    xs = [
        [2.0, 3.0, -1.0],
        [3.0, -1.0, 0.5],
        [0.5, 1.0, 1.0],
        [1.0, 1.0, -1.0],
    ]
    ys = [1.0, -1.0, -1.0, 1.0]
    for _ in range(200):
        ypred = [n(x) for x in xs]
        pairs = zip(ys, ypred, strict=True)
        loss = sum((yout - ygt) ** 2 for ygt, yout in pairs)
        for p in n.parameters():
            p.grad = 0.0
        loss.backward()
        for p in n.parameters():
            p.data += -0.02 * p.grad
    assert loss.data < 0.01


# --- Faults seen in the family: the graph ---


def test_a_shared_node_is_not_counted_once_for_each_path():
    x = Value(3.0)
    shared = x * x
    y = shared * shared + shared  # recursion without an order: more
    y.backward()
    assert x.grad == 4 * 27.0 + 6.0


def test_a_node_found_early_is_not_finished_early():
    x = Value(2.0)
    a = x * 3.0  # found first, needed by b as well
    b = a.exp()
    y = a + b
    y.backward()
    assert close(3.0 + 3.0 * math.exp(6.0), x.grad)


def test_a_second_backward_does_not_count_the_first_again():
    x = Value(3.0)
    y = 2 * (x * x)
    y.backward()
    assert x.grad == 12.0
    y.backward()
    assert x.grad == 24.0  # others: 36


def test_a_sum_of_leaves_seen_twice_is_two_then_four():
    a, b = Value(1.0), Value(2.0)
    y = (a + a) * b
    y.backward()
    y.backward()
    assert (a.grad, b.grad) == (8.0, 4.0)


def test_two_thousand_operations_do_not_overflow_the_stack():
    x = y = Value(1.0)
    for _ in range(2 * sys.getrecursionlimit()):
        y = y + x
    y.backward()
    assert x.grad == 1.0 + 2 * sys.getrecursionlimit()


def test_a_value_used_twice_in_a_list_gets_both_gradients():
    x, y = Value(2.0), Value(5.0)
    picked = [[x, y][i] for i in (0, 1, 0)]
    functions.dot(picked, [1.0, 10.0, 100.0]).backward()
    assert (x.grad, y.grad) == (101.0, 10.0)


# --- Arithmetic ---


def test_two_over_four_is_a_half():
    v = Value(4.0)
    y = 2.0 / v
    y.backward()
    assert (y.data, v.grad) == (0.5, -0.125)


def test_one_minus_three_is_not_two():
    v = Value(3.0)
    y = 1 - v
    y.backward()
    assert (y.data, v.grad) == (-2.0, -1.0)


def test_a_number_may_stand_on_the_left_of_every_operator():
    v = Value(2.0)
    results = [3 + v, 3 - v, 3 * v, 3 / v, 3**v]
    assert [y.data for y in results] == [5.0, 1.0, 6.0, 1.5, 9.0]


def test_the_gradient_of_an_exponent_has_the_logarithm_of_the_base():
    p = Value(3.0)
    (2**p).backward()
    assert close(8.0 * math.log(2.0), p.grad)


def test_an_exponent_keeps_all_its_digits():
    v = Value(2.0)
    assert (v**2.34567).data == 2.0**2.34567


def test_zero_to_the_zero_can_be_differentiated():
    v = Value(0.0)
    y = v**0
    y.backward()
    assert (y.data, v.grad) == (1.0, 0.0)


def test_a_root_of_a_negative_number_is_nan_and_not_complex():
    v = Value(-8.0)
    y = v ** (1 / 3)
    y.backward()
    assert math.isnan(y.data)
    assert math.isnan(v.grad)


@pytest.mark.parametrize("x", [20.0, 400.0, 1000.0, 1e300, math.inf])
def test_tanh_of_a_large_number_is_one(x):
    for sign in (1.0, -1.0):
        v = Value(sign * x)
        y = v.tanh()
        y.backward()
        assert y.data == sign
        assert 0.0 <= v.grad < 1e-15


# --- Losses ---


@pytest.mark.parametrize("size", [1.0, 100.0, 1000.0, 1e300])
def test_cross_entropy_of_large_scores_is_finite(size):
    scores = [Value(size), Value(0.0), Value(-size)]
    loss = functions.cross_entropy(scores, 1)
    loss.backward()
    smaller = math.exp(-size) + math.exp(-2 * size)
    assert close(size + math.log1p(smaller), loss.data)
    assert all(math.isfinite(v.grad) for v in scores)
    assert close(0.0, sum(v.grad for v in scores), scale=1.0)


def test_cross_entropy_passes_the_incoming_gradient_and_the_mean_on():
    def gradients(factor, copies):
        scores = [Value(0.5), Value(-1.0)]
        loss = functions.cross_entropy([scores] * copies, [0] * copies)
        (factor * loss).backward()
        return [v.grad for v in scores]

    once = gradients(1.0, 1)
    assert gradients(3.0, 1) == [3.0 * g for g in once]
    for expected, g in zip(once, gradients(1.0, 4), strict=True):
        assert close(expected, g)


def test_a_mean_squared_error_is_a_mean():
    assert functions.mse_loss([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]) == 14.0 / 3


def test_a_term_of_the_loss_that_is_printed_is_differentiated_too():
    w = Value(3.0)
    data, penalty = w * 2.0, 0.5 * functions.l2([w])
    loss = data + penalty
    loss.backward()
    assert (loss.data, w.grad) == (10.5, 5.0)


# --- Names ---


SYMBOLS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/",
    "power": "**", "negative": "neg", "absolute": "abs",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_no_operation_is_drawn_as_another(name):
    row = PRIMITIVES[name]
    numbers = [Value((low + high) / 2) for low, high in row.domain]
    assert row(*numbers).op == SYMBOLS.get(name, name)


def test_equal_numbers_are_not_merged_into_one_node():
    a, b = Value(1.0), Value(1.0)
    y = a + b
    assert order(y) == [a, b, y]
    drawn = draw_dot(y).source
    assert len(re.findall(r"data 1\b", drawn)) == 2


def test_parameters_of_equal_layers_have_names_of_their_own():
    model = MLP(2, [2, 2, 2])
    state = model.state_dict()
    assert len(state) == len(model.parameters()) == 18
    model.load_state_dict({name: i for i, name in enumerate(state)})
    assert sorted(p.data for p in model.parameters()) == list(range(18))


# --- Settings ---


@pytest.mark.parametrize("name", ["Adam", "AdamW", "RMSprop", "Adagrad"])
def test_an_optimiser_uses_the_eps_it_is_given(name):
    moved = []
    for eps in (1e-8, 10.0):
        w = Value(1.0)
        w.grad = 1.0
        getattr(optim, name)([w], lr=0.1, eps=eps).step()
        moved.append(1.0 - w.data)
    assert moved[0] > 5 * moved[1] > 0


def test_gradients_are_recorded_again_after_an_exception():
    x = Value(1.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    y = x * 2.0
    y.backward()
    assert x.grad == 2.0


# --- Words that drift from the code ---


def links(text):
    return re.findall(r"\]\(([^)#]+)", text)


def test_the_readme_s_links_lead_to_files_of_their_own():
    targets = links((ROOT / "README.md").read_text(encoding="utf-8"))
    files = [t for t in targets if not t.startswith("https://")]
    assert all((ROOT / t).exists() for t in files), files
    assert len(set(files)) == len(files)


# Faults of the family that are tested elsewhere:
#
# | what a reader saw                       | where                          |
# |-----------------------------------------|--------------------------------|
# | a + a loses an edge, order is arbitrary | test_engine: inputs, same bits |
# | sum() of losses raises                  | test_operators                 |
# | NaN or overflow in exp, log, sigmoid    | test_primitives: at the edge   |
# | sqrt(x) after where(x > 0) gives nan    | test_transforms: where         |
# | a neuron fed too few inputs computes    | test_nn                        |
# | a parameter given twice is updated twice| test_optim                     |
# | the README does not match the code      | run as a doctest               |
# | a test prints and asserts nothing       | test_house                     |
#
# Without a counterpart here, because there are no arrays: broadcasting
# undone for leading axes only, slices and transposes without a gradient.
