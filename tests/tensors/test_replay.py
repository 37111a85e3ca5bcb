"""Compiled functions of tensors compute what the functions compute."""

import math
import random
import time
import weakref

import numpy as np
import pytest
from conftest import tries

import micrograd
import micrograd.tensors as mt
from micrograd.errors import (
    GraphError,
    MicrogradError,
    OptionError,
    RecordingError,
)
from micrograd.tensors import nn, optim, tensor

F = nn.functional


NOW = {"reader": "python"}  # set by the fixture below


@pytest.fixture(autouse=True, params=["python", "native"])
def reader(request):
    """Every test runs with NumPy alone, and with loops of machine code."""
    NOW["reader"] = request.param
    yield request.param
    NOW["reader"] = "python"


def compiled(fn, optimizer=None):
    return micrograd.compile(fn, optimizer, reader=NOW["reader"])


def drawn(seed, *shape):
    generator = mt.Generator().manual_seed(seed)
    return mt.randn(*shape, generator=generator)


# Some units of single precision in each operation, and what a training
# step or a difference of nearly equal numbers makes of them.
CLOSE = {"rtol": 2e-4, "atol": 1e-4, "equal_nan": True}


def same(a, b):
    """Equal in type and shape, and to the last bit; with loops, close."""
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    if NOW["reader"] == "python":
        assert a.array.tobytes() == b.array.tobytes()
    assert np.allclose(a.array, b.array, **CLOSE)


# --- Functions ---

UNARY = [
    lambda x: x.tanh(),
    lambda x: x.sigmoid(),
    lambda x: x.relu(),
    lambda x: (x * x + 1).sqrt(),
    lambda x: x.exp() / (1 + x.exp()),
    lambda x: x.abs() + 0.5,
    lambda x: F.softmax(x, -1),
    lambda x: F.log_softmax(x, 0),
    lambda x: x - x.mean(0, keepdim=True),
    lambda x: x / x.std(1, keepdim=True),
    lambda x: x.T,
    lambda x: x.view(-1, 2).flip(0).reshape(x.shape),
    lambda x: mt.cat([x[1:], x[:1]]),
    lambda x: x[mt.tensor([2, 0, 2, 1])],
    lambda x: mt.where(x > 0.2, x, x * 0.1),
    lambda x: x.max(1, keepdim=True).values + x,
    lambda x: x * x.amax(),
    lambda x: x.clamp(-0.5, 0.5) - x.argmax(0).float(),
    lambda x: F.gelu(x),
    lambda x: x.tril() + x.triu(1).logsumexp(1, keepdim=True),
    lambda x: x.masked_fill(x < 0, 0.25),
    lambda x: F.layer_norm(x, 4, x[0], x[1]),
    lambda x: x**2 + 2**x,
    lambda x: F.one_hot(x.argmax(1), 4).float() + x,
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x - y / (y * y + 1),
    lambda x, y: x @ y,
    lambda x, y: x.maximum(y),
    lambda x, y: F.linear(x, y, x[0]),
    lambda x, y: x + y[0],
]


def program(seed):
    """A random function of two tensors of the shape (4, 4)."""
    choose = random.Random(seed)
    steps = []
    for i in range(choose.randrange(3, 12)):
        table = choose.choice([UNARY, BINARY])
        arity = 1 if table is UNARY else 2
        at = [choose.randrange(i + 2) for _ in range(arity)]
        steps.append((choose.choice(table), at))

    def run(x, y):
        known = [x, y]
        for function, at in steps:
            known.append(function(*[known[i] for i in at]))
        return known[-1]

    return run


@pytest.mark.parametrize("seed", range(tries(60)))
def test_random_programs_agree(seed):
    f = program(seed)
    w = drawn(99, 4, 4)
    w.requires_grad = True
    g = compiled(lambda x: f(x, w))
    for turn in range(3):
        x = drawn(turn, 4, 4)
        v = tensor(x, requires_grad=True)
        x.requires_grad = True
        w.grad = None
        expected = f(x, w)
        if expected.requires_grad:
            expected.backward(mt.ones(expected.shape))
        by_w, w.grad = w.grad, None
        found = g(v)
        same(expected, found)
        assert expected.requires_grad == found.requires_grad
        if found.requires_grad:
            found.backward(mt.ones(found.shape))
            pairs = [(x.grad, v.grad), (by_w, w.grad)]
            for a, b in pairs:
                assert (a is None) == (b is None)
                if a is not None:
                    same(a, b)


