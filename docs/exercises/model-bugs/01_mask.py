"""The bug of the mask.

level: 1
idea: who may look at whom
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# Attention for one text, in which a position may read itself and what came
# before.
# The weights of each position add up to 1.

# %% solution
def attention(q, k, v):
    T, size = q.shape
    scores = q @ k.T * size**-0.5
    allowed = torch.tril(torch.ones(T, T))
    scores = scores.masked_fill(allowed == 0, float("-inf"))
    return F.softmax(scores, 1) @ v


# %% wrong
allowed = torch.triu(torch.ones(T, T))

# %% right
allowed = torch.tril(torch.ones(T, T))

# %% check
q, k = torch.randn(5, 4), torch.randn(5, 4)
found = attention(q, k, torch.ones(5, 1)).view(-1).tolist()
expect("five averages of ones", found, [1.0] * 5, "This is right.", 1e-6)

v = torch.arange(5).float().view(5, 1)
found = attention(q, k, v)[0].item()
nudge = "The first position can read nothing but itself, and v[0] is 0."
expect("output at the first position", found, 0.0, nudge)

changed = v.clone()
changed[-1] = 100.0
difference = attention(q, k, changed) - attention(q, k, v)
moved = (difference.abs() > 1e-6).view(-1).tolist()
expected = [False] * 4 + [True]
expect("positions that notice a new last one", moved, expected, "The last.")
print("Found: the other triangle.")

# %% hint
# Which cells of `scores` belong to a later position: those above the diagonal,
# or those below?

# %% remark
# With this mask the loss in training is very small, since each position reads
# the letter that it is to predict.
