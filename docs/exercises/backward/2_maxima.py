"""The largest of each row.

level: 2
idea: a maximum passes on to one place
follows: /tutorials/backward-by-hand
"""

# %% statement
# Before `exp`, the largest score of each row is subtracted:
# `norm_logits = logits - logits.max(1, keepdim=True).values`.
# Write `through_maxima(logits, dnorm_logits)`: the gradients of the maxima and
# of the logits.

# %% start
def through_maxima(logits, dnorm_logits):
    dlogit_maxes = dnorm_logits.sum(1)  # your line
    dlogits = dnorm_logits  # your lines
    return dlogit_maxes, dlogits


# %% check
scores = torch.tensor([[1.0, 5.0, 2.0], [7.0, 0.0, 0.0]])
slopes = torch.tensor([[1.0, 2.0, 4.0], [0.0, 3.0, 3.0]])
maxes, both = through_maxima(scores, slopes)
nudge = "One number was subtracted from a whole row."
expect("gradients of the maxima", maxes.tolist(), [[-7.0], [-6.0]], nudge)
nudge = "Directly, and, where the row is largest, by the maximum."
expected = [[1.0, -5.0, 4.0], [-6.0, 3.0, 3.0]]
expect("gradients of the scores", both.tolist(), expected, nudge)
given = [[1.0, 2.0, 4.0], [0.0, 3.0, 3.0]]
expect("slopes afterwards", slopes.tolist(), given, "Change a copy.")

dlogit_maxes, dlogits = through_maxima(logits, engine["norm_logits"])
step("logit_maxes", dlogit_maxes, "The same for the network.")
step("logits", dlogits, "The same for the network.")
print("Right: in the network the largest gradient of a maximum is", end=" ")
print(f"{dlogit_maxes.abs().max().item():.0e}.")

# %% hint
# `dlogit_maxes` keeps one number for each row, and has a minus sign.

# %% hint
# `F.one_hot(logits.max(1).indices, num_classes=logits.shape[1])` has a 1 at
# the largest of each row.

# %% solution
def through_maxima(logits, dnorm_logits):
    dlogit_maxes = -dnorm_logits.sum(1, keepdim=True)
    most = logits.max(1).indices
    largest = F.one_hot(most, num_classes=logits.shape[1])
    return dlogit_maxes, dnorm_logits + largest * dlogit_maxes


# %% remark
# In the network these gradients are 0 but for rounding: subtracting the same
# number from a whole row changes no probability.
