"""Add the mean squared error.

level: 1
idea: a loss turns many numbers into one
follows: /tutorials/a-neuron-a-layer-a-network
"""

# %% statement
# Write `mse(predictions, targets)`: the mean of the squared differences.
# It should work on numbers and on Values, and refuse lists of different
# lengths.

# %% start
def mse(predictions, targets):
    return 0.0  # your lines


# %% check
from micrograd import Value

found = mse([1, 2, 3], [1, 2, 5])
expect("mse([1, 2, 3], [1, 2, 5])", found, 4 / 3, "The mean of 0, 0 and 4.")

p = [Value(1.0), Value(4.0)]
loss = mse(p, [3.0, 3.0])
loss.backward()
grads = [v.grad for v in p]
expect("gradients", grads, [-2.0, 1.0], "2 * difference / number.")

try:
    mse([1.0, 2.0], [1.0])
    found = "no error"
except ValueError:
    found = "ValueError"
nudge = "zip(..., strict=True) refuses; without it the longer one is cut off."
expect("lists of 2 and 1", found, "ValueError", nudge)
print("Right: a number, its gradients, and a refusal.")

# %% hint
# `zip(predictions, targets, strict=True)` gives the pairs.

# %% solution
def mse(predictions, targets):
    pairs = zip(predictions, targets, strict=True)
    return sum((p - t) ** 2 for p, t in pairs) / len(targets)