def test_results_stay_when_the_function_runs_again():
    w = tensor([1.0, 2.0], requires_grad=True)
    f = compiled(lambda x: w * x)
    y, z = f(tensor([3.0, 3.0])), f(tensor([4.0, 4.0]))
    assert [3.0, 6.0] == y.tolist()
    (y * z).sum().backward()  # the first one is computed again
    assert [24.0, 48.0] == w.grad.tolist()


def test_a_result_cannot_be_differentiated_when_its_parameter_has_moved():
    w = tensor([2.0], requires_grad=True)
    y = compiled(lambda x: w * x * w)(tensor([3.0]))
    with mt.no_grad():
        w += 1.0
    with pytest.raises(GraphError, match="what was changed since"):
        y.backward()


def test_a_graph_serves_twice_if_it_is_retained():
    w = tensor([2.0], requires_grad=True)
    y = compiled(lambda x: (w * x).exp().tanh())(tensor([0.5]))
    y.backward(retain_graph=True)
    first = w.grad.clone()
    y.backward()
    same(first + first, w.grad)


def test_second_derivatives_are_those_of_the_function():
    w = tensor([0.5, -0.25], requires_grad=True)
    f = lambda x: ((w * x) ** 3).sum()  # noqa: E731
    x = tensor([1.0, 2.0])
    v = tensor([1.0, -1.0])
    hvp = mt.transforms.hvp
    same(hvp(f, (x,), (v,))[0], hvp(compiled(f), (x,), (v,))[0])


def test_trees_numbers_and_several_results():
    def f(batch, scale, more=None):
        x, y = batch["x"], batch["y"]
        return {"sum": x + y * scale, "more": (x * y, 3, more)}

    g = compiled(f)
    for scale in (2.0, 3.0, 2.0):
        batch = {"x": drawn(1, 3), "y": drawn(2, 3)}
        expected, found = f(batch, scale), g(batch, scale)
        same(expected["sum"], found["sum"])
        same(expected["more"][0], found["more"][0])
        assert (3, None) == found["more"][1:]
    assert "2 forms" in repr(g)


def test_arrays_of_numpy_are_arguments_too():
    f = compiled(lambda a: mt.from_numpy(a) * 2)
    assert [2.0, 4.0] == f(np.array([1.0, 2.0])).tolist()
    assert [6.0, 8.0] == f(np.array([3.0, 4.0])).tolist()


def test_a_new_shape_or_type_is_recorded_anew():
    f = compiled(lambda x: x.sum() / len(x))
    for x in (drawn(1, 3), drawn(1, 5), drawn(1, 3).double()):
        same(x.sum() / len(x), f(x))


# --- Nothing is frozen ---


def test_a_parameter_with_another_array_is_seen():
    w = tensor([1.0, 2.0])
    f = compiled(lambda x: w * x)
    x = tensor([3.0, 3.0])
    assert [3.0, 6.0] == f(x).tolist()
    w.data = tensor([5.0, 6.0])
    assert [15.0, 18.0] == f(x).tolist()
    w[0] = 0.0
    assert [0.0, 18.0] == f(x).tolist()
    w.data = tensor([[5.0, 6.0], [7.0, 8.0]]).T[0]  # strided
    assert [15.0, 21.0] == f(x).tolist()


def test_comparisons_argmax_and_indices_are_recorded():
    table = drawn(3, 5, 2)

    def f(x):
        hit = (x > 0).float()
        return table[x.argmax(1)] + hit.sum(1, keepdim=True) * (x == x.max())

    g = compiled(f)
    for seed in range(4):
        x = drawn(seed, 2, 2)
        same(f(x), g(x))


def test_assignment_inside_is_recorded():
    def f(x, i):
        out = mt.zeros(4)
        out[i] = x
        out[0] += 1.0
        return out * 2

    g = compiled(f)
    for at in ([1, 2], [3, 1]):
        x, i = drawn(at[0], 2), tensor(at)
        same(f(x, i), g(x, i))


def test_dropout_draws_anew_and_as_eager_does():
    layer = nn.Dropout(0.5)
    f = compiled(lambda x: layer(x) * 2)
    x = mt.ones(40)
    found = []
    for run in (lambda x: layer(x) * 2, f):
        mt.manual_seed(7)
        found.append([run(x).tolist() for _ in range(3)])
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]
    layer.eval()
    assert [2.0] * 40 == f(x).tolist()


