"""Functions and quotients of duals.

level: 2
idea: the same local gradients as in reverse mode
follows: /explanation/forward-or-reverse
"""

# %% statement
# A function multiplies a rate by its own derivative.
# Write `exp(x)` and `divide(x, y)` for duals.

# %% start
def exp(x):
    return Dual(math.exp(x.value), 0.0)  # your rate


def divide(x, y):
    return Dual(x.value / y.value, 0.0)  # your rate


# %% check
z = exp(Dual(0.0, 1.0))
expect("exp at 0", [z.value, z.rate], [1.0, 1.0], "Its own derivative.")
z = exp(Dual(1.0, 3.0))
expected = [math.e, 3 * math.e]
expect("exp(1), rate 3", [z.value, z.rate], expected, "Times the rate.")

z = divide(Dual(6.0, 1.0), Dual(-2.0))
expect("x / -2 at 6", [z.value, z.rate], [-3.0, -0.5], "One over y.")
z = divide(Dual(6.0), Dual(-2.0, 1.0))
expect("6 / y at -2", [z.value, z.rate], [-3.0, -1.5], "-x / y**2.")

one = Dual(1.0)
z = divide(one, one + exp(Dual(0.0) - Dual(0.5, 1.0)))
s = 1 / (1 + math.exp(-0.5))
expected = [s, s * (1 - s)]
expect("sigmoid at 0.5", [z.value, z.rate], expected, "Both together.")
print("Right: and so is the sigmoid, which is made of them.")

# %% hint
# The rate of the result is the sum, over the operands, of rate times local
# gradient.

# %% solution
def exp(x):
    value = math.exp(x.value)
    return Dual(value, x.rate * value)


def divide(x, y):
    value = x.value / y.value
    return Dual(value, (x.rate - value * y.rate) / y.value)
