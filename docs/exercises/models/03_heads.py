"""Several heads at once.

level: 3
idea: one more axis instead of a loop
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# Write the `forward` of a causal self-attention with several heads, without a
# loop over them.
# `x` has the shape (batch, time, width); one layer, `qkv`, puts out queries,
# keys and values side by side, and head `i` has the `i`-th part of each.
# The outputs of the heads are put side by side again and go through `join`.

# %% start
class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.join = nn.Linear(width, width)

    def forward(self, x):
        return self.join(x)  # your lines


# %% check
def head_by_head(layer, x):
    size = x.shape[2] // layer.heads
    q, k, v = layer.qkv(x).split(x.shape[2], 2)
    outs = []
    for i in range(layer.heads):
        one = [z[:, :, i * size : (i + 1) * size] for z in (q, k, v)]
        outs.append(F.scaled_dot_product_attention(*one, is_causal=True))
    return layer.join(torch.cat(outs, 2))


torch.manual_seed(1)
for heads in (1, 2, 4):
    layer = Attention(8, heads)
    x = torch.randn(3, 5, 8)
    found = layer(x)
    nudge = "It has to fit a residual connection."
    expect(f"shape, {heads} heads", list(found.shape), [3, 5, 8], nudge)
    far = (found - head_by_head(layer, x)).abs().max().item()
    what = f"distance from a loop over heads, {heads} heads"
    nudge = "Queries, keys, values; scale, mask, softmax; then join."
    if heads > 1:
        nudge = "Is the width split into heads before axes are exchanged?"
    expect(what, far, 0.0, nudge, 1e-5)
print("Right: one, two and four heads.")

# %% hint
# From (B, T, width), `view(B, T, heads, size).transpose(1, 2)` makes
# (B, heads, T, size); products and softmax then work on the last two axes.

# %% hint
# `self.qkv(x).split(width, 2)` gives queries, keys and values.

# %% hint
# Back: `transpose(1, 2)`, then `reshape(B, T, width)`.

# %% solution
class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.join = nn.Linear(width, width)

    def forward(self, x):
        B, T, width = x.shape
        size = width // self.heads
        q, k, v = [
            z.view(B, T, self.heads, size).transpose(1, 2)
            for z in self.qkv(x).split(width, 2)
        ]
        scores = q @ k.transpose(2, 3) * size**-0.5
        allowed = torch.tril(torch.ones(T, T))
        scores = scores.masked_fill(allowed == 0, float("-inf"))
        out = F.softmax(scores, 3) @ v  # (B, heads, T, size)
        return self.join(out.transpose(1, 2).reshape(B, T, width))
