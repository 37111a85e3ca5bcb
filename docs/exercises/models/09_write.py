"""A model writes.

level: 2
idea: read the end, draw, append
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# Write `continued(model, ix, window, count)`: `ix`, of the shape
# (batch, time), with `count` more letters.
# For each letter the model reads at most the last `window` ones; its scores
# have the shape (batch, time, letters), and those of the last position are for
# the next letter.
# Take the letter with the largest score.

# %% start
def continued(model, ix, window, count):
    return ix  # your lines


# %% check
seen = []


def adds_two(ix):
    """Is sure that each letter is followed by the one two after it."""
    seen.append(ix.shape[1])
    return F.one_hot((ix + 2) % 10, num_classes=10).float()


found = continued(adds_two, torch.tensor([[1, 3], [0, 0]]), 4, 5)
expected = [[1, 3, 5, 7, 9, 1, 3], [0, 0, 2, 4, 6, 8, 0]]
nudge = "The letter after the last one, appended, five times."
expect("two texts, five more letters", found.tolist(), expected, nudge)
nudge = "A model has no places for more than a window."
expect("how many letters it read", seen, [2, 3, 4, 4, 4], nudge)
one = continued(adds_two, torch.tensor([[4]]), 4, 0).tolist()
expect("no more letters", one, [[4]], "The text as it is.")
print("Right: it writes.")

# %% hint
# `ix[:, -window:]` are the last letters, or all if there are fewer.

# %% hint
# `scores[:, -1].argmax(1)` has the shape (batch,); `torch.cat` along axis 1
# wants (batch, 1).

# %% solution
def continued(model, ix, window, count):
    for _ in range(count):
        scores = model(ix[:, -window:])[:, -1]
        best = scores.argmax(1).view(-1, 1)
        ix = torch.cat([ix, best], 1)
    return ix


# %% remark
# A draw with `torch.multinomial` in place of `argmax` keeps a real model from
# running in circles.
