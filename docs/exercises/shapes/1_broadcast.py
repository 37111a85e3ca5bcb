"""The rule of broadcasting.

level: 1
idea: flush right, equal or 1
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# Write `broadcast(a, b)`: the shape of the sum of two tensors of these shapes,
# or `None` if they do not fit.
# Shapes are tuples; no tensor is needed.

# %% start
def broadcast(a, b):
    return a if a == b else None  # your lines


# %% check
CASES = [
    ((4, 4), (4, 4), (4, 4), "Equal shapes stay."),
    ((4, 4), (4,), (4, 4), "A missing axis on the left counts as 1."),
    ((3,), (2, 3), (2, 3), "Either of the two may be the shorter one."),
    ((3, 2), (3, 1), (3, 2), "A length of 1 is repeated."),
    ((5, 1), (1, 7), (5, 7), "Both may be repeated, each on its own axis."),
    ((32, 1, 10), (4, 10), (32, 4, 10), "Flush right: 4 is below 1."),
    ((), (2, 3), (2, 3), "A single number has no axes."),
    ((0, 3), (1, 3), (0, 3), "1 beside 0 gives 0."),
    ((3, 2), (3,), None, "Flush right, 2 is above 3."),
    ((2, 3), (3, 2), None, "Neither of 2 and 3 is 1."),
]
for a, b, expected, nudge in CASES:
    expect(f"broadcast({a}, {b})", broadcast(a, b), expected, nudge)
print("Right: ten pairs of shapes.")

# %% hint
# Fill the shorter shape up with `(1,) * n` on its left.

# %% hint
# With `zip` over both: if one length is 1, the other is the result; if both
# are equal, either is; otherwise they do not fit.

# %% solution
def broadcast(a, b):
    longest = max(len(a), len(b))
    a = (1,) * (longest - len(a)) + tuple(a)
    b = (1,) * (longest - len(b)) + tuple(b)
    shape = ()
    for m, n in zip(a, b):
        if m != n and 1 not in (m, n):
            return None
        shape += (n if m == 1 else m,)
    return shape


# %% remark
# `max(m, n)` in place of the last line is wrong for lengths of 0.
