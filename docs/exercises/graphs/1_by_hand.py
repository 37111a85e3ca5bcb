"""Fill in the gradients by hand.

level: 1
idea: the chain rule, once per node
follows: /tutorials/backpropagation-by-hand
"""

# %% statement
# Take $L = d \cdot a$, where $d = e - c$ and $e = a \cdot b$, at $a = 3$,
# $b = -2$ and $c = 4$.
# With pencil and paper, find the derivative of $L$ with respect to every other
# number, and replace the five zeros.

# %% start
gradients = {
    "d": 0.0,  # L = d * a
    "c": 0.0,  # d = e - c
    "e": 0.0,
    "b": 0.0,  # e = a * b
    "a": 0.0,
}

# %% check
def result(a=0.0, b=0.0, c=0.0, d=0.0, e=0.0):  # how far each is nudged
    a, b, c = 3.0 + a, -2.0 + b, 4.0 + c
    e += a * b
    d += e - c
    return d * a


h = 1e-6
nudges = {
    "d": "In a product each factor gets the other's number.",
    "c": "If c grows, the difference shrinks.",
    "e": "The gradient of d, times 1: e is what is subtracted from.",
    "b": "The gradient of e, times the other factor of a * b.",
    "a": "Two arrows leave a; add both contributions.",
}
for name, nudge in nudges.items():
    slope = (result(**{name: h}) - result(**{name: -h})) / (2 * h)
    what = f"the derivative of L by {name}"
    expect(what, gradients[name], round(slope, 4), nudge)
print("Right: five gradients, and nudging agrees.")

# %% hint
# Go from right to left: `d`, then `e` and `c`, then `b`, and `a` last.

# %% hint
# `a` is used twice.
# In `L = d * a` it gets `d`, which is −10; in `e = a * b` it gets `b` times
# the gradient of `e`.

# %% solution
gradients = {
    "d": 3.0,  # L = d * a
    "c": -3.0,  # d = e - c
    "e": 3.0,
    "b": 9.0,  # e = a * b
    "a": -16.0,
}

# %% remark
# For `a`: −10 along the short path, 3 · (−2) along the long one, together
# −16.
