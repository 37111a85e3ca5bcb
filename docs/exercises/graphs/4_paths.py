"""Count the paths.

level: 2
idea: why backpropagation does not follow every path
follows: /explanation/why-a-topological-order
"""

# %% statement
# `node.inputs` are the operands of a node, with duplicates: for `a + a` they
# are `(a, a)`.
# Write `paths(root, leaf)`: the number of paths from `root` to `leaf`.

# %% start
def paths(root, leaf):
    return 1  # your lines


# %% check
from micrograd import Value

x = Value(3.0)
expect("paths(x, x)", paths(x, x), 1, "The root is the leaf: one path.")
expect("paths(x + x, x)", paths(x + x, x), 2, "Two arrows, two paths.")
y = x + x
expect(
    "paths(y + y * y, x)",
    paths(y + y * y, x),
    6,
    "Three paths to y, and two from there.",
)
expect("paths(y, Value(1.0))", paths(y, Value(1.0)), 0, "It is not there.")
for _ in range(9):
    y = y + y
expect("ten doublings", paths(y, x), 1024, "Each doubles the number.")
print("Right: eleven nodes, 1024 paths.")

# %% hint
# Add up the paths from all operands.

# %% hint
# The count ends at the leaf, with one path, and at any other number without
# inputs, with none.

# %% solution
def paths(root, leaf):
    if root is leaf:
        return 1
    return sum(paths(operand, leaf) for operand in root.inputs)


# %% remark
# This visits every path, so its time doubles with each doubling.
# Backpropagation visits every *node* once.
