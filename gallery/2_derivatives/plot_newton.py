"""Newton's method uses the curvature and arrives in six steps
===========================================================

You will see two ways down the same valley.  Gradient descent knows the
slope, drops to the floor and creeps along it; Newton's method knows the
curvature too, and doubles its correct digits with each of the last steps.
"""

# sphinx_gallery_tags = ["intermediate", "higher order", "newton"]
# sphinx_gallery_thumbnail_number = 2

import matplotlib.pyplot as plt

from micrograd import exp, grad, hessian, log
from micrograd.draw import style

plt.style.use(style())


def valley(p):
    x, y = p
    return exp(x + 4 * y) + exp(x - 4 * y) + exp(-x)


xs = [i / 20 - 2.25 for i in range(56)]
ys = [i / 20 - 0.5 for i in range(29)]
heights = [[log(valley([x, y])) for x in xs] for y in ys]

figure, ax = plt.subplots(figsize=(6.5, 3.8))
ax.contourf(xs, ys, heights, levels=16, cmap="viridis")
ax.set(title="logarithm of the height", xlabel="x", ylabel="y")
plt.show()

# %%
# Gradient descent subtracts a fraction of the gradient.  Newton's method asks
# which step makes the gradient zero if the curvature stays as it is here: two
# linear equations, with the matrix that ``hessian`` gives.


def descent_step(p):
    g = grad(valley)(p)
    return [p[0] - 0.06 * g[0], p[1] - 0.06 * g[1]]


def newton_step(p):
    g = grad(valley)(p)
    (a, b), (_, d) = hessian(valley)(p)
    area = a * d - b * b
    dx = (d * g[0] - b * g[1]) / area
    dy = (a * g[1] - b * g[0]) / area
    return [p[0] - dx, p[1] - dy]


def walk(step, count):
    path = [[-2.0, 0.75]]
    for _ in range(count):
        path.append(step(path[-1]))
    return path


paths = {
    "gradient descent": walk(descent_step, 40),
    "Newton": walk(newton_step, 6),
}
bottom = valley(paths["Newton"][-1])
for p in paths["Newton"]:
    to_go = valley(p) - bottom
    print(f"({p[0]:+.6f}, {p[1]:+.6f})  {to_go:.1e} to go")

# %%
# The right panel shows what is left to fall.  On its logarithmic axis a
# straight line gains the same number of digits in each step; a line that
# curves down gains more and more.

figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3.5))
left.contour(
    xs, ys, heights, levels=10, colors="#767676", linewidths=0.8
)
for (name, path), dash in zip(paths.items(), ["-", "--"]):
    x, y = zip(*path, strict=True)
    left.plot(x, y, linestyle=dash, marker="o", markersize=3)
    gaps = [max(valley(p) - bottom, 1e-16) for p in path]
    right.plot(gaps, linestyle=dash, label=name)
left.set(title="the two paths", xlabel="x", ylabel="y")
right.legend()
right.set(
    title="how far from the bottom",
    xlabel="step",
    ylabel="height to fall",
    yscale="log",
)
plt.show()

# %%
# What to take away
# -----------------
#
# - The gradient says which way is down, the Hessian how far that stays true.
# - Close to the minimum each Newton step doubles the number of correct
#   digits.
# - The price is a matrix of second derivatives, n² of them for ``n``
#   parameters, which is why large networks are trained without it.
