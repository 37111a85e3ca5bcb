"""The bug of the loss that stays high.

level: 1
idea: cross-entropy begins with scores
follows: /tutorials/counting-letters
"""

# %% statement
# The loss of a classifier.
# For equal scores it is right.

# %% solution
def loss_of(model, X, y):
    scores = model(X)
    return F.cross_entropy(scores, y)


# %% wrong
scores = F.softmax(model(X), 1)

# %% right
scores = model(X)

# %% check
from math import log

y = torch.tensor([0, 2])
found = loss_of(lambda X: torch.zeros(2, 3), None, y).item()
expect("loss of equal scores", found, log(3), "This is right.", 1e-6)


def sure(X):
    return torch.tensor([[50.0, 0.0, 0.0], [0.0, 0.0, 50.0]])


found = loss_of(sure, None, y).item()
nudge = "A model that is sure and right should lose nothing."
expect("loss of sure, right scores", found, 0.0, nudge, 1e-6)
print("Found: softmax once.")

# %% hint
# What does `cross_entropy` do with the scores first?

# %% remark
# Probabilities lie between 0 and 1, so that taken as scores they differ by 1
# at most: for three classes the loss cannot fall below 0.55.
