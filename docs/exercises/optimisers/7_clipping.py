"""Clip the gradient.

level: 2
idea: shorten the gradient, keep its direction
follows: /reference/optim
"""

# %% statement
# All gradients together form a vector, whose length is the root of the sum of
# their squares.
# Write `clip(params, longest)`: if the vector is longer than `longest`, scale
# all gradients so that it has that length; return the length before.

# %% start
def clip(params, longest):
    for p in params:
        p.grad = max(-longest, min(p.grad, longest))


# %% check
params = parameters((0.0, 3.0), (0.0, -4.0))
before = clip(params, 1.0)
found = [p.grad for p in params]
nudge = "Clipping each gradient by itself changes the direction."
expect("gradients 3 and -4, clipped to 1", found, [0.6, -0.8], nudge)
expect("what clip returns", before, 5.0, "The length before: 3-4-5.")

params = parameters((0.0, 0.3), (0.0, 0.4))
clip(params, 1.0)
found = [p.grad for p in params]
nudge = "A vector that is short enough stays as it is."
expect("gradients 0.3 and 0.4", found, [0.3, 0.4], nudge)

params = parameters((0.0, 0.0))
expect("without a gradient", clip(params, 1.0), 0.0, "Mind a length of 0.")
print("Right: never too long, never turned.")

# %% hint
# `sum(p.grad**2 for p in params) ** 0.5` is the length.

# %% hint
# The factor is `longest / length`, and only if the length is greater.

# %% solution
def clip(params, longest):
    length = sum(p.grad**2 for p in params) ** 0.5
    if length > longest:
        for p in params:
            p.grad *= longest / length
    return length
