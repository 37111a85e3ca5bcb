"""A probe is aimed by differentiating its whole flight
====================================================

You will see a probe fly past three stars and miss its target, each time by
less.  A flight is 120 small steps of mechanics; their derivative tells how
the place of arrival depends on the first push.
"""

# sphinx_gallery_tags = ["advanced", "derivative", "newton", "simulation"]
# sphinx_gallery_thumbnail_number = 2

from math import dist, hypot

import matplotlib.pyplot as plt

from micrograd import jacobian, log
from micrograd.draw import style

plt.style.use(style())

# Where they are, and how heavy.
stars = [(0.0, 0.0, 1.0), (1.6, 1.0, 0.8), (2.6, -0.7, 1.2)]
start, target = (-1.6, -1.0), (4.0, 1.2)


def depth(x, y):  # how far down the pull of the stars goes
    far = [hypot(x - u, y - v, 0.22) for u, v, _ in stars]
    return sum(m / d for (_, _, m), d in zip(stars, far, strict=True))


xs = [i / 20 - 2.0 for i in range(131)]
ys = [i / 20 - 1.8 for i in range(79)]
heights = [[-log(depth(x, y)) for x in xs] for y in ys]

figure, ax = plt.subplots(figsize=(6.5, 4.2))
ax.contourf(xs, ys, heights, levels=16, cmap="viridis")
for place, marker in [(start, "o"), (target, "*")]:
    ax.scatter(*place, color="black", marker=marker, s=160)
    ax.scatter(*place, color="white", marker=marker, s=50)
ax.set(title="three stars, a start, an end", xlabel="x", ylabel="y")
plt.show()

# %%
# A flight of three units of time, cut into equal steps: half a move, a push
# by the pull of the stars, half a move.  Nothing in it is about derivatives.


def pull(x, y):
    px, py = 0.0, 0.0
    for u, v, m in stars:
        d = (x - u) ** 2 + (y - v) ** 2 + 0.05
        strength = m / (d * d**0.5)
        px, py = px + strength * (u - x), py + strength * (v - y)
    return px, py


def fly(push, steps=120, dt=0.025):
    (x, y), (vx, vy) = start, push
    path = [start]
    for _ in range(steps):
        x, y = x + vx * dt / 2, y + vy * dt / 2
        px, py = pull(x, y)
        vx, vy = vx + px * dt, vy + py * dt
        x, y = x + vx * dt / 2, y + vy * dt / 2
        path.append((x, y))
    return path


# %%
# The place of arrival is two numbers, the first push two more, and the
# Jacobian holds the four derivatives.  Newton's method finds the push that
# would hit if everything were linear.  It is not, so each change of the push
# is limited to a tenth.


def arrival(push):
    return list(fly(push)[-1])


def corrected(push):
    (a, b), (c, d) = jacobian(arrival)(push)
    x, y = arrival(push)
    dx, dy = target[0] - x, target[1] - y
    area = a * d - b * c
    change = (d * dx - b * dy) / area, (a * dy - c * dx) / area
    share = min(1.0, 0.1 / hypot(*change))
    return [p + share * q for p, q in zip(push, change, strict=True)]


def aim(push, close=1e-6):
    flights = [fly(push)]
    while dist(flights[-1][-1], target) > close:
        push = corrected(push)
        flights.append(fly(push))
    return flights


# %%
# Two first guesses, one upward and one to the right, lead to two flights that
# both arrive.

figure, ax = plt.subplots(figsize=(6.5, 4.2))
ax.contourf(xs, ys, heights, levels=16, cmap="viridis")
misses = {}
for push, colour in [([0.2, 1.2], "#e69f00"), ([1.6, 0.2], "white")]:
    flights = aim(push)
    for k, flight in enumerate(flights):
        last = k == len(flights) - 1
        width, shown = (2.5, 1.0) if last else (1.0, 0.7)
        x, y = zip(*flight, strict=True)
        ax.plot(x, y, color=colour, linewidth=width, alpha=shown)
    misses[f"first push {push}"] = [
        dist(f[-1], target) for f in flights
    ]
    print(f"first push {push}: {len(flights)} flights")
ax.scatter(*target, color="black", marker="*", s=160, zorder=3)
ax.scatter(*target, color="white", marker="*", s=50, zorder=3)
ax.set(title="misses and hits", xlabel="x", ylabel="y")
ax.set(xlim=(-2.0, 4.5), ylim=(-1.8, 2.1))
plt.show()

# %%
# While the limit holds, each try gains about as much as the last.  Once the
# full step is allowed, the correct digits double with each flight.

figure, ax = plt.subplots(figsize=(6.5, 3.4))
for (name, miss), dash in zip(misses.items(), ["-", "--"], strict=True):
    ax.plot(miss, linestyle=dash, marker="o", label=name)
ax.set(title="distance from the target", yscale="log")
ax.set(xlabel="flight", ylabel="miss")
ax.legend()
plt.show()

# %%
# What to take away
# -----------------
#
# - A simulation is a program, and a program has derivatives.
# - For two outputs of two inputs the Jacobian is all there is to know.
# - A linear model is trusted only as far as it is right.
