"""Numbers on either side.

level: 1
idea: what Python does for 2 + x
follows: /tutorials/walking-backwards
"""

# %% statement
# `x + 2` fails because 2 has no `data`; `2 + x` fails because an int does not
# know what a `Number` is.
# Make `x + 2`, `2 + x`, `x * 2`, `2 * x` and `sum([x, x])` work.
# `either(method)` turns a method into one that lifts its operand first.

# %% start
def lift(x):
    return x  # a Number as it is, a plain number as a Number


def either(method):
    return lambda self, other: method(self, lift(other))


Number.__add__ = either(Number.__add__)
Number.__mul__ = either(Number.__mul__)

# %% check
x = Number(3.0)
try:
    found = [z.data for z in (x + 2, 2 + x, x * 2, 2 * x, sum([x, x]))]
except (AttributeError, TypeError) as error:
    found = f"{type(error).__name__}: {error}"
nudge = "For 2 + x Python asks int first, and then calls x.__radd__(2)."
expected = [5.0, 5.0, 6.0, 6.0, 6.0]
expect("x + 2, 2 + x, x * 2, 2 * x, sum([x, x])", found, expected, nudge)
backward(2 * x + sum([x, x]) * x)
expect("x.grad of 2x + 2xx at 3", x.grad, 14.0, "It is 2 + 4x.")
print("Right: numbers may stand on either side.")

# %% hint
# `isinstance(x, Number)` tells the two apart.

# %% hint
# Sums and products are symmetric, so `__radd__` and `__rmul__` can be
# `__add__` and `__mul__`.

# %% solution
def lift(x):
    return x if isinstance(x, Number) else Number(x)


def either(method):
    return lambda self, other: method(self, lift(other))


Number.__add__ = either(Number.__add__)
Number.__mul__ = either(Number.__mul__)
Number.__radd__, Number.__rmul__ = Number.__add__, Number.__mul__

# %% remark
# `sum` begins with `0 + x`.
# The last line would be wrong for `-` and `/`: `1 - x` is not `x - 1`.
