"""A linear layer.

level: 1
idea: the shapes leave one way to write it
follows: /tutorials/backward-by-hand
"""

# %% statement
# `logits = h @ W2 + b2`, with the shapes `(6, 5)`, `(5, 7)` and `(7,)`.
# Write the gradients of `h`, `W2` and `b2`, from that of `logits`.

# %% start
dlogits = engine["logits"]
dh = torch.zeros_like(h)  # your line
dW2 = torch.zeros_like(W2)  # your line
db2 = torch.zeros_like(b2)  # your line


# %% check
step("h", dh, "(6, 5) comes from (6, 7) and (7, 5).")
step("W2", dW2, "(5, 7) comes from (5, 6) and (6, 7).")
step("b2", db2, "b2 was added to every row.")
print("Right: two transposes and a sum.")

# %% hint
# A product `A @ B` has the shape of A's rows and B's columns; `.T` exchanges
# them.

# %% solution
dlogits = engine["logits"]
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
db2 = dlogits.sum(0)
