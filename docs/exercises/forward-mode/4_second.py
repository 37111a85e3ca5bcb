"""Duals of duals.

level: 3
idea: the derivative of a derivative
follows: /how-to/take-higher-derivatives
"""

# %% statement
# The value of a dual may itself be a dual.
# If value and rate are duals, the rate of the rate is the second derivative.
# Write `second(f, x)` for functions made of `+`, `-` and `*`.

# %% start
def second(f, x):
    inner = Dual(x, 1.0)
    return f(inner).rate  # the first derivative


# %% check
def square(x):
    return x * x


def polynomial(x):
    return x * x * x * x - x * x


found = second(square, 5.0)
expect("second(square, 5.0)", found, 2.0, "From x**2 to 2x to 2.")
found = second(polynomial, 2.0)
expect("second of x**4 - x**2 at 2", found, 46.0, "It is 12x**2 - 2.")
print("Right: no new rule was needed.")

# %% hint
# The inner dual is `Dual(x, 1.0)`; the outer one has it as its value.

# %% hint
# The rate of the outer one is also a dual: `Dual(1.0, 0.0)`, the constant 1.

# %% solution
def second(f, x):
    inner = Dual(x, 1.0)
    outer = Dual(inner, Dual(1.0, 0.0))
    return f(outer).rate.rate


# %% remark
# With two inputs, inner and outer rates must not be confused; micrograd's own
# duals carry a tag for that.
