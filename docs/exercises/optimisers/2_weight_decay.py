"""Weight decay.

level: 1
idea: two ways to pull weights towards zero
follows: /reference/optim
"""

# %% statement
# *Decoupled* weight decay, that of AdamW, multiplies every parameter by
# $1 - \eta\lambda$ in each step; $\eta$ is the learning rate and $\lambda$
# the decay.
# Add it to this step.

# %% start
def step(params, rate, decay):
    for p in params:
        p.data -= rate * p.grad


# %% check
params = parameters((2.0, 0.0), (-4.0, 0.0))
step(params, 0.5, 0.1)
nudge = "Without a gradient: times 1 - 0.5 * 0.1."
expect("with gradients of 0", numbers(params), [1.9, -3.8], nudge)

params = parameters((2.0, 1.0))
step(params, 0.5, 0.1)
nudge = "Shrink the parameter as it was before the step: 2 * 0.95 - 0.5."
expect("with a gradient of 1", numbers(params), [1.4], nudge)

params = parameters((2.0, 1.0))
step(params, 0.5, 0.0)
expect("with decay 0", numbers(params), [1.5], "As before.")
print("Right: smaller in each step, even without a gradient.")

# %% hint
# One line before the existing one.

# %% solution
def step(params, rate, decay):
    for p in params:
        p.data *= 1 - rate * decay
        p.data -= rate * p.grad


# %% remark
# The other kind adds $\lambda p$ to the gradient, the derivative of the
# penalty $\frac{\lambda}{2} p^2$.
# For gradient descent both are the same; for Adam, which divides gradients by
# their size, they are not.
