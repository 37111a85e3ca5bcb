"""A learning rate with a warm-up.

level: 1
idea: the learning rate is a function of the step
follows: /how-to/schedule-the-learning-rate
"""

# %% statement
# Write `schedule(peak, warm, steps)`, which returns a function from the number
# of a step, counted from 0, to a learning rate.
# It rises in equal parts from `peak / warm` at step 0 to `peak` at step
# `warm - 1`, then falls in a straight line to 0 at step `steps`.

# %% start
def schedule(peak, warm, steps):
    def rate(t):
        return peak  # your lines

    return rate


# %% check
rate = schedule(peak=1.0, warm=4, steps=13)
found = [rate(t) for t in range(4)]
expected = [0.25, 0.5, 0.75, 1.0]
expect("steps 0 to 3", found, expected, "(t + 1) / warm of the peak.")
found = [rate(t) for t in (3, 6, 8, 13)]
expected = [1.0, 0.7, 0.5, 0.0]
nudge = "The fall goes from step warm - 1 = 3 to step 13: ten equal parts."
expect("steps 3, 6, 8 and 13", found, expected, nudge)

from micrograd import optim

optim.SGD([Value(1.0)], lr=schedule(0.1, 5, 50)).step()  # takes one
print("Right: and every optimiser of the package takes it as lr=.")

# %% hint
# There are two cases.
# For `t >= warm`, take the share of the way from `warm - 1` to `steps`.

# %% solution
def schedule(peak, warm, steps):
    def rate(t):
        if t < warm:
            return peak * (t + 1) / warm
        return peak * (steps - t) / (steps - (warm - 1))

    return rate
