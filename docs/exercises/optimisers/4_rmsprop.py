"""RMSprop.

level: 2
idea: divide a gradient by its usual size
follows: /how-to/write-an-optimiser
"""

# %% statement
# Keep a running mean $v$ of the squared gradients of every parameter, at
# first 0: $v \leftarrow \alpha v + (1 - \alpha) g^2$.
# The parameter moves by $-\eta\, g / (\sqrt v + \epsilon)$.

# %% start
class RMSprop:
    def __init__(self, params, rate=0.01, alpha=0.99, eps=1e-8):
        self.params, self.rate = params, rate
        self.alpha, self.eps = alpha, eps

    def step(self):
        for p in self.params:
            p.data -= self.rate * p.grad


# %% check
from micrograd import optim

ours, theirs = [parameters((1.0, 2.0), (0.0, -0.003)) for _ in range(2)]
mine = RMSprop(ours, rate=0.1, alpha=0.75)
package = optim.RMSprop(theirs, lr=0.1, alpha=0.75)
for t in range(1, 5):
    mine.step()
    package.step()
    nudge = "Change v first, then divide by its root; eps is added outside."
    expect(f"after step {t}", numbers(ours), numbers(theirs), nudge)
    for p, q in zip(ours, theirs):
        p.grad = q.grad = q.data - 0.5
print("Right: four steps, the same as the package's.")

# %% hint
# As for momentum: one 0.0 for each parameter, updated before it is used.

# %% hint
# `v**0.5` is the root.

# %% solution
class RMSprop:
    def __init__(self, params, rate=0.01, alpha=0.99, eps=1e-8):
        self.params, self.rate = params, rate
        self.alpha, self.eps = alpha, eps
        self.squares = [0.0 for _ in params]

    def step(self):
        for i, p in enumerate(self.params):
            v = self.alpha * self.squares[i]
            v += (1 - self.alpha) * p.grad**2
            self.squares[i] = v
            p.data -= self.rate * p.grad / (v**0.5 + self.eps)


# %% remark
# The parameters of the check have gradients of 2 and −0.003, and their first
# steps are equally long.
