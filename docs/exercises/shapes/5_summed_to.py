"""Broadcasting backwards.

level: 2
idea: what was repeated is summed
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# A tensor of `shape` was broadcast to the shape of `g`, and `g` is the
# gradient of the result.
# Write `summed_to(g, shape)`: the gradient of the tensor.

# %% start
def summed_to(g, shape):
    return g  # your lines


# %% check
g = torch.arange(6).view(2, 3).float()
CASES = [
    ((2, 3), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], "Nothing was repeated."),
    ((3,), [3.0, 5.0, 7.0], "The rows were one row."),
    ((1, 3), [[3.0, 5.0, 7.0]], "The result has the shape that is asked for."),
    ((2, 1), [[3.0], [12.0]], "Each number was repeated along its row."),
    ((), 15.0, "All were one number."),
]
for shape, expected, nudge in CASES:
    found = summed_to(g, shape)
    what = f"shape of summed_to(g, {shape})"
    expect(what, tuple(found.shape), shape, nudge)
    expect(f"summed_to(g, {shape})", found.tolist(), expected, nudge)

small = torch.randn(4, 1, 3, requires_grad=True)
g = torch.randn(5, 4, 2, 3)
(small + torch.zeros(5, 4, 2, 3)).backward(g)
far = (summed_to(g, (4, 1, 3)) - small.grad).abs().max().item()
expect("distance from the engine's", far, 0.0, "Four axes to three.", 1e-5)
print("Right: every use is a contribution.")

# %% hint
# First sum over axis 0 as long as there are too many axes.

# %% hint
# Then sum over each axis whose length should be 1 and is not, with
# `keepdim=True`.

# %% solution
def summed_to(g, shape):
    while g.ndim > len(shape):
        g = g.sum(0)
    for axis, length in enumerate(shape):
        if length == 1 and g.shape[axis] != 1:
            g = g.sum(axis, keepdim=True)
    return g


# %% remark
# One line of the engine does this for every elementwise operation.
