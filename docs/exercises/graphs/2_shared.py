"""One node, used twice.

level: 1
idea: a name is a node; writing it twice is not
follows: /tutorials/a-number-that-remembers
"""

# %% statement
# `(a + b) * (a + b)` computes the sum twice: a graph of five nodes.
# Rewrite `square_of_sum` so that its graph has four nodes and the same result.

# %% start
from micrograd import Value, draw_text


def square_of_sum(a, b):
    return (a + b) * (a + b)


# %% check
from micrograd import topological_order

a, b = Value(2.0, label="a"), Value(-5.0, label="b")
root = square_of_sum(a, b)
expect("the result", root.data, 9.0, "It is still (a + b) squared.")
root.backward()
expect("the gradients", [a.grad, b.grad], [-6.0, -6.0], "Nothing may change.")
expect(
    "the number of nodes",
    len(topological_order(root)),
    4,
    "Each + and each * creates a node.",
)
print(f"Right: a, b, one sum and one product.\n{draw_text(root)}")

# %% hint
# Python evaluates `a + b` each time it is written.
# Write it once.

# %% solution
from micrograd import Value, draw_text


def square_of_sum(a, b):
    total = a + b
    return total * total


# %% remark
# `(a + b) ** 2` makes four nodes too, but the fourth is the constant 2.
