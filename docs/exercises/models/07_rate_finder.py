"""A learning-rate finder.

level: 3
idea: one run, a rate for each step
follows: /tutorials/three-letters-of-context
"""

# %% statement
# Write `find_rate(loss_of, parameters, rates)`: for each rate, in order, one
# step of gradient descent with it, and the loss before the step.
# `loss_of()` takes no arguments.
# It returns the list of losses, and the rate before the smallest loss: the one
# whose step led to it; if the first is smallest, `rates[0]`.
# A loss above four times the first is still listed, then stop.
# Afterwards the parameters are as they were.

# %% start
def find_rate(loss_of, parameters, rates):
    losses = [loss_of().item() for rate in rates]  # your lines
    return losses, rates[0]


# %% check
w = torch.tensor([4.0, -2.0], requires_grad=True)


def bowl():
    return 0.5 * (w**2).sum()


rates = [0.01, 0.1, 0.5, 1.0, 2.5, 3.0, 4.0, 5.0, 6.0]
losses, best = find_rate(bowl, [w], [0.5, 0.5, 0.5])
nudge = "Each step halves w, so it quarters the loss."
expect("losses at the rate 0.5", losses, [10.0, 2.5, 0.625], nudge, 1e-5)
expect("w afterwards", w.tolist(), [4.0, -2.0], "Put the numbers back.")

losses, best = find_rate(bowl, [w], [0.5, 3.0, 3.0, 3.0, 3.0, 3.0])
expected = [10.0, 2.5, 10.0, 40.0, 160.0]
nudge = "The last is more than 40: no further step."
expect("losses that grow", losses, expected, nudge, 1e-5)
expect("the rate", best, 0.5, "The step before the smallest loss.")

losses, best = find_rate(bowl, [w], rates)
expect("the best of nine rates", best, 1.0, "It leads to the bottom at once.")
expect("w afterwards", w.tolist(), [4.0, -2.0], "Put the numbers back.")
print("Right:", *[f"{loss:.3g}" for loss in losses])

# %% hint
# Keep `p.detach().clone()` of each parameter first, and put it into `p.data`
# at the end.

# %% hint
# The loss at place `i` was reached by the rate at place `i - 1`.

# %% solution
def find_rate(loss_of, parameters, rates):
    kept = [p.detach().clone() for p in parameters]
    losses = []
    for rate in rates:
        loss = loss_of()
        losses.append(loss.item())
        if losses[-1] > 4 * losses[0]:
            break
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data -= rate * p.grad
    for p, numbers in zip(parameters, kept):
        p.data = numbers
    least = min(range(len(losses)), key=lambda i: losses[i])
    return losses, rates[max(least - 1, 0)]


# %% remark
# For a network use a rate somewhat below, where the loss still falls steeply,
# and rates in equal steps of their logarithm: `torch.logspace(-3, 0, 100)`.
