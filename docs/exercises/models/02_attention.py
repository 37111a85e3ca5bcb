"""Attention from memory.

level: 2
idea: scores, mask, softmax, values
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# Write `attention(q, k, v)` for one text: queries, keys and values of the
# shape (time, size).
# Divide the scores by the root of the size, and let no position read a later
# one.
# Do not use `F.scaled_dot_product_attention`.

# %% start
def attention(q, k, v):
    return v  # your lines


# %% check
torch.manual_seed(1)
q, k, v = torch.randn(6, 4), torch.randn(6, 4), torch.randn(6, 3)
found = attention(q, k, v)
expect("shape", list(found.shape), [6, 3], "A value for each position.")
found = attention(q, torch.zeros(6, 4), v)[3].tolist()
expected = v[:4].mean(0).tolist()
nudge = "Equal keys: the mean of all values up to there."
expect("position 3 with equal keys", found, expected, nudge, 1e-5)

changed = torch.cat([v[:5], v[5:] + 9.0])
difference = attention(q, k, changed) - attention(q, k, v)
moved = [bool(x > 1e-6) for x in difference.abs().amax(1)]
expected = [False] * 5 + [True]
expect("positions that notice a new last one", moved, expected, "The mask.")

expected = F.scaled_dot_product_attention(q, k, v, is_causal=True)
far = (attention(q, k, v) - expected).abs().max().item()
expect("distance from the engine's", far, 0.0, "The scale.", 1e-5)
print("Right: attention in four lines.")

# %% hint
# `q @ k.T` has the score of every position for every other.

# %% hint
# `scores.masked_fill(allowed == 0, float("-inf"))` before softmax.

# %% hint
# Softmax is over the last axis; then the weights times `v`.

# %% solution
def attention(q, k, v):
    T, size = q.shape
    scores = q @ k.T * size**-0.5
    allowed = torch.tril(torch.ones(T, T))
    scores = scores.masked_fill(allowed == 0, float("-inf"))
    return F.softmax(scores, 1) @ v
