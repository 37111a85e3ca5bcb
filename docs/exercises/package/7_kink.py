"""A line with a wrong derivative.

level: 2
idea: a convention is not a derivative
follows: /explanation/kinks-and-conventions
"""

# %% statement
# The function $f(x) = x$ has the derivative 1 everywhere.
# Write it so that `f(x) == x` for every number, and yet
# `derivative(f)(0.0)` is 0.
# Use `relu`, whose derivative at 0 is 0 by convention.

# %% start
from micrograd import relu


def f(x):
    return x


# %% check
from micrograd import derivative

for x in [-3.0, -0.25, 0.0, 0.5, 7.0]:
    expect(f"f({x})", f(x), x, "It still has to be x.")
for x in [-1.0, 2.0]:
    expect(f"derivative(f)({x})", derivative(f)(x), 1.0, "Only 0 is special.")
nudge = "Two kinks at 0 that cancel."
expect("derivative(f)(0.0)", derivative(f)(0.0), 0.0, nudge)
print("Right: no engine that sees one node at a time can notice.")

# %% hint
# `relu(x)` is right where `x` is positive.
# What is missing where it is negative?

# %% solution
from micrograd import relu


def f(x):
    return relu(x) - relu(-x)


# %% remark
# PyTorch and JAX say 0 here, too.
# The chain rule requires that every function on the way has a derivative.
