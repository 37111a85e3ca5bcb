"""The bug of the axis.

level: 1
idea: what adds up to 1
follows: /tutorials/a-tree-of-letters
"""

# %% statement
# The loss of scores with the shape (batch, time, letters): time is the
# position in the text, and `y` has the right letter for each batch and time.
# For equal scores it is right, if the text is as long as the alphabet.

# %% solution
def loss_of(scores, y):
    logp = F.log_softmax(scores, 2)
    B, T, _ = scores.shape
    return -logp.view(B * T, -1)[range(B * T), y.view(-1)].mean()


# %% wrong
logp = F.log_softmax(scores, 1)

# %% right
logp = F.log_softmax(scores, 2)

# %% check
from math import log

y = torch.tensor([[0, 3, 1, 2], [2, 2, 0, 1]])
found = loss_of(torch.zeros(2, 4, 4), y).item()
expect("equal scores, 4 letters, 4 times", found, log(4), "Right.", 1e-6)

found = loss_of(torch.zeros(2, 4, 10), y).item()
nudge = "A guess among 10 letters. Over what do the probabilities add up?"
expect("equal scores, 10 letters, 4 times", found, log(10), nudge, 1e-6)

torch.manual_seed(1)
scores = torch.randn(2, 4, 7)
found = loss_of(scores, y).item()
expected = F.cross_entropy(scores.view(8, 7), y.view(8)).item()
expect("drawn scores", found, expected, "As cross_entropy finds it.", 1e-5)
print("Found: over the letters.")

# %% hint
# Axis 0 is the batch, 1 the time.
