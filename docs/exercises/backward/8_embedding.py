"""First layer and embedding.

level: 2
idea: a row that is read twice gets both
follows: /tutorials/backward-by-hand
"""

# %% statement
# `emb = C[Xb]`, `embcat = emb.view(n, 6)` and `hprebn = embcat @ W1 + b1`.
# Write the last five gradients.

# %% start
dhprebn = engine["hprebn"]
dembcat = torch.zeros_like(embcat)  # your line
dW1 = torch.zeros_like(W1)  # your line
db1 = torch.ones_like(b1)  # your line
demb = torch.zeros_like(emb)  # your line
dC = torch.zeros_like(C)  # your lines


# %% check
step("embcat", dembcat, "As in any linear layer.")
step("W1", dW1, "As in any linear layer.")
step("b1", db1, "As in any linear layer.")
step("emb", demb, "The same numbers, counted in another shape.")
step("C", dC, "Letter 1 stands in four places: add, do not assign.")
print("Right: down to the letters.")

# %% hint
# The shape of `emb` is `(6, 2, 3)`.

# %% hint
# Two loops, over `n` examples and two places, with `dC[Xb[i, j]] += ...`.

# %% solution
dhprebn = engine["hprebn"]
dembcat = dhprebn @ W1.T
dW1 = embcat.T @ dhprebn
db1 = dhprebn.sum(0)
demb = dembcat.view(emb.shape)
dC = torch.zeros_like(C)
for i in range(n):
    for j in range(2):
        dC[Xb[i, j]] += demb[i, j]


# %% remark
# `db1` is 0 but for rounding: batch norm subtracts what `b1` adds.
