"""A product of matrices, number by number
=======================================

You will see a product of two 2 x 2 matrices taken apart into single numbers:
one entry of it as a graph, then all four with what they share, and after the
backward pass the two transposes that textbooks write.
"""

# sphinx_gallery_tags = ["beginner", "graph", "backward", "tensors"]
# sphinx_gallery_thumbnail_number = 1

import matplotlib.pyplot as plt

import micrograd.tensors as torch
from micrograd import topological_order
from micrograd.draw import draw_dot, style

A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
B = torch.tensor([[0.5, -1.0], [2.0, 0.0]])
C, leaves = torch.explode(lambda A, B: A @ B, A, B)

draw_dot(C[0, 0]).show()

# %%
# The first entry: a row of A times a column of B.  ``explode`` has run the
# program of tensors on single numbers, so that each has a box of its own.
# All four entries:

draw_dot(C.ravel().tolist()).show()

# %%
# Each number of A goes into two entries, one row of the product, and so has
# two arrows.  Gradients come back along them and add up.  Let those of the
# four entries be 1, 10, 100 and 1000.

G = torch.tensor([[1.0, 10.0], [100.0, 1000.0]])
for c, g in zip(C.ravel(), G.view(4), strict=True):
    c.backward(g.item())
for name in "AB":
    print(name, [[x.grad for x in row] for row in leaves[name]])

# %%
# A tensor library has two formulas for it.  They are what the arrows say,
# written for whole matrices.

print("G @ B.T", (G @ B.T).tolist())
print("A.T @ G", (A.T @ G).tolist())

# %%
# Drawn like this, products soon fill a wall.  The nodes of a product of two
# n x n matrices, as scalars and as tensors:


def nodes(n):
    X = torch.ones(n, n)
    total, _ = torch.explode(lambda X, Y: (X @ Y).sum(), X, X)
    return len(topological_order(total))


plt.style.use(style())
figure, ax = plt.subplots(figsize=(6.5, 3))
sizes = range(1, 11)
ax.plot(sizes, [nodes(n) for n in sizes], marker="o", label="scalars")
ax.plot(sizes, [4 for n in sizes], marker="s", label="tensors")
ax.set(title="nodes of a product and a sum", xlabel="n", ylabel="nodes")
ax.set(yscale="log")
ax.legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - A product of matrices is sums of products; nothing in it is new.
# - A transpose in a backward pass means: follow the arrows the other way.
# - One node for a whole array saves the nodes, and hides the arrows.
