"""A derivative for every input.

level: 1
idea: one input moves, the others stand still
follows: /tutorials/a-number-that-remembers
"""

# %% statement
# Write `gradient(f, inputs)`: the list of the derivatives of `f(*inputs)` with
# respect to each input, found by nudging.
# The list `inputs` must not change.

# %% start
def gradient(f, inputs, h=1e-5):
    return [0.0 for _ in inputs]  # your lines


# %% check
def volume(a, b, c):
    return a * b * c


inputs = [2.0, 3.0, 5.0]
expect(
    "gradient(volume, [2.0, 3.0, 5.0])",
    gradient(volume, inputs),
    [15.0, 10.0, 6.0],
    "Each derivative is the product of the other two.",
    within=1e-6,
)
expect("inputs afterwards", inputs, [2.0, 3.0, 5.0], "Nudge a copy.", 0.0)
print("Right: three derivatives, inputs unchanged.")

# %% hint
# For input `i`, make a list in which only element `i` is moved.
# `list(inputs)` is a copy.

# %% hint
# Do not change `inputs[i]` and change it back: `(x + h) - h` need not be `x`.

# %% solution
def gradient(f, inputs, h=1e-5):
    slopes = []
    for i in range(len(inputs)):
        up, down = list(inputs), list(inputs)
        up[i] += h
        down[i] -= h
        slopes.append((f(*up) - f(*down)) / (2 * h))
    return slopes


# %% remark
# `n` inputs take `2 * n` runs of `f`.
# Backpropagation finds all `n` derivatives in one run and one backward pass.
