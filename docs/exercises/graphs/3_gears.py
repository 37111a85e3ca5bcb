"""A chain of gears.

level: 2
idea: derivatives along a chain are multiplied
follows: /tutorials/backpropagation-by-hand
"""

# %% statement
# `steps` is a list of pairs, a function of one number and its derivative.
# The functions are applied one after the other.
# Write `chain(steps, x)`, which returns the result and its derivative with
# respect to `x`.

# %% start
def chain(steps, x):
    slope = 1.0
    for f, df in steps:
        x = f(x)
    return x, slope


# %% check
import math

square = (lambda x: x * x, lambda x: 2 * x)
triple = (lambda x: 3 * x, lambda x: 3.0)
sine = (math.sin, math.cos)

expect("chain([], 5.0)", chain([], 5.0), (5.0, 1.0), "No step, no change.")
expect(
    "chain([triple, square], 2.0)",
    chain([triple, square], 2.0),
    (36.0, 36.0),
    "square is applied at 6, so take its derivative at 6: 12 times 3.",
)
expect(
    "chain([square, sine, square], 0.7)",
    chain([square, sine, square], 0.7),
    (math.sin(0.49) ** 2, 2 * math.sin(0.49) * math.cos(0.49) * 1.4),
    "Take each derivative at the input of its function.",
)
print("Right: three chains, and the empty one.")

# %% hint
# Multiply `slope` by the derivative of each step.

# %% hint
# Take the derivative before `x` is replaced by `f(x)`.

# %% solution
def chain(steps, x):
    slope = 1.0
    for f, df in steps:
        slope *= df(x)
        x = f(x)
    return x, slope


# %% remark
# This is forward mode for one input.
# Reverse mode multiplies the same derivatives from the other end.
