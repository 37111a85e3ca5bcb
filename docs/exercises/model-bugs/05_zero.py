"""The bug of the growing steps.

level: 1
idea: gradients of leaves accumulate
follows: /explanation/accumulation
"""

# %% statement
# Gradient descent for a line.
# The first step is right.

# %% solution
def train(w, X, y, rate, steps):
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        w.grad = None
        loss.backward()
        w.data -= rate * w.grad
    return loss.item()


# %% wrong
loss.backward()

# %% right
w.grad = None
loss.backward()

# %% check
X = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
y = torch.tensor([1.0, 3.0, 5.0])
w = torch.zeros(2, requires_grad=True)
train(w, X, y, 0.1, 1)
expect("weights after one step", w.tolist(), [0.6, 13 / 15], "Right.", 1e-6)

w = torch.zeros(2, requires_grad=True)
train(w, X, y, 0.1, 2)
nudge = "What is in w.grad before the second backward()?"
expected = [0.9066667, 1.3244444]
expect("weights after two steps", w.tolist(), expected, nudge, 1e-6)

w = torch.zeros(2, requires_grad=True)
train(w, X, y, 0.1, 500)
expect("weights in the end", w.tolist(), [1.0, 2.0], "y = 1 + 2 x.", 1e-3)
print("Found: each step with its own gradient.")

# %% hint
# `backward()` adds to what is there.
