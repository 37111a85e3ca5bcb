"""Batch norm at once.

level: 3
idea: minus what shifts, minus what stretches
follows: /tutorials/backward-by-hand
"""

# %% statement
# Write the same six steps as one function of `bnraw` ($\hat x$), `bnvar_inv`
# ($s$) and `dbnraw` ($g$):
#
# $$s \left( g_i - \frac1n \sum_j g_j - \frac{1}{n-1}\, \hat x_i \sum_j g_j
# \hat x_j \right)$$

# %% start
def through_norm(bnraw, bnvar_inv, dbnraw):
    return bnvar_inv * dbnraw  # your lines


# %% check
dhprebn = through_norm(bnraw, bnvar_inv, engine["bnraw"])
step("hprebn", dhprebn, "Sums over the batch, for each column by itself.")
shifts = dhprebn.sum(0).abs().max().item()
nudge = "A shift of a column changes nothing."
expect("the largest sum of a column", shifts, 0.0, nudge)
found = through_norm(bnraw[:, :2], bnvar_inv[:, :2], engine["bnraw"][:, :2])
far = (found - engine["hprebn"][:, :2]).abs().max().item()
expect("distance for two columns", far, 0.0, "Use what you are given.")
found = through_norm(bnraw, 2 * bnvar_inv, engine["bnraw"])
far = (found - 2 * engine["hprebn"]).abs().max().item()
expect("distance with s doubled", far, 0.0, "s is a factor of all of it.")
print("Right: three ways to the loss in one line.")

# %% hint
# Sums over $j$ are sums over axis 0; `keepdim` is not needed, since a row fits
# all rows.

# %% solution
def through_norm(bnraw, bnvar_inv, dbnraw):
    n = len(bnraw)
    shift = dbnraw.sum(0) / n
    stretch = bnraw * (dbnraw * bnraw).sum(0) / (n - 1)
    return bnvar_inv * (dbnraw - shift - stretch)
