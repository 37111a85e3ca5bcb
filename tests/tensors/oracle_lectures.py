"""Programs like those of lectures 2 to 7, printing the same as under PyTorch.

Each is a function of the library and prints; it is run under PyTorch and
here.  Texts must be equal but for the names of types and nodes and the last
digits of numbers.  The words are the course's if `MICROGRAD_DATA` names the
folder they lie in, and otherwise made of syllables.
"""

# ruff: noqa: C901, PLR0912, PLR0915 - programs, as long as those of a notebook

import contextlib
import io
import os
import random
import re
from pathlib import Path

import pytest

import micrograd.tensors as mt

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)

DATA = os.environ.get("MICROGRAD_DATA", "")
SEED = 2147483647
# Single precision, after some dozens of training steps.
DIGITS = 2e-3

pytestmark = pytest.mark.usefixtures("single_precision")


def words():
    if DATA:
        return Path(DATA, "names.txt").read_text("utf-8").split()[:600]
    draw = random.Random(1)
    parts = (
        "an be ca do el fi go ha in jo ka li ma ne or pa ri so ta vi".split()
    )
    return [
        "".join(draw.choices(parts, k=draw.randint(1, 4))) for _ in "x" * 500
    ]


def alphabet(found):
    letters = [".", *sorted(set("".join(found)))]
    return letters, {c: i for i, c in enumerate(letters)}


# --- Lecture 2: pairs of letters ---


def counted_pairs(T):
    found = words()
    letters, code = alphabet(found)
    n = len(letters)
    N = T.zeros((n, n), dtype=T.int32)
    for word in found:
        for a, b in zip(f".{word}", f"{word}.", strict=True):
            N[code[a], code[b]] += 1
    print(N[0], N.dtype, N.shape, N[0].sum().item())
    P = (N + 1).float()
    P /= P.sum(1, keepdims=True)
    print(P[0], P.sum(dim=1, keepdim=True).shape)
    g = T.Generator().manual_seed(SEED)
    p = T.rand(3, generator=g)
    p = p / p.sum()
    print(p, T.multinomial(p, 30, replacement=True, generator=g))
    for _ in range(5):
        out, i = [], 0
        while True:
            i = T.multinomial(P[i], 1, replacement=True, generator=g).item()
            out.append(letters[i])
            if i == 0 or len(out) > 20:
                break
        print("".join(out))
    nll, count = 0.0, 0
    for word in found[:50]:
        for a, b in zip(f".{word}", f"{word}.", strict=True):
            nll += -T.log(P[code[a], code[b]])
            count += 1
    print(f"{nll=} {nll / count}", f"{(nll / count):.3f}")


def learned_pairs(T):
    found = words()
    letters, code = alphabet(found)
    pairs = [
        (code[a], code[b])
        for word in found[:200]
        for a, b in zip(f".{word}", f"{word}.", strict=True)
    ]
    xs, ys = T.tensor([a for a, _ in pairs]), T.tensor([b for _, b in pairs])
    n = len(letters)
    g = T.Generator().manual_seed(SEED)
    W = T.randn((n, n), generator=g, requires_grad=True)
    hot = T.nn.functional.one_hot(xs, num_classes=n).float()
    print(xs[:5], hot.shape, hot.dtype, xs.nelement())
    for k in range(20):
        counts = (hot @ W).exp()
        probs = counts / counts.sum(1, keepdims=True)
        loss = (
            -probs[T.arange(len(xs)), ys].log().mean() + 0.01 * (W**2).mean()
        )
        W.grad = None
        loss.backward()
        W.data += -10 * W.grad
        if k % 5 == 0:
            print(k, loss.item())
    nlls = T.zeros(3)
    for i in range(3):
        p = probs[i, ys[i].item()]
        nlls[i] = -T.log(p)
    print(nlls, nlls.mean().item(), W.grad[0, :4])


# --- Lectures 3 to 6: context of several letters ---


