"""A Taylor polynomial.

level: 2
idea: all derivatives at one point give the whole curve
follows: /how-to/take-higher-derivatives
"""

# %% statement
# The Taylor polynomial of `f` at 0 has the coefficients $f^{(k)}(0) / k!$.
# Write `taylor(f, n)`: the list of the first `n`, beginning with the constant.

# %% start
from math import factorial

from micrograd import grad


def taylor(f, n):
    return [f(0.0)]  # the rest is yours


# %% check
from micrograd import exp, sin


def ratio(x):
    return 1.0 / (1.0 - x)


found = taylor(ratio, 5)
expect("taylor(ratio, 5)", found, [1.0] * 5, "It is 1 + x + x**2 + ...")
expected = [1.0, 1.0, 0.5, 1 / 6, 1 / 24]
expect("taylor(exp, 5)", taylor(exp, 5), expected, "One over k factorial.")
expected = [0.0, 1.0, 0.0, -1 / 6, 0.0, 1 / 120]
expect("taylor(sin, 6)", taylor(sin, 6), expected, "Every second one is 0.")

guess = sum(c * 0.5**k for k, c in enumerate(taylor(exp, 8)))
print(f"Right: with eight coefficients exp(0.5) is {guess:.6f}.")

# %% hint
# In each round of a loop, note a coefficient, then differentiate once more.

# %% solution
from math import factorial

from micrograd import grad


def taylor(f, n):
    coefficients = []
    for k in range(n):
        coefficients.append(f(0.0) / factorial(k))
        f = grad(f)
    return coefficients
