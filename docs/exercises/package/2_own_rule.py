"""A rule of your own.

level: 2
idea: a function and its partial, checked by differences
follows: /tutorials/from-closures-to-a-table
"""

# %% statement
# `softsign` is $y = \dfrac{x}{1 + |x|}$, an activation like tanh.
# Find its derivative on paper, and put it in place of the wrong one.

# %% start
from micrograd import absolute, elementwise


@elementwise(
    lambda y, x: 1.0 - y * y,
    domain=[(-3, 3)],
    torch="softsign",
)
def softsign(xp, x):
    """Softsign."""
    return x / (1.0 + xp.abs(x))


# %% check
from micrograd import gradcheck
from micrograd.errors import GradcheckError

for at in [1.0, 0.5, -2.0]:
    try:
        gradcheck(softsign, [at])
        found = "nothing"
    except GradcheckError as error:
        found = str(error).partition(";")[0]
    nudge = "Take the quotient rule for x > 0 first; then x < 0."
    expect(f"what gradcheck finds at {at}", found, "nothing", nudge)
print("Right: first and second derivatives, in both modes.")

# %% hint
# For $x > 0$ it is the derivative of $\frac{x}{1 + x}$.

# %% hint
# On the left it is the same with $|x|$ for $x$.
# Write it with `absolute(x)`.

# %% solution
from micrograd import absolute, elementwise


@elementwise(
    lambda y, x: 1.0 / (1.0 + absolute(x)) ** 2,
    domain=[(-3, 3)],
    torch="softsign",
)
def softsign(xp, x):
    """Softsign."""
    return x / (1.0 + xp.abs(x))


# %% remark
# The second derivative needed no line: a partial is arithmetic, so it can be
# differentiated like anything else.
