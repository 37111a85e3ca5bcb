"""A few derivatives at one point determine a whole curve
======================================================

You will see Taylor polynomials, made from the derivatives at zero alone,
follow a curve further and further out.  For the sine there is no limit to
that; for the second curve all of them fail beyond the same two places.
"""

# sphinx_gallery_tags = ["beginner", "derivative", "higher order"]
# sphinx_gallery_thumbnail_number = 1

from math import factorial

import matplotlib.pyplot as plt

from micrograd import derivative, sin
from micrograd.draw import style

plt.style.use(style())
xs = [i / 25 - 7 for i in range(351)]


def taylor(f, degree):
    orders = range(degree + 1)
    terms = [derivative(f, n)(0.0) / factorial(n) for n in orders]
    return lambda x: sum(a * x**n for n, a in enumerate(terms))


figure, ax = plt.subplots(figsize=(6.5, 4.2))
ax.plot(xs, [sin(x) for x in xs], color="#767676", linewidth=4)
for degree in [1, 3, 5, 7, 9]:
    polynomial = taylor(sin, degree)
    ys = [polynomial(x) for x in xs]
    ax.plot(xs, ys, label=f"degree {degree}")
ax.set(title="the sine, told from zero", xlabel="x", ylabel="y")
ax.set(xlim=(-7.5, 11.0), ylim=(-2.2, 2.2))  # room for the legend
ax.legend()
plt.show()

# %%
# A polynomial of degree ``n`` is given the first ``n`` derivatives of the
# curve.  The thick line is the curve; each polynomial follows it a little
# further than the one before, and then leaves for good.

# %%
# The next curve is as smooth, yet nothing gets past -1 and 1.  The reason is
# not on the axis: the function divides by zero at the imaginary ``x = i``,
# and no polynomial reaches further than the nearest such place.


def bell(x):
    return 1 / (1 + x * x)


xs = [i / 100 - 2 for i in range(401)]
figure, ax = plt.subplots(figsize=(6.5, 4.2))
ax.plot(xs, [bell(x) for x in xs], color="#767676", linewidth=4)
for degree in [2, 4, 6, 8]:
    polynomial = taylor(bell, degree)
    ys = [polynomial(x) for x in xs]
    ax.plot(xs, ys, label=f"degree {degree}")
ax.set(title="1 / (1 + x²), told from zero", xlabel="x", ylabel="y")
ax.set(xlim=(-2.2, 3.2), ylim=(-0.8, 1.8))
ax.legend()
plt.show()

# %%
# Inside, more derivatives give more digits.  Outside, they give fewer.

for x in [0.5, 1.5]:
    errors = [abs(taylor(bell, n)(x) - bell(x)) for n in [2, 4, 6, 8]]
    print(f"at {x} the errors are", *[f"{e:7.4f}" for e in errors])

# %%
# What to take away
# -----------------
#
# - ``derivative(f, n)`` is exact, so the polynomials are too.
# - Derivatives at a point determine the curve around it, up to a distance.
# - What limits the distance may lie off the axis.
