"""Adam.

level: 3
idea: two running means, corrected for their start
follows: /how-to/write-an-optimiser
"""

# %% statement
# Adam keeps a running mean $m$ of gradients and one $v$ of their squares,
# both at first 0.
# At step $t$, counted from 1:
#
# $$
# m \leftarrow \beta_1 m + (1 - \beta_1) g \qquad
# v \leftarrow \beta_2 v + (1 - \beta_2) g^2 \qquad
# p \leftarrow p - \eta \frac{m / (1 - \beta_1^t)}
#     {\sqrt{v / (1 - \beta_2^t)} + \epsilon}
# $$
#
# Write it.

# %% start
class Adam:
    def __init__(
        self, params, rate=0.001, betas=(0.9, 0.999), eps=1e-8
    ):
        self.params = params

    def step(self):
        pass  # your lines


# %% check
from micrograd import optim

ours, theirs = [parameters((1.0, 2.0), (0.0, -0.003)) for _ in range(2)]
mine = Adam(ours, rate=0.1)
package = optim.Adam(theirs, lr=0.1)
nudges = ["Both parameters move by the rate, 0.1, whatever their gradients."]
nudges += ["Are m and v kept from step to step? Does t count on?"] * 4
for t, nudge in enumerate(nudges, start=1):
    mine.step()
    package.step()
    expect(f"after step {t}", numbers(ours), numbers(theirs), nudge)
    for p, q in zip(ours, theirs):
        p.grad = q.grad = q.data - 0.5
print("Right: five steps, the same as the package's.")

# %% hint
# Keep a list of `m`, a list of `v`, and one `t` for all parameters.

# %% hint
# Do not store the corrected means.

# %% solution
class Adam:
    def __init__(
        self, params, rate=0.001, betas=(0.9, 0.999), eps=1e-8
    ):
        self.params, self.rate = params, rate
        self.betas, self.eps = betas, eps
        self.m = [0.0 for _ in params]
        self.v = [0.0 for _ in params]
        self.t = 0

    def step(self):
        self.t += 1
        b1, b2 = self.betas
        for i, p in enumerate(self.params):
            self.m[i] = b1 * self.m[i] + (1 - b1) * p.grad
            self.v[i] = b2 * self.v[i] + (1 - b2) * p.grad**2
            m = self.m[i] / (1 - b1**self.t)
            v = self.v[i] / (1 - b2**self.t)
            p.data -= self.rate * m / (v**0.5 + self.eps)


# %% remark
# Without the corrections the first step would be
# $(1 - \beta_1) / \sqrt{1 - \beta_2}$, which is about 3, times too long.
