"""A sum of exponentials that does not overflow.

level: 2
idea: subtract the largest first
follows: /explanation/floating-point
"""

# %% statement
# $\ln \sum_i e^{x_i}$ is close to the largest $x_i$, but `exp(1000)` on the
# way is infinite.
# Rewrite `logsumexp` so that it is right for scores of any size.

# %% start
from micrograd import exp, log


def logsumexp(scores):
    return log(sum(exp(x) for x in scores))


# %% check
from math import log as ln

from micrograd import Value

small = logsumexp([0.0, 1.0, 2.0])
expect("logsumexp([0, 1, 2])", small, 2.40760596444438, "As by the formula.")
for x in [1000.0, -1000.0]:
    nudge = "No exponent may be above 0, and the largest is 0."
    expect(f"logsumexp([{x}, {x}])", logsumexp([x, x]), x + ln(2), nudge)

values = [Value(1000.0), Value(999.0)]
logsumexp(values).backward()
slopes = [v.grad for v in values]
expected = [0.7310585786300049, 0.2689414213699951]
expect("its gradients", slopes, expected, "They are the softmax.")
print("Right: large, small, and with its gradients.")

# %% hint
# $e^{x_i} = e^m \cdot e^{x_i - m}$ for any $m$, and a common factor can be
# taken out of a sum.

# %% hint
# So $\ln \sum_i e^{x_i} = m + \ln \sum_i e^{x_i - m}$, with the largest
# score for $m$.

# %% solution
from micrograd import exp, log


def logsumexp(scores):
    peak = max(float(x) for x in scores)
    return log(sum(exp(x - peak) for x in scores)) + peak


# %% remark
# `peak` is a plain number without a gradient, and the gradients are right all
# the same: the result does not depend on $m$.
