"""Gradient descent.

level: 2
idea: a derivative says which way is down
follows: /explanation/backprop-gradient-descent-optimiser
"""

# %% statement
# Write `walk(f, x, rate, steps)`: in each step move `x` against the
# derivative of `f`, by `rate` times the derivative, and return the last `x`.
# `slope` is given.

# %% start
def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def walk(f, x, rate, steps):
    return x  # your lines


# %% check
def bowl(x):
    return (x - 3.0) ** 2 + 1.0


expect(
    "walk(bowl, 0.0, rate=0.25, steps=1)",
    walk(bowl, 0.0, 0.25, 1),
    1.5,
    "The derivative at 0 is -6, so move right, by 0.25 * 6.",
    within=1e-6,
)
expect(
    "walk(bowl, 10.0, rate=0.25, steps=40)",
    walk(bowl, 10.0, 0.25, 40),
    3.0,
    "Take the derivative at the new x in each step.",
    within=1e-6,
)
print("Right: from either side down to 3.")

# %% hint
# Uphill would be `x + rate * slope(f, x)`.

# %% hint
# The loop has one line.

# %% solution
def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def walk(f, x, rate, steps):
    for _ in range(steps):
        x -= rate * slope(f, x)
    return x


# %% remark
# Try `rate=1.0`, then `rate=1.1`: for this bowl each step changes the
# distance to 3 by the factor $1 - 2 \cdot$ rate.
