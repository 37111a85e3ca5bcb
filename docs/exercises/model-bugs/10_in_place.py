"""The bug of the overwritten result.

level: 2
idea: backward needs what forward computed
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# How much the outputs of a layer vary: the mean square of their distances from
# the mean of their row.
# The number is right.

# %% solution
def spread(x, w):
    h = torch.tanh(x @ w)
    h = h - h.mean(1, keepdim=True)
    return (h**2).mean()


# %% wrong
h -= h.mean(1, keepdim=True)

# %% right
h = h - h.mean(1, keepdim=True)

# %% check
torch.manual_seed(1)
x, w = torch.randn(4, 3), torch.randn(3, 5)
expected = torch.tanh(x @ w).var(1, unbiased=False).mean().item()
expect("the spread", spread(x, w).item(), expected, "This is right.", 1e-6)

w.requires_grad = True
try:
    spread(x, w).backward()
    said = "no error"
except torch.MicrogradError as error:
    said = str(error).split(";")[0]
nudge = "The derivative of tanh is 1 - h**2, with the h that tanh gave."
expect("backward()", said, "no error", nudge)

step = torch.zeros(3, 5)
step[1, 2] = 1e-2
with torch.no_grad():
    slope = (spread(x, w + step) - spread(x, w - step)).item() / 2e-2
expect("gradient of w[1, 2]", w.grad[1, 2].item(), slope, "Differences.", 1e-4)
print("Found: a new tensor in place of a change.")

# %% hint
# `h -= ...` changes the memory that `tanh` has kept for its backward pass.

# %% remark
# PyTorch raises an error, too. A sum keeps nothing, so after `x @ w + b` the
# same line would be harmless.
