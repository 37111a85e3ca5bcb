"""The gradient of cross-entropy.

level: 3
idea: derive once, on paper
follows: /how-to/check-a-gradient
"""

# %% statement
# The loss of a batch is the mean of the cross-entropies of its samples.
# Without `backward`, compute its gradient with respect to all scores: a list
# of lists in the form of `scores`.

# %% start
from micrograd.functions import softmax


def gradient(scores, classes):
    return [[0.0 for _ in row] for row in scores]  # your lines


# %% check
from micrograd import grad
from micrograd.functions import cross_entropy

scores = [[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]]
for classes in [[0, 0], [2, 1]]:
    exact = grad(cross_entropy)(scores, classes)
    nudge = "p - 1 for the right class, p for the others; and it is a mean."
    expect(f"classes {classes}", gradient(scores, classes), exact, nudge)
print("Right: softmax minus one-hot, over the number of samples.")

# %% hint
# For one sample, what is the derivative of $\ln \sum_j e^{x_j} - x_c$ with
# respect to $x_i$?

# %% hint
# It is $p_i$, and 1 less for $i = c$.
# A mean over two samples halves every gradient.

# %% solution
from micrograd.functions import softmax


def gradient(scores, classes):
    rows = []
    for row, right in zip(scores, classes, strict=True):
        p = softmax(row)
        p[right] -= 1.0
        rows.append([x / len(scores) for x in p])
    return rows


# %% remark
# The gradient never exceeds 1 in size, however wrong the scores are.
