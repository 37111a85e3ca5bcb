"""Cross-entropy of scores.

level: 2
idea: never take the logarithm of a softmax
follows: /tutorials/from-an-mlp-to-a-gpt
"""

# %% statement
# The loss of one sample is $-\ln p_c$, where $p$ is the softmax of the
# scores and $c$ the right class.
# The start fails where $p_c$ rounds to 0.
# Repair it; `logsumexp` of `micrograd.functions` may be used.

# %% start
from micrograd import log
from micrograd.functions import logsumexp, softmax


def cross_entropy(scores, right):
    return -log(softmax(scores)[right])


# %% check
from micrograd import Value

found = cross_entropy([2.0, 2.0], 0)
expect("two equal scores", found, 0.6931471805599453, "It is ln 2.")
found = cross_entropy([1000.0, 0.0], 1)
nudge = "Divide before you take the logarithm: on paper."
expect("cross_entropy([1000, 0], 1)", found, 1000.0, nudge)

x = [Value(1.0), Value(-2.0), Value(0.5)]
cross_entropy(x, 2).backward()
expected = softmax([1.0, -2.0, 0.5])
expected[2] -= 1.0
expect("its gradients", [v.grad for v in x], expected, "p, less 1 for c.")
print("Right: the gradients are the probabilities, less 1 for the right one.")

# %% hint
# The logarithm of a quotient is a difference of logarithms.

# %% hint
# $\ln p_c = x_c - \ln \sum_j e^{x_j}$.

# %% solution
from micrograd.functions import logsumexp, softmax


def cross_entropy(scores, right):
    return logsumexp(scores) - scores[right]
