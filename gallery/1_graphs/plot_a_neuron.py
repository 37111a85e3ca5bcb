"""A neuron is a weighted sum and an activation
============================================

You will see one neuron as a graph, with the numbers of the lecture: two
inputs, two weights, a bias and a tanh.  After the backward pass, the
gradient of each weight says which way to move it.
"""

# sphinx_gallery_tags = ["beginner", "graph", "backward"]

from micrograd import Value
from micrograd.draw import draw_dot, draw_text

x1 = Value(2.0, label="x1")
x2 = Value(0.0, label="x2")
w1 = Value(-3.0, label="w1")
w2 = Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")

n = x1 * w1 + x2 * w2 + b
n.label = "n"
o = n.tanh()
o.label = "o"

draw_dot(o, parameters=[w1, w2, b]).show()

# %%
# The bias is chosen to make the gradients round numbers.  At the output the
# derivative of tanh is ``1 - o**2``, one half; every sum and product then
# passes its contributions on.

o.backward()
print(f"o = {o.data:.4f}, slope of tanh = {n.grad:.4f}")
for leaf in [x1, w1, x2, w2, b]:
    print(f"{leaf.label}.grad = {leaf.grad:+.4f}")

draw_dot(o, parameters=[w1, w2, b]).show()

# %%
# ``w2`` has gradient zero: its input is zero, so moving it changes nothing.
# ``w1`` has a positive one: raising it raises the output.  The same graph, as
# text:

print(draw_text(o))

# %%
# What to take away
# -----------------
#
# - A product sends each factor the gradient times the *other* factor.
# - A sum sends its gradient to every term unchanged.
# - A weight whose input is zero learns nothing from this sample.