def build(T, found, code, size):
    xs, ys = [], []
    for word in found:
        context = [0] * size
        for c in word + ".":
            xs.append(context)
            ys.append(code[c])
            context = [*context[1:], code[c]]
    return T.tensor(xs), T.tensor(ys)


def perceptron(T):
    F = T.nn.functional
    found = words()
    letters, code = alphabet(found)
    random.Random(42).shuffle(found)
    X, Y = build(T, found, code, 3)
    n = len(letters)
    print(X.shape, X.dtype, Y[:7])
    g = T.Generator().manual_seed(SEED)
    C = T.randn((n, 2), generator=g)
    emb = C[X]
    print(emb.shape, C[T.tensor([5, 6, 7])], emb[2, 1])
    print(T.cat(T.unbind(emb, 1), 1)[:2], emb.view(-1, 6)[:2])
    print(T.arange(18).view(3, 3, 2), T.arange(18).view(9, -1).stride())
    W1, b1 = T.randn((6, 50), generator=g), T.randn(50, generator=g)
    W2, b2 = T.randn((50, n), generator=g), T.randn(n, generator=g)
    parameters = [C, W1, b1, W2, b2]
    print(sum(p.nelement() for p in parameters))
    for p in parameters:
        p.requires_grad = True
    rates, losses = 10 ** T.linspace(-3, -1, 40), []
    for i in range(40):
        ix = T.randint(0, X.shape[0], (32,), generator=g)
        h = T.tanh(C[X[ix]].view(-1, 6) @ W1 + b1)
        loss = F.cross_entropy(h @ W2 + b2, Y[ix])
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data += -rates[i] * p.grad
        losses.append(loss.log10().item())
    print(losses[::8], rates[:3], rates[-1])
    g = T.Generator().manual_seed(SEED + 10)
    for _ in range(3):
        out, context = [], [0] * 3
        for _ in range(12):
            h = T.tanh(C[T.tensor([context])].view(1, -1) @ W1 + b1)
            probs = F.softmax(h @ W2 + b2, dim=1)
            i = T.multinomial(probs, num_samples=1, generator=g).item()
            context = [*context[1:], i]
            out.append(letters[i])
        print("".join(out))


def layers(T):
    """The classes that lecture 4 writes, in other words."""

    class Linear:
        def __init__(self, m, n, g, bias=True):
            self.weight = T.randn((m, n), generator=g) / m**0.5
            self.bias = T.zeros(n) if bias else None

        def __call__(self, x):
            self.out = x @ self.weight
            if self.bias is not None:
                self.out += self.bias
            return self.out

        def parameters(self):
            return [self.weight] + ([] if self.bias is None else [self.bias])

    class BatchNorm:
        def __init__(self, n, eps=1e-5, momentum=0.1):
            self.eps, self.momentum, self.training = eps, momentum, True
            self.gamma, self.beta = T.ones(n), T.zeros(n)
            self.mean, self.var = T.zeros(n), T.ones(n)

        def __call__(self, x):
            axes = 0 if x.ndim == 2 else (0, 1)
            if self.training:
                mean = x.mean(axes, keepdim=True)
                var = x.var(axes, keepdim=True)
                with T.no_grad():
                    old = 1 - self.momentum
                    self.mean = old * self.mean + self.momentum * mean
                    self.var = old * self.var + self.momentum * var
            else:
                mean, var = self.mean, self.var
            x = (x - mean) / T.sqrt(var + self.eps)
            self.out = self.gamma * x + self.beta
            return self.out

        def parameters(self):
            return [self.gamma, self.beta]

    class Tanh:
        def __call__(self, x):
            self.out = T.tanh(x)
            return self.out

        def parameters(self):
            return []

    return Linear, BatchNorm, Tanh


