"""What the exercises of this group start from."""

import micrograd.tensors as torch

F = torch.nn.functional
g = torch.Generator().manual_seed(2147483647)


def drawn(*shape, scale=1.0):
    """A parameter in double precision, so that only rounding is allowed."""
    p = torch.randn(*shape, generator=g, dtype=torch.float64) * scale
    p.requires_grad = True
    return p


n = 6  # examples, each with two letters of seven
Xb = torch.tensor([[0, 1], [1, 4], [4, 1], [0, 6], [6, 6], [2, 1]])
Yb = torch.tensor([4, 1, 0, 6, 3, 5])
C = drawn(7, 3)
W1, b1 = drawn(6, 5), drawn(5, scale=0.1)
bngain, bnbias = drawn(1, 5), drawn(1, 5, scale=0.1)
W2, b2 = drawn(5, 7), drawn(7, scale=0.1)

# embedding and first layer
emb = C[Xb]  # (6, 2, 3)
embcat = emb.view(n, 6)
hprebn = embcat @ W1 + b1  # (6, 5)
# batch norm
bnmeani = hprebn.sum(0, keepdim=True) / n  # (1, 5)
bndiff = hprebn - bnmeani
bndiff2 = bndiff**2
bnvar = bndiff2.sum(0, keepdim=True) / (n - 1)
bnvar_inv = (bnvar + 1e-5) ** -0.5
bnraw = bndiff * bnvar_inv
hpreact = bngain * bnraw + bnbias
# tanh and second layer
h = torch.tanh(hpreact)
logits = h @ W2 + b2  # (6, 7)
# cross-entropy
logit_maxes = logits.max(1, keepdim=True).values
norm_logits = logits - logit_maxes
counts = norm_logits.exp()
counts_sum = counts.sum(1, keepdim=True)
counts_sum_inv = counts_sum**-1
probs = counts * counts_sum_inv
logprobs = probs.log()
loss = -logprobs[range(n), Yb].mean()

STEPS = """
C W1 b1 bngain bnbias W2 b2 emb embcat hprebn bnmeani bndiff bndiff2 bnvar
bnvar_inv bnraw hpreact h logits logit_maxes norm_logits counts counts_sum
counts_sum_inv probs logprobs
""".split()
kept = {name: globals()[name] for name in STEPS}
for tensor in kept.values():
    tensor.retain_grad()
loss.backward()
engine = {name: tensor.grad for name, tensor in kept.items()}


def step(name, mine, nudge):
    """Compare a gradient with the engine's: the shape, then the numbers."""
    theirs = engine[name]
    shapes = tuple(mine.shape), tuple(theirs.shape)
    expect(f"shape of d{name}", *shapes, nudge)
    far = (mine - theirs).abs().max().item()
    expect(f"distance of d{name} from the engine's", far, 0.0, nudge)
