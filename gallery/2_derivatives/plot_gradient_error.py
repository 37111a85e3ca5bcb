"""A difference quotient has one best step
=======================================

You will see the error of a numerical derivative for every size of its step:
with a large step the curvature of the function dominates, with a small one
rounding does.  ``backward()`` takes no step and lies below both branches.
"""

# sphinx_gallery_tags = ["intermediate", "derivative", "floating point"]

from math import cosh

import matplotlib.pyplot as plt

from micrograd import exp, grad
from micrograd.differences import numerical_derivative
from micrograd.draw import style

plt.style.use(style())


def f(x):  # tanh, written out
    return (exp(x) - exp(-x)) / (exp(x) + exp(-x))


x, exact = 1.0, 1 / cosh(1.0) ** 2
steps = [10 ** (-k / 4) for k in range(1, 62)]
ahead = [abs((f(x + h) - f(x)) / h - exact) for h in steps]
around = [abs((f(x + h) - f(x - h)) / (2 * h) - exact) for h in steps]

figure, ax = plt.subplots(figsize=(6.5, 4.2))
ax.plot(steps, ahead, label="f(x + h) - f(x)")
ax.plot(steps, around, linestyle="--", label="f(x + h) - f(x - h)")
ax.axhline(2**-53, color="#009e73", label="rounding of a float")
ax.set(title="slope of tanh at 1", xlabel="step h", ylabel="error")
ax.set(xscale="log", yscale="log")
ax.legend()
plt.show()

# %%
# Read it from the right.  The straight branches are the error of the formula:
# a tenth of the step gives a tenth of the error one-sided, a hundredth
# two-sided.  The ragged branch is rounding: ``f(x + h)`` and ``f(x)`` agree
# in more and more digits, and their difference keeps only the wrong ones.

epsilon = 2**-52
for name, errors, power in [("one ", ahead, 2), ("both", around, 3)]:
    error, step = min(zip(errors, steps, strict=True))
    rule = epsilon ** (1 / power)
    print(f"{name}: best step {step:.0e}, error {error:.0e}", end="; ")
    print(f"epsilon ** (1/{power}) = {rule:.0e}")

# %%
# The rule of thumb for the best step needs no search, and the package's own
# check uses it.  The gradient from ``backward()`` has no step to choose.

numerical = numerical_derivative(f, x)
print(f"numerical_derivative: error {abs(numerical - exact):.0e}")
print(f"backward:             error {abs(grad(f)(x) - exact):.0e}")

# %%
# What to take away
# -----------------
#
# - Difference quotients check a gradient to about ten digits, not more.
# - A smaller step is not a better one.
# - Differentiating the program costs no digits beyond its own rounding.