def statistics(T):
    F = T.nn.functional
    Linear, BatchNorm, Tanh = layers(T)
    found = words()
    letters, code = alphabet(found)
    X, Y = build(T, found, code, 3)
    g, n = T.Generator().manual_seed(SEED), len(letters)
    C, net = T.randn((n, 4), generator=g), []
    for m in (12, 20, 20):
        net += [Linear(m, 20, g, bias=False), BatchNorm(20), Tanh()]
    net += [Linear(20, n, g, bias=False), BatchNorm(n)]
    with T.no_grad():
        net[-1].gamma *= 0.1
        for one in net[:-1]:
            if isinstance(one, Linear):
                one.weight *= 5 / 3
    parameters = [C] + [p for one in net for p in one.parameters()]
    for p in parameters:
        p.requires_grad = True
    ratios = []
    for i in range(15):
        ix = T.randint(0, X.shape[0], (32,), generator=g)
        x = C[X[ix]]
        x = x.view(x.shape[0], -1)
        for one in net:
            x = one(x)
        loss = F.cross_entropy(x, Y[ix])
        for one in net:
            one.out.retain_grad()
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data += -0.1 * p.grad
        with T.no_grad():
            ratios.append(
                [
                    (0.1 * p.grad.std() / p.data.std()).log10().item()
                    for p in parameters
                ]
            )
        if i % 5 == 0:
            print(f"{i:7d}: {loss.item():.4f}")
    for i, one in enumerate(net[:-1]):
        if isinstance(one, Tanh):
            t, d = one.out, one.out.grad
            full = (t.abs() > 0.97).float().mean() * 100
            name = one.__class__.__name__
            print(f"{i} {name:>6s}: {t.mean():+.2f} {t.std():.2f} {full:.2f}%")
            print(f"{d.std():.4e}")
            hy, hx = T.histogram(t.detach(), bins=5, density=True)
            print(hy, hx[:-1].detach())
    for p in parameters:
        if p.ndim == 2:
            print(f"{tuple(p.shape)!s:>10s} {p.grad.std() / p.std():.3e}")
    print([round(x, 1) for x in ratios[-1]])
    for one in net:
        one.training = False

    @T.no_grad()
    def evaluate(name, x, y):
        x = C[x].view(x.shape[0], -1)
        for one in net:
            x = one(x)
        print(name, F.cross_entropy(x, y).item(), x.requires_grad)

    evaluate("all", X[:300], Y[:300])


