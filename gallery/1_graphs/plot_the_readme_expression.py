"""An expression is a graph
========================

You will see the expression that opens the README drawn as a graph: a box
for each number, an oval for each operation.  Then the gradients appear in
the boxes, and a small change of an input confirms one of them.
"""

# sphinx_gallery_tags = ["beginner", "graph", "backward"]

from micrograd import Value
from micrograd.draw import draw_dot

a = Value(-4.0, label="a")
b = Value(2.0, label="b")
c = a + b
d = a * b + b**3

draw_dot(d).show()

# %%
# Only ``Value`` is special here.  Each operation computes a number and notes
# its operands, so the drawing shows what the program did.  A dash stands for
# a gradient that has not been computed yet.
#
# The whole expression goes on in the same way.

c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
g.label = "g"
print(f"g = {g.data:.4f}")

# %%
# One call goes through the graph from ``g`` back to ``a`` and ``b``, and
# leaves in each box how fast ``g`` changes with that number.

g.backward()
print(f"dg/da = {a.grad:.4f}")
print(f"dg/db = {b.grad:.4f}")

draw_dot(g).show()

# %%
# A gradient predicts the effect of a small change.  To test it, move ``a`` a
# little, compute ``g`` again with plain numbers, and compare.


def expression(a, b):
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + max(b + a, 0.0)
    d += 3 * d + max(b - a, 0.0)
    f = (c - d) ** 2
    return f / 2.0 + 10.0 / f


nudge = 1e-6
moved = expression(-4.0 + nudge, 2.0) - expression(-4.0, 2.0)
print(f"promised {a.grad * nudge:.9f}")
print(f"happened {moved:.9f}")

# %%
# What to take away
# -----------------
#
# - A ``Value`` computes at once and remembers how it was made.
# - ``backward()`` visits each box once, however many paths lead through it.
# - A gradient says how far the result moves for a small move of the input.
