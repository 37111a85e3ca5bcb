"""The derivative is a sum over paths.

level: 3
idea: multiply along a path, add over paths
follows: /explanation/why-a-topological-order
"""

# %% statement
# For each path from `root` to `leaf`, multiply the local gradients of its
# arrows, then add up the products of all paths.
# `ratios(node)` is given: one local gradient for each of `node.inputs`.

# %% start
def ratios(node):
    if node.op == "+":
        return [1.0, 1.0]
    if node.op == "*":
        x, y = node.inputs
        return [y.data, x.data]
    return []


def by_paths(root, leaf):
    return 0.0  # your lines


# %% check
from micrograd import Value

a, b = Value(2.0), Value(-3.0)
y = a * b + a
z = y * y + b * y
z.backward()
expect("by_paths(a, a)", by_paths(a, a), 1.0, "By itself: 1.")
expect("by_paths(a * b, a)", by_paths(a * b, a), -3.0, "One arrow: b.")
expect("by_paths(z, b)", by_paths(z, b), b.grad, "One path avoids y.")
expect("by_paths(z, a)", by_paths(z, a), a.grad, "All go through y.")
print("Right: the same as backward(), which takes no path twice.")

# %% hint
# It is the count of paths, with a local gradient in front of each summand.

# %% hint
# `zip(node.inputs, ratios(node))` gives each operand with its local gradient.

# %% solution
def ratios(node):
    if node.op == "+":
        return [1.0, 1.0]
    if node.op == "*":
        x, y = node.inputs
        return [y.data, x.data]
    return []


def by_paths(root, leaf):
    if root is leaf:
        return 1.0
    return sum(
        ratio * by_paths(operand, leaf)
        for operand, ratio in zip(root.inputs, ratios(root))
    )


# %% remark
# Backpropagation computes the same sum, but it adds at each node before it
# multiplies further, and so takes each arrow once.
