"""All averages at once.

level: 1
idea: an average is a row of weights
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# Write `averages(T)`: the matrix of weights whose product with `T` rows gives,
# for each row, the mean of itself and all rows before it.

# %% start
def averages(T):
    return torch.ones(T, T) / T  # your lines


# %% check
found = averages(3).tolist()
expected = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]]
nudge = "Row 0 has nothing before it; row 1 is the mean of two."
expect("weights of three rows", found, expected, nudge, 1e-6)

x = torch.randn(8, 2)
found = (averages(8) @ x)[5].tolist()
expected = x[:6].mean(0).tolist()
expect("row 5 of the product", found, expected, "The mean of six.", 1e-5)
print("Right: eight means in one product.")

# %% hint
# `torch.tril(torch.ones(T, T))` has ones up to the diagonal.

# %% hint
# Divide each row by its sum, with `keepdim=True`.

# %% solution
def averages(T):
    allowed = torch.tril(torch.ones(T, T))
    return allowed / allowed.sum(1, keepdim=True)