def test_running_statistics_move_as_in_eager():
    nets = []
    for _ in range(2):
        mt.manual_seed(1)
        nets.append(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)))
    f = compiled(lambda x: nets[1](x))
    for seed in range(3):
        x = drawn(seed, 8, 3)
        same(nets[0](x), f(x))
    for a, b in zip(*[n.state_dict().values() for n in nets], strict=True):
        assert np.array_equal(a, b)


class Mean:
    """A running mean as the lecture writes it: by a new tensor."""

    def __init__(self):
        self.running, self.training = mt.zeros(3), True

    def __call__(self, x):
        with mt.no_grad():
            self.running = 0.9 * self.running + 0.1 * x.mean(0)
        self.out = x - self.running
        return self.out


def test_what_takes_the_name_of_a_tensor_is_written_into_it():
    eager, other = Mean(), Mean()
    f = compiled(lambda x: other(x))
    for seed in range(3):
        x = drawn(seed, 4, 3)
        same(eager(x), f(x))
        same(eager.running, other.running)
    with pytest.raises(RecordingError, match="holds no numbers"):
        print(other.out)


def looks():
    """Functions that look at numbers, or do not repeat what they did."""
    w = tensor([1.0, 2.0], requires_grad=True)
    ticks = iter(range(100))

    def backward(x):
        (w * x).sum().backward()
        return x

    def other_array(x):
        w.data = w.data * 2
        return w * x

    yield lambda x: x if x.sum() > 0 else -x
    yield lambda x: x * float(x[0])
    yield lambda x: x * x[0].item()
    yield lambda x: x[x > 0]
    yield lambda x: x[: x.argmax()]
    yield lambda x: tensor(x.tolist())
    yield lambda x: x * next(ticks)
    yield lambda x: x * time.perf_counter()
    yield lambda x: x * mt.from_numpy(np.random.default_rng().random(2))
    yield lambda x: w * x * w.grad
    yield lambda x: mt.full((2,), x[0])
    yield lambda x: np.asarray(x) * 2
    yield backward
    yield other_array


@pytest.mark.parametrize("f", list(looks()))
def test_what_cannot_be_replayed_is_refused(f):
    for t in reversed(f.__closure__ or ()):
        if isinstance(t.cell_contents, mt.Tensor):
            t.cell_contents.grad = mt.ones(2)
    with pytest.raises((RecordingError, MicrogradError)) as caught:
        compiled(f)(tensor([1.0, 2.0]))
    assert "line" in str(caught.value)


def test_a_check_that_comes_out_otherwise_runs_the_function():
    x = drawn(1, 3, 4)
    f = compiled(lambda x, y: F.cross_entropy(x, y))
    for classes in ([0, 1, 2], [3, -100, 1], [1, 1, 1]):
        y = tensor(classes)
        same(F.cross_entropy(x, y), f(x, y))
    with pytest.raises(MicrogradError, match="takes numbers from 0"):
        f(x, tensor([0, 1, 4]))


def test_an_exception_leaves_nothing_behind():
    w = tensor([1.0], requires_grad=True)

    def f(x):
        y = w * x
        raise KeyError(y.shape)

    with pytest.raises(KeyError):
        compiled(f)(tensor([2.0]))
    assert [1.0] == w.tolist()
    (w * 2).sum().backward()


# --- Training steps ---


def mlp():
    return nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))


def batch_norm_net():
    return nn.Sequential(
        nn.Linear(5, 8, bias=False), nn.BatchNorm1d(8), nn.ReLU(),
        nn.Linear(8, 3),
    )  # fmt: skip


