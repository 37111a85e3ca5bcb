"""Each derivative crosses zero once more
======================================

You will see a bell curve and its first four derivatives, one below the
other, with a dot at each zero.  One line of Python is differentiated again
and again; no formula is worked out by hand.
"""

# sphinx_gallery_tags = ["beginner", "derivative", "higher order"]

import matplotlib.pyplot as plt

from micrograd import derivative, exp
from micrograd.draw import style

plt.style.use(style())


def bell(x):
    return exp(-x * x)


xs = [i / 50 - 3.001 for i in range(301)]
curves = [[derivative(bell, n)(x) for x in xs] for n in range(5)]

figure, axes = plt.subplots(5, 1, figsize=(6.5, 7.5))
for n, (ax, ys) in enumerate(zip(axes, curves)):
    ax.axhline(0.0, color="#767676", linewidth=0.8)
    ax.plot(xs, ys)
    steps = zip(xs, ys, ys[1:])
    zeros = [x + 0.01 for x, y, z in steps if (y < 0) != (z < 0)]
    ax.scatter(zeros, [0.0] * len(zeros), color="#d55e00", zorder=3)
    ax.set(ylabel=f"order {n}")
    print(f"order {n}: {len(zeros)} zeros")
axes[0].set(title="a bell curve and four derivatives")
axes[-1].set(xlabel="x")
plt.show()

# %%
# Between two zeros a smooth curve has to turn, and where it turns its slope
# is zero.  At both ends the bell is flat, which adds one more turn, so each
# derivative has one zero more than the curve above it.
#
# The derivatives are exact.  The second one is known: (4 x² - 2) exp(-x²).

x = 0.7
print("by derivative:", derivative(bell, 2)(x))
print("by formula:   ", (4 * x * x - 2) * exp(-x * x))

# %%
# What to take away
# -----------------
#
# - ``derivative(f, n)`` turns a function into its n-th derivative.
# - It can do so because the derivative in each row of the table is itself
#   made of rows.
