"""Momentum.

level: 2
idea: a running sum of gradients
follows: /how-to/write-an-optimiser
"""

# %% statement
# Keep a velocity $b$ for every parameter, at first 0.
# In each step $b \leftarrow \mu b + g$, and the parameter moves by
# $-\eta b$.

# %% start
class Momentum:
    def __init__(self, params, rate, momentum):
        self.params, self.rate, self.momentum = params, rate, momentum

    def step(self):
        for p in self.params:
            p.data -= self.rate * p.grad


# %% check
params = parameters((1.0, 2.0), (0.0, -1.0))
optimizer = Momentum(params, rate=0.1, momentum=0.5)
optimizer.step()
expected = [0.8, 0.1]
expect("after one step", numbers(params), expected, "At first b is g.")
optimizer.step()
nudge = "The second time b is 0.5 * 2 + 2 = 3, for the first parameter."
expect("after two", numbers(params), [0.5, 0.25], nudge)
for p in params:
    p.grad = 0.0
optimizer.step()
nudge = "Without a gradient half the velocity is left, and still moves it."
expect("after a third, gradients 0", numbers(params), [0.35, 0.325], nudge)
print("Right: it keeps moving.")

# %% hint
# Create the list of velocities in `__init__`: one 0.0 for each parameter.

# %% hint
# In `step`, loop over `enumerate(self.params)` and update
# `self.velocities[i]` first.

# %% solution
class Momentum:
    def __init__(self, params, rate, momentum):
        self.params, self.rate, self.momentum = params, rate, momentum
        self.velocities = [0.0 for _ in params]

    def step(self):
        for i, p in enumerate(self.params):
            b = self.momentum * self.velocities[i] + p.grad
            self.velocities[i] = b
            p.data -= self.rate * b


# %% remark
# With a steady gradient the steps grow to $\frac{1}{1 - \mu}$ times their
# size; with one that changes sign they shrink.
