"""Newton's method.

level: 2
idea: follow the tangent to the axis
follows: /how-to/find-a-minimum-with-newtons-method
"""

# %% statement
# To find where `f` is zero, follow its tangent to the axis, again and again:
# $x \leftarrow x - f(x) / f'(x)$.
# Write `newton(f, x, steps)`.

# %% start
from micrograd import value_and_grad


def newton(f, x, steps):
    return x  # your lines


# %% check
from micrograd import exp


def square_less_two(x):
    return x * x - 2.0


def exp_less_five(x):
    return exp(x) - 5.0


found = newton(square_less_two, 1.0, 1)
expect("one step for x*x - 2 from 1", found, 1.5, "From 1 to 1 - (-1) / 2.")
found = newton(square_less_two, 1.0, 6)
expect("six steps", found, 2**0.5, "Use the new x each time.", 1e-12)
found = exp(newton(exp_less_five, 1.0, 8))
expect("exp of the root of exp(x) - 5", found, 5.0, "Same loop.", 1e-12)
print("Right: the digits double with every step.")

# %% hint
# `value_and_grad(f)(x)` returns both numbers.

# %% solution
from micrograd import value_and_grad


def newton(f, x, steps):
    for _ in range(steps):
        value, slope = value_and_grad(f)(x)
        x -= value / slope
    return x


# %% remark
# To find a minimum, look for a zero of the derivative: `newton(grad(f), x,
# steps)`.
