"""Add softmax.

level: 1
idea: scores become probabilities
follows: /tutorials/from-an-mlp-to-a-gpt
"""

# %% statement
# Write `softmax(scores)`: a list with $p_i = e^{x_i} / \sum_j e^{x_j}$ for
# every score $x_i$.
# micrograd's `exp` takes numbers and Values.

# %% start
from micrograd import exp


def softmax(scores):
    return scores  # your lines


# %% check
from micrograd import Value

found = softmax([0.0, 0.0])
expect("softmax([0.0, 0.0])", found, [0.5, 0.5], "Equal scores share.")
found = softmax([1.0, 2.0, 4.0])
expected = [0.042010066, 0.1141952, 0.843794734]
expect("softmax([1.0, 2.0, 4.0])", found, expected, "Divide by the sum.", 1e-8)
expect("their sum", sum(found), 1.0, "Probabilities add up to 1.")

x = [Value(1.0), Value(2.0), Value(4.0)]
p = softmax(x)
p[1].backward()
slopes = [v.grad for v in x]
q = [v.data for v in p]
expected = [-q[1] * q[0], q[1] * (1 - q[1]), -q[1] * q[2]]
nudge = "Compute with Values; .data on the way cuts the graph."
expect("gradients of the second", slopes, expected, nudge)
print("Right:", [round(v, 4) for v in q])

# %% hint
# First the exponentials, then their sum, then the quotients.

# %% solution
from micrograd import exp


def softmax(scores):
    weights = [exp(x) for x in scores]
    total = sum(weights)
    return [w / total for w in weights]


# %% remark
# The derivative of $p_i$ with respect to its own score is $p_i (1 - p_i)$, and
# with respect to another $-p_i p_j$.
