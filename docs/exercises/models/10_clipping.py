"""The norm of all gradients.

level: 2
idea: one factor for every parameter
follows: /how-to/write-an-optimiser
"""

# %% statement
# Write `clip(parameters, most)`: if the norm of all gradients together, the
# root of the sum of all squares, is above `most`, multiply every gradient by
# the same factor, so that it is `most`.
# Return the norm as it was, as a number; leave out parameters without a
# gradient.

# %% start
def clip(parameters, most):
    for p in parameters:
        norm = (p.grad**2).sum() ** 0.5
        p.grad = p.grad * (most / norm)
    return norm.item()


# %% check
def leaves(*gradients):
    made = [torch.zeros(len(g), requires_grad=True) for g in gradients]
    for p, g in zip(made, gradients):
        p.grad = torch.tensor(g)
    return made


a, b = leaves([3.0, 0.0], [0.0, 4.0])
expect("norm of (3, 0) and (0, 4)", clip([a, b], 1.0), 5.0, "Of all together.")
nudge = "The same factor for both, 1/5."
found = a.grad.tolist() + b.grad.tolist()
expect("gradients", found, [0.6, 0.0, 0.0, 0.8], nudge, 1e-6)

a, b = leaves([3.0, 0.0], [0.0, 4.0])
expect("norm", clip([a, b], 10.0), 5.0, "It returns what it was.")
found = a.grad.tolist() + b.grad.tolist()
expect("small gradients", found, [3.0, 0.0, 0.0, 4.0], "They stay.")

unused = torch.zeros(2, requires_grad=True)
found = clip([unused, *leaves([6.0, 8.0])], 1.0)
expect("norm with one that has none", found, 10.0, "grad is None there.")
print("Right: shorter, and in the same direction.")

# %% hint
# First add up the squares of all gradients, in a loop of its own.

# %% solution
def clip(parameters, most):
    used = [p for p in parameters if p.grad is not None]
    norm = sum((p.grad**2).sum().item() for p in used) ** 0.5
    if norm > most:
        for p in used:
            p.grad = p.grad * (most / norm)
    return norm
