"""A filter, and both of its transposes.

level: 3
idea: linear in the signal, and linear in the weights
follows: /explanation/two-tables
"""

# %% statement
# `filtered(x, w)` moves a filter of three weights along a signal:
# $z_i = w_0 x_i + w_1 x_{i+1} + w_2 x_{i+2}$.
# It is linear in `x` and linear in `w`.
# Write the gradient of each, `back_x(g, w)` and `back_w(g, x)`.

# %% start
def filtered(x, w):
    n = len(x) - 2
    return w[0] * x[:n] + w[1] * x[1 : n + 1] + w[2] * x[2:]


def back_x(g, w):
    return filtered(g, w)  # your lines


def back_w(g, x):
    return x[:3]  # your lines


# %% check
w = torch.tensor([1.0, 10.0, 100.0], dtype=torch.float64)
found = back_x(torch.tensor([1.0, 2.0]), w).tolist()
expect("how many from two", len(found), 4, "As many as x had.")
nudge = "g[0] goes to x[0], x[1], x[2] with w[0], w[1], w[2]."
expect("back_x of 1 and 2", found, [1.0, 12.0, 120.0, 200.0], nudge)

x = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
found = back_w(torch.tensor([1.0, 10.0]), x).tolist()
nudge = "w[0] met x[0] in z[0], and x[1] in z[1]."
expect("back_w of 1 and 10", found, [21.0, 32.0, 43.0], nudge)

x = torch.randn(9, dtype=torch.float64)
nudge = "The definition, for numbers that are drawn."
left, right = sides(lambda x: filtered(x, w), lambda g: back_x(g, w), 9)
expect("<x, back_x(g)>", right, left, nudge)
left, right = sides(lambda w: filtered(x, w), lambda g: back_w(g, x), 3)
expect("<w, back_w(g)>", right, left, nudge)
print("Right: a product has two transposes.")

# %% hint
# For each of the three weights, `g` is placed at the numbers that the weight
# met: begin with zeros and add to three slices.

# %% hint
# `back_w` has three dot products, of `g` with the same three slices of `x`.

# %% solution
def filtered(x, w):
    n = len(x) - 2
    return w[0] * x[:n] + w[1] * x[1 : n + 1] + w[2] * x[2:]


def back_x(g, w):
    n = len(g)
    back = torch.zeros(n + 2, dtype=g.dtype)
    for k in range(3):
        back[k : k + n] += w[k] * g
    return back


def back_w(g, x):
    n = len(g)
    return torch.stack([(g * x[k : k + n]).sum() for k in range(3)])


# %% remark
# Both are filters again: the gradient of a convolution is a convolution, with
# the weights in reverse order.