class Decoder(nn.Module):
    """One block of a transformer."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 8)
        self.norm, self.last = nn.LayerNorm(8), nn.LayerNorm(8)
        # A bias of keys has no gradient, and Adam would make noise large.
        self.key, self.query = nn.Linear(8, 8, False), nn.Linear(8, 8)
        self.value = nn.Linear(8, 8, bias=False)
        self.up, self.head = nn.Linear(8, 16), nn.Linear(8, 3)
        self.down, self.drop = nn.Linear(16, 8), nn.Dropout(0.0)

    def forward(self, x):
        x = self.table((x[:, :4] > 0).long().sum(1).view(-1, 2))  # (4, 2)
        h = self.norm(x)
        q, k, v = (
            layer(h).view(4, 2, 2, 4).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + seen.transpose(1, 2).reshape(4, 2, 8)
        x = x + self.drop(self.down(F.gelu(self.up(x))))
        return self.head(self.last(x)).view(8, 3)


OPTIMISERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=lambda t: 0.1 / (t + 1)),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.01, centered=True),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.1),
}


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("make", [mlp, batch_norm_net, Decoder])
def test_a_training_step_is_that_of_eager(make, name):
    models, steps = [], []
    for kind in ("eager", "compiled"):
        mt.manual_seed(3)
        model = make()
        optimizer = OPTIMISERS[name](model.parameters())

        def loss(x, y, model=model):
            return F.cross_entropy(model(x), y)

        def step(x, y, loss=loss, optimizer=optimizer):
            z = loss(x, y)
            optimizer.zero_grad()
            z.backward()
            optimizer.step()
            return z.item()

        models.append(model)
        steps.append(step if kind == "eager" else compiled(loss, optimizer))
    for seed in range(6):
        x, y = drawn(seed, 8, 5), tensor([0, 1, 2, 0, 1, 2, 0, 1])
        expected, found = steps[0](x, y), steps[1](x, y)
        same(tensor(expected), tensor(found))
    states = [m.state_dict() for m in models]
    for key in states[0]:
        same(*[tensor(state[key]) for state in states])
    for p, q in zip(*[m.parameters() for m in models], strict=True):
        same(p.grad, q.grad)


def test_groups_have_settings_of_their_own():
    found = []
    for run in (lambda f, o: None, compiled):
        w, v = (tensor([x], requires_grad=True) for x in (1.0, 2.0))
        groups = [{"params": [w], "lr": 0.5}, {"params": [v]}]
        optimizer = optim.Adam(groups, lr=0.1, weight_decay=0.1)

        def loss(w=w, v=v):
            return (w * v).sum()

        step = run(loss, optimizer)
        for turn in range(4):
            optimizer.param_groups[1]["lr"] = 0.1 / (turn + 1)
            optimizer.param_groups[0]["weight_decay"] = 0.2 * (turn > 1)
            if step is None:
                optimizer.zero_grad()
                loss().backward()
                optimizer.step()
            else:
                step()
        found.append((w.item(), v.item()))
    assert found[0] == found[1]


def test_a_step_with_an_infinite_gradient_moves_nothing():
    w = tensor([1.0, 2.0], requires_grad=True)
    step = compiled(lambda x: (w * x).log().sum(), optim.SGD([w], lr=0.1))
    step(tensor([1.0, 1.0]))
    before = w.tolist()
    with pytest.raises(MicrogradError, match="finite gradients"):
        step(tensor([math.inf, 0.0]))
    assert before == w.tolist()


def test_eager_and_compiled_steps_take_turns():
    found = []
    for turns in ("eeee", "cece", "ccec"):
        w = tensor([1.0, -2.0], requires_grad=True)
        optimizer = optim.Adam([w], lr=0.1)

        def loss(w=w):
            return (w * w).sum()

        step = compiled(loss, optimizer)
        for turn in turns:
            if turn == "c":
                step()
                continue
            optimizer.zero_grad()
            loss().backward()
            optimizer.step()
        found.append(w.tolist())
    assert found[0] == found[1] == found[2]


def test_gradients_of_others_add_up():
    w, v = (tensor([x], requires_grad=True) for x in (1.0, 2.0))
    step = compiled(lambda x: (w * v * x).sum(), optim.SGD([w], lr=0.0))
    step(tensor([3.0]))
    step(tensor([3.0]))
    assert ([6.0], [6.0]) == (v.grad.tolist(), w.grad.tolist())


@pytest.mark.parametrize("result", [1.0, (), drawn(1, 2)])
def test_a_step_needs_one_number(result):
    w = tensor([1.0], requires_grad=True)
    step = compiled(lambda: result, optim.SGD([w], lr=0.1))
    with pytest.raises(MicrogradError, match="one number|a loss"):
        step()


def test_report_and_source_can_be_read():
    f = compiled(lambda x: F.softmax(x @ x.T, -1))
    f(drawn(1, 3, 3))
    assert "np.matmul(v0, v1, out=" in f.source()
    assert "memory" in f.report()
    assert len(f.tape) > 4


def test_what_has_no_c_says_so():
    double = micrograd.compile(lambda x: 2 * x)
    double(tensor([1.0]))
    with pytest.raises(OptionError, match="to_c"):
        double.to_c()


def test_an_object_of_no_module_is_reached(reader):
    world = {}
    exec("def double(x): return 2.0 * x", world)
    held = type("Held", (), {"__module__": None, "rate": 3.0})()
    f = micrograd.compile(
        lambda x: world["double"](x) * held.rate, reader=reader
    )
    assert [6.0, 12.0] == f(tensor([1.0, 2.0])).tolist()


def test_an_object_that_answers_with_an_error_is_not_asked():
    class Moody:
        def __getattribute__(self, name):
            raise RuntimeError(f"not {name} today")

    class Gone:
        pass

    held = [Moody(), weakref.proxy(Gone()), tensor([2.0])]

    def double(x):
        return x * held[2]

    assert compiled(double)(tensor([3.0])).tolist() == [6.0]
    held[2].mul_(2)
    assert compiled(double)(tensor([3.0])).tolist() == [12.0]


def viewed(x):
    square = x * x
    turned = (x * x).T  # of the same product, found again
    del square
    return turned + (turned + x)


def tied(x):
    return mt.maximum(x.T, x.T) + x


def rooted(x):
    return (x.T * x.T + 1).sqrt()


@pytest.mark.parametrize("f", [viewed, tied, rooted])
def test_a_view_of_an_array_that_is_there_twice_was_written_over(f):
    x = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    expected, given = f(x), compiled(f)(x)
    assert mt.allclose(expected, given)
    (slope,) = mt.autograd.grad(expected.sum(), x)
    given.sum().backward()
    assert mt.allclose(slope, x.grad)


def test_views_in_random_programs_agree():
    for seed in range(tries(60)):
        rng, names, lines = random.Random(seed), ["x"], []
        for i in range(5):
            a, b = rng.choice(names), rng.choice(names)
            made = rng.choice(VIEWS).format(a, b)
            lines += [f"t{i} = {made}", f"u{i} = {made}"]
            names += [f"t{i}", f"u{i}"]
        end = f"return {' + '.join(names[-5:])}"
        text = "\n    ".join(["def f(x):", *lines, end])
        world = {}
        exec(text, world)
        x = mt.randn(3, 3, generator=mt.Generator().manual_seed(seed))
        expected, given = world["f"](x), compiled(world["f"])(x)
        assert mt.allclose(expected, given, 1e-4, 1e-4), text


VIEWS = [
    "({} * {})", "({} + {})", "({} * {}).T", "({} + {}).T", "{}.T",
    "{}.tanh().T", "({} * 2).T[:2].T.sum(1, keepdim=True) + {}",
]  # fmt: skip


@pytest.mark.parametrize("change", ["loaded", "turned", "double"])
def test_a_state_of_another_form_was_written_beyond_its_end(change):
    results = []
    for compile_it in (False, True):
        mt.manual_seed(1)
        model = nn.Linear(3, 4)
        optimizer = optim.Adam(model.parameters(), lr=0.1)

        def loss(x, model=model):
            return (model(x) ** 2).mean()

        step = compiled(loss, optimizer) if compile_it else None
        x, saved = mt.ones(5, 3), optimizer.state_dict()  # of no steps
        for turn in range(4):
            if turn in (0, 2) and change == "loaded":
                optimizer.load_state_dict(saved)
            elif turn == 2:
                for kept in optimizer.state.values():
                    for name, a in kept.items():
                        a = np.asarray(a)
                        turned = np.asfortranarray(a)
                        kept[name] = (
                            turned if change == "turned" else a.astype(float)
                        )
            if step:
                step(x)
            else:
                optimizer.zero_grad()
                loss(x).backward()
                optimizer.step()
        results.append(model.weight.detach())
    assert mt.allclose(*results, 1e-4, 1e-5)


def test_a_parameter_that_is_frozen_kept_its_last_gradient():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    step = compiled(lambda x: model(x).mean(), optimizer)
    step(mt.ones(3, 2))
    assert model[0].weight.grad is not None
    model[0].weight.requires_grad_(False)
    step(mt.ones(3, 2))
    assert model[0].weight.grad is None
    assert model[0].bias.grad is not None
