"""The nth derivative.

level: 1
idea: a derivative is a function like any other
follows: /tutorials/from-closures-to-a-table
"""

# %% statement
# Write `nth(f, n)`: the `n`-th derivative of `f`, as a function.
# The zeroth is `f` itself.

# %% start
from micrograd import grad


def nth(f, n):
    return grad(f)  # the first only


# %% check
from math import cos as cosine
from math import exp as exponential

from micrograd import exp, sin


def cube(x):
    return x**3


expect("nth(cube, 0)(2.0)", nth(cube, 0)(2.0), 8.0, "The zeroth is f.")
found = [nth(cube, n)(2.0) for n in (1, 2, 3, 4)]
nudge = "They are 3x**2, 6x, 6 and 0."
expect("derivatives 1 to 4 of x**3 at 2", found, [12.0, 12.0, 6.0, 0.0], nudge)
found = nth(sin, 5)(0.3)
expect("nth(sin, 5)(0.3)", found, cosine(0.3), "The fifth is cos again.")
found = nth(exp, 6)(1.0)
expect("nth(exp, 6)(1.0)", found, exponential(1.0), "exp stays exp.")
print("Right: from the zeroth to the sixth.")

# %% hint
# `grad(grad(f))` is the second.

# %% solution
from micrograd import grad


def nth(f, n):
    for _ in range(n):
        f = grad(f)
    return f


# %% remark
# `lambda x: grad(f)(x)` in the loop would call itself, because it looks up `f`
# when it is called.
