"""The bug of the parrot.

level: 1
idea: the next letter is the target
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# `windows` cuts pieces out of a text, and for each the letters to predict.
# A model trained with it reaches a loss of nearly 0 and writes one letter,
# over and over.

# %% solution
def windows(data, starts, size):
    x = torch.stack([data[i : i + size] for i in starts])
    y = torch.stack([data[i + 1 : i + size + 1] for i in starts])
    return x, y


# %% wrong
y = torch.stack([data[i : i + size] for i in starts])

# %% right
y = torch.stack([data[i + 1 : i + size + 1] for i in starts])

# %% check
data = torch.arange(20) + 100
x, y = windows(data, [0, 5, 7], 4)
expect("shapes", [list(x.shape), list(y.shape)], [[3, 4], [3, 4]], "Right.")
expect("x at 5", x[1].tolist(), [105, 106, 107, 108], "This is right.")
nudge = "To 105 belongs the letter that comes after it."
expect("y at 5", y[1].tolist(), [106, 107, 108, 109], nudge)
print("Found: shifted by one.")

# %% hint
# What would the model have to learn in order to predict `y` from `x`?
