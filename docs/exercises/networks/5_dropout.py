"""Dropout.

level: 2
idea: drop some outputs and scale the others
follows: /how-to/write-a-layer
"""

# %% statement
# During training, dropout sets each output to 0 with the probability `p`, and
# divides the others by `1 - p`, so that the mean stays the same.
# With `training = False` it changes nothing.
# Finish the module.

# %% start
import random

from micrograd.nn import Module


class Dropout(Module):
    def __init__(self, p, rng):
        self.p, self.rng = p, rng

    def __call__(self, x):
        return x  # your lines


# %% check
drop = Dropout(0.25, random.Random(1))
out = drop([3.0] * 4000)
kinds = {round(float(x), 9) for x in out}
nudge = "0 or 3 / (1 - 0.25); draw again for every element."
expect("outputs of 3.0", sorted(kinds), [0.0, 4.0], nudge)
share = sum(float(x) == 0 for x in out) / len(out)
nudge = "Dropped with probability p, not kept with it."
expect("the dropped fraction", share, 0.25, nudge, within=0.03)

drop.eval()
nudge = "Look at self.training, which train() and eval() set."
expect("after eval()", drop([1.0, 2.0]), [1.0, 2.0], nudge)

from micrograd import Value

v = Value(2.0)
kept = [y for y in Dropout(0.5, random.Random(1))([v] * 9) if float(y)]
kept[0].backward()
expect("gradient of one that is kept", v.grad, 2.0, "Compute with the Values.")
print("Right: a quarter is dropped, and the mean stays.")

# %% hint
# `self.rng.random() < self.p` is true with probability `p`.

# %% hint
# `self.training` comes from `Module` and is true at first.

# %% solution
import random

from micrograd.nn import Module


class Dropout(Module):
    def __init__(self, p, rng):
        self.p, self.rng = p, rng

    def __call__(self, x):
        if not self.training:
            return x
        kept = [self.rng.random() >= self.p for _ in x]
        scale = 1 - self.p
        return [v / scale if k else 0.0 for v, k in zip(x, kept)]


# %% remark
# Scaling during training leaves nothing to do afterwards.
