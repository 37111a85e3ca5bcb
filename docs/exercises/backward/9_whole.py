"""A network that trains without an engine.

level: 3
idea: loss and gradients from one function
follows: /tutorials/backward-by-hand
"""

# %% statement
# Without batch norm the network is
# `h = tanh(C[X].view(-1, 6) @ W1 + b1)`, `logits = h @ W2 + b2`.
# Write `gradients(params, X, y)`: a list of the gradients of the mean
# cross-entropy with respect to `C`, `W1`, `b1`, `W2` and `b2`, in this order.
# No engine: no `backward()`.

# %% start
def gradients(params, X, y):
    C, W1, b1, W2, b2 = params
    return [torch.zeros_like(p) for p in params]  # your lines


# %% check
def loss_of(params, X, y):
    C, W1, b1, W2, b2 = params
    h = torch.tanh(C[X].view(-1, 6) @ W1 + b1)
    return F.cross_entropy(h @ W2 + b2, y)


params = [p.detach().clone() for p in (C, W1, b1, W2, b2)]
mine = gradients(params, Xb, Yb)
for p in params:
    p.requires_grad = True
loss_of(params, Xb, Yb).backward()
for name, gradient, p in zip("C W1 b1 W2 b2".split(), mine, params):
    shapes = tuple(gradient.shape), tuple(p.shape)
    expect(f"shape of d{name}", *shapes, "That of the parameter.")
    far = (gradient - p.grad).abs().max().item()
    nudge = "Begin at the logits; each line undoes one of the forward pass."
    expect(f"distance of d{name} from the engine's", far, 0.0, nudge)

params = [p.detach().clone() for p in params]
before = loss_of(params, Xb, Yb).item()
for _ in range(200):
    for p, gradient in zip(params, gradients(params, Xb, Yb)):
        p -= 0.5 * gradient
after = loss_of(params, Xb, Yb).item()
learned = after < 0.05 < before
expect("learned in 200 steps", learned, True, "Against the gradient.")
print(f"Right: the loss falls from {before:.2f} to {after:.3f}.")

# %% hint
# The logits have `p - 1` at the right letter and `p` elsewhere, divided by the
# number of examples.

# %% hint
# Then a linear layer, tanh, a linear layer, `view`, and the rows of `C`: each
# is an exercise above.

# %% hint
# `F.one_hot(X.view(-1), num_classes=len(C))` transposed, times the gradient of
# the rows, adds them up by letter; both must have the same type.

# %% solution
def gradients(params, X, y):
    C, W1, b1, W2, b2 = params
    embcat = C[X].view(-1, 6)
    h = torch.tanh(embcat @ W1 + b1)
    dlogits = F.softmax(h @ W2 + b2, 1)
    dlogits[range(len(y)), y] -= 1.0
    dlogits /= len(y)
    dhpreact = (1.0 - h**2) * (dlogits @ W2.T)
    demb = (dhpreact @ W1.T).view(-1, 3)
    places = F.one_hot(X.view(-1), num_classes=len(C)).to(C.dtype)
    return [
        places.T @ demb,
        embcat.T @ dhpreact,
        dhpreact.sum(0),
        h.T @ dlogits,
        dlogits.sum(0),
    ]
