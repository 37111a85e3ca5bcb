"""Batch norm, step by step.

level: 3
idea: two numbers are used twice
follows: /tutorials/backward-by-hand
"""

# %% statement
# From `dbnraw` to the gradient of `hprebn`, in six steps.
# `bndiff` and `hprebn` are each used twice.

# %% start
dbnraw = engine["bnraw"]
dbnvar_inv = torch.zeros_like(bnvar_inv)  # your line
dbnvar = torch.zeros_like(bnvar)  # your line
dbndiff2 = torch.zeros_like(bndiff2)  # your line
dbndiff = torch.zeros_like(bndiff)  # your line
dbnmeani = torch.zeros_like(bnmeani)  # your line
dhprebn = torch.zeros_like(hprebn)  # your line


# %% check
nudge = "The other factor of bnraw, added up over the rows."
step("bnvar_inv", dbnvar_inv, nudge)
step("bnvar", dbnvar, "The power rule, with the exponent -1/2.")
nudge = "A sum over 6 rows, divided by n - 1: each row gets that share."
step("bndiff2", dbndiff2, nudge)
nudge = "From the product with bnvar_inv, and from the square."
step("bndiff", dbndiff, nudge)
nudge = "It was subtracted from every row."
step("bnmeani", dbnmeani, nudge)
nudge = "Directly, and by the mean: each row is 1/n of it."
step("hprebn", dhprebn, nudge)
print("Right: six steps.")

# %% hint
# `dbnvar_inv = (bndiff * dbnraw).sum(0, keepdim=True)`.

# %% hint
# A gradient of one row goes to all rows: multiply it by
# `torch.ones_like(bndiff2)`.

# %% hint
# `dbndiff = bnvar_inv * dbnraw + 2 * bndiff * dbndiff2`.

# %% solution
dbnraw = engine["bnraw"]
dbnvar_inv = (bndiff * dbnraw).sum(0, keepdim=True)
dbnvar = -0.5 * (bnvar + 1e-5) ** -1.5 * dbnvar_inv
dbndiff2 = torch.ones_like(bndiff2) * dbnvar / (n - 1)
dbndiff = bnvar_inv * dbnraw + 2 * bndiff * dbndiff2
dbnmeani = -dbndiff.sum(0, keepdim=True)
dhprebn = dbndiff + dbnmeani / n