def by_hand(T):
    F = T.nn.functional
    g = T.Generator().manual_seed(SEED)
    n, batch = 7, 8
    C = T.randn((n, 3), generator=g)
    W1, b1 = T.randn((6, 5), generator=g) * 0.5, T.randn(5, generator=g) * 0.1
    gain, shift = (
        T.randn((1, 5), generator=g) * 0.1 + 1,
        T.randn((1, 5), generator=g),
    )
    W2, b2 = T.randn((5, n), generator=g) * 0.1, T.randn(n, generator=g)
    parameters = [C, W1, b1, gain, shift, W2, b2]
    for p in parameters:
        p.requires_grad = True
    X, Y = (
        T.randint(0, n, (batch, 2), generator=g),
        T.randint(0, n, (batch,), generator=g),
    )
    emb = C[X]
    cat = emb.view(emb.shape[0], -1)
    pre = cat @ W1 + b1
    mean = 1 / batch * pre.sum(0, keepdim=True)
    diff = pre - mean
    var = 1 / (batch - 1) * (diff**2).sum(0, keepdim=True)
    inv = (var + 1e-5) ** -0.5
    raw = diff * inv
    bent = gain * raw + shift
    h = T.tanh(bent)
    logits = h @ W2 + b2
    tops = logits.max(1, keepdim=True).values
    counts = (logits - tops).exp()
    sums = counts.sum(1, keepdims=True)
    probs = counts * sums**-1
    logs = probs.log()
    loss = -logs[range(batch), Y].mean()
    kept = [
        logs,
        probs,
        sums,
        counts,
        tops,
        logits,
        h,
        bent,
        raw,
        inv,
        var,
        diff,
        mean,
        pre,
        cat,
        emb,
    ]
    for t in kept:
        t.retain_grad()
    loss.backward()
    print(loss)

    def compare(name, d, t):
        exact = T.all(d == t.grad).item()
        near = T.allclose(d, t.grad, atol=1e-7)
        most = (d - t.grad).abs().max().item()
        print(f"{name:8s} {near} {exact in (True, False)} {most < 1e-6}")

    dlogs = T.zeros_like(logs)
    dlogs[range(batch), Y] = -1.0 / batch
    dprobs = (1.0 / probs) * dlogs
    dinv = (counts * dprobs).sum(1, keepdim=True)
    dcounts = sums**-1 * dprobs
    dsums = (-(sums**-2)) * dinv
    dcounts += T.ones_like(counts) * dsums
    dnorm = counts * dcounts
    dtops = -dnorm.sum(1, keepdim=True)
    dlogits = dnorm.clone()
    dlogits += F.one_hot(logits.max(1).indices, num_classes=n) * dtops
    dh, dW2, db2 = dlogits @ W2.T, h.T @ dlogits, dlogits.sum(0)
    dbent = (1.0 - h**2) * dh
    dC = T.zeros_like(C)
    demb = emb.grad
    for k in range(X.shape[0]):
        for j in range(X.shape[1]):
            dC[X[k, j]] += demb[k, j]
    for name, d, t in (
        ("logs", dlogs, logs), ("probs", dprobs, probs), ("sums", dsums, sums),
        ("counts", dcounts, counts), ("tops", dtops, tops),
        ("logits", dlogits, logits), ("h", dh, h), ("W2", dW2, W2),
        ("b2", db2, b2), ("bent", dbent, bent), ("C", dC, C),
    ):  # fmt: skip
        compare(name, d, t)
    fast = F.softmax(logits, 1)
    fast[range(batch), Y] -= 1
    fast /= batch
    compare("at once", fast, logits)
    print(fast[0].sum().abs().item() < 1e-7, logits.shape, fast[0] * batch)
    with T.no_grad():
        variance = pre.var(0, keepdim=True, unbiased=True)
    print(T.allclose(variance, var), pre.mean(0, keepdim=True).shape)


