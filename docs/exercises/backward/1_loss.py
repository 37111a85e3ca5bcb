"""From the loss to the scores.

level: 2
idea: six steps of a softmax
follows: /tutorials/backward-by-hand
"""

# %% statement
# The names are those of the network above; `dlogprobs` is the gradient of the
# loss with respect to `logprobs`, and has its shape.
# Write the six gradients down to `dnorm_logits`, each from the one before,
# without the engine.

# %% start
dlogprobs = torch.zeros_like(logprobs)  # your line
dprobs = torch.zeros_like(probs)  # your line
dcounts_sum_inv = torch.zeros_like(counts_sum_inv)  # your line
dcounts_sum = torch.zeros_like(counts_sum)  # your line
dcounts = torch.zeros_like(counts)  # your line
dnorm_logits = torch.zeros_like(norm_logits)  # your line


# %% check
nudge = "-1/n where the loss reads, 0 elsewhere."
step("logprobs", dlogprobs, nudge)
step("probs", dprobs, "The derivative of log x is 1/x.")
nudge = "One number multiplies a whole row: add the row up."
step("counts_sum_inv", dcounts_sum_inv, nudge)
step("counts_sum", dcounts_sum, "The derivative of 1/x is -1/x**2.")
nudge = "counts is in the product and in the sum: two contributions."
step("counts", dcounts, nudge)
step("norm_logits", dnorm_logits, "exp is its own derivative.")
print("Right: six steps.")

# %% hint
# `logprobs` is read at `[range(n), Yb]` and nowhere else.

# %% hint
# In `probs = counts * counts_sum_inv`, `counts_sum_inv` was repeated along
# each row; so its gradient is a sum over axis 1, with `keepdim=True`.

# %% hint
# `dcounts` has the part of the product, `counts_sum_inv * dprobs`, and that of
# the sum, which passes `dcounts_sum` to every term.

# %% solution
dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), Yb] = -1.0 / n
dprobs = dlogprobs / probs
dcounts_sum_inv = (counts * dprobs).sum(1, keepdim=True)
dcounts_sum = -(counts_sum**-2) * dcounts_sum_inv
dcounts = counts_sum_inv * dprobs + dcounts_sum
dnorm_logits = counts * dcounts
