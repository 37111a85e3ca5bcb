"""The bug of the update that is lost.

level: 1
idea: a name is not the tensor
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# One step of gradient descent for a list of parameters.
# Nothing is wrong with the numbers that it computes.

# %% solution
def step(parameters, rate):
    for p in parameters:
        moved = p.data - rate * p.grad
        p.data = moved


# %% wrong
p = moved

# %% right
p.data = moved

# %% check
w = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
expect("an empty list", step([], 0.1), None, "This is right.")
(w.sum() * 3.0 + b).backward()
step([w, b], 0.1)
nudge = "What does p stand for, before and after the assignment?"
expect("w", w.tolist(), [0.7, 1.7], nudge, 1e-6)
expect("b", b.item(), 0.4, nudge, 1e-6)
expect("w is still a leaf", w.is_leaf, True, "It has to get gradients again.")
print("Found: the tensor changes, not the name.")

# %% hint
# In Python `p = ...` gives the name `p` to another object; the list still has
# the old one.
