"""The derivative in a direction.

level: 2
idea: one run forward, one direction
follows: /explanation/forward-or-reverse
"""

# %% statement
# Write `along(f, point, direction)`: how fast `f(*point)` changes when the
# point moves in a direction, a list of rates.
# Use it to write `gradient(f, point)`, with one run for each input.

# %% start
def along(f, point, direction):
    return 0.0  # your lines


def gradient(f, point):
    return []  # your lines


# %% check
def f(x, y, z):
    return x * y + y * z * z


expect("along y", along(f, [2.0, 3.0, 5.0], [0, 1, 0]), 27.0, "It is x + z*z.")
found = along(f, [2.0, 3.0, 5.0], [1.0, -1.0, 0.5])
nudge = "Start every dual with the rate of its direction."
expect("along (1, -1, 0.5)", found, 3.0 - 27.0 + 0.5 * 30.0, nudge)
found = gradient(f, [2.0, 3.0, 5.0])
nudge = "The directions are [1, 0, 0] and so on."
expect("the gradient", found, [3.0, 27.0, 30.0], nudge)
print("Right: three inputs took three runs.")

# %% hint
# Call `f` with a `Dual` of each number and its rate.

# %% solution
def along(f, point, direction):
    return f(*[Dual(x, rate) for x, rate in zip(point, direction)]).rate


def gradient(f, point):
    n = len(point)
    units = [[float(i == j) for j in range(n)] for i in range(n)]
    return [along(f, point, unit) for unit in units]