def joined_step_by_step(T):
    F = T.nn.functional
    Linear, BatchNorm, Tanh = layers(T)

    class Pairs:
        def __call__(self, x):
            B, length, width = x.shape
            x = x.view(B, length // 2, width * 2)
            self.out = x.squeeze(1) if x.shape[1] == 1 else x
            return self.out

        def parameters(self):
            return []

    found = words()
    letters, code = alphabet(found)
    X, Y = build(T, found, code, 8)
    T.manual_seed(42)
    n, g = len(letters), None
    C, net = T.randn((n, 6)), []
    for m in (12, 24, 24):
        net += [Pairs(), Linear(m, 12, g, bias=False), BatchNorm(12), Tanh()]
    net.append(Linear(12, n, g))
    with T.no_grad():
        net[-1].weight *= 0.1
    parameters = [C] + [p for one in net for p in one.parameters()]
    print(sum(p.nelement() for p in parameters))
    for p in parameters:
        p.requires_grad = True
    losses = []
    for _ in range(20):
        ix = T.randint(0, X.shape[0], (16,))
        x = C[X[ix]]
        for one in net:
            x = one(x)
        loss = F.cross_entropy(x, Y[ix])
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data += -0.1 * p.grad
        losses.append(loss.log10().item())
    print(T.tensor(losses).view(-1, 5).mean(1))
    for one in net:
        print(one.__class__.__name__, ":", tuple(one.out.shape))
    logits = T.zeros(4, n)
    for one in net:
        if isinstance(one, BatchNorm):
            one.training = False
    for i in range(4):
        x = C[X[[7 + i]]]
        for one in net:
            x = one(x)
        logits[i] = x
    print(logits.shape, logits.requires_grad, logits[0, :3])


# --- Lecture 7: a transformer ---


def transformer(T):
    nn, F = T.nn, T.nn.functional
    corpus = " ".join(words())[:3000]
    chars = sorted(set(corpus))
    code = {c: i for i, c in enumerate(chars)}
    width, heads, block, device = 16, 2, 8, "cpu"
    if T.cuda.is_available():
        print("a GPU")
    T.manual_seed(1337)

    class Head(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.key = nn.Linear(width, size, bias=False)
            self.query = nn.Linear(width, size, bias=False)
            self.value = nn.Linear(width, size, bias=False)
            self.register_buffer("tril", T.tril(T.ones(block, block)))
            self.dropout = nn.Dropout(0.1)

        def forward(self, x):
            _, length, _ = x.shape
            k, q = self.key(x), self.query(x)
            w = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
            mask = self.tril[:length, :length] == 0
            w = F.softmax(w.masked_fill(mask, float("-inf")), dim=-1)
            return self.dropout(w) @ self.value(x)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.heads = nn.ModuleList(
                [Head(width // heads) for _ in range(heads)]
            )
            self.proj = nn.Linear(width, width)
            self.ffwd = nn.Sequential(
                nn.Linear(width, 4 * width), nn.ReLU(),
                nn.Linear(4 * width, width), nn.Dropout(0.1),
            )  # fmt: skip
            self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)

        def forward(self, x):
            y = self.ln1(x)
            x = x + self.proj(T.cat([h(y) for h in self.heads], dim=-1))
            return x + self.ffwd(self.ln2(x))

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = nn.Embedding(len(chars), width)
            self.places = nn.Embedding(block, width)
            self.blocks = nn.Sequential(*[Block() for _ in range(2)])
            self.norm, self.head = (
                nn.LayerNorm(width),
                nn.Linear(width, len(chars)),
            )
            self.apply(self.begin)

        def begin(self, module):
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, mean=0.0, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, mean=0.0, std=0.02)

        def forward(self, idx, targets=None):
            _, length = idx.shape
            x = self.tokens(idx) + self.places(T.arange(length, device=device))
            logits = self.head(self.norm(self.blocks(x)))
            if targets is None:
                return logits, None
            B, length, n = logits.shape
            return logits, F.cross_entropy(
                logits.view(B * length, n), targets.view(-1)
            )

        def generate(self, idx, count):
            for _ in range(count):
                logits, _ = self(idx[:, -block:])
                probs = F.softmax(logits[:, -1, :], dim=-1)
                idx = T.cat((idx, T.multinomial(probs, num_samples=1)), dim=1)
            return idx

    data = T.tensor([code[c] for c in corpus], dtype=T.long)
    parts = {
        "train": data[: int(0.9 * len(data))],
        "val": data[int(0.9 * len(data)) :],
    }

    def batch(part):
        rows = parts[part]
        ix = T.randint(len(rows) - block, (4,))
        x = T.stack([rows[i : i + block] for i in ix])
        y = T.stack([rows[i + 1 : i + block + 1] for i in ix])
        return x.to(device), y.to(device)

    model = Model().to(device)
    print(model)
    print(sum(p.numel() for p in model.parameters()) / 1e6, "M parameters")

    @T.no_grad()
    def estimate():
        out = {}
        model.eval()
        for part in parts:
            losses = T.zeros(3)
            for k in range(3):
                losses[k] = model(*batch(part))[1].item()
            out[part] = losses.mean()
        model.train()
        return out

    optimizer = T.optim.AdamW(model.parameters(), lr=1e-2)
    for step in range(12):
        if step % 5 == 0:
            found = estimate()
            print(f"{step}: {found['train']:.4f}, {found['val']:.4f}")
        _, loss = model(*batch("train"))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        T.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    start = T.zeros((1, 1), dtype=T.long, device=device)
    print("".join(chars[i] for i in model.generate(start, 30)[0].tolist()))
    print(list(model.state_dict())[:4], len(list(model.buffers())))


# --- What else people write in such notebooks ---


def odds_and_ends(T):
    x = T.arange(12).view(3, 4)
    print(x[[T.tensor([0, 2])]], x[[T.tensor([0, 2]), T.tensor([1, 3])]])
    print(x % 5, x // 5, 20 // (x + 1), -x % 5, 7 % (x + 1))
    y = T.tensor([[3.0, 1.0], [2.0, 5.0]])
    print(y.max(1), y.min(0), y.sort(descending=True), y.topk(1), y.median(0))
    print(T.sort(y[0]), y.argsort(dim=0), y.median(), T.unique(x % 5))
    print(
        y.add(1).mul_(2).clamp_(max=9),
        y.sub(1, alpha=2),
        y.t(),
        y.t().stride(),
    )
    print(T.where(y > 2), T.isnan(y / 0 * 0).any(), T.eq(y, 2.0), y.eq(3.0))
    print(
        T.outer(y[0], y[1]),
        T.einsum("ij,jk->ik", y, y),
        T.cumsum(y, 1),
        y.prod(),
    )
    print(y.repeat(2, 1), y.roll(1, 0), T.repeat_interleave(y, 2, 1))
    print(
        T.bincount(T.tensor([1, 1, 3])),
        T.gather(x, 1, T.tensor([[0], [1], [2]])),
    )
    print(T.tensor(1.5), T.tensor([1e-5, 1.0]), T.tensor([]), T.zeros(0, 3))
    print(T.LongTensor([1, 2]), T.FloatTensor([1, 2]), T.as_tensor([1.0]))
    print(T.device("cpu"), y.to(T.device("cpu")).device, T.is_tensor(y))
    z = T.zeros(3, 2)
    z.index_add_(0, T.tensor([0, 2, 0]), T.ones(3, 2))
    z.scatter_(1, T.tensor([[1], [0], [1]]), 7.0)
    print(z, z.scatter_add_(1, T.tensor([[0], [0], [1]]), T.ones(3, 1)))
    T.set_printoptions(precision=2, sci_mode=False)
    print(T.tensor([1e-3, 12345.678]), y / 3)
    T.set_printoptions(precision=4, sci_mode=None)
    with T.inference_mode():
        print((y * 2).requires_grad, y.numel(), y.view_as(y).shape, y.equal(y))
    print(T.linspace(0, 1, 5), T.eye(2), T.full((2,), 3), T.logspace(0, 1, 3))
    print(y.softmax(1), y.log_softmax(dim=-1), y.unfold(0, 2, 1).shape)
    print(list(T.meshgrid(T.arange(2), T.arange(2), indexing="ij")))
    print(
        y.long() & 1,
        ~(y > 2),
        (y > 2) | (y < 2),
        (y > 2) ^ (y < 4),
        y.bool().all(),
    )


def batches(T):
    data, x = T.utils.data, T.arange(10)
    pairs = data.TensorDataset(x, x * x)
    T.manual_seed(3)
    loader = data.DataLoader(pairs, batch_size=4, shuffle=True, drop_last=True)
    for _ in range(2):
        print(*loader)
    print(T.rand(2), len(loader), pairs[3])
    g = T.Generator().manual_seed(5)
    loader = data.DataLoader(pairs, 3, shuffle=True, generator=g)
    print([[a.tolist() for a, _ in loader] for _ in range(2)], T.rand(2))
    parts = data.random_split(pairs, [0.55, 0.25, 0.2], generator=g)
    print([list(part.indices) for part in parts], T.rand(1, generator=g))
    print(next(iter(data.DataLoader(parts[0], 5))), T.rand(1))
    rows = [{"a": i, "b": [1.0, float(i)], "c": "x" * i} for i in range(3)]
    print(*data.DataLoader(rows, 2), next(iter(data.Subset(rows, [2]))))


def by_name(T):
    """Arguments by the names that PyTorch gives them, and NumPy's of axes."""
    F, g = T.nn.functional, T.Generator().manual_seed(3)
    print(T.arange(5), T.arange(1, 5), T.arange(1, 5, 2), T.arange(end=4))
    print(T.arange(start=1, end=8, step=3), T.arange(0, 1, step=0.5))
    print(T.arange(2, end=4), T.arange(5, 0, -2), T.arange(1.5, 3))
    print(T.randint(low=0, high=9, size=(3,), generator=g))
    print(
        T.randint(9, size=(2,), generator=g), T.randint(5, (2,), generator=g)
    )
    print(T.randint(2, 9, size=(2,), generator=g))
    print(T.randint(high=5, size=(2,), generator=g))
    print(T.randn(size=(2,), generator=g), T.zeros(size=(1, 2)), T.zeros(()))
    x = T.arange(6.0).view(2, 3)
    print(x.sum(axis=0), x.mean(axis=1, keepdims=True), x.std(axis=0))
    print(x.max(axis=1), x.argmax(axis=0), T.cat([x, x], axis=1))
    print(x.var(axis=(0, 1)), T.sum(x, axis=1, keepdims=True), x.amax(axis=0))
    print(F.softmax(input=x, dim=1), T.matmul(input=x, other=x.T))
    print(T.multinomial(input=x[1], num_samples=2, generator=g))
    print(F.cross_entropy(input=x, target=T.tensor([0, 2])), T.numel(x))


NAMED_NODES = {
    "one": lambda T, x: x[0, 1],
    "some": lambda T, x: x[:1],
    "rows": lambda T, x: x[T.tensor([1, 0])],
    "view": lambda T, x: x.view(-1),
    "turned": lambda T, x: x.T,
    "added up": lambda T, x: (x * 2).sum(),
    "product": lambda T, x: x @ x.T,
    "layer": lambda T, x: T.nn.functional.linear(x, x, x[:, 0]),
    "softmax": lambda T, x: x.softmax(1),
    "logs": lambda T, x: T.nn.functional.log_softmax(x, 1),
    "norm": lambda T, x: T.nn.functional.layer_norm(x, (2,), x[0], x[1]),
    "loss": lambda T, x: T.nn.functional.cross_entropy(x, T.tensor([0, 1])),
}


@pytest.mark.parametrize("name", NAMED_NODES)
def test_a_node_has_the_name_that_pytorch_prints(name):
    found = []
    for T in (torch, mt):
        z = NAMED_NODES[name](T, T.ones(2, 2, requires_grad=True))
        found.append(re.search(r"grad_fn=<(\w+)>", repr(z))[1])
        assert found[-1] in repr(z.grad_fn)
    assert found[0] == found[1]


PROGRAMS = [
    batches, by_hand, by_name, counted_pairs, joined_step_by_step,
    learned_pairs, odds_and_ends, perceptron, statistics, transformer,
]  # fmt: skip
NUMBER = re.compile(r"([-+]?\d+\.?\d*(?:e[-+]?\d+)?)")


def plain(text):
    """The text without the names of types and nodes."""
    text = re.sub(r"torch\.Size\(\[(.*?)\]\)", r"(\1)", text)
    text = re.sub(r"\((\d+),\)", r"(\1)", text)
    text = text.replace("torch.float32", "float32")
    text = text.replace("torch.int", "int")
    text = re.sub(r"grad_fn=<\w+>", "grad_fn", text)
    return re.sub(r"\s+", " ", text)


def printed(program, lib):
    into = io.StringIO()
    with contextlib.redirect_stdout(into):
        program(lib)
    return plain(into.getvalue())


@pytest.mark.filterwarnings("ignore:Using a non-tuple sequence:UserWarning")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_a_program_prints_what_it_prints_under_pytorch(program):
    expected, found = printed(program, torch), printed(program, mt)
    a, b = NUMBER.split(expected), NUMBER.split(found)
    assert a[::2] == b[::2]
    for x, y in zip(a[1::2], b[1::2], strict=True):
        assert abs(float(x) - float(y)) <= DIGITS * max(1, abs(float(x)))
